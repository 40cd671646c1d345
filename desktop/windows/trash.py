"""回收站, a tab of the settings: what was taken out of use, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import trash
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.parts import button, label
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store

COLUMNS = (
    Column("类别", lambda one: one.word, 96, tone=lambda one: "grey"),
    Column("名称", lambda one: one.title, 420),
    Column("移入时间", lambda one: f"{one.at:%Y-%m-%d %H:%M}", 150, search=False),
)
EMPTY = "回收站是空的。移入回收站的账号、人员、填报等都留在这里，不会自动清空。"
NOTE = "取回一项，同时移入的分工、运行数据等一并取回。回收站不会自动清空。"


class TrashPanel(QWidget):
    """The table of the trash with one button."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.table = RowsTable("回收站", COLUMNS, empty=EMPTY)
        self.table.activated.connect(lambda _: self.restore())
        self.note = label(NOTE, "note", wrap=True)
        self.back = button("取回", self.restore, "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.back)
        layout.addLayout(foot)

    def refresh(self) -> None:
        """Read the trash anew."""
        with self._store.read() as session:
            found = trash.contents(session)
        self.table.set_rows(found)
        self.back.setEnabled(bool(found))
        self.note.setVisible(bool(found))
        if found and self.table.current() is None:
            self.table.view.selectRow(0)

    def restore(self) -> None:
        """Put everything marked back into use."""
        try:
            for one in self.table.selected():
                trash.restore(self._store, one.word, one.number)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.refresh()
