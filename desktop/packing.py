"""Packing (打包): the files of a submission, named by the superior's rule, listed with hashes, zipped when asked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from desktop import naming, papers
from desktop.documents.mail import Attachment, encoded_size
from desktop.documents.smtp import MEGABYTE, USUAL_LIMIT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.store import Store

FORM, SCAN, REPORT, DIFFERENCES, HASHES, OTHER = "表格", "扫描件", "材料", "更正说明", "文件清单", "其他"
ROLES = (FORM, SCAN, REPORT, DIFFERENCES, HASHES, OTHER)
LIST_NAME = "文件清单（含校验值）.txt"


@dataclass(frozen=True)
class Part:
    """A file to be packed: its bytes, what it is, and what its name is made of."""

    role: str
    title: str
    ending: str
    content: bytes
    paper_id: int | None = None
    fingerprint: str = ""
    values: str = ""


@dataclass(frozen=True)
class Packed:
    """Files with their final names, and what keeps them from being sent as they are.

    Attributes:
        files: every file in order. archive: the name of the zip that holds them, empty when they go one by one.
        sent: what is really handed over: the files, or the one zip.
    """

    files: tuple[tuple[str, Part], ...]
    faults: tuple[str, ...] = ()
    archive: str = ""
    sent: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Wish:
    """How to pack.

    Attributes:
        file_rule, package_rule: naming rules, may be empty.
        facts: what the rules are filled with.
        zipped: everything into one zip. listed: add a list of the files with their hashes.
        limit: bytes a mail may have, 0 for none.
    """

    file_rule: str = ""
    package_rule: str = ""
    facts: naming.Facts = field(default_factory=naming.Facts)
    zipped: bool = False
    listed: bool = False
    limit: int = USUAL_LIMIT


def parts_of(store: Store, session: Session, chosen: Sequence[papers.Paper]) -> list[Part]:
    """The exported file and the fresh scans of each paper.

    Raises:
        Refused: a kept file is gone.
    """
    found: list[Part] = []
    for paper in chosen:
        if paper.path:
            content = papers.content_of(store, paper.path)
            role = FORM if paper.values else OTHER
            found.append(
                Part(role, paper.title, _ending(paper.path), content, paper.id, paper.fingerprint, paper.values)
            )
        for scan in papers.fresh_scans(session, paper):
            content = papers.content_of(store, scan.path)
            found.append(Part(SCAN, paper.title, _ending(scan.path), content, paper.id, paper.fingerprint))
    return found


def _ending(path: str) -> str:
    return PurePath(path).suffix.lower()


def pack(parts: Sequence[Part], wish: Wish) -> Packed:
    """Name the files, list them, zip them when asked, and say what is wrong with the result."""
    faults = [] if parts else ["没有可以报送的文件。"]
    names: list[tuple[str, str]] = []
    for part in parts:
        named = naming.fill(wish.file_rule, replace(wish.facts, title=part.title))
        faults += [f"文件名里的“{word}”还没有填。" for word in named.open_places]
        kind = {SCAN: "（盖章扫描件）" if part.ending == ".pdf" else "（盖章照片）", DIFFERENCES: f"（{part.title}）"}
        names.append((f"{named.name}{kind.get(part.role, '')}{part.ending}", part.title))
    files = list(zip(naming.apart(names), parts, strict=True))
    if wish.listed and files:
        files.append((LIST_NAME, Part(HASHES, "文件清单", ".txt", hash_list(files))))
    sent, archive = [Attachment(name, part.content) for name, part in files], ""
    if wish.zipped and files:
        named = naming.fill(wish.package_rule or wish.file_rule, wish.facts)
        faults += [f"压缩包名里的“{word}”还没有填。" for word in named.open_places]
        archive = f"{named.name or '报送材料'}.zip"
        sent = [Attachment(archive, zipped(sent))]
    faults += too_large([file.content for file in sent], wish.limit)
    return Packed(tuple(files), tuple(dict.fromkeys(faults)), archive, tuple(sent))


def too_large(contents: Sequence[bytes], limit: int) -> list[str]:
    """Whether these attachments are too much for one mail of `limit` bytes (0 for no limit), in a sentence."""
    size = encoded_size(contents)
    if not limit or size <= limit:
        return []
    return [
        f"作为邮件附件约 {size / MEGABYTE:.1f} MB，超过邮箱上限 {limit / MEGABYTE:.1f} MB："
        "请压缩扫描件（200 dpi 已够清楚）或分几封发送。"
    ]


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal, by which files are compared."""
    return hashlib.sha256(content).hexdigest()


def hash_list(files: Sequence[tuple[str, Part]]) -> bytes:
    """Name, size, data version and SHA-256 of each file, as Notepad reads it (UTF-8 with mark, CR LF)."""
    lines = ["文件清单", ""]
    for number, (name, part) in enumerate(files, 1):
        lines += [f"{number}. {name}", f"   大小：{len(part.content)} 字节"]
        lines += [f"   数据版本：{part.fingerprint}"] if part.fingerprint else []
        lines += [f"   SHA-256：{digest(part.content)}", ""]
    return ("\ufeff" + "\r\n".join(lines)).encode("utf-8")


def zipped(files: Sequence[Attachment]) -> bytes:
    """A zip with UTF-8 names (APPNOTE 4.4.4, bit 11); equal files give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, file.content)
    return made.getvalue()
