"""Paragraphs into lines of a height: spacing rules, the grid of lines, borders, shapes that hang on them.

The heights follow what LibreOffice 7.4 does with Word files (measured, not documented): a factor above 1 widens every
line but the first above its letters and adds the rest below the paragraph; an exact height puts the base line at four
fifths; on a grid every line takes whole grid lines and stands in their middle, whatever its own rule says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from desktop.documents.pages.around import Around
from desktop.documents.pages.lines import Breaker, Line
from desktop.documents.pages.measure import Measurer
from desktop.documents.pages.model import Border, Document, Paragraph, ParaStyle, Section, Shape, Span
from desktop.documents.pages.paper import Memory
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.slices import Slice

EXACT_BASE = 0.8  # of an exact line height lies above the base line


@dataclass(slots=True)
class Context:
    """What laying out a block depends on besides the block."""

    document: Document
    section: Section
    measurer: Measurer
    memory: Memory
    numbers: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    in_table: bool = False
    in_body: bool = True  # not in a header, footer or text box: those know no grid
    hold: list[tuple[Shape, float, float]] = field(default_factory=list)

    @property
    def pitch(self) -> float:
        """Height of a grid line, 0 without a grid."""
        return self.section.pitch if self.section.grid and self.in_body else 0.0


@dataclass(slots=True)
class LaidLine:
    """A line with its height and its base line measured from its top."""

    line: Line
    height: float
    base: float


@dataclass(slots=True)
class LaidParagraph:
    """A paragraph ready to be cut; `extra` is what a line factor adds below its last line."""

    source: Paragraph
    lines: list[LaidLine]
    width: float
    extra: float
    anchored: list[tuple[int, Shape]]


def lay_paragraph(paragraph: Paragraph, width: float, context: Context, around: Around | None = None) -> LaidParagraph:
    """Break a paragraph for a width and give its lines their heights; the same one is laid out only once."""
    if around is not None or any(isinstance(item, Span) and item.counter for item in paragraph.items):
        return _lay(paragraph, width, context, around)
    document = context.document
    surroundings = (context.pitch, context.in_table, document.default_tab)
    return context.memory.keep(
        ("laid", paragraph.sign, round(width, 3), surroundings), lambda: _lay(paragraph, width, context)
    )


def _lay(paragraph: Paragraph, width: float, context: Context, around: Around | None = None) -> LaidParagraph:
    text = context.measurer.measure(paragraph, context.numbers)
    style = paragraph.style
    hang = style.hang and not context.in_table
    if around is not None:
        around.tall = lambda line, first: _tall(line, style, context.pitch, first=first).height
    blank = context.measurer.mark(paragraph.base)
    tab = context.document.default_tab
    lines = Breaker(text, style, width, tab, hang=hang, around=around, blank=blank).lines()
    mark = context.measurer.mark(paragraph.mark)
    if not lines or lines[-1].ends == "\n":
        end = len(text.text)
        lines.append(Line(end, end, ascent=mark.ascent, descent=mark.descent, last=True))
    laid = [_tall(line, style, context.pitch, first=index == 0) for index, line in enumerate(lines)]
    for line in laid:
        line.height += line.line.skip
        line.base += line.line.skip
    if not text.text and style.align == "left" and style.rule == "auto" and context.pitch and style.snap:
        laid[0].height = context.pitch  # an empty one that is not justified takes a single grid line, however large
    bottom = lines[-1] if paragraph.items else mark  # a number alone does not count
    extra = 0.0
    if style.rule == "auto" and style.line > 1:
        extra = (bottom.ascent + bottom.descent) * (style.line - 1)
    return LaidParagraph(paragraph, laid, width, extra, text.anchored)


def _tall(line: Line, style: ParaStyle, pitch: float, *, first: bool) -> LaidLine:
    """Height and base line of a line under the spacing rule of its paragraph."""
    ascent, natural = line.ascent, line.ascent + line.descent
    if pitch > 0 and style.snap:
        height = pitch * max(1, math.ceil(natural / pitch - 0.001))
        base = ascent + (height - natural) / 2
        widened = height * (max(style.line, 1.0) - 1) if style.rule == "auto" and not first else 0.0
        return LaidLine(line, height + widened, base + widened)
    if style.rule == "exact":
        return LaidLine(line, style.line, style.line * EXACT_BASE)
    if style.rule == "atLeast":
        more = max(0.0, style.line - natural)
        return LaidLine(line, natural + more, ascent + more)
    if first:
        share = min(style.line, 1.0)
        return LaidLine(line, natural * share, ascent * share)
    more = natural * (style.line - 1)
    return LaidLine(line, natural + more, ascent + more)


def slices_of(laid: LaidParagraph, gap: float, context: Context) -> list[Slice]:
    """A laid paragraph as slices, one a line; gap is the room above the first."""
    style = laid.source.style
    found: list[Slice] = []
    count = len(laid.lines)
    breaks = "page" if style.page_before else ""
    for index, line in enumerate(laid.lines):
        above = _edge_room(style, "top") if index == 0 else 0.0
        below = _edge_room(style, "bottom") if index == count - 1 else 0.0
        drawing = _Drawing(laid, index, context, above)
        piece = Slice(gap if index == 0 else 0.0, line.height + above + below, drawing.draw, breaks=breaks)
        piece.glued = style.keep_lines and index < count - 1
        if style.widow and count > 1 and index in {0, count - 2} and index < count - 1:
            piece.glued = True
        if index == count - 1 and style.keep_next:
            piece.glued = True
        breaks = {"\f": "page", "\v": "column"}.get(line.line.ends, "")
        found.append(piece)
    if breaks and found:
        found.append(Slice(0.0, 0.0, _nothing, breaks=breaks))
    return found


def _edge_room(style: ParaStyle, side: str) -> float:
    """Height that a border above or below a paragraph takes."""
    edge = style.borders.get(side)
    return 0.0 if edge is None or edge.none else edge.width + edge.space


def _nothing(sheet: Sheet, x: float, y: float) -> None:
    """A break at the end of a paragraph has nothing to show."""


@dataclass(slots=True)
class _Drawing:
    """Draws one line of a paragraph, with what hangs on it."""

    laid: LaidParagraph
    index: int
    context: Context
    above: float = 0.0  # room of the border above

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        laid = self.laid.lines[self.index]
        y += self.above
        self._back(sheet, x, y, laid.height)
        sheet.line(laid.line, x, y + laid.base)
        for place, shape in self.laid.anchored:
            if laid.line.start <= place < laid.line.end or (place >= laid.line.end and laid is self.laid.lines[-1]):
                before = sum(line.height for line in self.laid.lines[: self.index])
                self.context.hold.append((shape, x, y if shape.y[0] == "line" else y - before))

    def _back(self, sheet: Sheet, x: float, y: float, height: float) -> None:
        style = self.laid.source.style
        left, right = x + min(style.left, style.left + style.first), x + self.laid.width - style.right
        if style.shade:
            sheet.fill((left, y, right - left, height), style.shade)
        first, last = self.index == 0, self.index == len(self.laid.lines) - 1
        for name, edge in style.borders.items():
            if edge.none or not edge.width:
                continue
            self._edge(sheet, name, edge, (left, y, right, y + height), first=first, last=last)

    @staticmethod
    def _edge(
        sheet: Sheet, name: str, edge: Border, box: tuple[float, float, float, float], *, first: bool, last: bool
    ) -> None:
        left, top, right, bottom = box
        if name == "top" and first:
            at = top - edge.space - edge.width / 2
            sheet.rule((left, at, right, at), edge)
        elif name == "bottom" and last:
            at = bottom + edge.space + edge.width / 2
            sheet.rule((left, at, right, at), edge)
        elif name == "left":
            sheet.rule((left - edge.space, top, left - edge.space, bottom), edge)
        elif name == "right":
            sheet.rule((right + edge.space, top, right + edge.space, bottom), edge)


def cell_tail(last: LaidParagraph, context: Context) -> float:
    """Room below the last paragraph of a cell: its spacing, and what a line factor adds to a line of its style.

    LibreOffice takes the height of a Latin line in the type of the paragraph's style for that, whatever stands there;
    of an empty paragraph the type of its end mark.
    """
    style = last.source.style
    after = 0.0 if style.auto_after else style.after
    if style.rule != "auto" or style.line <= 1:
        return after
    base = context.measurer.mark(last.source.base if last.source.items else last.source.mark)
    return after + (base.ascent + base.descent) * (style.line - 1)


def gap_between(above: LaidParagraph | None, below: Paragraph) -> float:
    """Room between two paragraphs: the larger of the spacings, and what a line factor left over."""
    if above is None:
        return 0.0 if below.style.auto_before else below.style.before
    source = above.source.style
    alike = source.style_id == below.style.style_id
    after = 0.0 if source.contextual and alike else source.after
    before = 0.0 if below.style.contextual and alike else below.style.before
    return max(after, before) + above.extra
