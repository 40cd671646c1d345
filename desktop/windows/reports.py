"""A drafted report to read, mend and take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import reports
from desktop.documents.house_styles import styles
from desktop.documents.official import write
from desktop.documents.pdf import QtFonts
from desktop.errors import Refused
from desktop.paths import write_whole
from desktop.report_text import read_back
from desktop.windows import dialogs
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
        card = Card("报告草稿", "由台账和自查记录生成，可在这里修改，再存为 Word 或复制")
        card.head.addWidget(button("返回", self.done.emit, "link"))
        self.chosen_style = QComboBox()
        self.chosen_style.setAccessibleName("公文样式")
        for style in styles():
            self.chosen_style.addItem(style.name, style)
        save = button("存为 Word", self._save, "primary")
        self.tools = row(button("复制全文", self._copy), self.chosen_style, save, self.missing, None)
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

    def _save(self) -> None:
        if self.report is None:
            return
        mended = read_back(self.text.toPlainText(), self.report)
        target = dialogs.choose_target(self, "存为 Word", f"{mended.title}.docx", "Word 文件 (*.docx)")
        if target is None:
            return
        written = write(mended, self.chosen_style.currentData(), QtFonts().installed)
        try:
            write_whole(target, written.content)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.missing.setText("；".join((f"已存为 {target.name}", *written.notices)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
