"""Any list is read to the character; any other file gets its own sentence and nothing else happens."""

from __future__ import annotations

import datetime
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.documents.cells import Area, CellKind, Sheet, cell_of, column_letters, number_text, reference
from desktop.documents.compound import Compound, alone
from desktop.documents.kinds import Kind, kind_of
from desktop.documents.sheets import read_pasted, read_sheets
from desktop.errors import BadFile, FileBusy, Refused


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell.text for cell in row] for row in sheet.rows]


def workbook(path: Path, *rows: list[object], merges: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "账号"
    for row in rows:
        page.append(row)
    for area in merges:
        page.merge_cells(area)
    book.save(path)
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same package with some members' text changed."""
    with zipfile.ZipFile(path) as old:
        members = [(name, change(name, old.read(name))) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members:
            new.writestr(name, content)
    return path


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(old, new) if "worksheets/sheet1" in name else content


# ---- xlsx


def test_values_keep_their_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "名单.xlsx",
        ["名称", "电话", "开设时间", "粉丝数", "更新"],
        [" 青年 林川\n号 ", 13800000001, datetime.date(2024, 5, 1), 1234.5, datetime.datetime(2024, 5, 1, 12, 3)],
        ["小号", "13800000002", "2024.5.1", 0, True],
    )
    sheet = read_sheets(path).sheets[0]
    assert sheet.name == "账号"
    assert texts(sheet) == [
        ["名称", "电话", "开设时间", "粉丝数", "更新"],
        [" 青年 林川\n号 ", "13800000001", "2024-05-01", "1234.5", "2024-05-01 12:03"],
        ["小号", "13800000002", "2024.5.1", "0", "TRUE"],
    ]
    assert [cell.kind for cell in sheet.rows[1]] == [
        CellKind.TEXT, CellKind.NUMBER, CellKind.DATE, CellKind.NUMBER, CellKind.DATE,
    ]  # fmt: skip


def test_places_merges_and_hidden_parts_are_known(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [None], [None, "甲", None], [None, None, "乙"], merges=("B2:B3", "A5:C5"))
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.row_dimensions[3].hidden = True
    book.create_sheet("旧").append(["x"])
    book["旧"].sheet_state = "hidden"
    book.save(path)
    first, second = read_sheets(path).sheets
    assert first.at(1, 1).text == "甲"
    assert first.at(2, 2).text == "乙"
    assert first.at(99, 99).kind is CellKind.EMPTY
    assert first.merges == [Area(1, 1, 2, 1), Area(4, 0, 4, 2)]
    assert first.hidden_rows == {2}
    assert (first.hidden, second.hidden) == (False, True)


def test_formulas_never_computed_and_error_values_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["合计", "=A9+1", "=B1"], ["甲", "#REF!"])
    repacked(path, lambda name, text: re.sub(rb"<f>B1</f><v ?/?>(</v>)?", b"<f>B1</f><v>7</v>", text))
    row = read_sheets(path).sheets[0].rows
    assert row[0][1] == ("", CellKind.FORMULA)
    assert row[0][2] == ("7", CellKind.NUMBER)
    assert row[1][1] == ("#REF!", CellKind.ERROR)


@pytest.mark.parametrize("dimension", [b'<dimension ref="A1" />', b'<dimension ref="A1:XFD1048576" />', b""])
def test_a_wrong_dimension_as_wps_writes_it_does_not_matter(tmp_path: Path, dimension: bytes) -> None:
    path = workbook(tmp_path / "wps.xlsx", *[[f"{r}-{c}" for c in range(8)] for r in range(20)])
    repacked(path, in_sheet(b'<dimension ref="A1:H20" />', dimension))
    sheet = read_sheets(path).sheets[0]
    assert (len(sheet.rows), sheet.width) == (20, 8)


def test_a_cell_a_million_rows_away_is_refused_by_its_place(tmp_path: Path) -> None:
    path = workbook(tmp_path / "远.xlsx", ["名称"], ["甲"])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    repacked(path, in_sheet(b"</sheetData>", far))
    with pytest.raises(BadFile, match="XFD1048576"):
        read_sheets(path)


def test_formatting_far_away_without_content_is_no_hindrance(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["名称"], ["甲"])
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    repacked(path, in_sheet(b"</sheetData>", far))
    assert texts(read_sheets(path).sheets[0]) == [["名称"], ["甲"]]


def test_an_xlsx_called_xls_is_read_as_excel_would_read_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["名称"], ["甲"])
    assert texts(read_sheets(path.rename(tmp_path / "a.xls")).sheets[0]) == [["名称"], ["甲"]]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_never_turns_scientific(value: float) -> None:
    text = number_text(value)
    assert "e" not in text.lower()
    assert float(text) == value


@pytest.mark.parametrize(("value", "text"), [(13800138000.0, "13800138000"), (0.1, "0.1"), (1e20, "1" + "0" * 20)])
def test_numbers_as_the_clerk_typed_them(value: float, text: str) -> None:
    assert cell_of(value) == (text, CellKind.NUMBER)


def test_columns_are_named_as_excel_does() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert reference(4, 2) == "C5"


# ---- xls


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_workbook(*cells: bytes, extra: bytes = b"") -> bytes:
    """An .xls of one sheet 'S', written record by record."""
    opening = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + extra
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + b"".join(cells) + record(0x0A, b"")
    bound = len(opening) + 4 + 9 + 4
    return alone(
        "Workbook", opening + record(0x85, struct.pack("<IHBB", bound, 0, 1, 0) + b"S") + record(0x0A, b"") + sheet
    )


def label(row: int, column: int, text: str) -> bytes:
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def test_an_old_xls_is_read_whatever_size_it_announces(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    broken = record(0x205, struct.pack("<HHHBB", 1, 2, 0, 0x17, 1))
    path.write_bytes(old_workbook(label(0, 0, "名称"), label(1, 0, "青年林川"), number(1, 1, 13800000001.0), broken))
    sheet = read_sheets(path).sheets[0]
    assert texts(sheet) == [["名称"], ["青年林川", "13800000001", "#REF!"]]
    assert sheet.rows[1][2].kind is CellKind.ERROR


def test_an_old_xls_with_a_cell_far_away_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    path.write_bytes(old_workbook(label(0, 0, "名称"), number(65535, 65535, 1)))
    with pytest.raises(BadFile, match="大得不像名单"):
        read_sheets(path)


def test_an_old_xls_with_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    path.write_bytes(old_workbook(label(0, 0, "名称"), extra=record(0x2F, b"\1\0" + bytes(52))))
    with pytest.raises(BadFile, match="密码"):
        read_sheets(path)


def test_an_xls_of_libreoffice_reads_as_the_xlsx_it_came_from(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["名称", "电话", "时间"], ["青年\n林川", 13800000001, datetime.date(2024, 5, 1)],
        merges=("A3:B4",),
    )  # fmt: skip
    new, old = read_sheets(path).sheets[0], read_sheets(soffice(path, "xls")).sheets[0]
    assert (new.rows, new.merges) == (old.rows, old.merges)


def test_a_compound_file_gives_back_its_stream() -> None:
    for size in (0, 1, 5000, 4096 * 1030):
        stream = bytes(range(256)) * (size // 256 + 1)
        assert Compound(alone("Workbook", stream)).stream("Workbook")[: len(stream)] == stream


# ---- text


LINES = "账号名称,平台,电话\n青年林川,微信,13800000001\n“林川”小号,微博,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_an_office_meets(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(LINES.replace(",", delimiter).encode(encoding))
    expected = [["账号名称", "平台", "电话"], ["青年林川", "微信", "13800000001"], ["“林川”小号", "微博"]]
    assert texts(read_sheets(path).sheets[0]) == expected


def test_csv_quotes_breaks_and_guarded_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,备注,区号\r\n"甲,乙","第一行\r\n第二行","=""0475"""\r\n', "utf-8", newline="")
    assert texts(read_sheets(path).sheets[0])[1] == ["甲,乙", "第一行\n第二行", "0475"]


def test_csv_with_a_stray_quote_keeps_every_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,备注\n甲,"没有收尾\n乙,无\n', "utf-8")
    sheet = read_sheets(path).sheets[0]
    assert texts(sheet) == [["名称", "备注"], ["甲", '"没有收尾'], ["乙", "无"]]
    assert "引号" in sheet.notes[0]


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode() + "混入的一行,微信,\n".encode("gbk"),  # two encodings glued together
        ("名称,平台\n" * 40 + "青年林川").encode()[:-1],  # cut in the middle of a character
        b"\xff\xfe" + "名称".encode("utf-16-le") + b"\x00\xd8",  # half a surrogate
        bytes(range(1, 32)) * 20,
    ],
)
def test_csv_that_cannot_be_decoded_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=r"坏\.csv"):
        read_sheets(path)


def test_the_first_broken_line_of_a_csv_is_named(tmp_path: Path) -> None:
    path = tmp_path / "坏.csv"
    path.write_bytes(LINES.encode() + "混入的一行,微信\n".encode("gbk"))
    with pytest.raises(BadFile) as caught:
        read_sheets(path)
    assert caught.value.where == "第 4 行"


# ---- pasted


def test_a_block_from_excel() -> None:
    sheet = read_pasted('名称\t备注\r\n甲\t"两\n行"\r\n乙\t\r\n').sheets[0]
    assert texts(sheet) == [["名称", "备注"], ["甲", "两\n行"], ["乙"]]


def test_a_block_with_html_keeps_merged_cells_and_whole_numbers() -> None:
    html = """<html><head><style>td {color:red}</style></head><body><!--StartFragment--><table>
      <tr><td rowspan=2>通辽市</td><td>甲<br>号</td><td x:num="13800000001">1.38E+10</td></tr>
      <tr><td colspan="2"><p>乙&nbsp;号</p><p>二</p></td></tr></table></body></html>"""
    sheet = read_pasted("ignored", html).sheets[0]
    assert texts(sheet) == [["通辽市", "甲\n号", "13800000001"], ["", "乙 号\n二"]]
    assert sheet.merges == [Area(0, 0, 1, 0), Area(1, 1, 1, 2)]


def test_columns_apart_by_wide_gaps() -> None:
    assert texts(read_pasted("名称    平台\n青年林川　　微信\n小号  微博").sheets[0]) == [
        ["名称", "平台"], ["青年林川", "微信"], ["小号", "微博"],
    ]  # fmt: skip


def test_nothing_pasted_is_said() -> None:
    with pytest.raises(BadFile, match="空"):
        read_pasted(" \n\t\n")


LED = """ 附件
 某某名单



\t部门
\t新媒体
名称
\t标识码

\t


林川市
\t
甲 号
\t150000M001

\t
\t乙号
\t
150000M002





附件2
第二份名单


\t序号
\t名称

\t
1
\t一、甲
二、乙
"""


def test_tables_whose_cells_are_each_led_by_a_tab() -> None:
    first, second = read_pasted(LED).sheets
    assert (first.name, second.name) == ("某某名单", "第二份名单")
    assert texts(first) == [
        ["部门", "新媒体\n名称", "标识码"], ["林川市", "甲 号", "150000M001"], ["", "乙号", "150000M002"],
    ]  # fmt: skip
    assert texts(second) == [["序号", "名称"], ["1", "一、甲\n二、乙"]]


def test_the_two_tables_of_the_notice_are_found_in_its_whole_text(shared: Path) -> None:
    text = next((shared / "seeds").glob("004*")).read_text("utf-8")
    first, second = read_pasted(text).sheets
    assert [(len(sheet.rows), sheet.width) for sheet in (first, second)] == [(5, 5), (10, 6)]
    assert texts(second)[8][1] == "通辽市生态环境局奈 曼旗分局"


# ---- Word


def test_tables_of_a_word_document_with_merged_cells(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("存在问题的名单")
    table = document.add_table(3, 3)
    for row, values in enumerate([("部门", "名称", "链接"), ("林川市", "甲 号", "a\nb"), ("", "乙号", "")]):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    path = tmp_path / "通报.docx"
    document.save(str(path))
    sheet = read_sheets(path).sheets[0]
    assert sheet.name == "存在问题的名单"
    assert texts(sheet)[:2] == [["部门", "名称", "链接"], ["林川市", "甲 号", "a\nb"]]
    assert sheet.at(2, 0).kind is CellKind.EMPTY
    assert set(sheet.merges) == {Area(1, 0, 2, 0), Area(2, 1, 2, 2)}


# ---- bad input: every one its own sentence


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "/", 1).replace("_", "."), content)
    return buffer.getvalue()


BAD = {
    "空.xlsx": (b"", "是空的"),
    "空白.csv": (b"\r\n \r\n", "是空的"),
    "空格.csv": (b",,,\n,,,\n", "没有任何内容"),
    "加密.xlsx": (alone("EncryptedPackage", b"x" * 5000), "打开密码"),
    "改名.docx": (alone("WordDocument", b"x" * 5000), "扩展名是 .docx，内容却是 Word 97–2003 文档"),
    "旧.doc": (alone("WordDocument", b"x" * 5000), "不能直接当名单读"),
    "网页.xls": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "内容却是网页"),
    "网页二.xls": (b"<meta charset='gbk'><table><tr><td>1</td></tr></table>", "内容却是网页"),
    "文档.xlsx": (zipped(word_document_xml=b"<w/>"), "内容却是 Word 文档"),
    "表.xlsb": (zipped(xl_workbook_bin=b"1"), "xlsb"),
    "图.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(90), "图片"),
    "扫描.pdf": (b"%PDF-1.7 ...", "PDF"),
    "包.zip": (zipped(a_txt=b"1"), "压缩包"),
    "半截.xlsx": (zipped(xl_workbook_xml=b"<workbook/>" * 500)[:60], ""),
    "乱.xlsx": (b"\x01\x02\x03\x04" * 50, "已损坏，或者根本不是表格"),
    "文本.xlsx": ("名称,平台\n甲,微信\n".encode(), "内容却是文本文件"),
    "表.csv": (zipped(xl_workbook_xml=b"<workbook/>"), "内容却是 Excel 工作簿"),
    "炸弹.xlsx": (zipped(xl_workbook_xml=b"<workbook/>", xl_sharedStrings_xml=bytes(300 << 20)), "压缩炸弹"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_has_its_own_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_sheets(path)
    assert name in str(caught.value)
    assert sentence in caught.value.what
    assert caught.value.todo


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(BadFile, match="50 MB"):
        read_sheets(path)


def test_missing_files_folders_and_office_leftovers(tmp_path: Path) -> None:
    (tmp_path / "~$名单.xlsx").write_bytes(b"x" * 165)
    for name, sentence in (("没有.xlsx", "找不到"), (".", "文件夹"), ("~$名单.xlsx", "临时文件")):
        with pytest.raises(BadFile, match=sentence):
            read_sheets(tmp_path / name)


def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["名称"])
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        with pytest.raises(FileBusy, match="没有权限"):
            read_sheets(path)
    else:
        pytest.skip("this user may read everything")


def test_entities_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["名称"])
    evil = b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet'
    repacked(path, lambda name, text: text.replace(b"<worksheet", evil, 1) if "sheet1" in name else text)
    with pytest.raises(BadFile, match="文档类型声明"):
        read_sheets(path)


# ---- nothing but refusals, whatever comes


def read_or_refuse(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        book = read_sheets(path)
    except Refused as refusal:
        assert refusal.what
    else:
        assert all(sheet.rows for sheet in book.sheets)


SUFFIX = st.sampled_from([".xlsx", ".xls", ".csv", ".docx", ".et", ".txt"])
STARTS = st.sampled_from(
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<table>", b"\t1\n\t2\n"]
)
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


@relaxed
@given(start=STARTS, rest=st.binary(max_size=3000), suffix=SUFFIX)
def test_random_bytes_never_raise_anything_else(tmp_path: Path, start: bytes, rest: bytes, suffix: str) -> None:
    read_or_refuse(tmp_path / f"a{suffix}", start + rest)


@relaxed
@given(text=st.text(max_size=300), html=st.text(alphabet="<>/tdr able=\"'&x1!-", max_size=200))
def test_any_text_can_be_pasted(text: str, html: str) -> None:
    try:
        read_pasted(text, html)
    except Refused as refusal:
        assert refusal.what


def mutated(data: st.DataObject, content: bytes) -> bytes:
    changed = bytearray(content)
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        changed[place % len(changed)] = byte
    kept = data.draw(st.sampled_from([1.0, 1.0, 0.99, 0.7]))
    return bytes(changed[: int(len(changed) * kept)])


@relaxed
@given(data=st.data())
def test_mutated_invented_files_never_raise_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    cells = [label(r, c, "甲") for r in range(5) for c in range(3)] + [number(6, 1, 5)]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["名称", 1, "=A1"])
    buffer = io.BytesIO()
    book.save(buffer)
    suffix, content = data.draw(st.sampled_from([(".xls", old_workbook(*cells)), (".xlsx", buffer.getvalue())]))
    read_or_refuse(tmp_path / f"a{suffix}", mutated(data, content))


@relaxed
@given(data=st.data())
def test_mutated_sheet_xml_never_raises_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    path = workbook(tmp_path / "a.xlsx", ["名称", 1, "=A1"], ["甲", datetime.date(2024, 1, 1), True], merges=("A3:B4",))
    victim = data.draw(st.sampled_from(["sheet1", "sharedStrings", "styles", "workbook.xml"]))
    repacked(path, lambda name, text: mutated(data, text) if victim in name else text)
    read_or_refuse(path, path.read_bytes())


@settings(relaxed, max_examples=150)
@given(data=st.data())
def test_mutated_real_files_never_raise_anything_else(tmp_path: Path, shared: Path, data: st.DataObject) -> None:
    files = sorted(p for p in (shared / "corpus" / "files").iterdir() if p.suffix in {".xlsx", ".xls", ".docx"})
    source = data.draw(st.sampled_from(files))
    read_or_refuse(tmp_path / f"a{source.suffix}", mutated(data, source.read_bytes()))


def test_every_real_file_is_read_or_refused_for_a_reason(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "files").iterdir()):
        if path.suffix in {".xlsx", ".xls"}:
            assert read_sheets(path).sheets, path.name
        elif path.suffix == ".doc":
            with pytest.raises(BadFile):
                read_sheets(path)


def test_kinds_are_told_from_content() -> None:
    assert kind_of(b"BM\x00\x00\x01") is Kind.IMAGE
    assert kind_of("BM,名称\n".encode()) is Kind.TEXT
    assert kind_of(b'<?xml version="1.0"?><Workbook/>') is Kind.XML
    assert kind_of(alone("Other", b"1" * 5000)) is Kind.COMPOUND
