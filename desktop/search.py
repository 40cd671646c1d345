"""Find anything (Ctrl+K): places and what is done there, accounts, people, forms; by Chinese, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop import forms
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


def everything(session: Session, fixed: Iterable[Hit]) -> list[Hit]:
    """All that can be found in the register and on the shelf of forms, after what is always there."""
    accounts = session.execute(select(Account.id, Account.platform, Account.name).where(Account.trashed_at.is_(None)))
    people = session.execute(select(Person.id, Person.name, Person.position).where(Person.trashed_at.is_(None)))
    shelf, _ = forms.catalogue(*forms.default_folders())
    return [
        *fixed,
        *(Hit("账号", f"{name}  {platform}", "accounts", number) for number, platform, name in accounts),
        *(Hit("人员", f"{name}  {position}", "people", number) for number, name, position in people),
        *(Hit("表", form.title, "fill", ["begin", form.id]) for form in shelf),
    ]


def narrowed(hits: list[Hit], typed: str) -> list[Hit]:
    """The hits that hold every word typed; those that begin with it come first; at most MOST."""
    typed = typed.strip().lower()
    if not typed:
        return hits[:MOST]
    found = [hit for hit in hits if matches(keys(hit.title), typed)]
    return sorted(found, key=lambda hit: not any(key.startswith(typed) for key in keys(hit.title).split("\n")))[:MOST]
