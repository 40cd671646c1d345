"""Start 团媒台账 from a checkout: makes `.venv`, installs what is missing, opens the program.

    python3 run.py               open the program (no display: make the sample office's documents in out/)
    python3 run.py sample DIR    make the sample office's documents in DIR
    python3 run.py test [...]    install everything the tests need and run them (arguments go to pytest)
    python3 run.py package       build the Windows setup, the portable folder and the Linux package
    python3 run.py test-windows  try the Windows setup under Wine
    python3 run.py test-linux    try the Linux package in a fresh Debian 12
    python3 run.py ANY ...       every other word goes to `tuanmei`

Standard library only; works on Linux and on Windows.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SUPPORTED = ((3, 11), (3, 13))
WINDOWS = sys.platform == "win32"

# Shared library that Qt's plugins load -> Debian package that brings it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# Program the tests drive -> Debian package.
TEST_PROGRAMS = {
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui python3-uno",
    "pdftoppm": "poppler-utils",
    "xmlsec1": "xmlsec1",
    "Xvfb": "xvfb",
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "mutt": "mutt",
    "unzip": "unzip",
    "osslsigncode": "osslsigncode",
}
# File of another judge of signed or exported files -> Debian package; where a system lacks it, its tests are skipped.
JUDGES = {
    "/usr/bin/javac": "default-jdk-headless",
    "/usr/share/java/poi-ooxml.jar": "libapache-poi-java",
    "/usr/share/java/xmlsec.jar": "libxml-security-java",
    "/usr/share/java/bcpkix.jar": "libbcpkix-java",
    "/usr/bin/keepassxc-cli": "keepassxc",
}
CJK_FONT = "fonts-noto-cjk"
CJK_NAMES = ("cjk", "wqy", "wenquan", "simsun", "simhei", "msyh", "droidsansfallback", "uming", "ukai", "sourcehan")
# As wide as Times New Roman and Arial, letter by letter: lines break in LibreOffice where they break in Word.
LATIN_FONT = "fonts-liberation"
LATIN_NAMES = ("liberationserif", "timesnewroman")


def main(words: list[str]) -> int:
    """Do what the words ask for; returns the exit code."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"团媒台账需要 Python 3.11 至 3.13，当前是 {found}。请安装 Python 3.12 后重新运行。", file=sys.stderr)
        return 2
    testing = words[:1] == ["test"]
    if sys.platform.startswith("linux"):
        install_system_packages(missing_packages(testing))
        if testing:
            install_system_packages([name for file, name in JUDGES.items() if not Path(file).exists()], needed=False)
    python = prepare_environment(testing)
    if testing:
        return run(python, "-m", "pytest", *(words[1:] or ["-q", "-n", "2", "--dist", "worksteal"]))
    if words[:1] in (["package"], ["test-windows"], ["test-linux"]):
        return run(python, "-m", "installer.build", *words)
    if not words and not has_display():
        print("没有可用的显示器，改为直接生成示例单位的文件（等同于 python3 run.py sample out）。")
        words = ["sample", "out"]
    if words[:1] == ["sample"] and len(words) > 1 and "TUANMEI_HOME" not in os.environ:
        os.environ["TUANMEI_HOME"] = str(Path(words[1]).resolve() / "示例数据")
    return run(python, "-m", "desktop", *words)


def has_display() -> bool:
    """Whether a window could be shown."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(testing: bool) -> list[str]:
    """The Debian packages this machine lacks, for the program or also for its tests."""
    missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if not has_font(CJK_NAMES):
        missing.append(CJK_FONT)
    if testing:
        missing += [] if has_font(LATIN_NAMES) else [LATIN_FONT]
        missing += [
            name for program, names in TEST_PROGRAMS.items() if not shutil.which(program) for name in names.split()
        ]
    return missing


def loads(library: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font(names: tuple[str, ...]) -> bool:
    """Whether some font is installed whose file has one of the names in it (small letters, no hyphens, no blanks)."""
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    files = [file.name.lower() for folder in folders if folder.is_dir() for file in folder.rglob("*.[to]t[fc]")]
    return any(name in file.replace("-", "").replace(" ", "") for file in files for name in names)


def install_system_packages(packages: list[str], *, needed: bool = True) -> None:
    """Install Debian packages when this process may, else print the one command that does."""
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not needed and (not shutil.which("apt-get") or os.geteuid() != 0):  # type: ignore[attr-defined,unused-ignore]
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:  # type: ignore[attr-defined,unused-ignore]
        print("缺少系统组件，请先运行：sudo " + " ".join(command), file=sys.stderr)
        return
    print("正在安装系统组件：" + " ".join(packages), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    subprocess.run([*command, "-qq"], env=environment, check=needed, stdout=subprocess.DEVNULL)


def prepare_environment(testing: bool) -> Path:
    """Make `.venv` with the exact versions of constraints.txt; returns its Python."""
    python = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
    wanted = hashlib.sha256(
        b"|".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    ).hexdigest()
    stamp = VENV / ("installed-test" if testing else "installed")
    if (
        any(mark.exists() and mark.read_text() == wanted for mark in {stamp, VENV / "installed-test"})
        and python.exists()
    ):
        return python
    make_environment()
    print("正在安装 Python 组件（首次运行需要几分钟）……", flush=True)
    target = f"{ROOT}[dev]" if testing else str(ROOT)
    pip = [
        str(python),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "-c",
        str(ROOT / "constraints.txt"),
    ]
    subprocess.run([*pip, "-e", target], check=True)
    stamp.write_text(wanted)
    return python


def make_environment() -> None:
    """Make the virtual environment; on Debian, fetch the package that can when it is missing."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        install_system_packages(["python3-venv"])
    venv.create(VENV, with_pip=True, clear=VENV.exists())


def run(python: Path, *words: str) -> int:
    """Run the environment's Python from the checkout; returns its exit code."""
    return subprocess.run(
        [str(python), *words], cwd=ROOT if words[1:2] in (("pytest",), ("installer.build",)) else None, check=False
    ).returncode


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
