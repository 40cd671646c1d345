"""The screens of the register: several accounts at once, units, the trash, and what may not be opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop import accounts, adoption, assignments, figures, lifecycle, people, settings, trash, units
from desktop.background import Background
from desktop.checking.filing import CANCEL
from desktop.store import Store
from desktop.windows import dialogs, fields
from desktop.windows.accounts import ENTRIES, AccountsPage
from desktop.windows.people import PeoplePanel
from desktop.windows.preferences import PreferencesPage


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refusals shown, and a clerk who agrees to every question."""
    found: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: found.append(str(error)))
    monkeypatch.setattr(dialogs, "ask", lambda *_: True)
    return found


@pytest.fixture
def page(qtbot: QtBot, office: Store, said: list[str]) -> Iterator[AccountsPage]:
    background = Background(lambda error: said.append(str(error)))
    made = AccountsPage(office, background)
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
def preferences(qtbot: QtBot, office: Store, said: list[str]) -> Iterator[PreferencesPage]:
    background = Background(lambda error: said.append(str(error)))
    made = PreferencesPage(office, settings.load(office.folder), background, said.append)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    yield made
    background.finish()


def fetched(office: Store, number: int) -> accounts.Account:
    with office.read() as session:
        return session.get_one(accounts.Account, number)


def test_one_field_of_several_accounts_is_changed_and_undone_in_one_step(page: AccountsPage, office: Store) -> None:
    numbers = [row.id for row in page.table.model.shown[:3]]
    old = [fetched(office, number).upkeep for number in numbers]
    page.table._mark(set(numbers))
    assert page.many.isVisible() and "3 个账号" in page.many.count.text()
    page.many.which.setCurrentText("维护方式")
    page.many.inputs[page.many.which.currentIndex()].set_text("委托运营")
    page.many.change()
    assert [fetched(office, number).upkeep for number in numbers] == ["委托运营"] * 3
    assert office.undo() == "3 个账号的“维护方式”改为“委托运营”"
    assert [fetched(office, number).upkeep for number in numbers] == old


def test_a_wrong_value_for_several_accounts_changes_none(page: AccountsPage, office: Store) -> None:
    numbers = [row.id for row in page.table.model.shown[:2]]
    page.table._mark(set(numbers))
    page.many.which.setCurrentText("备案日期")
    page.many.inputs[page.many.which.currentIndex()].set_text("2026-02-31")
    page.many.change()
    assert "不存在" in page.many.remark.text()
    assert all(fetched(office, number).filed_on != date(2026, 2, 28) for number in numbers)
    page.many.which.setCurrentText("状态")
    page.many.inputs[page.many.which.currentIndex()].set_text(accounts.FROZEN)
    page.many.change()
    page.many.step.on.set_text("2026-11-18")
    page.many.step.reason.set_text("平台冻结")
    page.many.step.done.click()
    with office.read() as session:
        last = [accounts.steps_of(session, number)[-1] for number in numbers]
    assert [(one.on, one.reason) for one in last] == [(date(2026, 11, 18), "平台冻结")] * 2
    assert [fetched(office, number).state for number in numbers] == [accounts.FROZEN] * 2


def test_the_line_for_several_is_there_only_for_several(page: AccountsPage) -> None:
    assert not page.many.isVisible()
    page.table._mark({row.id for row in page.table.model.shown[:2]})
    assert page.many.isVisible()
    page.table.filter.setText("没有这样的账号")
    assert not page.many.isVisible()


def shown_in(panel: QWidget) -> str:
    return "\n".join(one.text() for one in panel.findChildren(QLabel) if not one.isHidden())


def test_a_step_has_its_day_and_its_reason_and_can_be_put_right(
    page: AccountsPage, office: Store, qtbot: QtBot
) -> None:
    panel, number = page.panel, page.table.model.shown[0].id
    panel.show_account(number)
    panel._move(panel.to_state.findText(accounts.ANNOUNCED))
    assert fetched(office, number).state == accounts.NORMAL, "asked first"
    assert panel.step.isVisible() and panel.step.on.text() == "2026-11-20"
    panel.step.on.set_text("2026-11-31")
    panel.step.done.click()
    assert panel.step.isVisible() and "不存在" in panel.step.on.line.text()
    panel.step.on.set_text("2026.11.3")
    panel.step.reason.set_text("整合到团县委公众号")
    panel.step.done.click()
    panel.show_account(number)
    panel.tabs.setCurrentWidget(panel.tabs.widget(3))
    qtbot.waitUntil(lambda: "2026-11-03  整合到团县委公众号" in shown_in(panel.story), timeout=5000)
    correct = next(one for one in panel.story.findChildren(QPushButton) if "2026-11-03" in one.accessibleName())
    correct.click()
    panel.story.form.on.set_text("2026-11-05")
    panel.story.form.done.click()
    with office.read() as session:
        (*_, last) = accounts.steps_of(session, number)
        assert (last.state, last.on, last.reason) == (accounts.ANNOUNCED, date(2026, 11, 5), "整合到团县委公众号")
        assert accounts.states_on(session, date(2026, 11, 4))[number] == accounts.NORMAL
    assert office.undo().startswith("更正")
    assert office.undo().endswith("转为已发关停公告")
    assert fetched(office, number).state == accounts.NORMAL


def test_the_story_is_told_in_the_words_of_the_register(page: AccountsPage, office: Store, qtbot: QtBot) -> None:
    panel, number = page.panel, page.table.model.shown[0].id
    with office.read() as session:
        other = units.in_use(session, units.SUBORDINATE)[0]
    panel.show_account(number)
    panel._save("certified", False)
    panel._save_unit(other.id)
    panel.show_account(number)
    panel.tabs.setCurrentWidget(panel.tabs.widget(3))
    qtbot.waitUntil(lambda: "已官方认证：是 → 否" in shown_in(panel.story), timeout=5000)
    assert f"主办单位：共青团林川县委员会 → {other.name}" in shown_in(panel.story)


def test_a_duty_is_entered_with_its_days_and_they_can_be_put_right(page: AccountsPage, office: Store) -> None:
    panel, number = page.panel.duties, page.table.model.shown[0].id
    panel.show_account(fetched(office, number))
    left = next(at for at in range(panel.person.count()) if "钱示例" in panel.person.itemText(at))
    assert panel.person.itemText(left).endswith("（已离任）"), "a duty of the past is entered too"
    panel.person.setCurrentIndex(left)
    panel.role.setCurrentText(assignments.PUBLISHER)
    panel.since.set_text("2022-09-01")
    panel.until.set_text("2021-09-01")
    panel.done.click()
    assert "早于开始日期" in panel.remark.text()
    panel.until.set_text("2023-06-30")
    panel.done.click()
    with office.read() as session:
        made = assignments.of_account(session, number)
        added = next(one for one in made if one.role == assignments.PUBLISHER)
    assert (added.since, added.until) == (date(2022, 9, 1), date(2023, 6, 30))
    panel.person.setCurrentIndex(left)
    panel.role.setCurrentText(assignments.PUBLISHER)
    panel.since.set_text("2023-06-30")
    panel.done.click()
    assert "这段时间已经是信息发布人" in panel.remark.text()
    panel._ask(added, "钱示例")
    panel.until.set_text("2023-05-31")
    panel.done.click()
    with office.read() as session:
        assert session.get_one(assignments.Assignment, added.id).until == date(2023, 5, 31)


def test_a_block_of_figures_is_pasted_whole_or_not_at_all(page: AccountsPage, office: Store, qtbot: QtBot) -> None:
    number = page.table.model.shown[0].id
    page.panel.show_account(number)
    page.panel.tabs.setCurrentWidget(page.panel.tabs.widget(2))
    panel = page.panel.figures

    def paste(text: str, at: tuple[int, str]) -> None:
        QGuiApplication.clipboard().setText(text)
        qtbot.keySequence(panel._inputs[at], QKeySequence(QKeySequence.StandardKey.Paste))

    def kept() -> list[tuple[int | None, int | None, int | None]]:
        with office.read() as session:
            newest = figures.of_account(session, number)[:-4:-1]
        return [(one.posts, one.followers, one.reads) for one in newest]

    before = kept()
    paste("12\tabc\n", (0, "posts"))
    assert "第 1 行第 2 列“abc”不是整数" in panel.remark.text() and kept() == before
    paste("1\t2\t3", (0, "followers"))
    assert "放不下" in panel.remark.text() and kept() == before
    paste("12\t28,700\n\t28600\n", (0, "posts"))
    assert kept()[:2] == [(12, 28700, before[0][2]), (before[1][0], 28600, before[1][2])]
    assert office.undo().startswith("粘贴")
    assert kept() == before


def test_the_name_of_a_new_account_is_ready_to_be_typed_over(page: AccountsPage, qtbot: QtBot) -> None:
    page.table.filter.setText("没有这样的账号")
    page._add()
    name = page.panel.facts.inputs["name"].input
    qtbot.waitUntil(lambda: name.text() == "（未命名账号）", timeout=5000)
    assert name.selectedText() == "（未命名账号）"


def close_by_order(office: Store, platform: str) -> None:
    with office.write("适用规定") as session:
        adoption.choose(session, "neikeda", True, date(2025, 1, 1))
        mine = units.need_own(session)
        account = accounts.Account(platform=platform, name="责令注销的号", unit_id=mine.id)
        accounts.add(session, account, accounts.NORMAL, date(2025, 1, 1))
        filing = lifecycle.begin(session, account.id, CANCEL, date(2026, 2, 1), ordered=True, reason="长期不更新")
        lifecycle.submit(session, filing, date(2026, 2, 1), None)
        lifecycle.end(session, filing, date(2026, 2, 2))


def test_an_account_ordered_to_close_is_not_entered_again_within_the_year(
    page: AccountsPage, office: Store, said: list[str]
) -> None:
    close_by_order(office, "微信公众号")
    page._add()
    with office.read() as session:
        made = accounts.in_use(session)[-1]
    assert (made.name, made.state) == ("（未命名账号）", accounts.PLANNED)
    assert made.platform != "微信公众号", "the first platform on which it may open one"
    page.panel.show_account(made.id)
    field = page.panel.facts.inputs["platform"]
    page.panel.facts._finished(next(entry for entry in ENTRIES if entry.key == "platform"), "微信公众号")
    assert "2027-02-02 前不得重新开通" in field.line.text()
    assert fetched(office, made.id).platform == made.platform


def test_an_account_is_given_to_the_unit_that_runs_it(page: AccountsPage, office: Store) -> None:
    row = page.table.model.shown[0]
    page.panel.show_account(row.id)
    with office.read() as session:
        other = units.in_use(session, units.SUBORDINATE)[0]
    page.panel.unit.picked.emit(other.id)
    assert fetched(office, row.id).unit_id == other.id


def test_a_person_is_entered_named_and_given_to_a_unit(qtbot: QtBot, office: Store) -> None:
    panel = PeoplePanel(office)
    qtbot.addWidget(panel)
    panel.refresh()
    panel.table.filter.setText("没有这样的人")
    panel.add()
    assert panel.facts.inputs["name"].input.selectedText() == "（未填姓名）"
    with office.read() as session:
        other = units.in_use(session, units.SUBORDINATE)[0]
        made = people.in_use(session)[-1]
    panel.unit.picked.emit(other.id)
    with office.read() as session:
        assert session.get_one(people.Person, made.id).unit_id == other.id


def test_a_unit_is_entered_named_and_put_below_another(preferences: PreferencesPage, office: Store) -> None:
    panel = preferences.units
    panel.add()
    with office.read() as session:
        made = units.by_name(session, "（未填单位名称）")
        assert made is not None and made.parent_id == units.need_own(session).id
    panel._save("name", "林川县第九中学团委")
    panel.refresh()
    panel._save("level", "校级")
    with office.read() as session:
        found = units.by_name(session, "林川县第九中学团委")
    assert found is not None and found.level == "校级"
    panel._trash()
    with office.read() as session:
        assert units.by_name(session, "林川县第九中学团委") is None


def test_a_choice_that_does_not_fit_is_said_and_not_kept(preferences: PreferencesPage, office: Store) -> None:
    item = next(one for one in settings.declared() if one.name == "rotate_days")
    made = next(one for one in preferences.findChildren(fields.Field) if one.title.text() == item.label)
    for typed, wrong, kept in (("30", "", 30), ("²", "请写整数。", 30), ("0", "", 0)):
        made.finished.emit(typed)
        assert (made.line.text() if wrong else "") == wrong
        assert (made.input.property("wrong") == "true") == bool(wrong)
        assert settings.load(office.folder).rotate_days == kept


def test_the_trash_is_a_tab_of_the_settings_and_gives_back(preferences: PreferencesPage, office: Store) -> None:
    with office.read() as session:
        account = accounts.in_use(session)[0]
    preferences.open("回收站")
    assert preferences.tabs.currentWidget() is preferences.trash
    assert not preferences.trash.back.isEnabled() and "空的" in preferences.trash.table.view.accessibleDescription()
    trash.put_away(office, "账号", account.id)
    preferences.refresh()
    assert [row.title for row in preferences.trash.table.model.shown] == [account.title]
    preferences.trash.restore()
    assert preferences.trash.table.model.shown == []
    assert fetched(office, account.id).trashed_at is None


def test_a_backup_is_put_back_from_the_window_after_a_question(
    preferences: PreferencesPage, office: Store, said: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = office.back_up()
    began: list[object] = []
    monkeypatch.setattr(dialogs, "choose_file", lambda *words: began.append(words[-1]) or backup)
    preferences._ask_restore()
    assert said == [backup]
    assert began == [office.backups]
    monkeypatch.setattr(dialogs, "ask", lambda *_: False)
    preferences._ask_restore()
    assert said == [backup], "nothing happens without a yes"
