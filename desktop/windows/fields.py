"""One input widget per kind of field, all alike: `text()`, `set_text()`, `edited`, `show_wrong()`."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import dates, settings
from desktop.errors import BadValue
from desktop.windows.parts import label, polish

YES, NO = settings.YES, settings.NO
LINE, PADDING, MOST_LINES = 21, 20, 6
"""Height of a line and of the frame of a field of several lines, in pixels."""


class Field(QWidget):
    """A label, an input and a line for a note or for what is wrong.

    Signals:
        edited: the text after every change by hand. finished: the text when the input is left after a change.
        entered: the input got the focus.
    """

    edited = Signal(str)
    finished = Signal(str)
    entered = Signal()

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__()
        self._note = note
        self._dirty = self._wrong = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.title = label(title, wrap=True)
        layout.addWidget(self.title)
        self.input = self.make_input()
        self.input.setAccessibleName(title)
        self.input.installEventFilter(self)
        self.title.setBuddy(self.input)
        layout.addWidget(self.input)
        self.line = label(note, "note", wrap=True)
        layout.addWidget(self.line)
        self.line.setVisible(bool(note))  # not before it has a parent: Windows would show it as a window of its own

    def make_input(self) -> QWidget:
        """The input itself."""
        made = QLineEdit()
        made.textEdited.connect(self._touched)
        made.editingFinished.connect(self._left)
        return made

    def text(self) -> str:
        """What is typed."""
        return self.input.text()  # type: ignore[attr-defined,no-any-return]

    def set_text(self, text: str) -> None:
        """Show a value that did not come from the keyboard."""
        if self.text() != text:
            self.input.setText(text)  # type: ignore[attr-defined]
        self._dirty = False

    def show_wrong(self, sentence: str) -> None:
        """Say what is wrong below the input; nothing wrong brings the note back."""
        if self._wrong != bool(sentence):  # the style sheet is asked only when something changes: it is slow
            self._wrong = bool(sentence)
            self.input.setProperty("wrong", "true" if sentence else "false")
            polish(self.input)
            self.line.setProperty("role", "error" if sentence else "note")
            polish(self.line)
        self.say(sentence or self._note)

    def set_note(self, note: str) -> None:
        """Change the note; shown unless something is wrong."""
        self._note = note
        if not self._wrong:
            self.say(note)

    def say(self, sentence: str) -> None:
        """Show a sentence below the input."""
        self.line.setText(sentence)
        if self.line.isHidden() == bool(sentence):
            self.line.setVisible(bool(sentence))

    def leave(self) -> None:
        """Finish what was typed, as when the cursor goes elsewhere."""
        self._left()

    def settle(self) -> None:
        """What was typed is known already: leaving the input says nothing more."""
        self._dirty = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self.entered.emit()
        if event.type() == QEvent.Type.FocusOut:
            self._left()
        return super().eventFilter(watched, event)

    def _touched(self, *_: object) -> None:
        self._dirty = True
        self.edited.emit(self.text())

    def _left(self) -> None:
        if self._dirty:
            self._dirty = False
            self.finished.emit(self.text())


class LongField(Field):
    """Several lines; grows with what is typed, up to MOST_LINES."""

    def make_input(self) -> QWidget:
        made = QPlainTextEdit()
        made.setTabChangesFocus(True)
        made.document().setDocumentMargin(0)
        made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.textChanged.connect(self._changed)
        self._quiet = False
        made.setFixedHeight(LINE + PADDING)
        return made

    def _changed(self) -> None:
        made: QPlainTextEdit = self.input  # type: ignore[assignment]
        lines = sum(
            max(1, made.document().findBlockByNumber(number).lineCount()) for number in range(made.blockCount())
        )
        policy = Qt.ScrollBarPolicy
        made.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if lines > MOST_LINES else policy.ScrollBarAlwaysOff)
        made.setFixedHeight(min(max(lines, 1), MOST_LINES) * LINE + PADDING)
        if not self._quiet:
            self._touched()

    def text(self) -> str:
        return self.input.toPlainText()  # type: ignore[attr-defined,no-any-return]

    def set_text(self, text: str) -> None:
        if self.text() != text:
            self._quiet = True
            self.input.setPlainText(text)  # type: ignore[attr-defined]
            self._quiet = False
        self._dirty = False


class ChoiceField(Field):
    """One of several; `free` lets the clerk write another."""

    def __init__(self, title: str, choices: tuple[str, ...], note: str = "", *, free: bool = False) -> None:
        self._choices, self._free = choices, free
        super().__init__(title, note)

    def set_choices(self, choices: tuple[str, ...]) -> None:
        """Offer other choices; none is chosen."""
        box: QComboBox = self.input  # type: ignore[assignment]
        box.clear()
        box.addItems(["", *choices])

    def make_input(self) -> QWidget:
        made = QComboBox()
        made.setEditable(self._free)
        made.addItems(["", *self._choices] if "" not in self._choices else list(self._choices))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.activated.connect(self._picked)
        typed = made.lineEdit()
        if typed is not None:
            typed.textEdited.connect(self._touched)
            typed.editingFinished.connect(self._left)
        made.installEventFilter(NoWheel(made))
        return made

    def _picked(self, _: int) -> None:
        self._touched()
        self._left()

    def text(self) -> str:
        return self.input.currentText()  # type: ignore[attr-defined,no-any-return]

    def set_text(self, text: str) -> None:
        box: QComboBox = self.input  # type: ignore[assignment]
        place = box.findText(text)
        if place < 0 and text and not self._free:
            box.addItem(text)
            place = box.count() - 1
        box.setCurrentIndex(place)
        if place < 0:
            box.setEditText(text)
        self._dirty = False


class DateField(Field):
    """A day, typed in any of the ways clerks write it and shown as 2026-11-20."""

    def make_input(self) -> QWidget:
        made = super().make_input()
        made.setPlaceholderText("如 2026-11-20")  # type: ignore[attr-defined]
        return made

    def _left(self) -> None:
        if not self._dirty:
            return
        try:
            day = dates.parse(self.text())
        except BadValue as refusal:
            self.show_wrong(str(refusal))
            return
        self.show_wrong("")
        self.input.setText(day.isoformat() if day else "")  # type: ignore[attr-defined]
        super()._left()


class NoWheel(QObject):
    """A closed combo box must not change when the clerk scrolls the page over it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def make(kind: str, title: str, choices: tuple[str, ...] = (), note: str = "") -> Field:
    """The field for a kind: text, long, date, yes_no, choice, free_choice."""
    if kind == "long":
        return LongField(title, note)
    if kind == "date":
        return DateField(title, note)
    if kind == "yes_no":
        return ChoiceField(title, (YES, NO), note)
    if kind in ("choice", "free_choice"):
        return ChoiceField(title, choices, note, free=kind == "free_choice")
    return Field(title, note)
