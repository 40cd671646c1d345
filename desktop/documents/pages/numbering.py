"""Numbers and bullets in front of paragraphs: definitions, running counters, the ways of writing a number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.documents.pages.styles import Props, Styles
from desktop.documents.pages.wordml import W, child, number, val

if TYPE_CHECKING:
    from lxml.etree import _Element

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
# Bullets of symbol fonts in the private area, as the character they look like.
_SYMBOLS = {"\uf06c": "●", "\uf06e": "■", "\uf0b7": "•", "\uf0d8": "➢", "\uf0fc": "✓", "\uf075": "◆", "\uf0a7": "▪"}


@dataclass(slots=True)
class Level:
    """One level of a list."""

    text: str = ""
    format: str = "decimal"
    start: int = 1
    suffix: str = "tab"
    para: Props = field(default_factory=dict)
    char: Props = field(default_factory=dict)
    restart: int | None = None


class Numbering:
    """The lists of a file and how far each has counted."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._family: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        if root is None:
            return
        abstract = {val(a, "abstractNumId"): a for a in root.findall(W + "abstractNum")}
        for num in root.findall(W + "num"):
            name, of = val(num, "numId"), val(child(num, "abstractNumId"))
            levels = _levels(abstract.get(of), styles)
            for change in num.findall(W + "lvlOverride"):
                at = int(number(val(change, "ilvl")))
                own = child(change, "lvl")
                if own is not None:
                    levels[at] = _level(own, styles)
                if child(change, "startOverride") is not None and at in levels:
                    levels[at].start = int(number(val(child(change, "startOverride")), 1))
                    of = name  # counts for itself
            self._levels[name] = levels
            self._family[name] = of

    def level(self, num: str, depth: int) -> Level | None:
        """The definition of a level, None when there is no such list (numId 0 means no number)."""
        return self._levels.get(num, {}).get(depth)

    def next(self, num: str, depth: int) -> str:
        """Count one further and write the label."""
        levels = self._levels[num]
        counts = self._counts.setdefault(self._family[num], [None] * 10)
        depth = min(depth, 9)
        before = counts[depth]
        counts[depth] = levels[depth].start if before is None else before + 1
        for deeper in range(depth + 1, 10):
            counts[deeper] = None
        text = levels[depth].text
        if levels[depth].format == "bullet":
            return "".join(_SYMBOLS.get(letter, letter) for letter in text)
        for at in range(depth + 1):
            level = levels.get(at)
            if level is not None and f"%{at + 1}" in text:
                count = counts[at]
                text = text.replace(f"%{at + 1}", written(level.start if count is None else count, level.format))
        return text


def written(count: int, form: str) -> str:
    """A number in one of the formats of w:numFmt; unknown ones are written with Arabic digits."""
    if count < 0 or count > 99999:
        return str(count)
    if form in {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"}:
        return chinese(count, _DIGITS, "十百千万")
    if form == "chineseLegalSimplified":
        return chinese(count, _FORMAL, "拾佰仟万")
    if form in {"ideographDigital", "chineseDigital"}:
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    if form in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if form == "decimalEnclosedParen" and 1 <= count <= 20:
        return chr(0x2474 + count - 1)
    if form == "ideographTraditional" and count:
        return _STEMS[(count - 1) % 10]
    if form == "ideographZodiac" and count:
        return _BRANCHES[(count - 1) % 12]
    if form in {"lowerLetter", "upperLetter"} and count:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and count:
        return roman(count).upper() if form == "upperRoman" else roman(count)
    if form == "decimalZero":
        return f"{count:02}"
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(count))
    return "" if form == "none" else str(count)


def chinese(count: int, digits: str, units: str) -> str:
    """A number up to 99,999 in Chinese: 十二, 一百〇五."""
    if count >= 10000:
        rest = count % 10000
        filler = digits[0] if rest and rest < 1000 else ""
        return (
            chinese(count // 10000, digits, units) + units[3] + (filler + chinese(rest, digits, units) if rest else "")
        )
    text = ""
    gap = False
    for power, unit in ((3, units[2]), (2, units[1]), (1, units[0]), (0, "")):
        digit = count // 10**power % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    text = text or digits[0]
    return text[1:] if text.startswith(digits[1] + units[0]) else text


def roman(count: int) -> str:
    """A number in small Roman letters."""
    text = ""
    for value, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
        (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        text += letters * (count // value)
        count %= value
    return text


def _levels(abstract: _Element | None, styles: Styles) -> dict[int, Level]:
    if abstract is None:
        return {}
    return {int(number(val(level, "ilvl"))): _level(level, styles) for level in abstract.findall(W + "lvl")}


def _level(element: _Element, styles: Styles) -> Level:
    return Level(
        text=val(child(element, "lvlText")),
        format=val(child(element, "numFmt")) or "decimal",
        start=int(number(val(child(element, "start")), 1)),
        suffix=val(child(element, "suff")) or "tab",
        para=styles.para_props(child(element, "pPr")),
        char=styles.char_props(child(element, "rPr")),
    )
