"""`tuanmei check`, `due`, `packs`, `holidays`: what is wrong, what is due, by which rules and which calendar."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import paths
from desktop.commands import opened_store

if TYPE_CHECKING:
    from desktop.checking.findings import Finding
    from desktop.due.item import Due
    from desktop.store import Store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("check", help="按所选规定检查台账，列出发现的问题和依据")
    made.add_argument("--json", action="store_true", help="输出 JSON")
    made.set_defaults(run=check)
    made = names.add_parser("due", help="列出待办和期限")
    made.add_argument("--json", action="store_true", help="输出 JSON")
    made.add_argument("--ics", type=Path, metavar="文件", help="另存为日历文件")
    made.set_defaults(run=due)
    made = names.add_parser("packs", help="列出、导入、选用规定包")
    made.add_argument("--add", type=Path, metavar="文件", help="导入一个规定包")
    made.add_argument("--use", metavar="编号", help="选用")
    made.add_argument("--drop", metavar="编号", help="不再选用")
    made.add_argument(
        "--since", type=date.fromisoformat, metavar="年-月-日", help="本单位开始执行的日期（与 --use 同用）"
    )
    made.add_argument(
        "--standing", choices=["依据", "参照"], help="本单位把它作依据还是参照（与 --use 同用），默认按地区"
    )
    made.set_defaults(run=packs)
    made = names.add_parser("holidays", help="查看放假安排；给出通知文本文件时录入该年份（- 为标准输入）")
    made.add_argument("notice", nargs="?", metavar="文件", help="国务院办公厅放假通知的文本")
    made.add_argument("--year", type=int, metavar="年份", help="文本里没有标题时指定")
    made.set_defaults(run=holidays)


def check(args: Namespace) -> int:
    """Print every finding; exit code 1 when something must or should be mended."""
    from desktop import watch
    from desktop.checking.catalogue import Severity

    with opened_store() as store:
        checker = watch.look(store).checker
        found = checker.findings()
    if not checker.context.book.speaking:
        print("还没有选用规定，检查不了：请填写单位层级，或用 tuanmei packs --use 选用。", file=sys.stderr)
    if args.json:
        print(json.dumps([_finding(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            since = f"（{one.since} 起）" if one.since else ""
            print(f"[{one.severity.word}] {one.title}：{one.what}{since}\n    依据：{one.clause}\n    办法：{one.todo}")
        print(f"共 {len(found)} 项：" + "，".join(f"{one.word} {_count(found, one)}" for one in Severity))
    return 1 if any(one.severity < Severity.BLUE for one in found) else 0


def due(args: Namespace) -> int:
    """Print what is due, most pressing first; exit code 1 when something is late."""
    from desktop import deadlines, settings, watch

    with opened_store() as store:
        look = watch.look(store)
        items = deadlines.due_now(store, look, settings.load(store.folder).rotate_days)
    if args.ics:
        print(paths.write_whole(args.ics, deadlines.calendar_file(items, look.now)), file=sys.stderr)
    if args.json:
        print(json.dumps([_due(one) for one in items], ensure_ascii=False, indent=1))
    else:
        for one in items:
            last = f"{one.on}{f' {one.hour:%H:%M}' if one.hour else ''}" if one.on else "          "
            print(f"{last}  [{one.tag}] {one.title}" + (f"\n            {one.basis}" if one.basis else ""))
        print(f"共 {len(items)} 项，已超期 {sum(one.late for one in items)} 项。")
        unknown = look.calendar.uncovered(look.now.date())
        if unknown:
            print(unknown, file=sys.stderr)
    return 1 if any(one.late for one in items) else 0


def packs(args: Namespace) -> int:
    """List the rule packs with what is chosen, after taking in or choosing one."""
    from desktop import adoption, rules
    from desktop.errors import Refused
    from desktop.rules import Rulebook

    if args.add:
        pack = rules.add_pack(args.add)
        print(f"已导入“{pack.head.title}”，共 {len(pack.rules)} 条。")
    with opened_store() as store:
        known = rules.packs()
        for name, chosen in ((args.use, True), (args.drop, False)):
            if name is None:
                continue
            if name not in known and (chosen or not _decided(store, name)):
                raise Refused(f"没有编号为“{name}”的规定包。", todo="请先用 tuanmei packs 查看编号。")
            with store.write(
                f"{'选用' if chosen else '不再选用'}规定：{known[name].short if name in known else name}"
            ) as session:
                adoption.choose(
                    session, name, chosen, args.since if chosen else None, args.standing or "" if chosen else ""
                )
        with store.read() as session:
            chosen_now, gone = adoption.taken_up(session, known)
    mine = {one.pack.id: one for one in Rulebook(chosen_now).chosen}
    for pack in known.values():
        mark = mine[pack.id].standing if pack.id in mine else "    "
        print(f"{mark}  {pack.id:<18} {pack.short}（{pack.validity}，{len(pack.rules)} 条）")
    for name in gone:
        print(f"找不到  {name}（重新导入，或 tuanmei packs --drop {name}）")
    return 1 if gone else 0


def _decided(store: Store, name: str) -> bool:
    from desktop import adoption

    with store.read() as session:
        return name in adoption.choices(session)


def holidays(args: Namespace) -> int:
    """Take in a pasted notice, then list the years that are known."""
    from desktop.holiday_notice import keep_year, parse_notice
    from desktop.workdays import WorkCalendar

    if args.notice:
        text = sys.stdin.read() if args.notice == "-" else _read(Path(args.notice))
        year = parse_notice(text, args.year)
        print(f"已录入 {year.year} 年放假安排：{keep_year(year, paths.home() / 'holidays')}")
    for known in sorted(WorkCalendar.load().years.values(), key=lambda one: one.year):
        print(f"{known.year}  {known.source}")
    return 0


def _read(file: Path) -> str:
    from desktop.errors import BadFile

    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"“{file.name}”读不出来。", where=str(file.parent), todo="请存成 UTF-8 的文本文件。") from error


def _count(found: list[Finding], severity: int) -> int:
    return sum(one.severity == severity for one in found)


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "severity": one.severity.word, "kind": one.kind, "id": one.id,
        "subject": one.title, "what": one.what, "since": str(one.since) if one.since else None,
        "rules": [rule.id for rule in one.rules], "clauses": list(one.cites), "todo": one.todo, "action": one.action,
    }  # fmt: skip


def _due(one: Due) -> dict[str, Any]:
    return {
        "key": one.key, "title": one.title, "due": str(one.on) if one.on else None,
        "hour": f"{one.hour:%H:%M}" if one.hour else None, "left": one.tag, "late": one.late,
        "clauses": list(one.cites), "note": one.note, "counted": one.counted, "action": one.action,
    }  # fmt: skip
