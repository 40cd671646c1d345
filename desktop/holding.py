"""Who may hold a password and who may publish, by the regulations the unit chose; each named with its clause.

The regulations differ (内科大办法 leaves the password with the publisher, 昆明规定 wants regular staff, 广东办法 staff
on the establishment), and which one binds is the unit's decision. So nothing is forbidden here: a clash is a warning
that has to be answered with a reason, never saved in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.people import Person
from desktop.rulepacks import Rule
from desktop.rules import InForce

PASSWORD, PUBLISH, ORDER, NUMBER = "staff.password", "staff.publisher", "password.order", "staff.publishers"
RED, AMBER = "red", "amber"


@dataclass(frozen=True)
class Said:
    """What one regulation says, and how it is cited."""

    cite: str
    text: str
    binding: bool


@dataclass(frozen=True)
class Clash:
    """A person who, by one clause, may not hold or publish (red), or about whom the clause leaves doubt (amber)."""

    tone: str
    cite: str
    text: str

    def __str__(self) -> str:
        return f"{self.cite}：{self.text}"


def said(in_force: InForce, level: str, platform: str = "") -> list[Said]:
    """Everything the chosen regulations say on who holds passwords and publishes, in their own words."""
    found = [rule for topic in (PASSWORD, PUBLISH, ORDER, NUMBER) for rule in in_force.of(topic, level, platform)]
    return [Said(in_force.cite(rule), rule.text, in_force.binds(rule)) for rule in found]


def clashes(in_force: InForce, person: Person, level: str, platform: str = "") -> list[Clash]:
    """The clauses that speak against giving this person a password, or leave it in doubt; strictest first."""
    found: list[Clash] = []
    for topic, deed in ((PASSWORD, "保管密码"), (PUBLISH, "掌握发布权限")):
        for rule in in_force.of(topic, level, platform):
            clash = _clash(in_force, rule, person, deed)
            if clash is not None:
                found.append(clash)
    return sorted(found, key=lambda clash: clash.tone != RED)


def _clash(in_force: InForce, rule: Rule, person: Person, deed: str) -> Clash | None:
    if not rule.values and not rule.forbidden and not rule.doubtful:
        return None
    cite, who = in_force.cite(rule), f"{person.name}（{person.identity or '身份未登记'}）"
    if not person.identity:
        return Clash(AMBER, cite, f"{rule.text}；{who}，请先登记身份。")
    if person.identity in rule.forbidden or (
        rule.values and person.identity not in rule.values and person.identity not in rule.doubtful
    ):
        return Clash(RED, cite, f"{rule.text}；{who}不宜{deed}。")
    if person.identity in rule.doubtful:
        return Clash(AMBER, cite, f"{rule.text}；{who}是否符合，请核实。")
    return None
