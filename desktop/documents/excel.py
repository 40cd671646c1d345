"""Filling an Excel template: cells behind defined names get their values, everything else is copied byte for byte.

A place is a defined name, the field key, that points to one cell (or to the range it is merged into). A cell may hold
label and values together: `分管领导：{leader}` with a defined name for each key in braces. See
`desktop.documents.places` for the tags of groups. Format: ECMA-376 part 1, 18.2.5 (names), 18.3.1 (sheets).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.documents.areas import Area, area, letters
from desktop.documents.package import Package, amount
from desktop.documents.places import Entry, Growth, Tag, drawn, fitted, lacking, repeats, tag_of, wrapped_lines
from desktop.documents.sheetannex import Annex, attach
from desktop.documents.sheetfit import SheetFit, sheet_fit
from desktop.errors import BadFile, BadForm

if TYPE_CHECKING:
    from desktop.documents.sheet import Book, Font, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MARK = re.compile(rb"<\?place (\d+)\?>|\"row (\d+)\"|(?<=fitToHeight=)\"pages\"")
_WORD = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_SHAPES_KEPT = 16
LINE = 1.45  # line pitch in font sizes: the roomiest of the fonts in use (Noto), so that no font is cut
ROW_HIGHEST = 409.0  # points, the limit of the format
PADDING = 3.0  # points of air above and below the lines of a row
_NOTHING = Entry("")
_TEXT = b'<t xml:space="preserve">'
_OPEN, _CLOSE = b' t="inlineStr"><is>' + _TEXT, b"</t></is></c>"


@dataclass(frozen=True, slots=True)
class CellSlot:
    """One cell that holds places: its reference and style, its text as the template shows it, and what fits in it."""

    tags: tuple[str, ...]
    head: bytes  # `<c r="B5" s="3"` without the closing bracket
    empty: bytes
    pattern: str  # empty when the cell is nothing but its one place
    font: Font
    width: float  # points between the borders
    rows: int  # rows the cell is merged over
    narrowed: float  # width as a part of the width in the template


@dataclass(frozen=True, slots=True)
class RowSlot:
    """One row: its number, its height in the template and the heads of the cells that may need more."""

    number: int
    height: float
    cells: tuple[bytes, ...]


@dataclass(slots=True)
class Part:
    """One worksheet cut at its places: its pieces in order, and which of them are written anew for every filling."""

    pieces: list[bytes]
    cells: list[tuple[int, CellSlot]]
    rows: list[tuple[int, RowSlot]]
    fit: SheetFit | None
    fit_at: int = -1

    def filled(self, entries: Mapping[str, Entry], moved: dict[str, Entry]) -> bytes:
        """The worksheet with the entries in it, every cell measured once, for itself and for its row.

        `moved` gets what goes to the attached sheet because it needs a row higher than the format allows.
        """
        out = self.pieces.copy()
        needs: dict[bytes, float] = {}
        for at, cell in self.cells:
            out[at], need = _rendered(cell, entries)
            if need > ROW_HIGHEST and not cell.pattern:
                tag = cell.tags[0]
                annexed = 1 + sum(1 for entry in {**entries, **moved}.values() if entry.annex)
                moved[tag] = entries[tag]._replace(text=f"见附页第 {annexed} 项", annex=entries[tag].text)
                out[at], need = _rendered(cell, moved)
            if need:
                needs[cell.head] = need
        heights: dict[int, float] = {}
        for at, row in self.rows:
            high = max([row.height, *[needs[head] for head in row.cells if head in needs]])
            heights[row.number] = min(high, ROW_HIGHEST)
            out[at] = b'"%g"' % heights[row.number]
        if self.fit is not None:
            out[self.fit_at] = b'"%d"' % self.fit.pages(heights)
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class Shape:
    """A template with its groups grown to one size.

    `package` holds what growing changed, `parts` what values change, `annex` where attached rows go.
    """

    package: Package
    parts: dict[str, Part]
    annex: Annex


@dataclass
class ExcelTemplate:
    """An xlsx template opened, checked and ready to be filled many times."""

    package: Package
    growths: Mapping[str, Growth]
    places: dict[str, str] = field(init=False)
    repeats: dict[str, str] = field(init=False)
    drawn: dict[str, int] = field(init=False)
    _widths: dict[str, float] = field(init=False)
    _shapes: dict[tuple[tuple[str, int], ...], Shape] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        book = self._book()
        self.places = dict.fromkeys(book.places, "")
        self.repeats = repeats(self.places)
        self.drawn = drawn(self.places)
        self._widths = {tag: s.spread(at) for s in book.sheets.values() for tag, at in s.places.items()}
        self._shape({})  # compiled now, so that a fault of the template is said when it is loaded

    def filled(self, entries: Mapping[str, Entry], counts: Mapping[str, int], title: str = "") -> bytes:
        """The xlsx with the entries in their cells; see `desktop.documents.word.WordTemplate.filled`."""
        shape = self._shape(counts)
        moved: dict[str, Entry] = {}
        changed = {name: part.filled(entries, moved) for name, part in shape.parts.items()}
        if moved:
            entries = {**entries, **moved}
        long = [(tag, entry) for tag, entry in entries.items() if entry.annex]
        if long:
            attach(changed, shape.package, shape.annex, long, title)
        return shape.package.written(changed)

    def _book(self) -> Book:
        from desktop.documents.sheet import Book

        book = Book(self.package)
        for name in book.places:
            if tag_of(name) is None:
                raise BadForm(f"模板“{self.package.name}”里的名称“{name}”写法不对。", todo="请在名称管理器中改正。")
        for sheet in book.sheets.values():
            if next(sheet.root.iter(f"{{{MAIN}}}f"), None) is not None:
                raise BadForm(
                    f"模板“{self.package.name}”里有公式，不能使用。",
                    where=sheet.name,
                    todo="合计请在 form.toml 用 equals 写明，由程序计算。",
                )
        return book

    def _shape(self, counts: Mapping[str, int]) -> Shape:
        extra = lacking(self.drawn, counts)
        key = tuple(sorted(extra.items()))
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= _SHAPES_KEPT:
                self._shapes.pop(next(iter(self._shapes)), None)  # the worker may fill the same form
            found = self._shapes[key] = self._compiled(extra)
        return found

    def _width_before(self, text: str) -> float:
        """Width in the template, in points, of the place with this tag or of the drawn one it was cloned from."""
        tag = tag_of(text)
        assert tag is not None
        last = str(Tag(tag.key, self.drawn.get(tag.key, 1), tag.member)) if tag.member else text
        return self._widths.get(text) or self._widths.get(last, 0.0)

    def _compiled(self, extra: Mapping[str, int]) -> Shape:
        book = self._book()
        for group, more in extra.items():
            from desktop.documents.sheetgrowth import grow

            grow(book, group, more, self.growths[group])
        parts: dict[str, Part] = {}
        for part, sheet in book.sheets.items():
            if sheet.places:
                parts[part] = _part(sheet, book, self._width_before)
        package = self.package.replaced({book.part: book.written()}) if extra else self.package
        first = next((sheet for sheet in book.sheets.values() if sheet.places), None)
        if first is None:
            raise BadFile(f"模板“{self.package.name}”里没有可填的名称。", todo="请在名称管理器中定义字段名。")
        left, right, bottom = first.extent()
        width = sum(first.width(column) for column in range(left, right + 1))
        return Shape(package, parts, Annex(first.part, book.part, first.name, bottom, left, right, width))


def _part(sheet: Sheet, book: Book, before: Callable[[str], float]) -> Part:
    """The sheet's bytes cut at its places and at the heights of their rows."""
    from lxml import etree

    slots: list[CellSlot | RowSlot] = []
    by_cell: dict[Area, list[str]] = {}
    for tag, at in sheet.places.items():
        by_cell.setdefault(Area(at.left, at.top, at.left, at.top), []).append(tag)
    rows: dict[int, list[CellSlot]] = {}
    for at, tags in by_cell.items():
        cell = sheet.cell(at.left, at.top)
        slot = _cell_slot(sheet, book, at, tags, before(tags[0]))
        mark = etree.ProcessingInstruction("place", str(len(slots)))
        slots.append(slot)
        row = cell.getparent()
        assert row is not None
        row.replace(cell, mark)
        rows.setdefault(at.top, []).append(slot)
    for top, cells in rows.items():
        row = sheet.row(top)
        height = amount(row, "ht", sheet.default_height)
        row.set("ht", f"row {len(slots)}")
        row.set("customHeight", "1")
        printed = max((_needed(c, c.pattern, 1.0) for c in _fixed_cells(sheet, book, top) if c.rows == 1), default=0.0)
        slots.append(RowSlot(top, max(height, printed), tuple(cell.head for cell in cells if cell.rows == 1)))
    fit = sheet_fit(sheet, book, set(rows))
    setup = sheet.root.find(f"{{{MAIN}}}pageSetup")
    if fit is not None and setup is not None:
        setup.set("fitToHeight", "pages")
    content = etree.tostring(sheet.root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part([], [], [], fit)
    at_byte = 0
    for match in _MARK.finditer(content):
        part.pieces.append(content[at_byte : match.start()])
        piece = slots[int(match[1] or match[2])] if match[1] or match[2] else None
        if piece is None:
            part.fit_at = len(part.pieces)
        elif isinstance(piece, CellSlot):
            part.cells.append((len(part.pieces), piece))
        else:
            part.rows.append((len(part.pieces), piece))
        part.pieces.append(b"")
        at_byte = match.end()
    part.pieces.append(content[at_byte:])
    return part


def _cell_slot(sheet: Sheet, book: Book, at: Area, tags: list[str], before: float) -> CellSlot:
    cell = sheet.cell(at.left, at.top)
    style = cell.get("s", "")
    head = f'<c r="{letters(at.left)}{at.top}"' + (f' s="{style}"' if style else "")
    shown = book.text(cell)
    named = set(_WORD.findall(shown))
    if named and named != set(tags):
        raise BadForm(
            f"模板“{book.package.name}”单元格文字里的 {{…}} 与名称不一致。",
            where=f"{sheet.name} {letters(at.left)}{at.top}",
            todo="每个 {字段名} 都要有同名的名称指向该单元格。",
        )
    if len(tags) > 1 and not named:
        raise BadForm(f"两个名称 {'、'.join(tags)} 指向同一单元格。", where=f"{book.package.name} {sheet.name}")
    whole = sheet.merged(at.left, at.top)
    return CellSlot(
        tags=tuple(tags),
        head=head.encode(),
        empty=_written(head.encode(), shown),
        pattern=shown if named else "",
        font=book.font(style),
        width=sheet.spread(at) - 4.0,
        rows=whole.bottom - whole.top + 1,
        narrowed=sheet.spread(at) / before if before else 1.0,
    )


def _fixed_cells(sheet: Sheet, book: Book, top: int) -> list[CellSlot]:
    """The cells of a row with printed text; they too may wrap when grown columns leave them less width."""
    found = []
    for cell in sheet.row(top).findall(f"{{{MAIN}}}c"):
        shown, at = book.text(cell), area(str(cell.get("r", "")))
        if shown and at is not None:
            whole = sheet.merged(at.left, at.top)
            font = book.font(str(cell.get("s", "")))
            rows = whole.bottom - whole.top + 1
            found.append(CellSlot((), b"", b"", shown, font, sheet.spread(whole) - 4.0, rows, 1.0))
    return found


def _rendered(slot: CellSlot, entries: Mapping[str, Entry]) -> tuple[bytes, float]:
    """The bytes of a cell, and the points of height that it needs; 0 when its text stays on one line."""
    if slot.pattern:
        text = _WORD.sub(lambda match: (found := entries.get(match[1], _NOTHING)).text or found.blank, slot.pattern)
    else:
        entry = entries.get(slot.tags[0])
        if entry is None or not entry.text:
            return slot.empty, 0.0
        text = entry.text
        if entry.number is not None:
            return slot.head + b"><v>%.15g</v></c>" % entry.number, _needed(slot, text, _factor(slot, entries))
    factor = _factor(slot, entries)
    return _written(slot.head, text, slot.font.scaled(factor) if factor < 1 else b""), _needed(slot, text, factor)


def _factor(slot: CellSlot, entries: Mapping[str, Entry]) -> float:
    """The factor on the font size that makes every text of a cell fit."""
    factor = 1.0
    for tag in slot.tags:
        entry = entries.get(tag)
        if entry is not None and entry.longest and len(entry.text) > entry.longest * slot.narrowed:
            factor = min(factor, fitted(entry, slot.font.size, slot.narrowed))
    return factor


def _needed(slot: CellSlot, text: str, factor: float) -> float:
    """Points of height that the wrapped text of a cell needs; 0 when it stays on one line."""
    size = slot.font.size
    if len(text) * size <= slot.width and "\n" not in text:
        return 0.0
    size *= factor
    lines = wrapped_lines(text, slot.width / size)
    return lines * size * LINE + PADDING if lines > 1 else 0.0


def _written(head: bytes, text: str, font: bytes = b"") -> bytes:
    """A cell with text; `font` are the run properties of a text that is printed smaller than its cell's style."""
    if not text:
        return head + b"/>"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
    if font:
        return b"".join((head, b' t="inlineStr"><is><r>', font, _TEXT, escaped, b"</t></r></is></c>"))
    return head + _OPEN + escaped + _CLOSE
