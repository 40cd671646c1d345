"""The command line, one module per noun; each offers `add(subparsers)`, and its parsers set `run=function(args)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from desktop import paths, settings

if TYPE_CHECKING:
    from desktop.store import Store


@contextmanager
def opened_store() -> Iterator[Store]:
    """The clerk's store, opened for one command.

    Raises:
        StoreRefused: it cannot be opened, for example because the window holds it.
    """
    from desktop.store import Store

    folder = paths.home()
    with Store.open(folder, actor=settings.load(folder).actor) as store:
        yield store
