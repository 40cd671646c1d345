"""登记上级通知: the text on the left, what was read on the right, each beside its sentence, for the clerk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop import dates, drafts, notices, wanted
from desktop.documents.plain import text_of_file
from desktop.errors import BadValue
from desktop.notice_reading import FIELDS, LISTS, Reading, read_notice
from desktop.windows import dialogs, fields
from desktop.windows.notice_parts import NoticeText, ProposalField
from desktop.windows.parts import Card, Page, button, label, scrolling

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

SECTIONS = (
    ("是什么", ("title", "issuer", "number", "issued")),
    ("什么时候报", ("deadline", "cutoff")),
    ("报到哪里", ("mailbox", "channel", "contact", "phone")),
    ("报什么", ("form", "report", "headings", "attachment")),
    ("怎么报", ("file_name", "package_name", "subject", "copies")),
)
DRAFT = "通知"
READ_AFTER = 350  # ms after the last change of the text
KINDS = "通知文件 (*.docx *.doc *.wps *.pdf *.txt *.html *.htm)"


class NoticePage(Page):
    """Enter one notice."""

    help_topic = "报送与汇总"

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
        self._wait.timeout.connect(self._keep_draft)
        left, right = Card("通知原文"), Card("读到的内容", "点一项，左边标出原文")
        left.body.addWidget(self.text, 1)
        self.area = scrolling(self._form())
        right.body.addWidget(self.area, 1)
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
                self.inputs[key].field.finished.connect(lambda _: self._keep_draft())
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
            self._resume(drafts.read(self._store, DRAFT))
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

    def _resume(self, kept: dict[str, Any]) -> None:
        """Show what was typed and not saved last time."""
        if not kept:
            return
        self._source = kept["source"]
        self.text.setPlainText(kept["text"])
        for key, text in kept["fields"].items():
            self.inputs[key].field.set_text(text)
            self.inputs[key].touched = True
        for key, on in kept["switches"].items():
            self.switches[key].setChecked(on)
            self.switches[key].setProperty("touched", True)
        self.say("接着上次没有登记完的通知。")

    def _keep_draft(self) -> None:
        """Keep the text and what was typed over the reading; the program may end before it is saved."""
        if self._editing is not None or not self.text.toPlainText().strip():
            return
        drafts.keep(self._store, DRAFT, {
            "text": self.text.toPlainText(), "source": self._source,
            "fields": {key: made.field.text() for key, made in self.inputs.items() if made.touched},
            "switches": {key: box.isChecked() for key, box in self.switches.items() if box.property("touched")},
        })  # fmt: skip

    def _blank(self) -> None:
        self._editing, self._source, self._reading = None, "", None
        self.title.setText("登记上级通知")
        self.keep.setText("登记为待办")
        self.text.clear()
        for made in self.inputs.values():
            made.touched = False
            made.show_proposals((), ())
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
            made.show_proposals(reading.every(key), reading.taken(key))
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
        """A click into the text brings the field into view that was read from there; the cursor stays in the text."""
        if self._reading is None or self.text.textCursor().hasSelection():
            return
        inside = [each for each in self._reading.proposals if each.quote.start <= place <= each.quote.end]
        inside = [each for each in inside if each.field in self.inputs]
        if inside:
            nearest = min(inside, key=lambda each: each.quote.end - each.quote.start)
            self.text.mark(nearest.quote.start, nearest.quote.end)
            self.area.ensureWidgetVisible(self.inputs[nearest.field], 0, 24)

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
            self._wait.stop()
            drafts.drop(self._store, DRAFT)
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
