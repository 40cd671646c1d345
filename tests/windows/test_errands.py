"""Every button of a finding or a deadline opens the very record it is about, in the real window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import (
    accounts,
    adoption,
    assignments,
    deadlines,
    filings,
    lifecycle,
    paths,
    people,
    rules,
    sample,
    units,
    watch,
)
from desktop import duty as duties
from desktop.app import Start
from desktop.checking.catalogue import ACTIONS, KINDS
from desktop.checking.filing import CANCEL, CHANGE, OPEN
from desktop.checking.findings import Finding
from desktop.lock import FolderLock
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.grabbing import dispose

TODAY = date.today()


@pytest.fixture
def start(own_home: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: said.append(str(error)))
    with Store.open(own_home) as store:
        sample.build(store, TODAY)
        _break_more(store)
    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    started = Start(qapp, own_home, lock)
    hooks = sys.excepthook
    started.show()
    qtbot.waitUntil(lambda: started.office is not None, timeout=60_000)
    yield started
    dispose(started.window)
    sys.excepthook = hooks
    assert said == []


def _break_more(store: Store) -> None:
    """Work by every pack, and break what the sample office keeps."""
    with store.write("试验") as session:
        for name in rules.packs(rules.folders()[0]):
            adoption.choose(session, name, True, None, rules.BINDING)
        running = [one for one in accounts.in_use(session) if one.state in accounts.RUNNING]
        first, second, third = running[:3]
        staff = people.in_use(session)
        staff[1].identity, staff[2].politics, staff[3].left_on = "", "群众", TODAY - timedelta(days=3)
        session.add_all(
            assignments.Assignment(account_id=first.id, person_id=staff[number].id, role=role)
            for number, role in ((1, assignments.OPERATOR), (2, assignments.EDITOR), (3, assignments.OPERATOR))
        )
        first.entrusted, first.bound_phone, second.certified_until = True, "12", TODAY - timedelta(days=1)
        second.by_unit, third.contract_until = False, TODAY + timedelta(days=9)
        third.entrusted, third.contract_no = True, "合〔2026〕1号"
        staff[0].mobile = "123"
        for kind, account in ((CANCEL, second), (CHANGE, third), (OPEN, running[-1])):
            lifecycle.begin(session, account.id, kind, TODAY - timedelta(days=20), fields=("账号名",))
        duties.add(session, duties.RED, "谣言", store.clock())
        stream = store.clock() + timedelta(days=8)
        duties.add(session, duties.STREAM, "直播", stream, account_id=first.id)


def settle(start: Start, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not start.background.busy, timeout=60_000)
    QApplication.processEvents()


def _account(page: Any) -> int:
    return int(page.table.current().id)


def _tab(page: Any) -> str:
    return str(page.tabs.tabText(page.tabs.currentIndex()))


def _of_draft(page: Any) -> int:
    with page._store.read() as session:
        filing = session.get_one(filings.Filing, page.desk.draft.filing.id)
        return int(filing.subject_id)


def _life(page: Any) -> int:
    assert page.current() is page.lives
    line = page.lives.table.current()
    begin = page.lives.begin
    return int(begin.account.currentData() if begin.kind.currentText() != line.filing.kind else line.filing.account_id)


def _unit(page: Any) -> int:
    if _tab(page) == "下级单位":
        return int(page.units.table.current().id)
    with page._store.read() as session:
        mine = units.own(session)
    assert mine is not None
    return mine.id


def _batch(page: Any) -> int:
    return int(page.problems.batches.currentData())


def _leaver(page: Any) -> list[int]:
    assert page.tabs.currentWidget() is page.departures
    return list(page.departures.form.marked())


SHOWN: dict[str, Callable[[Any], Any]] = {
    "fill": lambda page: page.desk.draft.filing.id,
    "file.new": _of_draft,
    "file.change": _of_draft,
    "account.edit": _account,
    "account.post": _account,
    "account.people": lambda page: _account(page) if _tab(page.panel) == "分工" else 0,
    "account.figures": lambda page: _account(page) if _tab(page.panel) == "运行数据" else 0,
    "person.edit": lambda page: page.panel.table.current().id,
    "handover.begin": lambda page: page.handovers.form._accounts[page.handovers.form.account.text()],
    "handover": lambda page: page._number,
    "password.change": _account,
    "password.back": _account,
    "unit.edit": _unit,
    "life.finish": lambda page: page.lives.table.current().id,
    "filed.change": lambda page: page.lives.table.current().id,
    "filed.new": _account,
    "rectify": lambda page: page.problems.table.current().id,
    "rectify.report": _batch,
    "duty.open": lambda page: page.duties.table.current().id,
}
"""By action: the number of what the page shows after the button was pressed."""


def test_the_button_of_every_finding_opens_its_record(start: Start, qtbot: QtBot) -> None:
    window = start.window
    page = window.show_place("inspections")
    settle(start, qtbot)
    settle(start, qtbot)
    first: dict[str, Finding] = {}
    for one in page._look.checker.findings():
        first.setdefault(one.code, one)
    pressed = set()
    for code, one in first.items():
        action = ACTIONS[one.action]
        if one.action in SHOWN:
            page.findings._act(one)
            settle(start, qtbot)
            settle(start, qtbot)
            assert SHOWN[one.action](window._pages[action.place]) == one.target, code
            pressed.add(one.action)
    assert pressed >= {
        "file.new", "file.change", "account.edit", "account.people", "account.post", "person.edit", "handover.begin",
    }  # fmt: skip
    assert len(first) >= 24


def test_a_finding_about_a_person_on_an_account_knows_the_person(start: Start, qtbot: QtBot) -> None:
    page = start.window.show_place("inspections")
    settle(start, qtbot)
    settle(start, qtbot)
    found = page._look.checker.findings()
    known = page._look.checker.register.people
    for one in found:
        if one.action == "person.edit":
            assert known[one.target].name in one.what + one.title, one.code
    named = next(one for one in found if one.code == "names")
    assert page._look.checker.register.accounts[named.target].name in named.what
    assert {KINDS[one.code].action for one in found if one.code == "wrong_publisher"} == {"handover.begin"}


def test_the_button_of_every_deadline_opens_its_record(start: Start, qtbot: QtBot) -> None:
    home = start.window.show_place("home")
    settle(start, qtbot)
    store = start.office.store
    pressed = set()
    for due in deadlines.due_now(store, watch.look(store)):
        line = next(one for one in home.shown.due if one.title == due.title)
        assert line.errand == [due.action, ACTIONS[due.action].form, due.record]
        if due.action in SHOWN and due.action not in pressed:
            home.go.emit(line.place, line.errand)
            settle(start, qtbot)
            settle(start, qtbot)
            assert SHOWN[due.action](start.window._pages[line.place]) == due.record, due.title
            pressed.add(due.action)
    assert pressed >= {"file.change", "handover", "password.change", "rectify", "rectify.report", "duty.open"}


def test_what_is_due_is_written_as_a_calendar(
    start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = start.window.show_place("home")
    settle(start, qtbot)
    assert home.export.isVisible()
    monkeypatch.setattr(dialogs, "choose_target", lambda *_: tmp_path / "待办")
    home.export.click()
    settle(start, qtbot)
    content = (tmp_path / "待办.ics").read_bytes().decode("utf-8")
    dated = [one for one in deadlines.due_now(start.office.store, watch.look(start.office.store)) if one.on]
    assert content.count("BEGIN:VEVENT") == len(dated) > 5
    assert "待办已存为“待办.ics”" in home.subtitle.text()


def test_a_leaver_is_marked_on_the_list_of_departures(start: Start, qtbot: QtBot) -> None:
    page = start.window.show_place("inspections")
    settle(start, qtbot)
    settle(start, qtbot)
    one = next(one for one in page._look.checker.findings() if one.code == "leaver_bound")
    page.findings._act(one)
    settle(start, qtbot)
    assert _leaver(start.window._pages["people"]) == [one.id]


def test_a_missing_platform_begins_an_account_of_that_unit(start: Start, qtbot: QtBot) -> None:
    page = start.window.show_place("inspections")
    settle(start, qtbot)
    settle(start, qtbot)
    one = next(one for one in page._look.checker.findings() if one.code == "no_platform")
    store = start.office.store
    with store.read() as session:
        before = {account.id for account in accounts.in_use(session)}
    page.findings._act(one)
    settle(start, qtbot)
    with store.read() as session:
        (made,) = [account for account in accounts.in_use(session) if account.id not in before]
        assert made.unit_id == one.id
    assert _account(start.window._pages["accounts"]) == made.id
