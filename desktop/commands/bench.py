"""`tuanmei bench`: speed as ratios to floors measured in the same run."""

from __future__ import annotations

from argparse import Namespace
from typing import Any


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("bench", help="测速：与同一次运行中的下限相比的倍数")
    made.add_argument("only", nargs="*", metavar="项目", help="只测这些项目")
    made.set_defaults(run=bench)


def bench(args: Namespace) -> int:
    """Print every ratio; exit code 1 when a limit is exceeded."""
    from desktop.bench import measures

    good = True
    for name, group in measures():
        if args.only and name not in args.only:
            continue
        for ratio in group():
            good = good and ratio.good
            mark = "合格" if ratio.good else "超出"
            print(
                f"{ratio.name}：{ratio.value:.2f} 倍（上限 {ratio.limit:g} 倍，{mark}） "
                f"{ratio.ours:.1f} ms / {ratio.floor_name} {ratio.floor:.1f} ms",
                flush=True,
            )
    return 0 if good else 1
