"""What goes on by itself while the window is open: change filings are opened, what is due is told once a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QSystemTrayIcon

from desktop.windows.parts import button, label, row

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.due.item import Due
    from desktop.settings import Settings
    from desktop.store import Store
    from desktop.windows.main import MainWindow

AFTER_START = 4_000  # milliseconds: the clerk should see the home page first
EACH = 15 * 60 * 1_000  # milliseconds between two looks at the date
NAMED = 3  # how many things one reminder names


class Watching(QObject):
    """Opens change filings after each write and reminds of what presses, at start and once a day.

    Signals:
        told: a reminder was made: its title and its text.
    """

    told = Signal(str, str)

    def __init__(self, store: Store, settings: Settings, background: Background, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._settings, self._background, self._window = store, settings, background, window
        self._told_on: date | None = None
        self._tray: QSystemTrayIcon | None = None
        self.bar: ReminderBar | None = None
        window.refreshed.connect(self.catch_up)
        self._timer = QTimer(self)
        self._timer.setInterval(EACH)
        self._timer.timeout.connect(self.remind)
        self._timer.start()
        self.catch_up()
        QTimer.singleShot(AFTER_START, self, self.remind)

    def catch_up(self) -> None:
        """Open a filing for every change that must be filed."""
        store = self._store

        def work(_: object) -> list[str]:
            from desktop import changes

            return changes.catch_up(store)

        self._background.run(self, work, lambda _: None)

    def remind(self) -> None:
        """Tell what presses, unless that was done today or is switched off."""
        store, days = self._store, self._settings.rotate_days
        today = store.clock().date()
        if not self._settings.remind or self._told_on == today:
            return
        self._told_on = today

        def work(_: object) -> list[Due]:
            from desktop import deadlines, watch

            return deadlines.reminded(deadlines.due_now(store, watch.look(store), days))

        self._background.run(self, work, self._tell)

    def _tell(self, pressing: list[Due]) -> None:
        if not pressing:
            return
        late = sum(one.late for one in pressing)
        title = f"有 {len(pressing)} 件事要办" + (f"，其中 {late} 件已超期" if late else "")
        text = "\n".join(f"{one.tag}  {one.title}" for one in pressing[:NAMED])
        self.told.emit(title, text)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._show(title, text)
        else:
            self._show_in_window(title, text)

    def _show(self, title: str, text: str) -> None:
        window = self._window
        if self._tray is None:
            self._tray = QSystemTrayIcon(window.windowIcon(), self)
            self._tray.setToolTip("团媒台账")
            self._tray.messageClicked.connect(self._open)
            self._tray.activated.connect(lambda _: self._open())
        self._tray.show()
        self._tray.showMessage(title, text, window.windowIcon())

    def _show_in_window(self, title: str, text: str) -> None:
        """A desktop without a tray (GNOME, a session without a panel) is told at the top of the window."""
        if self.bar is None:
            self.bar = ReminderBar()
            self.bar.look.clicked.connect(self._open)
            self._window.right.insertWidget(0, self.bar)
        self.bar.tell(title, text)

    def _open(self) -> None:
        window = self._window
        window.showNormal()
        window.raise_()
        window.activateWindow()
        window.show_place("home")


class ReminderBar(QFrame):
    """What presses, above the page, until the clerk has seen it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "told")
        self.title, self.text = label("", "section"), label("", "secondary")
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # cut at the buttons
        self.look, self.seen = button("去办理", self.hide), button("知道了", self.hide, "link")
        parts = row(self.title, 8, self.text, self.look, self.seen)
        parts.setStretch(2, 1)
        parts.setContentsMargins(32, 6, 32, 6)
        self.setLayout(parts)

    def tell(self, title: str, text: str) -> None:
        """Show a reminder in place of the one before."""
        self.title.setText(title)
        self.text.setText(text.partition("\n")[0])
        self.setToolTip(text)
        self.setAccessibleName(f"{title}：{text}")
        self.show()
