"""The command line, one module per noun; each offers `add(subparsers)`, and its parsers set `run=function(args)`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from desktop import paths, settings
from desktop.errors import BadValue, Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.accounts import Account
    from desktop.people import Person
    from desktop.store import Store


@contextmanager
def opened_store() -> Iterator[Store]:
    """The clerk's store, opened for one command.

    Raises:
        StoreRefused: it cannot be opened, for example because the window holds it.
    """
    from desktop.store import Store

    folder = paths.home()
    with Store.open(folder, actor=settings.load(folder).actor) as store:
        yield store


def hidden(question: str, *, twice: bool = False) -> str:
    """Ask for a secret without showing it; when standard input is no terminal, its next line is taken.

    Raises:
        BadValue: nothing was given, or the second time something else.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        given = getpass.getpass(question)
        if twice and getpass.getpass("请再输入一次：") != given:
            raise BadValue("两次输入的不一样。", todo="请重新输入。")
    else:
        given = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    if not given:
        raise BadValue(
            f"没有给出{question.partition('（')[0].rstrip('：')}。", todo="请在提示后输入，或从标准输入送入一行。"
        )
    return given


def one_account(session: Session, word: str) -> Account:
    """The account of this number, name or title (微博“林川青年”).

    Raises:
        Refused: there is none, or several.
    """
    from desktop import accounts

    every = accounts.in_use(session)
    found = [one for one in every if str(one.id) == word] or [one for one in every if word in (one.name, one.title)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(f"台账里没有账号“{word}”。", todo="请写账号名称、平台“名称”或编号。")
    raise Refused(
        f"“{word}”对应 {len(found)} 个账号。", todo="请写编号：" + _choices((one.id, one.title) for one in found)
    )


def one_person(session: Session, word: str) -> Person:
    """The person of this number or name.

    Raises:
        Refused: there is none, or several.
    """
    from desktop import people

    every = people.in_use(session)
    found = [one for one in every if str(one.id) == word] or [one for one in every if one.name == word]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(f"人员表里没有“{word}”。", todo="请先登记人员，或写编号。")
    named = ((one.id, f"{one.name}（{one.department or one.position or one.identity}）") for one in found)
    raise Refused(f"有 {len(found)} 位“{word}”。", todo="请写编号：" + _choices(named))


def _choices(found: Iterable[tuple[int, str]]) -> str:
    return "、".join(f"{number} {title}" for number, title in found) + "。"
