"""While the window is open: a change opens its filing, what presses is told once a day and not when switched off."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop import accounts, lifecycle, paths, sample
from desktop.app import Start
from desktop.lock import FolderLock
from desktop.store import Store
from desktop.windows.grabbing import dispose

NOON = datetime(2026, 11, 20, 14, 32)


@pytest.fixture
def start(own_home: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Start]:
    with Store.open(own_home, clock=lambda: NOON) as store:
        sample.build(store, NOON.date())
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)
    hooks = sys.excepthook
    started.show()
    qtbot.waitUntil(lambda: hasattr(started, "watching"), timeout=10_000)
    settle(started, qtbot)
    yield started
    dispose(started.window)
    sys.excepthook = hooks


def settle(start: Start, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not start.background.busy, timeout=10_000)
    QApplication.processEvents()


def test_a_change_opens_its_filing_and_undo_takes_back_the_change(start: Start, qtbot: QtBot) -> None:
    assert start.office is not None
    store = start.office.store
    store.clock = lambda: NOON + timedelta(days=3)  # type: ignore[method-assign]
    with store.read() as session:
        filed = next(one for one in accounts.in_use(session) if one.filed_on and one.state in accounts.RUNNING)

    def waiting() -> list[str]:
        with store.read() as session:
            found = lifecycle.of_account(session, filed.id)
        return [one.fields for one in found if one.withdrawn_on is None and one.cause]

    with store.write("改账号名称") as session:
        session.get_one(accounts.Account, filed.id).name = "林川青年汇"
    qtbot.waitUntil(lambda: waiting() == ["账号名"], timeout=10_000)
    settle(start, qtbot)
    assert store.undo() == "改账号名称"
    qtbot.waitUntil(lambda: waiting() == [], timeout=10_000)


def test_what_presses_is_told_once_a_day(start: Start, qtbot: QtBot) -> None:
    assert start.office is not None
    told: list[tuple[str, str]] = []
    start.watching.told.connect(lambda title, text: told.append((title, text)))
    start.office.store.clock = lambda: NOON  # type: ignore[method-assign]
    start.watching._told_on = None
    start.office.settings.remind = False
    start.watching.remind()
    settle(start, qtbot)
    assert told == []
    start.office.settings.remind = True
    for _ in range(3):
        start.watching.remind()
        settle(start, qtbot)
    assert len(told) == 1
    title, text = told[0]
    assert "件事要办，其中" in title
    assert len(text.splitlines()) == 3
    start.office.store.clock = lambda: NOON + timedelta(days=1)  # type: ignore[method-assign]
    start.watching.remind()
    settle(start, qtbot)
    assert len(told) == 2


@pytest.mark.parametrize("tray", [False, True])
def test_without_a_tray_the_window_tells(
    start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tray: bool
) -> None:
    assert start.office is not None
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: tray)
    start.office.store.clock = lambda: NOON  # type: ignore[method-assign]
    start.watching._told_on, start.watching.bar = None, None
    start.watching.remind()
    settle(start, qtbot)
    bar = start.watching.bar
    if tray:
        assert bar is None
        return
    assert bar is not None and bar.isVisible()
    assert "件事要办" in bar.title.text()
    start.window.show_place("accounts")
    assert bar.isVisible()
    bar.look.click()
    assert not bar.isVisible()
    assert start.window._shown == "home"
    start.office.store.clock = lambda: NOON + timedelta(days=1)  # type: ignore[method-assign]
    start.watching.remind()
    settle(start, qtbot)
    assert bar.isVisible()
    bar.seen.click()
    assert not bar.isVisible()
