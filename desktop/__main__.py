"""`tuanmei` and `python -m desktop`: the window when called bare, else a sub-command."""

from __future__ import annotations

import sys

from desktop import imports  # must come before Qt: it keeps Python's own import


def main(words: list[str] | None = None) -> int:
    """Start the window or do the command; returns the exit code."""
    given = sys.argv[1:] if words is None else words
    if given[:1] == ["--self-check"]:
        from desktop import self_check

        return self_check.main(given[1:])
    if given and not given[0].endswith(".tmform"):
        from desktop.cli import run

        return run(given)
    imports.load_qt()
    from desktop.app import run_window

    return run_window(given)


if __name__ == "__main__":
    sys.exit(main())
