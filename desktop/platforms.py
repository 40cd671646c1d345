"""Platforms (平台): names and aliases, and what must change hands when an account gets other people.

Data in resources/platforms.toml. A fact nobody could confirm is kept as a question to be checked on the platform.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from desktop.accounts import Account
from desktop.errors import BadFile
from desktop.paths import bundled

BACKEND, PHONE, EMAIL, REAL_NAME = "后台权限", "绑定手机", "绑定邮箱", "实名"
BINDINGS = (BACKEND, PHONE, EMAIL, REAL_NAME)
WHEN = ("", "certified", "entrusted")


@dataclass(frozen=True)
class Item:
    """One thing to hand over.

    Attributes:
        how: what to do, or what to ask on the platform when `question` is set.
        source: where the fact was read; empty for what is plain office practice.
        binds: which of BINDINGS ties the person to the account through it, empty when none.
        when: the case of the account in which it is listed, one of WHEN.
        kind: the kind of credential whose state this line shows, empty for lines to be ticked.
    """

    key: str
    title: str
    how: str
    source: str = ""
    question: bool = False
    binds: str = ""
    when: str = ""
    kind: str = ""

    def concerns(self, account: Account) -> bool:
        """Whether it is listed for an account."""
        return not self.when or bool(getattr(account, self.when))


@dataclass(frozen=True)
class Platform:
    """One platform; `items` are its own, without the common ones.

    Attributes:
        aliases: what else lists and notices call it. kinds: words that also say the kind of account (微信订阅号).
    """

    name: str
    aliases: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything it is called."""
        return (self.name, *self.aliases, *self.kinds)


@dataclass(frozen=True)
class Platforms:
    """All platforms known, and what is common to all."""

    common: tuple[Item, ...]
    all: tuple[Platform, ...]

    def names(self) -> list[str]:
        """The names to choose from, in the order of the file."""
        return [platform.name for platform in self.all]

    def find(self, typed: str) -> Platform | None:
        """The platform of a name or alias, however it is cased or spaced; None when it is not known."""
        return self._by_word.get(plain(typed))

    def mentioned(self, text: str) -> Platform | None:
        """The platform whose longest word stands in a longer text, such as a heading 一、微信公众号（3 个）."""
        line = plain(text)
        inside = [word for word in self._by_word if len(word) > 1 and word in line]
        return self._by_word[max(inside, key=len)] if inside else None

    def called(self, typed: str) -> str:
        """The name the register uses for what somebody typed; the words themselves when they name no platform."""
        found = self.find(typed)
        return found.name if found else typed

    @cached_property
    def _by_word(self) -> dict[str, Platform]:
        return {plain(word): platform for platform in self.all for word in platform.words}

    def checklist(self, account: Account) -> list[Item]:
        """What must change hands for an account: common things around those of its platform."""
        platform = self.find(account.platform)
        own = platform.items if platform else ()
        first, rest = self.common[:3], self.common[3:]
        return [item for item in (*first, *own, *rest) if item.concerns(account)]


def plain(words: str) -> str:
    """Words as they are compared: without blanks, letter case and full-width variants; 帐 is 账."""
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold().replace("帐", "账")


def load(file: Path | None = None) -> Platforms:
    """Read the platform file, the program's own unless another is named.

    Raises:
        BadFile: unreadable, unknown keys, a name or item key used twice.
    """
    return _load(file or bundled("resources") / "platforms.toml")


@lru_cache(maxsize=4)
def _load(file: Path) -> Platforms:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(
            f"平台资料“{file.name}”读不出来（{error}）。", where=str(file.parent), todo="请重新安装。"
        ) from error
    made = Platforms(
        tuple(_item(row, file) for row in data.get("common", [])),
        tuple(
            Platform(
                row["name"],
                tuple(row.get("aliases", ())),
                tuple(_item(one, file) for one in row.get("item", [])),
                tuple(row.get("kinds", ())),
            )
            for row in data.get("platform", [])
        ),
    )
    _refuse_twins(file, [item.key for item in made.common], [one.key for p in made.all for one in p.items])
    _refuse_twins(file, [plain(word) for platform in made.all for word in platform.words])
    return made


def _item(row: Mapping[str, Any], file: Path) -> Item:
    unknown = set(row) - set(Item.__dataclass_fields__)
    wrong = row.get("binds", "") not in ("", *BINDINGS) or row.get("when", "") not in WHEN
    if unknown or wrong or not {"key", "title", "how"} <= set(row):
        raise BadFile(f"平台资料的事项“{row.get('key', '?')}”写得不对。", where=str(file), todo="请核对该事项的各项。")
    return Item(**row)


def _refuse_twins(file: Path, *groups: Iterable[str]) -> None:
    names = [name for group in groups for name in group]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise BadFile(f"平台资料里“{'、'.join(twins)}”重复。", where=str(file), todo="请改成不重复的名称。")
