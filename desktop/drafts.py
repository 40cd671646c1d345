"""Half-typed input of a page (草稿), so that nothing typed is lost when the program ends in the middle.

One small file a page and record in the data folder, written whole at every pause of typing and removed when the work
is saved. It is no record: it has no history and no undo.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.paths import make_private, write_whole

if TYPE_CHECKING:
    from desktop.store import Store

FOLDER = "草稿"


def keep(store: Store, name: str, typed: dict[str, Any]) -> None:
    """Keep what is typed on a page.

    Raises:
        Refused: the disk cannot be written.
    """
    make_private(store.folder / FOLDER)
    write_whole(_file(store, name), json.dumps(typed, ensure_ascii=False).encode("utf-8"))


def read(store: Store, name: str) -> dict[str, Any]:
    """What was typed and not saved; empty when there is nothing, or nothing that can be read."""
    try:
        found = json.loads(_file(store, name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def drop(store: Store, name: str) -> None:
    """Forget it, because it was saved or given up."""
    _file(store, name).unlink(missing_ok=True)


def _file(store: Store, name: str) -> Path:
    return store.folder / FOLDER / f"{name}.json"
