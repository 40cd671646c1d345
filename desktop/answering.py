"""Answering a notice: which papers, under which names, in which words, and the one entry in the ledger they make."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from desktop import dates, mailing, naming, packing, papers, submission, units
from desktop.documents import mail
from desktop.documents.differences import Sheet, sheet_of_differences
from desktop.documents.smtp import USUAL_LIMIT
from desktop.errors import Refused
from desktop.notices import Notice
from desktop.paths import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from desktop.store import Store


_ABOUT = re.compile(
    r"^.*?关于(?:认真|切实)?(?:开展|做好|报送|上报|填报)?|(?:工作|情况)?的?(?:通知|通报|函)(?:[（(].*[）)])?$"
)


@dataclass(frozen=True)
class Words:
    """Whom it goes to and in which words; every field is the clerk's to change."""

    receiver: str
    channel: str
    address: str
    subject: str
    body: str


def facts_for(session: Session, now: datetime) -> naming.Facts:
    """What naming rules are filled with: the own unit and who answers for it."""
    mine = units.own(session)
    if mine is None:
        return naming.Facts(year=str(now.year), day=f"{now:%Y%m%d}")
    return naming.Facts(
        unit=mine.name, reporter=mine.contact, phone=mine.contact_phone, year=str(now.year), day=f"{now:%Y%m%d}"
    )


def wish_for(session: Session, notice: Notice, now: datetime) -> packing.Wish:
    """How to pack for a notice: its rules, and the limit of the mailbox we send from."""
    senders = mailing.accounts(session)
    limit = senders[0].server.limit if senders else USUAL_LIMIT
    by_mail = bool(notice.mailbox) or not (notice.channel or notice.paper)
    return packing.Wish(
        file_rule=notice.file_name, package_rule=notice.package_name, facts=facts_for(session, now),
        zipped=notice.zip, limit=limit if by_mail else 0,
    )  # fmt: skip


def words_for(session: Session, notice: Notice, now: datetime, *, version: int = 1) -> Words:
    """A letter as an office writes it, to be changed by the clerk."""
    facts = facts_for(session, now)
    about = _ABOUT.sub("", notice.title)
    rule = naming.fill(notice.subject, replace(facts, title=about)).name if notice.subject else ""
    subject = rule or f"{facts.unit}报送{about}材料"
    cited = f"《{notice.title}》" + (f"（{notice.number}）" if notice.number else "")
    change = f"第 {version} 次报送，更正内容见所附更正情况说明，请以本次为准。" if version > 1 else ""
    contact = "，".join(part for part in (facts.reporter, facts.phone) if part)
    lines = [
        f"{notice.issuer or '上级团委'}：",
        f"按照{cited}要求，现报送有关材料，请查收。{change}",
        f"联系人：{contact}" if contact else "",
        "",
        facts.unit,
        dates.chinese(now.date()),
    ]
    channel = submission.MAIL if notice.mailbox else submission.SYSTEM if notice.channel else submission.PAPER
    return Words(
        receiver=notice.issuer,
        channel=channel,
        address=notice.mailbox or notice.channel,
        subject=f"【更正】{subject}" if version > 1 else subject,
        body="\n".join(line for line in lines if line or line == ""),
    )


def parts_for(
    store: Store, session: Session, notice: Notice, corrects: submission.Submission | None
) -> list[packing.Part]:
    """Every paper of a notice with its fresh scans; for a correction the sheet of differences comes first.

    Raises:
        Refused: a kept file is gone.
    """
    chosen = packing.parts_of(store, session, papers.in_use(session, notice.id))
    if corrects is None:
        return chosen
    before = submission.facts_of(session, corrects.id)
    after = {part.title: dict(json.loads(part.values)) for part in chosen if part.values}
    changed = submission.differences(before, after)
    now = store.clock()
    sheet = Sheet(
        unit=facts_for(session, now).unit,
        title=notice.title,
        earlier=f"第 {corrects.version} 次报送，{corrects.sent_at or corrects.made_at:%Y-%m-%d}",
        later=f"第 {corrects.version + 1} 次报送，{now:%Y-%m-%d}",
        day=dates.chinese(now.date()),
        mark="、".join(dict.fromkeys(part.fingerprint for part in chosen if part.values)),
    )
    rows = [(each.file, each.label, each.before, each.after) for each in changed]
    return [packing.Part(packing.DIFFERENCES, "更正情况说明", ".docx", sheet_of_differences(sheet, rows)), *chosen]


def last_sent(session: Session, notice_id: int) -> submission.Submission | None:
    """The newest submission of a notice that has left the office."""
    sent = [each for each in submission.ledger(session) if each.notice_id == notice_id]
    return next((each for each in sent if each.state != submission.PREPARED), None)


def ready(
    store: Store, notice: Notice, packed: packing.Packed, words: Words, corrects: submission.Submission | None = None
) -> submission.Submission:
    """The entry of the ledger for this answer: the waiting one when nothing changed, else a new one in its place.

    Raises:
        Refused: the notice was answered already and this is no correction of the last answer; a mail of the waiting
            entry may have left; the files have faults.
    """
    mailing.recall(store, notice.id)
    with store.read() as session:
        sent = last_sent(session, notice.id)
        waiting = next(
            (each for each in submission.ledger(session)
             if each.notice_id == notice.id and each.state == submission.PREPARED), None
        )  # fmt: skip
        same = waiting is not None and _same(session, waiting, packed, words, corrects)
    if sent is not None and corrects is None:
        raise Refused(
            f"这份通知已于 {sent.sent_at or sent.made_at:%Y-%m-%d %H:%M} 报送过了。",
            todo="如内容有误，请用“更正报送”。",
        )
    if sent is not None and corrects is not None and sent.id != corrects.id:
        raise Refused(
            f"第 {corrects.version} 次报送之后，又报送过第 {sent.version} 次。",
            todo="请在报送台账里选最近的一次，再用“更正报送”。",
        )
    if waiting is not None and same:
        return waiting
    if waiting is not None:
        with store.write("换下未报送的材料") as session:
            session.get_one(submission.Submission, waiting.id).trashed_at = store.clock()
    return submission.prepare(store, notice.title, packed, notice=notice, corrects=corrects, **vars(words))


def draft(store: Store, entry: submission.Submission, sender: mailing.MailAccount | None) -> bytes:
    """The answer as a draft (.eml) that Outlook or Foxmail opens for sending; without a sender they put in their own.

    Raises:
        Refused: a kept file is gone or has been altered, an address is not sound.
    """
    with store.read() as session:
        attachments = submission.attachments(store, session, entry)
    letter = mail.Letter(
        to=mailing.addresses(entry.address) if entry.channel == submission.MAIL else (),
        subject=entry.subject, body=entry.body, attachments=attachments,
        sender=sender.address if sender else "", sender_name=sender.sender_name if sender else "",
    )  # fmt: skip
    return mail.draft(letter)


def put_down(store: Store, entry: submission.Submission, folder: Path) -> list[Path]:
    """Write the files of an answer into a folder under the names they are sent with.

    Raises:
        FileBusy, Refused: one cannot be written, or a kept file is gone.
    """
    with store.read() as session:
        files = submission.attachments(store, session, entry)
    return [write_whole(folder / file.name, file.content) for file in files]


def sent_otherwise(store: Store, entry: submission.Submission) -> None:
    """Note that an answer left by another way: web mail, on paper, in a group chat.

    Raises:
        Refused: it was sent already.
    """
    with store.write(f"已报送：{entry.title}") as session:
        submission.mark_sent(session, session.get_one(submission.Submission, entry.id), store.clock())


def settle(store: Store, notice_id: int) -> None:
    """Take an answered notice off the list of things to do; it stays in the ledger until the receipt comes."""
    with store.write("通知已报送") as session:
        session.get_one(Notice, notice_id).settled_on = store.clock().date()


def _same(
    session: Session, waiting: submission.Submission, packed: packing.Packed, words: Words,
    corrects: submission.Submission | None,
) -> bool:  # fmt: skip
    kept = [(file.name, file.sha256, file.inside) for file in submission.files_of(session, waiting.id)]
    wanted = [(name, packing.digest(part.content), packed.archive) for name, part in packed.files]
    unchanged = all(getattr(waiting, key) == value for key, value in vars(words).items())
    return kept == wanted and unchanged and waiting.corrects_id == (corrects.id if corrects else None)
