"""首页: what is due with its clause and one button, four figures, and how alive each account is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.home import WEEKS, HomeData, Line
from desktop.windows.heat import HeatMap
from desktop.windows.parts import Card, Page, button, clear, label, line, scrolling, tag

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.store import Store

NEW, SHOWN = "登记上级通知", "按期限排序"
LEGEND = f"近 {WEEKS} 周，每格一周；颜色越深发布越多，灰格为没有发布，空格为没有数据，红框为连续两周没有发布"
NO_HEAT = "登记账号、填了每月或每周的发布数以后，这里一格一周显示更新情况。"


class HomePage(Page):
    """The first page of the day; made without a store when the page kept from last time is shown first."""

    help_topic = "首页"

    def __init__(self) -> None:
        super().__init__("首页")
        self._store: Store | None = None
        self.buttons.addWidget(button(NEW, lambda: self.go.emit("submission", ["notice", "", 0])))
        self.buttons.addWidget(button("开始填报", lambda: self.go.emit("fill", None), "primary"))
        self._figures = QHBoxLayout()
        self._figures.setSpacing(16)
        self.body.addLayout(self._figures)
        below = QHBoxLayout()
        below.setSpacing(16)
        self.due = Card("待办", SHOWN)
        self.export = button("导出日历", self._ask_where, "link")
        self.export.setToolTip("存成 .ics 文件，导入手机或电脑的日历")
        self.due.head.addWidget(self.export)
        self.due.body.addWidget(line())
        self._due_area = scrolling(QWidget())
        self.due.body.addWidget(self._due_area, 1)
        heat = Card("更新活跃度")
        self._legend = label("", "note", wrap=True)
        heat.body.addWidget(self._legend)
        self.heat = HeatMap(WEEKS)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.heat)
        heat.body.addWidget(scrolling(_holder(column)), 1)
        below.addWidget(self.due, 7)
        below.addWidget(heat, 4)
        self.body.addLayout(below, 1)
        self.shown: HomeData | None = None

    def attach(self, store: Store, settings: Settings, background: Background) -> None:
        """From now on the page can read the store."""
        self._store, self._settings, self._background = store, settings, background

    def refresh(self) -> None:
        store = self._store
        if store is None:
            return
        rotate = self._settings.rotate_days

        def look(_: object) -> HomeData:
            from desktop import home

            data = home.gather(store, rotate)
            home.keep(store.folder, data, store.clock().date())
            return data

        self._background.run(self, look, self.show_data)

    def _ask_where(self) -> None:
        from desktop.windows import dialogs

        if self._store is not None:
            name = f"待办_{self._store.clock().date()}.ics"
            target = dialogs.choose_target(self, "导出日历", name, "日历文件 (*.ics)")
            if target is not None:
                self.write_calendar(target)

    def write_calendar(self, target: Path) -> None:
        """Write what is due as a calendar file, on the worker."""
        store, rotate = self._store, self._settings.rotate_days
        assert store is not None
        target = target if target.suffix.lower() == ".ics" else target.with_name(f"{target.name}.ics")

        def work(_: object) -> Path:
            from desktop import deadlines, paths, watch

            seen = watch.look(store)
            return paths.write_whole(target, deadlines.calendar_file(deadlines.due_now(store, seen, rotate), seen.now))

        self._background.run(self, work, lambda made: self.say(f"待办已存为“{made.name}”，双击即可导入日历"))

    def show_data(self, data: HomeData) -> None:
        """Show the page; the same data are not drawn again."""
        if data == self.shown:
            return
        self.shown = data
        self.say(data.subtitle)
        clear(self._figures)
        for figure in data.figures:
            card = Card()
            card.body.addWidget(label(figure.number, "figure"))
            card.body.addWidget(label(figure.name))
            card.body.addWidget(tag(figure.said, figure.tone))
            self._figures.addWidget(card, 1)
        self.heat.set_rows(list(data.heat))
        self.export.setVisible(bool(data.due))
        self._legend.setText(LEGEND if data.heat else NO_HEAT)
        self.due.title.setText("开始使用" if data.steps else "待办")
        self.due.title_note.setText("三步就能出第一张表" if data.steps else SHOWN)
        lines = QVBoxLayout()
        lines.setContentsMargins(0, 0, 8, 0)
        lines.setSpacing(0)
        buttons = [self._line(one, lines) for one in (*data.due, *data.steps)]
        widest = max((one.sizeHint().width() for one in buttons), default=0)
        for one in buttons:
            one.setMinimumWidth(widest)  # so that the tags beside them stand in one line
        if not data.due and not data.steps:
            lines.addWidget(label("没有待办事项。", "secondary"))
        lines.addStretch(1)
        self._due_area.setWidget(_holder(lines))  # put in whole, so that no half-laid-out list is ever seen

    def _line(self, one: Line, lines: QVBoxLayout) -> QPushButton:
        made = QWidget()
        outer = QVBoxLayout(made)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(one.title, wrap=True))
        if one.basis:
            words.addWidget(label(one.basis, "note", wrap=True))
        inner = QHBoxLayout()
        inner.setContentsMargins(0, 10, 0, 10)
        inner.setSpacing(12)
        inner.addLayout(words, 1)
        if one.tag:
            inner.addWidget(tag(one.tag, one.tone), 0, Qt.AlignmentFlag.AlignVCenter)
        go = button(one.button, lambda: self.go.emit(one.place, one.errand or None))
        go.setAccessibleDescription(one.title)
        inner.addWidget(go, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addLayout(inner)
        outer.addWidget(line())
        lines.addWidget(made)
        go.ensurePolished()
        return go


def _holder(layout: QVBoxLayout) -> QWidget:
    made = QWidget()
    made.setLayout(layout)
    return made
