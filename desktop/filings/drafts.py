"""Drafts: opened, typed into, rows added and taken away; nothing typed is lost and nothing stops saving."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desktop import forms, prefill, units
from desktop.documents.places import Tag, drawn, tag_of
from desktop.errors import Refused
from desktop.filings.earlier import previous
from desktop.filings.rows import told
from desktop.filings.tables import (
    COMPUTED,
    FINAL,
    NORMAL,
    OWN,
    REGISTER,
    UNCHANGED,
    Filing,
    FilingValue,
    columns_of,
    lay_down,
    rename,
    rows_of,
    saved_at,
)
from desktop.filling import completed, computed, iso_date
from desktop.forms import Field, Form, Group, Values
from desktop.forms.remarks import RED, Remark

if TYPE_CHECKING:
    from desktop.store import Store

CUTOFF_COLUMN = "filing:0:cutoff"
"""Marks the field that holds the cut-off itself."""
PEN = frozenset({"opinion", "signature", "seal"})
"""Kinds of fields that are left to the pen and never asked for."""


class Cell(NamedTuple):
    """One value of a draft as the screen shows it.

    Attributes:
        text: the value. origin: REGISTER, OWN, LAST or COMPUTED.
        known: what the register says; `corrected` when the clerk wrote something else.
        whence: where it comes from, in words. gap: what the register lacks for it.
        offered: the correction can go back to one field of the register.
    """

    text: str
    origin: str = OWN
    known: str = ""
    whence: str = ""
    gap: str = ""
    column: str = ""

    @property
    def corrected(self) -> bool:
        """Whether the clerk's own text stands where the register says something else."""
        return self.origin == OWN and bool(self.whence) and self.text.strip() != self.known.strip()

    @property
    def offered(self) -> bool:
        """Whether the correction can be taken over into the register."""
        return self.corrected and self.column.startswith(("unit:", "account:", "person:")) and bool(self.text.strip())


_NOTHING = Cell("")


@dataclass(frozen=True)
class StepState:
    """How far one step is: fields filled of those asked, red and amber remarks."""

    id: str
    title: str
    filled: int
    asked: int
    red: int
    amber: int

    @property
    def done(self) -> bool:
        """Whether nothing is left to do in it."""
        return self.filled == self.asked and not self.red and not self.amber


@dataclass(frozen=True)
class Draft:
    """A filing with its form and its values; a picture of one moment, safe to read on any thread.

    `before` are the values of the version before, which 无变更 repeats; `superior` is where it will be filed.
    """

    filing: Filing
    form: Form
    cells: Mapping[str, Cell]
    saved_at: datetime | None
    before: Values | None = None
    superior: str = ""

    @cached_property
    def typed(self) -> Values:
        """The values as they stand, without what the form computes."""
        values: Values = {}
        for item in self.form.items:
            if isinstance(item, Group):
                values[item.key] = [
                    {field.key: self.cell(f"{item.key}.{number}.{field.key}").text for field in item.fields}
                    for number in range(1, self.rows(item.key) + 1)
                ]
            elif item.equals is None:
                values[item.key] = self.cell(item.key).text
        return values

    @cached_property
    def values(self) -> Values:
        """What is printed, ready for `desktop.filling.fill`: typed and computed, or what 零报告 and 无变更 leave."""
        if self.filing.answer == NORMAL:
            return completed(self.form, self.typed)
        computed_keys = {field.key for field in self.form.fields if field.equals is not None}
        repeated = self.before if self.filing.answer == UNCHANGED and self.before else {}
        values = {key: value for key, value in repeated.items() if key not in computed_keys}
        values |= {key: value for key, value in self.typed.items() if key in self.header}
        values[self.form.statement] = self.filing.statement
        return completed(self.form, values)

    @cached_property
    def header(self) -> set[str]:
        """What is filled under every answer: the fields of the first step, and all dates."""
        first = self.form.steps[0].id
        return {field.key for field in self.form.fields if field.step == first or field.kind == "date"}

    def cell(self, tag: str) -> Cell:
        """The value of one place; computed ones are computed now."""
        field = self.form.by_key.get(tag)  # members of groups are never computed
        if isinstance(field, Field) and field.equals is not None:
            return Cell(computed(self.form, field, self.typed), COMPUTED, whence="由各项自动生成")
        return self.cells.get(tag, _NOTHING)

    def rows(self, group: str) -> int:
        """How many rows a repeating group has."""
        return self._counts.get(group, 0)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return drawn(self.cells)

    def with_text(self, tag: str, text: str) -> Draft:
        """The draft as it will be when this text is saved; for remarks and paper while typing."""
        before = self.cells.get(tag, _NOTHING)
        cell = Cell(text, OWN, before.known, before.whence, before.gap, before.column)
        return replace(self, cells={**self.cells, tag: cell})

    def steps(self, remarks: Sequence[Remark]) -> list[StepState]:
        """How far every step is."""
        return [
            StepState(
                step.id,
                step.title,
                sum(1 for tag, _ in asked if self.cell(tag).text.strip()),
                len(asked),
                sum(1 for r in remarks if r.step == step.id and r.level == RED),
                sum(1 for r in remarks if r.step == step.id and r.level == "amber"),
            )
            for step in self.form.steps
            for asked in [self.tags_of(step.id)]
        ]

    def tags_of(self, step: str) -> Sequence[tuple[str, Field]]:
        """The places of one step in the order of the paper, every row of its groups."""
        return self._asked.get(step, ())

    @cached_property
    def _asked(self) -> dict[str, list[tuple[str, Field]]]:
        found: dict[str, list[tuple[str, Field]]] = {}
        for item in self.form.items:
            places = found.setdefault(item.step, [])
            if isinstance(item, Group):
                asked = [field for field in item.fields if field.kind not in PEN]
                for number in range(1, self.rows(item.key) + 1):
                    places += [(f"{item.key}.{number}.{field.key}", field) for field in asked]
            elif item.kind not in PEN:
                places.append((item.key, item))
        return found


def create(
    store: Store, form: Form, *, cutoff: date, today: date, subject_id: int | None = None,
    given: Mapping[str, Any] | None = None, notice_id: int | None = None, due_on: date | None = None,
    returned: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Begin a filing, prefilled from the register as of the cut-off; returns its number.

    Args:
        store: the store.
        form: a loaded form.
        cutoff: 统计时间截至.
        today: the day of filling.
        subject_id: unit (own when None), account or person, or number of the record.
        given: values of the record that asked for the form.
        notice_id: the notice that asks for it.
        due_on: last day to hand it in.
        returned: tag → text as read from a sheet that came back; it alone fills the form, the register only stands
            beside it.

    Raises:
        Refused: the own unit is missing, or the account or person is not there.
    """
    with store.write(f"新建填报：{form.title}") as session:
        subject = prefill.subject_of(session, form, subject_id, cutoff, today)
        filing = Filing(
            form_id=form.id, edition=form.edition, title=form.title, subject=form.subject, subject_id=subject_id,
            subject_name=_name(subject, form, given), cutoff=cutoff, begun_at=store.clock(), notice_id=notice_id,
            due_on=due_on, given=json.dumps(dict(given), ensure_ascii=False) if given else "",
        )  # fmt: skip
        session.add(filing)
        session.flush()
        found = prefill.proposals(form, subject, given)
        columns = _of_register(found) if returned is None else _of_paper(returned, found)
        if returned is not None:
            cutoff_tag = next((tag for tag, one in columns.items() if one.get("column") == CUTOFF_COLUMN), "")
            filing.cutoff = iso_date(returned.get(cutoff_tag, "")) or cutoff
        now = store.clock()
        lay_down(session, filing.id, now, columns)
        return filing.id


def _of_register(found: prefill.Proposals) -> dict[str, dict[str, str]]:
    """Tag → columns of a FilingValue for what the register knows."""
    made = {}
    for tag, proposal in found.by_tag.items():
        parsed = tag_of(tag)
        about = found.rows[parsed.key][parsed.number - 1] if parsed and parsed.member else ""
        made[tag] = {**told(proposal), "text": proposal.text, "about": about}
    return made


def _of_paper(returned: Mapping[str, str], found: prefill.Proposals) -> dict[str, dict[str, str]]:
    """Tag → columns of a FilingValue for what stands on a sheet that came back, and what the register says beside it.

    Rows of groups stand alone: the paper does not say which of them is which record of the register.
    """
    made: dict[str, dict[str, str]] = {}
    for tag, text in returned.items():
        parsed, proposal = tag_of(tag), found.by_tag.get(tag)
        if proposal is None or (parsed is not None and parsed.member):
            made[tag] = {"text": text, "origin": OWN}
        else:
            agrees = proposal.text.strip() == text.strip()
            made[tag] = {**told(proposal), "text": text, "origin": REGISTER if agrees else OWN}
    return made


def open_draft(store: Store, filing_id: int, form: Form | None = None) -> Draft:
    """A filing with its form and values.

    Raises:
        Refused: there is no such filing. BadForm: its form is gone or contradicts itself.
    """
    with store.read() as session:
        return read_draft(session, filing_id, form)


def read_draft(session: Session, filing_id: int, form: Form | None = None) -> Draft:
    """`open_draft` inside a session."""
    filing = session.get(Filing, filing_id)
    if filing is None or filing.trashed_at is not None:
        raise Refused("这份填报不在了。", todo="请回到“填报与备案”重新选择，或到回收站找回。")
    cells = {tag: Cell._make(texts) for tag, *texts in rows_of(session, filing_id, Cell._fields)}
    before = previous(session, filing)
    return Draft(
        filing,
        form or forms.find(filing.form_id),
        cells,
        saved_at(session, filing_id),
        before[1] if before is not None else None,
        above.name if (above := units.superior(session)) is not None else "",
    )


def save(store: Store, filing_id: int, tag: str, text: str) -> None:
    """Keep what was typed into one place, at once and whatever it is.

    Raises:
        Refused: the filing is final.
    """
    with store.write("填表") as session:
        filing = editable(session, filing_id)
        put(session, filing_id, tag, store.clock(), text=text, origin=OWN)
        if _is_cutoff(session, filing_id, tag) and (day := iso_date(text)):
            filing.cutoff = day


def _is_cutoff(session: Session, filing_id: int, tag: str) -> bool:
    there = (FilingValue.filing_id == filing_id, FilingValue.tag == tag, FilingValue.column == CUTOFF_COLUMN)
    return session.execute(select(FilingValue.id).where(*there)).first() is not None


def put(session: Session, filing_id: int, tag: str, now: datetime, **columns: str) -> None:
    """Write columns of one value, making it when it is new."""
    there = (FilingValue.filing_id == filing_id, FilingValue.tag == tag)
    found = session.execute(select(FilingValue.id).where(*there)).first()
    if found is None:
        session.add(FilingValue(filing_id=filing_id, tag=tag, saved_at=now, **columns))
        session.flush()
    else:
        session.execute(update(FilingValue).where(*there).values(saved_at=now, **columns))


def take_back(store: Store, filing_id: int, tag: str) -> None:
    """Put the register's value back in place of the clerk's own."""
    with store.write("改用台账数据") as session:
        editable(session, filing_id)
        value = columns_of(session, filing_id).get(tag)
        if value is not None and value["whence"]:
            put(session, filing_id, tag, store.clock(), text=value["known"], origin=REGISTER)


def add_row(store: Store, filing_id: int, group: Group) -> int:
    """Add an empty row (or column) to a group; returns its number.

    Raises:
        Refused: the filing is final, or the form holds no more.
    """
    with store.write(f"{group.label}加一栏") as session:
        editable(session, filing_id)
        number = 1 + drawn(columns_of(session, filing_id)).get(group.key, 0)
        if group.most and number > group.most:
            raise Refused(f"{group.label}最多 {group.most} 栏。", todo="请合并填写，或另附一张表。")
        now = store.clock()
        for field in group.fields:
            put(session, filing_id, str(Tag(group.key, number, field.key)), now, text="", origin=OWN)
        return number


def drop_row(store: Store, filing_id: int, group: Group, number: int) -> None:
    """Take one row out of a group; those after it move up."""
    with store.write(f"{group.label}去掉第 {number} 栏") as session:
        editable(session, filing_id)
        members = {field.key for field in group.fields}
        there = (tag_of(tag) for (tag,) in rows_of(session, filing_id, ()))
        found = [tag for tag in there if tag and tag.key == group.key and tag.member in members]
        gone = [str(tag) for tag in found if tag.number == number]
        session.execute(delete(FilingValue).where(FilingValue.filing_id == filing_id, FilingValue.tag.in_(gone)))
        after = sorted((tag for tag in found if tag.number > number), key=lambda tag: tag.number)
        rename(session, filing_id, {str(tag): str(replace(tag, number=tag.number - 1)) for tag in after})


def editable(session: Session, filing_id: int) -> Filing:
    """The filing, refused when it is final.

    Raises:
        Refused: it is final or gone.
    """
    filing = session.get(Filing, filing_id)
    if filing is None or filing.trashed_at is not None:
        raise Refused("这份填报不在了。", todo="请到回收站找回。")
    if filing.state == FINAL:
        raise Refused(f"“{filing.title}”已定稿，不能直接改。", todo="请用“更正”另起一稿，原稿保留。")
    return filing


def _name(subject: prefill.Subject, form: Form, given: Mapping[str, Any] | None) -> str:
    if form.subject in ("event", "handover") and given and given.get("about"):
        return str(given["about"])
    if form.subject == "account" and subject.account is not None:
        return subject.account.title
    if form.subject == "person" and subject.person is not None:
        return subject.person.name
    return subject.snapshot.unit.name
