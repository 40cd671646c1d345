"""This installation of the program: how it is started once more, and its self-check asked for from the window."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path, PureWindowsPath

from desktop.errors import Refused
from desktop.paths import bundled, make_private

REPORT = "自检报告.txt"
PORTABLE_MARK = "绿色版说明.txt"
"""Lies beside the launcher of a portable folder (绿色版), which keeps the data beside itself because of it."""


def portable() -> bool:
    """Whether the program runs from a portable folder; its resources lie two folders below the launcher."""
    return (bundled("resources").parent.parent / PORTABLE_MARK).is_file()


def report_folder(home: Path, now: datetime) -> Path:
    """Where a self-check leaves its report when nobody says otherwise: beside the log."""
    return home / "日志" / f"自检-{now:%Y%m%d-%H%M%S}"


def check(folder: Path) -> tuple[Path, str]:
    """Let a second start of the program check itself; returns the folder and the text of its report.

    Raises:
        Refused: it left no report.
    """
    place = make_private(report_folder(folder, datetime.now()))
    subprocess.run(
        [*start_command(sys.orig_argv, len(sys.argv) - 1), "--self-check", "--output", str(place)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    report = place / REPORT
    if not report.is_file():
        raise Refused("检查没有做完，没有留下报告。", todo="请重新运行安装程序，数据不受影响。")
    return place, report.read_text("utf-8-sig")


def start_command(given: list[str], words: int) -> list[str]:
    """The command that starts this program once more, without the last `words` words it was given.

    The launcher of the Windows package adds the words for Python by itself.
    """
    if PureWindowsPath(given[0]).stem.lower() == "tuanmei":
        return given[:1]
    return given[: len(given) - words]
