"""Rows of a list turned into what they say about accounts, units and people; nothing is compared or written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from desktop import platforms
from desktop.documents.cells import Sheet, reference
from desktop.importing import defects, values
from desktop.importing.fields import IGNORED, Field, Kind, may_repeat
from desktop.importing.fields import field as field_of
from desktop.importing.layout import Grid, Layout
from desktop.importing.matching import Match
from desktop.importing.values import Human

Odd = Callable[..., None]
_WORDS = {Kind.TEXT, Kind.NAME, Kind.PHONE, Kind.EMAIL, Kind.CODE, Kind.LINK, Kind.PLATFORM, Kind.PERSON}
_FILLED_DOWN = {"unit.parent", "unit.name", "account.platform"}
"""Fields an office writes once for several rows."""
_UNIT_ABOVE = re.compile(r"(?:填报|填表|报送|上报)单位[^:：]{0,8}[:：]\s*([^\s（(]{4,40})")
_MONTH_ABOVE = re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月")


@dataclass(frozen=True, slots=True)
class Defect:
    """Something odd in a row.

    Attributes:
        row, column: where, counted from 0; column -1 for the row as a whole.
        label: what stands above the column. key: the field it is taken for.
        what: what is odd, in Chinese. proposal: the text without it, where there is no doubt.
    """

    row: int
    column: int
    label: str
    key: str
    what: str
    proposal: str | None = None

    @property
    def place(self) -> str:
        """Where it is, as Excel names it."""
        return reference(self.row, self.column) if self.column >= 0 else f"第 {self.row + 1} 行"


@dataclass(slots=True)
class Draft:
    """What one row says.

    Attributes:
        row: counted from 0.
        said: field key → value (text, date, bool or int); a field that was left blank is missing.
        people: role → the people named for it.
        defects: what is odd about the row.
    """

    row: int
    said: dict[str, object] = field(default_factory=dict)
    people: dict[str, list[Human]] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)

    def text(self, key: str) -> str:
        """The text said for a field, empty when nothing was."""
        value = self.said.get(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the clerk decided about a list beyond its columns.

    Attributes:
        platform: of rows that name none.
        unit: of rows that name none.
        month: of figures that name none.
        adopted: (row, column) of the defects whose proposal is taken.
    """

    platform: str = ""
    unit: str = ""
    month: date | None = None
    adopted: frozenset[tuple[int, int]] = frozenset()


def proposed_choices(sheet: Sheet, layout: Layout, matches: Sequence[Match]) -> Choices:
    """What the sheet itself says for all its rows: the platform in its name or title, the unit and month above."""
    has_platform = any(match.key == "account.platform" for match in matches)
    named = [match.label for match in matches if match.key == "account.name"]
    found = None
    if not has_platform:
        found = next(filter(None, map(platforms.load().mentioned, (*named[:1], sheet.name, layout.title))), None)
    unit = _UNIT_ABOVE.search(layout.title)
    above = " ".join([match.label for match in matches if match.key.startswith("figure.")] + [layout.title, sheet.name])
    month = _MONTH_ABOVE.search(above)
    return Choices(
        found.name if found else "",
        unit[1] if unit else "",
        date(int(month[1]), int(month[2]), 1) if month and 1 <= int(month[2]) <= 12 else None,
    )


class Reader:
    """Reads the rows of one list.

    `notes` gathers remarks on the whole list: words that were read as a platform, blanks cut off at the ends.
    """

    def __init__(
        self, sheet: Sheet, layout: Layout, matches: Sequence[Match], choices: Choices, *, exact: bool = False
    ) -> None:
        self._exact = exact
        self._platforms = platforms.load()
        self._grid = Grid(sheet)
        self._sheet = sheet
        self._layout = layout
        self._choices = choices
        self._columns = [
            (match, field_of(layout.subject, match.key)) for match in matches if match.key and match.key != IGNORED
        ]
        self._names = [match for match in matches if match.key == "account.name"]
        self._read_as: dict[str, tuple[str, int]] = {}
        self._trimmed = 0
        self._above: dict[str, tuple[str, int]] = {}

    def drafts(self) -> Iterator[Draft]:
        """One draft for every row, and one more for each further account a row names (微信名称, 微博名称)."""
        for row in self._layout.rows:
            several = [name for name in self._names if self._grid.own(row, name.column).strip()]
            for name in several if len(self._names) > 1 and several else [None]:
                yield self._draft(row, name)

    def notes(self) -> list[str]:
        """Remarks on the whole list; complete after the last draft."""
        made = [f"“{text}”按平台“{platform}”登记（{count} 行）。" for text, (platform, count) in self._read_as.items()]
        if self._trimmed:
            made.append(f"{self._trimmed} 个单元格首尾有空格或换行，已去掉，内容不变。")
        hidden = [row + 1 for row in self._layout.rows if row in self._sheet.hidden_rows]
        if hidden:
            made.append(f"原表隐藏的 {len(hidden)} 行也读取了（第 {hidden[0]} 行等）。")
        return made

    def _draft(self, row: int, only: Match | None) -> Draft:
        draft = Draft(row)
        if self._exact:
            return self._as_exported(draft)
        for match, one in self._columns:
            if only is not None and match.key == "account.name" and match is not only:
                continue
            text = self._text(draft, match, one)
            if text:
                self._say(draft, match, one, text)
        if "account.platform" not in draft.said:
            label = self._platforms.mentioned(only.label) if only else None
            platform = self._layout.platforms.get(row) or (label.name if label else "") or self._choices.platform
            if platform:
                draft.said["account.platform"] = platform
        if self._choices.unit and "unit.name" not in draft.said:
            draft.said["unit.name"] = self._choices.unit
        return draft

    def _as_exported(self, draft: Draft) -> Draft:
        """A row of an exported register: every text is taken to the character."""
        for match, one in self._columns:
            text = self._sheet.at(draft.row, match.column).text
            literal = one.kind in _WORDS
            kind = Kind.DATE if one.kind is Kind.MONTH else one.kind  # weeks begin within a month
            value, remark = (text, "") if literal else values.understand(kind, text)
            if remark:
                draft.defects.append(Defect(draft.row, match.column, match.label, match.key, remark))
            if value is not None and value != "":
                draft.said[one.key] = value
        return draft

    def _text(self, draft: Draft, match: Match, one: Field) -> str:
        """The text of a cell without blanks at its ends, taken from above where the cell is merged or left blank."""
        row, column = draft.row, match.column
        cell, area = self._sheet.at(row, column), self._grid.areas.get((row, column))
        if area is not None and area.left == column and area.top < row:
            cell = self._sheet.at(area.top, column)
            shown = " ".join(cell.text.split())
            if shown and self._layout.header.stop <= area.top:
                note = f"与第 {area.top + 1} 行是合并单元格，按“{shown}”理解。"
                draft.defects.append(Defect(row, column, match.label, match.key, note))
        problem = defects.of_cell(cell)
        if problem:
            draft.defects.append(Defect(row, column, match.label, match.key, problem))
            return ""
        text = cell.text.strip()
        self._trimmed += text != cell.text and area is None
        if one.key in _FILLED_DOWN and not self._sheet.merges_known:
            if text:
                self._above[one.key] = (text, row)
            elif one.key in self._above:
                text, from_row = self._above[one.key]
                note = f"留空，像是与上面合并的单元格，按第 {from_row + 1} 行的“{text}”理解。"
                draft.defects.append(Defect(row, column, match.label, match.key, note))
        if (row, column) in self._choices.adopted:
            while (
                mend := next((f.proposal for f in defects.of_text(one.kind, text, cell) if f.proposal), None)
            ) not in {
                None,
                text,
            }:
                text = str(mend)
        return text

    def _say(self, draft: Draft, match: Match, one: Field, text: str) -> None:
        def odd(what: str, proposal: str | None = None) -> None:
            draft.defects.append(Defect(draft.row, match.column, match.label, match.key, what, proposal))

        if not values.is_nothing(text):
            for found in defects.of_text(one.kind, text, self._sheet.at(draft.row, match.column)):
                odd(found.what, found.proposal)
        if values.is_nothing(text) and one.kind is not Kind.YES_NO:
            return
        if one.key.startswith("role."):
            self._say_person(draft, one, text, odd)
            return
        if one.kind is Kind.PLATFORM:
            self._say_platform(draft, text, odd)
            return
        value, remark = values.understand(one.kind, text)
        if remark:
            odd(remark)
        if value is None:
            return
        if may_repeat(one.key) and one.key in draft.said:
            value = f"{draft.said[one.key]}；{value}"
        draft.said[one.key] = value

    def _say_platform(self, draft: Draft, text: str, odd: Odd) -> None:
        known = self._platforms.find(text)
        if known is None:
            draft.said["account.platform"] = text
            odd(f"“{text}”不是常见的平台名，按原文登记。")
            return
        draft.said["account.platform"] = known.name
        if platforms.plain(text) in map(platforms.plain, known.kinds):
            draft.said.setdefault("account.kind", text)
        if text != known.name:
            self._read_as[text] = (known.name, self._read_as.get(text, ("", 0))[1] + 1)

    def _say_person(self, draft: Draft, one: Field, text: str, odd: Odd) -> None:
        _, role, part = one.key.split(".")
        humans = draft.people.setdefault(role, [])
        if part == "name":
            found, remark = values.people(text)
            humans += found
            if remark:
                odd(remark)
            if not found and not remark:
                odd(f"“{text}”里看不出姓名，没有导入。")
            return
        parts = [each for each in re.split(r"[；;、\n/]+|\s{2,}", text) if each.strip()]
        if not humans:
            odd(f"“{text}”没有对应的姓名，没有导入。")
        elif len(parts) not in {1, len(humans)}:
            odd(f"有 {len(humans)} 个人却有 {len(parts)} 项内容，对不上，没有导入。")
        else:
            for number, human in enumerate(humans[: len(parts)]):
                setattr(human, part, parts[number].strip())
            if len(parts) == 1 and len(humans) > 1 and part != "identity":
                odd(f"有 {len(humans)} 个人只有一项内容，记在{humans[0].name}名下。")
