"""Loading Qt without what slows the first paint: PySide6's own import, and Python's collector of cycles.

PySide6 puts an import of its own in the place of Python's, for a feature this program does not use (`__feature__`); it
makes every later import 30 to 80 % slower (measured), so Python's own, kept here from before, is put back once Qt is
there. The collector looks through everything again and again while ten thousands of objects are made that all stay: a
tenth of the start, so it rests until the frame is painted.
"""

from __future__ import annotations

import builtins
import gc

_plain = builtins.__import__


def load_qt() -> None:
    """Load Qt for a window; `settled` must follow once the frame is painted."""
    gc.disable()
    import PySide6.QtWidgets  # noqa: F401

    put_back()


def put_back() -> None:
    """Use Python's own import again, as it was when this module was first imported."""
    builtins.__import__ = _plain


def settled() -> bool:
    """Let the collector work again, without what was made until now, which stays as long as the program runs.

    Its full round holds up everything, the window as well: 100 to 300 ms while a list of 5,000 rows is taken over. So
    it becomes rare, and True says that `sweep` has to be called while nobody looks.
    """
    if gc.isenabled():
        return False
    gc.freeze()
    gc.enable()
    gc.set_threshold(1000, 20, 1000)
    return True


def sweep() -> None:
    """A full round of the collector."""
    gc.collect()
