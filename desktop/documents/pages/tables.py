"""Tables into rows of a height, rows into slices; cells are drawn once all their rows on a page stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.documents.pages.columns import Grid, Spot, make_grid
from desktop.documents.pages.edges import Edges
from desktop.documents.pages.model import Table
from desktop.documents.pages.paragraphs import Context
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.slices import Slice, height_of
from desktop.documents.pages.tablecells import LaidCell, Stack, lay_cell
from desktop.documents.pages.wordml import twips


@dataclass(slots=True)
class Segment:
    """A row, or a part of one, as placed on a sheet."""

    row: int
    y: float
    height: float
    begins: bool = True
    ends: bool = True


@dataclass(slots=True)
class LaidTable:
    """A table laid out for a width; its slices refer back to it and it draws them together."""

    source: Table
    grid: Grid
    edges: Edges
    cells: list[list[LaidCell]]
    context: Context
    stack: Stack
    heights: list[float] = field(default_factory=list)
    left: float = 0.0
    placed: dict[int, list[Segment]] = field(default_factory=dict)
    origin: float = 0.0

    def finish(self, sheet: Sheet) -> None:
        """Draw all cells and borders that stand on this sheet."""
        segments = self.placed.pop(id(sheet), [])
        if not segments:
            return
        x = self.origin + self.left
        by_row = {segment.row: segment for segment in segments}
        for segment in segments:
            for cell in self.cells[segment.row]:
                if not cell.spot.hidden:
                    self._cell(sheet, cell, x, by_row)
            for spot in self.grid.rows[segment.row]:
                if spot.hidden and not self._starts_here(spot, by_row):
                    self._continued(sheet, spot, x, by_row)
        self._strokes(sheet, segments, x)

    def _starts_here(self, spot: Spot, by_row: dict[int, Segment]) -> bool:
        """Whether an earlier row of the same merged cell stands on this sheet too."""
        return spot.row - 1 in by_row and self._above(spot) is not None

    def _above(self, spot: Spot) -> LaidCell | None:
        """The merged cell that this spot continues."""
        for row in range(spot.row - 1, -1, -1):
            for cell in self.cells[row]:
                if cell.spot.column == spot.column and not cell.spot.hidden:
                    return cell if cell.spot.row + cell.spot.rows > spot.row else None
        return None

    def _continued(self, sheet: Sheet, spot: Spot, x: float, by_row: dict[int, Segment]) -> None:
        cell = self._above(spot)
        if cell is not None:
            self._cell(sheet, cell, x, by_row)

    def _cell(self, sheet: Sheet, cell: LaidCell, x: float, by_row: dict[int, Segment]) -> None:
        rows = [by_row[r] for r in range(cell.spot.row, cell.spot.row + cell.spot.rows) if r in by_row]
        whole = len(rows) == cell.spot.rows and all(s.begins and s.ends for s in rows)
        top, bottom = rows[0].y, rows[-1].y + rows[-1].height
        box = (x + cell.left, top, cell.width, bottom - top)
        source = cell.spot.cell
        if source.shade:
            sheet.fill(box, source.shade)
        sheet.cell(box, source.key)
        if source.key:
            sheet.field(box, source.key, source.label)
        border = self.edges.thickness(rows[0].row)
        inner = (box[0], top + border, cell.width, bottom - top - border)
        if cell.turned and whole:
            cell.draw_turned(sheet, inner, self.context, self.stack)
        else:
            exact = any(row.exact for row in self.source.rows[cell.spot.row : cell.spot.row + cell.spot.rows])
            cell.draw(sheet, inner, whole=whole, ends=rows[-1].ends and _last(cell, rows), exact=exact)

    def _strokes(self, sheet: Sheet, segments: list[Segment], x: float) -> None:
        for at, segment in enumerate(segments):
            corner = (x, segment.y)
            self.edges.draw_across(sheet, segment.row, corner, self.grid)
            self.edges.draw_down(sheet, segment.row, corner, segment.height, self.grid)
            if at == len(segments) - 1:
                below = segment.row + 1
                thick = self.edges.thickness(below)
                bottom = segment.y + segment.height - (thick if below == len(self.cells) and segment.ends else 0.0)
                self.edges.draw_across(sheet, below, (x, bottom), self.grid)


def _last(cell: LaidCell, rows: list[Segment]) -> bool:
    return rows[-1].row == cell.spot.row + cell.spot.rows - 1


def lay_table(table: Table, room: float, context: Context, stack: Stack) -> LaidTable:
    """Lay out a table for a width: columns, content of the cells (laid by `stack`), heights of the rows."""
    grid = make_grid(table, room)
    edges = Edges(table, grid)
    made = LaidTable(table, grid, edges, [], context, stack)
    inside = context.in_table
    context.in_table = True
    for spots in grid.rows:
        made.cells.append([lay_cell(table, spot, grid, context, stack) for spot in spots])
    context.in_table = inside
    made.heights = _heights(made)
    made.left = _left(table, grid, room, context)
    return made


def _heights(made: LaidTable) -> list[float]:
    """Row heights: what is asked for, what the text needs; merged cells stretch their last row."""
    heights: list[float] = []
    count = len(made.cells)
    for index, (row, cells) in enumerate(zip(made.source.rows, made.cells, strict=True)):
        border = made.edges.thickness(index)
        closing = made.edges.thickness(count) if index == count - 1 else 0.0
        if row.exact and row.height:
            heights.append(row.height)
            continue
        needed = max((c.needed() for c in cells if not c.spot.hidden and c.spot.rows == 1), default=0.0)
        heights.append(max(row.height, needed + border + closing))
    for cells in made.cells:
        for cell in cells:
            last = cell.spot.row + cell.spot.rows - 1
            if cell.spot.rows > 1 and not made.source.rows[last].exact:
                border = made.edges.thickness(cell.spot.row) + (made.edges.thickness(count) if last == count - 1 else 0)
                missing = cell.needed() + border - sum(heights[cell.spot.row : last + 1])
                heights[last] += max(0.0, missing)
    return heights


def _left(table: Table, grid: Grid, room: float, context: Context) -> float:
    """Where the table starts, measured from the left edge of its room."""
    width = grid.edges[-1]
    if table.floating is not None:
        return _floating(table.floating, width, room, context)
    if table.align == "center":
        return (room - width) / 2
    if table.align == "right":
        return room - width
    if context.document.modern or context.in_table:
        return table.indent
    return table.indent - table.margins["left"]


def _floating(place: dict[str, str], width: float, room: float, context: Context) -> float:
    """Where a table that floats starts, measured from the left edge of its room."""
    section = context.section
    start, wide = 0.0, room
    if place.get("horzAnchor") == "page":
        start, wide = -section.left, section.width
    share = {"center": 0.5, "right": 1.0, "outside": 1.0}.get(place.get("tblpXSpec", ""))
    if share is not None:
        return start + (wide - width) * share
    return start + twips(place.get("tblpX", "0"))


def table_slices(made: LaidTable, gap: float) -> list[Slice]:
    """The rows of a laid table as slices; heading rows are shown again on every page."""
    found: list[Slice] = []
    heads: list[Slice] = []
    rows = made.source.rows
    for index, row in enumerate(rows):
        piece = Slice(gap if index == 0 else 0.0, made.heights[index], _RowDrawing(made, index).draw, owner=made)
        if row.header and len(heads) == index:
            heads.append(piece)
            piece.glued = index < len(rows) - 1
        else:
            piece.repeats = heads
        if not row.whole and not row.exact:
            piece.cut = _Cutter(made, index).cut
        found.append(piece)
    return found


@dataclass(slots=True)
class _RowDrawing:
    """Notes where a row, or a part of it, stands; the table draws it later."""

    made: LaidTable
    row: int
    begins: bool = True
    ends: bool = True
    height: float = -1.0

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        made = self.made
        made.origin = x
        height = made.heights[self.row] if self.height < 0 else self.height
        made.placed.setdefault(id(sheet), []).append(Segment(self.row, y, height, self.begins, self.ends))


@dataclass(slots=True)
class _Share:
    """What of a row goes on this page: per cell the slices shown so far; heights of that, the rest and what follows."""

    counts: list[int] = field(default_factory=list)
    filled: float = 0.0
    rest: float = 0.0
    next_lines: float = 0.0  # height up to and with the two slices after the break, of the tallest cell


@dataclass(slots=True)
class _Cutter:
    """Cuts a row where the page ends.

    A row that asks for a height is cut only when that height ends at most two lines below the break, and never inside
    a cell whose text does not start at its top (measured with LibreOffice 7.4); else it goes to the next page whole.
    """

    made: LaidTable
    row: int
    starts: list[int] | None = None

    def cut(self, room: float, *, forced: bool = False) -> tuple[Slice, Slice] | None:
        made, row = self.made, self.row
        source = made.source.rows[row]
        share = self._share(room)
        border, closing = made.edges.thickness(row), made.edges.thickness(row + 1)
        if share is None or not share.rest:
            return None
        if self.starts is None and source.height > share.next_lines + border and not forced:
            return None
        if not source.height:  # else the first part goes down to the end of the page
            room = min(room, border + closing + share.filled)
        rest = share.rest + border + closing
        first = Slice(0.0, room, _RowDrawing(made, row, self.starts is None, False, room).draw, owner=made)
        second = Slice(0.0, rest, _RowDrawing(made, row, False, True, rest).draw, owner=made)
        second.cut = _Cutter(made, row, share.counts).cut
        return first, second

    def _share(self, room: float) -> _Share | None:
        """How the cells are dealt out when so much room is left; None when the first line of one does not fit."""
        made, share = self.made, _Share()
        border = made.edges.thickness(self.row) + made.edges.thickness(self.row + 1)
        cells = [c for c in made.cells[self.row] if not c.spot.hidden and c.spot.rows == 1]
        asked = made.source.rows[self.row].height
        for cell, start in zip(cells, self.starts or [0] * len(cells), strict=True):
            around = cell.margins[1] + cell.margins[3]
            count = cell.fitting(start, room - border - around)
            left = cell.slices[start + count :]
            if left and (not count or (asked and cell.spot.cell.vertical not in {"top", ""})):
                return None
            share.counts.append(start + count)
            filled = height_of(cell.slices[start : start + count]) + around
            share.filled = max(share.filled, filled)
            if left:
                share.rest = max(share.rest, height_of(left) - left[0].gap + cell.tail + around)
                share.next_lines = max(share.next_lines, filled + height_of(left[:2]))
        return share
