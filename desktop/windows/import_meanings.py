"""The columns of a list one below the other, each with some of its content and the field it is taken for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.documents.cells import column_letters
from desktop.importing.fields import Subject, fields_of
from desktop.importing.plan import Plan
from desktop.windows.fields import NoWheel
from desktop.windows.parts import label, set_tone, tag

LEFT_OUT = "不导入"
GRADES = {"确定": "green", "可能": "amber", LEFT_OUT: "grey"}
_SAMPLES, _LOOKED_AT, _LONGEST = 3, 20, 22  # values shown, rows they are taken from, characters in all


class MeaningList(QWidget):
    """One line for each column.

    Signals:
        chosen: the clerk gave a column another meaning: column, field key (empty: left out).
        pointed: the clerk is at a column.
    """

    chosen = Signal(int, str)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[Subject, QStandardItemModel] = {}
        self.grades: list[QLabel] = []
        self.boxes: list[QComboBox] = []
        self._lines = QWidget()
        self._around = QVBoxLayout(self)
        self._around.setContentsMargins(0, 0, 8, 0)
        self._around.addWidget(self._lines)
        self._around.addStretch(1)

    def show_plan(self, plan: Plan | None) -> None:
        """Show the columns of a plan."""
        self.grades, self.boxes = [], []
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(10)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 3)
        for number, match in enumerate(plan.matches if plan else ()):
            assert plan is not None
            name = label(f"{column_letters(match.column)}　{match.label or '（没有列名）'}", wrap=True)
            texts = [self._sample(plan, row, match.column) for row in plan.layout.rows[:_LOOKED_AT]]
            joined = "、".join([text for text in dict.fromkeys(texts) if text][:_SAMPLES])
            some = label(joined if len(joined) <= _LONGEST else joined[:_LONGEST] + "…", "note")
            some.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            names = QVBoxLayout()
            names.setSpacing(0)
            names.addWidget(name)
            names.addWidget(some)
            box, grade = self._box(plan, number), tag(match.grade, GRADES[match.grade])
            grade.setToolTip(match.why)
            grid.addLayout(names, number, 0)
            grid.addWidget(box, number, 1)
            grid.addWidget(grade, number, 2)
            self.grades.append(grade)
            self.boxes.append(box)
        self._around.replaceWidget(self._lines, lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = lines

    def follow(self, plan: Plan) -> None:
        """Show the same columns with other meanings."""
        for match, box, grade in zip(plan.matches, self.boxes, self.grades, strict=True):
            box.setCurrentIndex(max(box.findData(match.key), 0))
            grade.setText(match.grade)
            grade.setToolTip(match.why)
            set_tone(grade, GRADES[match.grade])

    def _sample(self, plan: Plan, row: int, column: int) -> str:
        return " ".join(plan.sheet.at(row, column).text.split())

    def _box(self, plan: Plan, number: int) -> QComboBox:
        match = plan.matches[number]
        made = QComboBox()
        made.setModel(self._meanings(plan.subject))
        made.setCurrentIndex(max(made.findData(match.key), 0))
        made.setAccessibleName(f"“{match.label}”列是什么")
        made.setEnabled(not plan.exact)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(8)
        made.installEventFilter(NoWheel(made))
        made.installEventFilter(_Pointer(made, lambda: self.pointed.emit(match.column)))
        made.activated.connect(lambda _, box=made: self.chosen.emit(match.column, box.currentData()))
        return made

    def _meanings(self, subject: Subject) -> QStandardItemModel:
        """The meanings to choose from, one list for all columns."""
        if subject not in self._words:
            model = QStandardItemModel(self)
            for text, key in ((LEFT_OUT, ""), *((one.label, one.key) for one in fields_of(subject))):
                if not key.endswith(".ref"):
                    item = QStandardItem(text)
                    item.setData(key, Qt.ItemDataRole.UserRole)
                    model.appendRow(item)
            self._words[subject] = model
        return self._words[subject]


class _Pointer(QObject):
    """Calls back when a widget gets the focus or the mouse comes over it."""

    def __init__(self, parent: QWidget, pointed: Callable[[], object]) -> None:
        super().__init__(parent)
        self._pointed = pointed

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.Enter}:
            self._pointed()
        return super().eventFilter(watched, event)
