"""For each rule that reminds: what makes it due, and what does not; same office as in rule_cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from desktop.checking.facts import DutyFacts, LifeFacts, Register
from desktop.pending import BatchFacts, EndingFacts, PasswordFacts, Pending, RunFacts
from tests.rule_cases import ACCOUNT, CHANGED, CLOSED, PEOPLE, UNTOLD, office, reopened, with_life

MORNING = datetime(2026, 11, 20, 9, 0)


@dataclass(frozen=True)
class Scene:
    """A register, what is under way, and the moment."""

    register: Register
    pending: Pending = field(default_factory=Pending)
    now: datetime = MORNING


def on_duty(kind: str, at: datetime, *, done: bool = False, closed: bool = False) -> Scene:
    """The department with one thing on duty."""
    one = DutyFacts(9, kind, "示例", at, at if done else None, at if closed else None, 1)
    return Scene(replace(office("机关部门"), duties=(one,)))


def planned(opened: date | None) -> Scene:
    """An account that is only planned."""
    return Scene(office(state="筹建", filed_on=None, opened_on=opened))


def ending(announced: date | None) -> Scene:
    """An account that is being closed."""
    one = EndingFacts(3, 1, "注销", date(2026, 11, 2), announced, None, None)
    return Scene(office(), Pending(endings=(one,)))


def changed_on(day: date) -> Pending:
    """A password changed on a day."""
    return Pending(passwords=(PasswordFacts(1, 1, "登录密码", day, "", ()),))


def yearly(day: date, *, closed: bool = False) -> Scene:
    """The yearly review on a day."""
    run = RunFacts(1, "年审", "2026年团属新媒体年审", 2026, closed, 0 if closed else 4)
    return Scene(office(), Pending(runs=(run,)), datetime.combine(day, MORNING.time()))


STREAM = datetime(2026, 11, 25, 15, 0)
CAME = datetime(2026, 11, 20, 8, 30)
LEAVING = replace(office("省级"), people={**PEOPLE, 2: replace(PEOPLE[2], left_on=date(2026, 11, 20))})
PLEDGE = LifeFacts(1, 1, "开设", date(2026, 11, 18), done=frozenset({"指导责任承诺书"}))
OPENED = {"opened_on": date(2026, 11, 18), "filed_on": None}

# rule id -> (is due, is not)
CASES: dict[str, tuple[Scene, Scene]] = {
    "S0-2": (Scene(office(filed_on=None)), Scene(office())),
    "S0-7": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "S0-13": (
        Scene(office(), now=datetime(2019, 1, 20, 9)),
        Scene(office(), now=datetime(2019, 1, 26, 9)),
    ),
    "S2-6": (Scene(office("社团", **OPENED)), Scene(office("社团"))),
    "S2-8": (
        Scene(replace(office("社团", **OPENED), lives=())),
        Scene(replace(office("社团", **OPENED), lives=(PLEDGE,))),
    ),
    "S2-9": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "S2-15": (yearly(date(2026, 12, 1)), yearly(date(2026, 12, 1), closed=True)),
    "S3-6": (on_duty("跨部门发布", STREAM), on_duty("跨部门发布", STREAM, done=True)),
    "S3-6b": (on_duty("跨部门发布", STREAM, done=True), on_duty("跨部门发布", STREAM, closed=True)),
    "S3-8": (on_duty("直播", STREAM), on_duty("直播", STREAM, done=True)),
    "S3-9": (on_duty("直播", STREAM, done=True), on_duty("直播", STREAM, closed=True)),
    "S3-11": (on_duty("留言转办", CAME), on_duty("留言转办", CAME, done=True)),
    "S3-11b": (on_duty("敏感留言", CAME), on_duty("敏感留言", CAME, done=True)),
    "S3-11c": (on_duty("信访", CAME), on_duty("信访", CAME, done=True)),
    "S3-14b": (
        Scene(office("省级"), changed_on(date(2026, 8, 21))),
        Scene(office("省级"), changed_on(date(2026, 11, 1))),
    ),
    "S3-15": (Scene(LEAVING), Scene(replace(LEAVING, people=PEOPLE))),
    "S3-18": (on_duty("橙色舆情", CAME), on_duty("橙色舆情", CAME, done=True)),
    "S3-18b": (on_duty("红色舆情", CAME), on_duty("红色舆情", CAME, done=True)),
    "S3-18c": (on_duty("红色舆情", CAME, done=True), on_duty("红色舆情", CAME, closed=True)),
    "S4-3": (
        Scene(office(), Pending(batches=(BatchFacts(1, "5月通报", "通报", date(2026, 11, 27), ""),))),
        Scene(office()),
    ),
    "WS-1": (Scene(office(**OPENED)), Scene(office())),
    "WS-2": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "WH-1": (planned(None), Scene(office())),
    "WH-2": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "HN-1": (Scene(office(**OPENED)), Scene(office())),
    "HN-2": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "AK-1": (Scene(office(**OPENED)), Scene(office())),
    "NE-1": (planned(date(2027, 1, 10)), Scene(office())),
    "NE-2": (Scene(with_life(CHANGED)), Scene(with_life(replace(UNTOLD, fields=("密码",))))),
    "JL-1": (Scene(with_life(CLOSED)), Scene(with_life(replace(CLOSED, filed_on=date(2026, 11, 12))))),
    "HF-3": (ending(date(2026, 11, 16)), Scene(office())),
    "ZZ-1": (ending(date(2026, 11, 16)), Scene(office())),
    "ZZ-2": (
        Scene(office(), now=datetime(2022, 2, 25, 9)),
        Scene(office(), now=datetime(2022, 3, 2, 9)),
    ),
    "SZ-2": (yearly(date(2026, 12, 1)), yearly(date(2026, 12, 1), closed=True)),
    "JH-1": (
        Scene(office(), now=datetime(2021, 11, 28, 10)),
        Scene(office(), now=datetime(2021, 11, 15, 10)),
    ),
    "HB-1": (Scene(office(**OPENED)), Scene(office())),
    "HB-2": (Scene(with_life(CLOSED)), Scene(with_life(replace(CLOSED, filed_on=date(2026, 11, 12))))),
    "LF-1": (Scene(office(**OPENED)), Scene(office())),
    "LF-2": (Scene(with_life(CHANGED)), Scene(with_life(UNTOLD))),
    "ZP-1": (
        Scene(office(), changed_on(date(2026, 8, 21))),
        Scene(office(), changed_on(date(2026, 11, 1))),
    ),
    "XW-3": (
        Scene(office(entrusted=True, contract_until=date(2026, 12, 1))),
        Scene(office(entrusted=True, contract_until=date(2027, 12, 1))),
    ),
    "WX-1": (
        Scene(office(platform="微信公众号", certified_until=date(2027, 2, 20))),
        Scene(office(platform="微信公众号", certified_until=date(2027, 2, 21))),
    ),
    "WX-2": (
        Scene(
            office(platform="微信公众号"),
            Pending(
                endings=(
                    EndingFacts(
                        3, 1, "注销", date(2026, 11, 2), date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
                    ),
                )
            ),
        ),
        Scene(replace(reopened("快手"), accounts={1: ACCOUNT})),
    ),
}
