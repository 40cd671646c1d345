"""Templates as people make them: rows that grow, drawn rows, whole-paragraph controls, second places, footers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import docx
import openpyxl
import pdfplumber
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Alignment, Border, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

from desktop.documents.areas import Area, area, letters, moved, number
from desktop.documents.excel import ExcelTemplate
from desktop.documents.package import open_package
from desktop.documents.places import Entry, Growth
from desktop.documents.word import WordTemplate
from desktop.errors import BadForm

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROWS = {"rows": Growth("row")}


def control(tag: str, content: str = "<w:r><w:t>　</w:t></w:r>") -> str:
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{tag}"/><w:tag w:val="{tag}"/><w:id w:val="{abs(hash(tag)) % 9999}"/>'
        f"<w:showingPlcHdr/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def cell(content: str, *, span: int = 1, merge: str = "", width: int = 2000) -> str:
    inner = (
        content if content.startswith("<w:p") or content.startswith("<w:sdt><w:sdtPr><w:x") else f"<w:p>{content}</w:p>"
    )
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width * span}" w:type="dxa"/>{grid}{merge}</w:tcPr>{inner}</w:tc>'


def word(body: str, footer: str = "", styles: str = "") -> bytes:
    target = io.BytesIO()
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}.document.main+xml"/>'
            f'<Override PartName="/word/footer1.xml" ContentType="{kinds}.footer+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{kinds}.styles+xml"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{R}/footer" Target="footer1.xml"/>'
            f'<Relationship Id="r2" Type="{R}/styles" Target="styles.xml"/></Relationships>',
        )
        file.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
        file.writestr("word/footer1.xml", f'<w:ftr xmlns:w="{W}"><w:p>{footer}</w:p></w:ftr>')
        file.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}<w:sectPr/></w:body></w:document>',
        )
    return target.getvalue()


def template(body: str, growths: dict[str, Growth] | None = None, **parts: str) -> WordTemplate:
    return WordTemplate(open_package(word(body, **parts), "表.docx"), growths or {})


def table_of(content: bytes) -> list[list[str]]:
    rows = []
    for row in docx.Document(io.BytesIO(content)).element.body.iter(qn("w:tr")):
        rows.append(["".join(t.text or "" for t in c.iter(qn("w:t"))).strip("　") for c in row.iter(qn("w:tc"))])
    return rows


def listed(*names: str) -> dict[str, Entry]:
    return {f"rows.{n}.name": Entry(name) for n, name in enumerate(names, 1)}


START, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
LIST = (
    "<w:tbl><w:tblGrid><w:gridCol w:w='2000'/><w:gridCol w:w='2000'/></w:tblGrid>"
    f"<w:tr>{cell('<w:r><w:t>人员</w:t></w:r>', merge=START)}{cell('<w:r><w:t>姓名</w:t></w:r>')}</w:tr>"
    f"<w:tr>{cell('', merge=ON)}{cell(control('rows.1.name'))}</w:tr>"
    f"<w:tr>{cell('', merge=ON)}{cell(control('rows.2.name'))}</w:tr>"
    f"<w:tr>{cell('<w:r><w:t>合计</w:t></w:r>')}{cell(control('total'))}</w:tr></w:tbl>"
)


@pytest.mark.parametrize("count", range(6))
def test_word_rows_grow_after_the_last_drawn_one_and_drawn_ones_stay(count: int) -> None:
    names = [f"王示例{n}" for n in range(count)]
    content = template(LIST, ROWS).filled({**listed(*names), "total": Entry(str(count))}, {"rows": count})
    body = [["", name] for name in names] + [["", ""]] * (2 - count)
    assert table_of(content) == [["人员", "姓名"], *body, ["合计", str(count)]]
    root = docx.Document(io.BytesIO(content)).element.body
    merges = [m.get(qn("w:val")) for m in root.iter(qn("w:vMerge"))]
    assert merges == ["restart"] + [None] * max(count, 2), "the label on the left covers the new rows too"
    ids = [e.get(qn("w:val")) for e in root.iter(qn("w:id"))]
    assert len(set(ids)) == len(ids)
    aliases = [e.get(qn("w:val")) for e in root.iter(qn("w:alias"))]
    assert len(set(aliases)) == len(aliases)


def test_a_turn_may_take_several_rows() -> None:
    body = (
        "<w:tbl><w:tblGrid><w:gridCol w:w='2000'/><w:gridCol w:w='2000'/></w:tblGrid>"
        f"<w:tr>{cell('<w:r><w:t>姓名</w:t></w:r>')}{cell(control('rows.1.name'))}</w:tr>"
        f"<w:tr>{cell('<w:r><w:t>电话</w:t></w:r>')}{cell(control('rows.1.phone'))}</w:tr></w:tbl>"
    )
    entries = {
        "rows.1.name": Entry("甲"),
        "rows.1.phone": Entry("1"),
        "rows.2.name": Entry("乙"),
        "rows.2.phone": Entry("2"),
    }
    content = template(body, ROWS).filled(entries, {"rows": 2})
    assert table_of(content) == [["姓名", "甲"], ["电话", "1"], ["姓名", "乙"], ["电话", "2"]]


def test_a_control_around_paragraphs_makes_each_line_a_paragraph() -> None:
    paragraph = '<w:p><w:pPr><w:ind w:firstLineChars="200"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>　</w:t></w:r></w:p>'
    made = template(control("text", paragraph * 2)).filled({"text": Entry("一\n二\n三")}, {})
    body = docx.Document(io.BytesIO(made)).element.body
    paragraphs = list(body.iter(qn("w:p")))
    assert ["".join(t.text for t in p.iter(qn("w:t"))) for p in paragraphs] == ["一", "二", "三"]
    assert all(p.find(f"{qn('w:pPr')}/{qn('w:ind')}") is not None for p in paragraphs)
    assert len(list(body.iter(qn("w:b")))) == 3


def test_a_control_around_a_cell_is_filled() -> None:
    body = (
        "<w:tbl><w:tblGrid><w:gridCol w:w='2000'/></w:tblGrid><w:tr>"
        + control("x", cell("<w:r><w:t>　</w:t></w:r>"))
        + "</w:tr></w:tbl>"
    )
    assert table_of(template(body).filled({"x": Entry("值")}, {})) == [["值"]]


def test_the_same_value_stands_in_every_place_of_it() -> None:
    body = f"<w:p>{control('unit')}</w:p><w:p>{control('unit.2')}</w:p>"
    made = template(body, footer=control("unit.3"))
    assert made.repeats == {"unit.2": "unit", "unit.3": "unit"}
    content = made.filled({tag: Entry("团县委") for tag in ("unit", *made.repeats)}, {})
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.read("word/document.xml").decode().count("团县委") == 2
        assert "团县委" in file.read("word/footer1.xml").decode()


def test_the_size_of_a_shrunk_text_is_found_through_styles() -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="big"><w:rPr><w:sz w:val="32"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="child"><w:basedOn w:val="big"/></w:style>'
    )
    body = f'<w:p><w:pPr><w:pStyle w:val="child"/></w:pPr>{control("a")}</w:p><w:p>{control("b")}</w:p>'
    entry = Entry("字" * 20, longest=16, one_line=True)
    content = template(body, styles=styles).filled({"a": entry, "b": entry}, {})
    sizes = [int(e.get(qn("w:val"))) for e in docx.Document(io.BytesIO(content)).element.body.iter(qn("w:sz"))]
    assert sizes == [round(32 * 0.8), round(24 * 0.8)]


TWO_TABLES = "<w:p/>".join(
    f"<w:tbl><w:tblGrid><w:gridCol w:w='2000'/></w:tblGrid><w:tr>{cell(control(tag))}</w:tr></w:tbl>"
    for tag in ("rows.1.name", "rows.1.phone")
)
ASKEW = (
    "<w:tbl><w:tblGrid><w:gridCol w:w='2000'/><w:gridCol w:w='2000'/></w:tblGrid>"
    f"<w:tr>{cell(control('rows.1.name'))}{cell('')}</w:tr><w:tr>{cell('')}{cell(control('rows.1.phone'))}</w:tr></w:tbl>"
)


@pytest.mark.parametrize(
    ("body", "direction", "says"),
    [
        (f"<w:p>{control('rows.1.name')}</w:p>", "row", "不在表格里"),
        (TWO_TABLES, "row", "分散在几张表格里"),
        (ASKEW, "column", "不在同一列"),
    ],
)
def test_a_group_that_cannot_grow_is_refused(body: str, direction: Literal["row", "column"], says: str) -> None:
    made = template(body, {"rows": Growth(direction)})
    with pytest.raises(BadForm, match=says):
        made.filled({}, {"rows": 3})


# Excel


def workbook(tmp_path: Path) -> ExcelTemplate:
    """A list with two drawn rows, a merged label beside them, a line of words and values under them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名 单"
    sheet["A1"], sheet["B2"], sheet["C2"] = "人员名单", "姓名", "电话"
    sheet.merge_cells("A1:C1")
    sheet["A2"] = "人员"
    sheet.merge_cells("A2:A4")
    sheet["A5"] = "填表人：{who}　共 {count} 人"
    sheet.merge_cells("A5:C5")
    for row in sheet["A1:C5"]:
        for one in row:
            one.border = Border(*[Side(style="thin")] * 4)
            one.alignment = Alignment(wrap_text=True)
    places = {
        "rows.1.name": "B3",
        "rows.1.phone": "C3",
        "rows.2.name": "B4",
        "rows.2.phone": "C4",
        "who": "A5",
        "count": "A5",
    }
    for tag, at in places.items():
        book.defined_names[tag] = DefinedName(tag, attr_text=f"'名 单'!${at[0]}${at[1]}")
    sheet.print_area = "A1:C5"
    sheet.row_dimensions[4].height = 30
    sheet.column_dimensions["C"].width = 20
    book.save(tmp_path / "t.xlsx")
    return ExcelTemplate(open_package(tmp_path / "t.xlsx"), ROWS)


@pytest.mark.parametrize("count", range(6))
def test_excel_rows_grow_with_their_merges_names_and_print_area(tmp_path: Path, count: int) -> None:
    entries = {f"rows.{n}.name": Entry(f"王示例{n}") for n in range(1, count + 1)}
    entries |= {f"rows.{n}.phone": Entry(f"1380000000{n}") for n in range(1, count + 1)}
    entries |= {"who": Entry("赵示例"), "count": Entry(str(count), number=count)}
    book = openpyxl.load_workbook(io.BytesIO(workbook(tmp_path).filled(entries, {"rows": count})))
    sheet = book.active
    rows = max(count, 2)
    assert [sheet[f"B{2 + n}"].value for n in range(1, count + 1)] == [f"王示例{n}" for n in range(1, count + 1)]
    assert sheet[f"A{rows + 3}"].value == f"填表人：赵示例　共 {count} 人"
    assert {str(m) for m in sheet.merged_cells.ranges} == {"A1:C1", f"A2:A{rows + 2}", f"A{rows + 3}:C{rows + 3}"}
    assert sheet.print_area == f"'名 单'!$A$1:$C${rows + 3}"
    assert book.defined_names["who"].attr_text == f"'名 单'!$A${rows + 3}"
    for n in range(1, count + 1):
        assert book.defined_names[f"rows.{n}.phone"].attr_text.replace("$", "") == f"'名 单'!C{n + 2}"
        assert sheet[f"C{n + 2}"].value == f"1380000000{n}", "a phone stays text"
        assert sheet[f"C{n + 2}"].border.left.style == "thin"
    assert all(sheet.row_dimensions[n + 2].height == 30 for n in range(2, rows + 1)), (
        "new rows are as high as the drawn one"
    )


def test_numbers_stay_numbers_only_where_they_stand_alone(tmp_path: Path) -> None:
    content = workbook(tmp_path).filled({"rows.1.name": Entry("3", number=3), "count": Entry("3", number=3)}, {})
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["B3"].value == 3
    assert sheet["A5"].value == "填表人：　　　共 3 人"


@given(st.integers(1, 16384))
def test_column_names_count_in_letters(column: int) -> None:
    assert number(letters(column)) == column


@pytest.mark.parametrize(
    ("text", "where"), [("B5", Area(2, 5, 2, 5)), ("$B$5:AA10", Area(2, 5, 27, 10)), ("Sheet1", None), ("A:B", None)]
)
def test_references_are_read(text: str, where: Area | None) -> None:
    assert area(text) == where


def test_references_move_with_inserted_columns_and_rows() -> None:
    assert moved("'表 1'!$B$2:$D$4,'表 1'!$F$9", True, 3, 2) == "'表 1'!$B$2:$F$4,'表 1'!$H$9"
    assert moved("Sheet1!A1:A9", False, 4, 1) == "Sheet1!A1:A10"
    assert moved("SUM(A1)", True, 0, 1) == "SUM(B1)"


@pytest.mark.parametrize(
    ("rows", "height", "allowed"), [(2, 30, 0), (8, 30, 1), (9, 30, 1), (11, 30, 0), (27, 30, 3), (4, 75, 1)]
)
def test_the_last_lines_of_a_grown_list_do_not_print_alone(
    tmp_path: Path, rows: int, height: int, allowed: int, soffice: Callable[..., Path]
) -> None:
    workbook(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book.active
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 11, 0  # A5, half a sheet of A4
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.row_dimensions[4].height = height
    book.save(tmp_path / "t.xlsx")
    template = ExcelTemplate(open_package(tmp_path / "t.xlsx"), ROWS)
    entries = {f"rows.{n}.name": Entry(f"王{n}") for n in range(1, rows + 1)}
    made = tmp_path / "made.xlsx"
    made.write_bytes(template.filled(entries, {"rows": rows}))
    assert openpyxl.load_workbook(made).active.page_setup.fitToHeight == allowed
    with pdfplumber.open(soffice(made)) as pdf:
        last = pdf.pages[-1].extract_text()
    assert "填表人" in last
    assert f"王{rows}" in last, "the words below the list stand on a page without any of it"
