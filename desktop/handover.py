"""Handover (交接) of one account: 收回 → 更换 → 变更备案 → 发放 → 三方签字归档, strictly in this order.

Which steps are done is read from the chain of custody; the rows here only say who hands what to whom. None of the
steps can be undone: a handover that went wrong is stopped with a reason and begun anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import assignments, credentials, custody, leavers, units
from desktop.accounts import Account
from desktop.custody import CustodyEvent, Deed
from desktop.errors import BadValue, Refused
from desktop.holders import open_handover_of
from desktop.passwords import operator
from desktop.people import Person
from desktop.rules import InForce, due_after
from desktop.store import Store
from desktop.store.base import Base, Record
from desktop.units import Unit
from desktop.workdays import WorkCalendar

TAKE_BACK, CHANGE, FILE, ISSUE, ARCHIVE = 1, 2, 3, 4, 5
STEPS = {
    TAKE_BACK: ("收回密码", custody.TAKEN_BACK),
    CHANGE: ("更换密码", custody.CHANGED),
    FILE: ("变更备案", custody.FILED),
    ISSUE: ("发放密码", custody.ISSUED),
    ARCHIVE: ("三方签字归档", custody.ARCHIVED),
}
PUBLISHER, ADMIN, PASSWORD, PHONE, EMAIL, UPKEEP = (
    "信息发布人", "后台管理人员", "登录密码", "绑定手机号", "绑定邮箱", "维护方式",
)  # fmt: skip
FACTS = (PUBLISHER, ADMIN, PASSWORD, PHONE, EMAIL, UPKEEP)


class Handover(Base):
    """Who hands an account to whom, before whom.

    Attributes:
        giver_id: 移交人, None when nobody held the account. receiver_id: 接收人. supervisor_id: 监交人.
        before: the facts of FACTS on the day it was begun, as JSON.
    """

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[str] = mapped_column(default="{}")

    @property
    def facts(self) -> dict[str, str]:
        """The facts before, by name."""
        return dict(json.loads(self.before))


class HandoverFact(Record):
    """What one fact of FACTS becomes; facts without a row stay as they were."""

    __tablename__ = "handover_fact"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    field: Mapped[str]
    after: Mapped[str]


@dataclass(frozen=True)
class Step:
    """One of the five steps of a handover.

    Attributes:
        done: the link of the chain that closed it, None while it is not closed.
        open: it is the one to be done now.
    """

    number: int
    title: str
    done: CustodyEvent | None
    open: bool


@dataclass(frozen=True)
class Due:
    """Until when a change has to be filed: the strictest clause with a number, and every clause that speaks."""

    day: date | None
    words: str
    late: bool
    cites: tuple[str, ...]
    note: str = ""


def begin(
    store: Store,
    account_id: int,
    receiver_id: int,
    supervisor_id: int,
    *,
    giver_id: int | None = None,
    also: Sequence[int] = (),
    reason: str = "",
) -> int:
    """Begin the handover of an account; returns its number.

    Args:
        store: the store.
        account_id: what is handed over.
        receiver_id: 接收人.
        supervisor_id: 监交人.
        giver_id: 移交人; whoever leaves with the giver hands over as well.
        also: further 接收人, as a club may have two publishers (内科大办法第十二条).
        reason: why.

    Raises:
        Refused: one is under way for this account, two of the parties are the same person, or one has left already.
    """
    incoming = [receiver_id, *also]
    if len({*incoming, giver_id, supervisor_id}) < len(incoming) + 2:
        raise Refused("移交人、接收人、监交人不能是同一个人。", todo="请另选一位，如分管领导或指导教师监交。")
    with store.write("开始交接") as session:
        account = session.get_one(Account, account_id)
        if open_handover_of(session, account_id) is not None:
            raise Refused(f"{account.title}已有一件交接正在办理。", todo="请先办完，或写明原因中止。")
        today = store.clock().date()
        supervisor, *taking = (_in_office(session, who, today) for who in (supervisor_id, *incoming))
        giver = session.get_one(Person, giver_id) if giver_id else None
        made = Handover(
            account_id=account_id, giver_id=giver_id, receiver_id=receiver_id, supervisor_id=supervisor_id,
            begun_on=today, reason=reason.strip(),
            before=json.dumps(facts_of(session, account, today), ensure_ascii=False),
        )  # fmt: skip
        session.add(made)
        session.flush()
        named = custody.details(移交=giver.name if giver else "", 监交=supervisor.name)
        for one in taking:
            deed = Deed(
                custody.BEGUN, (account.id, account.title), person=(one.id, one.name), handover=(made.id, None),
                reason=reason or "开始交接", detail=named,
            )  # fmt: skip
            custody.append(session, deed, at=store.clock(), actor=store.actor)
        return made.id


def _in_office(session: Session, person_id: int, today: date) -> Person:
    person = session.get_one(Person, person_id)
    if person.left_on is not None and person.left_on < today:
        raise Refused(f"{person.name} {person.left_on} 已离任，不能接收或监交。", todo="请另选在任人员。")
    return person


def receivers(session: Session, handover: Handover) -> list[Person]:
    """Everybody who takes over, in the order they were named: the links of the beginning say who."""
    links = custody.events(session, handover_id=handover.id)
    return [session.get_one(Person, one.person_id) for one in links if one.kind == custody.BEGUN and one.person_id]


def givers(session: Session, handover: Handover) -> list[Person]:
    """The giver, and whoever leaves on a list with the giver and works on the account or held its passwords."""
    if handover.giver_id is None:
        return []
    stay = {handover.giver_id, handover.supervisor_id, *(one.id for one in receivers(session, handover))}
    known = credentials.states(session, [one.id for one in credentials.of_account(session, handover.account_id)])
    concerned = {who for state in known.values() for who in state.holders}
    concerned |= {
        event.person_id
        for event in custody.events(session, handover_id=handover.id)
        if event.kind == custody.TAKEN_BACK and event.credential_id and event.person_id
    }
    concerned |= {
        one.person_id
        for one in assignments.of_account(session, handover.account_id)
        if one.role in assignments.RUNNERS and (one.until is None or one.until >= handover.begun_on)
    }
    others = sorted(leavers.together(session, handover.giver_id) & concerned - stay)
    return [session.get_one(Person, number) for number in (handover.giver_id, *others)]


def stop(store: Store, handover_id: int, reason: str) -> None:
    """Stop a handover that is not going to be finished; nobody gains anything by it.

    Raises:
        BadValue: no reason. Refused: it is finished or stopped already.
    """
    if not reason.strip():
        raise BadValue("中止交接须写明原因。", todo="请补填后再办理。")
    with store.write("中止交接") as session:
        handover, account = need_open(session, handover_id)
        deed = Deed(
            custody.STOPPED,
            account=(account.id, account.title),
            person=operator(session, store),
            handover=(handover.id, None),
            reason=reason,
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def set_fact(store: Store, handover_id: int, field: str, after: str) -> None:
    """Say what a fact becomes; an empty text takes that back.

    Raises:
        BadValue: no such fact, or the password, which is only ever said to have been changed.
    """
    if field not in FACTS or field == PASSWORD:
        raise BadValue(f"“{field}”不能在这里填写。", todo="密码只登记更换日期，不填写内容。")
    with store.write(f"填写变更后的{field}") as session:
        need_open(session, handover_id)
        row = session.scalars(
            select(HandoverFact).where(HandoverFact.handover_id == handover_id, HandoverFact.field == field)
        ).first()
        if row is None:
            row = HandoverFact(handover_id=handover_id, field=field, after=after.strip())
            session.add(row)
        row.after = after.strip()
        row.trashed_at = None


def facts_of(session: Session, account: Account, today: date) -> dict[str, str]:
    """The facts of an account that a change filing compares, as they are on a day.

    Where nobody is entered as 信息发布人, those who run the account (运营人员) publish.
    """
    named: dict[str, list[str]] = {}
    for assignment in assignments.on(session, today, account.id):
        person = session.get_one(Person, assignment.person_id)
        named.setdefault(assignment.role, []).append(f"{person.name}（{person.identity or '身份未登记'}）")
    login = [one for one in credentials.of_account(session, account.id) if one.kind == credentials.LOGIN]
    changed = credentials.state_of(session, login[0].id).changed_on if login else None
    return {
        PUBLISHER: "、".join(named.get(assignments.PUBLISHER) or named.get(assignments.OPERATOR, [])),
        ADMIN: "、".join(named.get(assignments.ADMIN, [])),
        PASSWORD: f"{changed} 更换" if changed else "",
        PHONE: account.bound_phone,
        EMAIL: account.bound_email,
        UPKEEP: account.upkeep,
    }


def compare(session: Session, handover: Handover) -> list[tuple[str, str, str]]:
    """Each fact with what it was and what it becomes; publishers who leave are followed by the receivers."""
    said = {
        row.field: row.after
        for row in session.scalars(
            select(HandoverFact).where(
                HandoverFact.handover_id == handover.id, HandoverFact.trashed_at.is_(None), HandoverFact.after != ""
            )
        )
    }
    before, leaving = handover.facts, tuple(f"{person.name}（" for person in givers(session, handover))
    incoming = [f"{one.name}（{one.identity or '身份未登记'}）" for one in receivers(session, handover)]
    after = dict(before)
    for fact, taking in ((PUBLISHER, incoming), (ADMIN, incoming[:1])):  # a platform has one administrator
        were = [part for part in before[fact].split("、") if part]
        stay = [part for part in were if not part.startswith(leaving)]
        if len(stay) < len(were) or (fact == PUBLISHER and not were):
            after[fact] = "、".join(dict.fromkeys([*stay, *taking]))
    done = {step.number: step.done for step in steps(session, handover)}
    changed = done[CHANGE]
    after[PASSWORD] = f"{changed.acted_on} 更换" if changed is not None else "待更换"
    return [(fact, before[fact], said.get(fact, after[fact])) for fact in FACTS]


def steps(session: Session, handover: Handover) -> list[Step]:
    """The five steps with the links that closed them."""
    events = custody.events(session, handover_id=handover.id)
    closed = {event.step: event for event in events if event.step is not None}
    stopped = any(event.kind == custody.STOPPED for event in events)
    made: list[Step] = []
    reached = not stopped
    for number, (title, _) in STEPS.items():
        done = closed.get(number)
        made.append(Step(number, title, done, reached and done is None))
        reached = reached and done is not None
    return made


def current(found: Sequence[Step]) -> Step | None:
    """The step to be done now; None when the handover is finished or stopped."""
    return next((step for step in found if step.open), None)


def need_open(session: Session, handover_id: int) -> tuple[Handover, Account]:
    """A handover that is under way, with its account.

    Raises:
        Refused: no such handover, or it is finished or stopped.
    """
    handover = session.get(Handover, handover_id)
    if handover is None:
        raise Refused(f"没有编号为 {handover_id} 的交接。", todo="请刷新后再试。")
    account = session.get_one(Account, handover.account_id)
    if current(steps(session, handover)) is None:
        raise Refused(f"{account.title}的这件交接已办结或中止。", todo="如需再交接，请重新开始一件。")
    return handover, account


def under_way(session: Session) -> list[Handover]:
    """Handovers neither finished nor stopped of accounts not in the trash, oldest first."""
    ended = select(CustodyEvent.handover_id).where(
        CustodyEvent.handover_id.is_not(None), CustodyEvent.kind.in_((custody.ARCHIVED, custody.STOPPED))
    )
    wanted = select(Handover).join(Account, Account.id == Handover.account_id)
    wanted = wanted.where(Handover.id.not_in(ended), Account.trashed_at.is_(None))
    return list(session.scalars(wanted.order_by(Handover.id)))


def everything(session: Session) -> list[Handover]:
    """All handovers ever begun, newest first."""
    return list(session.scalars(select(Handover).order_by(Handover.id.desc())))


def filing_due(
    session: Session, handover: Handover, in_force: InForce, calendar: WorkCalendar, now: datetime
) -> Due | None:
    """Until when the change has to be filed, counted from the day the password was changed; None when nobody asks.

    The third step must be open. A clause without a number (及时) is named without a day.
    """
    changed = steps(session, handover)[CHANGE - 1].done
    account = session.get_one(Account, handover.account_id)
    rules = in_force.of("filing.change", level_of(session, account), account.platform)
    if changed is None or not rules:
        return None
    cites = tuple(f"{in_force.cite(rule)}：{rule.text}" for rule in rules)
    if rules[0].number is None:
        return Due(None, "须及时备案", False, cites)
    reckoned = due_after(rules[0], date.fromisoformat(changed.acted_on), calendar)
    left = calendar.left(now, reckoned.day)
    return Due(reckoned.day, left.words, left.late, cites, reckoned.note)


def level_of(session: Session, account: Account) -> str:
    """The level of the unit an account belongs to, one of units.LEVELS or empty."""
    unit = session.get(Unit, account.unit_id) if account.unit_id else units.own(session)
    return unit.level if unit is not None else ""
