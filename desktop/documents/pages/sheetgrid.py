"""Where the columns and rows of a sheet stand, how far the sheet is used, and its borders."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from desktop.documents.areas import Area
from desktop.documents.pages.cellstyles import CellStyle
from desktop.documents.pages.model import Border, CharStyle
from desktop.documents.pages.paper import Fonts
from desktop.documents.pages.sheetpictures import Corner, SheetPicture
from desktop.documents.pages.sheetreader import MOST_COLUMNS, MOST_ROWS, SheetCell, SheetModel

TWIP = 0.05
PIXEL = 0.75
UNUSED = 84  # so many empty rows of one look below the text are not printed, as LibreOffice has it
PADDING = 3.75  # points: five pixels that a column has beside its digits
_NOTHING = CellStyle()


def digit_width(font: CharStyle, fonts: Fonts) -> float:
    """Width in points of the widest digit of the standard font, in whole twips: the unit of column widths."""
    face = fonts.face(font.latin, bold=font.bold, italic=font.italic, east_asian=False)
    widest = max(face.advance(digit) or 0.5 for digit in "0123456789")
    return max(1.0, round(widest * font.size / TWIP)) * TWIP


def _pixels(points: float) -> float:
    """A row height in whole pixels of 1/96 inch, rounded down, as both Excel and LibreOffice take it."""
    return int(points / PIXEL + 0.01) * PIXEL


class SheetGrid:
    """Columns and rows of one sheet in points, unscaled; merged cells and what covers what."""

    def __init__(self, model: SheetModel, digit: float) -> None:
        self.model = model
        self._digit = digit
        self.merged: dict[tuple[int, int], Area] = {}  # top left → block
        self._covered: dict[tuple[int, int], tuple[int, int]] = {}
        for block in model.merges:
            self.merged[block.top, block.left] = block
        self.last_row, self.last_column = self._used()
        for block in model.merges:
            if (block.right - block.left + 1) * (block.bottom - block.top + 1) <= 20000:
                for row in range(block.top, block.bottom + 1):
                    for column in range(block.left, block.right + 1):
                        self._covered[row, column] = (block.top, block.left)
        count = max(self.last_column, max((b.right for b in model.merges), default=0)) + 2
        rows = max(self.last_row, max((b.bottom for b in model.merges), default=0)) + 2
        self._lefts = [0.0, *accumulate(self.width(c) for c in range(1, count + 1))]
        self._tops = [0.0, *accumulate(self.height(r) for r in range(1, rows + 1))]

    def width(self, column: int) -> float:
        """Width of a column, 0 when it is hidden."""
        model = self.model
        if column in model.hidden_columns:
            return 0.0
        if column in model.widths:
            return self._whole(model.widths[column] * self._digit)
        if model.default_width is not None:
            return self._whole(model.default_width * self._digit)
        return self._whole(model.base_width * self._digit + PADDING)

    @staticmethod
    def _whole(points: float) -> float:
        return round(points / TWIP) * TWIP

    def height(self, row: int) -> float:
        """Height of a row, 0 when it is hidden."""
        if row in self.model.hidden_rows:
            return 0.0
        if row in self.model.heights:
            return _pixels(self.model.heights[row])
        return 0.0 if self.model.zero_height else self.model.default_height

    def left(self, column: int) -> float:
        """Left edge of a column from the left edge of column 1."""
        return self._lefts[min(column - 1, len(self._lefts) - 1)]

    def top(self, row: int) -> float:
        """Upper edge of a row from the upper edge of row 1."""
        return self._tops[min(row - 1, len(self._tops) - 1)]

    def block(self, row: int, column: int) -> Area:
        """The merged block that starts at a cell, or the cell alone."""
        return self.merged.get((row, column)) or Area(column, row, column, row)

    def start(self, row: int, column: int) -> tuple[int, int]:
        """The top left cell of the merged block over a cell, the cell itself outside of one."""
        return self._covered.get((row, column), (row, column))

    def box(self, block: Area) -> tuple[float, float, float, float]:
        """x, y, width and height of a block."""
        x, y = self.left(block.left), self.top(block.top)
        return x, y, self.left(block.right + 1) - x, self.top(block.bottom + 1) - y

    def _used(self) -> tuple[int, int]:
        """Last row and column that show anything: text, a border, a fill."""
        last_row = last_column = 0
        dressed: dict[int, list[int]] = {}
        for (row, column), cell in self.model.cells.items():
            block = self.block(row, column)
            if cell.spans:
                last_row, last_column = max(last_row, block.bottom), max(last_column, block.right)
            elif cell.style.borders or cell.style.fill:
                last_column = max(last_column, block.right)
                dressed.setdefault(column, []).append(row)
        written = last_row
        for column, rows in dressed.items():
            last_row = max(last_row, self._dressed_down_to(column, sorted(r for r in rows if r > written)))
        for picture in self.model.pictures:
            row, column = self._reach(picture)
            last_row, last_column = max(last_row, row), max(last_column, column)
        return last_row, last_column

    def _reach(self, picture: SheetPicture) -> tuple[int, int]:
        """The row and column that a picture ends in."""
        if picture.end is not None:
            return min(picture.end.row, MOST_ROWS), min(picture.end.column, MOST_COLUMNS)
        row, column = picture.start.row, picture.start.column
        down, across = picture.start.down + picture.height, picture.start.across + picture.width
        while down > self.height(row) and row < MOST_ROWS:
            down, row = down - self.height(row), row + 1
        while across > self.width(column) and column < MOST_COLUMNS:
            across, column = across - self.width(column), column + 1
        return row, column

    def picture_box(self, picture: SheetPicture) -> tuple[float, float, float, float]:
        """x, y, width and height of a picture."""
        x, y = self._corner(picture.start)
        if picture.end is None:
            return x, y, picture.width, picture.height
        right, bottom = self._corner(picture.end)
        return x, y, max(right - x, 0.0), max(bottom - y, 0.0)

    def _corner(self, corner: Corner) -> tuple[float, float]:
        return self.left(corner.column) + corner.across, self.top(corner.row) + corner.down

    def _dressed_down_to(self, column: int, rows: list[int]) -> int:
        """The last of the empty rows with a border or fill that belongs to the sheet, 0 for none.

        Long stretches of one look were drawn for later use and are not printed.
        """
        last = start = 0
        for at in range(1, len(rows) + 1):
            alike = at < len(rows) and rows[at] == rows[at - 1] + 1
            if alike and self.style(rows[at], column) == self.style(rows[start], column):
                continue
            if at - start >= UNUSED:
                break
            last, start = rows[at - 1], at
        return max((self.block(row, column).bottom for row in rows if row <= last), default=0)

    def empty(self, row: int, column: int) -> bool:
        """Whether text of a neighbour may run over a cell."""
        cell = self.model.cells.get((row, column))
        return (cell is None or not cell.spans) and (row, column) not in self._covered

    def style(self, row: int, column: int) -> CellStyle:
        """The style of a cell."""
        cell = self.model.cells.get((row, column))
        return _NOTHING if cell is None else cell.style

    def shown(self, rows: range, columns: range) -> Iterable[tuple[Area, SheetCell]]:
        """The cells and merged blocks that stand, wholly or partly, on a range of rows and columns."""
        seen: set[tuple[int, int]] = set()
        for row in rows:
            for column in columns:
                start = self.start(row, column)
                cell = self.model.cells.get(start)
                if cell is not None and start not in seen:
                    seen.add(start)
                    yield self.block(*start), cell

    def edge(self, row: int, column: int, side: str) -> Border | None:
        """The border on one side of a cell: its own, or that of the neighbour on the other side."""
        start = self.start(row, column)
        block = self.block(*start)
        inside = {
            "left": column > block.left, "right": column < block.right,
            "top": row > block.top, "bottom": row < block.bottom,
        }[side]  # fmt: skip
        if inside:
            return None
        own = self.style(row, column).borders.get(side) or self.style(*start).borders.get(side)
        if side in {"top", "left"}:
            across = (row - 1, column, "bottom") if side == "top" else (row, column - 1, "right")
            other = self.style(across[0], across[1]).borders.get(across[2])
            if own is None or (other is not None and other.width > own.width):
                own = other
        return own
