"""Evidence (佐证): photos and scans of a handover, stored beside the store under their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.custody import CustodyEvent
from desktop.errors import BadFile, Refused
from desktop.handover import need_open, steps
from desktop.paths import write_whole
from desktop.store import Store
from desktop.store.base import Base

FOLDER = "交接佐证"
LARGEST = 50 * 1024 * 1024  # bytes; a scan of a few pages has 1 to 5 MB


class Evidence(Base):
    """One file that shows a step of a handover was done.

    Attributes:
        name: as the clerk's file was called. file: where it lies below the store's attachments.
        sha256: 64 hex digits of its content; the link that closes the step holds the hash of all of them.
    """

    __tablename__ = "handover_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    step: Mapped[int]
    name: Mapped[str]
    file: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


def attach(store: Store, handover_id: int, step: int, source: Path) -> Evidence:
    """Copy a photo or scan beside the store and enter it for a step; the same file twice is entered once.

    Raises:
        BadFile: it cannot be read, is empty or too large. Refused: the step is closed, or the whole handover is.
    """
    try:
        if source.stat().st_size > LARGEST:
            raise BadFile(f"“{source.name}”超过 50 MB。", where=str(source.parent), todo="请降低扫描分辨率后再添加。")
        content = source.read_bytes()
    except OSError as error:
        raise BadFile(f"“{source.name}”读不出来。", where=str(source.parent), todo="请确认文件还在。") from error
    if not content:
        raise BadFile(f"“{source.name}”是空文件。", where=str(source.parent), todo="请重新扫描或拍照。")
    hashed = hashlib.sha256(content).hexdigest()
    place = f"{FOLDER}/{handover_id}-{step}-{hashed[:16]}{source.suffix.lower()}"
    write_whole(store.attachments / place, content)
    with store.write("添加交接佐证") as session:
        one, account = need_open(session, handover_id)
        if steps(session, one)[step - 1].done is not None:
            raise Refused(f"{account.title}的第 {step} 步已办结，不能再添佐证。", todo="请添加到正在办的一步。")
        for known in of_step(session, handover_id, step):
            if known.sha256 == hashed:
                return known
        made = Evidence(
            handover_id=handover_id,
            step=step,
            name=source.name,
            file=place,
            sha256=hashed,
            size=len(content),
            added_at=store.clock(),
            added_by=store.actor,
        )
        session.add(made)
        session.flush()
        return made


def of_step(session: Session, handover_id: int, step: int | None = None) -> list[Evidence]:
    """The evidence of a handover, of one step when given."""
    found = select(Evidence).where(Evidence.handover_id == handover_id).order_by(Evidence.id)
    return list(session.scalars(found if step is None else found.where(Evidence.step == step)))


def combined(files: Sequence[Evidence]) -> str:
    """One hash for all files of a step: of their sorted hashes; empty when there are none."""
    if not files:
        return ""
    return hashlib.sha256("".join(sorted(one.sha256 for one in files)).encode()).hexdigest()


def damaged(store: Store) -> list[str]:
    """What is wrong with evidence, in sentences: files missing or altered, entries that the chain does not know so.

    The link that closes a step holds the hash of its evidence, so that file and entry cannot be replaced together.
    """
    with store.read() as session:
        every = list(session.scalars(select(Evidence).order_by(Evidence.id)))
        closed = (CustodyEvent.step.is_not(None), CustodyEvent.evidence != "")
        links = list(session.scalars(select(CustodyEvent).where(*closed).order_by(CustodyEvent.seq)))
    found: list[str] = []
    for one in every:
        file = store.attachments / one.file
        if not file.is_file():
            found.append(f"交接佐证“{one.name}”：文件不见了。")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != one.sha256:
            found.append(f"交接佐证“{one.name}”：文件内容被改动过。")
    for link in links:
        mine = [one for one in every if (one.handover_id, one.step) == (link.handover_id, link.step)]
        if combined(mine) != link.evidence:
            found.append(f"{link.account}第 {link.step} 步的佐证登记与保管链第 {link.seq} 环不符：被换过、添过或删过。")
    return found
