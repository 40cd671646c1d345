"""For each rule a register that breaks it and one that keeps it, as plain facts.

`BREAKS[rule id]` and `KEEPS[rule id]` are made from one clean county office (or club, school, department) by changing
one thing. The office is invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desktop.checking.facts import (
    AccountFacts,
    DutyFacts,
    LifeFacts,
    PersonFacts,
    Register,
    RoleFacts,
    StepFacts,
    UnitFacts,
)

TODAY = date(2026, 11, 20)
LONG_AGO = date(2025, 3, 3)
PEOPLE = {
    1: PersonFacts(1, "王某甲", 1, "在编", "中共党员", "13800000001", trained_on=date(2026, 3, 1)),
    2: PersonFacts(2, "李示例", 1, "在编", "共青团员", "13800000002", trained_on=date(2024, 3, 1)),
    3: PersonFacts(3, "赵示例", 1, "在编", "中共党员", "13800000003", trained_on=date(2024, 3, 1)),
    4: PersonFacts(4, "陈示例", 1, "学生", "共青团员", "13800000004", trained_on=date(2024, 3, 1)),
    5: PersonFacts(5, "周示例", 1, "聘用", "群众", "13800000005", trained_on=date(2024, 3, 1)),
}
ROLES = (
    RoleFacts(1, "分管领导"),
    RoleFacts(2, "管理员", LONG_AGO),
    RoleFacts(2, "信息发布人", LONG_AGO),
    RoleFacts(3, "责任编辑"),
    RoleFacts(3, "指导教师"),
    RoleFacts(2, "一审"),
    RoleFacts(3, "二审"),
    RoleFacts(1, "三审"),
)
UNIT = UnitFacts(
    1, "共青团林川县委员会", "县级", "本单位", 9, "王某甲", "0475-2234567", "李示例", "0475-2234567", "赵示例",
    "13800000003", "linchuan@example.com", "150500",
)  # fmt: skip
SUPERIOR = UnitFacts(9, "共青团林州市委员会", "市级", "上级", 8)
ACCOUNT = AccountFacts(
    1, "微博", "林川青年", 1, body="共青团林川县委员会", by_unit=True, certified=True,
    certified_until=date(2027, 3, 1), entrusted=False, review_system=True, opened_on=LONG_AGO,
    filed_on=date(2025, 3, 5), roles=ROLES, posted_on=date(2026, 11, 18), figured=True,
    weeks=((date(2026, 11, 2), 4), (date(2026, 11, 9), 5)), homepage="https://weibo.com/linchuan",
    steps=(StepFacts("正常", LONG_AGO),),
)  # fmt: skip
PAPERS = dict.fromkeys(("应急预案", "安全管理制度", "保密审查制度"), LONG_AGO)
DRILL = DutyFacts(1, "演练", "春季演练", datetime(2026, 4, 1, 9), None, datetime(2026, 4, 1, 11))
OPENING = LifeFacts(
    1, 1, "开设", LONG_AGO, date(2025, 3, 5),
    done=frozenset({
        "指导教师同意", "挂靠单位主要负责人同意", "指导教师签字", "主办单位主要负责人签字", "单位公章",
        "宣传部审核", "书记会审议", "指导责任承诺书",
    }),
)  # fmt: skip


def office(level: str = "县级", unit: dict[str, Any] | None = None, **account: Any) -> Register:
    """The clean office, its unit of a level, its one account changed."""
    return Register(
        1,
        {1: replace(UNIT, level=level, **(unit or {})), 9: SUPERIOR},
        PEOPLE,
        {1: replace(ACCOUNT, **account)},
        (OPENING,),
        (DRILL,),
        PAPERS,
        {1: date(2026, 11, 1)},
    )


def roles(*without: str, add: tuple[RoleFacts, ...] = ()) -> tuple[RoleFacts, ...]:
    """The roles of the clean account without some, with others."""
    return tuple(role for role in ROLES if role.role not in without) + add


def publisher(person: int) -> tuple[RoleFacts, ...]:
    """Somebody else publishes."""
    return roles("信息发布人", "管理员", add=(RoleFacts(person, "信息发布人", LONG_AGO),))


def two(**second: Any) -> Register:
    """Two accounts."""
    clean = office()
    return replace(clean, accounts={**clean.accounts, 2: replace(ACCOUNT, **{"id": 2, "platform": "抖音", **second})})


def with_life(life: LifeFacts, level: str = "县级", **account: Any) -> Register:
    """The clean office with one more filing."""
    return replace(office(level, **account), lives=(OPENING, life))


def new_account(level: str, done: set[str] = frozenset()) -> Register:  # type: ignore[assignment]
    """An account opened two days ago, not yet filed, with some steps done."""
    opened = date(2026, 11, 18)
    made = office(level, opened_on=opened, filed_on=None)
    return replace(made, lives=(LifeFacts(1, 1, "开设", opened, done=frozenset(done)),))


CHANGED = LifeFacts(2, 1, "变更", date(2026, 11, 10), fields=("后台管理人员",))
UNTOLD = LifeFacts(2, 1, "变更", date(2026, 11, 10), fields=("负责人",))
CLOSED = LifeFacts(2, 1, "注销", date(2026, 11, 10), acted_on=date(2026, 11, 10))
ORDERED = (StepFacts("正常", LONG_AGO), StepFacts("注销", date(2026, 2, 1), ordered=True))


def reopened(closed: str) -> Register:
    """An account ordered to close in February, and the office's one on 微博, opened in June."""
    made = two(platform=closed, name="旧号", state="注销", steps=ORDERED, opened_on=date(2024, 1, 1))
    return replace(made, accounts={**made.accounts, 1: replace(ACCOUNT, opened_on=date(2026, 6, 1))})


CONSENTS = {"指导教师同意", "挂靠单位主要负责人同意"}
SIGNED = {"指导教师签字", "主办单位主要负责人签字", "单位公章"}

# rule id -> (breaks it, keeps it)
CASES: dict[str, tuple[Register, Register]] = {
    "S0-2": (office(filed_on=None), office()),
    "S0-3": (office(figured=False), office()),
    "S0-4": (office(review_system=False), office()),
    "S0-6": (
        replace(office(unit={"parent_id": None}), units={1: replace(UNIT, parent_id=None)}),
        office(unit={"parent_id": None}),
    ),
    "S0-7": (with_life(CHANGED), with_life(replace(CHANGED, filed_on=date(2026, 11, 12)))),
    "S0-8": (office(unit={"leader": ""}, roles=roles("分管领导")), office(roles=roles("分管领导"))),
    "S0-8b": (office(roles=roles("信息发布人", "管理员")), office()),
    "S0-10": (replace(office(), people={2: PEOPLE[2], 3: PEOPLE[3]}), office()),
    "S0-15": (office(unit={"contact_phone": ""}), office()),
    "S1-5": (office(roles=roles("二审")), office()),
    "S1-7": (office("机关部门", roles=roles("三审")), office("机关部门")),
    "S1-9": (office(roles=publisher(4)), office()),
    "S1-12": (replace(office(), duties=()), office()),
    "S1-12b": (replace(office(), papers={}), office()),
    "S1-13": (replace(office(), people={2: PEOPLE[2]}), office()),
    "S1-14": (office(unit={"parent_id": None}), office()),
    "S2-2": (office("社团", unit={"parent_id": None}), office("县级", unit={"parent_id": None})),
    "S2-3": (office("校级", platform="抖音"), office("校级")),
    "S2-5": (new_account("社团", {"指导教师同意"}), new_account("社团", CONSENTS)),
    "S2-6": (office(opened_on=date(2026, 11, 2), filed_on=None), office()),
    "S2-7": (new_account("院系", {"指导教师签字"}), new_account("院系", SIGNED)),
    "S2-8": (replace(office("社团"), lives=()), office("社团")),
    "S2-9": (with_life(CHANGED), with_life(UNTOLD)),
    "S2-11": (
        office("社团", roles=roles(add=(RoleFacts(4, "信息发布人"), RoleFacts(5, "信息发布人")))),
        office("社团", roles=roles(add=(RoleFacts(4, "信息发布人"),))),
    ),
    "S2-12": (
        replace(office(), people={**PEOPLE, 2: replace(PEOPLE[2], left_on=date(2026, 11, 10))}),
        replace(office(roles=publisher(3)), people={**PEOPLE, 2: replace(PEOPLE[2], left_on=date(2026, 11, 10))}),
    ),
    "S2-18": (reopened("微博"), reopened("快手")),
    "S2-19": (office("社团", roles=roles("指导教师")), office("社团")),
    "S3-1": (office("省级", body="林川某传媒公司"), office("省级")),
    "S3-2": (new_account("机关部门", {"宣传部审核"}), new_account("机关部门", {"宣传部审核", "书记会审议"})),
    "S3-4": (
        office("省级", roles=roles("责任编辑", add=(RoleFacts(5, "责任编辑"),))),
        office("省级"),
    ),
    "S3-5": (office("机关部门", roles=roles("一审")), office("机关部门")),
    "S3-12": (
        replace(office("省级"), people={**PEOPLE, 2: replace(PEOPLE[2], trained_on=None)}),
        office("省级"),
    ),
    "S3-13": (replace(office("省级"), papers={"应急预案": LONG_AGO}), office("省级")),
    "S3-14": (office("省级", roles=roles("管理员", add=(RoleFacts(5, "管理员"),))), office("省级")),
    "S3-15": (
        replace(office("省级"), people={**PEOPLE, 2: replace(PEOPLE[2], left_on=date(2026, 11, 19))}),
        replace(office("省级"), people={**PEOPLE, 2: replace(PEOPLE[2], left_on=TODAY)}),
    ),
    "S3-19": (office("省级", posted_on=date(2025, 11, 19)), office("省级", posted_on=date(2025, 11, 20))),
    "S0-10b": (office(posted_on=None, opened_on=None), office()),
    "S4-5": (office(code="150525M027WX001"), office(code="150500M027WX001")),
    "GB-1": (office(posted_on=date(2026, 11, 5)), office(posted_on=date(2026, 11, 6))),
    "GB-2": (two(platform="微博", name="林川青年说"), two()),
    "GB-3": (two(name="林川青年说"), two()),
    "GB-4": (office(body="个人"), office()),
    "GB-9": (
        office(state="注销", steps=(StepFacts("注销", date(2026, 10, 1)),)),
        office(state="注销", steps=(StepFacts("注销", date(2026, 11, 19)),)),
    ),
    "WS-1": (office(opened_on=date(2026, 11, 2), filed_on=None), office()),
    "WS-2": (with_life(CHANGED), with_life(UNTOLD)),
    "WH-2": (with_life(CHANGED), with_life(UNTOLD)),
    "HN-1": (office(opened_on=date(2026, 9, 2), filed_on=None), office()),
    "HN-2": (with_life(CHANGED), with_life(UNTOLD)),
    "AK-1": (office(opened_on=date(2026, 9, 2), filed_on=None), office()),
    "NE-2": (with_life(CHANGED), with_life(replace(UNTOLD, fields=("密码",)))),
    "JL-1": (with_life(CLOSED), with_life(replace(CLOSED, filed_on=date(2026, 11, 12)))),
    "HF-2": (office(posted_on=date(2026, 10, 19)), office(posted_on=date(2026, 10, 20))),
    "HF-3": (
        office(state="已发关停公告", steps=(StepFacts("已发关停公告", date(2026, 11, 2)),)),
        office(state="已发关停公告", steps=(StepFacts("已发关停公告", date(2026, 11, 11)),)),
    ),
    "HF-4": (office(roles=roles("指导教师")), office()),
    "ZZ-1": (
        office(state="已发关停公告", steps=(StepFacts("已发关停公告", date(2026, 10, 19)),)),
        office(state="已发关停公告", steps=(StepFacts("已发关停公告", date(2026, 11, 2)),)),
    ),
    "SZ-1": (two(platform="微博", name="林川青年说"), two()),
    "XY-1": (office(roles=publisher(4)), office(roles=publisher(5))),
    "XY-2": (office(review_system=False), office()),
    "HB-1": (office(opened_on=date(2026, 11, 2), filed_on=None), office()),
    "HB-2": (with_life(CLOSED), with_life(replace(CLOSED, acted_on=date(2026, 11, 18)))),
    "LF-1": (office(opened_on=date(2026, 9, 2), filed_on=None), office()),
    "LF-2": (with_life(CHANGED), with_life(UNTOLD)),
    "GZ-1": (office(posted_on=date(2026, 8, 19)), office(posted_on=date(2026, 8, 20))),
    "GT-1": (office(posted_on=date(2026, 9, 19)), office(posted_on=date(2026, 9, 20))),
    "MH-1": (office(posted_on=date(2026, 11, 9)), office(posted_on=date(2026, 11, 10))),
    "XW-1": (office(weeks=((date(2026, 11, 9), 0),)), office(weeks=((date(2026, 11, 9), 1),))),
    "XW-2": (office(by_unit=False), office()),
    "XW-3": (office(entrusted=True), office(entrusted=True, contract_no="林团合〔2026〕1号")),
    "XI-1": (office(weeks=((date(2026, 11, 9), 2),)), office(weeks=((date(2026, 11, 9), 3),))),
    "GT-A1": (
        replace(office(), duties=(replace(DRILL, at=datetime(2025, 11, 19)),)),
        replace(office(), duties=(replace(DRILL, at=datetime(2025, 11, 20)),)),
    ),
    "WX-1": (
        office(platform="微信公众号", certified_until=date(2026, 11, 19)),
        office(platform="微博", certified_until=date(2026, 11, 19)),
    ),
}
