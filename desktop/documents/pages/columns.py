"""Column widths of a table and which cells stand over which columns and rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.documents.pages.model import Table, TableCell, TableRow


@dataclass(slots=True)
class Spot:
    """A cell on the grid: first column, columns spanned, rows spanned."""

    cell: TableCell
    row: int
    column: int
    span: int
    rows: int = 1
    hidden: bool = False  # continues a merge that starts above


@dataclass(slots=True)
class Grid:
    """The grid of a table: left edge of each column from the left edge of the table, and its cells."""

    edges: list[float]
    rows: list[list[Spot]] = field(default_factory=list)

    def box(self, spot: Spot) -> tuple[float, float]:
        """Left edge and width of a cell."""
        left = self.edges[min(spot.column, len(self.edges) - 1)]
        right = self.edges[min(spot.column + spot.span, len(self.edges) - 1)]
        return left, right - left


def make_grid(table: Table, room: float) -> Grid:
    """Columns as wide as the grid says, or else as the cells of the rows ask for, fitted to the table's width.

    Args:
        table: what to lay out.
        room: points available to it.
    """
    widths = list(table.grid)
    needed = max((_columns(row) for row in table.rows), default=0)
    if len(widths) < needed:
        widths += [0.0] * (needed - len(widths))
    if not any(widths):
        widths = _asked(table, needed) or [room / max(needed, 1)] * needed
    total = sum(widths)
    wanted = {"share": table.width * room, "points": table.width}.get(table.width_kind, 0.0)
    if wanted > 0 and total > 0 and table.width_kind == "share":
        widths = [width * wanted / total for width in widths]
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width)
    grid = Grid(edges)
    _place(table, grid)
    return grid


def _columns(row: TableRow) -> int:
    return row.before + sum(cell.span for cell in row.cells) + row.after


def _asked(table: Table, count: int) -> list[float]:
    """Widths asked for by cells that stand over one column only."""
    widths = [0.0] * count
    for row in table.rows:
        at = row.before
        for cell in row.cells:
            if cell.span == 1 and at < count:
                widths[at] = max(widths[at], cell.width)
            at += cell.span
    return widths if all(widths) else []


def _place(table: Table, grid: Grid) -> None:
    """Set every cell on the grid and let vertical merges grow downwards."""
    open_merges: dict[int, Spot] = {}
    last = len(grid.edges) - 1
    for index, row in enumerate(table.rows):
        at = row.before
        spots: list[Spot] = []
        still: dict[int, Spot] = {}
        for cell in row.cells:
            spot = Spot(cell, index, at, max(1, min(cell.span, last - at)))
            above = open_merges.get(at)
            if cell.merge == "continue" and above is not None and above.span == spot.span:
                above.rows += 1
                spot.hidden = True
                still[at] = above
            elif cell.merge:
                still[at] = spot
            spots.append(spot)
            at += cell.span
        open_merges = still
        grid.rows.append(spots)
