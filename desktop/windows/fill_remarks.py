"""核对结果 below the paper: every remark as one line; a click goes to its field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.forms.remarks import AMBER, GREEN, RED, Remark
from desktop.windows.fill_fields import said
from desktop.windows.parts import clear, label, row, scrolling, tag

MOST = 60
MARKS = {RED: "须改", AMBER: "提醒", GREEN: "一致"}


class Line(QPushButton):
    """One remark; what does not fit ends in …, the whole stands in the tooltip."""

    SIDES = 10  # pixels of padding and border, as the style sheet has them

    def __init__(self, whole: str) -> None:
        super().__init__(whole)
        self._whole = whole
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, mode, self.width() - self.SIDES))


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
        self._area = scrolling(holder)
        outer.addWidget(self._area, 1)
        self._shown: list[Remark] | None = None

    def show_remarks(self, remarks: list[Remark]) -> None:
        """Show other remarks; the same ones stay as they are, and others are shown from the first on."""
        if remarks == self._shown:
            return
        self._shown = remarks
        clear(self._lines)
        if not remarks:
            self._lines.addLayout(row(tag("没有发现问题", "green"), None))
        for remark in sorted(remarks, key=lambda one: list(MARKS).index(one.level))[:MOST]:
            # What is wrong comes first: of a long line only the beginning is seen.
            entry = Line(f"{remark.what.removesuffix('。')}（{remark.label}）")
            entry.setProperty("role", "remark")
            entry.setToolTip(said(remark))
            entry.setAccessibleName(f"{remark.label}：{remark.what}")
            entry.clicked.connect(lambda _=False, remark=remark: self.chosen.emit(remark))
            mark = tag(MARKS[remark.level], remark.level)
            line = row(mark, entry)
            line.setStretch(1, 1)
            self._lines.addLayout(line)
        self._lines.addStretch(1)
        self._area.verticalScrollBar().setValue(0)
