"""Self-inspection (自查) and yearly review (年审): a run freezes what was found and asks a person the rest.

A finding is copied into the run in words, so that the record stays as it was when rules or the register change later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.checking.findings import Finding
from desktop.errors import BadValue, Refused
from desktop.questions import NO, NOT_APPLICABLE, YES, Question
from desktop.rules import BINDING, InForce
from desktop.store.base import Record

SELF, YEARLY = "自查", "年审"
KINDS = (SELF, YEARLY)
HEADINGS = ("基本情况", "隶属关系", "制度建设", "流程规范", "影响力", "存在问题", "意见建议")
"""What the 自查材料 must contain (内蒙古团委自查通知第四条); a chosen pack may ask for others."""
OPEN, EXPLAINED, TO_MEND, MENDED = "未处理", "情况说明", "列入整改", "已整改"
VERDICTS = (OPEN, EXPLAINED, TO_MEND, MENDED)


class Inspection(Record):
    """One run.

    Attributes:
        kind: SELF or YEARLY. year: the year inspected. cutoff: figures and findings are as of this day.
        packs: the regulations it was held against, as cited. closed_on: when it was finished; frozen from then on.
        advice: 意见建议, in the clerk's words. influence: what to say about 影响力 besides the figures.
    """

    __tablename__ = "inspection"

    kind: Mapped[str] = mapped_column(default=SELF)
    title: Mapped[str]
    year: Mapped[int]
    cutoff: Mapped[date]
    begun_on: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(default=None)
    packs: Mapped[str] = mapped_column(default="")
    influence: Mapped[str] = mapped_column(default="")
    advice: Mapped[str] = mapped_column(default="")


class InspectionFinding(Record):
    """A finding as it was on the cut-off day, and what became of it.

    Attributes:
        code, subject_kind, subject_id, detail: the finding's key. severity: as Severity counts.
        verdict: one of VERDICTS. note: the explanation.
    """

    __tablename__ = "inspection_finding"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    code: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    name: Mapped[str]
    what: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    todo: Mapped[str] = mapped_column(default="")
    severity: Mapped[int]
    since: Mapped[date | None] = mapped_column(default=None)
    verdict: Mapped[str] = mapped_column(default=OPEN)
    note: Mapped[str] = mapped_column(default="")


class InspectionAnswer(Record):
    """A question to a person and the answer.

    Attributes:
        question_id: of resources/questions. account_id: for questions asked account by account.
        wanted: the answer that is in order. answer: YES, NO, NOT_APPLICABLE or empty. proof: evidence is asked for.
    """

    __tablename__ = "inspection_answer"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    question_id: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True, default=None)
    part: Mapped[str] = mapped_column(default="")
    question: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    wanted: Mapped[str] = mapped_column(default=YES)
    proof: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    @property
    def faulty(self) -> bool:
        """Whether the answer is a problem."""
        return bool(self.answer) and self.answer not in (self.wanted, NOT_APPLICABLE)


@dataclass(frozen=True)
class Progress:
    """How far a run is: questions and findings dealt with, of how many."""

    answered: int
    questions: int
    settled: int
    findings: int

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.answered == self.questions and self.settled == self.findings


def begin(
    session: Session,
    kind: str,
    book: InForce,
    found: Sequence[Finding],
    asked: Sequence[tuple[Question, int | None]],
    *,
    today: date,
    cutoff: date,
    title: str = "",
) -> Inspection:
    """Start a run: freeze the findings, lay out the questions, each with the account it is asked about or None.

    Raises:
        BadValue: no such kind.
        Refused: the last run of this kind for this year is still open.
    """
    if kind not in KINDS:
        raise BadValue(f"“{kind}”不是自查种类。", todo="可选：自查、年审。")
    for other in in_use(session):
        if other.kind == kind and other.year == cutoff.year and other.closed_on is None:
            raise Refused(f"“{other.title}”还没有结束。", todo="请先办结它，或继续填写。")
    run = Inspection(
        kind=kind, title=title or f"{cutoff.year}年团属新媒体{kind}", year=cutoff.year, cutoff=cutoff, begun_on=today,
        packs="、".join(_held_against(book)),
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add_all(_frozen(run.id, finding) for finding in found)
    session.add_all(_laid_out(run.id, question, account_id, book) for question, account_id in asked)
    session.flush()
    return run


def _held_against(book: InForce) -> list[str]:
    """The regulations a report names: those that bind the unit, else those of League committees."""
    binding = [one.pack.short for one in book.speaking if one.standing == BINDING]
    return binding or [one.pack.short for one in book.speaking if not one.pack.borrowed]


def _frozen(run_id: int, found: Finding) -> InspectionFinding:
    return InspectionFinding(
        inspection_id=run_id, code=found.code, subject_kind=found.kind, subject_id=found.id, detail=found.detail,
        subject=found.title, name=found.name, what=found.what, clause=found.clause, todo=found.todo,
        severity=int(found.severity), since=found.since,
    )  # fmt: skip


def _laid_out(run_id: int, question: Question, account_id: int | None, book: InForce) -> InspectionAnswer:
    return InspectionAnswer(
        inspection_id=run_id, question_id=question.id, account_id=account_id, part=question.part,
        question=question.text, clause=question.clause(book), wanted=question.wanted, proof=question.proof,
    )  # fmt: skip


def in_use(session: Session) -> list[Inspection]:
    """All runs not in the trash, newest first."""
    found = select(Inspection).where(Inspection.trashed_at.is_(None))
    return list(session.scalars(found.order_by(Inspection.begun_on.desc(), Inspection.id.desc())))


def findings(session: Session, run_id: int) -> list[InspectionFinding]:
    """The frozen findings of a run, worst first."""
    found = select(InspectionFinding).where(
        InspectionFinding.trashed_at.is_(None), InspectionFinding.inspection_id == run_id
    )
    return list(session.scalars(found.order_by(InspectionFinding.severity, InspectionFinding.id)))


def answers(session: Session, run_id: int) -> list[InspectionAnswer]:
    """The questions of a run in their order."""
    found = select(InspectionAnswer).where(
        InspectionAnswer.trashed_at.is_(None), InspectionAnswer.inspection_id == run_id
    )
    return list(session.scalars(found.order_by(InspectionAnswer.id)))


def answer(session: Session, number: int, said: str, note: str = "") -> InspectionAnswer:
    """Answer a question.

    Raises:
        BadValue: not one of the answers.
        Refused: the run is closed.
    """
    if said not in ("", YES, NO, NOT_APPLICABLE):
        raise BadValue(f"“{said}”不是回答。", todo="可选：是、否、不适用。")
    one = session.get_one(InspectionAnswer, number)
    _refuse_closed(session, one.inspection_id)
    one.answer, one.note = said, note
    return one


def spread(session: Session, number: int, said: str) -> int:
    """Answer the same question alike for every account that has no answer yet; returns for how many.

    Raises:
        BadValue, Refused: see `answer`.
    """
    one = session.get_one(InspectionAnswer, number)
    same = [each for each in answers(session, one.inspection_id) if each.question_id == one.question_id]
    waiting = [each.id for each in same if not each.answer]
    for other in waiting:
        answer(session, other, said)
    return len(waiting)


def judge(session: Session, number: int, verdict: str, note: str = "") -> InspectionFinding:
    """Say what becomes of a finding.

    Raises:
        BadValue: not a verdict, or an explanation without words.
        Refused: the run is closed.
    """
    if verdict not in VERDICTS:
        raise BadValue(f"“{verdict}”不是处理结论。", todo="可选：" + "、".join(VERDICTS) + "。")
    if verdict == EXPLAINED and not note.strip():
        raise BadValue("没有写情况说明。", todo="请写明为什么不需要整改。")
    one = session.get_one(InspectionFinding, number)
    _refuse_closed(session, one.inspection_id)
    one.verdict, one.note = verdict, note
    return one


def progress(session: Session, run_id: int) -> Progress:
    """How far a run is."""
    asked, found = answers(session, run_id), findings(session, run_id)
    return Progress(
        sum(bool(one.answer) for one in asked), len(asked), sum(one.verdict != OPEN for one in found), len(found)
    )


def close(session: Session, run_id: int, on: date) -> Inspection:
    """Finish a run.

    Raises:
        Refused: questions are unanswered or findings undecided.
    """
    left = progress(session, run_id)
    if not left.done:
        raise Refused(
            f"自查还没有做完：{left.questions - left.answered} 个问题没有回答，"
            f"{left.findings - left.settled} 个发现没有处理结论。",
            todo="请逐项完成后再办结。",
        )
    run = session.get_one(Inspection, run_id)
    run.closed_on = on
    return run


def _refuse_closed(session: Session, run_id: int) -> None:
    run = session.get_one(Inspection, run_id)
    if run.closed_on is not None:
        raise Refused(f"“{run.title}”已于 {run.closed_on} 办结，不能再改。", todo="需要更正时请重新开始一次自查。")
