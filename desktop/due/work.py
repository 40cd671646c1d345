"""Due because it is under way: notices, handovers, passwords, rectification, runs, closings."""

from __future__ import annotations

from datetime import date, time, timedelta

from desktop import accounts
from desktop.due.item import Desk, counted
from desktop.due.register import AHEAD
from desktop.handover import STEPS
from desktop.pending import EndingFacts, PasswordFacts, Pending
from desktop.rules import due_after, shift


def lay_out(desk: Desk, pending: Pending, rotate_days: int) -> None:
    """Everything that was begun and is not finished; `rotate_days` is the office's own period for passwords, 0 none."""
    _notices(desk, pending)
    _drafts(desk, pending)
    _handovers(desk, pending)
    for one in pending.passwords:
        password(desk, one, rotate_days)
    _rectification(desk, pending)
    _runs(desk, pending)
    for ending in pending.endings:
        _ending(desk, ending)


def _notices(desk: Desk, pending: Pending) -> None:
    for one in pending.notices:
        on = one.due.date() if one.due else None
        desk.lay(
            f"notice {one.id}", f"答复通知：{one.title}", on, "notice", one.id, note=one.issuer,
            hour=one.due.time() if one.due and one.hour else None,
        )  # fmt: skip


def _drafts(desk: Desk, pending: Pending) -> None:
    for one in pending.drafts:
        about = f"：{one.about}" if one.about else ""
        state = "已退回，待更正" if one.returned else "填写中"
        desk.lay(
            f"draft {one.id}", f"《{one.title}》{about}", one.due, "fill", one.id,
            note=f"统计时间截至 {one.cutoff} · {state}",
        )  # fmt: skip


def _handovers(desk: Desk, pending: Pending) -> None:
    for one in pending.handovers:
        account = desk.c.register.accounts.get(one.account_id)
        if account is None:
            continue
        rules = desk.c.rules("filing.change", account)
        numbered = [rule for rule in rules if rule.number is not None]
        day = None
        if one.changed_on is not None and one.step == 3 and numbered:
            day = min(due_after(rule, one.changed_on, desk.c.calendar).day for rule in numbered)
        desk.lay(
            f"handover {one.id}", f"交接未完成：{account.title}", day, "handover", one.id,
            rules=rules if one.step == 3 else desk.c.rules("password.order", account),
            note=f"现在应{one.title}", counted=counted(desk, day, rules),
            progress=f"第 {one.step} 步 / 共 {len(STEPS)} 步",
        )  # fmt: skip


def password(desk: Desk, one: PasswordFacts, rotate_days: int) -> None:
    """A password that must be changed now, falls due by a pack's or the office's period, or is lent too long."""
    account = desk.c.register.accounts.get(one.account_id)
    if account is None or account.state in (accounts.CANCELLED, accounts.DELETED):
        return
    name = f"{account.title}{one.kind}"
    if one.must_change:
        desk.lay(f"must {one.id}", f"立即更换：{name}", None, "password.change", one.id, note=one.must_change)
    elif one.changed_on is not None:
        rules = desk.c.rules("password.period", account)
        days = [shift(one.changed_on, int(rule.number), rule.unit) for rule in rules if rule.number is not None]
        if rotate_days > 0:
            days.append(one.changed_on + timedelta(days=rotate_days))
        if days and desk.today >= min(days) - timedelta(days=14):
            since = (desk.today - one.changed_on).days
            own = f"，周期 {rotate_days} 天" if rotate_days > 0 else ""
            desk.lay(
                f"password {one.id}", f"密码到期更换：{name}", min(days), "password.change", one.id, rules=rules,
                note=f"上次更换 {one.changed_on}，已 {since} 天{own}",
            )  # fmt: skip
    for who, back in one.lent:
        if desk.today >= back - timedelta(days=1):
            desk.lay(f"lent {one.id} {who}", f"收回借用：{name}", back, "password.back", one.id, note=f"{who}借用")


def _rectification(desk: Desk, pending: Pending) -> None:
    own = desk.c.register.units.get(desk.c.register.own_id or 0)
    rules = desk.c.book.of("rectify.report", own.level if own else "")
    for batch in pending.batches:
        if batch.due is not None:
            hour = time.fromisoformat(batch.hour) if batch.hour else None
            desk.lay(
                f"report {batch.id}", f"报送排查整改报告：{batch.title}", batch.due, "rectify.report", batch.id,
                rules=rules, hour=hour, note=batch.source,
            )  # fmt: skip
    for one in pending.problems:
        if not one.fixed and one.due is not None:
            desk.lay(
                f"rectify {one.id}", f"整改：{one.subject}", one.due, "rectify", one.id,
                note=one.problem if not one.clause else f"{one.problem} {one.clause.split('：')[0]}",
            )  # fmt: skip
        elif one.fixed and not one.reported:
            desk.lay(
                f"unreported {one.id}", f"已整改，尚未报送：{one.subject}", one.due, "rectify", one.id,
                note="整改完成和报送是两件事",
            )  # fmt: skip


def _runs(desk: Desk, pending: Pending) -> None:
    for run in pending.runs:
        if not run.closed:
            desk.lay(
                f"run {run.id}", f"{run.title}未办结", None, "inspect", run.id, progress=f"还有 {run.left} 项",
            )  # fmt: skip


def _ending(desk: Desk, one: EndingFacts) -> None:
    account = desk.c.register.accounts.get(one.account_id)
    if account is None:
        return
    rules = desk.c.rules("life.cancel", account)
    numbered = [rule for rule in rules if rule.number is not None]
    start = one.announced_on or one.happened_on
    if one.submitted_on is None:
        days = [due_after(rule, start, desk.c.calendar).day for rule in numbered]
        what = "提交注销" if one.announced_on else "发布关停公告并提交注销"
        desk.lay(
            f"ending {one.id}", f"{what}：{account.title}", min(days, default=None), "life.finish", one.id,
            rules=rules, note=f"{start} {'已公告' if one.announced_on else '决定关停'}",
            counted=counted(desk, min(days, default=None), rules),
        )  # fmt: skip
        return
    confirm: date | None = one.frozen_until + timedelta(days=1) if one.frozen_until else None
    if confirm is None or desk.today >= confirm - AHEAD:
        desk.lay(
            f"ending {one.id}", f"冻结期满确认注销：{account.title}", confirm, "life.finish", one.id,
            rules=desk.c.rules("life.freeze", account), note="冻结期内可以撤回；期满后请到平台后台确认",
        )  # fmt: skip
