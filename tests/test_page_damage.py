"""Bad input: nothing but our own refusal is ever raised, and what can be shown is shown with a sentence."""

from __future__ import annotations

import io
import itertools
import math
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from PySide6.QtWidgets import QApplication

from desktop import filling, forms
from desktop.documents.page import Paper, read
from desktop.documents.pages.numbers import shown
from desktop.documents.pdf import QtFonts, to_pdf
from desktop.errors import BadFile
from desktop.forms.loading import sample
from tests.damage import damaged, packed, parts
from tests.wordfile import SECTION, W, cell, control, para, row, run, table, word_file

DAMAGES = 2000


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> QtFonts:
    return QtFonts()


def form() -> bytes:
    """A small Word form with a bit of everything."""
    grid = '<w:docGrid w:type="lines" w:linePitch="312"/>'
    height = '<w:trHeight w:val="800" w:hRule="atLeast"/>'
    rows = [
        row(cell(para(run("单位名称"), '<w:jc w:val="center"/>')),
            cell(para(control("unit", run("某团委"), "单位")), 3000)),
        row(cell(para(run("意见")), 2000, '<w:vMerge w:val="restart"/><w:vAlign w:val="center"/>'),
            cell(para(run("一、同意。") + "<w:r><w:tab/></w:r>" + run("（公章）")), 3000), properties=height),
        row(cell(para(), 2000, "<w:vMerge/>"), cell(table(row(cell(para(run("内"))), cell(para(run("表"))))), 3000)),
        row(cell(para(run("竖排文字")), 2000, '<w:textDirection w:val="tbRlV"/>'), cell(para(run("年　月　日")), 3000),
            properties="<w:cantSplit/>"),
    ]  # fmt: skip
    body = para(run("登记表", size=44), '<w:jc w:val="center"/><w:spacing w:line="360" w:lineRule="auto"/>')
    return word_file(body + table(*rows) + para(run("注：两联。") + '<w:r><w:br w:type="page"/></w:r>'), SECTION % grid)


def sheet() -> bytes:
    """A small workbook with a bit of everything."""
    book = Workbook()
    page = book.worksheets[0]
    thin = Side(style="thin")
    for at in range(1, 9):
        for column in range(1, 5):
            made = page.cell(at, column, ["统计", 12.5, None, "长的文字长的文字"][column - 1])
            made.border = Border(thin, thin, thin, thin)
            made.font = Font(name="宋体", size=11, bold=at == 1)
            made.alignment = Alignment(wrap_text=column == 4, horizontal="center", text_rotation=90 if at == 5 else 0)
    page["B2"].number_format = "#,##0.00"
    page.merge_cells("A1:D1")
    page.oddFooter.center.text = "第 &P 页"
    page.row_dimensions[3].height = 40
    page.column_dimensions["D"].width = 20
    packed_book = io.BytesIO()
    book.save(packed_book)
    return packed_book.getvalue()


def sound(paper: Paper) -> None:
    """Everything on the sheets is at a place that exists."""
    assert 1 <= len(paper.pages) <= 400
    for page in paper.pages:
        for text in page.texts:
            assert all(math.isfinite(value) for value in (text.x, text.y, text.width, text.font.size))
        for rule in page.rules:
            assert all(math.isfinite(value) for value in (rule.x1, rule.y1, rule.x2, rule.y2, rule.width))


@pytest.mark.timeout(120)
def test_random_damage_raises_nothing_but_a_refusal(fonts: QtFonts) -> None:
    shown_files = refused = 0
    filled = [(forms.find(name), kind) for name, kind in (("beianbiao", "docx"), ("tongjibiao", "xlsx"))]
    real = [filling.fill(one, sample(one), kind) for one, kind in filled]
    for seed, content in zip(range(DAMAGES), itertools.cycle([*[form(), sheet()] * 4, *real])):
        try:
            paper = read(damaged(content, seed), fonts, name="损坏的文件")
        except BadFile:
            refused += 1
            continue
        shown_files += 1
        assert len(paper.pages) <= 400
        if seed % 20 == 0:
            assert to_pdf(paper).startswith(b"%PDF")
    assert shown_files + refused == DAMAGES
    assert shown_files > DAMAGES / 3  # most damage leaves something to show


def test_broken_xml_is_shown_as_far_as_it_can_be_read(fonts: QtFonts) -> None:
    held = parts(form())
    held["word/document.xml"] = held["word/document.xml"][: len(held["word/document.xml"]) * 2 // 3]
    paper = read(packed(held), fonts, name="半截.docx")
    assert "登记表" in "".join(t.text for t in paper.pages[0].texts)
    assert any("已损坏" in notice for notice in paper.notices)


@pytest.mark.parametrize("part", ["word/styles.xml", "word/settings.xml", "word/_rels/document.xml.rels"])
@pytest.mark.parametrize("content", [None, b"", b"<x", b"\x00\xff"])
def test_a_missing_or_broken_part_costs_only_itself(fonts: QtFonts, part: str, content: bytes | None) -> None:
    held = parts(form())
    if content is None:
        del held[part]
    else:
        held[part] = content
    paper = read(packed(held), fonts, name="缺件.docx")
    assert "登记表" in "".join(t.text for t in paper.pages[0].texts)
    assert bool(paper.notices) or part.endswith("rels") or content is None


def test_an_entity_is_refused(fonts: QtFonts) -> None:
    held = parts(form())
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    held["word/document.xml"] = held["word/document.xml"].replace(b"?>", b"?>" + bomb, 1)
    with pytest.raises(BadFile):
        read(packed(held), fonts, name="炸弹.docx")


def test_two_hundred_columns(fonts: QtFonts) -> None:
    cells = [cell(para(run(str(n), size=10)), 50) for n in range(200)]
    paper = read(word_file(table(row(*cells), grid=(50,) * 200)), fonts)
    sound(paper)
    assert len(paper.pages[0].cells) == 200


def test_controls_in_controls_in_controls(fonts: QtFonts) -> None:
    inner = run("最里面")
    for depth in range(60):
        inner = control(f"k{depth}", inner)
    paper = read(word_file(para(inner) + para(control("a", control("b", run("内层"))))), fonts)
    sound(paper)
    assert paper.keys()[-1] == "b"
    assert any("嵌套过深" in notice for notice in paper.notices)


def test_tables_in_tables_in_tables(fonts: QtFonts) -> None:
    inner = para(run("底"))
    for _ in range(50):
        inner = table(row(cell(inner + para())), grid=(5000,))
    paper = read(word_file(inner), fonts)
    sound(paper)
    assert any("嵌套过深" in notice for notice in paper.notices)


def test_an_outside_picture_is_not_fetched_and_said(fonts: QtFonts) -> None:
    drawing = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:extent cx="914400" cy="914400"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip r:link="x9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    outside = '<Relationship Id="x9" Type="http://x/image" Target="http://example.com/a.png" TargetMode="External"/>'
    paper = read(word_file(para(drawing), relations=outside), fonts)
    assert any("外部链接" in notice for notice in paper.notices)


@pytest.mark.parametrize(
    ("settings_xml", "parts_", "word"),
    [
        ('<w:documentProtection w:edit="forms" w:enforcement="1"/>', {}, "保护"),
        ("", {"word/vbaProject.bin": b"x"}, "宏"),
    ],
)
def test_protection_and_macros_are_named(
    fonts: QtFonts, settings_xml: str, parts_: dict[str, str | bytes], word: str
) -> None:
    paper = read(word_file(para(run("字")), settings=settings_xml, parts=parts_), fonts)
    assert any(word in notice for notice in paper.notices)


def test_a_picture_that_is_none_leaves_its_place_empty(fonts: QtFonts) -> None:
    vml = (
        '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:50pt;height:40pt">'
        '<v:imagedata r:id="p1"/></v:shape></w:pict></w:r>'
    )
    relation = '<Relationship Id="p1" Type="http://x/image" Target="media/a.png"/>'
    content = word_file(para(vml + run("后")), relations=relation, parts={"word/media/a.png": b"no picture"})
    paper = read(content, fonts)
    assert to_pdf(paper).startswith(b"%PDF")
    assert paper.pages[0].pictures[0].width == pytest.approx(50 * 25.4 / 72)


runs = st.builds(
    run,
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<&>"), max_size=30),
    size=st.integers(2, 200),
    extra=st.sampled_from(["", "<w:b/>", '<w:u w:val="single"/>', '<w:vertAlign w:val="superscript"/>', "<w:vanish/>"]),
)
shapes = st.sampled_from([
    "", '<w:jc w:val="both"/>', '<w:jc w:val="distribute"/>', '<w:spacing w:line="-5" w:lineRule="exact"/>',
    '<w:ind w:left="90000" w:right="90000"/>', '<w:ind w:firstLine="-9000"/>', "<w:keepNext/>", "<w:pageBreakBefore/>",
    '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8000"/></w:tabs>', '<w:numPr><w:numId w:val="7"/></w:numPr>',
])  # fmt: skip
paragraphs = st.builds(lambda inner, shape: para("".join(inner), shape), st.lists(runs, max_size=4), shapes)
cells = st.builds(
    lambda inner, width, shape: cell("".join(inner), width, shape),
    st.lists(paragraphs, max_size=3),
    st.integers(-50, 9000),
    st.sampled_from(["", '<w:gridSpan w:val="3"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>",
                     '<w:textDirection w:val="tbRl"/>', '<w:vAlign w:val="bottom"/>']),
)  # fmt: skip
rows_ = st.builds(
    lambda inner, shape: row(*inner, properties=shape),
    st.lists(cells, max_size=5),
    st.sampled_from(["", '<w:trHeight w:val="30000"/>', '<w:trHeight w:val="300" w:hRule="exact"/>', "<w:tblHeader/>"]),
)
tables = st.builds(
    lambda inner, grid: table(*inner, grid=tuple(grid)), st.lists(rows_, max_size=5), st.lists(st.integers(0, 6000))
)
bodies = st.lists(st.one_of(paragraphs, tables), max_size=6).map("".join)
quick = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(bodies, st.sampled_from(["", "lines", "linesAndChars"]))
def test_any_document_lands_on_sheets(fonts: QtFonts, body: str, grid: str) -> None:
    section = SECTION % f'<w:docGrid w:type="{grid}" w:linePitch="312"/>'
    paper = read(word_file(body, section), fonts)
    sound(paper)
    written = re.sub(r"<w:r><w:rPr>[^/]*?(?:<[^>]*/>)*<w:vanish/>.*?</w:r>", "", body)
    letters = {c for c in "".join(re.findall(r"<w:t [^>]*>([^<]*)<", written)) if c.isalnum()}
    on_paper = {c for page in paper.pages for text in page.texts for c in text.text}
    covered = "<w:vMerge/>" in body or "gridSpan" in body or "exact" in body
    assert covered or letters <= on_paper | {c.upper() for c in on_paper}


@quick
@given(
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15)), st.text(max_size=20)
)
@example(1e28, "0")
@example(1.5, "0." + "0" * 30)
def test_any_number_format_shows_something(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)


@quick
@given(st.text(alphabet='#0?,.;@yYmdhsS%E+-"\\[]<>=_* 年月日AM/P', max_size=25), st.floats(-1e7, 1e7))
def test_any_mix_of_format_signs_shows_something(code: str, value: float) -> None:
    assert isinstance(shown(value, code), str)


def test_a_part_with_a_foreign_name_is_read_as_text(fonts: QtFonts) -> None:
    held = parts(word_file(para(run("字"))))
    held["word/text.xml"] = held.pop("word/document.xml")
    held["_rels/.rels"] = held["_rels/.rels"].replace(b"word/document.xml", b"word/text.xml")
    assert read(packed(held), fonts).pages[0].texts[0].text == "字"
    assert W in held["word/text.xml"].decode()
