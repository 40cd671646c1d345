"""设置 → 更新: what an update brings is shown before it is taken in; refusals change nothing."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop import installation, updating
from desktop.background import Background
from desktop.store import Store
from desktop.updates import sealed
from desktop.updates.sealed import PACKS, Head
from desktop.windows.updates import UpdatesPanel

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
YEAR = b'year = 2027\nsource = "x"\n[[holiday]]\nname = "y"\nfirst = 2027-01-01\nlast = 2027-01-03\n'


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def panel(own_home: Path, qtbot, errors: list[BaseException]) -> Iterator[UpdatesPanel]:
    with Store.open(own_home, actor="赵示例") as store:
        background = Background(errors.append)
        made = UpdatesPanel(store, background)
        qtbot.addWidget(made)
        made.refresh()
        made.show()
        yield made
        background.finish()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    (tmp_path / "市委.tmkey").write_text(f'name = "共青团示例市委员会"\npublic = "{public}"\n', "utf-8")
    return tmp_path / "市委.tmkey"


def update(folder: Path, content: bytes = YEAR) -> Path:
    head = Head(PACKS, "holidays-2027", "1", "2027 年放假安排", "2026-11-20")
    (folder / "x.tmupdate").write_bytes(sealed.written(head, {"holidays/2027.toml": content}, KEY))
    return folder / "x.tmupdate"


def shown(panel: UpdatesPanel) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in panel.result.findChildren(QLabel))


def test_key_update_import(panel: UpdatesPanel, key_file: Path, tmp_path: Path, own_home: Path, qtbot) -> None:
    panel.take_key(key_file)
    assert "共青团示例市委员会" in shown(panel)
    assert "核对指纹" in shown(panel)
    panel.look_at(update(tmp_path))
    qtbot.waitUntil(lambda: "2027 年放假安排" in shown(panel), timeout=10_000)
    assert not (own_home / "holidays").exists()
    panel.take.click()
    qtbot.waitUntil(lambda: "已导入" in shown(panel), timeout=10_000)
    assert (own_home / "holidays" / "2027.toml").read_bytes() == YEAR
    assert "2027 年放假安排" in updating.story(own_home)[0]


def test_a_strangers_update_is_refused_and_nothing_shown(
    panel: UpdatesPanel, tmp_path: Path, own_home: Path, errors: list[BaseException], qtbot
) -> None:
    panel.look_at(update(tmp_path))
    qtbot.waitUntil(lambda: bool(errors), timeout=10_000)
    assert "不是由认可的单位签发" in str(errors[0])
    assert not panel.result.isVisible()
    assert not (own_home / "holidays").exists()


def test_the_installation_is_checked_by_a_second_start(
    panel: UpdatesPanel, own_home: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-m", "desktop"])
    monkeypatch.setattr(sys, "argv", ["desktop"])
    panel.check.click()
    assert not panel.check.isEnabled()
    qtbot.waitUntil(panel.check.isEnabled, timeout=120_000)
    assert "结论：全部通过" in shown(panel)
    assert list((own_home / "日志").glob("自检-*/自检报告.txt"))


def test_how_the_program_is_started_again() -> None:
    launched = [r"C:\x\Tuanmei.exe", "-X", "utf8", "-B", "-m", "desktop"]
    assert installation.start_command(launched, 0) == launched[:1]
    assert installation.start_command(["/usr/bin/python3.11", "-I", "/usr/lib/tuanmei/start.py", "a.tmform"], 1) == [
        "/usr/bin/python3.11", "-I", "/usr/lib/tuanmei/start.py",
    ]  # fmt: skip
