"""A sheet onto pages: print area, scale to fit, breaks, titles repeated, header and footer.

As LibreOffice 7.4 prints: scales are whole percents, a header takes its own height beside the distance the margins
leave, pages with nothing on them are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.documents.areas import Area, letters
from desktop.documents.pages.cellstyles import CellStyle
from desktop.documents.pages.celltext import CellPainter
from desktop.documents.pages.headfoot import parts
from desktop.documents.pages.model import Border, CharStyle, Span
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.sheetgrid import SheetGrid
from desktop.documents.pages.sheetreader import SheetCell

SMALLEST = 10  # percent
NEAR = 0.05


@dataclass(slots=True)
class Stock:
    """Rows and columns on one page."""

    rows: range
    columns: range


class SheetPrinter:
    """Prints one sheet."""

    def __init__(self, grid: SheetGrid, painter: CellPainter, font: CharStyle, names: dict[str, str]) -> None:
        self._grid = grid
        self._painter = painter
        self._font = font
        self._names = names
        self._setup = grid.model.setup
        self._top, self._bottom = self._setup.top, self._setup.bottom

    def stocks(self) -> tuple[float, list[Stock]]:
        """Scale, and what goes on each page in order; pages without anything are left out."""
        areas = self._grid.model.areas or [Area(1, 1, self._grid.last_column, self._grid.last_row)]
        areas = [a for a in areas if a.right >= a.left and a.bottom >= a.top and a.right and a.bottom]
        scale = self._scale(areas)
        found = []
        for area in areas:
            columns, rows = self._cut(area, scale)
            pairs = [(r, c) for c in columns for r in rows]
            if self._setup.over_first:
                pairs = [(r, c) for r in rows for c in columns]
            found += [Stock(r, c) for r, c in pairs if self._used(r, c)]
        return scale, found

    def _used(self, rows: range, columns: range) -> bool:
        if any(one.start.row in rows and one.start.column in columns for one in self._grid.model.pictures):
            return True
        return any(cell.spans or cell.style.borders or cell.style.fill for _, cell in self._grid.shown(rows, columns))

    def _scale(self, areas: list[Area]) -> float:
        fit = self._setup.fit
        if fit is None:
            return self._setup.scale
        for percent in range(100, SMALLEST, -1):
            across = down = 0
            for area in areas:
                columns, rows = self._cut(area, percent / 100)
                across, down = max(across, len(columns)), down + len(rows)
            if (not fit[0] or across <= fit[0]) and (not fit[1] or down <= fit[1]):
                return percent / 100
        return SMALLEST / 100

    def _room(self, scale: float) -> tuple[float, float]:
        """Width and height of the body in points of the sheet, unscaled."""
        setup = self._setup
        top, bottom = self._edges(scale)
        return (setup.width - setup.left - setup.right) / scale, (setup.height - top - bottom) / scale

    def _edges(self, scale: float) -> tuple[float, float]:
        """Distances of the body from the upper and lower edge of the paper."""
        found = []
        texts = (
            (self._setup.heads, self._setup.top, self._setup.header),
            (self._setup.feet, self._setup.bottom, self._setup.footer),
        )
        for kinds, margin, outer in texts:
            tallest = max((self._extra(text, margin - outer) for text in kinds.values()), default=0.0)
            found.append(outer + tallest * scale if tallest else margin)
        return found[0], found[1]

    def _extra(self, text: str, room: float) -> float:
        """Height of a header with the distance below it: its real lines, and what its nominal size left over."""
        spans = [span for part in parts(text, self._font, self._names).values() for span in part]
        if not spans:
            return 0.0
        nominal, real = 0.0, 0.0
        for part in parts(text, self._font, self._names).values():
            if part:
                laid = self._painter.lay(SheetCell(part, CellStyle(font=self._font)), 1e4, wrap=False)
                real = max(real, laid.height)
                nominal = max(nominal, max(span.style.size for span in part) * len(laid.lines))
        return max(room, nominal) - nominal + real

    def _cut(self, area: Area, scale: float) -> tuple[list[range], list[range]]:
        """Ranges of columns and of rows, one a page."""
        wide, high = self._room(scale)
        model = self._grid.model
        titles_across = titles_down = 0.0
        if model.title_columns is not None:
            first, last = model.title_columns
            titles_across = self._grid.left(last + 1) - self._grid.left(first)
        if model.title_rows is not None:
            first, last = model.title_rows
            titles_down = self._grid.top(last + 1) - self._grid.top(first)
        columns = _ranges(
            range(area.left, area.right + 1),
            self._grid.width,
            wide,
            (model.column_breaks, model.title_columns, titles_across),
        )
        rows = _ranges(
            range(area.top, area.bottom + 1), self._grid.height, high, (model.row_breaks, model.title_rows, titles_down)
        )
        return columns, rows

    def draw(self, stock: Stock, scale: float) -> Sheet:
        """One page."""
        setup = self._setup
        sheet = Sheet(setup.width, setup.height)
        top, bottom = self._edges(scale)
        model = self._grid.model
        titles = [
            range(r[0], r[1] + 1) if r is not None and own.start > r[1] else range(0)
            for r, own in ((model.title_rows, stock.rows), (model.title_columns, stock.columns))
        ]
        row_parts, column_parts = [titles[0], stock.rows], [titles[1], stock.columns]
        wide = sum(self._grid.width(c) for part in column_parts for c in part) * scale
        high = sum(self._grid.height(r) for part in row_parts for r in part) * scale
        x, y = setup.left, top
        if setup.centred_across:
            x += max(0.0, setup.width - setup.left - setup.right - wide) / 2
        if setup.centred_down:
            y += max(0.0, setup.height - top - bottom - high) / 2
        down = y
        for rows in row_parts:
            over = x
            for columns in column_parts:
                if rows and columns:
                    self._part(sheet, rows, columns, (over, down, scale))
                    over += sum(self._grid.width(c) for c in columns) * scale
            down += sum(self._grid.height(r) for r in rows) * scale
        return sheet

    def _part(self, sheet: Sheet, rows: range, columns: range, place: tuple[float, float, float]) -> None:
        """A block of rows and columns at a place."""
        x, y, scale = place
        grid = self._grid
        left, top = grid.left(columns[0]), grid.top(rows[0])
        wide, high = grid.left(columns[-1] + 1) - left, grid.top(rows[-1] + 1) - top
        with sheet.moved(x - left * scale, y - top * scale, scale=scale):
            for block, cell in grid.shown(rows, columns):
                box = grid.box(block)
                shown = _within(box, (left, top, wide, high))
                if shown[2] <= 0 or shown[3] <= 0:
                    continue
                if cell.style.fill:
                    sheet.fill(shown, cell.style.fill)
                key = grid.model.fields.get((block.top, block.left), "")
                sheet.cell(shown, key, f"{letters(block.left)}{block.top}")
                if key:
                    sheet.field(shown, key)
                if shown != box:
                    sheet.clip = sheet.box(shown)
                self._painter.draw(sheet, grid, block, cell)
                sheet.clip = None
            for picture in grid.model.pictures:  # whole on the page that its upper left corner lies on
                if picture.start.row in rows and picture.start.column in columns:
                    sheet.picture(grid.picture_box(picture), picture.content, picture.crop)
            draw_borders(sheet, grid, rows, columns)

    def margins(self, sheet: Sheet, scale: float, page: int, pages: int) -> None:
        """Header and footer of a page."""
        setup = self._setup
        names = {**self._names, "P": str(page), "N": str(pages)}
        first = page == setup.first_page
        for kinds, foot in ((setup.heads, False), (setup.feet, True)):
            kind = "first" if first and "first" in kinds else "even" if page % 2 == 0 and "even" in kinds else "odd"
            for part, spans in parts(kinds.get(kind, ""), self._font, names).items():
                if spans:
                    self._margin(sheet, spans, part, foot=foot, scale=scale)

    def _margin(self, sheet: Sheet, spans: list[Span], part: str, *, foot: bool, scale: float) -> None:
        setup = self._setup
        laid = self._painter.lay(SheetCell(spans, CellStyle(font=self._font)), 1e4, wrap=False)
        y = setup.height - setup.footer - laid.height * scale if foot else setup.header
        room = (setup.width - setup.left - setup.right) / scale
        with sheet.moved(setup.left, y, scale=scale):
            top = 0.0
            for line in laid.lines:
                start = {"C": (room - line.width) / 2, "R": room - line.width}.get(part, 0.0)
                sheet.line(line, start, top + line.ascent)
                top += line.ascent + line.descent


def _ranges(
    all_: range, size: Callable[[int], float], room: float, breaks: tuple[set[int], tuple[int, int] | None, float]
) -> list[range]:
    """Cut rows or columns where the page is full or the author said so."""
    manual, title, title_size = breaks
    found, start, used = [], all_.start, 0.0
    for at in all_:
        own = size(at)
        if at > start and ((used + own > room + NEAR) or (at - 1) in manual):
            found.append(range(start, at))
            start = at
            used = title_size if title is not None and at > title[1] else 0.0
        used += own
    return [*found, range(start, all_.stop)]


def _within(
    box: tuple[float, float, float, float], page: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    x, y = max(box[0], page[0]), max(box[1], page[1])
    return x, y, min(box[0] + box[2], page[0] + page[2]) - x, min(box[1] + box[3], page[1] + page[3]) - y


def draw_borders(sheet: Sheet, grid: SheetGrid, rows: range, columns: range) -> None:
    """The borders around the cells of a part, equal neighbours as one stroke."""
    for row in [*rows, rows.stop]:
        y = grid.top(row)
        strokes = []
        for column in columns:
            edge = grid.edge(row, column, "top") if row < rows.stop else grid.edge(row - 1, column, "bottom")
            if edge is None and row == rows.stop:
                edge = grid.edge(row, column, "top")
            strokes.append((grid.left(column), grid.left(column + 1), edge))
        for start, end, edge in _joined(strokes):
            sheet.rule((start, y, end, y), edge)
    for column in [*columns, columns.stop]:
        x = grid.left(column)
        strokes = []
        for row in rows:
            edge = grid.edge(row, column, "left") if column < columns.stop else grid.edge(row, column - 1, "right")
            if edge is None and column == columns.stop:
                edge = grid.edge(row, column, "left")
            strokes.append((grid.top(row), grid.top(row + 1), edge))
        for start, end, edge in _joined(strokes):
            sheet.rule((x, start, x, end), edge)


def _joined(strokes: list[tuple[float, float, Border | None]]) -> list[tuple[float, float, Border]]:
    found: list[tuple[float, float, Border]] = []
    for start, end, edge in strokes:
        if edge is None or end <= start:
            continue
        if found and found[-1][2] == edge and abs(found[-1][1] - start) < NEAR:
            found[-1] = (found[-1][0], end, edge)
        else:
            found.append((start, end, edge))
    return found
