"""写公文: a 请示, 函 or 报告 written by hand beside its own paper, kept as Word in the form of an official document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QSplitter

from desktop import reports
from desktop.windows import dialogs
from desktop.windows.paper import PaperView
from desktop.windows.parts import Card, Page, label
from desktop.windows.reports import ReportPanel

if TYPE_CHECKING:
    from desktop.store import Store

PAUSE = 400  # milliseconds without a key before the paper is laid out anew
SUBTITLE = "请示、函、报告按公文格式存成 Word；关闭程序前请先存，这里不留草稿"
HOW = "第一行是标题，主送单位后写冒号；“一、”起头的是小标题，“附件：”起头的是附件"


class OfficialPage(Page):
    """The text left, the sheet right."""

    help_topic = "公文"

    def __init__(self, store: Store) -> None:
        super().__init__("写公文", SUBTITLE)
        self._store = store
        self.kind = QComboBox()
        self.kind.setAccessibleName("文种")
        self.kind.addItems(reports.KINDS)
        self.kind.activated.connect(lambda _: self._another())
        self.panel = ReportPanel(store, "文稿", HOW)
        self.panel.frame.setContentsMargins(0, 0, 0, 0)
        self.panel.done.connect(lambda: self.go.emit("fill", None))
        self.paper = PaperView()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.draw)
        self.panel.text.textChanged.connect(self._pause.start)
        self.panel.chosen_style.currentIndexChanged.connect(lambda _: self._pause.start())
        self.panel.sealed.toggled.connect(lambda _: self._pause.start())
        right = Card()
        right.body.addWidget(self.paper, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.panel)
        split.addWidget(right)
        split.setSizes([560, 480])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)
        for one in (label("文种"), self.kind):
            self.buttons.addWidget(one)
        self._begin()

    def _begin(self) -> None:
        self._begun = self.kind.currentText()
        with self._store.read() as session:
            made = reports.blank(session, self._begun, self._store.clock().date())
        self.panel.show_report(made)
        self.draw()

    def _another(self) -> None:
        """Begin a text of another kind; one that was written is not thrown away without asking."""
        kind = self.kind.currentText()
        if kind == self._begun:
            return
        begun = self.panel.report
        untouched = begun is not None and self.panel.text.toPlainText() == begun.text
        detail = "需要保留的请先存为 Word 或复制全文。"
        if untouched or dialogs.ask(self, f"换成{kind}，已写的文稿要清掉吗？", detail, "清掉重写"):
            self._begin()
        else:
            self.kind.setCurrentText(self._begun)

    def draw(self) -> None:
        """Lay the text out and show its sheets."""
        if self.panel.report is not None:
            mended = self.panel.mended(self.panel.report)
            written = self.panel.laid_out(mended)
            self.paper.set_document(written.content, "docx", f"{mended.title}.docx")
            lacking = reports.gaps(mended)
            self.panel.missing.setText(f"还没有：{'、'.join(lacking)}" if lacking else "")
