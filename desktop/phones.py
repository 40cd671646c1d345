"""Phone numbers as offices write them: found in a text, checked for their length.

Mobiles have 11 digits and begin 13–19; landlines are area code (010, 02x, or four digits) and 7 or 8 digits. Masked
numbers (138****0001) pass, short numbers of the office switchboard pass where a phone alone is asked.
"""

from __future__ import annotations

import re

_DASH = r"[-—－–\s()（）]"
_MARKED = re.compile(rf"(?<![\d*])(0\d{{2,3}}){_DASH}{{1,4}}(\d[\d*]{{1,10}})(?:{_DASH}{{1,2}}\d{{1,6}})?(?![\d*])")
_BARE = re.compile(r"(?<![\d*.,])([01][\d*]{6,13})(?![\d*.,]\d|[\d*])")
_SHORT = re.compile(r"\d{3,8}")
# Inner Mongolia's area codes have 7-digit numbers throughout; elsewhere both 7 and 8 occur.
_SEVEN = re.compile(r"047\d|048[23]")


def wrong(text: str) -> str:
    """What is wrong with a text that should be one phone number or several; empty when nothing is."""
    complaints = wrong_in(text)
    if complaints:
        return complaints[0]
    if any(True for _ in _numbers(text)) or not text.strip():
        return ""
    bare = re.sub(_DASH, "", text)
    return "" if _SHORT.fullmatch(bare) or "*" in bare else f"“{text}”不像电话号码"


def wrong_in(text: str) -> list[str]:
    """What is wrong with the phone numbers inside any text, in their order; dates and counts are no phones."""
    return [complaint for area, number in _numbers(text) if (complaint := _complaint(area, number))]


def _numbers(text: str) -> list[tuple[str, str]]:
    """Area code (empty for mobiles) and number of everything that looks like a phone."""
    found = [(match.start(), match[1], match[2]) for match in _MARKED.finditer(text)]
    rest = _MARKED.sub(lambda match: " " * len(match[0]), text)
    for match in _BARE.finditer(rest):
        bare = match[1]
        if len(bare) < 9:
            continue
        if bare.startswith("1"):
            found.append((match.start(), "", bare))
        else:
            length = 3 if bare[1] in "12" else 4
            found.append((match.start(), bare[:length], bare[length:]))
    return [(area, number) for _, area, number in sorted(found)]


def _complaint(area: str, number: str) -> str:
    if not area:
        if len(number) != 11:
            return (
                f"联系电话位数不{'足' if len(number) < 11 else '对'}：手机号应为 11 位，“{number}”是 {len(number)} 位"
            )
        return "" if number[1] in "3456789*" else f"手机号“{number}”的号段不存在"
    if area.startswith(("010", "02")):
        wanted, words = {8}, "8 位"
    elif _SEVEN.fullmatch(area):
        wanted, words = {7}, "7 位"
    else:
        wanted, words = {7, 8}, "7 至 8 位"
    if len(number) in wanted:
        return ""
    return f"联系电话位数不{'足' if len(number) < min(wanted) else '对'}：区号 {area} 后应为 {words}"
