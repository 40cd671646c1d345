"""Guided filling as a clerk does it: begin, type, jump, finish, correct."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop import accounts, duty, filings, forms, sample, settings
from desktop.background import Background
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.fill import FillPage
from desktop.windows.fill_shelf import BLANK


@pytest.fixture
def page(tmp_path: Path, qtbot) -> Iterator[FillPage]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 14, 32, 8)) as store:
        sample.build(store, date(2026, 11, 20))
        background = Background(lambda error: pytest.fail(str(error)))
        made = FillPage(store, settings.load(store.folder), background)
        qtbot.addWidget(made)
        made.resize(1150, 760)
        made.show()
        made.refresh()
        yield made
        made.close_desk()


def begin(page: FillPage, form: str, subject: int | None = None) -> None:
    page._start(form, subject)
    assert page.desk is not None


def test_the_shelf_shows_the_forms_and_says_which_layout_is_our_own(page: FillPage) -> None:
    texts = {page.shelf.forms.model.index(row, 0).data(): page.shelf.forms.model.index(row, 2).data()
             for row in range(page.shelf.forms.model.rowCount())}  # fmt: skip
    assert texts["团属政务新媒体情况统计表"] == "上级原表"
    assert texts["团学组织网络新媒体申报（备案）表"] == "本表为自拟样式"


def test_prefilled_and_each_value_says_where_it_comes_from(page: FillPage) -> None:
    begin(page, "tongjibiao")
    page.desk.show_step("douyin")
    inputs = page.desk.fields.inputs
    assert inputs["douyin_accounts"].text() == "林川青年说\n青春林川志愿"
    assert "台账" in inputs["douyin_accounts"].line.text()
    assert page.desk.paper.paper.pages


def test_typing_is_saved_at_a_pause_and_kept_apart_from_the_register(page: FillPage, qtbot) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    field = desk.fields.inputs["phone"]
    field.input.setFocus()
    field.input.selectAll()
    QTest.keyClicks(field.input, "0479-5980099")
    number = desk.number

    def stored() -> bool:
        return filings.open_draft(page._store, number).cell("phone").text == "0479-5980099"

    qtbot.waitUntil(stored, timeout=3000)
    assert desk.draft.cell("phone").corrected
    desk.refresh_from_register()
    assert desk.draft.cell("phone").text == "0479-5980099"
    assert "保留您改过的" in desk.note.text() or desk.note.text() == "与台账一致"


def test_a_wrong_phone_is_said_at_once_and_stops_only_the_final(page: FillPage, monkeypatch) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    field = desk.fields.inputs["phone"]
    field.input.setFocus()
    field.input.selectAll()
    QTest.keyClicks(field.input, "0479-59838")
    assert "位" in field.line.text()
    assert desk.stopping() >= 1
    desk.show_step("douyin")
    page._finalise()
    assert desk.draft.filing.editable
    assert desk._step.id == "head"


def test_a_click_on_a_remark_goes_to_its_field(page: FillPage) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    remark = next(one for one in desk.remarks if one.step != "head")
    desk.list.chosen.emit(remark)
    assert desk._step.id == remark.step


def test_a_click_on_the_paper_goes_to_its_field(page: FillPage) -> None:
    begin(page, "tongjibiao")
    page.desk.paper.field_clicked.emit("weibo_running")
    assert page.desk._step.id == "weibo"
    assert page.desk.paper.sheets._key == "weibo_running"


def test_the_keyboard_turns_the_steps(page: FillPage, qtbot) -> None:
    begin(page, "tongjibiao")
    page.window().activateWindow()
    first = page.desk._step.id
    page.desk.turn(1)
    assert page.desk._step.id != first
    page.desk.turn(-1)
    assert page.desk._step.id == first


def test_columns_grow_and_shrink(page: FillPage) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    desk.show_step("other")
    before = desk.draft.rows("other")
    desk.fields.grown.emit("other")
    assert desk.draft.rows("other") == before + 1
    desk.fields.shrunk.emit("other", before + 1)
    assert desk.draft.rows("other") == before


def test_final_export_correct_and_final_again(page: FillPage, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: out)
    begin(page, "tongjibiao")
    page._finalise()
    assert not page.desk.draft.filing.editable, [f"{one.label}{one.what}" for one in page.desk.remarks]
    names = sorted(file.suffix for file in out.iterdir())
    assert names == [".docx", ".xlsx"]
    monkeypatch.setattr("desktop.windows.fill.QInputDialog.getText", lambda *_: ("粉丝数写错", True))
    page._reopen()
    assert page.desk.draft.filing.editable
    page._finalise()
    assert page.desk.draft.filing.version == 2
    assert len(list(out.iterdir())) == 4


def test_what_is_printed_after_the_final_carries_the_mark_of_its_version(
    page: FillPage, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: tmp_path)

    def shown() -> str:
        return "".join(text.text for sheet in page.desk.paper.paper.pages for text in sheet.texts)

    begin(page, "tongjibiao")
    assert "数据版本" not in shown(), "a draft is no version yet"
    page._finalise()
    with page._store.read() as session:
        mark = filings.versions(session, page.desk.number)[-1].fingerprint
    assert f"数据版本 {mark}" in shown()
    monkeypatch.setattr("desktop.windows.fill.QInputDialog.getText", lambda *_: ("粉丝数写错", True))
    page._reopen()
    assert "数据版本" not in shown()


def test_a_filing_for_an_account(page: FillPage) -> None:
    with page._store.read() as session:
        number = next(one.id for one in accounts.in_use(session) if one.name == "青溪共青团")
    page.open(["file.new", "beianbiao", number])
    assert page.desk.draft.cell("account").text == "青溪共青团"
    before = page.desk.number
    page.close_desk()
    page.open(["file.new", "beianbiao", number])
    assert page.desk.number == before


def test_what_the_rules_say_of_an_account_stands_beside_it(page: FillPage, qtbot) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    qtbot.waitUntil(lambda: any("青春林川" in one.what and one.clause for one in desk.remarks), timeout=15_000)
    assert desk.stopping() == 0


def test_a_form_about_a_record_asks_which_one(page: FillPage, monkeypatch) -> None:
    """Begun from the shelf it takes the record's values, or says that it starts blank."""
    with page._store.write("登记") as session:
        duty.add(session, duty.RED, "不实信息扩散", datetime(2026, 11, 20, 10, 30))
    form = forms.find("yuqingbaogao")
    offered: list[list[str]] = []

    def choose(_parent, _title, _label, items, *_):
        offered.append(items)
        return next(item for item in items if wanted in item), True

    monkeypatch.setattr("desktop.windows.fill_shelf.QInputDialog.getItem", choose)
    wanted = "不实信息扩散"
    page.shelf._start(form)
    assert page.desk.draft.cell("found_at").text == "2026-11-20 10:30"
    page.desk.show_step("level")
    notes = [one.text() for one in page.desk.fields.findChildren(QLabel)]
    assert any(one.startswith("橙色（重大）：3 小时内向分管领导汇报") for one in notes)
    assert any("1 小时内启动应急处置方案" in one and "第二十四条（三）" in one for one in notes)
    page.close_desk()
    wanted = BLANK
    page.shelf._start(form)
    assert page.desk.draft.cell("found_at").text == ""
    assert "空白开始" in page.subtitle.text()
    page.close_desk()
    wanted = "JJ-2026"
    page.shelf._start(forms.find("jiaojiedan"))
    assert page.desk.draft.cell("account").text
    assert offered[0][-1] == BLANK


def test_closing_the_question_begins_nothing(page: FillPage, monkeypatch) -> None:
    monkeypatch.setattr("desktop.windows.fill_shelf.QInputDialog.getItem", lambda *_: ("", False))
    page.shelf._start(forms.find("jiaojiedan"))
    assert page.desk is None
