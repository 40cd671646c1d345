"""Pictures, boxes of text and simple shapes of a Word file, new (DrawingML) and old (VML)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.documents.pages.model import Shape
from desktop.documents.pages.parts import relations
from desktop.documents.pages.wordml import R, W, colour, number
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.pages.part import PartReader

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
V = "{urn:schemas-microsoft-com:vml}"
EMU = 12700.0  # in a point
LARGEST = 3000.0  # points; a shape said to be larger is a fault of its file

_WRAPS = {"wrapSquare": "square", "wrapTight": "square", "wrapThrough": "square", "wrapTopAndBottom": "topAndBottom"}
_FLOWS = {"eaVert": (90, True), "vert": (90, False), "vert270": (270, False), "wordArtVert": (90, True)}
_ANCHORS = {"t": "top", "ctr": "center", "b": "bottom"}


def points(text: str | None) -> float:
    """Points of a length in EMU."""
    return max(-LARGEST, min(number(text or "", most=1e12) / EMU, LARGEST))


class Drawings:
    """Reads shapes for one part of a file."""

    def __init__(self, reader: PartReader) -> None:
        self._reader = reader

    def drawing(self, element: _Element) -> list[Shape]:
        """The shapes of a w:drawing."""
        found: list[Shape] = []
        for frame in element:
            if frame.tag not in (WP + "inline", WP + "anchor"):
                continue
            shape = self._framed(frame)
            if shape is None:
                self._reader.notice("有图形（图表、组合图形等）没有画出。")
                continue
            extent = frame.find(WP + "extent")
            if extent is not None:
                shape.width, shape.height = abs(points(extent.get("cx"))), abs(points(extent.get("cy")))
            if frame.tag == WP + "anchor":
                _place(frame, shape)
            found.append(shape)
        return found

    def _framed(self, frame: _Element) -> Shape | None:
        picture = next(frame.iter(PIC + "pic"), None)
        if picture is not None:
            return self._picture(picture)
        box = next(frame.iter(WPS + "wsp"), None)
        return None if box is None else self._box(box)

    def _picture(self, picture: _Element) -> Shape:
        shape = Shape(0, 0)
        blip = picture.find(f"{PIC}blipFill/{A}blip")
        if blip is not None:
            if blip.get(R + "link") and not blip.get(R + "embed"):
                self._reader.notice("有图片只是外部链接，没有取来显示。")
            shape.content = self._content(str(blip.get(R + "embed") or ""))
        rect = picture.find(f"{PIC}blipFill/{A}srcRect")
        if rect is not None:
            left, top, right, bottom = (min(max(number(rect.get(side) or "") / 1e5, 0.0), 0.95) for side in "ltrb")
            if left + right < 1 and top + bottom < 1:
                shape.crop = (left, top, right, bottom)
        return shape

    def _content(self, relation: str) -> bytes:
        reader = self._reader
        target = relations(reader.package, reader.part, reader.notices).get(relation, ("", ""))[1]
        if not target:
            return b""
        try:
            return self._reader.package.read(target)
        except BadFile:
            self._reader.notice(f"图片 {target} 已损坏或缺失，没有显示。")
            return b""

    def _box(self, box: _Element) -> Shape:
        shape = Shape(0, 0)
        looks = box.find(WPS + "spPr")
        if looks is not None:
            shape.fill = _solid(looks)
            shape.outline = _outline(looks.find(A + "ln"), box.find(f"{WPS}style/{A}lnRef"))
            preset = looks.find(A + "prstGeom")
            kind = "" if preset is None else str(preset.get("prst") or "")
            shape.kind = "line" if kind in {"line", "straightConnector1"} else "rect"
            if kind not in {"rect", "line", "straightConnector1", "roundRect", ""}:
                self._reader.notice("有图形按方框画出，形状与原件不同。")
        body = box.find(WPS + "bodyPr")
        if body is not None:
            sides = zip(("lIns", "tIns", "rIns", "bIns"), shape.inset, strict=True)
            left, top, right, bottom = (points(body.get(s)) if body.get(s) else d for s, d in sides)
            shape.inset = (left, top, right, bottom)
            shape.vertical = _ANCHORS.get(str(body.get("anchor") or "t"), "top")
            shape.grows = body.find(A + "spAutoFit") is not None
            shape.turned, shape.upright = _FLOWS.get(str(body.get("vert") or ""), (0, False))
        content = box.find(f"{WPS}txbx/{W}txbxContent")
        if content is not None:
            shape.blocks = self._reader.blocks(content)
        return shape

    def legacy(self, element: _Element) -> list[Shape]:
        """The shapes of a w:pict or w:object."""
        found: list[Shape] = []
        for vml in element:
            if vml.tag in {V + "shape", V + "rect", V + "roundrect", V + "line", V + "oval"}:
                found.append(self._vml(vml))
            elif vml.tag == V + "group":
                self._reader.notice("有图形（图表、组合图形等）没有画出。")
        return found

    def _vml(self, vml: _Element) -> Shape:
        style = _css(str(vml.get("style") or ""))
        shape = Shape(_css_points(style.get("width", "")), _css_points(style.get("height", "")))
        image = vml.find(V + "imagedata")
        if image is not None:
            shape.content = self._content(str(image.get(R + "id") or ""))
        else:
            filled = vml.get("filled") not in {"f", "false"}
            shape.fill = _vml_colour(str(vml.get("fillcolor") or "#FFFFFF")) if filled else ""
            if vml.get("stroked") not in {"f", "false"}:
                width = _css_points(str(vml.get("strokeweight") or "0.75pt"))
                shape.outline = (width, _vml_colour(str(vml.get("strokecolor") or "#000000")))
        if vml.tag == V + "line":
            _vml_line(vml, shape)
        box = vml.find(V + "textbox")
        content = None if box is None else box.find(W + "txbxContent")
        flow = "" if box is None else str(box.get("style") or "")
        if "layout-flow:vertical" in flow:
            shape.turned, shape.upright = 90, True
        if content is not None:
            shape.blocks = self._reader.blocks(content)
        if style.get("position") == "absolute" or vml.tag == V + "line":
            shape.anchored = True
            x = style.get("mso-position-horizontal", "absolute")
            y = style.get("mso-position-vertical", "absolute")
            base_x = style.get("mso-position-horizontal-relative", "text").replace("text", "column")
            base_y = style.get("mso-position-vertical-relative", "text").replace("text", "paragraph")
            left, top = _css_points(style.get("margin-left", "")), _css_points(style.get("margin-top", ""))
            shape.x = (base_x, left if x == "absolute" else x)
            shape.y = (base_y, top if y == "absolute" else y)
        return shape


def _place(anchor: _Element, shape: Shape) -> None:
    shape.anchored = True
    for name, into in (("positionH", "x"), ("positionV", "y")):
        place = anchor.find(WP + name)
        if place is None:
            continue
        relative = str(place.get("relativeFrom") or "page")
        offset, align = place.find(WP + "posOffset"), place.find(WP + "align")
        if align is not None:
            setattr(shape, into, (relative, str(align.text or "left")))
        else:
            setattr(shape, into, (relative, points(None if offset is None else offset.text)))
    for child in anchor:
        if isinstance(child.tag, str):
            shape.wraps = _WRAPS.get(child.tag.removeprefix(WP), shape.wraps)
    left, top, right, bottom = (points(anchor.get(f"dist{side}")) for side in "LTRB")
    shape.distance = (left, top, right, bottom)
    shape.in_cell = anchor.get("layoutInCell") not in {"0", "false"}


def _solid(looks: _Element) -> str:
    fill = looks.find(A + "solidFill")
    return "" if fill is None else _drawn_colour(fill, "#FFFFFF")


def _drawn_colour(element: _Element, otherwise: str) -> str:
    plain = element.find(A + "srgbClr")
    if plain is not None:
        return colour(str(plain.get("val") or ""), otherwise)
    scheme = element.find(A + "schemeClr")
    if scheme is not None:
        named = {"dk1": "#000000", "tx1": "#000000", "lt1": "#FFFFFF", "bg1": "#FFFFFF"}
        return named.get(str(scheme.get("val")), otherwise)
    system = element.find(A + "sysClr")
    return otherwise if system is None else colour(str(system.get("lastClr") or ""), otherwise)


def _outline(line: _Element | None, of_style: _Element | None) -> tuple[float, str] | None:
    if line is None:
        return None if of_style is None or of_style.get("idx") == "0" else (0.75, "#000000")
    if line.find(A + "noFill") is not None:
        return None
    width = points(line.get("w")) if line.get("w") else 0.75
    fill = line.find(A + "solidFill")
    return (max(width, 0.25), "#000000" if fill is None else _drawn_colour(fill, "#000000"))


def _css(style: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _css_points(text: str) -> float:
    units = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75}
    factor = units.get(text[-2:], 0.75 if text[-1:].isdigit() else 0.0)
    value = number(text[:-2] if text[-2:] in units else text) * factor
    return max(-LARGEST, min(value, LARGEST))


def _vml_colour(text: str) -> str:
    named = {"black": "#000000", "white": "#FFFFFF", "red": "#FF0000", "window": "#FFFFFF", "windowtext": "#000000"}
    first = text.split("[", maxsplit=1)[0].split(maxsplit=1)[0] if text.split("[", maxsplit=1)[0].split() else ""
    return named.get(first) or colour(first.lstrip("#"), "#000000")


def _vml_line(vml: _Element, shape: Shape) -> None:
    shape.kind = "line"
    ends = [part.split(",") for part in (str(vml.get("from") or "0,0"), str(vml.get("to") or "0,0"))]
    (x1, y1), (x2, y2) = ((_css_points(p[0]), _css_points(p[-1])) for p in ends)
    shape.x, shape.y = ("column", min(x1, x2)), ("paragraph", min(y1, y2))
    shape.width, shape.height = abs(x2 - x1), abs(y2 - y1)
