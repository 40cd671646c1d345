"""The parts of the notice page: the text that shows where something was read, and one field with its reading."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QMouseEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from desktop.notice_reading import FIELDS, LISTS, SEVERAL, Proposal
from desktop.windows import fields, theme
from desktop.windows.parts import button, set_tone, tag

TONES = {"sure": ("green", "原文写明"), "likely": ("amber", "请核对"), "guess": ("amber", "猜测，请核对")}
NOTES = {"deadline": "如 2026-11-25 或 2026-11-25 12:00", "headings": "用顿号隔开", "copies": "纸质几份，填数字"}


class NoticeText(QPlainTextEdit):
    """The notice as it came; takes pasted text and files dropped on it.

    Signals:
        dropped: a file was dropped.
        pointed: the clerk clicked at this character.
    """

    dropped = Signal(object)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("把通知文字粘贴到这里，或把 Word、PDF、文本文件拖进来。")
        self.setAccessibleName("通知原文")
        self.setAcceptDrops(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if files:
            self.dropped.emit(files[0])
        else:
            self.insertPlainText(source.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.pointed.emit(self.textCursor().position())

    def mark(self, start: int, end: int) -> None:
        """Tint a piece of the text and bring it into view; an empty piece clears the tint."""
        piece = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start, len(self.toPlainText())))
        cursor.setPosition(min(end, len(self.toPlainText())), QTextCursor.MoveMode.KeepAnchor)
        piece.cursor = cursor  # type: ignore[attr-defined]
        tint = QTextCharFormat()
        tint.setBackground(QColor(theme.tokens(self).amber_tint))
        piece.format = tint  # type: ignore[attr-defined]
        self.setExtraSelections([piece] if end > start else [])
        if end > start:
            view = QTextCursor(self.document())
            view.setPosition(min(start, len(self.toPlainText())))
            self.setTextCursor(view)
            self.centerCursor()


class ProposalField(QWidget):
    """One field of the notice: its input, how sure the reading is, the remark, and the correction it offers.

    Signals:
        entered: the clerk is in this field; its key.
    """

    entered = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.touched = False
        self._note = note = NOTES.get(key, "一行一项" if key in LISTS else "")
        kind = "long" if key in LISTS or key == "headings" else "free_choice"
        self.field = fields.make(kind, FIELDS[key], note=note)
        if kind == "long":
            self.field.input.setFixedHeight(64)
        self.tag = tag("", "grey")
        self.tag.hide()
        self.fix = button("采用更正", self._take_fix, "link")
        self.fix.hide()
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self.tag)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.field)
        layout.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)
        self.tag.setParent(self)
        self._correction = ("", "")  # as printed, as probably meant
        self.field.edited.connect(self._edited)
        self.field.entered.connect(lambda: self.entered.emit(self.key))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tag()

    def _place_tag(self) -> None:
        """The tag stands at the right end of the label's line."""
        self.tag.adjustSize()
        self.tag.move(self.width() - self.tag.width(), 0)

    def _edited(self, _: str) -> None:
        self.touched = True
        self._say_state("blue", "已改")
        self.fix.hide()
        self.field.show_wrong("")

    def _take_fix(self) -> None:
        """Put the correction where the misprint stands; what stands beside it stays."""
        printed, meant = self._correction
        text = self.field.text()
        self.field.set_text(text.replace(printed, meant) if printed in text else meant)
        self._edited(meant)

    def _say_state(self, tone: str, words: str) -> None:
        self.tag.setText(words)
        set_tone(self.tag, tone)
        self.tag.show()
        self._place_tag()

    def show_proposals(self, found: tuple[Proposal, ...], taken: tuple[Proposal, ...]) -> None:
        """Show what was read; what the clerk has typed stays.

        Args:
            found: everything that was read for this field, to choose from.
            taken: what stands in it until the clerk says otherwise.
        """
        if self.touched:
            return
        joint = "\n" if self.key in LISTS else "、"
        box = self.field.input
        if hasattr(box, "clear") and hasattr(box, "addItems"):
            box.clear()
            box.addItems([each.value for each in found if each.value])
        best = found[0] if found else None
        self.field.set_text(joint.join(each.value for each in taken if each.value))
        self.tag.setVisible(best is not None)
        self.field.show_wrong("")
        self.fix.hide()
        # what is not taken is said as well: a mailbox for questions, offered in the list
        remark = "".join(each.remark for each in (found if self.key in (*LISTS, *SEVERAL) else found[:1]))
        self.field.set_note(remark or self._note)
        if best is None:
            return
        self._say_state(*TONES["likely" if best.confidence == "sure" and best.remark else best.confidence])
        misprinted = next((each for each in found if each.suggestion), None)
        if misprinted is not None:
            self._correction = (misprinted.value, misprinted.suggestion)
            self.field.show_wrong(remark)
            self.fix.setText(f"已核实，改为 {misprinted.suggestion}")
            self.fix.setAccessibleName(self.fix.text())
            self.fix.show()

    def values(self) -> list[str]:
        """What the clerk confirms."""
        text = self.field.text()
        if self.key in LISTS:
            return [line.strip() for line in text.splitlines() if line.strip()]
        return [part.strip() for part in text.split("、")] if self.key in SEVERAL else [text.strip()]
