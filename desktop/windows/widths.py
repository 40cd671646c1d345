"""How wide the columns of a table are while the clerk has not drawn them: all in sight where their words allow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.windows.tables import Column

SAMPLED = 60
"""Rows whose texts are measured; more would be felt when a long list is shown."""
AROUND, AROUND_TAG = 16, 32
"""Pixels beside a text: the cell's margins, and those of a tag within it."""
NARROWEST = 112
"""Pixels below which no text is cut: eight characters, a date and a telephone number."""


def fitted(columns: Sequence[Column], rows: Sequence[Any], room: int, advance: Callable[[str], int]) -> list[int]:
    """The widths of the columns in pixels, together `room` where that can be.

    Each gets what its title and its texts need, up to its own first width. What is left goes to those whose texts are
    longer; what lacks is taken from the widest.

    Args:
        columns: the columns.
        rows: what they show; the first ones are measured.
        room: pixels to share.
        advance: the width of a text in pixels.
    """
    whole = [max([advance(one.title), *_texts(one, rows, advance)]) + AROUND for one in columns]
    whole = whole if rows else [one.width for one in columns]
    widths = [min(need, one.width) for need, one in zip(whole, columns, strict=True)]
    left = room - sum(widths)
    wanted = [need - width for need, width in zip(whole, widths, strict=True)]
    spare = [max(0, width - NARROWEST) for width in widths]
    if left > 0:
        return _shared(widths, wanted, min(left, sum(wanted)))
    return _shared(widths, spare, max(left, -sum(spare)))


def _texts(column: Column, rows: Sequence[Any], advance: Callable[[str], int]) -> list[int]:
    more = AROUND_TAG - AROUND if column.tone else 0
    return [advance(text) + more for row in rows[:SAMPLED] if (text := column.text(row))]


def _shared(widths: list[int], weights: list[int], amount: int) -> list[int]:
    total = sum(weights)
    if not total:
        return widths
    return [width + amount * weight // total for width, weight in zip(widths, weights, strict=True)]
