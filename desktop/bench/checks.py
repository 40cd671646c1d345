"""Checking 1,000 accounts against every rule pack, and again after one edit, beside calling a function per clause."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from desktop.bench import Ratio, compare, timed

if TYPE_CHECKING:
    from desktop.checking.facts import Register
    from desktop.checks import Checker

TODAY = date(2026, 11, 20)
ACCOUNTS, UNITS, PEOPLE = 1000, 40, 400
FLOOR = "每个账号每条规定调用一次空函数"


def ratios() -> Iterator[Ratio]:
    """All accounts of an invented office, then one edited among them; both with every pack there is."""
    from desktop import rules
    from desktop.checks import Checker
    from desktop.workdays import WorkCalendar

    known = rules.packs(rules.folders()[0])
    book, calendar, register = rules.whole(known), WorkCalendar.load(), office()
    clauses = [rule for pack in known.values() for rule in pack.rules]
    some = list(register.accounts.values())

    def floor() -> float:
        return timed(lambda: [_nothing(account, clause) for account in some for clause in clauses])

    def ours() -> float:
        return timed(lambda: Checker(register, book, calendar, TODAY).findings())

    yield compare(
        f"核对 {ACCOUNTS:,} 个账号 × {len(known)} 个规定包（应在 200 ms 内）", ours, FLOOR, floor, 90.0, rounds=5
    )
    checker = Checker(register, book, calendar, TODAY)
    yield compare(
        "改一个账号后再核对（应在 10 ms 内）", lambda: timed(lambda: edit(checker)), FLOOR, floor, 4.0, rounds=9
    )


def edit(checker: Checker) -> None:
    """Change one account to and fro, and ask for what is wrong with it now."""
    account = checker.register.accounts[ACCOUNTS // 2]
    checker.put_account(replace(account, filed_on=None if account.filed_on else TODAY))
    checker.of("account", account.id)


def _nothing(account: object, _: object) -> object:
    return account


def office() -> Register:
    """An invented office: every tenth account was never filed, every ninth is silent."""
    from desktop.checking.facts import AccountFacts, PersonFacts, Register, RoleFacts, UnitFacts

    chance, long_ago = random.Random(7), date(2025, 3, 3)
    units = {
        number: UnitFacts(
            number,
            f"第{number}团委",
            "县级",
            leader="钱示例",
            leader_phone="13800000002",
            head="孙示例",
            head_phone="13800000003",
            contact="周示例",
            contact_phone="0471-6260000",
            email="tw@example.cn",
        )
        for number in range(1, UNITS + 1)
    }
    people = {
        number: PersonFacts(number, f"王示例{number}", 1, "在编", "中共党员", "13800000001", trained_on=TODAY)
        for number in range(1, PEOPLE + 1)
    }
    roles = ("分管领导", "管理员", "信息发布人", "责任编辑", "一审", "二审", "三审")
    accounts = {}
    for number in range(1, ACCOUNTS + 1):
        accounts[number] = AccountFacts(
            number,
            chance.choice(["微博", "微信公众号", "抖音", "快手", "视频号", "B站"]),
            f"账号{number}",
            1 + number % UNITS,
            code=f"150500M{number % 900:03d}WX001",
            body=f"第{1 + number % UNITS}团委",
            by_unit=True,
            certified=True,
            certified_until=date(2027, 6, 1),
            entrusted=False,
            review_system=True,
            opened_on=long_ago,
            filed_on=long_ago if number % 10 else None,
            posted_on=date(2026, 11, 18) if number % 9 else long_ago,
            roles=tuple(RoleFacts(chance.randrange(1, PEOPLE + 1), role, long_ago) for role in roles),
        )
    return Register(1, units, people, accounts)
