"""A side panel that edits one record field by field; each finished field is one saved, undoable action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import dates
from desktop.errors import BadValue
from desktop.windows import fields
from desktop.windows.parts import label


@dataclass(frozen=True)
class Entry:
    """One field of a record: attribute, label, kind (see fields.make), choices, note; `section` starts a heading."""

    key: str
    title: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    note: str = ""
    section: str = ""


def shown(value: Any) -> str:
    """A field value as the panel shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return fields.YES if value else fields.NO
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def meant(entry: Entry, text: str) -> Any:
    """The field value of what was typed.

    Raises:
        BadValue: it does not fit the kind of the field.
    """
    text = text.strip()
    if entry.kind == "date":
        return dates.parse(text)
    if entry.kind == "yes_no":
        return {fields.YES: True, fields.NO: False}.get(text)
    if entry.kind == "number":
        if not text:
            return None
        if not text.replace(",", "").isdecimal():
            raise BadValue(f"“{text}”不是整数。", where=entry.title, todo="请只写数字。")
        return int(text.replace(",", ""))
    return text


class RecordPanel(QWidget):
    """Fields of one record, top to bottom in the order given.

    Args:
        entries: the fields. save: stores one value: called with key and value.

    Signals:
        saved: a field was stored; its key.
    """

    saved = Signal(str)

    def __init__(self, entries: Sequence[Entry], save: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._save = save
        self.inputs: dict[str, fields.Field] = {}
        layout = self.lines = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(12)
        for entry in entries:
            if entry.section:
                layout.addSpacing(4)
                layout.addWidget(label(entry.section, "section"))
            made = fields.make(entry.kind, entry.title, entry.choices, entry.note)
            made.finished.connect(lambda text, entry=entry: self._finished(entry, text))
            self.inputs[entry.key] = made
            layout.addWidget(made)
        layout.addStretch(1)
        self.setEnabled(False)  # what is typed where there is no record would be lost

    def show_record(self, record: Any) -> None:
        """Show the values of a record; None empties and disables the panel."""
        self.setEnabled(record is not None)
        for key, made in self.inputs.items():
            made.set_text(shown(getattr(record, key)) if record is not None else "")
            made.show_wrong("")

    def _finished(self, entry: Entry, text: str) -> None:
        made = self.inputs[entry.key]
        try:
            value = meant(entry, text)
            self._save(entry.key, value)
        except BadValue as refusal:
            made.show_wrong(str(refusal))
            return
        made.show_wrong("")
        self.saved.emit(entry.key)
