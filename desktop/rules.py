"""Rules (规定) as dated data with a clause: packs, and what the chosen ones say on a matter on a day.

One pack is one issuer's regulation in `resources/rules/<name>.toml`, in the clerk's own `rules` folder, or a single
file taken in by `add_pack`. How to write one: docs/rules.md. Nothing here decides which regulation binds a unit: the
unit (or its superior) chooses; the strictest is named first, all are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from desktop.errors import BadFile, Refused
from desktop.paths import bundled, home, write_whole
from desktop.rulepacks import Pack, Rule, read_pack
from desktop.topics import SPANS, TOPICS
from desktop.workdays import Reckoned, WorkCalendar

BINDING, BORROWED = "依据", "参照"


@dataclass(frozen=True)
class Chosen:
    """A pack the unit works by, and since when."""

    pack: Pack
    standing: str = BINDING
    since: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the pack speaks about that day."""
        return (self.since is None or day >= self.since) and self.pack.covers(day)


class Rulebook:
    """The packs a unit chose. Ask `on(day)` for what they say on a day."""

    def __init__(self, chosen: Sequence[Chosen]) -> None:
        self.chosen = tuple(chosen)

    def on(self, day: date) -> InForce:
        """The rules in force on a day; packs that do not cover it are named in `silent`.

        Raises:
            Refused: not one chosen pack covers the day, so that no answer would be right.
        """
        speaking = [one for one in self.chosen if one.covers(day)]
        if self.chosen and not speaking:
            named = "、".join(f"{one.pack.short}（{one.pack.validity}）" for one in self.chosen)
            raise Refused(
                f"所选规定都不适用于 {day}：{named}。", todo="请在“自查与整改→适用规定”中选用当时有效的规定。"
            )
        silent = tuple(one for one in self.chosen if one not in speaking)
        return InForce(day, speaking, silent)


class InForce:
    """What the chosen packs say on one day."""

    def __init__(self, day: date, speaking: Sequence[Chosen], silent: Sequence[Chosen] = ()) -> None:
        self.day = day
        self.speaking = tuple(speaking)
        self.silent = tuple(silent)
        self._standing = {one.pack.id: one.standing for one in speaking}
        self._since = {one.pack.id: one.since for one in speaking}
        self._by_topic: dict[str, list[Rule]] = {}
        for one in speaking:
            for rule in one.pack.rules:
                if rule.covers(day):
                    self._by_topic.setdefault(rule.topic, []).append(rule)
        self._asked: dict[tuple[str, str, str], tuple[Rule, ...]] = {}

    def of(self, topic: str, level: str = "", platform: str = "") -> tuple[Rule, ...]:
        """What is said on a matter to units of a level about a platform, strictest first.

        Raises:
            KeyError: no such matter (a fault of the program).
        """
        asked = (topic, level, platform)
        if asked not in self._asked:
            assert topic in TOPICS, topic
            found = [rule for rule in self._by_topic.get(topic, ()) if rule.concerns(level, platform)]
            self._asked[asked] = tuple(sorted(found, key=self._order))
        return self._asked[asked]

    def rules(self) -> Iterator[Rule]:
        """Every rule in force."""
        for rules in self._by_topic.values():
            yield from rules

    def binds(self, rule: Rule) -> bool:
        """Whether the rule's pack is the unit's own regulation (依据), not one looked at (参照)."""
        return self._standing[rule.head.id] == BINDING

    def since(self, rule: Rule) -> date | None:
        """From when the unit is bound by the rule: its own first day or the day the unit took the pack up."""
        days = [day for day in (rule.start, self._since[rule.head.id]) if day is not None]
        return max(days, default=None)

    def cite(self, rule: Rule) -> str:
        """Pack and clause, with 参照 where it is not the unit's own."""
        return rule.cite if self.binds(rule) else f"{BORROWED} {rule.cite}"

    def _order(self, rule: Rule) -> tuple[float, int]:
        return strictness(rule), 0 if self.binds(rule) else 1


def strictness(rule: Rule) -> float:
    """A number by which rules on one matter are sorted, smallest strictest; rules without a number come last."""
    if rule.number is None:
        return float("inf")
    weight = rule.number * SPANS.get(rule.unit, 1.0)
    return -weight if TOPICS[rule.topic].more_is_stricter else weight


def due_after(rule: Rule, start: date, calendar: WorkCalendar) -> Reckoned:
    """The last day to comply when something happened on `start`; the start is not counted (自次日起算).

    A span in days, weeks, months or years is not moved when it ends on a day off: the earlier day is the safe one.
    """
    number = int(rule.number or 0)
    if rule.unit == "工作日":
        return calendar.add(start, number)
    return Reckoned(shift(start, number, rule.unit))


def ahead_of(rule: Rule, event: date, calendar: WorkCalendar) -> Reckoned:
    """The last day to comply with a lead time before an event (提前)."""
    number = int(rule.number or 0)
    if rule.unit == "工作日":
        return calendar.before(event, number)
    return Reckoned(shift(event, -number, rule.unit))


def cutoff(rule: Rule, today: date) -> date:
    """The oldest day that is still within the rule's span before today."""
    return shift(today, -int(rule.number or 0), rule.unit)


def shift(day: date, number: int, unit: str) -> date:
    """A day moved by calendar days, weeks, months or years; the 31st becomes the last day of a shorter month."""
    if unit in {"天", "日"}:
        return day + timedelta(days=number)
    if unit == "周":
        return day + timedelta(weeks=number)
    if unit not in {"个月", "年"}:
        raise ValueError(f"not a span of the calendar: {unit}")
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "年" else 1)
    first = date(months // 12, months % 12 + 1, 1)
    after = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def folders() -> tuple[Path, Path]:
    """Where packs lie: the program's, then the clerk's."""
    return bundled("resources") / "rules", home() / "rules"


def packs(*places: Path) -> dict[str, Pack]:
    """Every pack of the folders by id; a later folder's pack replaces an earlier one of the same id.

    Raises:
        BadFile: a file is not a pack, or a rule id is used by two packs.
    """
    stamps = tuple(
        (file, file.stat().st_mtime_ns) for place in places or folders() for file in sorted(place.glob("*.toml"))
    )
    return dict(_packs(stamps))


@lru_cache(maxsize=4)
def _packs(stamps: tuple[tuple[Path, int], ...]) -> dict[str, Pack]:
    found: dict[str, Pack] = {}
    for file, _ in stamps:
        pack = read_pack(file)
        found[pack.id] = pack
    _refuse_twins(found.values())
    return found


def add_pack(file: Path, place: Path | None = None) -> Pack:
    """Take one pack file into the clerk's own folder, replacing an earlier edition of the same pack.

    Raises:
        BadFile: it is no pack, or its rule ids belong to another pack; nothing is copied.
    """
    pack = read_pack(file)
    target = place or folders()[1]
    others = packs(folders()[0], target)
    _refuse_twins([*(other for other in others.values() if other.id != pack.id), pack])
    write_whole(target / f"{pack.id}.toml", file.read_bytes())
    return pack


def _refuse_twins(known: Iterable[Pack]) -> None:
    owner: dict[str, Pack] = {}
    for pack in known:
        for rule in pack.rules:
            if rule.id in owner:
                raise BadFile(
                    f"规定包“{pack.short}”的编号 {rule.id} 已被“{owner[rule.id].short}”使用。",
                    where=rule.id,
                    todo="请给规定包里的每一条起不重复的编号。",
                )
            owner[rule.id] = pack


def whole(known: dict[str, Pack], since: date | None = None) -> Rulebook:
    """A rulebook of every pack, as if all were binding; for looking things up and for measuring."""
    return Rulebook([Chosen(replace(pack, borrowed=False), BINDING, since) for pack in known.values()])
