"""问题清单: what is wrong now, with clause, reason and one button each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from desktop.checking.catalogue import ACTIONS, Severity
from desktop.windows.parts import Card, button, clear, label, row, scrolling, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.checking.findings import Finding
    from desktop.watch import Look

TONES = {Severity.RED: "red", Severity.AMBER: "amber", Severity.BLUE: "blue"}
ALL = "全部程度"
COLUMNS = (
    Column("程度", lambda one: one.severity.word, 84, tone=lambda one: TONES[one.severity], order=lambda o: o.severity),
    Column("问题", lambda one: one.name, 150),
    Column("账号、人员或单位", lambda one: one.title, 180),
    Column("情况", lambda one: one.what, 200),
)


def split_of(left: QWidget, right: QWidget, sizes: tuple[int, int] = (700, 380)) -> QSplitter:
    """A table left, the facts of the chosen row right."""
    made = QSplitter(Qt.Orientation.Horizontal)
    made.addWidget(left)
    made.addWidget(right)
    made.setStretchFactor(0, 3)
    made.setStretchFactor(1, 2)
    made.setSizes(list(sizes))
    made.setHandleWidth(16)
    made.setChildrenCollapsible(False)
    right.setMinimumWidth(320)
    return made


class FindingsPanel(QWidget):
    """The list of findings and what is known about the one chosen.

    Signals:
        go: the place to go to and the errand there: action, form, number.
        asked_paper: a document of the unit is to be put on record; its name.
    """

    go = Signal(str, object)
    asked_paper = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.table = RowsTable("问题清单", COLUMNS, empty="没有发现问题。")
        self.table.chosen.connect(self._chosen)
        self.table.activated.connect(self._act)
        self.grades = QComboBox()
        self.grades.addItems([ALL, *(severity.word for severity in Severity)])
        self.grades.setAccessibleName("按程度筛选")
        self.grades.currentTextChanged.connect(self._narrow)
        self.table.tools.insertWidget(1, self.grades)
        self.detail = QVBoxLayout()
        self.detail.setSpacing(8)
        left, right = Card(), Card()
        left.body.addWidget(self.table)
        holder = QWidget()
        holder.setLayout(self.detail)
        right.body.addWidget(scrolling(holder), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split_of(left, right))

    def show_look(self, look: Look) -> None:
        """Show what was found in a look."""
        self._look = look
        before = self.table.current()
        self.table.set_rows(look.checker.findings())
        shown = self.table.model.shown
        keys = [one.key for one in shown]
        place = keys.index(before.key) if before is not None and before.key in keys else 0
        if shown:
            self.table.view.selectRow(place)
        else:
            self._chosen(None)

    def _narrow(self, word: str) -> None:
        self.table.keep_only(None if word == ALL else lambda one: one.severity.word == word)
        if self.table.current() is None and self.table.model.shown:
            self.table.view.selectRow(0)

    def _chosen(self, one: Finding | None) -> None:
        clear(self.detail)
        if one is None:
            nothing = "没有符合筛选的问题。" if self.table.model.all else "没有发现问题。"
            self.detail.addWidget(label(nothing, "secondary"))
            self.detail.addStretch(1)
            return
        self.detail.addLayout(row(label(one.name, "section"), tag(one.severity.word, TONES[one.severity]), None))
        self.detail.addWidget(label(one.title, "secondary", wrap=True))
        self.detail.addWidget(label(one.what, wrap=True))
        if one.since:
            self.detail.addWidget(label(f"自 {one.since} 起", "note"))
        self.detail.addSpacing(8)
        self.detail.addWidget(label("依据（最严者在前）", "section"))
        for rule, cite in zip(one.rules, one.cites, strict=True):
            self.detail.addWidget(label(cite, wrap=True))
            said = f"{rule.text}（{rule.whom}；{rule.head.source}）"
            self.detail.addWidget(label(said, "note", wrap=True))
        self.detail.addSpacing(8)
        self.detail.addWidget(label("办法", "section"))
        self.detail.addWidget(label(one.todo, wrap=True))
        self.detail.addLayout(row(button(ACTIONS[one.action].label, lambda: self._act(one)), None))
        self.detail.addStretch(1)

    def _act(self, one: Finding | None) -> None:
        if one is not None and one.action == "unit.paper":
            self.asked_paper.emit(one.detail)
        elif one is not None:
            action = ACTIONS[one.action]
            self.go.emit(action.place, [one.action, action.form, one.target])
