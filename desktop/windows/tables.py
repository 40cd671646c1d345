"""One fast table for every list: columns are data, filter and sort happen on plain rows with one reset.

A proxy model over a Python model takes seconds at 100,000 rows; a list comprehension takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSettings,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeySequence, QPainter, QShortcut
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

from desktop.pinyin import keys
from desktop.windows import theme
from desktop.windows.parts import label

Index = QModelIndex | QPersistentModelIndex
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
PREPARED_AT_ONCE = 100
"""Rows whose filter keys are made in one idle turn: about 2 ms."""
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Column:
    """One column: its title, the text of a row, its first width in pixels, and how to show and sort it.

    Attributes:
        tone: for a tag column, the tint of a row's text (theme.TONES) or None for plain text.
        order: sort key of a row when the text does not sort by itself.
        search: whether the filter looks into this column.
    """

    title: str
    text: Callable[[Any], str]
    width: int = 120
    right: bool = False
    tone: Callable[[Any], str | None] | None = None
    order: Callable[[Any], Any] | None = None
    search: bool = True


class RowsModel(QAbstractTableModel):
    """Rows of any kind shown by columns; keeps the filtered and sorted order itself."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self.all: list[Any] = []
        self.shown: list[Any] = []
        self._hay: list[str] = []  # the filter keys of the first rows of `all`
        self._typed: list[str] = []
        self._keep: Callable[[Any], bool] | None = None
        self._sorted: tuple[int, bool] | None = None
        self._preparing = QTimer(self)
        self._preparing.setInterval(0)
        self._preparing.timeout.connect(self._prepare)

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows, with the filter and order in force."""
        self.all = list(rows)
        self._hay = []
        self._preparing.start()
        self._arrange()

    def _prepare(self) -> None:
        """Make the filter keys of some rows in each idle turn, so that the first letter typed need not wait."""
        self._prepare_until(len(self._hay) + PREPARED_AT_ONCE)
        if len(self._hay) == len(self.all):
            self._preparing.stop()

    def _prepare_until(self, count: int) -> None:
        searched = [column.text for column in self.columns if column.search]
        for row in self.all[len(self._hay) : count]:
            self._hay.append("\n".join(keys(found) for text in searched if (found := text(row))))

    def set_filter(self, typed: str, keep: Callable[[Any], bool] | None = None) -> None:
        """Show only rows that hold every word typed (Chinese, pinyin or initials) and that `keep` wants."""
        self._typed, self._keep = typed.lower().split(), keep
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        rows = self.all
        if self._typed:
            self._prepare_until(len(rows))
            pairs: Iterable[tuple[Any, str]] = zip(rows, self._hay, strict=True)
            for word in self._typed:
                pairs = [pair for pair in pairs if word in pair[1]]
            rows = [row for row, _ in pairs]
        if self._keep is not None:
            rows = [row for row in rows if self._keep(row)]
        if self._sorted is not None:
            column, down = self._sorted
            key = self.columns[column].order or self.columns[column].text
            rows = sorted(rows, key=lambda row: _sortable(key(row)), reverse=down)
        self.shown = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role in (DISPLAY, TOOLTIP):
            return self.columns[index.column()].text(self.shown[index.row()])
        if role == ALIGN:
            return RIGHT if self.columns[index.column()].right else LEFT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == DISPLAY:
                return self.columns[section].title
            if role == ALIGN:
                return RIGHT if self.columns[section].right else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None or value == "", value if value not in (None, "") else 0)


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


class RowsTable(QWidget):
    """A table with a filter field and a count; remembers the width of its columns by name.

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

    def __init__(self, name: str, columns: Sequence[Column], hint: str = "输入汉字、拼音或首字母筛选") -> None:
        super().__init__()
        self.model = RowsModel(columns, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(hint)
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
        self.view.horizontalHeader().sectionResized.connect(lambda *_: self._remember())
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
        if kept is not None:
            self.choose(kept)
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

    def _copy(self) -> None:
        lines = ["\t".join(column.text(row) for column in self.model.columns) for row in self.selected()]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.pasted.emit([line.split("\t") for line in text.rstrip("\n").splitlines()])

    def _remember(self) -> None:
        header = self.view.horizontalHeader()
        widths = [header.sectionSize(number) for number in range(header.count())]
        QSettings("tuanmei", "tuanmei").setValue(self._settings_key, widths)

    def _recall(self) -> None:
        header = self.view.horizontalHeader()
        kept = QSettings("tuanmei", "tuanmei").value(self._settings_key)
        widths = kept[:-1] if isinstance(kept, list) and len(kept) == header.count() else []
        header.blockSignals(True)
        for number, column in enumerate(self.model.columns):
            # the last one fills what is left: as wide as in a larger window, it would push a scroll bar into this one
            header.resizeSection(number, int(widths[number]) if number < len(widths) else column.width)
        header.blockSignals(False)


def _view(model: RowsModel, name: str) -> QTableView:
    view = QTableView()
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
