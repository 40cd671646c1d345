"""Notices (上级通知): what the superior asks for, by when, in which shape; each one is a to-do with its forms.

What a notice says is proposed by `notice_reading` and confirmed by the clerk; only what was confirmed is kept here,
beside the whole text and the name of the file it came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import SequenceMatcher

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import BadValue
from desktop.mailboxes import examine
from desktop.notice_reading import FIELDS, SEVERAL
from desktop.store.base import Record

FORM, REPORT, ANNEX = "表格", "材料", "附件"
KINDS = (FORM, REPORT, ANNEX)
SWITCHES = ("stamped", "signed", "scan", "photo", "editable", "paper", "zip", "nil_report")
"""Demands that are met or not; each is a column of Notice and a field of the reading."""
_TEXTS = ("title", "issuer", "number", "mailbox", "channel", "contact", "phone", "file_name", "package_name", "subject")
_DAYS = {"issued": "issued_on", "cutoff": "cutoff_on"}
_ITEMS = {"form": FORM, "report": REPORT, "attachment": ANNEX}
_DUE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[ T]+(\d{1,2}:\d{2}))?")


class Notice(Record):
    """One notice as confirmed by the clerk.

    Attributes:
        number: 文号 as printed.
        issued_on, received_on: days; due_on with due_hour (`HH:MM`, empty when no hour was printed): 报送期限.
        cutoff_on: 统计截止.
        mailbox, channel: where the answer goes: a mail address, or other words (QQ, 钉钉, 公文系统).
        file_name, package_name, subject: naming rules in the superior's words.
        copies: paper copies, 0 when none are asked for.
        stamped … nil_report: see SWITCHES.
        headings: parts a report must have, joined by 、.
        body: the whole text; source: name of the file it came in, empty when pasted.
        settled_on: the day it was done with, whether answered or found to need no answer.
    """

    __tablename__ = "notice"

    title: Mapped[str] = mapped_column(index=True)
    issuer: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None] = mapped_column(default=None)
    received_on: Mapped[date | None] = mapped_column(default=None)
    due_on: Mapped[date | None] = mapped_column(default=None, index=True)
    due_hour: Mapped[str] = mapped_column(default="")
    cutoff_on: Mapped[date | None] = mapped_column(default=None)
    mailbox: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    package_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=0)
    stamped: Mapped[bool] = mapped_column(default=False)
    signed: Mapped[bool] = mapped_column(default=False)
    scan: Mapped[bool] = mapped_column(default=False)
    photo: Mapped[bool] = mapped_column(default=False)
    editable: Mapped[bool] = mapped_column(default=False)
    paper: Mapped[bool] = mapped_column(default=False)
    zip: Mapped[bool] = mapped_column(default=False)
    nil_report: Mapped[bool] = mapped_column(default=False)
    headings: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    settled_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def due(self) -> datetime | None:
        """The last moment; the end of the day when no hour was printed."""
        if self.due_on is None:
            return None
        hour = time.fromisoformat(self.due_hour) if self.due_hour else time(23, 59)
        return datetime.combine(self.due_on, hour)

    @property
    def shape(self) -> str:
        """What is handed in, in one line: 盖章扫描件、可编辑电子版、纸质一式两份."""
        sheet = "扫描件" if self.scan else "照片" if self.photo else ""
        copies = f"纸质 {self.copies} 份" if self.copies else "纸质件" if self.paper else ""
        words = (
            f"盖章{sheet or '件'}" if self.stamped else sheet,
            "可编辑电子版" if self.editable else "",
            copies,
            "打包" if self.zip else "",
            "无则零报告" if self.nil_report else "",
        )
        return "、".join(word for word in words if word)


class NoticeItem(Record):
    """One thing a notice wants or encloses: a form to fill, a report to write, an annex.

    Attributes:
        kind: one of KINDS.
        form_id: the form folder that fills it, empty when none is known.
    """

    __tablename__ = "notice_item"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    form_id: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Task:
    """A notice still to be answered: when it is due, and what is doubtful about it."""

    notice: Notice
    items: tuple[NoticeItem, ...]
    doubts: tuple[str, ...]

    def late(self, now: datetime) -> bool:
        """Whether the last moment has passed."""
        return self.notice.due is not None and self.notice.due < now


def enter(session: Session, confirmed: Mapping[str, Sequence[str]], body: str, now: datetime) -> Notice:
    """Keep a notice as the clerk confirmed it.

    Args:
        session: a write session.
        confirmed: values by field of `notice_reading.FIELDS`; the first counts for fields that hold one.
        body: the text they were read from, empty when entered by hand.
        now: when it was entered, taken for the day it arrived.

    Raises:
        BadValue: without title, or with a day, hour or count that is none.
    """
    notice = Notice(title="", body=body, received_on=now.date())
    change(session, notice, confirmed, now)
    return notice


def change(session: Session, notice: Notice, confirmed: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Put confirmed values into a notice; fields that are not named stay as they are.

    Raises:
        BadValue: without title, or with a day, hour, count or 是/否 that is none.
    """
    first = {
        field: next((value.strip() for value in values if value.strip()), "") for field, values in confirmed.items()
    }
    for field in _TEXTS:
        if field in first:
            several = "、".join(value.strip() for value in confirmed[field] if value.strip())
            setattr(notice, field, several if field in SEVERAL else first[field])
    if not notice.title:
        raise BadValue("通知没有标题。", where=FIELDS["title"], todo="请填写标题，便于日后查找。")
    for field, column in _DAYS.items():
        if field in first:
            setattr(notice, column, _day(first[field], field)[0] if first[field] else None)
    if "deadline" in first:
        due = first["deadline"]
        notice.due_on, notice.due_hour = _day(due, "deadline") if due else (None, "")
    if "copies" in first:
        if first["copies"] and not first["copies"].isdecimal():
            raise BadValue(f"“{first['copies']}”不是份数。", where=FIELDS["copies"], todo="请填数字，例如 2。")
        notice.copies = int(first["copies"] or 0)
    if "headings" in first:
        notice.headings = first["headings"]
    for field in SWITCHES:
        if field in first:
            if first[field] not in {"是", "否", ""}:
                raise BadValue(f"“{first[field]}”不行。", where=FIELDS[field], todo="请写是或否。")
            setattr(notice, field, first[field] == "是")
    session.add(notice)
    session.flush()
    _keep_items(session, notice, confirmed, now)


def _day(text: str, field: str) -> tuple[date, str]:
    """A day with an hour or without, as typed: 2019-01-25, 2019-01-25 12:00.

    Raises:
        BadValue: it is none.
    """
    found = _DUE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        day = date(*(int(part) for part in found[1].split("-")))
        hour = f"{time.fromisoformat(found[2].zfill(5)):%H:%M}" if found[2] else ""
    except ValueError as error:
        raise BadValue(
            f"“{text}”不是日期。", where=FIELDS[field], todo="请按 2026-11-25 或 2026-11-25 12:00 填写。"
        ) from error
    return day, hour


def _keep_items(session: Session, notice: Notice, confirmed: Mapping[str, Sequence[str]], now: datetime) -> None:
    present = items(session, notice.id)
    for field, kind in _ITEMS.items():
        if field not in confirmed:
            continue
        wanted = list(dict.fromkeys(name.strip() for name in confirmed[field] if name.strip()))
        names = {item.name for item in present if item.kind == kind}
        for item in present:
            if item.kind == kind and item.name not in wanted:
                item.trashed_at = now
        session.add_all(NoticeItem(notice_id=notice.id, kind=kind, name=name) for name in wanted if name not in names)
    session.flush()


def confirmed_values(session: Session, notice: Notice) -> dict[str, list[str]]:
    """A notice as `enter` would take it, to be corrected."""
    found = {
        field: getattr(notice, field).split("、") if field in SEVERAL else [getattr(notice, field)] for field in _TEXTS
    }
    found |= {field: [day.isoformat() if (day := getattr(notice, column)) else ""] for field, column in _DAYS.items()}
    found["deadline"] = [f"{notice.due_on or ''} {notice.due_hour}".strip()]
    found["copies"] = [str(notice.copies) if notice.copies else ""]
    found["headings"] = [notice.headings]
    found |= {field: ["是" if getattr(notice, field) else "否"] for field in SWITCHES}
    present = items(session, notice.id)
    return found | {field: [each.name for each in present if each.kind == kind] for field, kind in _ITEMS.items()}


def items(session: Session, notice_id: int) -> list[NoticeItem]:
    """What a notice wants and encloses, in the order it was entered."""
    found = select(NoticeItem).where(NoticeItem.notice_id == notice_id, NoticeItem.trashed_at.is_(None))
    return list(session.scalars(found.order_by(NoticeItem.id)))


def in_use(session: Session) -> list[Notice]:
    """All notices not in the trash, the newest first."""
    return list(session.scalars(select(Notice).where(Notice.trashed_at.is_(None)).order_by(Notice.id.desc())))


def tasks(session: Session) -> list[Task]:
    """Notices still to be answered, the most urgent first, those without a deadline last."""
    waiting = [notice for notice in in_use(session) if notice.settled_on is None]
    waiting.sort(key=lambda notice: (notice.due is None, notice.due or datetime.max, notice.id))
    return [Task(notice, tuple(items(session, notice.id)), tuple(doubts(notice))) for notice in waiting]


def doubts(notice: Notice) -> list[str]:
    """What stands in the way of answering: a mailbox that is misprinted, no deadline, nowhere to send."""
    found = [
        f"邮箱“{address}”：{'；'.join(examine(address).faults)}，请打电话核实。"
        for address in notice.mailbox.split("、")
        if address and not examine(address).sound
    ]
    if notice.due_on is None:
        found.append("没有填报送期限。")
    if not (notice.mailbox or notice.channel or notice.paper):
        found.append("没有填报送方式。")
    return found


def twin(session: Session, number: str, title: str, issuer: str) -> Notice | None:
    """A notice entered before that seems to be the same one: same number, or same title and issuer."""
    for notice in in_use(session):
        same_number = bool(number) and notice.number == number
        if same_number or (notice.title == title and issuer in ("", notice.issuer)):
            return notice
    return None


def match_form(name: str, titles: Iterable[tuple[str, str]]) -> str:
    """The form folder whose title fits a name in a notice, empty when none does well enough.

    Args:
        name: as printed, perhaps with a file ending: 新媒体账号年审表.docx.
        titles: (form id, title) of the known forms.
    """
    wanted = _bare(name)
    best, likeness = "", 0.0
    for form_id, title in titles:
        other = _bare(title)
        score = 1.0 if wanted == other else SequenceMatcher(None, wanted, other).ratio()
        if wanted and other and (wanted in other or other in wanted):
            score = max(score, 0.9)
        if score > likeness:
            best, likeness = form_id, score
    return best if likeness >= 0.82 else ""


def _bare(name: str) -> str:
    """A title without brackets, ending, year and edition, for comparing."""
    name = re.sub(r"\.(?:docx?|xlsx?|wps|et|pdf)$", "", name.strip(), flags=re.IGNORECASE)
    return re.sub(r"[《》“”（）()\s]|(?:19|20)\d\d年?度?|附件\d*", "", name)
