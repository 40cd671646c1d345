"""The Chinese numerals that number the headings of a text."""

from __future__ import annotations

DIGITS = "一二三四五六七八九"


def numeral(number: int) -> str:
    """The numeral of a number from 1 to 99: 3 → 三, 12 → 十二, 20 → 二十."""
    tens, ones = divmod(number, 10)
    head = f"{DIGITS[tens - 1] if tens > 1 else ''}十" if tens else ""
    return head + (DIGITS[ones - 1] if ones else "")
