"""The attached sheet of an Excel form: rows below the table that print on a page of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from desktop.documents.areas import Area, area, letters
from desktop.documents.package import Package, parse
from desktop.documents.places import Entry, wrapped_lines
from desktop.documents.sheet import Font, M

if TYPE_CHECKING:
    from lxml.etree import _Element

TITLE, HEADING, TEXT = Font("黑体", 16.0, False), Font("黑体", 12.0, False), Font("仿宋", 12.0, False)
PITCH = 18.5  # points from line to line
INDENT = "　　"  # begins each line of the text; a row without it carries on the row above
CHUNK = 8  # lines in one row, so that pages fill well and no row comes near the format's limit of 409 points
_AFTER_BREAKS = ["colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"]
_AFTER_BREAKS += ["legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems"]
_AFTER_BREAKS += ["tableParts", "extLst"]


class Annex(NamedTuple):
    """Where the attached rows go: on this sheet, after this row, across these columns, so wide (points)."""

    part: str
    workbook: str  # the part of the workbook
    name: str  # of the sheet
    after: int
    left: int
    right: int
    width: float


def attach(
    changed: dict[str, bytes], package: Package, annex: Annex, long: list[tuple[str, Entry]], title: str
) -> None:
    """Add the texts that did not fit below the table, after a page break, each with a name `annex.<tag>`."""
    sheet = parse(changed[annex.part], package.name, annex.part)
    book = package.xml(annex.workbook)
    data = sheet.find(f"{M}sheetData")
    assert data is not None
    rows = _Rows(data, annex, _style(changed, package))
    rows.add(f"《{title}》附页" if title else "附页", TITLE)
    for number, (tag, entry) in enumerate(long, 1):
        rows.add(f"{number}．{entry.label}", HEADING)
        first = rows.at
        for piece in chunks(entry.annex, (annex.width - 4.0) / TEXT.size):
            rows.add(piece, TEXT)
        _name(book, annex, tag, range(first, rows.at))
    _merge(sheet, data, rows.merges)
    _break(sheet, annex.after)
    setup = sheet.find(f"{M}pageSetup")
    if setup is not None:
        setup.set("fitToHeight", "0")  # as many pages as it takes: one page would shrink the form itself
    _print_area(book, annex, rows.at - 1)
    changed[annex.part], changed[annex.workbook] = _bytes(sheet), _bytes(book)


def chunks(text: str, width: float) -> list[str]:
    """A text cut into the texts of rows: each line begins with INDENT, a long one is cut at its punctuation."""
    made = []
    for line in text.split("\n"):
        rest = INDENT + line
        while wrapped_lines(rest, width) > CHUNK:
            most = int(width * (CHUNK - 1))
            cut = max((rest.rfind(mark, most // 2, most) for mark in "。；！？，、 "), default=-1)
            cut = cut + 1 if cut > 0 else most
            made.append(rest[:cut])
            rest = rest[cut:]
        made.append(rest)
    return made


def joined(rows: list[str]) -> str:
    """The text that `chunks` cut."""
    text = "".join("\n" + row.removeprefix(INDENT) if row.startswith(INDENT) else row for row in rows)
    return text.removeprefix("\n")


class _Rows:
    """Writes one text a row, each merged over the width of the form; `at` is the next free row."""

    def __init__(self, data: _Element, annex: Annex, style: str) -> None:
        self.data = data
        self.annex = annex
        self.style = style
        self.at = annex.after + 1
        self.merges: list[Area] = []

    def add(self, text: str, font: Font) -> None:
        """Write one text in a row as high as its lines."""
        from lxml import etree

        lines = wrapped_lines(text, (self.annex.width - 4.0) / font.size)
        row = etree.SubElement(self.data, f"{M}row", {"r": str(self.at), "customHeight": "1"})
        row.set("ht", f"{PITCH * max(1.0, font.size / 12) * lines:g}")
        where = {"r": f"{letters(self.annex.left)}{self.at}", "s": self.style, "t": "inlineStr"}
        cell = etree.SubElement(row, f"{M}c", where)
        run = etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}r")
        run.append(etree.fromstring(font.scaled(1.0).replace(b"<rPr>", f'<rPr xmlns="{M[1:-1]}">'.encode())))
        value = etree.SubElement(run, f"{M}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        value.text = text
        self.merges.append(Area(self.annex.left, self.at, self.annex.right, self.at))
        self.at += 1


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


def _name(book: _Element, annex: Annex, tag: str, rows: range) -> None:
    names = book.find(f"{M}definedNames")
    assert names is not None
    name = names.makeelement(f"{M}definedName", {"name": f"annex.{tag}"})
    quoted = annex.name.replace("'", "''")
    column = letters(annex.left)
    name.text = f"'{quoted}'!${column}${rows.start}:${column}${rows.stop - 1}"
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
