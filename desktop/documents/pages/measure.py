"""Characters with their typeface and width: what the line breaker works on."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.documents.pages.model import CharStyle, Paragraph, Shape, Span
from desktop.documents.pages.paper import Face, Fonts
from desktop.documents.pages.scripts import EAST, lettered, scripts

SMALL = 0.58  # size of raised and lowered letters
RAISE, LOWER = 0.33, 0.08  # how far they stand above and below the base line, in em of the full size
GAP = 0.2  # between a Chinese and a Latin letter or digit, in em
OBJECT = "\ufffc"


@dataclass(slots=True)
class Dress:
    """One look of neighbouring characters: typeface, size, style and field."""

    face: Face
    size: float
    style: CharStyle
    key: str
    counter: str = ""

    @property
    def rise(self) -> float:
        """Points above the base line."""
        raised = self.style.raised
        share = RAISE if raised > 0 else -LOWER if raised < 0 else 0.0
        return self.style.lifted + share * self.style.size

    @property
    def ascent(self) -> float:
        """Points from the base line of the line to the top of the letters' line."""
        return self.face.ascent * self.size + self.rise

    @property
    def descent(self) -> float:
        """Points from the base line of the line to the bottom of the letters' line."""
        return self.face.descent * self.size - self.rise


@dataclass(slots=True)
class Measured:
    """A paragraph as characters: for each its width, the gap before it and the dress it wears."""

    text: str = ""
    widths: list[float] = field(default_factory=list)
    gaps: dict[int, float] = field(default_factory=dict)
    dresses: list[Dress] = field(default_factory=list)
    shapes: dict[int, Shape] = field(default_factory=dict)
    anchored: list[tuple[int, Shape]] = field(default_factory=list)


class Measurer:
    """Measures paragraphs with the typefaces of this machine; remembers faces by style."""

    def __init__(self, fonts: Fonts, *, ahead: bool = False) -> None:
        self._fonts = fonts
        self._ahead = ahead  # signs at the start take the script of what follows
        self._faces: dict[tuple[str, bool, bool, bool], Face] = {}
        self.asked: set[str] = set()  # families of letters that are shown

    def face(self, style: CharStyle, *, east: bool) -> Face:
        """The typeface of a style for Chinese or for Latin letters."""
        sign = (style.east if east else style.latin, style.bold, style.italic, east)
        found = self._faces.get(sign)
        if found is None:
            found = self._fonts.face(sign[0], bold=sign[1], italic=sign[2], east_asian=east)
            self._faces[sign] = found
        return found

    def mark(self, style: CharStyle) -> Dress:
        """The dress of an empty paragraph's end mark, which is taken for a Latin letter."""
        return Dress(self.face(style, east=False), style.size, style, "")

    def measure(self, paragraph: Paragraph, numbers: dict[str, str]) -> Measured:
        """Measure a paragraph.

        Args:
            paragraph: what to measure; its label comes first.
            numbers: what PAGE and NUMPAGES amount to here.
        """
        made = Measured()
        spans: list[Span] = [] if paragraph.label is None else [paragraph.label]
        for item in paragraph.items:
            if isinstance(item, Span):
                spans.append(item)
            elif item.anchored:
                made.anchored.append((sum(len(span.text) for span in spans), item))
            else:
                made.shapes[sum(len(span.text) for span in spans)] = item
                spans.append(Span(OBJECT, paragraph.mark))
        texts = [numbers.get(span.counter, span.text) if span.counter else span.text for span in spans]
        made.text = "".join(texts)
        kinds = scripts(made.text, ahead=self._ahead)
        at = 0
        for span, text in zip(spans, texts, strict=True):
            self._span(made, span, text, kinds[at : at + len(text)])
            at += len(text)
        for place, shape in made.shapes.items():
            made.widths[place] = shape.width
        if paragraph.style.gap:
            self._gaps(made, kinds)
        return made

    def _span(self, made: Measured, span: Span, text: str, kinds: list[str]) -> None:
        style = span.style
        size = style.size * SMALL if style.raised else style.size
        by_face: dict[int, Dress] = {}
        factor = size * style.stretch
        for char, kind in zip(text, kinds, strict=True):
            east = kind == EAST
            face = self.face(style, east=east)
            advance = face.advance(char)
            if advance is None:
                if char in "\t\n\f\v\r" or char == OBJECT:
                    advance = 0.0
                else:
                    face = self._fonts.having(char, bold=style.bold, italic=style.italic)
                    advance = face.advance(char) or 0.0
            dress = by_face.get(id(face))
            if dress is None:
                self.asked.add(style.east if east else style.latin)
                dress = by_face[id(face)] = Dress(face, size, style, span.key, span.counter)
            made.dresses.append(dress)
            made.widths.append(advance * factor + style.spacing)

    @staticmethod
    def _gaps(made: Measured, kinds: list[str]) -> None:
        for at in range(1, len(kinds)):
            if kinds[at] != kinds[at - 1] and lettered(made.text[at]) and lettered(made.text[at - 1]):
                made.gaps[at] = GAP * made.dresses[at].size
