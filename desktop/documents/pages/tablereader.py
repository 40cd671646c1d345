"""Tables of a Word file: grid, rows, cells, and what their style gives to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.documents.pages.model import Block, Paragraph, Span, Table, TableCell, TableRow
from desktop.documents.pages.styles import Layers, TableStyle, cell_props, merged, table_props
from desktop.documents.pages.wordml import W, child, number, on, twips, val

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.pages.part import PartReader

MOST_COLUMNS = 400
_LOOKS = {
    "firstRow": 0x20,
    "lastRow": 0x40,
    "firstColumn": 0x80,
    "lastColumn": 0x100,
    "noHBand": 0x200,
    "noVBand": 0x400,
}


class TableReader:
    """Reads tables for one part of a file."""

    def __init__(self, reader: PartReader) -> None:
        self._reader = reader

    def table(self, element: _Element, key: str, label: str) -> Table:
        """One table with its nested content."""
        tblpr = child(element, "tblPr")
        style = self._reader.styles.table(val(child(tblpr, "tblStyle")) or self._reader.styles.default_table)
        props = merged(style.table, table_props(tblpr))
        grid = [max(0.0, twips(val(c, "w"))) for c in element.findall(f"{W}tblGrid/{W}gridCol")][:MOST_COLUMNS]
        made = Table(grid=grid, rows=[], margins={"left": 5.4, "right": 5.4, **props.get("margins", {})})
        made.borders = props.get("borders", {})
        made.align = props.get("align", "left")
        made.indent = props.get("indent", 0.0)
        made.fixed = val(child(tblpr, "tblLayout"), "type") == "fixed"
        _width(child(tblpr, "tblW"), made)
        floats = child(tblpr, "tblpPr")
        if floats is not None:
            made.floating = {str(name).removeprefix(W): str(value) for name, value in floats.attrib.items()}
        self._rows(element, tblpr, style, made, (key, label))
        return made

    def _rows(
        self, element: _Element, tblpr: _Element | None, style: TableStyle, made: Table, field: tuple[str, str]
    ) -> None:
        look = _look(child(tblpr, "tblLook"))
        rows = [(e, k, n) for e, k, n in self._reader.flat(element, *field) if e.tag == W + "tr"]
        rows = [r for r in rows if child(child(r[0], "trPr"), "del") is None]
        bands = style.table.get("tblStyleRowBandSize", 1), style.table.get("tblStyleColBandSize", 1)
        for index, (tr, key, label) in enumerate(rows):
            made.rows.append(self._row(tr, (key, label), _Place(style, look, bands, index, len(rows))))

    def _row(self, tr: _Element, field: tuple[str, str], place: _Place) -> TableRow:
        trpr = child(tr, "trPr")
        height = child(trpr, "trHeight")
        exceptions = table_props(child(tr, "tblPrEx"))
        row = TableRow(cells=[])
        row.height = max(0.0, twips(val(height))) if val(height, "hRule") != "auto" else 0.0
        row.exact = val(height, "hRule") == "exact"
        row.header = on(child(trpr, "tblHeader"))
        row.whole = on(child(trpr, "cantSplit"))
        row.before = min(int(number(val(child(trpr, "gridBefore")))), MOST_COLUMNS)
        row.after = min(int(number(val(child(trpr, "gridAfter")))), MOST_COLUMNS)
        row.borders = exceptions.get("borders", {})
        row.margins = exceptions.get("margins", {})
        cells = [(e, k, n) for e, k, n in self._reader.flat(tr, *field) if e.tag == W + "tc"]
        for index, (tc, key, label) in enumerate(cells[:MOST_COLUMNS]):
            row.cells.append(self._kept(tc, (key, label), place.layers(index, len(cells))))
        return row

    def _kept(self, tc: _Element, field: tuple[str, str], layers: Layers) -> TableCell:
        reader = self._reader
        if reader.cache is None or reader.cells:  # a nested cell is kept with the cell around it
            return self._cell(tc, field, layers)
        place = (field, layers.sign)
        return reader.cache.block(
            tc, place, reader.notices, lambda said: reader.apart(said, self._cell, tc, field, layers)
        )

    def _cell(self, tc: _Element, field: tuple[str, str], layers: Layers) -> TableCell:
        tcpr = child(tc, "tcPr")
        props = merged(layers.cell, cell_props(tcpr))
        merge = child(tcpr, "vMerge")
        cell = TableCell(blocks=[])
        cell.span = max(1, min(int(number(val(child(tcpr, "gridSpan")), 1)), MOST_COLUMNS))
        width = child(tcpr, "tcW")
        if val(width, "type") in {"dxa", ""}:
            cell.width = max(0.0, twips(val(width, "w")))
        if merge is not None:
            cell.merge = "restart" if val(merge) == "restart" else "continue"
        cell.margins = props.get("margins", {})
        cell.borders = props.get("borders", {})
        cell.shade = props.get("shade", "")
        cell.vertical = props.get("vertical", "top")
        cell.direction = val(child(tcpr, "textDirection"))
        self._reader.cells += 1
        cell.blocks = self._reader.blocks(tc, field[0], (layers.para, layers.char))
        self._reader.cells -= 1
        cell.key, cell.label = field if field[0] else (only_field(cell.blocks), "")
        return cell


class _Place:
    """Where a row stands in its table, and which conditions of the style follow from that."""

    def __init__(self, style: TableStyle, look: set[str], bands: tuple[int, int], index: int, rows: int) -> None:
        self._style = style
        self._look = look
        self._bands = bands
        self._index = index
        self._rows = rows

    def layers(self, column: int, columns: int) -> Layers:
        """Paragraph, letter and cell properties that the style gives to a cell of this row."""
        style = self._style
        names = self._conditions(column, columns) if style.conditions else []
        names = [name for name in names if name in style.conditions]
        sign = (style.name, *names)
        if sign not in style.made:
            plain = (style.para, style.char, style.cell)
            parts = zip(plain, *(style.conditions[name] for name in names), strict=True)
            style.made[sign] = Layers(sign, *(merged(*layers) for layers in parts))
        return style.made[sign]

    def _conditions(self, column: int, columns: int) -> list[str]:
        """Names that hold here, the weakest first (ECMA-376 part 1, 17.7.6)."""
        look, names = self._look, ["wholeTable"]
        first, last = self._index == 0, self._index == self._rows - 1
        left, right = column == 0, column == columns - 1
        if "noVBand" not in look:
            at = column - ("firstColumn" in look)
            names.append("band1Vert" if at // self._bands[1] % 2 == 0 else "band2Vert")
        if "noHBand" not in look and not (first and "firstRow" in look):
            at = self._index - ("firstRow" in look)
            names.append("band1Horz" if at // self._bands[0] % 2 == 0 else "band2Horz")
        names += ["firstCol"] if left and "firstColumn" in look else []
        names += ["lastCol"] if right and "lastColumn" in look else []
        names += ["firstRow"] if first and "firstRow" in look else []
        names += ["lastRow"] if last and "lastRow" in look else []
        return names


def only_field(blocks: list[Block]) -> str:
    """The key of the only field among blocks, empty when there is none or there are several."""
    keys = {
        item.key
        for block in blocks
        if isinstance(block, Paragraph)
        for item in block.items
        if isinstance(item, Span) and item.key
    }
    return keys.pop() if len(keys) == 1 else ""


def _width(element: _Element | None, table: Table) -> None:
    kind, text = val(element, "type"), val(element, "w")
    if kind == "pct":
        share = number(text.rstrip("%"))
        table.width = share / 100 if text.endswith("%") else share / 5000
        table.width_kind = "share" if table.width > 0 else "auto"
    elif kind in {"dxa", ""} and number(text) > 0:
        table.width, table.width_kind = twips(text), "points"


def _look(element: _Element | None) -> set[str]:
    """Which conditions of the style are switched on: attributes of newer files, bits of older ones."""
    if element is None:
        return {"noHBand", "noVBand"}
    try:
        bits = int(val(element) or "0", 16)
    except ValueError:
        bits = 0
    named = {name: val(element, name) for name in _LOOKS}
    return {name for name, bit in _LOOKS.items() if named[name] in {"1", "true"} or (not named[name] and bits & bit)}
