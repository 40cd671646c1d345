"""People (人员): who runs, reviews and answers for the accounts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.store.base import Record
from desktop.units import Unit

IDENTITIES = ("在编", "聘用", "长期工作人员", "学生", "志愿者", "第三方", "其他")
POLITICS = ("中共党员", "中共预备党员", "共青团员", "民主党派", "群众")


class Person(Record):
    """A person of the office or of a unit below.

    Attributes:
        identity: one of IDENTITIES; decides who may hold a password (昆明规定第七条, 广东办法第十八条).
        politics: one of POLITICS (广东办法第十一条 for 责任编辑).
        term: the term of office it serves in, such as 2026届.
        birthday: only used to refuse passwords made of it.
        left_on: last day in the post; empty while in office.
        trained_on: last training before duty (广东办法第十七条).
    """

    __tablename__ = "person"

    unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id), index=True, default=None)
    name: Mapped[str] = mapped_column(index=True)
    identity: Mapped[str] = mapped_column(default="")
    politics: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    term: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str] = mapped_column(default="")
    office_phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    wechat: Mapped[str] = mapped_column(default="")
    birthday: Mapped[date | None] = mapped_column(default=None)
    joined_on: Mapped[date | None] = mapped_column(default=None)
    left_on: Mapped[date | None] = mapped_column(default=None)
    trained_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")

    @property
    def phone(self) -> str:
        """The number to print: the mobile, else the office phone."""
        return self.mobile or self.office_phone


def in_use(session: Session, on: date | None = None) -> list[Person]:
    """All people not in the trash, only those in office on a day when given."""
    found = select(Person).where(Person.trashed_at.is_(None)).order_by(Person.id)
    if on is not None:
        found = found.where(or_(Person.left_on.is_(None), Person.left_on >= on))
    return list(session.scalars(found))


def by_name(session: Session, name: str, unit_id: int | None = None) -> list[Person]:
    """Everybody in use with exactly this name, of one unit when given."""
    found = select(Person).where(Person.trashed_at.is_(None), Person.name == name)
    return list(session.scalars(found.where(Person.unit_id == unit_id) if unit_id else found))
