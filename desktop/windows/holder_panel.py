"""Who holds the chosen password: give back, issue again, and the deeds that need a few words more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from desktop import adoption, credentials, dates, handover, holders, holding, passwords, people
from desktop.accounts import Account
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.fields import ChoiceField, DateField, Field
from desktop.windows.parts import Card, button, clear, label, line, row, tag

if TYPE_CHECKING:
    from desktop.store import Store

PERSON, DAY, NUMBER, PLACE, REASON, APPROVER = "人员", "日期", "信封编号", "存放地点", "事由", "批准人"


@dataclass(frozen=True)
class Deed:
    """A deed of the drop-down list: the fields it asks for, what the day means, and how it is done."""

    fields: tuple[str, ...]
    day: str
    note: str
    do: Callable[[Store, int, int, dict[str, str]], object]


DEEDS = {
    "登记现有持有人": Deed(
        (PERSON, DAY), "自何日起持有", "建账时补登；以后换人请办理交接",
        lambda store, number, who, said: holders.register_holder(
            store, number, who, _day(said), said[REASON]
        ),
    ),
    "借用": Deed(
        (PERSON, DAY, REASON, APPROVER), "应还日期", "到期自动失效，归还后须更换密码",
        lambda store, number, who, said: holders.lend(
            store, number, who, _day(said), reason=said[REASON], approver=said[APPROVER]
        ),
    ),
    "封存信封": Deed(
        (NUMBER, PLACE), "", "密码写在纸上密封；信封上只写编号",
        lambda store, number, who, said: holders.seal_envelope(store, number, said[NUMBER], said[PLACE]),
    ),
    "紧急启封": Deed(
        (PERSON, REASON, APPROVER), "", "启封后必须立即更换密码",
        lambda store, number, who, said: holders.open_envelope(
            store, number, who, reason=said[REASON], approver=said[APPROVER]
        ),
    ),
    "销毁": Deed(
        (REASON,), "", "账号注销或不再使用时；存入的密码一并擦除",
        lambda store, number, who, said: passwords.destroy(store, number, said[REASON]),
    ),
}  # fmt: skip


def _day(said: dict[str, str]) -> date:
    day = dates.parse(said[DAY])
    if day is None:
        raise Refused("请填写日期。")
    return day


class HolderPanel(Card):
    """Holders of the credential chosen in the list, and what can be done about them.

    Signals:
        hand_over: the clerk wants to begin a handover of this account.
    """

    hand_over = Signal(int)

    def __init__(self, store: Store) -> None:
        super().__init__("保管人")
        self._store = store
        self._entry: credentials.Entry | None = None
        self._people: dict[str, int] = {}
        self.list = QVBoxLayout()
        self.list.setSpacing(6)
        self.body.addLayout(self.list)
        self.body.addWidget(line())
        self.deed = QComboBox()
        self.deed.setAccessibleName("办理事项")
        self.deed.addItems(["选择要办的事项", *DEEDS])
        self.deed.activated.connect(lambda _: self._ask())
        self.hand = button("交接给他人", self._hand)
        self.body.addLayout(row(self.deed, self.hand, None))
        self.note = label("", "note", wrap=True)
        self.inputs: dict[str, Field] = {
            PERSON: ChoiceField(PERSON, ()), DAY: DateField(DAY), NUMBER: Field(NUMBER), PLACE: Field(PLACE),
            REASON: Field(REASON), APPROVER: Field(APPROVER),
        }  # fmt: skip
        self.inputs[PERSON].edited.connect(lambda _: self._warn())
        self.warning = QVBoxLayout()
        self.body.addWidget(self.note)
        for field in self.inputs.values():
            self.body.addWidget(field)
        self.body.addLayout(self.warning)
        self.go = button("办理", self.do)
        self.body.addLayout(row(self.go, None))
        self._ask()

    def show_entry(self, entry: credentials.Entry | None) -> None:
        """Show another credential."""
        if entry is None or self._entry is None or entry.id != self._entry.id:
            self.deed.setCurrentIndex(0)
        self._entry = entry
        self.setVisible(entry is not None)
        clear(self.list)
        if entry is None:
            return
        today = self._store.clock().date()
        for holder in entry.state.holders.values():
            self.list.addLayout(self._line(holder, entry.state, late=holder in entry.state.overdue(today)))
        if not entry.state.holders:
            self.list.addWidget(label("目前无人持有", "secondary"))
        if entry.state.envelope:
            self.list.addLayout(row(label("密码信封"), None, tag(entry.state.envelope, "blue")))
        if entry.state.stale:
            self.list.addLayout(row(label("密码信封"), None, tag(f"{entry.state.stale}，密码已不对", "amber")))
            self.list.addWidget(label("密码更换后信封里的已无用：请取出销毁，用新密码重新封存。", "note", wrap=True))
        if self.deed.currentIndex() == 0:
            self._ask()

    def _hand(self) -> None:
        if self._entry is not None:
            self.hand_over.emit(self._entry.account_id)

    def _line(self, holder: credentials.Holder, state: credentials.State, *, late: bool) -> QHBoxLayout:
        if holder.due_back is not None:
            said, tone = f"借用，应还 {holder.due_back}", "red" if late else "amber"
        elif holder.version < state.version:
            said, tone = "更换后未补发", "amber"
        else:
            said, tone = f"{holder.since} 起", "grey"
        back = button("收回", lambda: self._try(holders.take_back, holder.person_id), "link")
        again = button("补发", lambda: self._try(holders.issue_again, holder.person_id), "link")
        again.setVisible(holder.due_back is None and holder.version < state.version)
        back.setAccessibleName(f"收回{holder.name}的密码")
        return row(label(holder.name), tag(said, tone), None, again, back)

    def _try(self, deed: Callable[[Store, int, int], object], person_id: int) -> None:
        if self._entry is not None:
            try:
                deed(self._store, self._entry.id, person_id)
            except Refused as refusal:
                dialogs.show_error(self, refusal)

    def _ask(self) -> None:
        """Show the fields of the deed chosen, or none."""
        chosen = DEEDS.get(self.deed.currentText())
        for name, field in self.inputs.items():
            field.setVisible(chosen is not None and name in chosen.fields)
            field.set_text("")
        self.note.setVisible(chosen is not None)
        self.go.setVisible(chosen is not None)
        clear(self.warning)
        if chosen is None:
            return
        self.note.setText(chosen.note)
        self.inputs[DAY].title.setText(chosen.day)
        today = self._store.clock().date()
        later = today + timedelta(days=1) if self.deed.currentText() == "借用" else today
        self.inputs[DAY].set_text(later.isoformat())
        with self._store.read() as session:
            self._people = {_named(person): person.id for person in people.in_use(session, today)}
        box = self.inputs[PERSON].input
        assert isinstance(box, QComboBox)
        box.clear()
        box.addItems(["", *self._people])

    def _warn(self) -> None:
        """What the chosen regulations have against this person, with their clauses."""
        clear(self.warning)
        number = self._people.get(self.inputs[PERSON].text())
        if number is None or self._entry is None:
            return
        for clash in self._clashes(number):
            mark = tag("规定不符" if clash.tone == holding.RED else "请核实", clash.tone)
            self.warning.addWidget(mark)
            self.warning.addWidget(label(str(clash), "note", wrap=True))

    def _clashes(self, person_id: int) -> list[holding.Clash]:
        assert self._entry is not None
        with self._store.read() as session:
            account = session.get_one(Account, self._entry.account_id)
            in_force = adoption.rulebook(session).on(self._store.clock().date())
            person = session.get_one(people.Person, person_id)
            return holding.clashes(in_force, person, handover.level_of(session, account), account.platform)

    def do(self) -> None:
        """Do the deed with what was filled in."""
        chosen, entry = DEEDS.get(self.deed.currentText()), self._entry
        if chosen is None or entry is None:
            return
        said = {name: field.text().strip() for name, field in self.inputs.items()}
        who = self._people.get(said[PERSON], 0)
        if PERSON in chosen.fields and not who:
            self.inputs[PERSON].show_wrong("请选择人员。")
            return
        self.inputs[PERSON].show_wrong("")
        try:
            red = [clash for clash in (self._clashes(who) if who else []) if clash.tone == holding.RED]
            if red:
                if not dialogs.ask(self, "规定对此人有要求，仍要办理？", "\n".join(map(str, red)), "仍要办理"):
                    return
                told = "、".join(clash.cite for clash in red)
                said[REASON] = "；".join(part for part in (said[REASON], f"已提示{told}") if part)
            chosen.do(self._store, entry.id, who, said)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.deed.setCurrentIndex(0)
        self._ask()


def _named(person: people.Person) -> str:
    """A person as listed: name, identity, department, so that namesakes can be told apart."""
    rest = "，".join(part for part in (person.identity, person.department or person.position) if part)
    return f"{person.name}（{rest}）" if rest else f"{person.name} #{person.id}"
