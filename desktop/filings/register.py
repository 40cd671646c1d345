"""The register and a draft: refreshed from it, filled up from the filing before, corrections offered back to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from desktop import dates, prefill
from desktop.accounts import Account
from desktop.documents.places import tag_of
from desktop.errors import BadValue, Refused
from desktop.filings.drafts import Draft, editable, put, read_draft
from desktop.filings.earlier import flat, previous
from desktop.filings.rows import Change, lay, taken
from desktop.filings.tables import LAST, REGISTER, Filing, columns_of
from desktop.forms import Form
from desktop.people import Person
from desktop.store.base import Record
from desktop.units import Unit

if TYPE_CHECKING:
    from desktop.store import Store

DATED = {"date", "number", "figures"}
"""Kinds that are true for one cut-off only and never carried on."""
_TABLES: dict[str, type[Record]] = {"unit": Unit, "account": Account, "person": Person}


@dataclass(frozen=True)
class Offer:
    """A correction that can go back to the register: what it says there, what the clerk wrote."""

    tag: str
    label: str
    there: str
    here: str


def refresh(store: Store, filing_id: int, form: Form, today: date) -> list[Change]:
    """从台账刷新: read the register anew as of the cut-off; the clerk's own texts stay, the rest follows.

    Returns:
        what the register says differently now: single fields first, then rows.

    Raises:
        Refused: the filing is final.
    """
    with store.write("从台账刷新") as session:
        filing = editable(session, filing_id)
        found = _asked(session, filing, form, today)
        here = columns_of(session, filing_id)
        now = store.clock()
        changes: list[Change] = []
        for tag, proposal in found.by_tag.items():
            parsed = tag_of(tag)
            if parsed is None or parsed.member:
                continue
            value = here.get(tag)
            columns = taken(value, proposal)
            before = value["known"] if value is not None else ""
            if before != proposal.text:
                changes.append(Change(tag, _label(form, tag), before, proposal.text, columns["origin"] != REGISTER))
            put(session, filing_id, tag, now, **columns)
        for group in form.groups:
            if group.source is not None:
                changes += lay(session, filing_id, group, found, here, now=now)
        return changes


def carry_on(store: Store, filing_id: int, form: Form) -> list[str]:
    """沿用上期: fill what the register does not know, and is still empty, from the version before; returns the tags.

    Raises:
        Refused: there is no earlier version, or the filing is final.
    """
    with store.write("沿用上期") as session:
        filing = editable(session, filing_id)
        before = previous(session, filing)
        if before is None:
            raise Refused(f"没有更早的“{filing.title}”可以沿用。", todo="请直接填写。")
        here = columns_of(session, filing_id)
        now, taken = store.clock(), []
        for tag, text in flat(form, before[1]).items():
            value = here.get(tag)
            if not text or not _carried(form, tag):
                continue
            if value is None or not value["text"].strip():
                put(session, filing_id, tag, now, text=text, origin=LAST, whence=f"上期（截至 {before[0].cutoff}）")
                taken.append(tag)
        return taken


def _carried(form: Form, tag: str) -> bool:
    """Whether a value is true beyond its cut-off: not what is counted, dated, or listed anew from the register."""
    parsed = tag_of(tag)
    field = form.field_of(parsed) if parsed is not None else None
    if parsed is None or field is None or field.equals is not None or field.kind in DATED:
        return False
    item = form.by_key[parsed.key]
    source = item.source.name if item.source is not None else ""
    return not source.startswith(("platform.", "period.")) and not (parsed.member and source)


def _asked(session: Session, filing: Filing, form: Form, today: date) -> prefill.Proposals:
    given: dict[str, Any] = json.loads(filing.given) if filing.given else {}
    subject = prefill.subject_of(session, form, filing.subject_id, filing.cutoff, today)
    return prefill.proposals(form, subject, given)


def offers(draft: Draft) -> list[Offer]:
    """The clerk's corrections that stand for exactly one field of the register."""
    return [
        Offer(tag, _label(draft.form, tag), cell.known, cell.text) for tag, cell in draft.cells.items() if cell.offered
    ]


def take_over(store: Store, filing_id: int, tag: str) -> None:
    """Write one correction back to the register, as one action that can be undone.

    Raises:
        BadValue: the text does not fit the register's field.
        Refused: there is nothing to take over.
    """
    with store.read() as session:
        cell = read_draft(session, filing_id).cells.get(tag)
    if cell is None or not cell.offered:
        raise Refused("这一项没有可以写回台账的更正。")
    table, number, field = cell.column.split(":")
    with store.write(f"填报更正写回台账：{cell.known or '（空）'}→{cell.text}") as session:
        record = session.get(_TABLES[table], int(number))
        if record is None or record.trashed_at is not None:
            raise Refused("台账中的这条记录不在了。", todo="请先到回收站找回。")
        setattr(record, field, _fitting(type(record), field, cell.text))
        put(session, filing_id, tag, store.clock(), origin=REGISTER, known=cell.text)


def _fitting(kind: type[Record], field: str, text: str) -> Any:
    """A text as the register's column keeps it.

    Raises:
        BadValue: it does not fit.
    """
    fits: dict[type, Callable[[str], Any]] = {bool: _yes_or_no, date: dates.parse}
    return fits.get(kind.__table__.columns[field].type.python_type, str.strip)(text)


def _yes_or_no(text: str) -> bool:
    if text.strip() not in {"是", "否"}:
        raise BadValue(f"“{text}”不能写回台账，台账里只记“是”或“否”。", todo="请到台账中修改。")
    return text.strip() == "是"


def _label(form: Form, tag: str) -> str:
    parsed = tag_of(tag)
    assert parsed is not None
    label = form.full_label(parsed.key, parsed.member)
    return f"{label}（{parsed.number}）" if parsed.member else label
