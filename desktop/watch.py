"""Watching (提醒与检查): one look at everything: facts, chosen packs, calendar, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from desktop import adoption
from desktop.checking import loading
from desktop.checks import Checker
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.store import Store


@dataclass(frozen=True)
class Look:
    """What was seen at one moment."""

    now: datetime
    checker: Checker
    calendar: WorkCalendar


def look(store: Store, calendar: WorkCalendar | None = None) -> Look:
    """Load the register and check it against the packs the unit works by, today.

    Raises:
        Refused: no chosen pack covers today, or a chosen pack is gone.
        BadFile: a pack or a holiday file is damaged.
    """
    now = store.clock()
    with store.read() as session:
        facts = loading.register(session, now.date())
        book = adoption.rulebook(session)
    calendar = calendar or WorkCalendar.load()
    return Look(now, Checker(facts, book, calendar, now.date()), calendar)
