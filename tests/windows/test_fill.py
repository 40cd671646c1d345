"""Guided filling as a clerk does it: begin, type, jump, finish, correct."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop import accounts, duty, filings, forms, sample, settings, units
from desktop.background import Background
from desktop.store import Store
from desktop.windows import dialogs, theme
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
        assert background.finish()


def begin(page: FillPage, form: str, subject: int | None = None) -> None:
    page._start(form, subject)
    assert page.desk is not None


def test_the_shelf_shows_the_forms_and_says_which_layout_is_our_own(page: FillPage) -> None:
    texts = {page.shelf.forms.model.index(row, 1).data(): page.shelf.forms.model.index(row, 2).data()
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
    desk = page.desk
    page.window().activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    first, second = (step.id for step in desk.form.steps[:2])
    desk.fields.inputs["phone"].input.setFocus()
    QTest.keyClick(desk.fields.inputs["phone"].input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk._step.id == second
    assert desk.fields.focused() == next(iter(desk.fields.inputs)) == desk.paper.sheets._key, "the cursor goes along"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(desk, Qt.Key.Key_Return, both)
    assert desk._step.id == first


def retype(page: FillPage, tag: str, text: str) -> None:
    made = page.desk.fields.inputs[tag]
    made.input.setFocus()
    made.input.selectAll()
    QTest.keyClicks(made.input, text)
    page.desk.save()


def stored(page: FillPage, tag: str) -> str:
    return filings.open_draft(page._store, page.desk.number).cell(tag).text


def test_changes_of_the_draft_are_taken_back_one_by_one_and_the_form_stays(page: FillPage) -> None:
    """Typed texts are no actions of the history: the undo of the window would throw away the whole form."""
    begin(page, "tongjibiao")
    desk, before = page.desk, stored(page, "phone")
    retype(page, "phone", "0479-5980098")
    assert page.take_back() and stored(page, "phone") == before == desk.fields.inputs["phone"].text()
    retype(page, "phone", "0479-5980098")
    retype(page, "phone", "0479-5980099")
    desk.show_step("other")
    gone = stored(page, "other.2.accounts")
    desk.fields.shrunk.emit("other", 2)
    assert stored(page, "other.2.accounts") != gone
    assert page.take_back() and stored(page, "other.2.accounts") == gone
    assert page.take_back() and stored(page, "phone") == before, "typing on in one field is one change"
    assert page.take_back() and "没有改过" in page.subtitle.text()
    assert page.desk is desk and desk.draft.filing.trashed_at is None


def test_the_desk_follows_what_is_changed_elsewhere_and_closes_with_its_filing(page: FillPage) -> None:
    begin(page, "tongjibiao")
    number = page.desk.number
    filings.save(page._store, number, "phone", "0479-5980077")
    page.refresh()
    assert page.desk.fields.inputs["phone"].text() == "0479-5980077"
    while page._store.undo() != "新建填报：团属政务新媒体情况统计表":
        pass
    page.refresh()
    assert page.desk is None and "不在了" in page.subtitle.text()


def test_an_own_text_gives_way_to_the_register_again(page: FillPage) -> None:
    begin(page, "tongjibiao")
    desk, before = page.desk, stored(page, "phone")
    assert not desk.fields.restores["phone"].isVisible()
    retype(page, "phone", "0479-5980099")
    assert desk.fields.restores["phone"].isVisible()
    desk.fields.restores["phone"].click()
    assert stored(page, "phone") == before == desk.fields.inputs["phone"].text()
    assert not desk.draft.cell("phone").corrected


def test_what_must_be_mended_stays_in_sight_while_typing(page: FillPage, qtbot) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    qtbot.waitUntil(lambda: len(desk.remarks) > 15, timeout=15_000)
    bar = desk.list._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    retype(page, "phone", "0479-59838")
    QApplication.processEvents()
    assert bar.value() == 0
    first = next(one for one in desk.list.findChildren(QPushButton) if one.isVisible())
    assert first.accessibleName().startswith("联系电话：")
    assert first.text().startswith("联系电话位数不足"), "what is wrong comes before where"
    lines = [id(one) for one in desk.list.findChildren(QPushButton)]
    desk._judge()
    assert [id(one) for one in desk.list.findChildren(QPushButton)] == lines, "the same remarks are not made anew"


@pytest.mark.parametrize("width", [816, 1150])
def test_no_button_and_no_field_is_cut_off(page: FillPage, qapp: QApplication, width: int) -> None:
    """816 is the page in the narrowest window; a form of many buttons on it."""
    theme.apply(qapp, "浅色")
    page.resize(width, 640)
    begin(page, "tongjibiao")
    retype(page, "phone", "0479-5980099")
    page._show_buttons()
    assert page.more["offer"].isVisible()
    page.desk.show_step("douyin")
    page.desk.go_to("douyin_review")
    QApplication.processEvents()
    for made in (page.final, page.back, page.desk.next, *page.more.values()):
        if made.isVisible():
            assert made.width() >= made.sizeHint().width(), made.text()
    assert page.width() == width
    assert page.desk.fields.area.horizontalScrollBar().maximum() == 0


def test_what_is_carried_on_from_the_return_before_is_counted_and_taken_back(page: FillPage, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: None)
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: pytest.fail(str(error)))
    begin(page, "tongjibiao")
    page.desk.show_step("problems")
    retype(page, "problems", "abc")
    page._finalise()
    page.close_desk()
    begin(page, "tongjibiao")
    assert stored(page, "problems") == ""
    page._carry_on()
    assert stored(page, "problems") == "abc"
    assert page.desk.note.text() == "沿用上期 1 项"
    page._carry_on()
    assert page.desk.note.text() == "上期没有可以补进空格的内容"
    assert page.take_back() and page.take_back() and stored(page, "problems") == ""


def test_a_final_version_without_files_says_so(page: FillPage, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: None)
    begin(page, "tongjibiao")
    page._finalise()
    assert not page.desk.draft.filing.editable
    assert "还没有存成文件" in page.subtitle.text()
    assert page.state.property("tone") == "green"


def test_columns_grow_and_shrink(page: FillPage) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    desk.show_step("other")
    before = desk.draft.rows("other")
    desk.fields.grown.emit("other")
    assert desk.draft.rows("other") == before + 1
    desk.fields.shrunk.emit("other", before + 1)
    assert desk.draft.rows("other") == before


def test_final_export_correct_and_final_again(page: FillPage, tmp_path: Path, qtbot, monkeypatch) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_: out)
    begin(page, "tongjibiao")
    page._finalise()
    assert not page.desk.draft.filing.editable, [f"{one.label}{one.what}" for one in page.desk.remarks]
    qtbot.waitUntil(lambda: not page.work.working)
    names = sorted(file.suffix for file in out.iterdir())
    assert names == [".docx", ".xlsx"]
    monkeypatch.setattr("desktop.windows.fill.QInputDialog.getText", lambda *_: ("粉丝数写错", True))
    page._reopen()
    assert page.desk.draft.filing.editable
    page._finalise()
    assert page.desk.draft.filing.version == 2
    qtbot.waitUntil(lambda: not page.work.working)
    assert len(list(out.iterdir())) == 4


def test_a_long_group_is_shown_in_parts_and_every_field_of_it_is_reached(page: FillPage) -> None:
    with page._store.write("很多账号") as session:
        mine = units.need_own(session)
        for number in range(30):
            one = accounts.Account(platform="微博", name=f"林川青年{number:02d}", unit_id=mine.id)
            accounts.add(session, one, accounts.NORMAL, date(2024, 1, 1))
    begin(page, "zhanghaotaizhang")
    desk = page.desk
    group = desk.form.groups[0]
    member = next(field.key for field in group.fields if field.kind == "text")
    desk.show_step(group.step)
    rows = desk.draft.rows(group.key)
    assert rows == 40
    first, last = f"{group.key}.1.{member}", f"{group.key}.{rows}.{member}"
    assert first in desk.fields.inputs and last not in desk.fields.inputs
    desk.go_to(last)
    assert last in desk.fields.inputs and first not in desk.fields.inputs
    QApplication.processEvents()
    next(one for one in desk.fields.findChildren(QPushButton) if one.text() == "前面的" and one.isVisible()).click()
    assert last not in desk.fields.inputs
    desk.fields.grown.emit(group.key)
    assert f"{group.key}.{rows + 1}.{member}" in desk.fields.inputs, "the new turn is in sight"
    assert page.take_back() and desk.draft.rows(group.key) == rows
    assert desk.fields.inputs, "the last part is shown when the one shown is gone"


def test_a_paper_that_is_slow_to_draw_follows_at_a_pause(page: FillPage, qtbot) -> None:
    begin(page, "tongjibiao")
    desk = page.desk
    drawn: list[int] = []
    real = desk.paper.show_paper
    desk.paper.show_paper = lambda paper: drawn.append(1) or real(paper)
    desk.drawing._took = 2.0
    QTest.keyClicks(desk.fields.inputs["phone"].input, "12")
    assert drawn == []
    qtbot.waitUntil(lambda: drawn == [1], timeout=3000)


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
