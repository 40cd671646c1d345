"""What a column of a list may mean: the fields of the register, and the words offices write above them.

The words stand in resources/list_words.toml: those of filing forms and problem lists (forms.md A2, A7, B, E) and those
clerks write in lists of their own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from desktop.assignments import ROLES
from desktop.paths import bundled


class Kind(StrEnum):
    """How the text of a field is understood."""

    TEXT = "文字"
    NAME = "名称"
    PERSON = "人员"
    PHONE = "电话"
    EMAIL = "邮箱"
    DATE = "日期"
    MONTH = "月份"
    YES_NO = "是否"
    COUNT = "数量"
    CODE = "标识码"
    LINK = "链接"
    PLATFORM = "平台"
    STATE = "状态"


class Subject(StrEnum):
    """What the rows of a list are about; the value is the name of its sheet in an exported register."""

    UNITS = "单位"
    ACCOUNTS = "账号"
    PEOPLE = "人员"
    DUTIES = "分工"
    FIGURES = "运行数据"
    STEPS = "账号状态"


@dataclass(frozen=True, slots=True)
class Field:
    """One field a column can be matched with.

    Attributes:
        key: `record.attribute`, or `role.<role>.<attribute>` for the people of an account.
        label: what an exported register writes above it.
    """

    key: str
    label: str
    kind: Kind
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


IGNORED = "number"
"""Key of columns that only count the rows (序号)."""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((bundled("resources") / "list_words.toml").read_text("utf-8"))


def _fields(record: str) -> list[Field]:
    return [
        Field(
            f"{record}.{name}",
            one["label"],
            Kind(one["kind"]),
            tuple(one.get("strong", ())),
            tuple(one.get("weak", ())),
        )
        for name, one in _words()[record].items()
    ]


def _roles() -> list[Field]:
    words = _words()
    return [
        Field(
            f"role.{role}.{part}",
            role + one["label"],
            Kind(one["kind"]),
            tuple(word + end for word in words["roles"][role] for end in one["ends"]),
        )
        for role in ROLES
        for part, one in words["role_parts"].items()
    ]


def _only(fields: list[Field], *attributes: str) -> list[Field]:
    return [field for field in fields if field.key.partition(".")[2] in attributes]


def _reference(record: str, label: str) -> Field:
    """The number a record has inside an exported workbook, so that its sheets can speak of each other."""
    return Field(f"{record}.ref", label, Kind.TEXT)


@cache
def fields_of(subject: Subject) -> tuple[Field, ...]:
    """The fields a column of such a list can mean, in the order of an exported sheet."""
    unit, account, person, figure = (_fields(record) for record in ("unit", "account", "person", "figure"))
    duty, step = _fields("duty"), _fields("step")
    unit_ref, account_ref, person_ref = (
        _reference("unit", "单位编号"), _reference("account", "账号编号"), _reference("person", "人员编号"),
    )  # fmt: skip
    named = [account_ref, *_only(account, "platform", "name"), *_only(unit, "name")]
    of_unit = ("name", "level", "parent", "contact", "contact_phone", "email", "address", "region_code")
    number = Field(IGNORED, "序号", Kind.TEXT, ("编号", "序", "No.", "NO"))
    figures = _only(figure, "start", "posts", "followers", "reads")
    if subject is Subject.UNITS:
        return (unit_ref, *unit, _reference("parent", "上级单位编号"), number)
    if subject is Subject.ACCOUNTS:
        return (account_ref, *account, unit_ref, *_only(unit, *of_unit), *step, *_roles(), *figures, number)
    if subject is Subject.PEOPLE:
        return (person_ref, *person, unit_ref, *_only(unit, "name"), number)
    if subject is Subject.DUTIES:
        return (*named, person_ref, *_only(person, "name"), *duty)
    return (*named, *figure) if subject is Subject.FIGURES else (*named, *step)


@cache
def field(subject: Subject, key: str) -> Field:
    """The field with this key.

    Raises:
        KeyError: such a list has none.
    """
    return {found.key: found for found in fields_of(subject)}[key]


@cache
def field_of_label(subject: Subject, label: str) -> str:
    """The key of the field an exported sheet has this label for, empty when none has."""
    return next((one.key for one in fields_of(subject) if one.label == label), "")


KEY_FIELD = {
    Subject.UNITS: "unit.name", Subject.ACCOUNTS: "account.name", Subject.PEOPLE: "person.name",
    Subject.DUTIES: "duty.role", Subject.FIGURES: "figure.start", Subject.STEPS: "step.state",
}  # fmt: skip
"""The field without which a row of such a list says nothing."""

REPEATABLE = {"account.note", "number"}
"""Fields that several columns may give."""


def may_repeat(key: str) -> bool:
    """Whether several columns may mean this field: notes are joined, people of one role are added up."""
    return key in REPEATABLE or key.startswith("role.")
