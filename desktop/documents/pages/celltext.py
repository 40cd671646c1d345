"""Text in a cell of a sheet: wrapped or running over empty neighbours, aligned, clipped, turned, shrunk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop.documents.areas import Area
from desktop.documents.pages.lines import Breaker, Line
from desktop.documents.pages.measure import Measurer
from desktop.documents.pages.model import Paragraph, ParaStyle, Span
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.sheetgrid import SheetGrid
from desktop.documents.pages.sheetreader import SheetCell

MARGIN = 1.0  # points between the border and the text
WIDEST = 10000.0
_WRAPPED = {"justify", "distributed"}


@dataclass(slots=True)
class CellText:
    """Lines of a cell and their height."""

    lines: list[Line]
    width: float
    height: float


class CellPainter:
    """Puts the text of cells on sheets."""

    def __init__(self, measurer: Measurer) -> None:
        self._measurer = measurer

    def lay(self, cell: SheetCell, width: float, *, wrap: bool) -> CellText:
        """Break the text of a cell; unwrapped lines end only where the author ended them."""
        style = ParaStyle(hang=False, gap=False)
        mark = cell.spans[0].style if cell.spans else cell.style.font
        text = self._measurer.measure(Paragraph(list(cell.spans), style, mark, mark), {})
        lines = Breaker(text, style, width if wrap else WIDEST, 36.0, trailing=False).lines()
        height = sum(line.ascent + line.descent for line in lines)
        return CellText(lines, max((line.width for line in lines), default=0.0), height)

    def wraps(self, cell: SheetCell) -> bool:
        """Whether the text of a cell is broken at its width."""
        style = cell.style
        return (style.wrap or style.across in _WRAPPED) and not (cell.numeric and not style.wrap)

    def draw(self, sheet: Sheet, grid: SheetGrid, block: Area, cell: SheetCell) -> None:
        """Put the text of a cell at its place; coordinates are those of the grid."""
        if not cell.spans:
            return
        turned = cell.style.turned
        box = grid.box(block)
        if box[2] <= 0 or box[3] <= 0:
            return
        if turned == 255:
            stacked = [Span("\n".join(span.text), span.style, span.key) for span in cell.spans]
            cell = SheetCell(_joined_lines(stacked), cell.style)
        elif turned in {90, 180}:
            self._turned(sheet, box, cell, 270 if turned == 90 else 90)
            return
        wrap = self.wraps(cell)
        indent = self._indent(cell)
        laid = self.lay(cell, box[2] - 2 * MARGIN - indent, wrap=wrap)
        room = box[2] - 2 * MARGIN
        if cell.style.shrink and laid.width > room and not wrap:
            cell = _shrunk(cell, room / laid.width)
            laid = self.lay(cell, room, wrap=False)
        elif cell.numeric and laid.width > room + 0.5 and not wrap:
            hashes = max(1, int(room / max(laid.width / max(len(cell.text), 1), 1.0)))
            cell = SheetCell([Span("#" * hashes, cell.style.font)], cell.style, numeric=True)
            laid = self.lay(cell, room, wrap=False)
        self._place(sheet, grid, block, (cell, laid, indent))

    def _indent(self, cell: SheetCell) -> float:
        if cell.style.across not in {"left", "right", "distributed"} or not cell.style.indent:
            return 0.0
        face = self._measurer.face(cell.style.font, east=False)
        return cell.style.indent * 3 * (face.advance(" ") or 0.3) * cell.style.font.size

    def _place(self, sheet: Sheet, grid: SheetGrid, block: Area, held: tuple[SheetCell, CellText, float]) -> None:
        cell, laid, indent = held
        x, y, width, height = grid.box(block)
        across = cell.style.across
        if across == "general":
            across = "right" if cell.numeric else "left"
        left, right = x + MARGIN, x + width - MARGIN
        if laid.width > right - left and not self.wraps(cell) and not cell.numeric and block.left == block.right:
            room = _reach(grid, block, across, laid.width)
        else:
            room = (x, x + width)
        slack = height - laid.height
        top = y + {"top": MARGIN, "center": slack / 2, "distributed": slack / 2, "justify": MARGIN}.get(
            cell.style.down, slack - MARGIN
        )
        outer = sheet.clip
        over = laid.height > height or laid.width > room[1] - room[0]
        if over and outer is None:
            sheet.clip = sheet.box((room[0], y, room[1] - room[0], height))
        for line in laid.lines:
            free = right - left - line.width
            start = {"center": left + free / 2, "centerContinuous": left + free / 2, "right": left + free - indent}.get(
                across, left + indent
            )
            sheet.line(line, start, top + line.ascent)
            top += line.ascent + line.descent
        sheet.clip = outer

    def _turned(self, sheet: Sheet, box: tuple[float, float, float, float], cell: SheetCell, turn: int) -> None:
        """Text that runs up (270) or down (90)."""
        x, y, width, height = box
        laid = self.lay(cell, height - 2 * MARGIN, wrap=self.wraps(cell))
        across = {"left": 0.0, "center": 0.5, "right": 1.0}.get(cell.style.across, 0.0)
        along = {"top": 1.0, "center": 0.5}.get(cell.style.down, 0.0)
        if turn == 90:
            across, along = 1.0 - across, 1.0 - along
        place = (x, y + height) if turn == 270 else (x + width, y)
        with sheet.moved(*place, turn=turn):
            top = MARGIN + across * (width - 2 * MARGIN - laid.height)
            for line in laid.lines:
                start = MARGIN + along * (height - 2 * MARGIN - line.width)
                sheet.line(line, start, top + line.ascent)
                top += line.ascent + line.descent


def _joined_lines(spans: list[Span]) -> list[Span]:
    """Stacked letters: a line end between spans too."""
    for span in spans[:-1]:
        span.text += "\n"
    return spans


def _shrunk(cell: SheetCell, share: float) -> SheetCell:
    spans = [
        Span(span.text, replace(span.style, size=max(1.0, span.style.size * share * 0.99)), span.key)
        for span in cell.spans
    ]
    return SheetCell(spans, cell.style, cell.numeric)


def _reach(grid: SheetGrid, block: Area, across: str, wanted: float) -> tuple[float, float]:
    """How far text may run over the empty cells beside its own: left and right end."""
    x, _, width, _ = grid.box(block)
    left, right = x, x + width
    missing = wanted + 2 * MARGIN - width
    share = {"left": (0.0, 1.0), "right": (1.0, 0.0)}.get(across, (0.5, 0.5))
    column = block.right + 1
    while right - x - width < missing * share[1] and column <= grid.last_column + 40 and grid.empty(block.top, column):
        right += grid.width(column)
        column += 1
    column = block.left - 1
    while x - left < missing * share[0] and column >= 1 and grid.empty(block.top, column):
        left -= grid.width(column)
        column -= 1
    return left, right
