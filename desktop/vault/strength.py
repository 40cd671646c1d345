"""How easily a password is guessed: zxcvbn, fed with what a stranger knows of the office, said in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.accounts import Account
from desktop.people import Person
from desktop.pinyin import syllable
from desktop.units import Unit

WORDS = ("很弱", "弱", "中", "强", "很强")
GOOD = 3
"""From this score on (zxcvbn: more than 10^8 guesses) a password is taken without a remark."""
LONGEST = 72
"""Characters that are judged; zxcvbn's time grows with the square of the length."""
_WHY = {
    "date": "含有日期",
    "sequence": "含有连续的字母或数字（如 abcd、1234）",
    "repeat": "含有重复的字符",
    "spatial": "含有键盘上相邻的键（如 qwerty）",
    "regex": "含有年份",
}


@dataclass(frozen=True)
class Verdict:
    """Score 0 to 4, its word, and what makes the password weak."""

    score: int
    reasons: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The score as a word."""
        return WORDS[self.score]

    @property
    def good(self) -> bool:
        """Whether it may be taken without a remark."""
        return self.score >= GOOD


def known_words(session: Session) -> list[str]:
    """What passwords of this office must not be made of: names, units, accounts, birthdays, numbers of the register."""
    found: set[str] = set()
    for person in session.execute(
        select(Person.name, Person.birthday, Person.mobile, Person.office_phone, Person.wechat)
    ):
        found |= {*_names(person.name), *_birthdays(person.birthday), person.wechat.lower()}
        found |= {*_numbers(person.mobile), *_numbers(person.office_phone)}
    for unit in session.execute(select(Unit.name, Unit.short_name, Unit.contact_phone, Unit.email)):
        found |= {*_names(unit.name), *_names(unit.short_name), *_numbers(unit.contact_phone)}
        found |= {unit.email.partition("@")[0].lower()}
    for account in session.execute(select(Account.name, Account.bound_phone, Account.platform_id)):
        found |= {*_names(account.name), *_numbers(account.bound_phone), account.platform_id.lower()}
    return sorted(word for word in found if len(word) >= 3 or (len(word) >= 2 and not word.isascii()))


def judge(password: str, known: Iterable[str] = ()) -> Verdict:
    """Judge one password; nothing of it is kept or logged."""
    if not password:
        return Verdict(0, ("还没有填写",))
    from zxcvbn import zxcvbn

    shown = password[:LONGEST]
    result = zxcvbn(shown, user_inputs=list(known), max_length=LONGEST)
    reasons: list[str] = []
    for match in result["sequence"]:
        pattern = match["pattern"]
        if pattern == "dictionary":
            own = match["dictionary_name"] == "user_inputs"
            text = "含有本单位的名称、人名、生日或电话" if own else "含有常见的密码或单词"
        else:
            text = _WHY.get(pattern, "")
        if text and text not in reasons:
            reasons.append(text)
    if len(password) < 8:
        reasons.insert(0, "少于 8 个字符")
    score = int(result["score"])
    return Verdict(
        min(score, 1) if len(password) < 8 else score, tuple(reasons) if score < GOOD or len(password) < 8 else ()
    )


def _names(name: str) -> set[str]:
    """A Chinese name as it is and in the shapes people type it: pinyin whole, surname last, initials."""
    name = name.strip()
    if not name:
        return set()
    if name.isascii():
        return {name.lower(), *re.findall(r"[a-z]{3,}", name.lower())}
    parts = [syllable(character) for character in name if not character.isspace()]
    shapes = {name, "".join(parts), "".join(part[0] for part in parts if part)}
    if 2 <= len(parts) <= 4:
        shapes |= {"".join(parts[1:]), "".join(parts[1:] + parts[:1]), parts[0]}
    return shapes


def _birthdays(day: date | None) -> set[str]:
    if day is None:
        return set()
    return {day.strftime(shape) for shape in ("%Y%m%d", "%y%m%d", "%m%d", "%Y-%m-%d", "%Y.%m.%d", "%Y%m")}


def _numbers(typed: str) -> set[str]:
    digits = re.sub(r"\D", "", typed)
    return {digits, digits[-4:], digits[-6:], digits[-8:]} - {""} if len(digits) >= 6 else set()
