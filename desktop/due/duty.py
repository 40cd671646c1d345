"""Due by the clock of a duty: live streams, cross-posting, messages, incidents; hours where the clause counts hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from desktop import duty
from desktop.checking.facts import DutyFacts
from desktop.due.item import Desk
from desktop.rulepacks import Rule
from desktop.rules import ahead_of, due_after

Clock = tuple[str, str, Callable[[DutyFacts], bool], bool]
"""Topic; what is to be done; whether it is still to be done; whether the clause counts backwards from the event."""


def _undone(one: DutyFacts) -> bool:
    return one.done is None


def _unclosed(one: DutyFacts) -> bool:
    return one.closed is None


CLOCKS: dict[str, tuple[Clock, ...]] = {
    duty.STREAM: (
        ("stream.ahead", "提交直播申请表并报备", _undone, True),
        ("stream.patrol", "组建直播巡查队伍", _unclosed, True),
    ),
    duty.CROSSPOST: (
        ("crosspost.schedule", "商议发布排期", _undone, True),
        ("crosspost.copy", "交付定稿", _unclosed, True),
    ),
    duty.MESSAGE: (("message.forward", "转交有关部门", _undone, False),),
    duty.URGENT: (("message.urgent", "上报部门主要负责同志", _undone, False),),
    duty.PETITION: (("message.petition", "移交办公室", _undone, False),),
    duty.ORANGE: (("incident.orange", "向分管领导汇报", _undone, False),),
    duty.RED: (
        ("incident.red", "启动应急处置方案", _undone, False),
        ("incident.report", "书面报告", _unclosed, False),
    ),
}


def lay_out(desk: Desk) -> None:
    """Everything that waits on a duty."""
    own = desk.c.register.units.get(desk.c.register.own_id or 0)
    for one in desk.c.register.duties:
        account = desk.c.register.accounts.get(one.account_id or 0)
        for topic, what, waits, ahead in CLOCKS.get(one.kind, ()):
            if not waits(one) or one.closed is not None:
                continue
            level = desk.c.register.level_of(account) if account else (own.level if own else "")
            rules = desk.c.book.of(topic, level, account.platform if account else "")
            if rules:
                moment, counted = _last_moment(desk, rules[0], one.at, ahead)
                by_hour = rules[0].unit == "小时"
                desk.lay(
                    f"duty {one.id} {topic}", f"{one.kind}（{one.title}）：{what}", moment.date(),
                    "duty.stream" if topic == "stream.ahead" else "duty.open", one.id, rules=rules,
                    hour=moment.time() if by_hour else None, counted=counted,
                    note=f"{one.at:%Y-%m-%d %H:%M} {'开始' if ahead else '收到'}",
                )  # fmt: skip


def _last_moment(desk: Desk, rule: Rule, at: datetime, ahead: bool) -> tuple[datetime, str]:
    """The last moment to comply, and how it was counted."""
    if rule.unit == "小时":
        moment = at + timedelta(hours=float(rule.number or 0))
        return moment, f"收到后 {rule.measure}内"
    if ahead:
        reckoned = ahead_of(rule, at.date(), desk.c.calendar)
        return datetime.combine(reckoned.day, at.time()), f"提前 {rule.measure}"
    reckoned = due_after(rule, at.date(), desk.c.calendar)
    return datetime.combine(reckoned.day, at.time()), reckoned.note
