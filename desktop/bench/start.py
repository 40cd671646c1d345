"""From nothing to the first painted window, and to the filled home page, beside a bare PySide6 window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.bench import Ratio, compare
from desktop.errors import Refused

# Each child prints the monotonic clock, which all processes of a machine share, at the moment it measures.
PAINTED = """
import time
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.seen:
            self.seen = True
            print(time.monotonic(), flush=True)
            self.then()
        return False
"""
BARE = (
    PAINTED
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
watch = Watch(); watch.seen = False; watch.then = app.quit
window = QMainWindow(); window.installEventFilter(watch); window.resize(1366, 768); window.show()
app.exec()
"""
)
SHELL = (
    "from desktop import imports; imports.load_qt()\n"
    + PAINTED
    + """
import sys
from PySide6.QtWidgets import QApplication
from desktop import paths
from desktop.app import Start
from desktop.lock import FolderLock
folder = paths.make_private(paths.home())
lock = FolderLock(folder); lock.take()
from desktop.windows.theme import STYLE
app = QApplication(["", *STYLE])
watch = Watch(); watch.seen = False
start = Start(app, folder, lock)
start.window.installEventFilter(watch)
"""
)
FIRST = (
    SHELL
    + """
watch.then = app.quit
start.show(); app.exec()
import os; os._exit(0)
"""
)
WAIT = (
    SHELL
    + """
from PySide6.QtCore import QTimer
def look():
    if ready():
        start.window.grab()
        print(time.monotonic(), flush=True)
        import os; os._exit(0)
watch.then = lambda: None
timer = QTimer(); timer.timeout.connect(look); timer.start(1)
start.show()
"""
)
HOME = (
    WAIT
    + """
def ready():
    page = start.window.page()
    return page is not None and page.shown is not None
app.exec()
"""
)
LIVE = (
    WAIT
    + """
def ready():
    return start.office is not None and start.window.page() is not None and not start.background.busy
app.exec()
"""
)


def ratios(rounds: int = 9) -> Iterator[Ratio]:
    """First paint (limit 1.3), filled home page (4), the page checked anew (8): each by a bare window."""
    from desktop import sample
    from desktop.store import Store

    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder)) as store:
            sample.build(store, store.clock().date())
        bare = ("空白 PySide6 窗口", lambda: _child(BARE, folder))
        yield compare("首次显示窗口", lambda: _child(FIRST, folder), *bare, 1.3, rounds=rounds)
        _child(LIVE, folder)
        yield compare("首页内容就绪", lambda: _child(HOME, folder), *bare, 4.0, rounds=rounds)
        yield compare("首页重新核对完", lambda: _child(LIVE, folder), *bare, 8.0, rounds=rounds)


def _child(code: str, home: str) -> float:
    environment = {
        **os.environ,
        "TUANMEI_HOME": home,
        "PYTHONPYCACHEPREFIX": f"{home}/compiled",  # modules compiled once, as in every installed program
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    lines = done.stdout.split()
    if not lines:
        raise Refused("测速子进程没有显示窗口。", where=sys.executable, todo=done.stderr[-300:])
    return (float(lines[-1]) - begun) * 1000
