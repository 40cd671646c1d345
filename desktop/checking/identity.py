"""What an account shows to the outside: its body, certification, contract, name, 标识码, uniqueness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop import accounts
from desktop.checking.facts import AccountFacts
from desktop.checking.findings import Context, Finding


def private(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Opened in a person's name."""
    rules = c.rules("account.by_unit", account)
    if rules and account.running and account.by_unit is False:
        yield c.on(account, "private", "不是以单位名义开设。", rules)


def body(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Certified for another body than the unit, or not certified, or no body on record."""
    rules = c.rules("account.body", account)
    unit = c.register.unit_of(account)
    if not rules or not account.running or unit is None:
        return
    parent = c.register.units.get(unit.parent_id) if unit.parent_id else None
    allowed = {unit.name, unit.seal_by, parent.name if parent else ""} - {""}
    if account.certified is False:
        yield c.on(account, "uncertified", "没有认证，公开信息中看不出主办单位。", rules)
    elif account.certified and not account.body:
        yield c.on(account, "no_body", "已认证，但没有登记认证主体。", rules)
    elif account.body and account.body not in allowed:
        yield c.on(
            account,
            "body_mismatch",
            f"认证主体“{account.body}”与主办单位“{unit.name}”不一致。",
            rules,
        )


def certification(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """The certification has run out."""
    rules = [*c.rules("account.certified", account), *c.rules("account.body", account)]
    if rules and account.running and account.certified_until is not None and account.certified_until < c.today:
        yield c.on(
            account,
            "cert_expired",
            f"平台认证已于 {account.certified_until} 到期。",
            rules,
            since=account.certified_until,
        )


def contract(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Operated by somebody else without a contract in force."""
    rules = c.rules("account.contract", account)
    if not rules or not account.running or not account.entrusted:
        return
    who = f"委托{account.entrusted_to or '其他单位'}运营"
    if not account.contract_no:
        yield c.on(account, "no_contract", f"{who}，没有登记合同。", rules)
    elif account.contract_until is not None and account.contract_until < c.today:
        yield c.on(
            account,
            "contract_expired",
            f"{who}，合同 {account.contract_no} 已于 {account.contract_until} 到期。",
            rules,
            since=account.contract_until,
        )


def code(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """A 标识码 of odd shape or with another region's prefix; always only a request to look."""
    rules = c.rules("account.code", account)
    unit = c.register.unit_of(account)
    if rules and account.code:
        for remark in accounts.code_warnings(account.code, unit.region_code if unit else ""):
            kind = "code_prefix" if "前 6 位" in remark.text else "code_shape"
            yield c.on(account, kind, remark.text, rules)


def shared_code(c: Context, members: Sequence[AccountFacts]) -> Iterator[Finding]:
    """One 标识码 on accounts of two units, or on two accounts."""
    holders = [account for account in members if account.state not in (accounts.CANCELLED, accounts.DELETED)]
    if len(holders) < 2:
        return
    for account in holders:
        rules = c.rules("account.code", account)
        others = "、".join(_owned(c, other) for other in holders if other is not account)
        if rules:
            yield c.on(account, "code_shared", f"标识码 {account.code} 与 {others} 相同。", rules)


def twins(c: Context, members: Sequence[AccountFacts]) -> Iterator[Finding]:
    """More accounts of one unit on one platform than allowed; said of all but the oldest."""
    running = sorted(
        (account for account in members if account.running), key=lambda a: (a.opened_on is None, a.opened_on, a.id)
    )
    if len(running) < 2:
        return
    for account in running[1:]:
        broken = [rule for rule in c.rules("account.unique", account) if len(running) > (rule.number or 1)]
        if broken:
            others = "、".join(f"“{other.name}”" for other in running if other is not account)
            yield c.on(
                account,
                "twins",
                f"本单位在{account.platform}还有 {others}，共 {len(running)} 个账号。",
                broken,
            )


def names(c: Context, members: Sequence[AccountFacts]) -> Iterator[Finding]:
    """Accounts of one unit that are called differently on different platforms; one finding for the unit."""
    running = [account for account in members if account.running]
    different = list(dict.fromkeys(account.name for account in running))
    unit = c.register.unit_of(running[0]) if running else None
    if len(different) < 2 or unit is None:
        return
    rules = c.rules("account.names", running[0])
    if rules:
        other = next(account for account in running if account.name != running[0].name)
        yield c.on(
            unit,
            "names",
            f"各平台账号名称不一致：{'、'.join(different[:6])}" + ("等。" if len(different) > 6 else "。"),
            rules,
            record=other.id,
        )


def _owned(c: Context, account: AccountFacts) -> str:
    unit = c.register.unit_of(account)
    return f"{unit.name}的{account.title}" if unit else account.title
