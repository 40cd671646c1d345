"""`tuanmei import`, `export register`: lists into the register and the register into Excel."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import opened_store
from desktop.errors import BadValue

if TYPE_CHECKING:
    from desktop.importing.plan import Plan, Preview, Proposal
    from desktop.importing.verdicts import Line


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser(
        "import",
        help="读取一份名单（xlsx、xls、csv、docx），逐行核对；加 --accept 才写入台账",
    )
    made.add_argument("list", type=Path, metavar="名单文件")
    made.add_argument("--sheet", action="append", metavar="工作表", help="只读这个工作表（可写多次）")
    made.add_argument("--header", type=int, metavar="行号", help="列名在第几行（默认自动查找）")
    made.add_argument(
        "--map", action="append", default=[], metavar="列=项", help="指定某列的含义，如 F=备注；“F=”为不导入"
    )
    made.add_argument("--platform", default="", metavar="平台", help="没有写平台的行按这个平台")
    made.add_argument("--unit", default="", metavar="单位", help="没有写单位的行按这个单位")
    made.add_argument("--month", default="", metavar="年-月", help="没有写月份的运行数据按这个月")
    made.add_argument("--columns", action="store_true", help="只显示各列的含义和可选的项")
    made.add_argument("--accept", action="store_true", help="接收：把新增和有差异的行写入台账（可撤销）")
    made.set_defaults(run=import_list)
    made = names.add_parser("export", help="导出台账")
    kinds = made.add_subparsers(dest="what", metavar="内容", required=True)
    made = kinds.add_parser("register", help="把整个台账导出为 Excel")
    made.add_argument("file", type=Path, metavar="文件.xlsx")
    made.set_defaults(run=export_register)


def import_list(args: Namespace) -> int:
    """Judge a list, and take it over when asked to; 1 when some rows cannot be used."""
    from desktop.documents.sheets import read_sheets
    from desktop.importing.plan import accept, preview, propose
    from desktop.importing.verdicts import Verdict

    book = read_sheets(args.list)
    proposal = propose(book)
    plans = _plans(args, proposal)
    for plan in plans:
        _say_columns(plan, full=args.columns)
    for name, reason in proposal.left_out.items():
        print(f"工作表“{name}”没有读取：{reason}")
    if args.columns:
        return 0
    with opened_store() as store:
        shown = preview(store, book.source, plans)
        _say_lines(shown)
        if args.accept:
            done = accept(store, shown)
            print(f"已写入：新增 {done[Verdict.NEW]} 条，更新 {done[Verdict.DIFFERS]} 条。撤销：tuanmei undo")
        else:
            print("以上只是核对，没有写入。确认后加 --accept 接收。")
    return 1 if shown.counts()[Verdict.UNUSABLE] else 0


def export_register(args: Namespace) -> int:
    """Write the register to an Excel file."""
    from desktop.exporting import write_register

    with opened_store() as store:
        print(write_register(store, args.file))
    return 0


def _plans(args: Namespace, proposal: Proposal) -> list[Plan]:
    from desktop.importing.plan import changed, plan_for

    found = proposal.plans
    if args.sheet:
        known = {plan.sheet.name for plan in found}
        for name in args.sheet:
            if name not in known:
                raise BadValue(f"没有名为“{name}”的名单。", todo=f"可选：{'、'.join(sorted(known))}。")
        found = [plan for plan in found if plan.sheet.name in args.sheet]
    else:
        found = [plan for plan in found if not plan.sheet.hidden] or found
    if args.header:
        found = [plan_for(plan.sheet, header=range(args.header - 1, args.header)) for plan in found]
    for text in args.map:
        if not any(_columns(plan, text) for plan in found):
            raise BadValue(f"“{text}”里没有这一列。", todo="写法：列名=项，或列号=项，如 F=备注；先用 --columns 查看。")
    return [plan if plan.exact else changed(plan, _meanings(plan, args.map), **_choices(args)) for plan in found]


def _columns(plan: Plan, text: str) -> list[int]:
    """The columns meant by the left side of a word such as F=备注 or 链接=备注."""
    from desktop.documents.cells import column_letters

    left, equals, _ = text.partition("=")
    names = {match.column: {match.label, column_letters(match.column)} for match in plan.matches}
    return [column for column, known in names.items() if equals and left.strip() in known]


def _meanings(plan: Plan, words: Sequence[str]) -> dict[int, str]:
    """Column → field key, for the words that name a column of this sheet."""
    from desktop.importing.fields import fields_of

    keys = {name: one.key for one in fields_of(plan.subject) for name in (one.key, one.label)}
    found = {}
    for text in words:
        wanted = text.partition("=")[2].strip()
        if wanted and wanted not in keys:
            known = "、".join(one.label for one in fields_of(plan.subject))
            raise BadValue(f"没有“{wanted}”这一项。", todo=f"可选：{known}。")
        found.update(dict.fromkeys(_columns(plan, text), keys.get(wanted, "")))
    return found


def _choices(args: Namespace) -> dict[str, Any]:
    from desktop.importing.values import a_month

    month = a_month(args.month).value if args.month else None
    if args.month and month is None:
        raise BadValue(f"“{args.month}”不是月份。", todo="请写成 2026-10。")
    given = {"platform": args.platform, "unit": args.unit, "month": month}
    return {key: value for key, value in given.items() if value}


def _say_columns(plan: Plan, *, full: bool) -> None:
    from desktop.documents.cells import column_letters
    from desktop.importing.fields import field, fields_of

    header = plan.layout.header
    lines = f"{header.start + 1}" if len(header) == 1 else f"{header.start + 1}–{header.stop}"
    print(f"工作表“{plan.sheet.name}”：{plan.subject}名单，列名在第 {lines} 行，共 {len(plan.layout.rows)} 行。")
    for match in plan.matches:
        if match.label or match.key:
            label = field(plan.subject, match.key).label if match.key else "—"
            print(f"  {column_letters(match.column):>3} {match.label} → {label}（{match.grade}）")
    if full:
        print("  可选的项：" + "、".join(one.label for one in fields_of(plan.subject)))


def _say_lines(shown: Preview) -> None:
    for judged in shown.sheets:
        if len(shown.sheets) > 1:
            print(f"—— {judged.plan.sheet.name} ——")
        for note in judged.notes:
            print(f"说明：{note}")
        for row, reason in judged.plan.layout.left_out.items():
            print(f"第 {row + 1} 行没有读取：{reason}")
        for line in judged.lines:
            _say_line(line)
    counts = "，".join(f"{verdict} {count} 行" for verdict, count in sorted(shown.counts().items()))
    print(f"合计：{counts}；其中有缺陷 {shown.odd()} 行。")


def _say_line(line: Line) -> None:
    mark = "" if line.wanted or line.reason else "（默认不接收：新值有疑问）"
    print(f"第 {line.row + 1} 行 {line.verdict}：{line.title}{mark}{'：' + line.reason if line.reason else ''}")
    rest: Sequence[str] = [f"    改：{change}" for change in line.changes]
    for text in [*rest, *(f"    缺陷 {defect.place} {defect.label}：{defect.what}" for defect in line.defects)]:
        print(text.replace("\n", "⏎"))
