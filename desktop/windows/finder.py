"""The finder of Ctrl+K: type a few letters, press Enter, be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.search import Hit, narrowed
from desktop.windows.main import Place, Press


def always(places: Iterable[Place], deeds: Mapping[str, Iterable[str]]) -> list[Hit]:
    """What can be found whatever the register holds: every place, and what is done there."""
    done = [Hit("办理", words, key, Press(words)) for key, group in deeds.items() for words in group]
    return [*(Hit("位置", place.title, place.key) for place in places if not place.about_one), *done]


class Finder(QDialog):
    """A list that narrows while typing.

    Signals:
        go: the place and argument of the hit chosen.
    """

    go = Signal(str, object)

    def __init__(self, parent: QWidget, hits: list[Hit]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("查找")
        self.resize(520, 400)
        self._hits = hits
        self._shown: list[Hit] = []
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("查找账号、人员、表、位置和要办的事（汉字、拼音或首字母）")
        self.typed.setAccessibleName("查找")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.typed)
        layout.addWidget(self.list)
        self.typed.textChanged.connect(self._narrow)
        self.typed.returnPressed.connect(self._take)
        self.typed.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self._take())
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self._shown:
                self.list.setCurrentRow((self.list.currentRow() + step) % len(self._shown))
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, typed: str) -> None:
        self._shown = narrowed(self._hits, typed)
        self.list.clear()
        for hit in self._shown:
            self.list.addItem(QListWidgetItem(f"{hit.kind}　{hit.title}"))
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            hit = self._shown[row]
            self.accept()
            self.go.emit(hit.place, hit.argument)
