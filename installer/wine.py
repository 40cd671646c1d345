"""A Windows to try the setup on, without Windows: Wine 8 of Debian 12, prepared so that Qt and Python run in it.

What Wine 8 lacks and Qt's window plugin or the encryption library ask for comes from the next Debian's Wine: two DLLs,
unpacked into the build folder, never installed.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import IO

from installer.places import BUILD, BuildError, require, run, say

PROGRAMS = {
    "wine": "wine",
    "wineserver": "wine",
    "/usr/lib/wine/wine64": "wine64",
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "dpkg-deb": "dpkg",
}
FONT_FILE, FONT_PACKAGE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"), "fonts-wqy-microhei"
NEWER_RELEASE = "trixie"
NEWER_LIBRARIES = ("windows.ui.dll", "bcryptprimitives.dll")
FONT = "WenQuanYi Micro Hei"
REPLACED_FONTS = (
    "SimSun", "NSimSun", "宋体", "Microsoft YaHei", "Microsoft YaHei UI", "微软雅黑", "MS Shell Dlg", "MS Shell Dlg 2",
    "Tahoma", "Segoe UI",
)  # fmt: skip
SCREEN = "1440x900x24"
RUNTIME_CLASSES = r"HKLM\Software\Microsoft\WindowsRuntime\ActivatableClassId"
SETTINGS = (
    (rf"{RUNTIME_CLASSES}\Windows.UI.ViewManagement.UISettings", "DllPath", r"C:\windows\system32\windows.ui.dll"),
    (r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug", "Debugger", "false"),
    *((r"HKCU\Software\Wine\Fonts\Replacements", font, FONT) for font in REPLACED_FONTS),
)


@dataclass
class Wine:
    """One prepared Windows: its drive, its environment, a screen.

    Attributes:
        prefix: the folder of the prefix. environment: what every program in it is started with.
    """

    prefix: Path
    environment: dict[str, str] = field(default_factory=dict)
    _screen: subprocess.Popen[bytes] | None = None

    @property
    def drive(self) -> Path:
        """Drive C: as this machine sees it."""
        return self.prefix / "drive_c"

    @property
    def local_data(self) -> Path:
        """The user's %LOCALAPPDATA%, where programs and the register lie."""
        (user,) = [folder for folder in (self.drive / "users").iterdir() if folder.name != "Public"]
        return user / "AppData" / "Local"

    def start(self, *words: str | Path, **environment: str) -> subprocess.Popen[bytes]:
        """Start a Windows program and let it run; its streams are pipes, for files break Python under Wine 8."""
        return subprocess.Popen(
            ["wine", *(str(word) for word in words)],
            env={**self.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str | Path, timeout: float = 180, **environment: str) -> tuple[int, str]:
        """Run a Windows program to its end; returns its exit code and what it printed.

        The end of the program counts, not the end of its output: Wine's own helpers, started along with the first
        program, keep the pipe open.

        Raises:
            BuildError: it did not end in time.
        """
        process = self.start(*words, **environment)
        printed: list[bytes] = []
        assert process.stdout is not None and process.stdin is not None
        process.stdin.close()
        reader = threading.Thread(target=_drain, args=(process.stdout, printed), daemon=True)
        reader.start()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            said = b"".join(printed).decode("utf-8", "replace")[-1000:]
            raise BuildError(f"{words[0]} did not end within {timeout:.0f} s: {said}") from error
        reader.join(1)
        return process.returncode, b"".join(printed).decode("utf-8", "replace")

    def settle(self) -> None:
        """Wait until every program in this Windows has ended; an uninstaller goes on from a copy of itself."""
        subprocess.run(["wineserver", "-w"], env=self.environment, check=False, timeout=120)

    def end_all(self) -> None:
        """End every program in this Windows (and in no other)."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        self.settle()

    def windows_path(self, path: Path) -> str:
        """A path below drive C: as Windows writes it."""
        return str(PureWindowsPath("C:\\", *path.relative_to(self.drive).parts))

    def show_screen(self) -> None:
        """Start a screen nobody sees, for windows to be painted on."""
        reading, writing = os.pipe()
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
            pass_fds=(writing,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        number = ""
        with open(reading, encoding="ascii") as stream:  # noqa: PTH123  a descriptor, not a path
            if select.select([stream], [], [], 30)[0]:
                number = stream.readline().strip()
        if not number:
            raise BuildError("Xvfb did not start")
        self.environment["DISPLAY"] = f":{number}"

    def screenshot(self, target: Path) -> Path:
        """Take a picture of the screen."""
        target.parent.mkdir(parents=True, exist_ok=True)
        code = (
            "import sys; from PySide6.QtGui import QGuiApplication as A; a = A([]);"
            "sys.exit(not a.primaryScreen().grabWindow(0).save(sys.argv[1]))"
        )
        display = {"DISPLAY": self.environment["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
        run(sys.executable, "-c", code, target, env=display)
        return target

    def close(self) -> None:
        """End this Windows and its screen."""
        self.end_all()
        if self._screen is not None:
            self._screen.terminate()
            self._screen.wait(timeout=20)


def _drain(stream: IO[bytes], into: list[bytes]) -> None:
    while part := os.read(stream.fileno(), 65536):
        into.append(part)


def prepare() -> Wine:
    """A Windows 10 with what our program needs; made once, taken again later.

    Raises:
        BuildError: Wine or the newer libraries cannot be had.
    """
    require(PROGRAMS)
    if not FONT_FILE.exists():
        import run as start

        start.install_system_packages([FONT_PACKAGE])
    libraries = newer_libraries()
    wine = Wine(BUILD / "wine" / "prefix")
    wine.environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("QT_", "PYTHON", "TUANMEI_"))},
        "WINEPREFIX": str(wine.prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d",
        "WINEDLLPATH": str(libraries),
        "LC_ALL": "C.UTF-8",
    }
    wine.end_all()  # what an interrupted trial may have left running looks at a screen that is gone
    wine.show_screen()
    ready = wine.prefix / "prepared"
    if not ready.exists():
        say("  making a Windows 10 in Wine")
        shutil.rmtree(wine.prefix, ignore_errors=True)
        wine.prefix.mkdir(parents=True)
        wine.run("wineboot", "-i")
        wine.settle()
        for name in NEWER_LIBRARIES:
            shutil.copyfile(libraries / "x86_64-windows" / name, wine.drive / "windows" / "system32" / name)
        wine.run("winecfg", "-v", "win10")
        for key, name, value in SETTINGS:
            wine.run("reg", "add", key, "/v", name, "/d", value, "/f")
        wine.settle()
        ready.touch()
    return wine


def newer_libraries() -> Path:
    """The folder with the next Debian's Wine libraries, fetched by apt from the mirror this machine uses anyway."""
    target = BUILD / "wine" / "libraries"
    folder = target / "x86_64-windows"
    if all((folder / name).exists() for name in NEWER_LIBRARIES):
        return target
    say(f"  fetching libwine of {NEWER_RELEASE} (not installed, two files are taken from it)")
    apt = BUILD / "wine" / "apt"
    for name in ("state/lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    sites = run("apt-get", "indextargets", "--format", "$(SITE) $(COMPONENT)", "Created-By: Packages").split("\n")
    site = next(line.split()[0] for line in sites if line.endswith(" main") and "security" not in line)
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (apt / "sources.list").write_text(f"deb [signed-by={keyring}] {site} {NEWER_RELEASE} main\n", "ascii")
    options = (
        f"Dir::State={apt / 'state'}", f"Dir::Cache={apt / 'cache'}", f"Dir::Etc::SourceList={apt / 'sources.list'}",
        "Dir::Etc::SourceParts=/dev/null", "APT::Architecture=amd64", "APT::Architectures=amd64",
        "APT::Sandbox::User=root", "Acquire::Languages=none",
    )  # fmt: skip
    command = ["apt-get", *(word for option in options for word in ("-o", option))]
    run(*command, "-q", "update")
    run(*command, "-q", "download", "libwine:amd64", cwd=apt)
    (package,) = apt.glob("libwine_*_amd64.deb")
    run("dpkg-deb", "-x", package, apt / "unpacked")
    folder.mkdir(parents=True, exist_ok=True)
    for name in NEWER_LIBRARIES:
        found = next((apt / "unpacked").rglob(f"x86_64-windows/{name}"))
        shutil.copyfile(found, folder / name)
    shutil.rmtree(apt)
    return target
