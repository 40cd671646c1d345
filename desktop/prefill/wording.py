"""How facts of the register are worded on a form, and what is missing in the register for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from desktop import assignments
from desktop.accounts import Account
from desktop.figures import Total, total
from desktop.forms import figuring
from desktop.people import Person
from desktop.prefill.snapshot import Snapshot

WATCHED = ("抖音", "快手", "微信视频号", "视频号", "哔哩哔哩", "B站", "西瓜视频")
"""Platforms whose views are 播放 rather than 阅读."""


@dataclass(frozen=True)
class Said:
    """A worded fact; `gaps` names what the register does not know of it."""

    text: str
    gaps: tuple[str, ...] = ()


def yes(value: bool | None) -> str:
    """是, 否, or nothing when unknown."""
    return "" if value is None else "是" if value else "否"


def day(value: date | None) -> str:
    """The date as it is kept in a field."""
    return value.isoformat() if value else ""


def contact(person: Person, *, identity: bool = False, department: bool = False) -> str:
    """One person on one line: name, identity in brackets when asked, phone."""
    name = f"{person.department} {person.name}" if department and person.department else person.name
    if identity and person.identity:
        name += f"（{person.identity}）"
    return f"{name} {person.phone}".strip()


def contacts(persons: Iterable[Person], *, identity: bool = False, department: bool = False) -> str:
    """One person a line, each once."""
    lines = (contact(person, identity=identity, department=department) for person in persons)
    return "\n".join(dict.fromkeys(lines))


def names(accounts: Sequence[Account]) -> str:
    """One account a line."""
    return "\n".join(account.name for account in accounts)


def opened_in_name(accounts: Sequence[Account]) -> Said:
    """是否以单位名义开设并认证监管, over the accounts of a platform."""
    gaps = [f"{account.title}没有登记是否以单位名义开设" for account in accounts if account.by_unit is None]
    gaps += [f"{account.title}没有登记是否认证" for account in accounts if account.certified is None]
    if gaps:
        return Said("", tuple(gaps))
    private = [account.name for account in accounts if not account.by_unit]
    if private:
        return Said(f"否（{'、'.join(private)}不是以单位名义开设）")
    certified = [account for account in accounts if account.certified]
    if len(certified) == len(accounts):
        return Said("是" if len(accounts) == 1 else f"是（{len(accounts)} 个均已认证）")
    if len(accounts) == 1:
        return Said("是（未认证）")
    missing = "、".join(account.name for account in accounts if not account.certified)
    return Said(f"是（{missing}未认证）")


def running(snapshot: Snapshot, accounts: Sequence[Account]) -> Said:
    """运行情况 over the accounts of a platform: posts, followers, reads of the year up to the cut-off."""
    gaps = []
    known: list[Total] = []
    for account in accounts:
        figures = snapshot.totals.get(account.id)
        if figures is None:
            gaps.append(f"{account.title}没有 {snapshot.cutoff.year} 年运行数据")
            continue
        known.append(figures)
        if figures.followers is None:
            gaps.append(f"{account.title}未填粉丝数")
    sums = [_sum(known, lambda t: t.posts), _sum(known, lambda t: t.followers), _sum(known, lambda t: t.reads)]
    watched = any(account.platform in WATCHED for account in accounts)
    return Said(figuring.running(sums[0], sums[1], sums[2], watched), tuple(gaps))


def heads(snapshot: Snapshot, accounts: Sequence[Account]) -> Said:
    """主管新媒体工作部门负责人: those assigned to the accounts, else the unit's own head."""
    found = [person for account in accounts for person in snapshot.holding(account, assignments.HEAD)]
    if found:
        text = contacts(found, department=True)
        return Said(text if "\n" in text else _under(text))
    unit = snapshot.unit
    if unit.head:
        return Said(f"{unit.head}\n{unit.head_phone}".strip())
    return Said("", ("没有登记部门负责人",))


def _under(text: str) -> str:
    """Name and phone of the only person, the phone on a line of its own: cells are narrow."""
    name, _, phone = text.rpartition(" ")
    return f"{name}\n{phone}" if name and phone[:1].isdigit() else text


def operators(snapshot: Snapshot, accounts: Sequence[Account]) -> Said:
    """运营人员姓名、联系方式、身份, one a line over the accounts of a platform."""
    gaps = []
    found: list[Person] = []
    for account in accounts:
        here = snapshot.holding(account, assignments.OPERATOR) or snapshot.holding(account, assignments.PUBLISHER)
        if not here:
            gaps.append(f"{account.title}没有登记运营人员")
        found += here
    for person in dict.fromkeys(found):
        if not person.phone:
            gaps.append(f"{person.name}没有登记电话")
        if not person.identity:
            gaps.append(f"{person.name}没有登记身份")
    return Said(contacts(found, identity=True), tuple(gaps))


def review(accounts: Sequence[Account]) -> Said:
    """是否建立内容发布审核制度."""
    gaps = tuple(f"{a.title}没有登记是否建立审核制度" for a in accounts if a.review_system is None)
    if gaps:
        return Said("", gaps)
    missing = [account.name for account in accounts if not account.review_system]
    if not missing:
        return Said("是")
    return Said("否" if len(missing) == len(accounts) else f"否（{'、'.join(missing)}未建立）")


def entrusted(accounts: Sequence[Account]) -> Said:
    """是否委托其他单位运营, with whom."""
    gaps = tuple(f"{account.title}没有登记是否委托运营" for account in accounts if account.entrusted is None)
    given = [account for account in accounts if account.entrusted]
    if not given:
        return Said("" if gaps else "否", gaps)
    whom = "、".join(dict.fromkeys(account.entrusted_to for account in given if account.entrusted_to))
    return Said(f"是（{whom}）" if whom else "是", gaps)


def _sum(totals: Sequence[Total], part: Callable[[Total], int | None]) -> int | None:
    known = [value for found in totals if (value := part(found)) is not None]
    return sum(known) if known else None


def nothing() -> Total:
    """Figures of an account of which nothing is known."""
    return total([])
