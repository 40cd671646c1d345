"""Where the list is in a sheet: title lines above, one to three header lines, rows, notes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop import platforms
from desktop.documents.cells import Area, CellKind, Sheet
from desktop.errors import BadFile
from desktop.importing.fields import KEY_FIELD, Subject
from desktop.importing.matching import LIKELY, Match, match, plain, scores

SEARCHED = 40  # rows from the top among which the header is looked for
_DEEPEST = 3  # header lines
_GOOD, _BELOW = 3.0, 3  # a header this good ends the search so many lines below it
_SAMPLES = 30  # rows whose content helps to tell what a column means
_LONGEST_LABEL = 40  # characters; longer texts are sentences
FOREIGN = (Subject.ACCOUNTS, Subject.PEOPLE, Subject.UNITS)
"""What a list of somebody else can be about, most usual first."""
_BROKEN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # 新媒体⏎名称, 链 接
_NUMBER = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*|[（(][^）)]*[）)]\s*$")
_TOTALS = {"合计", "总计", "小计", "共计", "总数"}
_NOTES = ("注", "说明", "备注", "填表", "填报", "制表", "联系人", "审核人", "单位负责人", "附", "※", "*")


@dataclass(slots=True)
class Layout:
    """Where the header and the rows of a list are; rows and columns counted from 0.

    Attributes:
        subject: what the rows are about.
        header: the header lines.
        labels: the words above each column, header lines joined.
        rows: the rows that are part of the list.
        left_out: other rows below the header, with the reason in Chinese.
        platforms: row → platform named by a heading inside the list (一、微信公众号).
        title: the words above the header.
    """

    subject: Subject
    header: range
    labels: list[str]
    rows: list[int] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    platforms: dict[int, str] = field(default_factory=dict)
    title: str = ""


class Grid:
    """A sheet with its merged cells resolved: every cell of an area shows the text of its first."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width = max(sheet.width, 1)
        self._first: dict[tuple[int, int], tuple[int, int]] = {}
        self.areas: dict[tuple[int, int], Area] = {}
        for area in sheet.merges:
            for row in range(area.top, min(area.bottom, len(sheet.rows) - 1) + 1):
                for column in range(area.left, min(area.right, self.width - 1) + 1):
                    self._first[row, column] = (area.top, area.left)
                    self.areas[row, column] = area

    def text(self, row: int, column: int) -> str:
        """The text shown at this place, merged cells resolved."""
        return self.sheet.at(*self._first.get((row, column), (row, column))).text

    def own(self, row: int, column: int) -> str:
        """The text of the very cell."""
        return self.sheet.at(row, column).text

    def filled(self, row: int) -> list[int]:
        """The columns of a row whose own cells hold something."""
        cells = self.sheet.rows[row] if row < len(self.sheet.rows) else []
        return [column for column, cell in enumerate(cells) if cell.kind is not CellKind.EMPTY and cell.text.strip()]


def find(sheet: Sheet, *, header: range | None = None, subject: Subject | None = None) -> Layout:
    """Find the list in a sheet; `header` and `subject` when the clerk has chosen them.

    Raises:
        BadFile: there is no line that could be a header.
    """
    grid = Grid(sheet)
    subjects = [subject] if subject else list(FOREIGN)
    best: tuple[float, range, Subject] | None = None
    for lines in [header] if header else _candidates(grid):
        if best is not None and best[0] >= _GOOD and lines.start > best[1].stop + _BELOW:
            break
        labels = _labels(grid, lines)
        for one in subjects:
            score = _score(one, labels) - 0.3 * (len(lines) - 1)
            if best is None or score > best[0] + 1e-9:
                best = (score, lines, one)
    if best is None or (best[0] <= 0 and header is None):
        raise BadFile(
            f"“{sheet.name}”里找不到列名（如“账号名称”“平台”“主办单位”）。",
            todo="请确认名单有一行列名；也可以自己指定哪一行是列名。",
        )
    return laid_out(sheet, best[1], best[2])


def laid_out(sheet: Sheet, header: range, subject: Subject) -> Layout:
    """The layout for a header that is known."""
    grid = Grid(sheet)
    labels = _labels(grid, header)
    above = [grid.own(row, column).strip() for row in range(header.start) for column in grid.filled(row)]
    layout = Layout(subject, header, labels, title=" ".join(above)[:200])
    key_columns = _key_columns(subject, labels)
    current = ""
    for row in range(header.stop, len(sheet.rows)):
        filled = grid.filled(row)
        if not filled:
            continue
        reason = _left_out(grid, row, filled, labels, key_columns)
        heading = _heading(grid.own(row, filled[0]), bool(reason)) if len(filled) == 1 and grid.width > 1 else ""
        if heading:
            current = heading
            layout.left_out[row] = f"小标题“{_short(grid.own(row, filled[0]))}”，以下各行的平台按“{current}”理解。"
        elif reason:
            layout.left_out[row] = reason
        else:
            layout.rows.append(row)
            if current:
                layout.platforms[row] = current
    return layout


def matched(sheet: Sheet, layout: Layout) -> list[Match]:
    """The columns of the list matched with fields."""
    grid = Grid(sheet)
    shown = layout.rows[:_SAMPLES]
    samples = [[grid.text(row, column) for row in shown] for column in range(len(layout.labels))]
    return match(layout.subject, layout.labels, samples)


def _candidates(grid: Grid) -> list[range]:
    last = min(SEARCHED, len(grid.sheet.rows))
    found = []
    for row in range(last):
        filled = grid.filled(row)
        if not filled or (len(filled) == 1 and grid.width > 1 and len(grid.sheet.rows) > 1):
            continue
        found += [range(row, row + depth) for depth in range(1, _DEEPEST + 1) if row + depth <= last]
    return found


def _labels(grid: Grid, lines: range) -> list[str]:
    """The words above each column; a word of an upper line spans the blanks to its right (分管领导 | 姓名, 电话)."""
    labels = []
    for column in range(grid.width):
        parts: list[str] = []
        for row in lines:
            text = grid.text(row, column).strip()
            if not text and row < lines.stop - 1 and grid.text(row + 1, column).strip():
                text = _to_the_left(grid, row, column)
            if text and text not in parts:
                parts.append(text)
        labels.append(" ".join(_BROKEN.sub("", " ".join(part.split())) for part in parts))
    return labels


def _to_the_left(grid: Grid, row: int, column: int) -> str:
    for left in range(column - 1, -1, -1):
        if not grid.text(row + 1, left).strip():
            return ""
        if text := grid.text(row, left).strip():
            return text
    return ""


def _score(subject: Subject, labels: Sequence[str]) -> float:
    """How much these words look like the header of such a list."""
    best: dict[str, float] = {}
    odd = 0.0
    for label in labels:
        if not label:
            continue
        found = scores(subject, label)
        key, score = max(found.items(), key=lambda pair: pair[1], default=("", 0.0))
        if score < LIKELY or len(label) > _LONGEST_LABEL:
            odd += 0.5 if len(label) > _LONGEST_LABEL else 0.2
        else:
            best[key] = max(best.get(key, 0.0), score)
    key_score = max((scores(subject, label).get(KEY_FIELD[subject], 0.0) for label in labels if label), default=0.0)
    return sum(best.values()) - odd + (1.0 if key_score >= LIKELY else -1.0)


def _key_columns(subject: Subject, labels: Sequence[str]) -> list[int]:
    """The columns that name what a row is about."""
    key = KEY_FIELD[subject]
    found = [(scores(subject, label).get(key, 0.0), column) for column, label in enumerate(labels) if label]
    return [column for score, column in found if score >= LIKELY]


def _left_out(grid: Grid, row: int, filled: list[int], labels: Sequence[str], key_columns: list[int]) -> str:
    """Why a row is no part of the list; empty when it is."""
    first = grid.own(row, filled[0]).strip()
    word = plain(first)
    same = sum(plain(grid.text(row, column)) == plain(label) for column, label in enumerate(labels) if label)
    if same >= 2 and same * 2 > len([label for label in labels if label]):
        return "又一次出现的列名。"
    if word in _TOTALS or any(plain(grid.own(row, column)) in _TOTALS for column in filled[:3]):
        return "合计行。"
    if any(grid.text(row, column).strip() for column in key_columns) and len(filled) > 1:
        return ""
    wide = grid.areas.get((row, filled[0]))
    if len(filled) == 1 and grid.width > 2:
        alone_in_key = filled[0] in key_columns and not (wide and wide.right - wide.left + 1 > grid.width / 2)
        return "" if alone_in_key and not first.startswith(_NOTES) else f"不是名单内容：“{_short(first)}”。"
    if first.startswith(_NOTES) and len(filled) <= max(2, grid.width // 3):
        return f"不是名单内容：“{_short(first)}”。"
    return ""


def _heading(text: str, alone: bool) -> str:
    """The platform a line inside the list announces (一、微信公众号); `alone` when it is no row of the list anyway."""
    known = platforms.load()
    found = known.find(_NUMBER.sub("", text)) or (known.mentioned(text) if alone else None)
    return found.name if found else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 30 else text[:30] + "…"
