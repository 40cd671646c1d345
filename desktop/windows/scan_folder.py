"""Looks into the scan folder from time to time while a page is shown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop import scans
from desktop.errors import BadFile

LOOK_EVERY = 3000  # ms between two looks


class ScanFolder(QTimer):
    """The folder a scanner writes into.

    Signals:
        arrived: new finished scans, a list of paths. broken: why the folder cannot be read any more.
    """

    arrived = Signal(list)
    broken = Signal(str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._watch: scans.Watch | None = None
        self.setInterval(LOOK_EVERY)
        self.timeout.connect(self.look)

    def watch(self, folder: str, now: datetime) -> None:
        """Look into this folder from now on; none stops looking."""
        if not folder:
            self.stop()
            self._watch = None
        elif self._watch is None or str(self._watch.folder) != folder:
            self._watch = scans.Watch(Path(folder), now)
            self.start()

    def look(self) -> None:
        """Look once, when the page is shown."""
        if self._watch is None or not self._page.isVisible():
            return
        try:
            found = self._watch.poll()
        except BadFile as refusal:
            self.stop()
            self.broken.emit(str(refusal))
            return
        if found:
            self.arrived.emit(found)
