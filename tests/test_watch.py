"""From a real store to findings: what is loaded, how fast, and the sample office under its packs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop import (
    accounts,
    adoption,
    assignments,
    deadlines,
    duty,
    figures,
    lifecycle,
    people,
    proofs,
    questions,
    rules,
    sample,
    units,
    watch,
)
from desktop.checking import loading
from desktop.errors import Refused
from desktop.rules import BINDING, BORROWED, Chosen, Rulebook
from desktop.store import Store
from tests.pace import keeps, statements

NOON = datetime(2026, 11, 20, 12, 0)
TODAY = NOON.date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def office(store: Store) -> Store:
    sample.build(store, TODAY)
    return store


def test_every_fact_is_loaded(office: Store) -> None:
    with office.read() as session:
        facts = loading.register(session, TODAY)
        assert len(facts.accounts) == len(accounts.in_use(session))
        assert len(facts.people) == len(people.in_use(session))
        own = units.own(session)
        assert own is not None
        assert facts.own_id == own.id
        for account in accounts.in_use(session):
            found = facts.accounts[account.id]
            assert (found.title, found.state, found.filed_on) == (account.title, account.state, account.filed_on)
            assert len(found.roles) == len(assignments.of_account(session, account.id))
            assert loading.accounts(session, TODAY, account.id) == {account.id: found}
        person = next(iter(facts.people))
        assert loading.people(session, person) == {person: facts.people[person]}
        assert loading.units(session, own.id)[own.id].name == own.name


def enter(store: Store, **values: object) -> int:
    with store.write("登记") as session:
        account = accounts.Account(**{"platform": "微博", "name": "林川青年", **values})
        return accounts.add(session, account, accounts.NORMAL, date(2025, 1, 1)).id


def posted(store: Store, number: int) -> tuple[date | None, bool]:
    with store.read() as session:
        found = loading.accounts(session, TODAY)[number]
    return found.posted_on, found.reckoned


def test_the_newest_post_is_what_the_clerk_saw_or_the_figures_say(store: Store) -> None:
    number = enter(store)
    assert posted(store, number) == (None, False)
    with store.write("填数据") as session:
        figures.put(session, number, figures.MONTH, date(2026, 8, 1), posts=3)
        figures.put(session, number, figures.MONTH, date(2026, 9, 1), posts=0)
    assert posted(store, number) == (date(2026, 8, 31), True)
    with store.write("填数据") as session:
        figures.put(session, number, figures.WEEK, date(2026, 8, 10), posts=3)
    assert posted(store, number) == (date(2026, 8, 16), True)
    with store.write("填数据") as session:
        figures.put(session, number, figures.MONTH, date(2026, 11, 1), posts=1)
    assert posted(store, number) == (TODAY, True)
    with store.write("核实") as session:
        session.get_one(accounts.Account, number).last_posted_on = TODAY
    assert posted(store, number) == (TODAY, False)


def test_duties_filings_papers_and_orders_are_loaded(store: Store, tmp_path: Path) -> None:
    number = enter(store)
    paper = tmp_path / "预案.pdf"
    paper.write_bytes(b"%PDF-1.4 sample")
    proofs.attach(store, paper, proofs.PAPER, title="应急预案")
    with store.write("登记") as session:
        duty.add(session, duty.DRILL, "春季演练", datetime(2026, 4, 1, 9))
        filing = lifecycle.begin(session, number, lifecycle.CANCEL, date(2026, 5, 1), ordered=True, reason="长期不更新")
        lifecycle.mark(session, filing, "宣传部审核", date(2026, 5, 2))
        lifecycle.submit(session, filing, date(2026, 5, 3), 7, 800)
        lifecycle.end(session, filing, date(2026, 5, 11))
        other = lifecycle.begin(session, number, lifecycle.CHANGE, date(2026, 5, 1), fields=("账号名",))
        lifecycle.withdraw(other, date(2026, 5, 2), "更正录入")
    with store.read() as session:
        facts = loading.register(session, TODAY)
    assert list(facts.papers) == ["应急预案"]
    assert [one.kind for one in facts.duties] == ["演练"]
    assert [(one.kind, sorted(one.done)) for one in facts.lives] == [("注销", ["宣传部审核"])]
    assert facts.accounts[number].state == accounts.CANCELLED
    assert [step.ordered for step in facts.accounts[number].steps] == [False, True, True]


def test_a_county_starts_with_its_packs_and_may_change_them(office: Store) -> None:
    with office.read() as session:
        own = units.need_own(session)
        chosen = {one.pack.id: one.standing for one in adoption.rulebook(session).chosen}
    assert own.level == "县级"
    assert {"neimenggu-2019", "kunming-2023", "neikeda", "guoban"} <= set(chosen)
    assert chosen["guoban"] == BORROWED
    assert "guangdong-2022" not in chosen
    with office.write("选用规定") as session:
        adoption.choose(session, "guangdong-2022", True, date(2026, 1, 1), BINDING)
        adoption.choose(session, "guoban", False)
    with office.read() as session:
        book = adoption.rulebook(session)
    chosen = {one.pack.id: one.standing for one in book.chosen}
    assert chosen["guangdong-2022"] == BINDING
    assert "guoban" not in chosen
    assert [one.pack.id for one in book.on(date(2025, 12, 31)).silent] == ["guangdong-2022"]


def test_a_chosen_pack_that_is_gone_is_said(office: Store) -> None:
    with office.write("选用规定") as session:
        adoption.choose(session, "linchuan", True)
    with office.read() as session, pytest.raises(Refused, match="linchuan"):
        adoption.rulebook(session)


def test_a_pack_stands_by_its_region() -> None:
    known = rules.packs(rules.folders()[0])
    kunming = units.Unit(name="共青团某区委员会", level="县级", region_code="530102")
    assert adoption.standing(known["kunming-2023"], kunming) == BINDING
    assert adoption.standing(known["neimenggu-2019"], kunming) == BORROWED
    assert adoption.standing(known["guoban"], kunming) == BORROWED
    assert "guangdong-2022" in adoption.defaults(units.Unit(name="团省委某部", level="机关部门"), known)
    assert "neikeda" in adoption.defaults(units.Unit(name="某社团", level="社团"), known)


def test_every_level_starts_with_a_threshold_for_silence_and_with_questions() -> None:
    known = rules.packs(rules.folders()[0])
    for level in set(units.LEVELS) - {"其他"}:
        unit = units.Unit(name="某单位", level=level, region_code="150525")
        chosen = [Chosen(known[name], adoption.standing(known[name], unit)) for name in adoption.defaults(unit, known)]
        book = Rulebook(chosen).on(TODAY)
        assert any(rule.number is not None for rule in book.of("activity.silent", level)), level
        assert questions.asked(book, questions.lists()), level
    school = [Chosen(known[name]) for name in adoption.defaults(units.Unit(name="某校", level="校级"), known)]
    asked = {one.list_id for one in questions.asked(Rulebook(school).on(TODAY), questions.lists())}
    assert asked >= {"neimenggu", "xinyang", "gaoxiao"}


def test_the_sample_office_is_looked_at_as_a_whole(office: Store) -> None:
    found = watch.look(office).checker.findings()
    codes = {one.code for one in found}
    assert {"zombie", "unfiled", "twins"} <= codes
    for one in found:
        assert one.cites, one.code
        assert one.clause
        assert one.todo


def enter_many(store: Store, first: int, count: int) -> None:
    """So many filed accounts, each with three people and ten months of figures."""
    with store.write("登记") as session:
        made = [people.Person(name=f"王示例{number}", identity="在编") for number in range(count)]
        rows = [accounts.Account(platform="微博", name=f"账号{first + n}", filed_on=TODAY) for n in range(count)]
        session.add_all([*made, *rows])
        session.flush()
        for person, row in zip(made, rows, strict=True):
            session.add(accounts.AccountStep(account_id=row.id, state=accounts.NORMAL, on=date(2025, 1, 1)))
            for role in (assignments.ADMIN, assignments.OPERATOR, assignments.FIRST):
                session.add(assignments.Assignment(account_id=row.id, person_id=person.id, role=role))
            for month in range(1, 11):
                session.add(figures.Figure(account_id=row.id, start=date(2026, month, 1), posts=month))


def test_a_look_at_a_thousand_accounts_asks_no_more_than_at_ten_and_takes_little_longer_than_their_rows(
    store: Store,
) -> None:
    with store.write("登记单位") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN, level="县级"))
    enter_many(store, 0, 10)
    asked = statements(store)
    watch.look(store)
    few = len(asked)
    enter_many(store, 10, 990)
    asked.clear()
    watch.look(store)
    assert len(asked) == few

    def rows() -> None:
        with store.read() as session:
            for table in (accounts.Account, accounts.AccountStep, assignments.Assignment, figures.Figure):
                session.scalars(select(table)).all()

    assert keeps(lambda: watch.look(store), rows, 3.0)


def test_an_empty_store_has_nothing_wrong_and_nothing_due(store: Store) -> None:
    look = watch.look(store)
    assert look.checker.findings() == []
    assert deadlines.due_now(store, look) == []


def test_a_county_is_told_of_entrusted_operation_without_contract(office: Store) -> None:
    with office.write("没有合同") as session:
        account = next(one for one in accounts.in_use(session) if one.entrusted)
        account.contract_no = ""
    assert "no_contract" in {one.code for one in watch.look(office).checker.of("account", account.id)}
