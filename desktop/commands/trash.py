"""`tuanmei trash`: what is in the trash, the way into it and the way back."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from desktop.commands import opened_store
from desktop.errors import BadValue


def add(names: Any) -> None:
    """Add the command to the grammar."""
    grammar = names.add_parser("trash", help="列出回收站里的内容；--put 移入一项，--restore 取回一项")
    grammar.set_defaults(run=trash)
    made = grammar.add_mutually_exclusive_group()
    made.add_argument("--put", nargs=2, metavar=("类别", "编号"), help="移入回收站，如 --put 填报 3")
    made.add_argument("--restore", nargs=2, metavar=("类别", "编号"), help="取回，如 --restore 账号 12")


def trash(args: Namespace) -> int:
    """List the trash, put one thing into it or back into use.

    Raises:
        Refused: there is no such thing, it is still needed, or it cannot come back.
    """
    from desktop import trash as noun

    with opened_store() as store:
        if args.put or args.restore:
            word, number = args.put or args.restore
            if not number.isdecimal():
                raise BadValue(f"“{number}”不是编号。", todo="编号见各自的列表，或 tuanmei trash 列出的第二列。")
            deed, said = (noun.put_away, "已移入回收站") if args.put else (noun.restore, "已取回")
            print(f"{said}：{word} {deed(store, word, int(number))}。撤销：tuanmei undo")
            return 0
        with store.read() as session:
            found = noun.contents(session)
        for one in found:
            print(f"{one.word} {one.number}\t{one.title}\t{one.at:%Y-%m-%d %H:%M}")
        if not found:
            print("回收站是空的。")
    return 0
