"""What is put into the trash is found there and comes back with what belongs to it, by window and by command."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from desktop import accounts, assignments, cli, figures, filings, forms, people, sample, trash, units
from desktop.errors import BadValue, Refused
from desktop.store import Store
from tests.conftest import NOON, TODAY


@pytest.fixture
def store(office: Store) -> Store:
    return office


def words(store: Store) -> list[str]:
    with store.read() as session:
        return [one.word for one in trash.contents(session)]


def first(store: Store) -> accounts.Account:
    with store.read() as session:
        return accounts.in_use(session)[0]


def test_an_account_comes_back_with_its_people_and_figures(store: Store) -> None:
    account = first(store)
    with store.read() as session:
        before = len(assignments.of_account(session, account.id)), len(figures.of_account(session, account.id))
    trash.put_away(store, "账号", account.id)
    assert words(store) == ["账号"]
    assert trash.restore(store, "账号", account.id) == account.title
    assert words(store) == []
    with store.read() as session:
        assert account.id in {one.id for one in accounts.in_use(session)}
        assert (
            len(assignments.of_account(session, account.id)),
            len(figures.of_account(session, account.id)),
        ) == before
    assert store.undo() == f"从回收站取回账号{account.title}"
    assert words(store) == ["账号"]


@pytest.mark.parametrize("word", ["单位", "人员", "账号", "填报"])
def test_every_kind_a_clerk_puts_away_comes_back(store: Store, word: str) -> None:
    form = forms.find("tongjibiao")
    with store.read() as session:
        number = {
            "单位": units.in_use(session, units.SUBORDINATE)[0].id,
            "人员": people.in_use(session, TODAY)[0].id,
            "账号": accounts.in_use(session)[0].id,
        }.get(word) or filings.create(store, form, cutoff=TODAY, today=TODAY)
    trash.put_away(store, word, number)
    with store.read() as session:
        (kept,) = trash.contents(session)
    assert (kept.word, kept.number, kept.at) == (word, number, NOON)
    trash.restore(store, word, number)
    assert words(store) == []


def test_what_an_undone_entry_took_along_comes_back_with_it(store: Store) -> None:
    with store.write("新增") as session:
        account = accounts.add(session, accounts.Account(platform="微博", name="另一个"), accounts.NORMAL, TODAY)
    store.undo()
    with store.read() as session:
        assert accounts.steps_of(session, account.id) == []
    trash.restore(store, "账号", account.id)
    with store.read() as session:
        assert [step.state for step in accounts.steps_of(session, account.id)] == [accounts.NORMAL]


def test_what_belongs_to_something_in_the_trash_is_refused_by_name(store: Store) -> None:
    with store.write("新增") as session:
        unit = units.Unit(name="林川某社团")
        session.add(unit)
        session.flush()
        account = accounts.Account(platform="微博", name="社团号", unit_id=unit.id)
        accounts.add(session, account, accounts.NORMAL, TODAY)
    trash.put_away(store, "账号", account.id)
    store.clock = lambda: datetime(2026, 11, 20, 15)
    trash.put_away(store, "单位", unit.id)
    with pytest.raises(Refused, match="所属的单位“林川某社团”也在回收站里"):
        trash.restore(store, "账号", account.id)
    assert words(store) == ["单位", "账号"], "a refusal changes nothing"
    trash.restore(store, "单位", unit.id)
    trash.restore(store, "账号", account.id)
    assert words(store) == []


def test_there_is_only_one_own_unit(store: Store) -> None:
    with store.read() as session:
        mine = units.need_own(session)
    trash.put_away(store, "单位", mine.id)
    with store.write("新单位") as session:
        session.add(units.Unit(name="另一个本单位", relation=units.OWN))
    with pytest.raises(Refused, match="另一个本单位"):
        trash.restore(store, "单位", mine.id)


def test_what_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="没有编号为 1 的账号"):
        trash.restore(store, "账号", 1)
    with pytest.raises(BadValue, match="没有“表格”这一类"):
        trash.restore(store, "表格", 1)
    with pytest.raises(BadValue, match="在用的账号里没有编号 999"):
        trash.put_away(store, "账号", 999)


def test_the_command_puts_away_what_nobody_holds(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home) as store:
        sample.build(store, date(2026, 11, 20))
        filing = filings.create(store, forms.find("tongjibiao"), cutoff=date(2026, 11, 20), today=date(2026, 11, 20))
    assert cli.run(["trash", "--put", "填报", str(filing)]) == 0
    assert "已移入回收站：填报 团属政务新媒体情况统计表" in capsys.readouterr().out
    assert cli.run(["trash", "--put", "填报", str(filing)]) == 2, "it lies there already"
    assert cli.run(["filing", "show", str(filing)]) == 2
    assert cli.run(["undo"]) == 0
    assert cli.run(["filing", "show", str(filing)]) in (0, 1)


def test_the_command_lists_and_restores(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home) as store:
        sample.build(store, date(2026, 11, 20))
        account = first(store)
        trash.put_away(store, "账号", account.id)
    assert cli.run(["trash"]) == 0
    assert f"账号 {account.id}\t{account.title}" in capsys.readouterr().out
    assert cli.run(["trash", "--restore", "账号", "x"]) == 2
    assert cli.run(["trash", "--restore", "账号", str(account.id)]) == 0
    assert f"已取回：账号 {account.title}" in capsys.readouterr().out
    assert cli.run(["trash"]) == 0
    assert "回收站是空的" in capsys.readouterr().out
