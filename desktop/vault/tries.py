"""Slowing down whoever tries passphrases; counted in the store, so that a restart does not begin anew."""

from __future__ import annotations

import math

from sqlalchemy.orm import Session

from desktop.errors import Locked
from desktop.store import Store
from desktop.vault.tables import VaultRow

FREE, FIRST, LONGEST = 3, 5, 600
"""Wrong passphrases without waiting; seconds to wait after the next, doubled each time, up to the longest."""


def row_of(session: Session) -> VaultRow:
    """The vault's own row.

    Raises:
        Locked: no vault has been made.
    """
    row = session.get(VaultRow, 1)
    if row is None:
        raise Locked("还没有建立密码保险柜。", todo="请在“密码保管”页建立；不存密码也可以只登记保管情况。")
    return row


def wait(store: Store) -> int:
    """Seconds until the next passphrase may be tried; a clock set back does not lengthen them."""
    with store.read() as session:
        row = row_of(session)
    if row.failures < FREE or row.tried_at is None:
        return 0
    pause: int = min(FIRST << min(row.failures - FREE, 16), LONGEST)
    passed = (store.clock() - row.tried_at).total_seconds()
    return max(0, min(pause, math.ceil(pause - passed)))


def count(store: Store) -> None:
    """Count a try before it is made, so that killing the program does not give free ones.

    Raises:
        Locked: the pause after wrong ones is not over.
    """
    pause = wait(store)
    if pause:
        raise Locked("主口令连续输错，请稍候。", todo=f"请 {pause} 秒后再试。")
    with store.write("尝试打开保险柜") as session:
        row = row_of(session)
        row.failures, row.tried_at = row.failures + 1, store.clock()


def reset(store: Store) -> None:
    """The right passphrase was given."""
    with store.write("打开保险柜") as session:
        row_of(session).failures = 0
