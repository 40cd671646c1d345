"""Numbers as the office writes them: 12,480, 96.3 万, and sums that always equal their parts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

WAN = 10_000
IN_WAN_FROM = 100_000  # from here on a number is written in 万
_PIECE = re.compile(
    r"(?P<label>[^\d]*?)[：:]?\s*(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>[万亿])?\s*(?P<unit>[^\d]*)"
)
_SEPARATORS = re.compile(r"[；;，、。\n]")
_COLON = re.compile("[：:]")
_YEAR = re.compile(r"^\s*\d{4}\s*年")
_SCALES = {None: 1, "万": WAN, "亿": WAN * WAN}


def number(text: str) -> Decimal | None:
    """The value of a number as people type it: grouped or not, with 万 or 亿; None when it is none.

    Full-width digits count as digits.
    """
    plain = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text).strip()
    scale = _SCALES[plain[-1]] if plain[-1:] in {"万", "亿"} else 1
    digits = plain.rstrip("万亿").replace(",", "").strip()
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits):
        return None
    try:
        return Decimal(digits) * scale
    except InvalidOperation:
        return None


def grouped(value: Decimal | int) -> str:
    """A number with its thousands marked: 12,480."""
    plain = Decimal(value).normalize()
    return f"{plain:,f}"


def shown(value: Decimal | int) -> str:
    """A count as the forms print it: 12,480; from 100,000 on in 万 with one decimal (96.3 万).

    The rounded form is for counts taken from the register; a sum uses `exact`.
    """
    amount = Decimal(value)
    if abs(amount) < IN_WAN_FROM:
        return grouped(amount)
    return f"{(amount / WAN).quantize(Decimal('0.1')):,f} 万".replace(".0 万", " 万")


def exact(value: Decimal) -> str:
    """A sum without rounding: in 万 when one decimal says it all, else in full."""
    in_wan = value / WAN * 10
    return shown(value) if abs(value) >= IN_WAN_FROM and in_wan == in_wan.to_integral_value() else grouped(value)


def running(posts: int | None, followers: int | None, reads: int | None, watched: bool = False) -> str:
    """The sentence of 运行情况: 发布 186 条；粉丝 12,480；播放 96.3 万; what is unknown is left out."""
    pieces = []
    if posts is not None:
        pieces.append(f"发布 {shown(posts)} 条")
    if followers is not None:
        pieces.append(f"粉丝 {shown(followers)}")
    if reads is not None:
        pieces.append(f"{'播放' if watched else '阅读'} {shown(reads)}")
    return "；".join(pieces)


def pieces(text: str) -> tuple[dict[tuple[str, str], Decimal], list[str]]:
    """The numbers of a sentence by (label, unit), and the pieces that could not be read as `label number`.

    A name with a colon before a piece, as in several accounts in one cell, and a leading year are left out.
    """
    found: dict[tuple[str, str], Decimal] = {}
    unread = []
    for piece in _SEPARATORS.split(text):
        plain = piece.strip()
        read = _piece(plain)
        if read is not None:
            key, amount = read
            found[key] = found[key] + amount if key in found else amount
        elif _YEAR.sub("", plain):
            unread.append(plain)
    return found, unread


@lru_cache(maxsize=4096)
def _piece(piece: str) -> tuple[tuple[str, str], Decimal] | None:
    """(Label, unit) and number of one piece; None when it cannot be read. Remembered: asked at every keystroke."""
    match = _PIECE.fullmatch(_YEAR.sub("", piece))
    label = _COLON.split(match["label"].strip(" ：:"))[-1].strip() if match else ""
    if match is None or not label:
        return None
    return (label, match["unit"].strip()), Decimal(match["number"].replace(",", "")) * _SCALES[match["scale"]]


def added(texts: list[str]) -> str:
    """The sum of several sentences, label by label, in the order the labels first appear."""
    totals: dict[tuple[str, str], Decimal] = {}
    for text in texts:
        for key, amount in pieces(text)[0].items():
            totals[key] = totals.get(key, Decimal(0)) + amount
    return "；".join(f"{label} {exact(amount)}{' ' + unit if unit else ''}" for (label, unit), amount in totals.items())
