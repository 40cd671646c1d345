"""When an answer is due, read out of the sentences of a notice.

Superiors write deadlines in many ways: with and without year, hour and weekday, as ranges, as «下班前», as «上午12:00»
for noon, as «下周五» or as a number of working days after receipt. Each mention is read to the hour where the notice
says it; whatever had to be assumed is said in the remark.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from desktop.notice_reading.flow import Flowed, Span
from desktop.notice_reading.hours import CLOSING, hour_behind
from desktop.notice_reading.numerals import number

_WEEK = "一二三四五六日"
_N = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"
_Y = r"(?:\d{4}|\d{2}|[〇○零一二三四五六七八九]{4}|今|本|当|明)"
_WEEKDAY = r"(?:星期|周|礼拜)\s*(?P<weekday>[一二三四五六日天])"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:(?P<year>{_Y})\s*年\s*(?:度\s*)?)?(?P<month>{_N})\s*月\s*(?P<day>{_N})\s*(?:[日号]|(?!\d))",
        r"(?<![\d.])(?P<year>\d{4})\s*[./-]\s*(?P<month>\d{1,2})\s*[./-]\s*(?P<day>\d{1,2})(?![\d.])",
        r"(?<![\d.])(?P<month>\d{1,2})[./](?P<day>\d{1,2})(?=\s*[（(]?\s*(?:前|之前|以前|截止|星期|周|上午|下午|中午|\d{1,2}[:：]\d\d))",
        rf"(?:(?P<year>{_Y})\s*年\s*)?(?P<month>{_N}|本|当|下)\s*月\s*(?P<part>上旬|中旬|下旬|月?底|末)",
        rf"(?:(?P<month>本|当|下)个?\s*月\s*)(?P<day>{_N})\s*[日号]",
        rf"(?<![\d月年])(?P<each>每月|每季度[末初]月)\s*(?P<day>{_N})\s*[日号]",
        rf"(?<![\d月—–~～至到-])(?P<day>{_N})\s*[日号](?=\s*[（(上下中午晚前之以截])",
        r"(?P<which>本|这|每|下下|下)?\s*个?\s*(?:星期|周|礼拜)(?P<named>[一二三四五六日天])(?![至到—-])",
        r"(?P<near>今天|今日|当天|当日|今晚|明天|明日|后天|月底|月末)(?=[^。；\n]{0,8}?(?:前|截止|报|交|发|下班|点|时))",
    )
)
_AFTER = re.compile(
    rf"[\s，,、]*(?:[（(]?\s*{_WEEKDAY}\s*[)）]?)?[\s，,、（()）]*"
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|午间|下午|傍晚|晚上|晚间|晚|夜间)?\s*"
    rf"(?:(?P<hour>{_N})\s*(?:[:：]\s*(?P<minute>\d{{2}})(?:[:：]\d{{2}})?|[时点](?![要意建希内])\s*(?:(?P<minute2>\d{{1,2}})\s*分?|(?P<thirty>半)|"
    r"(?P<quarter>一刻))?\s*整?)|(?P<off>下班)|(?P<on>上班))?[\s）)]*(?P<end>之?前|以前|截止|截至|为?止|之?内|以内)?"
)
_TO = re.compile(
    rf"\s*(?:[（(]\s*{_WEEKDAY.replace('?P<weekday>', '?:')}\s*[）)])?\s*"
    r"(?:(?:[上下中]午\s*)?\d{1,2}\s*[:：时点]\s*\d{0,2}\s*分?)?"
    r"\s*起?\s*(?:至|到|[-—–~～－―]{1,3})\s*"
)
_TO_HOUR = re.compile(r"\s*(?:至|到|[-—–~～－―]{1,3})\s*")
_SAME_DAY = re.compile(r"\s*(?:[（(]|[，,]?\s*即)\s*")
_REST = re.compile(rf"(?:(?P<year>{_Y})\s*年\s*)?(?:(?P<month>{_N})\s*月\s*)?(?P<day>{_N})\s*[日号]")
_SPAN = re.compile(
    rf"(?:收到|接到|印发|下发|公布|发布|发文)[^。；\n，,]{{0,14}}?(?:之日起|后|起|的)\s*{_N}\s*个?\s*(?:工作日|自然日|日|天|小时)"
    r"\s*(?:之内|以内|内)"
)
_ASKS = re.compile(
    r"报送|上报|报至|报到|报我|报给|呈报|提交|上交|交至|交到|送交|送至|发送|发至|发到|反馈|回复|返回|填报|报名|反馈至|寄|汇总|前报|前将|前交|前发|打包"
)
_LABEL = re.compile(
    r"(?:截止|报送|提交|上报|上交|申报|反馈|完成|报名)\s*(?:时间|日期|期限|时限)[^。；\n]{0,6}$|(?:最迟|不晚于|不迟于|务必于|务于|请于|须于|应于|截止到|截止|截至)\s*$"
)
_COUNTED = re.compile(
    r"(?:统计|数据|信息采集)\s*(?:时间|周期|口径|截止|截至)[^。；\n]{0,10}$|(?:统计|数据)[^。；\n，,]{0,6}截[至止]到?\s*$"
)
_PAST = re.compile(r"^\s*(?:后|起|以来|印发|召开|下发|发布的|发生|通过)")


@dataclass(frozen=True)
class _Mention:
    """A date in the text: the day, the end of the range it opens, and what stands behind (weekday, hour, 前).

    Attributes:
        half: 上午, 下午 … printed before the first of two hours (下午2:00—5:00).
        other: the same day said otherwise: 下周三（12月2日）.
    """

    found: re.Match[str]
    until: re.Match[str] | None
    behind: re.Match[str]
    half: str | None = None
    other: re.Match[str] | None = None

    @property
    def relative(self) -> bool:
        """Whether the day is named from where the writer stood: 下周三, 明天."""
        return not {"named", "near"}.isdisjoint(self.found.re.groupindex)


@dataclass
class Due:
    """One moment an answer may be due.

    `day` is None when the notice counts from a date the text does not hold; `hour` is None when no hour is printed.
    `weight`: 3 and more the notice plainly asks for it, 2 likely, 1 a guess. `counted` marks the date up to which
    figures are counted, which is no deadline.
    """

    day: date | None
    hour: time | None
    place: Span
    weight: int
    counted: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def value(self) -> str:
        """`2019-01-25`, `2019-01-25 12:00`, or empty when the day cannot be known."""
        if self.day is None:
            return ""
        return f"{self.day:%Y-%m-%d}" if self.hour is None else f"{self.day:%Y-%m-%d} {self.hour:%H:%M}"


def _year(printed: str | None, base: date) -> int | None:
    if printed is None:
        return None
    if printed in "今本当明":
        return base.year + (printed == "明")
    value = number(printed)
    return value if value > 99 else 2000 + value


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] else None


def _yearless(month: int, day: int, base: date, weekday: str | None, remarks: list[str]) -> date | None:
    """The occurrence of a day without a year that fits the printed weekday, else the one nearest to `base`."""
    every = [made for year in range(base.year - 1, base.year + 2) if (made := _day(year, month, day))]
    near = [made for made in every if abs((made - base).days) < 200]
    fitting = [made for made in near if weekday and _WEEK.index(weekday.replace("天", "日")) == made.weekday()]
    chosen = min(fitting or every, key=lambda made: abs((made - base).days), default=None)
    if chosen:
        remarks.append(f"原文没有写年份，按 {chosen.year} 年推算，请核对。")
    return chosen


def _vague(found: re.Match[str], base: date, remarks: list[str]) -> date | None:
    """The last day meant by 上旬, 中旬, 下旬, 月底."""
    printed = found["month"]
    if printed in "本当下":
        first = base.replace(day=1) + timedelta(days=31 if printed == "下" else 0)
        year, month = first.year, first.month
    else:
        month = number(printed)
        year = _year(found["year"], base) or (base.year if month >= base.month - 6 else base.year + 1)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    remarks.append(f"原文只写“{found['part']}”，按该旬最后一天推算，请向上级核对。")
    return _day(year, month, {"上旬": 10, "中旬": 20}.get(found["part"], last))


def _near(found: re.Match[str], base: date, remarks: list[str]) -> date:
    """A day named from where the writer stood: 本周五, 下周一, 明天, 月底."""
    remarks.append(f"原文写的是“{found.group().strip()}”，从 {base:%Y-%m-%d} 推算，请核对。")
    if found.re.groupindex.get("near"):
        if found["near"] in ("月底", "月末"):
            return base.replace(day=calendar.monthrange(base.year, base.month)[1])
        return base + timedelta(days={"明": 1, "后": 2}.get(found["near"][0], 0))
    monday = base - timedelta(days=base.weekday())
    weeks = {"下": 1, "下下": 2}.get(found["which"] or "", 0)
    chosen = monday + timedelta(days=_WEEK.index(found["named"].replace("天", "日")), weeks=weeks)
    return chosen if chosen >= base or found["which"] else chosen + timedelta(weeks=1)


def _read_day(found: re.Match[str], base: date, weekday: str | None, remarks: list[str]) -> date | None:
    groups = found.re.groupindex
    if "part" in groups:
        return _vague(found, base, remarks)
    if "named" in groups or "near" in groups:
        return _near(found, base, remarks)
    day = number(found["day"])
    if "month" not in groups or found["month"] in ("本", "当", "下"):
        following = "month" in groups and found["month"] == "下"
        first = (base.replace(day=1) + timedelta(days=31)).replace(day=1) if following else base.replace(day=1)
        if "each" in groups:
            return _repeated(found["each"], day, first, base, remarks)
        remarks.append(f"原文没有写月份，按 {first.year} 年 {first.month} 月推算，请核对。")
        return _day(first.year, first.month, day)
    year = _year(found["year"], base) if "year" in groups else None
    month = number(found["month"])
    return _day(year, month, day) if year else _yearless(month, day, base, weekday, remarks)


def _repeated(each: str, day: int, first: date, base: date, remarks: list[str]) -> date | None:
    """The next time of a day that comes every month, or in the first or last month of every quarter."""
    remarks.append(f"原文是“{each}”，按{'月' if each == '每月' else '季'}重复；这里只取最近一次。")
    wanted = {"每月": (0, 1, 2), "每季度初月": (0,), "每季度末月": (2,)}[each]
    while (first.month - 1) % 3 not in wanted or (first.year, first.month, day) < (base.year, base.month, base.day):
        first = (first + timedelta(days=31)).replace(day=1)
    return _day(first.year, first.month, day)


def _mentions(flowed: Flowed) -> Iterator[_Mention]:
    """Every date with what stands behind it; earlier patterns win, no character is read twice."""
    taken: set[int] = set()
    for pattern in _DATES:
        for found in pattern.finditer(flowed.text):
            if not taken.isdisjoint(range(*found.span())):
                continue
            between = _TO.match(flowed.text, found.end())
            until = _REST.match(flowed.text, between.end()) if between else None
            behind = _AFTER.match(flowed.text, (until or found).end())
            if behind is None:
                raise AssertionError("the pattern behind a date matches even nothing")
            half = None
            to = _TO_HOUR.match(flowed.text, behind.end()) if behind["hour"] and not behind["end"] else None
            later = _AFTER.match(flowed.text, to.end()) if to else None
            if later is not None and later["hour"]:
                half, behind = behind["half"], later
            taken.update(range(found.start(), behind.end()))
            yield _Mention(found, until, behind, half)


def _merged(mentions: list[_Mention]) -> list[_Mention]:
    """Mentions in order; a day said twice (下周三（12月2日）, 12月2日（下周三）) is one, and its figures count."""
    kept: list[_Mention] = []
    for mention in sorted(mentions, key=lambda mention: mention.found.start()):
        last = kept[-1] if kept else None
        if last and last.relative != mention.relative and not (last.until or mention.until):
            between = mention.found.string[last.found.end() : mention.found.start()]
            if _SAME_DAY.fullmatch(between):
                plain, other = (mention, last) if last.relative else (last, mention)
                kept[-1] = _Mention(plain.found, None, mention.behind, mention.half, other.found)
                continue
        kept.append(mention)
    return kept


def _until(mention: _Mention, start: date | None, base: date) -> date | None:
    """The end of a range: `10月27日至11月15日`, `12月5—14日` take year and month from the beginning."""
    if mention.until is None or start is None:
        return start
    month = number(mention.until["month"]) if mention.until["month"] else start.month
    year = _year(mention.until["year"], base) or (start.year + 1 if month < start.month else start.year)
    return _day(year, month, number(mention.until["day"]))


def _asks(text: str, sentence: tuple[int, int], mention: _Mention, around: Sequence[_Mention]) -> bool:
    """Whether an answer is asked for by this date; a comma parts what belongs to the dates before and behind it."""
    left, right = sentence
    for other in around:
        if left < other.behind.end() <= mention.found.start():
            left = max(left, *(text.rfind(comma, other.behind.end(), mention.found.start()) for comma in "，,"))
        elif mention.behind.end() <= other.found.start() < right:
            commas = [text.rfind(comma, mention.behind.end(), other.found.start()) for comma in "，,"]
            right = max(commas) if max(commas) >= 0 else right
    return bool(_ASKS.search(text, left, right))


def _weight(flowed: Flowed, mention: _Mention, around: Sequence[_Mention]) -> int:
    """How plainly the sentence asks for an answer by this date; 0 is some other date.

    Args:
        flowed: the text.
        mention: the date.
        around: the dates right before and behind it.
    """
    start, end = mention.found.start(), mention.behind.end()
    left, right = flowed.bounds(start, end)
    before, after = flowed.text[left:start], flowed.text[end:right]
    if _COUNTED.search(before):
        return -1
    asked = bool(mention.behind["end"] or mention.behind["off"] or "part" in mention.found.re.groupindex)
    if _PAST.match(after) or not (asked or before.strip() or after.strip()):
        return 0
    asks = _asks(flowed.text, (left, right), mention, around)
    weight = 2 * (asked or bool(_LABEL.search(before))) + asks
    return weight + (mention.until is not None and asks)


def deadlines(flowed: Flowed, base: date, closing: time = CLOSING) -> list[Due]:
    """All moments the notice may want an answer by, the plainest first, then by place.

    Args:
        flowed: the text.
        base: the day the notice was issued, or received when it bears no date; relative days count from it.
        closing: when the superior's office closes, for «下班前».
    """
    dues: list[Due] = []
    carried = base
    line = -1
    mentions = _merged(list(_mentions(flowed)))
    for place_in_row, mention in enumerate(mentions):
        here = flowed.text.rfind("\n", 0, mention.found.start())
        carried = carried if here == line else base
        remarks: list[str] = []
        day = _until(mention, _read_day(mention.found, carried, mention.behind["weekday"], remarks), carried)
        carried, line = day if day and not remarks else carried, here
        weight = _weight(flowed, mention, mentions[max(place_in_row - 1, 0) : place_in_row + 2])
        if weight == 0:
            continue
        hour = hour_behind(mention.behind, mention.half, closing, remarks)
        due = Due(day, hour, flowed.sentence(*mention.found.span()), max(weight, 0), weight < 0, remarks)
        _doubt(due, mention, base)
        dues.append(due)
    dues.extend(_counted_from_receipt(flowed))
    _compare(dues)
    return sorted(dues, key=lambda due: (due.counted, -due.weight, due.place.start))


def _doubt(due: Due, mention: _Mention, base: date) -> None:
    """Say what does not fit: no such day, another weekday, another day beside it, a day that is past."""
    day, weekday = due.day, mention.behind["weekday"]
    if day is None:
        due.remarks[:] = [f"“{mention.found.group().strip()}”不是日历上有的日子，请核对。"]
        return
    if weekday and _WEEK.index(weekday.replace("天", "日")) != day.weekday():
        due.remarks.append(f"{day:%Y-%m-%d} 是星期{_WEEK[day.weekday()]}，原文写星期{weekday}，请核对。")
    if mention.other is not None and _read_day(mention.other, base, None, []) != day:
        due.remarks.append(f"原文又写“{mention.other.group().strip()}”，从 {base:%Y-%m-%d} 推算不是这一天，请核对。")
    if day < base and not due.counted:
        due.remarks.append(f"这一天在 {base:%Y-%m-%d} 之前，请核对年份。")


def _compare(dues: list[Due]) -> None:
    """Say of every likely deadline which others stand beside it: a notice may want several things by several days."""
    likely = [due for due in dues if due.day and due.weight >= 2 and not due.counted]
    for due in likely:
        others = "、".join(dict.fromkeys(other.value for other in likely if other.day != due.day))
        if others:
            due.remarks.append(f"原文还写有 {others}，请核对各报什么。")


def _counted_from_receipt(flowed: Flowed) -> Iterator[Due]:
    """Deadlines counted from a day the text does not hold: 收到通知后 3 个工作日内."""
    for found in _SPAN.finditer(flowed.text):
        place = flowed.sentence(*found.span())
        if _ASKS.search(place.text):
            remark = f"原文是“{found.group()}”，请按收到通知的日期填写到期日。"
            yield Due(None, None, place, 2, remarks=[remark])
