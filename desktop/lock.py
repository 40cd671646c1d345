"""One program per data folder, held by a lock of the operating system that ends with the process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from desktop.errors import StoreRefused


class FolderLock:
    """An exclusive lock on a data folder; taken over at once when its holder has died."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".lock"
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            StoreRefused: another program holds it.
        """
        file = self.path.open("a+b")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise StoreRefused(
                "团媒台账已经打开了这个数据文件夹。",
                where=str(self.path.parent),
                todo="请使用已打开的窗口，或先关闭它。",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()).encode())
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the folder free; harmless when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(1024)  # a byte beyond the process number, so that others may still read that
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
