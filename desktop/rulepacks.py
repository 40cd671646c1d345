"""Reading one rule pack file strictly: unknown keys, topics, units and dates are refused by name.

[pack]
id = "kunming-2023"            # also the file name of an added pack
title = "关于加强昆明团属新媒体内容发布管理的规定"
short = "昆明规定"              # as it is cited
issuer = "共青团昆明市委员会"
from = 2023-02-01              # or: undated = "why no date is known"
source = "where the text was read"
checked = 2026-11-20           # the day a person compared it
regions = ["5301"]             # region codes it governs; elsewhere it is only 参照; empty: everywhere
defaults = ["县级"]            # levels of units that start with it
[[rule]]
id = "S1-9"
clause = "第七条"
topic = "staff.publisher"
whom = "各账号运营单位"
kind = ["check"]
text = "own short wording"
values = ["在编", "长期工作人员"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from desktop.errors import BadFile
from desktop.topics import KINDS, SPANS, TOPICS, UNITS
from desktop.units import LEVELS


@dataclass(frozen=True)
class Head:
    """What is true of a whole pack."""

    id: str
    title: str
    short: str
    issuer: str
    source: str
    number: str = ""
    start: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause.

    Attributes:
        topic: one of TOPICS. whom: whom it binds, in words. levels: of units.LEVELS, empty for all.
        platforms: names of platforms, empty for all. kind: of KINDS; empty for a clause that is only shown.
        number, unit: as printed; None where the clause prints none.
        start, until: first and last day in force, None where open or not printed.
        values: whatever list the topic needs (identities, headings, steps). forbidden: identities that may not.
        doubtful: identities about which the clause leaves room, to be asked.
        window: first and last month and day of a yearly date. remind: month and day from which to remind.
        due, hour: a date of its own, for a clause that asks for something once. table: pairs of bound and number.
    """

    id: str
    head: Head
    clause: str
    topic: str
    whom: str
    text: str
    kind: frozenset[str]
    levels: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    number: float | None = None
    unit: str = ""
    start: date | None = None
    until: date | None = None
    values: tuple[str, ...] = ()
    forbidden: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    window: tuple[tuple[int, int], ...] = ()
    remind: tuple[int, int] | None = None
    due: date | None = None
    hour: time | None = None
    table: tuple[tuple[int, int], ...] = ()
    note: str = ""

    @property
    def cite(self) -> str:
        """Regulation and clause, as they are written in a document."""
        numbered = self.clause.startswith(("第", "附", "一、", "二（"))
        return f"{self.head.short}{self.clause}" if numbered else f"{self.head.short}（{self.clause}）"

    @property
    def measure(self) -> str:
        """The number with its unit, such as 3 个工作日; empty when none is printed."""
        if self.number is None:
            return ""
        number = f"{self.number:g}"
        return f"{number} 个{self.unit}" if self.unit == "工作日" else f"{number} {self.unit}"

    def covers(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return (self.start is None or day >= self.start) and (self.until is None or day <= self.until)

    def concerns(self, level: str, platform: str) -> bool:
        """Whether it speaks to units of this level about this platform; an unknown level hears general rules only."""
        return (not self.levels or level in self.levels) and (not self.platforms or platform in self.platforms)


@dataclass(frozen=True)
class Pack:
    """One regulation with its rules.

    Attributes:
        undated: why no first day is known; empty when there is one.
        borrowed: never binding for a League committee by itself, only a standard looked at (参照).
    """

    head: Head
    rules: tuple[Rule, ...]
    checked: date
    undated: str = ""
    borrowed: bool = False
    regions: tuple[str, ...] = ()
    defaults: frozenset[str] = frozenset()
    note: str = ""

    @property
    def id(self) -> str:
        """The pack's own name."""
        return self.head.id

    @property
    def short(self) -> str:
        """The name it is cited by."""
        return self.head.short

    @property
    def validity(self) -> str:
        """From when to when, in words."""
        start = f"{self.head.start} 起" if self.head.start else "未印施行日期"
        return f"{start}，{self.head.until} 止" if self.head.until else start

    def covers(self, day: date) -> bool:
        """Whether the pack speaks about a day."""
        start, until = self.head.start, self.head.until
        return (start is None or day >= start) and (until is None or day <= until)

    def rule(self, name: str, day: date) -> Rule:
        """One rule on one day.

        Raises:
            BadFile: no such rule, or it is not in force on that day; never a silent default.
        """
        for rule in self.rules:
            if rule.id == name and rule.covers(day):
                return rule
        raise BadFile(f"{self.short}在 {day} 没有编号为 {name} 的有效条款（{self.validity}）。")


_TEXT, _DAY, _LIST, _PAIR, _PAIRS = "文字", "日期", "文字列表", "[月, 日]", "[[数, 数], …]"
_PACK = {
    "id": _TEXT, "title": _TEXT, "short": _TEXT, "issuer": _TEXT, "source": _TEXT, "number": _TEXT, "from": _DAY,
    "until": _DAY, "undated": _TEXT, "checked": _DAY, "regions": _LIST, "defaults": _LIST, "borrowed": "是否",
    "note": _TEXT,
}  # fmt: skip
_PACK_NEEDS = {"id", "title", "short", "issuer", "source", "checked"}
_RULE = {
    "id": _TEXT, "clause": _TEXT, "topic": _TEXT, "whom": _TEXT, "text": _TEXT, "kind": _LIST, "levels": _LIST,
    "platforms": _LIST, "number": "数", "unit": _TEXT, "from": _DAY, "until": _DAY, "values": _LIST,
    "forbidden": _LIST, "doubtful": _LIST, "window": _PAIRS, "remind": _PAIR, "due": _DAY, "hour": "时刻",
    "table": _PAIRS, "note": _TEXT,
}  # fmt: skip
_RULE_NEEDS = {"id", "clause", "topic", "whom", "text", "kind"}


def read_pack(file: Path) -> Pack:
    """One pack file, checked key by key.

    Raises:
        BadFile: naming file, rule and what is wrong.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(
            f"规定包“{file.name}”读不出来（{error}）。", where=str(file.parent), todo="请检查文件。"
        ) from error
    reader = _Reader(file)
    if set(data) - {"pack", "rule"} or not isinstance(data.get("pack"), dict):
        raise reader.bad("文件", "应由一段 [pack] 和若干段 [[rule]] 组成")
    return reader.pack(data["pack"], data.get("rule", []))


class _Reader:
    """Reads the tables of one file; every refusal names the file and the rule."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def bad(self, where: str, what: str) -> BadFile:
        return BadFile(f"规定包“{self.file.name}”的{where}：{what}。", where=str(self.file), todo="请改正后再导入。")

    def pack(self, table: Mapping[str, Any], rules: Any) -> Pack:
        self.keys(table, _PACK, _PACK_NEEDS, "[pack]")
        start, until, undated = table.get("from"), table.get("until"), table.get("undated", "")
        if (start is None) == (not undated):
            raise self.bad("[pack]", "from 和 undated 必须而且只能有一个")
        if start and until and until < start:
            raise self.bad("[pack]", "until 早于 from")
        unknown = set(table.get("defaults", [])) - set(LEVELS)
        if unknown:
            raise self.bad("[pack]", f"defaults 里有不认识的单位层级 {'、'.join(sorted(unknown))}")
        if not isinstance(rules, list) or not rules:
            raise self.bad("[[rule]]", "没有任何条款")
        named = {key: table[key] for key in ("id", "title", "short", "issuer", "source")}
        head = Head(**named, number=table.get("number", ""), start=start, until=until)
        read = tuple(self.rule(rule, head) for rule in rules)
        twins = {rule.id for rule in read if sum(other.id == rule.id for other in read) > 1}
        if twins:
            raise self.bad("[[rule]]", f"编号重复：{'、'.join(sorted(twins))}")
        return Pack(
            head, read, table["checked"], undated, table.get("borrowed", False), tuple(table.get("regions", ())),
            frozenset(table.get("defaults", ())), table.get("note", ""),
        )  # fmt: skip

    def rule(self, table: Any, head: Head) -> Rule:
        name = str(table.get("id", "?")) if isinstance(table, dict) else "?"
        if not isinstance(table, dict):
            raise self.bad("[[rule]]", "应是一段表")
        self.keys(table, _RULE, _RULE_NEEDS, name)
        self.vocabulary(table, name)
        start, until = table.get("from", head.start), table.get("until", head.until)
        if (head.start and (start or date.min) < head.start) or (head.until and (until or date.max) > head.until):
            raise self.bad(name, "有效期超出了整个规定的有效期")
        if start and until and until < start:
            raise self.bad(name, "until 早于 from")
        given: dict[str, Any] = {key: value for key, value in table.items() if key not in {"from", "until"}}
        for key in ("kind", "levels", "platforms", "forbidden", "doubtful"):
            given[key] = frozenset(given.get(key, ()))
        for key in ("window", "table"):
            given[key] = tuple((a, b) for a, b in given.get(key, ()))
        given["values"] = tuple(given.get("values", ()))
        if "remind" in given:
            given["remind"] = tuple(given["remind"])
        return Rule(**given, head=head, start=start, until=until)

    def vocabulary(self, table: Mapping[str, Any], name: str) -> None:
        """Refuse words outside the closed lists, a number without a unit, dates that cannot be."""
        for key, known in (("kind", set(KINDS)), ("levels", set(LEVELS))):
            unknown = set(table.get(key, [])) - known
            if unknown:
                raise self.bad(name, f"{key} 里有不认识的词 {'、'.join(sorted(unknown))}")
        if table["topic"] not in TOPICS:
            raise self.bad(name, f"没有“{table['topic']}”这个事项")
        if ("number" in table) != ("unit" in table):
            raise self.bad(name, "number 和 unit 必须同时写")
        if "unit" in table and table["unit"] not in UNITS:
            raise self.bad(name, f"不认识单位“{table['unit']}”")
        if "unit" in table and table["unit"] in SPANS and table["number"] != int(table["number"]):
            raise self.bad(name, "期限应是整数")
        for month, day in [*table.get("window", ()), *([table["remind"]] if "remind" in table else [])]:
            if not (1 <= month <= 12 and 1 <= day <= 31):
                raise self.bad(name, f"没有 {month} 月 {day} 日")

    def keys(self, table: Mapping[str, Any], known: Mapping[str, str], needed: set[str], where: str) -> None:
        """Refuse unknown and missing keys and values of the wrong kind."""
        unknown, missing = sorted(set(table) - set(known)), sorted(needed - set(table))
        if unknown:
            raise self.bad(where, f"不认识的项目 {'、'.join(unknown)}")
        if missing:
            raise self.bad(where, f"缺少 {'、'.join(missing)}")
        for key, value in table.items():
            if not _fits(value, known[key]):
                raise self.bad(where, f"{key} 应是{known[key]}")
            if key in needed and value in ("", None):
                raise self.bad(where, f"{key} 是空的")


def _fits(value: Any, kind: str) -> bool:
    if kind == _TEXT:
        return isinstance(value, str)
    if kind == _DAY:
        return type(value) is date
    if kind == "是否":
        return isinstance(value, bool)
    if kind == "数":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind == "时刻":
        return isinstance(value, time)
    if not isinstance(value, list):
        return False
    if kind == _LIST:
        return all(isinstance(item, str) for item in value)
    if kind == _PAIR:
        return _pair(value)
    return all(_pair(item) for item in value)


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value)
