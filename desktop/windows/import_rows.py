"""Third step of an import: the verdict on every row, what would change, what is odd; which rows to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.importing.drafts import Defect
from desktop.importing.plan import Preview
from desktop.importing.verdicts import Line, Verdict
from desktop.windows.parts import Card, button, clear, label, row, scrolling, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

TONES = {Verdict.NEW: "green", Verdict.SAME: "grey", Verdict.DIFFERS: "blue", Verdict.UNUSABLE: "red"}
TAKEN, NOT_TAKEN = "接收", "不接收"
ALL, ODD = "全部", "有缺陷"


@dataclass
class Shown:
    """One line in the table; `taken` is the clerk's decision."""

    id: int
    sheet: int
    position: int
    line: Line
    taken: bool
    where: str


def _remark(shown: Shown) -> str:
    """The first thing to know about a row."""
    line = shown.line
    if line.reason:
        return line.reason
    first = [str(change) for change in line.changes] + [defect.what for defect in line.defects]
    more = f"（共 {len(first)} 项）" if len(first) > 1 else ""
    return " ".join((first[0] + more).split()) if first else ""


COLUMNS = (
    Column("接收", lambda one: TAKEN if one.taken else NOT_TAKEN, 84, tone=lambda one: "green" if one.taken else "grey",
           search=False),
    Column("行", lambda one: one.where, 84, order=lambda one: (one.sheet, one.line.row)),
    Column("核对", lambda one: one.line.verdict.value, 84, tone=lambda one: TONES[one.line.verdict]),
    Column("缺陷", lambda one: f"{len(one.line.defects)} 处" if one.line.defects else "", 72,
           tone=lambda one: "amber" if one.line.defects else None, order=lambda one: len(one.line.defects)),
    Column("内容", lambda one: one.line.title, 200),
    Column("说明", _remark, 150),
)  # fmt: skip


class RowsStep(QWidget):
    """The list of verdicts.

    Signals:
        taken_changed: rows were marked or unmarked.
        proposal: take (or give up) the proposal for a defect: sheet, row, column.
    """

    taken_changed = Signal()
    proposal = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._rows: list[Shown] = []
        self._touched: dict[tuple[int, int], bool] = {}
        self.filters: dict[str, QPushButton] = {}
        self.table = RowsTable("核对结果", COLUMNS)
        self.table.chosen.connect(self._show_details)
        self.table.view.clicked.connect(self._clicked)
        self.table.view.setSelectionMode(self.table.view.SelectionMode.ExtendedSelection)
        self.table.view.installEventFilter(self)
        self._chips = QButtonGroup(self)
        chips = row(spacing=8)
        for name in (ALL, *(verdict.value for verdict in (Verdict.NEW, Verdict.DIFFERS, Verdict.SAME)), ODD, "不能用"):
            chip = button(name)
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.clicked.connect(lambda _=False, wanted=name: self.show_only(wanted))
            self._chips.addButton(chip)
            self.filters[name] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        chips.addWidget(button("接收所选", lambda: self._mark(True)))
        chips.addWidget(button("不接收所选", lambda: self._mark(False)))
        self.notes = label("", "note", wrap=True)
        left = Card()
        left.body.addLayout(chips)
        left.body.addWidget(self.table, 1)
        left.body.addWidget(self.notes)
        self.details = QVBoxLayout()
        self.details.setSpacing(8)
        inner = QWidget()
        around = QVBoxLayout(inner)
        around.setContentsMargins(0, 0, 8, 0)
        around.addLayout(self.details)
        around.addStretch(1)
        right = Card()
        right.setMinimumWidth(300)
        right.body.addWidget(scrolling(inner))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([760, 340])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def show_preview(self, preview: Preview, *, fresh: bool) -> None:
        """Show verdicts; a `fresh` preview forgets which rows the clerk had marked."""
        if fresh:
            self._touched = {}
        self._preview = preview
        wanted, several = preview.wanted(), len(preview.sheets) > 1
        lines = [
            (number, position, line)
            for number, judged in enumerate(preview.sheets)
            for position, line in enumerate(judged.lines)
        ]
        self._rows = [
            Shown(
                place,
                number,
                position,
                line,
                self._taken(number, position, line, (number, position) in wanted),
                f"{preview.sheets[number].plan.sheet.name} / {line.row + 1}" if several else str(line.row + 1),
            )
            for place, (number, position, line) in enumerate(lines)
        ]
        counts = preview.counts()
        numbers = {ALL: len(self._rows), ODD: preview.odd(), **{str(verdict): counts[verdict] for verdict in Verdict}}
        for name, chip in self.filters.items():
            chip.setText(f"{name} {numbers[name]}")
            chip.setEnabled(bool(numbers[name]) or name == ALL)
        self.notes.setText("\n".join(self._all_notes(preview)))
        self.notes.setVisible(bool(self.notes.text()))
        self.table.set_rows(self._rows)
        if fresh:
            self.show_only(ALL)
            # Not selectRow: with Ctrl still held down (Ctrl+Return brought us here) it would unselect the row.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.view.selectionModel().setCurrentIndex(self.table.model.index(0, 0), flags)
        else:
            self._show_details(self.table.current())
        self.taken_changed.emit()

    def taken(self) -> set[tuple[int, int]]:
        """The lines to take, as (sheet, position)."""
        return {(one.sheet, one.position) for one in self._rows if one.taken}

    def show_only(self, name: str) -> None:
        """Show the rows of one verdict, the odd ones, or all."""
        self.filters[name].setChecked(True)
        keep: Callable[[Shown], bool] | None = None
        if name == ODD:
            keep = lambda one: bool(one.line.defects)  # noqa: E731
        elif name != ALL:
            keep = lambda one: one.line.verdict.value == name  # noqa: E731
        self.table.keep_only(keep)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space marks or unmarks the rows selected."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self._flip()
            return True
        return super().eventFilter(watched, event)

    def _taken(self, sheet: int, position: int, line: Line, wanted: bool) -> bool:
        return line.verdict is not Verdict.UNUSABLE and self._touched.get((sheet, position), wanted)

    def _all_notes(self, preview: Preview) -> list[str]:
        several = len(preview.sheets) > 1
        notes = []
        for judged in preview.sheets:
            said = [*judged.notes]
            if judged.plan.layout.left_out:
                said.append(f"{len(judged.plan.layout.left_out)} 行不是名单内容，没有读取。")
            head = f"{judged.plan.sheet.name}：" if several and said else ""
            notes += [f"{head}{''.join(said)}"] if said else []
        return notes

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self._flip()

    def _flip(self) -> None:
        current = self.table.current()
        if current is not None:
            self._mark(not current.taken)

    def _mark(self, taken: bool) -> None:
        current = self.table.current()
        for one in self.table.selected() or ([current] if current is not None else []):
            if one.line.verdict is not Verdict.UNUSABLE:
                one.taken = taken
                self._touched[one.sheet, one.position] = taken
        self.table.view.viewport().update()
        self.taken_changed.emit()

    # ---- the row chosen

    def _show_details(self, shown: Shown | None) -> None:
        clear(self.details)
        if shown is None or self._preview is None:
            self.details.addWidget(label("选择一行查看详情。", "secondary"))
            return
        line = shown.line
        verdict = tag(line.verdict.value, TONES[line.verdict])
        self.details.addWidget(label(line.title or "（空）", "section", wrap=True))
        self.details.addLayout(row(verdict, label(f"原表第 {line.row + 1} 行", "note"), None))
        if line.reason:
            self.details.addWidget(label(line.reason, "error", wrap=True))
        if line.changes:
            self._heading("接收后台账的变化" if line.verdict is not Verdict.NEW else "随之登记")
            for change in line.changes:
                name = f"{change.record}{change.label}" + ("" if change.old or not change.key else "（原为空）")
                self._pair(name, f"{change.old} → {change.new}" if change.old else change.new)
        if line.defects:
            self._heading(f"缺陷 {len(line.defects)} 处（按原文登记，不自动更改）")
            for defect in line.defects:
                self._defect(shown.sheet, defect)
        self._heading("原文")
        plan = self._preview.sheets[shown.sheet].plan
        for match in plan.matches:
            text = plan.sheet.at(line.row, match.column).text
            if text.strip():
                self._pair(match.label or "（没有列名）", text)

    def _heading(self, text: str) -> None:
        self.details.addSpacing(4)
        self.details.addWidget(label(text, "secondary"))

    def _pair(self, name: str, text: str) -> None:
        self.details.addWidget(label(name, "note"))
        self.details.addWidget(label(text, wrap=True))

    def _defect(self, sheet: int, defect: Defect) -> None:
        self.details.addLayout(row(tag(defect.place, "amber"), label(defect.label, "note"), None))
        self.details.addWidget(label(defect.what, wrap=True))
        if defect.proposal:
            self.details.addWidget(label(f"建议改为：{defect.proposal}", "note", wrap=True))
            take = button("采用建议", lambda: self.proposal.emit(sheet, defect.row, defect.column), "link")
            take.setAccessibleName(f"{defect.place}采用建议")
            self.details.addLayout(row(take, None))
