"""The card of the step that is open: what it is about, what has to be filled in, and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop import dates, evidence, handover, holding, passwords
from desktop.documents.masking import mask
from desktop.errors import BadValue, Refused
from desktop.handover_steps import Act
from desktop.handover_view import NUMBERS, View
from desktop.windows import dialogs
from desktop.windows.fields import DateField, Field
from desktop.windows.parts import Card, button, clear, label, line, row, tag

if TYPE_CHECKING:
    from desktop.credentials import Credential
    from desktop.store import Store

DAY_WIDTH = 116  # a whole day is read, pixels
ABOUT = {
    handover.TAKE_BACK: "向移交人收回全部密码；收回后须立即更换，移交人不再持有。",
    handover.CHANGE: "到各平台逐项改好密码，再在这里登记。接收人不得经手新密码。",
    handover.FILE: "把下列变更报上一级团组织备案。未备案前，程序不发放新密码。",
    handover.ISSUE: "备案已办，把新密码发给接收人；密码只在“密码保管”里查看，不抄写、不转发。",
    handover.ARCHIVE: "移交人、接收人、监交人在交接单上签字，扫描或拍照归档。",
}
NOTES = {
    handover.TAKE_BACK: "如：当面交回，移交人已在本机退出登录", handover.CHANGE: "可不填",
    handover.FILE: "文号、回执或邮件时间", handover.ISSUE: "可不填", handover.ARCHIVE: "纸质件存放处",
}  # fmt: skip
EDITABLE = (handover.PUBLISHER, handover.ADMIN, handover.PHONE, handover.EMAIL, handover.UPKEEP)


class StepCard(Card):
    """What is to be done now.

    Signals:
        go_password: show this credential in 密码保管.
    """

    go_password = Signal(int)

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        super().__init__("步骤")
        self._store, self._changed = store, changed
        self.setAcceptDrops(True)
        self.number, self._handover = 0, 0
        self.clashes: list[holding.Clash] = []
        self.about = label("", "secondary", wrap=True)
        self.order = label("", "note", wrap=True)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(6)
        self.facts = FactsGrid(self._set_fact)
        self.rules = QVBoxLayout()
        self.rules.setSpacing(6)
        self.answer = Field("仍发放的理由", "写入保管链，打印在交接单上")
        self.on, self.by, self.note = DateField("办理日期"), Field("经办人"), Field("备注")
        self.files = QVBoxLayout()
        self.files.setSpacing(4)
        self.attach = button("添加照片或扫描件", self.choose)
        self.settle = button("更新台账分工")
        self.sheet = button("填写交接单")
        self.filing = button("填写《变更备案表》")
        self.wrong = label("", "error", wrap=True)
        for part in (self.about, self.order):
            self.body.addWidget(part)
        self.body.addLayout(self.rows)
        self.body.addWidget(self.facts)
        self.body.addLayout(self.rules)
        self.body.addWidget(self.answer)
        self._asked = QWidget()
        asked = QGridLayout(self._asked)
        asked.setContentsMargins(0, 8, 0, 0)
        asked.setHorizontalSpacing(16)
        self.on.setMinimumWidth(DAY_WIDTH)
        for at, (field, width) in enumerate(((self.on, 2), (self.by, 2), (self.note, 5))):
            asked.addWidget(field, 0, at, Qt.AlignmentFlag.AlignTop)
            asked.setColumnStretch(at, width)
        self.body.addWidget(self._asked)
        self.body.addLayout(self.files)
        self.receipts = label("", "note")
        self.body.addLayout(row(self.filing, self.attach, None, self.receipts))
        self.body.addLayout(row(self.sheet, self.settle, None))
        self.body.addWidget(self.wrong)
        self.body.addStretch(1)

    def forget(self) -> None:
        """Another step or handover: empty what was filled in."""
        self.number = 0
        self.answer.set_text("")

    def show_view(self, shown: View) -> None:
        """Show the step that is open; what is being typed stays."""
        now = shown.now
        number = now.number if now is not None else 0
        if number != self.number or shown.handover.id != self._handover:
            self.number, self._handover = number, shown.handover.id
            self.on.set_text(self._store.clock().date().isoformat())
            self.by.set_text(self._store.actor)
            self.note.set_text("")
            self.note.set_note(NOTES.get(number, ""))
            for field in (self.on, self.note):
                field.show_wrong("")
            self.wrong.setText("")
        self.clashes = shown.clashes if number == handover.ISSUE else []
        self.title.setText(f"{NUMBERS[number - 1]} {now.title}" if now else ("已中止" if shown.stopped else "已归档"))
        self.about.setText(ABOUT.get(number, "") or shown.stopped or "五步均已办结，可在右侧查看保管链。")
        self.order.setText(shown.order if number in (handover.FILE, handover.ISSUE) else "")
        self.order.setVisible(bool(self.order.text()))
        self._show_rows(shown)
        self.facts.setVisible(number == handover.FILE)
        if number == handover.FILE:
            self.facts.show_facts(shown.facts)
        self._show_rules(shown)
        self.answer.setVisible(bool(self.clashes))
        self._asked.setVisible(now is not None)
        self._show_files(shown)
        self.attach.setVisible(now is not None)
        issued = shown.steps[handover.ISSUE - 1].done is not None
        self.filing.setVisible(number == handover.FILE)
        self.receipts.setVisible(number == handover.FILE)
        self.receipts.setText(f"已登记回执 {sum(one.step == handover.FILE for one in shown.evidence)} 份")
        self.settle.setVisible(issued)
        self.sheet.setVisible(issued)
        self.wrong.setVisible(bool(self.wrong.text()))

    def _show_rows(self, shown: View) -> None:
        clear(self.rows)
        if self.number in (handover.TAKE_BACK, handover.CHANGE, handover.ISSUE):
            for credential, state, changed in shown.passwords:
                if self.number == handover.TAKE_BACK:
                    held = "、".join(one.name for one in shown.givers if one.id in state.holders)
                    mark = tag(f"{held}持有", "amber") if held else tag("移交人未持有", "grey")
                elif self.number == handover.CHANGE:
                    mark = tag("已更换", "green") if changed else tag("待更换", "amber")
                else:
                    mark = tag(state.must_change or f"第 {state.version} 版", "red" if state.forced else "grey")
                self.rows.addLayout(
                    self._password(credential, mark, ask=self.number == handover.CHANGE and not changed)
                )
            if not shown.passwords:
                self.rows.addWidget(label("本账号没有登记密码；可直接完成本步，或先到“密码保管”登记。", "note"))
        if self.number == handover.FILE and shown.due is not None:
            mark = tag(shown.due.words, "red" if shown.due.late else "amber")
            day = f"最迟 {shown.due.day}（{shown.due.note}）" if shown.due.day else ""
            self.rows.addLayout(row(mark, label(day, "note"), None))
            for cite in shown.due.cites:
                self.rows.addWidget(label(cite, "note", wrap=True))

    def _password(self, credential: Credential, mark: QWidget, *, ask: bool) -> QHBoxLayout:
        parts: list[QWidget | int | None] = [label(credential.kind), mark, None]
        if ask:
            parts.append(button("去更换", lambda: self.go_password.emit(credential.id), "link"))
            parts.append(button("登记：已在平台更换", lambda: self._confirm(credential.id), "link"))
        return row(*parts)

    def _show_rules(self, shown: View) -> None:
        clear(self.rules)
        if self.number != handover.ISSUE:
            return
        for clash in shown.clashes:
            mark = tag("规定不符" if clash.tone == holding.RED else "请核实", clash.tone)
            self.rules.addWidget(mark)
            self.rules.addWidget(label(str(clash), "", wrap=True))
        if shown.said:
            self.rules.addWidget(line())
            self.rules.addWidget(label("各规定怎么说", "secondary"))
            for one in shown.said:
                self.rules.addWidget(label(f"{one.cite}：{one.text}", "note", wrap=True))

    def _show_files(self, shown: View) -> None:
        clear(self.files)
        for one in shown.evidence:
            if one.step == self.number or not self.number:
                size = f"{one.size / 1024:.0f} KB"
                note = label(f"{one.name}　{size}　SHA-256 {one.sha256[:12]}…", "note")
                show = button("打开", partial(dialogs.open_folder, self._store.attachments / one.file), "link")
                show.setAccessibleName(f"打开{one.name}")
                self.files.addLayout(row(tag(f"第 {one.step} 步佐证", "blue"), note, None, show))

    def act(self) -> Act:
        """What was filled in.

        Raises:
            BadValue: no day.
        """
        day = dates.parse(self.on.text())
        if day is None:
            raise BadValue("请填写办理日期。")
        return Act(day, self.by.text().strip(), self.note.text().strip())

    def show_refusal(self, sentence: str) -> None:
        """Say below the fields why the step could not be closed."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def choose(self) -> None:
        found = dialogs.choose_file(
            self, "添加照片或扫描件", "照片和扫描件 (*.jpg *.jpeg *.png *.pdf *.heic);;所有文件 (*)"
        )
        if found is not None:
            self.add([found])

    def add(self, files: list[Path]) -> None:
        """Attach files to the step that is open."""
        try:
            for file in files:
                evidence.attach(self._store, self._handover, self.number, file)
        except Refused as refusal:
            self.show_refusal(str(refusal))
        self._changed()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.number:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _confirm(self, credential_id: int) -> None:
        try:
            passwords.confirm(self._store, credential_id, reason="交接更换密码", handover_id=self._handover)
        except Refused as refusal:
            self.show_refusal(str(refusal))
        self._changed()

    def _set_fact(self, field: str, text: str) -> None:
        try:
            handover.set_fact(self._store, self._handover, field, text)
        except Refused as refusal:
            self.show_refusal(str(refusal))


class FactsGrid(QWidget):
    """变更项, 变更前, 变更后; what becomes of a fact is typed in place."""

    def __init__(self, save: Callable[[str, str], None]) -> None:
        super().__init__()
        self._save = save
        self.inputs: dict[str, Field] = {}
        self._before: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for at, (title, width) in enumerate((("变更项", 2), ("变更前", 3), ("变更后", 4))):
            grid.addWidget(label(title, "secondary"), 0, at)
            grid.setColumnStretch(at, width)
        for at, fact in enumerate(handover.FACTS, 1):
            before, after = label("", wrap=True), Field(fact)
            after.title.hide()
            after.input.setEnabled(fact in EDITABLE)
            after.finished.connect(lambda text, fact=fact: self._save(fact, text))
            grid.addWidget(label(fact), at, 0)
            grid.addWidget(before, at, 1)
            grid.addWidget(after, at, 2)
            self.inputs[fact], self._before[fact] = after, before

    def show_facts(self, facts: list[tuple[str, str, str]]) -> None:
        """Show the facts; a line being typed in is left alone."""
        for fact, before, after in facts:
            self._before[fact].setText(mask(before) or "—")  # type: ignore[attr-defined]
            if not self.inputs[fact].input.hasFocus():
                self.inputs[fact].set_text(after)
