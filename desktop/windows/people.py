"""人员: the table of people and the facts of the one chosen; handovers stand in the tab beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from desktop import people, register, trash, units
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.departures import DeparturesPanel
from desktop.windows.handovers import HandoversPanel
from desktop.windows.parts import Card, Page, button, label, scrolling
from desktop.windows.records import Entry, RecordPanel
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.windows.units import UnitField

if TYPE_CHECKING:
    from desktop.store import Store

COLUMNS = (
    Column("姓名", lambda row: row.name, 90),
    Column("身份", lambda row: row.identity, 92, tone=lambda row: "blue" if row.identity == "在编" else "grey"),
    Column("单位", lambda row: row.unit, 170),
    Column("职务", lambda row: row.position, 120),
    Column("届次", lambda row: row.term, 80),
    Column("电话", lambda row: row.phone, 120),
    Column("离任", lambda row: row.left_on.isoformat() if row.left_on else "", 92, search=False),
    Column("现有分工", lambda row: row.duties, 260),
)
ENTRIES = (
    Entry("name", "姓名", section="基本信息"),
    Entry("identity", "身份", "choice", people.IDENTITIES, note="决定能否保管密码（昆明规定第七条、广东办法第十八条）"),
    Entry("politics", "政治面貌", "choice", people.POLITICS),
    Entry("department", "部门"),
    Entry("position", "职务"),
    Entry("term", "届次", note="如 2026届；换届时一并交接"),
    Entry("mobile", "手机", section="联系方式"),
    Entry("office_phone", "办公电话"),
    Entry("email", "邮箱"),
    Entry("wechat", "微信号"),
    Entry("joined_on", "到岗日期", "date", section="任职"),
    Entry("left_on", "离任日期", "date", note="离任当天须解除账号绑定（广东办法第十八条）"),
    Entry("trained_on", "最近培训日期", "date"),
    Entry("birthday", "出生日期", "date", note="只用来检查密码里有没有生日"),
    Entry("note", "备注", "long"),
)

UNIT_AT = 4
"""Where the unit stands among the entries: below name and identity."""


class PeoplePanel(QWidget):
    """Table and facts of people, as one tab of 人员与交接."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._person: people.Person | None = None
        self.table = RowsTable("人员", COLUMNS, empty="还没有人员。点“新增人员”登记。")
        self.table.chosen.connect(self._chosen)
        self.name = label("未选择人员", "section")
        self.facts = RecordPanel(ENTRIES, self._save)
        self.unit = UnitField("单位")
        self.unit.picked.connect(lambda number: self._save("unit_id", number))
        self.facts.lines.insertWidget(UNIT_AT, self.unit)
        self.facts.lines.addWidget(button("移入回收站", self._trash, "link"))
        left, right = Card(), Card()
        left.body.addWidget(self.table)
        right.head.addWidget(self.name)
        right.body.addWidget(scrolling(self.facts), 1)
        right.setMinimumWidth(320)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([760, 340])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def refresh(self) -> None:
        """Read everybody anew."""
        with self._store.read() as session:
            rows = register.person_rows(session, self._store.clock().date())
        self.table.set_rows(rows)
        if self.table.current() is None and rows:
            self.table.view.selectRow(0)

    def has_left(self, person_id: int) -> bool:
        """Whether a last day in the post stands in the register."""
        with self._store.read() as session:
            person = session.get(people.Person, person_id)
        return person is not None and person.left_on is not None

    def add(self) -> None:
        """Enter a new person and put the cursor into the name."""
        with self._store.write("新增人员") as session:
            mine = units.own(session)
            person = people.Person(name="（未填姓名）", unit_id=mine.id if mine else None)
            session.add(person)
            session.flush()
            number = person.id
        self.table.filter.clear()
        self.refresh()
        self.table.choose(number)
        made = self.facts.inputs["name"].input
        made.setFocus()
        made.selectAll()  # type: ignore[attr-defined]

    def _chosen(self, row: register.PersonRow | None) -> None:
        self._person = None
        with self._store.read() as session:
            known = units.in_use(session)
            if row is not None:
                self._person = session.get(people.Person, row.id)
        self.unit.offer(known, self._person.unit_id if self._person else None)
        self.name.setText(self._person.name if self._person else "未选择人员")
        self.facts.show_record(self._person)

    def _save(self, key: str, value: Any) -> None:
        person = self._person
        if person is None or getattr(person, key) == value:
            return
        with self._store.write(f"修改人员{person.name}") as session:
            setattr(session.get_one(people.Person, person.id), key, value)

    def _trash(self) -> None:
        person = self._person
        if person is not None and dialogs.ask(
            self, f"把{person.name}移入回收站？", "历史分工仍保留；离任请填写离任日期，不必删除。", "移入回收站"
        ):
            try:
                trash.put_away(self._store, "人员", person.id)
            except Refused as refusal:
                dialogs.show_error(self, refusal)


class PeoplePage(Page):
    """人员与交接: people, handovers and departures, each a tab."""

    help_topic = "人员与交接"

    def __init__(self, store: Store) -> None:
        super().__init__("人员与交接")
        self.panel = PeoplePanel(store)
        self.handovers, self.departures = HandoversPanel(store), DeparturesPanel(store)
        self.handovers.wanted.connect(lambda number: self.go.emit("handover", number))
        self.departures.go.connect(self.go.emit)
        self.tabs = QTabWidget()
        for panel, title in ((self.panel, "人员"), (self.handovers, "交接"), (self.departures, "离任换届")):
            self.tabs.addTab(panel, title)
        self.tabs.setDocumentMode(True)
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        self.new = button("新增人员", self._add, "primary", "Ctrl+N")
        self.buttons.addWidget(self.new)
        self.body.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        panel = self.tabs.currentWidget()
        if isinstance(panel, PeoplePanel | HandoversPanel | DeparturesPanel):
            panel.refresh()
        self.new.setVisible(panel is self.panel)

    def open(self, argument: object) -> None:
        """A person by number; an errand of another page: action, form, number of the record."""
        if argument == "交接":
            self.tabs.setCurrentWidget(self.handovers)
        if isinstance(argument, list):
            action, _, argument = argument
            if action == "handover.begin" and isinstance(argument, int):
                self.tabs.setCurrentWidget(self.handovers)
                self.handovers.form.choose(argument)
                return
            if action == "person.leave" and isinstance(argument, int):
                self.tabs.setCurrentWidget(self.departures)
                if not (self.panel.has_left(argument) and self.departures.show_person(argument)):
                    self.departures.form.tick(argument)
                return
        if isinstance(argument, int):
            self.tabs.setCurrentWidget(self.panel)
            self.panel.table.filter.clear()
            self.panel.table.choose(argument)

    def _add(self) -> None:
        self.panel.add()
