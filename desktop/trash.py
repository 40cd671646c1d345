"""The trash (回收站): what was taken out of use, and the way back. It is never emptied by the program."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import nouns, units
from desktop.errors import BadValue, Refused
from desktop.store import history
from desktop.store.base import Record

if TYPE_CHECKING:
    from desktop.store import Store


class Bin(NamedTuple):
    """One kind of thing a clerk knows by name: the word for it, its module and class, and how one of it is called."""

    word: str
    module: str
    name: str
    title: Callable[[Any], str] = lambda one: str(one.title)

    @property
    def table(self) -> type[Record]:
        """The class of its records."""
        found: type[Record] = getattr(importlib.import_module(self.module), self.name)
        return found


BINS = (
    Bin("单位", "desktop.units", "Unit", lambda one: one.name),
    Bin("人员", "desktop.people", "Person", lambda one: one.name),
    Bin("账号", "desktop.accounts", "Account"),
    Bin("填报", "desktop.filings.tables", "Filing", lambda one: f"{one.title}（{one.subject_name or one.cutoff}）"),
    Bin("备案事项", "desktop.lifecycle", "LifeFiling", lambda one: f"{one.kind}（{one.happened_on}）"),
    Bin("值班事项", "desktop.duty", "Duty", lambda one: f"{one.kind}“{one.title}”"),
    Bin("自查", "desktop.inspections", "Inspection"),
    Bin("整改", "desktop.rectification", "RectifyBatch"),
    Bin("通知", "desktop.notices", "Notice"),
    Bin("材料", "desktop.papers", "Paper"),
)
"""What can be found and put back by itself; steps, figures, duties and the like follow what they belong to."""
WORDS = tuple(one.word for one in BINS)


class Kept(NamedTuple):
    """One thing in the trash.

    Attributes:
        word: one of WORDS. number: of the record. id: place in the list. title: what it is called.
        at: when it was put there.
    """

    word: str
    number: int
    title: str
    at: datetime
    id: int


def contents(session: Session) -> list[Kept]:
    """Everything in the trash, newest first."""
    found = [
        (one.trashed_at, kind.word, one.id, kind.title(one))
        for kind in BINS
        for one in session.scalars(select(kind.table).where(kind.table.trashed_at.is_not(None)))
        if one.trashed_at is not None
    ]
    found.sort(key=lambda line: (line[0], line[1], line[2]), reverse=True)
    return [Kept(word, number, title, at, place) for place, (at, word, number, title) in enumerate(found)]


def put_away(store: Store, word: str, number: int) -> str:
    """Take one thing out of use; returns what it is called.

    Raises:
        BadValue: no such kind, or nothing of it in use has this number.
        Refused: a handover under way, or a password in somebody's hands, that nobody would be reminded of any more.
    """
    kind = _bin(word)
    with store.read() as session:
        found = session.get(kind.table, number)
        if found is None or found.trashed_at is not None:
            raise BadValue(f"在用的{word}里没有编号 {number}。", todo="请核对编号。")
        title = kind.title(found)
        _refuse_while_held(session, word, number, title)
    with store.write(f"{word}{title}移入回收站") as session:
        session.get_one(kind.table, number).trashed_at = store.clock()
    return title


def restore(store: Store, word: str, number: int) -> str:
    """Put one thing back into use, with what went into the trash together with it; returns what it is called.

    Raises:
        BadValue: no such kind.
        Refused: it is not in the trash; what it belongs to still is; there is another own unit meanwhile.
    """
    kind = _bin(word)
    nouns.load_all()
    with store.read() as session:
        there = session.get(kind.table, number)
        if there is None or there.trashed_at is None:
            raise Refused(f"回收站里没有编号为 {number} 的{word}。", todo="请先查看回收站里有什么。")
        title = kind.title(there)
    with store.write(f"从回收站取回{word}{title}") as session:
        there = session.get_one(kind.table, number)
        _refuse_a_second_own_unit(session, there)
        _put_back(session, there)
    return title


def _bin(word: str) -> Bin:
    for one in BINS:
        if one.word == word:
            return one
    raise BadValue(f"回收站里没有“{word}”这一类。", todo=f"可选：{'、'.join(WORDS)}。")


def _refuse_while_held(session: Session, word: str, number: int, title: str) -> None:
    if word not in ("人员", "账号"):
        return
    from desktop import credentials, handover

    for one in handover.under_way(session):
        parties = {person.id for person in (*handover.givers(session, one), *handover.receivers(session, one))}
        if number == one.account_id if word == "账号" else number in parties | {one.supervisor_id}:
            raise Refused(f"{title}有交接正在办理，不能移入回收站。", todo="请先办完或中止交接。")
    if word == "人员":
        held = [entry for entry in credentials.entries(session) if number in entry.state.holders]
        for entry in held[:1]:
            said = f"{entry.platform}“{entry.account}”的{entry.kind}"
            raise Refused(f"{title}还持有{said}，不能移入回收站。", todo="请先收回；离任的填写离任日期，不必删除。")


def _refuse_a_second_own_unit(session: Session, record: Record) -> None:
    if isinstance(record, units.Unit) and record.relation == units.OWN and (mine := units.own(session)) is not None:
        raise Refused(f"本单位现在是“{mine.name}”，不能再取回一个本单位。", todo="请先在“设置→单位”改正本单位资料。")


def _put_back(session: Session, record: Record) -> None:
    """The record, what it belongs to and what belongs to it, as far as they went at the same moment."""
    moment, record.trashed_at = record.trashed_at, None
    for owner in _owners(session, record):
        if owner.trashed_at == moment:
            _put_back(session, owner)
        elif owner.trashed_at is not None:
            raise Refused(f"它所属的{_said(owner)}也在回收站里。", todo=f"请先取回{_said(owner)}。")
    session.flush()
    for table in history.tables().values():
        for column in table.__table__.columns:
            if any(key.column.table.name == record.__tablename__ for key in column.foreign_keys):
                found = select(table).where(column == record.id, table.trashed_at == moment)
                for part in session.scalars(found).all():
                    if all(owner.trashed_at in (None, moment) for owner in _owners(session, part)):
                        _put_back(session, part)


def _owners(session: Session, record: Record) -> Iterator[Record]:
    """The records that a record points to."""
    known = history.tables()
    for column in record.__table__.columns:
        for key in column.foreign_keys:
            table = known.get(key.column.table.name)
            number = getattr(record, column.key)
            owner = session.get(table, number) if table is not None and number is not None else None
            if owner is not None:
                yield owner


def _said(record: Record) -> str:
    kind = next((one for one in BINS if one.table is type(record)), None)
    return f"{kind.word}“{kind.title(record)}”" if kind else "上一级记录"
