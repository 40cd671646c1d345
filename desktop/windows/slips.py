"""三审三校: the approval slips of drafts to be published, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop import accounts, slips
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, label, row
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

TONES = {slips.WAITING: "amber", slips.PUBLISHED: "green", "草稿": "blue", "退回": "red"}
COLUMNS = (
    Column("状态", lambda one: one.state, 84, tone=lambda one: TONES.get(one.state, "grey")),
    Column("稿件", lambda one: one.headline or "（未填标题）", 360),
    Column("账号", lambda one: one.account, 200),
    Column("报审日期", lambda one: one.on.isoformat(), 110, search=False),
)
SAID = "每篇稿件一张单子：填好定稿，打印后逐审签字；发布后用“更正”补上实际发布时间，状态就是“已发布”。"


class SlipsPanel(QWidget):
    """The slips and the way to begin one.

    Signals:
        go: another place is asked for: its key and an argument for it.
    """

    go = Signal(str, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.table = RowsTable("审批单", COLUMNS)
        self.table.activated.connect(lambda _: self._open())
        self.account = QComboBox()
        self.account.setAccessibleName("发布账号")
        self.account.setMinimumWidth(260)
        card = Card()
        card.body.addWidget(label(SAID, "note", wrap=True))
        card.body.addLayout(row(label("发布账号"), self.account, button("新开审批单", self.begin), None))
        card.body.addWidget(self.table, 1)
        card.body.addLayout(row(button("打开", self._open), None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(card)

    def refresh(self) -> None:
        """Read slips and accounts anew; the account chosen stays."""
        with self._store.read() as session:
            rows = slips.in_use(session)
            known = [(one.title, one.id) for one in accounts.in_use(session) if one.state in accounts.RUNNING]
        chosen = self.account.currentData()
        self.account.clear()
        for title, number in known:
            self.account.addItem(title, number)
        self.account.setCurrentIndex(max(self.account.findData(chosen), 0) if known else -1)
        self.table.set_rows(rows)

    def begin(self) -> None:
        """Begin a slip for the account chosen and go to it."""
        number = self.account.currentData()
        if number is None:
            dialogs.show_error(self, Refused("还没有在用的账号。", todo="请先在“账号台账”登记账号。"))
            return
        try:
            made = slips.begin(self._store, number)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.go.emit("fill", made)

    def _open(self) -> None:
        one = self.table.current()
        if one is not None:
            self.go.emit("fill", one.id)
