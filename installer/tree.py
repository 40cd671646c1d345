"""The lean program folder: only the Qt parts in use, no developers' files, byte code beside every module."""

from __future__ import annotations

import ast
import compileall
import os
import py_compile
import shutil
from pathlib import Path

from installer import dependencies
from installer.pe import Image
from installer.places import ROOT, BuildError, built_at, require_python, say

# Parts of Qt that are not modules of their own: what shows windows, icons and photos, and Chinese for Qt's dialogs.
WINDOWS_PLUGINS = {
    "platforms/qwindows.dll", "iconengines/qsvgicon.dll", "imageformats/qsvg.dll", "imageformats/qjpeg.dll",
    "imageformats/qico.dll",
}  # fmt: skip
LINUX_PLUGINS = {
    "platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforms/libqwayland-generic.so",
    "iconengines/libqsvgicon.so", "imageformats/libqsvg.so", "imageformats/libqjpeg.so",
    "platforminputcontexts/libibusplatforminputcontextplugin.so",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "platformthemes/libqxdgdesktopportal.so", "xcbglintegrations/libqxcb-egl-integration.so",
    "xcbglintegrations/libqxcb-glx-integration.so", "wayland-shell-integration/libxdg-shell.so",
    "wayland-decoration-client/libbradient.so", "wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
}  # fmt: skip
TRANSLATIONS = {"qtbase_zh_CN.qm", "qt_zh_CN.qm"}
# Folders and endings inside packages that only developers of those packages need.
DEVELOPERS_FOLDERS = {
    "tests", "test", "testing", "__pycache__", "includes", "include", "typesystems", "glue", "support", "isoschematron",
}  # fmt: skip
DEVELOPERS_ENDINGS = {".pyi", ".pxd", ".pxi", ".pyx", ".h", ".lib", ".c", ".typed", ".cpp"}
# Libraries every Windows 10 (1809 or later) brings along.
SYSTEM_PREFIXES = ("api-ms-win-", "ext-ms-")
SYSTEM_LIBRARIES = {
    "advapi32.dll", "authz.dll", "bcrypt.dll", "bcryptprimitives.dll", "comctl32.dll", "comdlg32.dll", "crypt32.dll",
    "d3d11.dll",
    "d3d12.dll", "d3d9.dll", "dnsapi.dll", "dwmapi.dll", "dwrite.dll", "dxgi.dll", "gdi32.dll", "imm32.dll",
    "iphlpapi.dll", "kernel32.dll", "kernelbase.dll", "mpr.dll", "ncrypt.dll", "netapi32.dll", "ntdll.dll",
    "ole32.dll", "oleaut32.dll", "opengl32.dll", "psapi.dll", "rpcrt4.dll", "secur32.dll", "setupapi.dll",
    "shcore.dll", "shell32.dll", "shlwapi.dll", "ucrtbase.dll", "uiautomationcore.dll", "user32.dll", "userenv.dll",
    "uxtheme.dll", "version.dll", "winhttp.dll", "winmm.dll", "winspool.drv", "ws2_32.dll", "wtsapi32.dll",
    "msvcrt.dll", "d2d1.dll", "powrprof.dll",
}  # fmt: skip


# Parts of packages that this program never asks for: other databases, picture formats and functions not in use.
NOT_USED = (
    "sqlalchemy/dialects/mssql", "sqlalchemy/dialects/mysql", "sqlalchemy/dialects/oracle",
    "PIL/_avif.*", "PIL/_imagingft.*", "PIL/_imagingcms.*", "PIL/_imagingtk.*", "pillow.libs/libavif-*",
    "pypdfium2_cli", "pypdfium2/__main__.*",
)  # fmt: skip
# Qt modules the sources name for Linux only.
LINUX_ONLY = {"QtDBus"}


def packages(lock: dependencies.Lock, site: Path) -> None:
    """Unpack every package of a list and take away what only developers need."""
    for wheel in dependencies.wheels(lock):
        dependencies.unpack(wheel, site)
    for folder in sorted(site.rglob("*"), reverse=True):
        if folder.is_dir() and folder.name in DEVELOPERS_FOLDERS and "PySide6" not in folder.parts:
            shutil.rmtree(folder)
    for pattern in NOT_USED:
        for found in site.glob(pattern):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()
    for file in site.rglob("*"):
        if file.is_file() and file.suffix in DEVELOPERS_ENDINGS:
            file.unlink()


def program(app: Path) -> None:
    """Copy the program's own modules, forms and resources as they are committed."""
    for name in ("desktop", "forms", "resources"):
        shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.mako"))


def qt_modules() -> set[str]:
    """The Qt modules the program's sources import, with those Qt itself asks for at import."""
    found = {"QtCore", "QtGui", "QtWidgets"}
    for source in (ROOT / "desktop").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("PySide6."):
                found.add(node.module.split(".")[1])
            elif isinstance(node, ast.ImportFrom) and node.module == "PySide6":
                found |= {name.name for name in node.names}
    return found


def trim_qt_windows(site: Path) -> None:
    """Keep the modules in use, their plugins, and every DLL one of those loads; all else of Qt goes.

    Raises:
        BuildError: a module or plugin the program needs is not in the packages.
    """
    qt = site / "PySide6"
    kept = {qt / f"{name}.pyd" for name in qt_modules() - LINUX_ONLY} | {
        qt / "plugins" / name for name in WINDOWS_PLUGINS
    }
    kept |= {qt / "translations" / name for name in TRANSLATIONS}
    missing = [file.name for file in kept if not file.exists()]
    if missing:
        raise BuildError(f"PySide6 lacks {', '.join(sorted(missing))}")
    libraries = {file.name.lower(): file for file in [*qt.glob("*.dll"), *(site / "shiboken6").glob("*.dll")]}
    todo = [file for file in kept if file.suffix in (".pyd", ".dll")]
    while todo:
        for name in Image(todo.pop()).imports():
            library = libraries.get(name)
            if library is not None and library not in kept:
                kept.add(library)
                todo.append(library)
    kept |= set(qt.glob("*.py"))
    for file in qt.rglob("*"):
        if file.is_file() and file not in kept:
            file.unlink()
    drop_duplicates(qt, site / "shiboken6")
    remove_empty(site)


def drop_duplicates(qt: Path, shiboken: Path) -> None:
    """Take away the compiler's libraries that lie a second time beside shiboken6, which is always loaded first."""
    for file in shiboken.glob("*.dll"):
        if not file.name.startswith(("shiboken", "msvcp", "vcruntime")):
            file.unlink()
    for file in qt.glob("*.dll"):
        if (shiboken / file.name).exists() and not file.name.startswith("shiboken"):
            file.unlink()


def trim_qt_linux(site: Path) -> None:
    """Keep the modules in use, their plugins and the Qt libraries, by name."""
    qt = site / "PySide6"
    modules = qt_modules() | {"QtDBus"}
    extra = {"XcbQpa", "EglFSDeviceIntegration", "OpenGL", "WaylandClient", "WaylandEglClientHwIntegration"}
    libraries = {f"libQt6{name.removeprefix('Qt')}.so.6" for name in modules} | {f"libQt6{n}.so.6" for n in extra}
    for file in qt.rglob("*"):
        inside = file.relative_to(qt).as_posix()
        keep = (
            inside in {f"{name}.abi3.so" for name in modules}
            or file.name in libraries
            or file.name.startswith(("libpyside6.abi3", "libicu"))
            or inside.removeprefix("Qt/plugins/") in LINUX_PLUGINS
            or file.name in TRANSLATIONS
            or (file.parent == qt and file.suffix == ".py")
        )
        if file.is_file() and not keep:
            file.unlink()
    missing = [name for name in libraries | LINUX_PLUGINS if not any(qt.rglob(name.rpartition("/")[2]))]
    if missing:
        raise BuildError(f"PySide6 lacks {', '.join(sorted(missing))}")
    remove_empty(site)


def remove_empty(folder: Path) -> None:
    """Remove folders that hold nothing any more."""
    for inner in sorted(folder.rglob("*"), reverse=True):
        if inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()


def byte_compile(folder: Path, *, sourceless: bool = False) -> None:
    """Put byte code beside every module; it is never compared with its source, so the folder may be read only.

    Args:
        folder: what is compiled.
        sourceless: leave the byte code only, in the place of the sources; fewer files for a virus scanner to read.

    Raises:
        BuildError: a module does not compile.
    """
    require_python()
    good = compileall.compile_dir(
        folder,
        quiet=1,
        stripdir=str(folder.parent),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        workers=os.cpu_count() or 1,
        legacy=sourceless,
    )
    if not good:
        raise BuildError(f"not everything under {folder.name} compiles")
    for source in folder.rglob("*.py") if sourceless else ():
        source.unlink()


def unresolved(tree: Path) -> dict[str, list[str]]:
    """Program files of the tree that ask for a DLL neither the tree nor Windows has: file → names."""
    files = [file for file in tree.rglob("*") if file.suffix.lower() in (".dll", ".pyd", ".exe")]
    here = {file.name.lower() for file in files} | SYSTEM_LIBRARIES
    asked = {file: Image(file).imports() for file in files}
    lacking = {
        file.relative_to(tree).as_posix(): sorted(
            name for name in names if name not in here and not name.startswith(SYSTEM_PREFIXES)
        )
        for file, names in asked.items()
    }
    return {name: names for name, names in lacking.items() if names}


def settle(tree: Path) -> int:
    """Give every file the same time, so that equal sources pack equally; returns the bytes in the tree."""
    moment = built_at()
    total = 0
    for file in tree.rglob("*"):
        os.utime(file, (moment, moment))
        total += file.stat().st_size if file.is_file() else 0
    say(f"  {tree.name}: {sum(1 for f in tree.rglob('*') if f.is_file())} files, {total / 1e6:.1f} MB")
    return total


def needed(tree: Path) -> list[str]:
    """Files the launcher looks for before it starts: the runtime, Qt's libraries, the program's first module."""
    wanted = [file for file in (tree / "runtime").iterdir() if file.suffix in (".dll", ".pyd", ".zip", "._pth")]
    wanted += [tree / "runtime" / "python311._pth", tree / "app" / "desktop" / "__main__.py"]
    wanted += [file for file in (tree / "site").rglob("*") if file.suffix == ".dll" or file.name.startswith("Qt")]
    names = {file.relative_to(tree).as_posix().replace("/", "\\") for file in wanted if file.suffix != ".py"}
    return [*sorted(names), "app\\desktop\\__main__.py"]
