"""Where things lie: the program's own data, the clerk's store, files written whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from desktop.errors import FileBusy, Refused, why

HOME_VARIABLE = "TUANMEI_HOME"
STORE_FILE = "tuanmei.sqlite"
"""The store inside the data folder."""


def bundled(folder: str) -> Path:
    """The program's own data folder of that name, `forms` or `resources`.

    In a checkout and in the Windows package it lies beside the package, in an installed wheel inside it.
    """
    package = Path(__file__).resolve().parent
    beside = package.parent / folder
    return beside if beside.is_dir() else package / "bundled" / folder


def home() -> Path:
    """The clerk's data folder: `TUANMEI_HOME` when set, else the place the operating system keeps user data."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "Tuanmei"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "tuanmei"


def make_private(folder: Path) -> Path:
    """Make a folder that only its owner may read (mode 0700 where the system knows modes) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
    return folder


def write_whole(target: Path, content: bytes, *, private: bool = False) -> Path:
    """Write a file whole or not at all: to a neighbour first, flushed to disk, then put in place in one step.

    A private file is never readable by others, not even while it is written (where the system knows modes).

    Raises:
        FileBusy: Word, WPS or Excel holds the target open.
        Refused: the folder cannot be written (missing rights, full disk).
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(target, error) from error
    neighbour = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(neighbour, flags, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        neighbour.replace(target)
    except PermissionError as error:
        neighbour.unlink(missing_ok=True)
        if target.is_dir():  # Windows calls this a missing permission
            raise _not_written(target, IsADirectoryError(errno.EISDIR, "")) from error
        if target.exists():
            raise FileBusy(
                f"文件“{target.name}”正被其他程序（如 Word、WPS、Excel）打开，没有写入。",
                where=str(target.parent),
                todo="请先关闭该文件再试，原文件未改动。",
            ) from error
        raise _not_written(target, error) from error
    except OSError as error:
        neighbour.unlink(missing_ok=True)
        raise _not_written(target, error) from error
    return target


def _not_written(target: Path, error: OSError) -> Refused:
    return Refused(
        f"文件“{target.name}”没有写成（{why(error)}）。",
        where=str(target.parent),
        todo="请换一个文件夹，或检查磁盘空间后再试。",
    )
