"""Growing the rows and columns of a repeating group on an Excel sheet."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from desktop.documents.areas import Area, area, letters, moved
from desktop.documents.package import whole
from desktop.documents.places import Growth, Tag, giving, instances, share, tag_of
from desktop.documents.sheet import DIGIT_PIXELS, POINTS_PER_PIXEL, Book, M, Sheet
from desktop.errors import BadForm

if TYPE_CHECKING:
    from lxml.etree import _Element

POINTS_PER_MM = 72 / 25.4


def grow(book: Book, group: str, extra: int, growth: Growth) -> None:
    """Repeat the last drawn row or column of a group `extra` times, with new names and the sheet's width kept.

    Raises:
        BadForm: the group's places do not stand on one sheet, or not side by side in one row or column block.
    """
    last = instances(book.places, group)
    for sheet in book.sheets.values():
        tags = [t for t in map(tag_of, sheet.places) if t and t.member and (t.key, t.number) == (group, last)]
        if tags:
            break
    else:
        raise BadForm(f"模板“{book.package.name}”里没有重复栏 {group}。", todo="请补上它的名称。")
    column = growth.direction == "column"
    areas = {tag: sheet.merged(*sheet.places[str(tag)][:2]) for tag in tags}
    spans = [at.along(column) for at in areas.values()]
    block = range(min(first for first, _ in spans), max(end for _, end in spans) + 1)
    if column and set(spans) != {(block.start, block.stop - 1)}:
        raise BadForm(
            f"模板“{book.package.name}”里重复栏 {group} 的各格不在同一列。", where=sheet.name, todo="请让它们上下对齐。"
        )
    _Grower(book, sheet, block, extra, column).run(tags, growth)


class _Grower:
    """One growth of one sheet: `block` are the columns (or rows) to repeat, `by` how many are put in after them."""

    def __init__(self, book: Book, sheet: Sheet, block: range, extra: int, column: bool) -> None:
        self.book = book
        self.sheet = sheet
        self.block = block
        self.extra = extra
        self.column = column
        self.after = block.stop - 1
        self.by = extra * len(block)

    def run(self, tags: list[Tag], growth: Growth) -> None:
        """Put in the columns or rows, then carry merges, names, references and widths along."""
        own = {sheet_at.top for tag in tags for sheet_at in [self.sheet.places[str(tag)]]}
        rows = {row for tag in tags for row in self._rows_of(tag)} if self.column else set()
        givers = giving([at.left for at in self.sheet.places.values() if self._single(at)])
        if self.column:
            self._put_in_columns(rows)
            self._share_widths(growth.narrowest * POINTS_PER_MM / (DIGIT_PIXELS * POINTS_PER_PIXEL), givers)
        else:
            self._put_in_rows()
        self._carry_merges(rows or own)
        self._carry_references()
        self._carry_names(tags)

    def _rows_of(self, tag: Tag) -> range:
        block = self.sheet.merged(*self.sheet.places[str(tag)][:2])
        return range(block.top, block.bottom + 1)

    def _single(self, at: Area) -> bool:
        block = self.sheet.merged(at.left, at.top)
        return block.left == block.right

    def _put_in_columns(self, rows: set[int]) -> None:
        for row in self.sheet.data:
            row.attrib.pop("spans", "")
            number = whole(row, "r", 0)
            inside: dict[int, _Element] = {}
            for cell in row:
                at = area(str(cell.get("r", "")))
                if at is not None and at.left > self.after:
                    cell.set("r", f"{letters(at.left + self.by)}{number}")
                elif at is not None and at.left in self.block:
                    inside[at.left] = cell
            if not inside:
                continue
            end = inside[max(inside)]
            for turn in range(self.extra, 0, -1):
                for left in sorted(inside, reverse=True):
                    clone = deepcopy(inside[left])
                    clone.set("r", f"{letters(left + turn * len(self.block))}{number}")
                    if number not in rows:
                        _empty(clone)
                    end.addnext(clone)

    def _put_in_rows(self) -> None:
        rows = {whole(row, "r", 0): row for row in self.sheet.data}
        for number in sorted(rows, reverse=True):
            if number > self.after:
                _renumber(rows[number], number + self.by)
        end = self.sheet.row(self.after)
        for turn in range(self.extra, 0, -1):
            for number in reversed(self.block):
                clone = deepcopy(self.sheet.row(number))
                _renumber(clone, number + turn * len(self.block))
                end.addnext(clone)

    def _stretched(self, at: Area) -> Area:
        """A block that covers the repeated one grows with it, one beyond it moves on."""
        first, end = at.along(self.column)
        if first <= self.block.start and end >= self.after:
            return at.with_along(self.column, first, end + self.by)
        return at.moved(self.column, self.after, self.by)

    def _carry_merges(self, rows: set[int]) -> None:
        merges: list[Area] = []
        covered = set()
        for merge in self.sheet.merges:
            first, end = merge.along(self.column)
            inside = first >= self.block.start and end <= self.after
            if inside and (merge.top in rows or not self.column):
                step = len(self.block)
                merges += [
                    merge.with_along(self.column, first + turn * step, end + turn * step)
                    for turn in range(self.extra + 1)
                ]
            else:
                merges.append(self._stretched(merge))
            if first <= self.block.start and end >= self.after:
                covered |= set(range(merge.top, merge.bottom + 1))
        if self.column:
            merges += [
                Area(self.block.start, number, self.after + self.by, number)
                for row in self.sheet.data
                if (number := whole(row, "r", 0)) not in rows | covered and _has(row, self.block.start)
            ]
        self.sheet.merges = merges
        holder = self.sheet.root.find(f"{M}mergeCells")
        if holder is None and merges:
            holder = self.sheet.root.makeelement(f"{M}mergeCells", {})
            self.sheet.data.addnext(holder)
        if holder is not None:
            for child in list(holder):
                holder.remove(child)
            holder.extend([holder.makeelement(f"{M}mergeCell", {"ref": str(merge)}) for merge in merges])
            holder.set("count", str(len(merges)))

    def _carry_references(self) -> None:
        """Every other element that names cells: dimension, filters, validations, conditional formats, breaks."""
        for element in self.sheet.root.iter():
            if element.tag in {f"{M}c", f"{M}row", f"{M}mergeCell"}:
                continue
            for name in ("ref", "sqref", "activeCell", "topLeftCell"):
                text = element.get(name)
                if text:
                    parts = [(part, area(part)) for part in text.split()]
                    element.set(name, " ".join(str(self._stretched(at)) if at else part for part, at in parts))
        breaks = self.sheet.root.find(f"{M}{'colBreaks' if self.column else 'rowBreaks'}")
        for brk in [] if breaks is None else breaks:
            at = whole(brk, "id", 0)
            brk.set("id", str(at + self.by * (at > self.after)))

    def _carry_names(self, tags: list[Tag]) -> None:
        for name in self.book.names():
            found = self.book.located(name)
            tag = str(name.get("name", ""))
            if tag.startswith("_xlnm.") and found is not None and found[0] is self.sheet:
                quoted = self.sheet.name.replace("'", "''")
                name.text = f"'{quoted}'!{_dollars(self._stretched(found[1]))}"
            elif found is None or found[0] is self.sheet:
                name.text = moved(name.text or "", self.column, self.after, self.by)
        places = self.sheet.places
        for tag, at in list(places.items()):
            places[tag] = at.moved(self.column, self.after, self.by)
        step = len(self.block)
        for known in tags:
            like = str(known)
            first, end = places[like].along(self.column)
            for turn in range(1, self.extra + 1):
                new = Tag(known.key, known.number + turn, known.member)
                at = places[like].with_along(self.column, first + turn * step, end + turn * step)
                self.book.add_name(like, str(new), self.sheet, at)

    def _share_widths(self, narrowest: float, givers: set[int]) -> None:
        left, right, _ = self.sheet.extent()
        right = max(right - self.by, self.after)  # the cells have moved already
        widths = [self.sheet.widths.get(at, self.sheet.default_width) for at in range(left, right + 1)]
        block = range(self.block.start - left, self.block.stop - left)
        new = share(widths, block, self.extra, narrowest, {at - left for at in givers})
        beyond = {at + self.by: width for at, width in self.sheet.widths.items() if at > right}
        self.sheet.widths = {at: width for at, width in self.sheet.widths.items() if at < left} | beyond
        self.sheet.widths |= {left + at: width for at, width in enumerate(new)}
        holder = self.sheet.root.find(f"{M}cols")
        if holder is None:
            holder = self.sheet.root.makeelement(f"{M}cols", {})
            self.sheet.data.addprevious(holder)
        for child in list(holder):
            holder.remove(child)
        for at, width in sorted(self.sheet.widths.items()):
            column = {"min": str(at), "max": str(at), "width": f"{width:.4g}", "customWidth": "1"}
            holder.append(holder.makeelement(f"{M}col", column))


def _dollars(at: Area) -> str:
    return f"${letters(at.left)}${at.top}:${letters(at.right)}${at.bottom}"


def _has(row: _Element, column: int) -> bool:
    return any((at := area(str(cell.get("r", "")))) and at.left == column for cell in row)


def _empty(cell: _Element) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", "")


def _renumber(row: _Element, number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        at = area(str(cell.get("r", "")))
        if at is not None:
            cell.set("r", f"{letters(at.left)}{number}")
