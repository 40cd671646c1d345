"""How long the window may keep a clerk waiting: one key in a filter, and the longest silence of a long work.

Times are those the processor spent for the program, so that other work on the machine does not count. The floors are
what a person notices: a frame of 16 ms, and 100 ms without an answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from desktop.bench import Ratio
from desktop.errors import Refused

ROWS, ACCOUNTS = 5000, 200
FRAME, PATIENCE = 16.0, 100.0  # milliseconds
TRIES = 5

BEGIN = """
import json, os, sys, time
ROWS, ACCOUNTS = map(int, sys.argv[1:])
from desktop import imports
imports.load_qt()
from PySide6.QtCore import QEventLoop, Qt, QTimer
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
def beating():
    beats, heart = [], QTimer(app)
    heart.timeout.connect(lambda: beats.append(time.process_time())); heart.start(2)
    return beats
def longest(beats):
    return max(last - first for first, last in zip(beats, beats[1:])) * 1000
def control():
    beats, end = beating(), time.perf_counter() + 1.5
    def spin(_):
        while time.perf_counter() < end:
            sum(range(100))
    background.run(app, spin, lambda _: None); wait(lambda: not background.busy)
    return longest(beats)
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
quiet = control(); beats = beating()
idle = lambda: not background.busy and not screen.work.working
for do in (lambda: screen.read_file(file), screen.next.click, screen.next.click):
    do(); wait(idle)
with store.read() as session:
    from desktop import accounts
    assert len(accounts.in_use(session)) == ROWS
print(json.dumps([quiet, longest(beats)]), flush=True)
os._exit(0)
"""
)
READING = (
    BEGIN
    + """
from desktop import sample
from desktop.filling import fill
from desktop.forms import find, sample as filled
from desktop.windows.reading import ReadingPage
sample.build(store, store.clock().date())
form = find("tongjibiao")
files = []
for kind in form.kinds:
    files.append(paths.home() / f"表.{kind}")
    files[-1].write_bytes(fill(form, filled(form), kind))
page = ReadingPage(store, background)
page.resize(1158, 768); page.show(); wait(lambda: True)
quiet = control(); beats = beating()
for file in files:
    page.read_file(file); wait(lambda: not background.busy and not page.work.working)
    assert page.came is not None
print(json.dumps([quiet, longest(beats)]), flush=True)
os._exit(0)
"""
)
FILLING = (
    BEGIN
    + """
from pathlib import Path
from PySide6.QtTest import QTest
from desktop import accounts, sample, settings, units
from desktop.windows import dialogs
from desktop.windows.fill import FillPage
day = store.clock().date()
sample.build(store, day)
with store.write("很多账号") as session:
    mine = units.need_own(session).id
    many = [accounts.Account(platform="微博", name=f"青溪第{n}号", unit_id=mine) for n in range(ACCOUNTS)]
    session.add_all(many); session.flush()
    session.add_all([accounts.AccountStep(account_id=one.id, state="正常", on=day) for one in many])
page = FillPage(store, settings.load(store.folder), background)
page.resize(1158, 768); page.show(); page.refresh(); wait(lambda: True)
out = paths.home() / "导出"
dialogs.choose_folder = lambda *_: out
def rest():
    wait(lambda: not (page.desk is None or background.busy or page.work.working))
    wait(lambda: not (page.desk.drawing.waiting or page.desk._pause.isActive()))
    wait(lambda: not background.busy)
quiet = control(); beats = beating()
wait(lambda: bool(beats))
page.open(["begin", "zhanghaotaizhang"]); rest()
desk = page.desk
assert desk.draft.rows("accounts") > ACCOUNTS and desk.paper.paper.pages
for step in desk.form.steps:
    QTest.mouseClick(desk.steps._entries[step.id], Qt.MouseButton.LeftButton); app.processEvents()
desk.turn_to("accounts"); rest()
QTest.keyClicks(desk.fields.inputs["accounts.2.note"].input, "abc", delay=60); QTest.qWait(400)
QTest.keyClicks(desk.fields.inputs["accounts.2.note"].input, "def", delay=60); rest()
assert any("abcdef" in text.text for sheet in desk.paper.paper.pages for text in sheet.texts)
desk.fields.shrunk.emit("accounts", 3); rest()
page.final.click(); rest()
assert list(out.iterdir())
print(json.dumps([quiet, longest(beats)]), flush=True)
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
    """A key in the filter over 5,000 accounts (limit: one frame); long works, none silent for longer than 100 ms."""
    yield Ratio(f"{ROWS} 个账号，筛选每按一键", "一帧", FRAME, slowest_key(), 1.0)
    yield Ratio(f"导入 {ROWS} 行，界面最长停顿", "一次停顿", PATIENCE, longest_silence(IMPORT), 1.0)
    yield Ratio("读回一份表，界面最长停顿", "一次停顿", PATIENCE, longest_silence(READING), 1.0)
    yield Ratio(f"填 {ACCOUNTS} 个账号的台账，界面最长停顿", "一次停顿", PATIENCE, longest_silence(FILLING), 1.0)


def slowest_key() -> float:
    """The slowest of some keys in the filter of 5,000 accounts in ms, each at the best of a few tries."""
    best = _child(TYPING)
    for _ in range(TRIES):
        if max(best) < FRAME:
            break
        best = [min(pair) for pair in zip(best, _child(TYPING), strict=True)]
    return max(best)


def longest_silence(code: str) -> float:
    """The longest time without an answer in ms, the best of some tries.

    A machine whose processors are busy with something else stands still by itself. So the same window is first watched
    while the worker does nothing but count; where even then it is silent for more than a quarter of PATIENCE, the
    silence counts in proportion.

    Args:
        code: IMPORT, 5,000 rows are read, judged and taken over; READING, two filled sheets are read back; or FILLING,
            the register of 200 accounts as a form is begun, filled, made final and written.
    """
    best = 1000 * PATIENCE
    for _ in range(TRIES):
        quiet, longest = _child(code)
        best = min(best, longest * min(1.0, PATIENCE / 4 / quiet))
        if best < PATIENCE:
            break
    return best


def _child(code: str) -> list[float]:
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "TUANMEI_HOME": home,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, str(ROWS), str(ACCOUNTS)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    if not done.stdout.strip():
        raise Refused("测速子进程没有做完。", where=sys.executable, todo=done.stderr[-300:])
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found
