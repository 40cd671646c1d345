"""Excel workbooks through python-calamine, which reads WPS files with a wrong <dimension> right and reads fast.

What calamine keeps to itself (formulas never computed, error values, hidden rows) and what would bring it down (a cell
a million rows away makes it ask for 400 GB and abort) is found first; it only ever sees bytes that were checked here:
a fresh zip of the checked members, or a fresh compound file of the checked stream.
Formats: ECMA-376 part 1 section 18.3 (SpreadsheetML sheets), [MS-XLS].
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from desktop.documents import biff
from desktop.documents.cells import MOST_CELLS, Area, Cell, CellKind, Sheet, reference, rows_of
from desktop.documents.compound import Compound, alone
from desktop.documents.package import Package, open_package
from desktop.errors import BadFile

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MOST_SHEETS = 256
_PLACE = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_UNREAD = ("xl/media/", "xl/drawings/", "xl/pivotCache/", "xl/embeddings/", "xl/externalLinks/", "xl/theme/")
_REPAIR = "请用 Excel 或 WPS 打开它，另存为新的 .xlsx 后再导入。"


@dataclass(slots=True)
class Odd:
    """What calamine does not tell about a sheet."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def read_xlsx(content: bytes, name: str) -> list[Sheet]:
    """The sheets of an .xlsx or .xlsm.

    Raises:
        BadFile: damaged, encrypted, a zip bomb, or with cells too far away.
    """
    package = open_package(content, name)
    parts = {
        member: package.read(member)
        for member in package.members
        if member.startswith(("xl/", "_rels/", "[Content_Types]"))
        and member.endswith((".xml", ".rels"))
        and not member.startswith(_UNREAD)
    }
    odd = {part: _scan(part, text, name) for part, text in parts.items() if b"sheetData" in text}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as fresh:
        for part, text in parts.items():
            fresh.writestr(part, text)
    order = _sheet_parts(package, name)
    return _sheets(buffer.getvalue(), name, {sheet: odd[part] for sheet, part in order.items() if part in odd})


def read_xls(content: bytes, name: str) -> list[Sheet]:
    """The sheets of an .xls or .et of the years 1993 to today (BIFF5, BIFF8).

    Raises:
        BadFile: damaged, encrypted, or with cells too far away.
    """
    try:
        compound = Compound(content)
        title = "Workbook" if "Workbook" in compound.names else "Book"
        found = biff.scan(compound.stream(title))
    except BadFile as error:
        raise BadFile(f"文件“{name}”读不了：{error.what}", where=error.where, todo=error.todo) from error
    odd = [Odd({place: Cell(text, CellKind.ERROR) for place, text in errors.items()}) for errors in found.errors]
    return _sheets(alone(title, found.stream), name, dict(enumerate(odd)))


def _sheets(content: bytes, name: str, odd: Mapping[Any, Odd]) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for index, about in enumerate(book.sheets_metadata):
            if about.typ is SheetTypeEnum.WorkSheet:
                hidden = about.visible is not SheetVisibleEnum.Visible
                found.append(_sheet(book, index, hidden, odd.get(about.name) or odd.get(index) or Odd()))
        return found
    except (CalamineError, ValueError, OverflowError, TypeError, OSError, LookupError) as error:
        raise _damaged(name) from error
    except BaseException as error:
        # A panic inside the reader arrives as an exception that only its name gives away.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(name) from error


def _sheet(book: CalamineWorkbook, index: int, hidden: bool, odd: Odd) -> Sheet:
    found = book.get_sheet_by_index(index)
    rows = rows_of(found.to_python(skip_empty_area=False))
    for (row, column), cell in sorted(odd.cells.items()):
        while len(rows) <= row:
            rows.append([])
        line = rows[row]
        line += [Cell("", CellKind.EMPTY)] * (column + 1 - len(line))
        line[column] = cell
    merges = sorted(Area(*start, *end) for start, end in found.merged_cell_ranges or [])
    return Sheet(found.name, rows, merges, hidden, frozenset(odd.hidden_rows))


def _sheet_parts(package: Package, name: str) -> dict[str, str]:
    """Name of each sheet → name of its member."""
    main = package.main_part()
    targets = package.relations(main)
    found: dict[str, str] = {}
    for element in package.xml(main).iter("{*}sheet"):
        number = next((value for key, value in element.attrib.items() if str(key).endswith("}id")), "")
        if str(number) in targets:
            found[str(element.get("name", ""))] = targets[str(number)][1]
    if len(found) > MOST_SHEETS:
        raise BadFile(f"文件“{name}”有 {len(found)} 个工作表，超过 {MOST_SHEETS} 个。", todo=_REPAIR)
    return found


class _Scan:
    """One pass over the XML of a sheet: where its cells end, and what calamine would swallow."""

    def __init__(self, name: str) -> None:
        self.odd = Odd()
        self.last_row = self.last_column = -1
        self._name = name
        self._row = self._column = -1
        self._kind = ""
        self._formula = self._inside = False
        self._value: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row = self._number(attributes.get("r"), self._row + 2) - 1
            self._column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self.odd.hidden_rows.add(self._row)
        elif tag == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                match = _PLACE.match(place)
                if match is None:
                    raise _damaged(self._name)
                self._row, self._column = int(match[2]) - 1, _column(match[1])
            self._kind, self._formula, self._value = attributes.get("t", "n"), False, []
        elif tag == "f":
            self._formula = True
        elif tag in {"v", "t"}:
            self._inside = True

    def text(self, text: str) -> None:
        if self._inside:
            self._value.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in {"v", "t"}:
            self._inside = False
        elif tag == "c":
            value = "".join(self._value)
            place = (self._row, self._column)
            if self._kind == "e" and value:
                self.odd.cells[place] = Cell(value, CellKind.ERROR)
            elif self._formula and not value and self._kind != "str":
                self.odd.cells[place] = Cell("", CellKind.FORMULA)
            if value or self._formula:
                self.last_row, self.last_column = max(self.last_row, place[0]), max(self.last_column, place[1])

    def doctype(self, *_: object) -> None:
        raise BadFile(f"文件“{self._name}”含有不允许的文档类型声明。", todo=_REPAIR)

    def _number(self, text: str | None, otherwise: int) -> int:
        if text is None:
            return otherwise
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1048576):
            raise _damaged(self._name)
        return int(text)


def _scan(part: str, content: bytes, name: str) -> Odd:
    scan = _Scan(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = scan.doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise BadFile(f"文件“{name}”的内容已损坏。", where=part, todo=_REPAIR) from error
    if (scan.last_row + 1) * (scan.last_column + 1) > MOST_CELLS:
        raise BadFile(
            f"文件“{name}”的表格一直延伸到 {reference(scan.last_row, scan.last_column)}，大得不像名单，没有读取。",
            todo="请删去名单以外的内容（可能在很远的行或列里），另存后再导入。",
        )
    return scan.odd


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _damaged(name: str) -> BadFile:
    return BadFile(f"文件“{name}”已损坏，表格内容读不出来。", todo=f"请重新拷贝一份；如果能打开，{_REPAIR}")
