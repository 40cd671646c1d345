"""整改: the list of problems with person, deadline, measure and evidence; 已整改 and 已报送 as two ticks; 销号."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from desktop import people, proofs, rectification
from desktop.errors import Refused
from desktop.rectification import Rectification, RectifyBatch
from desktop.windows import dialogs
from desktop.windows.findings import split_of
from desktop.windows.parts import Card, button, label, row, scrolling
from desktop.windows.records import Entry, RecordPanel
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

TONES = {"待整改": "red", "已整改": "amber", "已报送": "blue", "已销号": "green"}
EVERY = "全部来源"
COLUMNS = (
    Column("状态", lambda one: one.item.state, 84, tone=lambda one: TONES[one.item.state]),
    Column("账号", lambda one: one.item.subject, 170),
    Column("期限", lambda one: one.item.due_on.isoformat() if one.item.due_on else "", 96, search=False),
    Column("责任人", lambda one: one.person, 72),
    Column("问题", lambda one: one.item.problem, 180),
)
ENTRIES = (
    Entry("problem", "问题", "long"),
    Entry("label", "问题类别", "free_choice", ("僵尸账号", "不发声", "乱发声", "更新慢", "娱乐化", "不当言论")),
    Entry("due_on", "整改期限", "date"),
    Entry("measure", "整改措施", "long"),
    Entry("result", "整改结果", "long", note="写明做了什么，才能勾“已整改”"),
)


@dataclass(frozen=True)
class Line:
    """One problem as the table shows it."""

    item: Rectification
    batch: str
    person: str

    @property
    def id(self) -> int:
        """Number of the problem."""
        return self.item.id


class RectificationPanel(QWidget):
    """The rectification list.

    Signals:
        drafted: a report, to be shown. asked_circular: the clerk wants to take in a superior's circular.
    """

    drafted = Signal(object)
    asked_circular = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._item: Rectification | None = None
        self._batches: list[RectifyBatch] = []
        self.table = RowsTable(
            "整改清单", COLUMNS, empty="没有要整改的。自查发现的问题、上级通报和自己列的，都在这里销号。"
        )
        self.table.chosen.connect(self._chosen)
        self.batches = QComboBox()
        self.batches.setAccessibleName("按来源筛选")
        self.batches.setMaximumWidth(240)
        self.batches.activated.connect(lambda _: self._narrow())
        self.table.tools.insertWidget(1, self.batches)
        self.batch_state = label("", "note", wrap=True)
        self.sent = button("报告已报送", self._send)
        tools = row(
            button("导入上级通报", self.asked_circular.emit), button("登记问题", self._add),
            button("起草整改报告", self._draft), self.sent, None,
        )  # fmt: skip
        left = Card()
        left.body.addLayout(tools)
        left.body.addWidget(self.batch_state)
        left.body.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split_of(left, self._facts()))

    def _facts(self) -> Card:
        self.name = label("未选择问题", "section", wrap=True)
        self.about = label("", "note", wrap=True)
        self.fields = RecordPanel(ENTRIES, self._save)
        self.person = QComboBox()
        self.person.setAccessibleName("责任人")
        self.person.activated.connect(lambda _: self._save("person_id", self.person.currentData()))
        self.fields.lines.insertWidget(0, self.person)
        self.fields.lines.insertWidget(0, label("责任人"))
        self.fixed, self.reported, self.closed = QCheckBox("已整改"), QCheckBox("已报送"), QCheckBox("销号")
        for box, work in (
            (self.fixed, rectification.fix), (self.reported, rectification.report), (self.closed, rectification.close),
        ):  # fmt: skip
            box.clicked.connect(lambda on, box=box, work=work: self._tick(box, work, on))
        self.proofs = label("", "note", wrap=True)
        attach = button("附整改材料", self._attach, "link")
        made = Card()
        made.body.addWidget(self.name)
        made.body.addWidget(self.about)
        made.body.addLayout(row(self.fixed, self.reported, self.closed, None, attach, spacing=16))
        made.body.addWidget(self.proofs)
        made.body.addWidget(scrolling(self.fields), 1)
        return made

    def refresh(self) -> None:
        """Read everything anew."""
        with self._store.read() as session:
            self._batches = rectification.batches(session)
            named = {one.id: one.name for one in people.in_use(session)}
            titles = {batch.id: batch.title for batch in self._batches}
            lines = [
                Line(one, titles.get(one.batch_id, ""), named.get(one.person_id or 0, ""))
                for one in rectification.in_use(session)
            ]
        self.person.blockSignals(True)
        self.person.clear()
        self.person.addItem("", None)
        for number, name in named.items():
            self.person.addItem(name, number)
        self.person.blockSignals(False)
        kept = self.batches.currentData()
        self.batches.clear()
        self.batches.addItem(EVERY, None)
        for batch in self._batches:
            self.batches.addItem(batch.title, batch.id)
        self.batches.setCurrentIndex(max(self.batches.findData(kept), 0))
        self.table.set_rows(lines)
        self._narrow()
        if self.table.current() is None:
            if self.table.model.shown:
                self.table.view.selectRow(0)
            else:
                self._chosen(None)
        else:
            self._chosen(self.table.current())

    def open_item(self, number: int) -> None:
        """Put the cursor on a problem."""
        self.batches.setCurrentIndex(0)
        self.table.filter.clear()
        self._narrow()
        self.table.choose(number)

    def open_batch(self, number: int) -> None:
        """Show the problems of one batch."""
        self.batches.setCurrentIndex(max(self.batches.findData(number), 0))
        self._narrow()
        if self.table.model.shown:
            self.table.view.selectRow(0)

    def take_run(self, number: int, due_on: date | None = None) -> None:
        """Put the problems of a run on the list."""
        today = self._store.clock().date()

        def work(session: Any) -> int:
            return int(rectification.take_run(session, number, today, due_on).id)

        batch_id = self._write("自查问题列入整改", work)
        if batch_id is not None:
            self.refresh()
            self.open_batch(batch_id)

    def _narrow(self) -> None:
        number = self.batches.currentData()
        self.table.keep_only(None if number is None else lambda line: line.item.batch_id == number)
        batch = next((one for one in self._batches if one.id == number), None)
        shown = [line.item for line in self.table.model.shown]
        counts = rectification.counts(shown)
        said = f"已整改 {counts.fixed}，已报送 {counts.reported}，已销号 {counts.closed}，共 {counts.total}"
        if batch is not None and batch.report_due is not None:
            sent = f"，已于 {batch.report_sent_on} 报送" if batch.report_sent_on else ""
            said += f"；报告 {batch.report_due}{batch.report_hour and ' ' + batch.report_hour} 前报送{sent}"
        self.batch_state.setText(said if shown else "")
        self._offer_sending()

    def _chosen(self, line: Line | None) -> None:
        self._item = item = line.item if line else None
        self._offer_sending()
        self.name.setText(item.subject if item else "未选择问题")
        parts = [item.unit, item.code, item.clause, item.links] if item else []
        self.about.setText("\n".join(part for part in parts if part))
        self.about.setVisible(any(parts))
        self.fields.show_record(item)
        for box, on in (
            (self.fixed, item and item.fixed_on), (self.reported, item and item.reported_on),
            (self.closed, item and item.closed_on),
        ):  # fmt: skip
            box.setEnabled(item is not None)
            box.setChecked(bool(on))
            box.setToolTip(str(on or ""))
        self.person.setEnabled(item is not None)
        self.person.setCurrentIndex(max(self.person.findData(item.person_id if item else None), 0))
        self._show_proofs()

    def _show_proofs(self) -> None:
        named: list[str] = []
        if self._item is not None:
            with self._store.read() as session:
                named = [one.title for one in proofs.of(session, proofs.RECTIFICATION, self._item.id)]
        self.proofs.setText("材料：" + "、".join(named) if named else "")
        self.proofs.setVisible(bool(named))

    def _save(self, key: str, value: Any) -> None:
        item = self._item
        if item is not None and getattr(item, key) != value:
            with self._store.write(f"修改整改事项{item.subject}") as session:
                rectification.amend(session.get_one(Rectification, item.id), **{key: value})

    def _tick(self, box: QCheckBox, work: Callable[[Rectification, date | None], None], on: bool) -> None:
        item = self._item
        if item is None:
            return
        day = self._store.clock().date() if on else None

        def tick(session: Any) -> bool:
            work(session.get_one(Rectification, item.id), day)
            return True

        done = self._write(f"{'勾选' if on else '取消'}{box.text()}：{item.subject}", tick)
        if done is None:
            box.setChecked(not on)

    def _attach(self) -> None:
        item = self._item
        file = dialogs.choose_file(self, "选择整改材料", "所有文件 (*)") if item is not None else None
        if item is not None and file is not None:
            self._keep(file, item)

    def _keep(self, file: Path, item: Rectification) -> None:
        try:
            proofs.attach(self._store, file, proofs.RECTIFICATION, item.id)
        except Refused as refusal:
            dialogs.show_error(self, refusal)

    def _add(self) -> None:
        today = self._store.clock().date()

        def work(session: Any) -> int:
            batch = rectification.by_hand(session, today)
            return int(rectification.add(session, batch, "（填写账号或单位）", "（填写问题）").id)

        number = self._write("登记整改问题", work)
        if number is not None:
            self.refresh()
            self.open_item(number)

    def _batch(self) -> RectifyBatch | None:
        """The batch chosen above the table, else that of the problem chosen."""
        number = self.batches.currentData() or (self._item.batch_id if self._item else None)
        return next((one for one in self._batches if one.id == number), None)

    def _offer_sending(self) -> None:
        batch = self._batch()
        self.sent.setVisible(batch is not None and batch.report_due is not None)
        self.sent.setText("取消已报送" if batch is not None and batch.report_sent_on else "报告已报送")

    def _send(self) -> None:
        batch = self._batch()
        if batch is not None:
            on = None if batch.report_sent_on else self._store.clock().date()

            def work(session: Any) -> int:
                return rectification.send(session, session.get_one(rectification.RectifyBatch, batch.id), on)

            self._write(f"{'登记' if on else '取消'}整改报告已报送：{batch.title}", work)

    def _draft(self) -> None:
        from desktop import reports

        batch = self._batch()
        if batch is not None:
            with self._store.read() as session:
                self.drafted.emit(reports.mended(session, batch, self._store.clock().date()))

    def _write(self, title: str, work: Callable[[Any], Any]) -> Any:
        try:
            with self._store.write(title) as session:
                return work(session)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return None
