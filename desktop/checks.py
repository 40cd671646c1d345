"""Checks (检查): what is wrong now, for each account, person and unit, against the chosen rule packs.

`Checker` holds the facts and what was found; after an edit only what depends on the edited record is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from desktop.checking import activity, contacts, filing, identity, office, staff
from desktop.checking.facts import AccountFacts, PersonFacts, Register, RoleFacts, UnitFacts
from desktop.checking.findings import ACCOUNT, PERSON, UNIT, Context, Finding
from desktop.rules import Rulebook
from desktop.workdays import WorkCalendar

ACCOUNT_CHECKS = (
    filing.unfiled,
    filing.filed_late,
    filing.change_unfiled,
    filing.closing_unfiled,
    filing.steps_missing,
    filing.approvals_missing,
    filing.pledge_missing,
    filing.revived,
    filing.cancel_overdue,
    activity.silent,
    activity.few_posts,
    activity.no_figures,
    staff.no_leader,
    staff.no_keeper,
    staff.wrong_publisher,
    staff.wrong_password_holder,
    staff.too_many_publishers,
    staff.editor,
    staff.no_adviser,
    staff.stages,
    staff.review_system,
    identity.private,
    identity.body,
    identity.certification,
    identity.contract,
    identity.code,
    contacts.account,
)
PERSON_CHECKS = (staff.leaver, staff.untrained, contacts.person)
GroupKey = Callable[[Register, AccountFacts], Hashable]


def _same_platform(register: Register, account: AccountFacts) -> Hashable:
    return account.unit_id or register.own_id, account.platform


def _same_unit(register: Register, account: AccountFacts) -> Hashable:
    return account.unit_id or register.own_id


def _same_code(register: Register, account: AccountFacts) -> Hashable:
    return account.code or None


GROUP_CHECKS: tuple[tuple[GroupKey, Callable[[Context, Sequence[AccountFacts]], Iterator[Finding]]], ...] = (
    (_same_platform, identity.twins),
    (_same_platform, filing.reopened),
    (_same_unit, identity.names),
    (_same_code, identity.shared_code),
)
Group = tuple[int, Hashable]
"""Which check of GROUP_CHECKS, and what its members have in common."""


class Checker:
    """Every finding of one day, kept up to date record by record.

    Args:
        register: the facts. book: the packs the unit chose. calendar: for working days. today: the day.

    Raises:
        Refused: no chosen pack covers the day.
    """

    def __init__(self, register: Register, book: Rulebook, calendar: WorkCalendar, today: date) -> None:
        self._units, self._people = dict(register.units), dict(register.people)
        self._accounts = dict(register.accounts)
        whole = replace(register, units=self._units, people=self._people, accounts=self._accounts)
        self.context = Context(today, book.on(today), whole, calendar)
        self._found: dict[tuple[str | int, Hashable], list[Finding]] = {}
        self._groups: dict[Group, dict[int, None]] = {}
        self._roles: dict[int, dict[int, None]] = {}
        for account in self._accounts.values():
            self._enter(account)
        self._look(self._accounts, self._people, self._units, list(self._groups))

    @property
    def register(self) -> Register:
        """The facts as they are now."""
        return self.context.register

    def findings(self) -> list[Finding]:
        """Everything found, worst first, then oldest."""
        found = [finding for some in self._found.values() for finding in some]
        return sorted(found, key=lambda one: (one.severity, one.since or date.max, one.kind, one.id, one.code))

    def of(self, kind: str, number: int) -> list[Finding]:
        """What was found on one account, person or unit."""
        return [finding for finding in self.findings() if (finding.kind, finding.id) == (kind, number)]

    def put_account(self, account: AccountFacts) -> None:
        """An account is new or was changed."""
        before = self._accounts.get(account.id)
        touched = self._leave(before) if before else set()
        self._accounts[account.id] = account
        self.context.forget(account.id)
        touched |= self._enter(account)
        people = {role.person_id for one in (before, account) if one for role in one.roles}
        homes = {one.unit_id or self.register.own_id for one in (before, account) if one}
        self._look([account.id], people, [home for home in homes if home is not None], list(touched))

    def drop_account(self, number: int) -> None:
        """An account went to the trash."""
        account = self._accounts.pop(number, None)
        if account is not None:
            touched = self._leave(account)
            self._found.pop((ACCOUNT, number), None)
            home = account.unit_id or self.register.own_id
            self._look(
                [], {role.person_id for role in account.roles}, [home] if home is not None else [], list(touched)
            )

    def put_person(self, person: PersonFacts) -> None:
        """A person is new or was changed."""
        self._people[person.id] = person
        works_on = list(self._roles.get(person.id, ()))
        for number in works_on:
            self.context.forget(number)
        own = self.register.own_id
        self._look(works_on, [person.id], [own] if own is not None else [], [])

    def put_unit(self, unit: UnitFacts) -> None:
        """A unit is new or was changed; its level decides which rules its accounts hear."""
        self._units[unit.id] = unit
        own = [number for number, account in self._accounts.items() if self._home(account) == unit.id]
        people = {role.person_id for number in own for role in self._accounts[number].roles}
        groups = {source for number in own for source in self._sources(self._accounts[number])}
        self._look(own, people, [unit.id], list(groups))

    def put_rest(self, register: Register) -> None:
        """Filings, duties, papers or password changes are others now; accounts, people and units stay."""
        kept = {one: getattr(register, one) for one in ("lives", "duties", "papers", "passwords")}
        before = self.context
        whole = replace(before.register, **kept)
        self.context = Context(before.today, before.book, whole, before.calendar)
        touched = {life.account_id for life in (*before.register.lives, *whole.lives)}
        self._look([number for number in touched if number in self._accounts], [], self._units, [])

    def _home(self, account: AccountFacts) -> int | None:
        return self.register.own_id if account.unit_id is None else account.unit_id

    def _sources(self, account: AccountFacts) -> Iterator[Group]:
        for index, (key, _) in enumerate(GROUP_CHECKS):
            value = key(self.register, account)
            if value is not None:
                yield index, value

    def _enter(self, account: AccountFacts) -> set[Group]:
        touched = set(self._sources(account))
        for source in touched:
            self._groups.setdefault(source, {})[account.id] = None
        for role in account.roles:
            self._roles.setdefault(role.person_id, {})[account.id] = None
        return touched

    def _leave(self, account: AccountFacts) -> set[Group]:
        touched = set(self._sources(account))
        for source in touched:
            self._groups[source].pop(account.id, None)
        for role in account.roles:
            self._roles[role.person_id].pop(account.id, None)
        return touched

    def _look(
        self, accounts: Iterable[int], people: Iterable[int], homes: Iterable[int], groups: Iterable[Group]
    ) -> None:
        """Look again at some accounts, people, units and groups."""
        c = self.context
        for number in accounts:
            account = self._accounts[number]
            self._keep((ACCOUNT, number), (found for check in ACCOUNT_CHECKS for found in check(c, account)))
        for number in people:
            person, roles = self._people.get(number), list(self._duties(number))
            if person is not None:
                self._keep((PERSON, number), (found for check in PERSON_CHECKS for found in check(c, person, roles)))
        by_home: dict[int | None, list[AccountFacts]] = {}
        wanted = [number for number in homes if number in self._units]
        if wanted:
            for account in self._accounts.values():
                by_home.setdefault(self._home(account), []).append(account)
        for number in wanted:
            self._keep((UNIT, number), office.check(c, self._units[number], by_home.get(number, [])))
        for source in groups:
            members = [self._accounts[number] for number in sorted(self._groups[source])]
            check = GROUP_CHECKS[source[0]][1]
            self._keep(source, check(c, members) if members else ())

    def _duties(self, person_id: int) -> Iterator[tuple[AccountFacts, RoleFacts]]:
        for number in self._roles.get(person_id, ()):
            account = self._accounts[number]
            for role in account.roles:
                if role.person_id == person_id:
                    yield account, role

    def _keep(self, source: tuple[str | int, Hashable], found: Iterable[Finding]) -> None:
        kept = list(found)
        if kept:
            self._found[source] = kept
        else:
            self._found.pop(source, None)
