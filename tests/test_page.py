from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.documents.page import Page, Paper, read
from desktop.documents.pdf import QtFonts
from desktop.errors import BadFile
from tests.fidelity import as_libreoffice
from tests.wordfile import SECTION, cell, control, para, row, run, table, word_file

POINT = 25.4 / 72
GRID = SECTION % '<w:docGrid w:type="lines" w:linePitch="312"/>'


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> QtFonts:
    return QtFonts(as_libreoffice)


def bases(page: Page) -> list[float]:
    """Base lines in points from the top of the sheet, each once."""
    return sorted({round(text.y / POINT, 1) for text in page.texts})


def word(page: Page, text: str) -> float:
    return next(t.y / POINT for t in page.texts if t.text.startswith(text))


def lay(fonts: QtFonts, body: str, section: str = SECTION % "", **rest: str) -> Paper:
    return read(word_file(body, section, **rest), fonts)  # type: ignore[arg-type]


def test_size_and_margins_of_the_sheet(fonts: QtFonts) -> None:
    page = lay(fonts, para(run("正文"))).pages[0]
    assert (round(page.width, 1), round(page.height, 1)) == (210.0, 297.0)
    assert round(page.texts[0].x, 2) == 31.75
    assert page.texts[0].font.size == 12


# The numbers below are where LibreOffice 7.4 puts the same lines with the same typefaces.
@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        ("", [85.9, 103.3, 120.7]),
        ('<w:spacing w:line="360" w:lineRule="auto"/>', [85.9, 112.0, 138.0]),
        ('<w:spacing w:line="500" w:lineRule="exact"/>', [92.0, 117.0, 142.0]),
        ('<w:spacing w:line="500" w:lineRule="atLeast"/>', [93.5, 118.5, 143.5]),
    ],
    ids=["single", "one and a half", "exact", "at least"],
)
def test_line_pitch(fonts: QtFonts, spacing: str, expected: list[float]) -> None:
    lines = run("一行") + "<w:r><w:br/></w:r>" + run("二行") + "<w:r><w:br/></w:r>" + run("三行")
    page = lay(fonts, para(lines, spacing)).pages[0]
    assert bases(page) == pytest.approx(expected, abs=0.15)


def test_on_a_grid_lines_take_whole_grid_lines_in_a_centred_text(fonts: QtFonts) -> None:
    page = lay(fonts, para(run("一行")) + para(run("二行")), GRID).pages[0]
    assert bases(page) == pytest.approx([98.6, 129.8], abs=0.15)


def test_between_paragraphs_the_larger_spacing_counts(fonts: QtFonts) -> None:
    body = para(run("上"), '<w:spacing w:after="300"/>') + para(run("下"), '<w:spacing w:before="200"/>')
    page = lay(fonts, body).pages[0]
    assert word(page, "下") - word(page, "上") == pytest.approx(17.4 + 15, abs=0.1)


def test_cells_rows_and_borders_of_a_table(fonts: QtFonts) -> None:
    rows = [
        row(cell(para(run("格一"))), cell(para(run("格二")), 3000)),
        row(
            cell(para(run("居中")), 2000, '<w:vAlign w:val="center"/>'),
            cell(para(run("最低")), 3000),
            properties='<w:trHeight w:val="800"/>',
        ),
        row(
            cell(para(run("居下")), 2000, '<w:vAlign w:val="bottom"/>'),
            cell(para(run("固定")), 3000),
            properties='<w:trHeight w:val="700" w:hRule="exact"/>',
        ),
    ]
    page = lay(fonts, para(run("前")) + table(*rows) + para(run("后"))).pages[0]
    assert word(page, "格一") == pytest.approx(103.8, abs=0.2)
    assert word(page, "居中") == pytest.approx(132.8, abs=0.2)
    assert word(page, "居下") == pytest.approx(178.8, abs=0.6)
    flat = sorted({round(r.y1 / POINT, 1) for r in page.rules if r.y1 == r.y2})
    assert flat == pytest.approx([89.6, 107.5, 147.5, 182.2], abs=0.3)
    upright = sorted({round(r.x1 / POINT, 1) for r in page.rules if r.x1 == r.x2})
    assert upright == pytest.approx([90.3, 190.3, 340.3], abs=0.4)


def test_a_cell_knows_its_field(fonts: QtFonts) -> None:
    inside = cell(para(control("unit", run("共青团林川县委员会"), "单位名称")), 3000)
    around = control("leader", cell(para(run("王某甲"))), "负责人")
    paper = lay(fonts, table(row(cell(para(run("单位名称"))), inside), row(around, cell(para(run("—")), 3000))))
    page = paper.pages[0]
    assert paper.keys() == ["unit", "leader"]
    box = next(c for c in page.cells if c.key == "unit")
    assert page.key_at(box.x + box.width / 2, box.y + box.height / 2) == "unit"
    assert page.key_at(box.x - 2, box.y + 1) == ""


def test_a_row_breaks_across_pages_and_its_heading_row_comes_again(fonts: QtFonts) -> None:
    head = row(cell(para(run("表头"))), cell(para(run("内容")), 3000), properties="<w:tblHeader/>")
    long = row(cell(para(run("左"))), cell("".join(para(run(f"第{n}行")) for n in range(60)), 3000))
    paper = lay(fonts, table(head, long))
    assert len(paper.pages) == 2
    assert paper.pages[1].texts[0].text == "表头"
    shown = [t.text for page in paper.pages for t in page.texts if t.text.startswith("第")]
    assert len(shown) >= 60


def test_revisions_are_shown_as_accepted_and_said(fonts: QtFonts) -> None:
    body = para(run("甲") + f"<w:del>{run('乙').replace('w:t', 'w:delText')}</w:del><w:ins>{run('丙')}</w:ins>")
    paper = lay(fonts, body)
    assert "".join(t.text for t in paper.pages[0].texts) == "甲丙"
    assert any("修订" in notice for notice in paper.notices)


def test_a_missing_typeface_is_replaced_and_said(fonts: QtFonts) -> None:
    paper = lay(fonts, para(run("字", east="不存在的宋体")))
    assert any("不存在的宋体" in notice for notice in paper.notices)


def test_a_file_without_text_part_is_refused(fonts: QtFonts) -> None:
    with pytest.raises(BadFile):
        read(b"PK\x03\x04 nothing", fonts, name="坏.docx")
