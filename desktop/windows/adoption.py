"""适用规定: which rule packs the unit works by, each clause of them, and the holiday notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from desktop import adoption, paths, rules
from desktop.errors import BadValue, Refused
from desktop.holiday_notice import keep_year, parse_notice
from desktop.rulepacks import Pack
from desktop.rules import BINDING, BORROWED
from desktop.topics import KINDS
from desktop.windows import dialogs
from desktop.windows.fields import DateField
from desktop.windows.findings import split_of
from desktop.windows.parts import Card, button, clear, label, line, row, scrolling, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.watch import Look

BY_REGION = "按地区判断"
STANDS = {BINDING: "red", BORROWED: "blue"}


@dataclass(frozen=True)
class Line:
    """One pack as the table shows it."""

    pack: Pack
    standing: str
    since: date | None
    override: str

    @property
    def id(self) -> str:
        """The pack's name."""
        return self.pack.id


COLUMNS = (
    Column("选用", lambda one: one.standing or "未选用", 84, tone=lambda one: STANDS.get(one.standing, "grey")),
    Column("简称", lambda one: one.pack.short, 160),
    Column("发文单位", lambda one: one.pack.head.issuer, 170),
    Column("有效期", lambda one: one.pack.validity, 120, search=False),
    Column("条数", lambda one: str(len(one.pack.rules)), 60, right=True, order=lambda one: len(one.pack.rules)),
)


class AdoptionPanel(QWidget):
    """Packs left, the clauses of the chosen one right.

    Signals:
        counted_anew: a year of holidays was taken in, so that deadlines are other days now.
    """

    counted_anew = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._line: Line | None = None
        self.table = RowsTable("适用规定", COLUMNS)
        self.table.chosen.connect(self._chosen)
        self.calendar = label("", "note", wrap=True)
        left = Card()
        left.body.addLayout(row(button("导入规定包", self._import), button("粘贴放假通知", self._paste_notice), None))
        left.body.addWidget(self.calendar)
        self._gone = QVBoxLayout()
        left.body.addLayout(self._gone)
        left.body.addWidget(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split_of(left, self._facts(), (640, 440)))

    def _facts(self) -> Card:
        self.name = label("", "section", wrap=True)
        self.source = label("", "note", wrap=True)
        self.used = QCheckBox("本单位选用")
        self.used.clicked.connect(lambda _: self._save())
        self.standing = QComboBox()
        self.standing.addItems([BY_REGION, BINDING, BORROWED])
        self.standing.setAccessibleName("作为依据还是参照")
        self.standing.activated.connect(lambda _: self._save())
        self.since = DateField("本单位开始执行的日期", "原文没有印施行日期的，请填写")
        self.since.finished.connect(lambda _: self._save())
        self._clauses = QVBoxLayout()
        self._clauses.setContentsMargins(0, 0, 8, 0)
        self._clauses.setSpacing(6)
        holder = QWidget()
        holder.setLayout(self._clauses)
        made = Card()
        for part in (self.name, self.source):
            made.body.addWidget(part)
        made.body.addLayout(row(self.used, self.standing, None, spacing=16))
        made.body.addWidget(self.since)
        made.body.addWidget(scrolling(holder), 1)
        return made

    def show_look(self, look: Look) -> None:
        """Show the packs under the calendar of a look."""
        self.refresh(look.calendar)

    def refresh(self, calendar: WorkCalendar) -> None:
        """Show the packs with what is chosen; a pack that is gone can be given up here."""
        known = rules.packs()
        with self._store.read() as session:
            taken, gone = adoption.taken_up(session, known)
            decided = adoption.choices(session)
        chosen = {one.pack.id: one for one in taken}
        clear(self._gone)
        for name in gone:
            said = label(f"选用的规定包“{name}”找不到了，请重新导入，或", "error")
            give_up = button("不再选用", partial(self._give_up, name), "link")
            give_up.setObjectName(f"不再选用：{name}")
            self._gone.addLayout(row(said, give_up, None))
        lines = []
        for pack in known.values():
            one, choice = chosen.get(pack.id), decided.get(pack.id)
            standing = one.standing if one else ""
            lines.append(Line(pack, standing, one.since if one else None, choice.standing if choice else ""))
        lines.sort(key=lambda one: ([BINDING, BORROWED, ""].index(one.standing), one.pack.borrowed, one.pack.short))
        before = self._line.id if self._line else None
        self.table.set_rows(lines)
        places = {one.id: place for place, one in enumerate(self.table.model.shown)}
        if lines:
            self.table.view.selectRow(places.get(before or "", 0))
        self._say_calendar(calendar)

    def _give_up(self, name: str) -> None:
        with self._store.write(f"不再选用规定：{name}") as session:
            adoption.choose(session, name, False)

    def _say_calendar(self, calendar: WorkCalendar) -> None:
        years = sorted(calendar.years)
        said = f"已录入 {years[0]}—{years[-1]} 年放假安排，工作日自次日起算。" if years else ""
        self.calendar.setText(" ".join(part for part in (said, calendar.uncovered(self._store.clock().date())) if part))

    def _chosen(self, one: Line | None) -> None:
        if one is None or (self._line is not None and one == self._line):
            return
        self._line = one
        pack = one.pack
        self.name.setText(pack.head.title)
        number = f"{pack.head.number}；" if pack.head.number else ""
        self.source.setText(f"{number}{pack.validity}；来源：{pack.head.source}；核对日期 {pack.checked}。{pack.note}")
        self.used.setChecked(bool(one.standing))
        self.standing.setCurrentText(one.override or BY_REGION)
        self.since.set_text(str(one.since or ""))
        clear(self._clauses)
        for rule in pack.rules:
            kinds = [tag(KINDS[kind], "grey") for kind in KINDS if kind in rule.kind]
            self._clauses.addLayout(row(label(rule.clause), *kinds, None))
            self._clauses.addWidget(label(f"{rule.text}（{rule.whom}）", "note", wrap=True))
            self._clauses.addWidget(line())
        self._clauses.addStretch(1)

    def _save(self) -> None:
        one = self._line
        if one is None:
            return
        standing = self.standing.currentText()
        try:
            from desktop import dates

            since = dates.parse(self.since.text())
        except BadValue as refusal:
            self.since.show_wrong(str(refusal))
            return
        used = self.used.isChecked()
        with self._store.write(f"{'选用' if used else '不再选用'}规定：{one.pack.short}") as session:
            adoption.choose(session, one.id, used, since, "" if standing == BY_REGION else standing)

    def _import(self) -> None:
        file = dialogs.choose_file(self, "选择规定包", "规定包 (*.toml)")
        if file is not None:
            try:
                pack = rules.add_pack(file)
                with self._store.write(f"导入并选用规定：{pack.short}") as session:
                    adoption.choose(session, pack.id, True)
            except Refused as refusal:
                dialogs.show_error(self, refusal)

    def _paste_notice(self) -> None:
        try:
            year = parse_notice(QGuiApplication.clipboard().text())
            keep_year(year, paths.home() / "holidays")
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self._say_calendar(WorkCalendar.load())
        self.calendar.setText(f"已录入 {year.year} 年放假安排：{'、'.join(one.name for one in year.holidays)}。")
        self.counted_anew.emit()
