"""A superior's circular (通报) read into problems: from pasted text, a Word or Excel list, matched to own accounts.

What the list prints is kept as printed; what is odd about a row (a code on two units, a link with a blank) is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import rectification
from desktop.checking import loading
from desktop.checking.facts import AccountFacts, Register
from desktop.documents.plain import text_of_file
from desktop.documents.sheets import Book, read_pasted, read_sheets
from desktop.errors import BadFile, Refused
from desktop.importing.drafts import Draft, Reader
from desktop.importing.fields import Subject
from desktop.importing.plan import Plan, preview, propose
from desktop.importing.snapshot import same
from desktop.notice_reading import read_notice

if TYPE_CHECKING:
    from desktop.rectification import RectifyBatch
    from desktop.store import Store

TEXTS = (".pdf", ".doc", ".wps", ".htm", ".html", ".txt")
"""Kinds of files read by their text alone."""
_LINK = re.compile(r"https?[:：;；]//\S+(?: [A-Za-z0-9_-]+)?", re.IGNORECASE)
_TOLD = re.compile(r"(?:问题|错敏|推荐|错误|表述|上下文|情形|整改要求|整改意见|备注)")
_SENTENCE = re.compile(r"存在(?:的)?([^，。；、“”]{2,24}?问题)")
_EMPTY = {"问题", "严重问题", "突出问题"}
"""Words that say nothing about what is wrong."""
LIKE = 0.8  # similarity from which two names may be the same one, misread; the clerk decides


@dataclass(frozen=True)
class Problem:
    """One row of a circular.

    Attributes:
        sheet, row: where it stands. name, kind, unit, code, links: as printed.
        problem: what is wrong, from its own columns or from the text above.
        odd: what is odd about the row itself.
        account_id: own account it is about; None when none fits. doubt: why the match should be looked at.
    """

    sheet: str
    row: int
    name: str
    kind: str
    unit: str
    code: str
    links: tuple[str, ...]
    problem: str
    odd: tuple[str, ...]
    account_id: int | None = None
    doubt: str = ""

    @property
    def title(self) -> str:
        """What the row is about."""
        return f"{self.kind}“{self.name}”" if self.kind else f"“{self.name}”"


@dataclass(frozen=True)
class Circular:
    """A circular as read: proposals for the clerk to confirm.

    Attributes:
        lists: titles of the lists with their number of rows, in order.
        due, hour: when the report must be there. remarks: what should be looked at.
    """

    title: str
    issuer: str
    due: date | None
    hour: time | None
    mailbox: str
    problems: tuple[Problem, ...]
    lists: tuple[tuple[str, int], ...]
    remarks: tuple[str, ...] = ()


def read_text(store: Store, text: str, received: date, html: str = "") -> Circular:
    """A circular that was pasted; `html` is the clipboard's other form when it has one.

    Raises:
        Refused: there is no list of accounts in it.
    """
    return _read(store, read_pasted(text, html), text, received)


def read_file(store: Store, file: Path, received: date) -> Circular:
    """A circular, or only its list: Word, Excel, csv; PDF with text, old Word and web pages by their text.

    Raises:
        Refused: the file cannot be read, or holds no list of accounts.
    """
    suffix = file.suffix.lower()
    if suffix in TEXTS:
        return read_text(store, text_of_file(file), received)
    return _read(store, read_sheets(file), text_of_file(file) if suffix == ".docx" else "", received)


def _read(store: Store, book: Book, text: str, received: date) -> Circular:
    plans = [plan for plan in propose(book).plans if plan.subject is Subject.ACCOUNTS]
    if not plans:
        raise BadFile(f"{book.source}里没有账号名单。", todo="名单至少要有“新媒体名称”一列，请检查后再导入。")
    plans.sort(key=lambda plan: book.sheets.index(plan.sheet))
    reading = read_notice(text, received)
    best = {name: reading.best(name) for name in ("title", "issuer", "deadline", "mailbox")}
    said = {name: one.value if one else "" for name, one in best.items()}
    day, _, hour = said["deadline"].partition(" ")
    told = [words for words in _SENTENCE.findall(re.sub(r"\s+", "", text)) if words not in _EMPTY]
    general = max(told, key=len, default="")
    odd = _odd(store, book.source, plans)
    with store.read() as session:
        facts = loading.register(session, received)
    problems = [_matched(facts, problem) for plan in plans for problem in _problems(plan, general, odd)]
    lists = tuple((plan.layout.title or plan.sheet.name, len(plan.layout.rows)) for plan in plans)
    remarks = tuple(f"{one.remark}" for one in best.values() if one is not None and one.remark)
    return Circular(
        said["title"] or (lists[0][0] if lists else ""),
        said["issuer"],
        date.fromisoformat(day) if day else None,
        time.fromisoformat(hour) if hour else None,
        said["mailbox"],
        tuple(problems),
        lists,
        remarks,
    )


def _odd(store: Store, source: str, plans: Sequence[Plan]) -> dict[tuple[int, int], tuple[str, ...]]:
    """What is odd about each row, compared with the other lists and with the register as well."""
    shown = preview(store, source, plans)
    return {
        (id(judged.plan.sheet), line.row): tuple(defect.what for defect in line.defects)
        for judged in shown.sheets
        for line in judged.lines
    }


def _problems(plan: Plan, general: str, odd: dict[tuple[int, int], tuple[str, ...]]) -> Iterator[Problem]:
    free = [match for match in plan.matches if not match.key.startswith(("account.", "unit."))]
    told = [match for match in free if _TOLD.search(match.label)]
    reader = Reader(plan.sheet, plan.layout, plan.matches, plan.choices)
    for draft in reader.drafts():
        cells = [(match.label, plan.sheet.at(draft.row, match.column).text.strip()) for match in told]
        own = [f"{label}：{text}" for label, text in cells if text]
        yield Problem(
            plan.layout.title or plan.sheet.name,
            draft.row,
            draft.text("account.name"),
            draft.text("account.kind") or draft.text("account.platform"),
            draft.text("unit.name"),
            draft.text("account.code"),
            tuple(_links(draft)),
            "；".join(own) or general or "被通报，名单未写具体问题",
            odd.get((id(plan.sheet), draft.row), ()),
        )


def _links(draft: Draft) -> Iterator[str]:
    for found in _LINK.finditer(draft.text("account.homepage")):
        yield found[0].strip()


def _matched(facts: Register, problem: Problem) -> Problem:
    """The problem with the own account it is about: same code and name, same name, or a name much alike."""
    name = same(problem.name)
    live = [account for account in facts.accounts.values() if account.running]
    alike = [account for account in live if same(account.name) == name]
    of_unit = [account for account in alike if _unit(facts, account) == same(problem.unit)]
    by_code = [account for account in live if problem.code and account.code == problem.code]
    sure = of_unit or alike
    if len(sure) == 1 and (not by_code or sure[0] in by_code):
        doubt = "" if of_unit or not problem.unit else f"名单的主办单位是“{problem.unit}”，请核对。"
        return replace(problem, account_id=sure[0].id, doubt=doubt)
    if len(sure) > 1:
        return replace(problem, doubt=f"台账中有 {len(sure)} 个同名账号，请选择。")
    if len(by_code) == 1:
        return replace(problem, account_id=by_code[0].id, doubt=f"标识码相同，名称不同（台账为“{by_code[0].name}”）。")
    close = max(live, key=lambda account: _likeness(same(account.name), name), default=None)
    if close is not None and _likeness(same(close.name), name) >= LIKE:
        return replace(problem, account_id=close.id, doubt=f"名称相近（台账为“{close.name}”），可能是印刷或识别错误。")
    return problem


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _unit(facts: Register, account: AccountFacts) -> str:
    unit = facts.unit_of(account)
    return same(unit.name) if unit else ""


def accept(store: Store, circular: Circular, received: date, taken: Sequence[Problem]) -> RectifyBatch:
    """Put the problems taken on the rectification list, in one action.

    Raises:
        Refused: nothing was taken.
    """
    if not taken:
        raise Refused("没有选择任何问题。", todo="请勾选本单位和下属单位的账号。")
    with store.write(f"登记通报：{circular.title or '未写标题'}（{len(taken)} 条）") as session:
        batch = rectification.add_batch(
            session,
            rectification.CIRCULAR,
            circular.title or "上级通报",
            received,
            issuer=circular.issuer,
            report_due=circular.due,
            report_hour=f"{circular.hour:%H:%M}" if circular.hour else "",
        )
        for problem in taken:
            rectification.add(
                session,
                batch,
                problem.title,
                problem.problem,
                account_id=problem.account_id,
                unit=problem.unit,
                code=problem.code,
                links="\n".join(problem.links),
                due_on=circular.due,
                origin=f"{problem.sheet} 第 {problem.row + 1} 行",
            )
    return batch
