"""Custody of the sample office: passwords registered, one changed too long ago, one handover in its third step.

Played through the very functions the clerk uses, each at its own day; no secret is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from desktop import accounts, handover, handover_items, handover_steps, holders, passwords, people
from desktop.credentials import EMAIL, LOGIN, Credential
from desktop.handover_steps import Act
from desktop.store import Store

KEPT = (
    ("微信公众号", "林川青年", "赵示例"),
    ("微信公众号", "林川少先队", "许示例"),
    ("微博", "共青团林川县委", "李示例"),
    ("抖音", "林川青年说", "钱示例"),
    ("微信视频号", "林川志愿", "李示例"),
    ("今日头条", "林川团县委", "赵示例"),
    ("哔哩哔哩", "林川青年之声", "李示例"),
)
HANDED_OVER = ("抖音", "林川青年说")
DONE_ITEMS = ("email", "proof", "media", "drafts")


def play(store: Store, today: date) -> None:
    """Enter the sample's custody; once entered it stays.

    Its last handover was begun four days before `today`, its password changed yesterday.
    """
    with store.read() as session:
        if session.scalars(select(Credential)).first() is not None:
            return
    real, actor = store.clock, store.actor
    store.actor = "陈示例"
    try:
        _play(store, today)
    finally:
        store.clock, store.actor = real, actor


def _play(store: Store, today: date) -> None:
    def moment(days: int, hour: int, minute: int) -> None:
        """Let the store believe it is so many days before today."""
        at = datetime(today.year, today.month, today.day, hour, minute) - timedelta(days=days)
        store.clock = lambda: at

    with store.read() as session:
        account = {(one.platform, one.name): one.id for one in accounts.in_use(session)}
        person = {one.name: one.id for one in people.in_use(session)}
    holder_of = {(platform, name): holder for platform, name, holder in KEPT}
    moment(436, 9, 0)
    login: dict[tuple[str, str], int] = {}
    for key, holder in holder_of.items():
        login[key] = passwords.register(store, account[key], LOGIN, reason="建立密码台账")
        holders.register_holder(store, login[key], person[holder], store.clock().date())
    moment(300, 10, 0)
    mail = passwords.register(store, account["微信公众号", "林川青年"], EMAIL, reason="建立密码台账")
    holders.seal_envelope(store, mail, f"{store.clock().year}-01", "办公室保险柜第二格")
    moment(91, 15, 30)
    weibo = login["微博", "共青团林川县委"]
    passwords.confirm(store, weibo, reason="定期更换", strength="强")
    holders.issue_again(store, weibo, person["李示例"])
    changed = ((64, ("微信公众号", "林川青年")), (40, ("微信视频号", "林川志愿")), (33, ("今日头条", "林川团县委")))
    for days, key in changed:
        moment(days, 9, 40)
        passwords.confirm(store, login[key], reason="定期更换", strength="强")
        holders.issue_again(store, login[key], person[holder_of[key]])
    moment(9, 16, 0)
    holders.lend(
        store, login["哔哩哔哩", "林川青年之声"], person["周示例"], today - timedelta(days=2),
        reason="直播值班", approver="王示例",
    )  # fmt: skip
    moment(4, 9, 5)
    one = handover.begin(
        store, account[HANDED_OVER], person["孙示例"], person["陈示例"], giver_id=person["钱示例"], reason="2026届换届"
    )
    _first_steps(store, moment, one, login[HANDED_OVER])


def _first_steps(store: Store, moment: Callable[[int, int, int], None], one: int, login: int) -> None:
    moment(4, 9, 12)
    handover_steps.take_back(store, one, Act(store.clock().date(), "陈示例"))
    moment(1, 9, 20)
    passwords.confirm(store, login, reason="换届更换密码", strength="强", handover_id=one)
    handover_steps.change(store, one, Act(store.clock().date(), "陈示例"))
    moment(1, 9, 40)
    for item in DONE_ITEMS:
        handover_items.tick(store, one, item, handover_items.DONE)
    handover.set_fact(store, one, handover.PHONE, "13800000101")
