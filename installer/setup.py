"""The setup a clerk double-clicks: `setup.nsi` compiled over a finished program tree."""

from __future__ import annotations

from pathlib import Path

from installer import signing
from installer.places import HERE, VERSION, run


def make(folder: Path, icon: Path, size: int, target: Path, *, version: str = VERSION, fast: bool) -> Path:
    """Compile setup.nsi over the tree; the compiler has the setup and its uninstaller signed.

    The picture of its first page lies beside the icon, as .bmp.
    """
    numbers = ".".join([*version.split(".")[:3], "0"])
    given = {"VERSION": version, "NUMBERS": numbers, "OUTPUT": target, "ICON": icon,
             "PICTURE": icon.with_suffix(".bmp"), "SIZE": size // 1024, "FAST": "yes" if fast else ""}  # fmt: skip
    if signing.configured():
        given["SIGN"] = signing.command()
    words = [f"-D{name}={value}" for name, value in given.items()]
    run("makensis", "-V2", "-NOCD", "-INPUTCHARSET", "UTF8", *words, HERE / "setup.nsi", cwd=folder)
    if not signing.configured():
        signing.sign(target)
    return target
