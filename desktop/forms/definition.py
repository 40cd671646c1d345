"""What a form is: its fields, repeating groups, steps, signers and rules, as read from `form.toml` (docs/forms.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from desktop.documents.places import Entry, Fit, Growth, Tag

if TYPE_CHECKING:
    from desktop.documents.excel import ExcelTemplate
    from desktop.documents.word import WordTemplate

Values = dict[str, str | list[dict[str, str]]]
"""Field key → text, group key → rows of member key → text; dates are ISO, numbers plain, choices their wording."""

Kind = Literal["docx", "xlsx"]

KINDS: dict[str, str] = {
    "text": "一行文字",
    "long": "多行文字",
    "number": "数字",
    "date": "日期",
    "yesno": "是或否，可加说明",
    "choice": "从所列选项中选一项",
    "phone": "电话",
    "person": "姓名，可带联系方式",
    "unit": "单位名称",
    "link": "网址或账号标识",
    "accounts": "账号名称，每行一个",
    "figures": "运行数据，如“发布 186 条；粉丝 12,480”",
    "opinion": "意见，通常留空手写",
    "signature": "签名处",
    "seal": "盖章处",
}
ONE_LINE = {"text", "number", "date", "yesno", "choice", "phone", "person", "unit", "link"}
SUBJECTS = {"unit": "单位", "account": "账号", "person": "人员", "handover": "交接", "event": "事项"}
PURPOSES = ("统计与台账", "备案", "密码与交接", "自查与年审", "审核与值班", "其他")
"""What forms are for, in the order in which lists show them; the last is that of a form that does not say."""
OVERFLOWS: dict[str, Fit] = {"grow": "grow", "shrink": "shrink", "continue": "continue"}


@dataclass(frozen=True, slots=True)
class Call:
    """A word of a closed set with its arguments, such as `most_lines(2)` or `sum(weibo_posts, wechat_posts)`."""

    name: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The call as it is written in form.toml."""
        return f"{self.name}({', '.join(self.arguments)})" if self.arguments else self.name


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in.

    `key` is the tag of its place, for a member of a group without group and number. `longest` counts full-width
    characters that fit the box at the template's size, 0 when there is no limit.
    """

    key: str
    label: str
    step: str
    kind: str = "text"
    required: bool = False
    source: Call | None = None
    equals: Call | None = None
    default: str = ""
    longest: int = 0
    overflow: Fit = "grow"
    print: str = ""
    options: tuple[str, ...] = ()
    hint: str = ""
    clause: str = ""
    checks: tuple[Call, ...] = ()
    advice: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that repeat, one instance a row or a column of the paper (可自行添加)."""

    key: str
    label: str
    step: str
    direction: Literal["row", "column"]
    fields: tuple[Field, ...]
    source: Call | None = None
    most: int = 0
    narrowest: float = 20.0
    hint: str = ""

    def member(self, key: str) -> Field:
        """The field of that key."""
        return next(member for member in self.fields if member.key == key)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guided filling."""

    id: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, in order, in which field, and which seal belongs beside it."""

    role: str
    place: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One of several limits in hours: for which choice, what is to be done within how many hours, and the clause.

    `hours` 0 means at once, where the clause names no number.
    """

    value: str
    what: str
    clause: str
    hours: int = 0

    def __str__(self) -> str:
        """As the clerk reads it: 3 小时内向分管领导汇报（第二十四条（二））."""
        return f"{f'{self.hours} 小时内' if self.hours else ''}{self.what}（{self.clause}）"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the form is due.

    `kind`: `notice` (as the superior's notice says), `workdays` or `days` (count after the date in the field `after`;
    negative before it), `hours` (counted from the moment in the field `after`; `limits` by the choice in the field
    `by`), `yearly` (month and day), `none`.
    """

    kind: str = "none"
    count: int = 0
    after: str = ""
    month: int = 0
    day: int = 0
    clause: str = ""
    by: str = ""
    limits: tuple[Limit, ...] = ()

    def limits_for(self, choice: str) -> list[Limit]:
        """The limits in hours that hold for a choice, in the order of the form."""
        return [limit for limit in self.limits if limit.value == choice]


@dataclass(frozen=True)
class Form:
    """One form: what `form.toml` says and where its templates lie.

    `statement` is the field that takes the sentence of 零报告 or 无变更, empty when the form has no such answer.
    """

    folder: Path
    id: str
    title: str
    issuer: str
    edition: str
    subject: str
    purpose: str
    basis: str
    clause: str
    own_layout: bool
    valid_from: date
    valid_until: date | None
    file_name: str
    copies: int
    deadline: Deadline
    statement: str
    steps: tuple[Step, ...]
    items: tuple[Field | Group, ...]
    signers: tuple[Signer, ...] = field(default=())

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The single fields, in the order of the paper."""
        return tuple(item for item in self.items if isinstance(item, Field))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The repeating groups."""
        return tuple(item for item in self.items if isinstance(item, Group))

    @cached_property
    def by_key(self) -> dict[str, Field | Group]:
        """Key → single field or group."""
        return {item.key: item for item in self.items}

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The formats the form has a template for."""
        found: list[Kind] = []
        if (self.folder / "template.docx").is_file():
            found.append("docx")
        if (self.folder / "template.xlsx").is_file():
            found.append("xlsx")
        return tuple(found)

    def of_step(self, step: str) -> tuple[Field | Group, ...]:
        """What one step asks, in order."""
        return tuple(item for item in self.items if item.step == step)

    def field_of(self, tag: Tag) -> Field | None:
        """The field that a tag of the template stands for."""
        item = self.by_key.get(tag.key)
        if isinstance(item, Group):
            return next((member for member in item.fields if member.key == tag.member), None)
        return item if item is not None and not tag.member else None

    def full_label(self, key: str, member: str = "") -> str:
        """A label that is unique in the form: the label alone, else with its step or group before it."""
        return self._labels[key, member]

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        titles = {step.id: step.title for step in self.steps}
        alike = Counter(item.label for item in self.fields)
        found = {}
        for item in self.items:
            if isinstance(item, Group):
                found[item.key, ""] = item.label
                found |= {(item.key, member.key): f"{item.label}·{member.label}" for member in item.fields}
            else:
                plain = alike[item.label] == 1
                found[item.key, ""] = item.label if plain else f"{titles.get(item.step, '')}·{item.label}"
        return found

    @cached_property
    def printed(self) -> tuple[tuple[Field | Group, tuple[tuple[Field, Entry], ...]], ...]:
        """Every item with its fields (itself, or its members) and what goes into an empty place of each."""

        def empty(field: Field, label: str) -> tuple[Field, Entry]:
            fitting = field.longest if field.overflow == "shrink" else 0
            blank = "　　　　年　　月　　日" if field.kind == "date" else "　　"
            return field, Entry("", None, fitting, field.kind in ONE_LINE, "", label, blank)

        return tuple(
            (item, tuple(empty(field, self.full_label(item.key, field.key)) for field in item.fields))
            if isinstance(item, Group)
            else (item, (empty(item, self.full_label(item.key)),))
            for item in self.items
        )

    def tags(self) -> Iterator[tuple[str, str]]:
        """Every tag a template must hold, with its title; groups with their first instance."""
        for item in self.items:
            if isinstance(item, Group):
                for member in item.fields:
                    yield str(Tag(item.key, 1, member.key)), self.full_label(item.key, member.key)
            else:
                yield item.key, self.full_label(item.key)

    @property
    def growths(self) -> dict[str, Growth]:
        """Group → how it grows."""
        return {group.key: Growth(group.direction, group.narrowest) for group in self.groups}

    @cached_property
    def word(self) -> WordTemplate:
        """The Word template, opened and compiled once.

        Raises:
            BadFile, BadForm: the template is missing, damaged or contradicts itself.
        """
        from desktop.documents.package import open_package
        from desktop.documents.word import WordTemplate

        path = self.folder / "template.docx"
        return WordTemplate(open_package(path, f"{self.id}/{path.name}"), self.growths)

    @cached_property
    def excel(self) -> ExcelTemplate:
        """The Excel template, opened and compiled once.

        Raises:
            BadFile, BadForm: the template is missing, damaged or contradicts itself.
        """
        from desktop.documents.excel import ExcelTemplate
        from desktop.documents.package import open_package

        path = self.folder / "template.xlsx"
        return ExcelTemplate(open_package(path, f"{self.id}/{path.name}"), self.growths)
