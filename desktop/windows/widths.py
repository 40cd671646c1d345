"""How wide the columns of a table are while the clerk has not drawn them: all in sight where their words allow it."""

from __future__ import annotations

from collections.abc import Sequence

NARROWEST = 112
"""Pixels below which no text is cut: eight characters, a date and a telephone number."""


def fitted(first: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """The widths of the columns in pixels, together `room` where that can be.

    Each gets what its words need, up to its own first width. What is left goes to those whose words need more; what
    lacks is taken from the widest.

    Args:
        first: the first width of each column.
        whole: the width at which nothing in it is cut.
        room: pixels to share.
    """
    widths = [min(pair) for pair in zip(whole, first, strict=True)]
    left = room - sum(widths)
    if left > 0:
        wanted = [need - width for need, width in zip(whole, widths, strict=True)]
        return _shared(widths, wanted, min(left, sum(wanted)))
    spare = [max(0, width - NARROWEST) for width in widths]
    return _shared(widths, spare, max(left, -sum(spare)))


def _shared(widths: list[int], weights: list[int], amount: int) -> list[int]:
    total = sum(weights)
    if not total:
        return widths
    return [width + amount * weight // total for width, weight in zip(widths, weights, strict=True)]
