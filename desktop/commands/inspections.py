"""`tuanmei inspect …`, `tuanmei rectify …`: runs of self-inspection, problems to mend, the reports of both."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import one_person, opened_store
from desktop.errors import BadValue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.inspections import Inspection
    from desktop.reports import Report

_WORDS = {"problem": "问题", "label": "问题类别", "measure": "措施", "result": "结果"}


def add(names: Any) -> None:
    """Add both commands to the grammar."""
    made = names.add_parser("inspect", help="自查、年审：开始、回答、处理发现的问题、起草报告、办结")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deed = deeds.add_parser("begin", help="开始自查，固定当时发现的问题")
    deed.add_argument("--yearly", action="store_true", help="年审")
    deed.set_defaults(run=begin)
    deed = deeds.add_parser("show", help="列出问题和提问；不写编号时为最近一次")
    deed.add_argument("number", type=int, nargs="?", metavar="编号")
    deed.set_defaults(run=show)
    deed = deeds.add_parser("answer", help="回答一个提问")
    deed.add_argument("question", type=int, metavar="问号", help="见 inspect show")
    deed.add_argument("said", choices=["是", "否", "不适用"], metavar="是|否|不适用")
    deed.add_argument("--note", default="", metavar="说明")
    deed.add_argument("--alike", action="store_true", help="其余还没有回答的账号同样回答")
    deed.set_defaults(run=answer)
    deed = deeds.add_parser("judge", help="处理一个发现的问题")
    deed.add_argument("finding", type=int, metavar="题号", help="见 inspect show")
    deed.add_argument("verdict", metavar="结论", help="列入整改、情况说明")
    deed.add_argument("--note", default="", metavar="说明")
    deed.set_defaults(run=judge)
    deed = deeds.add_parser("proof", help="给一个回答附佐证材料")
    deed.add_argument("question", type=int, metavar="问号", help="见 inspect show")
    deed.add_argument("file", type=Path, metavar="文件")
    deed.set_defaults(run=proof)
    deed = deeds.add_parser("words", help='写报告用的补充内容：影响力、意见建议；清空写 ""')
    deed.add_argument("number", type=int, nargs="?", metavar="编号")
    deed.add_argument("--influence", metavar="影响力", help="除数据外的说明")
    deed.add_argument("--advice", metavar="意见建议")
    deed.set_defaults(run=words)
    deed = deeds.add_parser("sheets", help="给每个在用账号起草自查表或年审表")
    deed.add_argument("number", type=int, nargs="?", metavar="编号")
    deed.set_defaults(run=sheets)
    for name, says, run in (("report", "起草自查报告", report), ("close", "办结", close)):
        deed = deeds.add_parser(name, help=says)
        deed.add_argument("number", type=int, nargs="?", metavar="编号")
        if name == "report":
            deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help=".docx 公文，或 .txt")
        deed.set_defaults(run=run)
    _rectify(names)


def _rectify(names: Any) -> None:
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


def begin(args: Namespace) -> int:
    """Start a run and print its number."""
    from desktop import inspections, questions, watch

    kind = inspections.YEARLY if args.yearly else inspections.SELF
    with opened_store() as store:
        checker = watch.look(store).checker
        book, today = checker.context.book, store.clock().date()
        live = [one.id for one in checker.register.accounts.values() if one.running]
        asked = questions.laid_out(questions.asked(book, questions.lists()), live)
        with store.write(f"开始{kind}") as session:
            run = inspections.begin(session, kind, book, checker.findings(), asked, today=today, cutoff=today)
            print(f"{run.title}，编号 {run.id}。")
    return 0


def show(args: Namespace) -> int:
    """Print a run; exit code 1 while something in it is open."""
    from desktop import inspections

    with opened_store() as store, store.read() as session:
        run = _run(session, args.number)
        print(
            f"{run.title}\t编号 {run.id}\t截至 {run.cutoff}\t{f'{run.closed_on} 办结' if run.closed_on else '未办结'}"
        )
        for found in inspections.findings(session, run.id):
            print(f"题 {found.id}\t{found.verdict}\t{found.subject}\t{found.what}（{found.clause}）")
        for one in inspections.answers(session, run.id):
            print(f"问 {one.id}\t{one.answer or '未回答'}\t{one.question}\t{one.note}")
        left = inspections.progress(session, run.id)
    print(f"已回答 {left.answered} / {left.questions}，已处理 {left.settled} / {left.findings}")
    return 0 if left.done else 1


def answer(args: Namespace) -> int:
    """Answer one question."""
    from desktop import inspections

    with opened_store() as store:
        with store.read() as session:
            _there(session, inspections.InspectionAnswer, args.question)
        with store.write("回答自查提问") as session:
            inspections.answer(session, args.question, args.said, args.note)
            if args.alike:
                print(f"另有 {inspections.spread(session, args.question, args.said)} 个账号同样回答。")
    return 0


def judge(args: Namespace) -> int:
    """Say what becomes of one finding."""
    from desktop import inspections

    with opened_store() as store:
        with store.read() as session:
            _there(session, inspections.InspectionFinding, args.finding)
        with store.write("处理自查发现") as session:
            inspections.judge(session, args.finding, args.verdict, args.note)
    return 0


def proof(args: Namespace) -> int:
    """Keep a file as evidence for an answer."""
    from desktop import inspections, proofs

    with opened_store() as store:
        with store.read() as session:
            _there(session, inspections.InspectionAnswer, args.question)
        print(f"已存入 {proofs.attach(store, args.file, proofs.ANSWER, args.question).title}。")
    return 0


def words(args: Namespace) -> int:
    """Write what the reports add in the clerk's own words; what is not named stays."""
    with opened_store() as store, store.write("修改自查的补充内容") as session:
        run = _run(session, args.number)
        for key in ("influence", "advice"):
            if getattr(args, key) is not None:
                setattr(run, key, getattr(args, key).strip())
        print(f"{run.title}\n影响力：{run.influence}\n意见建议：{run.advice}")
    return 0


def sheets(args: Namespace) -> int:
    """Begin the 自查表 or 年审表 of every account in use and print the numbers of the filings."""
    from desktop import forms, inspections, sheets_given

    with opened_store() as store:
        with store.read() as session:
            run = _run(session, args.number)
            session.expunge(run)
        name = sheets_given.CHECK_SHEET if run.kind == inspections.SELF else sheets_given.YEARLY_SHEET
        made = sheets_given.begin_all(store, forms.find(name), run, store.clock().date())
    print(f"已起草 {len(made)} 张" + (f"，填报编号 {'、'.join(map(str, made))}。" if made else "，都已开过。"))
    return 0


def report(args: Namespace) -> int:
    """Write the draft of the 自查报告."""
    from desktop import reports, watch

    with opened_store() as store:
        book = watch.look(store).checker.context.book
        with store.read() as session:
            made = reports.self_inspection(session, _run(session, args.number), book, store.clock().date())
    return _write(made, args.output)


def close(args: Namespace) -> int:
    """Finish a run."""
    from desktop import inspections

    with opened_store() as store, store.write("办结自查") as session:
        run = inspections.close(session, _run(session, args.number).id, store.clock().date())
        print(f"{run.title} 已办结。")
    return 0


def listing(_: Namespace) -> int:
    """Print the batches and their problems; exit code 1 while one is to be mended."""
    from desktop import rectification

    waiting = 0
    with opened_store() as store, store.read() as session:
        for batch in rectification.batches(session):
            print(f"批次 {batch.id}\t{batch.title}\t{f'{batch.report_due} 前报告' if batch.report_due else ''}")
            for item in rectification.of_batch(session, batch.id):
                waiting += item.state == rectification.TO_DO
                print(f"\t{item.id}\t{item.state}\t{item.subject}\t{item.problem}\t{item.due_on or ''}")
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
        batch = rectification.take_run(session, _run(session, args.number).id, store.clock().date(), args.due)
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
        item = _there(session, rectification.Rectification, args.number)
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
        item = _there(session, rectification.Rectification, args.number)
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
        batch = _there(session, rectification.RectifyBatch, args.batch)
        on = None if args.undo else args.on or store.clock().date()
        count = rectification.send(session, batch, on)
        print(f"{batch.title}：{f'{on} 已报送，{count} 条记为已报送' if on else '没有报送'}。")
    return 0


def mending_proof(args: Namespace) -> int:
    """Keep a file as evidence that a problem was mended."""
    from desktop import proofs, rectification

    with opened_store() as store:
        with store.read() as session:
            _there(session, rectification.Rectification, args.number)
        print(f"已存入 {proofs.attach(store, args.file, proofs.RECTIFICATION, args.number).title}。")
    return 0


def mended(args: Namespace) -> int:
    """Write the draft of the 排查整改报告."""
    from desktop import rectification, reports

    with opened_store() as store, store.read() as session:
        batch = _there(session, rectification.RectifyBatch, args.batch)
        made = reports.mended(session, batch, store.clock().date())
    return _write(made, args.output)


def _write(made: Report, target: Path) -> int:
    """Write a report as text or laid out; exit code 1 when something in it is still empty."""
    from desktop import reports
    from desktop.commands.official import laid_out
    from desktop.paths import write_whole

    content = made.text.encode("utf-8-sig") if target.suffix.lower() == ".txt" else laid_out(made)
    print(write_whole(target, content))
    missing = reports.gaps(made)
    if missing:
        print(f"还没有内容：{'、'.join(missing)}")
    return 1 if missing else 0


def _run(session: Session, number: int | None) -> Inspection:
    from desktop import inspections

    runs = inspections.in_use(session)
    found = next((one for one in runs if number in (None, one.id)), None)
    if found is None:
        raise BadValue("没有这次自查。" if number else "还没有做过自查。", todo="请先用 tuanmei inspect begin 开始。")
    return found


def _there(session: Session, kind: type[Any], number: int) -> Any:
    found = session.get(kind, number)
    if found is None or found.trashed_at is not None:
        raise BadValue(f"没有编号为 {number} 的记录。", todo="请用 list 或 show 查看编号。")
    return found
