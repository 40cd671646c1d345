"""`tuanmei rectify …`: problems to mend, from where they come to their report."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from desktop.commands import one_person, opened_store
from desktop.commands.inspections import run_of, there, write_report
from desktop.errors import BadValue

_WORDS = {"problem": "问题", "label": "问题类别", "measure": "措施", "result": "结果"}


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("rectify", help="整改：清单、登记通报、已整改、已报送、销号、整改报告")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("list", help="列出要整改的问题").set_defaults(run=listing)
    deed = deeds.add_parser("circular", help="登记上级通报里本单位的问题")
    deed.add_argument("file", type=Path, metavar="文件", help="通报（docx、xlsx、csv、pdf、txt）")
    deed.add_argument("--all", action="store_true", help="全部登记；默认只登记认出是本单位账号的")
    deed.set_defaults(run=circular)
    deed = deeds.add_parser("take", help="把一次自查里要整改的问题列入清单")
    deed.add_argument("number", type=int, nargs="?", metavar="编号", help="自查的编号，默认最近一次")
    deed.add_argument("--due", type=date.fromisoformat, metavar="年-月-日", help="整改期限")
    deed.set_defaults(run=take)
    deed = deeds.add_parser("add", help="自行登记一个问题")
    deed.add_argument("subject", metavar="对象", help="账号名称、平台“名称”，或其他对象")
    deed.add_argument("problem", metavar="问题")
    deed.add_argument("--measure", default="", metavar="措施")
    deed.add_argument("--person", metavar="责任人")
    deed.add_argument("--due", type=date.fromisoformat, metavar="年-月-日", help="整改期限")
    deed.set_defaults(run=enter)
    deed = deeds.add_parser("change", help='改一个问题的措施、责任人、期限等；清空写 ""')
    deed.add_argument("number", type=int, metavar="编号", help="见 rectify list")
    for option, title in _WORDS.items():
        deed.add_argument(f"--{option}", metavar=title)
    deed.add_argument("--person", metavar="责任人", help="姓名或编号")
    deed.add_argument("--due", metavar="年-月-日", help="整改期限")
    deed.set_defaults(run=change)
    deed = deeds.add_parser("tick", help="打勾：fixed 已整改、reported 已报送、closed 销号")
    deed.add_argument("number", type=int, metavar="编号")
    deed.add_argument("step", choices=["fixed", "reported", "closed"], metavar="fixed|reported|closed")
    deed.add_argument("--result", default="", metavar="结果", help="已整改时写明做了什么")
    deed.add_argument("--undo", action="store_true", help="取消这个勾")
    deed.set_defaults(run=tick)
    deed = deeds.add_parser("proof", help="给一个问题附整改材料")
    deed.add_argument("number", type=int, metavar="编号", help="见 rectify list")
    deed.add_argument("file", type=Path, metavar="文件")
    deed.set_defaults(run=mending_proof)
    deed = deeds.add_parser("sent", help="登记一批的排查整改报告已报送，其中已整改的一并记为已报送")
    deed.add_argument("batch", type=int, metavar="批次", help="见 rectify list")
    deed.add_argument("--on", type=date.fromisoformat, metavar="年-月-日", help="哪一天报送的，默认今天")
    deed.add_argument("--undo", action="store_true", help="取消登记")
    deed.set_defaults(run=sent)
    deed = deeds.add_parser("report", help="起草排查整改报告")
    deed.add_argument("batch", type=int, metavar="批次", help="见 rectify list")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help=".docx 公文，或 .txt")
    deed.set_defaults(run=mended)


def listing(_: Namespace) -> int:
    """Print the batches and their problems; exit code 1 while one is to be mended."""
    from desktop import people, proofs, rectification

    waiting = 0
    with opened_store() as store, store.read() as session:
        names = {one.id: one.name for one in people.in_use(session)}
        for batch in rectification.batches(session):
            print(f"批次 {batch.id}\t{batch.title}\t{f'{batch.report_due} 前报告' if batch.report_due else ''}")
            for item in rectification.of_batch(session, batch.id):
                waiting += item.state == rectification.TO_DO
                print(f"\t{item.id}\t{item.state}\t{item.subject}\t{item.problem}\t{item.due_on or ''}")
                kept = "、".join(one.title for one in proofs.of(session, proofs.RECTIFICATION, item.id))
                more = {
                    "责任人": names.get(item.person_id or 0),
                    "措施": item.measure,
                    "结果": item.result,
                    "材料": kept,
                }
                if any(more.values()):
                    print("\t\t" + "；".join(f"{name}：{said}" for name, said in more.items() if said))
    return 1 if waiting else 0


def circular(args: Namespace) -> int:
    """Read a superior's circular and enter its problems."""
    from desktop import circulars

    with opened_store() as store:
        received = store.clock().date()
        read = circulars.read_file(store, args.file, received)
        for remark in read.remarks:
            print(f"注意：{remark}")
        taken = [one for one in read.problems if args.all or one.account_id is not None]
        for one in read.problems:
            said = "；".join((*one.odd, one.doubt)).strip("；")
            print(f"{'登记' if one in taken else '不登记'}\t{one.title}\t{one.problem}\t{said}")
        batch = circulars.accept(store, read, received, taken)
    print(f"已登记 {len(taken)} 条，批次 {batch.id}。")
    return 0


def take(args: Namespace) -> int:
    """Put the problems of a run on the list."""
    from desktop import rectification

    with opened_store() as store, store.write("自查问题列入整改") as session:
        batch = rectification.take_run(session, run_of(session, args.number).id, store.clock().date(), args.due)
        print(f"批次 {batch.id}，共 {len(rectification.of_batch(session, batch.id))} 条。")
    return 0


def enter(args: Namespace) -> int:
    """Enter a problem by hand; an account of the register is recognised by its name."""
    from desktop import accounts, rectification

    with opened_store() as store, store.write("登记整改问题") as session:
        known = [one for one in accounts.in_use(session) if args.subject in (one.name, one.title)]
        account = known[0] if len(known) == 1 else None
        item = rectification.add(
            session, rectification.by_hand(session, store.clock().date()), account.title if account else args.subject,
            args.problem, account_id=account.id if account else None, measure=args.measure, due_on=args.due,
            person_id=one_person(session, args.person).id if args.person else None,
        )  # fmt: skip
        print(f"已登记，编号 {item.id}。")
    return 0


def change(args: Namespace) -> int:
    """Change what is written about a problem.

    Raises:
        BadValue: nothing is to be changed, or the day is none; see `rectification.amend`.
    """
    from desktop import dates, rectification

    values: dict[str, object] = {key: said for key in _WORDS if (said := getattr(args, key)) is not None}
    if args.due is not None:
        values["due_on"] = dates.parse(args.due)
    with opened_store() as store, store.write("修改整改事项") as session:
        item = there(session, rectification.Rectification, args.number)
        if args.person is not None:
            values["person_id"] = one_person(session, args.person).id if args.person else None
        if not values:
            raise BadValue("没有写要改什么。", todo="用法见 tuanmei rectify change --help。")
        rectification.amend(item, **values)
        print(f"已修改：{item.subject}，{item.problem}。撤销：tuanmei undo")
    return 0


def tick(args: Namespace) -> int:
    """Tick or untick one of the three."""
    from desktop import rectification

    with opened_store() as store, store.write("整改打勾") as session:
        item = there(session, rectification.Rectification, args.number)
        on: date | None = None if args.undo else store.clock().date()
        if args.step == "fixed":
            rectification.fix(item, on, args.result)
        elif args.step == "reported":
            rectification.report(item, on)
        else:
            rectification.close(item, on)
        print(f"{item.subject}：{item.state}")
    return 0


def sent(args: Namespace) -> int:
    """Enter that the report of a batch was sent."""
    from desktop import rectification

    with opened_store() as store, store.write("登记整改报告已报送") as session:
        batch = there(session, rectification.RectifyBatch, args.batch)
        on = None if args.undo else args.on or store.clock().date()
        count = rectification.send(session, batch, on)
        print(f"{batch.title}：{f'{on} 已报送，{count} 条记为已报送' if on else '没有报送'}。")
    return 0


def mending_proof(args: Namespace) -> int:
    """Keep a file as evidence that a problem was mended."""
    from desktop import proofs, rectification

    with opened_store() as store:
        with store.read() as session:
            there(session, rectification.Rectification, args.number)
        print(f"已存入 {proofs.attach(store, args.file, proofs.RECTIFICATION, args.number).title}。")
    return 0


def mended(args: Namespace) -> int:
    """Write the draft of the 排查整改报告."""
    from desktop import rectification, reports

    with opened_store() as store, store.read() as session:
        batch = there(session, rectification.RectifyBatch, args.batch)
        made = reports.mended(session, batch, store.clock().date())
    return write_report(made, args.output)
