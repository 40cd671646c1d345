"""Ties (绑定): what ties leavers to accounts and when it was removed, in a few readings of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import accounts, assignments, custody
from desktop.accounts import Account
from desktop.assignments import Assignment
from desktop.custody import CustodyEvent
from desktop.handover import Handover
from desktop.people import Person
from desktop.platforms import BACKEND, EMAIL, PHONE


@dataclass(frozen=True)
class Tie:
    """What ties a leaver to an account: one of platforms.BINDINGS, and the day it was removed, None while it holds."""

    person_id: int
    person: str
    left_on: date
    account_id: int
    what: str
    removed_on: date | None = None


def tied(session: Session) -> list[Tie]:
    """What still ties everybody who has left, or whose last day is entered, to accounts."""
    gone = select(Person).where(Person.trashed_at.is_(None), Person.left_on.is_not(None)).order_by(Person.left_on)
    leavers = [(person, person.left_on) for person in session.scalars(gone) if person.left_on is not None]
    return [tie for tie in ties(session, leavers) if tie.removed_on is None]


def ties(session: Session, leavers: Sequence[tuple[Person, date]]) -> Iterator[Tie]:
    """Every tie of these people with the day it was removed; each comes with the last day in the post.

    A tie that was removed in an earlier spell on the account holds again with the next.
    """
    numbers = [person.id for person, _ in leavers]
    if not numbers:
        return
    roles = _by_pair(session.scalars(
        select(Assignment).where(Assignment.trashed_at.is_(None), Assignment.person_id.in_(numbers))
    ))  # fmt: skip
    told = _by_pair(session.scalars(
        select(CustodyEvent)
        .where(CustodyEvent.person_id.in_(numbers), CustodyEvent.kind.in_((custody.UNBOUND, custody.ISSUED)))
        .order_by(CustodyEvent.seq)
    ))  # fmt: skip
    given: dict[tuple[int, int], list[Handover]] = {}
    for one in session.scalars(select(Handover).where(Handover.giver_id.in_(numbers))):
        given.setdefault((one.account_id, one.giver_id or 0), []).append(one)
    ended = (accounts.CANCELLED, accounts.DELETED)
    here = {account.id: account for account in accounts.in_use(session) if account.state not in ended}
    worked: dict[int, set[int]] = {}
    for account_id, person_id in (*roles, *told, *given):
        worked.setdefault(person_id, set()).add(account_id)
    for person, left_on in leavers:
        owned = {number: bound(account, person) for number, account in here.items()}
        for number in sorted(worked.get(person.id, set()) | {number for number, what in owned.items() if what}):
            if number not in here:
                continue
            mine, links = roles.get((number, person.id), []), told.get((number, person.id), [])
            since = spell(mine, links)
            held = [one for one in given.get((number, person.id), []) if one.begun_on >= since]
            runs = held or duties(mine, left_on).intersection(assignments.RUNNERS)
            removed = removals(links, since)
            for what in sorted(owned[number] | ({BACKEND} if runs else set())):
                yield Tie(person.id, person.name, left_on, number, what, removed.get(what))


Row = TypeVar("Row", Assignment, CustodyEvent)


def _by_pair(rows: Iterable[Row]) -> dict[tuple[int, int], list[Row]]:
    made: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        made.setdefault((row.account_id or 0, row.person_id or 0), []).append(row)
    return made


def duties(mine: Iterable[Assignment], leave_on: date) -> set[str]:
    """The roles held up to the last day in the post."""
    return {one.role for one in mine if one.until is None or one.until >= leave_on}


def spell(mine: Iterable[Assignment], links: Iterable[CustodyEvent]) -> date:
    """When the newest spell of a person on an account began: by a role of the back end or by a handover to them."""
    began = [one.since for one in mine if one.since is not None and one.role in assignments.RUNNERS]
    given = (one for one in links if one.kind == custody.ISSUED and one.handover_id is not None)
    return max([*began, *(date.fromisoformat(one.acted_on) for one in given)], default=date.min)


def removals(links: Iterable[CustodyEvent], since: date = date.min) -> dict[str, date]:
    """When each binding was removed since a day, the newest removal of each."""
    found = ((one.part("项目"), date.fromisoformat(one.acted_on)) for one in links if one.kind == custody.UNBOUND)
    return {what: on for what, on in found if on >= since}


def bound(account: Account, person: Person) -> set[str]:
    """Whether the phone or the mailbox bound to an account is the person's own, by number, address or owner."""
    found = set()
    phone, email = account.bound_phone.strip(), account.bound_email.strip().lower()
    if (phone and phone == person.mobile.strip()) or account.bound_phone_owner.strip() == person.name:
        found.add(PHONE)
    if email and email == person.email.strip().lower():
        found.add(EMAIL)
    return found
