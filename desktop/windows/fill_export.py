"""The files of a final filing: written on the worker into a folder, and that folder shown again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from desktop import filings
from desktop.windows import dialogs
from desktop.windows.working import WorkBar

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.forms import Form
    from desktop.settings import Settings
    from desktop.store import Store

NOT_YET = "已定稿，还没有存成文件；点“再次导出”选一个文件夹。"


class FilingExport(WorkBar):
    """Asks for the folder, writes, and says where the files are.

    Signals:
        said: a sentence for the clerk.
    """

    said = Signal(str)

    def __init__(self, store: Store, settings: Settings, background: Background) -> None:
        super().__init__(background)
        self._store, self._settings = store, settings

    def write(self, number: int, form: Form) -> None:
        """Write the newest version of a filing into a folder of the clerk's choice."""
        folder = dialogs.choose_folder(self.window(), "文件保存到哪个文件夹", self._settings.output)
        self.said.emit(NOT_YET)
        if folder is None:
            return

        def written(files: list[Path]) -> None:
            self._settings.output = str(folder)
            self._settings.save(self._store.folder)
            self.said.emit(f"已存到“{folder.name}”：" + "、".join(file.name for file in files))

        self.start("正在写出文件", partial(_written, self._store, number, form, folder), written)

    def open_folder(self, number: int) -> None:
        """Show the folder with the newest files of a filing, else the one that files were last written to."""
        folder = filings.folder_of(self._store, number)
        if folder is None and self._settings.output:
            folder = Path(self._settings.output)
        if folder is not None:
            dialogs.open_folder(folder)
        else:
            self.said.emit("还没有存成文件；点“再次导出”选一个文件夹。")


def _written(store: Store, number: int, form: Form, folder: Path, progress: Progress) -> list[Path]:
    """The files of a final filing, written into a folder and put among the papers to be signed and sent."""
    made: list[filings.Document] = []
    kinds = form.kinds
    for kind in kinds:
        progress.step(len(made), len(kinds) + 1)
        made += filings.documents(store, number, form, [kind])
    progress.step(len(kinds), len(kinds) + 1)  # the last chance to stop: files and paper come together
    files = filings.export(made, folder)
    filings.to_paper(store, number, form, kinds[0])
    filings.remember_folder(store, number, folder)
    return files
