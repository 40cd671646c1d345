"""Mailing (发送邮件): each message is written down before it leaves, so that it can never leave twice unnoticed.

`begin` records Message-ID and hash and says 发送中; only then the server is asked. Whatever comes back is recorded.
A message still 发送中 when the program starts again, or one whose line broke after the last byte, is 不确定: it is not
sent again until the clerk has looked into the mailbox and said what happened. A repetition keeps the Message-ID, so
that a receiver that has it already can tell.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import papers, submission, units
from desktop.documents import mail, smtp
from desktop.errors import BadValue, Refused
from desktop.mailboxes import examine, is_address
from desktop.store.base import Base, Record

if TYPE_CHECKING:
    from desktop.store import Store

SENDING, SENT, REFUSED, UNCERTAIN = "发送中", "已发出", "未发出", "不确定"


class Codes(Protocol):
    """Where the 授权码 lies: the keyring of the operating system, reached through the vault."""

    def read(self, name: str) -> str | None:
        """The code kept under a name, None when there is none."""

    def keep(self, name: str, code: str) -> None:
        """Keep a code under a name."""

    def forget(self, name: str) -> None:
        """Remove it."""


class MailAccount(Record):
    """The mailbox the office sends from; its 授权码 lies in the keyring, never here.

    Attributes:
        security: `ssl` (TLS from the first byte) or `starttls`. limit_mb: largest message in MB.
        trust: a certificate file of an own authority, empty for the system's.
    """

    __tablename__ = "mail_account"

    address: Mapped[str]
    sender_name: Mapped[str] = mapped_column(default="")
    host: Mapped[str]
    port: Mapped[int]
    security: Mapped[str] = mapped_column(default="ssl")
    user: Mapped[str] = mapped_column(default="")
    limit_mb: Mapped[int] = mapped_column(default=20)
    trust: Mapped[str] = mapped_column(default="")

    @property
    def server(self) -> smtp.Server:
        """As `documents.smtp` wants it."""
        security: smtp.Security = "starttls" if self.security == "starttls" else "ssl"
        return smtp.Server(self.host, self.port, security, self.limit_mb * smtp.MEGABYTE)

    def login(self, code: str) -> smtp.Login:
        """With the code, ready to send."""
        return smtp.Login(self.server, self.user or self.address, code, Path(self.trust) if self.trust else None)


class Mailing(Base):
    """One message of a submission and what became of it.

    Attributes:
        message_id: `<…@…>`, unique. sha256: of the whole message. path: the message among the attachments.
        state: SENDING, SENT, REFUSED or UNCERTAIN. reply: the server's words, or why it was refused.
        tries: how often a server was asked to take it.

    It is no Record: an undone action must not make the program forget that a message has left.
    """

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    path: Mapped[str]
    sender: Mapped[str]
    recipients: Mapped[str]
    state: Mapped[str] = mapped_column(default=SENDING)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reply: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class Outgoing:
    """A message that has been written down and may now be handed to the server, once."""

    mailing: Mailing
    message: bytes


def account_for(address: str, sender_name: str = "") -> MailAccount:
    """A mail account with the server its address is known to have.

    Raises:
        BadValue: the address is not sound.
    """
    if not is_address(address):
        faults = "；".join(examine(address).faults)
        raise BadValue(f"“{address}”不是正确的邮箱地址（{faults}）。", where="发件邮箱", todo="请核对后重新填写。")
    known = smtp.preset(address)
    server = known or smtp.Server(f"smtp.{address.rpartition('@')[2].lower()}", 465)
    return MailAccount(
        address=address, sender_name=sender_name, host=server.host, port=server.port, security=server.security,
        limit_mb=server.limit // smtp.MEGABYTE, user=address, trust="",
    )  # fmt: skip


def accounts(session: Session) -> list[MailAccount]:
    """The mailboxes of the office, the one to use first."""
    found = select(MailAccount).where(MailAccount.trashed_at.is_(None)).order_by(MailAccount.id)
    return list(session.scalars(found))


def proposed(session: Session, address: str) -> MailAccount:
    """The mailbox as it is kept when this is its address; else with the server known for it, in the own unit's name.

    Raises:
        BadValue: the address is not sound.
    """
    kept = next((one for one in accounts(session) if one.address == address), None)
    mine = units.own(session)
    return kept or account_for(address, mine.name if mine else "")


def account_as_typed(
    address: str, sender_name: str, *, host: str, port: str, security: str, limit: str, trust: str
) -> MailAccount:
    """A mail account out of what a clerk typed; without a server the one known for the address.

    Raises:
        BadValue: the address is not sound, a number is none or out of range, or the certificate file is missing.
    """
    made = account_for(address.strip(), sender_name.strip())
    for typed, name, least, most in ((port, "端口", 1, 65535), (limit, "单封上限（MB）", 1, 2000)):
        if not (typed.strip().isdecimal() and least <= int(typed) <= most):
            raise BadValue(f"“{typed}”不是{name}。", where=name, todo=f"请填 {least} 到 {most} 的数字。")
    made.host, made.port, made.limit_mb = host.strip() or made.host, int(port), int(limit)
    made.security, made.trust = security, trust.strip()
    if made.trust and not Path(made.trust).is_file():
        raise BadValue(f"证书文件“{made.trust}”不存在。", where="根证书文件", todo="请重新选择，或留空。")
    return made


def keep_account(store: Store, wanted: MailAccount) -> None:
    """Make this the mailbox the office sends from, in place of the one before."""
    with store.write("设置发件邮箱") as session:
        kept = next(iter(accounts(session)), None)
        if kept is None:
            session.add(wanted)
            return
        for key in ("address", "sender_name", "host", "port", "security", "user", "limit_mb", "trust"):
            setattr(kept, key, getattr(wanted, key))


def letter_of(store: Store, session: Session, answer: submission.Submission, account: MailAccount) -> mail.Letter:
    """The letter of a submission with its attachments.

    Raises:
        Refused: a kept file is gone or has been altered.
    """
    attachments = submission.attachments(store, session, answer)
    return mail.Letter(
        to=addresses(answer.address), subject=answer.subject or answer.title, body=answer.body, attachments=attachments,
        sender=account.address, sender_name=account.sender_name,
    )  # fmt: skip


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a field where several may stand, parted in any usual way."""
    return tuple(part for part in re.split(r"[、；;，,\s]+", text) if part)


def begin(store: Store, answer: submission.Submission, account: MailAccount) -> Outgoing:
    """Write a message down as 发送中 before anybody is asked to take it.

    Raises:
        Refused: it was sent, is being sent, or nobody knows whether it was; or it cannot be composed.
    """
    now = store.clock()
    with store.read() as session:
        _refuse_twice(answer, of_submission(session, answer.id))
        letter = letter_of(store, session, answer, account)
    with store.write(f"发送邮件：{answer.title}") as session:
        known = of_submission(session, answer.id)
        _refuse_twice(answer, known)
        again = next((each for each in known if each.state == REFUSED), None)
        message_id = again.message_id if again else f"<{secrets.token_hex(16)}@{account.address.rpartition('@')[2]}>"
        message = mail.compose(letter, message_id, now.astimezone())
        mailing = again or Mailing(submission_id=answer.id, message_id=message_id, tries=0)
        mailing.sha256 = hashlib.sha256(message).hexdigest()
        mailing.path = papers.keep_file(store, f"报送邮件-{answer.id}.eml", message)
        mailing.sender, mailing.recipients = account.address, "、".join(letter.recipients)
        mailing.state, mailing.reply = SENDING, ""
        mailing.begun_at, mailing.ended_at, mailing.tries = now, None, mailing.tries + 1
        session.add(mailing)
    return Outgoing(mailing, message)


def _refuse_twice(answer: submission.Submission, known: list[Mailing]) -> None:
    for each in known:
        if each.state == SENT:
            raise Refused(
                f"“{answer.title}”的邮件已于 {each.ended_at or each.begun_at:%Y-%m-%d %H:%M} 发出，不重复发送。",
                todo="如内容有误，请用“更正报送”。",
            )
        if each.state in (SENDING, UNCERTAIN):
            raise Refused(
                f"“{answer.title}”的邮件上次发到一半中断了，不知道有没有发出，程序没有再发。",
                todo="请到网页邮箱的“已发送”里看一看，再回来选“已经发出”或“没有发出，重发”。",
            )
    if answer.state != submission.PREPARED:
        raise Refused(f"“{answer.title}”已经是“{answer.state}”，不重复发送。", todo="如内容有误，请用“更正报送”。")


def send(store: Store, outgoing: Outgoing, login: smtp.Login) -> Mailing:
    """Hand a recorded message to the server and record what came of it.

    Raises:
        Refused: surely not sent; it may be sent again after mending the cause.
        Uncertain: nobody knows; it will not be sent again before the clerk has settled it.
    """
    mailing = outgoing.mailing
    recipients = mailing.recipients.split("、")
    try:
        reply = smtp.deliver(login, outgoing.message, mailing.sender, recipients)
    except smtp.Uncertain as error:
        _end(store, mailing, UNCERTAIN, error.what)
        raise
    except Refused as error:
        _end(store, mailing, REFUSED, error.what)
        raise
    return _end(store, mailing, SENT, reply)


def _end(store: Store, mailing: Mailing, state: str, reply: str) -> Mailing:
    now = store.clock()
    with store.write(f"邮件{state}") as session:
        kept = session.get_one(Mailing, mailing.id)
        kept.state, kept.reply, kept.ended_at = state, reply, now
        answer = session.get_one(submission.Submission, kept.submission_id)
        if state == SENT and answer.state == submission.PREPARED:
            submission.mark_sent(session, answer, now)
    return kept


def settle(store: Store, mailing_id: int, *, was_sent: bool) -> Mailing:
    """Take the clerk's word for a message nobody knows about.

    Raises:
        Refused: its fate is known.
    """
    with store.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
    if mailing.state not in (SENDING, UNCERTAIN):
        raise Refused(f"这封邮件已经是“{mailing.state}”，不用再确认。")
    words = "经查“已发送”邮箱，已经发出" if was_sent else "经查“已发送”邮箱，没有发出"
    return _end(store, mailing, SENT if was_sent else REFUSED, words)


def of_submission(session: Session, submission_id: int) -> list[Mailing]:
    """The messages of a submission, oldest first."""
    return list(session.scalars(select(Mailing).where(Mailing.submission_id == submission_id).order_by(Mailing.id)))


def of_notice(session: Session, notice_id: int) -> list[tuple[Mailing, submission.Submission]]:
    """Every message that answered a notice, with its entry of the ledger, even one that was taken back since."""
    found = select(Mailing, submission.Submission).join(submission.Submission)
    found = found.where(submission.Submission.notice_id == notice_id).order_by(Mailing.id)
    return [(mailing, answer) for mailing, answer in session.execute(found)]


def recall(store: Store, notice_id: int) -> None:
    """Put back into the ledger what has left by mail: an action taken back does not fetch a message back.

    Raises:
        Refused: nobody knows whether a message of this notice has left.
    """
    with store.read() as session:
        every = of_notice(session, notice_id)
        if any(mailing.state in (SENDING, UNCERTAIN) for mailing, _ in every):
            raise Refused(
                "上次的邮件不知道有没有发出，不能换材料再发。", todo="请先到网页邮箱的“已发送”里查清，再登记结果。"
            )
        lost = [
            (mailing.ended_at or mailing.begun_at, answer.id)
            for mailing, answer in every
            if mailing.state == SENT and (answer.trashed_at is not None or answer.state == submission.PREPARED)
        ]
    for at, number in lost:
        with store.write("邮件已发出") as session:
            answer = session.get_one(submission.Submission, number)
            answer.trashed_at = None
            for file in submission.every_file(session, number):
                file.trashed_at = None
            if answer.state == submission.PREPARED:
                submission.mark_sent(session, answer, at)


def unsettled(session: Session) -> list[Mailing]:
    """Messages nobody knows about: broken off by a crash or a lost line; asked for at the start of the program."""
    found = select(Mailing).where(Mailing.state.in_((SENDING, UNCERTAIN))).order_by(Mailing.id)
    return list(session.scalars(found))
