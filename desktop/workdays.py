"""Working days: the State Council's holidays and make-up days, counting from the next day on.

One file a year under `resources/holidays/<year>.toml`; a file of the same year in the clerk's own `holidays` folder
replaces it. A year without a file is reckoned by weekends alone and everything that touches it is marked 预计.

    year = 2026
    source = "国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）"
    [[holiday]]
    name = "元旦"
    first = 2026-01-01
    last = 2026-01-03
    work = [2026-01-04]        # weekend days worked in exchange; may be left out
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from desktop.errors import BadFile, BadValue
from desktop.paths import bundled, home

FROM_NEXT_DAY = "自次日起算"
DAY = timedelta(days=1)
# A notice of one year may reach a little into the year before (元旦 2023 began on 31 December 2022).
REACH = timedelta(days=15)
LONGEST_HOLIDAY = 15  # days; 2020 had the longest so far, ten days with its extension


@dataclass(frozen=True)
class Holiday:
    """One festival: days off from `first` to `last` inclusive, and the weekend days worked for it."""

    name: str
    first: date
    last: date
    work: tuple[date, ...] = ()


@dataclass(frozen=True)
class HolidayYear:
    """The arrangement of one year as one notice printed it."""

    year: int
    source: str
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True)
class Reckoned:
    """A day found by counting; `estimated` lists the years that had no file on the way there."""

    day: date
    estimated: tuple[int, ...] = ()

    @property
    def note(self) -> str:
        """What must be said beside the day: how it was counted and whether it is only expected."""
        return FROM_NEXT_DAY + _estimate_note(self.estimated)


@dataclass(frozen=True)
class Left:
    """How far a deadline is away.

    Args:
        working: working days still to come up to and including the last day; 0 when overdue.
        overdue: calendar days since the last day; 0 when not overdue.
        today: the last day is today and its hour has not passed.
        past_hour: the last day is today and its hour has passed.
        estimated: years reckoned by weekends alone.
    """

    working: int
    overdue: int = 0
    today: bool = False
    past_hour: bool = False
    estimated: tuple[int, ...] = ()

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.overdue > 0 or self.past_hour

    @property
    def words(self) -> str:
        """What a tag shows: 剩 2 个工作日, 今天到期, 已超期 1 天."""
        if self.past_hour:
            return "今天已过时限"
        if self.overdue:
            return f"已超期 {self.overdue} 天"
        if self.today:
            return "今天到期"
        expected = "预计" if self.estimated else ""
        return f"{expected}剩 {self.working} 个工作日"


class WorkCalendar:
    """Which days are worked, for the years whose notice is known."""

    def __init__(self, years: Iterable[HolidayYear]) -> None:
        self.years: dict[int, HolidayYear] = {year.year: year for year in years}
        self._off: dict[date, str] = {}
        self._worked: dict[date, str] = {}
        for year in self.years.values():
            for holiday in year.holidays:
                self._worked.update(dict.fromkeys(holiday.work, holiday.name))
                day = holiday.first
                while day <= holiday.last:
                    self._off[day] = holiday.name
                    day += DAY

    @classmethod
    def load(cls, *folders: Path) -> WorkCalendar:
        """Read every `<year>.toml` of the folders; a later folder's file replaces an earlier one's of the same year.

        Without folders: the program's own files, then the clerk's.

        Raises:
            BadFile: a file contradicts itself or is not a holiday file.
        """
        found: dict[int, HolidayYear] = {}
        for folder in folders or (bundled("resources") / "holidays", home() / "holidays"):
            for file in sorted(folder.glob("*.toml")):
                year = read_year(file)
                found[year.year] = year
        return cls(found.values())

    def covers(self, day: date) -> bool:
        """Whether the notice for that day's year is known."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked; a year without a file knows only weekends."""
        if day in self._worked:
            return True
        return day.weekday() < 5 and day not in self._off

    def name_of(self, day: date) -> str:
        """What the day is called: 春节, 春节调休上班, 周末 or 工作日."""
        if day in self._worked:
            return f"{self._worked[day]}调休上班"
        return self._off.get(day) or ("周末" if day.weekday() >= 5 else "工作日")

    def add(self, start: date, count: int) -> Reckoned:
        """The last of `count` working days after `start`; the start itself is not counted (自次日起算)."""
        return self._walk(start, count, DAY)

    def before(self, day: date, count: int) -> Reckoned:
        """The latest day that lies `count` working days before `day` (提前 n 个工作日); `day` is not counted."""
        return self._walk(day, count, -DAY)

    def between(self, start: date, end: date) -> tuple[int, tuple[int, ...]]:
        """Working days after `start` up to and including `end`, and the years without a file among them."""
        count, day, missing = 0, start, set[int]()
        while day < end:
            day += DAY
            count += self.is_workday(day)
            if not self.covers(day):
                missing.add(day.year)
        return count, tuple(sorted(missing))

    def left(self, now: datetime, due: date, hour: time | None = None) -> Left:
        """How much time is left until `due`, at the end of that day or at `hour` where the notice names one."""
        today = now.date()
        if due < today:
            return Left(0, overdue=(today - due).days)
        if due == today:
            passed = hour is not None and now.time() > hour
            return Left(0, today=not passed, past_hour=passed)
        working, missing = self.between(today, due)
        return Left(working, estimated=missing)

    def uncovered(self, today: date, ahead: int = 60) -> str:
        """A sentence for the clerk when a year within `ahead` days has no file, else an empty string."""
        missing = sorted({year for year in (today.year, (today + ahead * DAY).year) if year not in self.years})
        if not missing:
            return ""
        named = "、".join(f"{year}年" for year in missing)
        return f"{named}放假安排尚未录入，工作日按周末推算，仅为预计。国务院办公厅通知公布后，请用“粘贴通知”录入。"

    def _walk(self, start: date, count: int, step: timedelta) -> Reckoned:
        if count < 0:
            raise ValueError(f"a number of working days is not negative: {count}")
        day, missing = start, set[int]()
        while count:
            day += step
            count -= self.is_workday(day)
            if not self.covers(day):
                missing.add(day.year)
        return Reckoned(day, tuple(sorted(missing)))


def read_year(file: Path) -> HolidayYear:
    """One year's file, checked.

    Raises:
        BadFile: unreadable, unknown keys, a day both off and worked, a make-up day that is no weekend day.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(
            f"放假安排文件“{file.name}”读不出来（{error}）。", where=str(file.parent), todo="请重新录入该年份。"
        ) from error
    try:
        return check_year(_from_table(data))
    except BadValue as error:
        raise BadFile(
            f"放假安排文件“{file.name}”有错：{error.what}", where=str(file), todo="请改正后重新打开。"
        ) from error


def check_year(year: HolidayYear) -> HolidayYear:
    """The same year when it does not contradict itself.

    Raises:
        BadValue: naming the festival and the day that cannot be right.
    """
    earliest, latest = date(year.year, 1, 1) - REACH, date(year.year, 12, 31) + REACH
    off: set[date] = set()
    for holiday in year.holidays:
        length = (holiday.last - holiday.first).days + 1
        if not 1 <= length <= LONGEST_HOLIDAY:
            raise BadValue(f"{holiday.name}从{holiday.first}到{holiday.last}，共 {length} 天，不合常理。")
        days = {holiday.first + index * DAY for index in range(length)}
        if days & off:
            raise BadValue(f"{holiday.name}与另一节日的放假日期重叠：{min(days & off)}。")
        off |= days
        for day in (*days, *holiday.work):
            if not earliest <= day <= latest:
                raise BadValue(f"{holiday.name}的日期{day}不属于{year.year}年。")
    for holiday in year.holidays:
        for day in holiday.work:
            if day.weekday() < 5:
                raise BadValue(f"{holiday.name}的上班日{day}本来就是工作日，不是调休。")
            if day in off:
                raise BadValue(f"{day}既放假又上班。")
    return year


def year_toml(year: HolidayYear) -> str:
    """The file of one year, as `read_year` reads it."""
    lines = [f"year = {year.year}", f"source = {_quoted(year.source)}"]
    for holiday in year.holidays:
        lines += ["", "[[holiday]]", f"name = {_quoted(holiday.name)}"]
        lines += [f"first = {holiday.first}", f"last = {holiday.last}"]
        if holiday.work:
            lines.append(f"work = [{', '.join(str(day) for day in holiday.work)}]")
    return "\n".join(lines) + "\n"


def _from_table(data: Mapping[str, Any]) -> HolidayYear:
    _only_keys(data, {"year", "source", "holiday"}, "文件开头")
    year, source, tables = data.get("year"), data.get("source"), data.get("holiday")
    if not isinstance(year, int) or not 2000 <= year <= 2100:
        raise BadValue("缺少年份 year。")
    if not isinstance(source, str) or not source.strip():
        raise BadValue("缺少来源 source。")
    if not isinstance(tables, list) or not tables:
        raise BadValue("没有任何节日。")
    return HolidayYear(year, source, tuple(_holiday(table) for table in tables))


def _holiday(table: Mapping[str, Any]) -> Holiday:
    _only_keys(table, {"name", "first", "last", "work"}, "节日")
    name, first, last, work = table.get("name"), table.get("first"), table.get("last"), table.get("work", [])
    if not isinstance(name, str) or not name.strip():
        raise BadValue("有一个节日没有名称。")
    if not all(type(day) is date for day in (first, last, *work)):
        raise BadValue(f"{name}的日期应写成 2026-01-01 的样子。")
    assert isinstance(first, date)
    assert isinstance(last, date)
    return Holiday(name, first, last, tuple(work))


def _only_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise BadValue(f"{where}有不认识的项目：{'、'.join(unknown)}。")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _estimate_note(years: tuple[int, ...]) -> str:
    if not years:
        return ""
    named = "、".join(str(year) for year in years)
    return f"；{named} 年放假安排未录入，按周末推算，预计"
