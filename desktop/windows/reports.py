"""A drafted report to read, mend and take along."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import reports, wanted
from desktop.documents.house_styles import styles
from desktop.documents.official import write
from desktop.documents.pdf import QtFonts
from desktop.errors import Refused
from desktop.paths import write_whole
from desktop.report_text import read_back
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, label, row

if TYPE_CHECKING:
    from desktop.documents.official import Written
    from desktop.notices import Notice, NoticeItem
    from desktop.reports import Report
    from desktop.store import Store


DRAFTED = "由台账和自查记录生成，可在这里修改，再存为 Word 或复制"


class ReportPanel(QWidget):
    """The text of a report with what is still missing.

    Signals:
        done: back to where it was drafted.
    """

    done = Signal()

    def __init__(self, store: Store, title: str = "报告草稿", about: str = DRAFTED) -> None:
        super().__init__()
        self._store = store
        self.report: Report | None = None
        self.missing = label("", "error", wrap=True)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("报告正文")
        card = Card(title, about)
        card.head.addWidget(button("返回", self.done.emit, "link"))
        self.chosen_style = QComboBox()
        self.chosen_style.setAccessibleName("公文样式")
        for style in styles():
            self.chosen_style.addItem(style.name, style)
        self.sealed = QCheckBox("盖章")
        self.sealed.setChecked(True)
        self.sealed.setToolTip("盖章的，成文日期右空四字、署名居中在日期上方；不盖章的右空二字")
        save = button("存为 Word", self._save, "primary")
        self.hand_in = button("放入报送材料…", self._ask_where)
        self.hand_in.setToolTip("排成公文，放进要这份报告的上级通知的材料里")
        self.tools = row(button("复制全文", self._copy), self.chosen_style, self.sealed, self.hand_in, save, None)
        card.body.addLayout(self.tools)
        card.body.addWidget(self.missing)
        card.body.addWidget(self.text, 1)
        self.frame = QVBoxLayout(self)
        self.frame.setContentsMargins(0, 12, 0, 0)
        self.frame.addWidget(card)

    def show_report(self, made: Report) -> None:
        """Show a draft."""
        self.report = made
        lacking = reports.gaps(made)
        self.missing.setText(f"还没有内容：{'、'.join(lacking)}" if lacking else "")
        self.text.setPlainText(made.text)

    def _ask_where(self) -> None:
        """Offer the open notices that want a report."""
        with self._store.read() as session:
            asked = wanted.reports_wanted(session)
        if not asked:
            self.missing.setText("没有要报告的通知。请先在“报送与汇总”登记，或存为 Word 自行报送。")
            return
        menu = QMenu(self)
        for notice, item in asked:
            menu.addAction(f"{notice.title}：{item.name}", partial(self.put_in, notice, item))
        menu.popup(self.hand_in.mapToGlobal(self.hand_in.rect().bottomLeft()))

    def put_in(self, notice: Notice, item: NoticeItem) -> None:
        """Lay the report out and put it among the papers of a notice."""
        if self.report is None:
            return
        written = self.laid_out(self.mended(self.report))
        try:
            wanted.put_report(self._store, notice, item, written.content)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.missing.setText("；".join((f"已放入“{notice.title}”的材料", *written.notices)))

    def laid_out(self, report: Report) -> Written:
        """The report as a Word file in the style that is chosen."""
        style, sealed = self.chosen_style.currentData(), self.sealed.isChecked()
        return write(report, style, QtFonts().installed, sealed=sealed)

    def mended(self, drafted: Report) -> Report:
        """The report as the clerk left it."""
        return read_back(self.text.toPlainText(), drafted)

    def _save(self) -> None:
        if self.report is None:
            return
        mended = self.mended(self.report)
        target = dialogs.choose_target(self, "存为 Word", f"{mended.title}.docx", "Word 文件 (*.docx)")
        if target is None:
            return
        written = self.laid_out(mended)
        try:
            write_whole(target, written.content)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.missing.setText("；".join((f"已存为 {target.name}", *written.notices)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
