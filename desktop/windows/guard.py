"""The guard of the open vault: when nobody is there, the screen is locked or the PC goes to sleep, the vault locks.

It also keeps windows that show secrets out of screenshots where the system can.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.errors import Refused

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.vault import Vault
    from desktop.windows.clipboard import SecretClipboard

_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.InputMethod,
}  # fmt: skip
SESSION_CHANGE, POWER = 0x02B1, 0x0218  # WM_WTSSESSION_CHANGE, WM_POWERBROADCAST
SESSION_LOCK, SUSPEND = 0x7, 0x4  # WTS_SESSION_LOCK, PBT_APMSUSPEND
NOT_CAPTURED, BLACK = 0x11, 0x1  # WDA_EXCLUDEFROMCAPTURE (Windows 10 2004 and later), WDA_MONITOR
CHECK_EVERY = 1000  # milliseconds


class Guard(QObject):
    """Watches for signs of life and for the system's own locks.

    Args:
        vault: what is locked.
        clipboard: what is cleared with it.
        window: the main window; on Windows it hears of locked sessions and of sleep.
    """

    def __init__(self, vault: Vault, clipboard: SecretClipboard, window: QWidget) -> None:
        super().__init__(window)
        self._vault = vault
        self._clipboard = clipboard
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY)
        self._timer.timeout.connect(vault.lock_if_idle)
        vault.on_lock(self._locked)
        vault.on_open(self._opened)
        app = QApplication.instance()
        assert app is not None
        if sys.platform == "win32":
            self._native = _WindowsEvents(self)
            app.installNativeEventFilter(self._native)
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(wintypes.HWND(int(window.winId())), 0)
        elif sys.platform.startswith("linux"):
            self._listen()

    def _opened(self) -> None:
        """Look at every event only while there is something to guard: a filter in Python costs time."""
        QTimer.singleShot(0, self, self.watch)

    def watch(self) -> None:
        """Begin to watch; on the interface thread, for the vault is opened by the worker."""
        app = QApplication.instance()
        if app is not None and not self._vault.locked:
            app.installEventFilter(self)
            self._timer.start()

    def _locked(self) -> None:
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._clipboard.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._vault.touch()
        return super().eventFilter(watched, event)

    def _listen(self) -> None:
        """Hear from the session and from systemd; a desktop without them is guarded by the idle time alone."""
        from PySide6.QtDBus import QDBusConnection

        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        # PySide6 6.8.3 takes the slot as text only, whatever its signature says.
        changed, lock_now = (cast("bytes", SLOT(name)) for name in ("changed(bool)", "lock_now()"))
        for name in ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"):
            session.connect("", "", name, "ActiveChanged", self, changed)
        login = "org.freedesktop.login1"
        system.connect(login, "/org/freedesktop/login1", f"{login}.Manager", "PrepareForSleep", self, changed)
        system.connect(login, "", f"{login}.Session", "Lock", self, lock_now)

    @Slot(bool)
    def changed(self, active: bool) -> None:
        """The screen was locked, or the PC is about to sleep."""
        if active:
            self.lock_now()

    @Slot()
    def lock_now(self) -> None:
        """Lock at once."""
        self._vault.lock()


class _WindowsEvents(QAbstractNativeEventFilter):
    """Hears WM_WTSSESSION_CHANGE and WM_POWERBROADCAST."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._guard = guard

    def nativeEventFilter(self, kind: object, message: object) -> object:
        if bytes(kind) == b"windows_generic_MSG":  # type: ignore[call-overload]
            heard = wintypes.MSG.from_address(int(message))  # type: ignore[call-overload]
            if (heard.message, heard.wParam) in ((SESSION_CHANGE, SESSION_LOCK), (POWER, SUSPEND)):
                self._guard.lock_now()
        return False, 0


def check_chain(store: Store) -> None:
    """Read the whole chain of custody back.

    Raises:
        Refused: it does not hold; names the first bad link.
    """
    from desktop import custody

    with store.read() as session:
        faults = custody.verify(session)
    if faults:
        raise Refused(
            f"密码保管链核验不通过：{faults[0].sentence}",
            todo="请勿继续登记，保留现有数据文件，并与最近的备份和纸面编号核对。",
        )


def keep_out_of_capture(window: QWidget, hidden: bool = True) -> bool:
    """Let screenshots, recordings and shared screens show nothing of a window; whether the system can.

    Windows can from Windows 10 2004 on (before, the window is black). X11 and Wayland have no such wish.
    """
    if sys.platform != "win32":
        return False
    handle = wintypes.HWND(int(window.window().winId()))
    wish = ctypes.windll.user32.SetWindowDisplayAffinity
    if not hidden:
        return bool(wish(handle, 0))
    return bool(wish(handle, NOT_CAPTURED)) or bool(wish(handle, BLACK))
