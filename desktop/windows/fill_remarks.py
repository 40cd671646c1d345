"""核对结果 below the paper: every remark as one line; a click goes to its field."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.forms.remarks import AMBER, GREEN, RED, Remark
from desktop.windows.fill_fields import said
from desktop.windows.parts import clear, label, row, scrolling, tag

MOST = 60
MARKS = {RED: "须改", AMBER: "提醒", GREEN: "一致"}


class RemarkList(QWidget):
    """The remarks, red ones first.

    Signals:
        chosen: the remark pressed.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(label("核对结果", "section"))
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(2)
        holder = QWidget()
        holder.setLayout(self._lines)
        outer.addWidget(scrolling(holder), 1)

    def show_remarks(self, remarks: list[Remark]) -> None:
        """Show other remarks."""
        clear(self._lines)
        if not remarks:
            self._lines.addLayout(row(tag("没有发现问题", "green"), None))
        for remark in sorted(remarks, key=lambda one: list(MARKS).index(one.level))[:MOST]:
            entry = QPushButton(f"{remark.label}：{remark.what}")
            entry.setProperty("role", "remark")
            entry.setToolTip(said(remark))
            entry.setAccessibleName(f"{remark.label}：{remark.what}")
            entry.clicked.connect(lambda _=False, remark=remark: self.chosen.emit(remark))
            mark = tag(MARKS[remark.level], remark.level)
            line = row(mark, entry)
            line.setStretch(1, 1)
            self._lines.addLayout(line)
        self._lines.addStretch(1)
