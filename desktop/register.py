"""The register as lists (台账): one row per account, one per person, with what the tables of the window show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import assignments, figures
from desktop.accounts import NORMAL, Account
from desktop.assignments import Assignment
from desktop.people import Person
from desktop.units import Unit


@dataclass(frozen=True)
class AccountRow:
    """One account as the table shows it; `operators` are those in force today."""

    id: int
    platform: str
    name: str
    unit: str
    state: str
    by_unit: bool | None
    certified: bool | None
    certified_until: date | None
    filed_on: date | None
    operators: str
    leader: str
    followers: int | None
    posts: int | None
    last_posted_on: date | None
    code: str
    platform_id: str
    body: str


@dataclass(frozen=True)
class PersonRow:
    """One person as the table shows it; `duties` are the roles in force today."""

    id: int
    name: str
    unit: str
    identity: str
    politics: str
    department: str
    position: str
    term: str
    phone: str
    left_on: date | None
    duties: str


_ACCOUNT_COLUMNS = (
    Account.id, Account.platform, Account.name, Unit.name, Account.state, Account.by_unit, Account.certified,
    Account.certified_until, Account.filed_on, Account.last_posted_on, Account.code, Account.platform_id, Account.body,
)  # fmt: skip


def account_rows(session: Session, today: date) -> list[AccountRow]:
    """Every account in use with its people of today and its figures of this year."""
    found = session.execute(
        select(*_ACCOUNT_COLUMNS)
        .outerjoin(Unit, Unit.id == Account.unit_id)
        .where(Account.trashed_at.is_(None))
        .order_by(Account.id)
    )
    people = _people_by_account(session, today)
    totals = figures.year_totals(session, today)
    nothing = figures.total([])
    rows = []
    for number, platform, name, unit, state, by_unit, certified, until, filed, posted, code, platform_id, body in found:
        who, sums = people.get(number, {}), totals.get(number, nothing)
        operators = who.get(assignments.OPERATOR, []) + who.get(assignments.PUBLISHER, [])
        made = AccountRow(
            number, platform, name, unit or "", state or NORMAL, by_unit, certified, until, filed,
            "、".join(dict.fromkeys(operators)), "、".join(who.get(assignments.LEADER, [])),
            sums.followers, sums.posts, posted, code, platform_id, body,
        )  # fmt: skip
        rows.append(made)
    return rows


def _people_by_account(session: Session, today: date) -> dict[int, dict[str, list[str]]]:
    names = dict(session.execute(select(Person.id, Person.name)).all())
    found: dict[int, dict[str, list[str]]] = {}
    for one in assignments.on(session, today):
        found.setdefault(one.account_id, {}).setdefault(one.role, []).append(names.get(one.person_id, ""))
    return found


def person_rows(session: Session, today: date) -> list[PersonRow]:
    """Every person in use with the duties of today."""
    accounts = {
        number: f"{platform}“{name}”"
        for number, platform, name in session.execute(select(Account.id, Account.platform, Account.name))
    }
    duties: dict[int, list[str]] = {}
    for one in assignments.on(session, today):
        duties.setdefault(one.person_id, []).append(f"{accounts.get(one.account_id, '')}{one.role}")
    found = session.execute(
        select(Person, Unit.name)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.trashed_at.is_(None))
        .order_by(Person.id)
    )
    return [
        PersonRow(
            person.id,
            person.name,
            unit or "",
            person.identity,
            person.politics,
            person.department,
            person.position,
            person.term,
            person.phone,
            person.left_on,
            "；".join(duties.get(person.id, [])),
        )
        for person, unit in found
    ]


def assignments_said(session: Session, account_id: int) -> list[tuple[Assignment, str]]:
    """The assignments of one account, each with the name of the person."""
    names = dict(session.execute(select(Person.id, Person.name)).all())
    return [(one, names.get(one.person_id, "")) for one in assignments.of_account(session, account_id)]
