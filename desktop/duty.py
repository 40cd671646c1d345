"""Duty (值班事项): drills, training, live streams, cross-posting, messages and incidents, with their clocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import BadValue
from desktop.store.base import Record

TRAINING, DRILL, STREAM, CROSSPOST = "培训", "演练", "直播", "跨部门发布"
MESSAGE, URGENT, PETITION = "留言转办", "敏感留言", "信访"
YELLOW, ORANGE, RED = "黄色舆情", "橙色舆情", "红色舆情"
"""广东办法第二十四条（一）（二）（三）; for the first the clause counts no hours, it says at once."""
KINDS = (TRAINING, DRILL, STREAM, CROSSPOST, MESSAGE, URGENT, PETITION, YELLOW, ORANGE, RED)
HELD = (TRAINING, DRILL)
"""Kinds that are records of something held; the others wait until they are closed."""


class Duty(Record):
    """One thing on duty.

    Attributes:
        kind: one of KINDS. at: when it begins, was held, or came in.
        account_id: the account it is about. person_id: who sees to it.
        done_at: when the first step was taken (applied, forwarded, reported, plan started).
        closed_at: when all was done (streamed, answered, written report sent); a copy delivered for cross-posting.
    """

    __tablename__ = "duty"

    kind: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True, default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


def add(session: Session, kind: str, title: str, at: datetime, **values: object) -> Duty:
    """Enter one thing on duty; what was held is closed at once.

    Raises:
        BadValue: no such kind, or no title.
    """
    if kind not in KINDS:
        raise BadValue(f"“{kind}”不是值班事项。", todo="可选：" + "、".join(KINDS) + "。")
    if not title.strip():
        raise BadValue("没有写事项名称。", where=kind, todo="请写明是什么事。")
    made = Duty(kind=kind, title=title.strip(), at=at, **values)
    if kind in HELD:
        made.closed_at = made.closed_at or at
    session.add(made)
    session.flush()
    return made


def advance(one: Duty, now: datetime, *, closed: bool) -> None:
    """Note that the first step was taken, or that all is done; the moment noted first stays, for it goes on paper."""
    if closed:
        one.closed_at = one.closed_at or now
    else:
        one.done_at = one.done_at or now


def in_use(session: Session, kind: str | None = None) -> list[Duty]:
    """All things on duty not in the trash, newest first, of one kind when given."""
    found = select(Duty).where(Duty.trashed_at.is_(None)).order_by(Duty.at.desc(), Duty.id.desc())
    return list(session.scalars(found.where(Duty.kind == kind) if kind else found))


def waiting(session: Session) -> list[Duty]:
    """What is not closed yet, oldest first."""
    found = select(Duty).where(Duty.trashed_at.is_(None), Duty.closed_at.is_(None))
    return list(session.scalars(found.order_by(Duty.at, Duty.id)))
