"""The ritual of opening the store: refuse what cannot be safe, back up, migrate, check."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from desktop.errors import StoreDamaged, StoreRefused
from desktop.paths import STORE_FILE

FILE = STORE_FILE
BACKUPS = "备份"
HEAD = "0008"
"""Revision of the schema this program knows; equal to the newest file in migrations/versions (tested)."""
KEPT_BACKUPS = 30
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.gvfsd-fuse", "9p", "afs", "davfs"}


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a network share: SQLite's write-ahead log cannot work across machines.

    Raises:
        StoreRefused: with advice where to put the data instead.
    """
    if _on_network(folder):
        raise StoreRefused(
            f"数据文件夹“{folder}”在网络共享盘上，多人同时打开会损坏台账，程序没有打开它。",
            todo="请把数据放在本机硬盘（如 D:\\团媒台账），需要共享时用“设置→备份”把备份复制到共享盘。",
        )


def _on_network(folder: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        text = str(folder.absolute())
        if text.startswith("\\\\"):
            return True
        remote = 4  # DRIVE_REMOTE, Win32 GetDriveTypeW
        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.absolute().anchor) == remote)
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    return file_system(folder, mounts.read_text("utf-8", "replace")) in _NETWORK


def file_system(folder: Path, mounts: str) -> str:
    """The file system type that holds a folder, from the text of /proc/mounts (longest mount point wins)."""
    real = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, found, *_ = [*line.split(" "), "", ""]
        point = point.replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind


def revision(file: Path) -> str | None:
    """The schema revision written in a store file, None for a new one.

    Raises:
        StoreRefused: the file is no store or is damaged.
    """
    if not file.exists() or file.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(file)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            if named is None:
                raise StoreRefused(
                    f"“{file.name}”不是团媒台账的数据文件。", where=str(file.parent), todo="请确认数据文件夹是否选对。"
                )
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise damaged(file) from error
    return str(row[0]) if row else None


def damaged(file: Path) -> StoreDamaged:
    """The refusal for a store that SQLite cannot read."""
    return StoreDamaged(
        f"数据文件“{file.name}”已损坏，没有打开。",
        where=str(file.parent),
        todo="原文件未改动。请用“备份”文件夹里最近的一份恢复（打开程序时会问，或运行 tuanmei restore 备份文件）。",
    )


def newest_backup(folder: Path) -> Path | None:
    """The newest backup of a data folder, None when there is none."""
    return max((folder / BACKUPS).glob("*.sqlite"), key=lambda file: file.stat().st_mtime_ns, default=None)


def refuse_newer(file: Path, found: str | None) -> None:
    """Refuse a store written by a later program, which this one could only harm."""
    if found is not None and found > HEAD:
        raise StoreRefused(
            f"数据文件由更新版本的团媒台账写成（结构 {found}，本程序只认识到 {HEAD}）。",
            where=str(file.parent),
            todo="请安装新版本后再打开，数据未改动。",
        )


def back_up(file: Path, folder: Path, label: str, now: datetime) -> Path:
    """Copy the store with SQLite's backup API, verify the copy, keep the newest KEPT_BACKUPS.

    A plain file copy of an open WAL database may be empty; this one is whole even while the store is in use.

    Raises:
        StoreRefused: the copy did not pass its check; it is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{now:%Y%m%d-%H%M%S}-{label}.sqlite"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{now:%Y%m%d-%H%M%S}-{label}-{number}.sqlite"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    if os.name == "posix":
        target.chmod(0o600)
    if verdict != "ok":
        target.unlink()
        raise StoreRefused("备份没有通过完整性检查，已放弃。", where=str(folder), todo="请检查磁盘后再试。")
    for old in sorted(folder.glob("*.sqlite"))[:-KEPT_BACKUPS]:
        old.unlink()
    return target


def check(file: Path) -> None:
    """Run SQLite's foreign-key and quick integrity checks.

    Raises:
        StoreRefused: the store is damaged.
    """
    try:
        with closing(sqlite3.connect(file)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(file) from error
    if not sound or orphans:
        raise damaged(file)
