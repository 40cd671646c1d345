"""The texts behind the tags of a returned file and nothing else of it: what reading many files of one form needs.

Word: the content controls of the document part. Excel: the cells behind the workbook's defined names; anything there
that is more than plain text and numbers is left to `desktop.documents.lines`, which reads the whole file.
Formats: ECMA-376 part 1, 17.5.2 (controls), 18.2.5 (names), 18.3.1.4 (cells).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from desktop.documents.areas import area, letters
from desktop.documents.cells import number_text
from desktop.documents.lines import W, text_of
from desktop.documents.package import open_package
from desktop.documents.places import ANNEX
from desktop.documents.sheetannex import joined
from desktop.documents.sheettexts import SheetTexts

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_C, _T, _V = f"{M}c", f"{M}t", f"{M}v"
REVISED = "文件里有修订痕迹，按接受修订后的内容读取。"
_SDT, _TAG = f"{{{W}}}sdt", f"{{{W}}}tag"
_CONTENT, _P, _PPR, _R, _RPR, _WT = (f"{{{W}}}{name}" for name in ("sdtContent", "p", "pPr", "r", "rPr", "t"))
_VAL = f"{{{W}}}val"
_PLAIN_NUMBERS = frozenset(map(str, [*range(14), 37, 38, 39, 40, 48, 49]))
"""Built-in number formats that show no date (18.8.30)."""
_PLAIN_FORMAT = re.compile("General|@|[#0,.%;() _-]+", re.IGNORECASE)
"""Formats of a file's own that show no date; LibreOffice gives even General a number of its own."""
_KEPT = 16  # workbooks whose names, and style parts whose dates, are remembered
_MOST_CELLS = 400  # of one name: an attached text has a row for every three lines


class Tagged(NamedTuple):
    """Tag → text, and what has to be said about the file."""

    texts: dict[str, str]
    notices: tuple[str, ...] = ()


class WordTags:
    """Reads the tagged texts of docx files."""

    def read(self, content: bytes, name: str) -> Tagged | None:
        """Tag → text of every content control with a tag.

        Raises:
            BadFile: not a readable docx.
        """
        package = open_package(content, name)
        root = package.xml(package.main_part())
        texts: dict[str, str] = {}
        for tag in root.iter(_TAG):
            properties = tag.getparent()
            control = None if properties is None else properties.getparent()
            if control is not None and control.tag == _SDT:
                texts[str(tag.get(_VAL, ""))] = _text(control)
        revised = next(root.iter(f"{{{W}}}ins", f"{{{W}}}del"), None) is not None
        return Tagged(texts, (REVISED,) if revised else ())


def _text(control: _Element) -> str:
    """The text of a control; the usual one, a single run with a single text, is looked at directly."""
    content = control[-1]
    if content.tag == _CONTENT and len(content) == 1:
        inner = content[0]
        if inner.tag == _P and (len(inner) == 1 or (len(inner) == 2 and inner[0].tag == _PPR)):
            inner = inner[-1]
        if inner.tag == _R and (len(inner) == 1 or (len(inner) == 2 and inner[0].tag == _RPR)):
            text = inner[-1]
            if text.tag == _WT:
                return text.text or ""
    return text_of(control)


class Names(NamedTuple):
    """Where the names of a workbook lead: part of a sheet → cell → the names that begin there; ranges in full."""

    sheets: dict[str, dict[str, list[str]]]
    ranges: dict[str, list[str]]
    texts: str
    styles: str


class ExcelTags:
    """Reads the texts of named cells of xlsx files; workbooks and styles already seen are not read again."""

    def __init__(self) -> None:
        self._names: dict[bytes, Names | None] = {}
        self._dates: dict[bytes, frozenset[str]] = {}
        self._sheets = SheetTexts()

    def read(self, content: bytes, name: str) -> Tagged | None:
        """Name → text of the cell it points to; None when the file must be read the long way.

        Raises:
            BadFile: not a readable package.
        """
        if content[:2] != b"PK":
            return None
        package = open_package(content, name)
        known = package.members.get("xl/workbook.xml")
        if known is None:
            return None
        rels = package.members.get("xl/_rels/workbook.xml.rels")
        key = known.packed + (rels.packed if rels is not None else b"")
        if key not in self._names:
            if len(self._names) >= _KEPT:
                self._names.pop(next(iter(self._names)))
            self._names[key] = _names(package)
        names = self._names[key]
        if names is None or any(part not in package.members for part in names.sheets):
            return None
        texts: dict[str, str] = {}
        for part, wanted in names.sheets.items():
            cells = self._plain_cells(package, part, names)
            if cells is None:
                cells = self._tree_cells(package, part, names)
            if cells is None:
                return None
            at = cells.get
            texts.update({tag: at(place, "") for place, tags in wanted.items() for tag in tags})
            for tag, places in names.ranges.items():
                if tag in texts and places[0] in cells and tag.startswith(f"{ANNEX}."):
                    texts[tag] = joined([cells.get(place, "") for place in places])
        return Tagged(texts)

    def _plain_cells(self, package: Package, part: str, names: Names) -> dict[str, str] | None:
        """The named cells of a sheet that holds nothing but plain ones, None for any other."""

        def shared() -> bytes:
            return package.read(names.texts) if names.texts in package.members else b""

        return self._sheets.read(
            package.read(part), names.sheets[part], shared, lambda: self._date_styles(package, names.styles)
        )

    def _tree_cells(self, package: Package, part: str, names: Names) -> dict[str, str] | None:
        """The named cells of a sheet from its tree; None when one needs more than its text."""
        cells: dict[str, str] = {}
        wanted = names.sheets[part]
        shared: list[str] | None = None
        for cell in package.xml(part).iter(_C):
            place = cell.get("r", "")
            if place not in wanted:
                continue
            if shared is None and cell.get("t") == "s":
                shared = _shared(package, names.texts)
            text = self._text(cell, shared or [], package, names.styles)
            if text is None:
                return None
            cells[place] = text
        return cells

    def _text(self, cell: _Element, shared: list[str], package: Package, styles: str) -> str | None:
        """The text of a cell; None for dates, formulas, faults and whatever else needs more than this."""
        inside = len(cell)
        if not inside:
            return ""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            single = inside == 1 and len(cell[0]) == 1 and cell[0][0].tag == _T
            return _plain((cell[0][0].text or "") if single else "".join([t.text or "" for t in cell.iter(_T)]))
        value = cell.find(_V)
        text = "" if value is None else value.text or ""
        if inside != 1 or value is None:
            return None
        if kind == "s":
            at = int(text) if text.isdecimal() else -1
            return _plain(shared[at]) if 0 <= at < len(shared) else None
        if kind == "str":
            return _plain(text)
        if kind != "n" or cell.get("s", "0") in self._date_styles(package, styles):
            return None
        try:
            return number_text(float(text))
        except ValueError:
            return None

    def _date_styles(self, package: Package, part: str) -> frozenset[str]:
        member = package.members.get(part)
        if member is None:
            return frozenset()
        if member.packed not in self._dates:
            if len(self._dates) >= _KEPT:
                self._dates.pop(next(iter(self._dates)))
            root = package.xml(part)
            plain = _PLAIN_NUMBERS | {
                str(made.get("numFmtId"))
                for made in root.iterfind(f"{M}numFmts/{M}numFmt")
                if _PLAIN_FORMAT.fullmatch(str(made.get("formatCode", "")))
            }
            formats = root.find(f"{M}cellXfs")
            self._dates[member.packed] = frozenset(
                str(number)
                for number, style in enumerate(() if formats is None else formats)
                if style.get("numFmtId", "0") not in plain
            )
        return self._dates[member.packed]


def _plain(text: str) -> str | None:
    return None if "_x" in text or "\r" in text else text


def _shared(package: Package, part: str) -> list[str]:
    if part not in package.members:
        return []
    inside = f"{M}rPh"
    return [
        "".join([t.text or "" for t in item.iter(_T) if (up := t.getparent()) is None or up.tag != inside])
        for item in package.xml(part).iterchildren(f"{M}si")
    ]


def _names(package: Package) -> Names | None:
    """Where the names of a workbook lead; None when one leads to a sheet that is hidden or no worksheet."""
    main = package.main_part()
    if main != "xl/workbook.xml":
        return None
    book, relations = package.xml(main), package.relations(main)
    parts: dict[str, str] = {}
    for sheet in book.iter(f"{M}sheet"):
        number = next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
        kind, part = relations.get(number, ("", ""))
        if kind == "worksheet" and sheet.get("state", "visible") == "visible":
            parts[str(sheet.get("name"))] = part
    by_kind: Mapping[str, str] = dict(relations.values())
    made = Names({}, {}, by_kind.get("sharedStrings", ""), by_kind.get("styles", ""))
    for name in book.iter(f"{M}definedName"):
        tag, target = str(name.get("name", "")), re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)", name.text or "")
        where = area(target[3]) if target else None
        if tag.startswith("_xlnm.") or target is None or where is None:
            continue
        sheet_part = parts.get((target[1] or target[2]).replace("''", "'"))
        if sheet_part is None:
            return None
        wanted = made.sheets.setdefault(sheet_part, {})
        wanted.setdefault(f"{letters(where.left)}{where.top}", []).append(tag)
        if tag.startswith(f"{ANNEX}.") and 0 < where.bottom - where.top < _MOST_CELLS:
            made.ranges[tag] = [f"{letters(where.left)}{row}" for row in range(where.top, where.bottom + 1)]
            for place in made.ranges[tag][1:]:
                wanted.setdefault(place, [])
    return made
