"""Deadlines (待办): everything that is due as one list, by last day, each with its clause and one button.

Working days are counted from the next day on (自次日起算); a rule without a number (及时) has no day: 尽快办理.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from desktop import pending
from desktop.due import duty, register, work
from desktop.due.item import Desk, Due

if TYPE_CHECKING:
    from desktop.pending import Pending
    from desktop.store import Store
    from desktop.watch import Look

ROTATE_DAYS = 90
"""The office's own period for changing passwords unless set otherwise (settings.rotate_days)."""
__all__ = ["ROTATE_DAYS", "Due", "calendar_file", "due_now", "due_of", "pressing", "reminded"]


def due_now(store: Store, look: Look, rotate_days: int = ROTATE_DAYS) -> list[Due]:
    """Everything that is due at the moment of the look, read from the store."""
    with store.read() as session:
        waiting = pending.load(session)
    return due_of(look, waiting, rotate_days)


def due_of(look: Look, waiting: Pending, rotate_days: int = ROTATE_DAYS) -> list[Due]:
    """Everything that is due at the moment of the look: late first, then what has no day, then by day and hour."""
    desk = Desk(look.checker.context, look.now)
    register.lay_out(desk, waiting)
    duty.lay_out(desk)
    work.lay_out(desk, waiting, rotate_days)
    return sorted(desk.items, key=lambda one: one.rank)


def pressing(items: Sequence[Due], days: int = 3) -> list[Due]:
    """What is late, has no day, or falls within some working days."""
    return [one for one in items if one.left is None or one.left.late or one.left.working <= days]


def reminded(items: Sequence[Due]) -> list[Due]:
    """What a reminder speaks of: what presses, and what a clause wants reminded of from a day on (12 月 1 日起年审)."""
    close = pressing(items)
    return [one for one in items if one.told or one in close]


def calendar_file(items: Sequence[Due], now: datetime) -> bytes:
    """The list as a calendar file; what has no day is left out."""
    from desktop.documents.ics import Event, calendar

    events = [
        Event(f"{one.key.replace(' ', '-')}@tuanmei", one.title, one.on, one.hour, f"{one.basis}（{one.tag}）")
        for one in items
        if one.on is not None
    ]
    return calendar(events, now, "团媒台账待办")
