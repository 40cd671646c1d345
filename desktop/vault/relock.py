"""Changing the locks of an open vault: passphrase, recovery sheet, the system's keyring, the vault key itself.

Each change is one transaction: killed at any moment, the vault opens with exactly the old or the new.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from desktop import custody
from desktop.errors import BadValue
from desktop.vault import Vault, check_passphrase, cipher, keys, recovery, tries
from desktop.vault.tables import RECOVERY, SYSTEM, VaultKey, VaultRow, VaultSecret

NEW_PASSPHRASE, NEW_SHEET, NEW_KEY = "更换主口令", "换发恢复单，旧单作废", "更换保险柜密钥，旧恢复单作废"
"""Reasons on the links of the chain."""


def change_passphrase(vault: Vault, old: str, new: str) -> None:
    """Put a new master passphrase in place of the old one.

    Raises:
        Locked: the old one is wrong. BadValue: the new one is too short or the same.
    """
    check_passphrase(new)
    if new == old:
        raise BadValue("新主口令与旧的相同。", todo="请换一个。")
    vault.unlock(old)
    replace_passphrase(vault, new)


def replace_passphrase(vault: Vault, new: str) -> None:
    """A new passphrase for a vault that is open, as after opening it with the recovery sheet.

    Raises:
        Locked: the vault is locked. BadValue: the passphrase is too short.
    """
    check_passphrase(new)
    wrap = keys.for_passphrase(vault.identity, bytes(vault.key), new, cipher.calibrate(), vault.store.clock())
    with vault.store.write("更换主口令") as session:
        session.merge(wrap)
        vault.trace(session, custody.CHANGED, NEW_PASSPHRASE)


def renew_recovery(vault: Vault) -> str:
    """A new code for a new recovery sheet; the old sheet is void at once and the new one is to be proven."""
    code = recovery.new_code()
    wrap = keys.for_random(vault.identity, bytes(vault.key), RECOVERY, recovery.read_code(code), vault.store.clock())
    with vault.store.write("换发恢复单") as session:
        session.merge(wrap)
        session.get_one(VaultRow, 1).recovery_proven_at = None
        vault.trace(session, custody.CHANGED, NEW_SHEET)
    return code


def allow_system(vault: Vault) -> None:
    """Let the operating system's keyring open the vault for this user of this PC.

    Raises:
        Refused: there is no keyring of the one kind that is trusted on this system.
    """
    from desktop.vault import system_key

    secret = cipher.new_key()
    wrap = keys.for_random(vault.identity, bytes(vault.key), SYSTEM, secret, vault.store.clock())
    system_key.write(vault.identity, secret)
    with vault.store.write("允许本机系统打开保险柜") as session:
        session.merge(wrap)
        vault.trace(session, custody.SET, "允许用本机系统钥匙串打开")


def forbid_system(vault: Vault) -> None:
    """Take that permission back; the wrapped copy goes first, so that a left-over key in the keyring opens nothing."""
    from desktop.vault import system_key

    with vault.store.write("取消本机系统打开保险柜") as session:
        identity = tries.row_of(session).identity
        session.execute(delete(VaultKey).where(VaultKey.kind == SYSTEM))
        vault.trace(session, custody.DESTROYED, "取消用本机系统钥匙串打开")
    system_key.forget(identity)


def rotate_key(vault: Vault, passphrase: str) -> str:
    """Seal everything under a new vault key; returns the code for a new recovery sheet, which is to be proven.

    For when a copy of the store and its passphrase may have gone with somebody. The system's keyring is forbidden.

    Raises:
        Locked: the passphrase is wrong.
    """
    vault.unlock(passphrase)
    old, new, code, now = bytes(vault.key), cipher.new_key(), recovery.new_code(), vault.store.clock()
    wraps = [
        keys.for_passphrase(vault.identity, new, passphrase, cipher.calibrate(), now),
        keys.for_random(vault.identity, new, RECOVERY, recovery.read_code(code), now),
    ]
    with vault.store.write("更换保险柜密钥") as session:
        for secret in session.scalars(select(VaultSecret)):
            identity = secret.identity(vault.identity)
            secret.box = cipher.seal(new, cipher.unseal(old, secret.box, identity), identity)
        session.execute(delete(VaultKey).where(VaultKey.kind == SYSTEM))
        for wrap in wraps:
            session.merge(wrap)
        session.get_one(VaultRow, 1).recovery_proven_at = None
        vault.trace(session, custody.CHANGED, NEW_KEY)
    vault.opened(vault.identity, new)
    return code
