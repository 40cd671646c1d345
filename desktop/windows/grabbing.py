"""Pages as pictures: open every place of the rail and grab what is shown; for the self-check and for release notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from desktop.windows import theme

LOOK_EVERY = 200
"""How often to look for a dialog that nobody will answer, in ms."""


def application() -> QApplication:
    """The one application object, made in the program's style when there is none."""
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication(["tuanmei", *theme.STYLE])


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Let the interface work until something is so; False when it did not become so in time."""
    end = QDeadlineTimer(int(seconds * 1000))
    while not until():
        if end.hasExpired():
            return False
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    QApplication.processEvents()
    return True


def grab(widget: QWidget, file: Path) -> bool:
    """Save what a widget shows as PNG; False when it could not be written or shows nothing but one colour."""
    picture = widget.grab()
    image = picture.toImage()
    step = max(1, image.width() // 64)
    seen = {image.pixel(x, y) for x in range(0, image.width(), step) for y in range(0, image.height(), step)}
    return picture.save(str(file), "PNG") and len(seen) > 1


def dispose(window: QWidget) -> None:
    """Close a window and destroy it with all its timers, so that nothing of it runs on after its store is closed."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type,unused-ignore]


class UnattendedDialogs(QObject):
    """Closes dialogs that wait for an answer and keeps what they said: nobody sits before an unattended run."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_EVERY)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        if isinstance(dialog, QMessageBox):
            text = f"{dialog.text()} {dialog.informativeText()}"
        else:
            labels: Iterable[QLabel] = dialog.findChildren(QLabel)
            text = " ".join(label.text() for label in labels)
        self.said.append(f"{dialog.windowTitle()}：{text}")
        dialog.close()
