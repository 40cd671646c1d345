"""Wrapping the vault key, once for each way of unlocking."""

from __future__ import annotations

from datetime import datetime

from desktop.vault import cipher
from desktop.vault.tables import PASSPHRASE, VaultKey


def for_passphrase(vault: str, key: bytes, passphrase: str, cost: cipher.Cost, now: datetime) -> VaultKey:
    """The vault key wrapped under a passphrase with these Argon2id parameters."""
    wrap = VaultKey(
        kind=PASSPHRASE, salt=cipher.new_salt(), passes=cost.passes, memory=cost.memory, lanes=cost.lanes, made_at=now
    )
    opener = cipher.passphrase_key(passphrase, wrap.salt, cost)
    wrap.box = cipher.seal(opener, key, wrap.identity(vault))
    return wrap


def for_random(vault: str, key: bytes, kind: str, secret: bytes, now: datetime) -> VaultKey:
    """The vault key wrapped under a secret that is itself random: a recovery code or a key in the system's keyring."""
    wrap = VaultKey(kind=kind, salt=cipher.new_salt(), passes=0, memory=0, lanes=0, made_at=now)
    wrap.box = cipher.seal(cipher.random_key(secret, wrap.salt, kind), key, wrap.identity(vault))
    return wrap
