"""How cells of a sheet are dressed: fonts, fills, borders, alignment, number format (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from desktop.documents.pages.model import Border, CharStyle
from desktop.documents.pages.numbers import BUILT_IN
from desktop.documents.pages.typefaces import chinese
from desktop.documents.pages.wordml import number

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T")
U = TypeVar("U")
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Breadths in points as LibreOffice and Excel print them.
_WIDTHS = {
    "hair": 0.25, "dotted": 0.75, "dashed": 0.75, "thin": 0.75, "dashDot": 0.75, "dashDotDot": 0.75, "medium": 1.75,
    "mediumDashed": 1.75, "mediumDashDot": 1.75, "mediumDashDotDot": 1.75, "slantDashDot": 1.75, "double": 2.25,
    "thick": 2.5,
}  # fmt: skip
_STYLES = {"dotted": "dotted", "hair": "dotted", "double": "double"}
_INDEXED = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
    * 2
    + "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF "
    "000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333"
).split()
_THEME = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)


_EAST = "宋体"  # for Chinese in a Latin typeface
_PLAIN = CharStyle()


@dataclass(frozen=True, slots=True)
class CellStyle:
    """The dress of a cell."""

    font: CharStyle = _PLAIN
    fill: str = ""
    borders: dict[str, Border] = field(default_factory=dict)
    across: str = "general"
    down: str = "bottom"
    wrap: bool = False
    shrink: bool = False
    indent: int = 0
    turned: int = 0  # degrees as the format counts them: 1-90 up, 91-180 down, 255 stacked
    format: str = "General"


class CellStyles:
    """The cell formats of a workbook, by their index."""

    def __init__(self, root: _Element | None, theme: _Element | None) -> None:
        self._theme = _theme_colours(theme)
        self._palette = list(_INDEXED)
        self.styles: list[CellStyle] = []
        self.default_font = CharStyle(latin="Calibri", east="宋体", size=11)
        if root is None:
            return
        for at, entry in enumerate(root.iterfind(f"{M}colors/{M}indexedColors/{M}rgbColor")):
            if at < len(self._palette):
                self._palette[at] = str(entry.get("rgb") or "")[-6:] or "000000"
        fonts = [self.font(f) for f in root.iterfind(f"{M}fonts/{M}font")]
        self.default_font = _pick(fonts, _normal_font(root), fonts[0] if fonts else self.default_font)
        fills = [self._fill(f) for f in root.iterfind(f"{M}fills/{M}fill")]
        borders = [self._borders(b) for b in root.iterfind(f"{M}borders/{M}border")]
        formats = {str(f.get("numFmtId")): str(f.get("formatCode") or "") for f in root.iter(M + "numFmt")}
        for xf in root.iterfind(f"{M}cellXfs/{M}xf"):
            made = CellStyle(
                font=_pick(fonts, xf.get("fontId"), self.default_font),
                fill=_pick(fills, xf.get("fillId"), ""),
                borders=_pick(borders, xf.get("borderId"), {}),
                format=_format(str(xf.get("numFmtId") or "0"), formats),
            )
            self.styles.append(_aligned(made, xf.find(M + "alignment")))

    def style(self, index: str | None) -> CellStyle:
        """The style of that index, the first for nonsense."""
        return _pick(self.styles, index, self.styles[0] if self.styles else CellStyle(font=self.default_font))

    def font(self, element: _Element) -> CharStyle:
        """The dress of a font or of a run of rich text."""
        name = element.find(M + "name")
        if name is None:
            name = element.find(M + "rFont")
        family = "" if name is None else str(name.get("val") or "")
        family = family or self.default_font.latin
        size = element.find(M + "sz")
        raised = element.find(M + "vertAlign")
        under = element.find(M + "u")
        line = "" if under is None else str(under.get("val") or "single")
        return CharStyle(
            latin=family,
            east=family if chinese(family) else _EAST,
            size=max(1.0, min(number("" if size is None else str(size.get("val")), 11), 409.0)),
            bold=_on(element.find(M + "b")),
            italic=_on(element.find(M + "i")),
            underline={"none": "", "": ""}.get(line, "double" if line.startswith("double") else "single"),
            strike=_on(element.find(M + "strike")),
            colour=self.colour(element.find(M + "color")) or "#000000",
            raised={"superscript": 1, "subscript": -1}.get("" if raised is None else str(raised.get("val")), 0),
        )

    def colour(self, element: _Element | None) -> str:
        """#RRGGBB of a colour by rgb, theme or index; empty for automatic."""
        if element is None:
            return ""
        rgb, theme, index = element.get("rgb"), element.get("theme"), element.get("indexed")
        found = ""
        if rgb and len(rgb) >= 6:
            found = str(rgb)[-6:]
        elif theme and str(theme).isdigit() and int(theme) < len(_THEME):
            found = self._theme.get(_THEME[int(theme)], "")
        elif index and str(index).isdigit() and int(index) < len(self._palette):
            found = self._palette[int(index)]
        if len(found) != 6 or any(c not in "0123456789abcdefABCDEF" for c in found):
            return ""
        return _tinted(f"#{found.upper()}", number(str(element.get("tint") or "0")))

    def _fill(self, element: _Element) -> str:
        pattern = element.find(M + "patternFill")
        if pattern is not None:
            kind = pattern.get("patternType")
            if kind in {None, "none"}:
                return ""
            front, back = self.colour(pattern.find(M + "fgColor")), self.colour(pattern.find(M + "bgColor"))
            return front if kind == "solid" else back or front
        stop = element.find(f"{M}gradientFill/{M}stop/{M}color")
        return self.colour(stop)

    def _borders(self, element: _Element) -> dict[str, Border]:
        found = {}
        for side in ("left", "right", "top", "bottom", "diagonal"):
            edge = element.find(M + side)
            kind = "none" if edge is None else str(edge.get("style") or "none")
            if edge is not None and kind in _WIDTHS:
                style = _STYLES.get(kind, "dashed" if "ash" in kind else "solid")
                found[side] = Border(_WIDTHS[kind], self.colour(edge.find(M + "color")) or "#000000", style)
        if "diagonal" in found:
            stroke = found.pop("diagonal")
            found |= {name: stroke for name in ("diagonalUp", "diagonalDown") if element.get(name) in {"1", "true"}}
        return found


def _pick(options: list[T], index: str | None, otherwise: U) -> T | U:
    return options[int(index)] if index and index.isdigit() and int(index) < len(options) else otherwise


def _normal_font(root: _Element) -> str:
    """The index of the font of the cell style Normal: its digits are the unit of column widths."""
    normal = next((s for s in root.iterfind(f"{M}cellStyles/{M}cellStyle") if s.get("builtinId") == "0"), None)
    xfs = root.findall(f"{M}cellStyleXfs/{M}xf")
    xf = _pick(xfs, "0" if normal is None else normal.get("xfId"), None)
    return "0" if xf is None else str(xf.get("fontId") or "0")


def _on(element: _Element | None) -> bool:
    return element is not None and element.get("val") not in {"0", "false"}


def _format(index: str, own: dict[str, str]) -> str:
    return own.get(index) or (BUILT_IN.get(int(index), "General") if index.isdigit() else "General")


def _aligned(style: CellStyle, element: _Element | None) -> CellStyle:
    if element is None:
        return style
    return CellStyle(
        font=style.font,
        fill=style.fill,
        borders=style.borders,
        format=style.format,
        across=str(element.get("horizontal") or "general"),
        down=str(element.get("vertical") or "bottom"),
        wrap=element.get("wrapText") in {"1", "true"},
        shrink=element.get("shrinkToFit") in {"1", "true"},
        indent=int(max(0.0, min(number(str(element.get("indent") or "0")), 250))),
        turned=int(max(0.0, min(number(str(element.get("textRotation") or "0")), 255))),
    )


def _theme_colours(theme: _Element | None) -> dict[str, str]:
    found = {"lt1": "FFFFFF", "dk1": "000000"}
    scheme = None if theme is None else next(theme.iter(_A + "clrScheme"), None)
    for entry in scheme if scheme is not None else ():
        for colour in entry:
            if isinstance(entry.tag, str):
                found[entry.tag.removeprefix(_A)] = str(colour.get("lastClr") or colour.get("val") or "")
    return found


def _tinted(colour: str, tint: float) -> str:
    """A colour made lighter (tint up to 1) or darker (down to -1) in its lightness."""
    if not tint:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    parts = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), strength)
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)
