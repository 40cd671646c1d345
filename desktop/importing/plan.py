"""From a book to a preview, from a preview to the register: propose, preview, accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from desktop.documents.cells import Sheet
from desktop.documents.sheets import Book
from desktop.errors import Refused
from desktop.importing import codes, layout
from desktop.importing.drafts import Choices, Draft, Reader, proposed_choices
from desktop.importing.fields import Subject, field_of_label, fields_of
from desktop.importing.judging import Judge
from desktop.importing.layout import Layout
from desktop.importing.matching import Match, corrected
from desktop.importing.passwords import HoldsPasswords, refuse_passwords
from desktop.importing.snapshot import Snapshot
from desktop.importing.verdicts import Line, Verdict
from desktop.units import Unit

if TYPE_CHECKING:
    from desktop.store import Store

_PACE = 20  # rows between two words about how far it is
Step = Callable[[int, int, str], None]
"""Called with rows done, rows in all, and a text; may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one sheet is to be read.

    Attributes:
        sheet, layout, matches, choices: where the list is, what its columns mean, what the clerk added.
        exact: an export of this program: texts are taken as they are.
    """

    sheet: Sheet
    layout: Layout
    matches: tuple[Match, ...]
    choices: Choices
    exact: bool = False

    @property
    def subject(self) -> Subject:
        """What the rows are about."""
        return self.layout.subject


@dataclass(slots=True)
class Proposal:
    """What the program makes of a book: a plan for every sheet with a list, a reason for every other."""

    source: str
    plans: list[Plan]
    left_out: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Judged:
    """The verdicts on one sheet, with the remarks on it as a whole."""

    plan: Plan
    lines: list[Line]
    notes: list[str]


@dataclass(slots=True)
class Preview:
    """What an import would do; nothing is written yet."""

    source: str
    sheets: list[Judged]

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Every line with the number of its sheet."""
        for number, judged in enumerate(self.sheets):
            for line in judged.lines:
                yield number, line

    def counts(self) -> Counter[Verdict]:
        """How many rows there are of each verdict."""
        return Counter(line.verdict for _, line in self.lines())

    def odd(self) -> int:
        """How many rows have something odd about them."""
        return sum(bool(line.defects) for _, line in self.lines())

    def wanted(self) -> frozenset[tuple[int, int]]:
        """The lines taken unless the clerk says otherwise, as (sheet, position in its lines)."""
        return frozenset(
            (number, position)
            for number, judged in enumerate(self.sheets)
            for position, line in enumerate(judged.lines)
            if line.wanted
        )


def propose(book: Book) -> Proposal:
    """Find the list in every sheet of a book.

    Raises:
        Refused: no sheet holds one, or one of them has a column of passwords.
    """
    proposal = Proposal(book.source, [])
    problem: Refused | None = None
    for sheet in book.sheets:
        try:
            proposal.plans.append(_exact(sheet) or plan_for(sheet))
        except HoldsPasswords:
            raise
        except Refused as refusal:
            proposal.left_out[sheet.name] = refusal.what
            problem = refusal
    if any(plan.exact for plan in proposal.plans):
        proposal.plans = [plan for plan in proposal.plans if plan.exact]
    if not proposal.plans and problem is not None:
        raise problem
    proposal.plans.sort(key=lambda plan: list(Subject).index(plan.subject))
    return proposal


def plan_for(sheet: Sheet, *, header: range | None = None, subject: Subject | None = None) -> Plan:
    """The program's own reading of a sheet; `header` and `subject` when the clerk has chosen them.

    Raises:
        BadFile: no header is found, or there is a column of passwords.
    """
    found = layout.find(sheet, header=header, subject=subject)
    refuse_passwords(sheet.name, found)
    matches = tuple(layout.matched(sheet, found))
    return Plan(sheet, found, matches, proposed_choices(sheet, found, matches))


def changed(plan: Plan, columns: Mapping[int, str] | None = None, **choices: Any) -> Plan:
    """The plan with the clerk's choices: column → field key (empty to leave it out), and fields of `Choices`."""
    matches = tuple(corrected(plan.subject, plan.matches, columns or {}))
    return replace(plan, matches=matches, choices=replace(plan.choices, **choices))


def _exact(sheet: Sheet) -> Plan | None:
    """The plan for a sheet this program exported, recognised by its name and by knowing every word of its header."""
    if sheet.name not in {subject.value for subject in Subject} or not sheet.rows:
        return None
    subject = Subject(sheet.name)
    labels = [cell.text for cell in sheet.rows[0]]
    keys = [field_of_label(subject, label) for label in labels]
    if keys[0] != fields_of(subject)[0].key:
        return None
    found = Layout(subject, range(1), labels, rows=[row for row in range(1, len(sheet.rows)) if sheet.rows[row]])
    matches = tuple(Match(column, labels[column], key, 1.0, "本程序导出") for column, key in enumerate(keys))
    return Plan(sheet, found, matches, Choices(), exact=True)


def preview(store: Store, source: str, plans: Sequence[Plan], step: Step | None = None) -> Preview:
    """Judge every row against the register; writes nothing."""
    with store.read() as session:
        snapshot = Snapshot(session, loose=True)
    return _run(snapshot, source, plans, store.clock().date(), step or _silent)


def accept(
    store: Store, shown: Preview, taken: Iterable[tuple[int, int]] | None = None, step: Step | None = None
) -> Counter[Verdict]:
    """Write the lines taken, all of them in one action that can be undone, or none.

    Args:
        store: the register.
        shown: what the clerk has seen.
        taken: (sheet, position) of the lines to take; those wanted by themselves when not given.
        step: is told how far it is.

    Returns:
        how many rows were new, different and the same.

    Raises:
        Refused: the register has changed since the preview, or there is nothing to take.
    """
    chosen = {key for key in (shown.wanted() if taken is None else taken) if _usable(shown, key)}
    done = Counter(shown.sheets[number].lines[position].verdict for number, position in chosen)
    if not done[Verdict.NEW] and not done[Verdict.DIFFERS]:
        raise Refused("没有要写入的内容：所选各行与台账完全相同，或者不能用。")
    title = f"导入“{shown.source}”：新增 {done[Verdict.NEW]} 条，更新 {done[Verdict.DIFFERS]} 条"
    with store.write(title) as session:
        snapshot = Snapshot(session, loose=False)
        plans = [judged.plan for judged in shown.sheets]
        again = _run(snapshot, shown.source, plans, store.clock().date(), step or _silent, chosen=chosen)
        for (number, position), line in again.taken.items():
            before = shown.sheets[number].lines[position]
            if (before.verdict, before.title) != (line.verdict, line.title) and before.verdict is not Verdict.SAME:
                raise Refused(
                    f"预览之后台账有改动：“{line.title}”原为“{before.verdict}”，现为“{line.verdict}”。没有写入。",
                    todo="请重新预览后再接收。",
                )
        snapshot.save()
    return done


def _usable(shown: Preview, key: tuple[int, int]) -> bool:
    number, position = key
    return shown.sheets[number].lines[position].verdict is not Verdict.UNUSABLE


def _silent(_done: int, _all: int, _text: str) -> None:
    """Nobody asked how far it is."""


@dataclass(slots=True)
class _Outcome(Preview):
    taken: dict[tuple[int, int], Line] = field(default_factory=dict)


def _run(
    snapshot: Snapshot,
    source: str,
    plans: Sequence[Plan],
    today: date,
    step: Step,
    *,
    chosen: set[tuple[int, int]] | None = None,
) -> _Outcome:
    """Judge the rows of all sheets in order; only the chosen ones take effect when some are."""
    outcome = _Outcome(source, [])
    total, done = 2 * sum(len(plan.layout.rows) for plan in plans), 0
    own = snapshot.own_unit()
    read: list[tuple[Reader, list[Draft]]] = []
    for plan in plans:
        reader = Reader(plan.sheet, plan.layout, plan.matches, _with_unit(plan, own), exact=plan.exact)
        drafts: list[Draft] = []
        for draft in reader.drafts():
            drafts.append(draft)
            done += 1
            if done % _PACE == 0:
                step(done, total, f"读取“{plan.sheet.name}”第 {draft.row + 1} 行")
        read.append((reader, drafts))
    _check_codes(plans, [drafts for _, drafts in read], snapshot, own)
    judge = Judge(
        snapshot,
        today,
        source,
        exact=any(plan.exact for plan in plans),
        has_steps=any(plan.exact and plan.subject is Subject.STEPS for plan in plans),
    )
    for number, (plan, (reader, drafts)) in enumerate(zip(plans, read, strict=True)):
        judge.month = plan.choices.month
        for position, draft in enumerate(drafts):
            if chosen is None or (number, position) in chosen:
                outcome.taken[number, position] = judge.line(plan.subject, draft)
            done += 1
            if done % _PACE == 0:
                step(done, total, f"核对“{plan.sheet.name}”第 {draft.row + 1} 行")
        for position, draft in enumerate(drafts if plan.exact and plan.subject is Subject.UNITS else []):
            if (number, position) in outcome.taken:
                judge.parents(draft)
        lines = [line for key, line in outcome.taken.items() if key[0] == number]
        step(done, total, "")
        outcome.sheets.append(Judged(plan, lines, [*plan.sheet.notes, *reader.notes()]))
    return outcome


def _check_codes(plans: Sequence[Plan], read: Sequence[list[Draft]], snapshot: Snapshot, own: Unit | None) -> None:
    lists = []
    for plan, drafts in zip(plans, read, strict=True):
        column = next((match for match in plan.matches if match.key == "account.code"), None)
        if column is not None and not plan.exact:
            name = f"“{plan.sheet.name}”" if len(plans) > 1 else ""
            lists.append(codes.Listed(name, drafts, column.column, column.label))
    if lists:
        codes.cross_check(lists, _codes(snapshot), own.region_code or "" if own else "")


def _with_unit(plan: Plan, own: Unit | None) -> Choices:
    """Rows of accounts and people that name no unit belong to the own one."""
    named = any(match.key in {"unit.name", "unit.ref"} for match in plan.matches)
    if named or plan.exact or plan.choices.unit or own is None or plan.subject is Subject.UNITS:
        return plan.choices
    return replace(plan.choices, unit=own.name)


def _codes(snapshot: Snapshot) -> list[codes.Coded]:
    found = []
    for account in snapshot.accounts:
        if account.code:
            unit = snapshot.linked(account, "unit_id")
            found.append(codes.Coded(account.code, unit.name if isinstance(unit, Unit) else "", account.title))
    return found
