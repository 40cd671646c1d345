"""Dates as clerks write them."""

from __future__ import annotations

import re
from datetime import date

from desktop.errors import BadValue

_WRITTEN = re.compile(r"^\s*(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?)?\s*月?)?\s*$")
_PACKED = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")


def parse(text: str) -> date | None:
    """A day from `2026-11-20`, `2026/11/20`, `2026.11.20`, `2026年11月20日` or `20261120`; None for nothing.

    Raises:
        BadValue: it is no day.
    """
    if not text.strip():
        return None
    found = _PACKED.match(text) or _WRITTEN.match(text)
    if found is None or found[3] is None:
        raise BadValue(f"“{text}”不是完整的日期。", todo="请写成 2026-11-20 或 2026年11月20日。")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise BadValue(f"“{text}”这一天不存在。", todo="请核对年月日。") from error


def chinese(day: date | None) -> str:
    """`2026年11月20日`, empty for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def month(day: date) -> str:
    """`2026年11月`."""
    return f"{day.year}年{day.month}月"


def weekday(day: date) -> str:
    """`星期五`."""
    return "星期" + "一二三四五六日"[day.weekday()]
