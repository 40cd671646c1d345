"""People on an account: leader, keepers, who may publish or hold the password, reviewers, leavers, training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop import assignments
from desktop.checking.catalogue import Severity
from desktop.checking.facts import REVIEWERS, RUNNERS, AccountFacts, PersonFacts, RoleFacts
from desktop.checking.findings import Context, Finding
from desktop.rulepacks import Rule

_PUBLISHES = ("staff.publisher", "wrong_publisher", "掌握发布权限")
_HOLDS = ("staff.password", "wrong_password_holder", "管理账号密码")
STAGES = (assignments.FIRST, assignments.SECOND, assignments.THIRD)


def no_leader(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Nobody is named 分管领导, neither for the account nor for its unit."""
    rules = c.rules("staff.leader", account)
    unit = c.register.unit_of(account)
    if rules and account.running and assignments.LEADER not in c.staff(account) and not (unit and unit.leader):
        yield c.on(account, "no_leader", "没有明确分管领导。", rules)


def no_keeper(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Nobody keeps the account, or nobody reviews it."""
    rules = c.rules("staff.keeper", account)
    if not rules or not account.running:
        return
    lacking = [
        name
        for name, roles in (("日常维护的运营人员", RUNNERS), ("内容审核人员", REVIEWERS))
        if not c.in_roles(account, roles)
    ]
    if lacking:
        yield c.on(account, "no_keeper", f"没有登记{'和'.join(lacking)}。", rules)


def wrong_publisher(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Somebody can publish whose identity a pack does not allow, leaves open, or is not known."""
    if account.running:
        for person in c.in_roles(account, RUNNERS):
            yield from _identity(c, account, person, _PUBLISHES)


def wrong_password_holder(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """The administrator, who holds the password, is not of an allowed identity."""
    if account.running:
        for person in c.in_roles(account, (assignments.ADMIN,)):
            yield from _identity(c, account, person, _HOLDS)


def _identity(c: Context, account: AccountFacts, person: PersonFacts, power: tuple[str, str, str]) -> Iterator[Finding]:
    topic, code, holds = power
    rules = c.rules(topic, account)
    against = [rule for rule in rules if _forbids(rule, person.identity)]
    doubtful = [rule for rule in rules if rule not in against and person.identity in rule.doubtful]
    if against:
        what = f"{person.name}（{person.identity}）{holds}，身份不符合要求。"
        yield c.on(account, code, what, against, detail=str(person.id))
    elif doubtful:
        what = f"{person.name}（{person.identity}）{holds}，请核对是否属于长期工作人员。"
        yield c.on(account, "identity_unknown", what, doubtful, detail=f"{topic} {person.id}", record=person.id)
    elif rules and not person.identity:
        what = f"{person.name}{holds}，但没有登记身份（在编、聘用、学生等）。"
        yield c.on(account, "identity_unknown", what, rules, detail=f"{topic} {person.id}", record=person.id)


def _forbids(rule: Rule, identity: str) -> bool:
    if identity in rule.forbidden:
        return True
    return bool(identity and rule.values) and identity not in rule.values and identity not in rule.doubtful


def too_many_publishers(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """More people publish for a club than the pack allows, or more operators than the platform has places."""
    if not account.running:
        return
    publishers = c.in_roles(account, (assignments.PUBLISHER, assignments.OPERATOR))
    for topic, code in (("staff.publishers", "too_many_publishers"), ("staff.operators", "too_many_operators")):
        broken = [rule for rule in c.rules(topic, account) if len(publishers) > (rule.number or 0)]
        if broken:
            named = "、".join(person.name for person in publishers)
            what = f"信息采编及发布人员 {len(publishers)} 人（{named}），超过 {broken[0].measure}。"
            yield c.on(account, code, what, broken)


def editor(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """The editor in charge is missing or not of an allowed political status."""
    rules = c.rules("staff.editor", account)
    if not rules or not account.running:
        return
    editors = c.staff(account).get(assignments.EDITOR, [])
    if not editors:
        yield c.on(account, "no_editor", "没有登记责任编辑。", rules)
    for person in editors:
        if person.politics not in rules[0].values:
            said = f"政治面貌为{person.politics}" if person.politics else "没有登记政治面貌"
            yield c.on(
                account,
                "editor_politics",
                f"责任编辑{person.name}{said}。",
                rules,
                severity=None if person.politics else Severity.BLUE,
                detail=str(person.id),
                record=person.id,
            )


def no_adviser(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """No adviser reviews the account."""
    rules = c.rules("staff.adviser", account)
    if rules and account.running and not c.staff(account).get(assignments.ADVISER):
        yield c.on(account, "no_adviser", "没有登记指导教师，内容无人指导审核。", rules)


def stages(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """Not all of the three reviewers are named."""
    rules = c.rules("review.stages", account)
    if not rules or not account.running:
        return
    missing = [
        f"{stage}（{rules[0].values[index]}）" if index < len(rules[0].values) else stage
        for index, stage in enumerate(STAGES)
        if stage not in c.staff(account)
    ]
    if missing:
        yield c.on(account, "stages", f"三审三校没有落实到人，缺：{'、'.join(missing)}。", rules)


def review_system(c: Context, account: AccountFacts) -> Iterator[Finding]:
    """No review system exists, or it was never said whether one does."""
    rules = c.rules("review.system", account)
    if not rules or not account.running or account.review_system:
        return
    known = account.review_system is False
    yield c.on(
        account,
        "review_system",
        "没有建立内容发布审核制度。" if known else "没有登记是否建立内容发布审核制度。",
        rules,
        severity=None if known else Severity.BLUE,
    )


PersonRoles = Sequence[tuple[AccountFacts, RoleFacts]]


def leaver(c: Context, person: PersonFacts, roles: PersonRoles) -> Iterator[Finding]:
    """Somebody who has left still has a role on an account."""
    if person.left_on is None or person.left_on >= c.today:
        return
    still = {
        account.title: account
        for account, role in roles
        if account.running and role.role in RUNNERS and (role.until is None or role.until > person.left_on)
    }
    rules = _of_all(c, ("staff.leaver", "password.order"), list(still.values()))
    if still and rules:
        yield c.on(
            person,
            "leaver_bound",
            f"{person.left_on} 离任，仍登记在 {'、'.join(still)} 上，已 {(c.today - person.left_on).days} 天。",
            rules,
            since=person.left_on,
        )


def untrained(c: Context, person: PersonFacts, roles: PersonRoles) -> Iterator[Finding]:
    """Somebody runs an account without training before duty."""
    running = [(account, role) for account, role in roles if account.running and role.role in RUNNERS]
    current = [(account, role) for account, role in running if role.holds(c.today)]
    rules = _of_all(c, ("staff.training",), [account for account, _ in current])
    if not rules:
        return
    begun = min((role.since for _, role in current if role.since), default=None)
    if person.trained_on is None:
        yield c.on(person, "untrained", "运营账号，没有上岗培训记录。", rules, since=begun)


def _of_all(c: Context, topics: Sequence[str], on: Sequence[AccountFacts]) -> list[Rule]:
    return list(dict.fromkeys(rule for topic in topics for account in on for rule in c.rules(topic, account)))
