"""Export of the register: everything in six sheets that Excel shows and that `import` reads back without loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desktop import register
from desktop.accounts import Account
from desktop.documents.registerbook import Table, Value, workbook
from desktop.figures import Figure
from desktop.importing.fields import Subject, field
from desktop.importing.judging import SPANS
from desktop.importing.snapshot import Snapshot
from desktop.paths import write_whole
from desktop.store.base import Record
from desktop.units import Unit

if TYPE_CHECKING:
    from desktop.store import Store

Step = Callable[[int, int, str], None]
_ACCOUNT = (
    "account.ref", "account.platform", "account.name", "unit.name", "step.state", "account.by_unit",
    "account.certified", "account.filed_on",
)  # fmt: skip
_ACCOUNT_LATER = (
    "account.last_posted_on", "account.body", "account.body_kind", "account.certified_until", "account.filing_no",
    "account.platform_id", "account.homepage", "account.kind", "account.opened_on", "account.upkeep",
    "account.review_system", "account.entrusted", "account.entrusted_to", "account.contract_no",
    "account.contract_until", "account.bound_phone", "account.bound_phone_owner", "account.bound_email", "account.code",
    "account.introduction", "account.note", "unit.ref",
)  # fmt: skip
_NOW = ("现任分管领导", "现任运营人员", "最新粉丝数", "今年发布")
"""Columns for the reader's eye; an import takes these facts from the other sheets."""
_UNIT = (
    "unit.ref", "unit.name", "unit.short_name", "unit.relation", "unit.level", "unit.parent", "unit.leader",
    "unit.leader_phone", "unit.head", "unit.head_phone", "unit.contact", "unit.contact_phone", "unit.email",
    "unit.address", "unit.seal_name", "unit.seal_by", "unit.region_code", "unit.note", "parent.ref",
)  # fmt: skip
_PERSON = (
    "person.ref", "person.name", "unit.name", "person.identity", "person.politics", "person.department",
    "person.position", "person.term", "person.mobile", "person.office_phone", "person.email", "person.wechat",
    "person.birthday", "person.joined_on", "person.left_on", "person.trained_on", "person.note", "unit.ref",
)  # fmt: skip
_NAMED = ("account.ref", "account.platform", "account.name", "unit.name")
_DUTY = (*_NAMED, "duty.role", "person.name", "duty.since", "duty.until", "duty.note", "person.ref")
_FIGURE = (*_NAMED, "figure.span", "figure.start", "figure.posts", "figure.followers", "figure.reads")
_STEP = (*_NAMED, "step.state", "step.on", "step.reason")
_PRINTED = {Subject.UNITS: 12, Subject.ACCOUNTS: 12, Subject.PEOPLE: 10, Subject.DUTIES: 9}
COLUMNS: Mapping[Subject, Sequence[str]] = {
    Subject.ACCOUNTS: (*_ACCOUNT, *_NOW, *_ACCOUNT_LATER), Subject.UNITS: _UNIT, Subject.PEOPLE: _PERSON,
    Subject.DUTIES: _DUTY, Subject.FIGURES: _FIGURE, Subject.STEPS: _STEP,
}  # fmt: skip
"""The columns of each sheet, left to right: keys of fields, and the words of the columns for the eye."""


def write_register(store: Store, target: Path, step: Step | None = None) -> Path:
    """Write the whole register in use to an .xlsx.

    Raises:
        FileBusy: Excel or WPS holds the target open.
        Refused: the folder cannot be written.
    """
    with store.read() as session:
        own, tables = _tables(session, store.clock().date())
    if step is not None:
        step(1, 2, "正在写出 Excel 文件")
    return write_whole(target, workbook(tables, f"{own} 新媒体账号台账".strip()))


def _tables(session: Session, today: date) -> tuple[str, list[Table]]:
    """The name of the own unit, and the sheets."""
    snapshot = Snapshot(session, loose=False)
    now = {row.id: row for row in register.account_rows(session, today)}
    own = snapshot.own_unit()
    records: dict[Subject, Sequence[Record]] = {
        Subject.ACCOUNTS: snapshot.accounts, Subject.UNITS: snapshot.units, Subject.PEOPLE: snapshot.people,
        Subject.DUTIES: snapshot.duties, Subject.FIGURES: snapshot.figures, Subject.STEPS: snapshot.steps,
    }  # fmt: skip
    tables = []
    for subject, keys in COLUMNS.items():
        labels = [key if key in _NOW else field(subject, key).label for key in keys]
        rows = [_row(snapshot, subject, keys, record, now) for record in records[subject]]
        tables.append(Table(subject.value, labels, [row for row in rows if row], _PRINTED.get(subject, 0)))
    return own.name if own else "", tables


def _row(
    snapshot: Snapshot, subject: Subject, keys: Sequence[str], record: Record, now: Mapping[int, register.AccountRow]
) -> list[Value]:
    """One row; none for a record whose account or person lies in the trash."""
    account: Record | None = record
    if subject in {Subject.DUTIES, Subject.FIGURES, Subject.STEPS}:
        account = snapshot.linked(record, "account_id")
        if account is None:
            return []
    person = snapshot.linked(record, "person_id") if subject is Subject.DUTIES else record
    if person is None:
        return []
    at = account if isinstance(account, Account) else person
    unit = at if isinstance(at, Unit) else snapshot.linked(at, "unit_id")
    parent = snapshot.linked(unit, "parent_id") if subject is Subject.UNITS and unit is not None else None
    row: list[Value] = []
    for key in keys:
        prefix, _, attribute = key.partition(".")
        source = {"account": account, "person": person, "unit": unit, "parent": parent}.get(prefix, record)
        if key in _NOW:
            row.append(_of_now(key, now[record.id]))
        elif key == "unit.parent":
            row.append(parent.name if isinstance(parent, Unit) else "")
        elif key == "step.state" and isinstance(record, Account):
            row.append(record.state or "")
        elif source is None:
            row.append("")
        elif attribute == "ref":
            row.append(str(source.id))
        else:
            row.append(_value(source, attribute))
    return row


def _of_now(label: str, shown: register.AccountRow) -> Value:
    found: dict[str, Value] = {
        "现任分管领导": shown.leader, "现任运营人员": shown.operators,
        "最新粉丝数": shown.followers, "今年发布": shown.posts,
    }  # fmt: skip
    return found[label]


def _value(record: Record, attribute: str) -> Value:
    value = getattr(record, attribute)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(record, Figure) and attribute == "span":
        return next(word for word, span in SPANS.items() if span == value)
    return value  # type: ignore[no-any-return]


def suggested_name(own: str, today: date) -> str:
    """The file name offered for an export."""
    return f"{own}新媒体账号台账{today:%Y%m%d}.xlsx"
