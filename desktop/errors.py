"""Refusals that a clerk can read.

Refused                  something was not done; says what, where and what to do
├── BadFile              a file handed in cannot be used (damaged, encrypted, of another kind, too large)
│   └── BadForm          a form folder contradicts itself
├── FileBusy             a file cannot be written because Word, WPS or Excel holds it
├── BadValue             something typed or imported does not fit its field
├── StoreRefused         the store cannot be opened (newer, locked, on a network share)
│   └── StoreDamaged     SQLite cannot read it; a backup can be put in its place
└── Locked               the vault is locked or the passphrase is wrong

Everything else that is raised is a fault of the program and goes to the crash report.
"""

from __future__ import annotations

import errno

REASONS = {
    errno.ENOENT: "找不到这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件", errno.EISDIR: "那是一个文件夹", errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满", errno.EROFS: "那里只能读不能写", errno.ENAMETOOLONG: "名称太长",
    errno.EIO: "磁盘读写出错", errno.EBUSY: "正被占用", errno.EINVAL: "名称不合规定",
}  # fmt: skip
"""What the operating system means, for its answers a clerk may meet; it says them in English."""


class Refused(Exception):
    """A refusal in plain Chinese: what is wrong, in which place, and what to do about it.

    Args:
        what: one sentence saying what could not be done, naming the file or record.
        where: the place inside it (sheet, row, cell, field), empty when the whole is meant.
        todo: one sentence telling the clerk what to do next.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what, where, todo)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        """The whole refusal on one line: 位置：说明。办法。."""
        sentence = f"{self.where}：{self.what}" if self.where else self.what
        return f"{sentence}{self.todo}"


class BadFile(Refused):
    """A file handed to the program cannot be used."""


class BadForm(BadFile):
    """A form folder contradicts itself: unknown keys, tags that do not match, a sample that does not fit."""


class FileBusy(Refused):
    """A file cannot be replaced because another program holds it open."""


class BadValue(Refused):
    """A value does not fit the field it was given for."""


class StoreRefused(Refused):
    """The store cannot be opened."""


class StoreDamaged(StoreRefused):
    """SQLite cannot read the store."""


class Locked(Refused):
    """The vault is locked, or the passphrase does not open it."""


def why(error: OSError) -> str:
    """What the operating system answered, in Chinese where it is a usual answer."""
    return REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
