"""Filling a form: values in, the bytes of a Word or Excel file out.

Pure: nothing is read but the form's own template, nothing is written. Equal values give equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.documents.masking import mask
from desktop.documents.places import Entry, em_width
from desktop.errors import BadValue
from desktop.forms import figuring
from desktop.forms.definition import Field, Form, Group, Kind, Values

DATE_PRINT = "{y} 年 {m} 月 {d} 日"
_SHOWN = {"date", "number"}  # kinds that are printed otherwise than they are kept
_ILLEGAL = re.compile("[\x00-\x08\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def fill(form: Form, values: Mapping[str, Any], kind: Kind, *, masked: bool = False) -> bytes:
    """The form filled with the values, as docx or xlsx.

    Args:
        form: a loaded form.
        values: see `desktop.forms.definition.Values`; keys may be left out.
        kind: `docx` or `xlsx`, one the form has a template for.
        masked: print phone numbers as 138****0001, for copies that are published.

    Raises:
        BadValue: unknown keys, wrong shapes, characters no document can hold, totals that differ from their parts.
        BadForm, BadFile: the form has no usable template of that kind.
    """
    whole = completed(form, checked(form, values))
    template = form.word if kind == "docx" else form.excel
    counts = {group.key: len(rows) for group in form.groups if isinstance(rows := whole.get(group.key), list)}
    return template.filled(entries(form, whole, template.repeats, masked=masked), counts, form.title)


def checked(form: Form, values: Mapping[str, Any]) -> Values:
    """The values as they are meant: strings and rows of strings, line ends unified, nothing unknown.

    Raises:
        BadValue: see `fill`.
    """
    clean: Values = {}
    for key, value in values.items():
        item = form.by_key.get(key)
        if item is None:
            raise BadValue(f"表单“{form.title}”没有“{key}”这一项。", where=key, todo="请对照 form.toml 的字段名。")
        if isinstance(item, Group):
            clean[key] = _rows(item, value)
        else:
            clean[key] = _text(value, item.label)
    return clean


def completed(form: Form, values: Values) -> Values:
    """The values with everything that the form computes itself; what is computed always equals its parts.

    Raises:
        BadValue: a computed value was given and differs.
    """
    whole = dict(values)
    for field in form.fields:
        if field.equals is None:
            continue
        result = computed(form, field, values)
        given = values.get(field.key, "")
        if given and result and given != result and figuring.number(str(given)) != figuring.number(result):
            raise BadValue(
                f"“{given}”与各项之和“{result}”不一致。", where=field.label, todo="请改正各项，合计自动生成。"
            )
        whole[field.key] = result or given
    return whole


def computed(form: Form, field: Field, values: Values) -> str:
    """The value of a field with `equals`; empty when none of its parts is filled."""
    assert field.equals is not None
    parts = [text for key in field.equals.arguments for text in _parts(values, key)]
    if field.equals.name == "year":
        day = iso_date(parts[0]) if parts else None
        return str(day.year) if day else ""
    if not any(parts):
        return ""
    if field.equals.name == "count":
        return str(sum(len([line for line in text.split("\n") if line.strip()]) for text in parts))
    if field.kind == "figures":
        return figuring.added(parts)
    numbers = [amount for text in parts if (amount := figuring.number(text)) is not None]
    return f"{sum(numbers, Decimal(0)).normalize():f}" if numbers else ""


def entries(form: Form, values: Values, repeats: Mapping[str, str], *, masked: bool = False) -> dict[str, Entry]:
    """Tag → what goes into its place, for every field and row; `repeats` are the template's further places."""
    made: dict[str, Entry] = {}
    annexed = 0
    for tag, field, empty, text, number in _printed(form, values):
        if not text:
            made[tag] = empty
            continue
        printed = shown(field, text) if field.kind in _SHOWN or field.print else text
        if masked:
            printed = mask(printed)
        amount = figuring.number(text) if field.kind == "number" else None
        annex = ""
        if field.overflow == "continue" and len(printed) > field.longest and em_width(printed) > field.longest:
            annexed += 1
            printed, annex = f"见附页第 {annexed} 项", printed
        label = f"{empty.label}（{number}）" if number else empty.label
        value = None if amount is None else float(amount)
        made[tag] = Entry(printed, value, empty.longest, empty.one_line, annex, label, empty.blank)
    for place, key in repeats.items():
        if key in made:
            made[place] = made[key]._replace(annex="")
    return made


def shown(field: Field, text: str) -> str:
    """A value as it is printed: dates in words, numbers grouped, boxes ticked; what does not parse stays as typed."""
    if field.kind == "date" and (day := iso_date(text)):
        return (field.print or DATE_PRINT).format(y=day.year, m=day.month, d=day.day)
    if field.kind == "number" and (amount := figuring.number(text)) is not None:
        return figuring.grouped(amount)
    if field.print == "boxes" and text:
        options = field.options or ("是", "否")
        chosen = next((option for option in sorted(options, key=len, reverse=True) if text.startswith(option)), None)
        if chosen is not None:
            boxes = "　".join(f"{'☑' if option == chosen else '□'}{option}" for option in options)
            return boxes + text.removeprefix(chosen)
    return text


def iso_date(text: str) -> date | None:
    """The date that an ISO text names, None when it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def file_name(form: Form, values: Values, words: Mapping[str, str]) -> str:
    """The name of the exported file without extension, by the form's pattern, free of what file systems refuse.

    Args:
        form: the form whose `file_name` is the pattern.
        values: its values; single fields may be named in the pattern.
        words: what the pattern may name besides fields: unit, account, platform, person, cutoff, date …
    """
    named = {"title": form.title, **{key: text for key, text in values.items() if isinstance(text, str)}, **words}
    name = re.sub(r"\{([^{}]*)\}", lambda match: str(named.get(match[1], "")), form.file_name)
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name.replace("\n", "、"))
    name = re.sub(r"([_+-])\1+", r"\1", name).strip(" ._-+")
    return name[:100] or form.title


def _printed(form: Form, values: Values) -> Iterator[tuple[str, Field, Entry, str, int]]:
    """Tag, field, entry of an empty place, text, and row (0 outside groups) of everything that is printed."""
    for item, members in form.printed:
        value = values.get(item.key, "")
        if isinstance(item, Field):
            yield item.key, item, members[0][1], value if isinstance(value, str) else "", 0
            continue
        for number, row in enumerate((isinstance(value, list) and value) or [{}], 1):
            for field, empty in members:
                yield f"{item.key}.{number}.{field.key}", field, empty, row.get(field.key, ""), number


def _parts(values: Values, key: str) -> list[str]:
    """The texts that a reference names: a field, a member of every row of a group, or one text for each row."""
    first, _, member = key.partition(".")
    value = values.get(first, "")
    if isinstance(value, str):
        return [value]
    return [row.get(member, "") for row in value] if member else ["1" for _ in value]


def _rows(group: Group, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise BadValue("此项应为若干行，每行是一组字段。", where=group.label, todo="请改为列表。")
    if group.most and len(value) > group.most:
        raise BadValue(f"最多 {group.most} 栏，实有 {len(value)} 栏。", where=group.label, todo="请合并或另附一张表。")
    known = {field.key: field.label for field in group.fields}
    clean = []
    for number, row in enumerate(value, 1):
        unknown = sorted(set(row) - set(known))
        if unknown:
            raise BadValue(f"没有“{unknown[0]}”这一项。", where=f"{group.label}第 {number} 行", todo="请对照字段名。")
        clean.append({key: _text(text, f"{group.label}第 {number} 行 {known[key]}") for key, text in row.items()})
    return clean


def _text(value: Any, where: str) -> str:
    if type(value) is str and value.isprintable():  # no line ends, nothing illegal: nearly every text
        return value
    if isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, int | float | Decimal | date):
        value = str(value)
    if not isinstance(value, str):
        raise BadValue("此项应为文字。", where=where, todo="请改为一段文字。")
    clean = value.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    bad = _ILLEGAL.search(clean)
    if bad is not None:
        raise BadValue(
            f"含有不能写入文档的字符（U+{ord(bad[0]):04X}）。",
            where=where,
            todo=f"请删去第 {bad.start() + 1} 个字符。",
        )
    return clean.strip("\n")
