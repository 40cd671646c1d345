"""`tuanmei filing …`: begin a form from the register, correct it, make it final, export it."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import one_account, one_person, opened_store
from desktop.errors import BadValue

if TYPE_CHECKING:
    from desktop.filings import Filing
    from desktop.forms import Form
    from desktop.forms.remarks import Remark
    from desktop.store import Store

_ANSWERS = {"normal": "照常填报", "nil": "零报告", "unchanged": "无变更"}


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("filing", help="填报：按台账预填一张表，改、核对、定稿、导出")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("list", help="列出填报过的表").set_defaults(run=listing)
    deed = deeds.add_parser("new", help="按台账开始填一张表")
    deed.add_argument("form", metavar="表单", help="表单编号，见 tuanmei forms")
    deed.add_argument("--account", metavar="账号", help="一账号一表的，写账号名称、平台“名称”或编号")
    deed.add_argument("--person", metavar="姓名", help="一人一表的，写姓名或编号")
    deed.add_argument("--cutoff", type=date.fromisoformat, metavar="年-月-日", help="统计时间截至，默认今天")
    deed.add_argument(
        "--notice", type=int, metavar="编号", help="为这份通知填，统计截止、期限照通知；编号见 tuanmei tasks"
    )
    deed.set_defaults(run=new)
    _with_number(deeds, "show", "显示各栏的内容、来源和意见", show)
    deed = _with_number(deeds, "set", "改一栏", put)
    deed.add_argument("field", metavar="栏目", help="栏目编号，见 show；如 leader、other.2.running")
    deed.add_argument("text", metavar="内容")
    _with_number(deeds, "refresh", "从台账刷新，自己改过的不动", refresh)
    _with_number(deeds, "carry", "沿用上期：上期填过、本期还空着的栏目", carry)
    deed = _with_number(deeds, "take", "把自己改的一栏写回台账", take)
    deed.add_argument("field", metavar="栏目")
    deed = _with_number(deeds, "answer", "零报告、无变更，或照常填报", answer)
    deed.add_argument("how", choices=list(_ANSWERS), metavar="|".join(_ANSWERS))
    _with_number(deeds, "final", "定稿", final)
    deed = _with_number(deeds, "reopen", "更正：另起一稿", reopen)
    deed.add_argument("--why", required=True, metavar="原因")
    deed = _with_number(deeds, "export", "把定稿存成 Word、Excel", export)
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件夹")
    deed.add_argument("--version", type=int, default=0, metavar="稿次", help="默认最新一稿")
    deed.add_argument("--masked", action="store_true", help="公开版：隐去电话号码中间几位")
    deed.set_defaults(run=export)


def _with_number(deeds: Any, name: str, says: str, run: Any) -> Any:
    made = deeds.add_parser(name, help=says)
    made.add_argument("number", type=int, metavar="编号", help="见 tuanmei filing list")
    made.set_defaults(run=run)
    return made


def listing(_: Namespace) -> int:
    """Print every filing, the newest first."""
    from desktop import filings

    with opened_store() as store, store.read() as session:
        for one in filings.in_use(session):
            print(f"{one.id}\t{one.state}\t{one.cutoff}\t{one.title}\t{one.subject_name}")
    return 0


def new(args: Namespace) -> int:
    """Begin a filing and print its number."""
    from desktop import filings, forms, sheets_given

    form = forms.find(args.form)
    with opened_store() as store:
        if args.notice is not None:
            print(f"已开始填报，编号 {_for_notice(store, args)}。")
            return 0
        subject = subject_of(store, form, args)
        with store.read() as session:
            given = sheets_given.given_for(session, form.id, subject) if subject else None
        today = store.clock().date()
        number = filings.create(
            store, form, cutoff=args.cutoff or today, today=today, subject_id=subject, given=given or None
        )
    print(f"已开始填报，编号 {number}。")
    return 0


def _for_notice(store: Store, args: Namespace) -> int:
    """Begin a filing that a notice wants; returns its number."""
    from desktop import wanted
    from desktop.commands.answering import notice_of

    if args.account or args.person or args.cutoff:
        raise BadValue(
            "--notice 不能和 --account、--person、--cutoff 同用。",
            todo="截止日期照通知；一账号一表的请先不写 --notice。",
        )
    return wanted.begin(store, notice_of(store, args.notice), args.form, store.clock().date())


def subject_of(store: Store, form: Form, args: Namespace) -> int | None:
    """The number of the account or person a form is about, None for a form of the unit.

    Raises:
        Refused: it is not said, or there is no such account or person.
    """
    if form.subject not in ("account", "person"):
        return None
    wanted, option = (args.account, "--account") if form.subject == "account" else (args.person, "--person")
    if not wanted:
        raise BadValue(f"“{form.title}”要先说明是哪一个。", todo=f"请加上 {option} 名称。")
    with store.read() as session:
        return (one_account if form.subject == "account" else one_person)(session, wanted).id


def show(args: Namespace) -> int:
    """Print every field with its source, then the remarks; exit code 1 when red ones stand."""
    from desktop import filings

    with opened_store() as store:
        form = _form(store, args.number)
        draft = filings.open_draft(store, args.number, form)
        for tag, label in form.tags():
            cell = draft.cell(tag)
            print(f"{tag}\t{label}\t{' / '.join(cell.text.splitlines())}\t{cell.whence}")
        return _say(filings.review(draft, store.clock().date(), _calendar()))


def _say(found: list[Remark]) -> int:
    from desktop.forms.remarks import AMBER, RED

    words = {RED: "必须改正", AMBER: "请核对"}
    for one in found:
        if one.level in words:
            clause = f"（{one.clause}）" if one.clause else ""
            sys.stderr.write(f"{words[one.level]} {one.tag} {one.label}：{one.what}{clause}{one.todo}\n")
    return 1 if any(one.level == RED for one in found) else 0


def put(args: Namespace) -> int:
    """Write one field and print what the check says of it."""
    from desktop import filings

    with opened_store() as store:
        form = _form(store, args.number)
        if args.field not in {tag for tag, _ in form.tags()} | set(filings.open_draft(store, args.number, form).cells):
            raise BadValue(f"“{form.title}”没有栏目“{args.field}”。", todo="栏目编号见 tuanmei filing show。")
        filings.save(store, args.number, args.field, args.text)
        found = filings.review(filings.open_draft(store, args.number, form), store.clock().date(), _calendar())
    return _say([one for one in found if one.tag == args.field])


def refresh(args: Namespace) -> int:
    """Take the register's present values."""
    from desktop import filings

    with opened_store() as store:
        changes = filings.refresh(store, args.number, _form(store, args.number), store.clock().date())
    for one in changes:
        kept = "（自己改过，没有动）" if one.kept else ""
        print(f"{one.label}：{one.before or '空'} → {one.after or '空'}{kept}")
    print(f"台账有变动的 {len(changes)} 处。")
    return 0


def carry(args: Namespace) -> int:
    """Fill what is empty from the filing before."""
    from desktop import filings

    with opened_store() as store:
        filled = filings.carry_on(store, args.number, _form(store, args.number))
    print(f"沿用上期 {len(filled)} 栏。")
    return 0


def take(args: Namespace) -> int:
    """Write an own correction into the register."""
    from desktop import filings

    with opened_store() as store:
        filings.take_over(store, args.number, args.field)
    print("已写回台账。")
    return 0


def answer(args: Namespace) -> int:
    """Answer 零报告 or 无变更 instead of filling, or go back to filling."""
    from desktop import filings

    how = {"normal": filings.NORMAL, "nil": filings.NIL, "unchanged": filings.UNCHANGED}[args.how]
    with opened_store() as store:
        said = filings.answer(store, args.number, _form(store, args.number), how)
    print(said or _ANSWERS[args.how])
    return 0


def final(args: Namespace) -> int:
    """Make it final.

    Raises:
        Refused: red remarks stand.
    """
    from desktop import filings

    with opened_store() as store:
        form = _form(store, args.number)
        version = filings.finalise(store, args.number, form, store.clock().date(), _calendar())
    print(f"已定稿：第 {version.number} 稿，数据版本 {version.fingerprint}。")
    return 0


def reopen(args: Namespace) -> int:
    """Begin the next version."""
    from desktop import filings

    with opened_store() as store:
        filings.reopen(store, args.number, args.why)
    print("已另起一稿，改好后再定稿。")
    return 0


def export(args: Namespace) -> int:
    """Write the files of a final version into a folder, all or none."""
    from desktop import filings

    with opened_store() as store:
        made = filings.documents(store, args.number, _form(store, args.number), number=args.version, masked=args.masked)
        files = filings.export(made, args.output)
        if not args.version and not args.masked:
            filings.remember_folder(store, args.number, args.output)
    for file in files:
        print(file)
    return 0


def filing_of(store: Store, number: int) -> Filing:
    """The filing with this number.

    Raises:
        BadValue: there is none, or it lies in the trash.
    """
    from desktop import filings

    with store.read() as session:
        found: Filing | None = session.get(filings.Filing, number)
    if found is None or found.trashed_at is not None:
        raise BadValue(f"没有编号为 {number} 的填报。", todo="编号见 tuanmei filing list。")
    return found


def _form(store: Store, number: int) -> Form:
    from desktop import forms

    return forms.find(filing_of(store, number).form_id)


def _calendar() -> Any:
    from desktop.workdays import WorkCalendar

    return WorkCalendar.load()
