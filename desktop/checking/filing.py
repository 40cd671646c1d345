"""Filing (备案) and the steps of an account's life: what was not filed, filed late, or not allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from desktop import accounts
from desktop.checking.catalogue import Severity
from desktop.checking.facts import AccountFacts, LifeFacts
from desktop.checking.findings import Context, Finding
from desktop.rulepacks import Rule

OPEN, CHANGE, CLOSE, CANCEL = "开设", "变更", "关停", "注销"
LIFE_KINDS = (OPEN, CHANGE, CLOSE, CANCEL)
PLEDGE = "指导责任承诺书"
STOPPED = "停用"
"""What a rule on changes names where the end of an account is to be filed as well (湖北办法, 吉林职院规定)."""


def filing_due(c: Context, account: AccountFacts) -> tuple[date | None, list[Rule]]:
    """By when a new account must be filed under the strictest rule, and every rule that says so.

    An account opened before the unit took up a pack falls under the pack's backlog rule, counted from that day.
    """
    days: list[date] = []
    speaking: list[Rule] = []
    for rule in c.rules("filing.new", account):
        since = c.book.since(rule)
        if rule.number is not None and account.opened_on is not None:
            if since is not None and account.opened_on < since:
                continue
            days.append(c.due(rule, account.opened_on).day)
        speaking.append(rule)
    for rule in c.rules("filing.backlog", account):
        since = c.book.since(rule)
        if since is not None and account.opened_on is not None and account.opened_on < since:
            days.append(c.due(rule, since).day)
            speaking.append(rule)
    return min(days, default=None), speaking


def unfiled(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """An account in use without a filing record."""
    if not account.running or account.filed_on is not None:
        return
    due, rules = filing_due(c, account)
    if not rules:
        return
    late = due is not None and c.today > due
    what = "没有备案记录"
    if due is not None:
        what += f"，应在 {due} 前备案" + (f"，已超期 {(c.today - due).days} 天" if late else "")
    severity = Severity.RED if late or due is None else Severity.AMBER
    yield c.on(account, "unfiled", what + "。", rules, severity=severity, since=account.opened_on)


def filed_late(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """An account filed this year, but after the last day."""
    if account.filed_on is None or account.filed_on.year != c.today.year or account.opened_on is None:
        return
    broken = []
    for rule in c.rules("filing.new", account):
        since = c.book.since(rule)
        if rule.number is None or (since is not None and account.opened_on < since):
            continue
        if account.filed_on > c.due(rule, account.opened_on).day:
            broken.append(rule)
    if broken:
        yield c.on(
            account,
            "filed_late",
            f"{account.opened_on} 开设，{account.filed_on} 才备案，晚于规定期限。",
            broken,
            since=account.filed_on,
            record=0,
        )


def change_due(c: Context, account: AccountFacts, life: LifeFacts) -> tuple[date | None, list[Rule]]:
    """By when a change must be filed under the strictest rule, and every rule that names one of its fields."""
    speaking = [
        rule
        for rule in c.rules("filing.change", account)
        if not rule.values or not life.fields or set(rule.values) & set(life.fields)
    ]
    days = [c.due(rule, life.happened_on).day for rule in speaking if rule.number is not None]
    return min(days, default=None), speaking


def change_unfiled(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A change of name, password, operators, upkeep or certification that has not been filed."""
    for life in c.lives(account, CHANGE):
        if life.filed_on is not None:
            continue
        due, rules = change_due(c, account, life)
        if not rules:
            continue
        late = due is not None and c.today > due
        fields = "、".join(life.fields) or "备案事项"
        what = f"{fields}于 {life.happened_on} 变更，还没有变更备案"
        if due is not None:
            what += f"，应在 {due} 前报备" + (f"，已超期 {(c.today - due).days} 天" if late else "")
        yield c.on(
            account,
            "change_unfiled",
            what + "。",
            rules,
            severity=None if late else Severity.AMBER,
            since=life.happened_on,
            detail=str(life.id),
        )


def closing_due(c: Context, account: AccountFacts, life: LifeFacts) -> tuple[date | None, list[Rule]]:
    """By when the end of an account must be filed, and every rule that says so."""
    speaking = [rule for rule in c.rules("filing.change", account) if STOPPED in rule.values]
    start = life.acted_on or life.happened_on
    return min((c.due(rule, start).day for rule in speaking if rule.number is not None), default=None), speaking


def closing_unfiled(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A closing or cancellation that was carried out and not filed in time."""
    for life in (one for kind in (CLOSE, CANCEL) for one in c.lives(account, kind)):
        due, rules = closing_due(c, account, life)
        if life.filed_on is None and life.acted_on is not None and due is not None and c.today > due:
            yield c.on(
                account,
                "closing_unfiled",
                f"{life.acted_on} 起{life.kind}，还没有备案，应在 {due} 前报备，已超期 {(c.today - due).days} 天。",
                rules,
                since=life.acted_on,
                detail=str(life.id),
                record=life.id,
            )


def steps_missing(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A new account not yet filed whose consents, signatures or approvals are not all in."""
    if account.filed_on is not None or account.state not in (accounts.PLANNED, accounts.NORMAL):
        return
    for life in c.lives(account, OPEN):
        for topic, said in (
            ("open.consent", "开设前须取得"),
            ("filing.signers", "备案表还缺"),
            ("life.approval", "还没有完成"),
        ):
            rules = c.rules(topic, account)
            missing = [step for step in _steps(rules) if step not in life.done]
            if missing:
                yield c.on(
                    account,
                    f"missing_{topic.split('.')[1]}",
                    f"{said}：{'、'.join(missing)}。",
                    rules,
                    since=life.happened_on,
                    detail=str(life.id),
                )


def approvals_missing(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A change, closing or cancellation filed or carried out without the approvals that the rules want."""
    rules = c.rules("life.approval", account)
    if not rules:
        return
    for life in (one for kind in (CHANGE, CLOSE, CANCEL) for one in c.lives(account, kind)):
        missing = [step for step in _steps(rules) if step not in life.done]
        if missing and (life.filed_on or life.acted_on):
            yield c.on(
                account,
                "missing_approval",
                f"{life.kind}（{life.happened_on}）还没有：{'、'.join(missing)}。",
                rules,
                since=life.happened_on,
                detail=str(life.id),
            )


def pledge_due(c: Context, account: AccountFacts) -> tuple[date | None, list[Rule]]:
    """By when a missing pledge must be signed, and the rules that ask for it; no rules when it is there or not owed.

    An account opened before the unit took up the pack owes none.
    """
    if not account.running or any(PLEDGE in life.done for life in c.lives(account, OPEN)):
        return None, []
    rules = [
        rule
        for rule in c.rules("open.pledge", account)
        if account.opened_on is None or (c.book.since(rule) or account.opened_on) <= account.opened_on
    ]
    return (c.due(rules[0], account.opened_on).day if rules and account.opened_on else None), rules


def pledge_missing(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A club account whose adviser has not signed the pledge."""
    due, rules = pledge_due(c, account)
    if rules:
        late = due is not None and c.today > due
        what = "没有指导教师签订的指导责任承诺书" + (f"，应在 {due} 前签订" if due else "")
        severity = None if late else Severity.AMBER
        yield c.on(account, "pledge", what + "。", rules, severity=severity, since=account.opened_on)


def revived(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A cancelled account that published again."""
    if account.state not in (accounts.CANCELLED, accounts.DELETED) or not account.steps or account.posted_on is None:
        return
    rules = c.rules("life.revived", account)
    ended = account.steps[-1].on
    if rules and account.posted_on > ended and not account.reckoned:
        yield c.on(
            account,
            "revived",
            f"{ended} 已{account.state}，{account.posted_on} 又有更新。",
            rules,
            since=account.posted_on,
        )


def cancel_overdue(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """An account whose end was announced but which was not cancelled in time."""
    if account.state != accounts.ANNOUNCED or not account.steps:
        return
    announced = account.steps[-1].on
    broken = [rule for rule in c.rules("life.cancel", account) if c.today > c.due(rule, announced).day]
    if broken:
        yield c.on(
            account,
            "cancel_overdue",
            f"{announced} 已发关停公告，至今没有注销。",
            broken,
            since=announced,
        )


def reopened(c: Context, members: Sequence[AccountFacts]) -> Iterator[Finding]:
    """Among the accounts of one unit on one platform: opened again too soon after an ordered cancellation."""
    endings = [step.on for account in members for step in account.steps if step.ordered]
    for account in members:
        if account.opened_on is None or account.state in (accounts.CANCELLED, accounts.DELETED) or not endings:
            continue
        for rule in c.rules("life.reopen", account):
            before = [end for end in endings if end <= account.opened_on <= c.due(rule, end).day]
            if before:
                yield c.on(
                    account,
                    "reopened",
                    f"同平台账号 {max(before)} 被责令注销，{account.opened_on} 又开设，未满 {rule.measure}。",
                    [rule],
                    since=account.opened_on,
                )
                break


def _steps(rules: Sequence[Rule]) -> list[str]:
    return list(dict.fromkeys(step for rule in rules for step in rule.values))
