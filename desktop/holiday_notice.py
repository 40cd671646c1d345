"""Reading the State Council's holiday notice as pasted text, so that a new year can be entered without network.

The wording read is that of the notices for 2023 (国办发明电〔2022〕16号) to 2026, numbered clauses like
«一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。». Weekdays and day counts that the notice
prints are checked against the calendar, so that a slip of the copy is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from desktop.errors import BadValue
from desktop.paths import write_whole
from desktop.workdays import Holiday, HolidayYear, check_year, year_toml

FESTIVALS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
WEEKDAYS = "一二三四五六日"

_TITLE = re.compile(r"(\d{4})年(?:部分)?节假日安排")
_NUMBER = re.compile(r"国办发明电[〔\[(（](\d{4})[〕\])）](\d+)号")
_CLAUSE = re.compile(r"[一二三四五六七八九十]+、([^:。、]{2,4}(?:、[^:。、]{2,4})*):")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?"
_SPAN = re.compile(_DAY + r"(?:(?:至|到|-|~)" + _DAY + r")?放假")
_ONE = re.compile(_DAY)
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")

# year, month, day and the words in brackets, as the patterns above find them
Part = Sequence[str | None]


def parse_notice(text: str, year: int | None = None) -> HolidayYear:
    """The year that a pasted notice arranges.

    Args:
        text: the notice, or at least its numbered clauses.
        year: the year it is for, needed only when the text does not name it in its title.

    Raises:
        BadValue: naming the clause that cannot be read or contradicts the calendar, or the festival that is missing.
    """
    plain = _plain(text)
    titled = _TITLE.search(plain)
    year = int(titled[1]) if titled else year
    if year is None:
        raise BadValue("没有找到“××××年部分节假日安排”的标题。", todo="请连同标题一起粘贴。")
    clauses = list(_CLAUSE.finditer(plain))
    if not clauses:
        raise BadValue("没有找到“一、元旦：……”这样的条目。", todo="请粘贴通知的正文。")
    ends = [*(clause.start() for clause in clauses[1:]), len(plain)]
    holidays = [_holiday(clause[1], plain[clause.end() : end], year) for clause, end in zip(clauses, ends, strict=True)]
    named = "".join(holiday.name for holiday in holidays)
    missing = [festival for festival in FESTIVALS if festival not in named]
    if missing:
        raise BadValue(f"通知里缺少：{'、'.join(missing)}。", todo="请检查是否粘贴完整。")
    number = _NUMBER.search(plain)
    numbered = f"（国办发明电〔{number[1]}〕{number[2]}号）" if number else ""
    source = f"国务院办公厅关于{year}年部分节假日安排的通知{numbered}"
    return check_year(HolidayYear(year, source, tuple(holidays)))


def keep_year(year: HolidayYear, folder: Path) -> Path:
    """Write the year into the clerk's own holiday folder and return the file.

    Raises:
        FileBusy, Refused: the file cannot be written.
    """
    return write_whole(folder / f"{year.year}.toml", year_toml(year).encode())


def _holiday(name: str, body: str, year: int) -> Holiday:
    sentences = [sentence for sentence in body.split("。") if sentence]
    spans = [span for sentence in sentences if (span := _SPAN.search(sentence))]
    if len(spans) != 1:
        raise BadValue(f"{name}的放假日期读不出来：“{body[:40]}”。", where=name, todo="请对照原文检查这一条。")
    start, end = spans[0].groups()[:4], spans[0].groups()[4:]
    first = _day(start, year, None, name)
    last = _day(end, first.year, first.month, name) if end[2] else first
    counted = _COUNT.search(body)
    if counted and int(counted[1]) != (last - first).days + 1:
        raise BadValue(
            f"{name}写明共 {counted[1]} 天，但{first}至{last}是 {(last - first).days + 1} 天。",
            where=name,
            todo="请对照原文检查这一条。",
        )
    work: list[date] = []
    for sentence in sentences:
        if sentence.endswith("上班"):
            for part in _ONE.findall(sentence):
                work.append(_day(part, year, work[-1].month if work else None, name))
    return Holiday(name, first, last, tuple(work))


def _day(part: Part, year: int, month: int | None, name: str) -> date:
    in_year = int(part[0]) if part[0] else year
    in_month = int(part[1]) if part[1] else month
    printed = "".join(f"{value}{unit}" for value, unit in zip(part[:3], ("年", "月", "日"), strict=True) if value)
    try:
        day = date(in_year, in_month or 0, int(part[2] or 0))
    except ValueError:
        raise BadValue(f"{name}里的“{printed}”不是一个日期。", where=name, todo="请对照原文检查这一条。") from None
    weekday = _WEEKDAY.search(part[3] or "")
    expected = WEEKDAYS[day.weekday()]
    if weekday and weekday[1].replace("天", "日") != expected:
        raise BadValue(
            f"{name}里的{printed}写的是周{weekday[1]}，而{day.year}年这一天是周{expected}。",
            where=name,
            todo="请对照原文检查日期和年份。",
        )
    return day


def _plain(text: str) -> str:
    """Full-width digits and marks made half-width, blanks and line ends removed."""
    narrow = unicodedata.normalize("NFKC", text).replace("—", "-").replace("－", "-").replace("～", "~")
    return re.sub(r"\s+", "", narrow)
