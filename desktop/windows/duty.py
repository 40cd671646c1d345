"""审核与值班: approval slips; drills, training, live streams, messages and incidents with their clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from desktop import accounts, duty, trash
from desktop.duty import Duty
from desktop.errors import BadValue, Refused
from desktop.windows import dialogs
from desktop.windows.parts import Card, Page, button, label, row
from desktop.windows.rows import Column
from desktop.windows.slips import SlipsPanel
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

DONE = {
    duty.STREAM: "已提交申请", duty.CROSSPOST: "已商定排期", duty.MESSAGE: "已转办", duty.URGENT: "已上报",
    duty.PETITION: "已移交", duty.YELLOW: "已处置", duty.ORANGE: "已汇报", duty.RED: "已启动预案",
}  # fmt: skip
"""What the first step of a kind is called."""
PREPARED = {"duty.training": duty.TRAINING, "duty.drill": duty.DRILL}
"""Errands that ask for something to be entered: of which kind."""


def _state(one: Duty) -> str:
    if one.closed_at:
        return "已办结"
    return DONE.get(one.kind, "") if one.done_at else "待办"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


COLUMNS = (
    Column("状态", _state, 96, tone=lambda one: "green" if one.closed_at else "blue" if one.done_at else "amber"),
    Column("类别", lambda one: one.kind, 100),
    Column("事项", lambda one: one.title, 300),
    Column("时间", lambda one: _time(one.at), 140, search=False),
    Column("第一步", lambda one: _time(one.done_at), 140, search=False),
    Column("办结", lambda one: _time(one.closed_at), 140, search=False),
)


class DutyPanel(QWidget):
    """The things on duty, newest first.

    Signals:
        go: another place is asked for: its key and an argument for it.
    """

    go = Signal(str, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.table = RowsTable("值班事项", COLUMNS, empty="还没有登记的直播、演练、培训、留言和舆情。")
        self.kind, self.account = QComboBox(), QComboBox()
        self.kind.addItems(list(duty.KINDS))
        self.kind.setAccessibleName("类别")
        self.account.setAccessibleName("账号")
        self.account.setMinimumWidth(150)
        self.account.setMaximumWidth(220)
        self.title, self.at = QLineEdit(), QLineEdit()
        self.title.setPlaceholderText("什么事")
        self.title.setAccessibleName("事项")
        self.at.setPlaceholderText("时间，如 2026-11-20 15:00")
        self.at.setAccessibleName("时间")
        self.at.setMaximumWidth(190)
        self.title.returnPressed.connect(self._add)
        card = Card()
        said = "直播、跨部门发布、培训、演练、留言、信访和舆情登记在此，有时限的出现在首页待办里。"
        card.body.addWidget(label(said, "note", wrap=True))
        card.body.addLayout(row(self.kind, self.account, self.title, self.at, button("登记", self._add, "primary")))
        card.body.addWidget(self.table, 1)
        card.body.addLayout(
            row(
                button("填表", self._fill),
                button("第一步已办", lambda: self._advance(closed=False)),
                button("办结", lambda: self._advance(closed=True)),
                button("移入回收站", self._trash, "link"),
                None,
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(card)

    def refresh(self) -> None:
        """Read everything anew."""
        with self._store.read() as session:
            rows = duty.in_use(session)
            known = [(one.title, one.id) for one in accounts.in_use(session)]
        chosen = self.account.currentData()
        self.account.clear()
        self.account.addItem("不限账号", None)
        for title, number in known:
            self.account.addItem(title, number)
        self.account.setCurrentIndex(max(self.account.findData(chosen), 0))
        if not self.at.text():
            self.at.setText(f"{self._store.clock():%Y-%m-%d %H:%M}")
        self.table.set_rows(rows)

    def prepare(self, kind: str) -> None:
        """Get ready to enter something of a kind."""
        self.kind.setCurrentText(kind)
        self.title.setFocus()

    def open_duty(self, number: int) -> None:
        """Put the cursor on one."""
        self.table.filter.clear()
        self.table.choose(number)

    def apply(self, number: int) -> None:
        """Put the cursor on one and begin its form, or go on with it."""
        self.open_duty(number)
        self._fill()

    def _add(self) -> None:
        kind, title, account = self.kind.currentText(), self.title.text(), self.account.currentData()

        def work(session: Any) -> None:
            duty.add(session, kind, title, moment(self.at.text()), account_id=account)

        if self._write(f"登记{kind}", work):
            self.title.clear()
            self.at.clear()

    def _fill(self) -> None:
        """Begin the form that goes with the chosen one, or go on with it."""
        from desktop import duty_sheets

        one = self.table.current()
        if one is None:
            return
        try:
            number = duty_sheets.begin(self._store, one.id, self._store.clock().date())
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.go.emit("fill", number)

    def _advance(self, *, closed: bool) -> None:
        one = self.table.current()
        if one is not None:
            now = self._store.clock()
            self._write(
                f"{one.kind}“{one.title}”：{'办结' if closed else DONE.get(one.kind, '登记')}",
                lambda session: duty.advance(session.get_one(Duty, one.id), now, closed=closed),
            )

    def _trash(self) -> None:
        one = self.table.current()
        if one is not None:
            trash.put_away(self._store, "值班事项", one.id)

    def _write(self, title: str, work: Callable[[Any], None]) -> bool:
        try:
            with self._store.write(title) as session:
                work(session)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return False
        return True


class DutyPage(Page):
    """The place 审核与值班."""

    help_topic = "审核与值班"

    def __init__(self, store: Store) -> None:
        super().__init__("审核与值班")
        self._store = store
        self.duties, self.slips = DutyPanel(store), SlipsPanel(store)
        self.tabs = QTabWidget()
        for panel, title in ((self.duties, "值班事项"), (self.slips, "三审三校")):
            self.tabs.addTab(panel, title)
            panel.go.connect(self.go.emit)
        self.body.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        self.duties.refresh()
        self.slips.refresh()
        with self._store.read() as session:
            waiting = len(duty.waiting(session))
        self.say(f"有 {waiting} 件事项没有办结" if waiting else "没有待办的值班事项")

    def open(self, argument: object) -> None:
        """An errand of another page: action, form, number of the thing on duty; `slips` for the other tab."""
        if argument == "slips":
            self.tabs.setCurrentWidget(self.slips)
        if not isinstance(argument, list):
            return
        action, _, number = argument
        self.tabs.setCurrentWidget(self.duties)
        if action in PREPARED:
            self.duties.prepare(PREPARED[action])
        elif action == "duty.stream":
            self.duties.apply(number)
        else:
            self.duties.open_duty(number)


def moment(text: str) -> datetime:
    """A day with an hour as the clerk writes it; without an hour nine in the morning.

    Raises:
        BadValue: it is no moment.
    """
    from desktop import dates

    day, _, hour = text.strip().replace("：", ":").partition(" ")
    found = dates.parse(day)
    if found is None:
        raise BadValue("没有填时间。", todo="请写成 2026-11-20 15:00 的样子。")
    try:
        clock = datetime.strptime(hour.strip() or "09:00", "%H:%M")
    except ValueError:
        raise BadValue(f"“{hour}”不是时刻。", todo="请写成 15:00 的样子。") from None
    return datetime.combine(found, clock.time())
