"""Keys and sealed bytes: Argon2id, HKDF and AES-256-GCM put together, no store and no screen.

A sealed box is nonce (12 bytes) + ciphertext + tag (16 bytes); the identity of what is inside is its associated data,
so that a box moved to another place does not open.
"""

from __future__ import annotations

import os
import secrets
import time
import unicodedata
from dataclasses import dataclass

from desktop.errors import Locked, Refused

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
PAD = 64
"""Secrets are filled up to a multiple of this many bytes, so that the box does not tell how long a password is."""


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters (RFC 9106): passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int

    def covers(self, other: Cost) -> bool:
        """Whether this costs an attacker at least as much in passes and memory."""
        return self.passes >= other.passes and self.memory >= other.memory


LEAST = Cost(passes=3, memory=64 * 1024, lanes=4)
"""RFC 9106's second recommended choice; nothing weaker is ever made or accepted."""
LIMIT = Cost(passes=100, memory=1024 * 1024, lanes=16)
"""More than any PC is ever calibrated to; altered parameters beyond it would only keep the program busy for ever."""
WANTED = (0.3, 0.5)
"""Seconds one unlocking should take on this PC."""
MOST_MEMORY = 256 * 1024


def passphrase_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a passphrase by Argon2id; the passphrase is NFKC, so that full-width typing opens as well.

    Raises:
        Refused: the parameters are weaker than LEAST or beyond LIMIT (somebody altered them), or memory is short.
    """
    if not cost.covers(LEAST) or not LIMIT.covers(cost) or not 1 <= cost.lanes <= LIMIT.lanes:
        raise Refused(
            "密码保险柜的加密参数不在安全范围内，可能被改动过，程序拒绝使用。", todo="请从最近的备份恢复数据。"
        )
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(
            unicodedata.normalize("NFKC", passphrase).encode(),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except HashingError as error:
        raise Refused(
            f"内存不足，无法打开密码保险柜（需要 {cost.memory // 1024} MB）。", todo="请关闭其他程序后再试。"
        ) from error


def random_key(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """32 bytes from a secret that is itself random (recovery code, key of the system's keyring), by HKDF-SHA256."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, purpose.encode()).derive(secret)


def calibrate(at_least: Cost | None = None) -> Cost:
    """Parameters for which one derivation takes WANTED seconds on this PC; never below LEAST nor `at_least`.

    A PC too slow for LEAST gets LEAST all the same: it waits longer.
    """
    cost = at_least if at_least is not None and at_least.covers(LEAST) else LEAST
    seconds = _measure(cost)
    while seconds < WANTED[0] * 1.1:  # at other times the PC may be a little quicker
        aim = sum(WANTED) / 2 / seconds
        if aim >= 2 and cost.memory * 2 <= MOST_MEMORY:
            cost = Cost(cost.passes, cost.memory * 2, cost.lanes)
        else:
            cost = Cost(max(cost.passes + 1, int(cost.passes * aim)), cost.memory, cost.lanes)
        seconds = _measure(cost)
    return cost


def _measure(cost: Cost) -> float:
    """Seconds of one derivation, the better of two: other work would make the PC seem slower than it is."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        passphrase_key("量一量这台电脑", bytes(SALT_BYTES), cost)
        taken.append(time.perf_counter() - start)
    return min(taken)


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def seal(key: bytes | bytearray, content: bytes, identity: str) -> bytes:
    """AES-256-GCM under a fresh random nonce, the identity as associated data."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(bytes(key)).encrypt(nonce, content, identity.encode())


def unseal(key: bytes | bytearray, box: bytes, identity: str) -> bytes:
    """The content of a box.

    Raises:
        Locked: the key or the identity is not the one it was sealed with, or the box was altered.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(bytes(key)).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], identity.encode())
    except (InvalidTag, ValueError) as error:
        raise Locked("打不开：密钥不对，或内容被改动过。") from error


def pad(content: bytes) -> bytes:
    """Fill up to a multiple of PAD: a mark byte and zeros."""
    return content + b"\x80" + bytes(-(len(content) + 1) % PAD)


def unpad(content: bytes) -> bytes:
    """The way back of `pad`."""
    return content.rstrip(b"\0")[:-1]
