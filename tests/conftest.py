"""Every test has its own data folder, no screen, no real keyring and no network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from desktop.store import Store

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
NOON = datetime(2026, 11, 20, 14, 32)
"""What the clock of the sample office shows."""
TODAY = NOON.date()

settings.register_profile("untimed", settings.default, deadline=None)  # CI stays derandomised, as hypothesis chose
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh data folder, so that no test can reach a real register."""
    home = tmp_path / "home"
    monkeypatch.setenv("TUANMEI_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def built_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the sample office on TODAY: built once, to be copied."""
    from desktop import sample
    from desktop.store import Store

    folder = tmp_path_factory.mktemp("office")
    with Store.open(folder, actor="赵示例", clock=lambda: NOON) as store:
        sample.build(store, TODAY)
    return folder


@pytest.fixture
def office(built_office: Path, own_home: Path) -> Iterator[Store]:
    """The sample office, opened in the test's own data folder; its clock stands at NOON."""
    from desktop.store import Store

    shutil.copytree(built_office, own_home)
    with Store.open(own_home, actor="赵示例", clock=lambda: NOON) as store:
        yield store


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            host = address[0] if isinstance(address, tuple) else str(address)
            assert str(host) in {"127.0.0.1", "localhost", "::1"}, f"a test reached out to {host}"
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of background material; only developers have it."""
    if not SHARED.is_dir():
        pytest.skip("the background material is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Convert a file with LibreOffice: call with (file, target format) and get the path of the result."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("soffice-profile")

    def convert(source: Path, kind: str = "pdf") -> Path:
        folder = tmp_path_factory.mktemp("soffice")
        subprocess.run(
            [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind,
             "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        made = list(folder.iterdir())
        assert made, f"LibreOffice made nothing of {source.name}"
        return made[0]

    return convert


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's own style for every window the tests open."""
    from desktop.windows.theme import STYLE

    return ["", *STYLE]
