"""One SQLite file: opening ritual, sessions, history, backups.

store = Store.open(folder, actor="赵示例")
with store.read() as session: ...
with store.write("改账号名称") as session: ...
store.undo()
store.close()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from desktop.errors import Refused
from desktop.lock import FolderLock
from desktop.paths import make_private
from desktop.store import history, opening
from desktop.store.migrating import engine_for, migrate

ATTACHMENTS = "附件"


class Store:
    """The office's data, opened by one program at a time.

    Attributes:
        folder: the data folder.
        actor: the name under which changes are recorded.
        clock: gives the local time; tests hand in their own.
    """

    def __init__(
        self, folder: Path, engine: Engine, lock: FolderLock, actor: str, clock: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.actor = actor
        self.clock = clock
        self._engine = engine
        self._reading = engine.execution_options(immediate=False)
        self._lock = lock
        self._listeners: list[Callable[[str], None]] = []

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        actor: str = "",
        clock: Callable[[], datetime] = datetime.now,
        lock: FolderLock | None = None,
    ) -> Store:
        """Open the store in a folder, making it when there is none; a lock already taken on the folder is taken over.

        Raises:
            StoreRefused: on a network share, already open, newer than this program, or damaged.
        """
        opening.refuse_network(folder)
        make_private(folder)
        if lock is None:
            lock = FolderLock(folder)
            lock.take()
        try:
            engine = cls._prepare(folder, clock())
        except BaseException:
            lock.release()
            raise
        return cls(folder, engine, lock, actor, clock)

    @staticmethod
    def _prepare(folder: Path, now: datetime) -> Engine:
        file = folder / opening.FILE
        found = opening.revision(file)
        opening.refuse_newer(file, found)
        if found is not None:
            opening.check(file)
            if found < opening.HEAD:
                opening.back_up(file, folder / opening.BACKUPS, f"升级前{found}", now)
            elif not any((folder / opening.BACKUPS).glob(f"{now:%Y%m%d}-*.sqlite")):
                opening.back_up(file, folder / opening.BACKUPS, "每日", now)
        engine = engine_for(file)
        if found != opening.HEAD:
            try:
                migrate(engine)
            except BaseException:
                engine.dispose()
                raise
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        return engine

    @property
    def file(self) -> Path:
        """The SQLite file itself."""
        return self.folder / opening.FILE

    @property
    def backups(self) -> Path:
        """Where verified copies of the store lie."""
        return make_private(self.folder / opening.BACKUPS)

    @property
    def attachments(self) -> Path:
        """Where scans, photos and evidence lie beside the store."""
        return make_private(self.folder / ATTACHMENTS)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; what it loaded stays usable after it closes."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session
            if session.new or session.dirty or session.deleted:
                raise TypeError("a read session was used to change records")

    @contextmanager
    def write(self, title: str, *, undoes: history.Action | None = None, automatic: bool = False) -> Iterator[Session]:
        """One action: one transaction and, when something changed, one entry in the history.

        What the program does by itself (`automatic`) is recorded under its own name and passed over by `undo`.
        """
        with Session(self._engine, expire_on_commit=False) as session:
            recorder = history.Recorder(session)
            event.listen(session, "before_flush", recorder.before_flush)
            with session.begin():
                yield session
                session.flush()
                changed = list(recorder.rows())
                if changed:
                    self._record(session, title, changed, undoes, history.PROGRAM if automatic else self.actor)
        for listener in self._listeners:
            listener(title)

    def _record(
        self,
        session: Session,
        title: str,
        changed: list[tuple[str, int, str, str | None, str | None]],
        undoes: history.Action | None,
        actor: str,
    ) -> None:
        action = history.Action(at=self.clock(), actor=actor, title=title, undoes=undoes.id if undoes else None)
        session.add(action)
        session.flush()
        if undoes is not None:
            session.merge(undoes).undone_by = action.id
        session.add_all(
            history.Change(action_id=action.id, kind=kind, record_id=number, field=field, before=before, after=after)
            for kind, number, field, before, after in changed
        )

    def undo(self) -> str:
        """Take back the newest action that has not been taken back; returns its title.

        Raises:
            Refused: there is none, or a later change stands in the way.
        """
        with self.read() as session:
            action = history.next_to_undo(session)
        if action is None:
            raise Refused("没有可以撤销的操作。")
        with self.write(f"撤销：{action.title}", undoes=action) as session:
            history.put_back(session, action, self.clock())
        return action.title

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call this after every write, with the action's title (on the thread that wrote)."""
        self._listeners.append(listener)

    def back_up(self, label: str = "手动") -> Path:
        """Make a verified copy of the store now."""
        return opening.back_up(self.file, self.folder / opening.BACKUPS, label, self.clock())

    def last_backup(self) -> datetime | None:
        """When the newest copy was made."""
        made = opening.newest_backup(self.folder)
        return datetime.fromtimestamp(made.stat().st_mtime) if made else None

    def close(self) -> None:
        """Let go of the file and of the folder."""
        self._engine.dispose()
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
