"""Breaking the title of an official document: lines in the shape of a trapezium or a lozenge, words kept whole.

The shapes are those of GB/T 9704-2012. Words are told by the list below, for nothing else here knows Chinese words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

MOST_LINES = 3
_WHOLE = re.compile(
    r"[0-9A-Za-z.,〔〕%]+[年月号]?|《[^》]{1,12}》|共青团|委员会|新媒体|公众号|视频号|抖音号|服务号|订阅号|志愿者?|青年|平台|账号|"
    r"统计表|备案表?|变更|关停|注销|开设|开通|申请|申报|情况|工作|管理|自查|整改|排查|问题|意见|建议|报告|请示|通知|通报|办法|"
    r"说明|人员|培训|交接|密码|保管|年度|季度|全[区市县旗校]|团属|政务|网络|部分|长期|更新|关于|开展|进一步|加强|规范|落实"
)
_NEVER_FIRST = "的、，。；：）》”〕！？"
_NEVER_LAST = "（《“〔"
_OPENS = ("关于", "和", "与", "及", "暨", "对")  # a line may well begin with these
_TORN, _PLAIN, _HOURGLASS, _SHORT = 100.0, 4.0, 30.0, 12.0


def broken(title: str, most: int) -> str:
    """The title with a line break wherever a line ends; one that fits on a line, or was broken by hand, stays.

    Args:
        title: as the clerk wrote it.
        most: Chinese characters on a line.
    """
    if "\n" in title or _wide(title) <= most:
        return title
    for count in range(math.ceil(_wide(title) / most), MOST_LINES + 1):
        found = min(_ways(title, count, most), key=_cost, default=None)
        if found is not None:
            return "\n".join(found)
    return title


def _wide(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _ways(title: str, count: int, most: int) -> Iterator[list[str]]:
    places = [at for at in range(2, len(title) - 1)
              if title[at] not in _NEVER_FIRST and title[at - 1] not in _NEVER_LAST]  # fmt: skip
    for cuts in combinations(places, count - 1):
        lines = [title[a:b] for a, b in pairwise((0, *cuts, len(title)))]
        if all(_wide(line) <= most for line in lines):
            yield lines


def _cost(lines: Sequence[str]) -> float:
    """How far the lines are from a trapezium or lozenge of whole words; the least wins."""
    widths = [_wide(line) for line in lines]
    cost = max(widths) - min(widths)
    if any(a > b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False)):
        cost += _HOURGLASS
    if len(set(widths)) == 1:
        cost += 1.0  # a rectangle
    if min(widths) < 4:
        cost += _SHORT
    title, at = "".join(lines), 0
    inside = {place for word in _WHOLE.finditer(title) for place in range(word.start() + 1, word.end())}
    for line, following in pairwise(lines):
        at += len(line)
        cost += _TORN if at in inside else 0.0
        cost += 0.0 if following.startswith(_OPENS) or line.endswith(("的", "、")) else _PLAIN
    return cost
