"""`tuanmei handover …` and `tuanmei departure …`: handing accounts over, and everything a departure asks for."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import one_account, one_person, opened_store
from desktop.errors import BadValue, Refused

if TYPE_CHECKING:
    from desktop.handover_view import View
    from desktop.store import Store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("handover", help="账号交接：收回 → 更换 → 变更备案 → 发放 → 三方签字归档")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deed = deeds.add_parser("list", help="列出正在办理的交接")
    deed.add_argument("--all", action="store_true", help="包括已归档和中止的")
    deed.set_defaults(run=listing)
    deed = deeds.add_parser("begin", help="开始一件交接")
    for name, said in (("account", "账号"), ("receiver", "接收人"), ("supervisor", "监交人")):
        deed.add_argument(name, metavar=said)
    deed.add_argument("--giver", metavar="移交人", help="同一份离任名单上的人一并移交")
    deed.add_argument("--also", action="append", default=[], metavar="接收人", help="另一位接收人，可多次")
    deed.add_argument("--reason", default="", metavar="事由")
    deed.set_defaults(run=begin)
    _of_one(deeds, "show", "一件交接办到哪一步、期限、移交清单", show)
    deed = _of_one(deeds, "step", "办结当前这一步", step)
    deed.add_argument("--on", type=date.fromisoformat, metavar="年-月-日", help="办理日期，默认今天")
    deed.add_argument("--by", default="", metavar="姓名", help="经办人")
    deed.add_argument("--note", default="", metavar="说明", help="备案的文号、归档的存放处等")
    deed.add_argument("--answer", default="", metavar="理由", help="规定对接收人有要求而仍要发放的理由")
    deed = _of_one(deeds, "tick", "办理移交清单的一项", tick)
    deed.add_argument("item", metavar="项目", help="清单里的序号或名称")
    deed.add_argument("state", metavar="状态", choices=["待办", "已办", "不涉及", "遗留"])
    deed.add_argument("--note", default="", metavar="说明", help="遗留的须写明")
    deed = _of_one(deeds, "fact", "填写变更后的内容", fact)
    deed.add_argument("field", metavar="项目", help="如 绑定手机号")
    deed.add_argument("after", metavar="变更后")
    deed = _of_one(deeds, "attach", "给当前这一步添加佐证（照片、扫描件）", attach)
    deed.add_argument("file", type=Path, metavar="文件")
    deed = _of_one(deeds, "settle", "发放以后，台账里的分工随交接调整", settle)
    deed = _of_one(deeds, "stop", "中止", stop)
    deed.add_argument("--reason", required=True, metavar="原因")
    deed = _of_one(deeds, "sheet", "写出账号交接单或变更备案表（同时在“填报与备案”留一份草稿）", sheet)
    deed.add_argument("--change", action="store_true", help="写变更备案表")
    deed.add_argument("-o", "--output", type=Path, required=True, metavar="文件.docx")
    _departures(names)


def _departures(names: Any) -> None:
    made = names.add_parser("departure", help="离任换届：一人或一届离任，要办的全部事项")
    deeds = made.add_subparsers(dest="deed", metavar="动作", required=True)
    deed = deeds.add_parser("begin", help="登记离任，列出要办的事")
    deed.add_argument("people", nargs="*", metavar="人员")
    deed.add_argument("--term", metavar="届次", help="一届全部离任，如 2025届")
    deed.add_argument("--on", type=date.fromisoformat, required=True, metavar="年-月-日", help="在任最后一天")
    deed.set_defaults(run=depart)
    deeds.add_parser("list", help="列出离任换届").set_defaults(run=departed)
    _of_one(deeds, "show", "一次离任要办的全部事项；有逾期的返回 1", tasks)


def _of_one(deeds: Any, name: str, said: str, run: Any) -> Any:
    deed = deeds.add_parser(name, help=said)
    deed.add_argument("number", type=int, metavar="编号")
    deed.set_defaults(run=run)
    return deed


def listing(args: Namespace) -> int:
    """List handovers with the step each is at."""
    from desktop import handover
    from desktop.accounts import Account

    with opened_store() as store, store.read() as session:
        for one in handover.everything(session) if args.all else handover.under_way(session):
            account = session.get_one(Account, one.account_id)
            names = [
                "、".join(person.name for person in found) or "—"
                for found in (handover.givers(session, one), handover.receivers(session, one))
            ]
            steps = handover.steps(session, one)
            now = handover.current(steps)
            state = f"第 {now.number} 步 / 共 5 步：{now.title}" if now else ("已归档" if steps[-1].done else "已中止")
            print(f"{one.id}  {account.title}  {names[0]} → {names[1]}  {one.begun_on} 起  {state}")
    return 0


def begin(args: Namespace) -> int:
    """Begin the handover of an account."""
    from desktop import handover

    with opened_store() as store:
        with store.read() as session:
            account = one_account(session, args.account)
            receiver, supervisor = one_person(session, args.receiver), one_person(session, args.supervisor)
            giver = one_person(session, args.giver).id if args.giver else None
            also = [one_person(session, word).id for word in args.also]
        number = handover.begin(
            store, account.id, receiver.id, supervisor.id, giver_id=giver, also=also, reason=args.reason
        )
        _say(_view(store, number))
    return 0


def show(args: Namespace) -> int:
    """Print one handover."""
    with opened_store() as store:
        _say(_view(store, args.number))
    return 0


def step(args: Namespace) -> int:
    """Close the step that is open."""
    from desktop import handover, handover_steps
    from desktop.handover_steps import Act

    with opened_store() as store:
        seen = _view(store, args.number)
        if seen.now is None:
            raise Refused(f"{seen.account.title}的这件交接已办结或中止。", todo="如需再交接，请重新开始一件。")
        act = Act(args.on or store.clock().date(), args.by, args.note)
        if seen.now.number == handover.ISSUE:
            handover_steps.issue(store, args.number, act, clashes=seen.clashes, answer=args.answer)
        else:
            deeds = {
                handover.TAKE_BACK: handover_steps.take_back, handover.CHANGE: handover_steps.change,
                handover.FILE: handover_steps.file, handover.ARCHIVE: handover_steps.archive,
            }  # fmt: skip
            deeds[seen.now.number](store, args.number, act)
        print(f"第 {seen.now.number} 步“{seen.now.title}”已办结。")
        _say(_view(store, args.number))
    return 0


def tick(args: Namespace) -> int:
    """Answer one line of the checklist."""
    from desktop import handover_items

    with opened_store() as store:
        lines = _view(store, args.number).lines
        found = [line for at, line in enumerate(lines, 1) if args.item in (str(at), line.title, line.item.key)]
        if len(found) != 1:
            raise BadValue(f"移交清单里没有“{args.item}”。", todo="序号和名称见 tuanmei handover show。")
        handover_items.tick(store, args.number, found[0].item.key, args.state, args.note)
        print(f"{found[0].title}：{args.state}。")
    return 0


def fact(args: Namespace) -> int:
    """Say what a fact becomes."""
    from desktop import handover

    with opened_store() as store:
        _view(store, args.number)
        handover.set_fact(store, args.number, args.field, args.after)
    print(f"变更后的{args.field}：{args.after or '（取消）'}")
    return 0


def attach(args: Namespace) -> int:
    """Keep a photo or scan beside the store for the open step."""
    from desktop import evidence

    with opened_store() as store:
        now = _view(store, args.number).now
        if now is None:
            raise Refused("这件交接已办结或中止，不能再添加佐证。", todo="请核对交接编号。")
        kept = evidence.attach(store, args.number, now.number, args.file)
    print(f"已存为第 {now.number} 步的佐证：{kept.name}（SHA-256 {kept.sha256[:16]}…）")
    return 0


def settle(args: Namespace) -> int:
    """Let the duties of the register follow the handover."""
    from desktop import handover_steps

    with opened_store() as store:
        _view(store, args.number)
        print(f"已调整 {handover_steps.settle_assignments(store, args.number)} 项分工。撤销：tuanmei undo")
    return 0


def stop(args: Namespace) -> int:
    """Stop a handover that is not going to be finished."""
    from desktop import handover

    with opened_store() as store:
        handover.stop(store, args.number, args.reason)
    print("已中止。")
    return 0


def sheet(args: Namespace) -> int:
    """Write the 交接单, or the 变更备案表; the end of the chain printed on a sheet is noted."""
    from desktop import custody, custody_sheets, filings
    from desktop.filling import fill
    from desktop.paths import write_whole

    with opened_store() as store:
        _view(store, args.number)
        begun = custody_sheets.begin_change if args.change else custody_sheets.begin_handover
        draft = filings.open_draft(store, begun(store, args.number, store.clock().date()))
        made = write_whole(args.output, fill(draft.form, draft.values, "docx"))
        with store.write(f"打印{draft.form.title}") as session:
            custody.note_printed(session, str(draft.values.get("chain", "")), draft.form.title, store.clock())
    print(made)
    return 0


def _view(store: Store, number: int) -> View:
    from desktop.handover import Handover
    from desktop.handover_view import view
    from desktop.workdays import WorkCalendar

    with store.read() as session:
        if session.get(Handover, number) is None:
            raise Refused(f"没有编号为 {number} 的交接。", todo="编号见 tuanmei handover list --all。")
        return view(session, number, WorkCalendar.load(), store.clock())


def _say(seen: View) -> None:
    print(f"{seen.handover.id}  {seen.account.title}\n{seen.parties}")
    for one in seen.steps:
        print(f"  {one.number}. {one.title}：{seen.tag(one)[0]}")
    if seen.due is not None:
        print(f"备案期限：{seen.due.day or ''} {seen.due.words}  {seen.due.cites[0]}")
    for credential, state, changed in seen.passwords:
        print(f"  密码 {credential.id} {credential.kind}：{'已更换' if changed else '待更换'}（第 {state.version} 个）")
    for name, before, after in seen.facts:
        print(f"  {name}：{before or '—'} → {after or '—'}")
    for at, line in enumerate(seen.lines, 1):
        bound = "  ".join(part for part in (line.about, f"待解绑 {'、'.join(line.waiting)}") if part)
        note = (f"（{line.note}）" if line.note else "") + (f"  {bound}" if line.waiting else "")
        print(f"  清单 {at} {line.title}：{line.state}{note}")
    for clash in seen.clashes:
        print(f"  注意：{clash}")
    if seen.stopped:
        print(f"已中止：{seen.stopped}")


def depart(args: Namespace) -> int:
    """Begin the list of a departure."""
    from desktop import departures

    if args.term and args.people:
        raise BadValue("届次和人员不能同时写。", todo="一届全部离任写 --term；只有几个人的，逐个写姓名。")
    with opened_store() as store:
        if args.term:
            number = departures.begin_term(store, args.term, args.on)
        else:
            with store.read() as session:
                leavers = [one_person(session, word).id for word in args.people]
            number = departures.begin(store, leavers, args.on)
        _tell(store, number)
    return 0


def departed(_: Namespace) -> int:
    """List departures."""
    from desktop import departures
    from desktop.leavers import people_of

    with opened_store() as store, store.read() as session:
        for one in departures.everything(session):
            print(f"{one.id}  {one.title}  {one.leave_on} 离任  {len(people_of(session, one))} 人")
    return 0


def tasks(args: Namespace) -> int:
    """Print the whole list of a departure; 1 when something is overdue."""
    with opened_store() as store:
        return _tell(store, args.number)


def _tell(store: Store, number: int) -> int:
    from desktop import adoption, departures
    from desktop.leavers import Departure
    from desktop.workdays import WorkCalendar

    now = store.clock()
    with store.read() as session:
        one = session.get(Departure, number)
        if one is None:
            raise Refused(f"没有编号为 {number} 的离任换届。", todo="编号见 tuanmei departure list。")
        in_force = adoption.rulebook(session).on(now.date())
        found = departures.tasks(session, one, in_force, WorkCalendar.load(), now)
    print(f"{one.id}  {one.title}  {one.leave_on} 离任，共 {len(found)} 项，已办 {sum(task.done for task in found)} 项")
    for task in found:
        print(
            f"  [{task.state}] {task.person}  {task.account}  {task.kind}：{task.what}"
            + (f"  {task.cite}" if task.cite else "")
        )
    return 1 if any(task.tone == departures.RED and not task.done for task in found) else 0
