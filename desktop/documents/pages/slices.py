"""Blocks cut into slices: the smallest strips that stay whole when pages or cells are filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from desktop.documents.pages.sheet import Sheet


class Owner(Protocol):
    """What several slices on one sheet belong to, drawn once they all stand."""

    def finish(self, sheet: Sheet) -> None:
        """Draw what was placed on this sheet."""


class Cut(Protocol):
    """Divides a slice."""

    def __call__(self, room: float, *, forced: bool = False) -> tuple[Slice, Slice] | None:
        """The part that goes into the room, and the rest; None when it should not be cut here.

        `forced` says that it stands alone on its page already.
        """


@dataclass(slots=True)
class Slice:
    """A strip of a block: a line, a row.

    `gap` is the room above it, left out at the top of a page; `draw` gets the sheet and the top left corner below the
    gap. `cut` divides it: given the room, a part that fits and the rest, or None when it must stay whole.
    """

    gap: float
    height: float
    draw: Callable[[Sheet, float, float], None]
    glued: bool = False  # no page may end after it
    breaks: str = ""  # what happens before it: page, column
    cut: Cut | None = None
    owner: Owner | None = None
    repeats: list[Slice] = field(default_factory=list)  # rows shown again when a page starts with this slice
    top_gap: float = 0.0  # the gap that stays even at the top of a page


def height_of(slices: Iterable[Slice]) -> float:
    """Height of slices stood on each other, gaps included."""
    return sum(piece.gap + piece.height for piece in slices)


def draw_all(slices: Iterable[Slice], sheet: Sheet, x: float, y: float) -> float:
    """Draw slices below each other from y on; returns where the last one ends."""
    owners: list[Owner] = []
    for piece in slices:
        y += piece.gap
        piece.draw(sheet, x, y)
        y += piece.height
        if piece.owner is not None and piece.owner not in owners:
            owners.append(piece.owner)
    for owner in owners:
        owner.finish(sheet)
    return y
