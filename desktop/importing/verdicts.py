"""What the import says about each row: new, same, different (from what to what), odd, of no use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from desktop.importing.drafts import Defect, Draft


class Verdict(StrEnum):
    """What would happen to a row."""

    NEW = "新增"
    SAME = "相同"
    DIFFERS = "有差异"
    UNUSABLE = "不能用"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record that the row would change: `label` of `record` from `old` to `new`, all in words.

    `key` is the field in the list that says so, empty when it is a record of its own that is added.
    """

    record: str
    label: str
    old: str
    new: str
    key: str = ""

    def __str__(self) -> str:
        """The change as the clerk reads it."""
        old = f"“{self.old}”" if self.old else "空"
        return f"{self.record}{self.label}：{old} → “{self.new}”"


@dataclass(frozen=True, slots=True)
class Line:
    """The verdict on one row of a list.

    Attributes:
        row: counted from 0.
        title: what the row is about.
        verdict: what would happen.
        changes: what would differ from the register; for new rows what else in the register changes with them.
        defects: what is odd about the row; it is imported as written all the same.
        reason: why it is of no use.
    """

    row: int
    title: str
    verdict: Verdict
    changes: tuple[Change, ...] = ()
    defects: tuple[Defect, ...] = ()
    reason: str = ""

    @property
    def wanted(self) -> bool:
        """Whether the row is taken unless the clerk says otherwise; no odd value replaces a known one by itself."""
        if self.verdict is Verdict.DIFFERS:
            odd = {defect.key for defect in self.defects}
            return not any(change.key in odd for change in self.changes if change.key)
        return self.verdict in {Verdict.NEW, Verdict.SAME}


def said(value: object) -> str:
    """A value as the clerk reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


class Useless(Exception):
    """A row cannot be used; the text is the reason, in Chinese."""


@dataclass(slots=True)
class Row:
    """A row while it is being judged."""

    draft: Draft
    changes: list[Change] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    is_new: bool = False

    def change(self, record: str, label: str, old: object, new: object, key: str = "") -> None:
        """Take down that a field of a known record would change."""
        self.changes.append(Change(record, label, said(old), said(new), key))

    def odd(self, label: str, what: str, key: str = "") -> None:
        """Take down something odd about the row as a whole."""
        self.defects.append(Defect(self.draft.row, -1, label, key, what))
