"""Where the files of a filing were last written: of this machine only, so it lies beside the store and not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.paths import write_whole

if TYPE_CHECKING:
    from desktop.store import Store

FILE = "导出位置.json"
"""Number of the filing → folder."""


def remember_folder(store: Store, filing_id: int, folder: Path) -> None:
    """Keep where the newest files of a filing were written."""
    known = _known(store) | {str(filing_id): str(folder.absolute())}
    write_whole(store.folder / FILE, json.dumps(known, ensure_ascii=False, indent=1).encode())


def folder_of(store: Store, filing_id: int) -> Path | None:
    """The folder with the newest files of a filing; None when none were written or the folder is gone."""
    found = _known(store).get(str(filing_id))
    return Path(found) if found is not None and Path(found).is_dir() else None


def _known(store: Store) -> dict[str, str]:
    """What is kept; a file that cannot be read is as none, for it only spares the clerk a search."""
    file = store.folder / FILE
    try:
        found = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
