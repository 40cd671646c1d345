"""From the tables to plain facts: a few column queries, no record objects, so that 1,000 accounts load quickly."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop import custody, duty, figures, lifecycle, proofs
from desktop.accounts import NORMAL, Account, AccountStep
from desktop.assignments import Assignment
from desktop.checking.activity import WEEKS_LOOKED_AT
from desktop.checking.facts import (
    AccountFacts,
    DutyFacts,
    LifeFacts,
    PersonFacts,
    Register,
    RoleFacts,
    StepFacts,
    UnitFacts,
)
from desktop.figures import Figure
from desktop.people import Person
from desktop.units import OWN, Unit

ORDERED = "责令"
"""A step whose reason says this was ordered by the superior (see lifecycle.reason_of)."""
_DERIVED = {"steps", "roles", "posted_on", "reckoned", "weeks", "figured", "state"}
_ACCOUNT = [field.name for field in fields(AccountFacts) if field.name not in _DERIVED]
_PERSON = [field.name for field in fields(PersonFacts)]
_UNIT = [field.name for field in fields(UnitFacts)]


def register(session: Session, today: date) -> Register:
    """All facts as of a day."""
    own = session.scalars(select(Unit.id).where(Unit.trashed_at.is_(None), Unit.relation == OWN).limit(1)).first()
    return Register(
        own,
        units(session),
        people(session),
        accounts(session, today),
        tuple(_lives(session)),
        tuple(_duties(session)),
        {proof.title: proof.added_at.date() for proof in proofs.of(session, proofs.PAPER)},
        _passwords(session),
    )


def units(session: Session, number: int | None = None) -> dict[int, UnitFacts]:
    """Every unit in use, or one."""
    return {row[0]: UnitFacts(**dict(zip(_UNIT, row, strict=True))) for row in _rows(session, Unit, _UNIT, number)}


def people(session: Session, number: int | None = None) -> dict[int, PersonFacts]:
    """Everybody in use, or one."""
    rows = _rows(session, Person, _PERSON, number)
    return {row[0]: PersonFacts(**dict(zip(_PERSON, row, strict=True))) for row in rows}


def accounts(session: Session, today: date, number: int | None = None) -> dict[int, AccountFacts]:
    """Every account in use with its life, its people and its activity, or one."""
    steps, roles = _steps(session, number), _roles(session, number)
    posted = _posted(session, today, number)
    weeks, figured = _weeks(session, today, number), _figured(session, today, number)
    found = {}
    for row in _rows(session, Account, [*_ACCOUNT, "last_posted_on"], number):
        values = dict(zip(_ACCOUNT, row, strict=False))
        life, seen, counted = steps.get(row[0], ()), row[-1], posted.get(row[0])
        reckoned = counted is not None and (seen is None or counted > seen)
        found[row[0]] = AccountFacts(
            **values,
            state=life[-1].state if life else NORMAL,
            steps=life,
            roles=roles.get(row[0], ()),
            posted_on=counted if reckoned else seen,
            reckoned=reckoned,
            weeks=weeks.get(row[0], ()),
            figured=row[0] in figured,
        )
    return found


def _rows(session: Session, table: Any, names: Iterable[str], number: int | None) -> list[Any]:
    found = select(*(getattr(table, name) for name in names)).where(table.trashed_at.is_(None)).order_by(table.id)
    return list(session.execute(found.where(table.id == number) if number is not None else found))


def _of(statement: Any, column: Any, number: int | None) -> Any:
    return statement.where(column == number) if number is not None else statement


def _steps(session: Session, number: int | None) -> dict[int, tuple[StepFacts, ...]]:
    rows = select(AccountStep.account_id, AccountStep.state, AccountStep.on, AccountStep.reason)
    rows = _of(rows.where(AccountStep.trashed_at.is_(None)), AccountStep.account_id, number)
    found: dict[int, list[StepFacts]] = {}
    for account, state, on, reason in session.execute(rows.order_by(AccountStep.on, AccountStep.id)):
        found.setdefault(account, []).append(StepFacts(state, on, ORDERED in reason))
    return {account: tuple(life) for account, life in found.items()}


def _roles(session: Session, number: int | None) -> dict[int, tuple[RoleFacts, ...]]:
    rows = select(
        Assignment.account_id, Assignment.person_id, Assignment.role, Assignment.since, Assignment.until
    ).where(Assignment.trashed_at.is_(None))
    found: dict[int, list[RoleFacts]] = {}
    for account, *values in session.execute(_of(rows, Assignment.account_id, number).order_by(Assignment.id)):
        found.setdefault(account, []).append(RoleFacts(*values))
    return {account: tuple(roles) for account, roles in found.items()}


def _posted(session: Session, today: date, number: int | None) -> dict[int, date]:
    """The latest day by which something was posted: last day of the newest week or month with posts.

    The week is the finer measure and wins, unless weeks stopped being entered before the newest month.
    """
    rows = select(Figure.account_id, Figure.span, func.max(Figure.start)).where(
        Figure.trashed_at.is_(None), Figure.posts > 0, Figure.start <= today
    )
    newest: dict[int, dict[str, date]] = {}
    for account, span, start in session.execute(
        _of(rows, Figure.account_id, number).group_by(Figure.account_id, Figure.span)
    ):
        newest.setdefault(account, {})[span] = start
    found = {}
    for account, starts in newest.items():
        week, month = starts.get(figures.WEEK), starts.get(figures.MONTH)
        if week is not None and (month is None or week + timedelta(days=6) >= month):
            last = week + timedelta(days=6)
        else:
            assert month is not None
            last = month.replace(day=monthrange(month.year, month.month)[1])
        found[account] = min(last, today)
    return found


def _weeks(session: Session, today: date, number: int | None) -> dict[int, tuple[tuple[date, int], ...]]:
    """Posts of the last complete weeks."""
    this = figures.monday(today)
    rows = select(Figure.account_id, Figure.start, Figure.posts).where(
        Figure.trashed_at.is_(None),
        Figure.span == figures.WEEK,
        Figure.posts.is_not(None),
        Figure.start >= this - timedelta(weeks=WEEKS_LOOKED_AT),
        Figure.start < this,
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for account, start, posts in session.execute(_of(rows, Figure.account_id, number).order_by(Figure.start)):
        found.setdefault(account, []).append((start, posts))
    return {account: tuple(weeks) for account, weeks in found.items()}


def _figured(session: Session, today: date, number: int | None) -> set[int]:
    rows = select(Figure.account_id).where(Figure.trashed_at.is_(None), Figure.start >= date(today.year, 1, 1))
    return set(session.scalars(_of(rows, Figure.account_id, number).distinct()))


def _lives(session: Session) -> Iterable[LifeFacts]:
    done: dict[int, set[str]] = {}
    steps = select(lifecycle.LifeStep.filing_id, lifecycle.LifeStep.name)
    for filing, name in session.execute(steps.where(lifecycle.LifeStep.trashed_at.is_(None))):
        done.setdefault(filing, set()).add(name)
    for one in reversed(lifecycle.in_use(session)):
        if one.withdrawn_on is None:
            yield LifeFacts(
                one.id, one.account_id, one.kind, one.happened_on, one.filed_on, one.field_list,
                frozenset(done.get(one.id, ())), one.announced_on or one.submitted_on or one.ended_on,
            )  # fmt: skip


def _duties(session: Session) -> Iterable[DutyFacts]:
    for one in reversed(duty.in_use(session)):
        yield DutyFacts(one.id, one.kind, one.title, one.at, one.done_at, one.closed_at, one.account_id)


def _passwords(session: Session) -> dict[int, date]:
    """Day of the newest setting or change of a password, by account, as the chain of custody has it."""
    event = custody.CustodyEvent
    rows = select(event.account_id, func.max(event.acted_on)).where(
        event.account_id.is_not(None), event.kind.in_((custody.SET, custody.CHANGED)), event.acted_on != ""
    )
    found = session.execute(rows.group_by(event.account_id))
    return {account: date.fromisoformat(on) for account, on in found if account is not None}
