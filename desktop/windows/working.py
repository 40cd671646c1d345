"""One longer work at a time, with what it is doing, how far it is, and a button to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.windows import dialogs
from desktop.windows.parts import button, label, row

if TYPE_CHECKING:
    from desktop.background import Background, Progress


class WorkBar(QWidget):
    """Hidden while nothing is done; a work started or stopped makes the result of the one before worthless.

    Signals:
        busy: a work has begun (True) or ended, been stopped or refused (False).
    """

    busy = Signal(bool)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._work: Progress | None = None
        self._generation = 0
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.doing = label("", "secondary")
        self.stop_button = button("停止", self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row(self.doing, None, self.stop_button))
        layout.addWidget(self.bar)
        self.hide()

    @property
    def working(self) -> bool:
        """Whether a work is under way."""
        return self._work is not None

    def start(self, what: str, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        """Do `work` on the worker and hand its result to `done`; what it refuses is shown."""
        self.stop()
        self._generation += 1
        generation = self._generation
        self.doing.setText(what)
        self.bar.setRange(0, 0)
        self.show()
        self.busy.emit(True)

        def end(finish: Callable[[Any], None], value: Any) -> None:
            if generation == self._generation:
                self._end()
                finish(value)

        def failed(error: BaseException) -> None:
            dialogs.show_error(self.window(), error)

        self._work = self._background.run(
            self, work, lambda value: end(done, value), lambda error: end(failed, error), self._progressed
        )

    def stop(self) -> None:
        """Stop the work under way, if any; nothing of it is delivered."""
        if self._work is not None:
            self._work.cancel()
            self._generation += 1
            self._end()

    def _progressed(self, done: int, total: int, text: str) -> None:
        if self._work is not None:
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(done)
            if text:
                self.doing.setText(text)

    def _end(self) -> None:
        self._work = None
        self.hide()
        self.busy.emit(False)
