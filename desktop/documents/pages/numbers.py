"""Numbers as an Excel number format shows them (ECMA-376 part 1, 18.8.30-31)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that files refer to by number only, as a Chinese Excel shows them."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<filled>.)|(?P<bracket>\[[^\]]*\])'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[aA]{3,4}|[eE](?![+-]))"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<exponent>[eE][+-]0+)|(?P<general>General|G/通用格式)"
    r"|(?P<rest>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_WEEK = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TESTS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip

Token = tuple[str, str]


@lru_cache(maxsize=512)
def _sections(code: str) -> list[list[Token]]:
    """The sections of a format, each as tokens (kind, text)."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = str(match.lastgroup)
        text = match.group(kind)
        if kind == "rest" and text == ";":
            sections.append([])
        else:
            sections[-1].append((kind, text))
    return sections


def shown(value: float | str, code: str, *, early: bool = True) -> str:
    """What a cell shows.

    Args:
        value: a number, or the text of the cell.
        code: the format.
        early: dates count from 1900; else from 1904.
    """
    sections = _sections(code or "General")
    if isinstance(value, str):
        text = sections[3] if len(sections) > 3 else sections[0] if ("rest", "@") in sections[0] else None
        return value if text is None else "".join(_literal(t) if t != ("rest", "@") else value for t in text)
    chosen, signed = _chosen(sections, value)
    tokens = [token for token in chosen if token[0] not in {"bracket"} or token[1][1:2] in "hHmMsS"]
    if not tokens and chosen is not sections[0]:
        return ""
    if any(kind == "date" for kind, _ in tokens) or any(kind == "bracket" for kind, _ in tokens):
        return _moment(tokens, value, early=early)
    number = abs(value) if signed else value
    return _number(tokens, number)


def _chosen(sections: list[list[Token]], value: float) -> tuple[list[Token], bool]:
    """The section for a number, and whether it says the sign itself."""
    for section in sections:
        for kind, text in section:
            condition = _CONDITION.fullmatch(text) if kind == "bracket" else None
            if condition and _TESTS[condition[1]](value, float(condition[2])):
                return section, False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _literal(token: Token) -> str:
    kind, text = token
    if kind == "blank":
        return " "
    return "" if kind in {"bracket", "filled"} else text


def _number(tokens: list[Token], value: float) -> str:
    percent = sum(text.count("%") for kind, text in tokens if kind == "rest")
    digits = [text for kind, text in tokens if kind == "digits"]
    scientific = next((text for kind, text in tokens if kind == "exponent"), "")
    fraction = ("rest", "/") in tokens
    if not digits or fraction:
        body = general(value)
        if fraction or ("rest", "@") in tokens:
            return body
        literal = "".join(body if kind == "general" else _literal((kind, text)) for kind, text in tokens)
        return literal if any(kind == "general" for kind, _ in tokens) or value >= 0 else "-" + literal
    mask = "".join(digits)
    scaled = Decimal(repr(value)) * 100**percent
    body = _scientific(scaled, mask, scientific) if scientific else _fixed(scaled, mask)
    return _inserted(tokens, digits, body)


def _inserted(tokens: list[Token], digits: list[str], body: str) -> str:
    """Literals around the number; where digits are split by literals (000-0000) they are dealt from the right."""
    if len(digits) == 1:
        sign = "-" if body.startswith("-") else ""
        body = body.removeprefix("-")
        out, lead = "", True
        for kind, text in tokens:
            if kind == "digits":
                out += (sign if lead else "") + body
                lead = False
            elif kind != "exponent":
                out += _literal((kind, text))
        return out
    rest, parts = body.removeprefix("-"), []
    for mask in reversed(digits[1:]):
        parts.append(rest[-len(mask) :])
        rest = rest[: -len(mask)]
    parts.append(rest)
    deal = iter(reversed(parts))
    text = "".join(next(deal) if kind == "digits" else _literal((kind, t)) for kind, t in tokens if kind != "exponent")
    return ("-" if body.startswith("-") else "") + text


def _fixed(value: Decimal, mask: str) -> str:
    whole, _, part = mask.partition(".")
    while whole.endswith(","):  # each trailing comma divides by a thousand
        whole, value = whole[:-1], value / 1000
    digits = Context(prec=max(value.adjusted(), 0) + len(part) + 2)  # the usual 28 are too few for 1E+28
    value = value.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP, digits)
    sign = "-" if value < 0 else ""
    front, _, back = f"{value.copy_abs():f}".partition(".")
    needed = whole.replace(",", "").count("0")
    front = front.lstrip("0").rjust(needed, "0")
    if "," in whole:
        front = f"{int(front):,}".rjust(len(front)) if front else front
    kept = len(back)
    while kept and part[kept - 1] in "#?" and back[kept - 1] == "0":
        kept -= 1
    dot = "." if part and (kept or "." in mask) else ""
    return sign + front + dot + back[:kept]


def _scientific(value: Decimal, mask: str, exponent: str) -> str:
    power = value.adjusted() if value else 0
    body = _fixed(value.scaleb(-power), mask)
    sign = "-" if power < 0 else "+" if exponent[1] == "+" else ""
    return f"{body}E{sign}{abs(power):0{len(exponent) - 2}}"


def general(value: float) -> str:
    """A number under the format General: up to 11 characters, no needless zeros."""
    if value == int(value) and abs(value) < 1e11:
        return str(int(value))
    size = abs(value)
    if size >= 1e11 or size < 1e-4:
        head, _, power = f"{value:.5E}".partition("E")
        return f"{head.rstrip('0').rstrip('.')}E{power}"
    text = f"{value:.{max(0, 10 - len(str(int(size))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(tokens: list[Token], value: float, *, early: bool) -> str:
    """A date or time; `m` after hours or before seconds means minutes."""
    when = moment(value, early=early)
    if when is None:
        return "#" * 8
    afternoon = any(kind == "half" for kind, _ in tokens)
    out = ""
    kinds = [
        text[0].lower() if kind == "date" else text[1].lower() if kind == "bracket" else "" for kind, text in tokens
    ]
    for at, (kind, text) in enumerate(tokens):
        if kind == "date":
            before = next((k for k in reversed(kinds[:at]) if k), "")
            after = next((k for k in kinds[at + 1 :] if k), "")
            minutes = text[0] in "mM" and len(text) <= 2 and (before == "h" or after == "s")
            out += _part(text, when, minutes=minutes, afternoon=afternoon)
        elif kind == "half":
            out += ("PM" if when.hour >= 12 else "AM") if text.isascii() else ("下午" if when.hour >= 12 else "上午")
        elif kind == "bracket":
            unit = {"h": 24, "m": 1440, "s": 86400}[text[1].lower()]
            out += str(int(value * unit + 1e-6))
        elif kind == "digits":
            out += text
        else:
            out += _literal((kind, text))
    return out


def moment(value: float, *, early: bool = True) -> datetime | None:
    """The time a serial number stands for; None beyond what Excel knows. 1900 is wrongly a leap year there."""
    if not 0 <= value < 2958466:
        return None
    base = datetime(1904, 1, 1) if not early else datetime(1899, 12, 30 if value >= 60 else 31)
    return base + timedelta(seconds=round(value * 86400 * 1000) / 1000)


def _part(text: str, when: datetime, *, minutes: bool, afternoon: bool) -> str:
    letter, count = text[0].lower(), len(text)
    if letter in "ye":
        return f"{when.year % 100:02}" if letter == "y" and count <= 2 else str(when.year)
    if letter == "a":
        return ("周" if count == 3 else "星期") + _WEEK[when.weekday()]
    if letter == "s":
        whole, _, part = text.partition(".")
        tail = f".{when.microsecond:06}"[: len(part) + 1] if part else ""
        return (f"{when.second:02}" if len(whole) > 1 else str(when.second)) + tail
    if letter == "d" and count > 2:
        return ("周" if count == 3 else "星期") + _WEEK[when.weekday()]
    if letter == "m" and not minutes and count > 2:
        return _MONTHS[when.month - 1] if count == 3 else f"{when.month}月"
    hour = when.hour % 12 or 12 if afternoon else when.hour
    number = {"m": when.minute if minutes else when.month, "d": when.day, "h": hour}[letter]
    return f"{number:02}" if count == 2 else str(number)
