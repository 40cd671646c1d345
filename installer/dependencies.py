"""Other people's packages at exact versions, each file known by its SHA-256; the lists are renewed on purpose only."""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from installer.places import BUILD, HERE, PYTHON, ROOT, BuildError, run, say

WINDOWS_TAGS = ("win_amd64",)
# From the newest C library on Debian 12 (2.36) down to the oldest a wheel may name.
LINUX_TAGS = (
    *(f"manylinux_2_{minor}_x86_64" for minor in range(36, 4, -1)),
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
    "manylinux1_x86_64",
)
UV_PLATFORMS = {WINDOWS_TAGS: "x86_64-pc-windows-msvc", LINUX_TAGS: "x86_64-manylinux_2_36"}


@dataclass(frozen=True)
class Lock:
    """A list of packages under `installer/`: which platform it is for and what it is made from.

    Attributes:
        name: file name. tags: platform tags, best first. wanted: what a person asked for; the program's own
            dependencies when empty.
    """

    name: str
    tags: tuple[str, ...]
    wanted: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The list itself: `name==version --hash=sha256:…`, one package a line."""
        return HERE / self.name

    def pins(self) -> dict[str, tuple[str, str]]:
        """Package name → (version, SHA-256 of its wheel)."""
        line = re.compile(r"^([\w.-]+)==(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
        return {normal(name): (version, digest) for name, version, digest in line.findall(self.file.read_text("utf-8"))}


WINDOWS = Lock("windows.txt", WINDOWS_TAGS)
LINUX = Lock("linux.txt", LINUX_TAGS)
# Carries the Python Software Foundation's own, signed 3.11.9 binaries for Windows (windows runtime of the tests).
RUNTIME = Lock("runtime.txt", WINDOWS_TAGS, ("panda3d==1.10.16",))
TESTS = Lock(
    "windows-tests.txt",
    WINDOWS_TAGS,
    ("pytest", "pytest-qt", "pytest-timeout", "hypothesis", "chinesecalendar", "holidays", "pdfplumber", "aiosmtpd"),
)
LOCKS = (WINDOWS, LINUX, RUNTIME, TESTS)


def wheels(lock: Lock) -> list[Path]:
    """Fetch every wheel of a list, or take those already here; each is checked against its SHA-256.

    Raises:
        BuildError: a package cannot be had, or is not the file the list names.
    """
    folder = BUILD / "wheels" / lock.file.stem
    wanted = {digest for _, digest in lock.pins().values()}
    here = {sha256(file): file for file in folder.glob("*.whl")}
    if not wanted <= here.keys():
        say(f"  fetching {len(wanted - here.keys())} packages of {lock.name}")
        pip_download(folder, lock.tags, "--require-hashes", "--no-deps", "-r", str(lock.file))
        here = {sha256(file): file for file in folder.glob("*.whl")}
    missing = wanted - here.keys()
    if missing:
        raise BuildError(f"{lock.name}: no file with SHA-256 {', '.join(sorted(missing))}")
    return sorted(here[digest] for digest in wanted)


def pip_download(folder: Path, tags: tuple[str, ...], *words: str) -> None:
    """Let pip fetch wheels for another machine; where from is pip's own configuration."""
    platforms = [word for tag in tags for word in ("--platform", tag)]
    run(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--only-binary", ":all:",
        "--python-version", ".".join(map(str, PYTHON)), *platforms, "-d", folder, *words)  # fmt: skip


def unpack(wheel: Path, site: Path) -> None:
    """Put a wheel's modules and data into a folder of packages; scripts and headers stay out.

    Format: Python packaging guide, "Binary distribution format", section "Installing a wheel".
    """
    with zipfile.ZipFile(wheel) as packed:
        for entry in packed.infolist():
            parts = PurePosixPath(entry.filename).parts
            if ".." in parts or entry.filename.startswith("/"):
                raise BuildError(f"{wheel.name}: {entry.filename} points outside")
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            if entry.is_dir():
                continue
            target = site.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(entry))


def normal(name: str) -> str:
    """A package's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def renew(lock: Lock) -> None:
    """Write a list anew from pyproject.toml and constraints.txt; needs `uv`, and a person to read the difference."""
    source = BUILD / f"{lock.file.stem}.in"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("\n".join(lock.wanted), "utf-8")
    asked = source if lock.wanted else ROOT / "pyproject.toml"
    if lock is RUNTIME:
        pinned = source.read_text("utf-8")
    else:
        pinned = run("uv", "pip", "compile", asked, "-c", ROOT / "constraints.txt", "--only-binary", ":all:",
                     "--python-platform", UV_PLATFORMS[lock.tags], "--python-version", ".".join(map(str, PYTHON)),
                     "--no-emit-index-url", "--no-header", "--no-annotate", "-q")  # fmt: skip
    source.write_text(pinned, "utf-8")
    folder = BUILD / "renew" / lock.file.stem
    for old in folder.glob("*.whl"):
        old.unlink()
    pip_download(folder, lock.tags, "--no-deps", "-r", str(source))
    lines = []
    for wheel in sorted(folder.glob("*.whl"), key=lambda file: file.name.lower()):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{normal(name)}=={version} --hash=sha256:{sha256(wheel)}")
    lock.file.write_text("\n".join(lines) + "\n", "utf-8")
    say(f"  {lock.name}: {len(lines)} packages")
