"""Find anything (Ctrl+K): accounts, people, forms and places, by Chinese, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.accounts import Account
from desktop.people import Person
from desktop.pinyin import keys, matches

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST = 50


@dataclass(frozen=True)
class Hit:
    """Something found: what it is, how it is called, and where to go for it."""

    kind: str
    title: str
    place: str
    argument: object = None


def everything(session: Session, places: Iterable[tuple[str, str]]) -> list[Hit]:
    """All that can be found in the register, and the places (key, title) of the window."""
    accounts = session.execute(select(Account.id, Account.platform, Account.name).where(Account.trashed_at.is_(None)))
    people = session.execute(select(Person.id, Person.name, Person.position).where(Person.trashed_at.is_(None)))
    found = [Hit("位置", title, key) for key, title in places]
    found += [Hit("账号", f"{name}  {platform}", "accounts", number) for number, platform, name in accounts]
    found += [Hit("人员", f"{name}  {position}", "people", number) for number, name, position in people]
    return found


def narrowed(hits: list[Hit], typed: str) -> list[Hit]:
    """The hits that hold every word typed; those that begin with it come first; at most MOST."""
    typed = typed.strip().lower()
    if not typed:
        return hits[:MOST]
    found = [hit for hit in hits if matches(keys(hit.title), typed)]
    return sorted(found, key=lambda hit: not any(key.startswith(typed) for key in keys(hit.title).split("\n")))[:MOST]
