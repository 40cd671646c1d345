"""The manual (F1): one chapter per place, from resources/help."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

from desktop.paths import bundled

FIRST = "首页"


def chapters() -> dict[str, Path]:
    """Chapter title (first heading of the file) and file, in the order of the file names."""
    files = sorted((bundled("resources") / "help").glob("*.md"))
    return {file.read_text("utf-8").splitlines()[0].lstrip("# ").strip(): file for file in files}


class Manual(QDialog):
    """Chapters left, text right."""

    def __init__(self, parent: QWidget, topic: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("使用手册")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 640)
        self._chapters = chapters()
        self.list = QListWidget()
        self.list.setMaximumWidth(200)
        self.list.setAccessibleName("目录")
        self.list.addItems(list(self._chapters))
        self.text = QTextBrowser()
        self.text.setAccessibleName("正文")
        self.text.setOpenExternalLinks(False)
        self.text.setSearchPaths([str(bundled("resources") / "help")])
        self.text.anchorClicked.connect(self._follow)
        self.text.setOpenLinks(False)
        layout = QHBoxLayout(self)
        layout.addWidget(self.list)
        layout.addWidget(self.text, 1)
        self.list.currentTextChanged.connect(self._show)
        self.show_topic(topic)

    def show_topic(self, topic: str) -> None:
        """Turn to the chapter whose title begins with the topic, else to the first."""
        titles = list(self._chapters)
        found = next((place for place, title in enumerate(titles) if topic and title.startswith(topic)), 0)
        self.list.setCurrentRow(found)

    def _show(self, title: str) -> None:
        self.text.setMarkdown(self._chapters[title].read_text("utf-8"))

    def _follow(self, link: QUrl) -> None:
        wanted = link.fileName()
        for place, file in enumerate(self._chapters.values()):
            if file.name == wanted:
                self.list.setCurrentRow(place)
