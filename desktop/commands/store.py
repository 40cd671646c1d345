"""`tuanmei sample`, `backup`, `restore`, `history`, `undo`: the store from the command line."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from desktop import paths
from desktop.commands import opened_store


def add(names: Any) -> None:
    """Add the commands to the grammar."""
    made = names.add_parser("sample", help="建立示例单位，并把它的文件写到一个文件夹")
    made.add_argument("folder", type=Path, metavar="文件夹")
    made.add_argument("--date", type=date.fromisoformat, metavar="年-月-日", help="示例的“今天”，默认为当天")
    made.set_defaults(run=sample)
    made = names.add_parser("backup", help="立即备份数据")
    made.set_defaults(run=backup)
    made = names.add_parser("restore", help="从一份备份恢复数据（现有数据先另存一份）")
    made.add_argument("file", type=Path, metavar="备份文件")
    made.set_defaults(run=restore)
    made = names.add_parser("history", help="列出最近做过的事")
    made.add_argument("-n", type=int, default=30, metavar="条数")
    made.set_defaults(run=story)
    made = names.add_parser("undo", help="撤销上一步")
    made.set_defaults(run=undo)


def sample(args: Namespace) -> int:
    """Build the sample office and write its documents."""
    from desktop import sample as office

    with opened_store() as store:
        today = args.date or store.clock().date()
        office.build(store, today)
        for file in office.documents(store, args.folder, today):
            print(file)
    return 0


def backup(_: Namespace) -> int:
    """Make a verified copy of the store."""
    with opened_store() as store:
        print(store.back_up())
    return 0


def restore(args: Namespace) -> int:
    """Put a backup in the place of the store."""
    from desktop.store import restoring

    kept = restoring.restore(paths.home(), args.file)
    print(f"已恢复。恢复前的数据另存为：{kept}" if kept else "已恢复。")
    return 0


def story(args: Namespace) -> int:
    """List the newest actions."""
    from desktop.store import history

    with opened_store() as store, store.read() as session:
        for action in history.recent(session, args.n):
            mark = "（已撤销）" if action.undone_by else ""
            print(f"{action.at:%Y-%m-%d %H:%M}  {action.actor}  {action.title}{mark}")
    return 0


def undo(_: Namespace) -> int:
    """Take back the newest action."""
    from desktop import nouns

    nouns.load_all()
    with opened_store() as store:
        print(f"已撤销：{store.undo()}")
    return 0
