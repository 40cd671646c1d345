"""The frame: the rail of places, the place shown, the save state. It owns no record.

Everything painted first stands here, and nothing here touches `Qt` or `QKeySequence` before `attach`: the first touch
builds their enumerations, which costs as much as a third of the whole start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShowEvent

    from desktop.windows.parts import Page

RAIL_WIDTH = 208
SMALLEST = (800, 440)
"""What 1366 × 768 leaves at 150 %, without title and task bar; a page that needs more is scrolled."""
ROOMY = 580
"""Height below which the entries of the rail move together, so that none is cut off."""
TITLE_BAR = 40
UNSEEN = 1000
"""How long a window that nobody sees (minimised, behind a locked screen) waits for its first paint, in ms."""


class Place(NamedTuple):
    """One entry of the rail: its key, its title and how its page is made at the first visit.

    Attributes:
        below: stands at the foot of the rail.
        under: the key of the entry it belongs to, for a page that has no entry of its own.
        about_one: shows one record and nothing without it.
    """

    key: str
    title: str
    build: Callable[[Any], Page]
    below: bool = False
    under: str = ""
    about_one: bool = False


class Press(NamedTuple):
    """As argument of a place: something to do there, by the words on its button or tab."""

    words: str


class MainWindow(QMainWindow):
    """Rail on the left, one page on the right.

    Signals:
        painted: the first frame is on the screen, or will not be soon; comes once. Windows paints only when no timer is
            due, so what can wait must wait for this.
        closing: the clerk closes the window.
        asked_help: F1 was pressed; the topic of the page shown.
        asked_undo: Ctrl+Z outside a text field. asked_search: Ctrl+K.
        asked_restore: a backup, as path, is to be put in the place of the data.
        written: the store was changed, on whatever thread. refreshed: the page shown has been read anew because of it.
    """

    written = Signal()
    refreshed = Signal()

    painted = Signal()
    closing = Signal()
    asked_help = Signal(str)
    asked_undo = Signal()
    asked_search = Signal()
    asked_restore = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("团媒台账")
        self.resize(1366, 768)
        self.setMinimumSize(*SMALLEST)
        self._tight = False
        self._frames: dict[str, QScrollArea] = {}
        self._places: dict[str, Place] = {}
        self._pages: dict[str, Page] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._office: Any = None
        self._shown = ""
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle)
        self.written.connect(self._changed)
        self._unseen: QTimer | None = QTimer(self)
        self._unseen.setSingleShot(True)
        self._unseen.timeout.connect(self._seen)
        self.unit = _text("", "note")
        self.unit.setWordWrap(True)
        self.state = _text("", "note")
        self.stack = QStackedWidget()
        self._rail_list = QVBoxLayout()
        self._rail_list.setSpacing(4)
        self._rail_below = QVBoxLayout()
        self._rail_below.setSpacing(4)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail())
        self.right = QVBoxLayout()  # what is told to the clerk stands above the page
        self.right.setSpacing(0)
        self.right.addWidget(self.stack, 1)
        layout.addLayout(self.right, 1)
        self.setCentralWidget(middle)

    def _rail(self) -> QWidget:
        rail = QFrame()
        rail.setProperty("role", "rail")
        rail.setFixedWidth(RAIL_WIDTH)
        layout = QVBoxLayout(rail)
        layout.setContentsMargins(16, 24, 15, 20)
        layout.setSpacing(4)
        layout.addWidget(_text("团媒台账", "section"))
        layout.addWidget(self.unit)
        layout.addSpacing(12)
        layout.addLayout(self._rail_list)
        layout.addStretch(1)
        layout.addLayout(self._rail_below)
        layout.addSpacing(4)
        layout.addWidget(self.state)
        return rail

    def set_places(self, places: Sequence[Place]) -> None:
        """Fill the rail; it can be used once `attach` was called. Alt+1 … Alt+9 go to a place."""
        self._places = {place.key: place for place in places}
        for place in places:
            if place.under:
                continue
            entry = QPushButton(place.title)
            entry.setProperty("role", "place")
            entry.setCheckable(True)
            entry.setEnabled(False)
            entry.setAutoExclusive(True)
            entry.setAccessibleName(place.title)
            entry.clicked.connect(lambda _=False, key=place.key: self.show_place(key))
            (self._rail_below if place.below else self._rail_list).addWidget(entry)
            self._buttons[place.key] = entry

    def attach(self, office: Any) -> None:
        """From now on pages can be made: each place builds its page from the office at the first visit."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QKeySequence, QShortcut

        self._office = office
        for number, entry in enumerate(self._buttons.values(), 1):
            entry.setEnabled(True)
            entry.setCursor(Qt.CursorShape.PointingHandCursor)
            entry.setToolTip(f"Alt+{number}")
            entry.setShortcut(f"Alt+{number}")
        for keys, signal in ((QKeySequence.StandardKey.Undo, self.asked_undo), ("Ctrl+K", self.asked_search)):
            QShortcut(QKeySequence(keys), self, signal.emit)
        QShortcut(QKeySequence("F1"), self, lambda: self.asked_help.emit(self.help_topic()))
        QShortcut(QKeySequence("F5"), self, self.refresh)

    def preset(self, key: str, page: Page) -> None:
        """Show a page that was made before the office was there; `attach` lets the place keep it."""
        self._pages[key] = page
        page.go.connect(self.show_place)
        self._frame(key, page)
        self._shown = key
        self._buttons[key].setChecked(True)

    def _frame(self, key: str, page: Page) -> None:
        """Give a page a frame that scrolls where the window is smaller than the page can be."""
        self._frames[key] = QScrollArea()
        self._frames[key].setWidgetResizable(True)
        self._frames[key].setWidget(page)
        self.stack.addWidget(self._frames[key])

    def fit(self, room: QSize) -> None:
        """Be no larger than a screen leaves room for: at 125 % a small one has less than the frame wants."""
        self.resize(min(self.width(), room.width()), min(self.height(), room.height() - TITLE_BAR))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().height() < ROOMY) != self._tight:
            self._tight = not self._tight
            self._tighten()

    def _tighten(self) -> None:
        from desktop.windows.parts import polish

        for rail in (self._rail_list, self._rail_below):
            rail.setSpacing(0 if self._tight else 4)
        for entry in self._buttons.values():
            entry.setProperty("tight", self._tight)
            polish(entry)

    def show_place(self, key: str, argument: object = None) -> Page:
        """Show a place, making its page at the first visit; an argument opens, or presses, something in it."""
        page = self._pages.get(key)
        if self._office is None and self._shown:  # a button of the page kept from last time, before the store is open
            return self._pages[self._shown]
        if page is None:
            page = self._places[key].build(self._office)
            page.go.connect(self.show_place)
            self._pages[key] = page
            self._frame(key, page)
        self._buttons[self._places[key].under or key].setChecked(True)
        self._shown = key
        self.stack.setCurrentWidget(self._frames[key])
        page.refresh()
        if isinstance(argument, Press):
            page.press(argument.words)
        elif argument is not None:
            page.open(argument)
        return page

    def page(self) -> Page | None:
        """The page shown."""
        return self._pages.get(self._shown)

    def refresh(self) -> None:
        """Let the page shown read everything anew."""
        page = self.page()
        if page is not None:
            page.refresh()

    def _changed(self) -> None:
        """Refresh the page shown once, in the next turn of the event loop, however many writes there were."""
        self._settling.start(0)

    def _settle(self) -> None:
        self.refresh()
        self.refreshed.emit()

    def help_topic(self) -> str:
        """The chapter of the manual for the page shown."""
        page = self.page()
        return page.help_topic if page is not None else ""

    def say(self, unit: str, state: str) -> None:
        """The unit's name above, the save state and newest backup below."""
        self.unit.setText(unit)
        self.state.setText(state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._unseen is not None and not self._unseen.isActive():
            self._unseen.start(UNSEEN)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unseen is not None:
            self._unseen.start(0)  # after the children are painted too, and all of it is on the screen

    def _seen(self) -> None:
        self._unseen = None
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)


def _text(text: str, role: str) -> QLabel:
    made = QLabel(text)
    made.setProperty("role", role)
    return made
