"""What is under way (在办), as plain facts for deadlines: notices, handovers, passwords, runs, problems, closings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop import accounts, credentials, filings, handover, inspections, lifecycle, notices, rectification, ties
from desktop.checking.filing import CANCEL, CLOSE


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A superior's notice still to be answered."""

    id: int
    title: str
    issuer: str
    due: datetime | None
    hour: bool


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A form being filled that has a last day of its own or of its notice."""

    id: int
    title: str
    about: str
    cutoff: date
    due: date
    returned: bool


@dataclass(frozen=True, slots=True)
class FinalFacts:
    """A form about an account that became final: what is left is to hand it in and enter that it was filed."""

    form_id: str
    account_id: int
    made_on: date


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """A handover that is not finished: the step to be done now."""

    id: int
    account_id: int
    step: int
    title: str
    changed_on: date | None


@dataclass(frozen=True, slots=True)
class PasswordFacts:
    """A password that must be changed or given back, or will fall due."""

    id: int
    account_id: int
    kind: str
    changed_on: date | None
    must_change: str
    lent: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch of problems whose report has not been sent."""

    id: int
    title: str
    source: str
    due: date | None
    hour: str


@dataclass(frozen=True, slots=True)
class RectifyFacts:
    """A problem not closed yet."""

    id: int
    subject: str
    problem: str
    clause: str
    due: date | None
    fixed: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A self-inspection or yearly review."""

    id: int
    kind: str
    title: str
    year: int
    closed: bool
    left: int


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """A closing or cancellation that is not finished."""

    id: int
    account_id: int
    kind: str
    happened_on: date
    announced_on: date | None
    submitted_on: date | None
    frozen_until: date | None


@dataclass(frozen=True, slots=True)
class TieFacts:
    """What still ties somebody who leaves, or has left, to an account."""

    person_id: int
    account_id: int
    what: str


@dataclass(frozen=True)
class Pending:
    """All of it."""

    notices: tuple[NoticeFacts, ...] = ()
    handovers: tuple[HandoverFacts, ...] = ()
    passwords: tuple[PasswordFacts, ...] = ()
    batches: tuple[BatchFacts, ...] = ()
    problems: tuple[RectifyFacts, ...] = ()
    runs: tuple[RunFacts, ...] = ()
    endings: tuple[EndingFacts, ...] = ()
    drafts: tuple[DraftFacts, ...] = ()
    ties: tuple[TieFacts, ...] = ()
    finals: tuple[FinalFacts, ...] = ()

    def final(self, form_id: str, account_id: int, since: date) -> FinalFacts | None:
        """The form of an account that became final on a day or later, if there is one."""
        asked = (form_id, account_id)
        found = (one for one in self.finals if (one.form_id, one.account_id) == asked and one.made_on >= since)
        return next(found, None)


def load(session: Session) -> Pending:
    """Everything under way."""
    return Pending(
        tuple(_notices(session)),
        tuple(_handovers(session)),
        tuple(_passwords(session)),
        tuple(
            BatchFacts(one.id, one.title, one.source, one.report_due, one.report_hour)
            for one in rectification.batches(session)
            if not rectification.answered(session, one)
        ),
        tuple(
            RectifyFacts(
                one.id, one.subject, one.problem, one.clause, one.due_on, bool(one.fixed_on), bool(one.reported_on)
            )
            for one in rectification.in_use(session)
            if one.closed_on is None
        ),
        tuple(_runs(session)),
        tuple(_endings(session)),
        tuple(_drafts(session)),
        tuple(TieFacts(one.person_id, one.account_id, one.what) for one in ties.tied(session)),
        tuple(_finals(session)),
    )


def _drafts(session: Session) -> Iterator[DraftFacts]:
    for one in filings.in_use(session):
        notice = session.get(notices.Notice, one.notice_id) if one.notice_id else None
        due = one.due_on or (notice.due_on if notice is not None and notice.settled_on is None else None)
        if one.editable and due is not None:
            yield DraftFacts(one.id, one.title, one.subject_name, one.cutoff, due, one.state == filings.RETURNED)


def _finals(session: Session) -> Iterator[FinalFacts]:
    filing, version = filings.Filing, filings.FilingVersion
    rows = (
        select(filing.form_id, filing.subject_id, func.max(version.made_at))
        .join(version, version.filing_id == filing.id)
        .where(
            filing.trashed_at.is_(None),
            filing.state == filings.FINAL,
            filing.form_id.in_(lifecycle.FORMS.values()),
            filing.subject_id.is_not(None),
        )
        .group_by(filing.id)
    )
    for form_id, account_id, made_at in session.execute(rows):
        if account_id is not None:
            yield FinalFacts(form_id, account_id, made_at.date())


def _notices(session: Session) -> list[NoticeFacts]:
    return [
        NoticeFacts(task.notice.id, task.notice.title, task.notice.issuer, task.notice.due, bool(task.notice.due_hour))
        for task in notices.tasks(session)
    ]


def _handovers(session: Session) -> list[HandoverFacts]:
    found = []
    for one in handover.under_way(session):
        steps = handover.steps(session, one)
        step = handover.current(steps)
        changed = steps[handover.CHANGE - 1].done
        if step is not None:
            on = date.fromisoformat(changed.acted_on) if changed is not None else None
            found.append(HandoverFacts(one.id, one.account_id, step.number, step.title, on))
    return found


def _passwords(session: Session) -> list[PasswordFacts]:
    return [
        PasswordFacts(
            entry.credential_id,
            entry.account_id,
            entry.kind,
            entry.state.changed_on,
            entry.state.must_change,
            tuple((one.name, one.due_back) for one in entry.state.holders.values() if one.due_back is not None),
        )
        for entry in credentials.entries(session)
    ]


def _runs(session: Session) -> list[RunFacts]:
    found = []
    for run in inspections.in_use(session):
        state = inspections.progress(session, run.id)
        left = state.questions - state.answered + state.findings - state.settled
        found.append(RunFacts(run.id, run.kind, run.title, run.year, run.closed_on is not None, left))
    return found


def _endings(session: Session) -> list[EndingFacts]:
    return [
        EndingFacts(
            one.id, one.account_id, one.kind, one.happened_on, one.announced_on, one.submitted_on, one.frozen_until
        )
        for one in lifecycle.in_use(session)
        if one.kind in (CLOSE, CANCEL) and one.ended_on is None and one.withdrawn_on is None
        and session.get_one(accounts.Account, one.account_id).state not in (accounts.CANCELLED, accounts.DELETED)
    ]  # fmt: skip
