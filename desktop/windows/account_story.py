"""The steps of an account's life, each with day and reason, and every change that was made to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop import accounts, dates, units
from desktop.errors import BadValue
from desktop.store import history
from desktop.windows import fields
from desktop.windows.parts import button, clear, label, line, row, tag
from desktop.windows.records import Entry

if TYPE_CHECKING:
    from desktop.store import Store

MOST = 100
"""Changes shown, the newest ones."""
UNIT = "unit_id"
ELSEWHERE = {UNIT: "主办单位", "trashed_at": "回收站"}
"""Titles of the fields that the panel does not edit as an entry."""


class StepForm(QFrame):
    """From which day an account is in a state, and why; asked for in the panel itself.

    Signals:
        agreed: state, day and reason.
    """

    agreed = Signal(str, object, str)

    def __init__(self) -> None:
        super().__init__()
        self._state = ""
        self.said = label("", "section")
        self.on = fields.DateField("从哪天起")
        self.reason = fields.make("text", "原因", note="如上级批复、整合关停、平台通知；没有可以空着")
        self.done = button("确定", self._agree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 8)
        layout.addWidget(self.said)
        layout.addWidget(self.on)
        layout.addWidget(self.reason)
        layout.addLayout(row(self.done, button("取消", self.hide, "link"), None))
        layout.addWidget(line())
        self.hide()

    def ask(self, said: str, state: str, on: date, reason: str = "") -> None:
        """Ask for a step: the sentence above, the state, and what is proposed."""
        self._state = state
        self.said.setText(said)
        self.on.set_text(on.isoformat())
        self.on.show_wrong("")
        self.reason.set_text(reason)
        self.show()
        self.reason.input.setFocus()

    def _agree(self) -> None:
        try:
            day = dates.parse(self.on.text())
        except BadValue as refusal:
            self.on.show_wrong(str(refusal))
            return
        if day is None:
            self.on.show_wrong("请写日期，统计表按截止日那天的状态取数。")
            return
        self.hide()
        self.agreed.emit(self._state, day, self.reason.text().strip())


class StoryPanel(QWidget):
    """What happened to the account: steps of its life and every change, newest first."""

    def __init__(self, store: Store, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
        self._step = 0
        self._titles = {**{entry.key: entry.title for entry in entries}, **ELSEWHERE}
        self._yes_no = {entry.key for entry in entries if entry.kind == "yes_no"}
        self.form = StepForm()
        self.form.agreed.connect(self._correct)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 8, 0)
        outer.addWidget(self.form)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        outer.addLayout(self._lines, 1)

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the story of another account."""
        self._account = account
        self.form.hide()
        clear(self._lines)
        if account is None:
            return
        with self._store.read() as session:
            steps = accounts.steps_of(session, account.id)
            story = history.story_of(session, "account", account.id)
            names = {str(unit.id): unit.name for unit in units.in_use(session)}
        for step in reversed(steps):
            correct = button("更正", partial(self._ask, step), "link")
            correct.setAccessibleName(f"更正{step.on}{step.state}的日期和原因")
            said = label(f"{step.on.isoformat()}  {step.reason}", "note", wrap=True)
            shown = row(tag(step.state, "blue"), said, correct)
            shown.setStretch(1, 1)
            self._lines.addLayout(shown)
        self._lines.addWidget(line())
        for action, change in reversed(story[-MOST:]):
            text = action.title if change.field == history.CREATED else self._said(change, names)
            self._lines.addWidget(label(f"{action.at:%Y-%m-%d %H:%M} {action.actor}  {text}", "note", wrap=True))
        self._lines.addStretch(1)

    def _said(self, change: history.Change, units_by_number: Mapping[str, str]) -> str:
        """A change in the words of the register."""

        def word(kept: str | None) -> str:
            if not kept:
                return "（空）"
            if change.field in self._yes_no:
                return fields.YES if history.from_text(bool, kept) else fields.NO
            return units_by_number.get(kept, "另一单位") if change.field == UNIT else kept

        if change.field == "trashed_at":
            return "移入回收站" if change.after else "从回收站取回"
        return f"{self._titles.get(change.field, change.field)}：{word(change.before)} → {word(change.after)}"

    def _ask(self, step: accounts.AccountStep) -> None:
        self._step = step.id
        self.form.ask(f"更正“{step.state}”的日期和原因", step.state, step.on, step.reason)

    def _correct(self, state: str, on: date, reason: str) -> None:
        account = self._account
        if account is None:
            return
        with self._store.write(f"更正{account.title}“{state}”的日期和原因") as session:
            step = session.get_one(accounts.AccountStep, self._step)
            step.on, step.reason = on, reason
        self.show_account(account)
