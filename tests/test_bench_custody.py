"""What the measures of checks and custody measure: a whole office, the vault as calibrated, all of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import credentials, custody, rules
from desktop.bench import Ratio, checks
from desktop.bench import custody as measures
from desktop.checks import Checker
from desktop.store import Store
from desktop.vault import cipher
from desktop.workdays import WorkCalendar


def test_the_checked_office_has_faults_that_come_and_go_with_an_edit() -> None:
    book = rules.whole(rules.packs(rules.folders()[0]))
    checker = Checker(checks.office(), book, WorkCalendar.load(), checks.TODAY)
    codes = [one.code for one in checker.findings()]
    assert codes.count("unfiled") == checks.ACCOUNTS // 10
    assert codes.count("zombie") == checks.ACCOUNTS // 9
    before = {one.code for one in checker.of("account", checks.ACCOUNTS // 2)}
    checks.edit(checker)
    assert "unfiled" in before ^ {one.code for one in checker.of("account", checks.ACCOUNTS // 2)}


def test_every_password_of_the_measured_list_is_set_by_the_chain(tmp_path: Path) -> None:
    with Store.open(tmp_path, actor="赵示例") as store:
        measures.enter(store, 30)
        with store.read() as session:
            assert custody.verify(session) == []
            assert [entry.state.version for entry in credentials.entries(session)] == [1] * 30


def test_unlocking_and_the_list_are_measured(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 1.0))
    monkeypatch.setattr(measures, "ENTRIES", 20)
    found: list[Ratio] = list(measures.ratios())
    assert ["Argon2id" in one.floor_name for one in found] == [True, False, False]
    assert [one.floor for one in found][1] == 500.0
    assert all(one.ours > 0 for one in found)
