"""WordprocessingML small change: names, switches, lengths, colours and borders (ECMA-376 part 1, 17.18)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from desktop.documents.pages.model import Border

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LONGEST = 1584.0  # points: 22 inches, the largest sheet Word knows

# The width of a stroke follows its kind: sz says eighths of a point of one stroke.
_STROKES = {"double": 3.0, "triple": 5.0, "thinThickSmallGap": 2.0, "thickThinSmallGap": 2.0}
_STYLES = {"dotted": "dotted", "dashed": "dashed", "dashSmallGap": "dashed", "dotDash": "dashed", "double": "double"}
_HIGHLIGHTS = {
    "yellow": "#FFFF00", "green": "#00FF00", "cyan": "#00FFFF", "magenta": "#FF00FF", "blue": "#0000FF",
    "red": "#FF0000", "darkBlue": "#000080", "darkCyan": "#008080", "darkGreen": "#008000",
    "darkMagenta": "#800080", "darkRed": "#800000", "darkYellow": "#808000", "darkGray": "#808080",
    "lightGray": "#C0C0C0", "black": "#000000", "white": "#FFFFFF",
}  # fmt: skip


def val(element: _Element | None, name: str = "val") -> str:
    """An attribute of the w namespace, empty when absent."""
    return "" if element is None else str(element.get(W + name) or "")


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of that name in the w namespace."""
    return None if element is None else element.find(W + name)


def on(element: _Element | None) -> bool:
    """A switch: present and not turned off."""
    return element is not None and val(element) not in {"0", "false", "off", "none"}


def number(text: str, otherwise: float = 0.0, *, most: float = 1e6) -> float:
    """A number as Word writes it, otherwise when it is none; kept within what can be drawn."""
    try:
        value = float(text)
    except ValueError:
        value = _measure(text, otherwise)
    if math.isnan(value) or abs(value) > most:
        return otherwise
    return value


def _measure(text: str, otherwise: float) -> float:
    """Twips of a length with its unit (ISO strict files write 2.54cm)."""
    units = {"pt": 20.0, "cm": 1440 / 2.54, "mm": 1440 / 25.4, "in": 1440.0, "pc": 240.0, "pi": 240.0}
    factor = units.get(text[-2:])
    if factor is None:
        return otherwise
    try:
        return float(text[:-2]) * factor
    except ValueError:
        return otherwise


def twips(text: str, otherwise: float = 0.0) -> float:
    """Points of a length in twips."""
    points = number(text, otherwise * 20) / 20
    return max(-LONGEST, min(LONGEST, points))


def colour(text: str, otherwise: str = "") -> str:
    """#RRGGBB of a colour, otherwise for auto or nonsense."""
    if len(text) == 6 and all(letter in "0123456789abcdefABCDEF" for letter in text):
        return f"#{text.upper()}"
    return otherwise


def shade(element: _Element | None) -> str:
    """The fill of a w:shd: its background, or the foreground mixed in for the percent patterns."""
    if element is None:
        return ""
    back = colour(val(element, "fill"))
    pattern = val(element)
    if pattern == "solid":
        return colour(val(element, "color"), "#000000")
    if pattern.startswith("pct"):
        share = min(number(pattern[3:]), 100.0) / 100
        return _mixed(back or "#FFFFFF", colour(val(element, "color"), "#000000"), share)
    return back


def highlight(name: str) -> str:
    """The colour of a highlighter pen."""
    return _HIGHLIGHTS.get(name, "")


def _mixed(back: str, front: str, share: float) -> str:
    pairs = ((int(back[i : i + 2], 16), int(front[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(b + (f - b) * share):02X}" for b, f in pairs)


def border(element: _Element) -> Border:
    """One edge: w:top, w:insideV and the like."""
    kind = val(element)
    if kind in {"nil", "none", ""}:
        return Border(none=True)
    size = min(number(val(element, "sz"), 4), 96) / 8
    width = max(size, 0.25) * _STROKES.get(kind, 1.0)
    space = min(number(val(element, "space")), 31)
    return Border(width, colour(val(element, "color"), "#000000"), _STYLES.get(kind, "solid"), space)


def borders(element: _Element | None) -> dict[str, Border]:
    """Edges by name: top, left, bottom, right, insideH, insideV, between, tl2br, tr2bl."""
    if element is None:
        return {}
    found: dict[str, Border] = {}
    for edge in element:
        if isinstance(edge.tag, str):
            name = edge.tag.removeprefix(W)
            found[{"start": "left", "end": "right"}.get(name, name)] = border(edge)
    return found


def margins(element: _Element | None) -> dict[str, float]:
    """Margins of a cell: left, right, top, bottom in points."""
    if element is None:
        return {}
    names = {"start": "left", "end": "right"}
    return {
        names.get(name, name): max(0.0, twips(val(edge, "w")))
        for edge in element
        if isinstance(edge.tag, str) and val(edge, "type") in {"dxa", ""}
        for name in [edge.tag.removeprefix(W)]
    }
