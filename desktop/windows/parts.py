"""The few parts every page is made of: page, card, tag, buttons, labels, empty state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)


def label(text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the roles of the style sheet: page-title, section, figure, note, secondary, error."""
    made = QLabel(text)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class OneLine(QLabel):
    """A label of one line that gives way to its neighbours: it ends in … and tells the whole in its tooltip."""

    NARROWEST = 24
    """Pixels it never gives up."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__(text)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.NARROWEST, super().minimumSizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        inside = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inside.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        with QPainter(self) as painter:
            self.style().drawItemText(
                painter, inside, int(self.alignment()), self.palette(), self.isEnabled(), shown, self.foregroundRole()
            )


def tag(text: str, tone: str = "grey") -> QLabel:
    """A small tinted tag that hugs its text; tone is one of theme.TONES."""
    made = label(text)
    set_tone(made, tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a tag another tint."""
    widget.setProperty("tone", tone)
    polish(widget)


def polish(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def button(text: str, action: Callable[[], object] | None = None, role: str = "", shortcut: str = "") -> QPushButton:
    """A push button; role primary (one a page), link or none."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    if action is not None:
        made.clicked.connect(lambda *_: action())
    if shortcut:
        made.setShortcut(shortcut)
        made.setToolTip(shortcut)
    made.setAccessibleName(text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def line() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def row(*items: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; None stretches, a number is a gap in pixels."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for item in items:
        if item is None:
            made.addStretch(1)
        elif isinstance(item, int):
            made.addSpacing(item)
        else:
            made.addWidget(item)
    return made


def clear(layout: QHBoxLayout | QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


class Card(QFrame):
    """A white card with rounded corners; put things into `body`."""

    def __init__(self, title: str = "", note: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.setSpacing(8)
        self.head = row()
        if title:
            self.title = label(title, "section")
            self.head.addWidget(self.title)
            if note:
                self.title_note = label(note, "note")
                self.head.addWidget(self.title_note)
            self.head.addStretch(1)
        self.body.addLayout(self.head)


class Page(QWidget):
    """A place of the program: title and subtitle left, buttons right, content below.

    Signals:
        go: ask the frame for another place: its key and an argument for it.
    """

    go = Signal(str, object)
    help_topic = ""

    def __init__(self, title: str, subtitle: str = "") -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.setSpacing(16)
        self.title = OneLine(title, "page-title")
        self.subtitle = OneLine(subtitle, "secondary")
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        self.buttons = row(spacing=12)
        head = QHBoxLayout()
        head.addLayout(names, 1)
        head.addLayout(self.buttons)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(16)
        outer.addLayout(self.body, 1)
        self.subtitle.setVisible(bool(subtitle))

    def say(self, subtitle: str) -> None:
        """Change the line below the title."""
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))

    def open(self, argument: object) -> None:
        """Show something particular in this place; the default has nothing to choose from."""

    def press(self, words: str) -> bool:
        """Press the button at the top, or turn to the tab, that bears these words; False when there is none."""
        tabs: QTabWidget
        for tabs in self.findChildren(QTabWidget):
            for number in range(tabs.count()):
                if tabs.tabText(number) == words:
                    tabs.setCurrentIndex(number)
                    return True
        found = [self.buttons.itemAt(number).widget() for number in range(self.buttons.count())]
        for one in found:
            if isinstance(one, QPushButton) and one.text() == words and one.isEnabled() and not one.isHidden():
                one.click()
                return True
        return False

    def take_back(self) -> bool:
        """Undo the last change of what lies open here; False leaves it to the undo of the whole register."""
        return False

    def save_typing(self) -> None:
        """Save what is being typed; called before the program closes."""

    def refresh(self) -> None:
        """Read everything anew; called when the place is shown and after a change."""


def scrolling(content: QWidget) -> QScrollArea:
    """A scroll area without a frame that grows with its content."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def drop_sheet(title: str, kinds: str, buttons: list[QPushButton], steps: list[str]) -> Card:
    """A sheet to drop files on: what may be dropped, the buttons that do the same, and what happens then."""
    card = Card()
    card.setProperty("role", "drop")
    inner = QVBoxLayout()
    inner.setSpacing(12)
    inner.addStretch(2)
    inner.addWidget(label(title, "section"), 0, Qt.AlignmentFlag.AlignHCenter)
    inner.addWidget(label(kinds, "secondary"), 0, Qt.AlignmentFlag.AlignHCenter)
    inner.addLayout(row(None, *buttons, None, spacing=12))
    inner.addSpacing(16)
    for number, step in enumerate(steps, 1):
        inner.addWidget(label(f"{number}. {step}", "secondary"), 0, Qt.AlignmentFlag.AlignHCenter)
    inner.addStretch(3)
    card.body.addLayout(inner, 1)
    return card


def empty_state(title: str, steps: list[str], action: QPushButton | None = None) -> QWidget:
    """What a place shows when there is nothing yet: what it is for, and the first steps."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.addStretch(1)
    head = label(title, "section")
    layout.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
    for number, step in enumerate(steps, 1):
        layout.addWidget(label(f"{number}. {step}", "secondary"), 0, Qt.AlignmentFlag.AlignHCenter)
    if action is not None:
        layout.addSpacing(8)
        layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(2)
    return made
