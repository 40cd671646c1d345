"""Every clause that is to be recorded, reminded of, checked or blocked is shown firing and resting, or listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desktop import inspections, questions, rectification, rules, sample
from desktop.rules import Chosen, Rulebook
from desktop.store import Store
from tests import due_cases, rule_cases

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 20)
KNOWN = rules.packs(rules.folders()[0])
RULES = {rule.id: rule for pack in KNOWN.values() for rule in pack.rules}
OWNER = {rule.id: pack for pack in KNOWN.values() for rule in pack.rules}
ASKING = sorted(rule.id for rule in RULES.values() if rule.topic == "ask")
# Shown firing and resting by a test of their own: rule id -> file::function.
ELSEWHERE = {
    "S0-11": "test_rule_coverage.py::test_problems_are_labelled_in_the_words_of_the_clause",
    "S0-14": "test_reports.py::test_the_seven_headings_are_all_there_and_gaps_are_named",
    "S2-10": "test_checks.py::test_accounts_older_than_the_regulation_fall_under_its_backlog_rule",
    "GB-8": "test_lifecycle.py::test_closing_goes_from_notice_through_the_freezing_period_to_the_end",
    "WX-3": "test_rule_coverage.py::test_more_operators_than_wechat_has_places",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 9)) as opened:
        sample.build(opened, TODAY)
        yield opened


def test_every_clause_with_an_action_is_shown_or_listed() -> None:
    shown = set(rule_cases.CASES) | set(due_cases.CASES) | set(ASKING) | set(ELSEWHERE)
    acting = {rule.id for rule in RULES.values() if rule.kind}
    assert acting - shown == set()
    assert len(acting) >= 100
    seeds = {name for name in acting if re.match(r"S[0-4]-", name)}
    assert len({name.rstrip("abc") for name in seeds}) == 66


def test_the_tests_named_for_the_rest_are_there() -> None:
    for place in ELSEWHERE.values():
        file, _, function = place.partition("::")
        assert f"def {function}(" in (ROOT / "tests" / file).read_text("utf-8"), place


def test_what_is_only_asked_is_listed_with_its_reason() -> None:
    page = (ROOT / "docs" / "rules-not-encoded.md").read_text("utf-8")
    listed = set(re.findall(r"\b[A-Z][A-Z\d]-\d+b?\b", page)) | {f"XN-{number}" for number in range(1, 5)}
    assert set(ASKING) - listed == set()
    for name in listed:
        assert name in RULES, name


@pytest.mark.parametrize("rule", ASKING)
def test_a_clause_that_asks_is_open_until_a_person_answers(rule: str, store: Store) -> None:
    book = Rulebook([Chosen(OWNER[rule])]).on(TODAY)
    other = next(pack for pack in KNOWN.values() if pack.id != OWNER[rule].id and pack.covers(TODAY))
    silent = questions.asked(Rulebook([Chosen(other)]).on(TODAY), questions.lists())
    mine = [question for question in questions.asked(book, questions.lists()) if rule in question.rules]
    assert mine
    assert not [q for q in silent if rule in q.rules and not any(OWNER[one].id == other.id for one in q.rules)]
    with store.write("自查") as session:
        run = inspections.begin(
            session, inspections.SELF, book, [], [(one, None) for one in mine], today=TODAY, cutoff=TODAY
        )
        assert inspections.progress(session, run.id).answered == 0
        for one in inspections.answers(session, run.id):
            assert OWNER[rule].short in one.clause
            inspections.answer(session, one.id, one.wanted)
        assert inspections.progress(session, run.id).done


def test_problems_are_labelled_in_the_words_of_the_clause() -> None:
    chosen = Rulebook([Chosen(KNOWN["neimenggu-2019"])]).on(TODAY)
    assert rectification.labels(chosen) == ["僵尸账号", "不发声", "乱发声", "更新慢", "娱乐化", "不当言论"]
    assert rectification.labels(Rulebook([Chosen(KNOWN["kunming-2023"])]).on(TODAY)) == []


def test_more_operators_than_wechat_has_places() -> None:
    from dataclasses import replace

    from desktop.checking.facts import RoleFacts
    from desktop.checks import Checker
    from desktop.workdays import WorkCalendar

    def found(count: int) -> set[str]:
        people = {number: replace(rule_cases.PEOPLE[2], id=number) for number in range(1, count + 1)}
        runners = tuple(RoleFacts(number, "运营人员") for number in people)
        register = replace(rule_cases.office(platform="微信公众号", roles=runners), people=people)
        book = Rulebook([Chosen(KNOWN["wechat"])])
        return {one.code for one in Checker(register, book, WorkCalendar.load(), TODAY).findings()}

    assert "too_many_operators" in found(26)
    assert "too_many_operators" not in found(25)
