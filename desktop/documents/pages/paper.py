"""Sheets of paper as boxes in millimetres: what `desktop.documents.page` gives and what is laid out to make it.

What stands on a page is a list of plain records, measured from the top left corner of the sheet, y downwards, in
millimetres; sizes of type in points.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
MILLIMETRES = 25.4 / 72
"""Millimetres in a point."""


@dataclass(frozen=True, slots=True)
class Font:
    """An installed typeface at a size in points."""

    family: str
    size: float
    bold: bool = False
    italic: bool = False


class Face(Protocol):
    """What the layout must know of one typeface; all lengths in em (1.0 = the size of type)."""

    @property
    def family(self) -> str:
        """The installed family."""

    @property
    def ascent(self) -> float:
        """From the base line up to the top of a line, external leading included."""

    @property
    def descent(self) -> float:
        """From the base line down to the bottom of a line."""

    def advance(self, char: str) -> float | None:
        """Width of one character, or None when the typeface does not have it."""


class Fonts(Protocol):
    """The typefaces of this machine; `documents/pdf.py` has the one that asks Qt."""

    def face(self, family: str, *, bold: bool, italic: bool, east_asian: bool) -> Face:
        """The typeface of that name, or the nearest that is installed."""

    def having(self, char: str, *, bold: bool, italic: bool) -> Face:
        """A typeface that can draw the character, for those that the wanted one lacks."""

    def replaced(self) -> dict[str, str]:
        """Asked family → the family that stands in for it, for those that are not installed."""


@dataclass(slots=True)
class Text:
    """Characters of one typeface on one line; (x, y) is the start of the base line."""

    x: float
    y: float
    width: float
    text: str
    font: Font
    colour: str = "#000000"
    spacing: float = 0.0  # mm added after each character (justified lines, letter spacing)
    stretch: float = 1.0  # horizontal scale
    key: str = ""
    turned: int = 0  # degrees clockwise about (x, y)
    clip: tuple[float, float, float, float] | None = None  # x, y, width, height beyond which nothing shows


@dataclass(slots=True)
class Rule:
    """A straight line: a border, an underline, a stroke through."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: str = "#000000"
    style: str = "solid"  # solid, dotted, dashed, double (two strokes of a third of the width)
    role: str = "border"  # border, text (underline and the like), shape


@dataclass(slots=True)
class Fill:
    """A rectangle of one colour."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(slots=True)
class Picture:
    """A picture in its file format, scaled into a rectangle; crop is left, top, right, bottom as shares of its size."""

    x: float
    y: float
    width: float
    height: float
    content: bytes
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(slots=True)
class Cell:
    """A cell of a table or sheet, or a text box, as it stands on this page."""

    x: float
    y: float
    width: float
    height: float
    key: str = ""  # the field it belongs to, empty for printed text
    name: str = ""  # A1 in a sheet, else empty


@dataclass(slots=True)
class Field:
    """A place to fill: the whole cell when the field has one to itself, else the words of the field."""

    x: float
    y: float
    width: float
    height: float
    key: str
    label: str = ""


@dataclass(slots=True)
class Page:
    """One sheet; painted in the order fills, pictures, rules, texts."""

    width: float
    height: float
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)

    def key_at(self, x: float, y: float) -> str:
        """The field at a point, the innermost first; empty where nothing is to be filled."""
        hits = [f for f in self.fields if f.x <= x <= f.x + f.width and f.y <= y <= f.y + f.height]
        return min(hits, key=lambda f: f.width * f.height).key if hits else ""


@dataclass(slots=True)
class Paper:
    """All sheets of one file, and what could not be drawn, in sentences for the clerk."""

    pages: list[Page]
    notices: list[str] = field(default_factory=list)
    kind: str = ""  # docx or xlsx

    def keys(self) -> list[str]:
        """The fields that stand on the paper, in the order of the pages."""
        return list(dict.fromkeys(f.key for page in self.pages for f in page.fields))


def stand_ins(fonts: Fonts, asked: set[str]) -> list[str]:
    """The sentence that names the typefaces replaced among those asked for; none when all are installed."""
    pairs = [f"“{name}”（以“{used}”代替）" for name, used in fonts.replaced().items() if name in asked]
    return [f"本机没有字体{'、'.join(pairs)}，换行和字形可能与原件略有不同。"] if pairs else []


class Memory:
    """What was read and laid out of a file, so that nearly the same file is read again in a moment.

    Everything is kept under a key made of the bytes it was read from; what a reading did not use is forgotten.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._used: set[Hashable] = set()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of that key, made when there is none yet."""
        self._used.add(key)
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def sweep(self) -> None:
        """Forget what was not used since the last sweep."""
        self._kept = {key: self._kept[key] for key in self._used}
        self._used = set()
