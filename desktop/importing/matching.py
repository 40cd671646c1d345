"""Which column means which field: by the words above it, by what stands below it, by its neighbours."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from desktop import platforms
from desktop.importing import values
from desktop.importing.fields import IGNORED, Field, Kind, Subject, field, fields_of, may_repeat

SURE, LIKELY = 0.9, 0.6
"""Confidence from which a match is shown as 确定, and from which it is taken at all."""
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_INSIDE = re.compile(r"[（(\[【]([^）)\]】]+)[）)\]】]")
_NOISE = re.compile(r"[\s、,，.。:：;；/\\*＊·\-—_|“”\"'?？!！]+")
_LEADING = re.compile(r"^(?:\d+|[一二三四五六七八九十]+)(?=[、.．])")
_YEAR = re.compile(r"(?:截至|截止|至)?(?:(?:19|20)\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|以来)?")
_PHONE_OF = {
    "unit.leader": "unit.leader_phone", "unit.head": "unit.head_phone", "unit.contact": "unit.contact_phone",
    "account.bound_phone_owner": "account.bound_phone",
}  # fmt: skip
_GENERIC = {
    "电话",
    "联系电话",
    "联系方式",
    "手机",
    "手机号",
    "手机号码",
    "电话号码",
    "身份",
    "职务",
    "岗位",
    "政治面貌",
    "人员身份",
}
_PART_OF = {"身份": "identity", "人员身份": "identity", "职务": "position", "岗位": "position", "政治面貌": "politics"}


@dataclass(frozen=True, slots=True)
class Match:
    """A column and the field it was taken for.

    Attributes:
        column: counted from 0.
        label: the words above the column.
        key: the field, empty when the column is left out.
        confidence: 0 to 1; 1 when the clerk chose it.
        why: in Chinese, what the match rests on.
    """

    column: int
    label: str
    key: str
    confidence: float
    why: str

    @property
    def grade(self) -> str:
        """What the clerk reads: 确定, 可能 or 不导入."""
        return "不导入" if not self.key else "确定" if self.confidence >= SURE else "可能"


def plain(text: str) -> str:
    """A header without blanks, breaks, punctuation, row numbers and letter variants; 帐 is 账."""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    return _NOISE.sub("", _LEADING.sub("", text)).replace("帐", "账").replace("的新媒体平台账号名称", "的新媒体平台")


@lru_cache(maxsize=4096)
def readings(label: str) -> tuple[tuple[str, float], ...]:
    """The ways a header can be read, with weights: whole, without brackets, only the brackets, without dates."""
    folded = unicodedata.normalize("NFKC", label)
    found: dict[str, float] = {plain(label): 1.0}
    without = _BRACKETS.sub("", folded)
    found.setdefault(plain(without), 0.97)
    for inside in _INSIDE.findall(folded):
        found.setdefault(plain(inside), 0.85)
    found.setdefault(_YEAR.sub("", plain(without)), 0.95)
    return tuple((text, weight) for text, weight in found.items() if text and not text.isdigit())


@cache
def _words(subject: Subject) -> tuple[tuple[str, Field, float], ...]:
    """Every word of a subject in plain form with its field and weight."""
    found = []
    for one in fields_of(subject):
        for word in (one.label, *one.strong):
            found.append((plain(word), one, 1.0))
        for word in one.weak:
            found.append((plain(word), one, 0.75))
    return tuple(found)


@cache
def _by_pair(subject: Subject) -> Mapping[str, tuple[int, ...]]:
    """The words of a subject by the pairs of characters in them: words that share none cannot be alike."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, (word, _, _) in enumerate(_words(subject)):
        for pair in _pairs(word):
            found[pair].append(number)
    return {pair: tuple(numbers) for pair, numbers in found.items()}


def _pairs(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(max(len(text) - 1, 1))}


@lru_cache(maxsize=4096)
def scores(subject: Subject, label: str) -> Mapping[str, float]:
    """How well a header fits each field of a subject, by words alone: 1 is the very word, 0.5 and less is nothing."""
    best: dict[str, float] = {}
    words, by_pair = _words(subject), _by_pair(subject)
    for text, weight in readings(label):
        near = {number for pair in _pairs(text) for number in by_pair.get(pair, ())}
        for number in near:
            word, one, strength = words[number]
            likeness = _likeness(text, word) * weight * strength
            if likeness > max(0.4, best.get(one.key, 0.0)):
                best[one.key] = likeness
    return best


def _likeness(text: str, word: str) -> float:
    if text == word:
        return 1.0
    if len(word) > 1 and word in text:
        return 0.55 + 0.35 * len(word) / len(text)
    if len(text) > 1 and text in word:
        return 0.45 + 0.3 * len(text) / len(word)
    if len(text) > 3 and len(word) > 3:
        if 2 * len(set(text) & set(word)) < 1.2 * min(len(text), len(word)):
            return 0.0
        ratio = difflib.SequenceMatcher(None, text, word, autojunk=False).ratio()
        return 0.65 * ratio if ratio > 0.75 else 0.0
    return 0.0


def match(subject: Subject, labels: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Match]:
    """Match every column of a list; a field is given away once, except those that may repeat.

    Args:
        subject: what the rows are about.
        labels: the words above each column.
        samples: some texts from below each column.
    """
    candidates: list[tuple[float, int, str, str]] = []
    for column, label in enumerate(labels):
        for key, score in _in_context(subject, labels, column).items():
            evidence = _evidence(field(subject, key).kind, samples[column])
            why = "列名相同" if score >= 0.97 else "列名相近"
            if evidence > 0:
                why += "，内容也相符"
            candidates.append((min(score + evidence, 1.0), column, key, why))
        if not label.strip():
            candidates += _by_content(subject, column, samples[column])
    candidates.sort(key=lambda one: (-one[0], one[1]))
    taken: dict[int, Match] = {}
    given: set[tuple[str, str]] = set()
    for score, column, key, why in candidates:
        platform = platforms.load().mentioned(labels[column]) if key == "account.name" else None
        once = (key, platform.name if platform else "")  # 微信名称 and 微博名称 in one row are two accounts
        if score < LIKELY or column in taken or (once in given and not may_repeat(key)):
            continue
        if key == "account.name" and given & {(key, ""), (key, once[1])}:
            continue
        taken[column] = Match(column, labels[column], key, round(score, 2), why)
        given.add(once)
    return [taken.get(column, Match(column, label, "", 0.0, "")) for column, label in enumerate(labels)]


def _in_context(subject: Subject, labels: Sequence[str], column: int) -> Mapping[str, float]:
    """Scores of a header, where a bare 联系电话 or 职务 belongs to the person named to its left."""
    label = labels[column]
    own = scores(subject, label) if label.strip() else {}
    generic = plain(label)
    if generic not in _GENERIC:
        return own
    for left in range(column - 1, max(column - 5, -1), -1):
        left_plain = plain(labels[left])
        if left_plain in _GENERIC:
            continue
        best = max(scores(subject, labels[left]).items(), key=lambda pair: pair[1], default=("", 0.0))
        part = _PART_OF.get(generic, "mobile")
        key = ""
        if best[1] >= LIKELY and best[0].startswith("role."):
            key = f"{best[0].rpartition('.')[0]}.{part}"
        elif best[1] >= LIKELY and part == "mobile":
            key = _PHONE_OF.get(best[0], "")
        if key:
            return {**{other: score * 0.7 for other, score in own.items()}, key: 0.98}
        break
    return own


def _evidence(kind: Kind, texts: Sequence[str]) -> float:
    """What the content of a column adds to (or takes from) a match of its header."""
    filled = [text for text in texts if text.strip()]
    if not filled or kind in {Kind.TEXT, Kind.NAME, Kind.PERSON}:
        # A column of platforms or links is no column of names, whatever stands above it.
        if filled and kind is Kind.NAME:
            odd = sum(values.looks_like(other, text) for text in filled for other in (Kind.PLATFORM, Kind.LINK))
            return -0.4 if odd > 0.7 * len(filled) else 0.0
        return 0.0
    share = sum(values.looks_like(kind, text) for text in filled) / len(filled)
    return 0.1 if share >= 0.7 else 0.0 if share >= 0.2 else -0.25


def _by_content(subject: Subject, column: int, texts: Sequence[str]) -> list[tuple[float, int, str, str]]:
    """Guesses for a column without a header, from what stands in it alone."""
    filled = [text for text in texts if text.strip()]
    keys = {
        "account.platform": Kind.PLATFORM, "account.homepage": Kind.LINK, "account.code": Kind.CODE,
        "person.mobile": Kind.PHONE,
    }  # fmt: skip
    known = {one.key for one in fields_of(subject)}
    return [
        (LIKELY, column, key, "没有列名，按内容猜测")
        for key, kind in keys.items()
        if key in known and filled and all(values.looks_like(kind, text) for text in filled)
    ]


def corrected(subject: Subject, matches: Sequence[Match], chosen: Mapping[int, str]) -> list[Match]:
    """The matches with the clerk's choices put in; a field chosen twice is taken from the column that had it before.

    Args:
        subject: what the rows are about.
        matches: the program's own.
        chosen: column → key, empty to leave the column out.
    """
    keys = {key for key in chosen.values() if key and not may_repeat(key)}
    made = []
    for one in matches:
        if one.column in chosen:
            key = chosen[one.column]
            if key:
                field(subject, key)
            made.append(Match(one.column, one.label, key, 1.0 if key else 0.0, "由您指定"))
        elif one.key in keys:
            made.append(Match(one.column, one.label, "", 0.0, "该项已指定给另一列"))
        else:
            made.append(one)
    return made


def is_counter(label: str) -> bool:
    """Whether a header only counts rows (序号)."""
    return any(key == IGNORED for key, score in scores(Subject.ACCOUNTS, label).items() if score >= SURE)
