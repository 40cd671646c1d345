"""File names by the superior's rule: `单位名+2021微博年审`, `部门/学院`, `XX学院五四评选材料`, `报送团支部+联系方式`.

A rule is words with places to fill. What is known is put in; what is not known stays and is named, for the clerk to
fill; a plus sign joins and is not written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.papers import safe_name

_UNIT_WORDS = "单位|部门|学院|学校|乡镇|社团|团委|团支部|组织|机构"
_KINDS = "[市县旗区]团委|学院|大学|中学|学校|单位|部门|乡镇|乡|镇|街道|社团|协会|团委|团支部|团总支|县|市|局"
_PLACES = (
    ("unit", r"部门/学院|学院/部门|单位/部门"),
    ("unit", rf"(?:报送|填报|申报|推荐)?(?:{_UNIT_WORDS})(?:全称|名称|名)?(?![\u4e00-\u9fff])"),
    ("unit", rf"(?:[XxＸｘ×＊*]{{2,4}}|某某?)(?:{_KINDS})"),
    ("title", r"(?:材料|表格|表单|附件|文件)(?:全称|名称|名)"),
    ("reporter", r"(?:姓\s*名|填报人|联系人|报送人|负责人)(?:姓名)?"),
    ("phone", r"联系(?:方式|电话)|手机号?码?|电\s*话"),
    ("account", r"(?:账号|帐号|平台|公众号|微博)(?:名称|名)"),
    ("year", r"年份|年度(?![\u4e00-\u9fff])|[XxＸｘ×]{2,4}(?=年)"),
    ("day", r"(?:报送)?日期"),
)
_BLANK = re.compile(r"[XxＸｘ×＊*]{2,}|_{2,}|＿{2,}|某某")


@dataclass(frozen=True)
class Facts:
    """What a rule may ask for; empty when not known."""

    unit: str = ""
    title: str = ""
    reporter: str = ""
    phone: str = ""
    account: str = ""
    year: str = ""
    day: str = ""


@dataclass(frozen=True)
class Named:
    """A name made by a rule (without ending), and the words of the rule that nobody could fill."""

    name: str
    open_places: tuple[str, ...] = ()


def fill(rule: str, facts: Facts) -> Named:
    """Fill a rule with facts; without a rule the name is unit and title."""
    if not rule.strip():
        unit = "" if facts.title.startswith(facts.unit) else facts.unit
        return Named(safe_name(f"{unit}{facts.title}"))
    text = re.sub(r"\s+", "", rule)
    missing: list[str] = []
    pieces: list[str] = []
    at = 0
    for start, end, key in _found(text):
        pieces.append(text[at:start])
        value = getattr(facts, key)
        if value:
            pieces.append(value)
        else:
            pieces.append(text[start:end])
            missing.append(text[start:end])
        at = end
    pieces.append(text[at:])
    name = re.sub(r"[+＋]", "", "".join(pieces))
    return Named(safe_name(name), (*missing, *_BLANK.findall(name)))


def _found(text: str) -> list[tuple[int, int, str]]:
    """Places in order, none overlapping, the longest first where two begin together."""
    every = [(found.start(), -found.end(), key) for key, pattern in _PLACES for found in re.finditer(pattern, text)]
    chosen: list[tuple[int, int, str]] = []
    for start, end, key in sorted(every):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, -end, key))
    return chosen


def apart(names: list[tuple[str, str]]) -> list[str]:
    """Make names with their endings distinct: the second and later of equal ones get their title, then a number.

    Args:
        names: (name with ending, title that tells it from the others).
    """
    used: set[str] = set()
    made: list[str] = []
    for name, title in names:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, f".{ending}") if dot else (name, "")
        candidate, number = f"{stem}{ending}", 1
        if candidate.casefold() in used and title and title not in stem:
            stem = f"{stem}-{title}"
            candidate = f"{stem}{ending}"
        while candidate.casefold() in used:
            number += 1
            candidate = f"{stem}-{number}{ending}"
        used.add(candidate.casefold())
        made.append(safe_name(candidate))
    return made
