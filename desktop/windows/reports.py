"""A drafted report to read, mend and take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop import reports
from desktop.windows.parts import Card, button, label, row

if TYPE_CHECKING:
    from desktop.reports import Report


class ReportPanel(QWidget):
    """The text of a report with what is still missing.

    Signals:
        done: back to where it was drafted.
    """

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.report: Report | None = None
        self.missing = label("", "error", wrap=True)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("报告正文")
        card = Card("报告草稿", "由台账和自查记录生成，可在这里修改后复制")
        card.head.addWidget(button("返回", self.done.emit, "link"))
        self.tools = row(button("复制全文", self._copy), self.missing, None)
        card.body.addLayout(self.tools)
        card.body.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(card)

    def show_report(self, made: Report) -> None:
        """Show a draft."""
        self.report = made
        lacking = reports.gaps(made)
        self.missing.setText(f"还没有内容：{'、'.join(lacking)}" if lacking else "")
        self.text.setPlainText(made.text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
