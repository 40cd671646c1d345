"""`tuanmei --self-check`: does this installation work on this PC? Tried on invented data in a folder of its own.

Opens a store, fills every form, signs and verifies one, opens a vault, uses the system's keyring, takes a picture of
every page, writes a PDF and reads it. The clerk's own data are not touched. Exit code 0 when everything passed, 1 when
something did not.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import secrets
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from desktop import __version__, paths
from desktop.errors import Refused
from desktop.installation import REPORT, report_folder

PASSPHRASE = "自检专用 口令 2026"
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Step:
    """One thing that was tried.

    Attributes:
        title: what. good: whether it worked. note: what was found, or why not. seconds: how long it took.
    """

    title: str
    good: bool
    note: str
    seconds: float

    def line(self) -> str:
        """The step as one line of the report."""
        return f"{'通过' if self.good else '未通过'}  {self.title}（{self.seconds:.1f} 秒）：{self.note}"


def main(words: list[str]) -> int:
    """Run the check and write the report; returns the exit code."""
    grammar = argparse.ArgumentParser(prog="tuanmei --self-check", description="检查安装是否完整，写出报告。")
    grammar.add_argument("--output", type=Path, metavar="文件夹", help="报告、图片和填好的表放在这里")
    output = grammar.parse_args(words).output or report_folder(paths.home(), datetime.now())
    output.mkdir(parents=True, exist_ok=True)
    steps = list(check(output))
    text = report(steps, datetime.now())
    paths.write_whole(output / REPORT, text.encode("utf-8-sig"))
    if sys.stdout is not None:
        sys.stdout.write(f"{text}\n报告：{output / REPORT}\n")
    return 0 if all(step.good for step in steps) else 1


def report(steps: list[Step], now: datetime) -> str:
    """The whole report."""
    bad = sum(not step.good for step in steps)
    return "\n".join(
        [
            f"团媒台账 {__version__} 自检 {now:%Y-%m-%d %H:%M}",
            f"{platform.platform()} · Python {platform.python_version()} · {sys.executable}",
            *(step.line() for step in steps),
            f"结论：{f'有 {bad} 项未通过' if bad else '全部通过'}",
        ]
    )


def check(output: Path) -> Iterator[Step]:
    """Try everything, one after the other; a failure does not keep the rest from being tried.

    Args:
        output: an existing folder for pictures and filled forms.
    """
    before = os.environ.get(paths.HOME_VARIABLE)
    scratch = tempfile.mkdtemp(prefix="tuanmei-check-")
    os.environ[paths.HOME_VARIABLE] = scratch
    try:
        yield tried("程序文件", program_files)
        yield tried("数据库", lambda: store(Path(scratch)))
        yield tried("填写全部表单", lambda: forms(output))
        yield tried("签名与验证", lambda: signature(output))
        yield tried("密码保险柜", lambda: vault(Path(scratch)))
        yield tried("系统钥匙串", keyring)
        yield tried("全部页面", lambda: pages(Path(scratch), output))
        yield tried("读 PDF 通知", lambda: notice(output))
        yield tried("清理", lambda: tidy(Path(scratch)))
    finally:
        if before is None:
            del os.environ[paths.HOME_VARIABLE]
        else:
            os.environ[paths.HOME_VARIABLE] = before


def tried(title: str, work: Callable[[], str]) -> Step:
    """Do one thing; whatever goes wrong becomes a line of the report."""
    start = time.perf_counter()
    try:
        note, good = work(), True
    except Refused as refusal:
        note, good = str(refusal), False
    except Exception as error:  # noqa: BLE001  a self-check reports every fault instead of ending at the first
        place = traceback.extract_tb(error.__traceback__)[-1]
        note, good = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno} {error}", False
    return Step(title, good, note, time.perf_counter() - start)


def program_files() -> str:
    """The data folders that belong to the program are there."""
    missing = [name for name in ("forms", "resources") if not paths.bundled(name).is_dir()]
    if missing:
        raise Refused(f"缺少程序自带的文件夹：{'、'.join(missing)}。", todo="请重新运行安装程序。")
    return str(paths.bundled("forms").parent)


def store(folder: Path) -> str:
    """A store is made, filled with the sample office, backed up, closed and opened again."""
    from desktop import accounts, sample
    from desktop.store import Store

    with Store.open(folder, actor="自检") as made:
        sample.build(made, date.today())
        copy = made.back_up("自检")
    with Store.open(folder, actor="自检") as again, again.read() as session:
        found = len(accounts.in_use(session))
    if not found or not copy.is_file():
        raise Refused("示例台账没有存住。")
    return f"{found} 个示例账号，备份 {copy.stat().st_size // 1024} KB"


def forms(output: Path) -> str:
    """Every form the program brings along is filled with its sample, in each kind it has."""
    from desktop import filling
    from desktop.forms import loading, shelf

    made = 0
    found, refused = shelf.catalogue(paths.bundled("forms"))
    if refused:
        raise refused[0]
    for form in found:
        whole = loading.load(form.folder)
        for kind in whole.kinds:
            content = filling.fill(whole, loading.sample(whole), kind)
            paths.write_whole(output / f"{form.id}.{kind}", content)
            made += 1
    if not made:
        raise Refused("没有找到任何表单。", todo="请重新运行安装程序。")
    return f"{len(found)} 张表单，{made} 个文件"


def signature(output: Path) -> str:
    """One filled form is signed with a certificate made for the purpose, verified, altered, and refused."""
    from desktop import certificates
    from desktop.documents.package import open_package
    from desktop.documents.signing import sign
    from desktop.documents.verifying import verify

    filled = sorted(output.glob("*.docx"))
    if not filled:
        raise Refused("没有可以签名的文件。")
    now = datetime.now().astimezone()
    signed = sign(filled[0].read_bytes(), certificates.make_own("自检", now), now, name=filled[0].name)
    if not verify(signed, filled[0].name).accepted:
        raise Refused("刚签好的文件没有通过验证。")
    package = open_package(signed, filled[0].name)
    text = package.main_part()
    altered = package.written({text: package.read(text).replace(b"</w:t>", b"1</w:t>", 1)})  # one letter typed
    if verify(altered, filled[0].name).accepted:
        raise Refused("改动过的文件竟然通过了验证。")
    paths.write_whole(output / f"已签名-{filled[0].name}", signed)
    return filled[0].name


def vault(folder: Path) -> str:
    """A vault is made, proven, filled, locked, refused to a wrong passphrase, and opened again."""
    from desktop.errors import Locked
    from desktop.store import Store
    from desktop.vault import Vault

    secret = secrets.token_bytes(24)
    with Store.open(folder, actor="自检") as made:
        first = Vault(made)
        first.prove_recovery(first.create(PASSPHRASE))
        first.keep("自检", "自检", secret)
        first.lock()
        again = Vault(made)
        try:
            again.unlock(PASSPHRASE + "错")
        except Locked:
            again.unlock(PASSPHRASE)
        else:
            raise Refused("错误的口令竟然打开了保险柜。")
        kept = again.kept("自检", "自检")
        again.lock()
    if kept != secret:
        raise Refused("保险柜里取出的内容不一样。")
    return "建立、锁上、打开、取出"


def keyring() -> str:
    """The system's keyring keeps a key and gives it back; on a Linux without one the program does without."""
    from desktop.vault import system_key

    if not system_key.available() and sys.platform != "win32":
        return "这台电脑没有系统钥匙串，保险柜只用主口令打开"
    name, key = f"self-check-{secrets.token_hex(4)}", secrets.token_bytes(system_key.KEY_BYTES)
    try:
        system_key.write(name, key)
    finally:
        system_key.forget(name)
    return type(system_key.backend()).__name__


def pages(folder: Path, output: Path) -> str:
    """Every place of the rail is opened in the real window and grabbed as PNG."""
    from desktop.app import Start
    from desktop.lock import FolderLock
    from desktop.places import PLACES
    from desktop.windows import grabbing

    application = grabbing.application()
    lock = FolderLock(folder)
    lock.take()
    hooks = sys.excepthook
    start = Start(application, folder, lock)
    unattended = grabbing.UnattendedDialogs()
    begun = time.perf_counter()
    try:
        start.show()
        if not grabbing.wait(lambda: start.office is not None or bool(unattended.said), WAIT_SECONDS):
            raise Refused("窗口没有打开数据。")
        took = [("打开数据", time.perf_counter() - begun)]
        for place in PLACES:
            begun = time.perf_counter()
            start.window.show_place(place.key)
            if not grabbing.wait(lambda: not start.background.busy, WAIT_SECONDS):
                raise Refused(f"页面“{place.title}”没有显示完。")
            if not grabbing.grab(start.window, output / f"页面-{place.key}.png"):
                raise Refused(f"页面“{place.title}”是空白的。")
            took.append((place.title, time.perf_counter() - begun))
    finally:
        grabbing.dispose(start.window)
        sys.excepthook = hooks
    if unattended.said:
        raise Refused("；".join(unattended.said))
    return f"{application.platformName()}；" + "、".join(f"{title} {seconds:.1f}" for title, seconds in took)


def notice(output: Path) -> str:
    """A filled form is written as PDF, and the reader of notices finds its words again."""
    from desktop.documents import page, pdf, plain
    from desktop.windows import grabbing

    grabbing.application()
    filled = sorted(output.glob("tongjibiao.*"))
    if not filled:
        raise Refused("没有可以印成 PDF 的文件。")
    paper = page.read(filled[0].read_bytes(), pdf.QtFonts())
    file = paths.write_whole(output / "打印样张.pdf", pdf.to_pdf(paper))
    text = "".join(plain.text_of_file(file).split())
    if "统计表" not in text:
        raise Refused(f"PDF 里的字读不出来：{text[:60]}")
    return f"{file.name}，读出 {len(text)} 个字"


def tidy(folder: Path) -> str:
    """Nothing the program opened is still held: its data folder can be removed."""
    logging.shutdown()
    shutil.rmtree(folder)
    return "所有文件都已放开"
