"""Inputs for secrets: dots instead of letters, and a word on how strong what is typed is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.vault import strength
from desktop.windows.fields import Field
from desktop.windows.parts import label, set_tone, tag

TONES = {0: "red", 1: "red", 2: "amber", 3: "green", 4: "green"}


class HiddenField(Field):
    """A passphrase: shown as dots, never completed by the input method."""

    def make_input(self) -> QWidget:
        made = super().make_input()
        assert isinstance(made, QLineEdit)
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        return made

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        typed = self.text()
        self.set_text("")
        return typed


class ShownSecret(QLineEdit):
    """What was unsealed, on the screen and without an undo.

    A password can be read only: selected or dragged it would get past the clipboard that forgets, without a trace.
    """

    def __init__(self, name: str, *, selectable: bool) -> None:
        super().__init__()
        self.setProperty("role", "secret")
        self.setAccessibleName(name)
        self.setReadOnly(True)
        if not selectable:
            self.setDragEnabled(False)
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            self.selectionChanged.connect(self.deselect)

    def forget(self) -> None:
        """Take it off the screen; `clear` would keep it for an undo."""
        self.setText("")
        self.setVisible(False)


class StrengthTag(QWidget):
    """Says how strong what is being typed is, and why not."""

    def __init__(self, field: Field, words: Callable[[], list[str]]) -> None:
        super().__init__()
        self._words = words
        self._known: list[str] | None = None
        self.tag = tag("")
        self.why = label("", "note", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.tag)
        layout.addWidget(self.why)
        self.setVisible(False)
        field.edited.connect(self.judge)

    def judge(self, typed: str) -> strength.Verdict:
        """Judge and show; nothing typed shows nothing."""
        if self._known is None:
            self._known = self._words()
        verdict = strength.judge(typed, self._known)
        self.setVisible(bool(typed))
        self.tag.setText(f"强度 {verdict.word}")
        set_tone(self.tag, TONES[verdict.score])
        self.why.setText("、".join(verdict.reasons))
        self.why.setVisible(bool(verdict.reasons))
        return verdict
