"""`tuanmei custody verify|list|extract`: the ledger of passwords from the command line."""

from __future__ import annotations

from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from desktop.commands import opened_store
from desktop.errors import BadValue


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("custody", help="密码保管：核验保管链、列出保管情况、摘录")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deed = deeds.add_parser("verify", help="核验保管链；完好返回 0，有改动返回 1 并指出第一处")
    deed.add_argument(
        "--paper", action="append", default=[], metavar="编号", help="纸面所印链尾，如 37-8f3ac210，可多次"
    )
    deed.set_defaults(run=verify)
    deed = deeds.add_parser("list", help="列出每个密码的保管人、更换日期和应办事项")
    deed.set_defaults(run=listing)
    deed = deeds.add_parser("extract", help="摘录一个月的保管链，末尾印链尾编号")
    deed.add_argument("--month", metavar="年-月", help="默认为本月")
    deed.add_argument("--to", type=Path, metavar="文件", help="写到 Word（.docx）或文本文件；默认显示在屏幕上")
    deed.set_defaults(run=extract)


def verify(args: Namespace) -> int:
    """Check the chain and the evidence beside the store."""
    from desktop import custody, evidence
    from desktop.chain import Anchor

    typed = [Anchor.parse(text) for text in args.paper]
    with opened_store() as store:
        with store.read() as session:
            faults, head, back = (
                custody.verify(session, typed),
                custody.head_of(session),
                custody.clock_steps_back(session),
            )
        damaged = evidence.damaged(store)
    for fault in faults:
        print(fault.sentence)
    for sentence in damaged:
        print(sentence)
    if faults or damaged:
        return 1
    print(f"保管链完好：共 {head.seq if head else 0} 环。" + (f"链尾：{head}" if head else ""))
    for seq in back:
        print(f"提示：第 {seq} 环的时间早于前一环，本机时钟可能被调过。")
    return 0


def listing(_: Namespace) -> int:
    """List every password with its holders and what is due."""
    from desktop import credentials, settings

    with opened_store() as store:
        period, today = settings.load(store.folder).rotate_days, store.clock().date()
        with store.read() as session:
            entries, without = credentials.entries(session), credentials.unregistered(session)
        for entry in entries:
            holders = "、".join(
                holder.name + (f"（借用，应还 {holder.due_back}）" if holder.due_back else "")
                for holder in entry.state.holders.values()
            )
            due = entry.due(period)
            late = "，已超期" if due and due < today else ""
            print(
                f"{entry.id}  {entry.platform}“{entry.account}”  {entry.kind}  保管：{holders or '（无人持有）'}  "
                f"上次更换：{entry.state.changed_on or '未登记'}  下次：{f'{due}{late}' if due else '不限'}"
                + (f"  {entry.state.must_change}" if entry.state.must_change else "")
                + (f"  信封 {entry.state.stale} 须重新封存" if entry.state.stale else "")
            )
        if without:
            print(f"没有登记密码的在用账号：{'、'.join(without)}")
    return 0


def extract(args: Namespace) -> int:
    """Extract a month of the chain; its newest link is noted as printed, so that paper anchors it."""
    from desktop import custody, custody_sheets, dates
    from desktop.paths import write_whole

    with opened_store() as store:
        first = _month(args.month, store.clock().date())
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if args.to and args.to.suffix.lower() == ".docx":
            print(custody_sheets.write_extract(store, first, last, args.to))
            return 0
        paper = f"{dates.month(first)}保管链摘录"
        with store.write("摘录保管链") as session:
            events = custody.events(session, since=first, until=last)
            head = custody.print_anchor(session, paper, store.clock())
        lines = [paper, *(custody.line(event) for event in events), f"链尾：{head}" if head else "保管链为空。"]
    text = "\n".join(lines) + "\n"
    if args.to:
        print(write_whole(args.to, text.encode("utf-8-sig")))
    else:
        print(text, end="")
    return 0


def _month(typed: str | None, today: date) -> date:
    if not typed:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError as error:
        raise BadValue(f"“{typed}”不是月份。", todo="请写成 2026-11 的样子。") from error
