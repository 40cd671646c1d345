"""密码保管 as a person meets it: vault, showing, copying, changing, holders, locking by itself."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop import credentials, custody, dates, holders, passwords, paths, sample
from desktop.accounts import Account
from desktop.app import Start
from desktop.errors import Locked
from desktop.lock import FolderLock
from desktop.store import Store
from desktop.vault import cipher, relock
from desktop.windows import clipboard, dialogs, guard, password_import, recovery_sheet
from desktop.windows.custody import CustodyPage
from desktop.windows.grabbing import dispose
from tests.pace import ROOM, keeps

WORD = "四季青山 walks 93 lamps"


@pytest.fixture
def start(own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
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


def settle(start: Start, qtbot) -> None:
    qtbot.waitUntil(lambda: not start.background.busy, timeout=10_000)
    QApplication.processEvents()


@pytest.fixture
def page(start: Start, qtbot) -> CustodyPage:
    shown = start.window.show_place("custody")
    settle(start, qtbot)
    assert isinstance(shown, CustodyPage)
    return shown


@pytest.fixture
def opened(page: CustodyPage, start: Start, qtbot) -> CustodyPage:
    """The page with a vault made by hand and a secret stored for 快手."""
    page.vault.making.make()
    for field in (page.vault.making.first, page.vault.making.second):
        QTest.keyClicks(field.input, "")
        field.set_text(WORD)
    page.vault.making.make()
    settle(start, qtbot)
    page.vault.proving.typed.set_text(page.vault.proving._code)
    page.vault.proving.prove()
    page.register.begin()
    page.register.account.set_text("快手“青春林川”")
    page.register.login.set_text("lcqn")
    page.register.secret.set_text("Geheim-7x!qq")
    page.register.save()
    QApplication.processEvents()
    page.refresh()
    page.table.filter.setText("青春林川")
    page.table.view.selectRow(0)
    return page


def links(start: Start) -> list[tuple[str, str]]:
    assert start.office is not None
    with start.office.store.read() as session:
        return [(event.kind, event.reason) for event in custody.events(session)]


def test_the_list_says_what_is_to_be_done(page: CustodyPage) -> None:
    said = {row.entry.account: row.said for row in page.table.model.all}
    assert said["共青团林川县委"] == ("已超期 1 天", "red")
    assert said["林川青年之声"] == ("借用逾期未还", "red")
    assert said["林川青年说"] == ("无人持有", "amber")
    assert said["林川志愿"] == ("正常", "green")
    assert "8 个密码 · 4 个须办理 · 另有 6 个在用账号没有登记密码 · 保管链完好（31 环）" in page.subtitle.text()
    page.register.begin()
    assert page.register.account.input.itemText(1) not in {row.entry.account for row in page.table.model.all}


def test_an_operator_the_register_does_not_know_is_told(page: CustodyPage, start: Start) -> None:
    assert page.stranger.isHidden()
    assert start.office is not None
    start.office.store.actor = "Administrator"
    page.refresh()
    assert "操作人“Administrator”不在人员表里" in page.stranger.text()
    assert page.stranger.isVisible()


def test_an_envelope_with_an_old_password_is_to_be_sealed_anew(page: CustodyPage, start: Start) -> None:
    page.table.filter.setText("绑定邮箱密码")
    page.table.view.selectRow(0)
    row = page.table.current()
    assert row is not None
    assert start.office is not None
    passwords.confirm(start.office.store, row.id)
    page.refresh()
    assert page.table.current().said == ("信封须重新封存", "amber")
    assert "01 办公室保险柜第二格" in page.table.current().entry.state.stale
    holders.seal_envelope(start.office.store, row.id, "9", "保险柜")
    page.refresh()
    assert page.table.current().said == ("已封存", "blue")


def test_a_weak_passphrase_makes_no_vault(page: CustodyPage, start: Start, qtbot) -> None:
    page.vault.making.make()
    making = page.vault.making
    making.first.set_text("linchuan2026")
    making.second.set_text("linchuan2026")
    making.make()
    assert "太容易被猜到" in making.first.line.text()
    making.second.set_text("别的")
    making.make()
    assert "不一样" in making.second.line.text()
    assert not page.vault.vault.exists


def test_show_and_copy_leave_traces(opened: CustodyPage, start: Start) -> None:
    panel = opened.secret
    panel.reveal(custody.SEEN)
    assert "写明事由" in panel.reason.line.text()
    panel.reason.set_text("发布推文")
    panel.show_it.click()
    assert (panel.login.text(), panel.secret.text()) == ("lcqn", "Geheim-7x!qq")
    panel.copy_it.click()
    assert QGuiApplication.clipboard().text() == "Geheim-7x!qq"
    assert links(start)[-2:] == [("查看", "发布推文"), ("复制", "发布推文")]
    panel._hide_at = 0
    panel._second()
    assert panel.secret.text() == ""


def test_a_change_in_two_phases(opened: CustodyPage, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    changing = opened.secret.changing
    changing.begin.click()
    changing.generate()
    made = changing.new.text()
    changing.plan()
    QApplication.processEvents()
    opened.refresh()
    assert changing.done.isVisible()
    assert changing.done.text() == "已在平台改好"
    changing.view.click()
    assert opened.secret.secret.text() == made
    changing.done.click()
    opened.refresh()
    opened.secret.reason.set_text("核对")
    opened.secret.show_it.click()
    assert opened.secret.secret.text() == made
    assert links(start)[-1] == ("查看", "核对")


def test_locking_takes_secrets_off_screen_and_clipboard(opened: CustodyPage, start: Start) -> None:
    opened.secret.reason.set_text("发布推文")
    opened.secret.show_it.click()
    opened.secret.copy_it.click()
    assert start.office is not None
    start.office.vault.lock()
    QApplication.processEvents()
    assert opened.secret.secret.text() == ""
    assert QGuiApplication.clipboard().text() == ""
    assert opened.vault.opening.isVisible()


def test_wrong_passphrases_close_the_button(opened: CustodyPage, start: Start, qtbot) -> None:
    assert start.office is not None
    start.office.vault.lock()
    QApplication.processEvents()
    opening = opened.vault.opening
    for _ in range(3):
        opening.passphrase.set_text("这不是主口令呀呀呀")
        opening.open()
        settle(start, qtbot)
    assert "主口令不对" in opening.passphrase.line.text()
    assert not opening.go.isEnabled()
    assert opening.go.text().startswith("请稍候")
    assert opening.passphrase.text() == ""


def test_the_recovery_sheet_opens_and_asks_for_a_new_passphrase(opened: CustodyPage, start: Start, qtbot) -> None:
    assert start.office is not None
    code = relock.renew_recovery(start.office.vault)
    start.office.vault.prove_recovery(code)
    start.office.vault.lock()
    QApplication.processEvents()
    opening, using = opened.vault.opening, opened.vault.using
    opening.open_with_paper()
    opening.code.set_text(code)
    opening.open()
    settle(start, qtbot)
    assert "请立即更换主口令" in using.note.text()
    assert using.old.isHidden()
    using.new.set_text("另一句 rivers 58 keep")
    using.again.set_text("另一句 rivers 58 keep")
    using.replace()
    settle(start, qtbot)
    start.office.vault.lock()
    start.office.vault.unlock("另一句 rivers 58 keep")


def test_the_sheet_counts_for_one_opening_and_is_renewed_with_the_passphrase(
    opened: CustodyPage, start: Start, qtbot
) -> None:
    assert start.office is not None
    vault = start.office.vault
    code = relock.renew_recovery(vault)
    vault.prove_recovery(code)
    opening, using = opened.vault.opening, opened.vault.using

    def with_paper() -> None:
        vault.lock()
        QApplication.processEvents()
        opening.open_with_paper()
        opening.code.set_text(code)
        opening.open()
        settle(start, qtbot)

    with_paper()
    using.no.click()  # put off
    vault.lock()
    QApplication.processEvents()
    opening.passphrase.set_text(WORD)
    opening.open()
    settle(start, qtbot)
    using.change.click()
    assert using.old.isVisible(), "whoever sits here now must know the passphrase"
    with_paper()
    for field in (using.new, using.again):
        field.set_text("另一句 rivers 58 keep")
    using.replace()
    settle(start, qtbot)
    assert opened.vault.proving.isVisible()
    assert opened.vault.proving._code not in ("", code)
    vault.lock()
    with pytest.raises(Locked):
        vault.unlock_with_code(code)


def test_nothing_typed_outlives_the_lock(opened: CustodyPage, start: Start, qtbot) -> None:
    assert start.office is not None
    using, typed = opened.vault.using, "nur getippt 81"
    using.change.click()
    for field in (using.old, using.new, using.again, opened.vault.proving.typed, opened.vault.opening.code):
        field.set_text(typed)
    opened.enter.click()
    opened.register.secret.set_text(typed)
    opened.secret.changing.begin.click()
    opened.secret.changing.new.set_text(typed)
    start.office.vault.lock()
    QApplication.processEvents()
    lines = start.window.findChildren(QLineEdit)
    assert len(lines) > 10
    assert [line.accessibleName() for line in lines if typed in line.text()] == []
    for line in lines:
        line.undo()
    assert [line.accessibleName() for line in lines if typed in line.text()] == []
    assert "没有存入" in opened.register.account.line.text()


def test_a_shown_password_is_not_taken_past_the_clipboards_guard(opened: CustodyPage, start: Start) -> None:
    shown = opened.secret.secret
    opened.secret.reason.set_text("发布推文")
    opened.secret.show_it.click()
    assert shown.text() == "Geheim-7x!qq"
    QGuiApplication.clipboard().setText("vorher")
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    shown.selectAll()
    shown.copy()
    assert QGuiApplication.clipboard().text() == "vorher"
    assert shown.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    opened.secret.hide_secret()
    shown.undo()
    assert shown.text() == ""


def test_a_planned_password_is_given_up_only_when_asked(opened: CustodyPage, monkeypatch: pytest.MonkeyPatch) -> None:
    changing, asked = opened.secret.changing, []
    changing.begin.click()
    changing.generate()
    changing.plan()
    QApplication.processEvents()
    opened.refresh()
    for agreed in (False, True):
        monkeypatch.setattr(dialogs, "ask", lambda *said, agreed=agreed: asked.append(said[2]) or agreed)
        changing.drop.click()
        opened.refresh()
        assert changing.done.isVisible() is not agreed
    assert "登不进去" in asked[0]


def test_a_password_typed_wrong_is_corrected_without_a_change(opened: CustodyPage, start: Start) -> None:
    changing = opened.secret.changing
    assert changing.store_now.text() == "更正存入的密码"
    changing.store_now.click()
    changing.new.set_text("Geheim-recht-9")
    changing.keep.click()
    opened.refresh()
    opened.secret.reason.set_text("核对")
    opened.secret.show_it.click()
    assert opened.secret.secret.text() == "Geheim-recht-9"
    assert opened.table.current().entry.state.version == 1
    assert links(start)[-2] == ("复制", "存入保险柜：更正存错的密码")


def test_a_change_is_only_registered_with_the_vault_open_too(opened: CustodyPage) -> None:
    """The office may keep some passwords on paper alone."""
    opened.table.filter.setText("林川青年说")
    opened.table.view.selectRow(0)
    before = opened.table.current().entry.state.version
    assert opened.secret.changing.done.text() == "登记：已在平台更换"
    opened.secret.changing.done.click()
    opened.refresh()
    assert opened.table.current().entry.state.version == before + 1


def test_the_vault_key_is_changed_with_its_button(opened: CustodyPage, start: Start, qtbot) -> None:
    assert start.office is not None
    vault, using = start.office.vault, opened.vault.using
    before = bytes(vault.key)
    using.rotate.click()
    assert "数据文件（含备份）和主口令可能一起被人拿走" in using.note.text()
    using.old.set_text("不是这一句主口令")
    using.go.click()
    settle(start, qtbot)
    assert "主口令不对" in using.old.line.text()
    assert bytes(vault.key) == before
    using.no.click()
    assert using.rotate.isVisible()
    assert using.go.isHidden()
    using.rotate.click()
    using.old.set_text(WORD)
    using.go.click()
    settle(start, qtbot)
    assert bytes(vault.key) != before
    assert opened.vault.state.text() == "恢复单未核对"
    opened.vault.proving.typed.set_text(opened.vault.proving._code)
    opened.vault.proving.prove()
    assert opened.vault.state.text() == "已打开"
    opened.secret.reason.set_text("发布推文")
    opened.secret.show_it.click()
    assert opened.secret.secret.text() == "Geheim-7x!qq"


def test_holders_are_handled_beside_the_list(opened: CustodyPage, start: Start, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(dialogs, "ask", lambda *words: asked.append(words[2]) or True)
    panel = opened.holders
    panel.deed.setCurrentText("登记现有持有人")
    panel._ask()
    panel.inputs["人员"].set_text("周示例（志愿者，新媒体部）")
    panel._warn()
    panel.do()
    QApplication.processEvents()
    opened.refresh()
    assert opened.table.current().holders == "周示例"
    assert any("广东办法" in text or "昆明规定" in text or "内科大" in text for text in asked) or asked == []
    panel.deed.setCurrentText("借用")
    panel._ask()
    panel.do()
    assert "请选择人员" in panel.inputs["人员"].line.text()


def test_the_guard_locks_when_nobody_is_there(opened: CustodyPage, start: Start, qtbot, monkeypatch) -> None:
    assert start.office is not None
    vault, store = start.office.vault, start.office.store
    now = store.clock()
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(minutes=4))
    point = QPointF(5, 5)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, point, point, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(start.window, move)  # a sign of life
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(minutes=8))
    assert not vault.lock_if_idle()
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(minutes=10))
    qtbot.waitUntil(lambda: vault.locked, timeout=3000)


def test_the_guard_locks_with_the_screen_and_before_sleep(opened: CustodyPage, start: Start) -> None:
    assert start.office is not None
    watching = start.window.findChild(guard.Guard)
    assert watching is not None
    watching.changed(False)
    assert not start.office.vault.locked
    watching.changed(True)
    assert start.office.vault.locked


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="not installed: dbus-run-session")
def test_the_signals_of_the_desktop_lock_over_a_real_bus(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parent.parent.parent
    script = 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$0" -m tests.lock_session "$1"'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, str(tmp_path / "store")],
        env=os.environ | {"PYTHONPATH": str(root), "XDG_RUNTIME_DIR": str(tmp_path)},
        cwd=root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "names": [True, True], "screen saver off": False, "screen saver on": True, "GNOME locks": True,
        "woken up": False, "going to sleep": True, "session locked": True, "something else": False,
    }  # fmt: skip


def test_a_broken_chain_is_named(page: CustodyPage, start: Start, qtbot, own_home: Path) -> None:
    with closing(sqlite3.connect(own_home / "tuanmei.sqlite")) as connection:
        connection.execute("DROP TRIGGER custody_event_no_update")
        connection.execute("UPDATE custody_event SET reason = '改' WHERE seq = 4")
        connection.commit()
    page.verify()
    settle(start, qtbot)
    assert page.chain.fault.text().startswith("第 4 环内容被改动")
    assert "第 4 环" in page.subtitle.text()


def test_going_to_one_password(page: CustodyPage, start: Start) -> None:
    wanted = page.table.model.all[3].id
    start.window.show_place("custody", wanted)
    assert page.table.current().id == wanted
    assert "共青团林川县委" in page.secret.title.text()


# clipboard and paper


def test_the_clipboard_forgets_only_what_is_ours(qapp: QApplication, qtbot) -> None:
    kept = clipboard.SecretClipboard(2)
    kept.put("Geheim-1")
    content = QGuiApplication.clipboard().mimeData()
    for kind, value in clipboard.NOT_REMEMBERED.items():
        assert bytes(content.data(kind)) == value
    heard: list[int] = []
    kept.left.connect(heard.append)
    qtbot.waitUntil(lambda: heard[-1:] == [0], timeout=5000)
    assert QGuiApplication.clipboard().text() == ""
    kept.put("Geheim-2")
    QGuiApplication.clipboard().setText("别人的文字")
    kept.clear()
    assert QGuiApplication.clipboard().text() == "别人的文字"
    kept.put("Geheim-3")
    assert "Geheim-3" not in repr(vars(kept))
    kept.clear()
    assert QGuiApplication.clipboard().text() == ""


def test_closing_the_program_clears_and_locks(opened: CustodyPage, start: Start) -> None:
    assert start.office is not None
    vault = start.office.vault
    opened.secret.reason.set_text("发布推文")
    opened.secret.copy_it.click()
    start.window.close()
    assert QGuiApplication.clipboard().text() == ""
    assert vault.locked


def test_the_sheet_for_paper(qapp: QApplication) -> None:
    made = recovery_sheet.sheet("AAAAA-BBBBB-CCCCC", datetime(2026, 11, 20, 9, 0))
    text = made.toPlainText()
    assert "2026年11月20日 09:00" in text
    assert all(group in text for group in ("AAAAA", "BBBBB", "CCCCC"))


def test_two_thousand_entries_open_at_once(page: CustodyPage, start: Start) -> None:
    """The list of 2,000 passwords is read and shown within 12 times what SQLite alone needs to read the chain.

    That is 50 ms on an office PC; `tuanmei bench custody` holds it.
    """
    assert start.office is not None
    store = start.office.store
    with store.write("登记") as session:
        made = [Account(platform="小红书", name=f"账号{number}") for number in range(2000)]
        session.add_all(made)
        session.flush()
        clerk = passwords.operator(session, store)
        for number, account in enumerate(made, 5000):
            one = credentials.Credential(
                id=number, account_id=account.id, kind=credentials.LOGIN, made_at=store.clock()
            )
            session.add(one)
            deed = passwords.deed_of(custody.SET, account, one, 1, person=clerk)
            custody.append(session, deed, at=store.clock(), actor="陈示例")
    with closing(sqlite3.connect(store.file)) as connection:
        chain = "SELECT * FROM custody_event ORDER BY seq"
        assert keeps(page.refresh, lambda: connection.execute(chain).fetchall(), 12 * ROOM)
    assert len(page.table.model.all) == 2008


# lists in and out


def test_a_list_is_taken_in_and_destroyed(
    opened: CustodyPage, start: Start, tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda *words: asked.append(words[1]) or True)
    file = tmp_path / "密码.csv"
    file.write_text("平台,账号名称,登录名,密码\n微博,共青团林川县委,lc,Geheim-5\n小红书,没有的号,x,Geheim-6\n", "utf-8")
    opened.importing.read(file)
    settle(start, qtbot)
    assert "2 条，1 条已对上账号" in opened.importing.note.text()
    assert opened.importing.choices[0].currentText() == "微博“共青团林川县委”"
    assert opened.importing.choices[1].currentText() == "不导入"
    opened.importing.take()
    assert asked == ["已导入 1 条。销毁原清单“密码.csv”？"]
    assert not file.exists()
    assert opened.importing.isHidden()
    assert links(start)[-1] == ("复制", "存入保险柜：导入自密码.csv")


def test_passwords_go_out_only_after_warning_and_reason(
    opened: CustodyPage, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QInputDialog

    target, warned = tmp_path / "out.xml", []
    monkeypatch.setattr(dialogs, "ask", lambda *words: warned.append(words[2]) or True)
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: target)
    refused: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, refusal: refused.append(str(refusal)))
    assert start.office is not None
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("", True))
    password_import.hand_out(opened, start.office.store, start.office.vault)
    assert "写明事由" in refused[0]
    assert not target.exists()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("改用 KeePassXC", True))
    password_import.hand_out(opened, start.office.store, start.office.vault)
    assert "明文" in warned[0]
    assert "Geheim-7x!qq" in target.read_text("utf-8")
    start.office.vault.lock()
    password_import.hand_out(opened, start.office.store, start.office.vault)
    assert "请先打开密码保险柜" in refused[-1]


def test_the_password_in_use_is_put_in_later(opened: CustodyPage, start: Start) -> None:
    opened.table.filter.setText("林川青年说")
    opened.table.view.selectRow(0)
    changing = opened.secret.changing
    assert changing.store_now.isVisible()
    changing.store_now.click()
    assert changing.keep.text() == "存入保险柜"
    changing.new.set_text("Geheim-jetzt-9")
    changing.keep.click()
    opened.refresh()
    opened.secret.reason.set_text("核对")
    opened.secret.show_it.click()
    assert opened.secret.secret.text() == "Geheim-jetzt-9"
    assert opened.table.current().entry.state.version == 2


def test_the_password_is_shown_to_its_holder(opened: CustodyPage, start: Start) -> None:
    opened.table.filter.setText("共青团林川县委")
    opened.table.view.selectRow(0)
    opened.secret.changing.store_now.click()
    opened.secret.changing.new.set_text("Geheim-weibo-9")
    opened.secret.changing.keep.click()
    opened.refresh()
    panel = opened.secret
    assert panel.viewer.isVisible()
    panel.viewer.set_text("李示例")
    panel.reason.set_text("当面告知")
    panel.show_it.click()
    assert panel.secret.text() == "Geheim-weibo-9"
    assert start.office is not None
    with start.office.store.read() as session:
        last = custody.events(session)[-1]
    assert (last.kind, last.person, last.actor) == ("查看", "李示例", "陈示例")


def test_this_months_links_are_extracted(
    page: CustodyPage, start: Start, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, shown = tmp_path / "摘录.docx", []
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: target)
    monkeypatch.setattr(dialogs, "open_folder", shown.append)
    page.extract()
    settle(start, qtbot)
    assert target.exists()
    assert shown == [tmp_path]
    names: list[str] = []
    monkeypatch.setattr(dialogs, "choose_target", lambda *said: names.append(said[2]))
    page.extract(before=True)
    last = date.today().replace(day=1) - timedelta(days=1)
    assert names == [f"{dates.month(last)}保管链摘录.docx"]
