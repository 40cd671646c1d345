"""The trial of the offline update: a signed file brings a pack and the next setup; data are backed up and kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import monotonic, sleep

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.updates import sealed
from desktop.updates.sealed import PACKS, Head
from desktop.updates.sealed import PROGRAM as A_PROGRAM
from installer import updates, wine_trial
from installer.places import NAME, PROGRAM, TITLE, VERSION, BuildError
from installer.wine_trial import Trial, expect

NEXT = "99.0.0"
YEAR = """year = 2099
source = "试用"
[[holiday]]
name = "元旦"
first = 2099-01-01
last = 2099-01-03
"""
# Presses what Enter presses in a setup: 下一步, 安装, 完成.
NEXT_PAGE = "import ctypes, sys; ctypes.windll.user32.PostMessageW(int(sys.argv[1]), 0x111, 1, 0)"


def offline_update(trial: Trial) -> str:
    """Packs and the next program come in by files a trusted key signed; a stranger's are refused."""
    trial.install(trial.setup)
    code, printed = trial.wine.run(trial.installed / PROGRAM, "sample", r"C:\trial-documents")
    expect(code == 0, f"{code}: {printed}")
    key, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    trust(trial.installed, key)
    pack, year = Head(PACKS, "holidays-2099", "1", "放假安排", f"{date.today()}"), {"holidays/2099.toml": YEAR.encode()}
    code, printed = given(trial, sealed.written(pack, year, stranger))
    expect(code != 0 and not (trial.data / "holidays").exists(), f"a stranger's pack: {code}: {printed}")
    code, printed = given(trial, sealed.written(pack, year, key))
    expect(code == 0 and (trial.data / "holidays" / "2099.toml").exists(), f"pack: {code}: {printed}")
    setup = wine_trial.setup_of(NEXT)
    head = Head(A_PROGRAM, NAME.lower(), NEXT, TITLE, f"{date.today()}", "0", "试用", "windows")
    code, printed = given(trial, sealed.written(head, {setup.name: setup.read_bytes()}, key))
    expect(code == 0, f"program: {code}: {printed}")
    go_through(trial)
    shown = trial.registry(rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}", "DisplayVersion")
    expect(shown == NEXT, f"the list of programs shows {shown}")
    copies = list((trial.data / "备份").glob("*更新前*.sqlite"))
    expect(len(copies) == 2, f"backups before the pack and the program: {copies}")
    code, printed = trial.wine.run(trial.installed / PROGRAM, "history")
    expect(code == 0 and "建立示例单位" in printed, f"{code}: {printed}")
    trial.uninstall(trial.installed, "/PURGE")
    return f"pack taken in, {VERSION} → {NEXT} by its setup, backed up before each, a stranger's refused"


def refused_when_portable(trial: Trial, folder: Path) -> None:
    """A portable folder does not take a setup: that would put a second program with an empty register beside it."""
    key = Ed25519PrivateKey.generate()
    trust(folder, key)
    head = Head(A_PROGRAM, NAME.lower(), NEXT, TITLE, f"{date.today()}", "0", "试用", "windows")
    code, printed = given(trial, sealed.written(head, {"setup.exe": b"MZ"}, key), folder)
    expect(code == 2 and "绿色版" in printed, f"a setup in a portable folder: {code}: {printed}")


def trust(folder: Path, key: Ed25519PrivateKey) -> None:
    """Let the program in a folder trust a key, as a release does."""
    known = f'[[key]]\nname = "trial"\npublic = "{updates.public_text(key)}"\nsigns = ["{A_PROGRAM}", "{PACKS}"]\n'
    (folder / "app" / "resources" / sealed.KEYS_FILE).write_text(known, "utf-8")


def given(trial: Trial, content: bytes, folder: Path | None = None) -> tuple[int, str]:
    """Hand an update file to the program in a folder, the installed one by default; returns exit code and words."""
    file = trial.wine.drive / "更 新.tmupdate"
    file.write_bytes(content)
    program = (folder or trial.installed) / PROGRAM
    return trial.wine.run(program, "update", trial.wine.windows_path(file), timeout=300)


def go_through(trial: Trial, seconds: float = 240) -> None:
    """Press the setup's way to its end, with a picture of every page; the program it opens is closed.

    Raises:
        BuildError: the setup did not appear or did not come to its end.
    """
    end, pages = monotonic() + seconds, 0
    while not trial.windows(TITLE):
        if monotonic() > end:
            raise BuildError(f"the setup did not end; shown: {trial.windows()}")
        for window in trial.setups():
            pages += 1
            trial.wine.screenshot(trial.pictures / f"setup-{pages:02}.png")
            trial.python(NEXT_PAGE, str(window.handle))
        sleep(1)
    trial.close_window(trial.wait_for_window(TITLE))
    trial.wine.settle()
