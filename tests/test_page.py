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


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("", 90),
        ('w:horzAnchor="page" w:tblpX="1000"', 50),
        ('w:horzAnchor="page" w:tblpXSpec="center"', (595.3 - 250) / 2),
        ('w:horzAnchor="margin" w:tblpXSpec="right"', 595.3 - 90 - 250),
        ('w:horzAnchor="margin" w:tblpX="400"', 110),
    ],
)
def test_a_floating_table_stands_where_it_is_put(fonts: QtFonts, place: str, left: float) -> None:
    floating = f"<w:tblpPr {place}/>" if place else ""
    page = lay(fonts, table(row(cell(para(run("格"))), cell(para(), 3000)), properties=floating)).pages[0]
    assert min(rule.x1 for rule in page.rules) / POINT == pytest.approx(left, abs=0.5)


def test_a_line_of_spaces_is_as_high_as_the_style_and_one_of_wide_blanks_as_its_type(fonts: QtFonts) -> None:
    """As LibreOffice has it: spaces take the type of the paragraph's style, 　 the type it is written in."""
    heights = []
    for blank in (" ", "　"):
        page = lay(fonts, para(run(blank, size=48)) + para(run("后"))).pages[0]
        heights.append(word(page, "后"))
    assert heights[1] - heights[0] > 15


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


WP = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
PICTURE = '<Relationship Id="p1" Type="http://x/image" Target="media/a.png"/>'
SIZE = (1800000, 1080000)  # EMU: 50 × 30 mm


def graphic() -> str:
    return (
        f'<wp:extent cx="{SIZE[0]}" cy="{SIZE[1]}"/><a:graphic><a:graphicData><pic:pic><pic:blipFill>'
        '<a:blip r:embed="p1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    )


def anchored(wrap: str, across: str = "<wp:posOffset>0</wp:posOffset>") -> str:
    return (
        f'<w:r><w:drawing><wp:anchor {WP} distL="114300" distR="114300"><wp:positionH relativeFrom="column">{across}'
        '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        f"<wp:{wrap}/>{graphic()}</wp:anchor></w:drawing></w:r>"
    )


def with_picture(body: str) -> bytes:
    return word_file(body, relations=PICTURE, parts={"word/media/a.png": b"\x89PNG"})


# Places in points as LibreOffice 7.4 has them for the same file.
def test_a_picture_in_a_line_stands_on_its_base_line(fonts: QtFonts) -> None:
    inline = f"<w:r><w:drawing><wp:inline {WP}>{graphic()}</wp:inline></w:drawing></w:r>"
    page = read(with_picture(para(run("前") + inline + run("后")) + para(run("下"))), fonts).pages[0]
    picture = page.pictures[0]
    place = [side / POINT for side in (picture.x, picture.y, picture.width, picture.height)]
    assert place == pytest.approx([102, 72, 141.7, 85], abs=0.2)
    assert (word(page, "前"), word(page, "下")) == pytest.approx((157.1, 174.5), abs=0.3)


@pytest.mark.parametrize(
    ("wrap", "across", "first", "x", "last"),
    [
        ("wrapSquare", "<wp:posOffset>0</wp:posOffset>", 85.9, 240.9, 190.3),
        ("wrapSquare", "<wp:align>right</wp:align>", 85.9, 90.0, 190.3),
        ("wrapTopAndBottom", "<wp:posOffset>0</wp:posOffset>", 171.0, 90.0, 258.0),
        ("wrapNone", "<wp:posOffset>0</wp:posOffset>", 85.9, 90.0, 172.9),
    ],
)
def test_text_keeps_off_a_picture(fonts: QtFonts, wrap: str, across: str, first: float, x: float, last: float) -> None:
    body = para(anchored(wrap, across) + run("一段很长的正文" * 20)) + para(run("下"))
    page = read(with_picture(body), fonts).pages[0]
    start = min(page.texts, key=lambda text: text.y)
    assert (start.y / POINT, start.x / POINT) == pytest.approx((first, x), abs=0.3)
    assert word(page, "下") == pytest.approx(last, abs=0.5)


def test_text_in_a_box_stays_in_it_and_may_run_down(fonts: QtFonts) -> None:
    def box(style: str) -> str:
        return (
            '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:rect style="position:absolute;margin-left:100pt;'
            f'margin-top:50pt;width:60pt;height:90pt"><v:textbox style="{style}"><w:txbxContent>'
            f"{para(run('照片粘贴处'))}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
        )

    flat = lay(fonts, para(box("") + run("正文"))).pages[0]
    assert len([r for r in flat.rules if r.role == "shape"]) == 4
    inside = [t for t in flat.texts if t.text != "正文"]
    assert all(t.x / POINT > 190 and (t.x + t.width) / POINT < 250 for t in inside)
    down = lay(fonts, para(box("layout-flow:vertical-ideographic") + run("正文"))).pages[0]
    letters = [t for t in down.texts if t.text in "照片粘贴处"]
    assert len({round(t.x, 2) for t in letters}) == 1
    assert [t.text for t in sorted(letters, key=lambda t: t.y)] == list("照片粘贴处")


def test_hidden_letters_and_paragraphs_are_left_out(fonts: QtFonts) -> None:
    hidden = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr></w:p>"
    page = lay(fonts, para(run("甲") + run("乙", extra="<w:vanish/>")) + hidden + para(run("丙"))).pages[0]
    assert "".join(t.text for t in page.texts) == "甲丙"
    assert word(page, "丙") - word(page, "甲") == pytest.approx(17.4, abs=0.1)


def test_text_that_runs_down_a_merged_cell(fonts: QtFonts) -> None:
    side = cell(para(run("家庭成员")), 600, '<w:vMerge w:val="restart"/><w:textDirection w:val="tbRlV"/>')
    rows = [row(side, cell(para(run("姓名"))), properties='<w:trHeight w:val="900"/>')]
    rows += [row(cell(para(), 600, "<w:vMerge/>"), cell(para(run("另一个"))), properties='<w:trHeight w:val="900"/>')]
    page = lay(fonts, table(*rows, grid=(600, 3000))).pages[0]
    letters = sorted((t for t in page.texts if t.text in "家庭成员"), key=lambda t: t.y)
    assert "".join(t.text for t in letters) == "家庭成员"
    assert len({round(t.x, 2) for t in letters}) == 1


def test_header_and_footer_with_page_numbers_are_taken_over(fonts: QtFonts) -> None:
    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    def counted(name: str) -> str:
        code = f"<w:r><w:instrText>{name}</w:instrText></w:r>"
        return sign("begin") + code + sign("separate") + run("9") + sign("end")

    words = run("第") + counted("PAGE") + run("页共") + counted("NUMPAGES") + run("页")
    foot = f'<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{para(words)}</w:ftr>'
    first = SECTION % '<w:footerReference w:type="default" r:id="f1"/>'
    body = para(run("一")) + f"<w:p><w:pPr>{first}</w:pPr></w:p>" + para(run("二"))
    relation = (
        '<Relationship Id="f1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"'
        ' Target="footer1.xml"/>'
    )
    paper = read(word_file(body, relations=relation, parts={"word/footer1.xml": foot}), fonts)
    feet = ["".join(t.text for t in page.texts if t.y > 250) for page in paper.pages]
    assert feet == ["第1页共2页", "第2页共2页"]
