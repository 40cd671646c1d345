"""Put what a row says into the records it means; what they said before is kept as a change for the clerk to see."""

from __future__ import annotations

from datetime import date

from desktop.accounts import NORMAL, Account, AccountStep
from desktop.assignments import Assignment
from desktop.figures import MONTH, Figure
from desktop.importing.fields import Subject, fields_of
from desktop.importing.finding import Finder
from desktop.importing.values import Human
from desktop.importing.verdicts import Row, said
from desktop.people import IDENTITIES, POLITICS, Person
from desktop.store.base import Record
from desktop.units import OWN, RELATIONS, SUBORDINATE, Unit

LABELS = {one.key: one.label for subject in reversed(Subject) for one in fields_of(subject)}
COUNTS = ("posts", "followers", "reads")
_MEANS_SOMETHING_ELSE = {"ref", "parent", "relation", "state"}
_OF_ACCOUNT_LIST = ("level", "contact", "contact_phone", "email", "address", "region_code")


class Filler:
    """Fills records of a snapshot.

    Args:
        finder: finds the records.
        today: states that name no day begin on it, duties are in force on it.
        source: what the list is called.
    """

    def __init__(self, finder: Finder, today: date, source: str) -> None:
        self._finder = finder
        self._snapshot = finder.snapshot
        self._today = today
        self._source = source
        self._first_said: dict[tuple[int, str], tuple[str, int]] = {}

    def fill(self, row: Row, record: Record, prefix: str, *, title: str = "", only: tuple[str, ...] = ()) -> None:
        """Set every field the row says of a record; a field that an earlier row of the list set stays as it is."""
        for key, value in row.draft.said.items():
            kind, _, attribute = key.partition(".")
            if kind == prefix and attribute not in _MEANS_SOMETHING_ELSE and (not only or attribute in only):
                self.put(row, record, attribute, value, key=key, title=title)

    def put(self, row: Row, record: Record, attribute: str, value: object, *, key: str, title: str = "") -> None:
        """Set one field of a record; `key` is the field of the list that says so."""
        label = LABELS[key]
        before = self._first_said.get((id(record), attribute))
        if before is not None and before[1] != row.draft.row and not self._finder.exact:
            if before[0] != said(value):
                row.odd(
                    label,
                    f"{title}{label}在第 {before[1] + 1} 行写的是“{before[0]}”，本行写的是“{said(value)}”，按前者。",
                )
            return
        self._first_said[id(record), attribute] = (said(value), row.draft.row)
        old = getattr(record, attribute)
        if said(old) == said(value) or (attribute == "platform" and self._same_platform(old, value)):
            return
        setattr(record, attribute, value)
        if isinstance(record, Account | Person | Unit) and attribute == "name":
            self._snapshot.renamed(record)
        if not self._snapshot.is_new(record):
            row.change(title, label, old, value, key)

    def _same_platform(self, old: object, new: object) -> bool:
        """Whether two words mean one platform; an export is taken to the letter."""
        called = self._finder.platforms.called
        return not self._finder.exact and called(said(old)) == called(said(new))

    def unit_of(self, row: Row, *, details: bool) -> Unit | None:
        """The unit a row names, made when there is none; with what the row says about it."""
        draft = row.draft
        name = draft.text("unit.name")
        unit = self._finder.numbered(Unit, draft.text("unit.ref"))
        if unit is None and name:
            unit = self._finder.unit(name)
            if unit is None:
                unit = self._snapshot.add(Unit(name=name, relation=SUBORDINATE))
                row.change("", "新单位", "", name)
        if unit is not None and details:
            self.fill(row, unit, "unit", title=f"{unit.name}的", only=_OF_ACCOUNT_LIST)
            self._parent(row, unit)
        return unit

    def unit_row(self, row: Row, unit: Unit) -> None:
        """Everything a list of units says about one."""
        self.fill(row, unit, "unit")
        relation = row.draft.text("unit.relation")
        own = self._snapshot.own_unit()
        if relation == OWN and own is not None and own is not unit:
            row.odd(LABELS["unit.relation"], f"台账里的本单位是“{own.name}”，这一行按“{SUBORDINATE}”登记。")
            relation = SUBORDINATE
        if relation in RELATIONS:
            self.put(row, unit, "relation", relation, key="unit.relation")
        elif relation:
            row.odd(LABELS["unit.relation"], f"“{relation}”不是{'、'.join(RELATIONS)}之一，没有导入。")
        if not self._finder.exact:
            self._parent(row, unit)

    def _parent(self, row: Row, unit: Unit) -> None:
        name = row.draft.text("unit.parent")
        if not name or (self._snapshot.linked(unit, "parent_id") is not None and name == self._parent_name(unit)):
            return
        parent = self._finder.unit(name)
        if parent is unit:
            return
        if parent is None:
            parent = self._snapshot.add(Unit(name=name, relation=SUBORDINATE))
            row.change("", "新单位", "", name)
        self.parent(row, unit, parent)

    def parent(self, row: Row, unit: Unit, parent: Unit) -> None:
        """Put a unit below another, unless that would turn the order of units into a circle."""
        above: Record | None = parent
        while isinstance(above, Unit):
            if above is unit:
                row.odd(LABELS["unit.parent"], f"“{parent.name}”在台账里是“{unit.name}”的下级，上级单位没有改。")
                return
            above = self._snapshot.linked(above, "parent_id")
        old = self._parent_name(unit)
        if self._snapshot.linked(unit, "parent_id") is not parent:
            self._snapshot.link(unit, "parent_id", parent)
            if not self._snapshot.is_new(unit):
                row.change(f"{unit.name}的", LABELS["unit.parent"], old, parent.name, "unit.parent")

    def _parent_name(self, unit: Unit) -> str:
        parent = self._snapshot.linked(unit, "parent_id")
        return parent.name if isinstance(parent, Unit) else ""

    def human(self, row: Row, human: Human, unit: Unit | None) -> Person:
        """The person somebody's name in a list means, made when there is none."""
        person = self._finder.person(human.name, human.mobile, unit)
        if person is None:
            person = self._snapshot.add(Person(name=human.name), unit_id=unit)
            if not row.is_new:
                row.change("", "新人员", "", human.name)
        for attribute in ("mobile", "identity", "position", "politics"):
            value = getattr(human, attribute)
            if not value:
                continue
            label = LABELS[f"person.{attribute}"]
            known = {"identity": IDENTITIES, "politics": POLITICS}.get(attribute)
            if known and value not in known:
                row.odd(label, f"{human.name}的{label}“{value}”不是{'、'.join(known)}之一，按原文登记。")
            self.put(row, person, attribute, value, key=f"person.{attribute}", title=f"{person.name}的")
        return person

    def duty(self, row: Row, account: Account, role: str, person: Person) -> None:
        """Let a person have a role on an account from now on, unless they have it."""
        for duty in self._snapshot.of_account(Assignment, account):
            mine = duty.role == role and self._snapshot.linked(duty, "person_id") is person
            if mine and (duty.until is None or duty.until >= self._today):
                return
        self._snapshot.add(Assignment(role=role), account_id=account, person_id=person)
        if not row.is_new:
            row.change("", f"{role}增加", "", person.name)

    def state(self, row: Row, account: Account) -> None:
        """Begin the life of a new account, or take a known one into the state the row says."""
        wanted, day = row.draft.text("step.state"), row.draft.said.get("step.on")
        steps = sorted(self._snapshot.of_account(AccountStep, account), key=lambda step: step.on)
        if steps and (not wanted or steps[-1].state == wanted):
            return
        opened = row.draft.said.get("account.opened_on")
        start = day if isinstance(day, date) else self._today
        if not steps and not isinstance(day, date) and isinstance(opened, date) and wanted in {"", NORMAL}:
            start = opened
        reason = row.draft.text("step.reason") or f"导入“{self._source}”"
        self._snapshot.add(AccountStep(state=wanted or NORMAL, on=start, reason=reason), account_id=account)
        if steps:
            row.change("", LABELS["step.state"], steps[-1].state, wanted, "step.state")

    def figure(self, row: Row, account: Account, span: str, start: date) -> bool:
        """The figures of one period of an account; True when none were known of it."""
        counts = {name: row.draft.said[f"figure.{name}"] for name in COUNTS if f"figure.{name}" in row.draft.said}
        known = [one for one in self._snapshot.of_account(Figure, account) if (one.span, one.start) == (span, start)]
        figure = self._finder.first(known)
        title = f"{start:%Y-%m} " if span == MONTH else f"{start.isoformat()} 当周"
        if figure is None:
            self._finder.claim(self._snapshot.add(Figure(span=span, start=start, **counts), account_id=account))
            if self._snapshot.is_new(account):
                row.is_new = True
            else:
                row.change(title, "运行数据", "", "、".join(f"{LABELS[f'figure.{k}']} {v}" for k, v in counts.items()))
            return True
        for name, value in counts.items():
            self.put(row, figure, name, value, key=f"figure.{name}", title=title)
        return False
