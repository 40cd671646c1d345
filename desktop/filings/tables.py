"""Filings (填报): a form being filled for somebody, its values as typed, and its frozen versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import notices  # noqa: F401  filing.notice_id points there
from desktop.store.base import Base, Record

DRAFT, FINAL, RETURNED = "草稿", "定稿", "退回"
STATES = (DRAFT, FINAL, RETURNED)
"""What follows 定稿 (signed, sent, received) is the way of its paper, see desktop.papers."""
NORMAL, NIL, UNCHANGED = "填报", "零报告", "无变更"
ANSWERS = (NORMAL, NIL, UNCHANGED)
REGISTER, OWN, LAST, COMPUTED = "register", "own", "last", "computed"
"""Where a value came from: the register, typed by hand, the filing before, computed by the form."""


class Filing(Record):
    """A form being filled.

    Attributes:
        form_id, edition, title: which form, as it was when the filing began.
        subject, subject_id, subject_name: what it is about: unit, account, person, handover or event.
        cutoff: 统计时间截至; the register is read as of this day.
        state: one of STATES. answer: one of ANSWERS.
        version: how many times it has become final; the draft after a correction is the next.
        due_on: last day to hand it in. notice_id: the notice that asks for it.
        statement: the sentence printed under 零报告 or 无变更.
        note: the clerk's own remark, never printed. reason: why it was returned or corrected.
        given: values of the record that asked for the form, as JSON.
    """

    __tablename__ = "filing"

    form_id: Mapped[str] = mapped_column(index=True)
    edition: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(default=None, index=True)
    subject_name: Mapped[str] = mapped_column(default="")
    cutoff: Mapped[date]
    state: Mapped[str] = mapped_column(default=DRAFT)
    answer: Mapped[str] = mapped_column(default=NORMAL)
    version: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    due_on: Mapped[date | None] = mapped_column(default=None)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), default=None, index=True)
    statement: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    given: Mapped[str] = mapped_column(default="")

    @property
    def editable(self) -> bool:
        """Whether its values may change: final ones are corrected by `reopen`."""
        return self.state != FINAL


class FilingValue(Base):
    """One value as it stands in the draft; rewritten at every pause of typing, so not kept in the history.

    Attributes:
        tag: place in the form. text: what is printed. origin: REGISTER, OWN or LAST.
        known: what the register said when it was last asked; differs from `text` where the clerk corrected it.
        whence: where the register had it, in words.
        column: `table:number:field` when it is exactly one field of the register.
        gap: what the register lacks for it. saved_at: when it was last written.
        about: what its row is about (a platform, the number of an account or person), empty outside rows.
    """

    __tablename__ = "filing_value"
    __table_args__ = (UniqueConstraint("filing_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    tag: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default=OWN)
    known: Mapped[str] = mapped_column(default="")
    whence: Mapped[str] = mapped_column(default="")
    column: Mapped[str] = mapped_column(default="")
    gap: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]


class FilingVersion(Base):
    """The values of a filing frozen when it became final; written once.

    Attributes:
        number: 1 and up. answer: one of ANSWERS. reason: why there is a version after the first.
        content: the values as JSON. fingerprint: their mark, as printed on paper (desktop.fingerprint).
    """

    __tablename__ = "filing_version"
    __table_args__ = (UniqueConstraint("filing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default=NORMAL)
    reason: Mapped[str] = mapped_column(default="")
    content: Mapped[str]
    fingerprint: Mapped[str]

    @property
    def values(self) -> dict[str, Any]:
        """The frozen values, shaped as `desktop.forms.Values`."""
        return dict(json.loads(self.content))


def in_use(session: Session) -> list[Filing]:
    """All filings not in the trash, newest first."""
    return list(session.scalars(select(Filing).where(Filing.trashed_at.is_(None)).order_by(Filing.id.desc())))


def of_subject(session: Session, form_id: str, subject_id: int | None) -> list[Filing]:
    """The filings of one form about one subject, newest first."""
    found = select(Filing).where(
        Filing.trashed_at.is_(None), Filing.form_id == form_id, Filing.subject_id == subject_id
    )
    return list(session.scalars(found.order_by(Filing.id.desc())))


def versions(session: Session, filing_id: int) -> list[FilingVersion]:
    """The frozen versions of a filing, oldest first."""
    found = select(FilingVersion).where(FilingVersion.filing_id == filing_id)
    return list(session.scalars(found.order_by(FilingVersion.number)))


COLUMNS = ("text", "origin", "known", "whence", "column", "gap", "about")
"""What a value of a draft consists of, besides its place and the time."""


def rows_of(session: Session, filing_id: int, names: Sequence[str]) -> Iterable[Sequence[str]]:
    """Tag and some of COLUMNS of every value of a draft: a register of 200 accounts has 2,500 of them."""
    columns = FilingValue.__table__.columns
    found = select(columns["tag"], *(columns[name] for name in names)).where(columns["filing_id"] == filing_id)
    return session.execute(found.order_by(columns["id"])).all()


def columns_of(session: Session, filing_id: int) -> dict[str, dict[str, str]]:
    """The values of a draft by tag, as plain columns."""
    return {tag: dict(zip(COLUMNS, texts, strict=True)) for tag, *texts in rows_of(session, filing_id, COLUMNS)}


def lay_down(session: Session, filing_id: int, now: datetime, values: Mapping[str, Mapping[str, str]]) -> None:
    """Write many values that are not there yet: tag → some of COLUMNS, the others as in a new value."""
    whole = {name: OWN if name == "origin" else "" for name in COLUMNS}
    rows = [{**whole, **one, "filing_id": filing_id, "tag": tag, "saved_at": now} for tag, one in values.items()]
    if rows:
        session.execute(insert(FilingValue.__table__), rows)  # type: ignore[arg-type]  # a table, for no class asks it


def rename(session: Session, filing_id: int, tags: Mapping[str, str]) -> None:
    """Give values other places: tag → new tag, each free by the time its turn comes."""
    table = FilingValue.__table__
    there = (table.columns["filing_id"] == filing_id, table.columns["tag"] == bindparam("before"))
    rows = [{"before": before, "after": after} for before, after in tags.items()]
    if rows:
        session.execute(update(table).where(*there).values(tag=bindparam("after")), rows)  # type: ignore[arg-type]


def size(session: Session, filing_id: int) -> int:
    """How many values a draft has."""
    return session.scalars(select(func.count()).where(FilingValue.filing_id == filing_id)).one()


def saved_at(session: Session, filing_id: int) -> datetime | None:
    """When a value of the draft was last written."""
    found = select(FilingValue.saved_at).where(FilingValue.filing_id == filing_id)
    return session.scalars(found.order_by(FilingValue.saved_at.desc()).limit(1)).first()
