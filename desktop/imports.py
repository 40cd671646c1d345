"""Python's own import, kept from before Qt is loaded.

PySide6 puts an import of its own in the place of Python's, for a feature this program does not use (`__feature__`); it
makes every later import 30 to 80 % slower (measured), so Python's own is put back once Qt is there.
"""

from __future__ import annotations

import builtins

_plain = builtins.__import__


def put_back() -> None:
    """Use Python's own import again, as it was when this module was first imported."""
    builtins.__import__ = _plain
