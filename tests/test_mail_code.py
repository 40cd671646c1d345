"""The 授权码 of the sending mailbox in a real Secret Service, on a bus and in a home of this test only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from desktop.mail_code import KeyringCodes
codes = KeyringCodes()
assert codes.read("lctw@126.com") is None
codes.keep("lctw@126.com", "TESTCODE12345678")
codes.keep("other@qq.com", "OTHER")
assert codes.read("lctw@126.com") == "TESTCODE12345678"
codes.forget("lctw@126.com")
codes.forget("lctw@126.com")
assert codes.read("lctw@126.com") is None and codes.read("other@qq.com") == "OTHER"
import io, sys
from desktop.cli import run
sys.stdin = io.StringIO("TESTCODE12345678\\n")
assert run(["mailbox", "set", "lctw@126.com", "--code"]) == 0
assert codes.read("lctw@126.com") == "TESTCODE12345678"
assert run(["mailbox", "forget"]) == 0
assert codes.read("lctw@126.com") is None
print("kept and forgotten")
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")), reason="no Secret Service here"
)
def test_the_code_lies_in_the_keyring_under_its_address(tmp_path: Path) -> None:
    script = 'printf "pass\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" -c "$1"'
    environment = {key: value for key, value in os.environ.items() if key != "PYTHON_KEYRING_BACKEND"}
    environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_RUNTIME_DIR": str(tmp_path)}
    environment["TUANMEI_HOME"] = str(tmp_path / "office")
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, PROGRAM],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip().endswith("kept and forgotten"), done.stderr
