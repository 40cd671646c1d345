"""Due by the register under the packs: filings, pledges, certification, contracts, leavers, yearly reviews."""

from __future__ import annotations

from datetime import date, timedelta

from desktop import accounts, lifecycle
from desktop.checking.facts import RUNNERS, AccountFacts
from desktop.checking.filing import CANCEL, CHANGE, CLOSE, OPEN, PLEDGE, change_due, closing_due, filing_due, pledge_due
from desktop.due.item import Desk, counted
from desktop.inspections import YEARLY
from desktop.pending import FinalFacts, Pending
from desktop.rules import ahead_of, shift

AHEAD = timedelta(days=30)
"""How early a date of the register itself (a contract's end, a planned leaving) is listed; no clause names it."""
COMING = timedelta(days=14)
"""How early the next yearly review is shown before its own first day of reminding."""


def lay_out(desk: Desk, pending: Pending) -> None:
    """Everything the register alone makes due."""
    for account in desk.c.register.accounts.values():
        new_filing(desk, account, pending)
        change_filing(desk, account, pending)
        closing_filing(desk, account)
        pledge(desk, account)
        opening(desk, account)
        certification(desk, account)
        contract(desk, account)
    leaving(desk, pending)
    yearly(desk, pending)
    dated(desk)


def new_filing(desk: Desk, account: AccountFacts, pending: Pending) -> None:
    """An account in use that is not filed."""
    if account.running and account.filed_on is None:
        day, rules = filing_due(desk.c, account)
        if rules:
            final = pending.final(lifecycle.FORMS[OPEN], account.id, account.opened_on or date.min)
            said = f"{account.opened_on} 开设" if account.opened_on else ""
            desk.lay(
                f"file {account.id}", f"备案：{account.title}", day, "filed.new" if final else "file.new", account.id,
                rules=rules, note=_final(final) if final else said, counted=counted(desk, day, rules),
            )  # fmt: skip


def _final(one: FinalFacts) -> str:
    return f"{one.made_on} 已定稿，报备后登记备案日期"


def change_filing(desk: Desk, account: AccountFacts, pending: Pending) -> None:
    """A change that is not filed."""
    for life in desk.c.lives(account, CHANGE):
        if life.filed_on is None:
            day, rules = change_due(desk.c, account, life)
            if rules:
                final = pending.final(lifecycle.FORMS[CHANGE], account.id, life.happened_on)
                action, record = ("filed.change", life.id) if final else ("file.change", account.id)
                said = _final(final) if final else f"{life.happened_on} 变更"
                desk.lay(
                    f"change {life.id}", f"变更备案：{account.title}{'、'.join(life.fields)}变更", day, action,
                    record, rules=rules, note=said, counted=counted(desk, day, rules),
                )  # fmt: skip


def closing_filing(desk: Desk, account: AccountFacts) -> None:
    """The end of an account that is not filed, where a rule wants it filed."""
    for life in (one for kind in (CLOSE, CANCEL) for one in desk.c.lives(account, kind)):
        day, rules = closing_due(desk.c, account, life)
        if life.filed_on is None and life.acted_on is not None and rules:
            desk.lay(
                f"closing {life.id}", f"{life.kind}备案：{account.title}", day, "life.finish", life.id, rules=rules,
                note=f"{life.acted_on} 起{life.kind}", counted=counted(desk, day, rules),
            )  # fmt: skip


def pledge(desk: Desk, account: AccountFacts) -> None:
    """A club account whose adviser has not signed the pledge."""
    day, rules = pledge_due(desk.c, account)
    if rules:
        desk.lay(
            f"pledge {account.id}", f"签订{PLEDGE}：{account.title}", day, "life.open", account.id, rules=rules,
            counted=counted(desk, day, rules),
        )  # fmt: skip


def opening(desk: Desk, account: AccountFacts) -> None:
    """A planned account that must be applied for before it is opened."""
    rules = desk.c.rules("filing.before", account)
    if account.state != accounts.PLANNED or account.filed_on is not None or not rules:
        return
    days = [
        ahead_of(rule, account.opened_on, desk.c.calendar).day
        for rule in rules
        if rule.number is not None and account.opened_on is not None
    ]
    desk.lay(
        f"before {account.id}", f"开设前申请：{account.title}", min(days, default=None), "file.new", account.id,
        rules=rules, note=f"计划 {account.opened_on} 开设" if account.opened_on else "",
    )  # fmt: skip


def certification(desk: Desk, account: AccountFacts) -> None:
    """A certification that runs out soon, or has."""
    if not account.running or account.certified_until is None:
        return
    rules = [rule for rule in desk.c.rules("account.certified", account) if rule.number is not None]
    starts = [shift(account.certified_until, -int(rule.number or 0), rule.unit) for rule in rules]
    if desk.today >= min(starts, default=account.certified_until - AHEAD):
        desk.lay(
            f"certified {account.id}", f"认证续期：{account.title}", account.certified_until, "account.edit",
            account.id, rules=rules, note="" if rules else "台账登记的认证有效期",
        )  # fmt: skip


def contract(desk: Desk, account: AccountFacts) -> None:
    """A contract with an operator that runs out soon, or has."""
    ends = account.contract_until
    if account.running and account.entrusted and ends is not None and desk.today >= ends - AHEAD:
        desk.lay(
            f"contract {account.id}", f"委托运营合同到期：{account.title}", ends, "account.edit", account.id,
            rules=desk.c.rules("account.contract", account), note=f"合同 {account.contract_no}",
        )  # fmt: skip


def leaving(desk: Desk, pending: Pending) -> None:
    """People who leave soon, leave today or have left, and still run an account or are bound to one."""
    bound: dict[int, dict[int, str]] = {}
    for tie in pending.ties:
        mine = bound.setdefault(tie.person_id, {})
        mine[tie.account_id] = "、".join(part for part in (mine.get(tie.account_id), tie.what) if part)
    for person in desk.c.register.people.values():
        if person.left_on is None or desk.today < person.left_on - AHEAD:
            continue
        mine = bound.get(person.id, {})
        still = [
            account
            for account in desk.c.register.accounts.values()
            if account.id in mine or _runs(account, person.id, person.left_on)
        ]
        rules = list(dict.fromkeys(rule for one in still for rule in desk.c.rules("staff.leaver", one)))
        if still:
            named = "；".join(account.title + mine.get(account.id, "") for account in still)
            desk.lay(
                f"leaver {person.id}", f"解除绑定：{person.name}离任", person.left_on, "person.leave", person.id,
                rules=rules, note=named,
            )  # fmt: skip


def _runs(account: AccountFacts, person_id: int, left_on: date) -> bool:
    return account.running and any(
        role.person_id == person_id and role.role in RUNNERS and (role.until is None or role.until > left_on)
        for role in account.roles
    )


def yearly(desk: Desk, pending: Pending) -> None:
    """The yearly review of each pack until a run of the year is closed; a reminder names it from the pack's day on."""
    own = desk.c.register.units.get(desk.c.register.own_id or 0)
    for rule in desk.c.book.of("annual.review", own.level if own else ""):
        if not rule.window:
            continue
        (_, (month, day)) = rule.window[0], rule.window[-1]
        last = date(desk.today.year, month, day)
        first = date(desk.today.year, *rule.remind) if rule.remind else last - AHEAD
        done = any(run.kind == YEARLY and run.year == last.year and run.closed for run in pending.runs)
        if not done and desk.today >= first - COMING:
            mine = (run for run in pending.runs if run.kind == YEARLY and run.year == last.year and not run.closed)
            open_run = next(mine, None)
            said = f"“{open_run.title}”还有 {open_run.left} 项未完成" if open_run else "尚未开始"
            begins = f"{rule.window[0][0]} 月 {rule.window[0][1]} 日至 {month} 月 {day} 日"
            desk.lay(
                f"yearly {rule.id} {last.year}", f"{last.year} 年年审（{begins}）", last, "inspect", 0, rules=[rule],
                note=said, told=desk.today >= first,
            )  # fmt: skip


def dated(desk: Desk) -> None:
    """Demands with a date of their own in a pack, while it is in force."""
    own = desk.c.register.units.get(desk.c.register.own_id or 0)
    for rule in desk.c.book.of("notice.due", own.level if own else ""):
        if rule.due is not None:
            desk.lay(f"dated {rule.id}", rule.text, rule.due, "notice", 0, rules=[rule], hour=rule.hour)
