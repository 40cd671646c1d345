"""One field of several accounts changed at once: a line below the table while more than one account is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QStackedWidget, QVBoxLayout

from desktop import accounts
from desktop.errors import BadValue
from desktop.windows import fields
from desktop.windows.account_story import StepForm
from desktop.windows.parts import button, label, row
from desktop.windows.records import Entry, meant

if TYPE_CHECKING:
    from desktop.store import Store

STATE = "state"
ONE_EACH = {"platform", "name", "platform_id", "homepage", "filing_no", "code", "introduction"}
"""What is never given to several accounts at once: it tells one from the other."""


class ManyAccounts(QFrame):
    """Which field, which value, and one button; the whole change is one step to undo."""

    def __init__(self, store: Store, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._store = store
        self._numbers: list[int] = []
        state = Entry(STATE, "状态", "choice", accounts.STATES)
        self._entries = [state, *(entry for entry in entries if entry.key not in ONE_EACH)]
        self.which = QComboBox()
        self.which.setAccessibleName("要改的项")
        self.which.addItems([entry.title for entry in self._entries])
        self.values = QStackedWidget()
        self.inputs = [fields.make("text" if e.kind == "long" else e.kind, e.title, e.choices) for e in self._entries]
        for made in self.inputs:
            made.title.hide()
            self.values.addWidget(made)
        self.values.setMaximumHeight(self.inputs[0].sizeHint().height())
        self.which.currentIndexChanged.connect(self.values.setCurrentIndex)
        self.count = label("", "secondary")
        self.done = button("修改", self.change)
        self.remark = label("", "error")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.step = StepForm()
        self.step.agreed.connect(self._move)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.step)
        layout.addLayout(row(self.count, self.which, label("改为"), self.values, self.done, self.remark, None))
        self.hide()

    def show_numbers(self, numbers: Sequence[int]) -> None:
        """Offer to change these accounts; hidden for fewer than two."""
        self._numbers = list(numbers)
        self.count.setText(f"已选 {len(numbers)} 个账号：把")
        self.remark.setText("")
        self.step.hide()
        self.setVisible(len(numbers) > 1)

    def change(self) -> None:
        """Give the value to every account marked; for a state, day and reason are asked for first."""
        entry, text = self._entries[self.which.currentIndex()], self.inputs[self.which.currentIndex()].text().strip()
        today = self._store.clock().date()
        if entry.key == STATE and text:
            self.step.ask(f"{len(self._numbers)} 个账号转为“{text}”", text, today)
        else:
            self._give(entry, text, today)

    def _move(self, state: str, on: date, reason: str) -> None:
        self._give(self._entries[0], state, on, reason)

    def _give(self, entry: Entry, text: str, on: date, reason: str = "") -> None:
        try:
            value = meant(entry, text)
            with self._store.write(f"{len(self._numbers)} 个账号的“{entry.title}”改为“{text}”") as session:
                done = accounts.change_all(session, self._numbers, entry.key, value, on, reason=reason)
        except BadValue as refusal:
            self.remark.setText(str(refusal))
            return
        self.remark.setText("" if done else "这些账号本来就是这样，没有改动。")
