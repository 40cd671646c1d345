"""Which record of the register a row means: by its number in an exported workbook, else by its names."""

from __future__ import annotations

from typing import TypeVar

from desktop import platforms
from desktop.accounts import Account
from desktop.importing.drafts import Draft
from desktop.importing.snapshot import Snapshot
from desktop.importing.verdicts import Useless
from desktop.people import Person
from desktop.store.base import Record
from desktop.units import Unit

R = TypeVar("R", bound=Record)


class Finder:
    """Finds records in a snapshot.

    Args:
        snapshot: the register in memory.
        exact: the list is an export of this program: two rows alike are two records, told apart by their numbers.
    """

    def __init__(self, snapshot: Snapshot, *, exact: bool) -> None:
        self.snapshot = snapshot
        self.exact = exact
        self.platforms = platforms.load()
        self._numbers: dict[tuple[type[Record], str], Record] = {}
        self._used: set[int] = set()

    def remember(self, number: str, record: Record) -> None:
        """Know a record by the number the list gives it."""
        if self.exact and number:
            self._numbers[type(record), number] = record

    def numbered(self, kind: type[R], number: str) -> R | None:
        """The record an earlier row of the list gave this number."""
        found = self._numbers.get((kind, number)) if number else None
        return found if isinstance(found, kind) else None

    def claim(self, record: Record) -> bool:
        """Take a record for a row; False when an earlier row of an exact list has taken it."""
        if self.exact and id(record) in self._used:
            return False
        self._used.add(id(record))
        return True

    def first(self, found: list[R]) -> R | None:
        """The first of these that no earlier row has taken."""
        return next((one for one in found if self.claim(one)), None)

    def unit(self, name: str) -> Unit | None:
        """The unit of this name."""
        return next(iter(self.snapshot.named(Unit, name)), None) if name else None

    def account(self, draft: Draft, unit: Unit | None) -> Account | None:
        """The account a row describes: by its id on the platform, by name and unit, by a name only one has."""
        platform = draft.text("account.platform")
        by_id = self.snapshot.with_platform_id(platform, draft.text("account.platform_id"))
        if not self.exact and len(by_id) == 1:
            return by_id[0]
        found = [one for one in self.snapshot.named(Account, draft.text("account.name")) if one.platform == platform]
        of_unit = [one for one in found if self.snapshot.linked(one, "unit_id") is unit]
        if self.exact:
            return self.first(of_unit)
        return of_unit[0] if of_unit else found[0] if len(found) == 1 else None

    def _on_platform(self, name: str, platform: str) -> list[Account]:
        called = self.platforms.called
        wanted = called(platform)
        return [
            one
            for one in self.snapshot.named(Account, name)
            if one.platform == platform or (not self.exact and called(one.platform) == wanted)
        ]

    def account_meant(self, draft: Draft) -> Account:
        """The account a row of another sheet speaks of.

        Raises:
            Useless: there is none, or more than one.
        """
        numbered = self.numbered(Account, draft.text("account.ref"))
        if numbered is not None:
            return numbered
        name, platform = draft.text("account.name"), draft.text("account.platform")
        found = self._on_platform(name, platform)
        unit = self.unit(draft.text("unit.name"))
        of_unit = [one for one in found if self.snapshot.linked(one, "unit_id") is unit]
        if not of_unit and len(found) != 1:
            raise Useless(f"账号里没有{platform}“{name}”。")
        return (of_unit or found)[0]

    def person(self, name: str, mobile: str, unit: Unit | None) -> Person | None:
        """The person a row means: by mobile, by unit, by a name only one has if no mobile speaks against it."""
        found = self.snapshot.named(Person, name)
        of_unit = [one for one in found if self.snapshot.linked(one, "unit_id") is unit]
        if self.exact:
            return self.first(of_unit)
        by_mobile = [one for one in found if mobile and one.mobile == mobile]
        if by_mobile:
            return by_mobile[0]
        if len(of_unit) == 1:
            return of_unit[0]
        clash = bool(mobile and len(found) == 1 and found[0].mobile)
        return found[0] if len(found) == 1 and not clash else None
