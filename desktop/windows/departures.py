"""离任换届 as a tab of 人员与交接: who leaves, and everything that follows from it on one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop import adoption, dates, departures, holders, leavers, people
from desktop.departures import Task
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.fields import ChoiceField, DateField
from desktop.windows.parts import Card, button, label, row, scrolling
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.store import Store

FORM_WIDTH = 320
NO_LIST = 0
"""Chosen instead of a list: everybody who has left and is still bound, on a list or not."""


@dataclass(frozen=True)
class Row:
    """One task with a number for the table."""

    id: int
    task: Task


COLUMNS = (
    Column("人员", lambda r: r.task.person, 74),
    Column("账号", lambda r: r.task.account, 184),
    Column("要做的事", lambda r: r.task.what, 186),
    Column("状态", lambda r: r.task.state, 132, tone=lambda r: r.task.tone),
    Column("期限", lambda r: str(r.task.due or ""), 96),
    Column("依据", lambda r: r.task.cite, 300),
)


class DeparturesPanel(QWidget):
    """Lists of departures left, the tasks of the one chosen right.

    Signals:
        go: a place and its argument, where the task chosen is done.
    """

    go = Signal(str, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._calendar = WorkCalendar.load()
        self.pick = QComboBox()
        self.pick.setAccessibleName("离任名单")
        self.pick.currentIndexChanged.connect(lambda _: self._show())
        self.who = label("", "note", wrap=True)
        self.table = RowsTable("离任事项", COLUMNS, empty="选一次离任，这里列出要收回、更换和备案的事。")
        self.table.activated.connect(lambda _: self.do())
        self.table.tools.addWidget(button("去办理", self.do))
        left = Card()
        head = row(self.pick, spacing=12)
        head.addWidget(self.who, 1)
        left.body.addLayout(head)
        left.body.addWidget(self.table, 1)
        self.form = LeaveCard(store)
        area = scrolling(self.form)
        area.setFixedWidth(FORM_WIDTH)
        self.form.begun.connect(self._begun)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(left, 1)
        layout.addWidget(area)

    def refresh(self) -> None:
        """Read the lists anew; the one chosen stays."""
        kept = self.pick.currentData()
        with self._store.read() as session:
            found = departures.everything(session)
        self.pick.blockSignals(True)
        self.pick.clear()
        for one in found:
            self.pick.addItem(f"{one.title}（{one.leave_on} 离任）", one.id)
        self.pick.addItem("已离任、绑定未解除的", NO_LIST)
        self.pick.setCurrentIndex(max(self.pick.findData(kept), 0))
        self.pick.blockSignals(False)
        self.form.refresh()
        self._show()

    def _begun(self, number: int) -> None:
        self.refresh()
        self.pick.setCurrentIndex(self.pick.findData(number))

    def show_person(self, person_id: int) -> bool:
        """The newest list this person is on; without one, everybody who is still bound, and False."""
        with self._store.read() as session:
            lists = departures.everything(session)
            mine = (one.id for one in lists if any(who.id == person_id for who in leavers.people_of(session, one)))
            number = next(mine, NO_LIST)
        self.pick.setCurrentIndex(self.pick.findData(number))
        return number != NO_LIST

    def _show(self) -> None:
        number, rows = self.pick.currentData(), []
        now = self._store.clock()
        with self._store.read() as session:
            in_force = adoption.rulebook(session).on(now.date())
            if number == NO_LIST:
                found = departures.red_leavers(session, in_force, self._calendar, now)
                self.who.setText("离任当天须解除；已在平台解除的，点“去办理”登记。" if found else "没有。")
            else:
                one = session.get_one(leavers.Departure, number)
                found = departures.tasks(session, one, in_force, self._calendar, now)
                names = "、".join(person.name for person in leavers.people_of(session, one))
                done = sum(task.done for task in found)
                self.who.setText(f"{names}　已办 {done} / {len(found)}")
            rows = [Row(at, task) for at, task in enumerate(found)]
        self.table.set_rows(rows)

    def do(self) -> None:
        """Go where the chosen task is done; a binding is entered as removed here."""
        chosen = self.table.current()
        if chosen is None or chosen.task.done:
            return
        task: Task = chosen.task
        if task.handover_id is not None:
            self.go.emit("handover", task.handover_id)
        elif task.kind == departures.HAND_OVER:
            self.go.emit("people", ["handover.begin", "", task.account_id])
        elif task.credential_id is not None or task.kind == departures.CHANGE:
            self.go.emit("custody", task.credential_id)
        elif task.kind == departures.UNBIND:
            self._unbind(task)
        else:
            self.go.emit("accounts", task.account_id)

    def _unbind(self, task: Task) -> None:
        """Ask on which day it was removed on the platform, which may have been before today."""
        what, today = task.what.removeprefix("解除"), self._store.clock().date().isoformat()
        question = f"{task.account}：已在平台解除{task.person}的{what}。\n解除日期（记入保管链，不能撤销）："
        typed, agreed = QInputDialog.getText(self, "登记已解除", question, text=today)
        if not agreed:
            return
        try:
            on = dates.parse(typed)
            if on is None:
                raise Refused("没有填写解除日期。", todo="请填写在平台解除的那一天。")
            holders.unbind(self._store, task.account_id, task.person_id, what=what, on=on)
        except Refused as refusal:
            dialogs.show_error(self, refusal)


class LeaveCard(Card):
    """Choose people one by one, or a whole term of office, and the last day.

    Signals:
        begun: a list was begun; its number.
    """

    begun = Signal(int)

    def __init__(self, store: Store) -> None:
        super().__init__("一键换届")
        self._store = store
        self.body.addWidget(
            label("选一届或几个人，列出他们的账号、绑定、要改的密码、要报的备案和期限。", "note", wrap=True)
        )
        self.term = ChoiceField("届次", ())
        self.term.edited.connect(self._mark)
        self.people = QListWidget()
        self.people.setAccessibleName("离任人员")
        self.people.setFixedHeight(190)
        self.day = DateField("离任日期", "当天须解除账号绑定（广东办法第十八条）")
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        lines = QVBoxLayout()
        lines.addWidget(self.people)
        self.body.addWidget(self.term)
        self.body.addLayout(lines)
        self.body.addWidget(self.day)
        self.body.addWidget(self.wrong)
        self.body.addLayout(row(button("列出清单", self.begin, "primary"), None))
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Offer everybody, those who have left as well; marks stay."""
        marked = set(self.marked())
        today = self._store.clock().date()
        with self._store.read() as session:
            here = people.in_use(session)
        terms = sorted({person.term for person in here if person.term})
        kept, box = self.term.text(), self.term.input
        assert isinstance(box, QComboBox)
        box.clear()
        box.addItems(["", *terms])
        if kept in terms:
            self.term.set_text(kept)
        self.people.clear()
        for person in here:
            gone = "已离任" if person.left_on is not None and person.left_on < today else ""
            rest = "，".join(part for part in (person.term, person.department or person.position, gone) if part)
            item = QListWidgetItem(f"{person.name}（{rest}）" if rest else person.name)
            item.setData(Qt.ItemDataRole.UserRole, (person.id, person.term))
            item.setCheckState(Qt.CheckState.Checked if person.id in marked else Qt.CheckState.Unchecked)
            self.people.addItem(item)
        if not self.day.text():
            self.day.set_text(today.isoformat())

    def marked(self) -> list[int]:
        """The people marked."""
        items = (self.people.item(at) for at in range(self.people.count()))
        return [item.data(Qt.ItemDataRole.UserRole)[0] for item in items if item.checkState() == Qt.CheckState.Checked]

    def tick(self, number: int) -> None:
        """Mark one person, as the one whose leaving is to be seen to."""
        for at in range(self.people.count()):
            item = self.people.item(at)
            if item.data(Qt.ItemDataRole.UserRole)[0] == number:
                item.setCheckState(Qt.CheckState.Checked)
                self.people.scrollToItem(item)

    def _mark(self, term: str) -> None:
        for at in range(self.people.count()):
            item = self.people.item(at)
            whole = bool(term) and item.data(Qt.ItemDataRole.UserRole)[1] == term
            item.setCheckState(Qt.CheckState.Checked if whole else Qt.CheckState.Unchecked)

    def begin(self) -> None:
        """Begin the list."""
        try:
            day = dates.parse(self.day.text())
            if day is None:
                raise Refused("请填写离任日期。")
            title = f"{self.term.text()}换届" if self.term.text() else ""
            number = departures.begin(self._store, self.marked(), day, title)
        except Refused as refusal:
            self.wrong.setText(str(refusal))
            self.wrong.show()
            return
        self.wrong.hide()
        self.term.set_text("")
        self.people.clear()
        self.begun.emit(number)
