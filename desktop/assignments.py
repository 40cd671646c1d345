"""Assignments (分工): who does what on which account, from when to when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.store.base import Record

LEADER, HEAD, ADMIN, OPERATOR, PUBLISHER, ADVISER = (
    "分管领导",
    "部门负责人",
    "管理员",
    "运营人员",
    "信息发布人",
    "指导教师",
)
EDITOR, FIRST, SECOND, THIRD = "责任编辑", "一审", "二审", "三审"
RUNNERS = (ADMIN, OPERATOR, PUBLISHER)
"""Roles that come with rights in the platform's back end; others are only named in filings."""
ROLES = (LEADER, HEAD, ADMIN, OPERATOR, PUBLISHER, ADVISER, EDITOR, FIRST, SECOND, THIRD)
CLUB_PUBLISHERS = 2
"""A club has at most this many 信息采编及发布人员 (内科大办法第十二条（二）)."""


class Assignment(Record):
    """One person in one role on one account; open-ended while `until` is empty."""

    __tablename__ = "assignment"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    since: Mapped[date | None] = mapped_column(default=None)
    until: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


def on(session: Session, day: date, account_id: int | None = None) -> list[Assignment]:
    """The assignments in force on a day, of one account when given."""
    found = select(Assignment).where(
        Assignment.trashed_at.is_(None),
        or_(Assignment.since.is_(None), Assignment.since <= day),
        or_(Assignment.until.is_(None), Assignment.until >= day),
    )
    if account_id is not None:
        found = found.where(Assignment.account_id == account_id)
    return list(session.scalars(found.order_by(Assignment.id)))


def overlapping(session: Session, wanted: Assignment) -> list[Assignment]:
    """Others of the same person in the same role on the same account that share a day with this one."""
    return [
        one
        for one in of_account(session, wanted.account_id)
        if one.id != wanted.id
        and (one.person_id, one.role) == (wanted.person_id, wanted.role)
        and (one.until is None or wanted.since is None or one.until >= wanted.since)
        and (one.since is None or wanted.until is None or one.since <= wanted.until)
    ]


def of_account(session: Session, account_id: int) -> list[Assignment]:
    """All assignments an account ever had, oldest first."""
    found = select(Assignment).where(Assignment.trashed_at.is_(None), Assignment.account_id == account_id)
    return list(session.scalars(found.order_by(Assignment.since, Assignment.id)))


def of_person(session: Session, person_id: int) -> list[Assignment]:
    """All assignments a person ever had, oldest first."""
    found = select(Assignment).where(Assignment.trashed_at.is_(None), Assignment.person_id == person_id)
    return list(session.scalars(found.order_by(Assignment.since, Assignment.id)))
