"""人员与交接 as a person meets it: the band, the step, the checklist, the list of leavers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QPushButton
from sqlalchemy import select

from desktop import custody, filings, handover, handover_items, holders, passwords, paths, sample, watch
from desktop.accounts import Account
from desktop.app import Start
from desktop.deadlines import due_now
from desktop.handover_view import view
from desktop.lock import FolderLock
from desktop.people import Person
from desktop.store import Store
from desktop.windows import dialogs, guard
from desktop.windows.fill import FillPage
from desktop.windows.grabbing import dispose
from desktop.windows.handover import HandoverPage
from desktop.windows.people import PeoplePage


@pytest.fixture
def start(own_home: Path, qapp: QApplication, qtbot) -> Iterator[Start]:
    with Store.open(own_home, actor="陈示例") as store:
        sample.build(store, date.today())
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)
    started.settings.actor = "陈示例"
    hooks = sys.excepthook
    started.show()
    qtbot.waitUntil(lambda: started.window.findChild(guard.Guard) is not None, timeout=20_000)
    yield started
    dispose(started.window)
    sys.excepthook = hooks


@pytest.fixture
def page(start: Start) -> HandoverPage:
    shown = start.window.show_place("handover", 1)
    assert isinstance(shown, HandoverPage)
    return shown


def texts(widget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisible() and found.text()]


def sees(qtbot, widget, *wanted: str) -> None:
    """Wait until one visible line holds all of this; a refresh after a write rebuilds lines in turns of the loop."""
    qtbot.waitUntil(lambda: any(all(one in text for one in wanted) for text in texts(widget)), timeout=5000)


def test_the_band_says_where_it_stands(page: HandoverPage, qtbot) -> None:
    assert page.title.text() == "账号交接：抖音“林川青年说”"
    assert page.subtitle.text().startswith("移交人 钱示例（2025届新媒体部） → 接收人 孙示例（2026届新媒体部）")
    sees(qtbot, page.band, "待第 ③ 步完成后开放")
    band = texts(page.band)
    assert [text for text in band if text[0] in "①②③④⑤"] == [
        "① 收回密码", "② 更换密码", "③ 变更备案", "④ 发放密码", "⑤ 三方签字归档",
    ]  # fmt: skip
    assert any("已更换，强度 强" in text for text in band)
    assert any(text.startswith("进行中 · ") for text in band)


def test_filing_issuing_and_archiving(page: HandoverPage, start: Start, qtbot) -> None:
    page.close_step()
    assert "备案须写明方式" in page.step.wrong.text()
    page.step.note.set_text("团林备〔2026〕3号")
    page.close_step()
    assert page.step.title.text() == "④ 发放密码"
    sees(qtbot, page.step, "昆明规定第七条", "孙示例（聘用）")
    page.close_step()
    assert "写明理由" in page.step.wrong.text()
    page.step.answer.set_text("分管领导同意")
    page.close_step()
    assert page.step.title.text() == "⑤ 三方签字归档"
    page.settle()
    page.step.note.set_text("档案柜 2026-11")
    page.close_step()
    assert "移交清单还有" in page.step.wrong.text()
    assert start.office is not None
    with start.office.store.read() as session:
        left = handover_items.unticked(session, session.get_one(handover.Handover, 1))
    for line in left:
        page._tick(line.item.key, handover_items.DONE, "")
    page.step.note.set_text("档案柜 2026-11")
    page.close_step()
    assert page.step.title.text() == "已归档"
    assert not page.finish.isVisible()
    sees(qtbot, page.items, "已全部答复")


def test_a_double_click_closes_one_step(start: Start, qtbot) -> None:
    """Without a password on record nothing else would stop the second click."""
    assert start.office is not None
    store = start.office.store
    with store.read() as session:
        account = session.scalars(select(Account).where(Account.name == "青春林川")).one().id
        who = {
            name: session.scalars(select(Person).where(Person.name == name)).one().id for name in ("孙示例", "陈示例")
        }
    number = handover.begin(store, account, who["孙示例"], who["陈示例"])
    page = start.window.show_place("handover", number)
    assert isinstance(page, HandoverPage)
    page.finish.click()
    page.finish.click()
    assert page.step.number == handover.CHANGE
    qtbot.waitUntil(page.finish.isEnabled, timeout=5000)
    page.finish.click()
    assert page.step.number == handover.FILE


def test_the_sheet_is_filled_for_the_three_to_sign(page: HandoverPage, start: Start, qtbot) -> None:
    assert not page.step.sheet.isVisible(), "nothing to sign before the password is issued"
    page.step.filing.click()
    shown = start.window.show_place("fill")
    assert isinstance(shown, FillPage) and shown.desk is not None
    assert start.office is not None
    with start.office.store.read() as session:
        (made,) = filings.of_subject(session, "biangengbeian", session.get_one(handover.Handover, 1).account_id)
    values = filings.open_draft(start.office.store, made.id).values
    assert [row["item"] for row in values["changes"]] == ["信息发布人", "登录密码", "绑定手机号"]
    assert values["changes"][1]["after"].endswith("更换")
    assert values["items"] == "信息发布人、登录密码、绑定手机号"
    start.window.show_place("handover", 1)
    page.step.note.set_text("团林备〔2026〕3号")
    page.close_step()
    page.step.answer.set_text("分管领导同意")
    page.close_step()
    assert page.step.sheet.isVisible()
    page.step.sheet.click()
    shown = start.window.show_place("fill")
    assert isinstance(shown, FillPage) and shown.desk is not None
    assert start.office is not None
    with start.office.store.read() as session:
        made = filings.of_subject(session, "jiaojiedan", 1)
    draft = filings.open_draft(start.office.store, made[0].id)
    assert str(draft.values["receiver"]).startswith("孙示例")
    assert draft.values["handed_on"], "the day the password was issued"


def test_what_becomes_of_a_fact_is_typed_in_place(page: HandoverPage, start: Start, qtbot) -> None:
    field = page.step.facts.inputs[handover.PHONE]
    field.input.setText("13800000199")
    field._touched()
    field._left()
    page.reload()
    assert start.office is not None
    with start.office.store.read() as session:
        found = handover.compare(session, session.get_one(handover.Handover, 1))
    assert {fact: after for fact, _, after in found}[handover.PHONE] == "13800000199"
    sees(qtbot, page.step.facts, "138****0004")


def test_a_scan_is_dropped_onto_the_step(
    page: HandoverPage, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(dialogs, "open_folder", opened.append)
    scan = tmp_path / "回执.pdf"
    scan.write_bytes(b"%PDF-1.4 sample")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    page.step.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, none))
    sees(qtbot, page.step, "回执.pdf")
    sees(qtbot, page.step, "已登记回执 1 份")
    next(one for one in page.step.findChildren(QPushButton) if one.accessibleName() == "打开回执.pdf").click()
    assert [file.read_bytes() for file in opened] == [b"%PDF-1.4 sample"]
    page.close_step()
    assert page.step.title.text() == "④ 发放密码"


def test_stopping_wants_a_reason(page: HandoverPage, monkeypatch: pytest.MonkeyPatch, qtbot) -> None:
    monkeypatch.setattr(dialogs, "ask", lambda *_: True)
    page.stop()
    assert "写明原因" in page.step.note.line.text()
    page.step.note.set_text("接收人改派")
    page.stop()
    assert page.step.title.text() == "已中止"
    sees(qtbot, page.step, "接收人改派")


def test_a_new_handover_from_the_list(start: Start, qtbot) -> None:
    people = start.window.show_place("people", ["handover.begin", "", 1])
    assert isinstance(people, PeoplePage)
    form = people.handovers.form
    assert form.account.text() == "微信公众号“林川青年”"
    assert form.giver.text().startswith("赵示例")  # who holds the password
    form.begin()
    assert "请选择账号、接收人和监交人" in form.wrong.text()
    form.receiver.set_text("李示例（新媒体部）")
    form.supervisor.set_text("陈示例（宣传部）")
    form.begin()
    QApplication.processEvents()
    page = start.window.page()
    assert isinstance(page, HandoverPage)
    assert page.step.title.text() == "① 收回密码"
    sees(qtbot, page.step, "赵示例持有")
    page.close_step()
    assert page.step.title.text() == "② 更换密码"
    page.close_step()
    assert "还没有更换" in page.step.wrong.text()
    assert start.office is not None
    with start.office.store.read() as session:
        waiting = [credential.id for credential, _, changed in _view(session, page).passwords if not changed]
    for credential_id in waiting:
        page.step._confirm(credential_id)
    page.close_step()
    assert page.step.title.text() == "③ 变更备案"


def _view(session, page: HandoverPage):
    return view(session, page._number, page._calendar, datetime.now())


def test_who_leaves_stands_on_one_list(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    yesterday = date.today() - timedelta(1)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (yesterday.isoformat(), True))
    people = start.window.show_place("people")
    assert isinstance(people, PeoplePage)
    people.tabs.setCurrentWidget(people.departures)
    panel = people.departures
    assert panel.pick.currentText() == "已离任、绑定未解除的"
    assert {row.task.tone for row in panel.table.model.all} == {"red"}
    panel.form.begin()
    assert "没有选中离任人员" in panel.form.wrong.text()
    panel.form.term.set_text("2025届")
    panel.form._mark("2025届")
    panel.form.begin()
    assert panel.pick.currentText().startswith("2025届换届")
    before = {row.task.what: row.task for row in panel.table.model.all}
    assert "解除后台权限" in before
    assert any(what.startswith("第 3 步") for what in before)
    for row in panel.table.model.all:
        if row.task.what == "解除绑定手机":
            panel.table.choose(row.id)
    panel.do()
    panel.refresh()
    done = {row.task.what: row.task.done for row in panel.table.model.all}
    assert done["解除绑定手机"]
    assert start.office is not None
    with start.office.store.read() as session:
        assert custody.events(session)[-1].acted_on == yesterday.isoformat()


def test_the_home_page_leads_to_whoever_left_and_is_still_bound(start: Start) -> None:
    """钱示例's duties have ended in the register; the phone and the back end are theirs still."""
    assert start.office is not None
    store = start.office.store
    (found,) = (one for one in due_now(store, watch.look(store)) if one.action == "person.leave")
    assert (found.title, found.tone) == ("解除绑定：钱示例离任", "red")
    assert "抖音“林川青年说”后台权限、绑定手机" in found.note
    people = start.window.show_place("people", ["person.leave", "", found.record])
    assert isinstance(people, PeoplePage)
    assert people.tabs.currentWidget() is people.departures
    assert {row.task.person for row in people.departures.table.model.all} == {"钱示例"}


def test_a_leaver_is_proposed_as_the_giver(start: Start) -> None:
    """Of several holders the one who leaves hands over."""
    assert start.office is not None
    store = start.office.store
    with store.read() as session:
        account = session.scalars(select(Account).where(Account.name == "林川青年之声")).one()
    with store.write("离任") as session:
        session.scalars(select(Person).where(Person.name == "周示例")).one().left_on = date.today()
    people = start.window.show_place("people", ["handover.begin", "", account.id])
    assert isinstance(people, PeoplePage)
    assert people.handovers.form.giver.text().startswith("周示例")


def test_a_forced_change_is_shown_in_the_step(start: Start, qtbot) -> None:
    assert start.office is not None
    page = start.window.show_place("handover", 1)
    assert isinstance(page, HandoverPage)
    page.step.note.set_text("邮件")
    page.close_step()
    store = start.office.store
    with store.read() as session:
        login = _view(session, page).passwords[0][0].id
        clerk = passwords.operator(session, store)[0]
    assert clerk is not None
    holders.seal_envelope(store, login, "9", "保险柜")
    holders.open_envelope(store, login, clerk, reason="账号异常", approver="王示例")
    page.reload()
    sees(qtbot, page.step, "启封，须立即更换")
