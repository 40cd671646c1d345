"""What a superior's notice asks for, proposed from its text; the clerk confirms or corrects every proposal.

Each proposal carries the sentence it was read from and its place, so that a screen can show text and reading side by
side. Nothing here decides: a doubtful reading says what is doubtful, a misprint stays as printed with a remark.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from desktop.notice_reading.answer import answer
from desktop.notice_reading.deadline import Due, deadlines
from desktop.notice_reading.demands import demands
from desktop.notice_reading.flow import Span, flow
from desktop.notice_reading.hours import CLOSING
from desktop.notice_reading.letterhead import letterhead
from desktop.notice_reading.proposal import FIELDS, LISTS, SEVERAL, Confidence, Proposal

__all__ = ["CLOSING", "FIELDS", "LISTS", "SEVERAL", "Confidence", "Proposal", "Reading", "Span", "read_notice"]

_LEVELS = ("sure", "likely", "guess")


@dataclass(frozen=True)
class Reading:
    """All proposals for one text, in the order of FIELDS, the likeliest of each field first."""

    text: str
    proposals: tuple[Proposal, ...]

    def every(self, field: str) -> tuple[Proposal, ...]:
        """All proposals for a field."""
        return tuple(each for each in self.proposals if each.field == field)

    def taken(self, field: str) -> tuple[Proposal, ...]:
        """The proposals that stand in a field until the clerk says otherwise; no guess beside anything better."""
        found = self.every(field)
        if field not in SEVERAL:
            return found if field in LISTS else found[:1]
        return tuple(each for each in found if each.confidence != "guess") or found

    def best(self, field: str) -> Proposal | None:
        """The likeliest proposal for a field, None when the text says nothing about it."""
        return next(iter(self.every(field)), None)


def read_notice(text: str, received: date, closing: time = CLOSING) -> Reading:
    """Read a notice as it was pasted or taken out of a file, torn lines, Markdown and all.

    Args:
        text: the notice.
        received: the day it arrived; years, months and weekdays that are not printed are counted from the day of
            issue, or from this day when the notice bears no date.
        closing: when the office closes, for «下班前».
    """
    flowed = flow(text)
    found = list(letterhead(flowed))
    issued = next((date.fromisoformat(each.value) for each in found if each.field == "issued"), received)
    found.extend(_from_due(due) for due in deadlines(flowed, issued, closing))
    found.extend(answer(flowed))
    found.extend(demands(flowed))
    order = list(FIELDS)
    found.sort(key=lambda each: (order.index(each.field), _LEVELS.index(each.confidence)))
    seen: dict[tuple[str, str], Proposal] = {}
    for each in found:
        seen.setdefault((each.field, each.value), each)
    return Reading(text, tuple(seen.values()))


def _from_due(due: Due) -> Proposal:
    remarks = list(due.remarks)
    if due.day and due.hour is None and not due.counted:
        remarks.append("没有写到几点；“前”是否含当天各地理解不同，宜提前一天报。")
    level: Confidence = "sure" if due.weight >= 3 or due.counted else "likely" if due.weight == 2 else "guess"
    return Proposal("cutoff" if due.counted else "deadline", due.value, due.place, level, "".join(remarks))
