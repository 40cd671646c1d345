"""Rows of a draft and of the register brought together: each row is found again by what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desktop.documents.places import Tag, tag_of
from desktop.filings.tables import LAST, OWN, REGISTER, FilingValue, lay_down
from desktop.forms import Group
from desktop.prefill import Proposal, Proposals

Columns = Mapping[str, str]
"""The columns of one value, see desktop.filings.tables.COLUMNS."""
Row = dict[str, Columns]


@dataclass(frozen=True)
class Change:
    """One value for which the register says something else than before.

    Attributes:
        tag, label: which place. before, after: the register's values.
        kept: the clerk's own text stands and was not touched.
    """

    tag: str
    label: str
    before: str
    after: str
    kept: bool


def told(proposal: Proposal) -> dict[str, str]:
    """The columns of a FilingValue that say what the register knows."""
    column = proposal.column
    return {
        "origin": REGISTER,
        "known": proposal.text,
        "whence": proposal.whence,
        "column": f"{column.table}:{column.record_id}:{column.field}" if column else "",
        "gap": "；".join(proposal.gaps),
    }


def taken(value: Columns | None, proposal: Proposal) -> dict[str, str]:
    """The columns after the register was asked again: the clerk's own text stays, all else follows."""
    own = value is not None and (value["origin"] == OWN or (value["origin"] == LAST and not proposal.text))
    if value is not None and own:
        return {**told(proposal), "origin": value["origin"], "text": value["text"]}
    return {**told(proposal), "text": proposal.text}


def lay(
    session: Session, filing_id: int, group: Group, found: Proposals, here: Mapping[str, Columns], *, now: datetime
) -> list[Change]:
    """Lay the rows of a group anew in the register's order.

    A row the register no longer has goes, unless the clerk wrote into it; rows added by hand stay at the end.
    """
    there = _by_row(group, here)
    known = {row_about: number for number, row in there.items() if (row_about := _about(row))}
    wanted: list[tuple[str, Row]] = []
    for about in found.rows.get(group.key, []):
        number = known.get(about)
        wanted.append((about, there.pop(number) if number is not None else {}))
    wanted += [(_about(row), row) for _, row in sorted(there.items()) if not _about(row) or _written(row)]
    made: dict[str, Columns] = {}
    changes = []
    for number, (about, row) in enumerate(wanted, 1):
        for field in group.fields:
            tag = str(Tag(group.key, number, field.key))
            value, proposal = row.get(field.key), found.by_tag.get(tag)
            before = value["known"] if value is not None else ""
            if proposal is not None:
                columns = taken(value, proposal)
                if before != proposal.text:
                    label = f"{group.label}·{field.label}（{number}）"
                    changes.append(Change(tag, label, before, proposal.text, columns["origin"] != REGISTER))
            elif value is not None:
                columns = dict(value)
            else:
                continue
            made[tag] = {**columns, "about": about}
    old = [tag for tag in here if (parsed := tag_of(tag)) and parsed.member and parsed.key == group.key]
    session.execute(delete(FilingValue).where(FilingValue.filing_id == filing_id, FilingValue.tag.in_(old)))
    lay_down(session, filing_id, now, made)
    return changes


def _by_row(group: Group, here: Mapping[str, Columns]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    for tag, value in here.items():
        parsed = tag_of(tag)
        if parsed and parsed.member and parsed.key == group.key:
            rows.setdefault(parsed.number, {})[parsed.member] = value
    return rows


def _about(row: Row) -> str:
    return next((value["about"] for value in row.values() if value["about"]), "")


def _written(row: Row) -> bool:
    return any(value["origin"] != REGISTER and value["text"].strip() for value in row.values())
