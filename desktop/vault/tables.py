"""What the vault keeps in the store: its own row, the wrapped copies of its key, the sealed secrets.

None of these tables is a Record: a secret must not come back by an undo, nor its boxes lie about in the history.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.store.base import Base

PASSPHRASE, RECOVERY, SYSTEM = "主口令", "恢复单", "系统钥匙串"
PLANNED, CURRENT, ARCHIVED = "拟改", "现用", "归档"


class VaultRow(Base):
    """The vault itself, one row.

    Attributes:
        identity: 32 random hex digits; part of every associated data, so nothing moves between vaults.
        recovery_proven_at: when the code on the recovery sheet was typed back; no secret is taken before that.
        failures, tried_at: wrong passphrases in a row and the latest try, for slowing down.
    """

    __tablename__ = "vault"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity: Mapped[str]
    made_at: Mapped[datetime]
    recovery_proven_at: Mapped[datetime | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)


class VaultKey(Base):
    """The vault key wrapped for one way of unlocking; `passes` to `lanes` are Argon2id's, 0 for random secrets."""

    __tablename__ = "vault_key"

    kind: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    passes: Mapped[int] = mapped_column(default=0)
    memory: Mapped[int] = mapped_column(default=0)
    lanes: Mapped[int] = mapped_column(default=0)
    box: Mapped[bytes]
    made_at: Mapped[datetime]

    def identity(self, vault: str) -> str:
        """The associated data of the box: vault, way and parameters, so that none can be swapped or weakened."""
        return f"团媒台账·钥匙|{vault}|{self.kind}|{self.salt.hex()}|{self.passes},{self.memory},{self.lanes}"


class VaultSecret(Base):
    """One sealed secret.

    Attributes:
        id: 32 random hex digits.
        kind, owner: what it is and whose; for an account's password the credential's kind and number.
        version: which password of the credential. state: 拟改, 现用 or 归档.
    """

    __tablename__ = "vault_secret"
    __table_args__ = (UniqueConstraint("kind", "owner", "version"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=CURRENT)
    box: Mapped[bytes]
    sealed_at: Mapped[datetime]

    def identity(self, vault: str) -> str:
        """The associated data of the box; the state is left out, for it changes without unsealing."""
        return f"团媒台账·密件|{vault}|{self.id}|{self.kind}|{self.owner}|{self.version}"
