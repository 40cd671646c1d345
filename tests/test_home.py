"""The home page as data, and the copy kept for the next start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop import accounts, home, sample, units
from desktop.store import Store

TODAY = date(2026, 11, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", clock=lambda: datetime(2026, 11, 20, 9)) as opened:
        yield opened


def test_a_new_office_sees_the_first_steps(store: Store) -> None:
    data = home.gather(store, 90)
    assert data.steps == list(home.FIRST_STEPS)
    assert data.due == []


def test_an_office_without_a_level_is_told_that_nothing_can_be_judged(store: Store) -> None:
    with store.write("登记") as session:
        session.add(units.Unit(name="共青团示例委员会", relation=units.OWN))
    assert home.gather(store, 90).due == [home.NO_RULES]


def test_the_sample_office_sees_what_is_due_with_its_clause(store: Store) -> None:
    sample.build(store, TODAY)
    data = home.gather(store, 90)
    assert [figure.name for figure in data.figures] == ["在用账号", "待备案", "疑似僵尸账号", "已超期事项"]
    assert data.figures[0].number == "13"
    assert data.figures[1].number == "2"
    assert data.figures[2].said == "快手“青春林川” 371 天未更新"
    filing = next(line for line in data.due if "青溪共青团" in line.title)
    assert "第十一条" in filing.basis
    assert filing.button == "去备案"
    assert len(data.heat) == 13


def test_the_kept_page_is_shown_only_while_nothing_has_changed(store: Store) -> None:
    sample.build(store, TODAY)
    data = home.gather(store, 90)
    home.keep(store.folder, data, TODAY)
    assert home.kept(store.folder, TODAY) == data
    assert home.kept(store.folder, TODAY + timedelta(days=1)) is None
    with store.write("改名") as session:
        accounts.in_use(session)[0].name = "改过的名字"
    assert home.kept(store.folder, TODAY) is None


def test_a_kept_page_that_cannot_be_read_is_passed_over(store: Store) -> None:
    with store.write("登记") as session:
        session.add(units.Unit(name="共青团示例委员会", relation=units.OWN))
    assert home.kept(store.folder, TODAY) is None
    (store.folder / home.FILE).write_text('{"stamp": 1', "utf-8")
    assert home.kept(store.folder, TODAY) is None
