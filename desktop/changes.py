"""Changes (变更) that must be filed: read off the history and the chain of custody, opened as filings by themselves.

Watched are the account's name, 维护方式, certification and body, who runs it (后台管理人员), and password changes. Only
an account that is filed already can have a change to file; what is put right on the day an account was entered, or
undone again, is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import accounts, assignments, custody, lifecycle
from desktop.checking.facts import RUNNERS
from desktop.checking.filing import CHANGE
from desktop.lifecycle import CERTIFIED, HEAD, NAME, PASSWORD, PEOPLE, UPKEEP
from desktop.store.base import Base
from desktop.store.history import CREATED, Action, Change

if TYPE_CHECKING:
    from desktop.store import Store

WATCHED = {"name": NAME, "upkeep": UPKEEP, "certified": CERTIFIED, "body": CERTIFIED}
TITLE = "登记待办的变更备案"
_HEADS = (assignments.LEADER, assignments.HEAD)


class ChangeMark(Base):
    """How far the history and the chain have been read; one row."""

    __tablename__ = "change_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action_id: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Noticed:
    """One change that must be filed."""

    account_id: int
    field: str
    on: date
    cause: str


def catch_up(store: Store) -> list[str]:
    """Open a filing for every watched change since the last look; returns the titles of the accounts concerned.

    Cheap when nothing was changed: two indexed look-ups. Called after every write and at start.
    """
    with store.read() as session:
        mark = session.get(ChangeMark, 1) or ChangeMark(id=1, action_id=0, seq=0)
        news = _newest(session, mark)
        if news == (mark.action_id, mark.seq):
            return []
        touched = _touched(session, mark)
    if not touched:
        return []
    with store.write(TITLE, automatic=True) as session:
        mark = session.get(ChangeMark, 1) or ChangeMark(id=1, action_id=0, seq=0)
        _withdraw_undone(session, mark, store.clock().date())
        opened = _open(session, list(noticed(session, mark)))
        _close_handed_over(session, mark)
        mark.action_id, mark.seq = news
        session.merge(mark)
    return opened


def _newest(session: Session, mark: ChangeMark) -> tuple[int, int]:
    action = session.scalar(select(func.max(Action.id))) or mark.action_id
    return action, session.scalar(select(func.max(custody.CustodyEvent.seq))) or mark.seq


def _watched_changes(mark: ChangeMark) -> object:
    return or_(
        (Change.kind == "account") & Change.field.in_(WATCHED),
        Change.kind == "assignment",
    ) & (Change.action_id > mark.action_id)


def _touched(session: Session, mark: ChangeMark) -> bool:
    watched = session.scalar(select(Change.id).where(_watched_changes(mark)).limit(1))  # type: ignore[arg-type]
    events = select(custody.CustodyEvent.seq).where(
        custody.CustodyEvent.seq > mark.seq, custody.CustodyEvent.kind.in_((custody.CHANGED, custody.FILED))
    )
    return watched is not None or session.scalar(events.limit(1)) is not None


def noticed(session: Session, mark: ChangeMark) -> Iterator[Noticed]:
    """Every change since the mark that must be filed."""
    rows = session.execute(
        select(Change, Action)
        .join(Action, Action.id == Change.action_id)
        .where(_watched_changes(mark), Action.undone_by.is_(None), Action.undoes.is_(None))  # type: ignore[arg-type]
        .order_by(Change.id)
    )
    for change, action in rows:
        found = _from_change(session, change, action)
        if found is not None and _must_be_filed(session, found, action.at.date()):
            yield found
    events = select(custody.CustodyEvent).where(
        custody.CustodyEvent.seq > mark.seq, custody.CustodyEvent.kind == custody.CHANGED
    )
    for event in session.scalars(events.order_by(custody.CustodyEvent.seq)):
        on = date.fromisoformat(event.acted_on or event.at[:10])
        if event.account_id is not None:
            found = Noticed(event.account_id, PASSWORD, on, f"custody {event.seq}")
            if _must_be_filed(session, found, on):
                yield found


def _from_change(session: Session, change: Change, action: Action) -> Noticed | None:
    cause = f"action {action.id}"
    if change.kind == "account":
        return Noticed(change.record_id, WATCHED[change.field], action.at.date(), cause)
    one = session.get_one(assignments.Assignment, change.record_id)
    if one.role not in RUNNERS and one.role not in _HEADS:
        return None
    field = PEOPLE if one.role in RUNNERS else HEAD
    on = {CREATED: one.since, "until": one.until, "since": one.since}.get(change.field)
    if change.field in ("note", "since"):
        return None
    return Noticed(one.account_id, field, on or action.at.date(), cause)


def _must_be_filed(session: Session, found: Noticed, entered: date) -> bool:
    account = session.get(accounts.Account, found.account_id)
    if account is None or account.trashed_at is not None or account.filed_on is None:
        return False
    if account.state not in accounts.RUNNING or found.on < account.filed_on:
        return False
    made = session.scalar(
        select(Action.at)
        .join(Change, Change.action_id == Action.id)
        .where(Change.kind == "account", Change.record_id == account.id, Change.field == CREATED)
    )
    return made is None or made.date() < entered


def _open(session: Session, found: Iterable[Noticed]) -> list[str]:
    """One filing per account and day; a further change of the same day is added to it."""
    titles: dict[str, None] = {}
    for one in found:
        waiting = [
            filing
            for filing in lifecycle.of_account(session, one.account_id)
            if filing.kind == CHANGE and filing.filed_on is None and filing.withdrawn_on is None
        ]
        same_day = next((filing for filing in waiting if filing.happened_on == one.on), None)
        if same_day is None:
            lifecycle.begin(session, one.account_id, CHANGE, one.on, fields=(one.field,), cause=one.cause)
        elif one.field not in same_day.field_list:
            same_day.fields = "、".join((*same_day.field_list, one.field))
            same_day.cause = ";".join((same_day.cause, one.cause))
        titles[session.get_one(accounts.Account, one.account_id).title] = None
    return list(titles)


def _withdraw_undone(session: Session, mark: ChangeMark, today: date) -> None:
    """What was opened by an action since undone is withdrawn, unless other changes hang on it."""
    undone = session.scalars(select(Action.undoes).where(Action.id > mark.action_id, Action.undoes.is_not(None)))
    causes = {f"action {number}" for number in undone}
    for filing in lifecycle.in_use(session):
        waiting = filing.filed_on is None and filing.withdrawn_on is None
        if waiting and filing.cause and set(filing.cause.split(";")) <= causes:
            lifecycle.withdraw(filing, today, "引起它的修改已撤销")


def _close_handed_over(session: Session, mark: ChangeMark) -> None:
    """A handover whose filing step is done has filed its password and people; the open filing is closed with it."""
    events = select(custody.CustodyEvent).where(
        custody.CustodyEvent.seq > mark.seq, custody.CustodyEvent.kind == custody.FILED
    )
    for event in session.scalars(events.order_by(custody.CustodyEvent.seq)):
        on = date.fromisoformat(event.acted_on or event.at[:10])
        for filing in lifecycle.of_account(session, event.account_id) if event.account_id else ():
            handed = set(filing.field_list) <= {PASSWORD, PEOPLE, UPKEEP}
            if filing.kind == CHANGE and filing.filed_on is None and handed and filing.happened_on <= on:
                filing.filed_on, filing.note = on, "随交接备案"
