"""Reports (报告) drafted from what is known: 自查报告 with the seven headings asked for, 排查整改报告 of a batch.

A report is structured text; `documents/official.py` lays it out on paper. Nothing is made up: what is not known is left
empty and named by `gaps`, so that the clerk fills it in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from desktop import accounts, assignments, dates, figures, inspections, people, proofs, rectification, units
from desktop.accounts import Account
from desktop.documents.numerals import numeral
from desktop.inspections import EXPLAINED, HEADINGS, MENDED, Inspection, InspectionAnswer
from desktop.questions import NOT_APPLICABLE, Question, lists
from desktop.rectification import Rectification, RectifyBatch
from desktop.rules import InForce

REQUEST, LETTER, REPORT = KINDS = ("请示", "函", "报告")
BLANK = "　　　　"  # stands in a title until the clerk has written what it is about
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Section:
    """One numbered part: paragraphs, then a table (header and rows) where there is one."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is said under this heading."""
        return not any(text.strip() for text in self.paragraphs) and not self.rows


@dataclass(frozen=True)
class Report:
    """A report before it is laid out.

    Attributes:
        addressee: 主送机关, without colon. opening: the paragraph before the first heading.
        issuer, on: 署名 and 成文日期. enclosures: 附件, by name. contact: who is asked about it, below the date.
    """

    title: str
    addressee: str
    opening: str
    sections: tuple[Section, ...]
    issuer: str
    on: date
    enclosures: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    contact: str = ""

    @property
    def text(self) -> str:
        """The whole as plain text, to be read or pasted."""
        lines = [self.title, "", f"{self.addressee}：" if self.addressee else "", self.opening]
        for number, section in enumerate(self.sections, 1):
            lines += ["", f"{numeral(number)}、{section.heading}", *section.paragraphs]
            if section.rows:
                lines += ["\t".join(row) for row in (section.header, *section.rows)]
        if self.enclosures:
            lines += ["", *(f"附件{index}：{name}" for index, name in enumerate(self.enclosures, 1))]
        lines += ["", self.issuer, dates.chinese(self.on)]
        lines += [f"（联系人：{self.contact}）"] if self.contact else []
        return "\n".join(lines) + "\n"


def blank(session: Session, kind: str, on: date) -> Report:
    """A 请示, 函 or 报告 to be written by hand, to the superior (a 函 may go to anybody) and from the own unit."""
    own, superior = units.own(session), units.superior(session)
    return Report(
        f"关于{BLANK}的{kind}",
        superior.name if superior and kind != LETTER else "",
        "",
        (),
        own.name if own else "",
        on,
        contact=f"{own.contact}，{own.contact_phone}" if own and kind == REQUEST and own.contact else "",
    )


def gaps(report: Report) -> list[str]:
    """The headings under which nothing is said yet, and a title, addressee or issuer that is missing."""
    missing = [section.heading for section in report.sections if section.empty]
    title = "" if BLANK in report.title else report.title
    named = (("标题", title), ("主送单位", report.addressee), ("署名", report.issuer))
    return missing + [name for name, value in named if not value]


def self_inspection(session: Session, run: Inspection, book: InForce, on: date) -> Report:
    """The 自查报告 of a run, as of its cut-off day."""
    own, superior = units.own(session), units.superior(session)
    states = accounts.states_on(session, run.cutoff)
    live = [one for one in accounts.in_use(session) if states.get(one.id) in accounts.RUNNING]
    asked = inspections.answers(session, run.id)
    level = own.level if own else ""
    headings = [value for rule in book.of("report.parts", level) for value in rule.values] or list(HEADINGS)
    drafts = {
        "基本情况": _basics(live, run.cutoff),
        "隶属关系": _belonging(session, own, superior, live),
        "制度建设": [*_papers(session, live), *_said(asked, "制度建设")],
        "流程规范": [*_reviewers(session, live, run.cutoff), *_said(asked, "流程规范")],
        "影响力": [*_influence(session, live, run), *_said(asked, "影响力"), run.influence],
        "存在问题": _problems(session, run, asked),
        "意见建议": [run.advice],
    }
    sections = tuple(Section(name, tuple(text for text in drafts.get(name, []) if text)) for name in headings)
    packs = f"对照{_cited(run, book)}，" if run.packs else ""
    return Report(
        f"关于{run.year}年团属新媒体平台{run.kind}情况的报告",
        superior.name if superior else "",
        f"{packs}我单位对所属新媒体平台开展了{run.kind}，现将截至{dates.chinese(run.cutoff)}的有关情况报告如下。",
        sections,
        own.name if own else "",
        on,
    )


def _cited(run: Inspection, book: InForce) -> str:
    """The regulations a run was held against by their whole titles, as a document names them."""
    titles = {one.pack.short: f"《{one.pack.head.title}》" for one in book.speaking}
    return "".join(titles.get(short, f"《{short}》") for short in run.packs.split("、"))


def _written(text: str) -> str:
    """Days in a sentence written as a document writes them."""
    return _DAY.sub(lambda found: dates.chinese(date.fromisoformat(found[0])), text)


def _basics(live: Sequence[Account], cutoff: date) -> list[str]:
    platforms = Counter(account.platform for account in live)
    each = "、".join(f"{platform} {count} 个" for platform, count in platforms.items())
    filed = sum(account.filed_on is not None and account.filed_on <= cutoff for account in live)
    facts = (
        ("已备案", filed),
        ("以单位名义开设", sum(account.by_unit is True for account in live)),
        ("已认证", sum(account.certified is True for account in live)),
        ("委托其他单位运营", sum(account.entrusted is True for account in live)),
    )
    counted = "，".join(f"{name} {count} 个" for name, count in facts)
    if not live:
        return ["截至统计时间，没有在用的新媒体账号。"]
    named = "、".join(account.title for account in live)
    return [f"现有在用新媒体账号 {len(live)} 个（{each}），其中{counted}。", f"具体为：{named}。"]


def _belonging(
    session: Session, own: units.Unit | None, superior: units.Unit | None, live: Sequence[Account]
) -> list[str]:
    if own is None:
        return []
    parts = [f"本单位上一级团组织为{superior.name}。" if superior else ""]
    people_named = "，".join(
        f"{role}{name}" for role, name in (("分管领导", own.leader), ("部门负责人", own.head)) if name
    )
    parts.append(f"新媒体工作{people_named}。" if people_named else "")
    below = Counter(account.unit_id for account in live if account.unit_id not in (None, own.id))
    named = "、".join(
        f"{session.get_one(units.Unit, number).name} {count} 个" for number, count in below.items() if number
    )
    parts.append(f"下属单位开设账号：{named}。" if named else "")
    return parts


def _papers(session: Session, live: Sequence[Account]) -> list[str]:
    papers = "、".join(f"《{proof.title}》" for proof in proofs.of(session, proofs.PAPER))
    reviewed = sum(account.review_system is True for account in live)
    return [
        f"已建立{papers}。" if papers else "",
        f"{len(live)} 个账号中，{reviewed} 个已建立内容发布审核制度。" if live else "",
    ]


def _reviewers(session: Session, live: Sequence[Account], cutoff: date) -> list[str]:
    """How many accounts have all three reviewers named, and who runs them."""
    roles: dict[int, set[str]] = {}
    runners: set[int] = set()
    for one in assignments.on(session, cutoff):
        roles.setdefault(one.account_id, set()).add(one.role)
        if one.role in (assignments.OPERATOR, assignments.PUBLISHER, assignments.ADMIN):
            runners.add(one.person_id)
    stages = {assignments.FIRST, assignments.SECOND, assignments.THIRD}
    named = sum(stages <= roles.get(account.id, set()) for account in live)
    identities = Counter(person.identity or "身份未登记" for person in people.in_use(session) if person.id in runners)
    team = "、".join(f"{identity} {count} 人" for identity, count in identities.items())
    return [
        f"三审三校已逐级落实到人的账号 {named} 个，共 {len(live)} 个。" if live else "",
        f"运营人员 {sum(identities.values())} 人（{team}）。" if team else "",
    ]


def _influence(session: Session, live: Sequence[Account], run: Inspection) -> list[str]:
    totals = figures.year_totals(session, run.cutoff)
    known = [totals[account.id] for account in live if account.id in totals]
    if not known:
        return []
    sums = (
        ("发布内容", "条", [one.posts for one in known]),
        ("阅读（播放）", "次", [one.reads for one in known]),
        ("粉丝", "人", [one.followers for one in known]),
    )
    said = "，".join(
        f"{name} {sum(value for value in values if value is not None)} {unit}"
        for name, unit, values in sums
        if any(value is not None for value in values)
    )
    missing = len(live) - len(known)
    note = f"（{missing} 个账号没有登记数据）" if missing else ""
    return [f"{run.year}年1月1日至{dates.chinese(run.cutoff)}，各账号共{said}{note}。"]


def _said(asked: Iterable[InspectionAnswer], part: str) -> list[str]:
    """The answers under a heading that are in order, as one paragraph; a question asked for many accounts once."""
    by_question: dict[str, list[InspectionAnswer]] = {}
    for one in asked:
        if one.part == part and one.answer and one.answer != NOT_APPLICABLE:
            by_question.setdefault(one.question_id, []).append(one)
    known = _statements()
    said = []
    for name, answers in by_question.items():
        if not any(one.faulty for one in answers):
            notes = "，".join(dict.fromkeys(one.note for one in answers if one.note))
            good = known[name].good if name in known else f"{answers[0].question.rstrip('？?')}：{answers[0].answer}"
            said.append(good + (f"（{notes}）" if notes else ""))
    return [f"经逐项核对，{'；'.join(said)}。"] if said else []


def _statements() -> dict[str, Question]:
    return {question.id: question for one in lists() for question in one.questions}


def _faults(session: Session, asked: Iterable[InspectionAnswer]) -> list[str]:
    """The answers that are problems, accounts with the same one together."""
    known = _statements()
    by_question: dict[str, list[InspectionAnswer]] = {}
    for one in asked:
        if one.faulty:
            by_question.setdefault(one.question_id, []).append(one)
    said = []
    for name, answers in by_question.items():
        bad = known[name].bad if name in known else f"{answers[0].question.rstrip('？?')}：{answers[0].answer}"
        titles = [session.get_one(Account, one.account_id).title for one in answers if one.account_id]
        notes = "，".join(dict.fromkeys(one.note for one in answers if one.note))
        about = f"：{'、'.join(titles)}" if titles else ""
        said.append(f"{bad}{about}" + (f"（{notes}）" if notes else "") + "。")
    return said


def _problems(session: Session, run: Inspection, asked: Sequence[InspectionAnswer]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for one in inspections.findings(session, run.id):
        if one.verdict != EXPLAINED and one.severity < 2:
            done = "（已整改）" if one.verdict == MENDED else ""
            by_name.setdefault(one.name, []).append(f"{one.subject}{_written(one.what.rstrip('。'))}{done}")
    said = [f"{name}：{'；'.join(each)}。" for name, each in by_name.items()]
    said += _faults(session, asked)
    undone = inspections.progress(session, run.id)
    if not said and undone.done:
        return ["本次没有发现需要整改的问题。"]
    return [f"{number}. {text}" for number, text in enumerate(said, 1)]


def mended(session: Session, batch: RectifyBatch, on: date) -> Report:
    """The 排查整改报告 of a batch: each problem with what was done; then what was looked through besides."""
    own = units.own(session)
    items = rectification.of_batch(session, batch.id)
    counts = rectification.counts(items)
    opening = (
        f"{batch.issuer}《{batch.title}》印发后，我单位高度重视，立即组织排查整改，现将有关情况报告如下。"
        if batch.source == rectification.CIRCULAR
        else f"针对{batch.title}提出的问题，我单位立即组织整改，现将有关情况报告如下。"
    )
    left = [item for item in items if item.fixed_on is None]
    state = f"共 {counts.total} 个问题，已整改 {counts.fixed} 个" + (f"，正在整改 {len(left)} 个。" if left else "。")
    sections = (
        Section(
            "问题整改情况", (state,), ("账号", "问题", "整改措施及结果", "责任人", "完成时间"), _rows(session, items)
        ),
        Section("举一反三排查情况", tuple(_looked_through(session, on))),
        Section("下一步措施", tuple(f"{item.subject}：{item.measure or '抓紧整改'}" for item in left)),
    )
    addressee = batch.issuer or _superior(session)
    return Report(f"关于《{batch.title}》整改情况的报告", addressee, opening, sections, own.name if own else "", on)


def _superior(session: Session) -> str:
    above = units.superior(session)
    return above.name if above else ""


def _rows(session: Session, items: Sequence[Rectification]) -> tuple[tuple[str, ...], ...]:
    made = []
    for item in items:
        person = session.get(people.Person, item.person_id) if item.person_id else None
        done = "；".join(text for text in (item.measure, item.result) if text) or "正在整改"
        finished = (
            dates.chinese(item.fixed_on)
            if item.fixed_on
            else f"计划 {dates.chinese(item.due_on)}"
            if item.due_on
            else ""
        )
        made.append((item.subject, item.problem, done, person.name if person else "", finished))
    return tuple(made)


def _looked_through(session: Session, on: date) -> list[str]:
    """What the newest closed run says, if there is one this year; else nothing is claimed."""
    for run in inspections.in_use(session):
        if run.closed_on is not None and run.closed_on.year == on.year:
            found = inspections.findings(session, run.id)
            return [
                f"{dates.chinese(run.closed_on)}完成{run.title}，对照{run.packs}逐项检查，"
                f"发现需要核对和整改的事项 {len(found)} 项，均已逐项处理。"
            ]
    return []
