"""Laying a returned sheet on the form it came from: line upon line by labels, cell upon cell, value out of each cell.

The form is filled once with marks instead of values; where a mark stands, a value is read. Nothing is guessed: a line
whose labels do not agree is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[str]
MARK = re.compile("⟦([a-z0-9_.]+)⟧")
GAP = -0.2
"""What it costs to leave a line of either side unpaired; two lines that agree in half their labels gain more."""


@dataclass(frozen=True)
class Found:
    """One value as it stands on paper, and how sure its place is (0 to 1)."""

    text: str
    confidence: float


def squeezed(text: str) -> str:
    """A text without any blanks, for comparing labels."""
    return "".join(text.split())


def values(marked: Sequence[Row], returned: Sequence[Row]) -> dict[str, Found]:
    """Tag → what stands in its place, for every mark whose line and cell were found."""
    found: dict[str, Found] = {}
    for ours, theirs in _paired(marked, returned):
        likeness = _likeness(marked[ours], returned[theirs])
        for tag, text in _row_values(marked[ours], returned[theirs]).items():
            found[tag] = Found(text, likeness)
    return found


def _paired(marked: Sequence[Row], returned: Sequence[Row]) -> list[tuple[int, int]]:
    """The pairs of lines that together agree best, in order (global alignment)."""
    high, wide = len(marked), len(returned)
    alike = [[_likeness(one, other) for other in returned] for one in marked]
    best = [[0.0] * (wide + 1) for _ in range(high + 1)]
    for i in range(high - 1, -1, -1):
        for j in range(wide - 1, -1, -1):
            pair = alike[i][j] - 0.5 + best[i + 1][j + 1]
            best[i][j] = max(pair, best[i + 1][j] + GAP * bool(labels(marked[i])), best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < high and j < wide:
        if best[i][j] == alike[i][j] - 0.5 + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return [(i, j) for i, j in pairs if alike[i][j] >= 0.5]


def labels(row: Row) -> list[str]:
    """The printed words of a line that must be there, blanks and marks taken out."""
    texts = [squeezed(part) for cell in row for part in MARK.split(cell)[::2]]
    return [text for text in texts if text]


def _likeness(ours: Row, theirs: Row) -> float:
    """How well a returned line fits a line of the form: the share of its labels that it holds, in place."""
    printed = labels(ours)
    if not printed:
        return 0.7 if len(ours) == len(theirs) and any(MARK.search(cell) for cell in ours) else 0.4
    whole = squeezed("".join(theirs))
    at, held = 0, 0
    for text in printed:
        place = whole.find(text, at)
        if place >= 0:
            held, at = held + 1, place + len(text)
    return held / len(printed) * (1.0 if len(ours) == len(theirs) else 0.9)


def _row_values(ours: Row, theirs: Row) -> dict[str, str]:
    same = len(ours) == len(theirs)
    cells = list(zip(ours, theirs, strict=True)) if same else _by_label(ours, theirs)
    found: dict[str, str] = {}
    for pattern, text in cells:
        found |= cell_values(pattern, text)
    return found


def _by_label(ours: Row, theirs: Row) -> list[tuple[str, str]]:
    """Cells paired by the label cell before them, where a row has been split or merged."""
    places = {squeezed(cell): number for number, cell in enumerate(theirs) if squeezed(cell)}
    pairs = []
    for number, cell in enumerate(ours):
        if not MARK.search(cell):
            continue
        before = squeezed(ours[number - 1]) if number else ""
        if before and not MARK.search(ours[number - 1]) and places.get(before, len(theirs)) + 1 < len(theirs):
            pairs.append((cell, theirs[places[before] + 1]))
    return pairs


def cell_values(marked: str, text: str) -> dict[str, str]:
    """The values that stand where a cell of the form has its marks, when the words between them agree."""
    among = pattern(marked)
    match = among[0].fullmatch(text) if among[1] else None
    return {} if match is None else dict(zip(among[1], match.groups(), strict=True))


def pattern(marked: str) -> tuple[re.Pattern[str], list[str]]:
    """What finds the values among the words of a cell, and the tags of these values in order."""
    parts = MARK.split(marked)
    expression = "".join("(.*?)" if number % 2 else _loosely(part) for number, part in enumerate(parts))
    return re.compile(rf"\s*{expression}\s*", re.DOTALL), parts[1::2]


def _loosely(text: str) -> str:
    words = [re.escape(character) for character in squeezed(text)]
    return r"[\s　]*" + r"[\s　]*".join(words) + r"[\s　]*" if words else ("" if not text else r"[\s　]*")
