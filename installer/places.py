"""Where the build reads and writes, and the names the program goes by on other people's machines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from desktop import __version__

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "installer"
BUILD = Path(os.environ.get("TUANMEI_BUILD") or ROOT / "build")
DIST = ROOT / "dist"

TITLE = "团媒台账"
NAME = "Tuanmei"
PROGRAM = f"{NAME}.exe"
VERSION = __version__
PYTHON = (3, 11)
"""The runtime that ships; byte code is only good for this one."""

LARGEST_SETUP = 40_000_000
LARGEST_TREE = 130_000_000


class BuildError(Exception):
    """The build cannot go on; says what is missing and what to do."""


def say(text: str) -> None:
    """Tell the person who builds what happens, at once."""
    print(text, flush=True)


def run(*words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a program of the build and return what it printed.

    Raises:
        BuildError: it is not installed or did not succeed; carries the end of what it printed.
    """
    command = [str(word) for word in words]
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed") from error
    if done.returncode != 0:
        raise BuildError(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def require(programs: Mapping[str, str]) -> None:
    """Have programs at hand: on Debian those missing are installed when this process may.

    Args:
        programs: program → the Debian package that brings it.

    Raises:
        BuildError: one is missing all the same; says how to install it.
    """
    missing = sorted({package for program, package in programs.items() if not shutil.which(program)})
    if missing and sys.platform.startswith("linux"):
        import run as start

        start.install_system_packages(missing)
    lacking = [program for program in programs if not shutil.which(program)]
    if lacking:
        raise BuildError(f"{', '.join(lacking)} missing; on Debian: apt-get install {' '.join(missing)}")


def require_python() -> None:
    """Refuse to byte-compile with another Python than the one that ships.

    Raises:
        BuildError: this is not Python 3.11.
    """
    if sys.version_info[:2] != PYTHON:
        raise BuildError(f"the package is built with Python {PYTHON[0]}.{PYTHON[1]}, this is {sys.version.split()[0]}")


def built_at() -> int:
    """Seconds since 1970 that every packed file carries: the newest commit's, so that equal sources pack equally."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    return int(run("git", "-C", ROOT, "log", "-1", "--format=%ct").strip())
