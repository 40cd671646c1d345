"""Cells of a table: their text cut into slices, placed in the cell, turned where the text runs down or up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.documents.pages.columns import Grid, Spot
from desktop.documents.pages.edges import row_margins
from desktop.documents.pages.model import Block, Table
from desktop.documents.pages.paragraphs import Context
from desktop.documents.pages.sheet import Box, Sheet
from desktop.documents.pages.slices import Slice, draw_all, height_of

Stack = Callable[[list[Block], float, Context], tuple[list[Slice], float]]
"""Lays out blocks for a width: their slices, and the spacing below them."""
NEAR = 0.05  # points
TURNS = {"tbRl": 90, "tbRlV": 90, "tbLrV": 90, "btLr": 270, "rl": 90, "lr": 270}


@dataclass(slots=True)
class LaidCell:
    """A cell with its content cut into slices; `shown` counts those already on earlier pages."""

    spot: Spot
    left: float
    width: float
    margins: tuple[float, float, float, float]  # left, top, right, bottom
    slices: list[Slice]
    tail: float = 0.0  # spacing below the last paragraph
    shown: int = 0
    turned: int = 0  # degrees clockwise that the text is turned by

    @property
    def content(self) -> float:
        """Height of the text."""
        return height_of(self.slices) + self.tail

    def needed(self) -> float:
        """Height of the text and its margins; turned text takes what height there is."""
        return 0.0 if self.turned else self.content + self.margins[1] + self.margins[3]

    def fitting(self, start: int, room: float) -> int:
        """How many slices from `start` on go into a height (margins not counted)."""
        used, count = 0.0, 0
        for piece in self.slices[start:]:
            used += (piece.gap if count else 0.0) + piece.height
            if used > room + NEAR:
                break
            count += 1
        return count

    def draw(self, sheet: Sheet, box: Box, *, whole: bool, ends: bool, exact: bool) -> None:
        """Put the text into a box below the border: all of it, or what has not been shown and fits.

        Args:
            sheet: where to draw.
            box: the cell on this page without its upper border.
            whole: the cell starts and ends on this page.
            ends: nothing of the cell follows on another page.
            exact: the author fixed the height; what goes beyond does not show.
        """
        x, y, _, height = box
        left, top, _, bottom = self.margins
        room = height - top - bottom
        outer = sheet.clip
        if exact and self.content > room + NEAR:
            sheet.clip = sheet.box(box)
        start = y + top
        if whole:
            slices = self.slices
            slack = max(0.0, room - self.content)
            start += {"center": slack / 2, "bottom": slack}.get(self.spot.cell.vertical, 0.0)
        else:
            count = len(self.slices) - self.shown if ends else self.fitting(self.shown, room)
            slices = self.slices[self.shown : self.shown + count]
            start -= slices[0].gap if slices and self.shown else 0.0
            self.shown += count
        draw_all(slices, sheet, x + left, start)
        sheet.clip = outer

    def draw_turned(self, sheet: Sheet, box: Box, context: Context, stack: Stack) -> None:
        """Put text that runs down or up into a box; its lines are broken here, at the height of the cell."""
        x, y, width, height = box
        left, top, right, bottom = self.margins
        slices, tail = stack(self.spot.cell.blocks, max(1.0, height - top - bottom), context)
        slack = width - left - right - height_of(slices) - tail
        share = {"center": 0.5, "bottom": 1.0}.get(self.spot.cell.vertical, 0.0)
        place = (x + width, y) if self.turned == 90 else (x, y + height)
        clip, sheet.clip = sheet.clip, sheet.box(box)
        with sheet.moved(*place, turn=self.turned, upright=self.turned == 90):
            draw_all(slices, sheet, top, right + max(0.0, slack) * share)
        sheet.clip = clip


def lay_cell(table: Table, spot: Spot, grid: Grid, context: Context, stack: Stack) -> LaidCell:
    """Lay out the text of a cell for the width of its columns."""
    left, width = grid.box(spot)
    margins = row_margins(table, table.rows[spot.row], spot.cell.margins)
    made = LaidCell(spot, left, width, margins, [], turned=TURNS.get(spot.cell.direction, 0))
    if not spot.hidden and not made.turned:
        made.slices, made.tail = stack(spot.cell.blocks, max(1.0, width - margins[0] - margins[2]), context)
    return made
