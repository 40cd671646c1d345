"""Rule packs: every clause of the five regulations is there, the loader is strict, the strictest speaks first."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from desktop import rules
from desktop.errors import BadFile, Refused
from desktop.rulepacks import read_pack
from desktop.rules import BORROWED, Chosen, Rulebook
from desktop.topics import KINDS
from desktop.workdays import WorkCalendar

TODAY = date(2026, 11, 20)
SEEDS = {0: 15, 1: 15, 2: 21, 3: 20, 4: 5}
WORDS = {"记录": "record", "提醒": "remind", "检查": "check", "拦截": "block"}
PACK = """[pack]
id = "test"
title = "林川县团属新媒体管理办法"
short = "林川办法"
issuer = "共青团林川县委员会"
from = 2024-01-01
source = "原文"
checked = 2026-11-20
[[rule]]
id = "LC-1"
clause = "第一条"
topic = "filing.new"
whom = "各级团组织"
kind = ["remind"]
text = "2 个工作日内备案"
number = 2
unit = "工作日"
"""


@pytest.fixture(scope="module")
def known() -> dict[str, rules.Pack]:
    return rules.packs(rules.folders()[0])


def base(name: str) -> str:
    return name.rstrip("abcdefgh")


def test_every_clause_of_the_five_regulations_is_in_a_pack(known: dict[str, rules.Pack]) -> None:
    wanted = {f"S{seed}-{number}" for seed, count in SEEDS.items() for number in range(1, count + 1)}
    held = {base(rule.id) for pack in known.values() for rule in pack.rules}
    assert wanted - held == set()


def test_each_clause_does_what_the_survey_asks(known: dict[str, rules.Pack], shared: Path) -> None:
    """The kinds of the packs cover the action words of sections 1 to 5 of the survey, row by row."""
    kinds: dict[str, set[str]] = {}
    for pack in known.values():
        for rule in pack.rules:
            kinds.setdefault(base(rule.id), set()).update(rule.kind)
    rows = re.findall(r"^\| (S\d-\d+) \|.*\| ([^|]*) \|$", (shared / "domain" / "rules.md").read_text("utf-8"), re.M)
    assert len(rows) == sum(SEEDS.values())
    lacking = {}
    for name, action in rows:
        asked = {WORDS[word] for word in re.findall("记录|提醒|检查|拦截", action)}
        if not asked <= kinds[name]:
            lacking[name] = (action, kinds[name])
    assert lacking == {}


def test_every_pack_says_where_it_was_read_and_when(known: dict[str, rules.Pack]) -> None:
    assert len(known) >= 25
    for pack in known.values():
        assert pack.head.source
        assert pack.checked <= TODAY
        for rule in pack.rules:
            assert len(rule.text) >= 5, rule.id
            assert rule.kind <= set(KINDS)
            assert rule.kind or rule.topic in {"tell", "ask"}, rule.id


def test_public_packs_are_only_looked_at(known: dict[str, rules.Pack]) -> None:
    leagues = {"neimenggu-2019", "kunming-2023", "neikeda", "guangdong-2022", "naiman"}
    assert {pack.id for pack in known.values() if not pack.borrowed} == leagues


def test_the_strictest_speaks_first_and_all_are_named(known: dict[str, rules.Pack]) -> None:
    book = rules.whole(known).on(TODAY)
    assert [rule.measure for rule in book.of("activity.silent")] == [
        "10 天", "2 周", "1 个月", "2 个月", "3 个月", "1 年", "",
    ]  # fmt: skip
    assert [rule.measure for rule in book.of("filing.new")][:4] == ["3 个工作日", "3 个工作日", "5 个工作日", "30 天"]
    assert [rule.number for rule in book.of("activity.rate")] == [3, 1]
    assert [rule.number for rule in book.of("crosspost.schedule")] == [10]


def test_a_rule_for_clubs_does_not_speak_to_counties(known: dict[str, rules.Pack]) -> None:
    book = rules.whole(known).on(TODAY)
    assert [rule.id for rule in book.of("staff.publishers", "社团")] == ["S2-11"]
    assert book.of("staff.publishers", "县级") == ()
    assert [rule.id for rule in book.of("life.freeze", "县级", "微信公众号")] == ["WX-2"]
    assert book.of("life.freeze", "县级", "微博") == ()


def test_asking_before_the_first_day_is_an_error(known: dict[str, rules.Pack]) -> None:
    book = Rulebook([Chosen(known["kunming-2023"]), Chosen(known["guangdong-2022"])])
    with pytest.raises(Refused, match=r"2022-12-01.*昆明规定（2023-02-01 起）"):
        book.on(date(2022, 12, 1))
    partly = book.on(date(2023, 1, 1))
    assert [one.pack.short for one in partly.silent] == ["昆明规定"]
    assert partly.of("staff.publisher") == ()
    with pytest.raises(BadFile, match="S3-19"):
        known["guangdong-2022"].rule("S3-19", date(2022, 12, 27))
    assert known["guangdong-2022"].rule("S3-19", date(2022, 12, 28)).measure == "1 年"


def test_a_dated_demand_ends_with_its_day(known: dict[str, rules.Pack]) -> None:
    pack = known["neimenggu-2019"]
    assert pack.rule("S0-13", date(2019, 1, 25)).due == date(2019, 1, 25)
    with pytest.raises(BadFile):
        pack.rule("S0-13", date(2019, 1, 26))


def test_a_unit_is_bound_from_the_day_it_took_the_pack_up(known: dict[str, rules.Pack]) -> None:
    book = Rulebook([Chosen(known["neikeda"], since=date(2026, 9, 1)), Chosen(known["kunming-2023"], BORROWED)])
    assert [one.pack.id for one in book.on(date(2026, 8, 31)).silent] == ["neikeda"]
    now = book.on(TODAY)
    rule = now.of("filing.new")[0]
    assert now.since(rule) == date(2026, 9, 1)
    assert now.cite(rule) == "内科大办法第十一条（一）"
    assert now.cite(now.of("staff.publisher")[0]) == "参照 昆明规定第七条"


@pytest.mark.parametrize(
    ("day", "number", "unit", "moved"),
    [
        (date(2026, 1, 31), 1, "个月", date(2026, 2, 28)),
        (date(2024, 2, 29), 1, "年", date(2025, 2, 28)),
        (date(2026, 3, 31), -1, "个月", date(2026, 2, 28)),
        (date(2026, 1, 15), -3, "个月", date(2025, 10, 15)),
        (date(2026, 11, 20), -1, "年", date(2025, 11, 20)),
        (date(2026, 11, 20), 2, "周", date(2026, 12, 4)),
        (date(2026, 11, 20), -14, "天", date(2026, 11, 6)),
        (date(2026, 12, 31), 2, "个月", date(2027, 2, 28)),
    ],
)
def test_spans_of_the_calendar(day: date, number: int, unit: str, moved: date) -> None:
    assert rules.shift(day, number, unit) == moved


def test_due_days_are_counted_in_the_unit_of_the_clause(known: dict[str, rules.Pack]) -> None:
    calendar, book = WorkCalendar.load(), rules.whole(known).on(TODAY)
    due = {rule.id: rules.due_after(rule, date(2026, 9, 30), calendar).day for rule in book.of("filing.new")[:-1]}
    assert due["S2-6"] == date(2026, 10, 10)
    assert due["HB-1"] == date(2026, 10, 13)
    assert due["AK-1"] == date(2026, 10, 30)
    ahead = rules.ahead_of(book.of("stream.ahead")[0], date(2026, 11, 20), calendar)
    assert ahead.day == date(2026, 11, 13)


def test_a_pack_beside_the_store_is_found_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "新规定.toml"
    file.write_text(PACK, "utf-8")
    assert rules.add_pack(file).short == "林川办法"
    assert rules.packs()["test"].rules[0].number == 2
    file.write_text(PACK.replace("number = 2", "number = 1"), "utf-8")
    rules.add_pack(file)
    assert rules.packs()["test"].rules[0].number == 1
    assert [copy.name for copy in rules.folders()[1].glob("*")] == ["test.toml"]


def test_a_pack_that_uses_anothers_number_is_not_taken_in(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(PACK.replace("LC-1", "S2-6"), "utf-8")
    with pytest.raises(BadFile, match="S2-6 已被“内科大办法”使用"):
        rules.add_pack(file)
    assert not rules.folders()[1].exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "test"', 'id = "test"\nextra = 1', "不认识的项目 extra"),
        ('source = "原文"\n', "", "缺少 source"),
        ('source = "原文"', 'source = ""', "source 是空的"),
        ("from = 2024-01-01\n", "", "from 和 undated 必须而且只能有一个"),
        ("from = 2024-01-01", 'from = "2024-01-01"', "from 应是日期"),
        ("checked = 2026-11-20", "checked = 2026-11-20T00:00:00", "checked 应是日期"),
        ('topic = "filing.new"', 'topic = "filing.nwe"', "没有“filing.nwe”这个事项"),
        ('kind = ["remind"]', 'kind = ["warn"]', "不认识的词 warn"),
        ('unit = "工作日"', 'unit = "班"', "不认识单位“班”"),
        ('unit = "工作日"\n', "", "number 和 unit 必须同时写"),
        ("number = 2", "number = -2", "number 应是数"),
        ("number = 2", "number = 2.5", "期限应是整数"),
        ("number = 2", "number = 2\nfrom = 2023-01-01", "有效期超出"),
        ("number = 2", "number = 2\nuntil = 2023-01-01", "until 早于 from"),
        ("number = 2", 'number = 2\nlevels = ["村级"]', "不认识的词 村级"),
        ("number = 2", "number = 2\nwindow = [[13, 1]]", "没有 13 月 1 日"),
        ("number = 2", "number = 2\nremind = [12]", "remind 应是"),
        ("[[rule]]", "[[rules]]", "由一段"),
        ("checked = 2026-11-20", 'checked = 2026-11-20\ndefaults = ["村级"]', "不认识的单位层级"),
    ],
)
def test_a_bad_pack_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "包.toml"
    assert old in PACK
    file.write_text(PACK.replace(old, new), "utf-8")
    with pytest.raises(BadFile, match=re.escape(said)) as refusal:
        read_pack(file)
    assert "包.toml" in refusal.value.what


def test_two_rules_of_one_number_in_a_pack_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "包.toml"
    file.write_text(PACK + PACK[PACK.index("[[rule]]") :], "utf-8")
    with pytest.raises(BadFile, match="编号重复：LC-1"):
        read_pack(file)


@pytest.mark.parametrize("content", [b"", b"[pack]", b"\xff\xfe", b"a = ", b"pack = 3", b"[pack]\n[[rule]]"])
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "包.toml"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=r"包\.toml"):
        read_pack(file)


def test_a_changed_file_is_read_again(tmp_path: Path, known: dict[str, rules.Pack]) -> None:
    shutil.copy(rules.folders()[0] / "naiman.toml", tmp_path)
    assert list(rules.packs(tmp_path)) == ["naiman"]
    (tmp_path / "包.toml").write_text(PACK, "utf-8")
    assert sorted(rules.packs(tmp_path)) == ["naiman", "test"]
