"""Entering something in an account's life by hand: what, which account, when, why, whether it was ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from desktop import accounts, dates, lifecycle
from desktop.checking.filing import CANCEL, CHANGE, CLOSE, LIFE_KINDS, OPEN
from desktop.errors import BadValue
from desktop.windows.parts import button, label, row

ANY = "变更内容"


class BeginPart(QWidget):
    """The line above the table of filings.

    Signals:
        asked: what was filled in is to be entered.
    """

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.account, self.what = QComboBox(), QComboBox(), QComboBox()
        self.kind.addItems(list(LIFE_KINDS))
        self.kind.setAccessibleName("事项")
        self.account.setAccessibleName("账号")
        self.account.setMaximumWidth(260)
        self.what.addItems([ANY, *lifecycle.CHANGED])
        self.what.setAccessibleName(ANY)
        self.day, self.reason = QLineEdit(), QLineEdit()
        self.day.setAccessibleName("发生日期")
        self.day.setMaximumWidth(110)
        self.reason.setPlaceholderText("原因")
        self.reason.setAccessibleName("原因")
        self.ordered = QCheckBox("上级责令")
        self.kind.currentTextChanged.connect(self._fit)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(row(self.kind, self.account, label("发生日期", "note"), self.day, None))
        lower = row(self.what, self.reason, self.ordered, button("登记事项", self.asked.emit))
        lower.setStretch(1, 1)
        lines.addLayout(lower)
        self._fit(self.kind.currentText())

    def _fit(self, kind: str) -> None:
        self.what.setVisible(kind == CHANGE)
        self.ordered.setVisible(kind in (CLOSE, CANCEL))

    def offer(self, known: Sequence[tuple[int, str]], today: date) -> None:
        """Offer these accounts; the one chosen stays."""
        chosen = self.account.currentData()
        self.account.clear()
        for number, title in known:
            self.account.addItem(title, number)
        self.account.setCurrentIndex(max(self.account.findData(chosen), 0) if known else -1)
        if not self.day.text():
            self.day.setText(today.isoformat())

    def prepare(self, kind: str, number: int) -> None:
        """Get ready to enter something of a kind for an account."""
        self.kind.setCurrentText(kind)
        self.account.setCurrentIndex(max(self.account.findData(number), 0))

    def enter(self, session: Any, today: date) -> int:
        """Enter what was filled in and return the number of the filing.

        Raises:
            BadValue: no account, no day, or a change of nothing. Refused: the account may not be opened yet.
        """
        number, kind, on = self.account.currentData(), self.kind.currentText(), dates.parse(self.day.text())
        if number is None:
            raise BadValue("还没有账号可选。", todo="请先在“账号台账”登记账号。")
        if on is None or on > today:
            raise BadValue("发生日期没有填，或晚于今天。", todo="请写成 2026-11-20 的样子。")
        changed = self.what.currentText()
        if kind == CHANGE and changed == ANY:
            raise BadValue("没有选变更了什么。", todo="请在“变更内容”里选一项。")
        if kind == OPEN:
            account = session.get_one(accounts.Account, number)
            lifecycle.refuse_new_account(session, account.unit_id, account.platform, today)
        made = lifecycle.begin(
            session, number, kind, on, fields=(changed,) if kind == CHANGE else (), reason=self.reason.text().strip(),
            ordered=self.ordered.isChecked() and kind in (CLOSE, CANCEL),
        )  # fmt: skip
        return made.id

    def clear(self, today: date) -> None:
        """Empty what belonged to the last one."""
        self.reason.clear()
        self.ordered.setChecked(False)
        self.what.setCurrentIndex(0)
        self.day.setText(today.isoformat())
