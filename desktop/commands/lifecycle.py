"""`tuanmei life …`, `tuanmei duty …`: opening, changing and closing accounts; trainings, drills, streams, incidents."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from desktop.commands import one_account, opened_store
from desktop.errors import BadValue

if TYPE_CHECKING:
    from desktop.lifecycle import LifeFiling
    from desktop.rulepacks import Rule
    from desktop.store import Store
    from desktop.watch import Look


def add(names: Any) -> None:
    """Add both commands to the grammar."""
    made = names.add_parser("life", help="开停变更：开设、变更、关停、注销的手续、备案和期限")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("list", help="列出办理事项和还缺的手续").set_defaults(run=listing)
    deed = deeds.add_parser("begin", help="登记一件办理事项")
    deed.add_argument("kind", metavar="事项", help="开设、变更、关停、注销")
    deed.add_argument("account", metavar="账号", help="账号名称、平台“名称”或编号")
    deed.add_argument("--on", type=date.fromisoformat, metavar="年-月-日", help="发生的日期，默认今天")
    deed.add_argument("--what", action="append", default=[], metavar="内容", help="变更了什么，如 账号名；可写几次")
    deed.add_argument("--reason", default="", metavar="原因")
    deed.add_argument("--ordered", action="store_true", help="上级责令关停、注销")
    deed.set_defaults(run=begin)
    for name, says, run in (
        ("mark", "登记一项手续已办", mark), ("file", "登记已备案", file), ("withdraw", "撤回", withdraw),
        ("announce", "登记已发关停公告", announce), ("submit", "登记已在平台提交注销", submit),
        ("end", "登记平台已注销", end),
    ):  # fmt: skip
        deed = deeds.add_parser(name, help=says)
        deed.add_argument("number", type=int, metavar="编号", help="见 tuanmei life list")
        deed.add_argument("--on", type=date.fromisoformat, metavar="年-月-日", help="哪一天办的，默认今天")
        deed.set_defaults(run=run)
        if name == "mark":
            deed.add_argument("step", metavar="手续", help="如 指导教师签字，见 list")
            deed.add_argument("--undo", action="store_true", help="取消这项登记")
        elif name == "file":
            deed.add_argument("--no", default="", metavar="备案编号")
        elif name == "withdraw":
            deed.add_argument("--why", required=True, metavar="原因")
        elif name == "submit":
            deed.add_argument("--followers", type=int, metavar="人数", help="提交时的关注人数，决定冻结期")
    made = names.add_parser("duty", help="值班事项：培训、演练、直播、留言、舆情")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deeds.add_parser("list", help="列出值班事项").set_defaults(run=duties)
    deed = deeds.add_parser("add", help="登记一件")
    deed.add_argument("kind", metavar="种类", help="写错时会列出全部种类")
    deed.add_argument("title", metavar="事项")
    deed.add_argument("--at", type=_moment, metavar="时间", help="如 2026-11-20T14:30，默认现在")
    deed.add_argument("--account", metavar="账号")
    deed.set_defaults(run=enter)
    deed = deeds.add_parser("sheet", help="用登记的内容开好对应的表")
    deed.add_argument("number", type=int, metavar="编号", help="见 tuanmei duty list")
    deed.set_defaults(run=sheet)
    deed = deeds.add_parser("slip", help="给一个账号的下一篇稿件新开三审三校审批单")
    deed.add_argument("account", metavar="账号", help="账号名称、平台“名称”或编号")
    deed.set_defaults(run=slip)
    for name, says in (("done", "第一步已办（已报、已转办）"), ("close", "已办结")):
        deed = deeds.add_parser(name, help=says)
        deed.add_argument("number", type=int, metavar="编号", help="见 tuanmei duty list")
        deed.set_defaults(run=advance)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是时间，请按 2026-11-20T14:30 填写") from error


def listing(_: Namespace) -> int:
    """Print every filing with the steps asked for and done."""
    from desktop import lifecycle, watch

    with opened_store() as store:
        look = watch.look(store)
        today = store.clock().date()
        with store.read() as session:
            for one in lifecycle.in_use(session):
                facts = look.checker.register.accounts.get(one.account_id)
                print(f"{one.id}\t{one.kind}\t{facts.title if facts else ''}\t{one.happened_on}\t{one.state(today)}")
                done = {step.name: step.done_on for step in lifecycle.steps(session, one.id)}
                for name, rule in _asked(look, one):
                    print(f"\t{done.get(name) or '未办'}\t{name}\t{rule.cite}")
    return 0


def _asked(look: Look, filing: LifeFiling) -> list[tuple[str, Rule]]:
    from desktop import lifecycle

    facts = look.checker.register
    account = facts.accounts.get(filing.account_id)
    level, platform = (facts.level_of(account), account.platform) if account else ("", "")
    return lifecycle.wanted(look.checker.context.book, filing.kind, level, platform)


def begin(args: Namespace) -> int:
    """Start a filing; a platform ordered to close cannot be opened again too soon."""
    from desktop import accounts, lifecycle
    from desktop.checking.filing import OPEN

    with opened_store() as store, store.write(f"登记{args.kind}：{args.account}") as session:
        number, today = one_account(session, args.account).id, store.clock().date()
        account = session.get_one(accounts.Account, number)
        if args.kind == OPEN:
            lifecycle.refuse_new_account(session, account.unit_id, account.platform, today)
        made = lifecycle.begin(
            session, number, args.kind, args.on or today, fields=args.what, reason=args.reason, ordered=args.ordered
        )
        print(f"已登记，编号 {made.id}。")
    return 0


def mark(args: Namespace) -> int:
    """Enter that a consent or signature is in, or take that back."""
    from desktop import lifecycle, watch

    with opened_store() as store:
        look = watch.look(store)

        def work(session: Any, one: LifeFiling, on: date) -> None:
            if args.undo:
                lifecycle.unmark(session, one, args.step, store.clock())
            else:
                lifecycle.mark(session, one, args.step, on)
                if args.step not in dict(_asked(look, one)):
                    print(f"已登记；所选规定没有要求“{args.step}”。")

        _do(store, args, f"{'取消' if args.undo else '登记'}手续：{args.step}", work)
    return 0


def file(args: Namespace) -> int:
    """Enter that it was filed.

    Raises:
        Refused: a step that the chosen packs ask for is not in.
    """
    from desktop import lifecycle, watch

    with opened_store() as store:
        look = watch.look(store)

        def work(session: Any, one: LifeFiling, on: date) -> None:
            asked = lifecycle.binding(look.checker.context.book, _asked(look, one))
            lifecycle.file(session, one, asked, on, args.no)

        _do(store, args, "登记备案", work)
    return 0


def withdraw(args: Namespace) -> int:
    """Give a filing up."""
    from desktop import lifecycle

    return _act(args, "撤回办理事项", lambda _, one, on: lifecycle.withdraw(one, on, args.why))


def announce(args: Namespace) -> int:
    """Enter that the closing was made public, with the usual wording."""
    from desktop import lifecycle

    def work(session: Any, one: LifeFiling, on: date) -> None:
        text = lifecycle.drafted(session, one, on)
        lifecycle.announce(session, one, on, text)
        print(text)

    return _act(args, "登记关停公告", work)


def submit(args: Namespace) -> int:
    """Enter that cancellation was submitted on the platform, and say how long it freezes the account."""
    from desktop import lifecycle, watch

    with opened_store() as store:
        look = watch.look(store)

        def work(session: Any, one: LifeFiling, on: date) -> None:
            account = look.checker.register.accounts.get(one.account_id)
            rules = look.checker.context.rules("life.freeze", account) if account else ()
            lifecycle.submit(session, one, on, lifecycle.freeze_days(rules, args.followers), args.followers)
            print(f"冻结期至 {one.frozen_until}" if one.frozen_until else "冻结期以平台提示为准")

        _do(store, args, "登记提交注销", work)
    return 0


def end(args: Namespace) -> int:
    """Enter that the platform has cancelled the account."""
    from desktop import lifecycle

    return _act(args, "登记平台已注销", lifecycle.end)


def _act(args: Namespace, title: str, work: Any) -> int:
    with opened_store() as store:
        _do(store, args, title, work)
    return 0


def _do(store: Store, args: Namespace, title: str, work: Any) -> None:
    from desktop.lifecycle import LifeFiling

    with store.write(title) as session:
        found = session.get(LifeFiling, args.number)
        if found is None or found.trashed_at is not None:
            raise BadValue(f"没有编号为 {args.number} 的办理事项。", todo="编号见 tuanmei life list。")
        work(session, found, args.on or store.clock().date())


def duties(_: Namespace) -> int:
    """Print what is on duty; exit code 1 while something waits."""
    from desktop import duty

    with opened_store() as store, store.read() as session:
        for one in duty.in_use(session):
            state = "已办结" if one.closed_at else "已办第一步" if one.done_at else "待办"
            print(f"{one.id}\t{one.kind}\t{one.at:%Y-%m-%d %H:%M}\t{state}\t{one.title}")
        return 1 if duty.waiting(session) else 0


def enter(args: Namespace) -> int:
    """Enter one thing on duty."""
    from desktop import duty

    with opened_store() as store, store.write(f"登记{args.kind}：{args.title}") as session:
        account = one_account(session, args.account).id if args.account else None
        made = duty.add(session, args.kind, args.title, args.at or store.clock(), account_id=account)
        print(f"已登记，编号 {made.id}。")
    return 0


def sheet(args: Namespace) -> int:
    """Begin the form of a thing on duty, or find the one begun."""
    from desktop import duty_sheets

    with opened_store() as store:
        print(f"填报编号 {duty_sheets.begin(store, args.number, store.clock().date())}。")
    return 0


def slip(args: Namespace) -> int:
    """Begin an approval slip."""
    from desktop import slips

    with opened_store() as store:
        with store.read() as session:
            account = one_account(session, args.account).id
        print(f"填报编号 {slips.begin(store, account)}。")
    return 0


def advance(args: Namespace) -> int:
    """Note the first step, or that all is done."""
    from desktop import duty

    with opened_store() as store, store.write("值班事项已办") as session:
        found = session.get(duty.Duty, args.number)
        if found is None or found.trashed_at is not None:
            raise BadValue(f"没有编号为 {args.number} 的值班事项。", todo="编号见 tuanmei duty list。")
        duty.advance(found, store.clock(), closed=args.deed == "close")
    return 0
