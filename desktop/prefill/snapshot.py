"""The register as of one day: which accounts ran, who did what on them, what their figures had come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from desktop import accounts, assignments, figures, people, platforms, units
from desktop.accounts import Account
from desktop.assignments import Assignment
from desktop.figures import Total
from desktop.people import Person
from desktop.units import Unit

ATTACHED_LEVELS = ("机关部门", "社团")
"""Units of these levels below the own one report with it; committees below file returns of their own."""


@dataclass(frozen=True)
class Snapshot:
    """What was in force on a day.

    Attributes:
        cutoff: the day.
        unit: the unit that reports. superior: where it reports to.
        units: all units by number. accounts: those of the reporting unit that ran on the day, in order of entry.
        states: state of every account on the day. people: everybody by number.
        duties: assignments in force on the day, by account.
        totals: figures of the day's year up to the day, by account.
    """

    cutoff: date
    unit: Unit
    superior: Unit | None
    units: dict[int, Unit]
    accounts: list[Account]
    states: dict[int, str]
    people: dict[int, Person]
    duties: dict[int, list[Assignment]]
    totals: dict[int, Total] = field(default_factory=dict)

    def holding(self, account: Account, role: str) -> list[Person]:
        """The people in a role on an account, in order of entry, each once."""
        found = [duty.person_id for duty in self.duties.get(account.id, []) if duty.role == role]
        return [self.people[number] for number in dict.fromkeys(found) if number in self.people]

    def unit_of(self, account: Account) -> Unit:
        """The unit that opened an account; the reporting one when none is entered."""
        return self.units.get(account.unit_id or 0, self.unit)

    def on_platform(self, name: str) -> list[Account]:
        """The running accounts of one platform, called by any of its names."""
        return [account for account in self.accounts if self._platform(account.platform) == self._platform(name)]

    def other_platforms(self, *named: str) -> dict[str, list[Account]]:
        """Every platform not named → its running accounts, in the order the platforms first appear."""
        wanted = {self._platform(name) for name in named}
        found: dict[str, list[Account]] = {}
        for account in self.accounts:
            if self._platform(account.platform) not in wanted:
                found.setdefault(account.platform, []).append(account)
        return found

    def _platform(self, name: str) -> str:
        known = self._known.find(name)
        return known.name if known is not None else name.strip()

    @cached_property
    def _known(self) -> platforms.Platforms:
        return platforms.load()


def take(session: Session, cutoff: date, unit_id: int | None = None) -> Snapshot:
    """The register as of a day, for the own unit or another one.

    Raises:
        Refused: the own unit has not been entered.
    """
    own = units.need_own(session)
    unit = session.get_one(Unit, unit_id) if unit_id is not None else own
    known = {found.id: found for found in units.in_use(session)}
    states = accounts.states_on(session, cutoff)
    superior = known.get(unit.parent_id or 0) or (units.superior(session) if unit is own else None)
    by_account: dict[int, list[Assignment]] = {}
    for duty in assignments.on(session, cutoff):
        by_account.setdefault(duty.account_id, []).append(duty)
    mine = _reporting_with(unit, known)
    running = [
        account
        for account in accounts.in_use(session)
        if (account.unit_id or own.id) in mine
        and states.get(account.id) in accounts.RUNNING
        and not (account.opened_on and account.opened_on > cutoff)
    ]
    return Snapshot(
        cutoff=cutoff,
        unit=unit,
        superior=superior,
        units=known,
        accounts=running,
        states=states,
        people={person.id: person for person in people.in_use(session)},
        duties=by_account,
        totals=figures.year_totals(session, cutoff),
    )


def _reporting_with(unit: Unit, known: dict[int, Unit]) -> set[int]:
    """The numbers of a unit and of the departments and clubs attached to it."""
    mine = {unit.id}
    grown = True
    while grown:
        below = {u.id for u in known.values() if u.parent_id in mine and u.level in ATTACHED_LEVELS}
        grown = not below <= mine
        mine |= below
    return mine
