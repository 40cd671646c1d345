"""Opening ritual, transactions, history, undo, trash, backups, migrations."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from desktop import accounts, nouns, units
from desktop.errors import Refused, StoreRefused
from desktop.store import Store, history, opening
from desktop.store.base import Base
from desktop.store.migrating import MIGRATIONS, engine_for, migrate

NOON = datetime(2026, 11, 20, 12, 0)


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        yield opened


def enter(store: Store, name: str = "林川青年") -> int:
    with store.write("登记账号") as session:
        account = accounts.Account(platform="微信公众号", name=name)
        return accounts.add(session, account, accounts.NORMAL, date(2024, 3, 1)).id


def test_every_module_with_a_table_is_listed() -> None:
    root = Path(nouns.__file__).parent
    found = {
        file.relative_to(root).with_suffix("").as_posix().replace("/", ".")
        for file in root.rglob("*.py")
        if "__tablename__ = " in file.read_text("utf-8")
    }
    assert found - {"store.history"} == set(nouns.WITH_TABLES)


def test_schema_equals_models(store: Store) -> None:
    nouns.load_all()
    with store.read() as session:
        differences = compare_metadata(MigrationContext.configure(session.connection()), Base.metadata)
    assert differences == []


def test_head_is_the_newest_migration() -> None:
    assert sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("0*.py"))[-1] == opening.HEAD


def test_history_names_field_before_and_after(store: Store) -> None:
    number = enter(store)
    with store.write("改账号名称") as session:
        session.get_one(accounts.Account, number).name = "林川青年汇"
    with store.read() as session:
        action, change = history.story_of(session, "account", number)[-1]
    assert (action.actor, action.at, action.title) == ("赵示例", NOON, "改账号名称")
    assert (change.field, change.before, change.after) == ("name", "林川青年", "林川青年汇")


def test_what_the_program_does_by_itself_is_passed_over_by_undo(store: Store) -> None:
    number = enter(store)
    with store.write("改账号名称") as session:
        session.get_one(accounts.Account, number).name = "林川青年汇"
    with store.write("登记待办", automatic=True) as session:
        session.get_one(accounts.Account, number).note = "已改名"
    assert store.undo() == "改账号名称"
    with store.read() as session:
        account = session.get_one(accounts.Account, number)
        assert (account.name, account.note) == ("林川青年", "已改名")
        assert [action.actor for action in history.recent(session)][:2] == ["赵示例", "程序自动"]


def test_a_failed_action_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write("登记") as session:
        session.add(units.Unit(name="共青团林川县委员会"))
        session.flush()
        raise ZeroDivisionError
    with store.read() as session:
        assert units.in_use(session) == []
        assert history.recent(session) == []


def test_undo_puts_back_every_kind_of_value(store: Store) -> None:
    number = enter(store)
    with store.write("认证") as session:
        account = session.get_one(accounts.Account, number)
        account.certified, account.certified_until, account.name = True, date(2027, 3, 1), "改名"
    assert store.undo() == "认证"
    with store.read() as session:
        account = session.get_one(accounts.Account, number)
        assert (account.certified, account.certified_until, account.name) == (None, None, "林川青年")
    assert store.undo() == "登记账号"
    with store.read() as session:
        assert accounts.in_use(session) == []
        assert session.get_one(accounts.Account, number).trashed_at == NOON
    with pytest.raises(Refused, match="没有可以撤销"):
        store.undo()


def test_undo_refuses_to_lose_a_later_change(store: Store) -> None:
    number = enter(store)
    with store.write("第一次改名") as session:
        session.get_one(accounts.Account, number).name = "甲"
    with store.read() as session:
        first = history.recent(session)[0]
    with store.write("第二次改名") as session:
        session.get_one(accounts.Account, number).name = "乙"
    with pytest.raises(Refused, match="又被改过"), store.write("撤销", undoes=first) as session:
        history.put_back(session, first, NOON)


def test_a_record_is_never_deleted(store: Store) -> None:
    number = enter(store)
    with pytest.raises(TypeError, match="never deleted"), store.write("删除") as session:
        session.delete(session.get_one(accounts.Account, number))


def test_a_second_program_is_refused(store: Store) -> None:
    code = "import sys; from pathlib import Path; from desktop.store import Store; Store.open(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(store.folder)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "已经打开了这个数据文件夹" in done.stderr


def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from desktop.store import Store\n"
        "Store.open(Path(sys.argv[1])); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    Store.open(tmp_path).close()


def test_backup_of_an_open_store_is_complete(store: Store) -> None:
    enter(store)
    copy = store.back_up()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM account").fetchall() == [("林川青年",)]
    assert store.last_backup() is not None


def test_old_backups_make_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "KEPT_BACKUPS", 3)
    for number in range(5):
        store.back_up(f"第{number}份")
    assert len(list((store.folder / "备份").glob("*.sqlite"))) == 3


def test_a_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / opening.FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = (tmp_path / opening.FILE).read_bytes()
    with pytest.raises(StoreRefused, match="更新版本"):
        Store.open(tmp_path)
    assert (tmp_path / opening.FILE).read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database, just text" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_store_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / opening.FILE
    file.write_bytes(content)
    with pytest.raises(StoreRefused):
        Store.open(tmp_path)
    assert file.read_bytes() == content


def test_network_share_is_recognised() -> None:
    mounts = "/dev/vda1 / ext4 rw 0 0\n//pc/share /mnt/share\\040盘 cifs rw 0 0\nhost:/x /home nfs4 rw 0 0\n"
    assert opening.file_system(Path("/mnt/share 盘/data"), mounts) == "cifs"
    assert opening.file_system(Path("/home/a"), mounts) == "nfs4"
    assert opening.file_system(Path("/homework"), mounts) == "ext4"


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_on_network", lambda folder: True)
    with pytest.raises(StoreRefused, match="网络共享盘"):
        Store.open(tmp_path / "share")
    assert not (tmp_path / "share").exists()


def test_a_broken_migration_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    Store.open(tmp_path / "data").close()
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    for file in [MIGRATIONS / "env.py", *(MIGRATIONS / "versions").glob("0*.py")]:
        target = broken / file.relative_to(MIGRATIONS)
        target.write_text(file.read_text("utf-8"), "utf-8")
    (broken / "versions" / "9998_broken.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision='9998'\ndown_revision='{opening.HEAD}'\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer()))\n"
        "    op.execute('SELECT no_such')\n",
        "utf-8",
    )
    engine = engine_for(tmp_path / "data" / opening.FILE)
    with pytest.raises(StoreRefused, match="升级到 9998 时失败"):
        migrate(engine, "9998", broken)
    engine.dispose()
    assert opening.revision(tmp_path / "data" / opening.FILE) == opening.HEAD
    with closing(sqlite3.connect(tmp_path / "data" / opening.FILE)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name='half'").fetchall() == []


def test_killed_while_writing_loses_only_the_open_action(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from desktop import units
from desktop.store import Store
store = Store.open(Path(sys.argv[1]))
with store.write("一") as session:
    session.add(units.Unit(name="已保存"))
with store.write("二") as session:
    session.add(units.Unit(name="未完成"))
    session.flush()
    os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    with Store.open(tmp_path) as store, store.read() as session:
        assert [unit.name for unit in units.in_use(session)] == ["已保存"]


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are a POSIX matter")
def test_only_the_owner_reads_the_store(store: Store) -> None:
    assert store.file.stat().st_mode & 0o077 == 0
    assert store.folder.stat().st_mode & 0o077 == 0
