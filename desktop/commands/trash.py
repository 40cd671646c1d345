"""`tuanmei trash`: what is in the trash, and the way back."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from desktop.commands import opened_store
from desktop.errors import BadValue


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("trash", help="列出回收站里的内容；--restore 取回其中一项")
    made.add_argument("--restore", nargs=2, metavar=("类别", "编号"), help="取回，如 --restore 账号 12")
    made.set_defaults(run=trash)


def trash(args: Namespace) -> int:
    """List the trash, or put one thing back into use."""
    from desktop import trash as noun

    with opened_store() as store:
        if args.restore:
            word, number = args.restore
            if not number.isdecimal():
                raise BadValue(f"“{number}”不是编号。", todo="编号见 tuanmei trash 列出的第二列。")
            print(f"已取回：{word} {noun.restore(store, word, int(number))}。撤销：tuanmei undo")
            return 0
        with store.read() as session:
            found = noun.contents(session)
        for one in found:
            print(f"{one.word} {one.number}\t{one.title}\t{one.at:%Y-%m-%d %H:%M}")
        if not found:
            print("回收站是空的。")
    return 0
