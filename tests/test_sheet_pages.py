from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as PillowImage
from PySide6.QtWidgets import QApplication

from desktop.documents.page import Page, Paper, read
from desktop.documents.pages.numbers import shown
from desktop.documents.pdf import QtFonts
from tests.fidelity import as_libreoffice
from tests.test_reading import members
from tests.test_reading import packed as rezipped

POINT = 25.4 / 72
THIN = Side(style="thin")


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> QtFonts:
    return QtFonts(as_libreoffice)


def grid(rows: int = 8, widths: tuple[float, ...] = (8.43, 10, 20, 5, 15.5)) -> tuple[Workbook, Worksheet]:
    """A sheet of bordered cells in 宋体 11."""
    book = Workbook()
    sheet = book.worksheets[0]
    font = Font(name="宋体", size=11)
    book._named_styles["Normal"].font = font  # type: ignore[attr-defined]
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row in range(1, rows + 1):
        for column in range(1, len(widths) + 1):
            cell = sheet.cell(row, column, f"汉字{row}{column}" if column != 2 else f"ab{row}")
            cell.border, cell.font = Border(THIN, THIN, THIN, THIN), font
    return book, sheet


def lay(book: Workbook, fonts: QtFonts) -> Paper:
    packed = io.BytesIO()
    book.save(packed)
    return read(packed.getvalue(), fonts, name="表.xlsx")


def place(page: Page, text: str) -> tuple[float, float]:
    return next((t.x / POINT, t.y / POINT) for t in page.texts if t.text.startswith(text))


# Where LibreOffice 7.4 puts the same cells, in points.
def test_columns_rows_and_texts_stand_where_they_should(fonts: QtFonts) -> None:
    book, sheet = grid()
    sheet.row_dimensions[3].height = 30
    sheet["A3"].alignment = Alignment(vertical="center", horizontal="center")
    sheet["B3"].alignment = Alignment(vertical="top", horizontal="right")
    sheet["A7"] = 12345.678
    sheet["A7"].number_format = "#,##0.00"
    page = lay(book, fonts).pages[0]
    upright = sorted({round(r.x1 / POINT, 1) for r in page.rules if r.x1 == r.x2})
    assert upright == pytest.approx([54.0, 113.0, 183.0, 322.9, 357.9, 466.4], abs=0.15)
    assert place(page, "汉字") == pytest.approx((55.0, 82.8), abs=0.15)
    assert place(page, "ab1") == pytest.approx((114.0, 83.4), abs=0.15)
    assert place(page, "ab3") == pytest.approx((161.3, 113.2), abs=0.15)
    assert place(page, "12,345.68") == pytest.approx((56.0, 188.4), abs=0.15)


def test_fit_to_page_prints_in_whole_percents_under_a_header(fonts: QtFonts) -> None:
    book, sheet = grid(widths=(40, 40, 40, 40, 40))
    sheet.oddHeader.center.text = "页眉文字"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left, sheet.page_margins.top, sheet.page_margins.header = 1, 1.2, 0.5
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    page = lay(book, fonts).pages[0]
    assert (round(page.width), round(page.height)) == (297, 210)
    assert min(r.x1 for r in page.rules) / POINT == pytest.approx(72.9, abs=0.3)
    assert min(r.y1 for r in page.rules) / POINT == pytest.approx(64.2, abs=0.3)
    assert place(page, "页眉文字") == pytest.approx((418.7, 42.5), abs=0.3)


def test_a_defined_name_is_a_field_and_a_merged_cell_is_one_place(fonts: QtFonts) -> None:
    book, sheet = grid()
    sheet.merge_cells("B7:C8")
    book.defined_names["unit"] = DefinedName("unit", attr_text=f"'{sheet.title}'!$B$7")
    paper = lay(book, fonts)
    assert paper.keys() == ["unit"]
    place_of = paper.pages[0].fields[0]
    assert place_of.width / POINT == pytest.approx(210, abs=0.3)
    assert place_of.height / POINT == pytest.approx(30, abs=0.3)


def test_titles_come_again_and_breaks_are_kept(fonts: QtFonts) -> None:
    from openpyxl.worksheet.pagebreak import Break

    book, sheet = grid(rows=20)
    sheet.print_title_rows = "1:2"
    sheet.row_breaks.append(Break(id=10))
    paper = lay(book, fonts)
    assert len(paper.pages) == 2
    assert [t.text for t in paper.pages[1].texts if t.text.startswith("ab")][:3] == ["ab1", "ab2", "ab11"]


def test_long_text_runs_over_empty_cells_only(fonts: QtFonts) -> None:
    book, sheet = grid(rows=2)
    long = "很长很长很长很长很长很长的文字"
    sheet["A1"], sheet["A2"] = long, long
    sheet["B1"] = sheet["C1"] = None
    texts = [t for t in lay(book, fonts).pages[0].texts if t.text == long]
    room = [text.clip[2] / POINT if text.clip else 1e9 for text in texts]
    assert room[0] > texts[0].width / POINT
    assert room[1] == pytest.approx(59, abs=0.2)


def red() -> Image:
    """A red square of 40 pixels."""
    packed = io.BytesIO()
    PillowImage.new("RGB", (40, 40), "red").save(packed, "PNG")
    return Image(packed)


def test_pictures_on_a_sheet_stand_where_libreoffice_puts_them(
    fonts: QtFonts, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    book, sheet = grid()
    sheet.add_image(red(), "C3")  # by one cell and its size
    over = red()
    start, end = AnchorMarker(col=1, row=9, colOff=63500), AnchorMarker(col=3, row=14, rowOff=63500)
    over.anchor = TwoCellAnchor(_from=start, to=end)
    sheet.add_image(over)
    book.save(tmp_path / "表.xlsx")
    paper = read(tmp_path / "表.xlsx", fonts)
    assert len(paper.pages) == 1
    with pdfplumber.open(soffice(tmp_path / "表.xlsx")) as pdf:
        theirs = sorted((i["x0"], i["top"], i["x1"], i["bottom"]) for i in pdf.pages[0].images)
    ours = sorted((p.x / POINT, p.y / POINT, (p.x + p.width) / POINT, (p.y + p.height) / POINT)
                  for p in paper.pages[0].pictures)  # fmt: skip
    assert len(ours) == len(theirs) == 2
    for mine, wanted in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(wanted, abs=2)


def test_what_lies_on_a_sheet_and_is_not_drawn_is_named(fonts: QtFonts) -> None:
    book, sheet = grid()
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, max_col=1, min_row=1, max_row=4))
    sheet.add_chart(chart, "G1")
    sheet["A1"].comment = Comment("请核对", "赵示例")
    sheet["A2"] = "=B2&C2"
    said = "".join(lay(book, fonts).notices)
    for word in ("图表、图形和文本框没有画出", "批注", "公式还没有算出结果"):
        assert said.count(word) == 1, word


def test_a_picture_that_is_missing_costs_only_itself(fonts: QtFonts) -> None:
    book, sheet = grid()
    sheet.add_image(red(), "C3")
    packed = io.BytesIO()
    book.save(packed)
    parts = members(packed.getvalue())
    del parts["xl/media/image1.png"]
    paper = read(rezipped(parts), fonts, name="表.xlsx")
    assert not paper.pages[0].pictures
    assert paper.pages[0].texts
    assert any("图片" in notice for notice in paper.notices)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (12345.678, "#,##0.00", "12,345.68"),
        (0.5, "0%", "50%"),
        (-3, "0.00;[Red]-0.00", "-3.00"),
        (45000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
        (45000.75, "yyyy/m/d h:mm", "2023/3/15 18:00"),
        (13800138000, "General", "13800138000"),
        (1 / 3, "General", "0.333333333"),
        (5, '0"人"', "5人"),
        (12, "000", "012"),
        (1.5, "0.##", "1.5"),
        (0.06, "mm:ss", "26:24"),
        (0, "0;-0;;@", ""),
        ("文", '"前"@', "前文"),
        (45000, "aaaa", "星期三"),
        (100000, "#,##0,", "100"),
        (1234.5, "0.00E+00", "1.23E+03"),
        (59, "yyyy/m/d", "1900/2/28"),
    ],
)
def test_number_formats(value: float | str, code: str, expected: str) -> None:
    assert shown(value, code) == expected
