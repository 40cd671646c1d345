"""The chain of custody (保管链): who set, got, saw, copied, gave back or changed a password, when and why.

Links are only ever appended, in the same transaction as the deed they tell of. The store's own history does not touch
them and an undo cannot take them back. No link holds a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import LargeBinary, cast, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.chain import BEGINNING, FIELDS, Anchor, Fault, Link, cell, digest, faults
from desktop.errors import BadValue, Refused
from desktop.store.base import Base

SET, ISSUED, TAKEN_BACK, SEEN, COPIED, CHANGED = "设密", "发放", "收回", "查看", "复制", "更换"
SEALED, OPENED, UNBOUND, DESTROYED = "封存", "启封", "解绑", "销毁"
BEGUN, FILED, ARCHIVED, STOPPED = "交接", "备案", "归档", "中止"
KINDS = (
    SET, ISSUED, TAKEN_BACK, SEEN, COPIED, CHANGED, SEALED, OPENED, UNBOUND, DESTROYED,
    BEGUN, FILED, ARCHIVED, STOPPED,
)  # fmt: skip
NOBODY = "未登记使用人"


class CustodyEvent(Base):
    """One link of the chain.

    Attributes:
        seq: number from 1 on without gaps.
        at: when it was entered, ISO local time to the second; kept as text because it is hashed as written.
        acted_on: the day it was done, ISO, which may lie before `at`.
        kind: one of KINDS. actor: who sat at the program.
        account, credential, person: names as they were on that day; the numbers beside them may be empty.
        version: which password of the credential, counted from 1.
        person: the other party: to whom issued, from whom taken back, to whom shown.
        handover_id, step: the handover it belongs to and the step of it that this link closes.
        detail: what the kind needs besides, as `key=value` parts joined by `;` (due back, envelope, place).
        evidence: SHA-256 of the evidence attached, hex.
    """

    __tablename__ = "custody_event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    acted_on: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    actor: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(index=True, default=None)
    account: Mapped[str] = mapped_column(default="")
    credential_id: Mapped[int | None] = mapped_column(index=True, default=None)
    credential: Mapped[str] = mapped_column(default="")
    version: Mapped[int | None] = mapped_column(default=None)
    person_id: Mapped[int | None] = mapped_column(index=True, default=None)
    person: Mapped[str] = mapped_column(default="")
    handover_id: Mapped[int | None] = mapped_column(index=True, default=None)
    step: Mapped[int | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    previous: Mapped[str]
    hash: Mapped[str]

    @property
    def anchor(self) -> Anchor:
        """Number and hash as printed on paper."""
        return Anchor(self.seq, self.hash)

    def part(self, key: str) -> str:
        """One part of `detail`, empty when it is not there."""
        return part_of(self.detail, key)


class CustodyHead(Base):
    """The newest link as the store remembers it, so that a cut-off end is noticed without paper."""

    __tablename__ = "custody_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str]


class CustodyAnchor(Base):
    """A link whose hash was printed: on which paper, when."""

    __tablename__ = "custody_anchor"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]
    at: Mapped[datetime]
    paper: Mapped[str]


def details(**parts: str | int | date | None) -> str:
    """Parts of a link's detail as text; empty ones are left out.

    Raises:
        BadValue: a value holds one of the characters that separate parts.
    """
    found = {key: str(value) for key, value in parts.items() if value not in (None, "")}
    for value in found.values():
        if ";" in value or "=" in value:
            raise BadValue(f"“{value}”里不能有半角的分号和等号。")
    return ";".join(f"{key}={value}" for key, value in found.items())


@dataclass(frozen=True)
class Deed:
    """What is to become a link; pairs are number and name, `handover` the number and the step that it closes."""

    kind: str
    account: tuple[int | None, str] = (None, "")
    credential: tuple[int | None, str] = (None, "")
    version: int | None = None
    person: tuple[int | None, str] = (None, "")
    acted_on: date | None = None
    handover: tuple[int | None, int | None] = (None, None)
    reason: str = ""
    detail: str = ""
    evidence: str = ""


def part_of(detail: str, key: str) -> str:
    """One part of a link's detail, empty when it is not there."""
    for piece in detail.split(";"):
        name, _, value = piece.partition("=")
        if name == key:
            return value
    return ""


def append(session: Session, deed: Deed, *, at: datetime, actor: str) -> CustodyEvent:
    """Add one link in the caller's transaction.

    Raises:
        BadValue: no such kind.
        Refused: the chain is broken at its end; nothing may be hung onto it.
    """
    if deed.kind not in KINDS:
        raise BadValue(f"保管链没有“{deed.kind}”这种记录。", todo="可选：" + "、".join(KINDS) + "。")
    head, newest = session.get(CustodyHead, 1), head_of(session)
    if newest != (Anchor(head.seq, head.hash) if head else None):
        raise Refused(
            "保管链的末尾与记录不符，不能再往上登记。", todo="请在“密码保管”页核验保管链，并从最近的备份恢复。"
        )
    values: dict[str, int | str | None] = {
        "seq": newest.seq + 1 if newest else 1,
        "at": at.isoformat(timespec="seconds"),
        "acted_on": (deed.acted_on or at.date()).isoformat(),
        "kind": deed.kind,
        "actor": actor or NOBODY,
        "account_id": deed.account[0], "account": deed.account[1],
        "credential_id": deed.credential[0], "credential": deed.credential[1], "version": deed.version,
        "person_id": deed.person[0], "person": deed.person[1],
        "handover_id": deed.handover[0], "step": deed.handover[1],
        "reason": deed.reason.strip(), "detail": deed.detail, "evidence": deed.evidence,
        "previous": newest.hash if newest else BEGINNING,
    }  # fmt: skip
    event = CustodyEvent(**values, hash=digest(cell(values[field]) for field in FIELDS))
    session.add(event)
    session.merge(CustodyHead(id=1, seq=event.seq, hash=event.hash))
    session.flush()
    return event


def head_of(session: Session) -> Anchor | None:
    """The newest link, None while the chain is empty."""
    row = session.execute(
        select(CustodyEvent.seq, CustodyEvent.hash).order_by(CustodyEvent.seq.desc()).limit(1)
    ).first()
    return Anchor(row[0], row[1]) if row else None


def print_anchor(session: Session, paper: str, at: datetime) -> Anchor | None:
    """Note that the newest link is about to be printed on a paper, and return it; later checks hold it against us."""
    newest = head_of(session)
    if newest is not None:
        session.add(CustodyAnchor(seq=newest.seq, hash=newest.hash, at=at, paper=paper))
        session.flush()
    return newest


def note_printed(session: Session, text: str, paper: str, at: datetime) -> CustodyAnchor | None:
    """Note a link that stands on a paper as `第37环 8f3a c210 …`; None when the text names no link of this chain."""
    try:
        typed = Anchor.parse(text)
    except BadValue:
        return None
    event = session.get(CustodyEvent, typed.seq)
    if event is None or not event.hash.startswith(typed.hash):
        return None
    made = CustodyAnchor(seq=event.seq, hash=event.hash, at=at, paper=paper)
    session.add(made)
    return made


def printed(session: Session) -> list[CustodyAnchor]:
    """Every link that was ever printed, oldest first."""
    return list(session.scalars(select(CustodyAnchor).order_by(CustodyAnchor.id)))


def verify(session: Session, typed: Iterable[Anchor] = ()) -> list[Fault]:
    """Read the whole chain back and check it, also against what was printed and what was typed from paper.

    Returns:
        Every fault, the first bad link first; empty when the chain holds.
    """
    head = session.execute(select(CustodyHead.seq, CustodyHead.hash).where(CustodyHead.id == 1)).first()
    remembered = Anchor(int(head[0]), str(head[1])) if head else Anchor(0, BEGINNING)
    anchors = [Anchor(row.seq, row.hash) for row in printed(session)]
    return list(faults(_links(session), remembered, [*anchors, *typed]))


def _links(session: Session) -> Iterator[Link]:
    """The chain as raw cells; a tampered row must be read, whatever it has become."""
    names = [*FIELDS, "hash"]
    if session.get_bind().dialect.name != "sqlite":
        for row in session.execute(select(*(getattr(CustodyEvent, name) for name in names)).order_by(CustodyEvent.seq)):
            cells = tuple(cell(value) for value in row)
            yield Link(cells[:-1], cells[-1])
        return
    columns = [getattr(CustodyEvent, name) for name in names]
    wanted = [part for column in columns for part in (func.typeof(column), cast(column, LargeBinary))]
    for row in session.execute(select(*wanted).order_by(CustodyEvent.seq)):
        cells = tuple((row[at], row[at + 1] or b"") for at in range(0, len(row), 2))
        yield Link(cells[:-1], cells[-1])


def events(
    session: Session,
    *,
    account_id: int | None = None,
    credential_id: int | None = None,
    person_id: int | None = None,
    handover_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[CustodyEvent]:
    """Links of the chain, oldest first, narrowed by whatever is given; days count by when they were entered."""
    found = select(CustodyEvent).order_by(CustodyEvent.seq)
    for column, value in (
        (CustodyEvent.account_id, account_id),
        (CustodyEvent.credential_id, credential_id),
        (CustodyEvent.person_id, person_id),
        (CustodyEvent.handover_id, handover_id),
    ):
        if value is not None:
            found = found.where(column == value)
    if since is not None:
        found = found.where(CustodyEvent.at >= since.isoformat())
    if until is not None:
        found = found.where(CustodyEvent.at <= f"{until.isoformat()}T23:59:59")
    return list(session.scalars(found))


def line(event: CustodyEvent) -> str:
    """One link as a line of an extract: number, day, deed, password, people, reason, first digits of its hash."""
    whose = f"{event.account} {event.credential}".strip()
    other = f" {event.person}" if event.person and event.person != event.actor else ""
    said = "，".join(part for part in (f"第 {event.step} 步办结" if event.step else "", event.reason) if part)
    when, remark = event.at.replace("T", " "), f"（{said}）" if said else ""
    return f"第{event.seq}环 {when} {event.kind} {whose}{other} 经办 {event.actor}{remark} #{event.hash[:8]}"


def clock_steps_back(session: Session) -> list[int]:
    """Numbers of links entered at an earlier time than the one before: the clock of this PC was set back."""
    found = session.execute(
        text("SELECT seq FROM (SELECT seq, at, lag(at) OVER (ORDER BY seq) AS before FROM custody_event) AS link "
             "WHERE at < before ORDER BY seq")
    )  # fmt: skip
    return [int(row[0]) for row in found]
