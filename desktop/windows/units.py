"""下级单位, a tab of the settings: committees, schools and clubs besides the own unit; and a field to pick one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop import trash, units
from desktop.windows import dialogs, fields
from desktop.windows.parts import Card, button, label, scrolling
from desktop.windows.records import Entry, RecordPanel
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

COLUMNS = (
    Column("单位", lambda unit: unit.name, 230),
    Column("关系", lambda unit: unit.relation, 72, tone=lambda unit: "grey"),
    Column("层级", lambda unit: unit.level, 90),
    Column("联系人", lambda unit: unit.contact, 90),
    Column("联系电话", lambda unit: unit.contact_phone, 120),
)
ENTRIES = (
    Entry("name", "单位全称", note="与公章一致", section="单位"),
    Entry("short_name", "简称"),
    Entry("relation", "关系", "choice", (units.SUBORDINATE, units.SUPERIOR)),
    Entry("level", "层级", "choice", units.LEVELS),
    Entry("region_code", "行政区划代码"),
    Entry("leader", "分管领导", section="人员"),
    Entry("leader_phone", "分管领导电话"),
    Entry("head", "部门负责人"),
    Entry("head_phone", "部门负责人电话"),
    Entry("contact", "联系人"),
    Entry("contact_phone", "联系电话"),
    Entry("email", "邮箱"),
    Entry("address", "地址"),
    Entry("seal_name", "公章名称", section="用章"),
    Entry("seal_by", "代章单位", note="没有公章时填写，如社团由校团委代章"),
    Entry("note", "备注", "long"),
)
NEW = "（未填单位名称）"


class UnitField(fields.ChoiceField):
    """A unit of the register by its name.

    Signals:
        picked: number of the unit that was chosen, None for none.
    """

    picked = Signal(object)

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__(title, (), note)
        self._numbers: dict[str, int] = {}
        self.finished.connect(lambda name: self.picked.emit(self._numbers.get(name)))

    def offer(self, known: list[units.Unit], number: int | None) -> None:
        """Offer these units and show the one with this number."""
        self._numbers = {unit.name: unit.id for unit in known}
        self.set_choices(tuple(self._numbers))
        self.set_text(next((unit.name for unit in known if unit.id == number), ""))


class UnitsPanel(QWidget):
    """Table and facts of all units but the own one."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._unit: units.Unit | None = None
        self._known: list[units.Unit] = []
        self.table = RowsTable("下级单位", COLUMNS, empty="还没有下级单位。")
        self.table.chosen.connect(self._show)
        self.table.tools.addWidget(button("新增单位", self.add))
        self.facts = RecordPanel(ENTRIES, self._save)
        self.facts.saved.connect(lambda _: self.refresh())
        self.parent_unit = UnitField("上级或挂靠单位", "学生社团填挂靠单位")
        self.parent_unit.picked.connect(lambda number: self._save("parent_id", number))
        self.facts.lines.insertWidget(4, self.parent_unit)
        self.facts.lines.addWidget(button("移入回收站", self._trash, "link"))
        self.name = label("", "section")
        side = Card()
        side.head.addWidget(self.name)
        side.body.addWidget(scrolling(self.facts), 1)
        side.setMinimumWidth(320)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([680, 340])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split)
        self._show(None)

    def refresh(self) -> None:
        """Read all units anew."""
        with self._store.read() as session:
            self._known = units.in_use(session)
        rows = [unit for unit in self._known if unit.relation != units.OWN]
        self.table.set_rows(rows)
        if self.table.current() is None:
            self._show(None)
            if rows:
                self.table.view.selectRow(0)

    def choose(self, number: int) -> bool:
        """Put the cursor on a unit; False when it is the own one."""
        self.table.filter.clear()
        return self.table.choose(number)

    def add(self) -> None:
        """Enter a new unit below the own one and put the cursor into its name."""
        with self._store.write("新增单位") as session:
            mine = units.own(session)
            unit = units.Unit(name=NEW, relation=units.SUBORDINATE, parent_id=mine.id if mine else None)
            session.add(unit)
            session.flush()
            number = unit.id
        self.table.filter.clear()
        self.refresh()
        self.table.choose(number)
        made = self.facts.inputs["name"].input
        made.setFocus()
        made.selectAll()  # type: ignore[attr-defined]

    def _show(self, unit: units.Unit | None) -> None:
        self._unit = unit
        self.name.setText(unit.name if unit else "未选择单位")
        self.facts.show_record(unit)
        self.parent_unit.offer(
            [one for one in self._known if unit is None or one.id != unit.id],
            unit.parent_id if unit else None,
        )

    def _save(self, key: str, value: Any) -> None:
        unit = self._unit
        if unit is None or getattr(unit, key) == value:
            return
        with self._store.write(f"修改{unit.name}") as session:
            setattr(session.get_one(units.Unit, unit.id), key, value)

    def _trash(self) -> None:
        unit = self._unit
        if unit is not None and dialogs.ask(
            self, f"把{unit.name}移入回收站？", "它的账号和人员仍在台账里；可以从“设置→回收站”取回。", "移入回收站"
        ):
            trash.put_away(self._store, "单位", unit.id)
            self.refresh()
