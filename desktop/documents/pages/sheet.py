"""A sheet being filled: takes points, keeps millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from desktop.documents.pages.lines import Line, Piece
from desktop.documents.pages.model import Border
from desktop.documents.pages.paper import MILLIMETRES as MM
from desktop.documents.pages.paper import Cell, Field, Fill, Font, Page, Picture, Rule, Text
from desktop.documents.pages.scripts import ideographic

Box = tuple[float, float, float, float]  # x, y, width, height
Ends = tuple[float, float, float, float]  # x, y of one end, x, y of the other

_TURNING = frozenset("（）〈〉《》「」『』【】〔〕〖〗［］｛｝—…～－–‥")  # they turn with the line that runs down
_LEADERS = {"dot": "dotted", "hyphen": "dashed", "underscore": "solid", "middleDot": "dotted", "underline": "solid"}


class Sheet:
    """One page and the means to put things on it; x, y, widths and heights come in points.

    What is put is moved to (`x`, `y`), scaled, and turned by `turn` degrees clockwise about that place.
    """

    def __init__(self, width: float, height: float) -> None:
        self.page = Page(width * MM, height * MM)
        self.width = width
        self.height = height
        self.clip: Box | None = None  # in millimetres, for what is put next
        self.x = 0.0
        self.y = 0.0
        self.scale = 1.0
        self.turn = 0  # 0, 90 (lines run down) or 270 (lines run up)
        self.upright = False  # in turned text Chinese characters stand upright

    @contextmanager
    def moved(self, x: float, y: float, *, scale: float = 1.0, turn: int = 0, upright: bool = False) -> Iterator[None]:
        """For a while, count points from another place on this sheet."""
        kept = self.x, self.y, self.scale, self.turn, self.upright
        self.x, self.y = self._at(x, y)
        self.scale *= scale
        self.turn, self.upright = (self.turn + turn) % 360, upright
        try:
            yield
        finally:
            self.x, self.y, self.scale, self.turn, self.upright = kept

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Points of the sheet for points as they come."""
        across, down = x * self.scale, y * self.scale
        if self.turn == 90:
            across, down = -down, across
        elif self.turn == 270:
            across, down = down, -across
        elif self.turn == 180:
            across, down = -across, -down
        return self.x + across, self.y + down

    def box(self, box: Box) -> Box:
        """A rectangle as it comes, in millimetres of the sheet."""
        x, y, width, height = box
        x1, y1 = self._at(x, y)
        x2, y2 = self._at(x + width, y + height)
        return min(x1, x2) * MM, min(y1, y2) * MM, abs(x2 - x1) * MM, abs(y2 - y1) * MM

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
        box = (x, base - dress.ascent, piece.width, dress.ascent + dress.descent)
        if style.shade:
            self.fill(box, style.shade)
        if self.upright:
            self._standing(piece, x, y)
        else:
            self._text(piece, piece.text, (x, y), self.turn)
        if dress.key:
            self.field(box, dress.key)
        if style.underline:
            self._underline(piece, x, y)
        if style.strike:
            middle = y - dress.size * 0.3
            self.rule((x, middle, x + piece.width, middle), Border(max(dress.size / 20, 0.4), style.colour), "text")

    def _text(self, piece: Piece, text: str, place: tuple[float, float], turned: int) -> None:
        dress, style = piece.dress, piece.dress.style
        font = Font(dress.face.family, round(dress.size * self.scale, 4), style.bold, style.italic)
        spacing = (style.spacing + piece.spacing) * self.scale * MM
        x, y = self._at(*place)
        width = piece.width * len(text) / max(1, len(piece.text)) * self.scale
        made = Text(x * MM, y * MM, width * MM, text, font, style.colour, spacing, style.stretch, dress.key)
        made.turned, made.clip = turned, self.clip
        self.page.texts.append(made)

    def _standing(self, piece: Piece, x: float, y: float) -> None:
        """Characters of a line that runs down: Chinese ones upright, each about the middle of its place."""
        if not any(ideographic(char) for char in piece.text):
            self._text(piece, piece.text, (x, y), self.turn)
            return
        size, step = piece.dress.size, piece.width / len(piece.text)
        for at, char in enumerate(piece.text):
            if char in _TURNING:
                self._text(piece, char, (x + at * step, y), self.turn)
                continue
            middle_x, middle_y = x + (at + 0.5) * step, y - 0.38 * size
            # in the turned frame x runs down the sheet and y to the left
            self._text(piece, char, (middle_x + 0.38 * size, middle_y + 0.5 * size), 0)

    def _underline(self, piece: Piece, x: float, y: float) -> None:
        kind = piece.dress.style.underline
        thick = max(piece.dress.size / 20, 0.4) * (2 if kind in {"thick", "double"} else 1)
        stroke = Border(thick, piece.dress.style.colour, {"single": "solid", "thick": "solid"}.get(kind, kind))
        under = y + piece.dress.size * 0.12
        self.rule((x, under, x + piece.width, under), stroke, "text")

    def rule(self, ends: Ends, stroke: Border, role: str = "border") -> None:
        """A straight line along its middle."""
        x1, y1 = self._at(ends[0], ends[1])
        x2, y2 = self._at(ends[2], ends[3])
        width = stroke.width * self.scale * MM
        self.page.rules.append(Rule(x1 * MM, y1 * MM, x2 * MM, y2 * MM, width, stroke.colour, stroke.style, role))

    def fill(self, box: Box, colour: str) -> None:
        """A filled rectangle."""
        self.page.fills.append(Fill(*self.box(box), colour))

    def picture(self, box: Box, content: bytes, crop: Box) -> None:
        """A picture scaled into a rectangle."""
        self.page.pictures.append(Picture(*self.box(box), content, crop))

    def cell(self, box: Box, key: str = "", name: str = "") -> None:
        """A cell or text box."""
        self.page.cells.append(Cell(*self.box(box), key, name))

    def field(self, box: Box, key: str, label: str = "") -> None:
        """A place of a field; words of the same field that touch become one place."""
        last = self.page.fields[-1] if self.page.fields else None
        made = Field(*self.box(box), key, label)
        if last is not None and last.key == key and _touches(last, made):
            last.width = max(last.width, made.x + made.width - last.x)
            last.height = max(last.height, made.height)
        else:
            self.page.fields.append(made)


def _touches(last: Field, made: Field) -> bool:
    """Whether a place goes on where the last one ended, on the same line."""
    return abs(last.y - made.y) < 0.5 and made.x - last.x >= -0.01 and made.x - last.x - last.width < 1.0
