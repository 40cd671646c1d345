"""Put a backup in the place of the store; what is there now is kept first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from desktop.errors import BadFile, StoreRefused
from desktop.lock import FolderLock
from desktop.paths import make_private, write_whole
from desktop.store import opening


def restore(folder: Path, backup: Path) -> Path | None:
    """Restore a store from a backup; returns the copy of what was there before, None when there was nothing.

    Raises:
        BadFile: the backup is missing, is no store, or is damaged; nothing has been changed.
        StoreRefused: the window still holds the data folder.
    """
    if not backup.is_file():
        raise BadFile(f"找不到备份文件“{backup.name}”。", where=str(backup.parent), todo="请从“备份”文件夹里选一个。")
    found = opening.revision(backup)
    if found is None:
        raise BadFile(f"“{backup.name}”是空文件，不是备份。", todo="请从“备份”文件夹里另选一个。")
    opening.refuse_newer(backup, found)
    opening.check(backup)
    make_private(folder)
    lock = FolderLock(folder)
    lock.take()
    try:
        file = folder / opening.FILE
        kept = None
        if file.exists():
            kept = _keep(file, folder)
            for beside in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                beside.unlink(missing_ok=True)
        write_whole(file, backup.read_bytes())
        return kept
    finally:
        lock.release()


def _keep(file: Path, folder: Path) -> Path:
    """A copy of the present store; one too damaged for the backup API is copied byte by byte."""
    now = datetime.now()
    try:
        opening.check(file)
    except StoreRefused:
        return write_whole(
            folder / opening.BACKUPS / f"{now:%Y%m%d-%H%M%S}-恢复前（已损坏）.damaged", file.read_bytes()
        )
    return opening.back_up(file, folder / opening.BACKUPS, "恢复前", now)
