"""自查与整改 on screen, with a real store: findings lead to work, runs are held, problems mended, filings done."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop import (
    accounts,
    adoption,
    home,
    inspections,
    lifecycle,
    notices,
    papers,
    pending,
    rectification,
    rules,
    sample,
    wanted,
)
from desktop.background import Background
from desktop.checking.filing import CANCEL, CHANGE
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.checklist import QuestionRow
from desktop.windows.inspections import InspectionsPage
from tests import notice_lists
from tests.test_workdays import NOTICE_2027

NOON = datetime(2026, 11, 20, 14, 32)
TODAY = NOON.date()


@pytest.fixture
def store(own_home: Path) -> Iterator[Store]:
    with Store.open(own_home, actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, TODAY)
        yield opened


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refusals shown, instead of boxes nobody could click away."""
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: said.append(str(error)))
    return said


@pytest.fixture
def page(qtbot: QtBot, store: Store, refused: list[str]) -> Iterator[InspectionsPage]:
    background = Background(lambda error: refused.append(str(error)))
    made = InspectionsPage(store, background)
    qtbot.addWidget(made)
    made.resize(1158, 768)
    made.show()
    show(qtbot, made)
    yield made
    background.finish()


def settle(qtbot: QtBot, page: InspectionsPage) -> None:
    """Wait until the worker has nothing left to do."""
    qtbot.waitUntil(lambda: not page._background.busy, timeout=20_000)


def show(qtbot: QtBot, page: InspectionsPage) -> None:
    """Refresh and wait until everything is shown."""
    page.refresh()
    settle(qtbot, page)
    settle(qtbot, page)
    assert page._look is not None


def press(page: InspectionsPage, title: str) -> None:
    """Press the button with this title among the facts of the filing chosen."""
    QApplication.processEvents()  # parts just made are shown by the next turn
    found = [one for one in page.lives.findChildren(QPushButton) if one.text() == title and one.isVisible()]
    found[-1].click()


def field(page: InspectionsPage, name: str) -> QLineEdit:
    """The field with this name among the facts of the filing chosen."""
    QApplication.processEvents()
    found = [one for one in page.lives.findChildren(QLineEdit) if one.accessibleName() == name and one.isVisible()]
    return found[-1]


def test_findings_are_shown_with_clause_and_lead_to_the_work(qtbot: QtBot, page: InspectionsPage) -> None:
    table = page.findings.table
    assert len(table.model.shown) == len(page._look.checker.findings())
    place = next(i for i, one in enumerate(table.model.shown) if one.code == "no_leader")
    table.view.selectRow(place)
    words = [w.text() for w in page.findings.findChildren(QLabel)]
    assert any("内蒙古团委自查通知第三条第2项" in text for text in words)
    with qtbot.waitSignal(page.go) as went:
        page.findings._act(table.current())
    assert went.args == ["accounts", ["account.people", "", table.current().id]]


def test_findings_are_filtered_by_grade(page: InspectionsPage) -> None:
    page.findings.grades.setCurrentText("请核对")
    assert {one.severity.word for one in page.findings.table.model.shown} == {"请核对"}
    page.findings.grades.setCurrentText("必须整改")
    page.findings.grades.setCurrentText("全部程度")
    assert len(page.findings.table.model.shown) == len(page.findings.table.model.all)


def test_a_run_is_held_on_screen(qtbot: QtBot, page: InspectionsPage, store: Store, refused: list[str]) -> None:
    page._begin(inspections.SELF)
    settle(qtbot, page)
    run = page.runs.run
    assert run is not None
    rows = list(page.runs._rows.values())
    question = next(row for row in rows if isinstance(row, QuestionRow))
    question.choice.setCurrentText("是")
    question.changed()
    show(qtbot, page)
    assert page.runs._rows[next(iter(page.runs._rows))] is rows[0]  # updated in place, not made anew
    assert page.runs.state.text().startswith("已回答 1 / ")
    page._begin(inspections.SELF)
    settle(qtbot, page)
    assert "还没有结束" in refused[0]
    page.runs._close()
    assert "个问题没有回答" in refused[1]
    page.runs.words.inputs["advice"].finished.emit("建议组织培训")
    with store.read() as session:
        assert session.get_one(inspections.Inspection, run.id).advice == "建议组织培训"
    page.runs._draft()
    assert page.stack.currentWidget() is page.report
    assert "意见建议" not in page.report.missing.text()
    page.report._copy()
    assert "建议组织培训" in QGuiApplication.clipboard().text()
    page.report._ask_where()
    assert "没有要报告的通知" in page.report.missing.text()
    with store.write("登记上级通知") as session:
        notice = notices.Notice(title="关于开展自查的通知")
        session.add(notice)
        session.flush()
        session.add(notices.NoticeItem(notice_id=notice.id, kind=notices.REPORT, name="自查材料"))
    with store.read() as session:
        ((notice, item),) = wanted.reports_wanted(session)
    for version, words in enumerate(("建议组织培训", "建议每季度组织培训"), 1):
        page.report.text.setPlainText(page.report.text.toPlainText().replace("建议组织培训", words))
        page.report.put_in(notice, item)
        with store.read() as session:
            (paper,) = papers.in_use(session, notice.id)
            assert [want.state for want in wanted.wants(session, notice)] == [wanted.THERE]
        shown = docx.Document(io.BytesIO(papers.content_of(store, paper.path)))
        assert paper.version == version and words in "\n".join(one.text for one in shown.paragraphs)


def test_one_answer_can_be_given_for_all_accounts(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    page._begin(inspections.SELF)
    settle(qtbot, page)
    assert page.runs.run is not None
    with store.read() as session:
        asked = [a for a in inspections.answers(session, page.runs.run.id) if a.question_id == "q-personal-phone"]
    assert len(asked) > 5
    page.runs._answer(asked[0].id, "否", "")
    page.runs._spread(asked[0], "否")
    with store.read() as session:
        now = [a for a in inspections.answers(session, page.runs.run.id) if a.question_id == "q-personal-phone"]
    assert {a.answer for a in now} == {"否"}


def test_problems_of_a_run_are_mended_reported_and_closed(
    qtbot: QtBot, page: InspectionsPage, store: Store, refused: list[str]
) -> None:
    page._begin(inspections.SELF)
    settle(qtbot, page)
    assert page.runs.run is not None
    page._mend(page.runs.run.id)
    assert "没有新的问题可列入" in refused[-1]
    with store.write("列入") as session:
        inspections.judge(session, inspections.findings(session, page.runs.run.id)[0].id, inspections.TO_MEND)
    page._mend(page.runs.run.id)
    panel = page.problems
    assert len(panel.table.model.shown) == 1
    panel.reported.click()
    assert "还没有整改" in refused[-1]
    assert not panel.reported.isChecked()
    panel.fields.inputs["result"].finished.emit("已补齐")
    show(qtbot, page)
    for box in (panel.fixed, panel.reported, panel.closed):
        box.click()
        show(qtbot, page)
    with store.read() as session:
        assert [one.state for one in rectification.of_batch(session, panel.batches.currentData())] == ["已销号"]
    panel._draft()
    assert "整改情况的报告" in page.report.text.toPlainText()


def test_a_pasted_circular_becomes_a_batch(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    page.problems.asked_circular.emit()
    assert page.problem_stack.currentWidget() is page.circular
    page.circular.text.setPlainText(notice_lists.as_recognised_text())
    page.circular._read()
    qtbot.waitUntil(lambda: not page._background.busy)
    assert len(page.circular._rows) == 13
    box, match, problem = page.circular._rows[0]
    match.setCurrentIndex(1)
    box.setChecked(True)
    page.circular.title.set_text("三季度检查通报")
    page.circular.due.set_text("2026-11-27")
    page.circular._accept()
    with store.read() as session:
        batch = rectification.batches(session)[0]
        items = rectification.of_batch(session, batch.id)
    assert (batch.title, batch.report_due) == ("三季度检查通报", date(2026, 11, 27))
    assert [(one.subject, one.account_id) for one in items] == [(problem.title, match.itemData(1))]
    assert page.problem_stack.currentWidget() is page.problems


def test_a_change_is_filed_on_screen(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    with store.read() as session:
        number = next(one.id for one in accounts.in_use(session) if one.filed_on is not None)
    with store.write("登记变更") as session:
        lifecycle.begin(session, number, CHANGE, date(2026, 11, 19), fields=("后台管理人员",))
    show(qtbot, page)
    page.open(["file.change", "", number])
    assert page.current() is page.lives
    line = page.lives.table.current()
    assert line.filing.account_id == number
    buttons = {one.text(): one for one in page.lives.findChildren(type(page.runs.report))}
    buttons["登记已备案"].click()
    with store.read() as session:
        assert lifecycle.in_use(session)[0].filed_on == TODAY


def test_an_account_is_closed_on_screen(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    with store.read() as session:
        number = accounts.in_use(session)[0].id
    page.open(["life.cancel", "", number])
    assert page.lives.begin.kind.currentText() == CANCEL
    page.lives._begin()
    filing = page.lives.table.current().filing
    for title in ("登记已公告", "登记已提交注销"):
        page.lives._chosen(page.lives.table.current())
        buttons = {one.text(): one for one in page.lives.findChildren(type(page.runs.report))}
        buttons[title].click()
        show(qtbot, page)
        page.lives.open_filing(filing.id)
    with store.read() as session:
        assert session.get_one(accounts.Account, number).state == accounts.FROZEN
        assert "停止更新" in lifecycle.of_account(session, number)[-1].announcement


def test_a_closing_ordered_by_the_superior_is_entered_with_day_and_reason(
    qtbot: QtBot, page: InspectionsPage, store: Store, refused: list[str]
) -> None:
    with store.read() as session:
        account = next(one for one in accounts.in_use(session) if one.state == accounts.NORMAL)
    page.open(["life.cancel", "", account.id])
    begin = page.lives.begin
    assert begin.ordered.isVisible() and not begin.what.isVisible()
    begin.day.setText("2026-12-31")
    page.lives._begin()
    assert "晚于今天" in refused[-1]
    begin.day.setText("2026-11-02")
    begin.reason.setText("多次表述错误")
    begin.ordered.setChecked(True)
    page.lives._begin()
    filing = page.lives.table.current().filing
    assert (filing.happened_on, lifecycle.reason_of(filing)) == (date(2026, 11, 2), "责令注销：多次表述错误")
    with qtbot.waitSignal(page.go) as went:
        press(page, "填关停注销申请表")
    assert went.args == ["fill", ["file.new", "guantingzhuxiao", account.id]]
    with qtbot.waitSignal(page.go) as went:
        press(page, "填关停公告")
    assert went.args[1][1] == "guantinggonggao"
    field(page, "关注人数").setText("一万多")
    press(page, "登记已提交注销")
    assert "不是人数" in refused[-1]
    field(page, "关注人数").setText("12,000")
    press(page, "登记已提交注销")
    show(qtbot, page)
    press(page, "登记已备案")
    with store.read() as session:
        one = session.get_one(lifecycle.LifeFiling, filing.id)
        assert (one.followers, one.filed_on) == (12000, TODAY)
        assert accounts.steps_of(session, account.id)[-1].reason == "责令注销：多次表述错误"


def test_a_step_is_entered_with_its_day_and_taken_back(
    qtbot: QtBot, page: InspectionsPage, store: Store, refused: list[str]
) -> None:
    with store.read() as session:
        number = next(one.id for one in accounts.in_use(session) if one.filed_on is None and one.state == "正常")
    page.open(["life.open", "", number])
    page.lives._begin()
    filing = page.lives.table.current().filing
    press(page, "登记已备案")
    assert "还不能备案" in refused[-1]
    for on in (True, False):
        field(page, "办结日期").setText("2026-11-18")
        box = [one for one in page.lives.findChildren(QCheckBox) if one.text() == "指导教师签字"][-1]
        box.click()
        show(qtbot, page)
        with store.read() as session:
            found = [(one.name, one.done_on) for one in lifecycle.steps(session, filing.id)]
        assert found == ([("指导教师签字", date(2026, 11, 18))] if on else [])


def test_a_change_entered_by_hand_says_what_changed(page: InspectionsPage, store: Store, refused: list[str]) -> None:
    with store.read() as session:
        number = next(one.id for one in accounts.in_use(session) if one.filed_on is not None)
    page.open(["file.change", "", number])
    page.lives.begin.prepare(CHANGE, number)
    page.lives._begin()
    assert "没有选变更了什么" in refused[-1]
    page.lives.begin.what.setCurrentText(lifecycle.UPKEEP)
    page.lives._begin()
    with store.read() as session:
        assert lifecycle.of_account(session, number)[-1].field_list == ("维护方式",)


def test_a_platform_ordered_to_close_cannot_be_opened_again(
    qtbot: QtBot, page: InspectionsPage, store: Store, refused: list[str]
) -> None:
    with store.write("责令注销") as session:
        account = accounts.in_use(session)[0]
        filing = lifecycle.begin(session, account.id, CANCEL, date(2026, 10, 1), ordered=True)
        lifecycle.submit(session, filing, date(2026, 10, 1), None)
        lifecycle.end(session, filing, date(2026, 10, 9))
    show(qtbot, page)
    page.open(["life.open", "", account.id])
    page.lives._begin()
    assert "不得重新开通（内科大办法第十二条（九））" in refused[-1]


def test_errands_of_the_home_page_open_the_right_tab(page: InspectionsPage) -> None:
    for action, panel in (
        ("inspect", page.runs), ("rectify", page.problem_stack), ("rectify.report", page.problem_stack),
        ("life.open", page.lives), ("life.finish", page.lives), ("packs", page.packs), ("unit.paper", page.findings),
    ):  # fmt: skip
        page.open([action, "", 0])
        assert page.current() is panel, action


def test_a_pack_is_chosen_and_a_notice_pasted(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    page.tabs.setCurrentWidget(page.packs)
    place = next(i for i, one in enumerate(page.packs.table.model.shown) if one.pack.id == "guangdong-2022")
    page.packs.table.view.selectRow(place)
    assert not page.packs.used.isChecked()
    page.packs.used.click()
    page.packs.standing.setCurrentText("依据")
    page.packs._save()
    show(qtbot, page)
    with store.read() as session:
        chosen = {one.pack.id: one.standing for one in adoption.rulebook(session).chosen}
    assert chosen["guangdong-2022"] == rules.BINDING
    QGuiApplication.clipboard().setText(NOTICE_2027)
    page.packs._paste_notice()
    assert "已录入 2027 年放假安排" in page.packs.calendar.text()
    settle(qtbot, page)
    assert page._look.calendar.covers(date(2027, 1, 4))


def test_an_empty_office_sees_an_empty_place(qtbot: QtBot, tmp_path: Path, refused: list[str]) -> None:
    with Store.open(tmp_path / "empty", clock=lambda: NOON) as empty:
        background = Background(lambda error: refused.append(str(error)))
        made = InspectionsPage(empty, background)
        qtbot.addWidget(made)
        made.show()
        show(qtbot, made)
        for place in range(made.tabs.count()):
            made.tabs.setCurrentIndex(place)
            settle(qtbot, made)
        assert made.findings.table.model.shown == []
        made._begin(inspections.SELF)
        settle(qtbot, made)
        assert made.runs.run is not None
        background.finish()
    assert refused == []


def test_a_pack_that_is_gone_is_said_and_given_up(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    with store.write("选用") as session:
        adoption.choose(session, "gone-pack", True)
    page.refresh()
    settle(qtbot, page)
    assert "所选的规定包“gone-pack”找不到了" in page.subtitle.text()
    assert page.current() is page.packs
    assert page.packs.table.model.shown
    data = home.gather(store, 90)
    assert [(one.tag, one.place, one.errand[0]) for one in data.due] == [("无法检查", "inspections", "packs")]
    assert data.heat
    page.packs.findChild(QPushButton, "不再选用：gone-pack").click()
    show(qtbot, page)
    assert page.subtitle.text().startswith("发现 ")
    assert len(home.gather(store, 90).due) > 3


def test_the_report_of_a_circular_is_entered_as_sent(qtbot: QtBot, page: InspectionsPage, store: Store) -> None:
    def waiting() -> list[str]:
        with store.read() as session:
            return [one.title for one in pending.load(session).batches if one.due]

    (title,) = waiting()
    with store.read() as session:
        batch = next(one for one in rectification.batches(session) if one.title == title)
    page.open(["rectify.report", "", batch.id])
    panel = page.problems
    assert panel.sent.isVisible() and panel.sent.text() == "报告已报送"
    panel.sent.click()
    show(qtbot, page)
    assert waiting() == []
    assert panel.sent.text() == "取消已报送"
    with store.read() as session:
        states = [one.state for one in rectification.of_batch(session, batch.id)]
    assert states == [rectification.REPORTED, rectification.TO_DO]
    panel.sent.click()
    show(qtbot, page)
    assert waiting() == [title]
