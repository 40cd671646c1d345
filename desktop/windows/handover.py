"""账号交接: the five steps as a band, the step to be done, the checklist of what changes hands, and the chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop import handover, handover_items, handover_steps
from desktop.errors import Refused
from desktop.handover_view import NUMBERS, View, view
from desktop.windows import dialogs
from desktop.windows.chain_card import ChainCard
from desktop.windows.handover_step import StepCard
from desktop.windows.parts import Card, Page, button, clear, label, row, scrolling, tag
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.store import Store

SIDE_WIDTH = (320, 400)  # least and most, pixels
LINKS_SHOWN = 8
TONES = {
    handover_items.OPEN: "amber", handover_items.DONE: "green", handover_items.NOT_HERE: "grey",
    handover_items.LEFT: "blue",
}  # fmt: skip


class HandoverPage(Page):
    """One handover."""

    help_topic = "人员与交接"

    def __init__(self, store: Store) -> None:
        super().__init__("账号交接")
        self.subtitle.setWordWrap(True)
        self._store = store
        self._calendar = WorkCalendar.load()
        self._number = 0
        self.back = button("返回列表", lambda: self.go.emit("people", "交接"))
        self.halt = button("中止交接", self.stop)
        self.finish = button("完成本步", self._finish, "primary", "Ctrl+Return")
        for one in (self.back, self.halt, self.finish):
            self.buttons.addWidget(one)
        self.band = Band()
        self.step = StepCard(store, self.reload)
        self.step.go_password.connect(lambda number: self.go.emit("custody", number))
        self.step.settle.clicked.connect(self.settle)
        self.step.sheet.clicked.connect(self.sheet)
        self.step.filing.clicked.connect(self.filing)
        self.items = ItemsCard(self._tick)
        self.chain = ChainCard()
        side = QWidget()
        lines = QVBoxLayout(side)
        lines.setContentsMargins(0, 0, 6, 0)
        lines.setSpacing(16)
        for part in (self.items, self.chain):
            lines.addWidget(part)
        lines.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(scrolling(self.step), 3)
        area = scrolling(side)
        area.setMinimumWidth(SIDE_WIDTH[0])
        area.setMaximumWidth(SIDE_WIDTH[1])
        below.addWidget(area, 2)
        self.body.addWidget(self.band)
        self.body.addLayout(below, 1)

    def open(self, argument: object) -> None:
        if isinstance(argument, list):  # an errand of the home page: action, form, number of the handover
            argument = argument[2]
        if isinstance(argument, int):
            self._number = argument
            self.step.forget()
            self.reload()

    def refresh(self) -> None:
        if self._number:
            self.reload()

    def reload(self) -> None:
        """Read the handover anew."""
        with self._store.read() as session:
            shown = view(session, self._number, self._calendar, self._store.clock())
        self.title.setText(f"账号交接：{shown.account.title}")
        self.say(shown.parties)
        self.finish.setVisible(shown.now is not None)
        self.halt.setVisible(shown.now is not None)
        self.band.show_view(shown)
        self.step.show_view(shown)
        self.items.show_lines(shown)
        self.chain.show_links(shown.links[-LINKS_SHOWN:], self._store.clock().year)

    def _finish(self) -> None:
        """Close the step; the second half of a double click must not close the next one, which nobody can take back."""
        self.finish.setEnabled(False)
        QTimer.singleShot(QApplication.doubleClickInterval(), self, lambda: self.finish.setEnabled(True))
        self.close_step()

    def close_step(self) -> None:
        """Close the step that is open with what was filled in."""
        number = self.step.number
        deeds: dict[int, Callable[[], None]] = {
            handover.TAKE_BACK: lambda: handover_steps.take_back(self._store, self._number, self.step.act()),
            handover.CHANGE: lambda: handover_steps.change(self._store, self._number, self.step.act()),
            handover.FILE: lambda: handover_steps.file(self._store, self._number, self.step.act()),
            handover.ISSUE: lambda: handover_steps.issue(
                self._store, self._number, self.step.act(), clashes=self.step.clashes, answer=self.step.answer.text()
            ),
            handover.ARCHIVE: lambda: handover_steps.archive(self._store, self._number, self.step.act()),
        }
        try:
            deeds[number]()
        except Refused as refusal:
            self.step.show_refusal(str(refusal))
            return
        self.step.forget()
        self.reload()

    def sheet(self) -> None:
        """Fill the 交接单 of this handover, for the three parties to sign."""
        from desktop import custody_sheets

        self._fill(custody_sheets.begin_handover)

    def filing(self) -> None:
        """Fill the 变更备案表 with what changes by this handover, for the superior."""
        from desktop import custody_sheets

        self._fill(custody_sheets.begin_change)

    def _fill(self, begin: Callable[[Store, int, date], int]) -> None:
        try:
            number = begin(self._store, self._number, self._store.clock().date())
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.go.emit("fill", number)

    def settle(self) -> None:
        """Let the register's duties follow the handover; can be undone."""
        try:
            handover_steps.settle_assignments(self._store, self._number)
        except Refused as refusal:
            dialogs.show_error(self, refusal)

    def stop(self) -> None:
        """Stop the handover; the reason stands in the note of the step."""
        reason = self.step.note.text().strip()
        if not reason:
            self.step.note.show_wrong("中止交接请在这里写明原因，再点“中止交接”。")
            self.step.note.input.setFocus()
            return
        if dialogs.ask(self, "中止这件交接？", "已办的步骤保留在保管链里；接收人不会得到密码。", "中止"):
            handover.stop(self._store, self._number, reason)
            self.step.forget()
            self.reload()

    def _tick(self, key: str, state: str, note: str) -> None:
        try:
            handover_items.tick(self._store, self._number, key, state, note)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.reload()


class Band(Card):
    """The five steps side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QHBoxLayout()
        self.line.setSpacing(16)
        self.body.addLayout(self.line)

    def show_view(self, shown: View) -> None:
        """Each step with its state below it."""
        clear(self.line)
        for step in shown.steps:
            text, tone = shown.tag(step)
            one = QVBoxLayout()
            one.setSpacing(6)
            one.addWidget(label(f"{NUMBERS[step.number - 1]} {step.title}", "section"))
            one.addWidget(tag(text, tone) if tone else label(text, "note"), 0, Qt.AlignmentFlag.AlignLeft)
            self.line.addLayout(one, 1)


class ItemsCard(Card):
    """The checklist; a line is answered from the menu of its tag's button."""

    def __init__(self, answer: Callable[[str, str, str], None]) -> None:
        super().__init__("移交清单")
        self._answer = answer
        self.count = label("", "note")
        self.head.addWidget(self.count)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(2)
        self.body.addLayout(self.lines)

    def show_lines(self, shown: View) -> None:
        """Every line with its state; lines of a binding name who is bound."""
        clear(self.lines)
        left = sum(line.state == handover_items.OPEN for line in shown.lines)
        self.count.setText(f"还有 {left} 项" if left else "已全部答复")
        for line in shown.lines:
            self.lines.addLayout(self._line(line, locked=shown.now is None))

    def _line(self, line: handover_items.Line, *, locked: bool) -> QHBoxLayout:
        ask = "（请核实）" if line.item.question and line.state == handover_items.OPEN else ""
        name = label(" ".join(part for part in (line.title + ask, line.about) if part), wrap=True)
        name.setToolTip(line.item.how)
        said = line.note if line.item.kind or line.state == handover_items.LEFT else line.state
        if line.waiting:
            said = f"待解绑 {'、'.join(line.waiting)}"
        mark = tag(said or line.state, TONES[line.state])
        mark.setToolTip(line.item.how)
        made = row(name, mark, *([] if line.item.kind or locked else [self._menu(line)]))
        made.setStretch(0, 1)
        made.setContentsMargins(0, 2, 0, 2)
        return made

    def _menu(self, line: handover_items.Line) -> QWidget:
        from PySide6.QtWidgets import QInputDialog, QMenu

        made = button("办理", None, "link")
        made.setAccessibleName(f"办理{line.title}")
        menu = QMenu(made)
        head = menu.addAction(line.item.how)
        head.setEnabled(False)
        menu.addSeparator()
        for state in handover_items.STATES:
            if state == handover_items.LEFT:
                continue
            menu.addAction(state, lambda _=False, state=state: self._answer(line.item.key, state, ""))

        def left() -> None:
            text, agreed = QInputDialog.getText(made, "遗留事项", f"{line.title}：原因和后续安排")
            if agreed:
                self._answer(line.item.key, handover_items.LEFT, text)

        menu.addAction("遗留……", left)
        made.setMenu(menu)
        return made
