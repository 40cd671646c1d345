"""Text beside and below pictures: what room the lines of a paragraph have next to shapes that push text away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.documents.pages.model import Paragraph, Shape

NARROWEST = 36.0  # points; beside a shape that leaves less, no text is put


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A shape with its distances, in points from the left edge of the column and from its top."""

    left: float
    right: float
    top: float
    bottom: float
    whole: bool  # no text stands beside it


@dataclass(slots=True)
class Around:
    """The obstacles seen from one paragraph that starts at `top`."""

    obstacles: list[Obstacle]
    top: float
    width: float
    height: float  # of a usual line
    tall: Callable[..., float] = lambda *_: 0.0  # height of a line that was broken

    def room(self, y: float) -> tuple[float, float, float]:
        """Points taken from the left and the right of the line that starts there, and how far it must move down."""
        start, skip = self.top + y, 0.0
        for _ in range(len(self.obstacles) + 1):
            left = right = 0.0
            below = start
            for one in self.obstacles:
                if one.top < start + self.height and one.bottom > start + 0.1:
                    before, behind = max(0.0, one.left), max(0.0, self.width - one.right)
                    if one.whole or max(before, behind) < NARROWEST:
                        below = max(below, one.bottom)
                    elif behind >= before:
                        left = max(left, one.right)
                    else:
                        right = max(right, self.width - one.left)
            if below <= start:
                return left, right, skip
            skip += below - start
            start = below
        return 0.0, 0.0, skip


def obstacles_of(paragraph: Paragraph, top: float, width: float) -> list[Obstacle]:
    """The shapes of a paragraph that push text away, as far as their place follows from the paragraph."""
    found = []
    for shape in paragraph.items:
        if not isinstance(shape, Shape) or not shape.anchored or shape.wraps == "none":
            continue
        if shape.y[0] not in {"paragraph", "line"} or isinstance(shape.y[1], str):
            continue
        if shape.x[0] not in {"column", "margin", "character"}:
            continue
        offset = shape.x[1]
        if isinstance(offset, str):
            offset = {"center": 0.5, "right": 1.0}.get(offset, 0.0) * (width - shape.width)
        left, above, right, below = shape.distance
        y = top + shape.y[1]
        found.append(
            Obstacle(
                offset - left, offset + shape.width + right, y - above, y + shape.height + below,
                shape.wraps == "topAndBottom",
            )
        )  # fmt: skip
    return found
