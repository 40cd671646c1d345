"""The window as a person meets it: start, places, editing, finding, undo, second start."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar, QWidget

from desktop import accounts, paths, register, sample
from desktop.app import Start, put_back
from desktop.lock import FolderLock
from desktop.places import DEEDS, PLACES
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.finder import Finder, always
from desktop.windows.grabbing import dispose
from desktop.windows.guard import Guard
from desktop.windows.main import MainWindow
from desktop.windows.manual import Manual
from desktop.windows.parts import Page
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable


@pytest.fixture
def start(own_home: Path, qapp: QApplication, qtbot) -> Iterator[Start]:
    with Store.open(own_home) as store:
        sample.build(store, date.today())
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)
    hooks = sys.excepthook
    started.show()
    qtbot.waitUntil(lambda: started.ready, timeout=60_000)
    yield started
    dispose(started.window)  # a window left behind is dressed anew by every later start
    sys.excepthook = hooks


def settle(start: Start, qtbot) -> None:
    qtbot.waitUntil(lambda: not start.background.busy, timeout=60_000)
    QApplication.processEvents()


def test_every_place_opens(start: Start, qtbot) -> None:
    for place in PLACES:
        page = start.window.show_place(place.key)
        settle(start, qtbot)
        assert page.isVisible()
        assert page.title.text()


def test_on_the_smallest_screen_no_place_is_cut_off_and_no_page_is_out_of_reach(start: Start, qtbot) -> None:
    """1366 × 768 at 150 %: the rail moves together, and what a page needs beyond its room is scrolled to."""
    window = start.window
    window.fit(QSize(911, 512))
    assert (window.width(), window.height()) == (911, 472)
    settle(start, qtbot)
    entries = list(window._buttons.values())
    bottom = max(entry.mapTo(window, entry.rect().bottomLeft()).y() for entry in entries)
    assert bottom < window.height()
    assert all(entry.height() >= entry.sizeHint().height() for entry in entries)
    for place in PLACES:
        page = window.show_place(place.key, 1 if place.about_one else None)
        settle(start, qtbot)
        frame = window._frames[place.key]

        def whole(page: Page = page) -> bool:
            least = page.minimumSizeHint()
            return page.width() >= least.width() and page.height() >= least.height()

        qtbot.waitUntil(whole, timeout=60_000)
        assert frame.horizontalScrollBar().maximum() >= page.width() - frame.viewport().width(), place.key


def test_a_button_of_the_page_kept_from_last_time_does_nothing_before_the_store_is_open(qtbot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.set_places(PLACES)
    kept = Page("首页")
    window.preset("home", kept)
    assert window.show_place("accounts", 3) is kept
    assert window.page() is kept


def test_the_window_and_its_reminders_have_the_programs_icon(start: Start, qtbot) -> None:
    settle(start, qtbot)
    picture = start.window.windowIcon().pixmap(64).toImage()
    assert picture.pixelColor(32, 4).red() > 150 > 60 > picture.pixelColor(32, 4).green()


def test_editing_a_field_is_saved_recorded_and_undone(start: Start, qtbot) -> None:
    page = start.window.show_place("accounts")
    settle(start, qtbot)
    name = page.panel.facts.inputs["name"].input
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Linchuan Youth")
    QTest.keyClick(name, Qt.Key.Key_Return)
    settle(start, qtbot)
    store = start.office.store
    with store.read() as session:
        assert accounts.in_use(session)[0].name == "Linchuan Youth"
    start.window.asked_undo.emit()
    settle(start, qtbot)
    with store.read() as session:
        assert accounts.in_use(session)[0].name == "林川青年"


def test_filter_while_typing(start: Start, qtbot) -> None:
    page = start.window.show_place("accounts")
    settle(start, qtbot)
    QTest.keyClicks(page.table.filter, "lczy")
    assert {row.name for row in page.table.model.shown} == {"林川志愿", "青春林川志愿"}
    assert page.table.count.text() == "显示 2 / 14 条"


def test_a_wrong_date_is_said_and_not_saved(start: Start, qtbot) -> None:
    page = start.window.show_place("accounts")
    settle(start, qtbot)
    field = page.panel.facts.inputs["certified_until"]
    field.input.setFocus()
    field.input.clear()
    QTest.keyClicks(field.input, "2027-02-30")
    QTest.keyClick(field.input, Qt.Key.Key_Return)
    assert "不存在" in field.line.text()
    with start.office.store.read() as session:
        assert accounts.in_use(session)[0].certified_until is not None


def find(start: Start, typed: str) -> None:
    start.window.asked_search.emit()
    every = [one for one in QApplication.topLevelWidgets() if isinstance(one, Finder)]
    finder = next(one for one in every if one.isVisible() and one.parent() is start.window)
    finder.typed.setText(typed)
    QTest.keyClick(finder.typed, Qt.Key.Key_Return)


def test_finder_goes_there(start: Start, qtbot) -> None:
    find(start, "zhiyuan")
    settle(start, qtbot)
    page = start.window.page()
    assert page.title.text() == "账号台账"
    settle(start, qtbot)
    assert "志愿" in page.table.current().name


def test_finder_begins_forms_and_does_what_buttons_do(start: Start, qtbot) -> None:
    find(start, "tongjibiao")
    settle(start, qtbot)
    assert start.window.page().desk is not None
    find(start, "hsz")
    settle(start, qtbot)
    page = start.window.page()
    assert page.tabs.currentWidget() is page.trash
    before = len(start.window.show_place("people").panel.table.model.all)
    find(start, "新增人员")
    assert len(start.window.page().panel.table.model.all) == before + 1


def test_what_is_typed_when_the_program_closes_is_kept(start: Start, qtbot) -> None:
    find(start, "tongjibiao")
    settle(start, qtbot)
    desk, saved = start.window.page().desk, []
    desk.saved.connect(lambda: saved.append(start.office is not None))
    QTest.keyClicks(desk.fields.inputs["phone"].input, "7")
    start.window.close()
    assert saved == [True], "before the store is closed"


def test_whatever_the_finder_offers_stands_on_its_page(start: Start, qtbot) -> None:
    assert not {"handover", "answer"} & {hit.place for hit in always(PLACES, DEEDS)}, "they show one record"
    for key, group in DEEDS.items():
        page = start.window.show_place(key)
        settle(start, qtbot)
        buttons = {one.text() for one in page.findChildren(QPushButton)}
        tabs = {bar.tabText(number) for bar in page.findChildren(QTabBar) for number in range(bar.count())}
        assert set(group) <= buttons | tabs
        assert not page.press("没有的事")


def test_a_clerk_who_was_quicker_than_the_home_page_is_not_taken_back_to_it(
    own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach, hooks = Start._attach, sys.excepthook
    monkeypatch.setattr(Start, "_attach", lambda self: (attach(self), self.window.show_place("people")))
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)
    started.show()
    qtbot.waitUntil(lambda: started.window.findChild(Guard) is not None, timeout=60_000)
    settle(started, qtbot)
    assert started.window.page().title.text() == "人员与交接"
    dispose(started.window)
    lock.release()
    sys.excepthook = hooks


def test_a_second_start_raises_the_first_window(start: Start, qtbot) -> None:
    start.window.showMinimized()
    second = subprocess.Popen([sys.executable, "-m", "desktop"])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    assert second.returncode == 0
    qtbot.waitUntil(lambda: not start.window.isMinimized(), timeout=30_000)


def test_a_second_start_is_answered_while_the_store_is_being_opened(
    own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, opened = threading.Event(), Start._opened
    monkeypatch.setattr(Start, "_opened", lambda self, step: opened(self, step) if go_on.wait(60) else None)
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    second = subprocess.Popen([sys.executable, "-m", "desktop"])
    started, hooks = Start(qapp, own_home, lock), sys.excepthook
    started.show()
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    assert second.returncode == 0
    assert started.office is None
    go_on.set()
    qtbot.waitUntil(lambda: started.window.findChild(Guard) is not None, timeout=30_000)
    settle(started, qtbot)
    dispose(started.window)
    lock.release()
    sys.excepthook = hooks


def test_nothing_heavy_before_the_first_paint(own_home: Path) -> None:
    code = """
import sys
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar
from desktop import paths
from desktop.app import Start, put_back
from desktop.lock import FolderLock
app = QApplication([])
home = paths.make_private(paths.home())
lock = FolderLock(home); lock.take()
start = Start(app, home, lock)
start.window.show()
start.window.grab()
heavy = {"sqlalchemy", "openpyxl", "docx", "lxml", "cryptography", "keyring", "alembic", "pypinyin", "numpy"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_else_is_done_until_the_frame_is_on_the_screen(
    own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows hands out a paint only when no timer is due: whatever is begun at once comes before the first frame."""
    done: list[str] = []
    steps = ("_dress", "_watch_for_faults", "_show_kept_home", "_open_store", "_listen")
    for step in steps:
        monkeypatch.setattr(Start, step, lambda _, step=step: done.append(step))
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)

    class Watch(QObject):
        def eventFilter(self, thing: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(thing, QWidget) and thing.window() is started.window:
                done.append("paint")
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    started.show()
    qtbot.waitUntil(lambda: steps[-1] in done, timeout=30_000)
    qapp.removeEventFilter(watch)
    entries = started.window.findChildren(QPushButton)
    assert done.index(steps[0]) > len([entry for entry in entries if entry.isVisible()])
    assert [step for step in done if step != "paint"] == list(steps)
    dispose(started.window)
    lock.release()


def test_a_window_that_nobody_sees_opens_its_data_all_the_same(
    own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started, hooks = Start(qapp, own_home, lock), sys.excepthook
    monkeypatch.setattr(started.window, "paintEvent", lambda _: None)
    started.show()
    assert started.office is None
    qtbot.waitUntil(lambda: started.window.findChild(Guard) is not None, timeout=60_000)
    settle(started, qtbot)
    dispose(started.window)
    lock.release()
    sys.excepthook = hooks


def test_void_qt_calls_keep_the_references_of_none() -> None:
    """PySide6 6.12.0 drops one reference of None in every call that returns nothing and aborts after ~5,200."""
    code = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
field = QLineEdit()
before = sys.getrefcount(None)
for number in range(20_000):
    field.setText(str(number & 1))
print(before - sys.getrefcount(None))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert abs(int(done.stdout)) < 1_000


def test_typing_in_the_filter_of_5000_rows_stays_within_a_frame(qtbot) -> None:
    facts = ("共青团林川县委员会", "正常", True, True, None, None, "赵示例", "王示例")
    rows = [
        register.AccountRow(number, "微信公众号", f"第{number}号青年", *facts, number, number, None, "", "", "")
        for number in range(5000)
    ]
    table = RowsTable("测试", [Column("名", lambda row: row.name), Column("单位", lambda row: row.unit)])
    qtbot.addWidget(table)
    table.resize(900, 600)
    table.show()
    table.set_rows(rows)
    qtbot.waitUntil(lambda: not table.model._preparing.isActive(), timeout=60_000)
    table.filter.setText("qn")
    assert len(table.model.shown) == 5000
    table.filter.setText("4999")
    assert [row.id for row in table.model.shown] == [4999]


def test_f1_opens_the_chapter_of_the_page(start: Start, qtbot) -> None:
    for place in PLACES:
        page = start.window.show_place(place.key)
        settle(start, qtbot)
        if place.under:
            continue
        assert page.help_topic, place.key
        manual = Manual(start.window, start.window.help_topic())
        assert manual.list.currentItem().text().startswith(page.help_topic), place.key
        assert manual.text.toPlainText().strip()
        manual.close()


def accounts_in(folder: Path) -> int:
    with Store.open(folder) as store, store.read() as session:
        return len(accounts.in_use(session))


def test_a_backup_takes_the_place_of_the_data_and_the_window_opens_anew(
    start: Start, own_home: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = start.office.store
    backup = store.back_up()
    with store.write("清空") as session:
        for one in accounts.in_use(session):
            one.trashed_at = store.clock()
    start.window.asked_restore.emit(backup)
    assert not start.window.isVisible() and start.office is None
    start.lock.release()
    opened: list[list[str]] = []
    monkeypatch.setattr("desktop.app.run_window", lambda words: opened.append(words) or 0)
    assert put_back(start) == 0
    assert opened == [[]]
    assert accounts_in(own_home) > 0
    assert len(list((own_home / "备份").glob("*恢复前*"))) == 1, "the data of before are kept"


@pytest.mark.parametrize("agreed", [True, False])
def test_damaged_data_are_replaced_by_the_newest_backup_when_the_clerk_agrees(
    own_home: Path, qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    with Store.open(own_home) as store:
        sample.build(store, date.today())
        newest = store.back_up()
    store.file.write_bytes(b"SQLite format 3\0" + bytes(4000))
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda *words: asked.append(words[1]) or agreed)
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    hooks = sys.excepthook
    started = Start(qapp, own_home, lock)
    started.show()
    qtbot.waitUntil(lambda: bool(asked) and not started.window.isVisible(), timeout=60_000)
    lock.release()
    sys.excepthook = hooks
    assert "已损坏" in asked[0]
    assert started.backup == (newest if agreed else None)
    if agreed:
        monkeypatch.setattr("desktop.app.run_window", lambda words: 0)
        put_back(started)
        assert accounts_in(own_home) > 0
    dispose(started.window)
