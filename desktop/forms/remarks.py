"""What is wrong or odd with the values of a form; remarks never stop saving, red ones stop 定稿."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from desktop import filling, phones
from desktop.documents.places import Tag, em_width
from desktop.errors import BadValue
from desktop.forms import figuring
from desktop.forms.definition import Call, Field, Form, Group, Values

if TYPE_CHECKING:
    from desktop.workdays import WorkCalendar

Level = Literal["red", "amber", "green"]
RED: Level = "red"
AMBER: Level = "amber"
GREEN: Level = "green"
_PASSWORD = re.compile(r"(密码|口令|password|pwd)\s*(是|为|[:：=])\s*\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on one value.

    Attributes:
        tag: place it speaks of (`leader`, `other.2.running`), empty for the whole form.
        level: RED stops 定稿, AMBER advises, GREEN says what was checked and agrees.
        what: what is wrong. clause: which clause asks for it. todo: what to do.
        label: name of the field. step: step in which it is filled.
    """

    tag: str
    level: Level
    what: str
    clause: str = ""
    todo: str = ""
    label: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class _Context:
    form: Form
    values: Values
    row: dict[str, str]
    today: date
    calendar: WorkCalendar | None

    def named(self, key: str) -> str:
        """The value of another field, of the same row first."""
        if key in self.row:
            return self.row[key]
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""


def remarks(form: Form, values: Values, today: date, calendar: WorkCalendar | None = None) -> list[Remark]:
    """Every remark, in the order of the paper.

    Args:
        form: the form.
        values: as typed so far.
        today: the day that counts as today.
        calendar: working days, for checks that count them; without it those checks are silent.
    """
    return list(_all(form, values, today, calendar))


def red(found: list[Remark]) -> list[Remark]:
    """Those that stop 定稿."""
    return [remark for remark in found if remark.level == RED]


def _all(form: Form, values: Values, today: date, calendar: WorkCalendar | None) -> Iterator[Remark]:
    for item in form.items:
        value = values.get(item.key, "")
        if isinstance(item, Group):
            rows = value if isinstance(value, list) else []
            if item.most and len(rows) > item.most:
                yield Remark(
                    item.key, RED, f"最多 {item.most} 栏，已有 {len(rows)} 栏。", label=item.label, step=item.step
                )
            for number, row in enumerate(rows, 1):
                context = _Context(form, values, row, today, calendar)
                for field in item.fields:
                    tag = str(Tag(item.key, number, field.key))
                    label = f"{item.label} {number}·{field.label}"
                    yield from _of_field(context, field, row.get(field.key, ""), (tag, label, item.step))
        else:
            context = _Context(form, values, {}, today, calendar)
            text = value if isinstance(value, str) else ""
            yield from _of_field(context, item, text, (item.key, form.full_label(item.key), item.step))


def _of_field(context: _Context, field: Field, text: str, at: tuple[str, str, str]) -> Iterator[Remark]:
    tag, label, step = at

    def remark(level: Level, what: str, todo: str = "") -> Remark:
        return Remark(tag, level, what, field.clause, todo or field.hint, label, step)

    if not text.strip():
        if field.required and field.equals is None:
            yield remark(RED, "必填项还没有填写。")
        return
    found = _kind_fault(field, text)
    if found:
        yield remark(RED, found)
    if field.equals is not None:
        yield from (remark(RED, what, "请从各项重新合计。") for what in _unequal(context, field, text))
    if field.kind == "figures":
        unread = figuring.pieces(text)[1]
        if unread:
            yield remark(AMBER, f"“{'、'.join(unread)}”读不出数字，不计入合计。")
    if field.longest and em_width(text) > field.longest and field.overflow != "grow":
        what = "将在纸面上写“见附页”，全文印在附页。" if field.overflow == "continue" else "将缩小字号印出。"
        yield remark(AMBER, f"超过格内可容的 {field.longest} 字，{what}")
    for level, calls in ((RED, field.checks), (AMBER, field.advice)):
        for call in calls:
            what = _CHECKS[call.name](context, call, text)
            if what:
                yield remark(level, what)


def _kind_fault(field: Field, text: str) -> str:
    if field.kind == "date" and filling.iso_date(text) is None:
        return f"“{text}”不是日期。"
    if field.kind == "number" and figuring.number(text) is None:
        return f"“{text}”不是数字。"
    if field.kind == "yesno" and not text.startswith(("是", "否", "无", "不")):
        return "请以“是”或“否”开头。"
    if field.kind == "choice" and not text.startswith(field.options):
        return f"请从“{'、'.join(field.options)}”中选择。"
    if field.kind == "phone" and (fault := phones.wrong(text)):
        return fault + "。"
    number_alone = field.kind == "text" and text.strip().isdigit()  # a platform's id, such as a Weibo UID
    if field.kind in {"person", "long", "text"} and not number_alone and (faults := phones.wrong_in(text)):
        return "；".join(faults) + "。"
    return ""


def _unequal(context: _Context, field: Field, text: str) -> Iterator[str]:
    try:
        result = filling.computed(context.form, field, context.values)
    except BadValue as error:
        yield error.what
        return
    if result and result != text and figuring.number(result) != figuring.number(text):
        yield f"与各项不一致：应为“{result}”，现为“{text}”。"


def _lines(text: str) -> int:
    return len([line for line in text.split("\n") if line.strip()])


def _not_future(context: _Context, _call: Call, text: str) -> str:
    day = filling.iso_date(text)
    return "日期晚于今天。" if day and day > context.today else ""


def _not_before(context: _Context, call: Call, text: str) -> str:
    day, other = filling.iso_date(text), filling.iso_date(context.named(call.arguments[0]))
    return f"早于“{_label(context, call)}”（{other}）。" if day and other and day < other else ""


def _not_after(context: _Context, call: Call, text: str) -> str:
    day, other = filling.iso_date(text), filling.iso_date(context.named(call.arguments[0]))
    return f"晚于“{_label(context, call)}”（{other}）。" if day and other and day > other else ""


def _within_workdays(context: _Context, call: Call, text: str) -> str:
    day, start = filling.iso_date(text), filling.iso_date(context.named(call.arguments[0]))
    if not day or not start or context.calendar is None:
        return ""
    due = context.calendar.add(start, int(call.arguments[1]))
    if day <= due.day:
        return ""
    return f"应在“{_label(context, call)}”后 {call.arguments[1]} 个工作日内（{due.day} 前，{due.note}），已超期。"


def _most_lines(_context: _Context, call: Call, text: str) -> str:
    most = int(call.arguments[0])
    return f"不得超过 {most} 人（行），现有 {_lines(text)}。" if _lines(text) > most else ""


def _least_lines(_context: _Context, call: Call, text: str) -> str:
    least = int(call.arguments[0])
    return f"不得少于 {least} 人（行），现有 {_lines(text)}。" if _lines(text) < least else ""


def _same_lines(context: _Context, call: Call, text: str) -> str:
    other = _lines(context.named(call.arguments[0]))
    return f"“{_label(context, call)}”有 {other} 行，此项有 {_lines(text)} 行。" if other != _lines(text) else ""


def _different_from(context: _Context, call: Call, text: str) -> str:
    same = text.strip() == context.named(call.arguments[0]).strip()
    return f"不得与“{_label(context, call)}”相同。" if same else ""


def _length(_context: _Context, call: Call, text: str) -> str:
    wanted = [int(argument) for argument in call.arguments]
    words = "或".join(str(number) for number in wanted)
    return f"应为 {words} 个字符，现为 {len(text.strip())} 个。" if len(text.strip()) not in wanted else ""


def _no_password(_context: _Context, _call: Call, text: str) -> str:
    return "这里像是写了密码，表单不得载明密码。" if _PASSWORD.search(text) else ""


def _label(context: _Context, call: Call) -> str:
    item = context.form.by_key.get(call.arguments[0])
    return item.label if item is not None else call.arguments[0]


_CHECKS: dict[str, Callable[[_Context, Call, str], str]] = {
    "not_future": _not_future,
    "not_before": _not_before,
    "not_after": _not_after,
    "within_workdays": _within_workdays,
    "most_lines": _most_lines,
    "least_lines": _least_lines,
    "same_lines": _same_lines,
    "different_from": _different_from,
    "length": _length,
    "no_password": _no_password,
}
