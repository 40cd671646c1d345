"""`tuanmei forms`, `tuanmei fill`: which forms there are, and one of them filled from a file of values."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.errors import BadFile, BadValue, why
from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.forms import Form

LARGEST_VALUES = 5 * 1024 * 1024  # bytes of a file of values


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Offer the two commands."""
    forms = subparsers.add_parser("forms", help="列出表单；给出编号时列出它的字段")
    forms.add_argument("form", nargs="?", metavar="FORM", help="表单编号，如 tongjibiao")
    forms.add_argument("--json", action="store_true", help="按 JSON 输出")
    forms.add_argument("--add", type=Path, metavar="ZIP", help="收下一个表单压缩包，放到自有表单里")
    forms.add_argument("--replace", action="store_true", help="与 --add 同用：替换同编号的自有表单")
    forms.add_argument("--pack", type=Path, metavar="ZIP", help="把 FORM 打成压缩包，可寄给同事")
    forms.set_defaults(run=run_forms)
    fill = subparsers.add_parser("fill", help="用一个数值文件填一张表")
    fill.add_argument("form", metavar="FORM", help="表单编号，或表单文件夹")
    fill.add_argument("values", type=Path, metavar="VALUES", help="数值文件（.toml 或 .json）")
    fill.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="写成的文件（.docx 或 .xlsx）")
    fill.add_argument("--draft", action="store_true", help="有红色意见也写出（草稿）")
    fill.add_argument("--masked", action="store_true", help="隐去电话号码中间几位，供公开")
    fill.set_defaults(run=run_fill)


def run_forms(arguments: argparse.Namespace) -> int:
    """List forms, or the fields of one; take in or hand out a form as zip."""
    from desktop import forms

    if arguments.add is not None:
        added = forms.receive(arguments.add, replace=arguments.replace)
        sys.stdout.write(f"已收下表单：{added.id}　{added.title}\n")
        return 0
    if arguments.form is None:
        return _list(arguments.json)
    form = forms.find(arguments.form)
    if arguments.pack is not None:
        write_whole(arguments.pack, forms.pack(form))
        sys.stdout.write(f"已打包：{arguments.pack}\n")
        return 0
    rows = [
        {"key": tag, "label": label, "kind": field.kind, "required": field.required, "source": str(field.source or "")}
        for tag, label in form.tags()
        if (field := _field(form, tag)) is not None
    ]
    if arguments.json:
        sys.stdout.write(json.dumps({"id": form.id, "title": form.title, "fields": rows}, ensure_ascii=False, indent=1))
        sys.stdout.write("\n")
    else:
        sys.stdout.write(_about(form) + "\n")
        for row in rows:
            must = "必填" if row["required"] else "　　"
            sys.stdout.write(f"  {row['key']:<24} {row['kind']:<10} {must} {row['label']}\n")
    return 0


def run_fill(arguments: argparse.Namespace) -> int:
    """Fill one form and write it whole or not at all.

    Raises:
        Refused: the values do not fit, red remarks without --draft, the file cannot be written.
    """
    from desktop import forms
    from desktop.filling import checked, completed, fill
    from desktop.forms.remarks import red, remarks
    from desktop.workdays import WorkCalendar

    folder = Path(arguments.form)
    form = forms.load(folder) if (folder / "form.toml").is_file() else forms.find(arguments.form)
    kind = arguments.output.suffix.lower().lstrip(".")
    if kind not in form.kinds:
        offered = "、".join(f".{name}" for name in form.kinds)
        raise BadValue(f"“{form.title}”不能写成“{arguments.output.suffix}”。", todo=f"请用：{offered}。")
    values = completed(form, checked(form, _values(arguments.values)))
    found = remarks(form, values, date.today(), WorkCalendar.load())
    for remark in found:
        clause = f"（{remark.clause}）" if remark.clause else ""
        sys.stderr.write(f"{'必须改正' if remark.level == 'red' else '提醒'}：{remark.label}：{remark.what}{clause}\n")
    if red(found) and not arguments.draft:
        raise BadValue(f"有 {len(red(found))} 处必须改正，没有写出文件。", todo="请改正后再试，或加 --draft 写成草稿。")
    write_whole(arguments.output, fill(form, values, kind, masked=arguments.masked))
    sys.stdout.write(f"已写出：{arguments.output}\n")
    return 1 if red(found) else 0


def _list(as_json: bool) -> int:
    from desktop import forms

    found, refused = forms.catalogue(*forms.default_folders())
    if as_json:
        rows = [
            {
                "id": form.id,
                "title": form.title,
                "purpose": form.purpose,
                "issuer": form.issuer,
                "kinds": list(form.kinds),
                "own": form.own_layout,
            }
            for form in found
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        for purpose, group in groupby(found, key=lambda form: form.purpose):
            sys.stdout.write(f"{purpose}\n" + "".join(f"  {_about(form)}\n" for form in group))
    for refusal in refused:
        sys.stderr.write(f"{refusal}\n")
    return 1 if refused else 0


def _about(form: Form) -> str:
    kinds = {"docx": "Word", "xlsx": "Excel"}
    own = "　本表为自拟样式" if form.own_layout else ""
    return f"{form.id:<17} {form.title}（{'、'.join(kinds[kind] for kind in form.kinds)}）{own}"


def _field(form: Form, tag: str) -> Any:
    from desktop.documents.places import tag_of

    parsed = tag_of(tag)
    return form.field_of(parsed) if parsed is not None else None


def _values(path: Path) -> dict[str, Any]:
    """The table of values in a TOML or JSON file.

    Raises:
        BadFile: missing, too large, not UTF-8, neither TOML nor JSON, no table.
    """
    try:
        if path.stat().st_size > LARGEST_VALUES:
            raise BadFile(f"数值文件“{path.name}”超过 5 MB。", todo="请检查是否选错了文件。")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadFile(f"数值文件“{path}”读不出来（{why(error)}）。", todo="请检查路径。") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"数值文件“{path.name}”不是 UTF-8 编码。", todo="请另存为 UTF-8。") from error
    try:
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+),? column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 字" if place else ""
        raise BadFile(f"数值文件“{path.name}”读不懂。", where=where, todo="请照 sample.toml 的写法。") from error
    if not isinstance(content, dict):
        raise BadFile(f"数值文件“{path.name}”里应是“字段 = 值”。", todo="请照 sample.toml 的写法。")
    return content
