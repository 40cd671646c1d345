"""首页: what is due with its clause, four figures, and how alive each account is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop import accounts, dates, figures, register, units
from desktop.windows.heat import HeatMap
from desktop.windows.parts import Card, Page, button, clear, label, tag

if TYPE_CHECKING:
    from desktop.store import Store

WEEKS = 26
FIRST_STEPS = ("在“设置”填写本单位和上级", "在“账号台账”导入已有清单", "到“填报与备案”填第一张表")


class HomePage(Page):
    """The first page of the day."""

    help_topic = "首页"

    def __init__(self, store: Store) -> None:
        super().__init__("首页")
        self._store = store
        self.buttons.addWidget(button("新增账号", lambda: self.go.emit("accounts", None)))
        self._figures = QHBoxLayout()
        self._figures.setSpacing(16)
        self.body.addLayout(self._figures)
        below = QHBoxLayout()
        below.setSpacing(16)
        self.due = Card("待办")
        self._due = QVBoxLayout()
        self.due.body.addLayout(self._due)
        self.due.body.addStretch(1)
        self.heat_card = Card("更新活跃度")
        self.heat_card.body.addWidget(
            label(f"近 {WEEKS} 周，每格一周；颜色越深发布越多，红框为没有更新", "note", wrap=True)
        )
        self.heat = HeatMap(WEEKS)
        self.heat_card.body.addWidget(self.heat)
        self.heat_card.body.addStretch(1)
        below.addWidget(self.due, 7)
        below.addWidget(self.heat_card, 4)
        self.body.addLayout(below, 1)

    def refresh(self) -> None:
        today = self._store.clock().date()
        with self._store.read() as session:
            rows = register.account_rows(session, today)
            mine = units.own(session)
            weeks = figures.weekly_posts(session, today, WEEKS)
        self.say(f"{dates.chinese(today)} {dates.weekday(today)}")
        running = [row for row in rows if row.state in accounts.RUNNING]
        unfiled = [row for row in running if row.filed_on is None]
        clear(self._figures)
        self._figures.addWidget(
            _figure(str(len(running)), "在用账号", f"{len({r.platform for r in running})} 个平台", "blue")
        )
        tone = ("amber", "请尽快备案") if unfiled else ("green", "都已备案")
        self._figures.addWidget(_figure(str(len(unfiled)), "待备案", tone[1], tone[0]))
        self.heat.set_rows([(f"{row.name} {row.platform}", weeks.get(row.id, [None] * WEEKS)) for row in running])
        clear(self._due)
        if mine is None:
            for number, step in enumerate(FIRST_STEPS, 1):
                self._due.addWidget(label(f"{number}. {step}", "secondary"))


def _figure(number: str, name: str, said: str, tone: str) -> Card:
    made = Card()
    made.body.addWidget(label(number, "figure"))
    made.body.addWidget(label(name))
    made.body.addWidget(tag(said, tone))
    return made
