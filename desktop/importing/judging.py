"""The verdict on every row of a list; what would be new or different gathers in the snapshot of the register."""

from __future__ import annotations

from datetime import date

from desktop.accounts import Account, AccountStep
from desktop.assignments import ROLES, Assignment
from desktop.figures import MONTH, WEEK
from desktop.importing.drafts import Draft
from desktop.importing.fields import Subject
from desktop.importing.filling import COUNTS, LABELS, Filler
from desktop.importing.finding import Finder
from desktop.importing.snapshot import Snapshot, same
from desktop.importing.verdicts import Line, Row, Useless, Verdict
from desktop.people import Person
from desktop.units import SUBORDINATE, Unit

SPANS = {"月": MONTH, "周": WEEK}
"""How an exported register calls the periods of figures."""


class Judge:
    """Judges rows one after the other.

    Args:
        snapshot: the register in memory; it takes up what the rows bring.
        today: the day on which states without a date begin.
        source: what the list is called.
        exact: the list is an export of this program.
        has_steps: the states of its accounts come from a sheet of their own.
    """

    def __init__(
        self, snapshot: Snapshot, today: date, source: str, *, exact: bool = False, has_steps: bool = False
    ) -> None:
        self.month: date | None = None
        self._snapshot = snapshot
        self._finder = Finder(snapshot, exact=exact)
        self._filler = Filler(self._finder, today, source)
        self._exact = exact
        self._has_steps = has_steps
        self._seen: dict[tuple[object, ...], Draft] = {}

    def line(self, subject: Subject, draft: Draft) -> Line:
        """The verdict on one row."""
        row = Row(draft, defects=list(draft.defects))
        judge = {
            Subject.ACCOUNTS: self._account, Subject.UNITS: self._unit, Subject.PEOPLE: self._person,
            Subject.DUTIES: self._duty, Subject.FIGURES: self._figure, Subject.STEPS: self._step,
        }[subject]  # fmt: skip
        try:
            title = judge(row)
        except Useless as reason:
            title = next(filter(None, (draft.text(f"{one}.name") for one in ("account", "person", "unit"))), "")
            return Line(draft.row, title, Verdict.UNUSABLE, (), tuple(row.defects), str(reason))
        verdict = Verdict.NEW if row.is_new else Verdict.DIFFERS if row.changes else Verdict.SAME
        return Line(draft.row, title, verdict, tuple(row.changes), tuple(row.defects))

    def _account(self, row: Row) -> str:
        draft = row.draft
        name, platform = draft.text("account.name"), draft.text("account.platform")
        if not name:
            raise Useless("没有账号名称。")
        if not platform:
            raise Useless("看不出是哪个平台，请指定平台列或整张表的平台。")
        only_figures = self._repeated(draft, (platform, same(name), same(draft.text("unit.name"))), "账号")
        account = self._finder.numbered(Account, draft.text("account.ref"))
        unit = self._filler.unit_of(row, details=not self._exact and not only_figures)
        account = account or self._finder.account(draft, unit)
        if account is None:
            account = self._snapshot.add(Account(platform=platform, name=name), unit_id=unit)
            self._finder.claim(account)
            row.is_new = True
            row.changes.clear()
        elif unit is not None:
            self._move(row, account, unit)
        self._finder.remember(draft.text("account.ref"), account)
        if not only_figures:
            self._filler.fill(row, account, "account")
            if not self._has_steps:
                self._filler.state(row, account)
            for role in ROLES:
                for human in draft.people.get(role, []):
                    self._filler.duty(row, account, role, self._filler.human(row, human, unit))
        if any(f"figure.{count}" in draft.said for count in COUNTS):
            self._figures_of_account(row, account)
        return f"{platform}“{name}”"

    def _figures_of_account(self, row: Row, account: Account) -> None:
        month = row.draft.said.get("figure.start") or self.month
        if isinstance(month, date):
            self._filler.figure(row, account, MONTH, month)
        else:
            row.odd(LABELS["figure.start"], "不知道是哪个月的数据，发布数、粉丝数、阅读量没有导入；请指定月份。")

    def _unit(self, row: Row) -> str:
        draft, name = row.draft, row.draft.text("unit.name")
        if not name:
            raise Useless("没有单位名称。")
        self._repeated(draft, ("unit", same(name)), "单位")
        unit = self._finder.first(self._snapshot.named(Unit, name))
        if unit is None:
            unit = self._snapshot.add(Unit(name=name, relation=SUBORDINATE))
            self._finder.claim(unit)
            row.is_new = True
        self._finder.remember(draft.text("unit.ref"), unit)
        self._filler.unit_row(row, unit)
        return name

    def parents(self, draft: Draft) -> None:
        """Put a unit of an exported register below its parent, once all units are known."""
        unit = self._finder.numbered(Unit, draft.text("unit.ref"))
        parent = self._finder.numbered(Unit, draft.text("parent.ref"))
        if unit is not None and parent is not None:
            self._filler.parent(Row(draft), unit, parent)

    def _person(self, row: Row) -> str:
        draft, name = row.draft, row.draft.text("person.name")
        if not name:
            raise Useless("没有姓名。")
        key = ("person", same(name), same(draft.text("unit.name")), draft.text("person.mobile"))
        self._repeated(draft, key, "人")
        unit = self._filler.unit_of(row, details=False)
        person = self._finder.person(name, draft.text("person.mobile"), unit)
        if person is None:
            person = self._snapshot.add(Person(name=name), unit_id=unit)
            self._finder.claim(person)
            row.is_new = True
            row.changes.clear()
        elif unit is not None:
            self._move(row, person, unit)
        self._finder.remember(draft.text("person.ref"), person)
        self._filler.fill(row, person, "person")
        return name

    def _duty(self, row: Row) -> str:
        draft, account = row.draft, self._finder.account_meant(row.draft)
        role, name = draft.text("duty.role"), draft.text("person.name")
        person = self._finder.numbered(Person, draft.text("person.ref"))
        person = person or next(iter(self._snapshot.named(Person, name)), None)
        if person is None:
            raise Useless(f"人员里没有“{name}”。")
        if role not in ROLES:
            raise Useless(f"“{role}”不是台账里的分工（{'、'.join(ROLES)}）。")
        wanted = (role, draft.said.get("duty.since"), draft.said.get("duty.until"))
        known = [
            one
            for one in self._snapshot.of_account(Assignment, account)
            if (one.role, one.since, one.until) == wanted and self._snapshot.linked(one, "person_id") is person
        ]
        duty = self._finder.first(known)
        if duty is None:
            duty = self._snapshot.add(Assignment(role=role), account_id=account, person_id=person)
            self._finder.claim(duty)
            row.is_new = True
        self._filler.fill(row, duty, "duty")
        return f"{account.title}{role}{person.name}"

    def _figure(self, row: Row) -> str:
        account = self._finder.account_meant(row.draft)
        span, start = SPANS.get(row.draft.text("figure.span") or "月"), row.draft.said.get("figure.start")
        if span is None or not isinstance(start, date):
            raise Useless("没有看得懂的周期和起始日期。")
        if self._filler.figure(row, account, span, start):
            row.is_new = True
            row.changes.clear()
        return f"{account.title}{start.isoformat()}"

    def _step(self, row: Row) -> str:
        account = self._finder.account_meant(row.draft)
        state, day = row.draft.text("step.state"), row.draft.said.get("step.on")
        if not state or not isinstance(day, date):
            raise Useless("没有状态或日期。")
        known = [one for one in self._snapshot.of_account(AccountStep, account) if (one.state, one.on) == (state, day)]
        step = self._finder.first(known)
        if step is None:
            step = self._snapshot.add(AccountStep(state=state, on=day), account_id=account)
            self._finder.claim(step)
            row.is_new = True
        self._filler.put(row, step, "reason", row.draft.text("step.reason"), key="step.reason")
        return f"{account.title}{state}"

    def _move(self, row: Row, record: Account | Person, unit: Unit) -> None:
        old = self._snapshot.linked(record, "unit_id")
        if old is not unit:
            self._snapshot.link(record, "unit_id", unit)
            if not row.is_new:
                row.change("", LABELS["unit.name"], old.name if isinstance(old, Unit) else "", unit.name, "unit.name")

    def _repeated(self, draft: Draft, key: tuple[object, ...], what: str) -> bool:
        """True when an earlier row of somebody else's list said the same but for another month.

        Raises:
            Useless: the row says again what an earlier one said.
        """
        if self._exact:
            return False
        first = self._seen.setdefault(key, draft)
        if first is draft:
            return False
        month = draft.said.get("figure.start")
        if month is not None and month != first.said.get("figure.start"):
            return True
        alike = "内容也相同" if first.said == draft.said and first.people == draft.people else "内容不同"
        raise Useless(f"与第 {first.row + 1} 行是同一个{what}，{alike}，只采用第 {first.row + 1} 行。")
