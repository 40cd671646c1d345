"""The operating system's keyring: the real GNOME Keyring in a D-Bus session of its own, and what happens without."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.errors import Locked, Refused
from desktop.vault import system_key

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    home = tmp_path_factory.mktemp("keyring")
    script = (
        'printf "test" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; '
        'exec "$0" -m tests.keyring_session "$1"'
    )
    own = {"HOME": home, "XDG_DATA_HOME": home / "data", "XDG_RUNTIME_DIR": home, "PYTHONPATH": ROOT}
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, str(home / "store")],
        env=kept | {name: str(value) for name, value in own.items()},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_keyring_is_chosen_by_name(seen: dict[str, object]) -> None:
    """PYTHON_KEYRING_BACKEND names the null keyring in every test; it is not listened to."""
    assert os.environ["PYTHON_KEYRING_BACKEND"] == "keyring.backends.null.Keyring"
    assert seen["backend"] == "keyring.backends.SecretService"
    assert seen["available"] is True


def test_it_holds_32_bytes_that_are_not_the_vault_key(seen: dict[str, object]) -> None:
    assert (seen["bytes"], seen["is_vault_key"]) == (32, False)


def test_it_opens_the_vault_until_forbidden(seen: dict[str, object]) -> None:
    assert seen["before"] == "Locked: 没有设置用系统钥匙串打开。"
    assert seen["opened"] is True
    assert seen["after_passphrase"] is True
    assert seen["forbidden"] == "Locked: 没有设置用系统钥匙串打开。"
    assert seen["left"] is None


def test_a_foreign_or_wrong_key_opens_nothing(seen: dict[str, object]) -> None:
    assert seen["foreign"] == "Locked: 系统钥匙串打不开。"
    assert str(seen["other_key"]).startswith("Locked: 这份系统钥匙串打不开保险柜")


def test_a_new_vault_key_shuts_it_out(seen: dict[str, object]) -> None:
    assert seen["after_rotation"] == "Locked: 没有设置用系统钥匙串打开。"
    assert seen["ways"] is False


def test_short_secrets_of_the_program(seen: dict[str, object]) -> None:
    assert (seen["short"], seen["dropped"]) == ("abcd-授权码", None)


def test_without_a_session_there_is_no_weaker_way(tmp_path: Path) -> None:
    script = (
        "from desktop.vault import system_key\n"
        "from desktop.errors import Refused, Locked\n"
        "print(system_key.available())\n"
        "for deed in (lambda: system_key.remember('x', 'y'), lambda: system_key.recall('x')):\n"
        "    try: deed()\n"
        "    except Refused as said: print(type(said).__name__, said.what)\n"
        "try: system_key.read('x')\n"
        "except Locked as said: print('Locked', said.what)\n"
        "system_key.drop('x')\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS", "DISPLAY", "XDG"))}
    kept |= {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=kept, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "False",
        "Refused 系统钥匙串没有运行，不能使用。",
        "Refused 系统钥匙串没有运行，不能使用。",
        "Locked 系统钥匙串打不开。",
    ]


def test_only_a_32_byte_key_goes_in() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        system_key.write("x", b"the vault key must never be longer or shorter")


def test_other_systems_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "freebsd14")
    with pytest.raises(Refused, match="没有受信任的钥匙串"):
        system_key.backend()
    with pytest.raises(Locked):
        system_key.read("x")
