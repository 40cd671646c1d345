"""Speed as a clerk feels it: the start beside a bare window of Qt.

`tuanmei bench` holds the limits themselves; tests.pace says why each has room and a few tries here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.bench import start, window
from tests.pace import over, slowness

ROOM_FOR_TIMES = 3  # times what a person notices, in milliseconds: no slower machine keeps it


def test_the_frame_and_the_home_page_come_soon_after_a_bare_window() -> None:
    assert over(lambda: start.ratios(4)) == {}


def test_no_key_in_the_filter_of_5000_accounts_takes_longer_than_a_frame() -> None:
    assert window.slowest_key() < ROOM_FOR_TIMES * window.FRAME * slowness()


@pytest.mark.parametrize(
    "code",
    [window.IMPORT, window.READING, window.FILLING],
    ids=["5000 rows imported", "sheets read back", "a register of 200 accounts filled"],
)
def test_the_window_answers_within_100_ms(code: str) -> None:
    assert window.longest_silence(code) < ROOM_FOR_TIMES * window.PATIENCE * slowness()


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
