"""The questions only a person can answer (resources/questions/*.toml), each with the clauses behind it.

id = "neimenggu"  title = "内蒙古团委自查内容"  source = "…"
[[question]]
id = "q-ideology"  part = "制度建设"  text = "…吗？"  rules = ["S0-5"]  proof = true  scope = "unit"  wanted = "是"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from desktop.errors import BadFile
from desktop.paths import bundled, home
from desktop.rules import InForce

YES, NO, NOT_APPLICABLE = "是", "否", "不适用"
UNIT, ACCOUNT = "unit", "account"
MANY = 40
"""Accounts up to which a question may be asked account by account."""
_NEEDED = {"id", "part", "text", "good", "bad", "rules"}
_KEYS = _NEEDED | {"proof", "scope", "wanted"}


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        part: the heading of the 自查材料 it belongs to. rules: ids of the clauses behind it.
        good, bad: what a report says when the answer is in order, and when it is not; without a full stop.
        proof: evidence should be attached. scope: UNIT, or ACCOUNT for once per account.
        wanted: the answer that is in order.
    """

    id: str
    part: str
    text: str
    good: str
    bad: str
    rules: tuple[str, ...]
    proof: bool = False
    scope: str = UNIT
    wanted: str = YES
    list_id: str = ""

    def clause(self, book: InForce) -> str:
        """The clauses in force behind it, in words."""
        return "；".join(book.cite(rule) for rule in book.rules() if rule.id in self.rules)


@dataclass(frozen=True)
class QuestionList:
    """Questions of one source."""

    id: str
    title: str
    source: str
    questions: tuple[Question, ...]


def lists(*folders: Path) -> list[QuestionList]:
    """Every list of the folders; without folders the program's, then the clerk's.

    Raises:
        BadFile: a file is no list of questions.
    """
    places = folders or (bundled("resources") / "questions", home() / "questions")
    stamps = tuple((file, file.stat().st_mtime_ns) for place in places for file in sorted(place.glob("*.toml")))
    return list(_lists(stamps))


@lru_cache(maxsize=2)
def _lists(stamps: tuple[tuple[Path, int], ...]) -> tuple[QuestionList, ...]:
    return tuple(read_list(file) for file, _ in stamps)


def asked(book: InForce, known: Iterable[QuestionList]) -> list[Question]:
    """The questions that at least one clause in force stands behind, each once, in the order of the lists."""
    ids = {rule.id for rule in book.rules()}
    return [question for one in known for question in one.questions if ids.intersection(question.rules)]


def laid_out(questions: Iterable[Question], accounts: Sequence[int]) -> list[tuple[Question, int | None]]:
    """Each question with the account it is asked about, None for the whole unit.

    With more than MANY accounts nobody can answer one by one: then all is asked once, exceptions go into the remark.
    """
    laid: list[tuple[Question, int | None]] = []
    for question in questions:
        each = question.scope == ACCOUNT and len(accounts) <= MANY
        laid += [(question, number) for number in accounts] if each else [(question, None)]
    return laid


def read_list(file: Path) -> QuestionList:
    """One file, checked.

    Raises:
        BadFile: naming the file and what is wrong.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"自查问题文件“{file.name}”读不出来（{error}）。", where=str(file.parent)) from error
    if set(data) != {"id", "title", "source", "question"} or not isinstance(data["question"], list):
        raise _bad(file, "应有 id、title、source 和若干 [[question]]")
    questions = tuple(_question(file, str(data["id"]), table) for table in data["question"])
    ids = [question.id for question in questions]
    if len(set(ids)) != len(ids):
        raise _bad(file, "问题编号重复")
    return QuestionList(str(data["id"]), str(data["title"]), str(data["source"]), questions)


def _question(file: Path, list_id: str, table: dict[str, Any]) -> Question:
    name = str(table.get("id", "?"))
    unknown, missing = sorted(set(table) - _KEYS), sorted(_NEEDED - set(table))
    if unknown or missing:
        raise _bad(file, f"问题 {name} 的项目不对：{'、'.join([*unknown, *missing])}")
    if (
        not table["rules"]
        or table.get("scope", UNIT) not in (UNIT, ACCOUNT)
        or table.get("wanted", YES) not in (YES, NO)
    ):
        raise _bad(file, f"问题 {name} 的 rules、scope 或 wanted 不对")
    return Question(**{**table, "rules": tuple(table["rules"])}, list_id=list_id)


def _bad(file: Path, what: str) -> BadFile:
    return BadFile(f"自查问题文件“{file.name}”有错：{what}。", where=str(file.parent), todo="请改正后再打开。")
