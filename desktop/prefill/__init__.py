"""Prefilling: the sources of a form resolved from the register as of the cut-off date.

subject_of(…) → whom a form is about; proposals(form, subject, given) → what the register knows of every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desktop.accounts import Account
from desktop.documents.places import Tag
from desktop.errors import Refused
from desktop.forms import Field, Form, Group
from desktop.people import Person
from desktop.prefill import resolving, snapshot
from desktop.prefill.resolving import Column, Proposal, Subject

__all__ = ["Column", "Proposal", "Proposals", "Subject", "proposals", "subject_of"]


@dataclass(frozen=True)
class Proposals:
    """Tag → proposal for every field with a source; group → what each of its rows is about.

    A row is about a platform (its name), an account or a person (their numbers); rows of a record by their place.
    """

    by_tag: dict[str, Proposal]
    rows: dict[str, list[str]]


def subject_of(session: Session, form: Form, subject_id: int | None, cutoff: date, today: date) -> Subject:
    """Whom a form is about, with the register as of the cut-off.

    Raises:
        Refused: the own unit is not entered, or the form needs an account or a person that is not there.
    """
    unit_id = subject_id if form.subject == "unit" else None
    account = session.get(Account, subject_id) if form.subject == "account" and subject_id is not None else None
    person = session.get(Person, subject_id) if form.subject == "person" and subject_id is not None else None
    for kind, word, found in (("account", "账号", account), ("person", "人员", person)):
        if form.subject == kind and (found is None or found.trashed_at is not None):
            raise Refused(f"“{form.title}”要先选定{word}。", todo=f"请从台账中选择一个{word}。")
    return Subject(snapshot.take(session, cutoff, unit_id), today, account, person)


def proposals(form: Form, subject: Subject, given: Mapping[str, Any] | None = None) -> Proposals:
    """What the register, or the record that asked for the form, knows of its fields.

    Args:
        form: a loaded form.
        subject: from `subject_of`.
        given: values of the record for fields with source `record`, rows for groups.
    """
    record = dict(given or {})
    by_tag: dict[str, Proposal] = {}
    rows: dict[str, list[str]] = {}
    for item in form.items:
        if isinstance(item, Group):
            found = _rows(item, subject, record)
            rows[item.key] = list(found)
            for number, row in enumerate(found.values(), 1):
                by_tag |= {str(Tag(item.key, number, key)): proposal for key, proposal in row.items()}
        elif item.source is not None:
            by_tag[item.key] = _single(item, subject, record)
        elif item.default:
            by_tag[item.key] = Proposal(item.default, "表单预设")
    return Proposals(by_tag, rows)


def _single(field: Field, subject: Subject, record: Mapping[str, Any]) -> Proposal:
    assert field.source is not None
    noun, _, name = field.source.name.partition(".")
    if noun == "record":
        text = record.get(field.source.arguments[0] if field.source.arguments else field.key, "")
        return Proposal(text if isinstance(text, str) else str(text), "业务记录" if text else "")
    if noun == "platform":
        return resolving.platform(subject.snapshot, name, subject.snapshot.on_platform(field.source.arguments[0]))
    resolve = {
        "period": resolving.period,
        "unit": resolving.unit,
        "account": resolving.account,
        "person": resolving.person,
    }
    return resolve[noun](subject, name)


def _rows(group: Group, subject: Subject, record: Mapping[str, Any]) -> dict[str, dict[str, Proposal]]:
    """What each row is about → its proposals by field."""
    if group.source is None:
        return {}
    if group.source.name == "record":
        given = record.get(group.source.arguments[0] if group.source.arguments else group.key, [])
        known = {field.key for field in group.fields}
        return {
            str(number): {key: Proposal(str(text), "业务记录") for key, text in row.items() if key in known}
            for number, row in enumerate(given if isinstance(given, list) else [], 1)
        }
    snap = subject.snapshot
    if group.source.name == "others":
        found = snap.other_platforms(*group.source.arguments)
        return {
            platform: {
                field.key: resolving.platform(snap, field.source.name.removeprefix("row."), accounts, named=platform)
                for field in group.fields
                if field.source is not None and field.source.name.startswith("row.")
            }
            for platform, accounts in found.items()
        }
    if group.source.name == "accounts":
        numbered = enumerate(snap.accounts, 1)
        return {str(found.id): _row(group, replace(subject, account=found), number) for number, found in numbered}
    there = [
        person
        for person in snap.people.values()
        if person.unit_id in (None, snap.unit.id) and not (person.left_on and person.left_on < snap.cutoff)
    ]
    return {str(found.id): _row(group, replace(subject, person=found), number) for number, found in enumerate(there, 1)}


def _row(group: Group, subject: Subject, number: int) -> dict[str, Proposal]:
    resolve = resolving.account if group.source is not None and group.source.name == "accounts" else resolving.person
    made = {}
    for field in group.fields:
        if field.source is None or not field.source.name.startswith("row."):
            continue
        name = field.source.name.removeprefix("row.")
        made[field.key] = Proposal(str(number), "序号") if name == "number" else resolve(subject, name)
    return made
