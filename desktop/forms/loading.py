"""Reading form folders strictly: what contradicts itself is refused with its place, never guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from desktop.documents.places import ANNEX, CELL_LIKE, KEY, Tag, instances, tag_of
from desktop.errors import BadForm, BadValue
from desktop.forms import vocabulary
from desktop.forms.definition import (
    KINDS,
    OVERFLOWS,
    PURPOSES,
    SUBJECTS,
    Deadline,
    Field,
    Form,
    Group,
    Kind,
    Limit,
    Signer,
    Step,
    Values,
)

_TOP = {
    "id": str, "title": str, "issuer": str, "edition": str, "subject": str, "basis": str, "clause": str,
    "own_layout": bool, "valid_from": date, "valid_until": date, "file_name": str, "copies": int, "deadline": dict,
    "statement": str, "purpose": str,
    "step": list, "field": list, "group": list, "signer": list,
}  # fmt: skip
_TOP_MUST = {"id", "title", "issuer", "edition", "subject", "basis", "own_layout", "valid_from", "file_name", "step"}
_STEP = {"id": str, "title": str, "hint": str}
_FIELD = {
    "key": str, "label": str, "step": str, "kind": str, "required": bool, "source": str, "equals": str, "default": str,
    "longest": int, "overflow": str, "print": str, "options": list, "hint": str, "clause": str, "checks": list,
    "advice": list,
}  # fmt: skip
_GROUP = {
    "key": str, "label": str, "step": str, "direction": str, "source": str, "most": int, "narrowest": float,
    "hint": str, "field": list,
}  # fmt: skip
_SIGNER = {"role": str, "place": str, "seal": str}
_DEADLINE = {
    "kind": str,
    "count": int,
    "after": str,
    "month": int,
    "day": int,
    "clause": str,
    "by": str,
    "limits": list,
}
_LIMIT = {"value": str, "what": str, "clause": str, "hours": int}
_TYPE_NAMES = {
    str: "文字",
    bool: "true 或 false",
    int: "整数",
    float: "数字",
    date: "日期（如 2026-01-16）",
    list: "列表",
    dict: "表",
}
_PASSWORD = re.compile(r"(登录|登陆|账号|后台|初始|新|旧|原)?(密码|口令)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read(folder: Path) -> Form:
    """The form that `form.toml` of a folder describes; templates and sample are not looked at.

    Raises:
        BadForm: missing or broken form.toml, unknown or missing keys, words outside the closed sets, contradictions.
    """
    path = folder / "form.toml"
    content = _toml(path)
    where = f"{folder.name}/form.toml"
    _keys(content, _TOP, _TOP_MUST, where)
    steps = tuple(Step(**_keys(step, _STEP, {"id", "title"}, f"{where} [[step]]")) for step in content["step"])
    items: list[Field | Group] = []
    for raw in _in_order(path, content):
        items.append(_group(raw, where) if "direction" in raw else _field(raw, where, {"step", "kind"}))
    deadline = _deadline(content.get("deadline", {}), f"{where} deadline")
    signers = [Signer(**_keys(raw, _SIGNER, {"role"}, f"{where} [[signer]]")) for raw in content.get("signer", [])]
    form = Form(
        folder=folder,
        steps=steps,
        items=tuple(items),
        deadline=deadline,
        signers=tuple(signers),
        purpose=content.get("purpose", PURPOSES[-1]),
        clause=content.get("clause", ""),
        statement=content.get("statement", ""),
        copies=content.get("copies", 1),
        valid_until=content.get("valid_until"),
        **{key: content[key] for key in _TOP_MUST - {"step"}},
    )
    _agree(form, where)
    return form


def _deadline(raw: dict[str, Any], where: str) -> Deadline:
    due = dict(_keys(raw, _DEADLINE, set(), where))
    limits = [Limit(**_keys(one, _LIMIT, {"value", "what", "clause"}, where)) for one in due.pop("limits", [])]
    return Deadline(**due, limits=tuple(limits))


def _toml(path: Path) -> dict[str, Any]:
    where = f"{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadForm(f"表单文件夹里没有 {path.name}。", where=where, todo="请补上该文件。") from error
    except UnicodeDecodeError as error:
        raise BadForm(f"{path.name} 不是 UTF-8 编码。", where=where, todo="请用记事本另存为 UTF-8。") from error
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise BadForm(f"{path.name} 读不懂（{error}）。", where=where, todo="请照 docs/forms.md 修改。") from error


def _in_order(path: Path, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fields and groups in the order they are written, which is the order of the paper."""
    fields, groups = content.get("field", []), content.get("group", [])
    kinds = re.findall(r"^\s*\[\[(field|group)\]\]", path.read_text("utf-8"), re.MULTILINE)
    if (kinds.count("field"), kinds.count("group")) != (len(fields), len(groups)) or not kinds:
        where = f"{path.parent.name}/{path.name}"
        raise BadForm("字段应写成 [[field]] 或 [[group]] 小节。", where=where, todo="请照 docs/forms.md 修改。")
    turns = {"field": iter(fields), "group": iter(groups)}
    return [next(turns[kind]) for kind in kinds]


def _keys(table: Any, known: Mapping[str, type], must: set[str], where: str) -> dict[str, Any]:
    """The table itself after its keys and types have been checked; whole numbers pass as numbers."""
    if not isinstance(table, dict):
        raise BadForm("此处应为一节（表）。", where=where, todo="请照 docs/forms.md 修改。")
    unknown, missing = set(table) - set(known), must - set(table)
    if unknown:
        raise BadForm(f"不认识的项：{'、'.join(sorted(unknown))}。", where=where, todo="请删除或改正拼写。")
    if missing:
        raise BadForm(f"缺少项：{'、'.join(sorted(missing))}。", where=where, todo="请照 docs/forms.md 补上。")
    for key, value in table.items():
        kind = known[key]
        fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
        if not fits or (kind is int and isinstance(value, bool)):
            raise BadForm(f"“{key}”应为{_TYPE_NAMES[kind]}。", where=where, todo="请照 docs/forms.md 修改。")
    return table


def _field(raw: Any, where: str, must: set[str], rows: Mapping[str, str] | None = None) -> Field:
    name = raw.get("key", "?") if isinstance(raw, dict) else "?"
    place = f"{where} 字段 {name}"
    _keys(raw, _FIELD, {"key", "label", *must}, place)
    _key(raw["key"], place)
    if _PASSWORD.fullmatch(raw["label"].strip(" :：")):
        raise BadForm("表单不得要求填写密码。", where=place, todo="请删去该字段；变更时只写“密码已更换”及日期。")
    kind, overflow = raw.get("kind", "text"), raw.get("overflow", "grow")
    options = tuple(str(option) for option in raw.get("options", []))
    for wrong, words, given in (("kind", KINDS, kind), ("overflow", OVERFLOWS, overflow)):
        if given not in words:
            raise BadForm(f"{wrong} = “{given}”不在可用范围内。", where=place, todo=f"可用：{'、'.join(words)}。")
    if (kind == "choice") != bool(options):
        raise BadForm("choice 必须有 options，其他种类不能有。", where=place, todo="请照 docs/forms.md 修改。")
    if overflow != "grow" and not raw.get("longest"):
        raise BadForm(f"overflow = “{overflow}”要写明 longest。", where=place, todo="请写出格内放得下的字数。")
    _print(kind, raw.get("print", ""), place)
    source = raw.get("source")
    sources = vocabulary.SOURCES
    if rows is not None:
        sources = {f"row.{row}": vocabulary.Words(0, 0, what) for row, what in rows.items()}
        sources["record"] = vocabulary.SOURCES["record"]
    call = vocabulary.call
    return Field(
        key=raw["key"],
        label=raw["label"],
        step=raw.get("step", ""),
        kind=kind,
        required=raw.get("required", False),
        source=call(source, sources, place) if source else None,
        equals=call(raw["equals"], vocabulary.EQUALS, place) if raw.get("equals") else None,
        default=raw.get("default", ""),
        longest=raw.get("longest", 0),
        overflow=OVERFLOWS[overflow],
        print=raw.get("print", ""),
        options=options,
        hint=raw.get("hint", ""),
        clause=raw.get("clause", ""),
        checks=tuple(call(str(text), vocabulary.CHECKS, place) for text in raw.get("checks", [])),
        advice=tuple(call(str(text), vocabulary.CHECKS, place) for text in raw.get("advice", [])),
    )


def _print(kind: str, given: str, place: str) -> None:
    if not given:
        return
    fits = (
        {*_PLACEHOLDER.findall(given)} <= {"y", "m", "d"}
        if kind == "date"
        else kind in {"yesno", "choice"} and given == "boxes"
    )
    if not fits:
        raise BadForm(
            f"print = “{given}”不适用于 {kind}。",
            where=place,
            todo="日期写如“{y}年{m}月{d}日”，是否和选项可写 boxes。",
        )


def _group(raw: Any, where: str) -> Group:
    place = f"{where} 重复栏 {raw.get('key', '?')}"
    _keys(raw, _GROUP, {"key", "label", "step", "direction", "field"}, place)
    _key(raw["key"], place)
    direction: Literal["row", "column"] = raw["direction"]
    if direction not in {"row", "column"}:
        raise BadForm("direction 只能是 row（加行）或 column（加列）。", where=place, todo="请改正。")
    source, rows = None, None
    if raw.get("source"):
        source = vocabulary.call(raw["source"], {n: w for n, (w, _) in vocabulary.GROUP_SOURCES.items()}, place)
        rows = vocabulary.GROUP_SOURCES[source.name][1]
    fields = tuple(_field(member, place, {"kind"}, rows or {}) for member in raw["field"])
    if any(member.equals or member.step for member in fields) or not fields:
        raise BadForm("重复栏里的字段不写 step 和 equals，且至少有一个字段。", where=place, todo="请改正。")
    return Group(
        key=raw["key"],
        label=raw["label"],
        step=raw["step"],
        direction=direction,
        fields=fields,
        source=source,
        most=raw.get("most", 0),
        narrowest=float(raw.get("narrowest", 20)),
        hint=raw.get("hint", ""),
    )


def _key(key: str, where: str) -> None:
    if not KEY.fullmatch(key) or CELL_LIKE.fullmatch(key) or key == ANNEX:
        raise BadForm(
            f"字段名“{key}”不可用。", where=where, todo="请用小写英文字母、数字、下划线，且不像单元格（a1、r1c1）。"
        )


def _agree(form: Form, where: str) -> None:
    """Refuse what contradicts itself between the parts of form.toml."""
    _unique([step.id for step in form.steps], "步骤", where)
    _unique([item.key for item in form.items], "字段", where)
    for group in form.groups:
        _unique([member.key for member in group.fields], f"重复栏 {group.key} 的字段", where)
    _unique([label for _, label in form.tags()], "名称", where)
    if form.id != form.folder.name:
        raise BadForm(f"id“{form.id}”与文件夹名“{form.folder.name}”不同。", where=where, todo="请改成一致。")
    for key, given, words in (("subject", form.subject, SUBJECTS), ("purpose", form.purpose, PURPOSES)):
        if given not in words:
            raise BadForm(f"{key} = “{given}”不可用。", where=where, todo=f"可用：{'、'.join(words)}。")
    steps = {step.id for step in form.steps}
    for item in form.items:
        if item.step not in steps:
            raise BadForm(f"步骤“{item.step}”没有定义。", where=f"{where} {item.key}", todo="请在 [[step]] 中补上。")
    for step in sorted(steps - {item.step for item in form.items}):
        raise BadForm(f"步骤“{step}”里没有字段。", where=where, todo="请删去该步骤或补上字段。")
    if form.deadline.kind not in vocabulary.DEADLINES:
        raise BadForm(f"deadline.kind = “{form.deadline.kind}”不可用。", where=where, todo="请照 docs/forms.md 修改。")
    _limited(form, where)
    for signer in form.signers:
        if signer.place and signer.place not in form.by_key:
            raise BadForm(f"签署人“{signer.role}”的位置 {signer.place} 不是字段。", where=where, todo="请改正。")
    allowed = {*vocabulary.FILE_NAME_WORDS, *(field.key for field in form.fields)}
    for word in _PLACEHOLDER.findall(form.file_name):
        if word not in allowed:
            raise BadForm(f"文件名中的 {{{word}}} 不可用。", where=where, todo="可用字段名及 docs/forms.md 所列各项。")
    if form.statement and form.statement not in {field.key for field in form.fields}:
        raise BadForm(f"statement = “{form.statement}”不是字段。", where=where, todo="请改正。")
    _references(form, where)


def _limited(form: Form, where: str) -> None:
    """Refuse limits in hours that no choice of the form calls for."""
    choice = form.by_key.get(form.deadline.by)
    options = choice.options if isinstance(choice, Field) else ()
    hourly = form.deadline.kind == "hours"
    if hourly != bool(form.deadline.limits) or (hourly and not form.deadline.after):
        raise BadForm("小时期限要同时写 after、by 和 limits。", where=where, todo="请照 docs/forms.md 修改。")
    for limit in form.deadline.limits:
        if limit.value not in options:
            raise BadForm(f"期限引用了不存在的选项“{limit.value}”。", where=where, todo="请改正。")


def _references(form: Form, where: str) -> None:
    for item in form.items:
        fields = item.fields if isinstance(item, Group) else (item,)
        inside = {field.key for field in item.fields} if isinstance(item, Group) else set()
        for field in fields:
            named = [a for c in (*field.checks, *field.advice) if c.name in _NAMING for a in c.arguments[:1]]
            named += field.equals.arguments if field.equals else ()
            for key in named:
                if key not in inside and not _known(form, key):
                    raise BadForm(f"引用了不存在的字段 {key}。", where=f"{where} 字段 {field.key}", todo="请改正。")
    if form.deadline.after and not _known(form, form.deadline.after):
        raise BadForm(f"期限引用了不存在的字段 {form.deadline.after}。", where=where, todo="请改正。")


_NAMING = {"not_before", "not_after", "within_workdays", "same_lines", "different_from"}


def _known(form: Form, key: str) -> bool:
    """A single field, a group, or `group.member`."""
    first, _, member = key.partition(".")
    item = form.by_key.get(first)
    if isinstance(item, Group):
        return not member or any(field.key == member for field in item.fields)
    return item is not None and not member


def _unique(names: Sequence[str], what: str, where: str) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BadForm(f"{what}重复：{'、'.join(doubled)}。", where=where, todo="请让每个只出现一次。")


def load(folder: Path) -> Form:
    """The form of a folder after everything in it has been checked: form.toml, templates, sample.

    Raises:
        BadForm, BadFile: with the file and the place that contradict.
    """
    form = read(folder)
    if not form.kinds:
        raise BadForm("表单文件夹里没有 template.docx 或 template.xlsx。", where=folder.name, todo="请放入模板。")
    for kind in form.kinds:
        _same_tags(form, kind)
    sample(form)
    return form


def sample(form: Form) -> Values:
    """The values of `sample.toml`, which must fit the form.

    Raises:
        BadForm: missing or broken, unknown keys, a required field left out, totals that differ from their parts.
    """
    from desktop import filling

    content = _toml(form.folder / "sample.toml")
    where = f"{form.folder.name}/sample.toml"
    try:
        values = filling.completed(form, filling.checked(form, content))
    except BadValue as error:
        raise BadForm(f"样例与表单不符：{error.what}", where=f"{where} {error.where}", todo=error.todo) from error
    for field in form.fields:
        if field.required and not values.get(field.key):
            raise BadForm("样例没有填写必填项。", where=f"{where} {field.key}", todo="请补上。")
    return values


def _same_tags(form: Form, kind: Kind) -> None:
    template = form.word if kind == "docx" else form.excel
    where = f"{form.folder.name}/template.{kind}"
    declared = {tag for tag, _ in form.tags()}
    unknown = []
    for place in template.places:
        tag = tag_of(place)
        assert tag is not None
        if form.field_of(tag) is None:
            unknown.append(place)
    missing = sorted(declared - set(template.places))
    if unknown:
        raise BadForm(
            f"模板里的标记没有对应字段：{'、'.join(sorted(unknown))}。",
            where=where,
            todo="请在 form.toml 中补上或删去标记。",
        )
    if missing:
        raise BadForm(f"模板里缺少字段的位置：{'、'.join(missing)}。", where=where, todo="请在模板中补上标记。")
    for group in form.groups:
        drawn = instances(template.places, group.key)
        for number in range(1, drawn + 1):
            for field in group.fields:
                if str(Tag(group.key, number, field.key)) not in template.places:
                    raise BadForm(f"重复栏 {group.key} 第 {number} 栏缺少 {field.key}。", where=where, todo="请补上。")
