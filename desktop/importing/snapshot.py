"""The register in memory: what an import is compared with, and where its new records gather before anything is saved.

A preview works on records cut loose from the store, an accepted import on the records of its own transaction; both take
the same way through the same code, so what was shown is what is written.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import platforms
from desktop.accounts import Account, AccountStep
from desktop.assignments import Assignment
from desktop.figures import Figure
from desktop.people import Person
from desktop.store.base import Record
from desktop.units import OWN, Unit

R = TypeVar("R", bound=Record)


def same(text: str) -> str:
    """A name as it is compared: without blanks, letter case and full-width variants."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Snapshot:
    """All records in use, indexed by what lists call them; new ones are added without touching the store."""

    def __init__(self, session: Session, *, loose: bool) -> None:
        """Load the register; `loose` cuts the records from the session, so that changing them changes nothing."""
        self.units = _all(session, Unit)
        self.people = _all(session, Person)
        self.accounts = _all(session, Account)
        self.duties = _all(session, Assignment)
        self.figures = _all(session, Figure)
        self.steps = _all(session, AccountStep)
        if loose:
            session.expunge_all()
        self._session = session
        self._called = platforms.load().called
        self._new: list[Record] = []
        self._links: list[tuple[Record, str, Record]] = []
        self._target: dict[tuple[int, str], Record] = {}
        self._by_number: dict[tuple[type[Record], int], Record] = {
            (type(record), record.id): record for record in (*self.units, *self.people, *self.accounts)
        }
        self._names: dict[tuple[type[Record], str], list[Any]] = defaultdict(list)
        self._ids: dict[tuple[str, str], list[Account]] = defaultdict(list)
        self._of_account: dict[tuple[type[Record], int], list[Any]] = defaultdict(list)
        named: list[Unit | Person | Account] = [*self.units, *self.people, *self.accounts]
        for record in named:
            self._index(record)
        children: list[Assignment | Figure | AccountStep] = [*self.duties, *self.figures, *self.steps]
        for child in children:
            account = self._by_number.get((Account, child.account_id))
            if account is not None:
                self._of_account[type(child), id(account)].append(child)

    def _index(self, record: Unit | Person | Account) -> None:
        self._names[type(record), same(record.name)].append(record)
        if isinstance(record, Account) and record.platform_id:
            self._ids[self._called(record.platform), same(record.platform_id)].append(record)

    def named(self, kind: type[R], name: str) -> list[R]:
        """The records of a kind with this name, however it is spaced."""
        return self._names[kind, same(name)]

    def with_platform_id(self, platform: str, number: str) -> list[Account]:
        """The accounts a platform knows under this id."""
        return self._ids[self._called(platform), same(number)] if number else []

    def of_account(self, kind: type[R], account: Account) -> list[R]:
        """The assignments, figures or steps of an account."""
        return self._of_account[kind, id(account)]

    def own_unit(self) -> Unit | None:
        """The office's own unit."""
        return next((unit for unit in self.units if unit.relation == OWN), None)

    def linked(self, record: Record, attribute: str) -> Record | None:
        """The record another one points at, new ones included."""
        target = self._target.get((id(record), attribute))
        if target is not None:
            return target
        kind: type[Record] = {"unit_id": Unit, "parent_id": Unit, "person_id": Person, "account_id": Account}[attribute]
        number = getattr(record, attribute)
        return self._by_number.get((kind, number)) if number is not None else None

    def link(self, record: Record, attribute: str, target: Record) -> None:
        """Let a record point at another that may have no number yet."""
        self._target[id(record), attribute] = target
        self._links.append((record, attribute, target))

    def add(self, record: R, **links: Record | None) -> R:
        """Gather a new record; `links` are the records it points at."""
        self._new.append(record)
        for attribute, target in links.items():
            if target is not None:
                self.link(record, attribute, target)
        if isinstance(record, Unit | Person | Account):
            self._index(record)
        if isinstance(record, Unit):
            self.units.append(record)
        account = links.get("account_id")
        if isinstance(account, Account):
            self._of_account[type(record), id(account)].append(record)
        return record

    def renamed(self, record: Unit | Person | Account) -> None:
        """Find a record under its new name as well."""
        self._index(record)

    def is_new(self, record: Record) -> bool:
        """Whether this import made the record."""
        return record.id is None

    def save(self) -> None:
        """Hand the gathered records to the session they were loaded from, parents before children."""
        for kinds in ((Unit,), (Person, Account), (Assignment, Figure, AccountStep)):
            for record, attribute, target in self._links:
                if isinstance(record, kinds) and target.id is not None:
                    setattr(record, attribute, target.id)
            self._session.add_all(record for record in self._new if isinstance(record, kinds))
            self._session.flush()
        for record, attribute, target in self._links:
            if getattr(record, attribute) != target.id:
                setattr(record, attribute, target.id)
        self._session.flush()


def _all(session: Session, kind: type[R]) -> list[R]:
    return list(session.scalars(select(kind).where(kind.trashed_at.is_(None)).order_by(kind.id)))
