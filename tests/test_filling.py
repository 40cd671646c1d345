"""Filling: growth, overflow, totals, bad values, speed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from desktop.documents.package import open_package
from desktop.documents.places import share, tag_of, wrapped_lines
from desktop.documents.sheetannex import CHUNK, chunks, joined
from desktop.errors import BadValue
from desktop.filling import checked, completed, file_name, fill, mask
from desktop.forms import Form, Kind, Values, find, sample
from desktop.forms.figuring import added, exact, number, pieces, running, shown
from tests.pace import over


@pytest.fixture(scope="module")
def tongjibiao() -> Form:
    return find("tongjibiao")


@pytest.fixture(scope="module")
def beianbiao() -> Form:
    return find("beianbiao")


def others(count: int) -> list[dict[str, str]]:
    names = ["今日头条", "哔哩哔哩", "快手", "视频号", "知乎", "小红书", "喜马拉雅"]
    return [
        {
            "accounts": f"{name}：林川青年",
            "in_name": "是",
            "running": f"发布 {number + 10} 条；粉丝 1,20{number}",
            "heads": "宣传部 陈某乙\n0479-5983812",
            "operators": f"李样例（在编） 1380000000{number}",
            "review": "是",
            "entrusted": "否",
        }
        for number, name in enumerate(names[:count])
    ]


def tags(content: bytes) -> list[str]:
    root = docx.Document(io.BytesIO(content)).element.body
    return [tag.get(qn("w:val")) for tag in root.iter(qn("w:tag"))]


def table(content: bytes) -> list[list[tuple[str, int, int]]]:
    """Rows of (text, columns covered, width in twips), read by python-docx's own element classes."""
    found = docx.Document(io.BytesIO(content)).tables[0]
    rows = []
    for row in found._tbl.tr_lst:
        cells = []
        for cell in row.tc_lst:
            text = "".join(t.text or "" for t in cell.iter(qn("w:t")))
            cells.append((text, cell.grid_span, int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w")))))
        rows.append(cells)
    return rows


@pytest.mark.parametrize("count", range(7))
def test_word_columns_grow_under_their_header_within_the_same_width(tongjibiao: Form, count: int) -> None:
    values = sample(tongjibiao) | {"other": others(count)}
    values = {key: value for key, value in values.items() if not key.startswith("total_")}
    content = fill(tongjibiao, values, "docx")
    rows = table(content)
    columns = 6 + max(count, 1)
    assert [sum(span for _, span, _ in row) for row in rows] == [columns] * len(rows)
    totals = {sum(width for _, _, width in row) for row in rows}
    assert len(totals) == 1 and abs(totals.pop() - 261 * 56.69) < 20
    header = rows[0]
    assert header[4][:2] == ("其他新媒体平台(可自行添加)", max(count, 1))
    assert [text for text, _, _ in rows[1]][4 : 4 + count] == [row["accounts"] for row in others(count)]
    assert [span for _, span, _ in rows[-1]] == [1, columns - 1]
    assert header[0][2] == pytest.approx(47 * 56.69, abs=3), "the printed labels keep their column"
    assert min(width for _, _, width in rows[1][1:]) > 19.4 * 56.69, "no column gets too narrow for a phone"
    assert len(set(tags(content))) == len(tags(content))
    assert {f"other.{n}.running" for n in range(1, max(count, 1) + 1)} <= set(tags(content))


@pytest.mark.parametrize("count", range(7))
def test_excel_columns_grow_with_merges_names_and_print_area(tongjibiao: Form, count: int) -> None:
    values: Values = {"other": others(count), "problems": "无", "note_running": "备注文字"}
    content = fill(tongjibiao, values, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    turns = max(count, 1)
    last = openpyxl.utils.get_column_letter(6 + turns)
    assert sheet.print_area == f"'统计表'!$A$1:${last}$13"
    merges = {str(merge) for merge in sheet.merged_cells.ranges}
    assert {f"A1:{last}1", f"B12:{last}12", f"B13:{last}13"} <= merges
    grown = openpyxl.utils.get_column_letter(4 + turns)
    assert (f"E4:{grown}4" in merges) == (turns > 1)
    for turn in range(1, count + 1):
        where = book.defined_names[f"other.{turn}.accounts"].attr_text
        cell = sheet[where.split("!")[1].replace("$", "")]
        assert cell.value == others(count)[turn - 1]["accounts"]
        assert cell.border.left.style == "thin" and cell.alignment.wrap_text
    total = book.defined_names["total_accounts"].attr_text.split("!")[1].replace("$", "")
    assert sheet[total].value == (count or None)
    assert sheet[f"{last}7"].value == "备注文字"
    width = sum(sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in range(1, 7 + turns))
    assert width == pytest.approx(136.9, abs=0.6)
    assert sheet.column_dimensions["A"].width == pytest.approx(24.62, abs=0.01)


def grid_of(pdf_file: Path) -> tuple[int, list[str]]:
    with pdfplumber.open(pdf_file) as pdf:
        cells = [
            "".join((page.crop(box, strict=False).extract_text() or "").split())
            for page in pdf.pages
            for found in page.find_tables()
            for box in found.cells
        ]
        return len(pdf.pages), cells


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("count", [0, 1, 6])
def test_grown_sheets_print_on_one_page_with_every_value_in_its_cell(
    tongjibiao: Form, count: int, kind: Kind, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    values = sample(tongjibiao) | {"other": others(count)}
    values = {key: value for key, value in values.items() if not key.startswith("total_")}
    source = tmp_path / f"表.{kind}"
    source.write_bytes(fill(tongjibiao, values, kind))
    count_of_pages, cells = grid_of(soffice(source))
    assert count_of_pages == 1 or (count, count_of_pages) == (6, 2)
    for row in others(count):
        for text in row.values():
            assert "".join(text.split()) in cells
    assert "其他新媒体平台(可自行添加)" in cells


LONG = "".join(f"第{n}条：更新偏慢，已责成专人负责并限期整改；" for n in range(1, 60))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_text_beyond_its_box_goes_whole_to_the_attached_sheet(
    tongjibiao: Form, kind: Kind, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    values: Values = {
        "problems": LONG,
        "suggestions": "建议：\n" + LONG,
        "unit": "共青团林川县委员会",
        "other": others(3),
    }
    source = tmp_path / f"表.{kind}"
    source.write_bytes(fill(tongjibiao, values, kind))
    with pdfplumber.open(soffice(source)) as pdf:
        texts = ["".join((page.extract_text() or "").split()) for page in pdf.pages]
    assert "见附页第1项" in texts[0] and "见附页第2项" in texts[0]
    attached = "".join(texts[1:])
    assert "《团属政务新媒体情况统计表》附页" in attached
    assert attached.count("".join(LONG.split())) == 2, "both texts stand there whole"
    assert "1．存在的问题" in attached and "2．意见建议" in attached


def annexed(book: openpyxl.Workbook, tag: str) -> str:
    where = book.defined_names[f"annex.{tag}"].attr_text.split("!")[1].replace("$", "")
    cells = book.active[where]
    return joined([str(row[0].value) for row in cells] if isinstance(cells, tuple) else [str(cells.value)])


@given(st.text("汉字，。；ab 1\n", max_size=900), st.floats(8, 70))
def test_a_text_cut_into_rows_is_put_together_again(text: str, width: float) -> None:
    rows = chunks(text, width)
    assert joined(rows) == text
    assert all(wrapped_lines(row, width) <= CHUNK for row in rows)


def test_attached_texts_can_be_found_by_tag_and_by_name(tongjibiao: Form) -> None:
    assert "annex.problems" in tags(fill(tongjibiao, {"problems": LONG}, "docx"))
    book = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, {"problems": LONG}, "xlsx")))
    assert annexed(book, "problems") == LONG


def test_a_shrunk_text_keeps_its_letters_and_gets_a_smaller_size(beianbiao: Form) -> None:
    name = "林川学院" * 10
    content = fill(beianbiao, {"organisation": name}, "docx")
    root = docx.Document(io.BytesIO(content)).element.body
    control = next(t for t in root.iter(qn("w:tag")) if t.get(qn("w:val")) == "organisation").getparent().getparent()
    assert "".join(t.text for t in control.iter(qn("w:t"))) == name
    sizes = [int(size.get(qn("w:val"))) for size in control.find(qn("w:sdtContent")).iter(qn("w:sz"))]
    assert sizes == [round(21 * 31 / 40)]


def test_a_shrunk_excel_cell_keeps_its_text_whole_for_every_reader(tongjibiao: Form) -> None:
    unit = "共青团林川县经济技术开发区工作委员会（筹）"
    content = fill(tongjibiao, {"unit": unit, "leader": "王某甲"}, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content), rich_text=True).active
    assert f"填表单位（盖章）：{unit}" == str(sheet["A3"].value)
    assert sheet["A3"].value[0].font.sz < 10
    row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[2]
    assert row[0] == f"填表单位（盖章）：{unit}"


def test_an_excel_row_that_would_be_too_high_moves_its_text_to_the_attached_sheet(tongjibiao: Form) -> None:
    text = "\n".join(f"第 {n} 行" for n in range(60))
    content = fill(tongjibiao, {"note_running": text}, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.active["G7"].value == "见附页第 1 项"
    assert annexed(book, "note_running") == text
    assert book.active.row_dimensions[7].height < 409


def test_excel_rows_get_the_height_their_text_needs(tongjibiao: Form) -> None:
    few = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, {"weibo_operators": "一"}, "xlsx"))).active
    text = "\n".join(f"张某{n} 13800000001" for n in range(8))
    many = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, {"weibo_operators": text}, "xlsx"))).active
    assert few.row_dimensions[9].height == pytest.approx(42.75)
    assert many.row_dimensions[9].height > 8 * 7 * 1.3


def test_an_empty_form_is_the_template_with_its_printed_blanks(tongjibiao: Form, beianbiao: Form) -> None:
    assert fill(beianbiao, {}, "docx") == beianbiao.word.filled({}, {}, "")
    template = (beianbiao.folder / "template.docx").read_bytes()
    shown = docx.Document(io.BytesIO(fill(beianbiao, {}, "docx")))
    assert [p.text for p in shown.paragraphs] == [p.text for p in docx.Document(io.BytesIO(template)).paragraphs]
    sheet = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, {}, "xlsx"))).active
    assert sheet["E3"].value == "统计时间截至 　　　　年　　月　　日"
    assert sheet["A7"].value == "运行情况(如:　　年发布文章总数、粉丝数、阅读量等)"


def test_the_year_of_the_row_label_follows_the_cut_off_date(tongjibiao: Form) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, {"cutoff": "2019-01-25"}, "xlsx"))).active
    assert sheet["E3"].value == "统计时间截至 2019 年 1 月 25 日"
    assert sheet["A7"].value == "运行情况(如:2019年发布文章总数、粉丝数、阅读量等)"


def test_totals_always_equal_their_parts(tongjibiao: Form) -> None:
    values: Values = {
        "weibo_accounts": "甲\n乙",
        "douyin_accounts": "丙",
        "other": [{"accounts": "知乎：丁\n戊"}, {"accounts": ""}],
        "weibo_running": "2026 年发布 186 条；粉丝 12,480；播放 96.3 万",
        "douyin_running": "发布14条，粉丝 1 万，阅读 20.05 万",
    }
    whole = completed(tongjibiao, values)
    assert whole["total_accounts"] == "5"
    assert whole["total_running"] == "发布 200 条；粉丝 22,480；播放 96.3 万；阅读 200,500"
    sheet = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, values, "xlsx"))).active
    assert sheet["G5"].value == 5 and isinstance(sheet["G5"].value, int)
    with pytest.raises(BadValue, match="不一致"):
        fill(tongjibiao, values | {"total_accounts": "6"}, "docx")
    assert fill(tongjibiao, values | {"total_accounts": "5"}, "docx") == fill(tongjibiao, values, "docx")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"leadr": "王某甲"}, "没有“leadr”这一项"),
        ({"leader": ["王某甲"]}, "应为文字"),
        ({"leader": None}, "应为文字"),
        ({"leader": "王\x00某"}, r"U\+0000"),
        ({"leader": "王\ud800某"}, r"U\+D800"),
        ({"other": "今日头条"}, "应为若干行"),
        ({"other": [{"acounts": "x"}]}, "没有“acounts”这一项"),
        ({"other": [{}] * 7}, "最多 6 栏"),
    ],
)
def test_values_that_do_not_fit_are_refused(tongjibiao: Form, values: Values, says: str) -> None:
    with pytest.raises(BadValue, match=says):
        fill(tongjibiao, values, "docx")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=40))
def test_any_text_arrives_whole_in_word_and_excel(text: str) -> None:
    form = find("tongjibiao")
    content = fill(form, {"suggestions": text}, "docx")
    root = docx.Document(io.BytesIO(content)).element.body
    control = next(t for t in root.iter(qn("w:tag")) if t.get(qn("w:val")) == "suggestions").getparent().getparent()
    arrived = "".join(t.text or "" for t in control.iter(qn("w:t")))
    assert arrived == (text or "　　")
    value = openpyxl.load_workbook(io.BytesIO(fill(form, {"suggestions": text}, "xlsx"))).active["B13"].value
    assert (value or "") == text


def test_line_ends_and_tabs_of_any_program_are_kept(tongjibiao: Form) -> None:
    assert checked(tongjibiao, {"problems": "一\r\n二\r三\v四"})["problems"] == "一\n二\n三\n四"
    content = fill(tongjibiao, {"problems": "一\n二\t三 <&>"}, "docx")
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "一</w:t><w:br/><w:t" in xml and "二</w:t><w:tab/><w:t" in xml and "三 &lt;&amp;&gt;" in xml


def test_a_masked_copy_hides_the_middle_of_phones(tongjibiao: Form) -> None:
    content = fill(tongjibiao, sample(tongjibiao), "xlsx", masked=True)
    text = " ".join(str(c.value) for row in openpyxl.load_workbook(io.BytesIO(content)).active for c in row)
    assert "138****0001" in text and "13800000001" not in text
    assert "0479-****812" in text and "5983812" not in text
    assert mask("发布 12,480 条，2026 年 11 月 25 日") == "发布 12,480 条，2026 年 11 月 25 日"


def test_file_names_follow_the_pattern_and_suit_every_file_system(tongjibiao: Form, beianbiao: Form) -> None:
    words = {"cutoff": "2026-11-25"}
    values: Values = {"unit": "共青团林川县委员会"}
    assert file_name(tongjibiao, values, words) == "共青团林川县委员会_团属政务新媒体情况统计表_2026-11-25"
    odd: Values = {"organisation": 'A/B:"<>|?*\\协会', "platform": "", "account": "甲\n乙"}
    assert file_name(beianbiao, odd, {}) == "A-B-协会_甲、乙_申报（备案）表"


def test_a_template_saved_by_another_program_fills_the_same(
    tongjibiao: Form, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    """LibreOffice rewrites every part of a workbook: shared strings, other styles, other column records."""
    from desktop.documents.excel import ExcelTemplate

    saved = soffice(tongjibiao.folder / "template.xlsx", "xlsx")
    template = ExcelTemplate(open_package(saved), tongjibiao.growths)
    assert set(template.places) == set(tongjibiao.excel.places)
    values = sample(tongjibiao)
    from desktop.filling import entries

    content = template.filled(entries(tongjibiao, values, template.repeats), {"other": 2})
    mine = openpyxl.load_workbook(io.BytesIO(fill(tongjibiao, values, "xlsx"))).active
    theirs = openpyxl.load_workbook(io.BytesIO(content)).active
    for row in mine.iter_rows():
        for cell in row:
            assert theirs[cell.coordinate].value == cell.value
    assert {str(m) for m in theirs.merged_cells.ranges} == {str(m) for m in mine.merged_cells.ranges}


# Numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,480", 12480),
        ("96.3 万", 963000),
        ("１２", 12),
        ("1.2亿", 120000000),
        ("-3", -3),
        ("约 3", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (12480, "12,480"), (99999, "99,999"), (963210, "96.3 万"), (200000, "20 万")]
)
def test_numbers_are_printed_as_the_office_writes_them(value: int, text: str) -> None:
    assert shown(value) == text


def test_a_running_sentence_leaves_out_what_is_unknown() -> None:
    assert running(186, 12480, 963210, watched=True) == "发布 186 条；粉丝 12,480；播放 96.3 万"
    assert running(None, 0, None) == "粉丝 0"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_a_sum_of_sentences_equals_the_sum_of_their_numbers(amounts: list[int]) -> None:
    text = added([f"粉丝 {shown(amount)}" for amount in amounts])
    parts = [pieces(f"粉丝 {shown(amount)}")[0]["粉丝", ""] for amount in amounts]
    assert pieces(text)[0]["粉丝", ""] == sum(parts, Decimal(0))
    assert number(exact(sum(parts, Decimal(0)))) == sum(parts)


def test_several_accounts_in_one_cell_are_added_by_label() -> None:
    found, unread = pieces("林川青年：发布 3 条；粉丝 10\n林川志愿：发布 4 条；粉丝若干")
    assert found == {("发布", "条"): 7, ("粉丝", ""): 10}
    assert unread == ["林川志愿：粉丝若干"] or unread == ["粉丝若干"]


# Shapes


@given(st.lists(st.floats(5, 80), min_size=2, max_size=9), st.data())
def test_widths_are_shared_without_changing_the_total(widths: list[float], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(widths) - 1))
    block = range(start, data.draw(st.integers(start + 1, len(widths))))
    extra = data.draw(st.integers(0, 6))
    givers = data.draw(st.sets(st.integers(0, len(widths) - 1)))
    new = share(widths, block, extra, 20.0, givers)
    assert len(new) == len(widths) + extra * len(block)
    assert sum(new) == pytest.approx(sum(widths))
    assert min(new) > 0
    kept = [n for n in range(start) if n not in givers]
    assert [new[n] for n in kept] == [widths[n] for n in kept]


@given(st.text("汉字ab1 \n，。", max_size=60), st.floats(3, 30))
def test_wrapping_never_needs_fewer_lines_than_the_ink_fills(text: str, width: float) -> None:
    ink = sum(1.0 if char > "\u2e7f" else 0.56 for char in text if char not in " \n")  # blanks hang over the edge
    assert wrapped_lines(text, width) >= max(1, ink / width - 1e-9)


@pytest.mark.parametrize("text", ["a", "a.2", "g.1.b", "g.12.b_c"])
def test_tags_are_taken_apart_and_put_together(text: str) -> None:
    assert str(tag_of(text)) == text


@pytest.mark.parametrize("text", ["", "A", "a.1", "a.0", "a.b", "g.0.b", "g.1.", "1a", "a b", "g.1.b.c"])
def test_what_is_no_tag_is_none(text: str) -> None:
    assert tag_of(text) is None


# Speed


def test_filling_a_loaded_template_stays_near_the_byte_floor() -> None:
    from desktop.bench.filling import ratios

    assert over(ratios, room=1.0) == {}
