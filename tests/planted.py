"""A day with secrets, ended by a sudden death; tests/test_planted_secret.py looks for the secrets afterwards.

Every way a secret can take through the program is gone: typed, stored, planned, changed, shown, copied, refused,
crashed upon, backed up; then the process kills itself, so that the write-ahead log stays as it is.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from datetime import date
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop import credentials, custody, holders, password_lists, passwords, paths, people, sample
from desktop.crash import CrashReporter, start_log
from desktop.errors import Refused
from desktop.passwords import Secret
from desktop.store import Store
from desktop.vault import Vault, cipher, recovery, relock
from desktop.windows.clipboard import SecretClipboard


def day(words: dict[str, str]) -> None:
    folder = paths.make_private(paths.home())
    start_log(folder)
    store = Store.open(folder, actor="陈示例")
    reader = store._reading.connect()  # an open reader keeps SQLite from tidying up: the log holds the whole day
    reader.exec_driver_sql("SELECT count(*) FROM action").fetchall()
    sample.build(store, date.today())
    vault = Vault(store)
    recovery.new_code = lambda: words["sheet"]
    vault.prove_recovery(vault.create(words["passphrase"]))
    with store.read() as session:
        login = credentials.entries(session)[0].id
        account = credentials.entries(session)[0].account_id
        someone = people.in_use(session)[0].id
    passwords.plan(store, vault, login, Secret("lc", words["old"], words["note"]))
    passwords.confirm(store, login, strength="强")
    passwords.register(store, account, credentials.TOTP, vault=vault, secret=Secret("", words["seed"]))
    passwords.register(store, account, credentials.CODES, vault=vault, secret=Secret("", words["codes"]))
    vault.keep("SMTP 授权码", "tw@example.cn", words["mail"].encode())
    shown = passwords.reveal(store, vault, login, reason="发布推文")
    logging.getLogger("desktop").info("shown %r to the clerk, vault %r", shown, vault)
    passwords.plan(store, vault, login, Secret("lc", words["new"]))
    passwords.reveal(store, vault, login, reason="改密", state="拟改")
    passwords.confirm(store, login)
    holders.seal_envelope(store, login, "2026-09", "保险柜")
    take_in(store, vault, words)
    for refused in (
        lambda: passwords.reveal(store, vault, login, reason=f"核对 {words['new']}"),
        lambda: passwords.reveal(store, vault, login, reason="看看", viewer_id=someone),
        lambda: vault.unlock(words["wrong"]),
        lambda: vault.prove_recovery(words["wrong"]),
        lambda: relock.change_passphrase(vault, words["wrong"], words["other"]),
    ):
        try:
            refused()
        except Refused as refusal:
            logging.getLogger("desktop").warning("refused: %s", refusal)
    relock.change_passphrase(vault, words["passphrase"], words["other"])
    vault.prove_recovery(relock.rotate_key(vault, words["other"]))
    vault.lock()
    vault.unlock_with_code(words["sheet"])
    crash(folder, shown, words)
    store.back_up()
    passwords.destroy(store, login, "试一试销毁")
    copy(words)
    with store.write("最后一笔") as session:
        custody.append(session, custody.Deed(custody.SEEN, reason="结束"), at=store.clock(), actor="陈示例")


def take_in(store: Store, vault: Vault, words: dict[str, str]) -> None:
    """Read a list of passwords, seal what it holds and destroy it."""
    file = Path(sys.argv[1]).parent / "旧清单.csv"
    file.write_text(f"账号,平台,登录名,密码\n林川团县委,今日头条,lc,{words['listed']}\n", "utf-8")
    with store.read() as session:
        found = password_lists.propose(session, password_lists.read(file))
    assert password_lists.take(store, vault, found, file.name) == 1
    password_lists.destroy_file(file)


def crash(folder: Path, shown: Secret, words: dict[str, str]) -> None:
    """Fail with secrets in local variables and in the message."""
    reporter = CrashReporter(folder, lambda file, text: None)
    plain = words["new"]
    try:
        raise ValueError(f"cannot use {plain} or {shown.password}")
    except ValueError as error:
        reporter.caught(type(error), error, error.__traceback__)


def copy(words: dict[str, str]) -> None:
    """Copy, wait for the count-down, and look at the clipboard."""
    app = QApplication(["planted"])
    clipboard = SecretClipboard(1)
    clipboard.put(words["new"])
    assert QGuiApplication.clipboard().text() == words["new"]
    loop = QEventLoop()
    clipboard.left.connect(lambda left: left == 0 and loop.quit())
    QTimer.singleShot(10_000, loop.quit)
    loop.exec()
    data = QGuiApplication.clipboard().mimeData()
    left = b"\n".join(bytes(data.data(kind)) for kind in data.formats()) if data is not None else b""
    Path(sys.argv[1]).write_bytes(b"clipboard:" + left)
    app.quit()


if __name__ == "__main__":
    cipher.WANTED = (0.0, 0.0)  # the floor will do: the commands afterwards refuse anything below it
    day(json.load(sys.stdin))
    sys.stdout.buffer.write(Path("/proc/self/environ").read_bytes() if sys.platform == "linux" else b"")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
