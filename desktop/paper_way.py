"""What a clerk does with a paper on its way: tick the step that is due, hang scans, renew it, make a public copy.

Window and command line do it by these functions; the rules of the way itself are in desktop/papers.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import notices, papers, scans
from desktop.documents.masking import masked, masked_name
from desktop.errors import Refused
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.store import Store


def tick(store: Store, number: int) -> str:
    """Note the step that is due as done by whoever sits here; returns it.

    Raises:
        Refused: there is no such paper, all is done, or the step is not one that is ticked by hand.
    """
    with store.read() as session:
        paper = papers.numbered(session, number)
    step = paper.next_step
    if not step:
        raise Refused(f"“{paper.title}”已全部办完。")
    if step not in papers.BY_HAND:
        raise Refused(
            f"“{paper.title}”现在该办的是“{step}”，不能直接记。",
            todo="发送或登记“已另行报送”、登记回执后，会自动记上。",
        )
    with store.write(f"{paper.title}：{step}") as session:
        papers.advance(session, papers.numbered(session, number), step, store.clock(), by=store.actor)
    return step


def hang(store: Store, number: int, files: Sequence[Path], *, complete: bool) -> papers.Scan:
    """Straighten, join and hang scans on a paper; a photo stays one where photos are wanted.

    Args:
        store: the register.
        number: of the paper.
        files: scans or photos, in the order of the pages.
        complete: as in `papers.attach_scan`.

    Raises:
        Refused: there is no such paper, a file cannot be read, or the same one hangs on a paper already.
    """
    with store.read() as session:
        paper = papers.numbered(session, number)
        notice = session.get(notices.Notice, paper.notice_id) if paper.notice_id is not None else None
    contents = [(file.name, papers.bytes_of(file)) for file in files]
    made_at = min(scans.made_at(file, content) for file, (_, content) in zip(files, contents, strict=True))
    as_photo = notice is not None and notice.photo and not notice.scan
    if as_photo and len(contents) == 1 and not contents[0][1].startswith(b"%PDF-"):
        name, content = f"{files[0].stem}.jpg", scans.to_jpeg(scans.straightened(contents[0][1], files[0].name))
    else:
        name, content = f"{files[0].stem}.pdf", scans.joined(contents, made_at)
    scan = papers.arrived(store, name, content, made_at)
    with store.write(f"挂接扫描件：{files[0].name}") as session:
        return papers.attach_scan(session, papers.numbered(session, number), scan, complete=complete)


def renew(store: Store, number: int, file: Path) -> bool:
    """Put a new version of the file in the place of a paper's old one; returns whether the way begins anew.

    Raises:
        Refused: there is no such paper, the file cannot be read, or the disk cannot be written.
    """
    with store.read() as session:
        title = papers.numbered(session, number).title
    content = papers.bytes_of(file)
    saved = min(store.clock(), datetime.fromtimestamp(file.stat().st_mtime))  # it may be scanned already
    path = papers.keep_file(store, file.name, content)
    with store.write(f"更正材料：{title}") as session:
        paper = papers.numbered(session, number)
        if not papers.correct(session, paper, saved, None, content):
            return False
        paper.path = path
        return True


def publish(store: Store, number: int, folder: Path) -> Path:
    """Save a copy of a paper with phone and identity numbers hidden; returns its file.

    Raises:
        Refused: there is no such paper, its file is gone, cannot be masked, or the disk cannot be written.
    """
    with store.read() as session:
        path = papers.numbered(session, number).path
    name = Path(path).name
    return write_whole(folder / masked_name(name), masked(papers.content_of(store, path), name))
