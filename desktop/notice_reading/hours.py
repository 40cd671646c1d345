"""The hour a notice prints behind a day: 17时30分, 下班前, 上午12:00, 9:00—17:00."""

from __future__ import annotations

import re
from datetime import time

from desktop.notice_reading.numerals import number

CLOSING = time(17, 30)
"""When an office closes if nobody said otherwise: «下班前» needs an hour, and offices differ."""

_HALVES = dict.fromkeys(("凌晨", "清晨", "早上", "早晨", "上午"), 0) | dict.fromkeys(
    ("中午", "午间", "下午", "傍晚", "晚上", "晚间", "晚", "夜间"), 12
)


def hour_behind(after: re.Match[str], before: str | None, closing: time, remarks: list[str]) -> time | None:
    """The hour printed behind a day; the end of the day is 23:59.

    Args:
        after: what stands behind the day.
        before: the half of the day printed before an earlier hour (下午2:00—5:00), None without one.
        closing: when the office closes.
        remarks: where what had to be assumed is said.
    """
    half = after["half"] or before
    if after["on"]:
        remarks.append("“上班前”指当天一早。")
        return None
    if after["off"]:
        noon = half == "上午"
        moment = time(12) if noon else closing
        remarks.append(f"“{half or ''}下班前”按 {moment:%H:%M} 计，各单位作息不同，请核对。")
        return moment
    if after["hour"] is None:
        if half in ("上午", "中午", "午间"):
            remarks.append(f"“{half}”没有写几点，按 12:00 计。")
            return time(12)
        if half:
            remarks.append(f"“{half}”没有写几点，按下班时间 {closing:%H:%M} 计。")
            return closing
        return None
    hour = number(after["hour"])
    minute = int(after["minute"] or after["minute2"] or (30 if after["thirty"] else 15 if after["quarter"] else 0))
    if hour > 24 or minute > 59:
        remarks.append(f"“{after.group().strip()}”不是钟点，请核对。")
        return None
    if hour in (12, 24, 0):
        return _twelve(half, hour, minute, remarks)
    if half and _HALVES[half] == 12 and hour < 12 and not (half in ("中午", "午间") and hour >= 10):
        hour += 12
    return time(hour, minute)


def _twelve(half: str | None, hour: int, minute: int, remarks: list[str]) -> time:
    """Twelve o'clock and midnight, where print and meaning part ways."""
    if hour == 24 or (hour == 12 and half in ("晚上", "晚间", "晚", "夜间", "凌晨")):
        remarks.append("午夜 24 时，即当天最后一刻。")
        return time(23, 59)
    if hour == 0:
        remarks.append("0 时即当天开始的一刻，前一天就要办完，请核对。")
        return time(0, minute)
    if half in ("上午", "早上"):
        remarks.append("“上午12:00”指中午 12 点。")
    elif half in ("下午", "傍晚"):
        remarks.append("“下午12:00”按中午 12 点计（也可能指午夜），请核对。")
    return time(12, minute)
