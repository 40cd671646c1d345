"""Speed as a ratio to a floor measured in the same run; never a time of its own, for machines differ.

Each measure runs its candidate and its floor in turn, A B A B …, and reports the ratio of the smallest times (other
work on the machine disturbs them least) beside the ratio it must stay below. `tuanmei bench` prints them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One measured ratio.

    Attributes:
        name: what was measured. floor_name: what it is compared with.
        floor, ours: smallest times in ms. limit: the ratio it must not exceed.
    """

    name: str
    floor_name: str
    floor: float
    ours: float
    limit: float

    @property
    def value(self) -> float:
        """Ours by floor."""
        return self.ours / self.floor

    @property
    def good(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit


def timed(work: Callable[[], object]) -> float:
    """How long a call takes, in ms."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def compare(
    name: str, ours: Callable[[], float], floor_name: str, floor: Callable[[], float], limit: float, *, rounds: int = 9
) -> Ratio:
    """Measure two things in turn; each call returns ms, the first of each is a warm-up."""
    floor()
    ours()
    pairs = [(floor(), ours()) for _ in range(rounds)]
    least = [min(side) for side in zip(*pairs, strict=True)]
    return Ratio(name, floor_name, least[0], least[1], limit)


def measures() -> Iterator[tuple[str, Callable[[], Iterator[Ratio]]]]:
    """Every group of measures by name, imported when it is asked for."""
    from desktop.bench import checks, custody, documents, filling, reading, signing, start, window

    yield "start", start.ratios
    yield "window", window.ratios
    yield "filling", filling.ratios
    yield "checks", checks.ratios
    yield "custody", custody.ratios
    yield "signing", signing.ratios
    yield "reading", reading.ratios
    yield "documents", documents.ratios
