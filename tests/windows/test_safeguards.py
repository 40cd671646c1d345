"""What only a Windows can show of the vault's safeguards: screen lock, sleep, capture, clipboard history, its keyring.

Run by `python -m installer.windows_tests` in a Windows session with a screen, real or under Wine.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.errors import Locked
from desktop.store import Store
from desktop.vault import Vault, cipher, system_key
from desktop.windows import clipboard, guard

pytestmark = pytest.mark.skipif(
    sys.platform != "win32" or os.environ.get("QT_QPA_PLATFORM") != "windows", reason="asks a Windows desktop"
)
NAMES = (
    "ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard",
)  # fmt: skip
TEXT = 13  # CF_UNICODETEXT
LOCAL_MACHINE = 2  # CRED_PERSIST_LOCAL_MACHINE: the key does not roam with a domain profile


@pytest.fixture
def user() -> ctypes.CDLL:
    library = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    library.SendMessageW.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t, ctypes.c_ssize_t]
    library.GetClipboardData.restype = ctypes.c_void_p
    library.GetWindowDisplayAffinity.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)]
    return library


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def guarded(own_home: Path, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    with Store.open(own_home, actor="陈示例") as store:
        vault = Vault(store)
        vault.prove_recovery(vault.create("四季青山 walks 93 lamps"))
        watching = guard.Guard(vault, clipboard.SecretClipboard(30, window), window)
        yield vault
        QCoreApplication.instance().removeNativeEventFilter(watching._native)


@pytest.mark.parametrize(
    ("message", "word"), [(guard.SESSION_CHANGE, guard.SESSION_LOCK), (guard.POWER, guard.SUSPEND)]
)
def test_the_messages_of_windows_lock(
    guarded: Vault, window: QWidget, user: ctypes.CDLL, message: int, word: int
) -> None:
    user.SendMessageW(int(window.winId()), message, word + 1, 0)
    assert not guarded.locked
    user.SendMessageW(int(window.winId()), message, word, 0)
    assert guarded.locked


def test_a_window_with_secrets_is_kept_out_of_capture(window: QWidget, user: ctypes.CDLL) -> None:
    affinity = ctypes.c_uint32()
    if not guard.keep_out_of_capture(window) and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"):
        pytest.skip("Wine knows the wish and never grants it")
    assert user.GetWindowDisplayAffinity(int(window.winId()), ctypes.byref(affinity))
    assert affinity.value in (guard.NOT_CAPTURED, guard.BLACK)
    assert guard.keep_out_of_capture(window, hidden=False)
    assert user.GetWindowDisplayAffinity(int(window.winId()), ctypes.byref(affinity))
    assert affinity.value == 0


def test_a_secret_carries_the_marks_that_keep_it_out_of_the_history(window: QWidget, qtbot, user: ctypes.CDLL) -> None:
    kept = clipboard.SecretClipboard(1)
    kept.put("Geheim-1")
    formats = [user.RegisterClipboardFormatW(name) for name in NAMES]
    assert [bool(user.IsClipboardFormatAvailable(kind)) for kind in (*formats, TEXT)] == [True] * 4
    qtbot.waitUntil(lambda: not user.IsClipboardFormatAvailable(TEXT), timeout=10_000)
    assert [bool(user.IsClipboardFormatAvailable(kind)) for kind in formats] == [False] * 3


def test_the_keyring_is_the_credential_manager() -> None:
    name, key = f"test-{secrets.token_hex(4)}", secrets.token_bytes(system_key.KEY_BYTES)
    assert type(system_key.backend()).__name__ == "WinVaultKeyring"
    system_key.write(name, key)
    try:
        from win32ctypes.pywin32 import win32cred

        kept = win32cred.CredRead(system_key._service(name), win32cred.CRED_TYPE_GENERIC)
        assert kept["Persist"] == LOCAL_MACHINE
        assert system_key.read(name) == key
    finally:
        system_key.forget(name)
    with pytest.raises(Locked):
        system_key.read(name)
