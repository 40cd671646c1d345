"""The handover as a machine of states: whatever is tried in whatever order, nobody sees a password too early.

Four times 500 runs drive the real functions on a real store. The model only remembers who was entered at the
beginning, whose change was filed and who borrowed until when; the rest is read back from the chain.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event, text

from desktop import accounts, credentials, custody, handover, handover_items, handover_steps, holders, passwords, people
from desktop.errors import Refused
from desktop.handover_steps import Act
from desktop.passwords import Secret
from desktop.store import Store, history
from desktop.vault import ARCHIVED, CURRENT, PLANNED, Vault, cipher

NAMES = ("保管人", "移交人", "接收人", "旁人")
CLERK, GIVER, RECEIVER, OTHER = range(4)
PEOPLE = st.integers(0, 3)
PARTS, RUNS, STEPS = 4, 500, 5
ENTERED = "登记账号和人员"
LINKS = text(
    f"SELECT hash, {', '.join(credentials.Told._fields)} FROM custody_event WHERE account_id = :account ORDER BY seq"
)


class World:
    """One store for all runs; every run has its own account and its own people in it."""

    def __init__(self, folder: Path) -> None:
        self.day = datetime(2026, 11, 16, 9, 0)
        self.store = Store.open(folder, actor="保管人0", clock=lambda: self.day)

        @event.listens_for(self.store._engine, "connect")
        def no_waiting(connection: object, _: object) -> None:
            connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]

        self.store._engine.dispose()
        self.vault = Vault(self.store)
        self.vault.prove_recovery(self.vault.create("状态机测试用的主口令"))
        self.runs = 0
        self.waiting: list[tuple[int, list[int]]] = []
        self.reached: set[str] = set()

    def enter(self) -> tuple[int, list[int]]:
        """An account and four people of their own for one run; entered fifty runs at a time."""
        if not self.waiting:
            with self.store.write(ENTERED) as session:
                for run in range(self.runs + 1, self.runs + 51):
                    made = [people.Person(name=f"{name}{run}", identity="在编") for name in NAMES]
                    account = accounts.Account(platform="小红书", name=f"账号{run}")
                    session.add_all([*made, account])
                    session.flush()
                    self.waiting.append((account.id, [person.id for person in made]))
        self.runs += 1
        self.store.actor = f"保管人{self.runs}"
        return self.waiting.pop(0)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    patch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    patch.setattr(cipher, "WANTED", (0.0, 0.0))
    gc.collect()
    gc.freeze()  # half of a run would be spent going through what pytest and Hypothesis have gathered
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        made = World(Path(folder))
        yield made
        made.store.close()
    gc.enable()
    gc.unfreeze()
    patch.undo()


class Handing(RuleBasedStateMachine):
    """What a clerk may try with one account, in any order."""

    world: World

    @initialize(
        registered=st.booleans(), with_secret=st.booleans(), done=st.sampled_from([0, 0, 0, 0, 0, 0, 1, 3, 4, 6])
    )
    def begin_run(self, registered: bool, with_secret: bool, done: int) -> None:
        self.store, self.vault = self.world.store, self.world.vault
        self.account, self.people = self.world.enter()
        self.entered: set[int] = set()  # known at the beginning
        self.filed: set[int] = set()  # receivers whose change was filed
        self.lent: dict[int, date] = {}
        self.waiting: dict[int, set[int]] = {}  # receivers whose change was not filed, by handover
        self.acted: set[int] = set()  # handovers after whose beginning something was taken back or changed
        self.knew: dict[int, int] = {}  # receivers who held the password already, and which
        self.parties: dict[int, set[int]] = {}
        self.handover: int | None = None
        self.past: list[tuple[int, str]] = []
        secret = Secret("示例", "Geheim-0") if with_secret else None
        self.login = passwords.register(
            self.store, self.account, credentials.LOGIN, vault=self.vault if secret else None, secret=secret
        )
        if registered:
            holders.register_holder(self.store, self.login, self.people[GIVER], self.today)
            self.entered.add(GIVER)
        for _ in range(done):
            self.go_on()

    @property
    def today(self) -> date:
        return self.world.day.date()

    @property
    def pending(self) -> set[int]:
        return set().union(*self.waiting.values())

    def tried(self, deed: Callable[[], object]) -> bool:
        """Whether the program let it be done."""
        try:
            deed()
        except Refused:
            return False
        return True

    def steps(self) -> list[handover.Step]:
        assert self.handover is not None
        with self.store.read() as session:
            return handover.steps(session, session.get_one(handover.Handover, self.handover))

    def state(self) -> credentials.State:
        with self.store.read() as session:
            return credentials.state_of(session, self.login)

    @rule(receiver=PEOPLE, supervisor=PEOPLE, giver=PEOPLE, also=st.sets(PEOPLE, max_size=1))
    def begin(self, receiver: int, supervisor: int, giver: int, also: set[int]) -> None:
        number: list[int] = []
        if self.tried(
            lambda: number.append(
                handover.begin(
                    self.store, self.account, self.people[receiver], self.people[supervisor],
                    giver_id=self.people[giver], also=[self.people[one] for one in also],
                )
            )
        ):  # fmt: skip
            self.handover = number[0]
            self.parties[number[0]] = {receiver, *also}
            self.waiting[number[0]] = {receiver, *also}
            before = self.state()  # beginning changes nothing about who holds what
            for one in (receiver, *also):
                if before.may_see(self.people[one], self.today):
                    self.knew[one] = before.version

    @rule()
    def begin_as_usual(self) -> None:
        self.begin(RECEIVER, CLERK, GIVER, set())

    @rule(step=st.integers(1, 5), note=st.sampled_from(["", "文号 3"]))
    def close(self, step: int, note: str) -> None:
        if self.handover is not None:
            self.close_after(handover.current(self.steps()), step, note)

    def close_after(self, before: handover.Step | None, step: int, note: str) -> None:
        assert self.handover is not None
        act = Act(self.today, "经办", note)
        deeds = (
            handover_steps.take_back, handover_steps.change, handover_steps.file, handover_steps.issue,
            handover_steps.archive,
        )  # fmt: skip
        number = self.handover
        if self.tried(lambda: deeds[step - 1](self.store, number, act)):
            assert before is not None
            assert before.number == step
            if step == handover.FILE:
                self.filed |= self.parties[number]
                for others in self.waiting.values():
                    others.difference_update(self.parties[number])
            if step == handover.TAKE_BACK:
                self.acted |= set(self.parties)
            self.world.reached.add(handover.STEPS[step][0])

    @rule()
    def go_on(self) -> None:
        """What a good clerk would do next."""
        if self.handover is None:
            return self.begin_as_usual()
        now = handover.current(self.steps())
        if now is None:
            return None
        if now.number == handover.CHANGE:
            self.confirm()
        if now.number == handover.ARCHIVE:
            with self.store.read() as session:
                lines = handover_items.unticked(session, session.get_one(handover.Handover, self.handover))
            for line in lines:
                handover_items.tick(self.store, self.handover, line.item.key, handover_items.NOT_HERE)
        return self.close_after(now, now.number, "文号 3")

    @rule()
    def stop(self) -> None:
        number = self.handover
        if number is not None and self.tried(lambda: handover.stop(self.store, number, "改派")):
            self.world.reached.add("中止")
            if number not in self.acted:
                del self.waiting[number]

    @rule()
    def plan(self) -> None:
        self.tried(lambda: passwords.plan(self.store, self.vault, self.login, Secret("示例", "Geheim-neu")))

    @rule()
    def confirm(self) -> None:
        if self.tried(lambda: passwords.confirm(self.store, self.login, handover_id=self.handover)):
            self.acted |= set(self.parties)

    @rule(person=PEOPLE)
    def register_holder(self, person: int) -> None:
        if self.tried(lambda: holders.register_holder(self.store, self.login, self.people[person], self.today)):
            assert not self.parties, "nobody is entered as a holder after the first handover"
            self.entered.add(person)

    @rule(person=PEOPLE)
    def issue_again(self, person: int) -> None:
        self.tried(lambda: holders.issue_again(self.store, self.login, self.people[person]))

    @rule(person=PEOPLE, days=st.integers(0, 3))
    def lend(self, person: int, days: int) -> None:
        due = self.today + timedelta(days)
        if self.tried(
            lambda: holders.lend(self.store, self.login, self.people[person], due, reason="值班", approver="周某")
        ):
            assert self.handover is None or handover.current(self.steps()) is None
            self.lent[person] = due
            self.world.reached.add("借用")

    @rule(person=PEOPLE)
    def take_back(self, person: int) -> None:
        if self.tried(lambda: holders.take_back(self.store, self.login, self.people[person])):
            self.acted |= set(self.parties)

    @rule(person=PEOPLE)
    def envelope(self, person: int) -> None:
        self.tried(lambda: holders.seal_envelope(self.store, self.login, "7", "保险柜"))
        number = self.people[person]
        if self.tried(lambda: holders.open_envelope(self.store, self.login, number, reason="急", approver="周某")):
            assert person not in self.pending
            assert self.state().forced
            self.world.reached.add("启封")

    @rule(person=PEOPLE, which=st.sampled_from([CURRENT, PLANNED, ARCHIVED]))
    def show(self, person: int, which: str) -> None:
        """Whoever is shown the password was given it; no receiver before the filing, at the keyboard or not."""
        viewer = self.people[person]

        def look() -> None:
            passwords.reveal(self.store, self.vault, self.login, reason="发布推文", viewer_id=viewer, state=which)

        if self.tried(look):
            assert person not in self.pending
            sitting = self.store.actor == f"{NAMES[person]}{self.world.runs}"
            assert sitting or (which == CURRENT and self.state().may_see(viewer, self.today))
            self.world.reached.add("查看")

    @rule(person=PEOPLE)
    def sit_down(self, person: int) -> None:
        self.store.actor = f"{NAMES[person]}{self.world.runs}"

    @rule(days=st.integers(1, 2))
    def wait(self, days: int) -> None:
        self.world.day += timedelta(days=days)

    @rule()
    def destroy(self) -> None:
        self.tried(lambda: passwords.destroy(self.store, self.login, "账号注销"))

    @rule()
    def undo(self) -> None:
        with self.store.read() as session:
            newest = history.next_to_undo(session)
        if newest is not None and newest.title != ENTERED:
            self.store.undo()

    @invariant()
    def nobody_sees_it_too_early_and_nothing_is_lost(self) -> None:
        with self.world.store._reading.connect() as connection:
            links = connection.execute(LINKS, {"account": self.account}).all()
        now = [(link.seq, link.hash) for link in links]
        assert now[: len(self.past)] == self.past
        self.past, state = now, credentials.State()
        for _, *told in links:
            if told[0] is not None:
                state.take(credentials.Told._make(told))
        for index, number in enumerate(self.people):
            if state.may_see(number, self.today):
                knew = self.knew.get(index) == state.version  # held it before, and it has not been changed since
                assert index not in self.pending or knew, f"{NAMES[index]} may see before the filing"
                borrowed = index in self.lent and self.today <= self.lent[index]
                assert index in self.entered | self.filed or borrowed, f"{NAMES[index]} was never filed"


@pytest.mark.parametrize("part", range(PARTS))  # so that several processes can share the runs
def test_whatever_is_tried(world: World, part: int) -> None:
    Handing.world, before = world, world.runs
    run_state_machine_as_test(
        seed(part)(type("Handing", (Handing,), {})),  # a class of its own: courses that the other parts do not take
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert world.runs - before >= RUNS
    assert PARTS * RUNS >= 2000
    every = {title for title, _ in handover.STEPS.values()} | {"中止", "借用", "启封", "查看"}
    assert world.reached >= every
    with world.store.read() as session:
        assert custody.verify(session) == []
