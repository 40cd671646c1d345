"""Proofs (佐证材料): files kept beside the store with their hash, and what each of them shows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import BadFile, why
from desktop.paths import write_whole
from desktop.store.base import Record

if TYPE_CHECKING:
    from desktop.store import Store

PAPER, ANSWER, RECTIFICATION, DUTY, LIFE = "制度文件", "自查", "整改", "值班", "办理"
FOLDER = "佐证材料"
LARGEST = 50 * 1024 * 1024
"""Bytes; a larger file is a film or an archive and does not belong beside the register."""


class Proof(Record):
    """One file and what it belongs to.

    Attributes:
        owner: PAPER for a document of the unit (制度文件), else what kind of record it proves.
        owner_id: number of that record; empty for a document of the unit.
        title: what it shows; for PAPER the name of the document.
        file: path below the attachments folder, with /. sha256: of its content, hex. size: bytes.
    """

    __tablename__ = "proof"

    owner: Mapped[str] = mapped_column(index=True)
    owner_id: Mapped[int | None] = mapped_column(index=True, default=None)
    title: Mapped[str] = mapped_column(default="")
    file: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    added_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


def attach(store: Store, source: Path, owner: str, owner_id: int | None = None, title: str = "") -> Proof:
    """Copy a file beside the store and record what it proves; the original stays where it is.

    Raises:
        BadFile: it is missing, empty, a folder, or too large; nothing is recorded.
    """
    content = _read(source)
    digest = hashlib.sha256(content).hexdigest()
    place = f"{FOLDER}/{digest[:12]}-{source.name}"
    target = store.attachments / place
    if not target.exists():
        write_whole(target, content)
    with store.write(f"存入佐证材料：{title or source.name}") as session:
        made = Proof(
            owner=owner,
            owner_id=owner_id,
            title=title or source.stem,
            file=place,
            sha256=digest,
            size=len(content),
            added_at=store.clock(),
        )
        session.add(made)
    return made


def of(session: Session, owner: str, owner_id: int | None = None) -> list[Proof]:
    """What proves one record; with no number, everything of that kind."""
    found = select(Proof).where(Proof.trashed_at.is_(None), Proof.owner == owner).order_by(Proof.id)
    return list(session.scalars(found.where(Proof.owner_id == owner_id) if owner_id is not None else found))


def fault(store: Store, proof: Proof) -> str:
    """What is wrong with the kept file, empty when it is still the one that was attached."""
    file = store.attachments / proof.file
    if not file.is_file():
        return f"佐证材料“{proof.title}”的文件不见了（{proof.file}）。"
    if hashlib.sha256(file.read_bytes()).hexdigest() != proof.sha256:
        return f"佐证材料“{proof.title}”的文件被改动过（{proof.file}）。"
    return ""


def _read(source: Path) -> bytes:
    if not source.is_file():
        raise BadFile(f"“{source.name}”不是一个文件。", where=str(source.parent), todo="请重新选择。")
    size = source.stat().st_size
    if size == 0:
        raise BadFile(f"“{source.name}”是空文件。", where=str(source.parent), todo="请重新选择。")
    if size > LARGEST:
        raise BadFile(
            f"“{source.name}”有 {size / 1024 / 1024:.0f} MB，超过 50 MB。",
            where=str(source.parent),
            todo="请换成图片、PDF 或截取其中一部分。",
        )
    try:
        return source.read_bytes()
    except OSError as error:
        what = f"“{source.name}”读不出来（{why(error)}）。"
        raise BadFile(what, where=str(source.parent), todo="请关闭占用它的程序后再试。") from error
