"""标识码 compared with one another: what no single row can show.

Nothing about these codes is officially public (rules.md 6.8): the first six digits are the 行政区划代码, ten characters
stand for a unit. So a code on two units and a foreign prefix are named, and never refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from desktop.importing.drafts import Defect, Draft
from desktop.importing.snapshot import same

_REGION, _UNIT = 6, 10  # leading characters that stand for the region and for the unit
_SHOWN = 3  # other places named in one sentence
_MAJORITY = 0.6  # of the codes of a list: their region is taken for the list's own


class Coded(NamedTuple):
    """A 标识码 in the register: whose it is, on which account."""

    code: str
    unit: str
    account: str


class Listed(NamedTuple):
    """The rows of one list: what it is called among several (empty when alone), and where its codes stand."""

    name: str
    drafts: Sequence[Draft]
    column: int
    label: str


def cross_check(lists: Sequence[Listed], known: Sequence[Coded], own_region: str) -> None:
    """Add to each draft what is odd about its 标识码 beside the others of all lists and of the register.

    Args:
        lists: the lists imported together.
        known: the codes of the register.
        own_region: 行政区划代码 of the own unit, empty when unknown.
    """
    places: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    written: set[tuple[str, str]] = set()
    regions: Counter[str] = Counter()
    for one in lists:
        for draft in one.drafts:
            code, unit = draft.text("account.code"), draft.text("unit.name")
            if len(code) >= _UNIT:
                written.add((code, same(unit)))
                regions[code[:_REGION]] += 1
                places[code[:_UNIT]].append((code, unit, f"{one.name}第 {draft.row + 1} 行“{unit}”"))
    for there in known:
        if len(there.code) >= _UNIT and (there.code, same(there.unit)) not in written:
            places[there.code[:_UNIT]].append((there.code, there.unit, f"台账中“{there.unit}”的{there.account}"))
    region, why = _region(regions, own_region)
    for one in lists:
        for draft in one.drafts:
            for what in _remarks(draft, places, region, why):
                draft.defects.append(Defect(draft.row, one.column, one.label, "account.code", what))


def _remarks(draft: Draft, places: dict[str, list[tuple[str, str, str]]], region: str, why: str) -> Iterator[str]:
    code, unit = draft.text("account.code"), draft.text("unit.name")
    if not code:
        return
    others = [other for other in places.get(code[:_UNIT], []) if same(other[1]) != same(unit)]
    yield from _shared(code, others)
    if region and not code.startswith(region):
        yield f"标识码“{code}”的前 6 位不是{why} {region}。"


def _shared(code: str, others: list[tuple[str, str, str]]) -> list[str]:
    whole = list(dict.fromkeys(place for other, _, place in others if other == code))
    part = list(dict.fromkeys(place for other, _, place in others if other != code))
    made = []
    if whole:
        made.append(f"标识码“{code}”同时用在{_listed(whole)}。")
    if part:
        made.append(f"标识码的单位部分“{code[:_UNIT]}”也用在另一个单位：{_listed(part)}。")
    return made


def _listed(places: list[str]) -> str:
    more = f"等 {len(places)} 处" if len(places) > _SHOWN else ""
    return "、".join(places[:_SHOWN]) + more


def _region(regions: Counter[str], own_region: str) -> tuple[str, str]:
    if own_region:
        return own_region, "本单位的行政区划代码"
    if regions:
        region, count = regions.most_common(1)[0]
        if region.isdigit() and len(region) == _REGION and count > _MAJORITY * regions.total():
            return region, "本表多数账号的"
    return "", ""
