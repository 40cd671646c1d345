"""The left column of 填报: the steps, each with what is still missing, and how far the whole form is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.filings import StepState
from desktop.forms.definition import Form
from desktop.forms.remarks import Remark
from desktop.windows.parts import Card, label, set_tone, tag

DONE = "✓"


class StepList(Card):
    """One line per step: number, title, and a tag with the count of its remarks.

    Signals:
        chosen: the id of the step pressed.
    """

    chosen = Signal(str)

    def __init__(self, form: Form) -> None:
        super().__init__("填报步骤")
        self.setFixedWidth(212)
        self.body.setContentsMargins(12, 16, 12, 16)
        self.body.setSpacing(4)
        self._entries: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)  # the entries have parents of their own, so that Qt would not exclude
        self._tags = {step.id: tag("") for step in form.steps}
        for number, step in enumerate(form.steps, 1):
            entry = QPushButton(f"{number}  {step.title}")
            entry.setProperty("role", "place")
            entry.setCheckable(True)
            self._group.addButton(entry)
            entry.setAccessibleName(f"第 {number} 步：{step.title}")
            entry.clicked.connect(lambda _=False, key=step.id: self.chosen.emit(key))
            self._entries[step.id] = entry
            line = QWidget()
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(4)
            inner.addWidget(entry, 1)
            inner.addWidget(self._tags[step.id], 0, Qt.AlignmentFlag.AlignVCenter)
            self.body.addWidget(line)
        self.body.addStretch(1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("填报进度")
        self.said = label("", "note")
        foot = QVBoxLayout()
        foot.addWidget(self.bar)
        foot.addWidget(self.said)
        self.body.addLayout(foot)

    def show_step(self, step: str) -> None:
        """Mark the step being filled."""
        self._entries[step].setChecked(True)

    def show_progress(self, states: list[StepState], remarks: list[Remark]) -> None:
        """Show how many places are filled, and per step what the remarks say."""
        filled, total = sum(state.filled for state in states), sum(state.asked for state in states)
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(filled)
        wrong = sum(state.red for state in states)
        self.said.setText(f"已填 {filled} / {total} 项" + (f"，{wrong} 项有误" if wrong else ""))
        for state in states:
            made = self._tags[state.id]
            open_ones = state.red or state.amber
            made.setVisible(bool(open_ones) or state.filled == state.asked)
            made.setText(f"{open_ones} 项" if open_ones else DONE)
            set_tone(made, "red" if state.red else "amber" if state.amber else "green")
            found = [remark for remark in remarks if remark.step == state.id]
            made.setToolTip("\n".join(f"{remark.label}：{remark.what}" for remark in found))
