"""A form with a whole register in it: its paper and its files are made on the worker, and nothing typed is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from desktop import accounts, filings, forms, sample, settings, units
from desktop.background import Background
from desktop.documents.page import Paper, read
from desktop.documents.pdf import QtFonts
from desktop.filling import fill
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.fill import FillPage
from desktop.windows.fill_paper import Made

FORM, TAG = "zhanghaotaizhang", "accounts.1.note"


@pytest.fixture
def page(tmp_path: Path, qtbot) -> Iterator[FillPage]:
    """The register of 60 accounts as a form, open on the desk with its paper made."""
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 14, 32, 8)) as store:
        sample.build(store, date(2026, 11, 20))
        with store.write("很多账号") as session:
            mine = units.need_own(session)
            for number in range(50):
                one = accounts.Account(platform="微博", name=f"林川青年{number:02d}", unit_id=mine.id)
                accounts.add(session, one, accounts.NORMAL, date(2024, 1, 1))
        background = Background(lambda error: pytest.fail(str(error)))
        made = FillPage(store, settings.load(store.folder), background)
        qtbot.addWidget(made)
        made.resize(1150, 760)
        made.show()
        made.refresh()
        made.open(["begin", FORM])
        qtbot.waitUntil(lambda: made.desk is not None and not made.desk.drawing.waiting, timeout=20_000)
        made.desk.turn_to("accounts")
        yield made
        made.close_desk()
        assert background.finish()


def printed(page: FillPage) -> str:
    return "".join(text.text for sheet in page.desk.paper.paper.pages for text in sheet.texts)


def type_in(page: FillPage, text: str) -> None:
    QTest.keyClicks(page.desk.fields.inputs[TAG].input, text)


def hold(page: FillPage, qtbot) -> threading.Event:
    """Keep the worker busy until the event is set."""
    let_go = threading.Event()
    page._background.run(page, lambda _: let_go.wait(20), lambda _: None)
    return let_go


def test_the_paper_follows_the_newest_typing_and_what_is_older_is_thrown_away(page: FillPage, qtbot) -> None:
    desk, shown = page.desk, []
    real = desk.paper.show_paper
    desk.paper.show_paper = lambda paper: shown.append(paper) or real(paper)
    let_go = hold(page, qtbot)
    type_in(page, "abc")
    older = desk.draft
    qtbot.waitUntil(lambda: desk.drawing._work is not None, timeout=3000)
    type_in(page, "def")
    let_go.set()
    qtbot.waitUntil(lambda: not desk.drawing.waiting, timeout=20_000)
    assert len(shown) == 1 and "abcdef" in printed(page)
    desk.drawing._show(older, Made(Paper([]), "", {}))
    assert "abcdef" in printed(page), "a paper that arrives late for an older draft"
    assert filings.open_draft(page._store, desk.number).cell(TAG).text == "abcdef"


def test_another_step_makes_no_other_paper(page: FillPage) -> None:
    page.desk.turn(1)
    assert not page.desk.drawing.waiting


def test_printing_and_keeping_wait_for_the_newest_paper(page: FillPage, qtbot, monkeypatch) -> None:
    found: list[str] = []
    monkeypatch.setattr(page.desk.paper, "print_with_preview", lambda: found.append(printed(page)))
    type_in(page, "xyz")
    assert not page.desk.paper.keep.isEnabled() and "正在排版" in page.desk.paper._place.text()
    page._print()
    assert found == []
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    assert "xyz" in found[0] and page.desk.paper.keep.isEnabled()


def test_leaving_while_the_paper_is_being_made_loses_nothing(page: FillPage, qtbot) -> None:
    let_go = hold(page, qtbot)
    type_in(page, "kept")
    number, printing = page.desk.number, []
    page.desk.drawing.when_made(lambda: printing.append(1))
    page.close_desk()
    let_go.set()
    qtbot.waitUntil(lambda: not page._background.busy, timeout=20_000)
    assert page.desk is None and printing == []
    assert filings.open_draft(page._store, number).cell(TAG).text == "kept"


def test_a_character_no_document_can_hold_leaves_the_last_good_paper(page: FillPage, qtbot) -> None:
    before = page.desk.paper.paper
    page.desk._typed(TAG, "\x01")
    qtbot.waitUntil(lambda: not page.desk.drawing.waiting, timeout=20_000)
    assert page.desk.paper.paper is before and page.desk.paper.keep.isEnabled()


def test_an_export_can_be_stopped_and_done_again(page: FillPage, tmp_path: Path, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: tmp_path / "out")
    let_go = hold(page, qtbot)
    page._finalise()
    assert page.work.working and not page.final.isEnabled()
    page.work.stop_button.click()
    let_go.set()
    qtbot.waitUntil(lambda: not page._background.busy, timeout=20_000)
    assert not (tmp_path / "out").exists()
    assert not page.desk.draft.filing.editable and "还没有存成文件" in page.subtitle.text()
    page.final.click()
    qtbot.waitUntil(lambda: not page.work.working, timeout=20_000)
    assert [file.suffix for file in (tmp_path / "out").iterdir()] == [".xlsx"]
    assert "已存到“out”" in page.subtitle.text()


def test_the_folder_opened_is_that_of_this_filing(page: FillPage, tmp_path: Path, qtbot, monkeypatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(dialogs, "open_folder", opened.append)
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: tmp_path / "本表")
    page._finalise()
    qtbot.waitUntil(lambda: not page.work.working, timeout=20_000)
    page.work._settings.output = str(tmp_path / "别处")
    page.more["folder"].click()
    (tmp_path / "本表").rename(tmp_path / "移走了")
    page.more["folder"].click()
    assert [folder.name for folder in opened] == ["本表", "别处"]


def test_the_worker_measures_type_as_the_interface_does(page: FillPage, qtbot) -> None:
    """Every thread has typefaces of its own: both lay out the same sheets at the same time, again and again."""
    form = forms.find(FORM)
    content = fill(form, page.desk.draft.values, "xlsx")
    made: list[list[Paper]] = []
    page._background.run(page, lambda _: [read(content, QtFonts()) for _ in range(4)], made.append)
    here = [read(content, QtFonts()) for _ in range(4)]
    qtbot.waitUntil(lambda: bool(made), timeout=60_000)
    assert all(paper == here[0] for paper in here + made[0]) and here[0].pages
