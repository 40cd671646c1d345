"""A Word or Excel file as lines of cells, and its places by tag or name: what reading a returned form rests on.

A line is one paragraph outside tables (one cell), or one row of a table or sheet. Texts keep their line breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.documents.package import open_package
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARAGRAPH, _T, _TYPE, _TABS = f"{{{W}}}p", f"{{{W}}}t", f"{{{W}}}type", f"{{{W}}}tabs"
_BREAKS = {f"{{{W}}}br": "\n", f"{{{W}}}cr": "\n", f"{{{W}}}tab": "\t"}


@dataclass(frozen=True)
class Place:
    """One content control: its tag and title as the file has them, and the text in it."""

    tag: str
    title: str
    text: str


@dataclass(frozen=True)
class Lines:
    """The file: `rows[n]` are the cells of line n, `places` in the order of the file, notices in Chinese."""

    rows: list[list[str]]
    places: list[Place] = field(default_factory=list)
    notices: tuple[str, ...] = ()


def of_word(content: bytes, name: str = "文件.docx") -> Lines:
    """The lines and content controls of a docx; text that revisions have deleted is left out.

    Raises:
        BadFile: not a readable docx.
    """
    package = open_package(content, name)
    root = package.xml(package.main_part())
    body = root.find(f"{{{W}}}body")
    if body is None:
        raise BadFile(f"文件“{name}”不是 Word 文档。", todo="请换用 .docx 文件。")
    rows = [cells for block in _blocks(body) for cells in _block_rows(block)]
    places = [
        Place(_property(control, "tag"), _property(control, "alias"), text_of(control)) for control in _controls(root)
    ]
    revised = next(root.iter(f"{{{W}}}ins", f"{{{W}}}del"), None) is not None
    return Lines(rows, places, ("文件里有修订痕迹，按接受修订后的内容读取。",) if revised else ())


def of_excel(content: bytes, name: str = "文件.xlsx") -> Lines:
    """The rows of an xlsx or xls, and the cells that defined names point to.

    Raises:
        BadFile: not a readable workbook.
    """
    from desktop.documents.workbooks import read_xls, read_xlsx

    read = read_xlsx if content[:2] == b"PK" else read_xls
    sheets = [sheet for sheet in read(content, name) if not sheet.hidden]
    rows = [
        [sheet.at(row, column).text for column in range(sheet.width)]
        for sheet in sheets
        for row in range(len(sheet.rows))
    ]
    by_name = {sheet.name: sheet for sheet in sheets}
    places = []
    if content[:2] == b"PK":
        for tag, (sheet_name, row, column) in _names(content, name).items():
            sheet = by_name.get(sheet_name)
            if sheet is not None:
                places.append(Place(tag, "", sheet.at(row, column).text))
    return Lines(rows, places)


def _names(content: bytes, name: str) -> dict[str, tuple[str, int, int]]:
    """Tag → sheet, row and column, both counted from 0 (an Area counts from 1)."""
    from desktop.documents.sheet import Book

    book = Book(open_package(content, name))
    return {
        tag: (sheet.name, area.top - 1, area.left - 1)
        for sheet in book.sheets.values()
        for tag, area in sheet.places.items()
    }


def _blocks(body: _Element) -> Iterator[_Element]:
    for child in body:
        if child.tag == f"{{{W}}}sdt":
            inner = child.find(f"{{{W}}}sdtContent")
            if inner is not None:
                yield from _blocks(inner)
        elif child.tag in (f"{{{W}}}p", f"{{{W}}}tbl"):
            yield child


def _block_rows(block: _Element) -> Iterator[list[str]]:
    if block.tag == f"{{{W}}}p":
        yield [text_of(block)]
        return
    for row in block.iter(f"{{{W}}}tr"):
        if next(row.iterancestors(f"{{{W}}}tbl"), None) is block:
            cells = [cell for cell in row.iter(f"{{{W}}}tc") if next(cell.iterancestors(f"{{{W}}}tr"), None) is row]
            yield [text_of(cell) for cell in cells]


def _controls(root: _Element) -> Iterator[_Element]:
    for control in root.iter(f"{{{W}}}sdt"):
        if _property(control, "tag") or _property(control, "alias"):
            yield control


def _property(control: _Element, name: str) -> str:
    found = control.find(f"{{{W}}}sdtPr/{{{W}}}{name}")
    return "" if found is None else found.get(f"{{{W}}}val", "")


def text_of(element: _Element) -> str:
    """The text of an element, its paragraphs as lines; what revisions have deleted is left out."""
    out: list[str] = []
    begun = False
    for node in element.iter(_PARAGRAPH, _T, *_BREAKS):
        tag = node.tag
        if tag == _T:
            out.append(node.text or "")
        elif tag == _PARAGRAPH:
            if begun:
                out.append("\n")
            begun = True
        elif node.get(_TYPE) != "page" and node.getparent().tag != _TABS:  # type: ignore[union-attr]
            out.append(_BREAKS[str(tag)])
    return "".join(out)
