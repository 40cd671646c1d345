"""Runs inside a D-Bus of its own (tests/windows/test_custody.py starts it) and says on which signals the vault locked.

The same bus stands for session and system. A second connection plays screen saver and logind and owns their names, for
the guard listens to logind alone for sleep and for its session's lock.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtWidgets import QApplication, QWidget

from desktop.store import Store
from desktop.vault import Vault, cipher
from desktop.windows.clipboard import SecretClipboard
from desktop.windows.guard import Guard

WORD = "系统信号测试的主口令"
LOGIN = "org.freedesktop.login1"
SIGNALS = {
    "screen saver off": ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", [False]),
    "screen saver on": ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", [True]),
    "GNOME locks": ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", [True]),
    "woken up": ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", [False]),
    "going to sleep": ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", [True]),
    "session locked": ("/org/freedesktop/login1/session/_32", f"{LOGIN}.Session", "Lock", []),
    "something else": ("/org/freedesktop/login1", f"{LOGIN}.Manager", "SessionNew", []),
}


def wait(until: object, milliseconds: int) -> None:
    """Let signals arrive until a condition holds or the time is over."""
    loop, look, end = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: until() and loop.quit())  # type: ignore[operator]
    end.timeout.connect(loop.quit)
    look.start(5)
    end.start(milliseconds)
    loop.exec()


def main(folder: Path) -> dict[str, object]:
    cipher.LEAST, cipher.WANTED = cipher.Cost(1, 8, 1), (0.0, 0.0)
    app = QApplication(["", "-platform", "offscreen"])
    seen: dict[str, object] = {}
    with Store.open(folder, actor="陈示例") as store:
        vault, window = Vault(store), QWidget()
        vault.create(WORD)
        Guard(vault, SecretClipboard(30, window), window)
        other = QDBusConnection.connectToBus(os.environ["DBUS_SESSION_BUS_ADDRESS"], "the others")
        seen["names"] = [other.registerService(name) for name in (LOGIN, "org.freedesktop.ScreenSaver")]
        for said, (path, interface, name, values) in SIGNALS.items():
            if vault.locked:
                vault.unlock(WORD)
            signal = QDBusMessage.createSignal(path, interface, name)
            signal.setArguments(values)
            other.send(signal)
            wait(lambda: vault.locked, 5_000 if values != [False] and name != "SessionNew" else 300)
            seen[said] = vault.locked
        window.deleteLater()
        app.processEvents()
    return seen


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # Qt's D-Bus thread outlives the interpreter's end on some systems
