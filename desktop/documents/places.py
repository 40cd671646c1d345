"""Places to fill: their tags, what goes into them, and how widths are shared when a group of them grows.

Tags: `key` for a single place, `key.2` for the second place that shows the same value, `group.1.key` for the first row
(or column) of a repeating group; `annex.<tag>` marks the text that went to the attached sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

KEY = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"(?P<key>[a-z][a-z0-9_]*)(?:\.(?P<number>[1-9][0-9]*)(?:\.(?P<member>[a-z][a-z0-9_]*))?)?")
CELL_LIKE = re.compile(r"[a-z]{1,3}[0-9]+|[rc]|r[0-9]*c[0-9]*")  # Excel takes such names for cells
ANNEX = "annex"

Fit = Literal["grow", "shrink", "continue"]
_WORD = re.compile(r"[!-~]+|.")
_WIDE = "“”‘’…—·○□☑☐①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into one place: its text, a number where Excel shall keep one, and how an over-long text is fitted.

    Args:
        text: lines separated by a line feed; empty leaves the place as the template shows it.
        blank: what stands for an empty value inside a sentence of an Excel cell.
        number: the same value for an Excel cell that computes.
        size: factor on the template's font size, below 1 when the text was made to fit.
        annex: the whole text when `text` only points to the attached sheet.
        label: heading of the text on the attached sheet.
    """

    text: str
    number: float | None = None
    size: float = 1.0
    annex: str = ""
    label: str = ""
    blank: str = "　　"


@dataclass(frozen=True, slots=True)
class Growth:
    """How a repeating group grows: new rows below, or new columns to the right within the same total width.

    Args:
        direction: `row` or `column`.
        narrowest: millimetres that a grown column keeps as long as its neighbours have width to give.
    """

    direction: Literal["row", "column"]
    narrowest: float = 20.0


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag taken apart: `key`, or `key` + `number` (again), or group `key` + `number` + `member`."""

    key: str
    number: int = 1
    member: str = ""

    def __str__(self) -> str:
        """The tag as it stands in a template."""
        if self.member:
            return f"{self.key}.{self.number}.{self.member}"
        return self.key if self.number == 1 else f"{self.key}.{self.number}"


def tag_of(text: str) -> Tag | None:
    """The parts of a tag, None when the text is no tag of ours."""
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    if match["number"] == "1" and not match["member"]:
        return None
    return Tag(match["key"], int(match["number"] or 1), match["member"] or "")


def instances(tags: Collection[str], group: str) -> int:
    """How many rows or columns of a group a template draws."""
    numbers = {tag.number for tag in map(tag_of, tags) if tag and tag.key == group and tag.member}
    return max(numbers, default=0)


def lacking(tags: Collection[str], counts: Mapping[str, int]) -> dict[str, int]:
    """Group → how many rows or columns have to be added to the drawn ones, groups that need none left out."""
    found = {group: count - instances(tags, group) for group, count in counts.items()}
    return {group: extra for group, extra in found.items() if extra > 0}


def giving(single: Sequence[int]) -> set[int]:
    """The columns that may hand over width, of the columns in which one-column places stand.

    A column with only one such place is a column of printed labels and keeps its width.
    """
    return {column for column in single if single.count(column) > 1}


def share(widths: Sequence[float], block: range, extra: int, narrowest: float, givers: Collection[int]) -> list[float]:
    """Widths after a block of columns has been repeated `extra` times, with the same total.

    The block is divided evenly; when a part would be narrower than `narrowest`, the givers hand over width in
    proportion to what they have beyond it, and as much as they have.
    """
    new = list(widths)
    width = sum(widths[block.start : block.stop])
    wanted = max(narrowest * (extra + 1) - width, 0.0)
    spare = {n: max(widths[n] - narrowest, 0.0) for n in givers if n not in block}
    available = sum(spare.values())
    taken = min(wanted, available)
    for n, more in spare.items():
        new[n] -= more / available * taken if available else 0.0
    scale = (width + taken) / width / (extra + 1)
    part = [column * scale for column in widths[block.start : block.stop]]
    return [*new[: block.start], *(part * (extra + 1)), *new[block.stop :]]


def em_width(text: str) -> float:
    """Estimated width of one line in ems: full-width characters one, blanks 0.4, the others a cautious 0.56."""
    return sum(1.0 if char > "\u2e7f" or char in _WIDE else 0.4 if char == " " else 0.56 for char in text)


def wrapped_lines(text: str, width: float) -> int:
    """Estimated number of lines that a text needs in a column of `width` ems; words are kept whole where they fit."""
    total = 0
    for line in text.split("\n"):
        used, rows = 0.0, 1
        for word in _WORD.findall(line):
            long = em_width(word)
            if used and used + long > width:
                rows, used = rows + 1, 0.0
            while long > width:
                rows, long = rows + 1, long - width
            used += long
        total += rows
    return max(total, 1)
