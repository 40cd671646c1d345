"""A form that somebody sent (.tmform), opened by double click: shown by name, taken in when the clerk says yes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import Refused
from desktop.windows import dialogs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def offer(parent: QWidget, archive: Path, folder: Path) -> bool:
    """Check a form that arrived, ask, and put it among the clerk's own; whether it was taken in.

    Args:
        parent: the window that asks.
        archive: the file.
        folder: the data folder.
    """
    from desktop.forms import shelf

    try:
        with tempfile.TemporaryDirectory(prefix="tuanmei-form-", ignore_cleanup_errors=True) as scratch:
            form = shelf.receive(archive, Path(scratch))
        replaces = (folder / "forms" / form.id).exists()
        detail = f"发布：{form.issuer}　版本：{form.edition}\n放进自有表单后，在“填报与备案”里使用。"
        if replaces:
            detail += "\n已有同名的自有表单，将被替换；已经填好的不受影响。"
        if not dialogs.ask(parent, f"收到表单“{form.title}”。", detail, "替换" if replaces else "放进自有表单"):
            return False
        shelf.receive(archive, folder / "forms", replace=True)
    except Refused as refusal:
        dialogs.show_error(parent, refusal)
        return False
    return True
