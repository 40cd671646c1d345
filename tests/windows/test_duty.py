"""审核与值班 on screen: things on duty are entered and put on their sheets, drafts get their approval slips."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import accounts, duty, filings, sample, search, slips, units, watch
from desktop.places import DEEDS, PLACES
from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.duty import DutyPage, moment
from desktop.windows.finder import always

NOON = datetime(2026, 11, 20, 14, 32)


@pytest.fixture
def store(own_home: Path) -> Iterator[Store]:
    with Store.open(own_home, actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, NOON.date())
        yield opened


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refusals shown, instead of boxes nobody could click away."""
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_error", lambda _, error: said.append(str(error)))
    return said


@pytest.fixture
def page(qtbot: QtBot, store: Store, refused: list[str]) -> DutyPage:
    made = DutyPage(store)
    qtbot.addWidget(made)
    made.resize(1158, 768)
    made.show()
    made.refresh()
    return made


def test_a_drill_is_entered(page: DutyPage, store: Store, refused: list[str]) -> None:
    page.open(["duty.drill", "", 0])
    assert page.duties.kind.currentText() == duty.DRILL
    page.duties._add()
    assert "没有写事项名称" in refused[-1]
    assert "no_drill" in {one.code for one in watch.look(store).checker.findings()}
    page.duties.title.setText("秋季应急演练")
    page.duties.at.setText("2026年11月6日 9：30")
    page.duties._add()
    with store.read() as session:
        assert [(one.title, one.at) for one in duty.in_use(session, duty.DRILL)] == [
            ("秋季应急演练", datetime(2026, 11, 6, 9, 30))
        ]
    assert "no_drill" not in {one.code for one in watch.look(store).checker.findings()}
    assert moment("2026-11-06") == datetime(2026, 11, 6, 9)


def test_a_drill_is_put_on_its_sheet(qtbot: QtBot, page: DutyPage, store: Store, refused: list[str]) -> None:
    with store.write("登记") as session:
        number = duty.add(session, duty.DRILL, "秋季应急演练", datetime(2026, 11, 6, 9, 30)).id
        other = duty.add(session, duty.CROSSPOST, "联合发布", datetime(2026, 11, 6, 9, 30)).id
    page.refresh()
    assert page.subtitle.text() == "有 1 件事项没有办结"
    page.open(["duty.open", "", number])
    with qtbot.waitSignal(page.go) as asked:
        page.duties._fill()
    assert asked.args[0] == "fill"
    assert filings.open_draft(store, asked.args[1]).cell("subject").text == "秋季应急演练"
    page.open(["duty.open", "", other])
    page.duties._fill()
    assert "没有专门的表" in refused[-1]


def test_the_button_of_a_stream_begins_its_application(qtbot: QtBot, page: DutyPage, store: Store) -> None:
    with store.write("登记") as session:
        account = accounts.in_use(session)[0].id
        number = duty.add(session, duty.STREAM, "迎新直播", datetime(2026, 12, 4, 19), account_id=account).id
    page.refresh()
    with qtbot.waitSignal(page.go) as asked:
        page.open(["duty.stream", "zhiboshenqing", number])
    draft = filings.open_draft(store, asked.args[1])
    assert (draft.form.id, draft.cell("topic").text) == ("zhiboshenqing", "迎新直播")


def test_the_moment_noted_first_stays(page: DutyPage, store: Store) -> None:
    with store.write("登记") as session:
        number = duty.add(session, duty.URGENT, "留言一条", datetime(2026, 11, 20, 14)).id
    page.refresh()
    page.open(["duty.open", "", number])
    page.duties._advance(closed=False)
    store.clock = lambda: datetime(2026, 11, 20, 17)
    page.duties._advance(closed=False)
    page.duties._advance(closed=True)
    with store.read() as session:
        one = session.get_one(duty.Duty, number)
        assert (one.done_at, one.closed_at) == (NOON, datetime(2026, 11, 20, 17))
    page.duties._trash()
    with store.read() as session:
        assert number not in {one.id for one in duty.in_use(session)}


def test_each_draft_gets_a_slip_of_its_own(qtbot: QtBot, page: DutyPage, store: Store, refused: list[str]) -> None:
    page.open("slips")
    assert page.tabs.currentWidget() is page.slips
    numbers = []
    for headline in ("学雷锋活动预告", "寒假实践招募"):
        with qtbot.waitSignal(page.go) as asked:
            page.slips.begin()
        numbers.append(asked.args[1])
        filings.save(store, asked.args[1], "headline", headline)
        page.refresh()
    shown = page.slips.table.model.shown
    assert [(one.id, one.headline, one.state) for one in shown[:2]] == [
        (numbers[1], "寒假实践招募", "草稿"), (numbers[0], "学雷锋活动预告", "草稿"),
    ]  # fmt: skip
    filings.save(store, numbers[0], "published_at", "2026-11-20 16:00")
    page.refresh()
    assert page.slips.table.model.shown[1].state == slips.PUBLISHED
    assert refused == []


def test_the_slip_is_that_of_the_unit_of_the_account(store: Store) -> None:
    assert {slips.form_of(level) for level in units.LEVELS} == set(slips.FORMS)
    with store.read() as session:
        school = next(unit.id for unit in units.in_use(session) if unit.level == "校级")
        number = next(one.id for one in accounts.in_use(session) if one.unit_id == school)
    assert filings.open_draft(store, slips.begin(store, number)).form.id == slips.SCHOOL


def test_without_an_account_no_slip_is_begun(qtbot: QtBot, tmp_path: Path, refused: list[str]) -> None:
    with Store.open(tmp_path / "empty", clock=lambda: NOON) as empty:
        made = DutyPage(empty)
        qtbot.addWidget(made)
        made.show()
        made.refresh()
        made.slips.begin()
        assert "还没有在用的账号" in refused[-1]
        made.open(["duty.open", "", 7])
        made.duties._advance(closed=True)


def test_the_rail_has_the_places_of_the_design_and_the_finder_knows_them(store: Store) -> None:
    assert [place.title for place in PLACES if not place.under] == [
        "首页", "账号台账", "填报与备案", "人员与交接", "密码保管", "自查与整改", "审核与值班", "报送与汇总", "设置",
    ]  # fmt: skip
    with store.read() as session:
        hits = search.everything(session, always(PLACES, DEEDS))
    assert [one.place for one in search.narrowed(hits, "shyzb")] == ["duty"]
