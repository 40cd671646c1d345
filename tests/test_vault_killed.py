"""Killing the process at 500 random points while locks and passwords change: exactly one of old and new opens.

Each time a child process does the change and is killed, half of the times at a random instruction of SQLite's engine,
half of the times at a random microsecond. Then the store is opened as after any crash, and everything is read back.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, select

from desktop import accounts, credentials, custody, passwords
from desktop.errors import Locked
from desktop.lock import FolderLock
from desktop.passwords import Secret
from desktop.store import Store, opening
from desktop.store.migrating import engine_for
from desktop.vault import ARCHIVED, CURRENT, PASSPHRASE, PLANNED, Vault, VaultSecret, cipher, relock
from desktop.vault.tables import VaultKey, VaultRow

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")
PARTS, KILLS, ENTRIES = 2, 250, 20
NOW = datetime(2026, 11, 20, 9, 0)
FIRST, SECOND = "第一句足够长的主口令", "第二句足够长的主口令"


def other(passphrase: str) -> str:
    return SECOND if passphrase == FIRST else FIRST


class Office:
    """A store with a vault of 20 secrets and one password that is changed again and again.

    Every opening takes the same engine, without any connection left, and every child inherits it: what SQLAlchemy has
    compiled once is not compiled a thousand times.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.passphrase = folder, FIRST
        self.engine = engine_for(folder / opening.FILE)
        patch.setattr("desktop.store.engine_for", lambda _: self.engine)
        with Store.open(folder, actor="陈示例", clock=lambda: NOW) as store:
            with store.write("登记") as session:
                account = accounts.Account(platform="小红书", name="林川青年")
                session.add(account)
                session.flush()
            vault = Vault(store)
            vault.prove_recovery(vault.create(FIRST))
            for number in range(ENTRIES):
                vault.keep("签名私钥", f"第{number}枚", bytes([number]) * 40)
            secret = Secret("lc", "Geheim-1")
            self.login = passwords.register(store, account.id, credentials.LOGIN, vault=vault, secret=secret)
        self.seen = 0
        self.after: Callable[[], object] = lambda: None  # in the child, when it was not killed

    def in_child(self, deed: str, lay: Callable[[sqlite3.Connection], None], arm: Callable[[], None]) -> int:
        """Do one deed in a child; returns how it ended, as os.wait tells."""
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        try:
            gc.disable()  # going through what pytest has gathered would copy every page of it
            event.listen(self.engine, "connect", lambda connection, _: lay(connection))
            self.work(deed, arm)
            self.after()
        except BaseException:  # noqa: BLE001  the child must never go on as a second pytest
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def work(self, deed: str, arm: Callable[[], None]) -> None:
        """Open the vault, call `arm`, do the deed."""
        store = Store(self.folder, self.engine, FolderLock(self.folder), "陈示例", lambda: NOW)
        vault = Vault(store)
        vault.unlock(self.passphrase)
        arm()
        if deed == "passphrase":
            relock.change_passphrase(vault, self.passphrase, other(self.passphrase))
        elif deed == "vault key":
            vault.prove_recovery(relock.rotate_key(vault, self.passphrase))
        else:
            passwords.plan(store, vault, self.login, Secret("lc", f"Geheim-{time.perf_counter_ns()}"))
            passwords.confirm(store, self.login)
        store.close()

    def check(self) -> str:
        """Open as after a crash and read everything back; says which passphrase opened."""
        with Store.open(self.folder, actor="陈示例", clock=lambda: NOW) as store:
            opened = [word for word in (FIRST, SECOND) if opens(store, word)]
            assert len(opened) == 1, opened
            vault = Vault(store)
            vault.unlock(opened[0])
            if not vault.recovery_proven:  # killed between a new sheet and its proof: a newer sheet is due
                vault.prove_recovery(relock.renew_recovery(vault))
            with store.read() as session:
                assert custody.verify(session) == []
                version = credentials.state_of(session, self.login).version
                every = list(session.scalars(select(VaultSecret)))
            keys = {row.owner: vault.open_secret(row) for row in every if row.kind == "签名私钥"}
            assert keys == {f"第{number}枚": bytes([number]) * 40 for number in range(ENTRIES)}
            rows = [row for row in every if row.kind == credentials.LOGIN]
            assert version >= self.seen
            self.seen = version
            by_state = {state: [row for row in rows if row.state == state] for state in (CURRENT, PLANNED, ARCHIVED)}
            assert [row.version for row in by_state[CURRENT]] == [version]
            assert [row.version for row in by_state[PLANNED]] in ([], [version + 1])
            assert sorted(row.version for row in by_state[ARCHIVED]) == list(range(1, version))
            assert all(Secret.from_bytes(vault.open_secret(row)).password.startswith("Geheim-") for row in rows)
        return opened[0]


def opens(store: Store, passphrase: str) -> bool:
    """Whether the wrapped key opens, without counting a try."""
    with store.read() as session:
        row, wrap = session.get_one(VaultRow, 1), session.get_one(VaultKey, PASSPHRASE)
    key = cipher.passphrase_key(passphrase, wrap.salt, cipher.Cost(wrap.passes, wrap.memory, wrap.lanes))
    try:
        cipher.unseal(key, wrap.box, wrap.identity(row.identity))
    except Locked:
        return False
    return True


class Fuse:
    """Counts the instructions of SQLite's engine once it is lit, and kills the process after so many."""

    def __init__(self, length: int = 0) -> None:
        self.length, self.burnt, self.lit = length, 0, False

    def lay(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(self.burn, 1)

    def light(self) -> None:
        self.lit = True

    def burn(self) -> int:
        self.burnt += self.lit
        if self.length and self.burnt >= self.length:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0


def instructions(office: Office, deed: str) -> int:
    """How many instructions of SQLite's engine a deed takes, told by a child that is left alive."""
    reading, writing = os.pipe()
    fuse = Fuse()
    office.after = lambda: os.write(writing, str(fuse.burnt).encode())
    assert office.in_child(deed, fuse.lay, fuse.light) == 0
    office.after = lambda: None
    found = int(os.read(reading, 20))
    os.close(reading)
    os.close(writing)
    return found


def alarm(seconds: float) -> None:
    """Let the kernel end this process after a while, whatever it is doing."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where the system has such a place: a killed process loses nothing that waits for the disk."""
    quick = Path("/dev/shm")
    if not os.access(quick, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=quick) as made:
        yield Path(made)


@pytest.mark.parametrize("part", range(PARTS))  # so that two processes can share the kills
def test_killed_at_500_random_points(folder: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    office, chance = Office(folder / "data", monkeypatch), random.Random(part)
    deeds = ("passphrase", "vault key", "password")
    long: dict[str, int] = {}
    lasting: dict[str, float] = {}
    for deed in deeds:
        office.work(deed, lambda: None)  # warms the engine that the children inherit
        office.passphrase = office.check()
        long[deed] = instructions(office, deed)
        office.passphrase = office.check()
        begun = time.perf_counter()
        office.in_child(deed, lambda _: None, lambda: None)
        lasting[deed] = time.perf_counter() - begun
        office.passphrase = office.check()
    killed, number = {"instruction": 0, "moment": 0}, 0
    while sum(killed.values()) < KILLS:
        deed, number = deeds[number % 3], number + 1
        if number % 2:
            fuse = Fuse(chance.randint(1, long[deed]))
            ended = office.in_child(deed, fuse.lay, fuse.light)
            killed["instruction"] += os.WIFSIGNALED(ended)
        else:
            ended = office.in_child(deed, lambda _: None, partial(alarm, chance.uniform(0.000_05, lasting[deed])))
            killed["moment"] += os.WIFSIGNALED(ended)
            lasting[deed] *= 1.05 if os.WIFSIGNALED(ended) else 0.85  # so that most of the alarms ring in time
        assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == 0
        office.passphrase = office.check()
    sys.stdout.write(f"killed {killed} of {number}, versions {office.seen}\n")
    assert min(killed.values()) > KILLS // 5
    assert PARTS * KILLS >= 500
