"""A second start raises the first window: a local server per data folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

WAIT = 1000
"""How long a second start waits for an answer of the first one, in ms."""
PATIENCE = 8000
"""How long it tries to find the first one listening, in ms: on a slow PC a window is there before it listens."""
PAUSE = 100
LONGEST = 32 * 1024
"""Bytes of a path that a second start may hand over."""


def server_name(folder: Path) -> str:
    """The name under which the window of this data folder listens."""
    return "tuanmei-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def raise_first(folder: Path, file: str = "") -> bool:
    """Ask the window that holds the folder to come to the front, with a file to open; False when none listens."""
    socket = QLocalSocket()
    patience = QDeadlineTimer(PATIENCE)
    socket.connectToServer(server_name(folder))
    while not socket.waitForConnected(WAIT):
        if patience.hasExpired():
            return False
        QThread.msleep(PAUSE)
        socket.abort()
        socket.connectToServer(server_name(folder))
    socket.write(file.encode() or b"\0")
    socket.flush()
    socket.waitForBytesWritten(WAIT)
    socket.disconnectFromServer()
    return True


class FirstWindow(QObject):
    """Listens for second starts and brings the window to the front.

    Signals:
        arrived: a second start was given this file to open.
    """

    arrived = Signal(str)

    def __init__(self, folder: Path, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(server_name(folder))  # left behind by a program that was killed
        self._server.listen(server_name(folder))
        self._server.newConnection.connect(self._raise)

    def _raise(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self._told(socket)
        else:
            socket.disconnected.connect(lambda: self._told(socket))
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _told(self, socket: QLocalSocket) -> None:
        file = bytes(socket.read(LONGEST).data()).decode("utf-8", "replace").strip("\0")
        socket.deleteLater()
        if file:
            self.arrived.emit(file)
