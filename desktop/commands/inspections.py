"""`tuanmei inspect …`: runs of self-inspection, their answers, verdicts and report."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import opened_store
from desktop.errors import BadValue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.inspections import Inspection
    from desktop.reports import Report


def add(names: Any) -> None:
    """Add the command to the grammar."""
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
        run = run_of(session, args.number)
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
            there(session, inspections.InspectionAnswer, args.question)
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
            there(session, inspections.InspectionFinding, args.finding)
        with store.write("处理自查发现") as session:
            inspections.judge(session, args.finding, args.verdict, args.note)
    return 0


def proof(args: Namespace) -> int:
    """Keep a file as evidence for an answer."""
    from desktop import inspections, proofs

    with opened_store() as store:
        with store.read() as session:
            there(session, inspections.InspectionAnswer, args.question)
        print(f"已存入 {proofs.attach(store, args.file, proofs.ANSWER, args.question).title}。")
    return 0


def words(args: Namespace) -> int:
    """Write what the reports add in the clerk's own words; what is not named stays."""
    with opened_store() as store, store.write("修改自查的补充内容") as session:
        run = run_of(session, args.number)
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
            run = run_of(session, args.number)
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
            made = reports.self_inspection(session, run_of(session, args.number), book, store.clock().date())
    return write_report(made, args.output)


def close(args: Namespace) -> int:
    """Finish a run."""
    from desktop import inspections

    with opened_store() as store, store.write("办结自查") as session:
        run = inspections.close(session, run_of(session, args.number).id, store.clock().date())
        print(f"{run.title} 已办结。")
    return 0


def write_report(made: Report, target: Path) -> int:
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


def run_of(session: Session, number: int | None) -> Inspection:
    """The run of this number, or the newest.

    Raises:
        BadValue: there is none.
    """
    from desktop import inspections

    runs = inspections.in_use(session)
    found = next((one for one in runs if number in (None, one.id)), None)
    if found is None:
        raise BadValue("没有这次自查。" if number else "还没有做过自查。", todo="请先用 tuanmei inspect begin 开始。")
    return found


def there(session: Session, kind: type[Any], number: int) -> Any:
    """The record of this number.

    Raises:
        BadValue: there is none, or it lies in the trash.
    """
    found = session.get(kind, number)
    if found is None or found.trashed_at is not None:
        raise BadValue(f"没有编号为 {number} 的记录。", todo="请用 list 或 show 查看编号。")
    return found
