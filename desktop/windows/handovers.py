"""交接 as a tab of 人员与交接: every handover with its step, and the form that begins one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop import accounts, credentials, handover, people
from desktop.assignments import ADMIN, OPERATOR, PUBLISHER
from desktop.assignments import on as duties_on
from desktop.errors import Refused
from desktop.handover_view import overview
from desktop.people import Person
from desktop.windows.fields import ChoiceField, Field
from desktop.windows.parts import Card, button, label, row, scrolling
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.store import Store

FORM_WIDTH = 320


COLUMNS = (
    Column("账号", lambda r: r.account, 176),
    Column("移交人", lambda r: r.giver, 74),
    Column("接收人", lambda r: r.receiver, 74),
    Column("监交人", lambda r: r.supervisor, 74),
    Column("进度", lambda r: r.state, 116, tone=lambda r: r.tone),
    Column("备案期限", lambda r: r.due, 102),
    Column("开始", lambda r: r.begun, 92),
)


class HandoversPanel(QWidget):
    """The table of handovers and the form of a new one.

    Signals:
        wanted: a handover is to be shown.
    """

    wanted = Signal(int)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._calendar = WorkCalendar.load()
        self.table = RowsTable(
            "交接", COLUMNS, empty="没有交接。换人时在“离任换届”里办，或在“密码保管”里点“交接给他人”。"
        )
        self.table.activated.connect(lambda _: self._show())
        show = button("办理", self._show)
        self.table.tools.addWidget(show)
        left = Card()
        left.body.addWidget(self.table)
        self.form = BeginCard(store)
        self.form.begun.connect(self.wanted.emit)
        area = scrolling(self.form)
        area.setFixedWidth(FORM_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(left, 1)
        layout.addWidget(area)

    def _show(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self.wanted.emit(chosen.id)

    def refresh(self) -> None:
        """Read every handover anew, those under way first."""
        with self._store.read() as session:
            rows = overview(session, self._calendar, self._store.clock())
        self.table.set_rows(rows)
        if self.table.current() is None and rows:
            self.table.view.selectRow(0)
        self.form.refresh()


class BeginCard(Card):
    """Choose account and parties; the giver is proposed from who holds the password and who publishes.

    Signals:
        begun: a handover was begun; its number.
    """

    begun = Signal(int)

    def __init__(self, store: Store) -> None:
        super().__init__("开始交接")
        self._store = store
        self._accounts: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self.account = ChoiceField("账号", ())
        self.giver = ChoiceField("移交人", (), "没有可不选；同一离任名单上的人一并移交")
        self.receiver, self.other = ChoiceField("接收人", ()), ChoiceField("另一位接收人", (), "没有可不选")
        self.supervisor = ChoiceField("监交人", (), "如分管领导、指导教师")
        self.reason = Field("事由", "如：2026届换届、调离、轮岗")
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        for part in (self.account, self.giver, self.receiver, self.other, self.supervisor, self.reason, self.wrong):
            self.body.addWidget(part)
        self.body.addLayout(row(button("开始交接", self.begin, "primary"), None))
        self.body.addStretch(1)
        self.account.edited.connect(lambda _: self._propose())

    def refresh(self) -> None:
        """Offer the accounts and people of today; what is chosen stays."""
        today = self._store.clock().date()
        with self._store.read() as session:
            self._accounts = {account.title: account.id for account in accounts.in_use(session)}
            everybody = people.in_use(session)
        self._people = {_named(person): person.id for person in everybody}
        here = [_named(one) for one in everybody if one.left_on is None or one.left_on >= today]
        for field, offered in (
            (self.account, [*self._accounts]), (self.giver, [*self._people]), (self.receiver, here),
            (self.other, here), (self.supervisor, here),
        ):  # fmt: skip
            kept, box = field.text(), field.input
            assert isinstance(box, QComboBox)
            box.clear()
            box.addItems(["", *offered])
            if kept in offered:
                field.set_text(kept)

    def choose(self, account_id: int) -> None:
        """Begin with this account."""
        self.refresh()
        for title, number in self._accounts.items():
            if number == account_id:
                self.account.set_text(title)
        self._propose()
        self.receiver.input.setFocus()

    def _propose(self) -> None:
        """Who holds the login password now, else who publishes, is proposed as the giver; of several one who leaves."""
        number = self._accounts.get(self.account.text())
        if number is None:
            return
        with self._store.read() as session:
            known = credentials.states(session, [one.id for one in credentials.of_account(session, number)])
            found = [who for state in known.values() for who in state.holders]
            found += [
                one.person_id
                for one in duties_on(session, self._store.clock().date(), number)
                if one.role in (PUBLISHER, OPERATOR, ADMIN)
            ]
            leaving = {one.id for one in people.in_use(session) if one.left_on is not None}
        found.sort(key=lambda who: who not in leaving)
        for name, person in self._people.items():
            if found and person == found[0]:
                self.giver.set_text(name)

    def begin(self) -> None:
        """Begin the handover."""
        account, receiver = self._accounts.get(self.account.text()), self._people.get(self.receiver.text())
        supervisor, giver = self._people.get(self.supervisor.text()), self._people.get(self.giver.text())
        other = self._people.get(self.other.text())
        self.wrong.setVisible(account is None or receiver is None or supervisor is None)
        if account is None or receiver is None or supervisor is None:
            self.wrong.setText("请选择账号、接收人和监交人。")
            return
        try:
            number = handover.begin(
                self._store, account, receiver, supervisor, giver_id=giver, also=[other] if other else [],
                reason=self.reason.text(),
            )  # fmt: skip
        except Refused as refusal:
            self.wrong.setText(str(refusal))
            self.wrong.show()
            return
        for field in (self.account, self.giver, self.receiver, self.other, self.supervisor, self.reason):
            field.set_text("")
        self.begun.emit(number)


def _named(person: Person) -> str:
    rest = "，".join(part for part in (person.term, person.department or person.position or person.identity) if part)
    return f"{person.name}（{rest}）" if rest else f"{person.name} #{person.id}"
