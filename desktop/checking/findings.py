"""A finding, and the context in which checks look at the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from desktop.checking.catalogue import KINDS, Severity
from desktop.checking.facts import AccountFacts, LifeFacts, PersonFacts, Register, UnitFacts
from desktop.rulepacks import Rule
from desktop.rules import InForce, cutoff, due_after
from desktop.workdays import Reckoned, WorkCalendar

ACCOUNT, PERSON, UNIT = "account", "person", "unit"
Subject = AccountFacts | PersonFacts | UnitFacts
_KIND_OF: dict[type, str] = {AccountFacts: ACCOUNT, PersonFacts: PERSON, UnitFacts: UNIT}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: which kind, a key of catalogue.KINDS. kind, id, title: on what (ACCOUNT, PERSON, UNIT).
        what: what is wrong, as a sentence. since: from when, where known.
        rules: the clauses, strictest first. cites: the same as words, 参照 where not the unit's own.
        detail: what tells two findings of one code on one subject apart.
        record: number of the record its button opens where that is not the subject; 0 for none in particular.
    """

    code: str
    kind: str
    id: int
    title: str
    what: str
    rules: tuple[Rule, ...]
    cites: tuple[str, ...]
    severity: Severity
    since: date | None = None
    detail: str = ""
    record: int | None = None

    @property
    def name(self) -> str:
        """The short name of its kind."""
        return KINDS[self.code].name

    @property
    def todo(self) -> str:
        """What to do about it."""
        return KINDS[self.code].todo

    @property
    def action(self) -> str:
        """Key of the button that starts doing it; bad contact data is mended where it stands."""
        mend = {PERSON: "person.edit", UNIT: "unit.edit"}.get(self.kind, "account.edit")
        return mend if self.code == "bad_contact" else KINDS[self.code].action

    @property
    def target(self) -> int:
        """Number of the record the button opens, as `catalogue.ACTIONS` counts it."""
        return self.id if self.record is None else self.record

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What stays the same while the finding stands."""
        return self.code, self.kind, self.id, self.detail

    @property
    def clause(self) -> str:
        """The strictest clause with what it says, and which others speak on the matter."""
        if not self.rules:
            return ""
        others = f"；另见{'、'.join(self.cites[1:])}" if len(self.cites) > 1 else ""
        return f"{self.cites[0]}：{self.rules[0].text}{others}"


@dataclass
class Context:
    """What every check gets: the day, the rules in force, the facts."""

    today: date
    book: InForce
    register: Register
    calendar: WorkCalendar
    _staff: dict[int, dict[str, list[PersonFacts]]] = field(default_factory=dict)
    _dues: dict[tuple[str, float | None, date], Reckoned] = field(default_factory=dict)
    _cutoffs: dict[str, date] = field(default_factory=dict)
    _cites: dict[str, str] = field(default_factory=dict)
    _lives: dict[int, list[LifeFacts]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for life in self.register.lives:
            self._lives.setdefault(life.account_id, []).append(life)

    def rules(self, topic: str, account: AccountFacts) -> tuple[Rule, ...]:
        """What is said on a matter about this account, strictest first."""
        return self.book.of(topic, self.register.level_of(account), account.platform)

    def staff(self, account: AccountFacts) -> dict[str, list[PersonFacts]]:
        """Who is in which role today."""
        found = self._staff.get(account.id)
        if found is None:
            found = {}
            for role in account.roles:
                person = self.register.people.get(role.person_id)
                if person is not None and role.holds(self.today):
                    found.setdefault(role.role, []).append(person)
            self._staff[account.id] = found
        return found

    def in_roles(self, account: AccountFacts, roles: Iterable[str]) -> list[PersonFacts]:
        """Everybody in one of the roles today, each once."""
        staff = self.staff(account)
        return list({person.id: person for role in roles for person in staff.get(role, ())}.values())

    def due(self, rule: Rule, start: date) -> Reckoned:
        """Last day to comply after `start`."""
        asked = (rule.unit, rule.number, start)
        if asked not in self._dues:
            self._dues[asked] = due_after(rule, start, self.calendar)
        return self._dues[asked]

    def cutoff(self, rule: Rule) -> date:
        """Oldest day within the rule's span before today."""
        if rule.id not in self._cutoffs:
            self._cutoffs[rule.id] = cutoff(rule, self.today)
        return self._cutoffs[rule.id]

    def forget(self, account_id: int) -> None:
        """Forget who works on an account, after an edit."""
        self._staff.pop(account_id, None)

    def lives(self, account: AccountFacts, kind: str) -> list[LifeFacts]:
        """The filings of one kind in an account's life, oldest first."""
        return [life for life in self._lives.get(account.id, ()) if life.kind == kind]

    def cites(self, rules: Sequence[Rule]) -> tuple[str, ...]:
        """The clauses in words."""
        for rule in rules:
            if rule.id not in self._cites:
                self._cites[rule.id] = self.book.cite(rule)
        return tuple(self._cites[rule.id] for rule in rules)

    def on(
        self,
        subject: Subject,
        code: str,
        what: str,
        rules: Sequence[Rule],
        *,
        severity: Severity | None = None,
        since: date | None = None,
        detail: str = "",
        record: int | None = None,
    ) -> Finding:
        """A finding of a kind of the catalogue; one step milder where no rule is the unit's own.

        Args:
            subject: the account, person or unit it is about.
            code: key of catalogue.KINDS.
            what: what is wrong, as a sentence.
            rules: the clauses broken, strictest first.
            severity: where it is less bad than the catalogue says.
            since: from when.
            detail: what tells it apart from another finding of this code on the subject.
            record: number of the record its button opens, where that is not the subject.
        """
        bad = KINDS[code].severity if severity is None else severity
        if not any(self.book.binds(rule) for rule in rules):
            bad = bad.milder
        kind = _KIND_OF[type(subject)]
        title = subject.title if isinstance(subject, AccountFacts) else subject.name
        said = tuple(rules), self.cites(rules)
        return Finding(code, kind, subject.id, title, what, *said, bad, since, detail, record)
