"""One Excel template as trees: its sheets, names, cells, merges and column widths."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from desktop.documents.areas import Area, area, letters
from desktop.documents.package import Package, amount, whole
from desktop.documents.places import tag_of
from desktop.errors import BadFile, BadForm

if TYPE_CHECKING:
    from lxml.etree import _Element

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")
DIGIT_PIXELS = 7  # width of "0" in the default font, the unit of column widths (18.3.1.13)
POINTS_PER_PIXEL = 0.75


class Font(NamedTuple):
    """A cell's font; `size` in points."""

    name: str
    size: float
    bold: bool

    def scaled(self, factor: float) -> bytes:
        """The run properties of the same font at another size (18.4.7)."""
        bold = "<b/>" if self.bold else ""
        name = self.name.replace("&", "&amp;").replace('"', "&quot;")
        return f'<rPr>{bold}<sz val="{self.size * factor:.1f}"/><rFont val="{name}"/></rPr>'.encode()


_PLAIN = Font("宋体", 11.0, False)


class Sheet:
    """One worksheet: its tree, and the tags whose cells lie on it."""

    def __init__(self, name: str, part: str, root: _Element) -> None:
        self.name = name
        self.part = part
        self.root = root
        self.places: dict[str, Area] = {}
        self._rows: dict[int, _Element] = {}  # those found before; growth gives rows other numbers
        self.merges = [found for m in root.iter(f"{M}mergeCell") if (found := area(str(m.get("ref", ""))))]
        shape = root.find(f"{M}sheetFormatPr")
        self.default_height = amount(shape, "defaultRowHeight", 15.0)
        self.default_width = amount(shape, "defaultColWidth", 9.0)
        self.widths: dict[int, float] = {}
        for column in root.iter(f"{M}col"):
            for at in range(whole(column, "min", 1), min(whole(column, "max", 1), 300) + 1):
                self.widths[at] = max(amount(column, "width", self.default_width), 0.1)

    @property
    def merges(self) -> list[Area]:
        """The merged blocks, in the order of the file."""
        return self._merges

    @merges.setter
    def merges(self, merges: list[Area]) -> None:
        self._merges = merges
        self._merged = {(merge.left, merge.top): merge for merge in reversed(merges)}

    @property
    def data(self) -> _Element:
        """The element that holds the rows."""
        found = self.root.find(f"{M}sheetData")
        if found is None:
            raise BadFile(f"工作表“{self.name}”没有内容。", todo="请在 Excel 中打开并另存一次。")
        return found

    def row(self, number: int) -> _Element:
        """The row of that number, made when the file leaves it out."""
        known = self._rows.get(number)
        if known is None or known.get("r") != str(number) or known.getparent() is None:
            known = self._rows[number] = self._found_row(number)
        return known

    def _found_row(self, number: int) -> _Element:
        data = self.data
        for row in data:
            at = whole(row, "r", 0)
            if at == number:
                return row
            if at > number:
                new = data.makeelement(f"{M}row", {"r": str(number)})
                row.addprevious(new)
                return new
        new = data.makeelement(f"{M}row", {"r": str(number)})
        data.append(new)
        return new

    def cell(self, column: int, number: int) -> _Element:
        """The cell at that place, made when the file leaves it out."""
        row = self.row(number)
        for cell in row:
            at = area(str(cell.get("r", "")))
            if at is None:
                continue
            if at.left == column:
                return cell
            if at.left > column:
                new = row.makeelement(f"{M}c", {"r": f"{letters(column)}{number}"})
                cell.addprevious(new)
                return new
        new = row.makeelement(f"{M}c", {"r": f"{letters(column)}{number}"})
        row.append(new)
        return new

    def merged(self, column: int, number: int) -> Area:
        """The merged block that begins at a cell, or the cell itself."""
        return self._merged.get((column, number)) or Area(column, number, column, number)

    def width(self, column: int) -> float:
        """Width of a column in points."""
        return self.widths.get(column, self.default_width) * DIGIT_PIXELS * POINTS_PER_PIXEL

    def spread(self, at: Area) -> float:
        """Width in points of the cell at the top left of a block, over all columns it is merged with."""
        block = self.merged(at.left, at.top)
        return sum(self.width(column) for column in range(block.left, block.right + 1))

    def extent(self) -> tuple[int, int, int]:
        """First and last column and last row that hold anything."""
        cells = [found for c in self.root.iter(f"{M}c") if (found := area(str(c.get("r", ""))))]
        cells += [*self.merges, *self.places.values()]
        return min(c.left for c in cells), max(c.right for c in cells), max(c.bottom for c in cells)


class Book:
    """The workbook with its worksheets, shared texts and fonts."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main_part()
        self.root = package.xml(self.part)
        if self.root.tag != f"{M}workbook":
            raise BadFile(f"文件“{package.name}”不是 Excel 工作簿。", todo="请换用 .xlsx 文件。")
        relations = package.relations(self.part)
        self._texts = _shared_texts(package, relations)
        self._fonts = _fonts(package, relations)
        self._named: dict[str, _Element] = {}
        self.sheets: dict[str, Sheet] = {}
        for found in self.root.iter(f"{M}sheet"):
            kind, part = relations.get(str(found.get(R_ID)), ("", ""))
            if kind == "worksheet":
                self.sheets[part] = Sheet(str(found.get("name")), part, package.xml(part))
        self._by_name = {sheet.name: sheet for sheet in self.sheets.values()}
        self._find_places()

    @property
    def places(self) -> list[str]:
        """All tags, in the order of the workbook's names."""
        return [tag for sheet in self.sheets.values() for tag in sheet.places]

    def text(self, cell: _Element) -> str:
        """The text of a cell as the template shows it."""
        value = cell.find(f"{M}v")
        if cell.get("t") == "s" and value is not None:
            at = int(value.text) if value.text and value.text.isdecimal() else -1
            if not 0 <= at < len(self._texts):
                raise BadFile(f"文件“{self.package.name}”的共享文字已损坏。", todo="请在 Excel 中打开并另存一次。")
            return self._texts[at]
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(f"{M}t"))
        return "" if value is None else value.text or ""

    def font(self, style: str) -> Font:
        """The font of a cell style."""
        at = int(style) if style.isdecimal() else 0
        return self._fonts[at] if at < len(self._fonts) else _PLAIN

    def names(self) -> list[_Element]:
        """The elements of all defined names."""
        return list(self.root.iter(f"{M}definedName"))

    def located(self, name: _Element) -> tuple[Sheet, Area] | None:
        """The sheet and cells that a defined name points to, None when it is no plain reference."""
        match = _REFERENCE.fullmatch(name.text or "")
        if match is None:
            return None
        sheet = self._by_name.get((match[1] or match[2]).replace("''", "'"))
        where = area(match[3])
        return (sheet, where) if sheet is not None and where is not None else None

    def add_name(self, like: str, tag: str, sheet: Sheet, at: Area) -> None:
        """Define one more name after the one called `like`, pointing to one cell."""
        source = self._named.get(like)
        if source is None or source.get("name") != like:
            self._named = {str(name.get("name")): name for name in reversed(self.names())}
            source = self._named[like]
        new = deepcopy(source)
        new.set("name", tag)
        quoted = sheet.name.replace("'", "''")
        new.text = f"'{quoted}'!${letters(at.left)}${at.top}"
        source.addnext(new)
        self._named[tag] = new
        sheet.places[tag] = at

    def written(self) -> bytes:
        """The workbook part as bytes."""
        from lxml import etree

        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _find_places(self) -> None:
        for name in self.names():
            tag = str(name.get("name", ""))
            if tag.startswith("_xlnm.") or name.get("hidden") == "1":
                continue
            found = self.located(name)
            if found is None:
                raise BadForm(f"模板“{self.package.name}”里名称“{tag}”没有指向单元格。", todo="请在名称管理器中改正。")
            sheet, where = found
            block = sheet.merged(where.left, where.top)
            if where not in {block, Area(where.left, where.top, where.left, where.top)}:
                raise BadForm(
                    f"模板“{self.package.name}”里名称“{tag}”指向多个单元格。",
                    where=f"{sheet.name} {where}",
                    todo="一个名称只指向一个（可合并的）单元格。",
                )
            if tag in self.places or tag_of(tag) is None:
                raise BadForm(f"模板“{self.package.name}”里的名称“{tag}”重复或写法不对。", where=sheet.name)
            sheet.places[tag] = Area(where.left, where.top, where.left, where.top)


def _shared_texts(package: Package, relations: dict[str, tuple[str, str]]) -> list[str]:
    part = next((target for kind, target in relations.values() if kind == "sharedStrings"), "")
    if part not in package.members:
        return []
    return [
        "".join(t.text or "" for t in item.iter(f"{M}t") if (up := t.getparent()) is None or up.tag != f"{M}rPh")
        for item in package.xml(part).findall(f"{M}si")
    ]


def _fonts(package: Package, relations: dict[str, tuple[str, str]]) -> list[Font]:
    """The font of every cell style, by its number."""
    part = next((target for kind, target in relations.values() if kind == "styles"), "")
    if part not in package.members:
        return []
    root = package.xml(part)
    fonts = []
    for font in root.findall(f"{M}fonts/{M}font"):
        size, name = font.find(f"{M}sz"), font.find(f"{M}name")
        fonts.append(
            Font(
                _PLAIN.name if name is None else str(name.get("val", "")),
                max(amount(size, "val", _PLAIN.size), 1.0),
                (bold := font.find(f"{M}b")) is not None and bold.get("val", "1") in {"1", "true"},
            )
        )
    used = [whole(style, "fontId", 0) for style in root.findall(f"{M}cellXfs/{M}xf")]
    return [fonts[at] if 0 <= at < len(fonts) else _PLAIN for at in used]
