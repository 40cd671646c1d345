"""Units, people, accounts, assignments and figures, and the rows the tables show."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from desktop import accounts, assignments, figures, people, register, sample, search, units
from desktop.errors import BadValue, Refused
from desktop.pinyin import keys, matches
from desktop.search import Hit
from desktop.store import Store
from tests.conftest import TODAY


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 9)) as opened:
        yield opened


def test_sample_office_is_large_enough(office: Store) -> None:
    with office.read() as session:
        rows = register.account_rows(session, TODAY)
        assert len(rows) >= 12
        assert len({row.platform for row in rows}) >= 6
        assert len(register.person_rows(session, TODAY)) >= 15


def test_sample_never_goes_over_a_real_register(store: Store) -> None:
    with store.write("登记单位") as session:
        session.add(units.Unit(name="共青团某县委员会", relation=units.OWN))
    with pytest.raises(Refused, match="真实台账"):
        sample.build(store, TODAY)
    with store.read() as session:
        assert accounts.in_use(session) == []


def test_sample_never_goes_over_a_store_somebody_has_begun_with(store: Store) -> None:
    """Entering the superior or the units below is a beginning too; taken back, it is none."""
    with store.write("登记上级") as session:
        session.add(units.Unit(name="共青团某市委员会", relation=units.SUPERIOR))
    with pytest.raises(Refused, match="真实台账"):
        sample.build(store, TODAY)
    store.undo()
    sample.build(store, TODAY)
    with store.read() as session:
        assert len(accounts.in_use(session)) == 14


def test_sample_is_entered_once_and_undone_at_once(office: Store) -> None:
    sample.build(office, TODAY)
    with office.read() as session:
        assert len(register.account_rows(session, TODAY)) == 14
    while office.undo() != "建立示例单位":  # after it the handover of the sample was played
        pass
    with office.read() as session:
        assert register.account_rows(session, TODAY) == []


def test_state_is_that_of_the_newest_step_and_known_for_any_day(store: Store) -> None:
    with store.write("登记") as session:
        account = accounts.Account(platform="微博", name="示例")
        accounts.add(session, account, accounts.PLANNED, date(2026, 1, 1))
        accounts.move(session, account, accounts.NORMAL, date(2026, 2, 1), "备案通过")
        assert account.state == accounts.NORMAL
        with pytest.raises(BadValue, match="不是账号状态"):
            accounts.move(session, account, "睡着了", TODAY)
        number = account.id
    with store.read() as session:
        assert accounts.states_on(session, date(2025, 12, 31)) == {}
        assert accounts.states_on(session, date(2026, 1, 15)) == {number: accounts.PLANNED}
        assert accounts.states_on(session, TODAY) == {number: accounts.NORMAL}
        assert [step.reason for step in accounts.steps_of(session, number)] == ["", "备案通过"]


def test_code_is_warned_about_but_kept() -> None:
    assert accounts.code_warnings("150525M027WX001", "150525") == []
    assert accounts.code_warnings("150525M016", "150525") == []
    assert accounts.code_warnings("") == []
    assert len(accounts.code_warnings("15052M027", "150525")) == 2
    assert "行政区划代码" in accounts.code_warnings("150525M027WX001", "990101")[0].text


def test_assignments_are_asked_for_a_day(office: Store) -> None:
    with office.read() as session:
        account = next(one for one in accounts.in_use(session) if one.name == "林川青年说")
        names = {one.id: one.name for one in people.in_use(session)}
        before = [names[one.person_id] for one in assignments.on(session, date(2026, 11, 16), account.id)]
        after = [names[one.person_id] for one in assignments.on(session, date(2026, 11, 17), account.id)]
    assert "钱示例" in before
    assert "钱示例" not in after


def test_people_in_office_on_a_day(office: Store) -> None:
    with office.read() as session:
        assert "钱示例" in [one.name for one in people.in_use(session, date(2026, 11, 16))]
        assert "钱示例" not in [one.name for one in people.in_use(session, TODAY)]


def test_totals_tell_unknown_from_none(store: Store) -> None:
    with store.write("数据") as session:
        account = accounts.add(session, accounts.Account(platform="微博", name="甲"), accounts.NORMAL, TODAY)
        figures.put(session, account.id, figures.MONTH, date(2026, 1, 1), posts=3, followers=100)
        figures.put(session, account.id, figures.MONTH, date(2026, 2, 1), posts=0, followers=90)
        figures.put(session, account.id, figures.MONTH, date(2025, 12, 1), posts=50)
        number = account.id
    with store.read() as session:
        assert figures.year_totals(session, TODAY)[number] == figures.Total(3, 90, None, 2)
        assert figures.year_totals(session, date(2026, 1, 31))[number].posts == 3


def test_weeks_for_the_heat_map(store: Store) -> None:
    with store.write("数据") as session:
        account = accounts.add(session, accounts.Account(platform="微博", name="甲"), accounts.NORMAL, TODAY)
        figures.put(session, account.id, figures.WEEK, figures.monday(TODAY), posts=4)
        number = account.id
    with store.read() as session:
        assert figures.weekly_posts(session, TODAY, 3) == {number: [None, None, 4]}


def test_months_fill_the_weeks_that_have_no_figures_of_their_own(store: Store) -> None:
    today = date(2026, 11, 20)
    with store.write("数据") as session:
        account = accounts.add(session, accounts.Account(platform="微博", name="甲"), accounts.NORMAL, today)
        figures.put(session, account.id, figures.MONTH, date(2026, 9, 1), posts=30)
        figures.put(session, account.id, figures.MONTH, date(2026, 10, 1), posts=0)
        figures.put(session, account.id, figures.MONTH, date(2026, 11, 1), posts=10)
        figures.put(session, account.id, figures.WEEK, date(2026, 9, 21), posts=2)
        number = account.id
    with store.read() as session:
        (weeks,) = figures.weekly_posts(session, today, 12).values()
    assert number == account.id
    # 31 August, 7, 14 September lie in a month that has weekly figures as well; from 28 September on it is October
    assert weeks == [None, None, None, 2, 0, 0, 0, 0, 0, 3.5, 3.5, 3.5]


def test_filter_by_chinese_pinyin_and_initials() -> None:
    hay = keys("林川青年 快手")
    assert all(matches(hay, typed) for typed in ("青年", "linchuan", "lcqn", "LC 快手", "qingnian ks"))
    assert not matches(hay, "lczy")
    assert matches(keys("吕女士"), "lv")


def test_finder_puts_the_beginning_first(office: Store) -> None:
    with office.read() as session:
        hits = search.everything(session, [Hit("位置", "首页", "home")])
    assert search.narrowed(hits, "lcqn")[0].title.startswith("林川青年")
    assert [hit.place for hit in search.narrowed(hits, "zhaoshili")] == ["people"]
    assert [hit.title for hit in search.narrowed(hits, "sy")][:1] == ["首页"]
