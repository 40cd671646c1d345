"""The paper beside the fields: shown, tinted, clicked, hovered, zoomed, printed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop.bench import documents
from desktop.documents.page import read
from desktop.documents.pages.paper import Page
from desktop.documents.pdf import QtFonts, draw_on, png, to_images, to_pdf
from desktop.windows import dialogs, theme
from desktop.windows.paper import DOTS, PaperView, size_name
from tests.pace import keeps, over
from tests.wordfile import SECTION, cell, control, para, row, run, table, word_file

FORMS = Path(__file__).resolve().parents[2] / "forms"


def form(value: str = "某团委", pages: int = 1) -> bytes:
    rows = [
        row(cell(para(run("单位名称"))), cell(para(control("unit", run(value), "单位名称")), 6000)),
        row(cell(para(run("负责人"))), cell(para(control("leader", run("王某甲"))), 6000)),
    ]
    rest = "".join(para(run("下一页"), "<w:pageBreakBefore/>") for _ in range(pages - 1))
    return word_file(para(run("登记表")) + table(*rows, grid=(2000, 6000)) + rest)


@pytest.fixture
def view(qtbot) -> PaperView:
    made = PaperView()
    qtbot.addWidget(made)
    made.resize(600, 800)
    made.show()
    qtbot.waitExposed(made)
    made.set_document(form(), "docx")
    return made


def middle(view: PaperView, key: str) -> QPoint:
    """The middle of a field in pixels of the view."""
    field = next(f for f in view.paper.pages[0].fields if f.key == key)
    return view.sheets._on_screen(0, field).center().toPoint()


def test_a_click_on_a_cell_goes_to_its_field(view: PaperView, qtbot) -> None:
    with qtbot.waitSignal(view.field_clicked) as caught:
        QTest.mouseClick(view.sheets.viewport(), Qt.MouseButton.LeftButton, pos=middle(view, "leader"))
    assert caught.args == ["leader"]


def test_a_click_beside_every_field_does_nothing(view: PaperView, qtbot) -> None:
    with qtbot.assertNotEmitted(view.field_clicked):
        QTest.mouseClick(view.sheets.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_the_current_field_is_tinted(view: PaperView) -> None:
    spot = middle(view, "unit") + QPoint(60, 0)
    before = view.sheets.viewport().grab().toImage().pixelColor(spot)
    view.highlight("unit")
    after = view.sheets.viewport().grab().toImage().pixelColor(spot)
    assert (before.red(), before.green()) == (255, 255)
    assert after.red() > after.green() + 10


def test_fields_to_be_looked_at_are_tinted_in_another_colour(view: PaperView) -> None:
    before = view.sheets.viewport().grab().toImage().pixelColor(middle(view, "unit") + QPoint(60, 0))
    view.sheets.mark({"unit", "leader"})
    view.highlight("leader")
    shot = view.sheets.viewport().grab().toImage()
    marked, current = (shot.pixelColor(middle(view, key) + QPoint(60, 0)) for key in ("unit", "leader"))
    assert marked != before
    assert marked.hue() != current.hue()


def test_hovering_shows_where_a_value_comes_from(view: PaperView) -> None:
    view.set_sources({"unit": "来自台账：单位名称"})
    at = middle(view, "unit")
    place = view.sheets.viewport().mapToGlobal(at)
    QApplication.sendEvent(view.sheets.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, place))
    assert QToolTip.text() == "来自台账：单位名称"
    QToolTip.hideText()


def test_zoom_by_keys_and_wheel_and_back_to_the_width(view: PaperView) -> None:
    fitted = view.sheets.zoom()
    view.sheets.setFocus()
    QTest.keyClick(view.sheets, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.sheets.zoom() > fitted
    view.sheets.step(-1)
    view.sheets.fit_width()
    assert view.sheets.zoom() == pytest.approx(fitted, abs=0.01)
    page = view.paper.pages[0]
    assert page.width * fitted * DOTS <= view.sheets.viewport().width()


def test_the_head_of_the_sheet_stays_in_view_when_the_window_grows(view: PaperView, qtbot) -> None:
    view.resize(500, 200)
    qtbot.waitUntil(lambda: view.sheets.zoom() < 0.65)
    assert view.sheets.verticalScrollBar().value() == 0
    view.resize(900, 700)
    qtbot.waitUntil(lambda: view.sheets.zoom() > 0.9)
    assert view.sheets.verticalScrollBar().value() == 0


def test_highlighting_follows_to_the_page_of_the_field(view: PaperView) -> None:
    view.set_document(form(pages=4), "docx")
    view.sheets.verticalScrollBar().setValue(view.sheets.verticalScrollBar().maximum())
    assert view.sheets.page_in_view() == 3
    view.highlight("leader")
    assert view.sheets.page_in_view() == 0


def test_the_caption_names_the_sheet_and_the_page(view: PaperView) -> None:
    assert view._place.text() == "A4 纵向 · 第 1 / 1 页"
    view.paper.pages[0].width, view.paper.pages[0].height = 297, 210
    assert size_name(view.paper.pages[0]) == "A4 横向"


def test_what_cannot_be_read_is_said_in_place_of_the_sheets(view: PaperView) -> None:
    view.set_document(b"no file at all", "docx")
    assert view.paper.pages == []
    assert "不是 Word 或 Excel 文件" in view._notices.text()


def test_a_screen_of_a_higher_density_gets_more_dots(view: PaperView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(view.sheets), "devicePixelRatioF", lambda _: 2.0)
    view.sheets._cache.clear()
    painted = view.sheets._painted(0, view.paper.pages[0])
    assert painted.width() == pytest.approx(view.paper.pages[0].width * view.sheets.zoom() * DOTS * 2, abs=1)


def test_dark_screens_show_white_paper(qtbot, view: PaperView) -> None:
    theme.apply(QApplication.instance(), "深色")
    try:
        view.sheets._cache.clear()
        box = view.sheets._box(0)
        shot = view.sheets.viewport().grab().toImage()
        assert shot.pixelColor(QPointF(box.x() + 8, box.y() + 8).toPoint()).lightness() == 255
    finally:
        theme.apply(QApplication.instance(), "浅色")


def test_a_page_is_painted_laid_out_anew_and_written_as_pdf_near_the_same_strokes() -> None:
    """One frame while typing, 16 ms a page and 50 ms a PDF on an office PC: as ratios to a bare painter."""
    assert over(documents.ratios) == {}


@pytest.mark.parametrize("name", ["beianbiao", "jiaojiedan"])
def test_other_forms_are_redrawn_in_step_with_the_number_of_their_strokes(view: PaperView, name: str) -> None:
    """No form costs much more a stroke than the statistics form, which the bench measures."""
    view.set_document((FORMS / "tongjibiao" / "template.docx").read_bytes(), "docx")
    known, page = (FORMS / "tongjibiao" / "template.docx").read_bytes(), view.paper.pages[0]
    other = (FORMS / name / "template.docx").read_bytes()
    view.set_document(other, "docx")
    more = strokes(view.paper.pages[0]) / strokes(page)
    assert keeps(lambda: view.set_document(other, "docx"), lambda: view.set_document(known, "docx"), 3 * max(1, more))


def strokes(page: Page) -> int:
    return len(page.rules) + len(page.texts)


def test_printed_pages_are_those_of_the_paper(view: PaperView, tmp_path: Path) -> None:

    view.set_document(form(pages=2), "docx")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    draw_on(printer, view.paper.pages)
    with pdfplumber.open(tmp_path / "打印.pdf") as pdf:
        assert len(pdf.pages) == 2
        letter = next(c for c in pdf.pages[0].chars if c["text"] == "登")
        text = next(t for t in view.paper.pages[0].texts if t.text.startswith("登"))
        assert letter["x0"] == pytest.approx(text.x / 25.4 * 72, abs=1.5)


def test_the_sheets_are_kept_as_pdf_from_the_window(
    view: PaperView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    target = tmp_path / "登记表.pdf"
    monkeypatch.setattr(dialogs, "choose_target", lambda _, __, suggested, ___: asked.append(suggested) or target)
    view.set_document(form(pages=2), "docx", "某团委_登记表.docx")
    view.keep.click()
    assert asked == ["某团委_登记表.pdf"]
    with pdfplumber.open(target) as pdf:
        assert len(pdf.pages) == 2
        assert "王某甲" in pdf.pages[0].extract_text()
    assert "登记表.pdf" in view._notices.text()
    view.set_document(b"no file", "docx")
    assert not view.keep.isEnabled() and not view.press.isEnabled(), "nothing to keep or print"


def test_letters_in_the_pdf_are_those_that_were_written(tmp_path: Path) -> None:
    """Glyphs that several code points share keep the name they were written with; ligatures are not made."""

    written = "一页长户高 office ffi"
    (tmp_path / "a.pdf").write_bytes(to_pdf(read(word_file(para(run(written))), QtFonts())))
    with pdfplumber.open(tmp_path / "a.pdf") as pdf:
        assert "".join(c["text"] for c in pdf.pages[0].chars) == written


def test_spacing_and_width_in_the_pdf_are_those_measured(tmp_path: Path) -> None:

    paper = read(word_file(para(run("一二三四五", size=21, extra='<w:spacing w:val="40"/>'))), QtFonts())
    (tmp_path / "a.pdf").write_bytes(to_pdf(paper))
    with pdfplumber.open(tmp_path / "a.pdf") as pdf:
        starts = [c["matrix"][4] for c in pdf.pages[0].chars]
    assert [b - a for a, b in pairwise(starts)] == pytest.approx([12.5] * 4, abs=0.1)


def test_pictures_of_pages(view: PaperView) -> None:
    picture = next(iter(to_images(view.paper, dots=96)))
    assert (picture.width(), picture.height()) == (794, 1123)
    again = QImage.fromData(png(picture))
    assert again.size() == picture.size()


def test_landscape_pages_print_across(tmp_path: Path) -> None:
    section = SECTION.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"') % ""
    paper = read(word_file(para(run("横")), section), QtFonts())
    (tmp_path / "a.pdf").write_bytes(to_pdf(paper))
    with pdfplumber.open(tmp_path / "a.pdf") as pdf:
        assert (round(pdf.pages[0].width), round(pdf.pages[0].height)) == (842, 595)
        assert pdf.pages[0].chars[0]["x0"] == pytest.approx(90, abs=2)
