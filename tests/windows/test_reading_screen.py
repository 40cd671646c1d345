"""Reading a returned sheet as a clerk does it: drop it, look at the doubtful places, correct, keep it as a filing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import filings, filling, forms, sample
from desktop.background import Background
from desktop.forms.loading import sample as filled
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.read_fields import CERTAIN, MISSING, OWN
from desktop.windows.reading import CHOOSE, LOOK, ReadingPage
from tests.test_reading import members, packed, stripped

NOW = datetime(2026, 11, 20, 14, 32, 8)


@pytest.fixture
def page(tmp_path: Path, qtbot) -> Iterator[ReadingPage]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOW) as store:
        sample.build(store, date(2026, 11, 20))
        background = Background(lambda error: pytest.fail(str(error)))
        made = ReadingPage(store, background)
        qtbot.addWidget(made)
        made.resize(1158, 768)
        made.show()
        yield made
        background.finish()


def file_of(form_id: str, folder: Path, kind: str = "docx", *, bare: bool = False) -> Path:
    form = forms.find(form_id)
    content = filling.fill(form, filled(form), kind)
    path = folder / f"交回的表.{kind}"
    path.write_bytes(stripped(content, kind) if bare else content)
    return path


def read(page: ReadingPage, path: Path, qtbot) -> None:
    page.read_file(path)
    qtbot.waitUntil(lambda: not page.work._background.busy, timeout=60_000)
    QApplication.processEvents()


def in_use(page: ReadingPage) -> list[filings.Filing]:
    with page._store.read() as session:
        return filings.in_use(session)


def test_a_dropped_sheet_becomes_a_filing_and_nothing_is_written_before(page: ReadingPage, tmp_path, qtbot) -> None:
    path = file_of("tongjibiao", tmp_path)
    before = {one.id for one in in_use(page)}
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    qtbot.waitUntil(lambda: page.steps.currentIndex() == LOOK, timeout=60_000)
    assert page.form.currentData() == "tongjibiao"
    assert {line.state for line in page.fields.lines} == {CERTAIN}
    assert {one.id for one in in_use(page)} == before
    went: list[tuple[str, object]] = []
    page.go.connect(lambda key, argument: went.append((key, argument)))
    page.fields.go_to("phone")
    page.fields.input.input.selectAll()
    QTest.keyClicks(page.fields.input.input, "0479-5980099")
    page.keep.click()
    ((key, number),) = went
    assert key == "fill"
    draft = filings.open_draft(page._store, number)
    wanted = filled(draft.form)
    assert draft.cell("phone").text == "0479-5980099"
    assert draft.typed["leader"] == wanted["leader"]
    assert draft.typed["douyin_accounts"] == wanted["douyin_accounts"]
    assert page.steps.currentIndex() == CHOOSE


def test_field_and_paper_lead_to_each_other(page: ReadingPage, tmp_path, qtbot) -> None:
    read(page, file_of("beianbiao", tmp_path), qtbot)
    page.paper.field_clicked.emit("upkeep")
    assert page.fields.current() == "upkeep"
    page.fields.go_to("account")
    assert page.paper.sheets._key == "account"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_places_are_found_on_a_sheet_that_lost_its_tags(page: ReadingPage, tmp_path, qtbot, kind: str) -> None:
    read(page, file_of("tongjibiao", tmp_path, kind, bare=True), qtbot)
    qtbot.waitUntil(lambda: bool(page.paper.paper.keys()), timeout=10_000)
    shown = {line.read.tag for line in page.fields.lines}
    assert len(shown & set(page.paper.paper.keys())) >= 0.9 * len(shown)


def test_what_could_not_be_read_stands_first_and_can_be_typed(page: ReadingPage, tmp_path, qtbot) -> None:
    path = file_of("beianbiao", tmp_path, bare=True)
    parts = members(path.read_bytes())
    parts["word/document.xml"] = parts["word/document.xml"].decode().replace("维护方式", "怎么运作").encode()
    path.write_bytes(packed(parts))
    read(page, path, qtbot)
    line = page.fields.table.current()
    assert line.state != CERTAIN
    assert "处未核对" in page.keep.text()
    open_ = {one.read.tag for one in page.fields.lines if one.state not in (CERTAIN, OWN)}
    assert page.paper.sheets._marked == open_, "what needs a look is marked on the paper as well"
    assert page.paper.sheets._sources[line.read.tag] == line.read.remark
    assert filled(page.came.found.form)["upkeep"] == page.came.found.text("upkeep")
    while page.fields.right.isVisible():
        page.fields.right.click()
    assert page.keep.text() == "存成填报"
    assert not page.paper.sheets._marked
    assert line.state == OWN
    lost = [one for one in page.fields.lines if one.state == MISSING]
    if lost:
        page.fields.go_to(lost[0].read.tag)
        page.fields.input.set_text("两人轮流")
        page.fields._correct(lost[0], "两人轮流")
        assert lost[0].state == OWN
        assert page.fields.texts()[lost[0].read.tag] == "两人轮流"


def test_an_account_form_asks_for_whom(page: ReadingPage, tmp_path, qtbot) -> None:
    form = next(one for one in map(forms.find, ("guantingzhuxiao", "biangengbeian", "beianbiao"))
                if one.subject == "account")  # fmt: skip
    read(page, file_of(form.id, tmp_path), qtbot)
    page.subject.setCurrentIndex(0)
    before = len(in_use(page))
    page.save()
    assert len(in_use(page)) == before
    assert "选定" in page.subtitle.text()
    page.subject.setCurrentIndex(1)
    page.save()
    assert len(in_use(page)) == before + 1


def test_another_form_can_be_chosen(page: ReadingPage, tmp_path, qtbot) -> None:
    read(page, file_of("beianbiao", tmp_path), qtbot)
    page.form.setCurrentIndex(page.form.findData("biangengbeian"))
    page._another_form()
    qtbot.waitUntil(lambda: not page.work._background.busy, timeout=60_000)
    QApplication.processEvents()
    assert page.came.found.form.id == "biangengbeian"


def test_a_damaged_or_unknown_file_is_refused_with_a_sentence(page: ReadingPage, tmp_path, qtbot, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: said.append(str(error)))
    for content in (b"", b"PK\x03\x04broken"):
        path = tmp_path / "坏.docx"
        path.write_bytes(content)
        read(page, path, qtbot)
    assert len(said) == 2
    assert page.steps.currentIndex() == CHOOSE


def test_an_old_word_file_is_converted_in_the_background(page: ReadingPage, tmp_path, qtbot, soffice) -> None:
    old = soffice(file_of("beianbiao", tmp_path), "doc")
    page.read_file(old)
    assert page.work.isVisible()
    qtbot.waitUntil(lambda: page.steps.currentIndex() == LOOK, timeout=120_000)
    assert "已转换" in page.fields.notice.text()
    assert page.form.currentData() == "beianbiao"


def test_an_old_excel_file_shows_the_form_filled_with_what_was_read(
    page: ReadingPage, tmp_path, qtbot, soffice
) -> None:
    read(page, soffice(file_of("tongjibiao", tmp_path, "xlsx"), "xls"), qtbot)
    qtbot.waitUntil(lambda: bool(page.paper.paper.keys()), timeout=10_000)
    assert page.form.currentData() == "tongjibiao"
