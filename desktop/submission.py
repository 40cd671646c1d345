"""Submissions (报送): what went to whom, when and how, with the hashes of every file and the receipt that came back.

A correction is a new submission, version n+1, that points at the one it corrects and carries a sheet of differences;
nothing that was sent is ever altered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import papers
from desktop.documents.mail import Attachment
from desktop.errors import BadValue, Refused
from desktop.packing import digest, zipped
from desktop.store.base import Record

if TYPE_CHECKING:
    from desktop.notices import Notice
    from desktop.packing import Packed
    from desktop.store import Store

PREPARED, SENT, RECEIVED, RETURNED = "待报送", "已报送", "上级已收", "被退回"
STATES = (PREPARED, SENT, RECEIVED, RETURNED)
MAIL, PAPER, CHAT, SYSTEM = "电子邮件", "纸质", "钉钉微信QQ", "公文或填报系统"
CHANNELS = (MAIL, PAPER, CHAT, SYSTEM)


class Submission(Record):
    """One answer to a superior.

    Attributes:
        version: 1 for the first, n+1 for the correction of n, which corrects_id names.
        receiver: whom it goes to; address: mail address, room or account, by channel.
        state: one of STATES. sent_at: when it left.
        receipt: what proves the arrival (回执编号, 邮件, 照片, 经办人); receipt_path: its file among the attachments.
    """

    __tablename__ = "submission"

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), default=None, index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    receiver: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default=MAIL)
    address: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=PREPARED)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    received_at: Mapped[datetime | None] = mapped_column(default=None)
    receipt: Mapped[str] = mapped_column(default="")
    receipt_path: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class SubmissionFile(Record):
    """One file of a submission under the name the superior sees; name, size and hash never change once it is sent.

    Attributes:
        role: one of packing.ROLES. path: relative to the store's attachments.
        inside: the name of the zip it was packed into, empty when it was handed over by itself.
        sha256: hexadecimal. size: bytes. fingerprint: of the data version it shows, empty for other files.
        values: the fields it shows by label, as JSON; empty for other files.
    """

    __tablename__ = "submission_file"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"), default=None)
    role: Mapped[str]
    name: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(default="")
    values: Mapped[str] = mapped_column(default="")
    inside: Mapped[str] = mapped_column(default="")


def prepare(
    store: Store,
    title: str,
    packed: Packed,
    *,
    notice: Notice | None = None,
    corrects: Submission | None = None,
    **fields: str,
) -> Submission:
    """Write a submission and its files into the ledger as 待报送; nothing is sent.

    Args:
        store: the store.
        title: what it is called in the ledger.
        packed: files with their names.
        notice: the notice it answers.
        corrects: the submission it corrects; it becomes version n+1 of it.
        fields: receiver, channel, address, subject, body, note.

    Raises:
        Refused: there are faults, the corrected one was never sent, or the disk cannot be written.
    """
    if packed.faults:
        raise Refused("还不能报送：" + "".join(packed.faults), todo="请先改好再继续。")
    if corrects is not None and corrects.state == PREPARED:
        raise Refused(f"“{corrects.title}”还没有报送，直接改好再报即可，不必更正。")
    with store.write(f"准备报送：{title}") as session:
        made = Submission(title=title, made_at=store.clock(), notice_id=notice.id if notice else None, **fields)
        if corrects is not None:
            made.version, made.corrects_id, made.notice_id = corrects.version + 1, corrects.id, corrects.notice_id
        session.add(made)
        session.flush()
        for name, part in packed.files:
            session.add(
                SubmissionFile(
                    submission_id=made.id,
                    paper_id=part.paper_id,
                    role=part.role,
                    name=name,
                    size=len(part.content),
                    path=papers.keep_file(store, name, part.content),
                    fingerprint=part.fingerprint,
                    values=part.values,
                    sha256=digest(part.content),
                    inside=packed.archive,
                )
            )
        session.flush()
    return made


def files_of(session: Session, submission_id: int) -> list[SubmissionFile]:
    """The files of a submission in order."""
    return [file for file in every_file(session, submission_id) if file.trashed_at is None]


def every_file(session: Session, submission_id: int) -> list[SubmissionFile]:
    """The files of a submission in order, those in the trash as well."""
    found = select(SubmissionFile).where(SubmissionFile.submission_id == submission_id)
    return list(session.scalars(found.order_by(SubmissionFile.id)))


def attachments(store: Store, session: Session, answer: Submission) -> tuple[Attachment, ...]:
    """The files as they are handed over: one by one, or the zip made of them again.

    Raises:
        Refused: a kept file is gone, or is no longer what was recorded.
    """
    found: list[Attachment] = []
    for file in files_of(session, answer.id):
        content = papers.content_of(store, file.path)
        if digest(content) != file.sha256:
            raise Refused(
                f"附件“{file.name}”被改动过，和登记时不一样，没有报送。",
                where=str((store.attachments / file.path).parent),
                todo="请重新导出并重新准备报送。",
            )
        found.append(Attachment(file.name, content))
    archive = next((file.inside for file in files_of(session, answer.id) if file.inside), "")
    return (Attachment(archive, zipped(found)),) if archive else tuple(found)


def ledger(session: Session) -> list[Submission]:
    """All submissions, the newest first."""
    return list(
        session.scalars(select(Submission).where(Submission.trashed_at.is_(None)).order_by(Submission.id.desc()))
    )


def mark_sent(session: Session, submission: Submission, at: datetime, note: str = "") -> None:
    """Note that it left the office, by whatever way, and tick 报送 on its papers.

    Raises:
        Refused: it was sent already.
    """
    if submission.state != PREPARED:
        raise Refused(
            f"“{submission.title}”已经是“{submission.state}”，不重复报送。", todo="如内容有误，请用“更正报送”。"
        )
    submission.state, submission.sent_at = SENT, at
    if note:
        submission.note = note
    _tick(session, submission, papers.SENT, at)
    session.flush()


def mark_received(session: Session, submission: Submission, at: datetime, receipt: str, path: str = "") -> None:
    """Hang the receipt on it: a mail, a photo, a number, a name.

    Raises:
        BadValue: neither words nor a file are given.
        Refused: it has not been sent.
    """
    if not receipt.strip() and not path:
        raise BadValue("没有写回执。", where="回执", todo="请填回执编号、收件人姓名，或附上回复邮件、照片。")
    if submission.state == PREPARED:
        raise Refused(f"“{submission.title}”还没有报送，不能登记回执。")
    submission.state, submission.received_at = RECEIVED, at
    submission.receipt, submission.receipt_path = receipt.strip(), path
    _tick(session, submission, papers.RECEIVED, at)
    session.flush()


def mark_returned(session: Session, submission: Submission, reason: str) -> None:
    """Note that the superior sent it back, and why.

    Raises:
        Refused: it has not been sent.
    """
    if submission.state not in (SENT, RECEIVED):
        raise Refused(f"“{submission.title}”还没有报送，谈不上退回。")
    submission.state, submission.note = RETURNED, reason.strip()
    session.flush()


def _tick(session: Session, submission: Submission, step: str, at: datetime) -> None:
    """Tick a step on the papers it carried, as far as they still show the same data."""
    for file in files_of(session, submission.id):
        paper = session.get(papers.Paper, file.paper_id) if file.paper_id else None
        if paper is None or paper.fingerprint != file.fingerprint:
            continue
        if step == papers.SENT and paper.next_step == papers.FILED:
            papers.advance(session, paper, papers.FILED, at, note="报送时归档")
        if paper.next_step == step:
            papers.advance(session, paper, step, at)


@dataclass(frozen=True)
class Difference:
    """One field that a correction changes; empty text stands for nothing there."""

    file: str
    label: str
    before: str
    after: str


def differences(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> list[Difference]:
    """What changed between two versions: values by label for each title, in the order of the new version."""
    found: list[Difference] = []
    for title in dict.fromkeys((*after, *before)):
        old, new = before.get(title, {}), after.get(title, {})
        for label in dict.fromkeys((*new, *old)):
            one, other = old.get(label, "").strip(), new.get(label, "").strip()
            if one != other:
                found.append(Difference(title, label, one, other))
    return found


def facts_of(session: Session, submission_id: int) -> dict[str, dict[str, str]]:
    """The values a submission carried, by title of the paper and label of the field."""
    found: dict[str, dict[str, str]] = {}
    for file in files_of(session, submission_id):
        if file.values:
            paper = session.get(papers.Paper, file.paper_id) if file.paper_id else None
            found[paper.title if paper else file.name] = dict(json.loads(file.values))
    return found


def versions(session: Session, submission: Submission) -> list[Submission]:
    """All versions of the same answer, the first one first."""
    every = {each.id: each for each in ledger(session)}
    first = submission
    while first.corrects_id in every:
        first = every[first.corrects_id]
    chain = [first]
    while following := next((each for each in every.values() if each.corrects_id == chain[-1].id), None):
        chain.append(following)
    return chain
