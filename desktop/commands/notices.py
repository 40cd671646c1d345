"""`tuanmei tasks`: the notices still open, what a kept notice says, and its correction."""

from __future__ import annotations

import argparse
import sys

from desktop.commands import opened_store
from desktop.errors import BadValue


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Offer the command."""
    tasks = subparsers.add_parser("tasks", help="待报的上级通知：编号、期限、还差什么；写编号看一份，再写栏目就改")
    tasks.add_argument("number", type=int, nargs="?", metavar="编号", help="看这份通知登记的各栏")
    tasks.add_argument("field", nargs="?", metavar="栏目", help="要改的一栏，如“报送期限”")
    tasks.add_argument("values", nargs="*", metavar="内容", help='新的内容；有几张表就写几个，清空写 ""')
    tasks.set_defaults(run=run_tasks)


def run_tasks(arguments: argparse.Namespace) -> int:
    """List the open notices; with a number print that notice, with a field correct it.

    Raises:
        BadValue: there is no such notice or field, or the values do not fit it (see `notices.change`).
    """
    from desktop import notices, wanted
    from desktop.commands.answering import notice_of
    from desktop.notice_reading import FIELDS, LISTS, SEVERAL

    if arguments.number is None:
        return _listed()
    keys = {title: key for key, title in FIELDS.items()}
    key = keys.get(arguments.field, "")
    if arguments.field is not None and not (key and arguments.values):
        missing = "没有写内容。" if key else f"没有“{arguments.field}”这一栏。"
        raise BadValue(missing, todo=f"栏目有{'、'.join(keys)}。")
    if len(arguments.values) > 1 and key not in (*LISTS, *SEVERAL):
        raise BadValue("只能写一项。", where=arguments.field, todo="内容里有空格的，请用引号括起来。")
    with opened_store() as store:
        notice = notice_of(store, arguments.number)
        if key:
            with store.write("修改通知") as session:
                kept = session.get_one(notices.Notice, notice.id)
                notices.change(session, kept, {key: arguments.values}, store.clock())
            wanted.link_forms(store, notice.id)
        with store.read() as session:
            found = notices.confirmed_values(session, session.get_one(notices.Notice, notice.id))
    for field, title in FIELDS.items():
        sys.stdout.write(f"{title}\t{'、'.join(found[field])}\n")
    return 0


def _listed() -> int:
    """Print the open notices, the most urgent first, and what each still wants."""
    from desktop import notices, wanted

    with opened_store() as store, store.read() as session:
        for task in notices.tasks(session):
            notice = task.notice
            due = f"{notice.due_on:%Y-%m-%d} {notice.due_hour}".strip() if notice.due_on else "没有期限"
            sys.stdout.write(f"{notice.id}\t{due}\t{notice.title}\n")
            for want in wanted.wants(session, notice):
                sys.stdout.write(f"\t{want.state}\t{want.item.name}\n")
            for doubt in task.doubts:
                sys.stdout.write(f"\t注意\t{doubt}\n")
    return 0
