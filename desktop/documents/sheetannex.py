"""The attached sheet of an Excel form: rows below the table that print on a page of their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from desktop.documents.areas import Area, area, letters
from desktop.documents.package import Package, parse
from desktop.documents.places import Entry, wrapped_lines
from desktop.documents.sheet import Font, M

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.excel import Annex, Shape

TITLE, HEADING, TEXT = Font("黑体", 16.0, False), Font("黑体", 12.0, False), Font("仿宋", 12.0, False)
PITCH = 20.0  # points from line to line; one sheet row a line, so that a page never ends inside a line
_AFTER_BREAKS = ["colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"]
_AFTER_BREAKS += ["legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems"]
_AFTER_BREAKS += ["tableParts", "extLst"]


def attach(
    changed: dict[str, bytes], shape: Shape, long: list[tuple[str, Entry]], title: str, package: Package
) -> None:
    """Add the texts that did not fit below the table, after a page break, each with a name `annex.<tag>`."""
    annex = shape.annex
    sheet = parse(changed[shape.sheet], package.name, shape.sheet)
    book = parse(changed.get(shape.workbook) or package.read(shape.workbook), package.name, shape.workbook)
    data = sheet.find(f"{M}sheetData")
    assert data is not None
    rows = _Rows(data, annex, _style(changed, package))
    rows.add(f"《{title}》附页" if title else "附页", TITLE)
    for number, (tag, entry) in enumerate(long, 1):
        rows.add(f"{number}．{entry.label}", HEADING)
        _name(book, annex, tag, rows.at)
        lines = wrapped_lines(entry.annex, (annex.width - 4.0) / TEXT.size)
        rows.add(entry.annex, TEXT, math.ceil(lines * 1.02))
    _merge(sheet, data, rows.merges)
    _break(sheet, annex.after)
    _print_area(book, annex, rows.at - 1)
    changed[shape.sheet], changed[shape.workbook] = _bytes(sheet), _bytes(book)


class _Rows:
    """Writes one text after the other, each merged over the width of the form; `at` is the next free row."""

    def __init__(self, data: _Element, annex: Annex, style: str) -> None:
        self.data = data
        self.annex = annex
        self.style = style
        self.at = annex.after + 1
        self.merges: list[Area] = []

    def add(self, text: str, font: Font, lines: int = 1) -> None:
        """Write one text over as many rows as it has lines."""
        from lxml import etree

        for at in range(self.at, self.at + lines):
            row = etree.SubElement(self.data, f"{M}row", {"r": str(at), "customHeight": "1"})
            row.set("ht", f"{PITCH * max(1.0, font.size / 12):g}")
            cell = etree.SubElement(row, f"{M}c", {"r": f"{letters(self.annex.left)}{at}", "s": self.style})
            if at == self.at:
                cell.set("t", "inlineStr")
                run = etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}r")
                run.append(etree.fromstring(font.scaled(1.0).replace(b"<rPr>", f'<rPr xmlns="{M[1:-1]}">'.encode())))
                value = etree.SubElement(run, f"{M}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
                value.text = text
        self.merges.append(Area(self.annex.left, self.at, self.annex.right, self.at + lines - 1))
        self.at += lines


def _style(changed: dict[str, bytes], package: Package) -> str:
    """The number of a cell style, added for the attached text, that wraps and has no border."""
    relations = package.relations(package.main_part())
    part = next((target for kind, target in relations.values() if kind == "styles"), "")
    root = package.xml(part)
    styles = root.find(f"{M}cellXfs")
    if styles is None:
        return "0"
    style = {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0", "applyAlignment": "1"}
    new = styles.makeelement(f"{M}xf", style)
    new.append(new.makeelement(f"{M}alignment", {"horizontal": "left", "vertical": "top", "wrapText": "1"}))
    styles.append(new)
    styles.set("count", str(len(styles)))
    changed[part] = _bytes(root)
    return str(len(styles) - 1)


def _merge(sheet: _Element, data: _Element, merges: list[Area]) -> None:
    holder = sheet.find(f"{M}mergeCells")
    if holder is None:
        holder = sheet.makeelement(f"{M}mergeCells", {})
        data.addnext(holder)
    holder.extend([holder.makeelement(f"{M}mergeCell", {"ref": str(merge)}) for merge in merges])
    holder.set("count", str(len(holder)))


def _break(sheet: _Element, after: int) -> None:
    from lxml import etree

    breaks = sheet.find(f"{M}rowBreaks")
    if breaks is None:
        breaks = sheet.makeelement(f"{M}rowBreaks", {})
        later = next((child for child in sheet if etree.QName(child).localname in _AFTER_BREAKS), None)
        if later is None:
            sheet.append(breaks)
        else:
            later.addprevious(breaks)
    breaks.append(breaks.makeelement(f"{M}brk", {"id": str(after), "max": "16383", "man": "1"}))
    breaks.set("count", str(len(breaks)))
    breaks.set("manualBreakCount", str(len(breaks)))


def _name(book: _Element, annex: Annex, tag: str, row: int) -> None:
    names = book.find(f"{M}definedNames")
    assert names is not None
    name = names.makeelement(f"{M}definedName", {"name": f"annex.{tag}"})
    quoted = annex.name.replace("'", "''")
    name.text = f"'{quoted}'!${letters(annex.left)}${row}"
    names.append(name)


def _print_area(book: _Element, annex: Annex, bottom: int) -> None:
    for name in book.iter(f"{M}definedName"):
        sheet, _, reference = (name.text or "").rpartition("!")
        at = area(reference)
        if name.get("name") == "_xlnm.Print_Area" and at and sheet.strip("'").replace("''", "'") == annex.name:
            name.text = f"{sheet}!${letters(at.left)}${at.top}:${letters(at.right)}${max(at.bottom, bottom)}"


def _bytes(root: _Element) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
