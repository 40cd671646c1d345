"""What the trials under Wine share: the setups to try, a Python inside that Windows, and questions to its desktop."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from installer import dependencies, launcher, runtime, setup, tree
from installer.places import BUILD, DIST, NAME, PROGRAM, ROOT, TITLE, VERSION, BuildError, say
from installer.wine import Wine

PREVIOUS = "0.0.9"
STALE = Path("app") / "desktop" / "no_longer_there.py"
# Run inside the trial's Windows by its Python: what its desktop shows.
FIND = """
import ctypes, json, sys
from ctypes import wintypes
user = ctypes.windll.user32
found = []
@ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
def look(window, _):
    text = ctypes.create_unicode_buffer(512)
    user.GetWindowTextW(window, text, 512)
    kind = ctypes.create_unicode_buffer(64)
    user.GetClassNameW(window, kind, 64)
    if user.IsWindowVisible(window):
        inner = ctypes.create_unicode_buffer(2048)
        if kind.value == "#32770":
            user.GetDlgItemTextW(window, 0xFFFF, inner, 2048)
        found.append([window, kind.value, text.value, inner.value, bool(user.IsIconic(window))])
    return True
user.EnumWindows(look, 0)
print(json.dumps(found))
"""
SHOW = "import ctypes, sys; ctypes.windll.user32.ShowWindowAsync(int(sys.argv[1]), int(sys.argv[2]))"
CLOSE = "import ctypes, sys; ctypes.windll.user32.PostMessageW(int(sys.argv[1]), 0x10, 0, 0)"
REGISTRY = """
import json, sys, winreg
with winreg.OpenKey(winreg.HKEY_CURRENT_USER, sys.argv[1]) as key:
    print(json.dumps(winreg.QueryValueEx(key, sys.argv[2])[0]))
"""
RAW = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1]).returncode)"


@dataclass
class Window:
    """A window on the trial's desktop."""

    handle: int
    kind: str
    title: str
    text: str
    minimised: bool


@dataclass
class Trial:
    """One run of the trials: the Windows, the two setups, the folder that is installed to, what was found.

    Attributes:
        lines: the report so far, one line for each trial. pictures: where screenshots go.
    """

    wine: Wine
    setup: Path
    previous: Path
    pictures: Path
    lines: list[str] = field(default_factory=list)
    good: bool = True

    @property
    def installed(self) -> Path:
        """Where the setup puts the program when nobody says otherwise."""
        return self.wine.local_data / "Programs" / NAME

    @property
    def data(self) -> Path:
        """Where the register lies."""
        return self.wine.local_data / NAME

    def python(self, code: str, *words: str, timeout: float = 120) -> str:
        """Run a few lines of Python inside the trial's Windows; returns what they printed.

        Raises:
            BuildError: they failed.
        """
        exit_code, printed = self.wine.run(kit(self.wine) / "python.exe", "-c", code, *words, timeout=timeout)
        if exit_code != 0:
            raise BuildError(f"Python in Wine ended with {exit_code}: {printed[-1500:]}")
        return printed.strip()

    def windows(self, title: str = "") -> list[Window]:
        """The visible windows with that title, or all."""
        found = [Window(*row) for row in json.loads(self.python(FIND).splitlines()[-1])]
        return [window for window in found if title in ("", window.title)]

    def wait_for_window(self, title: str, seconds: float = 60) -> Window:
        """The first window with that title, as soon as it is there.

        Raises:
            BuildError: none came.
        """
        end = monotonic() + seconds
        while monotonic() < end:
            found = self.windows(title)
            if found:
                return found[0]
            sleep(0.5)
        raise BuildError(f"no window “{title}” within {seconds:.0f} s; shown: {self.windows()}")

    def setups(self) -> list[Window]:
        """The visible windows of a setup."""
        return [window for window in self.windows() if window.kind == "#32770" and window.title.startswith(TITLE)]

    def wait_for_setup(self, seconds: float = 60) -> Window:
        """The first page of a setup, as soon as it is there.

        Raises:
            BuildError: none came.
        """
        end = monotonic() + seconds
        while not (found := self.setups()):
            if monotonic() > end:
                raise BuildError(f"no setup within {seconds:.0f} s; shown: {self.windows()}")
            sleep(0.5)
        return found[0]

    def wait_gone(self, title: str, seconds: float = 60) -> None:
        """Wait until no window has that title any more.

        Raises:
            BuildError: one stayed.
        """
        end = monotonic() + seconds
        while self.windows(title):
            if monotonic() > end:
                raise BuildError(f"the window “{title}” stayed")
            sleep(0.5)

    def close_window(self, window: Window) -> None:
        """Close a window as a click on its cross would, and wait until it is gone."""
        self.python(CLOSE, str(window.handle))
        self.wait_gone(window.title)

    def picture(self, name: str, seconds: float = 40) -> Path:
        """A picture of the screen once it stands still, or of what it shows when the time is over."""
        end, target = monotonic() + seconds, self.pictures / name
        before, now = b"", self.wine.screenshot(target).read_bytes()
        while before != now and monotonic() < end:
            sleep(3)
            before, now = now, self.wine.screenshot(target).read_bytes()
        return target

    def registry(self, key: str, name: str = "") -> Any:
        """A value below HKEY_CURRENT_USER; None when it is not there."""
        try:
            return json.loads(self.python(REGISTRY, key, name).splitlines()[-1])
        except BuildError:
            return None

    def install(self, setup: Path, *words: str) -> int:
        """Run a setup silently; returns its exit code."""
        code, _ = self.wine.run(setup, "/S", *words, timeout=300)
        self.wine.settle()
        return code

    def install_into(self, setup: Path, folder: str) -> int:
        """Run a setup silently into a folder with blanks: the setup wants the path last and without quotes."""
        line = f'"{self.unix(setup)}" /S /D={folder}'
        code, _ = self.wine.run(kit(self.wine) / "python.exe", "-c", RAW, line, timeout=300)
        self.wine.settle()
        return code

    @staticmethod
    def unix(path: Path) -> str:
        """A path of this machine as Wine's drive Z: has it."""
        return "Z:" + str(path).replace("/", "\\")

    def uninstall(self, folder: Path, *words: str) -> int:
        """Run the uninstaller silently and wait for the copy of itself that does the work."""
        code, _ = self.wine.run(folder / "uninstall.exe", "/S", *words, timeout=300)
        self.wine.settle()
        return code


def expect(is_so: object, otherwise: str) -> None:
    """Go on only when it is so.

    Raises:
        BuildError: it is not.
    """
    if not is_so:
        raise BuildError(otherwise)


def kit(wine: Wine) -> Path:
    """A second copy of the program tree with a python.exe and the tests' packages, made once for each Windows."""
    folder = wine.drive / "kit"
    if (folder / "python.exe").exists():
        return folder
    say("  making the trial's own Python")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUILD / NAME, folder)
    tree.packages(dependencies.TESTS, folder / "tests-site")
    test_qt(folder)
    (folder / "runtime" / "python311._pth").write_text(
        runtime.SEARCH_PATH + "..\\tests-site\n", "ascii", newline="\r\n"
    )
    for name in ("pyproject.toml", "run.py", "constraints.txt"):
        shutil.copyfile(ROOT / name, folder / "app" / name)
    for name in ("tests", "docs", "installer"):
        shutil.copytree(ROOT / name, folder / "app" / name, ignore=shutil.ignore_patterns("__pycache__"))
    launcher.compile_launcher(folder / "python.exe", BUILD / "tuanmei.ico", tree.needed(folder), plain=True)
    return folder


def test_qt(folder: Path) -> None:
    """Add Qt's test module, which the program itself does not use."""
    wheels = [file for file in dependencies.wheels(dependencies.WINDOWS) if file.name.startswith("PySide6")]
    scratch = folder / "scratch"
    for wheel in wheels:
        dependencies.unpack(wheel, scratch)
    for name in ("QtTest.pyd", "Qt6Test.dll", "plugins/platforms/qoffscreen.dll"):
        shutil.copyfile(scratch / "PySide6" / name, folder / "site" / "PySide6" / name)
    shutil.rmtree(scratch)


def setup_of(version: str, *more: Path) -> Path:
    """A setup of another version, made of the same tree, with files in it that the real one does not have."""
    folder = BUILD / f"{NAME}-{version}"
    target = BUILD / f"{NAME.lower()}-{version}-setup.exe"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUILD / NAME, folder)
    for file in more:
        (folder / file).write_text("STALE = True\n", "ascii")
    setup.make(folder, BUILD / "tuanmei.ico", 1, target, version=version, fast=True)
    shutil.rmtree(folder)
    return target


def new_setup() -> Path:
    """The setup that `package` has made.

    Raises:
        BuildError: it has not been made.
    """
    setup = DIST / f"{NAME.lower()}-{VERSION}-setup.exe"
    if not setup.exists() or not (BUILD / NAME / PROGRAM).exists():
        raise BuildError("run `python3 run.py package` first")
    return setup
