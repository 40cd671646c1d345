"""Speed in the tests: always a ratio to a floor taken in turn with it, for no time of its own holds on every machine.

`tuanmei bench` holds the limits themselves on a quiet machine. The tests run two by two, often on a machine busy with
other work besides, so here a limit has ROOM and a few TRIES: what fails has become slow, not unlucky.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from sqlalchemy import event

from desktop.bench import Ratio, compare
from desktop.store import Store

TRIES = 4
ROOM = 1.5  # times a limit of the bench


def over(measure: Callable[[], Iterable[Ratio]], room: float = ROOM) -> dict[str, float]:
    """What stays above its limit in every try, with the smallest part of the limit it was seen at."""
    best: dict[str, float] = {}
    for _ in range(TRIES):
        for one in measure():
            best[one.name] = min(one.value / one.limit, best.get(one.name, float("inf")))
        assert best, "nothing was measured"
        if max(best.values()) <= room:
            break
    return {name: value for name, value in best.items() if value > room}


def ratio(ours: Callable[[], object], floor: Callable[[], object], *, rounds: int = 5) -> float:
    """The smallest processor time of a work by that of its floor, both warmed up and then taken in turn."""
    return compare("", lambda: spent(ours), "", lambda: spent(floor), 0.0, rounds=rounds).value


def spent(work: Callable[[], object]) -> float:
    """The processor time a work takes, in seconds."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def slowness() -> float:
    """How many times slower this machine is now than one that makes 40,000 texts of numbers in 3.5 ms; at least 1."""
    return max(1.0, min(spent(lambda: [str(number) for number in range(40_000)]) for _ in range(3)) / 0.0035)


def keeps(ours: Callable[[], object], floor: Callable[[], object], limit: float) -> bool:
    """Whether a work stays within so many times its floor in one of a few tries."""
    return any(ratio(ours, floor) <= limit for _ in range(TRIES))


def statements(store: Store) -> list[str]:
    """Every statement of SQL that the store runs from now on, in their order; transactions are not counted."""
    asked: list[str] = []

    @event.listens_for(store._engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(statement)

    return asked
