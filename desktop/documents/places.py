"""Places to fill: their tags, what goes into them, and how widths are shared when a group of them grows.

Tags: `key` for a single place, `key.2` for the second place that shows the same value, `group.1.key` for the first row
(or column) of a repeating group; `annex.<tag>` marks the text that went to the attached sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

KEY = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"(?P<key>[a-z][a-z0-9_]*)(?:\.(?P<number>[1-9][0-9]*)(?:\.(?P<member>[a-z][a-z0-9_]*))?)?")
CELL_LIKE = re.compile(r"[a-z]{1,3}[0-9]+|[rc]|r[0-9]*c[0-9]*")  # Excel takes such names for cells
ANNEX = "annex"

Fit = Literal["grow", "shrink", "continue"]
SMALLEST = 7.0  # points: smaller print is not read on a stamped sheet; what still does not fit makes its row grow
_RUN = re.compile(r" +|[!-~]+|[^ -~]+")
_NARROW = re.compile("[^\u2e80-\U0010ffff“”‘’…—·○□☑☐①-⑩]")


class Entry(NamedTuple):
    """What goes into one place: its text, a number where Excel shall keep one, and how an over-long text is fitted.

    Args:
        text: lines separated by a line feed; empty leaves the place as the template shows it.
        blank: what stands for an empty value inside a sentence of an Excel cell.
        number: the same value for an Excel cell that computes.
        longest: full-width characters that fit the place as the template draws it; a longer text is printed smaller.
            0 when the place takes any length.
        one_line: the text is meant to stay on one line.
        annex: the whole text when `text` only points to the attached sheet.
        label: heading of the text on the attached sheet.
    """

    text: str
    number: float | None = None
    longest: int = 0
    one_line: bool = False
    annex: str = ""
    label: str = ""
    blank: str = "　　"


def fitted(entry: Entry, points: float, narrowed: float) -> float:
    """The factor on the font size that makes a text fit its place, never below SMALLEST points.

    Args:
        entry: what goes there.
        points: font size in the template.
        narrowed: width of the place now, as a part of its width in the template.
    """
    room = entry.longest * narrowed
    if not entry.longest or len(entry.text) <= room:
        return 1.0
    used = em_width(entry.text)
    if used <= room:
        return 1.0
    factor = room / used if entry.one_line and "\n" not in entry.text else (room / used) ** 0.5
    return max(factor, min(1.0, SMALLEST / points))


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


@lru_cache(maxsize=16384)
def tag_of(text: str) -> Tag | None:
    """The parts of a tag, None when the text is no tag of ours; remembered, as a register has thousands of them."""
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    if match["number"] == "1" and not match["member"]:
        return None
    return Tag(match["key"], int(match["number"] or 1), match["member"] or "")


def instances(tags: Collection[str], group: str) -> int:
    """How many rows or columns of a group a template draws."""
    return drawn(tags).get(group, 0)


def drawn(tags: Collection[str]) -> dict[str, int]:
    """Group → how many rows or columns of it a template draws."""
    found: dict[str, int] = {}
    for tag in map(tag_of, tags):
        if tag is not None and tag.member:
            found[tag.key] = max(found.get(tag.key, 0), tag.number)
    return found


def lacking(there: Mapping[str, int], counts: Mapping[str, int]) -> dict[str, int]:
    """Group → how many rows or columns have to be added to those `there`, groups that need none left out."""
    return {group: count - there.get(group, 0) for group, count in counts.items() if count > there.get(group, 0)}


def giving(single: Sequence[int]) -> set[int]:
    """The columns that may hand over width, of the columns in which one-column places stand.

    A column with only one such place is a column of printed labels and keeps its width.
    """
    return {column for column in single if single.count(column) > 1}


def share(widths: Sequence[float], block: range, extra: int, narrowest: float, givers: Collection[int]) -> list[float]:
    """Widths after a block of columns has been repeated `extra` times, with the same total.

    The block is divided evenly; when a part would be narrower than `narrowest`, the givers hand over width in
    proportion to what they have beyond it. Where not all can keep `narrowest`, all become equally wide.
    """
    new = list(widths)
    givers = [n for n in givers if n not in block and n < len(widths)]
    together = sum(widths[block.start : block.stop]) + sum(widths[n] for n in givers)
    narrowest = min(narrowest, together / (extra + 1 + len(givers)))
    width = sum(widths[block.start : block.stop])
    wanted = max(narrowest * (extra + 1) - width, 0.0)
    spare = {n: max(widths[n] - narrowest, 0.0) for n in givers}
    available = sum(spare.values())
    taken = min(wanted, available)
    for n, more in spare.items():
        new[n] -= more / available * taken if available else 0.0
    scale = (width + taken) / (width or 1.0) / (extra + 1)
    part = [column * scale for column in widths[block.start : block.stop]]
    return [*new[: block.start], *(part * (extra + 1)), *new[block.stop :]]


def em_width(text: str) -> float:
    """Estimated width of one line in ems: full-width characters one, blanks 0.4, the others a cautious 0.56."""
    wide = len(_NARROW.sub("", text))
    return wide + 0.56 * (len(text) - wide) - 0.16 * text.count(" ")


def wrapped_lines(text: str, width: float) -> int:
    """Estimated number of lines that a text needs in a column of `width` ems; words are kept whole where they fit."""
    width = max(width, 1.0)
    lines = text.split("\n")
    rows = len(lines)
    for line in lines:
        if len(line) > width:
            rows += _rows(line, width) - 1
    return rows


@lru_cache(maxsize=4096)
def _rows(line: str, width: float) -> int:
    """Lines that one long line is broken into: full-width characters anywhere, words only between each other.

    Remembered, for while a form is being typed only one of its texts changes from one drawing to the next.
    """
    used, rows = 0.0, 1
    for run in _RUN.findall(line):
        if run[0] == " ":
            used += 0.4 * len(run)
            continue
        if run[0] > "~":
            fits = int(width - used)
            if len(run) > fits:
                more, rest = divmod(len(run) - max(fits, 0), max(int(width), 1))
                rows += more + (rest > 0)
                used = float(rest or int(width))
            else:
                used += len(run)
            continue
        long = 0.56 * len(run)
        if used and used + long > width:
            rows, used = rows + 1, 0.0
        while long > width:
            rows, long = rows + 1, long - width
        used += long
    return rows


def repeats(tags: Collection[str]) -> dict[str, str]:
    """Tags of further places of one value (`key.2`) → the key."""
    found = {tag: tag_of(tag) for tag in tags if "." in tag}
    return {text: tag.key for text, tag in found.items() if tag is not None and not tag.member}
