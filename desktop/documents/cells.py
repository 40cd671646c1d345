"""Sheets of cells as every reader of lists delivers them: text kept to the character, places as Excel names them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

MOST_CELLS = 2_000_000  # cells of the rectangle a sheet spans, empty ones included; 5,000 accounts need 0.2 million


class CellKind(StrEnum):
    """What stood in a cell, as far as it matters to a reader of its text."""

    EMPTY = "空"
    TEXT = "文本"
    NUMBER = "数字"
    DATE = "日期"
    LOGICAL = "真假"
    FORMULA = "没有结果的公式"
    ERROR = "错误值"


class Cell(NamedTuple):
    """One cell: its text exactly as stored (a number without its trailing “.0”, a date as 2026-05-01)."""

    text: str
    kind: CellKind


class Area(NamedTuple):
    """A rectangle of cells, counted from 0, all four edges included."""

    top: int
    left: int
    bottom: int
    right: int


EMPTY = Cell("", CellKind.EMPTY)


@dataclass(slots=True)
class Sheet:
    """One sheet or table.

    Attributes:
        name: of the sheet, or what stands above the table.
        rows: `rows[r][c]`, counted from 0; rows may differ in length.
        merges: the merged areas; `merges_known` is False for texts, where a merged cell looks like an empty one.
        hidden, hidden_rows: what the clerk does not see in Excel.
        notes: remarks on the whole, in Chinese.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[Area] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list)
    merges_known: bool = True

    @property
    def width(self) -> int:
        """The number of columns of the longest row."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Cell:
        """The cell at this place; an empty one beyond the edges."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return EMPTY

    @property
    def is_empty(self) -> bool:
        """True when no cell holds anything."""
        return not any(cell.kind is not CellKind.EMPTY for row in self.rows for cell in row)


def reference(row: int, column: int) -> str:
    """The place of a cell as Excel names it: (4, 2) is C5."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_of(value: object) -> Cell:
    """The cell for a value as a spreadsheet library delivers it (None and "" are empty)."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        return Cell(value, CellKind.TEXT)
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", CellKind.LOGICAL)
    if isinstance(value, int | float):
        return Cell(number_text(value), CellKind.NUMBER)
    if isinstance(value, datetime.datetime):
        clock = value.time()
        text = value.date().isoformat() if clock == datetime.time() else value.isoformat(" ", "minutes")
        return Cell(text, CellKind.DATE)
    if isinstance(value, datetime.date):
        return Cell(value.isoformat(), CellKind.DATE)
    if isinstance(value, datetime.time):
        return Cell(value.isoformat("minutes"), CellKind.DATE)
    return Cell(str(value), CellKind.TEXT)


def number_text(value: float) -> str:
    """A number as the clerk typed it: 13800138000.0 is 13800138000, never in scientific notation."""
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def rows_of(values: Iterable[Iterable[object]]) -> list[list[Cell]]:
    """Rows of values as rows of cells, empty cells and rows at the end left out."""
    return trimmed([[cell_of(value) for value in row] for row in values])


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows without the empty cells at their ends and without the empty rows at the end."""
    for row in rows:
        while row and row[-1].kind is CellKind.EMPTY:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows
