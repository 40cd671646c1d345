"""`tuanmei read`: values, confidence and remarks of a filled form that came back, and a filing made of it."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import opened_store
from desktop.errors import BadFile

if TYPE_CHECKING:
    from desktop.reading import Reading


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("read", help="读出一份填好的 Word、Excel 表；--keep 存成填报")
    made.add_argument("file", type=Path, metavar="文件")
    made.add_argument("--form", default="", metavar="表单", help="表单编号；不写则自己认")
    made.add_argument("--keep", action="store_true", help="照读到的内容存成填报（先看一遍读得对不对）")
    made.add_argument("--account", metavar="账号", help="与 --keep 同用：一账号一表的，写账号名称、平台“名称”或编号")
    made.add_argument("--person", metavar="姓名", help="与 --keep 同用：一人一表的，写姓名或编号")
    made.set_defaults(run=read)


def read(args: Namespace) -> int:
    """Print values, confidence and remarks as JSON; exit code 1 when a required field could not be read.

    Raises:
        Refused: the file is not that of a known form, or a filing of it wants an account or person that is not there.
    """
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
    report: dict[str, Any] = {
        "form": form.id,
        "title": form.title,
        "values": found.values,
        "confidence": {tag: one.confidence for tag, one in found.fields.items()},
        "remarks": [{"tag": one.tag, "label": one.label, "remark": one.remark} for one in found.remarks],
        "notices": [*([notice] if notice else []), *found.notices],
    }
    if args.keep:
        report["filing"] = _keep(found, args)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0 if found.complete else 1


def _keep(found: Reading, args: Namespace) -> int:
    """Make a filing of what was read; returns its number."""
    from desktop import filings, reading
    from desktop.commands.filings import subject_of

    texts = reading.trimmed({tag: one.text for tag, one in found.fields.items()})
    with opened_store() as store:
        today, subject = store.clock().date(), subject_of(store, found.form, args)
        return filings.create(store, found.form, cutoff=today, today=today, subject_id=subject, returned=texts)
