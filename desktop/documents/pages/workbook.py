"""An Excel file into sheets of paper: its parts are opened, each visible sheet is read and printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from desktop.documents.areas import Area, area, number
from desktop.documents.pages.cellstyles import CellStyles, M
from desktop.documents.pages.celltext import CellPainter
from desktop.documents.pages.measure import Measurer
from desktop.documents.pages.model import CharStyle
from desktop.documents.pages.paper import Fonts, Memory, Page, Paper, stand_ins
from desktop.documents.pages.parts import needed, optional, relations
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.sheetgrid import SheetGrid, digit_width
from desktop.documents.pages.sheetpictures import pictures
from desktop.documents.pages.sheetprint import SheetPrinter
from desktop.documents.pages.sheetreader import MOST_COLUMNS, MOST_ROWS, SheetModel, SheetReader, rich_text
from desktop.documents.pages.wordml import R
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package

MOST_PAGES = 400
_SHEET = re.compile(r"^(?:'((?:[^']|'')*)'|([^'!]+))!(.*)$")
_COLUMNS = re.compile(r"^\$?([A-Z]{1,3}):\$?([A-Z]{1,3})$")
_ROWS = re.compile(r"^\$?([0-9]{1,7}):\$?([0-9]{1,7})$")


def read_workbook(package: Package, fonts: Fonts, memory: Memory) -> Paper:
    """Print an xlsx on paper.

    Raises:
        BadFile: the workbook or all of its sheets are damaged.
    """
    del memory  # one sheet is laid out faster than it could be compared
    notices: list[str] = []
    main = package.main_part()
    root = needed(package, main, notices)
    related = relations(package, main, notices)
    by_kind = dict(related.values())
    theme = optional(package, by_kind.get("theme"), notices)
    styles = CellStyles(optional(package, by_kind.get("styles"), notices), theme)
    properties = root.find(M + "workbookPr")
    late = properties is not None and properties.get("date1904") in {"1", "true"}
    reader = SheetReader(styles, _shared(package, by_kind.get("sharedStrings"), styles, notices), early=not late)
    models = _sheets(package, root, related, reader, notices)
    _names(root, models)
    measurer = Measurer(fonts, ahead=True)
    printers = _printers(models, styles, measurer, fonts, package.name)
    pages = _pages(printers, notices)
    if reader.cut:
        notices.append(f"工作表超过 {MOST_COLUMNS} 列或 {MOST_ROWS} 行，超出部分没有显示。")
    if reader.uncounted:
        notices.append("有公式还没有算出结果，所在的格子是空的。请在 Excel 或 WPS 中打开并保存一次。")
    _remarks(package, models, notices)
    notices += stand_ins(fonts, measurer.asked)
    return Paper(pages, list(dict.fromkeys(notices)), "xlsx")


def _shared(
    package: Package, part: str | None, styles: CellStyles, notices: list[str]
) -> list[list[tuple[str, CharStyle | None]]]:
    root = optional(package, part, notices)
    return [] if root is None else [rich_text(entry, styles) for entry in root.iterfind(M + "si")]


def _sheets(
    package: Package, root: _Element, related: dict[str, tuple[str, str]], reader: SheetReader, notices: list[str]
) -> list[SheetModel | None]:
    """The sheets in order; None for hidden and damaged ones, which keep their number."""
    found: list[SheetModel | None] = []
    damage: BadFile | None = None
    for entry in root.iterfind(f"{M}sheets/{M}sheet"):
        kind, target = related.get(str(entry.get(R + "id")), ("", ""))
        name = str(entry.get("name") or "")
        if entry.get("state") in {"hidden", "veryHidden"}:
            found.append(None)
            continue
        if kind != "worksheet":
            notices.append(f"工作表“{name}”是图表或其他类型，没有显示。")
            found.append(None)
            continue
        try:
            sheet = needed(package, target, notices)
            model = reader.sheet(sheet, name)
            model.pictures = pictures(package, target, sheet, notices)
            found.append(model)
        except BadFile as error:
            damage = error
            notices.append(f"工作表“{name}”已损坏，没有显示（{error.what}）")
            found.append(None)
    if damage is not None and not any(found):
        raise damage
    return found


def _names(root: _Element, models: list[SheetModel | None]) -> None:
    """Print areas, titles and fields from the defined names."""
    by_name = {model.name: model for model in models if model is not None}
    for entry in root.iterfind(f"{M}definedNames/{M}definedName"):
        name, text = str(entry.get("name") or ""), str(entry.text or "").strip()
        for part in _split(text):
            match = _SHEET.fullmatch(part)
            if match is None:
                continue
            model = by_name.get((match[1] or match[2]).replace("''", "'"))
            if model is not None:
                _name(name, match[3], model)


def _split(text: str) -> list[str]:
    """The areas of a reference, cut at commas outside of quoted sheet names."""
    return [part.strip() for part in re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", text) if part.strip()]


def _name(name: str, place: str, model: SheetModel) -> None:
    columns, rows = _COLUMNS.fullmatch(place), _ROWS.fullmatch(place)
    block = area(place)
    if name == "_xlnm.Print_Titles":
        if columns is not None:
            model.title_columns = (number(columns[1]), min(number(columns[2]), MOST_COLUMNS))
        elif rows is not None:
            model.title_rows = (int(rows[1]), min(int(rows[2]), MOST_ROWS))
    elif name == "_xlnm.Print_Area":
        if block is not None:
            model.areas.append(
                Area(block.left, block.top, min(block.right, MOST_COLUMNS), min(block.bottom, MOST_ROWS))
            )
    elif not name.startswith("_xlnm") and block is not None:
        model.fields.setdefault((block.top, block.left), name)


def _printers(
    models: list[SheetModel | None], styles: CellStyles, measurer: Measurer, fonts: Fonts, file: str
) -> list[SheetPrinter]:
    digit = digit_width(styles.default_font, fonts)
    painter = CellPainter(measurer)
    made = []
    for model in models:
        if model is not None:
            grid = SheetGrid(model, digit)
            made.append(SheetPrinter(grid, painter, styles.default_font, {"A": model.name, "F": file}))
    return made


def _pages(printers: list[SheetPrinter], notices: list[str]) -> list[Page]:
    """All pages of all sheets, numbered through."""
    drawn: list[tuple[SheetPrinter, float, Sheet]] = []
    for printer in printers:
        scale, stocks = printer.stocks()
        if len(drawn) + len(stocks) > MOST_PAGES:
            notices.append(f"文件超过 {MOST_PAGES} 页，后面的没有显示。")
        drawn += [(printer, scale, printer.draw(stock, scale)) for stock in stocks[: MOST_PAGES - len(drawn)]]
    for at, (printer, scale, sheet) in enumerate(drawn, start=1):
        printer.margins(sheet, scale, at, len(drawn))
    return [sheet.page for _, _, sheet in drawn]


def _remarks(package: Package, models: list[SheetModel | None], notices: list[str]) -> None:
    """Name what is in the file and is not drawn."""
    if "xl/vbaProject.bin" in package.members:
        notices.append("文件带有宏，只显示内容，宏不会运行。")
    if any(name.startswith("xl/externalLinks/") for name in package.members):
        notices.append("表格引用了其他文件，这里显示上次保存时的结果，没有去取。")
    if any(name.startswith("xl/embeddings/") for name in package.members):
        notices.append("嵌入对象没有画出。")
    if any(name.startswith("xl/comments") for name in package.members):
        notices.append("文件里有批注，没有显示。")
    for model in models:
        if model is None or model.root is None:
            continue
        if model.root.find(M + "conditionalFormatting") is not None:
            notices.append("条件格式没有显示。")
        if model.root.find(M + "sheetProtection") is not None:
            notices.append("工作表设有保护，这里只显示，不改动。")
        if any(cell.style.turned not in {0, 90, 180, 255} for cell in model.cells.values() if cell.spans):
            notices.append("倾斜的文字按水平画出。")
