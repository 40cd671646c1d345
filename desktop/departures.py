"""Departures (一键换届): one person or a whole term leaves, and everything that follows from it stands on one list.

The list is computed from the register and the chain each time, so it is right after a restart and after anything done
elsewhere; only who leaves and when is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import accounts, assignments, credentials, custody, handover, ties
from desktop.accounts import Account
from desktop.assignments import Assignment
from desktop.credentials import Entry, Exposure
from desktop.custody import CustodyEvent
from desktop.errors import Refused
from desktop.handover import Due, Handover, Step
from desktop.leavers import Departure, DeparturePerson, people_of
from desktop.people import Person
from desktop.rules import InForce
from desktop.store import Store
from desktop.ties import Tie
from desktop.vault import NAME
from desktop.vault.knowers import knowers
from desktop.workdays import WorkCalendar

HAND_OVER, CHANGE, UNBIND, FILE, RETURN = "交接账号", "更换密码", "解除绑定", "变更备案", "收回密码"
RED, AMBER, GREEN, BLUE = "red", "amber", "green", "blue"


@dataclass(frozen=True)
class Task:
    """One thing to do because somebody leaves.

    Attributes:
        kind: one of HAND_OVER, RETURN, CHANGE, UNBIND, FILE.
        what: in words. due: last day, None where no clause gives one. state: in words; tone: its tint.
        cite: the clause behind it, empty when there is none.
        account_id, credential_id, handover_id: where to go to do it; the account is 0 for the vault as a whole.
    """

    person_id: int
    person: str
    account_id: int
    account: str
    kind: str
    what: str
    due: date | None
    state: str
    tone: str
    done: bool = False
    cite: str = ""
    credential_id: int | None = None
    handover_id: int | None = None


def begin(store: Store, person_ids: Sequence[int], leave_on: date, title: str = "") -> int:
    """Begin the list for people who leave on a day; their last day is entered in the register where it is missing.

    Raises:
        Refused: nobody was named.
    """
    if not person_ids:
        raise Refused("没有选中离任人员。", todo="请在人员表中选中一人或一届人员。")
    with store.write("登记离任") as session:
        leavers = [session.get_one(Person, number) for number in dict.fromkeys(person_ids)]
        names = "、".join(person.name for person in leavers[:3]) + ("等" if len(leavers) > 3 else "")
        made = Departure(
            title=title.strip() or f"{names}离任", leave_on=leave_on, begun_at=store.clock(), begun_by=store.actor
        )
        session.add(made)
        session.flush()
        for person in leavers:
            session.add(DeparturePerson(departure_id=made.id, person_id=person.id))
            person.left_on = person.left_on or leave_on
        return made.id


def begin_term(store: Store, term: str, leave_on: date) -> int:
    """Begin the list for a whole term of office, such as 2025届.

    Raises:
        Refused: nobody in office belongs to it.
    """
    with store.read() as session:
        wanted = select(Person).where(Person.trashed_at.is_(None), Person.term == term, Person.left_on.is_(None))
        leavers = [person.id for person in session.scalars(wanted)]
    if not leavers:
        raise Refused(f"没有在任的“{term}”人员。", todo="请核对人员表里的届别。")
    return begin(store, leavers, leave_on, f"{term}换届")


def everything(session: Session) -> list[Departure]:
    """All lists, newest first; one whose leavers stay after all (the last day is taken back) is no list any more."""
    found = session.scalars(select(Departure).order_by(Departure.id.desc()))
    return [one for one in found if people_of(session, one)]


def tasks(
    session: Session, departure: Departure, in_force: InForce, calendar: WorkCalendar, now: datetime
) -> list[Task]:
    """The whole list of a departure, what is overdue first."""
    leavers = people_of(session, departure)
    known, vault = credentials.exposures(session, leavers), knowers(session)
    found: list[Task] = []
    for scene in _scenes(session, leavers, in_force, calendar, now):
        found += [*scene.all(), *scene.exposed(known[scene.person.id]), *scene.opening(*vault)]
    return _sorted(found)


def _scenes(
    session: Session, leavers: Sequence[Person], in_force: InForce, calendar: WorkCalendar, now: datetime
) -> Iterator[_Leaver]:
    gone = [(person, person.left_on) for person in leavers if person.left_on is not None]
    bound: dict[int, list[Tie]] = {}
    for tie in ties.ties(session, gone):
        bound.setdefault(tie.person_id, []).append(tie)
    office = _Office(session, in_force, calendar, now)
    for person, left_on in gone:
        links = custody.events(session, person_id=person.id)
        yield _Leaver(office, person, left_on, bound.get(person.id, []), links)


def _sorted(found: Sequence[Task]) -> list[Task]:
    order = {RED: 0, AMBER: 1, BLUE: 2, GREEN: 3}
    return sorted(found, key=lambda task: (task.done, order[task.tone], task.due or date.max, task.account_id))


@dataclass(frozen=True)
class _Giving:
    """A handover with everybody who gives in it, its steps, and until when its change is to be filed."""

    handover: Handover
    givers: frozenset[int]
    steps: list[Step]
    due: Due | None


class _Office:
    """What many leavers ask about the same accounts, each read once: a whole term may leave sixty accounts."""

    def __init__(self, session: Session, in_force: InForce, calendar: WorkCalendar, now: datetime) -> None:
        self.session, self.in_force, self.calendar, self.now = session, in_force, calendar, now
        self._givings: dict[int, list[_Giving]] = {}

    @cached_property
    def accounts(self) -> list[Account]:
        """Accounts neither in the trash nor cancelled."""
        ended = (accounts.CANCELLED, accounts.DELETED)
        return [one for one in accounts.in_use(self.session) if one.state not in ended]

    @cached_property
    def assignments(self) -> dict[int, list[Assignment]]:
        """Who ever did what, by account, oldest first."""
        made: dict[int, list[Assignment]] = {}
        for one in self.session.scalars(select(Assignment).where(Assignment.trashed_at.is_(None))):
            made.setdefault(one.account_id, []).append(one)
        return {
            number: sorted(found, key=lambda one: (one.since or date.min, one.id)) for number, found in made.items()
        }

    @cached_property
    def passwords(self) -> dict[int, list[Entry]]:
        """Every password in use, by account."""
        made: dict[int, list[Entry]] = {}
        for entry in credentials.entries(self.session):
            made.setdefault(entry.account_id, []).append(entry)
        return made

    @cached_property
    def cites(self) -> dict[int, str]:
        """The strictest clause on leavers, by account; empty where no chosen regulation speaks."""
        made = {}
        for account in self.accounts:
            rules = self.in_force.of("staff.leaver", handover.level_of(self.session, account), account.platform)
            made[account.id] = f"{self.in_force.cite(rules[0])}：{rules[0].text}" if rules else ""
        return made

    def givings(self, account_id: int) -> list[_Giving]:
        """The handovers of an account, newest first."""
        if account_id not in self._givings:
            wanted = select(Handover).where(Handover.account_id == account_id).order_by(Handover.id.desc())
            self._givings[account_id] = [
                _Giving(
                    one,
                    frozenset(giver.id for giver in handover.givers(self.session, one)),
                    handover.steps(self.session, one),
                    handover.filing_due(self.session, one, self.in_force, self.calendar, self.now),
                )
                for one in self.session.scalars(wanted)
            ]
        return self._givings[account_id]


@dataclass(frozen=True)
class _Leaver:
    office: _Office
    person: Person
    leave_on: date
    ties: list[Tie]
    links: list[CustodyEvent]

    def all(self) -> Iterator[Task]:
        for account in self.accounts():
            yield from self.handing_over(account)
            yield from self.returning(account)
            yield from self.unbinding(account)

    def accounts(self) -> list[Account]:
        """Accounts in use that the person worked on, holds a password of, or is tied to."""
        numbers = {tie.account_id for tie in self.ties} | {link.account_id for link in self.links}
        return [one for one in self.office.accounts if one.id in numbers or self.mine(one)]

    @property
    def late(self) -> bool:
        """Whether the last day in the post has passed."""
        return self.office.now.date() > self.leave_on

    def task(self, account: Account, kind: str, what: str, **more: object) -> Task:
        return Task(self.person.id, self.person.name, account.id, account.title, kind, what, **more)  # type: ignore[arg-type]

    def mine(self, account: Account) -> list[Assignment]:
        """What the person ever did on the account."""
        return [one for one in self.office.assignments.get(account.id, []) if one.person_id == self.person.id]

    def giving(self, account: Account) -> Iterator[_Giving]:
        """Handovers of the account that the person gives in, alone or with others, since the newest spell began."""
        since = ties.spell(self.mine(account), (link for link in self.links if link.account_id == account.id))
        for one in self.office.givings(account.id):
            if one.handover.begun_on >= since and self.person.id in one.givers:
                yield one

    def handing_over(self, account: Account) -> Iterator[Task]:
        duties = ties.duties(self.mine(account), self.leave_on)
        for role in sorted(duties.difference(assignments.RUNNERS)):
            yield self.appointing(account, role)
        for one in self.giving(account):
            now, number = handover.current(one.steps), one.handover.id
            if now is not None:
                yield self.task(
                    account, HAND_OVER, f"第 {now.number} 步：{now.title}",
                    due=self.leave_on, state=f"第 {now.number} 步 / 共 5 步",
                    tone=RED if self.late else AMBER, handover_id=number,
                )  # fmt: skip
                yield from self.filing(account, one)
                return
            if one.steps[-1].done is not None:
                yield self.task(
                    account, HAND_OVER, "交接",
                    due=self.leave_on, state="已归档", tone=GREEN, done=True, handover_id=number,
                )  # fmt: skip
                return
        if duties.intersection(assignments.RUNNERS):
            others = [one.handover.id for one in self.office.givings(account.id) if handover.current(one.steps)]
            yield self.task(
                account, HAND_OVER, "选定接收人和监交人，开始交接",
                due=self.leave_on, state="待另一件交接办完" if others else "未开始",
                tone=RED if self.late else AMBER, handover_id=others[0] if others else None,
            )  # fmt: skip

    def appointing(self, account: Account, role: str) -> Task:
        """A role that is only named in filings: done as soon as somebody else has it after the last day."""
        others = [
            one
            for one in self.office.assignments[account.id]
            if one.role == role and one.person_id != self.person.id and (one.until is None or one.until > self.leave_on)
        ]
        state, tone = "未办", RED if self.late else AMBER
        if others:
            state, tone = f"现为{self.office.session.get_one(Person, others[-1].person_id).name}", GREEN
        what = f"重新指定{role}，报变更备案"
        return self.task(account, FILE, what, due=self.leave_on, state=state, tone=tone, done=bool(others))

    def filing(self, account: Account, one: _Giving) -> Iterator[Task]:
        if one.due is not None and one.steps[handover.FILE - 1].done is None:
            yield self.task(
                account, FILE, "向上级报变更备案", due=one.due.day, state=one.due.words,
                tone=RED if one.due.late else AMBER, cite=one.due.cites[0], handover_id=one.handover.id,
            )  # fmt: skip

    def returning(self, account: Account) -> Iterator[Task]:
        for one in self.office.passwords.get(account.id, []):
            holder = one.state.holders.get(self.person.id)
            if holder is not None:
                yield self.task(
                    account, RETURN, f"收回{one.kind}", due=self.leave_on, state=f"{holder.since} 起持有",
                    tone=RED if self.late else AMBER, credential_id=one.id,
                )  # fmt: skip

    def unbinding(self, account: Account) -> Iterator[Task]:
        """Bindings are to be removed on the last day itself (广东办法第十八条); later is red."""
        cite, today = self.office.cites[account.id], self.office.now.date()
        for tie in self.ties:
            if tie.account_id != account.id:
                continue
            on = tie.removed_on
            if on is not None and on <= self.leave_on:
                state, tone = f"{on} 已解除", GREEN
            elif on is not None:
                state, tone = f"{on} 解除，迟 {(on - self.leave_on).days} 天", AMBER
            elif self.late:
                state, tone = f"已超期 {(today - self.leave_on).days} 天", RED
            else:
                state, tone = ("今天须解除" if today == self.leave_on else "离任当天解除"), AMBER
            what = f"解除{tie.what}"
            yield self.task(
                account, UNBIND, what, due=self.leave_on, state=state, tone=tone, done=on is not None, cite=cite
            )

    def exposed(self, known: Sequence[Exposure]) -> Iterator[Task]:
        """Passwords the person knows still, whatever way; may have seen counts as has seen."""
        for one in known:
            how = "、".join(one.how)
            yield Task(
                self.person.id, self.person.name, one.account_id, one.account, CHANGE, f"更换{one.kind}（本人{how}过）",
                self.leave_on, "须更换", RED if self.late else AMBER,
                credential_id=one.credential_id,
            )  # fmt: skip

    def opening(self, names: set[str], printed: str) -> Iterator[Task]:
        """The vault itself: who used it may know its passphrase, who printed the sheet may have the code."""
        for concerned, what in (
            (self.person.name in names, "更换主口令（本人用过保险柜）"),
            (self.person.name == printed, "换发恢复单（现恢复单由本人打印）"),
        ):
            if concerned:
                yield Task(
                    self.person.id, self.person.name, 0, NAME, CHANGE, what, self.leave_on, "须更换",
                    RED if self.late else AMBER,
                )  # fmt: skip


def red_leavers(session: Session, in_force: InForce, calendar: WorkCalendar, now: datetime) -> list[Task]:
    """Everybody who has left and is still bound to an account, list or no list (广东办法第十八条)."""
    gone = select(Person).where(Person.trashed_at.is_(None), Person.left_on < now.date()).order_by(Person.left_on)
    scenes = _scenes(session, list(session.scalars(gone)), in_force, calendar, now)
    every = (task for scene in scenes for account in scene.accounts() for task in scene.unbinding(account))
    return _sorted([task for task in every if not task.done])
