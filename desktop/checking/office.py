"""The office itself: superior, people named on the forms, documents, training, drills, platforms it must have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop import units
from desktop.checking import contacts
from desktop.checking.facts import AccountFacts, UnitFacts
from desktop.checking.findings import Context, Finding
from desktop.duty import DRILL, TRAINING
from desktop.rulepacks import Rule
from desktop.rules import shift

_HEADER = {
    "分管领导": lambda unit: unit.leader,
    "部门负责人": lambda unit: unit.head,
    "填报人": lambda unit: unit.contact,
    "联系电话": lambda unit: unit.contact_phone,
}


def check(c: Context, unit: UnitFacts, own: Sequence[AccountFacts]) -> Iterator[Finding]:
    """Everything about one unit that has accounts, or is the own one."""
    mine = unit.id == c.register.own_id
    if not own and not mine:
        return
    if mine:
        yield from _no_superior(c, unit)
        yield from _header(c, unit)
        yield from _papers(c, unit)
        yield from _training(c, unit)
        yield from _drill(c, unit)
    yield from _parent(c, unit)
    yield from _platforms(c, unit, own)
    yield from contacts.unit(c, unit, _said(c, unit, "unit.header"))


def _said(c: Context, unit: UnitFacts, topic: str) -> tuple[Rule, ...]:
    return c.book.of(topic, unit.level)


def _no_superior(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "filing.superior")
    known = unit.parent_id is not None or any(one.relation == units.SUPERIOR for one in c.register.units.values())
    if rules and not known:
        yield c.on(unit, "no_superior", "没有登记上一级团组织，统计表和备案表没有报送对象。", rules)


def _header(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.header")
    asked = dict.fromkeys(value for rule in rules for value in rule.values)
    missing = [name for name in asked if name in _HEADER and not _HEADER[name](unit)]
    if missing:
        yield c.on(unit, "no_header", f"本单位没有登记{'、'.join(missing)}，表头填不全。", rules)


def _papers(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.documents")
    for name in dict.fromkeys(value for rule in rules for value in rule.values):
        if name not in c.register.papers:
            asking = [rule for rule in rules if name in rule.values]
            yield c.on(unit, "no_paper", f"没有存档的《{name}》。", asking, detail=name)


def _training(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.training")
    held = any(duty.kind == TRAINING and duty.at.year == c.today.year for duty in c.register.duties)
    trained = any(one.trained_on and one.trained_on.year == c.today.year for one in c.register.people.values())
    if rules and not held and not trained:
        yield c.on(unit, "no_training", f"{c.today.year} 年没有运营人员培训记录。", rules)


def _drill(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.drill")
    newest = max((duty.at.date() for duty in c.register.duties if duty.kind == DRILL), default=None)
    if not rules:
        return
    if newest is None:
        yield c.on(unit, "no_drill", "没有应急演练记录。", rules)
        return
    old = [rule for rule in rules if rule.number is not None and newest < shift(c.today, -int(rule.number), rule.unit)]
    if old:
        yield c.on(unit, "no_drill", f"上次应急演练是 {newest}，已超过 {old[0].measure}。", old, since=newest)


def _parent(c: Context, unit: UnitFacts) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.parent")
    if rules and unit.parent_id is None and unit.relation != units.SUPERIOR:
        yield c.on(unit, "no_parent", "没有登记主管（挂靠）单位，说不清由谁领导。", rules)


def _platforms(c: Context, unit: UnitFacts, own: Sequence[AccountFacts]) -> Iterator[Finding]:
    rules = _said(c, unit, "unit.platforms")
    for platform in dict.fromkeys(value for rule in rules for value in rule.values):
        if not any(account.running and platform in account.platform for account in own):
            yield c.on(unit, "no_platform", f"没有在用的{platform}账号。", rules, detail=platform)
