"""A new Excel workbook of plain tables, pleasant to read and print: the exported register.

Texts stay texts (phones, numbers with leading zeros, anything beginning with =), days are real dates.
Equal tables give equal bytes: no time is written, neither in the properties nor in the zip.
Format: ECMA-376 part 1 section 18; ST_Xstring escapes of section 22.9.2.19 for characters XML cannot hold.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop.documents.package import Package
from desktop.errors import Refused

Value = str | int | date | None
LONGEST_TEXT = 32_767  # characters of a cell, Excel's own limit
_EARLIEST = 1901  # dates before it are off by a day in some programs: they are written as text
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_NARROWEST, _WIDEST = 6, 44  # of a column, in digits of the standard font
_ROW_HEIGHT, _HEAD_HEIGHT = 20, 32  # points
_MEASURED = 300  # rows looked at for the width of a column


@dataclass(slots=True)
class Table:
    """One sheet: its name, the words above its columns, its rows, and how many columns from the left are printed."""

    title: str
    labels: Sequence[str]
    rows: list[list[Value]] = field(default_factory=list)
    printed: int = 0


def workbook(tables: Sequence[Table], heading: str) -> bytes:
    """The bytes of an .xlsx with one sheet for each table.

    Args:
        tables: at least one.
        heading: printed above every page.

    Raises:
        Refused: a text is longer than an Excel cell can hold.
    """
    from openpyxl import Workbook

    heading = _UNPRINTABLE.sub("", heading)  # title and page header have no escapes, unlike a cell
    book = Workbook(write_only=True)
    book.properties.title = heading
    book.properties.creator = "团媒台账"
    for table in tables:
        sheet: Any = book.create_sheet(table.title)
        styles = _Styles(sheet)
        _dress(sheet, table, heading)
        sheet.append([styles.head(label) for label in table.labels])
        for number, row in enumerate(table.rows):
            sheet.append([styles.cell(value, f"{table.title}第 {number + 2} 行") for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return _untimed(buffer)


def _untimed(written: io.BytesIO) -> bytes:
    """The workbook without the times that openpyxl puts into its properties and its directory."""
    with zipfile.ZipFile(written) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["docProps/core.xml"] = _TIMES.sub(b"", parts["docProps/core.xml"])
    return Package("", []).written(parts)


class _Styles:
    """The few looks of a cell, each made once and shared: made anew for every cell they cost five times as much."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        hair = Side(style="thin", color="D0D3D6")
        left = Alignment(vertical="center", wrap_text=True)
        centre = Alignment(horizontal="center", vertical="center", wrap_text=True)

        def look(number_format: str, alignment: Alignment, *, bold: bool = False, quoted: bool = False) -> Any:
            made: Any = WriteOnlyCell(sheet)
            made.font, made.alignment = Font(name="宋体", size=10, bold=bold), alignment
            made.border = Border(left=hair, right=hair, top=hair, bottom=hair)
            made.number_format, made.quotePrefix = number_format, quoted
            if bold:
                made.fill = PatternFill("solid", fgColor="EEF0F2")
            return made._style

        self._cell = WriteOnlyCell
        self._sheet = sheet
        self._head, self._text, self._quoted = (
            look("@", centre, bold=True),
            look("@", left),
            look("@", left, quoted=True),
        )
        self._number, self._date = look("General", left), look("yyyy-mm-dd", centre)

    def head(self, label: str) -> Any:
        """A cell of the first row."""
        return self._made(label, self._head)

    def cell(self, value: Value, place: str) -> Any:
        """A cell below it."""
        if isinstance(value, date):
            return (
                self._made(value, self._date) if value.year >= _EARLIEST else self._made(value.isoformat(), self._text)
            )
        if not isinstance(value, str):
            return self._made(value, self._number)
        made = self._made(_text(value, place), self._text)
        if made.data_type != "s":
            made.data_type, made._style = "s", self._quoted
        return made

    def _made(self, value: Any, style: Any) -> Any:
        made: Any = self._cell(self._sheet, value)
        made._style = style
        return made


def _dress(sheet: Any, table: Table, heading: str) -> None:
    from openpyxl.utils import get_column_letter

    for number, label in enumerate(table.labels):
        # A label may break into two lines, content should not.
        widest = max([-(-_width(label) // 2) + 2, *(_width(row[number]) for row in table.rows[:_MEASURED])])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(widest + 2, _NARROWEST), _WIDEST)
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW_HEIGHT, True
    sheet.row_dimensions[1].height = _HEAD_HEIGHT
    last = get_column_letter(len(table.labels))
    sheet.freeze_panes = "D2" if len(table.labels) > 6 else "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{get_column_letter(table.printed or len(table.labels))}{len(table.rows) + 1}"
    sheet.page_setup.paperSize = 9  # A4 (ST_PaperSize)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5  # inches
    sheet.print_options.horizontalCentered = True
    sheet.oddHeader.center.text = f"{heading} · {table.title}".replace("&", "&&")
    sheet.oddHeader.center.size = 14
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"


def _text(text: str, place: str) -> str:
    text = _ESCAPED.sub("_x005F_", text)
    text = _UNPRINTABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(text) > LONGEST_TEXT:
        raise Refused(
            f"有一格文字长达 {len(text)} 个字符，Excel 一格最多 {LONGEST_TEXT} 个，没有导出。",
            where=place,
            todo="请先缩短这段文字。",
        )
    return text


def _width(value: Value) -> int:
    text = "2026-11-20" if isinstance(value, date) else str(value) if value is not None else ""
    longest = max(text.split("\n"), key=len, default="")
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in longest)
