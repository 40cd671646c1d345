"""How long the window may keep a clerk waiting: one key in a filter, and the longest silence of a large import.

Times are those the processor spent for the program, so that other work on the machine does not count. The floors are
what a person notices: a frame of 16 ms, and 100 ms without an answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from desktop.bench import Ratio
from desktop.errors import Refused

ROWS = 5000
FRAME, PATIENCE = 16.0, 100.0  # milliseconds
TRIES = 5

BEGIN = """
import json, os, sys, time
ROWS = int(sys.argv[1])
from desktop import imports
imports.load_qt()
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from desktop import paths, pinyin
from desktop.background import Background
from desktop.store import Store
from desktop.windows import theme
app = QApplication(["", *theme.STYLE]); theme.apply(app, "浅色")
def failed(error):
    raise error
background = Background(failed)
store = Store.open(paths.home())
pinyin.warm()
imports.settled()
def wait(until):
    while not until():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    for _ in range(20):
        app.processEvents()
"""
IMPORT = (
    BEGIN
    + """
from desktop.windows.importing import ImportScreen
screen = ImportScreen(store, background)
screen.resize(1158, 768); screen.show()
lines = [f"账号{n},微信,单位{n % 99},坏链接" for n in range(ROWS)]
file = paths.home() / "名单.csv"
file.write_text("\\n".join(["账号名称,平台,主办单位,链接", *lines]), "utf-8")
beats = []
heart = QTimer(); heart.timeout.connect(lambda: beats.append(time.process_time())); heart.start(2)
idle = lambda: not background.busy and not screen.work.working
for do in (lambda: screen.read_file(file), screen.next.click, screen.next.click):
    do(); wait(idle)
with store.read() as session:
    from desktop import accounts
    assert len(accounts.in_use(session)) == ROWS
print(json.dumps([(last - first) * 1000 for first, last in zip(beats, beats[1:])]), flush=True)
os._exit(0)
"""
)
TYPING = (
    BEGIN
    + """
from desktop import accounts
from desktop.windows.accounts import AccountsPage
names = ["林川青年", "青春志愿", "红领巾之声", "校园记者社", "青溪团委"]
day = store.clock().date()
with store.write("很多账号") as session:
    many = [accounts.Account(platform="微博", name=f"{names[n % 5]}第{n}号") for n in range(ROWS)]
    session.add_all(many); session.flush()
    session.add_all([accounts.AccountStep(account_id=one.id, state="正常", on=day) for one in many])
page = AccountsPage(store, background)
page.resize(1158, 768); page.show(); page.refresh()
wait(lambda: not background.busy and not page.table.model._preparing.isActive())
spent = []
for text in ("q", "qc", "qcz", "qczy", "qcz", "qc", "q", "", "青", "青溪", "青溪4", "青溪49", "", "zzz", ""):
    begun = time.process_time()
    page.table.filter.setText(text)
    app.processEvents(); app.processEvents()
    spent.append((time.process_time() - begun) * 1000)
print(json.dumps(spent), flush=True)
os._exit(0)
"""
)


def ratios() -> Iterator[Ratio]:
    """A key in the filter over 5,000 accounts (limit: one frame), a list of 5,000 rows taken over (100 ms)."""
    yield Ratio(f"{ROWS} 个账号，筛选每按一键", "一帧", FRAME, slowest_key(), 1.0)
    yield Ratio(f"导入 {ROWS} 行，界面最长停顿", "一次停顿", PATIENCE, longest_silence(), 1.0)


def slowest_key() -> float:
    """The slowest of some keys in the filter of 5,000 accounts in ms, each at the best of a few tries."""
    best = _child(TYPING)
    for _ in range(TRIES):
        if max(best) < FRAME:
            break
        best = [min(pair) for pair in zip(best, _child(TYPING), strict=True)]
    return max(best)


def longest_silence() -> float:
    """The longest time without an answer while 5,000 rows are read, judged and taken over, in ms; best of some tries.

    A processor that is taken away from the whole machine for a while looks like a silence, hence the tries.
    """
    best = max(_child(IMPORT))
    for _ in range(TRIES):
        if best < PATIENCE:
            break
        best = min(best, max(_child(IMPORT)))
    return best


def steady() -> bool:
    """Whether the machine lets a loop that does nothing run on without being held up for a fifth of PATIENCE."""
    longest, last = 0.0, time.perf_counter()
    end = last + 2
    while last < end:
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest * 1000 < PATIENCE / 5


def _child(code: str) -> list[float]:
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "TUANMEI_HOME": home,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, str(ROWS)], capture_output=True, text=True, env=environment, check=False
        )
    if not done.stdout.strip():
        raise Refused("测速子进程没有做完。", where=sys.executable, todo=done.stderr[-300:])
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found
