"""Departures (一键换届): one person or a whole term leaves, and everything that follows from it stands on one list.

The list is computed from the register and the chain each time, so it is right after a restart and after anything done
elsewhere; only who leaves and when is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import assignments, credentials, custody, handover
from desktop.accounts import Account
from desktop.credentials import Exposure
from desktop.errors import Refused
from desktop.people import Person
from desktop.platforms import BACKEND, EMAIL, PHONE
from desktop.rules import InForce
from desktop.store import Store
from desktop.store.base import Base
from desktop.workdays import WorkCalendar

HAND_OVER, CHANGE, UNBIND, FILE, RETURN = "交接账号", "更换密码", "解除绑定", "变更备案", "收回密码"
BOUND_ROLES = {assignments.ADMIN, assignments.OPERATOR, assignments.PUBLISHER}
"""Roles that come with rights in the platform's back end; others are only named in filings."""
RED, AMBER, GREEN, BLUE = "red", "amber", "green", "blue"


class Departure(Base):
    """A list begun: for whom, and the last day in the post."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    leave_on: Mapped[date]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]


class DeparturePerson(Base):
    """Somebody who leaves."""

    __tablename__ = "departure_person"

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


@dataclass(frozen=True)
class Task:
    """One thing to do because somebody leaves.

    Attributes:
        kind: one of HAND_OVER, RETURN, CHANGE, UNBIND, FILE.
        what: in words. due: last day, None where no clause gives one. state: in words; tone: its tint.
        cite: the clause behind it, empty when there is none.
        account_id, credential_id, handover_id: where to go to do it.
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
    """All lists, newest first."""
    return list(session.scalars(select(Departure).order_by(Departure.id.desc())))


def people_of(session: Session, departure: Departure) -> list[Person]:
    """Who leaves."""
    wanted = select(Person).join(DeparturePerson, DeparturePerson.person_id == Person.id)
    return list(session.scalars(wanted.where(DeparturePerson.departure_id == departure.id).order_by(Person.id)))


def tasks(
    session: Session, departure: Departure, in_force: InForce, calendar: WorkCalendar, now: datetime
) -> list[Task]:
    """The whole list of a departure, what is overdue first."""
    found: list[Task] = []
    leavers = people_of(session, departure)
    known = credentials.exposures(session, [person.id for person in leavers])
    for person in leavers:
        scene = _Leaver(session, person, person.left_on or departure.leave_on, in_force, calendar, now)
        found += [*scene.all(), *scene.exposed(known[person.id])]
    order = {RED: 0, AMBER: 1, BLUE: 2, GREEN: 3}
    return sorted(found, key=lambda task: (task.done, order[task.tone], task.due or date.max, task.account_id))


@dataclass(frozen=True)
class _Leaver:
    session: Session
    person: Person
    leave_on: date
    in_force: InForce
    calendar: WorkCalendar
    now: datetime

    def all(self) -> Iterator[Task]:
        for account in self.accounts():
            yield from self.handing_over(account)
            yield from self.returning(account)
            yield from self.unbinding(account)

    def accounts(self) -> list[Account]:
        """Accounts the person worked on, holds a password of, or is bound to by phone or e-mail."""
        numbers = {one.account_id for one in assignments.of_person(self.session, self.person.id)}
        numbers |= {
            event.account_id for event in custody.events(self.session, person_id=self.person.id) if event.account_id
        }
        for account in self.session.scalars(select(Account).where(Account.trashed_at.is_(None))):
            if _bound(account, self.person):
                numbers.add(account.id)
        wanted = select(Account).where(Account.id.in_(numbers), Account.trashed_at.is_(None)).order_by(Account.id)
        return list(self.session.scalars(wanted))

    def task(self, account: Account, kind: str, what: str, **more: object) -> Task:
        return Task(self.person.id, self.person.name, account.id, account.title, kind, what, **more)  # type: ignore[arg-type]

    def duties(self, account: Account) -> set[str]:
        """The person's roles on the account up to the last day in the post."""
        mine = [one for one in assignments.of_account(self.session, account.id) if one.person_id == self.person.id]
        return {one.role for one in mine if one.until is None or one.until >= self.leave_on}

    def handovers(self, account: Account) -> list[handover.Handover]:
        """Handovers of the account in which the person is the giver, newest first."""
        wanted = select(handover.Handover).where(
            handover.Handover.account_id == account.id, handover.Handover.giver_id == self.person.id
        )
        return list(self.session.scalars(wanted.order_by(handover.Handover.id.desc())))

    def handing_over(self, account: Account) -> Iterator[Task]:
        for role in sorted(self.duties(account) - BOUND_ROLES):
            yield self.task(account, FILE, f"重新指定{role}，报变更备案", due=self.leave_on, state="未办", tone=AMBER)
        for one in self.handovers(account):
            found = handover.steps(self.session, one)
            now = handover.current(found)
            if now is not None:
                yield self.task(
                    account, HAND_OVER, f"第 {now.number} 步：{now.title}",
                    due=self.leave_on, state=f"第 {now.number} 步 / 共 5 步",
                    tone=RED if self.now.date() > self.leave_on else AMBER, handover_id=one.id,
                )  # fmt: skip
                yield from self.filing(account, one)
                return
            if found[-1].done is not None:
                yield self.task(
                    account, HAND_OVER, "交接",
                    due=self.leave_on, state="已归档", tone=GREEN, done=True, handover_id=one.id,
                )  # fmt: skip
                return
        if self.duties(account) & BOUND_ROLES:
            late = self.now.date() > self.leave_on
            yield self.task(
                account, HAND_OVER, "选定接收人和监交人，开始交接",
                due=self.leave_on, state="未开始", tone=RED if late else AMBER,
            )  # fmt: skip

    def filing(self, account: Account, one: handover.Handover) -> Iterator[Task]:
        if handover.steps(self.session, one)[handover.FILE - 1].done is not None:
            return
        due = handover.filing_due(self.session, one, self.in_force, self.calendar, self.now)
        if due is not None:
            yield self.task(
                account, FILE, "向上级报变更备案", due=due.day, state=due.words, tone=RED if due.late else AMBER,
                cite=due.cites[0], handover_id=one.id,
            )  # fmt: skip

    def returning(self, account: Account) -> Iterator[Task]:
        for one in credentials.of_account(self.session, account.id):
            holder = credentials.state_of(self.session, one.id).holders.get(self.person.id)
            if holder is not None:
                yield self.task(
                    account, RETURN, f"收回{one.kind}", due=self.leave_on, state=f"{holder.since} 起持有",
                    tone=RED if self.now.date() > self.leave_on else AMBER, credential_id=one.id,
                )  # fmt: skip

    def unbinding(self, account: Account) -> Iterator[Task]:
        """Bindings are to be removed on the last day itself (广东办法第十八条); later is red."""
        ties = {BACKEND} if self.duties(account) & BOUND_ROLES or self.handovers(account) else set()
        ties |= _bound(account, self.person)
        rules = self.in_force.of("staff.leaver", handover.level_of(self.session, account), account.platform)
        cite = f"{self.in_force.cite(rules[0])}：{rules[0].text}" if rules else ""
        removed = removals(self.session, account.id, self.person.id)
        for tie in sorted(ties):
            on = removed.get(tie)
            today = self.now.date()
            if on is not None and on <= self.leave_on:
                state, tone = f"{on} 已解除", GREEN
            elif on is not None:
                state, tone = f"{on} 解除，迟 {(on - self.leave_on).days} 天", AMBER
            elif today > self.leave_on:
                state, tone = f"已超期 {(today - self.leave_on).days} 天", RED
            else:
                state, tone = ("今天须解除" if today == self.leave_on else "离任当天解除"), AMBER
            yield self.task(
                account, UNBIND, f"解除{tie}", due=self.leave_on, state=state, tone=tone, done=on is not None, cite=cite
            )

    def exposed(self, known: Sequence[Exposure]) -> Iterator[Task]:
        """Passwords the person knows still, whatever way; may have seen counts as has seen."""
        for one in known:
            how = "、".join(one.how)
            yield Task(
                self.person.id, self.person.name, one.account_id, one.account, CHANGE, f"更换{one.kind}（本人{how}过）",
                self.leave_on, "须更换", RED if self.now.date() > self.leave_on else AMBER,
                credential_id=one.credential_id,
            )  # fmt: skip


def _bound(account: Account, person: Person) -> set[str]:
    ties = set()
    phone = account.bound_phone.strip()
    if (phone and phone == person.mobile.strip()) or account.bound_phone_owner.strip() == person.name:
        ties.add(PHONE)
    if account.bound_email.strip() and account.bound_email.strip().lower() == person.email.strip().lower():
        ties.add(EMAIL)
    return ties


def removals(session: Session, account_id: int, person_id: int) -> dict[str, date]:
    """When each binding of a person to an account was removed, newest removal of each."""
    found = custody.events(session, account_id=account_id, person_id=person_id)
    return {event.part("项目"): date.fromisoformat(event.acted_on) for event in found if event.kind == custody.UNBOUND}


def red_leavers(session: Session, in_force: InForce, calendar: WorkCalendar, now: datetime) -> list[Task]:
    """Everybody who has left and is still bound to an account, list or no list (广东办法第十八条)."""
    found: list[Task] = []
    gone = select(Person).where(Person.trashed_at.is_(None), Person.left_on < now.date())
    for person in session.scalars(gone.order_by(Person.left_on)):
        assert person.left_on is not None
        scene = _Leaver(session, person, person.left_on, in_force, calendar, now)
        for account in scene.accounts():
            found += [task for task in scene.unbinding(account) if not task.done]
    return found
