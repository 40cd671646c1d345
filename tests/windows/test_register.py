"""The screens of the register: several accounts at once, units, the trash, and what may not be opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import accounts, adoption, lifecycle, sample, settings, trash, units
from desktop.background import Background
from desktop.checking.filing import CANCEL
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.accounts import ENTRIES, AccountsPage
from desktop.windows.preferences import PreferencesPage

NOON = datetime(2026, 11, 20, 14, 32)
TODAY = NOON.date()


@pytest.fixture
def store(own_home: Path) -> Iterator[Store]:
    with Store.open(own_home, actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, TODAY)
        yield opened


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refusals shown, and a clerk who agrees to every question."""
    found: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: found.append(str(error)))
    monkeypatch.setattr(dialogs, "ask", lambda *_: True)
    return found


@pytest.fixture
def page(qtbot: QtBot, store: Store, said: list[str]) -> Iterator[AccountsPage]:
    background = Background(lambda error: said.append(str(error)))
    made = AccountsPage(store, background)
    qtbot.addWidget(made)
    made.resize(1158, 768)
    made.show()
    read(qtbot, made, background)
    yield made
    background.finish()


def read(qtbot: QtBot, page: AccountsPage, background: Background) -> None:
    page.refresh()
    qtbot.waitUntil(lambda: not background.busy and bool(page.table.model.all), timeout=60_000)


@pytest.fixture
def preferences(qtbot: QtBot, store: Store, said: list[str]) -> Iterator[PreferencesPage]:
    background = Background(lambda error: said.append(str(error)))
    made = PreferencesPage(store, settings.load(store.folder), background)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    yield made
    background.finish()


def fetched(store: Store, number: int) -> accounts.Account:
    with store.read() as session:
        return session.get_one(accounts.Account, number)


def test_one_field_of_several_accounts_is_changed_and_undone_in_one_step(page: AccountsPage, store: Store) -> None:
    numbers = [row.id for row in page.table.model.shown[:3]]
    old = [fetched(store, number).upkeep for number in numbers]
    page.table._mark(set(numbers))
    assert page.many.isVisible() and "3 个账号" in page.many.count.text()
    page.many.which.setCurrentText("维护方式")
    page.many.inputs[page.many.which.currentIndex()].set_text("委托运营")
    page.many.change()
    assert [fetched(store, number).upkeep for number in numbers] == ["委托运营"] * 3
    assert store.undo() == "3 个账号的“维护方式”改为“委托运营”"
    assert [fetched(store, number).upkeep for number in numbers] == old


def test_a_wrong_value_for_several_accounts_changes_none(page: AccountsPage, store: Store) -> None:
    numbers = [row.id for row in page.table.model.shown[:2]]
    page.table._mark(set(numbers))
    page.many.which.setCurrentText("备案日期")
    page.many.inputs[page.many.which.currentIndex()].set_text("2026-02-31")
    page.many.change()
    assert "不存在" in page.many.remark.text()
    assert all(fetched(store, number).filed_on != date(2026, 2, 28) for number in numbers)
    page.many.which.setCurrentText("状态")
    page.many.inputs[page.many.which.currentIndex()].set_text(accounts.FROZEN)
    page.many.change()
    assert [fetched(store, number).state for number in numbers] == [accounts.FROZEN] * 2


def test_the_line_for_several_is_there_only_for_several(page: AccountsPage) -> None:
    assert not page.many.isVisible()
    page.table._mark({row.id for row in page.table.model.shown[:2]})
    assert page.many.isVisible()
    page.table.filter.setText("没有这样的账号")
    assert not page.many.isVisible()


def close_by_order(store: Store, platform: str) -> None:
    with store.write("适用规定") as session:
        adoption.choose(session, "neikeda", True, date(2025, 1, 1))
        mine = units.need_own(session)
        account = accounts.Account(platform=platform, name="责令注销的号", unit_id=mine.id)
        accounts.add(session, account, accounts.NORMAL, date(2025, 1, 1))
        filing = lifecycle.begin(session, account.id, CANCEL, date(2026, 2, 1), ordered=True, reason="长期不更新")
        lifecycle.submit(session, filing, date(2026, 2, 1), None)
        lifecycle.end(session, filing, date(2026, 2, 2))


def test_an_account_ordered_to_close_is_not_entered_again_within_the_year(
    page: AccountsPage, store: Store, said: list[str]
) -> None:
    close_by_order(store, "微信公众号")
    page._add()
    with store.read() as session:
        made = accounts.in_use(session)[-1]
    assert (made.name, made.state) == ("（未命名账号）", accounts.PLANNED)
    assert made.platform != "微信公众号", "the first platform on which it may open one"
    page.panel.show_account(made.id)
    field = page.panel.facts.inputs["platform"]
    page.panel.facts._finished(next(entry for entry in ENTRIES if entry.key == "platform"), "微信公众号")
    assert "2027-02-02 前不得重新开通" in field.line.text()
    assert fetched(store, made.id).platform == made.platform


def test_an_account_is_given_to_the_unit_that_runs_it(page: AccountsPage, store: Store) -> None:
    row = page.table.model.shown[0]
    page.panel.show_account(row.id)
    with store.read() as session:
        other = units.in_use(session, units.SUBORDINATE)[0]
    page.panel.unit.picked.emit(other.id)
    assert fetched(store, row.id).unit_id == other.id


def test_a_unit_is_entered_named_and_put_below_another(preferences: PreferencesPage, store: Store) -> None:
    panel = preferences.units
    panel.add()
    with store.read() as session:
        made = units.by_name(session, "（未填单位名称）")
        assert made is not None and made.parent_id == units.need_own(session).id
    panel._save("name", "林川县第九中学团委")
    panel.refresh()
    panel._save("level", "校级")
    with store.read() as session:
        found = units.by_name(session, "林川县第九中学团委")
    assert found is not None and found.level == "校级"
    panel._trash()
    with store.read() as session:
        assert units.by_name(session, "林川县第九中学团委") is None


def test_the_trash_is_a_tab_of_the_settings_and_gives_back(preferences: PreferencesPage, store: Store) -> None:
    with store.read() as session:
        account = accounts.in_use(session)[0]
    preferences.open("回收站")
    assert preferences.tabs.currentWidget() is preferences.trash
    assert not preferences.trash.back.isEnabled() and "空的" in preferences.trash.table.view.accessibleDescription()
    trash.put_away(store, "账号", account.id)
    preferences.refresh()
    assert [row.title for row in preferences.trash.table.model.shown] == [account.title]
    preferences.trash.restore()
    assert preferences.trash.table.model.shown == []
    assert fetched(store, account.id).trashed_at is None
