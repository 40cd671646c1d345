"""The button that exports the register, and the way to the folder it was written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.windows import dialogs
from desktop.windows.parts import button, row

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.store import Store


class ExportTools(QWidget):
    """“导出 Excel”, and once something was exported “打开文件夹”.

    Signals:
        said: a sentence about what was done.
    """

    said = Signal(str)

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__()
        self._store = store
        self._background = background
        self._folder: Path | None = None
        self.export = button("导出 Excel", self._ask)
        self.show_folder = button("打开文件夹", self._open, "link")
        self.show_folder.hide()
        self.setLayout(row(self.show_folder, self.export, spacing=12))

    def write(self, target: Path) -> None:
        """Write the register to a file, on the worker."""
        from desktop.exporting import write_register

        target = target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")
        self.export.setEnabled(False)

        def work(progress: Progress) -> Path:
            return write_register(self._store, target, progress.step)

        self._background.run(self, work, self._written, self._failed)

    def _ask(self) -> None:
        from desktop import units
        from desktop.exporting import suggested_name

        with self._store.read() as session:
            own = units.own(session)
        name = suggested_name(own.short_name or own.name if own else "", self._store.clock().date())
        target = dialogs.choose_target(self, "导出台账", name, "Excel 工作簿 (*.xlsx)")
        if target is not None:
            self.write(target)

    def _written(self, target: Path) -> None:
        self._folder = target.parent
        self.export.setEnabled(True)
        self.show_folder.show()
        self.said.emit(f"已导出“{target.name}”")

    def _failed(self, error: BaseException) -> None:
        self.export.setEnabled(True)
        dialogs.show_error(self, error)

    def _open(self) -> None:
        if self._folder is not None:
            dialogs.open_folder(self._folder)
