"""One fast table for every list: filter and count above, columns that fit their room, and a word where it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.paths import home
from desktop.windows import theme
from desktop.windows.parts import label
from desktop.windows.rows import Column, Index, RowsModel
from desktop.windows.widths import fitted

MEASURED = 60
"""Rows whose texts say how wide the columns are; more would be felt when a long list is shown."""
NONE_FITS = "没有符合筛选的，清空筛选框就能看到全部。"
AROUND, AROUND_TAG = 16, 32
"""Pixels beside a text: the margins of its cell, and those of a tag within it."""


class TagDelegate(QStyledItemDelegate):
    """Paints the text of a tag column in a tinted rounded box."""

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        column = self._model.columns[index.column()]
        row = self._model.shown[index.row()]
        tone = column.tone(row) if column.tone else None
        text = column.text(row)
        if tone is None or not text:
            super().paint(painter, option, index)
            return
        t = theme.tokens()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(t.selected))
        font = option.font
        font.setPixelSize(12)
        width = QFontMetrics(font).horizontalAdvance(text) + 16
        box = option.rect.adjusted(2, 0, 0, 0)
        box.setWidth(min(width, option.rect.width() - 12))
        box.setTop(option.rect.center().y() - 10)
        box.setHeight(21)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(t, f"{tone}_tint")))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(getattr(t, tone, t.secondary)))
        painter.setFont(font)
        painter.drawText(
            box,
            Qt.AlignmentFlag.AlignCenter,
            QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width()),
        )
        painter.restore()


class RowsView(QTableView):
    """The rows; where there are none, a sentence in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""

    def selectRow(self, row: int) -> None:
        """Mark this row alone; Qt's own takes a held Ctrl or Shift for the wish to mark it beside others."""
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.model().index(row, 0), alone)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() or not self.sentence:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme.tokens().secondary))
        room = self.viewport().rect().adjusted(24, 24, -24, -24)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.sentence)


class RowsTable(QWidget):
    """A table with a filter field and a count; remembers the width of its columns by name.

    `empty` is the sentence it shows while there is nothing in it: what would be here and how it gets here.

    Signals:
        chosen: the row under the cursor changed (None when there is none).
        activated: a row was double-clicked or Enter was pressed on it.
        marked: other rows are marked; a list of them.
        pasted: a block copied in Excel was pasted: list of lists of text.
    """

    chosen = Signal(object)
    marked = Signal(list)
    activated = Signal(object)
    pasted = Signal(list)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        hint: str = "输入汉字、拼音或首字母筛选",
        *,
        empty: str = "这里还没有内容。",
    ) -> None:
        super().__init__()
        self._empty = empty
        self.model = RowsModel(columns, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("输入汉字、拼音或首字母筛选")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(320)
        self.filter.setAccessibleName("筛选")
        self.count = label("", "note")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.tools.addWidget(self.filter, 1)
        self.tools.addWidget(self.count)
        self.tools.addStretch(1)
        self.view = _view(self.model, name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self.tools)
        layout.addWidget(self.view, 1)
        # Widths kept for other columns (of an earlier version) would cut these off.
        self._settings_key = f"tables/{name}/{'|'.join(column.title for column in columns)}"
        self._keep: Callable[[Any], bool] | None = None
        self.filter.textChanged.connect(lambda _: self._refilter())
        self._again = False
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.marked.emit(self.selected()))
        self.view.activated.connect(lambda index: self.activated.emit(self._row(index)))
        self.model.modelReset.connect(self._counted)
        self.model.modelReset.connect(lambda: self.marked.emit([]))
        self._own: list[int] = []  # the widths the clerk drew
        self._fitted: list[int] = []
        for watched in (self.view.viewport(), self.view.horizontalHeader().viewport()):
            watched.installEventFilter(self)
        usual = QKeySequence.StandardKey
        for pressed, action in ((usual.Paste, self._paste), (usual.Copy, self._copy)):
            shortcut = QShortcut(pressed, self.view, action)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)  # as an argument of the constructor it is ignored
        self._recall()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows, keeping the chosen one, or several marked ones, when still there (by their `id`)."""
        kept = getattr(self.current(), "id", None)
        marked = {getattr(row, "id", None) for row in self.selected()} - {None}
        self.model.set_rows(rows)
        self._fit()
        if kept is not None and not self.choose(kept):
            self.chosen.emit(None)  # a reset itself moves the cursor in silence
        if len(marked) > 1:
            self._mark(marked)

    def keep_only(self, keep: Callable[[Any], bool] | None) -> None:
        """A filter besides the one typed, such as a state."""
        self._keep = keep
        self._refilter()

    def choose(self, number: int | None) -> bool:
        """Put the cursor on the row with this `id`; False when it is not shown."""
        for position, row in enumerate(self.model.shown):
            if number is not None and getattr(row, "id", None) == number:
                self.view.selectRow(position)
                self.view.scrollTo(self.model.index(position, 0))
                return True
        return False

    def _mark(self, numbers: set[Any]) -> None:
        """Mark all rows with one of these `id`s."""
        made, last = QItemSelection(), self.model.columnCount() - 1
        for position, row in enumerate(self.model.shown):
            if getattr(row, "id", None) in numbers:
                made.select(self.model.index(position, 0), self.model.index(position, last))
        self.view.selectionModel().select(made, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def current(self) -> Any:
        """The row under the cursor, or None."""
        return self._row(self.view.currentIndex())

    def selected(self) -> list[Any]:
        """Every row that is marked, in the order shown."""
        marked = self.view.selectionModel().selectedRows()
        return [self.model.shown[position] for position in sorted(index.row() for index in marked)]

    def _row(self, index: Index) -> Any:
        return self.model.shown[index.row()] if index.isValid() and index.row() < len(self.model.shown) else None

    def _refilter(self) -> None:
        kept = self.current()
        self.model.set_filter(self.filter.text(), self._keep)
        if kept is not None:
            self._again = True  # the row that was chosen stays so: nobody need read it anew at every key
            self.choose(getattr(kept, "id", None))
            self._again = False

    def _moved(self, now: Index) -> None:
        if not self._again:
            self.chosen.emit(self._row(now))

    def _counted(self) -> None:
        shown, total = len(self.model.shown), len(self.model.all)
        self.count.setText(f"共 {total} 条" if shown == total else f"显示 {shown} / {total} 条")
        said = self._empty if not total else NONE_FITS if not shown else ""
        self.view.sentence = said
        self.view.setAccessibleDescription(said)

    def _copy(self) -> None:
        lines = ["\t".join(column.text(row) for column in self.model.columns) for row in self.selected()]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.pasted.emit([line.split("\t") for line in text.rstrip("\n").splitlines()])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view.viewport():
            if event.type() == QEvent.Type.Resize:
                self._fit()  # also when the bar for scrolling down takes some of the room
        elif event.type() == QEvent.Type.MouseButtonRelease and self._widths()[:-1] != self._fitted[:-1]:
            self._own = self._widths()[:-1]  # the last column takes what is left, in a smaller window too
            _kept().setValue(self._settings_key, self._own)
        return super().eventFilter(watched, event)

    def _recall(self) -> None:
        kept = _kept().value(self._settings_key)
        self._own = [int(width) for width in kept] if isinstance(kept, list) else []
        self._fit()

    def _fit(self) -> None:
        header, room = self.view.horizontalHeader(), self.view.viewport().width()
        first = [column.width for column in self.model.columns]
        drawn = [*self._own, first[-1]] if self._own else fitted(first, self._whole(), room)
        for number, width in enumerate(drawn):
            header.resizeSection(number, width)
        self._fitted = self._widths()

    def _whole(self) -> list[int]:
        """The widths at which no title and no text of the first rows is cut; the first ones while there is no row."""
        advance, found = self.view.fontMetrics().horizontalAdvance, []
        rows = self.model.shown[:MEASURED]
        for column in self.model.columns:
            texts = max((advance(column.text(row)) for row in rows), default=column.width)
            found.append(max(advance(column.title) + AROUND, texts + (AROUND_TAG if column.tone else AROUND)))
        return found

    def _widths(self) -> list[int]:
        header = self.view.horizontalHeader()
        return [header.sectionSize(number) for number in range(header.count())]


def _kept() -> QSettings:
    """Where the widths the clerk drew are kept: beside the store, so that a portable folder takes them along."""
    return QSettings(str(home() / "列宽.ini"), QSettings.Format.IniFormat)


def _view(model: RowsModel, name: str) -> RowsView:
    view = RowsView()
    view.setModel(model)
    view.setAccessibleName(name)
    for number, column in enumerate(model.columns):
        if column.tone is not None:  # the other columns are painted by Qt alone, which is three times as fast
            view.setItemDelegateForColumn(number, TagDelegate(model, view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setAlternatingRowColors(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSortingEnabled(True)
    view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setStretchLastSection(True)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(38)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return view
