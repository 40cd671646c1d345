"""A1 references, and what inserting rows or columns does to them."""

from __future__ import annotations

import re
from typing import NamedTuple

_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})")


class Area(NamedTuple):
    """A block of cells, all numbers from one, last ones included."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        """The block as A1 or A1:B2."""
        first = f"{letters(self.left)}{self.top}"
        return first if self[:2] == self[2:] else f"{first}:{letters(self.right)}{self.bottom}"

    def along(self, column: bool) -> tuple[int, int]:
        """First and last column, or first and last row."""
        return (self.left, self.right) if column else (self.top, self.bottom)

    def with_along(self, column: bool, first: int, last: int) -> Area:
        """The block with other columns, or with other rows."""
        return Area(first, self.top, last, self.bottom) if column else Area(self.left, first, self.right, last)

    def moved(self, column: bool, after: int, by: int) -> Area:
        """The block after `by` columns (or rows) were put in after number `after`: moved or stretched around them."""
        first, last = self.along(column)
        return self.with_along(column, first + by * (first > after), last + by * (last > after))


def letters(column: int) -> str:
    """The name of a column: 1 → A, 28 → AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(name: str) -> int:
    """The number of a column: A → 1."""
    value = 0
    for letter in name:
        value = value * 26 + ord(letter) - 64
    return value


def area(reference: str) -> Area | None:
    """The block that `B5`, `$B$5` or `B5:D6` names, None for anything else."""
    cells = [_CELL.fullmatch(part) for part in reference.split(":")]
    if not 1 <= len(cells) <= 2 or None in cells:
        return None
    first, last = cells[0], cells[-1]
    assert first is not None and last is not None
    return Area(number(first[2]), int(first[4]), number(last[2]), int(last[4]))


def moved(references: str, column: bool, after: int, by: int) -> str:
    """Every cell reference in a text shifted as `Area.moved` does, dollar signs kept; other words stay."""

    def shift(match: re.Match[str]) -> str:
        at = number(match[2]) if column else int(match[4])
        new = at + by * (at > after)
        name, row = (letters(new), match[4]) if column else (match[2], str(new))
        return f"{match[1]}{name}{match[3]}{row}"

    return re.sub(rf"(?<![A-Za-z0-9_.]){_CELL.pattern}(?![A-Za-z0-9_(])", shift, references)
