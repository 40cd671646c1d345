"""Rectification (整改): problems from a run of one's own, from a superior's 通报, or entered by hand, until 销号.

已整改 and 已报送 are two ticks: units that mended a fault but did not report it were criticised all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.accounts import Account
from desktop.errors import BadValue, Refused
from desktop.inspections import TO_MEND, Inspection, InspectionAnswer, InspectionFinding, answers, findings
from desktop.rules import InForce
from desktop.store.base import Record

SELF, CIRCULAR, BY_HAND = "自查", "通报", "自行登记"
SOURCES = (SELF, CIRCULAR, BY_HAND)
TO_DO, FIXED, REPORTED, CLOSED = "待整改", "已整改", "已报送", "已销号"


class RectifyBatch(Record):
    """Where some problems come from.

    Attributes:
        source: one of SOURCES. issuer: who circulated them. received_on: when it came.
        report_due, report_hour: when the 排查整改报告 must be there, the hour as HH:MM or empty.
        report_sent_on: when it was sent.
        inspection_id: the run of one's own they come from.
    """

    __tablename__ = "rectify_batch"

    source: Mapped[str] = mapped_column(default=BY_HAND)
    title: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date]
    report_due: Mapped[date | None] = mapped_column(default=None)
    report_hour: Mapped[str] = mapped_column(default="")
    report_sent_on: Mapped[date | None] = mapped_column(default=None)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True, default=None)


class Rectification(Record):
    """One problem.

    Attributes:
        account_id: own account it was matched to; empty when none fits. subject, unit: as printed.
        code, links: 标识码 and links as printed, one link a line. label: kind of problem (僵尸账号, 更新慢 …).
        person_id: who mends it. due_on: by when. measure: what is done.
        fixed_on, reported_on, closed_on: the two ticks and 销号. result: what was done in the end.
        origin: key of the finding or answer it comes from.
    """

    __tablename__ = "rectification"

    batch_id: Mapped[int] = mapped_column(ForeignKey("rectify_batch.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True, default=None)
    subject: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="")
    problem: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    measure: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    fixed_on: Mapped[date | None] = mapped_column(default=None)
    reported_on: Mapped[date | None] = mapped_column(default=None)
    closed_on: Mapped[date | None] = mapped_column(default=None)
    origin: Mapped[str] = mapped_column(default="")

    @property
    def state(self) -> str:
        """Where it stands; mended but not reported is still open."""
        if self.closed_on:
            return CLOSED
        if self.fixed_on:
            return REPORTED if self.reported_on else FIXED
        return TO_DO


@dataclass(frozen=True)
class Counts:
    """How many problems are where."""

    total: int
    fixed: int
    reported: int
    closed: int


def add_batch(session: Session, source: str, title: str, received_on: date, **values: object) -> RectifyBatch:
    """Enter where problems come from.

    Raises:
        BadValue: no such source, or no title.
    """
    if source not in SOURCES or not title.strip():
        raise BadValue("整改来源没有写全。", todo="请写明来源（自查、通报、自行登记）和名称。")
    made = RectifyBatch(source=source, title=title.strip(), received_on=received_on, **values)
    session.add(made)
    session.flush()
    return made


def add(session: Session, batch: RectifyBatch, subject: str, problem: str, **values: object) -> Rectification:
    """Enter one problem.

    Raises:
        BadValue: it does not say what is wrong with what.
    """
    if not subject.strip() or not problem.strip():
        raise BadValue("没有写清是哪个账号、什么问题。", where=batch.title, todo="请补全。")
    made = Rectification(batch_id=batch.id, subject=subject.strip(), problem=problem.strip(), **values)
    session.add(made)
    session.flush()
    return made


def take_over(session: Session, batch: RectifyBatch, found: Iterable[InspectionFinding], due_on: date | None) -> int:
    """Put findings of a run that are to be mended into a batch; those already there are not entered twice."""
    known = {item.origin for item in of_batch(session, batch.id)}
    count = 0
    for one in found:
        origin = f"finding {one.id}"
        if one.verdict == TO_MEND and origin not in known:
            account = one.subject_id if one.subject_kind == "account" else None
            add(
                session, batch, one.subject, one.what, account_id=account, label=one.name, clause=one.clause,
                measure=one.todo, due_on=due_on, origin=origin,
            )  # fmt: skip
            count += 1
    return count


def take_answers(session: Session, batch: RectifyBatch, given: Iterable[InspectionAnswer], due_on: date | None) -> int:
    """Put the answers that are problems into a batch, once each."""
    known = {item.origin for item in of_batch(session, batch.id)}
    count = 0
    for one in given:
        origin = f"answer {one.id}"
        if one.faulty and origin not in known:
            account = session.get(Account, one.account_id) if one.account_id else None
            about = account.title if account else one.part or "本单位"
            problem = f"{one.question}（回答：{one.answer}）{one.note}"
            values = {"account_id": one.account_id, "clause": one.clause, "due_on": due_on, "origin": origin}
            add(session, batch, about, problem, **values)
            count += 1
    return count


def take_run(session: Session, run_id: int, today: date, due_on: date | None = None) -> RectifyBatch:
    """Put what a run found and is to be mended on the list, in the run's own batch.

    Raises:
        Refused: there is nothing new in it.
    """
    batch = next((one for one in batches(session) if one.inspection_id == run_id), None)
    if batch is None:
        title = session.get_one(Inspection, run_id).title
        batch = add_batch(session, SELF, title, today, inspection_id=run_id)
    count = take_over(session, batch, findings(session, run_id), due_on)
    count += take_answers(session, batch, answers(session, run_id), due_on)
    if not count:
        raise Refused("没有新的问题可列入。", todo="请先把发现的问题标为“列入整改”，或回答出有问题的项目。")
    return batch


def by_hand(session: Session, today: date) -> RectifyBatch:
    """The year's batch of problems the clerk entered, made at the first one."""
    title = f"{today.year}年自行登记的问题"
    found = next((one for one in batches(session) if one.title == title), None)
    return found or add_batch(session, BY_HAND, title, today)


def labels(book: InForce, level: str = "") -> list[str]:
    """The kinds of problems the chosen packs name (内蒙古团委自查通知第三条第4项 names six)."""
    return list(dict.fromkeys(value for rule in book.of("problem.labels", level) for value in rule.values))


def batches(session: Session) -> list[RectifyBatch]:
    """All batches not in the trash, newest first."""
    found = select(RectifyBatch).where(RectifyBatch.trashed_at.is_(None))
    return list(session.scalars(found.order_by(RectifyBatch.received_on.desc(), RectifyBatch.id.desc())))


def of_batch(session: Session, batch_id: int) -> list[Rectification]:
    """The problems of a batch in order of entry."""
    found = select(Rectification).where(Rectification.trashed_at.is_(None), Rectification.batch_id == batch_id)
    return list(session.scalars(found.order_by(Rectification.id)))


def in_use(session: Session) -> list[Rectification]:
    """All problems not in the trash, in order of entry."""
    return list(
        session.scalars(select(Rectification).where(Rectification.trashed_at.is_(None)).order_by(Rectification.id))
    )


def amend(item: Rectification, **values: object) -> None:
    """Change what is written about a problem: problem, label, measure, result, due_on, person_id.

    Raises:
        BadValue: the problem is left empty.
    """
    if not str(values.get("problem", item.problem)).strip():
        raise BadValue("没有写清是什么问题。", where=item.subject, todo="请补全。")
    for key, value in values.items():
        setattr(item, key, value.strip() if isinstance(value, str) else value)


def fix(item: Rectification, on: date | None, result: str = "") -> None:
    """Tick or untick 已整改.

    Raises:
        BadValue: it does not say what was done.
        Refused: it was reported already.
    """
    if on is None and item.reported_on is not None:
        raise Refused("这一条已经报送，不能取消“已整改”。", todo="请先取消“已报送”。")
    if on is not None and not (result.strip() or item.result):
        raise BadValue("没有写整改结果。", where=item.subject, todo="请写明做了什么。")
    item.fixed_on = on
    item.result = result.strip() or item.result


def report(item: Rectification, on: date | None) -> None:
    """Tick or untick 已报送.

    Raises:
        Refused: it is not mended yet, or was closed already.
    """
    if on is not None and item.fixed_on is None:
        raise Refused("还没有整改，不能记为已报送。", where=item.subject, todo="请先完成整改。")
    if on is None and item.closed_on is not None:
        raise Refused("这一条已经销号。", where=item.subject, todo="请先取消销号。")
    item.reported_on = on


def close(item: Rectification, on: date | None) -> None:
    """销号, or take it back.

    Raises:
        Refused: mended and reported must both be ticked first.
    """
    if on is not None and (item.fixed_on is None or item.reported_on is None):
        raise Refused("已整改、已报送都打勾后才能销号。", where=item.subject, todo="请先补上。")
    item.closed_on = on


def send(session: Session, batch: RectifyBatch, on: date | None) -> int:
    """Enter that the 排查整改报告 of a batch was sent, or take it back; returns how many problems it reported.

    What is mended and not yet ticked 已报送 was reported by it; taking it back leaves those ticks alone.
    """
    batch.report_sent_on = on
    waiting = [one for one in of_batch(session, batch.id) if on and one.fixed_on and not one.reported_on]
    for one in waiting:
        report(one, on)
    return len(waiting)


def answered(session: Session, batch: RectifyBatch) -> bool:
    """Whether the report of a batch is out: entered as sent, or every problem in it is ticked 已报送."""
    items = of_batch(session, batch.id)
    return batch.report_sent_on is not None or bool(items and all(one.reported_on for one in items))


def counts(items: Sequence[Rectification]) -> Counts:
    """How many are where."""
    return Counts(
        len(items), sum(bool(one.fixed_on) for one in items), sum(bool(one.reported_on) for one in items),
        sum(bool(one.closed_on) for one in items),
    )  # fmt: skip
