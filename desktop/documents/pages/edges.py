"""Which border shows where two cells meet, and drawing them as few long strokes."""

from __future__ import annotations

from desktop.documents.pages.columns import Grid, Spot
from desktop.documents.pages.model import Border, Table, TableRow
from desktop.documents.pages.sheet import Sheet

NONE = Border(none=True)


def cell_edges(table: Table, grid: Grid, spot: Spot) -> dict[str, Border]:
    """The four edges that a cell asks for: its own, else the row's exceptions, else the table's."""
    row = table.rows[spot.row]
    over = {**table.borders, **row.borders}
    own = spot.cell.borders
    last = spot.row + spot.rows >= len(table.rows)
    end = spot.column + spot.span >= len(grid.edges) - 1 - row.after
    outer = {
        "top": over.get("top" if spot.row == 0 else "insideH"),
        "bottom": over.get("bottom" if last else "insideH"),
        "left": over.get("left" if spot.column <= row.before else "insideV"),
        "right": over.get("right" if end else "insideV"),
    }
    return {side: own.get(side) or outer[side] or NONE for side in outer}


def stronger(one: Border, other: Border, *, own_first: bool = False) -> Border:
    """The border that shows where two meet: the broader, then the darker (ECMA-376 part 1, 17.4.66)."""
    if not one.width:
        return other
    if not other.width or own_first:
        return one
    if one == other:
        return one
    if one.width != other.width:
        return one if one.width > other.width else other
    return one if _brightness(one.colour) <= _brightness(other.colour) else other


def _brightness(colour: str) -> int:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red + blue + 2 * green


class Edges:
    """All edges of one table, by the line of the grid they lie on."""

    def __init__(self, table: Table, grid: Grid) -> None:
        count = len(grid.edges) - 1
        self._columns = count
        # across[row line][column], down[row][column line]
        self.across = [[NONE] * count for _ in range(len(table.rows) + 1)]
        self.down = [[NONE] * (count + 1) for _ in range(len(table.rows))]
        for row in grid.rows:
            for spot in row:
                if not spot.hidden:
                    self._enter(spot, cell_edges(table, grid, spot))

    def _enter(self, spot: Spot, edges: dict[str, Border]) -> None:
        end = min(spot.column + spot.span, self._columns)
        bottom = min(spot.row + spot.rows, len(self.down))
        for column in range(spot.column, end):
            self.across[spot.row][column] = stronger(edges["top"], self.across[spot.row][column])
            self.across[bottom][column] = stronger(edges["bottom"], self.across[bottom][column])
        for row in range(spot.row, bottom):
            self.down[row][spot.column] = stronger(edges["left"], self.down[row][spot.column])
            self.down[row][end] = stronger(edges["right"], self.down[row][end])

    def thickness(self, line: int) -> float:
        """The broadest stroke on a line between rows."""
        return max((edge.width for edge in self.across[line]), default=0.0)

    def draw_across(self, sheet: Sheet, line: int, corner: tuple[float, float], grid: Grid) -> None:
        """Draw the strokes between two rows with their upper edge at y; equal neighbours as one stroke."""
        edges = self.across[line]
        x, y = corner
        start = 0
        for column in range(1, self._columns + 1):
            if column < self._columns and edges[column] == edges[start]:
                continue
            if edges[start].width:
                left, right = x + grid.edges[start], x + grid.edges[column]
                middle = y + edges[start].width / 2
                sheet.rule((left, middle, right, middle), edges[start])
            start = column

    def draw_down(self, sheet: Sheet, row: int, corner: tuple[float, float], height: float, grid: Grid) -> None:
        """Draw the strokes beside the cells of a row."""
        x, y = corner
        for column, edge in enumerate(self.down[row]):
            if edge.width:
                at = x + grid.edges[column]
                sheet.rule((at, y, at, y + height), edge)


def row_margins(table: Table, row: TableRow, own: dict[str, float]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom margins inside a cell."""
    merged = {"left": 5.4, "right": 5.4, "top": 0.0, "bottom": 0.0, **table.margins, **row.margins, **own}
    return merged["left"], merged["top"], merged["right"], merged["bottom"]
