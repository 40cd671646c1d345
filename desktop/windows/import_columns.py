"""Second step of an import: which sheet, where its header is, what each column means; the sheet itself beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSpinBox, QSplitter, QVBoxLayout, QWidget

from desktop.documents.cells import Sheet
from desktop.errors import BadFile
from desktop.importing.drafts import Choices
from desktop.importing.fields import Subject
from desktop.importing.layout import FOREIGN
from desktop.importing.plan import Plan, changed, plan_for
from desktop.importing.values import a_month
from desktop.windows.fields import NoWheel
from desktop.windows.import_meanings import MeaningList
from desktop.windows.import_sheet import SHOWN_ROWS, SheetView
from desktop.windows.parts import Card, label, polish, row, scrolling


class ColumnsStep(QWidget):
    """Shows the plans of a book and lets the clerk correct them.

    Signals:
        changed: a plan was changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sheets: list[Sheet] = []
        self._plans: list[Plan | None] = []
        self._reasons: dict[str, str] = {}
        self._used: list[bool] = []
        self._build()

    def _build(self) -> None:
        self.sheet = _combo("工作表", self._show_current)
        self.use = _combo("是否导入此表", lambda _: self._take_use())
        self.use.addItems(["导入此表", "不导入此表"])
        self.header, self.lines = _spin("列名所在行", 1, 200), _spin("列名行数", 1, 3)
        self.subject = _combo("名单内容", lambda _: self._read_again())
        for one in FOREIGN:
            self.subject.addItem(f"{one}名单", one)
        for spin in (self.header, self.lines):
            spin.valueChanged.connect(lambda _: self._read_again())
        self.platform, self.unit, self.month = _typed("平台"), _typed("单位"), _typed("月份")
        self.month.setPlaceholderText("如 2026-10")
        for field in (self.platform, self.unit, self.month):
            field.editingFinished.connect(self._take_choices)
        self.problem = label("", "error", wrap=True)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(8)
        form.addRow("工作表", _side_by_side(self.sheet, self.use))
        form.addRow(
            "列名", _side_by_side(label("第"), self.header, label("行起，共"), self.lines, label("行"), self.subject)
        )
        form.addRow("没写平台的行", self.platform)
        form.addRow("没写单位的行", self.unit)
        form.addRow("没写月份的数据", self.month)
        self.form = form
        self.meanings = MeaningList()
        self.meanings.chosen.connect(self._choose)
        left = Card("每列是什么", "不对的请改选")
        left.body.addLayout(form)
        left.body.addWidget(self.problem)
        left.body.addSpacing(4)
        left.body.addWidget(scrolling(self.meanings), 1)
        self.note = label("", "note", wrap=True)
        right = Card("原表", "蓝底为列名，灰字不读取")
        self.view = SheetView()
        self.meanings.pointed.connect(self.view.selectColumn)
        right.body.addWidget(self.view, 1)
        right.body.addWidget(self.note)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([560, 540])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def show_plans(self, sheets: Sequence[Sheet], plans: Sequence[Plan], left_out: dict[str, str]) -> None:
        """Show what the program made of a book."""
        known = {id(plan.sheet): plan for plan in plans}
        self._sheets, self._reasons = list(sheets), left_out
        self._plans = [known.get(id(sheet)) for sheet in sheets]
        visible = any(plan is not None and not plan.sheet.hidden for plan in self._plans)
        self._used = [plan is not None and not (plan.sheet.hidden and visible) for plan in self._plans]
        self.sheet.blockSignals(True)
        self.sheet.clear()
        for sheet in self._sheets:
            self.sheet.addItem(f"{sheet.name}（隐藏）" if sheet.hidden else sheet.name)
        first = next((place for place, used in enumerate(self._used) if used), 0)
        self.sheet.setCurrentIndex(first)
        self.sheet.blockSignals(False)
        self._show_current(first)

    def plans(self) -> list[Plan]:
        """The plans to go on with, in the order the program wants them."""
        found = [plan for plan, used in zip(self._plans, self._used, strict=True) if plan is not None and used]
        return sorted(found, key=lambda plan: list(Subject).index(plan.subject))

    def adopt(self, plans: Sequence[Plan]) -> None:
        """Take over plans whose choices were changed in a later step."""
        newer = {id(plan.sheet): plan for plan in plans}
        self._plans = [newer.get(id(plan.sheet), plan) if plan is not None else None for plan in self._plans]

    def _show_current(self, place: int) -> None:
        if not 0 <= place < len(self._sheets):
            return
        sheet, plan = self._sheets[place], self._plans[place]
        several = len(self._sheets) > 1
        self.sheet.setEnabled(several)
        _quietly(self.use, lambda: self.use.setCurrentIndex(0 if self._used[place] else 1))
        self.use.setVisible(several)
        self.use.setEnabled(plan is not None)
        header = plan.layout.header if plan else range(1)
        _quietly(self.header, lambda: self.header.setRange(1, max(len(sheet.rows), 1)))
        _quietly(self.header, lambda: self.header.setValue(header.start + 1))
        _quietly(self.lines, lambda: self.lines.setValue(len(header)))
        if plan is not None:
            _quietly(self.subject, lambda: self.subject.setCurrentIndex(max(self.subject.findData(plan.subject), 0)))
        for widget in (self.header, self.lines, self.subject):
            widget.setEnabled(plan is None or not plan.exact)
        self._show_choices(plan)
        self.problem.setText("" if plan else f"{self._reasons.get(sheet.name, '')}可以自己指定列名在第几行。")
        self.problem.setVisible(plan is None)
        self.view.show_sheet(sheet, plan)
        rows = f"共读取 {len(plan.layout.rows)} 行" if plan else ""
        more = f"，此处只显示前 {SHOWN_ROWS} 行" if len(sheet.rows) > SHOWN_ROWS else ""
        self.note.setText(f"{rows}{more}。" if rows else "")
        self.meanings.show_plan(plan)

    def _show_choices(self, plan: Plan | None) -> None:
        keys = {match.key for match in plan.matches} if plan else set()
        choices = plan.choices if plan else Choices()
        needed = {
            self.platform: "account.platform" not in keys, self.unit: "unit.name" not in keys,
            self.month: any(key.startswith("figure.") for key in keys) and "figure.start" not in keys,
        }  # fmt: skip
        for field, text in (
            (self.platform, choices.platform),
            (self.unit, choices.unit),
            (self.month, f"{choices.month:%Y-%m}" if choices.month else ""),
        ):
            field.setText(text)
            show = needed[field] and plan is not None and not plan.exact and plan.subject is Subject.ACCOUNTS
            self.form.setRowVisible(field, show)

    def _choose(self, column: int, key: str) -> None:
        place = self.sheet.currentIndex()
        plan = self._plans[place]
        if plan is None:
            return
        newer = changed(plan, {column: key})
        self._plans[place] = newer
        self.meanings.follow(newer)
        self._show_choices(newer)
        self.changed.emit()

    def _read_again(self) -> None:
        """Read the sheet with the header and subject the clerk chose."""
        place = self.sheet.currentIndex()
        if not 0 <= place < len(self._sheets):
            return
        start = self.header.value() - 1
        lines = range(start, min(start + self.lines.value(), len(self._sheets[place].rows)))
        try:
            self._plans[place] = plan_for(
                self._sheets[place], header=lines, subject=Subject(self.subject.currentData())
            )
            self._used[place] = True
        except BadFile as refusal:
            self._plans[place] = None
            self._reasons[self._sheets[place].name] = refusal.what
        self._show_current(place)
        self.changed.emit()

    def _take_use(self) -> None:
        place = self.sheet.currentIndex()
        if 0 <= place < len(self._used):
            self._used[place] = self.use.currentIndex() == 0
            self.changed.emit()

    def _take_choices(self) -> None:
        place = self.sheet.currentIndex()
        plan = self._plans[place] if 0 <= place < len(self._plans) else None
        if plan is None:
            return
        month = a_month(self.month.text()).value if self.month.text().strip() else None
        self.month.setProperty("wrong", "true" if self.month.text().strip() and month is None else "false")
        polish(self.month)
        self._plans[place] = changed(
            plan, platform=self.platform.text().strip(), unit=self.unit.text().strip(), month=month
        )
        self.changed.emit()


def _combo(name: str, chosen: Callable[[int], object]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.installEventFilter(NoWheel(made))
    made.currentIndexChanged.connect(chosen)
    return made


def _spin(name: str, least: int, most: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.installEventFilter(NoWheel(made))
    made.setKeyboardTracking(False)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    made.setMaximumWidth(64)
    return made


def _typed(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(f"没写{name}的行按")
    return made


def _side_by_side(*widgets: QWidget) -> QWidget:
    made = QWidget()
    made.setLayout(row(*widgets, None))
    return made


def _quietly(widget: QWidget, do: Callable[[], object]) -> None:
    widget.blockSignals(True)
    do()
    widget.blockSignals(False)
