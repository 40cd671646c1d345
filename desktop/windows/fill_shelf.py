"""The shelf of 填报: forms left, what is being filled or is final right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QSplitter, QVBoxLayout, QWidget

from desktop import filings, forms, trash
from desktop.forms.definition import Form
from desktop.forms.shelf import default_folders, place
from desktop.register import account_rows, person_rows
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, label, row
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

OWN_LAYOUT = "本表为自拟样式"
BLANK = "不取记录，空白开始"
TONES = {filings.DRAFT: "blue", filings.FINAL: "green", filings.RETURNED: "red"}
FORMS = (
    Column("用途", lambda form: form.purpose, 86, order=place),
    Column("表名", lambda form: form.title, 230),
    Column("说明", lambda form: OWN_LAYOUT if form.own_layout else "上级原表", 104),
    Column("依据", lambda form: form.basis, 130),
)
FILINGS = (
    Column("表名", lambda one: one.title, 190),
    Column("填报对象", lambda one: one.subject_name, 110),
    Column("截至", lambda one: one.cutoff.isoformat(), 84, search=False),
    Column("状态", lambda one: one.state, 70, tone=lambda one: TONES.get(one.state, "grey")),
    Column("稿次", lambda one: f"第 {one.version} 稿" if one.version else "", 70, search=False),
)


class Shelf(QWidget):
    """Choose a form to begin, or a filing to go on with.

    Signals:
        started: id of a form and number of its subject (None for the own unit).
        asked: id of a form and number of the record that it is to be filled from.
        opened: number of a filing.
        reading: a filled sheet that came back is to be read.
        writing: a 请示, 函 or 报告 is to be written.
    """

    started = Signal(str, object)
    asked = Signal(str, int)
    opened = Signal(int)
    reading = Signal()
    writing = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.forms = RowsTable("表单", FORMS)
        self.forms.activated.connect(self._start)
        self.filings = RowsTable("填报", FILINGS, empty="还没有填过表。在左边选一张，点“开始填”。")
        self.filings.activated.connect(lambda one: self.opened.emit(one.id))
        left, right = Card("可填的表"), Card("填过和在填的")
        left.body.addWidget(self.forms)
        self.broken = label("", "error", wrap=True)
        self.broken.hide()
        left.body.addWidget(self.broken)
        self.writing_button = button("写请示、函", self.writing.emit)
        left.body.addLayout(
            row(self.writing_button, None, button("开始填", lambda: self._start(self.forms.current()), "primary"))
        )
        right.body.addWidget(self.filings)
        trash = button("移入回收站", self._trash, "link")
        right.body.addLayout(row(button("读回填好的表", self.reading.emit), None, trash, button("打开", self._open)))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([610, 470])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)

    def refresh(self) -> None:
        """Read forms and filings anew."""
        found, refused = forms.catalogue(*default_folders())
        self.forms.set_rows(found)
        self.broken.setText("\n".join(str(one) for one in refused))
        self.broken.setVisible(bool(refused))
        with self._store.read() as session:
            self.filings.set_rows(filings.in_use(session))
        for table in (self.forms, self.filings):
            if table.current() is None and table.model.shown:
                table.view.selectRow(0)

    def _open(self) -> None:
        one = self.filings.current()
        if one is not None:
            self.opened.emit(one.id)

    def _trash(self) -> None:
        one = self.filings.current()
        if one is not None and dialogs.ask(
            self,
            f"把“{one.title}”（{one.subject_name}，截至 {one.cutoff}）移入回收站？",
            "已经导出的文件不受影响；可以用 Ctrl+Z 撤销，或从“设置→回收站”取回。",
            "移入回收站",
        ):
            trash.put_away(self._store, "填报", one.id)
            self.refresh()

    def begin(self, form_id: str) -> None:
        """Begin a form as if it had been chosen in the list."""
        self._start(next((form for form in self.forms.model.all if form.id == form_id), None))

    def _start(self, form: Form | None) -> None:
        if form is None:
            return
        if self._from_record(form):
            return
        if form.subject not in ("account", "person"):
            self.started.emit(form.id, None)
            return
        today = self._store.clock().date()
        with self._store.read() as session:
            if form.subject == "account":
                named = {f"{one.name}（{one.platform}）": one.id for one in account_rows(session, today)}
            else:
                named = {f"{one.name}（{one.position or one.unit}）": one.id for one in person_rows(session, today)}
        word = "账号" if form.subject == "account" else "人员"
        chosen, agreed = QInputDialog.getItem(self, form.title, f"给哪个{word}填：", list(named), 0, False)
        if agreed and chosen in named:
            self.started.emit(form.id, named[chosen])

    def _from_record(self, form: Form) -> bool:
        """Ask which record a form is filled from; False when it starts blank, there being none or none wanted."""
        from desktop import custody_sheets, duty_sheets

        with self._store.read() as session:
            if form.subject == "handover":
                records = custody_sheets.choices(session)
            else:
                records = {duty_sheets.named(one): one.id for one in duty_sheets.choices(session, form.id)}
        if not records:
            return False
        chosen, agreed = QInputDialog.getItem(self, form.title, "取哪一条记录的内容：", [*records, BLANK], 0, False)
        if agreed and chosen in records:
            self.asked.emit(form.id, records[chosen])
        return not agreed or chosen in records
