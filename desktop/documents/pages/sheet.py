"""A sheet being filled: takes points, keeps millimetres."""

from __future__ import annotations

from desktop.documents.page import MILLIMETRES as MM
from desktop.documents.page import Cell, Field, Fill, Font, Page, Picture, Rule, Text
from desktop.documents.pages.lines import Line, Piece
from desktop.documents.pages.model import Border

Box = tuple[float, float, float, float]  # x, y, width, height
Ends = tuple[float, float, float, float]  # x, y of one end, x, y of the other

_LEADERS = {"dot": "dotted", "hyphen": "dashed", "underscore": "solid", "middleDot": "dotted", "underline": "solid"}


class Sheet:
    """One page and the means to put things on it; x, y, widths and heights come in points."""

    def __init__(self, width: float, height: float) -> None:
        self.page = Page(width * MM, height * MM)
        self.width = width
        self.height = height
        self.clip: Box | None = None  # in millimetres, for what is put next

    def line(self, line: Line, x: float, base: float) -> None:
        """A line of text whose room starts at x and whose base line is at `base`."""
        for piece in line.pieces:
            if piece.text:
                self._piece(piece, x + piece.x, base)
        for start, width, kind, dress in line.leaders:
            style = _LEADERS.get(kind)
            if style and width > 1:
                thick = max(dress.size / 20, 0.4)
                y = base + dress.size * 0.1
                self.rule((x + start, y, x + start + width, y), Border(thick, dress.style.colour, style), "text")
        for start, shape in line.shapes:
            if shape.content:
                self.picture((x + start, base - shape.height, shape.width, shape.height), shape.content, shape.crop)

    def _piece(self, piece: Piece, x: float, base: float) -> None:
        dress, style = piece.dress, piece.dress.style
        y = base - dress.rise
        top, height = base - dress.ascent, dress.ascent + dress.descent
        if style.shade:
            self.fill((x, top, piece.width, height), style.shade)
        font = Font(dress.face.family, dress.size, style.bold, style.italic)
        spacing = style.spacing + piece.spacing
        self.page.texts.append(
            Text(
                x * MM, y * MM, piece.width * MM, piece.text, font, style.colour, spacing * MM, style.stretch,
                dress.key, 0, self.clip,
            )
        )  # fmt: skip
        if dress.key:
            self.field((x, top, piece.width, height), dress.key)
        if style.underline:
            self._underline(piece, x, y)
        if style.strike:
            middle = y - dress.size * 0.3
            self.rule((x, middle, x + piece.width, middle), Border(max(dress.size / 20, 0.4), style.colour), "text")

    def _underline(self, piece: Piece, x: float, y: float) -> None:
        kind = piece.dress.style.underline
        thick = max(piece.dress.size / 20, 0.4) * (2 if kind in {"thick", "double"} else 1)
        stroke = Border(thick, piece.dress.style.colour, {"single": "solid", "thick": "solid"}.get(kind, kind))
        under = y + piece.dress.size * 0.12
        self.rule((x, under, x + piece.width, under), stroke, "text")

    def rule(self, ends: Ends, stroke: Border, role: str = "border") -> None:
        """A straight line along its middle."""
        x1, y1, x2, y2 = (end * MM for end in ends)
        self.page.rules.append(Rule(x1, y1, x2, y2, stroke.width * MM, stroke.colour, stroke.style, role))

    def fill(self, box: Box, colour: str) -> None:
        """A filled rectangle."""
        self.page.fills.append(Fill(*millimetres(box), colour))

    def picture(self, box: Box, content: bytes, crop: Box) -> None:
        """A picture scaled into a rectangle."""
        self.page.pictures.append(Picture(*millimetres(box), content, crop))

    def cell(self, box: Box, key: str = "", name: str = "") -> None:
        """A cell or text box."""
        self.page.cells.append(Cell(*millimetres(box), key, name))

    def field(self, box: Box, key: str, label: str = "") -> None:
        """A place of a field; words of the same field that touch become one place."""
        last = self.page.fields[-1] if self.page.fields else None
        made = Field(*millimetres(box), key, label)
        if last is not None and last.key == key and _touches(last, made):
            last.width = max(last.width, made.x + made.width - last.x)
            last.height = max(last.height, made.height)
        else:
            self.page.fields.append(made)


def millimetres(box: Box) -> Box:
    """A rectangle in points as one in millimetres."""
    x, y, width, height = box
    return x * MM, y * MM, width * MM, height * MM


def _touches(last: Field, made: Field) -> bool:
    """Whether a place goes on where the last one ended, on the same line."""
    return abs(last.y - made.y) < 0.5 and made.x - last.x >= -0.01 and made.x - last.x - last.width < 1.0
