"""Copies for publishing hide every phone and identity number, wherever an office file may keep it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from desktop.documents.masking import mask, masked, masked_name
from desktop.documents.package import open_package
from desktop.documents.plain import text_of
from desktop.errors import BadFile

PHONE, IDENTITY, DESK = "13800000001", "150102199001011234", "0951-8000123"
RAW = re.compile(rb"13800000001|150102199001011234|0951-8000123|1\.3800000001E\+?10")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("王某甲 13800000001", "王某甲 138****0001"),
        ("138 0000 0001", "138 **** 0001"),
        ("电话0951-8000123，转801", "电话0951-****123，转801"),
        ("身份证号150102199001011234。", "身份证号150*************34。"),
        ("15010219900101123X", "150*************3X"),
        ("15010219900101123x", "150*************3x"),
        ("标识码150525M027WX001，编号2025113800000001", "标识码150525M027WX001，编号2025113800000001"),
        ("2025年11月20日发布1234567890篇", "2025年11月20日发布1234567890篇"),
        ("１３８０００００００１", "１３８****０００１"),
        ("+8613800000001", "+86138****0001"),
        ("0086 138-0000-0001", "0086 138-****-0001"),
        ("138－0000－0001", "138－****－0001"),
        ("1380 000 0001", "138* *** 0001"),
        ("1380 0000 001", "138* ***0 001"),
        ("（0951）8000123", "（0951）****123"),
        ("0951 8000123", "0951 ****123"),
        ("010-8000 0123", "010-**** *123"),
        ("150102 19900101 1234", "150*** ******** **34"),
        ("阅读量 1380000 次，粉丝 0.95180001", "阅读量 1380000 次，粉丝 0.95180001"),
    ],
)
def test_numbers_are_hidden_and_nothing_else(text: str, hidden: str) -> None:
    assert mask(text) == hidden


@settings(deadline=None)
@given(st.text(alphabet="01389525-— Xx王，", max_size=60))
def test_length_stays_and_twice_is_once(text: str) -> None:
    assert len(mask(text)) == len(text)
    assert mask(mask(text)) == mask(text)


def word() -> bytes:
    made = docx.Document()
    paragraph = made.add_paragraph("联系人：王某甲 ")
    for piece in ("138", "0000", "0001"):
        paragraph.add_run(piece).bold = piece == "0000"
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "身份证号", IDENTITY
    made.sections[0].header.paragraphs[0].text = f"值班电话 {DESK}"
    made.core_properties.title = f"联系 {PHONE}"
    made.part.relate_to(
        f"tel:{PHONE}", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True
    )
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def excel() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "手机", "数值手机", "公式"])
    sheet.append(["王某甲", f"手机{PHONE}", int(PHONE), f'="电话{PHONE}"'])
    sheet["A5"] = IDENTITY
    sheet["A2"].comment = Comment(f"打 {PHONE}", "赵示例")
    sheet.title = "台账"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(("make", "name"), [(word, "表.docx"), (excel, "表.xlsx")])
def test_no_member_of_the_copy_holds_a_number(make: Callable[[], bytes], name: str) -> None:
    package = open_package(masked(make(), name), name)
    for member in package.members:
        assert not RAW.search(package.read(member)), member


def test_a_number_torn_over_runs_is_hidden_and_its_looks_stay() -> None:
    copy = docx.Document(io.BytesIO(masked(word(), "表.docx")))
    assert [run.text for run in copy.paragraphs[0].runs] == ["联系人：王某甲 ", "138", "****", "0001"]
    assert copy.paragraphs[0].runs[2].bold
    assert copy.tables[0].cell(0, 1).text == "150*************34"
    assert "王某甲" in text_of(masked(word(), "表.docx"), "表.docx")


def test_number_cells_become_text_and_other_numbers_stay() -> None:
    copy = openpyxl.load_workbook(io.BytesIO(masked(excel(), "表.xlsx"))).active
    assert copy is not None
    assert copy["B2"].value == "手机138****0001" and copy["C2"].value == "138****0001"
    assert copy["A5"].value == "150*************34"


def test_the_copy_opens_in_libreoffice(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    for make, name in ((word, "表.docx"), (excel, "表.xlsx")):
        (tmp_path / name).write_bytes(masked(make(), name))
        assert soffice(tmp_path / name).read_bytes().startswith(b"%PDF-")


def test_an_identity_number_in_a_row_of_boxes_is_hidden() -> None:
    made = docx.Document()
    table = made.add_table(2, len(IDENTITY) + 1)
    for number, digit in enumerate(f"号{IDENTITY}"):
        table.cell(0, number).text = digit
        table.cell(1, number).text = str(number % 10) if number < 9 else "篇"
    saved = io.BytesIO()
    made.save(saved)
    copy = docx.Document(io.BytesIO(masked(saved.getvalue(), "表.docx"))).tables[0]
    assert "".join(cell.text for cell in copy.rows[0].cells) == "号150*************34"
    assert "*" not in "".join(cell.text for cell in copy.rows[1].cells)


def test_a_number_kept_by_a_pivot_table_is_hidden() -> None:
    cache = b'<pivotCacheRecords xmlns="urn:x"><r><s v="13800000001"/><n v="12"/></r></pivotCacheRecords>'
    content = open_package(excel()).written({"xl/pivotCache/pivotCacheRecords1.xml": cache})
    kept = open_package(masked(content, "表.xlsx")).read("xl/pivotCache/pivotCacheRecords1.xml")
    assert b'v="138****0001"' in kept and b'v="12"' in kept


def test_text_files_too() -> None:
    assert masked(f"电话{PHONE}".encode("gb18030"), "a.txt").decode("utf-8-sig") == "电话138****0001"


@pytest.mark.parametrize("content", [b"%PDF-1.4 x", b"\xff\xd8\xff\xe0" + bytes(20), b"\x89PNG\r\n\x1a\n" + bytes(20)])
def test_what_cannot_be_searched_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile, match="不能自动遮盖"):
        masked(content, "扫描件.pdf")


@pytest.mark.parametrize(
    ("member", "said"), [("_xmlsignatures/sig1.xml", "数字签名"), ("word/embeddings/a.xlsx", "嵌有其他文件")]
)
def test_signed_files_and_files_in_files_are_refused(member: str, said: str) -> None:
    content = open_package(word()).written({member: b"<a/>"})
    with pytest.raises(BadFile, match=said):
        masked(content, "表.docx")


def test_the_name_says_that_it_is_the_public_copy() -> None:
    assert masked_name("统计表.docx") == "统计表（公开版）.docx"
