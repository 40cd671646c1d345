"""Speed as a clerk feels it: the start beside a bare window of Qt.

`tuanmei bench` holds the limits themselves. Here other tests run beside and the machine may be a slow one, so each
has a few tries and some room: what fails here has become slow, not unlucky.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.bench import start, window

TRIES = 3
ROOM = 1.5  # times a limit, of ratios
ROOM_FOR_TIMES = 3  # times a limit in milliseconds, which no slower machine keeps


def test_the_frame_and_the_home_page_come_soon_after_a_bare_window() -> None:
    best: dict[str, float] = {}
    for _ in range(TRIES):
        measured = list(start.ratios(4))
        best = {one.name: min(one.value / one.limit, best.get(one.name, 9.0)) for one in measured}
        if max(best.values()) <= ROOM:
            break
    assert len(best) == 3
    assert {name: value for name, value in best.items() if value > ROOM} == {}


def test_no_key_in_the_filter_of_5000_accounts_takes_longer_than_a_frame() -> None:
    assert window.slowest_key() < ROOM_FOR_TIMES * window.FRAME


@pytest.mark.parametrize("code", [window.IMPORT, window.READING], ids=["5000 rows imported", "sheets read back"])
def test_the_window_answers_within_100_ms(code: str) -> None:
    assert window.longest_silence(code) < ROOM_FOR_TIMES * window.PATIENCE


def test_the_collector_rests_only_until_the_frame_is_painted(own_home: Path) -> None:
    code = """
import builtins, gc
plain = builtins.__import__
from desktop import imports
imports.load_qt()
print(gc.isenabled(), builtins.__import__ is plain)
from PySide6.QtWidgets import QApplication
from desktop import paths
from desktop.app import Start
from desktop.lock import FolderLock
app = QApplication([])
home = paths.make_private(paths.home())
lock = FolderLock(home); lock.take()
start = Start(app, home, lock)
start.show()
while start.office is None:
    app.processEvents()
print(gc.isenabled(), gc.get_freeze_count() > 0, builtins.__import__ is plain)
start.window.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["False True", "True True True", ""]
