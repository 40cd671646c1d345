"""登记上级通知: the text on the left, what was read on the right, each beside its sentence, for the clerk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QMouseEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import dates, notices, wanted
from desktop.documents.plain import text_of_file
from desktop.errors import BadValue
from desktop.notice_reading import FIELDS, Proposal, Reading, read_notice
from desktop.windows import dialogs, fields, theme
from desktop.windows.parts import Card, Page, button, label, scrolling, set_tone, tag

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

TONES = {"sure": ("green", "原文写明"), "likely": ("amber", "请核对"), "guess": ("amber", "猜测，请核对")}
SECTIONS = (
    ("是什么", ("title", "issuer", "number", "issued")),
    ("什么时候报", ("deadline", "cutoff")),
    ("报到哪里", ("mailbox", "channel", "contact", "phone")),
    ("报什么", ("form", "report", "headings", "attachment")),
    ("怎么报", ("file_name", "package_name", "subject", "copies")),
)
LISTS = ("form", "report", "attachment")
"""Fields that hold several values, one a line."""
SEVERAL = ("contact", "phone", "mailbox", "channel")
"""Fields whose proposals all belong together, written one after the other."""
NOTES = {"deadline": "如 2026-11-25 或 2026-11-25 12:00", "headings": "用顿号隔开", "copies": "纸质几份，填数字"}
READ_AFTER = 350  # ms after the last change of the text
KINDS = "通知文件 (*.docx *.doc *.wps *.pdf *.txt *.html *.htm)"


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
        note = NOTES.get(key, "一行一项" if key in LISTS else "")
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
        self._suggestion = ""
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
        self.field.set_text(self._suggestion)
        self._edited(self._suggestion)

    def _say_state(self, tone: str, words: str) -> None:
        self.tag.setText(words)
        set_tone(self.tag, tone)
        self.tag.show()
        self._place_tag()

    def show_proposals(self, found: tuple[Proposal, ...]) -> None:
        """Show what was read; what the clerk has typed stays."""
        if self.touched:
            return
        joint = "\n" if self.key in LISTS else "、"
        box = self.field.input
        if hasattr(box, "clear") and hasattr(box, "addItems"):
            box.clear()
            box.addItems([each.value for each in found if each.value])
        best = found[0] if found else None
        several = self.key in LISTS or self.key in SEVERAL
        self.field.set_text(joint.join(each.value for each in found) if several else best.value if best else "")
        self.tag.setVisible(best is not None)
        self.field.show_wrong("")
        self.fix.hide()
        if best is None:
            return
        self._say_state(*TONES["likely" if best.confidence == "sure" and best.remark else best.confidence])
        remark = "".join(each.remark for each in found) if several else best.remark
        self._suggestion = next((each.suggestion for each in found if each.suggestion), "")
        if self._suggestion:
            self.field.show_wrong(remark)
            self.fix.setText(f"已核实，改为 {self._suggestion}")
            self.fix.setAccessibleName(self.fix.text())
            self.fix.show()
        elif remark:
            self.field.set_note(remark)

    def values(self) -> list[str]:
        """What the clerk confirms."""
        text = self.field.text()
        if self.key in LISTS:
            return [line.strip() for line in text.splitlines() if line.strip()]
        return [part.strip() for part in text.split("、")] if self.key in SEVERAL else [text.strip()]


class NoticePage(Page):
    """Enter one notice."""

    help_topic = "登记上级通知"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("登记上级通知", "粘贴通知文字或拖入文件，程序逐项读出；请对照原文核对后登记。")
        self._store, self._background = store, background
        self._reading: Reading | None = None
        self._editing: int | None = None
        self._source = ""
        self._generation = 0
        self.buttons.addWidget(button("返回", lambda: self.go.emit("submission", None)))
        self.buttons.addWidget(button("选择文件", self._choose))
        self.keep = button("登记为待办", self._keep, "primary", "Ctrl+Return")
        self.buttons.addWidget(self.keep)
        self.text = NoticeText()
        self.text.dropped.connect(self.load)
        self.text.pointed.connect(self._pointed)
        self.text.textChanged.connect(self._changed)
        self.inputs: dict[str, ProposalField] = {}
        self.switches: dict[str, QCheckBox] = {}
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(READ_AFTER)
        self._wait.timeout.connect(self._read)
        left, right = Card("通知原文"), Card("读到的内容", "点一项，左边标出原文")
        left.body.addWidget(self.text, 1)
        right.body.addWidget(scrolling(self._form()), 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([560, 560])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    def _form(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(12)
        for title, keys in SECTIONS:
            layout.addWidget(label(title, "section"))
            for key in keys:
                self.inputs[key] = ProposalField(key)
                self.inputs[key].entered.connect(self._show_quote)
                layout.addWidget(self.inputs[key])
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, key in enumerate(notices.SWITCHES):
            box = QCheckBox(FIELDS[key])
            box.clicked.connect(lambda _=False, key=key: self._show_quote(key))
            box.setProperty("touched", False)
            box.clicked.connect(lambda _=False, box=box: box.setProperty("touched", True))
            self.switches[key] = box
            grid.addWidget(box, number // 3, number % 3)
        layout.addLayout(grid)
        layout.addStretch(1)
        return made

    def open(self, argument: object) -> None:
        """A notice to correct (its id), or a fresh page (`new`)."""
        self._blank()
        if not isinstance(argument, int):
            self.text.setFocus()
            return
        with self._store.read() as session:
            notice = session.get_one(notices.Notice, argument)
            found = notices.confirmed_values(session, notice)
        self._editing, self._source = notice.id, notice.source
        self.title.setText("修改通知")
        self.keep.setText("保存修改")
        self.text.setPlainText(notice.body)
        self._wait.stop()
        for key, values in found.items():
            if key in self.inputs:
                self.inputs[key].field.set_text(("\n" if key in LISTS else "、").join(values))
                self.inputs[key].touched = True
            elif key in self.switches:
                self.switches[key].setChecked(values == [fields.YES])
                self.switches[key].setProperty("touched", True)
        self._read()

    def _blank(self) -> None:
        self._editing, self._source, self._reading = None, "", None
        self.title.setText("登记上级通知")
        self.keep.setText("登记为待办")
        self.text.clear()
        for made in self.inputs.values():
            made.touched = False
            made.show_proposals(())
        for box in self.switches.values():
            box.setChecked(False)
            box.setProperty("touched", False)

    def _choose(self) -> None:
        chosen = dialogs.choose_file(self, "选择通知文件", KINDS)
        if chosen:
            self.load(chosen)

    def load(self, file: Path) -> None:
        """Read the text of a file in the background and show it."""

        def shown(text: str) -> None:
            self._source = file.name
            self.text.setPlainText(text)

        self._background.run(self, lambda _: text_of_file(file), shown)

    def _changed(self) -> None:
        self._wait.start()

    def _read(self) -> None:
        """Read in the background: a long notice takes longer than a key stroke may."""
        text, today = self.text.toPlainText(), self._store.clock().date()
        self._generation += 1
        mine = self._generation

        def shown(reading: Reading) -> None:
            if mine == self._generation:
                self._show(reading)

        self._background.run(self, lambda _: read_notice(text, today), shown)

    def _show(self, reading: Reading) -> None:
        self._reading = reading
        for key, made in self.inputs.items():
            made.show_proposals(reading.every(key))
        for key, box in self.switches.items():
            best = reading.best(key)
            if not box.property("touched"):
                box.setChecked(best is not None and best.value == fields.YES)
            box.setToolTip(best.quote.text if best else "原文没有提到")
        found = len({each.field for each in reading.proposals})
        self.say(f"读到 {found} 项；没有读到的请照原文补上。" if found else "没有读到内容，请照原文填写。")

    def _show_quote(self, key: str) -> None:
        best = self._reading.best(key) if self._reading else None
        self.text.mark(best.quote.start, best.quote.end) if best else self.text.mark(0, 0)

    def _pointed(self, place: int) -> None:
        """A click into the text goes to the field that was read from there."""
        if self._reading is None or self.text.textCursor().hasSelection():
            return
        inside = [each for each in self._reading.proposals if each.quote.start <= place <= each.quote.end]
        inside = [each for each in inside if each.field in self.inputs]
        if inside:
            nearest = min(inside, key=lambda each: each.quote.end - each.quote.start)
            self.text.mark(nearest.quote.start, nearest.quote.end)

    def confirmed(self) -> dict[str, list[str]]:
        """All fields as the clerk leaves them."""
        found = {key: made.values() for key, made in self.inputs.items()}
        found |= {key: [fields.YES if box.isChecked() else fields.NO] for key, box in self.switches.items()}
        return found

    def _keep(self) -> None:
        confirmed = self.confirmed()
        try:
            number = self._stored(confirmed)
        except BadValue as refusal:
            wrong = next((key for key, title in FIELDS.items() if refusal.where == title), "")
            if wrong in self.inputs:
                self.inputs[wrong].field.show_wrong(str(refusal))
                self.inputs[wrong].field.input.setFocus()
            else:
                dialogs.show_error(self, refusal)
            return
        if number is not None:
            self._background.run(
                self, lambda _: wanted.link_forms(self._store, number), lambda _: self.go.emit("answer", number)
            )

    def _stored(self, confirmed: dict[str, list[str]]) -> int | None:
        now = self._store.clock()
        if self._editing is None:
            with self._store.read() as session:
                twin = notices.twin(session, confirmed["number"][0], confirmed["title"][0], confirmed["issuer"][0])
            if twin is not None and not dialogs.ask(
                self, f"《{twin.title}》好像已经登记过了。", f"登记于 {dates.chinese(twin.received_on)}。", "仍然登记"
            ):
                return None
        with self._store.write("修改通知" if self._editing else "登记上级通知") as session:
            if self._editing is None:
                notice = notices.enter(session, confirmed, self.text.toPlainText(), now)
            else:
                notice = session.get_one(notices.Notice, self._editing)
                notice.body = self.text.toPlainText()
                notices.change(session, notice, confirmed, now)
            notice.source = self._source
        return notice.id
