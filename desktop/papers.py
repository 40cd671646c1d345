"""Papers (材料): one document on its way 打印 → 签字 → 盖章 → 扫描 → 归档 → 报送 → 上级已收, and the scans of it.

A paper carries the fingerprint of the data it was made from. When the data are corrected the way begins anew, and a
scan of the earlier version is flagged: a seal under old figures is worse than no seal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import fingerprint
from desktop.errors import BadFile, BadValue, Refused, why
from desktop.notices import Notice
from desktop.paths import write_whole
from desktop.store.base import Record

if TYPE_CHECKING:
    from desktop.store import Store

PRINTED, SIGNED, STAMPED, SCANNED, FILED, SENT, RECEIVED = "打印", "签字", "盖章", "扫描", "归档", "报送", "上级已收"
STEPS = (PRINTED, SIGNED, STAMPED, SCANNED, FILED, SENT, RECEIVED)
BY_HAND = (PRINTED, SIGNED, STAMPED, SCANNED, FILED)
"""What a clerk ticks; the rest is ticked by the submission and its receipt."""
FOLDER = "报送"


class Paper(Record):
    """One document that goes to the superior.

    Attributes:
        notice_id: the notice that asks for it. filing_id: the filled form it was made from, None for other files.
        title: as the superior calls it.
        path: the exported file, relative to the store's attachments.
        values: its fields by label, as JSON, so that a later version can be compared; empty for other files.
        fingerprint: mark of these values, or of the file itself. version: 1 and up.
        made_at: when this version was made; a scan older than it shows an earlier version.
        step: the last step done of STEPS, empty before the first. needs: the steps it must go through, joined by 、.
    """

    __tablename__ = "paper"

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), default=None, index=True)
    filing_id: Mapped[int | None] = mapped_column(default=None, index=True)
    title: Mapped[str]
    path: Mapped[str] = mapped_column(default="")
    values: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(default="")
    needs: Mapped[str] = mapped_column(default="、".join(STEPS))
    note: Mapped[str] = mapped_column(default="")

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps this paper goes through, in order."""
        return tuple(step for step in STEPS if step in self.needs.split("、"))

    @property
    def next_step(self) -> str:
        """The step to do now, empty when all are done."""
        return next((step for step in self.steps if not self.step or STEPS.index(step) > STEPS.index(self.step)), "")

    @property
    def facts(self) -> dict[str, str]:
        """The fields by label."""
        return dict(json.loads(self.values)) if self.values else {}


class PaperStep(Record):
    """When a step was done, by whom, for which version."""

    __tablename__ = "paper_step"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    step: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class Scan(Record):
    """A scan or photo of a signed and sealed paper.

    Attributes:
        path: relative to the store's attachments; sha256: of its bytes, hexadecimal.
        made_at: when the scanner or camera made it. fingerprint: the version of the paper it was attached to.
    """

    __tablename__ = "scan"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    name: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    made_at: Mapped[datetime]
    attached_at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(default="")


def steps_for(notice: Notice | None) -> str:
    """The steps a notice makes necessary: no signature, seal or scan where it asks for none."""
    if notice is None:
        return "、".join(STEPS)
    inked = notice.signed or notice.stamped
    wanted = {
        PRINTED: inked or notice.paper or notice.copies > 0,
        SIGNED: notice.signed,
        STAMPED: notice.stamped,
        SCANNED: notice.scan or notice.photo or (inked and not notice.paper),
        FILED: True,
        SENT: True,
        RECEIVED: True,
    }
    return "、".join(step for step in STEPS if wanted[step])


def keep_file(store: Store, name: str, content: bytes) -> str:
    """Put a file beside the store under a name that no other content can have; returns its relative path.

    Raises:
        Refused: the disk cannot be written.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = f"{FOLDER}/{digest[:12]}/{safe_name(name)}"
    target = store.attachments / path
    if not target.exists() or target.read_bytes() != content:
        write_whole(target, content)
    return path


def bytes_of(file: Path) -> bytes:
    """What a clerk's own file holds.

    Raises:
        BadFile: it is gone or cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadFile(f"文件“{file.name}”读不出来（{why(error)}）。", todo="请检查文件是否还在。") from error


def content_of(store: Store, path: str) -> bytes:
    """The bytes of a kept file.

    Raises:
        Refused: it is gone.
    """
    try:
        return (store.attachments / path).read_bytes()
    except OSError as error:
        raise Refused(
            f"附件“{Path(path).name}”不在了（{why(error)}）。",
            where=str((store.attachments / path).parent),
            todo="请重新导出或重新挂接该文件。",
        ) from error


_RESERVED = re.compile(r"^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|$)", re.IGNORECASE)


def safe_name(name: str, most: int = 200) -> str:
    """A file name every system takes: forbidden signs replaced, at most `most` UTF-8 bytes, its ending kept."""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', "_", name).strip().rstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = name, ""
    while len(f"{stem}.{ending}".encode()) > most:
        stem = stem[:-1]
    name = f"{stem}.{ending}" if ending else stem
    return f"_{name}" if _RESERVED.match(name) else name or "未命名"


def add(
    session: Session, title: str, now: datetime, *, values: Mapping[str, str] | None = None, content: bytes = b"",
    path: str = "", notice: Notice | None = None, filing_id: int | None = None,
) -> Paper:  # fmt: skip
    """Begin the way of a paper; its fingerprint is that of its values, or of its file when it has none."""
    paper = Paper(
        title=title,
        made_at=now,
        path=path,
        values=_json(values),
        fingerprint=_mark(values, content),
        notice_id=notice.id if notice else None,
        filing_id=filing_id,
        needs=steps_for(notice),
    )
    session.add(paper)
    session.flush()
    return paper


def put_in(store: Store, name: str, content: bytes, notice: Notice | None) -> Paper:
    """Put a file of one's own among the papers of a notice, titled as the file is named.

    Raises:
        Refused: the disk cannot be written.
    """
    path, title = keep_file(store, name, content), Path(name).stem
    with store.write(f"添加材料：{title}") as session:
        return add(session, title, store.clock(), content=content, path=path, notice=notice)


def correct(session: Session, paper: Paper, now: datetime, values: Mapping[str, str] | None, content: bytes) -> bool:
    """Take over corrected data; when they differ the way begins anew. Returns whether they did."""
    mark = _mark(values, content)
    if mark == paper.fingerprint:
        return False
    paper.fingerprint, paper.values, paper.made_at = mark, _json(values), now
    paper.version += 1
    paper.step = ""
    session.flush()
    return True


def _mark(values: Mapping[str, str] | None, content: bytes) -> str:
    return fingerprint.of_values(values) if values else fingerprint.of_bytes(content)


def _json(values: Mapping[str, str] | None) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True) if values else ""


def advance(session: Session, paper: Paper, step: str, now: datetime, *, by: str = "", note: str = "") -> PaperStep:
    """Tick a step.

    Raises:
        Refused: it is not a step of this paper, or one before it is open.
    """
    if step not in paper.steps:
        raise Refused(f"“{paper.title}”不需要“{step}”。")
    if step != paper.next_step:
        waiting = paper.next_step or "（已全部完成）"
        raise Refused(
            f"“{paper.title}”现在该办的是“{waiting}”，还不能记“{step}”。", todo=f"请先办“{waiting}”，或用“撤销”退回。"
        )
    if step in (FILED, SENT) and SCANNED in paper.steps and not fresh_scans(session, paper):
        raise Refused(
            f"“{paper.title}”没有第 {paper.version} 稿的扫描件，不能“{step}”。", todo="请重新打印、签字盖章并扫描。"
        )
    paper.step = step
    done = PaperStep(paper_id=paper.id, step=step, version=paper.version, at=now, by=by, note=note)
    session.add(done)
    session.flush()
    return done


def attach_scan(session: Session, paper: Paper, scan: Scan, *, complete: bool = False) -> Scan:
    """Hang a scan on a paper and tick 扫描 when it is next.

    Args:
        session: a write session.
        paper: the document it shows.
        scan: from `arrived`, not yet in the session.
        complete: the clerk says that it shows signature and seal, so that the steps before are ticked with it.

    Raises:
        Refused: the same file hangs on a paper already.
    """
    same = session.scalars(select(Scan).where(Scan.sha256 == scan.sha256, Scan.trashed_at.is_(None))).first()
    if same is not None:
        other = session.get_one(Paper, same.paper_id)
        raise Refused(f"扫描件“{scan.name}”已经挂在“{other.title}”上。", todo="如果挂错了，请先取下再挂。")
    scan.paper_id, scan.fingerprint = paper.id, paper.fingerprint
    session.add(scan)
    session.flush()
    if not stale(scan, paper):
        while complete and paper.next_step in (PRINTED, SIGNED, STAMPED):
            advance(session, paper, paper.next_step, scan.attached_at, note="随扫描件一并记下")
        if paper.next_step == SCANNED:
            advance(session, paper, SCANNED, scan.attached_at)
    return scan


def arrived(store: Store, name: str, content: bytes, made_at: datetime) -> Scan:
    """Keep the file of a scan beside the store; it is not yet hung on a paper."""
    return Scan(
        paper_id=0, name=name, path=keep_file(store, name, content), sha256=hashlib.sha256(content).hexdigest(),
        made_at=made_at, attached_at=store.clock(),
    )  # fmt: skip


def stale(scan: Scan, paper: Paper) -> str:
    """Why a scan does not show the paper as it is now, empty when it does."""
    if scan.fingerprint != paper.fingerprint:
        return f"扫描的是更正前的稿子（数据版本 {scan.fingerprint}，现在是 {paper.fingerprint}）。"
    own = paper.version == 1 and not paper.values  # a file of one's own may have been printed before it was put in
    if own or scan.made_at >= paper.made_at:
        return ""
    what = "最后一次更正" if paper.version > 1 else "定稿"
    return f"扫描于 {scan.made_at:%m-%d %H:%M}，早于{what}（{paper.made_at:%m-%d %H:%M}）。"


def outdated(hung: Sequence[Scan], paper: Paper) -> list[str]:
    """Why none of the scans shows the paper as it is now; empty when one does, or none hangs on it."""
    reasons = [(scan.name, stale(scan, paper)) for scan in hung]
    return [f"{name}：{reason}" for name, reason in reasons] if all(reason for _, reason in reasons) else []


def scans_of(session: Session, paper_id: int) -> list[Scan]:
    """All scans of a paper in use, oldest first."""
    found = select(Scan).where(Scan.paper_id == paper_id, Scan.trashed_at.is_(None)).order_by(Scan.id)
    return list(session.scalars(found))


def fresh_scans(session: Session, paper: Paper) -> list[Scan]:
    """The scans that show the paper as it is now."""
    return [scan for scan in scans_of(session, paper.id) if not stale(scan, paper)]


def numbered(session: Session, number: int) -> Paper:
    """The paper with this number.

    Raises:
        BadValue: there is none, or it lies in the trash.
    """
    found = session.get(Paper, number)
    if found is None or found.trashed_at is not None:
        raise BadValue(f"没有编号为 {number} 的材料。", todo="编号见 tuanmei paper list。")
    return found


def in_use(session: Session, notice_id: int | None = None) -> list[Paper]:
    """All papers, or those of one notice, oldest first."""
    found = select(Paper).where(Paper.trashed_at.is_(None)).order_by(Paper.id)
    return list(session.scalars(found if notice_id is None else found.where(Paper.notice_id == notice_id)))


def story(session: Session, paper_id: int) -> list[PaperStep]:
    """Every step ever done and not undone, oldest first."""
    found = select(PaperStep).where(PaperStep.paper_id == paper_id, PaperStep.trashed_at.is_(None))
    return list(session.scalars(found.order_by(PaperStep.id)))
