"""Activity: accounts that fell silent by each pack's own threshold, too few posts, no figures."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.checking.catalogue import Severity
from desktop.checking.facts import AccountFacts
from desktop.checking.findings import Context, Finding

WEEKS_LOOKED_AT = 4


def silent(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """An account in use whose newest post is older than a pack allows; every threshold passed is named."""
    if not account.running:
        return
    rules = c.rules("activity.silent", account)
    newest = account.posted_on or account.opened_on
    if not rules:
        return
    if newest is None:
        yield c.on(
            account,
            "no_post_date",
            "没有登记最近更新日期，也没有运行数据，无法判断是否为僵尸账号。",
            rules,
        )
        return
    passed = [rule for rule in rules if rule.number is not None and newest < c.cutoff(rule)]
    if not passed:
        return
    said = "最近更新" if account.posted_on else "开设以来没有更新，开设日期"
    about = "（按运行数据推算）" if account.reckoned else ""
    limits = "、".join(rule.measure for rule in passed)
    # Who only says 注销僵尸账号 without a number does not make a borrowed threshold its own.
    severity = None if any(c.book.binds(rule) for rule in passed) else Severity.AMBER
    yield c.on(
        account,
        "zombie",
        f"{said} {newest}{about}，已 {(c.today - newest).days} 天未更新，超过 {limits}的界限。",
        [*passed, *(rule for rule in rules if rule.number is None)],
        severity=severity,
        since=newest,
    )


def few_posts(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Fewer posts a week than asked, in the last weeks for which figures were entered."""
    if not account.running or not account.weeks:
        return
    weeks = account.weeks[-WEEKS_LOOKED_AT:]
    broken = [
        rule for rule in c.rules("activity.rate", account) if any(posts < (rule.number or 0) for _, posts in weeks)
    ]
    if broken:
        least = min(posts for _, posts in weeks)
        yield c.on(
            account,
            "few_posts",
            f"近 {len(weeks)} 周中最少一周发布 {least} 条，少于 {broken[0].measure}。",
            broken,
            since=weeks[0][0],
        )


def no_figures(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """An account in use without any figures of this year."""
    rules = c.rules("activity.figures", account)
    new = account.opened_on is not None and (account.opened_on.year, account.opened_on.month) >= (
        c.today.year,
        c.today.month,
    )
    if rules and account.running and not account.figured and not new:
        yield c.on(
            account,
            "no_figures",
            f"{c.today.year} 年还没有运行数据（发布数、粉丝数、阅读量）。",
            rules,
        )
