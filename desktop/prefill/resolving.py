"""One source of form.toml resolved to its text, with where it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from desktop import assignments
from desktop.accounts import Account
from desktop.people import Person
from desktop.prefill import wording
from desktop.prefill.snapshot import Snapshot
from desktop.units import Unit


class Column(NamedTuple):
    """The one field of the register that a value stands for; table `filing` is the filing itself."""

    table: str
    record_id: int
    field: str


class Proposal(NamedTuple):
    """A value from the register.

    Attributes:
        text: as it goes into the field, empty when the register does not know it.
        whence: where it came from, for people: 账号台账：抖音 2 个账号.
        column: set when the value is exactly one field of the register, so that a correction can go back there.
        gaps: what the register lacks.
    """

    text: str
    whence: str
    column: Column | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Whom a form is about; what the form's subject does not ask for stays None."""

    snapshot: Snapshot
    today: date
    account: Account | None = None
    person: Person | None = None


def period(subject: Subject, name: str) -> Proposal:
    """`period.*`."""
    cutoff = subject.snapshot.cutoff
    texts = {
        "cutoff": (cutoff.isoformat(), "统计截止日"),
        "year": (str(cutoff.year), "统计截止日的年份"),
        "start": (date(cutoff.year, 1, 1).isoformat(), "统计年度的第一天"),
        "today": (subject.today.isoformat(), "今天的日期"),
    }
    return Proposal(*texts[name], column=Column("filing", 0, "cutoff") if name == "cutoff" else None)


def unit(subject: Subject, name: str) -> Proposal:
    """`unit.*` of the unit that reports."""
    mine = subject.snapshot.unit
    if name == "superior":
        above = subject.snapshot.superior
        return Proposal(above.name if above else "", "单位资料：上级单位", gaps=() if above else ("没有登记上级单位",))
    if name == "seal":
        return Proposal(seal(mine), "单位资料：印章")
    return Proposal(getattr(mine, name), f"单位资料：{mine.short_name or mine.name}", Column("unit", mine.id, name))


def seal(of: Unit) -> str:
    """Whose seal is put: the unit's own, or that of the unit that seals for it."""
    return f"{of.seal_by}（代章）" if of.seal_by and not of.seal_name else of.seal_name


def person(subject: Subject, name: str) -> Proposal:
    """`person.*` of the person the form is about."""
    about = subject.person
    if about is None:
        return Proposal("", "")
    whence = f"人员台账：{about.name}"
    if name == "unit":
        found = subject.snapshot.units.get(about.unit_id or 0, subject.snapshot.unit)
        return Proposal(found.name, whence)
    if name == "accounts":
        mine = [
            account.title
            for account in subject.snapshot.accounts
            if any(duty.person_id == about.id for duty in subject.snapshot.duties.get(account.id, []))
        ]
        return Proposal("\n".join(mine), "人员分工")
    if name == "phone":
        return Proposal(about.phone, whence)
    return Proposal(_plain(getattr(about, name)), whence, Column("person", about.id, name))


_ROLES = {
    "leader": assignments.LEADER,
    "head": assignments.HEAD,
    "admins": assignments.ADMIN,
    "operators": assignments.OPERATOR,
    "publishers": assignments.PUBLISHER,
    "adviser": assignments.ADVISER,
    "editor": assignments.EDITOR,
    "first": assignments.FIRST,
    "second": assignments.SECOND,
    "third": assignments.THIRD,
}
_NAME_ONLY = {"leader", "head", "adviser", "editor", "first", "second", "third"}


def account(subject: Subject, name: str) -> Proposal:
    """`account.*` of the account the form is about."""
    about = subject.account
    if about is None:
        return Proposal("", "")
    snapshot = subject.snapshot
    if name in _ROLES:
        people = snapshot.holding(about, _ROLES[name])
        text = "、".join(p.name for p in people) if name in _NAME_ONLY else wording.contacts(people)
        return Proposal(text, f"人员分工：{_ROLES[name]}")
    if name == "adviser_phone":
        return Proposal("、".join(p.phone for p in snapshot.holding(about, assignments.ADVISER) if p.phone), "人员台账")
    if name in _DERIVED:
        return Proposal(*_DERIVED[name](snapshot, about))
    return Proposal(_plain(getattr(about, name)), f"账号台账：{about.title}", Column("account", about.id, name))


def _year(snapshot: Snapshot) -> str:
    return f"{snapshot.cutoff.year} 年月度运行数据"


def _total(snapshot: Snapshot, about: Account, name: str) -> tuple[str, str]:
    figures = snapshot.totals.get(about.id, wording.nothing())
    amount = getattr(figures, name)
    return "" if amount is None else str(amount), _year(snapshot)


def _host(snapshot: Snapshot, about: Account) -> tuple[str, str]:
    opener = snapshot.unit_of(about)
    attached = snapshot.units.get(opener.parent_id or 0) if opener.level in {"社团", "机关部门", "院系"} else None
    return (attached or opener).name, "单位资料：挂靠单位" if attached else "账号台账：开设单位"


_DERIVED: dict[str, Callable[[Snapshot, Account], tuple[str, str]]] = {
    "title": lambda _, about: (about.title, "账号台账"),
    "state": lambda snapshot, about: (snapshot.states.get(about.id, ""), "账号台账"),
    "unit": lambda snapshot, about: (snapshot.unit_of(about).name, "账号台账：开设单位"),
    "host": _host,
    "running": lambda snapshot, about: (wording.running(snapshot, [about]).text, _year(snapshot)),
    "posts": lambda snapshot, about: _total(snapshot, about, "posts"),
    "followers": lambda snapshot, about: _total(snapshot, about, "followers"),
    "reads": lambda snapshot, about: _total(snapshot, about, "reads"),
}
"""What is not one field of the account: name → text and where it came from."""


def platform(snapshot: Snapshot, name: str, accounts: Sequence[Account], *, named: str = "") -> Proposal:
    """`platform.*` over accounts of one platform; `named` puts the platform's name before the first account."""
    if not accounts:
        return Proposal("", "台账中没有该平台的账号")
    if name == "platform":
        return Proposal(named or accounts[0].platform, "账号台账")
    if name == "accounts":
        text = wording.names(accounts)
        return Proposal(f"{named}：{text}" if named else text, f"账号台账：{len(accounts)} 个账号")
    year = f"{snapshot.cutoff.year} 年月度运行数据"
    said: dict[str, Callable[[], tuple[wording.Said, str]]] = {
        "by_unit": lambda: (wording.opened_in_name(accounts), "账号台账"),
        "running": lambda: (wording.running(snapshot, accounts), year),
        "heads": lambda: (wording.heads(snapshot, accounts), "人员分工"),
        "operators": lambda: (wording.operators(snapshot, accounts), "人员分工"),
        "review": lambda: (wording.review(accounts), "账号台账"),
        "entrusted": lambda: (wording.entrusted(accounts), "账号台账"),
    }
    found, whence = said[name]()
    return Proposal(found.text, whence, gaps=found.gaps)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return wording.yes(value)
    return value.isoformat() if isinstance(value, date) else str(value)
