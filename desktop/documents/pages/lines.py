"""Breaking a measured paragraph into lines: opportunities, tabs, hanging punctuation, alignment."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.documents.pages.around import Around
from desktop.documents.pages.measure import OBJECT, Dress, Measured
from desktop.documents.pages.model import ParaStyle, Shape
from desktop.documents.pages.scripts import HANGING, SPACES, ideographic, may_break

NEAR = 0.02  # points: less than a twip does not push a letter to the next line
_ENDS = "\n\f\v"


@dataclass(slots=True)
class Piece:
    """Neighbouring characters of one dress on one line; x is from the left edge of the paragraph's room."""

    x: float
    width: float
    text: str
    dress: Dress
    spacing: float = 0.0
    at: int = 0  # index of its first character


@dataclass(slots=True)
class Line:
    """One line: its pieces, shapes, and how far it reaches above and below its base line."""

    start: int
    end: int
    pieces: list[Piece] = field(default_factory=list)
    shapes: list[tuple[float, Shape]] = field(default_factory=list)
    leaders: list[tuple[float, float, str, Dress]] = field(default_factory=list)
    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    ends: str = ""  # \n, \f, \v or nothing
    last: bool = False
    skip: float = 0.0  # how far below its place a shape pushes it


class Breaker:
    """Breaks one paragraph for one width."""

    def __init__(
        self,
        text: Measured,
        style: ParaStyle,
        width: float,
        default_tab: float,
        *,
        hang: bool = False,
        trailing: bool = True,
        blank: Dress | None = None,
        around: Around | None = None,
    ) -> None:
        self._text = text
        self._style = style
        self._width = width
        self._right = width - style.right
        self._blank = blank  # gives a line of spaces its height
        self._around = around  # shapes beside the text
        self._default_tab = default_tab
        self._hang = hang  # punctuation may hang over the right edge
        self._trailing = trailing  # spaces at the end of any line take no room
        self._tabs: dict[int, float] = {}
        self._leaders: dict[int, str] = {}

    def lines(self) -> list[Line]:
        """The lines, aligned; an empty paragraph has none."""
        found: list[Line] = []
        at, count, y = 0, len(self._text.text), 0.0
        while at < count:
            indent = self._style.left + (0.0 if found else self._style.first)
            skip = 0.0
            if self._around is not None:
                left, right, skip = self._around.room(y)
                self._right = min(self._width - self._style.right, self._width - right)
                indent = max(indent, left)
            end, squeezed = self._end(at, indent)
            line = Line(at, end, skip=skip)
            if end > at and self._text.text[end - 1] in _ENDS:
                line.ends = self._text.text[end - 1]
            line.last = end >= count or bool(line.ends)
            self._fill(line, indent, squeezed)
            found.append(line)
            at = end
            if self._around is not None:
                y += skip + self._around.tall(line, first=len(found) == 1)
        return found

    def _end(self, start: int, indent: float) -> tuple[int, bool]:
        """Where the line that starts there ends, and whether its last sign hangs over the edge."""
        text, widths, gaps = self._text.text, self._text.widths, self._text.gaps
        x, chance = indent, -1
        for at in range(start, len(text)):
            char = text[at]
            if char in _ENDS:
                return at + 1, False
            if at > start and may_break(text[at - 1], char):
                chance = at
            if char == "\t":
                x += self._tab(at, x)
                continue
            step = widths[at] + (gaps.get(at, 0.0) if at > start else 0.0)
            if x + step > self._right + NEAR and char not in SPACES:
                if self._hang and char in HANGING and x <= self._right + NEAR and at > start:
                    return self._swallow(at + 1), True
                if chance > start:
                    return chance, False
                return max(at, start + 1), False
            x += step
        return len(text), False

    def _swallow(self, at: int) -> int:
        """Spaces after the last word stay on its line."""
        text = self._text.text
        while at < len(text) and text[at] in SPACES:
            at += 1
        return at

    def _tab(self, at: int, x: float) -> float:
        """Width of the tab at that place when it starts at x."""
        for stop, kind, leader in self._style.tabs:
            if stop > x + NEAR and kind != "bar":
                self._leaders[at] = leader
                return self._note(at, self._reach(at, x, stop, kind))
        if self._style.first < 0 and x < self._style.left - NEAR:
            return self._note(at, self._style.left - x)
        stops = int((x + NEAR) / self._default_tab) + 1
        return self._note(at, stops * self._default_tab - x)

    def _reach(self, at: int, x: float, stop: float, kind: str) -> float:
        if kind == "left":
            return stop - x
        text = self._text.text
        behind = 0.0
        for place in range(at + 1, len(text)):
            if text[place] in "\t\n\f\v" or (kind == "decimal" and text[place] == "."):
                break
            behind += self._text.widths[place] + self._text.gaps.get(place, 0.0)
        share = 0.5 if kind == "center" else 1.0
        return max(0.0, min(stop, self._right if kind == "right" else stop) - x - behind * share)

    def _note(self, at: int, width: float) -> float:
        self._tabs[at] = max(0.0, width)
        return self._tabs[at]

    def _fill(self, line: Line, indent: float, hanging: bool) -> None:
        """Put the characters of a line into pieces and push them to where the alignment wants them."""
        text = self._text.text
        stop = line.end - bool(line.ends)
        while (self._trailing or not line.last) and stop > line.start and text[stop - 1] in SPACES:
            stop -= 1
        end = self._pieces(line, indent, stop)
        line.width = end - indent
        room = self._right - end
        align = self._style.align
        if hanging or (room <= 0 and align != "center"):
            room = 0.0
        if align in {"right", "center"}:
            self._shift(line, room if align == "right" else room / 2)
        elif (align == "both" and not line.last) or align == "distribute":
            self._stretch(line, room)
        self._blanks(line, stop)

    def _pieces(self, line: Line, x: float, stop: int) -> float:
        """Make the pieces up to `stop`; returns where they end."""
        text, gaps, dresses = self._text.text, self._text.gaps, self._text.dresses
        current: Piece | None = None
        for at in range(line.start, line.end):
            char, dress = text[at], dresses[at]
            if at < stop or (char in _ENDS and line.end - line.start == 1):
                self._grow(line, dress, at)
            if at >= stop:
                continue
            gap = gaps.get(at, 0.0) if at > line.start else 0.0
            if char in {"\t", OBJECT}:
                x += self._special(line, at, x)
                current = None
                continue
            x += gap
            if current is None or gap or dress is not current.dress:
                current = Piece(x, 0.0, "", dress, at=at)
                line.pieces.append(current)
            x += self._text.widths[at]
            current.width = x - current.x
            current.text += char
        if not line.ascent and not line.descent:  # nothing but spaces
            plain = not text[line.start : line.end].strip(" ")  # wide blanks keep their own height
            blank = (self._blank if plain else None) or dresses[line.start]
            line.ascent, line.descent = blank.ascent, blank.descent
        return x

    def _special(self, line: Line, at: int, x: float) -> float:
        """Put a tab or a shape at x; returns its width."""
        dress = self._text.dresses[at]
        if self._text.text[at] == OBJECT:
            if at in self._text.shapes:
                line.shapes.append((x, self._text.shapes[at]))
            return self._text.widths[at]
        width = self._tabs.get(at, 0.0)
        if self._leaders.get(at):
            line.leaders.append((x, width, self._leaders[at], dress))
        if dress.style.underline:
            line.leaders.append((x, width, "underline", dress))
        return width

    def _blanks(self, line: Line, stop: int) -> None:
        """Spaces at the end of a line show only their underline, and only up to the right edge."""
        x = line.pieces[-1].x + line.pieces[-1].width if line.pieces else self._style.left
        for at in range(stop, line.end - bool(line.ends)):
            width = min(self._text.widths[at], self._right - x)
            if self._text.dresses[at].style.underline and width > 0:
                line.leaders.append((x, width, "underline", self._text.dresses[at]))
            x += width

    def _grow(self, line: Line, dress: Dress, at: int) -> None:
        shape = self._text.shapes.get(at)
        ascent, descent = (dress.ascent, dress.descent) if shape is None else (shape.height, 0.0)
        line.ascent = max(line.ascent, ascent)
        line.descent = max(line.descent, descent)

    @staticmethod
    def _shift(line: Line, by: float) -> None:
        for piece in line.pieces:
            piece.x += by
        line.shapes = [(x + by, shape) for x, shape in line.shapes]
        line.leaders = [(x + by, width, kind, dress) for x, width, kind, dress in line.leaders]

    def _stretch(self, line: Line, room: float) -> None:
        """Share the room among Chinese characters and the spaces between words, behind the last tab."""
        if room <= 0 or not line.pieces:
            return
        first = max((x + width for x, width, _, _ in line.leaders), default=-1e9)
        line.pieces = [part for piece in line.pieces for part in self._words(piece)]
        places = [
            sum(1 for char in piece.text if char in SPACES or ideographic(char)) if piece.x >= first else 0
            for piece in line.pieces
        ]
        last = line.pieces[-1].text
        total = sum(places) - (1 if last and ideographic(last[-1]) else 0)
        if total <= 0:
            return
        each, moved = room / total, 0.0
        for piece, count in zip(line.pieces, places, strict=True):
            piece.x += moved
            if count:
                extra = each * count
                piece.spacing = extra / len(piece.text)
                piece.width += extra
                moved += extra
        if last and ideographic(last[-1]):  # behind the last letter nothing shows
            line.pieces[-1].width -= line.pieces[-1].spacing

    def _words(self, piece: Piece) -> list[Piece]:
        """A piece of Latin words cut so that only its spaces can be widened."""
        if " " not in piece.text or all(char == " " or ideographic(char) for char in piece.text):
            return [piece]
        found: list[Piece] = []
        x = piece.x
        for at, char in enumerate(piece.text):
            if not found or (char == " ") != (found[-1].text[-1] == " "):
                found.append(Piece(x, 0.0, "", piece.dress, at=piece.at + at))
            found[-1].text += char
            found[-1].width += self._text.widths[piece.at + at]
            x += self._text.widths[piece.at + at]
        return found
