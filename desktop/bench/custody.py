"""Opening the vault beside Argon2id alone, and showing 2,000 passwords beside reading their chain by SQLite alone."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.bench import Ratio, compare, timed

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.vault import Vault

ENTRIES = 2000
WORD = "只用来测速的一句主口令"


def ratios() -> Iterator[Ratio]:
    """Opening with the parameters this PC was given, against them alone and against the 400 ms wished for; the list."""
    from desktop.store import Store
    from desktop.vault import PASSPHRASE, Vault, cipher
    from desktop.vault.tables import VaultKey

    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), actor="赵示例") as store:
        vault = Vault(store)
        vault.prove_recovery(vault.create(WORD))
        with store.read() as session:
            wrap = session.get_one(VaultKey, PASSPHRASE)
        cost, wished = cipher.Cost(wrap.passes, wrap.memory, wrap.lanes), sum(cipher.WANTED) / 2 * 1000

        def derive() -> float:
            return timed(lambda: cipher.passphrase_key(WORD, wrap.salt, cost))

        def unlock() -> float:
            return timed(lambda: vault.unlock(WORD))

        said = f"{cost.memory // 1024} MiB、{cost.passes} 遍"
        found = compare(f"打开保险柜（{said}）", unlock, "只算 Argon2id", derive, 1.5, rounds=5)
        yield found
        yield Ratio("打开保险柜用时（应在 300～500 ms）", "所求", wished, found.ours, cipher.WANTED[1] * 1000 / wished)
        enter(store, ENTRIES)
        with _page(store, vault) as show, closing(sqlite3.connect(store.file)) as connection:
            ask = "SELECT * FROM custody_event ORDER BY seq"
            yield compare(
                f"打开后列出 {ENTRIES:,} 个密码（应在 50 ms 内）", lambda: timed(show),
                "SQLite 读出保管链", lambda: timed(lambda: connection.execute(ask).fetchall()), 12.0,
            )  # fmt: skip


def enter(store: Store, count: int) -> None:
    """So many accounts with a login password each, every one set by a link of the chain."""
    from desktop import credentials, custody, passwords
    from desktop.accounts import Account

    with store.write("登记") as session:
        made = [Account(platform="小红书", name=f"账号{number}") for number in range(count)]
        session.add_all(made)
        session.flush()
        now = store.clock()
        kept = [credentials.Credential(account_id=one.id, kind=credentials.LOGIN, made_at=now) for one in made]
        session.add_all(kept)
        session.flush()
        for account, one in zip(made, kept, strict=True):
            deed = passwords.deed_of(custody.SET, account, one, 1, person=(None, store.actor))
            custody.append(session, deed, at=now, actor=store.actor)


def _raise(error: BaseException) -> None:
    raise error


@contextmanager
def _page(store: Store, vault: Vault) -> Iterator[Callable[[], None]]:
    """The page 密码保管, off screen; calling what is given reads and shows its list anew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.windows.clipboard import SecretClipboard
    from desktop.windows.custody import CustodyPage

    app = QApplication.instance() or QApplication([])
    background = Background(_raise)
    page = CustodyPage(store, Settings(), background, vault=vault, clipboard=SecretClipboard(30))
    page.resize(1366, 768)
    page.show()
    background.finish()
    app.processEvents()
    yield page.refresh
    page.close()
