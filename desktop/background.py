"""The only way off the interface thread: one worker, results delivered back on the interface thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from shiboken6 import isValid


class Cancelled(Exception):
    """The clerk stopped a longer work; nothing of it was kept."""


class Progress:
    """What a longer work tells about itself and asks: how far it is, and whether it should stop."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self._stop = False

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop = True

    def step(self, done: int, total: int, text: str = "") -> None:
        """Say that `done` of `total` parts are finished.

        Raises:
            Cancelled: the clerk asked to stop.
        """
        if self._stop:
            raise Cancelled
        self._tell(done, total, text)


class _Courier(QObject):
    """Carries results to the interface thread: its slots run where it was made."""

    arrived = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arrived.connect(self._deliver)

    @Slot(object, object)
    def _deliver(self, deliver: Callable[[Any], None], result: Any) -> None:
        deliver(result)


class _Job(QRunnable):
    def __init__(self, body: Callable[[], None]) -> None:
        super().__init__()
        self._body = body

    def run(self) -> None:
        self._body()


class Background:
    """Runs plain functions on one worker thread, in order.

    Args:
        show_error: shows an error nobody asked to handle.
    """

    def __init__(self, show_error: Callable[[BaseException], None]) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._courier = _Courier()
        self._show_error = show_error
        self._running = 0

    @property
    def busy(self) -> bool:
        """Whether some work has not been delivered yet."""
        return self._running > 0

    def run(
        self,
        owner: QObject,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Progress:
        """Do `work` on the worker; `done(result)` or `failed(error)` follows on the interface thread.

        Nothing is delivered when `owner` has been destroyed. Returns the handle that can cancel the work.
        """
        self._running += 1
        send = self._courier.arrived.emit

        def tell(*report: object) -> None:
            if progress is not None:
                send(lambda args: isValid(owner) and progress(*args), report)

        handle = Progress(tell)

        def finish(outcome: tuple[bool, Any]) -> None:
            self._running -= 1
            good, value = outcome
            if not isValid(owner):
                return
            if good:
                done(value)
            elif not isinstance(value, Cancelled):
                (failed or self._show_error)(value)

        def body() -> None:
            try:
                outcome = (True, work(handle))
            except BaseException as error:  # noqa: BLE001  delivered to the interface thread, never lost
                outcome = (False, error)
            send(finish, outcome)

        self._pool.start(_Job(body))
        return handle

    def finish(self, milliseconds: int = 30_000) -> bool:
        """Wait for the running work at the end of the program; False when it did not end in time."""
        return self._pool.waitForDone(milliseconds)
