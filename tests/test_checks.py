"""Checks: each rule fires when broken and not when kept; findings name clause and button; fast and incremental."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop import phones, rules
from desktop.bench import checks as bench
from desktop.checking import contacts
from desktop.checking.catalogue import ACTIONS, KINDS, Severity
from desktop.checking.facts import Register, StepFacts, UnitFacts
from desktop.checking.findings import Finding
from desktop.checks import Checker
from desktop.rules import BINDING, BORROWED, Chosen, Rulebook
from desktop.workdays import WorkCalendar
from tests.pace import ROOM, keeps, over
from tests.rule_cases import CASES, CHANGED, CLOSED, DRILL, PEOPLE, TODAY, UNIT, office, publisher, two, with_life

LONG = date(2025, 3, 3)
CALENDAR = WorkCalendar.load()
KNOWN = rules.packs(rules.folders()[0])
OWNER = {rule.id: pack for pack in KNOWN.values() for rule in pack.rules}


def check(register: Register, *packs: str, since: date | None = None) -> list[Finding]:
    book = Rulebook([Chosen(KNOWN[name], BINDING, since) for name in packs]) if packs else rules.whole(KNOWN)
    return Checker(register, book, CALENDAR, TODAY).findings()


def fired(register: Register, rule: str) -> set[str]:
    return {clause.id for finding in check(register, OWNER[rule].id) for clause in finding.rules}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_rule_fires_when_broken_and_not_when_kept(rule: str) -> None:
    breaks, keeps = CASES[rule]
    assert rule in fired(breaks, rule)
    assert rule not in fired(keeps, rule)


def test_every_kind_of_finding_has_a_button_and_is_used() -> None:
    folder = Path(contacts.__file__).parent
    used = "".join(file.read_text("utf-8") for file in folder.glob("*.py") if file.name != "catalogue.py")
    for code, kind in KINDS.items():
        assert kind.action in ACTIONS, code
        assert (f'"{code}"' in used) or (code.startswith("missing_") and f".{code[8:]}" in used), code


def test_a_finding_says_what_clause_since_when_and_what_to_do() -> None:
    silent = office(posted_on=date(2025, 11, 14), homepage="")
    found = next(one for one in check(silent) if one.code == "zombie")
    assert found.title == "微博“林川青年”"
    assert found.what == (
        "最近更新 2025-11-14，已 371 天未更新，超过 10 天、2 周、1 个月、2 个月、3 个月、1 年的界限。"
    )
    assert found.cites[0] == "闽侯县要求（更新要求）"
    assert "广东办法第二十六条（十一）" in found.cites
    assert found.since == date(2025, 11, 14)
    assert found.todo == "恢复更新；不再需要的，按程序关停注销。"
    assert ACTIONS[found.action].label == "去核实"
    assert found.severity == Severity.RED


def test_each_pack_has_its_own_threshold() -> None:
    silent = office(posted_on=date(2026, 10, 1))
    assert [one.code for one in check(silent, "guangdong-2022") if one.code == "zombie"] == []
    assert "zombie" in {one.code for one in check(silent, "hfut-2021")}
    assert "zombie" not in {one.code for one in check(silent, "gaotai-2025")}


def test_what_is_only_looked_at_is_one_step_milder() -> None:
    book = Rulebook([Chosen(KNOWN["kunming-2023"], BORROWED)])
    found = Checker(office(roles=publisher(4)), book, CALENDAR, TODAY).findings()
    assert [(one.code, one.severity) for one in found] == [("wrong_publisher", Severity.AMBER)]
    assert found[0].cites == ("参照 昆明规定第七条",)
    assert check(office(roles=publisher(4)), "kunming-2023")[0].severity == Severity.RED


def test_the_clean_office_is_clean_under_the_five_regulations() -> None:
    assert check(office(), "neimenggu-2019", "kunming-2023", "neikeda", "guangdong-2022", "naiman") == []


def test_filing_late_this_year_is_said_but_cannot_be_mended() -> None:
    late = office(opened_on=date(2026, 9, 30), filed_on=date(2026, 10, 13))
    assert [(one.code, one.severity) for one in check(late, "neikeda")] == [("filed_late", Severity.BLUE)]
    assert check(office(opened_on=date(2026, 9, 30), filed_on=date(2026, 10, 10)), "neikeda") == []


def test_accounts_older_than_the_regulation_fall_under_its_backlog_rule() -> None:
    old = office(opened_on=LONG, filed_on=None)
    found = next(one for one in check(old, "neikeda", since=date(2026, 11, 17)) if one.code == "unfiled")
    assert [rule.id for rule in found.rules] == ["S2-10"]
    assert "应在 2026-11-24 前备案" in found.what
    assert found.severity == Severity.AMBER
    assert "S2-10" not in {rule.id for one in check(office(), "neikeda", since=TODAY) for rule in one.rules}


def test_a_change_not_filed_in_time_is_red() -> None:
    soon = with_life(replace(CHANGED, happened_on=date(2026, 11, 18)))
    assert [(one.code, one.severity) for one in check(soon, "neikeda")] == [("change_unfiled", Severity.AMBER)]
    late = check(with_life(CHANGED), "neikeda")[0]
    assert late.severity == Severity.RED
    assert late.what == "后台管理人员于 2026-11-10 变更，还没有变更备案，应在 2026-11-13 前报备，已超期 7 天。"


def test_an_unknown_identity_is_asked_about() -> None:
    unsure = replace(office(roles=publisher(5)), people={**PEOPLE, 4: replace(PEOPLE[4], identity="")})
    assert [one.code for one in check(unsure, "kunming-2023")] == ["identity_unknown"]
    unknown = replace(unsure, accounts=office(roles=publisher(4)).accounts)
    assert [(one.code, one.severity) for one in check(unknown, "kunming-2023")] == [("identity_unknown", 2)]


def test_a_leaver_is_red_on_the_day_after() -> None:
    people = {**PEOPLE, 2: replace(PEOPLE[2], left_on=date(2026, 11, 16))}
    found = check(replace(office("省级"), people=people), "guangdong-2022")[0]
    assert (found.code, found.severity, found.kind, found.id) == ("leaver_bound", Severity.RED, "person", 2)
    assert found.what == "2026-11-16 离任，仍登记在 微博“林川青年” 上，已 4 天。"
    ended = tuple(replace(role, until=date(2026, 11, 16)) for role in office().accounts[1].roles)
    assert [one.code for one in check(replace(office("省级", roles=ended), people=people), "guangdong-2022")].count(
        "leaver_bound"
    ) == 0


def test_one_code_on_two_units_is_named_on_both() -> None:
    """Seed 004 prints 150525M027WX001 for 奈曼旗公安局 and for 沙日浩来镇."""
    shared = two(unit_id=2, name="多彩沙日浩来", code="150525M027WX001")
    units = {**shared.units, 2: UnitFacts(2, "沙日浩来镇人民政府", "乡镇街道", "下级", 1, region_code="150525")}
    first = replace(shared.accounts[1], code="150525M027WX001")
    register = replace(shared, units=units, accounts={**shared.accounts, 1: first})
    found = [one for one in check(register, "naiman") if one.code == "code_shared"]
    assert len(found) == 2
    assert found[0].what == "标识码 150525M027WX001 与 沙日浩来镇人民政府的抖音“多彩沙日浩来” 相同。"
    assert {one.code for one in check(register, "naiman") if one.id == 1} == {"code_shared", "code_prefix"}


def test_expired_contract_and_private_account() -> None:
    held = office(entrusted=True, entrusted_to="某传媒公司", contract_no="1", contract_until=date(2026, 11, 19))
    assert [one.code for one in check(held, "xunwu")] == ["contract_expired"]
    assert check(held, "xunwu")[0].what == "委托某传媒公司运营，合同 1 已于 2026-11-19 到期。"


@pytest.mark.parametrize(
    ("check_one", "text", "said"),
    [
        (contacts.bad_mail, "nmgzwgk163.con", "缺少“@”"),
        (contacts.bad_mail, "nmgzwgk@163.con", "“.con”不是“.com”"),
        (contacts.bad_mail, "a b@163.com", "地址中间有空格"),
        (contacts.bad_mail, "nmtwxmt@126.com", ""),
        (contacts.bad_mail, "", ""),
        (phones.wrong, "0471——5983881", ""),
        (phones.wrong, "0475-4222699", ""),
        (phones.wrong, "(0475) 4222699-802", ""),
        (phones.wrong, "13800000001", ""),
        (phones.wrong, "138****", ""),
        (phones.wrong, "138****0001", ""),
        (phones.wrong, "8120", ""),
        (phones.wrong, "1380000000", "应为 11 位"),
        (phones.wrong, "12800000001", "号段不存在"),
        (phones.wrong, "见附件", "不像电话号码"),
        (contacts.bad_link, "https://mp.weixin.qq.com/s/05L45qoWSu7HdiOGaP9 iA", "中间有空格"),
        (contacts.bad_link, "https;//mp.weixin.qq.com/s/uJoZ9sU7Ad5SzZ4f7Yp-Ww", "冒号写成了分号"),
        (contacts.bad_link, "weibo.com/linchuan", "不完整"),
        (contacts.bad_link, "https://weibo.com/linchuan", ""),
    ],
)
def test_contact_data(check_one, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    found = check_one(text)
    assert (said in found) if said else found == ""


def test_bad_contact_data_of_unit_person_and_account_have_their_own_buttons() -> None:
    register = replace(
        office(unit={"email": "linchuan163.con"}, bound_phone="1380000000"),
        people={**PEOPLE, 2: replace(PEOPLE[2], mobile="", office_phone="")},
    )
    found = check(register, "neimenggu-2019")
    assert {(one.code, one.kind, one.action) for one in found} == {
        ("bad_contact", "unit", "unit.edit"),
        ("bad_contact", "account", "account.edit"),
        ("no_phone", "person", "person.edit"),
    }


def test_a_day_no_pack_covers_is_an_error() -> None:
    with pytest.raises(rules.Refused, match="都不适用于 2022-01-01"):
        Checker(office(), Rulebook([Chosen(KNOWN["kunming-2023"])]), CALENDAR, date(2022, 1, 1))


def big(count: int) -> Register:
    """An office with many accounts of 40 units, a tenth of them faulty in different ways."""
    chance = random.Random(7)
    units = {number: replace(UNIT, id=number, name=f"第{number}团委") for number in range(1, 41)}
    people = {number: replace(PEOPLE[1 + number % 5], id=number) for number in range(1, 401)}
    made = {}
    for number in range(1, count + 1):
        clean = office().accounts[1]
        some = tuple(replace(role, person_id=chance.randrange(1, 401)) for role in clean.roles)
        account = replace(
            clean,
            id=number,
            unit_id=1 + number % 40,
            name=f"账号{number}",
            platform=chance.choice(["微博", "微信公众号", "抖音", "快手", "视频号", "B站"]),
            roles=some,
            code=f"150500M{number % 900:03d}WX001",
            posted_on=date(2026, 11, 18) if chance.random() > 0.1 else date(2025, 1, 1),
            filed_on=LONG if chance.random() > 0.1 else None,
        )
        made[number] = account
    return replace(office(), units={**units, 99: UNIT}, people=people, accounts=made, duties=(DRILL,))


def plain(found: list[Finding]) -> list[tuple[object, ...]]:
    return sorted((one.key, one.what, one.severity, one.cites, str(one.since)) for one in found)


def test_after_edits_the_findings_equal_a_fresh_look() -> None:
    chance = random.Random(3)
    register = big(60)
    book = rules.whole(KNOWN)
    checker = Checker(register, book, CALENDAR, TODAY)
    accounts, people, units = dict(register.accounts), dict(register.people), dict(register.units)
    for _ in range(60):
        number = chance.choice(list(accounts))
        kind = chance.randrange(5)
        if kind == 0:
            accounts[number] = replace(
                accounts[number],
                platform=chance.choice(["微博", "抖音"]),
                unit_id=chance.randrange(1, 41),
                code=accounts[chance.choice(list(accounts))].code,
            )
            checker.put_account(accounts[number])
        elif kind == 1:
            steps = (StepFacts("注销", date(2026, 6, 1), ordered=True),)
            accounts[number] = replace(accounts[number], state="注销", steps=steps, filed_on=None, roles=())
            checker.put_account(accounts[number])
        elif kind == 2:
            someone = chance.randrange(1, 401)
            people[someone] = replace(people[someone], identity="学生", left_on=date(2026, 11, 1), mobile="1")
            checker.put_person(people[someone])
        elif kind == 3:
            home = chance.randrange(1, 41)
            units[home] = replace(units[home], level=chance.choice(["社团", "校级", "机关部门"]), parent_id=None)
            checker.put_unit(units[home])
        else:
            del accounts[number]
            checker.drop_account(number)
    fresh = Checker(replace(register, accounts=accounts, people=people, units=units), book, CALENDAR, TODAY)
    assert plain(checker.findings()) == plain(fresh.findings())


def test_filings_and_papers_can_change_alone() -> None:
    checker = Checker(office(), rules.whole(KNOWN), CALENDAR, TODAY)
    before = {one.code for one in checker.findings()}
    changed = with_life(CHANGED)
    checker.put_rest(replace(changed, papers={}))
    after = {one.code for one in checker.findings()}
    assert after - before == {"change_unfiled", "no_paper"}
    checker.put_rest(office())
    assert {one.code for one in checker.findings()} == before


def test_a_thousand_accounts_against_all_packs_and_an_edit_among_them_keep_the_limits_of_the_bench() -> None:
    assert over(bench.ratios) == {}


def test_an_edit_among_a_thousand_is_looked_at_in_a_small_part_of_the_time_all_of_them_take() -> None:
    """200 ms are allowed for all and 10 ms after an edit, so a twentieth."""
    register, book = big(1000), rules.whole(KNOWN)
    assert len(Checker(register, book, CALENDAR, TODAY).findings()) > 1000
    checker = Checker(register, book, CALENDAR, TODAY)
    account, person = register.accounts[500], register.people[100]

    def everything() -> None:
        Checker(register, book, CALENDAR, TODAY).findings()

    def edit_account() -> None:
        checker.put_account(replace(account, filed_on=None, platform="抖音"))
        checker.of("account", 500)

    def edit_person() -> None:
        checker.put_person(replace(person, identity="学生"))

    assert keeps(edit_account, everything, ROOM / 20)
    assert keeps(edit_person, everything, ROOM / 20)


def test_a_borrowed_threshold_does_not_become_the_units_own() -> None:
    """Seed 000 says to cancel 僵尸账号 without a number; the two weeks are the State Council's, only looked at."""
    silent = office(posted_on=date(2026, 10, 1))
    mine, theirs = Chosen(KNOWN["neimenggu-2019"], BINDING), Chosen(KNOWN["guoban"], BORROWED)
    found = Checker(silent, Rulebook([mine, theirs]), CALENDAR, TODAY).findings()
    assert [(one.code, one.severity) for one in found] == [("zombie", Severity.AMBER)]
    assert [rule.id for rule in found[0].rules] == ["GB-1", "S0-10b"]


def test_a_closing_carried_out_without_approval_is_found_before_it_is_filed() -> None:
    bare = replace(CLOSED, done=frozenset())
    assert "S3-2" in fired(with_life(bare, "省级"), "S3-2")
    planned = replace(bare, acted_on=None)
    assert "S3-2" not in fired(with_life(planned, "省级"), "S3-2")
