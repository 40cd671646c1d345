"""写公文: a 请示 or 函 written in the window, seen as it will be printed, kept as Word."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import docx
import pytest

from desktop import drafts, sample
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.fill_shelf import Shelf
from desktop.windows.official import OfficialPage


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 9)) as opened:
        sample.build(opened, datetime(2026, 11, 20).date())
        yield opened


@pytest.fixture
def page(qtbot, store: Store) -> OfficialPage:
    made = OfficialPage(store)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


def shown(page: OfficialPage) -> str:
    return "".join(text.text for sheet in page.paper.paper.pages for text in sheet.texts)


def test_a_request_begins_with_what_the_register_knows(page: OfficialPage) -> None:
    text = page.panel.text.toPlainText()
    assert "共青团临江市委员会：" in text
    assert text.rstrip().split("\n")[-3:] == [
        "共青团林川县委员会",
        "2026年11月20日",
        "（联系人：赵示例，0479-5980003）",
    ]
    assert "标题" in page.panel.missing.text(), "its title is not written yet"
    assert "共青团林川县委员会" in shown(page)


def test_the_paper_follows_and_word_gets_what_was_written(
    page: OfficialPage, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page.panel.text.toPlainText().replace("关于　　　　的请示", "关于注销快手账号的请示")
    text = text.replace("：\n", "：\n因长期无专人维护，拟予注销。\n妥否，请批示。\n附件：账号清单\n", 1)
    page.panel.text.setPlainText(text.replace("2026年11月20日", "2026年12月1日"))
    qtbot.waitUntil(lambda: "拟予注销" in shown(page))
    assert page.panel.missing.text() == ""
    target = tmp_path / "请示.docx"
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: target)
    page.panel._save()
    texts = [paragraph.text for paragraph in docx.Document(str(target)).paragraphs]
    assert texts[0] == "关于注销快手账号的请示"
    assert "附件：账号清单" in texts
    assert texts[-3:] == ["共青团林川县委员会", "2026年12月1日", "（联系人：赵示例，0479-5980003）"], (
        "the day that the clerk wrote"
    )


def test_without_a_seal_name_and_date_stand_nearer_to_the_edge(page: OfficialPage, qtbot) -> None:
    def right() -> float:
        return max(t.x for sheet in page.paper.paper.pages for t in sheet.texts if "日" in t.text and t.y > 60)

    before = right()
    page.panel.sealed.setChecked(False)
    qtbot.waitUntil(lambda: right() > before)


def test_a_written_text_is_not_thrown_away_unasked(page: OfficialPage, monkeypatch: pytest.MonkeyPatch) -> None:
    page.kind.setCurrentText("函")
    page.kind.activated.emit(page.kind.currentIndex())
    assert "的函" in page.panel.text.toPlainText(), "nothing was written: nothing is asked"
    assert "共青团临江市委员会：" not in page.panel.text.toPlainText(), "a letter may go to anybody"
    page.panel.text.appendPlainText("已经写了一段。")
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _, question, *rest: asked.append(question) or False)
    page.kind.setCurrentText("报告")
    page.kind.activated.emit(page.kind.currentIndex())
    assert asked
    assert "已经写了一段。" in page.panel.text.toPlainText()
    assert page.kind.currentText() == "函"


def test_what_is_written_is_there_again_after_the_program_ended(page: OfficialPage, qtbot, store: Store) -> None:
    page.kind.setCurrentText("函")
    page.kind.activated.emit(page.kind.currentIndex())
    page.panel.text.appendPlainText("已经写了一段。")
    qtbot.waitUntil(lambda: bool(drafts.read(store, "公文")))
    again = OfficialPage(store)
    qtbot.addWidget(again)
    assert again.panel.text.toPlainText() == page.panel.text.toPlainText()
    assert again.kind.currentText() == "函"
    assert "已经写了一段" in shown(again)


@pytest.mark.parametrize(
    "pasted", ["甲\x0b乙", "甲\x0c乙", "甲\x07乙", "甲\ufffe乙", "甲\t\t乙\n丙\t丁", "第一章　\u2028乙"]
)
def test_anything_pasted_is_laid_out(page: OfficialPage, qtbot, pasted: str) -> None:
    page.panel.text.insertPlainText(pasted)
    page.draw()
    assert "乙" in shown(page)


def test_the_shelf_leads_to_it(qtbot, store: Store) -> None:
    shelf = Shelf(store)
    qtbot.addWidget(shelf)
    with qtbot.waitSignal(shelf.writing):
        shelf.writing_button.click()
