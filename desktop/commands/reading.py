"""`tuanmei read`: values, confidence and remarks of a filled form that came back."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.errors import BadFile


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("read", help="读出一份填好的 Word、Excel 表")
    made.add_argument("file", type=Path, metavar="文件")
    made.add_argument("--form", default="", metavar="表单", help="表单编号；不写则自己认")
    made.set_defaults(run=read)


def read(args: Namespace) -> int:
    """Print values, confidence and remarks as JSON; exit code 1 when a required field could not be read."""
    from desktop import forms, reading
    from desktop.documents.converting import as_modern

    content, kind, notice = as_modern(args.file)
    if args.form:
        form = forms.find(args.form)
    else:
        known = [forms.find(one.id) for one in forms.catalogue(*forms.default_folders())[0]]
        form_found = reading.recognise(content, kind, known, args.file.name)
        if form_found is None:
            raise BadFile(
                f"认不出“{args.file.name}”是哪张表。", todo="请用 --form 写明表单编号（tuanmei forms 可查）。"
            )
        form = form_found
    found = reading.read(form, content, kind, args.file.name)
    report = {
        "form": form.id,
        "title": form.title,
        "values": found.values,
        "confidence": {tag: one.confidence for tag, one in found.fields.items()},
        "remarks": [{"tag": one.tag, "label": one.label, "remark": one.remark} for one in found.remarks],
        "notices": [*([notice] if notice else []), *found.notices],
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0 if found.complete else 1
