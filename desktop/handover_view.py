"""What the screen of one handover shows, read in one go: parties, steps, passwords, clauses, checklist, links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desktop import adoption, credentials, custody, evidence, handover, handover_items, holding
from desktop.accounts import Account
from desktop.credentials import Credential, State
from desktop.handover import Due, Handover, Step
from desktop.handover_steps import unchanged
from desktop.people import Person
from desktop.vault.strength import WORDS
from desktop.workdays import WorkCalendar

NUMBERS = "①②③④⑤"


@dataclass(frozen=True)
class View:
    """One handover as shown.

    Attributes:
        now: the step to be done, None when it is finished or stopped.
        due: until when the change is to be filed, None before the second step or when no regulation asks.
        clashes: what the chosen regulations have against the receivers. said: everything they say on the matter.
        order: the clause that prescribes the order of the steps, empty when no chosen regulation does.
        stopped: why it was stopped, empty when it was not.
    """

    handover: Handover
    account: Account
    givers: list[Person]
    receivers: list[Person]
    supervisor: Person
    steps: list[Step]
    now: Step | None
    due: Due | None
    facts: list[tuple[str, str, str]]
    passwords: list[tuple[Credential, State, bool]]
    clashes: list[holding.Clash]
    said: list[holding.Said]
    order: str
    lines: list[handover_items.Line]
    links: list[custody.CustodyEvent]
    evidence: list[evidence.Evidence]
    stopped: str

    @property
    def parties(self) -> str:
        """The line below the title."""
        giving = "、".join(map(_named, self.givers)) or "（无）"
        return f"移交人 {giving} → 接收人 {'、'.join(map(_named, self.receivers))}  ·  监交人 {_named(self.supervisor)}"

    def _strength(self, step: Step) -> str:
        """已更换，强度 强: for the second step, when the strength of every password changed was judged."""
        changed = [
            event.part("强度")
            for event in self.links
            if event.handover_id == self.handover.id and event.kind == custody.CHANGED and event.credential_id
        ]
        if step.number != handover.CHANGE or not changed or not all(changed):
            return ""
        return f"已更换，强度 {min(changed, key=WORDS.index)}"

    def tag(self, step: Step) -> tuple[str, str]:
        """What the band says below a step, and its tint."""
        if step.done is not None:
            day, _, hour = step.done.at.partition("T")
            when = f"{day[5:]} {hour[:5]}" if step.done.acted_on == day else step.done.acted_on
            who = step.done.part("经办") or step.done.actor
            return f"{when} {self._strength(step) or who}", "green"
        if self.stopped:
            return "已中止", "grey"
        if not step.open:
            return f"待第 {NUMBERS[step.number - 2]} 步完成后开放", ""
        if step.number == handover.FILE and self.due is not None:
            return f"进行中 · {self.due.words}", "red" if self.due.late else "amber"
        return "进行中", "amber"


def view(session: Session, handover_id: int, calendar: WorkCalendar, now: datetime) -> View:
    """Read one handover with everything around it."""
    one = session.get_one(Handover, handover_id)
    account = session.get_one(Account, one.account_id)
    receivers = handover.receivers(session, one)
    in_force = adoption.rulebook(session).on(now.date())
    level = handover.level_of(session, account)
    steps = handover.steps(session, one)
    live = credentials.of_account(session, account.id)
    known = credentials.states(session, [credential.id for credential in live])
    waiting = {credential.id for credential in unchanged(session, one)}
    links = custody.events(session, account_id=account.id)
    mine = [event for event in links if event.handover_id == one.id]
    order = in_force.of("password.order", level, account.platform)
    return View(
        one,
        account,
        handover.givers(session, one),
        receivers,
        session.get_one(Person, one.supervisor_id),
        steps,
        handover.current(steps),
        handover.filing_due(session, one, in_force, calendar, now),
        handover.compare(session, one),
        [(credential, known[credential.id], credential.id not in waiting) for credential in live],
        [clash for one in receivers for clash in holding.clashes(in_force, one, level, account.platform)],
        holding.said(in_force, level, account.platform),
        f"{order[0].text}（{in_force.cite(order[0])}）。" if order else "",
        handover_items.checklist(session, one),
        links,
        evidence.of_step(session, one.id),
        next((event.reason for event in mine if event.kind == custody.STOPPED), ""),
    )


def _named(person: Person) -> str:
    """A person with what tells who it is: 钱某（2025届新媒体部）."""
    rest = "".join(part for part in (person.term, person.department or person.position) if part)
    return f"{person.name}（{rest}）" if rest else person.name


@dataclass(frozen=True)
class Row:
    """One handover as the list of handovers shows it."""

    id: int
    account: str
    giver: str
    receiver: str
    supervisor: str
    begun: str
    state: str
    tone: str
    due: str


def overview(session: Session, calendar: WorkCalendar, now: datetime) -> list[Row]:
    """Every handover, those under way first."""
    rows = [_row(session, one, calendar, now) for one in handover.everything(session)]
    return sorted(rows, key=lambda row: row.tone in ("green", "grey"))


def _row(session: Session, one: Handover, calendar: WorkCalendar, now: datetime) -> Row:
    giver, receiver = (
        "、".join(person.name for person in found) or "—"
        for found in (handover.givers(session, one), handover.receivers(session, one))
    )
    supervisor = session.get_one(Person, one.supervisor_id).name
    steps = handover.steps(session, one)
    step, words = handover.current(steps), ""
    if step is None:
        state, tone = ("已归档", "green") if steps[-1].done else ("已中止", "grey")
    else:
        state, tone = f"第 {step.number} 步 / 共 {len(steps)} 步", "amber"
        if step.number == handover.FILE:
            due = handover.filing_due(session, one, adoption.rulebook(session).on(now.date()), calendar, now)
            if due is not None:
                words, tone = due.words, "red" if due.late else "amber"
    title = session.get_one(Account, one.account_id).title
    return Row(one.id, title, giver, receiver, supervisor, one.begun_on.isoformat(), state, tone, words)
