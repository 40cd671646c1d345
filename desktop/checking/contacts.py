"""Contact data that cannot be right: phones, e-mail addresses, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from desktop import phones
from desktop.checking.facts import RUNNERS, AccountFacts, PersonFacts, RoleFacts, UnitFacts
from desktop.checking.findings import Context, Finding
from desktop.mailboxes import examine
from desktop.rulepacks import Rule

_LINK = re.compile(r"^https?://[^\s/]+\.[^\s/]+\S*$")


@lru_cache(maxsize=8192)
def bad_phone(text: str) -> str:
    """What is odd about a phone number, empty when nothing is; remembered, for every check asks again."""
    return phones.wrong(text)


@lru_cache(maxsize=8192)
def bad_mail(text: str) -> str:
    """What is odd about an e-mail address, empty when nothing is."""
    box = examine(text)
    if not text.strip() or box.sound:
        return ""
    meant = f"，是否为 {box.suggestion}" if box.suggestion else ""
    return f"邮箱“{text}”{'、'.join(box.faults)}{meant}"


def bad_link(text: str) -> str:
    """What is odd about a link, empty when nothing is."""
    link = text.strip()
    if not link or _LINK.match(link):
        return ""
    if re.match(r"^https?[;；]", link):
        return f"链接“{text}”里的冒号写成了分号"
    return f"链接“{text}”中间有空格" if re.search(r"\s", link) else f"链接“{text}”不完整"


def account(c: Context, one: AccountFacts) -> Iterator[Finding]:
    """Bound phone, bound mail and home page of an account."""
    rules = c.rules("unit.header", one)
    said = [bad_phone(one.bound_phone), bad_mail(one.bound_email), bad_link(one.homepage)]
    if rules and any(said) and one.running:
        yield c.on(one, "bad_contact", "；".join(filter(None, said)) + "。", rules)


def person(c: Context, one: PersonFacts, roles: Sequence[tuple[AccountFacts, RoleFacts]]) -> Iterator[Finding]:
    """Phones and mail of a person; an operator without any phone."""
    current = [account for account, role in roles if account.running and role.holds(c.today)]
    rules = list(dict.fromkeys(rule for account in current for rule in c.rules("unit.header", account)))
    if not rules:
        return
    said = [bad_phone(one.mobile), bad_phone(one.office_phone), bad_mail(one.email)]
    if any(said):
        yield c.on(one, "bad_contact", "；".join(filter(None, said)) + "。", rules)
    runs = any(role.role in RUNNERS and role.holds(c.today) for _, role in roles)
    if runs and not one.mobile and not one.office_phone:
        yield c.on(one, "no_phone", "运营人员没有登记联系电话。", rules)


def unit(c: Context, one: UnitFacts, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Phones and mail of a unit."""
    said = [
        bad_phone(one.leader_phone),
        bad_phone(one.head_phone),
        bad_phone(one.contact_phone),
        bad_mail(one.email),
    ]
    if rules and any(said):
        yield c.on(one, "bad_contact", "；".join(filter(None, said)) + "。", rules)
