"""The tables of a Word document as sheets of cells: a notice often carries its list as a table of the annex.

Format: ECMA-376 part 1 section 17.4 (tables: gridSpan, vMerge).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.documents.cells import EMPTY, Area, Cell, CellKind, Sheet, trimmed
from desktop.documents.package import open_package
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_WIDEST = 500  # columns one cell may claim to span


def read_docx(content: bytes, name: str) -> list[Sheet]:
    """Every table of a .docx, called by the last line of text before it.

    Raises:
        BadFile: damaged, encrypted, a zip bomb, or without any table.
    """
    package = open_package(content, name)
    root = package.xml(package.main_part())
    w = _STRICT if root.tag.startswith(_STRICT) else _W
    sheets: list[Sheet] = []
    title = ""
    for element in root.iter(f"{w}p", f"{w}tbl"):
        if any(True for _ in element.iterancestors(f"{w}tbl")):
            continue
        if element.tag == f"{w}tbl":
            sheets.append(_sheet(element, title[:40] or f"表格 {len(sheets) + 1}", w))
            title = ""
        else:
            title = _paragraph(element, w).strip() or title
    if not sheets:
        raise BadFile(f"文件“{name}”里没有表格。", todo="请选择带有名单表格的文件，或复制名单文字后用“粘贴”导入。")
    return sheets


def _sheet(table: _Element, title: str, w: str) -> Sheet:
    rows: list[list[Cell]] = []
    merges: list[Area] = []
    open_down: dict[int, tuple[int, int, int]] = {}  # first column -> (top row, last column, last row)
    for number, row in enumerate(table.iterchildren(f"{w}tr")):
        cells: list[Cell] = [EMPTY] * _count(row.find(f"{w}trPr/{w}gridBefore"), w, 0)
        for cell in row.iter(f"{w}tc"):
            if cell.getparent() is not row and _row_of(cell, w) is not row:
                continue
            left, span = len(cells), _count(cell.find(f"{w}tcPr/{w}gridSpan"), w, 1)
            down = cell.find(f"{w}tcPr/{w}vMerge")
            text = "\n".join(_paragraph(paragraph, w) for paragraph in cell.iter(f"{w}p")).strip("\n")
            if down is not None and down.get(f"{w}val") != "restart" and left in open_down:
                top, right, _ = open_down[left]
                open_down[left] = (top, right, number)
                text = ""
            else:
                _close(open_down, left, merges)
                if down is not None or span > 1:
                    open_down[left] = (number, left + span - 1, number)
            cells += [Cell(text, CellKind.TEXT) if text.strip() else EMPTY] + [EMPTY] * (span - 1)
        rows.append(cells)
    for left in list(open_down):
        _close(open_down, left, merges)
    return Sheet(title, trimmed(rows), merges)


def _close(open_down: dict[int, tuple[int, int, int]], left: int, merges: list[Area]) -> None:
    if left in open_down:
        top, right, bottom = open_down.pop(left)
        if bottom > top or right > left:
            merges.append(Area(top, left, bottom, right))


def _row_of(cell: _Element, w: str) -> _Element | None:
    return next(cell.iterancestors(f"{w}tr"), None)


def _count(element: _Element | None, w: str, otherwise: int) -> int:
    text = element.get(f"{w}val", "") if element is not None else ""
    return min(max(int(text), otherwise), _WIDEST) if text.isascii() and text.isdigit() else otherwise


def _paragraph(paragraph: _Element, w: str) -> str:
    parts = []
    for element in paragraph.iter(f"{w}t", f"{w}tab", f"{w}br", f"{w}cr"):
        if element.tag == f"{w}t":
            parts.append(element.text or "")
        elif element.getparent() is not None and element.getparent().tag == f"{w}r":  # type: ignore[union-attr]
            parts.append(" " if element.tag == f"{w}tab" else "\n")
    return "".join(parts)
