"""Self-inspection: questions from the clauses, frozen findings, verdicts, closing; rectification with its two ticks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop import accounts, inspections, questions, rectification, rules, watch
from desktop.errors import BadFile, BadValue, Refused
from desktop.inspections import EXPLAINED, MENDED, TO_MEND
from desktop.rectification import BY_HAND, CIRCULAR, SELF
from desktop.store import Store
from desktop.watch import Look
from tests.conftest import TODAY

KNOWN = rules.packs(rules.folders()[0])
BOOK = rules.whole(KNOWN).on(TODAY)


@pytest.fixture
def store(office: Store) -> Store:
    return office


@pytest.fixture
def look(store: Store) -> Look:
    return watch.look(store)


def start(store: Store, look: Look, kind: str = inspections.SELF) -> inspections.Inspection:
    book = look.checker.context.book
    asked = [(question, None) for question in questions.asked(book, questions.lists())]
    with store.write("开始自查") as session:
        return inspections.begin(
            session, kind, book, look.checker.findings(), asked, today=TODAY, cutoff=date(2026, 10, 31)
        )


# questions


def test_every_rule_that_asks_stands_behind_a_question() -> None:
    asked = {rule for one in questions.lists() for question in one.questions for rule in question.rules}
    asking = {rule.id for pack in KNOWN.values() for rule in pack.rules if rule.topic == "ask"}
    assert asking <= asked
    assert asked <= {rule.id for pack in KNOWN.values() for rule in pack.rules}


def test_only_questions_of_chosen_packs_are_asked() -> None:
    kunming = rules.Rulebook([rules.Chosen(KNOWN["kunming-2023"])]).on(TODAY)
    found = questions.asked(kunming, questions.lists())
    assert {question.id for question in found} >= {"q-personal-phone", "q-marks", "q-important"}
    assert all(any(rule.startswith("S1") for rule in question.rules) for question in found)
    assert questions.asked(rules.Rulebook([]).on(TODAY), questions.lists()) == []
    phone = next(question for question in found if question.id == "q-personal-phone")
    assert phone.clause(kunming) == "昆明规定第七条"
    assert (phone.scope, phone.wanted) == (questions.ACCOUNT, "否")


def test_the_lists_of_the_survey_are_there() -> None:
    titles = {one.id: len(one.questions) for one in questions.lists()}
    assert titles["xinyang"] == 8  # three points and, for the fourth, the kinds of errors
    assert titles["gaoxiao"] == 5
    parts = {question.part for one in questions.lists() for question in one.questions}
    wanted = set(KNOWN["neimenggu-2019"].rule("S0-14", TODAY).values)
    assert parts <= wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "a"\n', 'id = "a"\nextra = 1\n'),
        ('rules = ["S0-1"]', "rules = []"),
        ('rules = ["S0-1"]', 'rules = ["S0-1"]\nscope = "person"'),
        ('rules = ["S0-1"]', 'rules = ["S0-1"]\nwanted = "可能"'),
        ('text = "好吗？"\n', ""),
        ("[[question]]", "[[questions]]"),
    ],
)
def test_a_bad_list_of_questions_is_refused(tmp_path: Path, old: str, new: str) -> None:
    good = (
        'id = "list"\ntitle = "清单"\nsource = "原文"\n'
        '[[question]]\nid = "a"\npart = "基本情况"\ntext = "好吗？"\ngood = "好"\nbad = "不好"\nrules = ["S0-1"]\n'
    )
    file = tmp_path / "问题.toml"
    file.write_text(good, "utf-8")
    assert questions.read_list(file).questions[0].text == "好吗？"
    file.write_text(good.replace(old, new), "utf-8")
    with pytest.raises(BadFile, match=r"问题\.toml"):
        questions.read_list(file)


# a run


def test_a_run_freezes_what_was_found(store: Store, look: Look) -> None:
    run = start(store, look)
    with store.read() as session:
        frozen = inspections.findings(session, run.id)
        asked = inspections.answers(session, run.id)
    live = look.checker.findings()
    assert [(one.code, one.what, one.clause) for one in frozen] == [(one.code, one.what, one.clause) for one in live]
    assert run.title == "2026年团属新媒体自查"
    assert "内蒙古团委自查通知" in run.packs
    assert "某镇党委办法" not in run.packs
    assert len(asked) > 10
    assert all(one.clause for one in asked)
    with store.write("改账号") as session:
        for account in accounts.in_use(session):
            account.name = "改了"
    with store.read() as session:
        assert [one.what for one in inspections.findings(session, run.id)] == [one.what for one in frozen]


def test_only_one_open_run_of_a_kind_a_year(store: Store, look: Look) -> None:
    start(store, look)
    with pytest.raises(Refused, match="“2026年团属新媒体自查”还没有结束"):
        start(store, look)
    assert start(store, look, inspections.YEARLY).title == "2026年团属新媒体年审"
    with pytest.raises(BadValue, match="自查、年审"):
        start(store, look, "抽查")


def settle(store: Store, run: inspections.Inspection) -> None:
    with store.write("逐项处理") as session:
        for one in inspections.answers(session, run.id):
            inspections.answer(session, one.id, one.wanted)
        for finding in inspections.findings(session, run.id):
            inspections.judge(session, finding.id, TO_MEND if finding.severity == 1 else EXPLAINED, "已核实")


def test_a_run_is_closed_when_everything_is_answered(store: Store, look: Look) -> None:
    run = start(store, look)
    with store.read() as session:
        before = inspections.progress(session, run.id)
    assert (before.answered, before.settled) == (0, 0)
    assert before.findings == len(look.checker.findings())
    with pytest.raises(Refused, match=r"个问题没有回答，.*个发现没有处理结论"), store.write("办结") as session:
        inspections.close(session, run.id, TODAY)
    settle(store, run)
    with store.write("办结") as session:
        inspections.close(session, run.id, TODAY)
    with store.read() as session:
        assert inspections.progress(session, run.id).done
        number = inspections.answers(session, run.id)[0].id
    with pytest.raises(Refused, match="已于 2026-11-20 办结"), store.write("改") as session:
        inspections.answer(session, number, "否")
    start(store, look)  # the next one may begin


def test_answers_and_verdicts_are_checked(store: Store, look: Look) -> None:
    run = start(store, look)
    with store.write("回答") as session:
        first = inspections.answers(session, run.id)[0]
        finding = inspections.findings(session, run.id)[0]
        with pytest.raises(BadValue, match="可选：是、否、不适用"):
            inspections.answer(session, first.id, "大概")
        with pytest.raises(BadValue, match="没有写情况说明"):
            inspections.judge(session, finding.id, EXPLAINED)
        with pytest.raises(BadValue, match="不是处理结论"):
            inspections.judge(session, finding.id, "算了")
        assert inspections.judge(session, finding.id, MENDED).verdict == MENDED
        wrong = "否" if first.wanted == "是" else "是"
        assert inspections.answer(session, first.id, wrong).faulty
        assert not inspections.answer(session, first.id, first.wanted).faulty
        assert not inspections.answer(session, first.id, "不适用").faulty


# rectification


def test_findings_to_be_mended_and_bad_answers_become_problems_once(store: Store, look: Look) -> None:
    run = start(store, look)
    settle(store, run)
    with store.write("一个问题") as session:
        first = inspections.answers(session, run.id)[0]
        inspections.answer(session, first.id, "否" if first.wanted == "是" else "是", "有两个号漏登")
    for _ in range(2):
        with store.write("列入整改") as session:
            batches = [one for one in rectification.batches(session) if one.inspection_id == run.id] or [
                rectification.add_batch(session, SELF, run.title, TODAY, inspection_id=run.id)
            ]
            rectification.take_over(session, batches[0], inspections.findings(session, run.id), date(2026, 11, 27))
            rectification.take_answers(session, batches[0], inspections.answers(session, run.id), date(2026, 11, 27))
    with store.read() as session:
        items = rectification.of_batch(session, batches[0].id)
    wanted = sum(one.severity == 1 for one in look.checker.findings())
    assert len(items) == wanted + 1
    assert items[0].measure
    assert items[0].clause
    assert items[0].account_id is not None
    assert items[-1].problem.endswith("（回答：否）有两个号漏登")
    assert {one.due_on for one in items} == {date(2026, 11, 27)}


@pytest.fixture
def item(store: Store) -> int:
    with store.write("登记") as session:
        batch = rectification.add_batch(session, BY_HAND, "领导批示", TODAY)
        return rectification.add(session, batch, "微博“林川青年”", "更新慢").id


def test_mended_reported_and_closed_are_three_things_in_this_order(store: Store, item: int) -> None:
    with store.write("整改") as session:
        one = session.get_one(rectification.Rectification, item)
        assert one.state == "待整改"
        with pytest.raises(Refused, match="还没有整改，不能记为已报送"):
            rectification.report(one, TODAY)
        with pytest.raises(BadValue, match="没有写整改结果"):
            rectification.fix(one, TODAY)
        rectification.fix(one, TODAY, "恢复更新，每周 3 条")
        assert one.state == "已整改"
        with pytest.raises(Refused, match="都打勾后才能销号"):
            rectification.close(one, TODAY)
        rectification.report(one, TODAY)
        assert one.state == "已报送"
        with pytest.raises(Refused, match="已经报送，不能取消"):
            rectification.fix(one, None)
        rectification.close(one, TODAY)
        assert one.state == "已销号"
        with pytest.raises(Refused, match="已经销号"):
            rectification.report(one, None)
        rectification.close(one, None)
        rectification.report(one, None)
        rectification.fix(one, None)
        assert one.state == "待整改"
        assert one.result == "恢复更新，每周 3 条"
    with store.read() as session:
        mine = [one for one in rectification.in_use(session) if one.id == item]
        assert rectification.counts(mine) == rectification.Counts(1, 0, 0, 0)


def test_a_problem_without_words_is_refused(store: Store) -> None:
    for source, title in (("听说", "x"), (CIRCULAR, " ")):
        with pytest.raises(BadValue), store.write("x") as session:
            rectification.add_batch(session, source, title, TODAY)
    with store.write("登记") as session:
        batch = rectification.add_batch(session, CIRCULAR, "通报", TODAY)
        for subject, problem in ((" ", "x"), ("x", "")):
            with pytest.raises(BadValue):
                rectification.add(session, batch, subject, problem)


def test_a_large_office_is_asked_once_instead_of_account_by_account() -> None:
    asked = questions.asked(BOOK, questions.lists())
    each = sum(one.scope == questions.ACCOUNT for one in asked)
    assert len(questions.laid_out(asked, range(1, 13))) == len(asked) - each + 12 * each
    assert [account for _, account in questions.laid_out(asked, range(1, 1001))] == [None] * len(asked)
