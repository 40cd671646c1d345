"""The last words of the program: a report the clerk can send, without any value from a form or the vault."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from desktop import __version__
from desktop.paths import make_private, write_whole

LOGS = "日志"


def start_log(folder: Path) -> logging.Logger:
    """Keep a rotating log (3 × 1 MB) in the data folder."""
    log = logging.getLogger("desktop")
    handler = RotatingFileHandler(
        make_private(folder / LOGS) / "tuanmei.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for old in list(log.handlers):
        log.removeHandler(old)
        old.close()
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return log


def report_text(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Versions and the places in the program that led to the fault.

    The message of the error itself is left out: it may hold what somebody typed.
    """
    places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    cause = error.__cause__ or error.__context__
    return "\n".join(
        [
            f"团媒台账 {__version__}",
            f"Python {platform.python_version()} · {platform.platform()}",
            f"错误类型 {kind.__module__}.{kind.__qualname__}",
            *([f"起因 {type(cause).__module__}.{type(cause).__qualname__}"] if cause else []),
            "位置：",
            *places,
        ]
    )


class CrashReporter:
    """Catches every exception nobody handled, on whatever thread, and writes one report file.

    Args:
        folder: the data folder. show: shows the path of the report; called once at a time.
    """

    def __init__(self, folder: Path, show: Callable[[Path, str], None]) -> None:
        self._folder = folder
        self._show = show
        self._showing = False

    def install(self) -> None:
        """Become the hook of the interpreter and of all threads."""
        sys.excepthook = self.caught
        threading.excepthook = lambda args: self.caught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write the report and show it, unless another one is being shown."""
        if issubclass(kind, KeyboardInterrupt):
            return
        text = report_text(kind, error, trace)
        logging.getLogger("desktop").error("crash\n%s", text)
        file = make_private(self._folder / LOGS) / f"故障报告-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
        write_whole(file, text.encode())
        if not self._showing:
            self._showing = True
            try:
                self._show(file, text)
            finally:
                self._showing = False
