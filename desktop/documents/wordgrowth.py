"""Growing the rows and columns of a repeating group in a Word table."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from desktop.documents.package import amount, whole
from desktop.documents.places import Growth, Tag, giving, instances, share, tag_of
from desktop.errors import BadForm

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TWIPS_PER_MM = 56.6929  # 1 mm = 1440 / 25.4 twips


class Clones(NamedTuple):
    """Which group is repeated, the number of its last drawn row or column, and how many are added after it."""

    group: str
    last: int
    extra: int

    def numbers(self) -> range:
        """The numbers of the clones, last first, so that each can be put right after the drawn one."""
        return range(self.last + self.extra, self.last, -1)


def grow(tree: _Element, group: str, extra: int, growth: Growth, name: str) -> None:
    """Repeat the last drawn row or column of a group `extra` times, with new tags and the table's width kept.

    Raises:
        BadForm: the group's places do not stand in one table, or not in one row or column each.
    """
    tags = [tag for control in tree.iter(f"{W}sdt") if (tag := _tag(control))]
    last = instances([str(tag) for tag in tags], group)
    controls = [c for c in tree.iter(f"{W}sdt") if (t := _tag(c)) and t.key == group and t.number == last and t.member]
    if not controls:
        return  # the group stands in another part, for example not in the footer
    cells = [_ancestor(control, "tc", group, name) for control in controls]
    rows = [_ancestor(cell, "tr", group, name) for cell in cells]
    table = _ancestor(rows[0], "tbl", group, name)
    if any(_ancestor(row, "tbl", group, name) is not table for row in rows):
        raise BadForm(f"模板“{name}”里重复栏 {group} 分散在几张表格里。", todo="请放在同一张表格中。")
    if growth.direction == "row":
        _grow_rows(list(dict.fromkeys(rows)), Clones(group, last, extra))
    else:
        spans = {_span(cell) for cell in cells}
        if len(spans) != 1:
            raise BadForm(f"模板“{name}”里重复栏 {group} 的各格不在同一列。", todo="请让它们上下对齐。")
        block = range(*spans.pop())
        if block.stop > len(table.findall(f"{W}tblGrid/{W}gridCol")):
            raise BadForm(f"模板“{name}”的表格列数与单元格不符。", todo="请在 Word 中打开并另存一次。")
        _grow_columns(table, block, Clones(group, last, extra), growth.narrowest * TWIPS_PER_MM)


def _tag(control: _Element) -> Tag | None:
    found = control.find(f"{W}sdtPr/{W}tag")
    return None if found is None else tag_of(str(found.get(f"{W}val", "")))


def _ancestor(element: _Element, kind: str, group: str, name: str) -> _Element:
    found = next(element.iterancestors(f"{W}{kind}"), None)
    if found is None:
        raise BadForm(f"模板“{name}”里重复栏 {group} 不在表格里，不能增加。", todo="请把它放进表格。")
    return found


def _grow_rows(rows: list[_Element], clones: Clones) -> None:
    end = rows[-1]
    for number in clones.numbers():
        for row in reversed(rows):
            clone = deepcopy(row)
            _renumber(clone, clones, number)
            for merge in clone.iter(f"{W}vMerge"):
                if f"{W}val" in merge.attrib:
                    del merge.attrib[f"{W}val"]  # a clone never starts a vertical merge, it carries on
            end.addnext(clone)


def _grow_columns(table: _Element, block: range, clones: Clones, narrowest: float) -> None:
    grid = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = [amount(column, f"{W}w", 0.0) for column in grid]
    spans = [_span(cell) for cell in table.iter(f"{W}tc") if next(cell.iter(f"{W}sdt"), None) is not None]
    givers = giving([left for left, right in spans if right - left == 1])
    for row in table.findall(f"{W}tr"):
        for cell, (left, right) in list(_cells(row)):
            if range(left, right) == block and _holds(cell, clones):
                for number in clones.numbers():
                    clone = deepcopy(cell)
                    _renumber(clone, clones, number)
                    cell.addnext(clone)
            elif left <= block.start and right >= block.stop:
                _widen(cell, right - left + clones.extra * len(block))
    _lay_out(table, grid, share(widths, block, clones.extra, narrowest, givers))


def _cells(row: _Element) -> Iterator[tuple[_Element, tuple[int, int]]]:
    """Each cell of a row with the grid columns it covers, first and one past the last."""
    before = row.find(f"{W}trPr/{W}gridBefore")
    at = whole(before, f"{W}val", 0)
    for child in row:
        cell = child if child.tag == f"{W}tc" else child.find(f"{W}sdtContent/{W}tc")
        if cell is None:
            continue
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        width = whole(span, f"{W}val", 1)
        yield cell, (at, at + width)
        at += width


def _span(cell: _Element) -> tuple[int, int]:
    row = next(cell.iterancestors(f"{W}tr"))
    return next(span for other, span in _cells(row) if other is cell)


def _holds(cell: _Element, clones: Clones) -> bool:
    tags = map(_tag, cell.iter(f"{W}sdt"))
    return any(tag and tag.member and (tag.key, tag.number) == clones[:2] for tag in tags)


def _widen(cell: _Element, columns: int) -> None:
    from lxml import etree

    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    span = properties.find(f"{W}gridSpan")
    if span is None:
        span = etree.Element(f"{W}gridSpan")
        width = properties.find(f"{W}tcW")
        if width is None:
            properties.insert(0, span)
        else:
            width.addnext(span)
    span.set(f"{W}val", str(columns))


def _lay_out(table: _Element, grid: list[_Element], widths: list[float]) -> None:
    holder = grid[0].getparent()
    assert holder is not None
    edges = [0]
    total = 0.0
    for width in widths:
        total += width
        edges.append(round(total))
    for column in grid:
        holder.remove(column)
    for left, right in pairwise(edges):
        column = holder.makeelement(f"{W}gridCol", {f"{W}w": str(right - left)})
        holder.append(column)
    for row in table.findall(f"{W}tr"):
        for cell, (first, end) in _cells(row):
            wide = cell.find(f"{W}tcPr/{W}tcW")
            if wide is not None:
                wide.set(f"{W}w", str(edges[min(end, len(widths))] - edges[min(first, len(widths))]))
                wide.set(f"{W}type", "dxa")


def _renumber(clone: _Element, clones: Clones, number: int) -> None:
    """New tags and identities for a cloned row or cell; what must be unique in a document is dropped."""
    for element in clone.iter():
        for attribute in [a for a in element.attrib if str(a).endswith(("}paraId", "}textId"))]:
            del element.attrib[attribute]
    for kind in ("bookmarkStart", "bookmarkEnd"):
        for element in list(clone.iter(f"{W}{kind}")):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    for control in clone.iter(f"{W}sdt"):
        tag = _tag(control)
        if tag is None or (tag.key, tag.number) != clones[:2]:
            continue
        new = str(Tag(tag.key, number, tag.member))
        properties = control.find(f"{W}sdtPr")
        assert properties is not None
        for name, value in (("tag", new), ("id", str(crc32(new.encode()) >> 1))):
            found = properties.find(f"{W}{name}")
            if found is not None:
                found.set(f"{W}val", value)
        alias = properties.find(f"{W}alias")
        if alias is not None:
            alias.set(f"{W}val", f"{alias.get(f'{W}val', '').removesuffix(f' {clones.last}')} {number}")
