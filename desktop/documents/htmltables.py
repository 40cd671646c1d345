"""Tables in HTML as Excel, Word and WPS put them on the clipboard."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from desktop.documents.cells import EMPTY, MOST_CELLS, Area, Cell, CellKind, Sheet, trimmed
from desktop.errors import BadFile

_SPACES = re.compile(r"[ \t\r\n\xa0]+")
_BREAKS = {"br", "p", "div", "li"}
_SILENT = {"style", "script", "head", "title"}
_WIDEST, _DEEPEST = 500, 20000  # columns and rows one cell may claim to span


class Tables(HTMLParser):
    """Collects the outermost tables; a table inside a cell counts as text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._depth = self._silent = 0
        self._grid: dict[tuple[int, int], Cell] = {}
        self._taken: set[tuple[int, int]] = set()
        self._merges: list[Area] = []
        self._row = -1
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._number = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:  # noqa: D102
        self._silent += tag in _SILENT
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._grid, self._taken, self._merges, self._row = {}, set(), [], -1
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self._row += 1
        elif self._depth == 1 and tag in {"td", "th"}:
            self._close_cell()
            given = dict(attributes)
            self._span = (_number(given.get("rowspan"), _DEEPEST), _number(given.get("colspan"), _WIDEST))
            self._number = given.get("x:num") or ""
            self._cell = []
            self._row = max(self._row, 0)
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        self._silent -= tag in _SILENT and self._silent > 0
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._close_cell()
                self._close_table()
            self._depth -= 1
        elif tag in {"td", "th", "tr"} and self._depth == 1:
            self._close_cell()
        elif tag in _BREAKS - {"br"} and self._cell:
            self._cell.append("\n")

    def handle_data(self, data: str) -> None:  # noqa: D102
        if self._cell is not None and not self._silent:
            self._cell.append(_SPACES.sub(" ", data))

    def close(self) -> None:  # noqa: D102
        super().close()
        if self._depth:
            self._close_cell()
            self._close_table()
            self._depth = 0

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        lines = [line.strip() for line in "".join(self._cell).split("\n")]
        text, self._cell = "\n".join(line for line in lines if line), None
        column = 0
        while (self._row, column) in self._taken:
            column += 1
        down, across = self._span
        if len(self._taken) + down * across > MOST_CELLS:
            raise BadFile("粘贴的表格太大，不像名单。", todo="请只复制名单本身再粘贴。")
        self._taken.update((self._row + r, column + c) for r in range(down) for c in range(across))
        if down * across > 1:
            self._merges.append(Area(self._row, column, self._row + down - 1, column + across - 1))
        if self._number:
            self._grid[self._row, column] = Cell(self._number, CellKind.NUMBER)
        elif text:
            self._grid[self._row, column] = Cell(text, CellKind.TEXT)

    def _close_table(self) -> None:
        height = max((row for row, _ in self._grid), default=-1) + 1
        width = max((column for _, column in self._grid), default=-1) + 1
        rows = [[self._grid.get((r, c), EMPTY) for c in range(width)] for r in range(height)]
        self.sheets.append(Sheet(f"表格 {len(self.sheets) + 1}", trimmed(rows), self._merges))


def _number(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isascii() and text.isdigit() else 1
