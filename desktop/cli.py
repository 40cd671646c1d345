"""The command line: everything the window can do, done by the same functions.

Exit codes: 0 done; 1 done, and what was checked has faults; 2 refused, the reason on standard error.
"""

from __future__ import annotations

import argparse
import importlib
import io
import pkgutil
import re
import sys
from typing import Any, NoReturn

from desktop import __version__, commands
from desktop.errors import Refused

DONE, FAULTS, REFUSED = 0, 1, 2
SAID = (
    (r"the following arguments are required: (.+)", r"缺少 \1。"),
    (r"argument (.+): invalid fromisoformat value: '(.*)'", r"\1 写的“\2”不是日期，请写成 2026-11-20 的样子。"),
    (r"argument (.+): invalid (?:int|float) value: '(.*)'", r"\1 写的“\2”不是数字。"),
    (r"argument 命令: invalid choice: '?(.*?)'? \(choose from .*", r"没有“\1”这个命令。"),
    (r"argument (.+): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1 不能是“\2”，可以是 \3。"),
    (r"unrecognized arguments: (.+)", r"“\1”是多余的。"),
    (r"argument (.+): expected .*", r"\1 后面没有写内容，或写得太多、太少。"),
    (r"argument (.+): invalid .+ value: '?(.*?)'?", r"\1 不能是“\2”。"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 和 \2 只能写一个。"),
    (r"one of the arguments (.+) is required", r"\1 中要写一个。"),
    (r"ambiguous option: (.+) could match (.+)", r"“\1”不完整，可以是 \2。"),
)
"""What argparse says of a call that does not fit (Python 3.11 to 3.13), and how a clerk is told."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese where a clerk meets it."""

    def __init__(self, *words: Any, **options: Any) -> None:
        options["add_help"] = False
        super().__init__(*words, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def format_help(self) -> str:
        """The help text, with its one English word replaced."""
        return super().format_help().replace("usage:", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        """Refuse a call whose words do not fit."""
        print(f"命令写得不对：{_in_chinese(message)}\n用法见：{self.prog} --help", file=sys.stderr)
        raise SystemExit(REFUSED)


def _in_chinese(message: str) -> str:
    for english, chinese in SAID:
        if (found := re.fullmatch(english, message)) is not None:
            return found.expand(chinese).replace("'", "")  # some versions quote what may be chosen
    return message


def parser() -> Parser:
    """The whole grammar, collected from desktop/commands."""
    made = Parser(prog="tuanmei", description="团媒台账：新媒体账号的台账、填报、交接与报送。不带参数时打开窗口。")
    made.add_argument("--version", action="version", help="显示版本", version=f"团媒台账 {__version__}")
    made.add_argument("--self-check", action="store_true", help="检查安装是否完整，写出报告（只能放在最前）")
    names = made.add_subparsers(dest="command", metavar="命令", parser_class=Parser)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"desktop.commands.{module.name}").add(names)
    return made


def run(words: list[str]) -> int:
    """Do one command; refusals become one Chinese sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    grammar = parser()
    args = grammar.parse_args(words)
    if args.command is None:
        grammar.print_help()
        return REFUSED
    try:
        return int(args.run(args) or DONE)
    except Refused as refusal:
        print(str(refusal), file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away; Python would complain about it at exit
        return DONE
