"""打包: under which names the files go out, bundled or not, and what is still wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop import packing
from desktop.notices import Notice
from desktop.windows import fields
from desktop.windows.parts import Card, clear, label, row, scrolling

SETTLE = 400  # ms after the last change before the names are made anew
_MB = 1024 * 1024


@dataclass(frozen=True)
class Shape:
    """How the files are named and bundled, as the clerk leaves it."""

    rule: str
    zipped: bool
    listed: bool


class PackageCard(Card):
    """Naming rule, bundling and the files that will go out.

    Signals:
        edited: names or bundling change.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__("将要报送的文件")
        self.rule = fields.make("text", "文件命名规则")
        self.rule.input.setToolTip("如 单位名+2021微博年审；留空按“单位+材料名”")
        self.zipped = QCheckBox("打成一个压缩包")
        self.listed = QCheckBox("附文件清单（校验值）")
        inner = QWidget()
        self._files = QVBoxLayout(inner)
        self._files.setContentsMargins(0, 0, 8, 0)
        self._files.setSpacing(2)
        self.body.addWidget(self.rule)
        self.body.addLayout(row(self.zipped, self.listed, None))
        self.body.addWidget(scrolling(inner), 1)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLE)
        self._wait.timeout.connect(self.edited)
        self.rule.edited.connect(lambda _: self._wait.start())
        for box in (self.zipped, self.listed):
            box.clicked.connect(lambda _=False: self.edited.emit())

    def show_notice(self, notice: Notice) -> None:
        """Propose what the notice asks for."""
        self.rule.set_text(notice.file_name)
        self.zipped.setChecked(notice.zip)

    def show_shape(self, shape: Shape) -> None:
        """Show what the clerk left earlier."""
        self.rule.set_text(shape.rule)
        self.zipped.setChecked(shape.zipped)
        self.listed.setChecked(shape.listed)

    def shape(self) -> Shape:
        """Naming rule and bundling as the clerk leaves them."""
        return Shape(self.rule.text().strip(), self.zipped.isChecked(), self.listed.isChecked())

    def show_packed(self, packed: packing.Packed) -> None:
        """List the files as they will be called, and what is wrong."""
        clear(self._files)
        for fault in packed.faults:
            self._files.addWidget(label(fault, "error", wrap=True))
        if packed.archive:
            self._files.addWidget(label(packed.archive, wrap=True))
        for name, part in packed.files:
            size = len(part.content)
            shown = f"{size / _MB:.1f} MB" if size >= _MB else f"{max(1, size // 1024)} KB"
            indent = "　" if packed.archive else ""
            self._files.addWidget(label(f"{indent}{name}（{shown}）", "secondary", wrap=True))
        self._files.addStretch(1)
