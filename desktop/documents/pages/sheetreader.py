"""One sheet of a workbook: its cells as they are shown, columns, rows, merges and how it is to be printed.

Lengths are points; columns and rows count from 1. Format: ECMA-376 part 1, 18.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.documents.areas import Area, area
from desktop.documents.pages.cellstyles import CellStyle, CellStyles, M
from desktop.documents.pages.model import CharStyle, Span
from desktop.documents.pages.numbers import shown
from desktop.documents.pages.sheetpictures import SheetPicture
from desktop.documents.pages.wordml import number
from desktop.documents.papersizes import A4, SIZES

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_COLUMNS, MOST_ROWS = 512, 20000  # beyond these nothing is shown; a form has a hundredth of them
INCH = 72.0


@dataclass(slots=True)
class SheetCell:
    """A cell with what it shows."""

    spans: list[Span]
    style: CellStyle
    numeric: bool = False

    @property
    def text(self) -> str:
        """Its text without the dress."""
        return "".join(span.text for span in self.spans)


@dataclass(slots=True)
class PrintSetup:
    """Sheet of paper, margins and scale."""

    width: float = 595.3
    height: float = 841.9
    left: float = 50.4
    right: float = 50.4
    top: float = 54.0
    bottom: float = 54.0
    header: float = 21.6
    footer: float = 21.6
    scale: float = 1.0
    fit: tuple[int, int] | None = None  # pages across and down, 0 for as many as needed
    centred_across: bool = False
    centred_down: bool = False
    grid: bool = False
    over_first: bool = False
    heads: dict[str, str] = field(default_factory=dict)  # odd, even, first
    feet: dict[str, str] = field(default_factory=dict)
    first_page: int = 1


@dataclass(slots=True)
class SheetModel:
    """A sheet ready to be laid out."""

    name: str
    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)  # (row, column)
    merges: list[Area] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)  # in widths of a digit
    column_styles: dict[int, str] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)
    own_heights: set[int] = field(default_factory=set)  # rows whose height the author set
    hidden_rows: set[int] = field(default_factory=set)
    default_width: float | None = None
    base_width: float = 8.0
    default_height: float = 14.25
    zero_height: bool = False
    setup: PrintSetup = field(default_factory=PrintSetup)
    row_breaks: set[int] = field(default_factory=set)
    column_breaks: set[int] = field(default_factory=set)
    areas: list[Area] = field(default_factory=list)  # to print
    title_rows: tuple[int, int] | None = None
    title_columns: tuple[int, int] | None = None
    fields: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) → key
    pictures: list[SheetPicture] = field(default_factory=list)
    root: _Element | None = None


class SheetReader:
    """Reads the sheets of one workbook."""

    def __init__(self, styles: CellStyles, shared: list[list[tuple[str, CharStyle | None]]], *, early: bool) -> None:
        self._styles = styles
        self._shared = shared
        self._early = early
        self.cut = False  # a sheet was larger than is shown
        self.uncounted = False  # a formula came without its result

    def sheet(self, root: _Element, name: str) -> SheetModel:
        """The sheet in an XML part."""
        made = SheetModel(name, root=root)
        _format(root.find(M + "sheetFormatPr"), made)
        for column in root.iterfind(f"{M}cols/{M}col"):
            _columns(column, made)
        row_number = 0
        for row in root.iterfind(f"{M}sheetData/{M}row"):
            row_number = int(number(str(row.get("r") or ""), row_number + 1))
            if not 0 < row_number <= MOST_ROWS:
                self.cut = True
                continue
            self._row(row, row_number, made)
        for merge in root.iterfind(f"{M}mergeCells/{M}mergeCell"):
            block = area(str(merge.get("ref") or ""))
            if block is not None and block.right <= MOST_COLUMNS and block.bottom <= MOST_ROWS:
                made.merges.append(block)
        _setup(root, made)
        return made

    def _row(self, row: _Element, at: int, made: SheetModel) -> None:
        height = number(str(row.get("ht") or ""), -1.0)
        if height >= 0:
            made.heights[at] = min(height, 409.5)
            if row.get("customHeight") in {"1", "true"}:
                made.own_heights.add(at)
        if row.get("hidden") in {"1", "true"}:
            made.hidden_rows.add(at)
        column = 0
        for cell in row.iterfind(M + "c"):
            place = area(str(cell.get("r") or ""))
            column = place.left if place is not None else column + 1
            if column > MOST_COLUMNS:
                self.cut = True
                break
            style = self._styles.style(cell.get("s"))
            made.cells[at, column] = self._cell(cell, style)

    def _cell(self, cell: _Element, style: CellStyle) -> SheetCell:
        kind = cell.get("t") or "n"
        value = cell.find(M + "v")
        text = "" if value is None else str(value.text or "")
        missing = value is None or (not value.text and kind != "str")  # the result of ="" is a text, and empty
        self.uncounted |= missing and cell.find(M + "f") is not None
        if kind == "s":
            at = int(number(text, -1))
            parts = self._shared[at] if 0 <= at < len(self._shared) else []
            return self._rich(parts, style)
        if kind == "inlineStr":
            inline = cell.find(M + "is")
            return self._rich([] if inline is None else rich_text(inline, self._styles), style)
        if kind == "n" and text:
            return SheetCell([Span(self._number(text, style), style.font)], style, numeric=True)
        if kind == "b":
            text = "TRUE" if text == "1" else "FALSE"
        elif kind == "d":
            text = text[:10]
        elif text and kind != "e":
            text = shown(text, style.format)
        return SheetCell([Span(text, style.font)] if text else [], style)

    def _number(self, text: str, style: CellStyle) -> str:
        try:
            value = float(text)
        except ValueError:
            return text
        return shown(value, style.format, early=self._early) if math.isfinite(value) else text

    @staticmethod
    def _rich(parts: list[tuple[str, CharStyle | None]], style: CellStyle) -> SheetCell:
        if len(parts) == 1 and parts[0][1] is None:
            return SheetCell([Span(shown(parts[0][0], style.format), style.font)], style)
        return SheetCell([Span(text, own or style.font) for text, own in parts if text], style)


def rich_text(element: _Element, styles: CellStyles) -> list[tuple[str, CharStyle | None]]:
    """The runs of a shared or inline string: text and its own dress, None for that of the cell."""
    runs: list[tuple[str, CharStyle | None]] = []
    for part in element:
        if part.tag == M + "t":
            runs.append((_clean(part.text), None))
        elif part.tag == M + "r":
            text, dress = part.find(M + "t"), part.find(M + "rPr")
            own = None if dress is None else styles.font(dress)
            runs.append(("" if text is None else _clean(text.text), own))
    return runs


def _clean(text: str | None) -> str:
    """Line ends as one sign; escapes for control characters left out."""
    return (text or "").replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "")


def _format(element: _Element | None, made: SheetModel) -> None:
    if element is None:
        return
    if element.get("defaultColWidth"):
        made.default_width = max(0.0, min(number(str(element.get("defaultColWidth"))), 255.0))
    made.base_width = max(0.0, min(number(str(element.get("baseColWidth") or "8"), 8), 255.0))
    made.default_height = max(0.0, min(number(str(element.get("defaultRowHeight") or ""), 14.25), 409.5))
    made.zero_height = element.get("zeroHeight") in {"1", "true"}


def _columns(column: _Element, made: SheetModel) -> None:
    first = max(1, int(number(str(column.get("min") or "1"), 1)))
    last = min(int(number(str(column.get("max") or "1"), 1)), MOST_COLUMNS)
    for at in range(first, last + 1):
        if column.get("width"):
            made.widths[at] = max(0.0, min(number(str(column.get("width"))), 255.0))
        if column.get("hidden") in {"1", "true"}:
            made.hidden_columns.add(at)
        if column.get("style"):
            made.column_styles[at] = str(column.get("style"))


def _setup(root: _Element, made: SheetModel) -> None:
    setup = made.setup
    margins = root.find(M + "pageMargins")
    if margins is not None:
        for side in ("left", "right", "top", "bottom", "header", "footer"):
            inches = number(str(margins.get(side) or ""), getattr(setup, side) / INCH)
            setattr(setup, side, max(0.0, min(inches * INCH, 720.0)))
    options = root.find(M + "printOptions")
    if options is not None:
        setup.centred_across = options.get("horizontalCentered") in {"1", "true"}
        setup.centred_down = options.get("verticalCentered") in {"1", "true"}
        setup.grid = options.get("gridLines") in {"1", "true"}
    _page(root.find(M + "pageSetup"), root.find(f"{M}sheetPr/{M}pageSetUpPr"), setup)
    texts = root.find(M + "headerFooter")
    if texts is not None:
        for kind, into in (("Header", setup.heads), ("Footer", setup.feet)):
            for which in ("odd", "even", "first"):
                element = texts.find(M + which + kind)
                needed = {"even": "differentOddEven", "first": "differentFirst"}.get(which)
                if needed is None or texts.get(needed) in {"1", "true"}:
                    into[which] = "" if element is None else str(element.text or "")
    for kind, into_breaks in (("rowBreaks", made.row_breaks), ("colBreaks", made.column_breaks)):
        for brk in root.iterfind(f"{M}{kind}/{M}brk"):
            into_breaks.add(int(number(str(brk.get("id") or "0"))))


def _page(page: _Element | None, fitting: _Element | None, setup: PrintSetup) -> None:
    fit = fitting is not None and fitting.get("fitToPage") in {"1", "true"}
    if page is None:
        setup.fit = (1, 1) if fit else None
        return
    wide, high = SIZES.get(int(number(str(page.get("paperSize") or A4), A4)), SIZES[A4])
    if page.get("orientation") == "landscape":
        wide, high = high, wide
    setup.width, setup.height = wide / 25.4 * INCH, high / 25.4 * INCH
    setup.scale = max(0.1, min(number(str(page.get("scale") or "100"), 100) / 100, 4.0))
    setup.over_first = page.get("pageOrder") == "overThenDown"
    if page.get("useFirstPageNumber") in {"1", "true"}:
        setup.first_page = int(number(str(page.get("firstPageNumber") or "1"), 1))
    if fit:
        across, down = (int(number(str(page.get(name) or "1"), 1)) for name in ("fitToWidth", "fitToHeight"))
        setup.fit = (max(0, min(across, 999)), max(0, min(down, 999)))
