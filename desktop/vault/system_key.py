"""The operating system's keyring, reached in one place and chosen by name: never whatever happens to be there.

Windows: Credential Manager with local-machine persistence (the backend's default would roam with a domain profile).
Linux: the Secret Service (GNOME Keyring, KWallet's bridge). Anything else: none; there is no weaker way out.
One service name per secret, for the Windows backend renames entries when one service has several users.
"""

from __future__ import annotations

import base64
import binascii
import sys
from typing import TYPE_CHECKING

from desktop.errors import Locked, Refused

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

USER = "团媒台账"
KEY_BYTES = 32


def backend() -> KeyringBackend:
    """The one trusted keyring of this system.

    Raises:
        Refused: it is not there or is locked.
    """
    found: KeyringBackend
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        found = WinVaultKeyring()
        found.persist = "local machine"
    elif sys.platform.startswith("linux"):
        from keyring.backends.SecretService import Keyring

        found = Keyring()  # type: ignore[no-untyped-call]
    else:
        raise Refused("这个系统上没有受信任的钥匙串。", todo="请用主口令打开保险柜。")
    try:
        type(found).priority  # noqa: B018  the backend says by raising that it cannot work here
    except (RuntimeError, OSError) as error:  # OSError: the session bus named in the environment is gone
        raise Refused("系统钥匙串没有运行，不能使用。", todo="请用主口令打开保险柜。") from error
    return found


def available() -> bool:
    """Whether the trusted keyring can be used here; asks the system, so not on the user interface's thread."""
    try:
        backend()
    except Refused:
        return False
    return True


def write(vault: str, key: bytes) -> None:
    """Put the 32-byte key of one vault into the keyring and read it back.

    Raises:
        Refused: the keyring did not take it.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key of {KEY_BYTES} bytes goes into the keyring, not {len(key)}")
    remember(_service(vault), base64.b64encode(key).decode())
    if read(vault) != key:
        raise Refused("系统钥匙串没有存住密钥。", todo="请继续用主口令打开保险柜。")


def read(vault: str) -> bytes:
    """The key of one vault.

    Raises:
        Locked: the keyring is not there, is locked, or has no usable key.
    """
    try:
        found = recall(_service(vault))
        key = base64.b64decode(found or "", validate=True)
    except (Refused, binascii.Error) as error:
        raise Locked("系统钥匙串打不开。", todo="请用主口令打开保险柜。") from error
    if len(key) != KEY_BYTES:
        raise Locked("系统钥匙串里没有本保险柜的密钥。", todo="请用主口令打开保险柜。")
    return key


def forget(vault: str) -> None:
    """Remove the key of one vault; harmless when there is none."""
    drop(_service(vault))


def remember(service: str, secret: str) -> None:
    """Keep one short secret of the program under its own service name, such as an SMTP 授权码.

    Raises:
        Refused: no trusted keyring, or it refused.
    """
    from keyring.errors import KeyringError

    try:
        backend().set_password(service, USER, secret)
    except (KeyringError, OSError) as error:
        raise Refused("系统钥匙串没有打开，没有存入。", todo="请登录系统后再试，或改存密码保险柜。") from error


def recall(service: str) -> str | None:
    """What was kept under a service name, None when nothing was.

    Raises:
        Refused: no trusted keyring, or it stayed locked.
    """
    from keyring.errors import KeyringError

    try:
        return backend().get_password(service, USER)
    except (KeyringError, OSError) as error:
        raise Refused("系统钥匙串没有打开。", todo="请登录系统后再试。") from error


def drop(service: str) -> None:
    """Remove what was kept under a service name; harmless when there is nothing or no keyring."""
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        backend().delete_password(service, USER)
    except (PasswordDeleteError, Refused):
        return
    except (KeyringError, OSError) as error:
        raise Refused("系统钥匙串没有打开，旧密钥没有删除。", todo="旧密钥已失效，不影响安全。") from error


def _service(vault: str) -> str:
    return f"团媒台账·密码保险柜·{vault}"
