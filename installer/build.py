"""Make everything an office installs, top to bottom: `python3 run.py package`, then `python3 run.py test-windows`.

    package [--embed ZIP --sha256 HEX] [--windows-only | --linux-only] [--fast]
    test-windows [--quick]
    test-linux           needs root and mmdebstrap
    lock                 renew the lists of exact versions (needs `uv`)

A release is built with the official embeddable Python zip, whose SHA-256 a person has confirmed (docs/release.md).
Without it the runtime is assembled from a package and this machine's standard library: good for tests only.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import zipfile
from pathlib import Path
from time import gmtime, monotonic

from desktop.installation import PORTABLE_MARK
from installer import contents, dependencies, launcher, runtime, setup, signing, tree
from installer.places import (
    BUILD,
    DIST,
    LARGEST_SETUP,
    LARGEST_TREE,
    NAME,
    PROGRAM,
    TITLE,
    VERSION,
    BuildError,
    built_at,
    require,
    require_python,
    say,
)

PROGRAMS = {
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
    "x86_64-w64-mingw32-windres": "binutils-mingw-w64-x86-64",
    "dpkg-deb": "dpkg",
}
PORTABLE_NOTE = f"""{TITLE} {VERSION} 绿色版

双击 {PROGRAM} 即可使用，不用安装。数据保存在本文件夹的“{launcher.DATA_FOLDER}”里，随文件夹一起走：
复制整个文件夹就是备份；换电脑时把整个文件夹拷过去。
升级：把新的绿色版解压到新文件夹，再把旧文件夹里的“{launcher.DATA_FOLDER}”拷进去。
本文件是绿色版的标记，删除后数据改存到当前用户的系统文件夹。
"""


def windows(options: argparse.Namespace) -> None:
    """Build the Windows tree, launcher, setup and portable zip."""
    folder = BUILD / NAME
    shutil.rmtree(folder, ignore_errors=True)

    say("1. Python for Windows")
    if options.embed:
        runtime.official(Path(options.embed), options.sha256, folder / "runtime")
    else:
        say("  *** assembled for tests; a release takes --embed and --sha256 (docs/release.md) ***")
        runtime.assembled(folder / "runtime")

    say("2. packages and program, only what is used")
    site, app = folder / "site", folder / "app"
    tree.packages(dependencies.WINDOWS, site)
    tree.trim_qt_windows(site)
    tree.program(app)
    components = contents.collect(folder, site, dependencies.WINDOWS, folder / contents.FOLDER)
    contents.put(folder / "runtime" / "LICENSE.txt", folder / contents.FOLDER / "Python" / "LICENSE.txt")
    components = [*contents.python_and_inside(folder / "runtime"), *components]
    contents.write_list(folder / contents.FOLDER, components)
    tree.byte_compile(site, sourceless=True)
    tree.byte_compile(app)

    say("3. launcher")
    icon = launcher.icon(BUILD / "tuanmei.ico")
    launcher.picture(icon.with_suffix(".bmp"))
    launcher.compile_launcher(folder / PROGRAM, icon, tree.needed(folder))
    signing.sign(folder / PROGRAM)
    lacking = tree.unresolved(folder)
    if lacking:
        raise BuildError(f"libraries are missing: {lacking}")
    size = tree.settle(folder)
    refuse_larger("the installed program", size, LARGEST_TREE)

    say("4. setup and portable folder")
    target = DIST / f"{NAME.lower()}-{VERSION}-setup.exe"
    made = setup.make(folder, icon, size, target, fast=options.fast)
    portable = make_portable(folder)
    refuse_larger(made.name, made.stat().st_size, 2 * LARGEST_SETUP if options.fast else LARGEST_SETUP)
    bill = DIST / f"{NAME.lower()}-{VERSION}-windows.cdx.json"
    bill.write_text(contents.bill_of_materials(components, "Windows x64"), "utf-8")
    for file in (made, portable):
        say(f"  {file.name}: {file.stat().st_size / 1e6:.1f} MB")


def make_portable(folder: Path) -> Path:
    """Zip the tree with its portable mark; a file's time is the commit's, so that equal sources give equal zips."""
    target = DIST / f"{NAME.lower()}-{VERSION}-portable.zip"
    stamp = gmtime(built_at())[:6]
    note = PORTABLE_NOTE.replace("\n", "\r\n").encode("utf-8-sig")
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted([*files, PORTABLE_MARK]):
            entry = zipfile.ZipInfo(f"{TITLE}/{name}", stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, files[name].read_bytes() if name in files else note)
    return target


def refuse_larger(what: str, size: int, limit: int) -> None:
    """Hold the promised sizes."""
    if size > limit:
        raise BuildError(f"{what} has {size / 1e6:.1f} MB, the limit is {limit / 1e6:.0f} MB")


def package(options: argparse.Namespace) -> int:
    """Make everything; leaves it in dist/."""
    require_python()
    require(PROGRAMS if sys.platform.startswith("linux") else {"makensis": "nsis", "gcc": "mingw-w64"})
    started = monotonic()
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    if not options.linux_only:
        windows(options)
    if not options.windows_only and sys.platform.startswith("linux"):
        from installer import debian

        debian.build()
    contents.checksums(DIST)
    say(f"done in {monotonic() - started:.0f} s: {DIST}")
    return 0


def try_windows(options: argparse.Namespace) -> int:
    """Try the setup under Wine."""
    from installer import wine_checks

    return wine_checks.run_all(quick=options.quick)


def try_linux(_: argparse.Namespace) -> int:
    """Try the Linux package in a fresh Debian 12 (as root)."""
    from installer import debian_checks

    return debian_checks.run_all()


def lock(_: argparse.Namespace) -> int:
    """Renew the lists of exact versions."""
    for each in dependencies.LOCKS:
        dependencies.renew(each)
    return 0


def main() -> int:
    """Read the words and do them; a build that cannot go on says why in one sentence."""
    grammar = argparse.ArgumentParser(prog="run.py", description="Build and try what an office installs.")
    words = grammar.add_subparsers(required=True)
    making = words.add_parser("package")
    making.add_argument("--embed", help="official python-3.11.9-embed-amd64.zip")
    making.add_argument("--sha256", default="", help="its SHA-256, confirmed by a person")
    making.add_argument("--fast", action="store_true", help="compress the setup less (for trials)")
    only = making.add_mutually_exclusive_group()
    only.add_argument("--windows-only", action="store_true")
    only.add_argument("--linux-only", action="store_true")
    making.set_defaults(run=package)
    trying = words.add_parser("test-windows")
    trying.add_argument("--quick", action="store_true", help="leave out the program's own tests")
    trying.set_defaults(run=try_windows)
    words.add_parser("test-linux").set_defaults(run=try_linux)
    words.add_parser("lock").set_defaults(run=lock)
    options = grammar.parse_args()
    try:
        return int(options.run(options))
    except BuildError as error:
        print(f"BUILD FAILED: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
