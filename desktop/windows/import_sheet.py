"""The sheet of a list as it stands in the file, beside what the program makes of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QTableView

from desktop.documents.cells import Sheet, column_letters
from desktop.importing.plan import Plan
from desktop.windows import theme

SHOWN_ROWS = 300  # of the sheet; the list itself is read to its end
_NARROWEST, _WIDEST, _PADDING = 48, 220, 20  # pixels of a column
_MEASURED = 50  # rows looked at for the width of a column
Index = QModelIndex | QPersistentModelIndex


class SheetModel(QAbstractTableModel):
    """The sheet as it stands in the file: header tinted, rows that are not read in grey with the reason."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = Sheet("", [])
        self._plan: Plan | None = None

    def show_sheet(self, sheet: Sheet, plan: Plan | None) -> None:
        """Show another sheet, or the same one read in another way."""
        self.beginResetModel()
        self._sheet, self._plan = sheet, plan
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else min(len(self._sheet.rows), SHOWN_ROWS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._sheet.width

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        text = self._sheet.at(index.row(), index.column()).text
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(text.split())
        layout = self._plan.layout if self._plan else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return (layout.left_out.get(index.row()) if layout else None) or text
        t = theme.tokens()
        is_header = layout is not None and index.row() in layout.header
        if role == Qt.ItemDataRole.BackgroundRole and is_header:
            return QColor(t.blue_tint)
        if role == Qt.ItemDataRole.ForegroundRole and not is_header and layout and index.row() not in layout.rows:
            return QColor(t.faint)
        if role == Qt.ItemDataRole.FontRole and is_header:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return column_letters(section) if orientation == Qt.Orientation.Horizontal else str(section + 1)
        return None


class SheetView(QTableView):
    """A table that shows a sheet and can be pointed at one of its columns."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = SheetModel()
        self.setModel(self._rows)
        self.setAccessibleName("原表")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(32)
        self.setMinimumSize(QSize(200, 120))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def show_sheet(self, sheet: Sheet, plan: Plan | None) -> None:
        """Show a sheet with its header at the top."""
        self._rows.show_sheet(sheet, plan)
        layout = plan.layout if plan else None
        rows = [*layout.header, *layout.rows[:_MEASURED]] if layout else range(min(len(sheet.rows), _MEASURED))
        metrics = self.fontMetrics()
        for column in range(sheet.width):
            texts = (" ".join(sheet.at(row, column).text.split()) for row in rows)
            widest = max(map(metrics.horizontalAdvance, texts), default=0)
            self.setColumnWidth(column, min(max(widest + _PADDING, _NARROWEST), _WIDEST))
        start = plan.layout.header.start if plan else 0
        self.scrollTo(self._rows.index(max(start - 1, 0), 0), QAbstractItemView.ScrollHint.PositionAtTop)
