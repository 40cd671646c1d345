"""Secrets on the clipboard: marked as not to be remembered, gone after a count-down and at the end of the program.

Windows reads three formats beside the text: clipboard monitors are asked to look away, the clipboard history (Win+V)
and the cloud clipboard are told not to take it. KDE has a hint of its own. Somebody else's text is never cleared.
"""

from __future__ import annotations

import hashlib
import secrets

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
NOT_REMEMBERED = {
    _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"\0",
    _WINDOWS.format("CanIncludeInClipboardHistory"): b"\0\0\0\0",  # a DWORD of 0: no
    _WINDOWS.format("CanUploadToCloudClipboard"): b"\0\0\0\0",
    "x-kde-passwordManagerHint": b"secret",
}


class SecretClipboard(QObject):
    """Puts one secret at a time on the clipboard.

    Signals:
        left: seconds until it is cleared, 0 when it is gone.
    """

    left = Signal(int)

    def __init__(self, seconds: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seconds = seconds
        self._left = 0
        self._salt = b""
        self._ours = b""
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._second)

    def put(self, secret: str) -> None:
        """Copy a secret and begin to count down; only a salted hash of it is kept to know it again."""
        content = QMimeData()
        content.setText(secret)
        for kind, value in NOT_REMEMBERED.items():
            content.setData(kind, value)
        QGuiApplication.clipboard().setMimeData(content)
        self._salt = secrets.token_bytes(16)
        self._ours = self._mark(secret)
        self._left = self.seconds
        self._tick.start()
        self.left.emit(self._left)

    def clear(self) -> None:
        """Clear it now, if it is still ours; called when the count-down ends, the vault locks and the program ends."""
        self._tick.stop()
        if self._ours:
            clipboard = QGuiApplication.clipboard()
            for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
                supported = mode == QClipboard.Mode.Clipboard or clipboard.supportsSelection()
                if supported and self._mark(clipboard.text(mode)) == self._ours:
                    clipboard.clear(mode)
        self._ours, self._left = b"", 0
        self.left.emit(0)

    def _mark(self, text: str) -> bytes:
        return hashlib.sha256(self._salt + text.encode("utf-8", "surrogatepass")).digest()

    def _second(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.clear()
        else:
            self.left.emit(self._left)
