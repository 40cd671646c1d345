"""Approval slips (三审三校审批单): which form the office uses by what it is, and the slips filled so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import accounts, filings, forms, units
from desktop.filings.tables import Filing, FilingValue

if TYPE_CHECKING:
    from desktop.store import Store

COUNTY, DEPARTMENT, SCHOOL = "shenpidan_xian", "shenpidan_bumen", "shenpidan_xuexiao"
FORMS = (COUNTY, DEPARTMENT, SCHOOL)
_BY_LEVEL = {"省级": DEPARTMENT, "机关部门": DEPARTMENT, "校级": SCHOOL, "院系": SCHOOL, "社团": SCHOOL}
WAITING, PUBLISHED = "送审中", "已发布"


@dataclass(frozen=True)
class Slip:
    """One slip as a list shows it.

    Attributes:
        id: number of the filing. headline: of the draft. account: where it is to be published.
        on: day it was begun. state: 草稿, 送审中 (final, on paper with the reviewers) or 已发布 (its time is entered).
    """

    id: int
    headline: str
    account: str
    on: date
    state: str


def form_of(level: str) -> str:
    """The slip for a unit of a level: reviewers differ between committees, departments and schools (昆明规定第五条)."""
    return _BY_LEVEL.get(level, COUNTY)


def in_use(session: Session) -> list[Slip]:
    """Every slip not in the trash, newest first."""
    found = select(Filing).where(Filing.trashed_at.is_(None), Filing.form_id.in_(FORMS)).order_by(Filing.id.desc())
    slips = list(session.scalars(found))
    wanted = select(FilingValue.filing_id, FilingValue.tag, FilingValue.text).where(
        FilingValue.filing_id.in_([one.id for one in slips]), FilingValue.tag.in_(("headline", "published_at"))
    )
    said = {(number, tag): text.strip() for number, tag, text in session.execute(wanted)}
    return [
        Slip(one.id, said.get((one.id, "headline"), ""), one.subject_name, one.begun_at.date(), _state(one, said))
        for one in slips
    ]


def _state(one: Filing, said: dict[tuple[int, str], str]) -> str:
    if said.get((one.id, "published_at")):
        return PUBLISHED
    return WAITING if one.state == filings.FINAL else one.state


def begin(store: Store, account_id: int) -> int:
    """Begin a slip for the next draft of an account and return the number of the filing."""
    today = store.clock().date()
    with store.read() as session:
        account = session.get_one(accounts.Account, account_id)
        unit = session.get(units.Unit, account.unit_id) if account.unit_id else units.own(session)
        form = forms.find(form_of(unit.level if unit else ""))
    return filings.create(store, form, cutoff=today, today=today, subject_id=account_id)
