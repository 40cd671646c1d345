"""The vault (密码保险柜): secrets sealed one by one under a key that only a passphrase, a paper or this PC can unwrap.

    vault = Vault(store)
    code = vault.create("主口令")        # prints on the recovery sheet
    vault.prove_recovery(code)           # typed once from the sheet
    vault.unlock("主口令")
    with store.write("保存") as session:
        vault.put(session, "SMTP 授权码", "tw@example.cn", b"...")
    vault.lock()

Deriving a key takes about 0.4 s: screens call `create` and `unlock` in the background. New passphrases, sheets and keys
are in desktop/vault/relock.py.
"""

from __future__ import annotations

import secrets as random
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop import custody
from desktop.errors import BadValue, Locked, Refused
from desktop.store import Store
from desktop.vault import cipher, keys, recovery, tries
from desktop.vault.tables import (
    ARCHIVED,
    CURRENT,
    PASSPHRASE,
    PLANNED,
    RECOVERY,
    SYSTEM,
    VaultKey,
    VaultRow,
    VaultSecret,
)

NAME = "密码保险柜"
MADE = "建立保险柜"
"""The reason on the link of its making; the others are in relock."""
SHORTEST = 10
"""Characters of a master passphrase at least; the strength meter says the rest."""
IDLE = timedelta(minutes=5)
"""The vault locks itself when nobody has been there for so long."""

__all__ = ["ARCHIVED", "CURRENT", "PASSPHRASE", "PLANNED", "RECOVERY", "SYSTEM", "Vault", "VaultSecret"]


class Vault:
    """The vault of one store; locked until one of the ways of unlocking has been taken."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.idle = IDLE
        self._key: bytearray | None = None
        self.identity = ""
        self._used_at = store.clock()
        self._on_lock: list[Callable[[], None]] = []
        self._on_open: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"Vault({'locked' if self.locked else 'open'})"

    @property
    def locked(self) -> bool:
        """Whether no secret can be read."""
        return self._key is None

    @property
    def exists(self) -> bool:
        """Whether a vault has been made in this store; without one the ledger works all the same."""
        with self.store.read() as session:
            return session.get(VaultRow, 1) is not None

    @property
    def recovery_proven(self) -> bool:
        """Whether the recovery sheet has been typed back."""
        with self.store.read() as session:
            row = session.get(VaultRow, 1)
        return row is not None and row.recovery_proven_at is not None

    def ways(self) -> set[str]:
        """The ways of unlocking that are set up: PASSPHRASE, RECOVERY, SYSTEM."""
        with self.store.read() as session:
            return set(session.scalars(select(VaultKey.kind)))

    # making and unlocking

    def create(self, passphrase: str) -> str:
        """Make the vault and leave it open; returns the code to be printed on the recovery sheet.

        Raises:
            Refused: there is one already. BadValue: the passphrase is too short.
        """
        check_passphrase(passphrase)
        if self.exists:
            raise Refused("密码保险柜已经建立过。", todo="忘记主口令时，请用恢复单打开。")
        key, code, cost, now = cipher.new_key(), recovery.new_code(), cipher.calibrate(), self.store.clock()
        row = VaultRow(id=1, identity=random.token_hex(16), made_at=now)
        wraps = [
            keys.for_passphrase(row.identity, key, passphrase, cost, now),
            keys.for_random(row.identity, key, RECOVERY, recovery.read_code(code), now),
        ]
        with self.store.write("建立密码保险柜") as session:
            session.add_all([row, *wraps])
            self.trace(session, custody.SET, MADE)
        self.opened(row.identity, key)
        return code

    def prove_recovery(self, typed: str) -> None:
        """Take note that the recovery sheet works: its code was typed and opens the vault.

        Raises:
            BadValue: a slip of the pen. Locked: not the code of the newest sheet.
        """
        self._unwrap_random(RECOVERY, recovery.read_code(typed))
        with self.store.write("核对恢复单") as session:
            session.get_one(VaultRow, 1).recovery_proven_at = self.store.clock()

    def wait(self) -> int:
        """Seconds until the next passphrase may be tried."""
        return tries.wait(self.store)

    def unlock(self, passphrase: str) -> None:
        """Open with the master passphrase; on a faster PC the parameters are raised in passing.

        Raises:
            Locked: it is wrong, or the pause after wrong ones is not over.
        """
        tries.count(self.store)
        with self.store.read() as session:
            row, wrap = tries.row_of(session), session.get_one(VaultKey, PASSPHRASE)
        cost = cipher.Cost(wrap.passes, wrap.memory, wrap.lanes)
        start = time.perf_counter()
        opener = cipher.passphrase_key(passphrase, wrap.salt, cost)
        took = time.perf_counter() - start
        try:
            key = cipher.unseal(opener, wrap.box, wrap.identity(row.identity))
        except Locked as error:
            pause = self.wait()
            todo = f"请 {pause} 秒后再试。" if pause else "请检查大小写和输入法后再试。"
            raise Locked("主口令不对，保险柜没有打开。", todo=todo) from error
        tries.reset(self.store)
        if took < cipher.WANTED[0] * 0.8:
            raised = keys.for_passphrase(row.identity, key, passphrase, cipher.calibrate(cost), self.store.clock())
            with self.store.write("提高保险柜加密强度") as session:
                session.merge(raised)
        self.opened(row.identity, key)

    def unlock_with_code(self, typed: str) -> None:
        """Open with the code of the recovery sheet; afterwards a new passphrase and a new sheet are due.

        Raises:
            BadValue: a slip of the pen. Locked: a code of another or an older sheet.
        """
        code = recovery.read_code(typed)
        tries.count(self.store)
        key, identity = self._unwrap_random(RECOVERY, code)
        tries.reset(self.store)
        with self.store.write("用恢复单打开保险柜") as session:
            self.trace(session, custody.OPENED, "用恢复单打开")
        self.opened(identity, key)

    def unlock_with_system(self) -> None:
        """Open with the key that the operating system's keyring holds for this user.

        Raises:
            Locked: not set up, or the keyring has no such key or another one.
        """
        from desktop.vault import system_key

        with self.store.read() as session:
            identity = tries.row_of(session).identity
        if SYSTEM not in self.ways():
            raise Locked(f"没有设置用{SYSTEM}打开。", todo="请用主口令打开。")
        key, _ = self._unwrap_random(SYSTEM, system_key.read(identity))
        self.opened(identity, key)

    def lock(self) -> None:
        """Forget the key; what screens show of secrets must go as well, see `on_lock`."""
        if self._key is not None:
            for at in range(len(self._key)):
                self._key[at] = 0
        self._key = None
        for listener in self._on_lock:
            listener()

    def on_open(self, listener: Callable[[], None]) -> None:
        """Call this whenever the vault has been opened, on the thread that opened it."""
        self._on_open.append(listener)

    def on_lock(self, listener: Callable[[], None]) -> None:
        """Call this whenever the vault has been locked."""
        self._on_lock.append(listener)

    def touch(self) -> None:
        """The clerk is there: the idle time begins anew."""
        self._used_at = self.store.clock()

    def lock_if_idle(self) -> bool:
        """Lock when nobody has been there for `idle`, or the clock was set back by as much; whether it locked now."""
        if self.locked or abs(self.store.clock() - self._used_at) < self.idle:
            return False
        self.lock()
        return True

    # secrets

    @property
    def key(self) -> bytearray:
        """The vault key.

        Raises:
            Locked: the vault is locked.
        """
        if self._key is None:
            raise Locked("密码保险柜已上锁。", todo="请先输入主口令打开。")
        return self._key

    def put(
        self, session: Session, kind: str, owner: str, secret: bytes, *, version: int = 1, state: str = CURRENT
    ) -> VaultSecret:
        """Seal one secret in the caller's transaction, in place of an earlier one of the same kind, owner and version.

        Raises:
            Locked: the vault is locked. Refused: the recovery sheet has not been proven.
        """
        key = self.key
        if tries.row_of(session).recovery_proven_at is None:
            raise Refused("恢复单还没有核对，暂不能存入密码。", todo="请把打印出的恢复码照抄一遍，核对无误后再存。")
        session.execute(
            delete(VaultSecret).where(
                VaultSecret.kind == kind, VaultSecret.owner == owner, VaultSecret.version == version
            )
        )
        row = VaultSecret(
            id=random.token_hex(16), kind=kind, owner=owner, version=version, state=state, sealed_at=self.store.clock()
        )
        row.box = cipher.seal(key, cipher.pad(secret), row.identity(self.identity))
        session.add(row)
        session.flush()
        return row

    def open_secret(self, row: VaultSecret) -> bytes:
        """What a sealed secret holds; the trace must have been written before (see desktop/passwords.py).

        Raises:
            Locked: the vault is locked, or the row was altered.
        """
        self.touch()
        return cipher.unpad(cipher.unseal(self.key, row.box, row.identity(self.identity)))

    def keep(self, kind: str, owner: str, secret: bytes) -> None:
        """Keep something for another part of the program (签名私钥, SMTP 授权码 …), replacing what was kept before."""
        with self.store.write(f"保存{kind}") as session:
            self.put(session, kind, owner, secret)

    def kept(self, kind: str, owner: str) -> bytes | None:
        """What `keep` was given, None when there is nothing.

        Raises:
            Locked: the vault is locked.
        """
        with self.store.read() as session:
            row = find(session, kind, owner)
        return None if row is None else self.open_secret(row)

    def forget(self, kind: str, owner: str) -> None:
        """Destroy everything kept under this kind and owner; the store's pages are overwritten (secure_delete)."""
        with self.store.write(f"销毁{kind}") as session:
            session.execute(delete(VaultSecret).where(VaultSecret.kind == kind, VaultSecret.owner == owner))

    # inner parts

    def opened(self, identity: str, key: bytes) -> None:
        """Hold the key that a way of unlocking has unwrapped."""
        self.identity, self._key = identity, bytearray(key)
        self.touch()
        for listener in self._on_open:
            listener()

    def _unwrap_random(self, kind: str, secret: bytes) -> tuple[bytes, str]:
        with self.store.read() as session:
            row, wrap = tries.row_of(session), session.get(VaultKey, kind)
        if wrap is None:
            raise Locked(f"没有设置用{kind}打开。", todo="请用主口令打开。")
        opener = cipher.random_key(secret, wrap.salt, kind)
        try:
            return cipher.unseal(opener, wrap.box, wrap.identity(row.identity)), row.identity
        except Locked as error:
            raise Locked(f"这份{kind}打不开保险柜，可能是旧的。", todo="请用最近一份，或用主口令打开。") from error

    def trace(self, session: Session, kind: str, reason: str) -> None:
        """A link of the chain about the vault as a whole."""
        deed = custody.Deed(kind, account=(None, NAME), reason=reason)
        custody.append(session, deed, at=self.store.clock(), actor=self.store.actor)


def check_passphrase(passphrase: str) -> None:
    """Refuse a master passphrase that is too short to be any good.

    Raises:
        BadValue: fewer than SHORTEST characters.
    """
    if len(passphrase.strip()) < SHORTEST:
        raise BadValue(f"主口令至少 {SHORTEST} 个字符。", todo="可用一句自己记得住、别人想不到的话。")


def find(session: Session, kind: str, owner: str, state: str = CURRENT) -> VaultSecret | None:
    """The newest sealed secret of this kind and owner in a state, still sealed."""
    return session.scalars(
        select(VaultSecret)
        .where(VaultSecret.kind == kind, VaultSecret.owner == owner, VaultSecret.state == state)
        .order_by(VaultSecret.version.desc())
    ).first()


def damage(vault: Vault) -> tuple[int, list[str]]:
    """Unseal everything once without handing any of it out: how many secrets there are, and which do not open.

    Raises:
        Locked: the vault is locked.
    """
    key, broken = vault.key, []
    with vault.store.read() as session:
        rows = list(session.scalars(select(VaultSecret)))
    for row in rows:
        try:
            cipher.unseal(key, row.box, row.identity(vault.identity))
        except Locked:
            broken.append(f"{row.owner} {row.kind}（第 {row.version} 版）")
    return len(rows), broken
