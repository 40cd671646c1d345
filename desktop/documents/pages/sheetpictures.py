"""The pictures that lie on a sheet of a workbook, by the cells they are anchored to (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.documents.pages.cellstyles import M
from desktop.documents.pages.parts import optional, relations
from desktop.documents.pages.wordml import R, number
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_POINT = 12700  # English metric units in a point
_LONGEST = 1e8  # of these units, eight metres
_FARTHEST = 20000  # rows and columns; farther away lies nothing that is shown


@dataclass(frozen=True, slots=True)
class Corner:
    """A place on a sheet: a cell counted from 1, and points from its upper left corner."""

    column: int
    row: int
    across: float
    down: float


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """A picture from one corner to the other, or with a size in points."""

    start: Corner
    end: Corner | None
    width: float
    height: float
    content: bytes
    crop: tuple[float, float, float, float]


def pictures(package: Package, part: str, sheet: _Element, notices: list[str]) -> list[SheetPicture]:
    """The pictures of a sheet; what else lies on it is named.

    Args:
        package: the workbook.
        part: the part of the sheet.
        sheet: its root.
        notices: what is not drawn is said here.
    """
    anchor = sheet.find(M + "drawing")
    drawing = "" if anchor is None else relations(package, part, notices).get(str(anchor.get(R + "id")), ("", ""))[1]
    root = optional(package, drawing, notices)
    found: list[SheetPicture] = []
    for place in [] if root is None else root:
        if not isinstance(place.tag, str):
            continue
        shown = next(place.iter(_X + "pic"), None)
        made = None if shown is None else _picture(package, drawing, place, shown, notices)
        if made is not None:
            found.append(made)
        elif shown is None:
            notices.append("图表、图形和文本框没有画出。")
    return found


def _picture(
    package: Package, drawing: str, place: _Element, shown: _Element, notices: list[str]
) -> SheetPicture | None:
    start, end, size = _corner(place.find(_X + "from")), _corner(place.find(_X + "to")), place.find(_X + "ext")
    blip, rect = shown.find(f"{_X}blipFill/{_A}blip"), shown.find(f"{_X}blipFill/{_A}srcRect")
    name = "" if blip is None else str(blip.get(R + "embed") or "")
    target = relations(package, drawing, notices).get(name, ("", ""))[1]
    try:
        content = package.read(target) if target else b""
    except BadFile:
        content = b""
    if start is None or not content or (end is None and size is None):
        notices.append("有图片已损坏、缺失或只是外部链接，没有显示。")
        return None
    wide, high = (
        0.0 if size is None else max(number(str(size.get(side) or ""), most=_LONGEST), 0.0) / _POINT
        for side in ("cx", "cy")
    )
    cut = [0.0 if rect is None else min(max(number(str(rect.get(side) or "")) / 1e5, 0.0), 0.45) for side in "ltrb"]
    return SheetPicture(start, end, wide, high, content, (cut[0], cut[1], cut[2], cut[3]))


def _corner(place: _Element | None) -> Corner | None:
    if place is None:
        return None
    column, row, across, down = (
        number(str(place.findtext(_X + name) or ""), most=_LONGEST) for name in ("col", "row", "colOff", "rowOff")
    )
    if not (0 <= column < _FARTHEST and 0 <= row < _FARTHEST):
        return None
    return Corner(int(column) + 1, int(row) + 1, across / _POINT, down / _POINT)
