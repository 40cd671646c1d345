"""One thing that is due, and the desk on which the sources lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from desktop.checking.catalogue import ACTIONS
from desktop.rulepacks import Rule
from desktop.rules import BORROWED
from desktop.topics import SPANS
from desktop.workdays import FROM_NEXT_DAY, Left

if TYPE_CHECKING:
    from desktop.checking.findings import Context

AT_ONCE = "尽快办理"
SOON = 3  # working days from which on the tag is amber, as on the drawing of the home page


@dataclass(frozen=True)
class Due:
    """One thing that is due.

    Attributes:
        key: the same as long as the matter is the same; kind of matter, then number of the record.
        title: what is to be done. note: why, in a few words besides the clause.
        on, hour: last day and hour; None where no clause gives a day (及时).
        left: how much time is left; None without a day.
        rules, cites: the clauses, strictest first, and the same in words.
        counted: how the day was counted (自次日起算, 预计).
        action: key of catalogue.ACTIONS. record: number of the record the button opens.
        progress: shown instead of the time left, such as 第 3 步 / 共 5 步.
        told: a reminder names it however far its last day is, for its own day of reminding has come.
    """

    key: str
    title: str
    on: date | None
    left: Left | None
    action: str
    record: int
    note: str = ""
    hour: time | None = None
    rules: tuple[Rule, ...] = ()
    cites: tuple[str, ...] = ()
    counted: str = ""
    progress: str = ""
    told: bool = False

    @property
    def late(self) -> bool:
        """Whether the last moment has passed."""
        return self.left is not None and self.left.late

    @property
    def tag(self) -> str:
        """What the tag says."""
        return self.progress or (self.left.words if self.left is not None else AT_ONCE)

    @property
    def tone(self) -> str:
        """Tint of the tag: red when late or on the last day, amber when close or without a day, else blue."""
        if self.left is None:
            return "amber"
        if self.left.late or self.left.today:
            return "red"
        return "amber" if self.left.working <= SOON else "blue"

    @property
    def button(self) -> str:
        """What the button says."""
        return ACTIONS[self.action].label

    @property
    def basis(self) -> str:
        """The second line: clause, then the note."""
        if not self.cites:
            return " · ".join(part for part in (self.note, self.counted) if part)
        own = "" if self.cites[0].startswith(BORROWED) else "依据 "
        others = f"（另见{'、'.join(self.cites[1:])}）" if len(self.cites) > 1 else ""
        return " · ".join(part for part in (own + self.cites[0] + others, self.note, self.counted) if part)

    @property
    def rank(self) -> tuple[int, date, time, str]:
        """Sorted by last day; what is to be done at once stands between the late and the rest."""
        if self.on is None:
            return 1, date.min, time.min, self.key
        return (0 if self.late else 2), self.on, self.hour or time.max, self.key


def counted(desk: Desk, day: date | None, rules: Sequence[Rule]) -> str:
    """How a last day was counted: 自次日起算 for a span of days after an event, 预计 where its year has no notice."""
    span = next((rule.unit for rule in rules if rule.number is not None), "")
    said = [FROM_NEXT_DAY] if day is not None and span in SPANS and span != "小时" else []
    if day is not None and span == "工作日" and not desk.c.calendar.covers(day):
        said.append(f"{day.year} 年放假安排未录入，预计")
    return "，".join(said)


@dataclass
class Desk:
    """Collects what is due at one moment."""

    c: Context
    now: datetime
    items: list[Due] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day of now."""
        return self.now.date()

    def lay(
        self,
        key: str,
        title: str,
        on: date | None,
        action: str,
        record: int,
        *,
        rules: Sequence[Rule] = (),
        note: str = "",
        hour: time | None = None,
        counted: str = "",
        progress: str = "",
        told: bool = False,
    ) -> None:
        """Put one thing on the desk; `rules` are the clauses behind it, strictest first."""
        left = self.c.calendar.left(self.now, on, hour) if on is not None else None
        said = tuple(rules), self.c.cites(rules)
        self.items.append(Due(key, title, on, left, action, record, note, hour, *said, counted, progress, told))
