"""Bring a store to this program's schema: Alembic, one transaction, all or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event

from desktop.errors import StoreRefused
from desktop.store.opening import HEAD

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def engine_for(file: Path) -> Engine:
    """An engine whose transactions begin at once, so that a failed schema change leaves nothing behind.

    The driver's own transaction control is off (`isolation_level=None`): with it on, DDL would not be rolled back.
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"isolation_level": None, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def migrate(engine: Engine, target: str = HEAD, migrations: Path = MIGRATIONS) -> None:
    """Run every missing migration in one transaction.

    Raises:
        StoreRefused: a step failed; the store is as it was before.
    """
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations))
    script = ScriptDirectory.from_config(config)

    def steps(revision: str | tuple[str, ...], _: object) -> list[object]:
        return script._upgrade_revs(target, revision)  # type: ignore[arg-type,return-value]

    with EnvironmentContext(config, script, fn=steps) as environment:
        try:
            with engine.begin() as connection:
                environment.configure(connection=connection, transactional_ddl=True, render_as_batch=True)
                environment.run_migrations()
        except StoreRefused:
            raise
        except Exception as error:
            raise StoreRefused(
                f"数据结构升级到 {target} 时失败：{error}。", todo="数据保持升级前的样子，升级前的备份在“备份”文件夹。"
            ) from error
