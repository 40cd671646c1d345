"""写公文: a 请示, 函 or 报告 written by hand beside its own paper, kept as Word in the form of an official document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QSplitter

from desktop import drafts, reports
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.paper import PaperView
from desktop.windows.parts import Card, Page, button, label
from desktop.windows.reports import ReportPanel

if TYPE_CHECKING:
    from desktop.store import Store

PAUSE = 400  # milliseconds without a key before the paper is laid out anew
SUBTITLE = "请示、函、报告按公文格式存成 Word；写的随时留存，下次打开还在"
DRAFT = "公文"
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
        self.kind.activated.connect(self._another)
        self.panel = ReportPanel(store, "文稿", HOW)
        self.panel.frame.setContentsMargins(0, 0, 0, 0)
        self.panel.done.connect(lambda: self.go.emit("fill", None))
        self.paper = PaperView()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._rest)
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
        for one in (label("文种"), self.kind, button("另写一份", self._anew)):
            self.buttons.addWidget(one)
        kept = drafts.read(store, DRAFT)
        self._begin(str(kept.get("kind", reports.REQUEST)), str(kept.get("text", "")))

    def _begin(self, kind: str, text: str = "") -> None:
        """A new text of a kind, or the one that was kept."""
        self._begun = kind if kind in reports.KINDS else reports.REQUEST
        self.kind.setCurrentText(self._begun)
        with self._store.read() as session:
            made = reports.blank(session, self._begun, self._store.clock().date())
        self.panel.show_report(made)
        if text:
            self.panel.text.setPlainText(text)
        self.draw()

    def _anew(self) -> None:
        """Begin another text; one that was written is not thrown away without asking."""
        kind = self.kind.currentText()
        detail = "需要保留的请先存为 Word 或复制全文。"
        if not self._written() or dialogs.ask(self, f"重写一份{kind}，已写的文稿要清掉吗？", detail, "清掉重写"):
            drafts.drop(self._store, DRAFT)
            self._begin(kind)
        else:
            self.kind.setCurrentText(self._begun)

    def _another(self) -> None:
        if self.kind.currentText() != self._begun:
            self._anew()

    def _written(self) -> bool:
        return self.panel.report is not None and self.panel.text.toPlainText() != self.panel.report.text

    def _rest(self) -> None:
        """Keep what is written, and show it, when the typing pauses."""
        if self._written():
            text = self.panel.text.toPlainText()
            try:
                drafts.keep(self._store, DRAFT, {"kind": self._begun, "text": text})
            except Refused as refusal:
                dialogs.show_error(self, refusal)
        self.draw()

    def draw(self) -> None:
        """Lay the text out and show its sheets."""
        if self.panel.report is not None:
            mended = self.panel.mended(self.panel.report)
            written = self.panel.laid_out(mended)
            self.paper.set_document(written.content, "docx", f"{mended.title}.docx")
            lacking = reports.gaps(mended)
            self.panel.missing.setText(f"还没有：{'、'.join(lacking)}" if lacking else "")
