"""Numbers as notices print them."""

from __future__ import annotations

_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_DIGITS |= {sign: value for value, sign in enumerate("壹贰叁肆伍", 1)}


def number(text: str) -> int:
    """An Arabic or Chinese number up to 9999: 25, 二十五, 廿五, 二〇一九."""
    if text.isascii():
        return int(text)
    if "十" not in text and "廿" not in text:
        return int("".join(str(_DIGITS[sign]) for sign in text))
    tens, _, ones = text.replace("廿", "二十").partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
