"""The chain of custody: append-only, and every tampering found and named."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from desktop import chain, cli, custody
from desktop.chain import FIELDS, Anchor, Link, cell, digest, faults
from desktop.errors import BadValue, Refused
from desktop.store import Store

NOON = datetime(2026, 11, 20, 12, 0)
LENGTH = 500


def fill(store: Store, count: int) -> None:
    """Append events of every kind, with every field used by some."""
    with store.write("示例") as session:
        for number in range(count):
            deed = custody.Deed(
                custody.KINDS[number % len(custody.KINDS)],
                account=(number % 7 + 1, f"抖音“林川青年{number % 7 + 1}”"),
                credential=(number % 9 + 1, "登录密码"),
                version=number % 3 + 1,
                person=(number % 5 + 1, "王某甲") if number % 4 else (None, ""),
                handover=(number % 11 + 1, number % 5 + 1) if number % 2 else (None, None),
                acted_on=date(2026, 11, 16),
                reason=f"第 {number} 次示例",
                detail=custody.details(信封=number),
                evidence="ab" * 32 if number % 6 == 0 else "",
            )
            custody.append(session, deed, at=NOON + timedelta(minutes=number), actor="赵示例")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        yield opened


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("chain"), actor="赵示例", clock=lambda: NOON) as opened:
        fill(opened, LENGTH)
        yield opened


def links_of(store: Store) -> list[Link]:
    with store.read() as session:
        return list(custody._links(session))


def verdict(store: Store, *typed: Anchor) -> list[chain.Fault]:
    with store.read() as session:
        return custody.verify(session, typed)


def test_a_whole_chain_holds(long_chain: Store) -> None:
    assert verdict(long_chain) == []
    assert len(links_of(long_chain)) == LENGTH


def test_an_empty_chain_holds(store: Store) -> None:
    assert verdict(store) == []


def test_every_single_byte_change_of_every_field_is_found(long_chain: Store) -> None:
    """All bytes of all fields of all 500 links: each change breaks exactly that link's own hash."""
    links = links_of(long_chain)
    tried = 0
    for at, link in enumerate(links):
        before = links[at - 1].hash[1].decode() if at else chain.BEGINNING
        assert chain._fault(link, at + 1, before) is None
        for field, (kind, content) in enumerate(link.cells):
            for place in range(len(content)):
                for changed in {content[place] ^ 1, content[place] ^ 0x80, 0} - {content[place]}:
                    altered = content[:place] + bytes([changed]) + content[place + 1 :]
                    cells = (*link.cells[:field], (kind, altered), *link.cells[field + 1 :])
                    assert chain._fault(replace(link, cells=cells), at + 1, before) is not None
                    tried += 1
        for place in range(64):
            wrong = bytearray(link.hash[1])
            wrong[place] ^= 1
            assert chain._fault(replace(link, hash=("text", bytes(wrong))), at + 1, before) is not None
    assert tried > LENGTH * 300


def tampered(store: Store, tmp_path: Path, deed: Callable[[sqlite3.Connection], object]) -> Store:
    """A copy of the store whose chain somebody altered with a database tool."""
    folder = tmp_path / "tampered"
    folder.mkdir(exist_ok=True)
    target = folder / "tuanmei.sqlite"
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(store.file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        for trigger in ("update", "delete"):
            copy.execute(f"DROP TRIGGER custody_event_no_{trigger}")
        deed(copy)
        copy.commit()
    return Store.open(folder, actor="某人", clock=lambda: NOON)


@pytest.mark.parametrize("field", [*FIELDS, "hash"])
@pytest.mark.parametrize("seq", [1, 2, 250, 499, 500])
def test_an_altered_field_is_found_and_named(long_chain: Store, tmp_path: Path, field: str, seq: int) -> None:
    new = 9000 + seq if field in {"seq", "account_id", "credential_id", "version", "person_id"} else "改"
    if field in {"handover_id", "step"}:
        new = 99
    deed = f"UPDATE custody_event SET {field} = ? WHERE seq = ?"
    with tampered(long_chain, tmp_path, lambda copy: copy.execute(deed, (new, seq))) as other:
        found = verdict(other)
    assert found[0].seq == seq
    assert f"第 {seq} 环" in found[0].sentence


def test_a_value_of_another_type_or_of_broken_bytes_is_found(long_chain: Store, tmp_path: Path) -> None:
    deed = "UPDATE custody_event SET reason = CAST(x'ff00fe' AS TEXT) WHERE seq = 77"
    with tampered(long_chain, tmp_path, lambda copy: copy.execute(deed)) as other:
        assert verdict(other)[0].seq == 77
    deed = "UPDATE custody_event SET reason = CAST(reason AS BLOB) WHERE seq = 78"
    with tampered(long_chain, tmp_path, lambda copy: copy.execute(deed)) as other:
        assert verdict(other)[0].seq == 78
    deed = "UPDATE custody_event SET account_id = 'x' WHERE seq = 79"
    with tampered(long_chain, tmp_path, lambda copy: copy.execute(deed)) as other:
        assert verdict(other)[0].seq == 79


def test_every_removed_row_is_found_and_named(long_chain: Store) -> None:
    links = links_of(long_chain)
    head = Anchor(LENGTH, links[-1].hash[1].decode())
    for at in range(LENGTH):
        found = list(faults(links[:at] + links[at + 1 :], head))
        assert found[0].seq == at + 1


def test_every_cut_end_is_found_by_the_store_and_by_paper(long_chain: Store) -> None:
    links = links_of(long_chain)
    head = Anchor(LENGTH, links[-1].hash[1].decode())
    for kept in range(LENGTH):
        assert next(faults(links[:kept], head)).seq == kept + 1
        shorter = Anchor(kept, links[kept - 1].hash[1].decode() if kept else chain.BEGINNING)
        assert list(faults(links[:kept], shorter)) == []  # head rolled back as well: only paper knows
        paper = Anchor(LENGTH, head.hash[: chain.SHOWN])
        assert [fault.seq for fault in faults(links[:kept], shorter, [paper])] == [LENGTH]


def rewritten(cells: tuple[chain.Cell, ...], before: str, **changes: int | str) -> Link:
    """A link that a forger computed anew."""
    made = dict(zip(FIELDS, cells, strict=True))
    made |= {field: cell(value) for field, value in changes.items()} | {"previous": cell(before)}
    found = tuple(made[field] for field in FIELDS)
    return Link(found, cell(digest(found)))


def forged(links: list[Link], at: int, **changes: int | str) -> list[Link]:
    """The whole rest of the chain computed anew after one link was changed."""
    made, before = links[:at], links[at - 1].hash[1].decode() if at else chain.BEGINNING
    for number, link in enumerate(links[at:], start=at):
        made.append(rewritten(link.cells, before, **(changes if number == at else {})))
        before = made[-1].hash[1].decode()
    return made


def test_a_chain_forged_from_any_link_on_is_found_by_paper(long_chain: Store) -> None:
    links = links_of(long_chain)
    paper = Anchor(LENGTH, links[-1].hash[1].decode()[: chain.SHOWN])
    for at in range(0, LENGTH, 25):
        wrong = forged(links, at, reason="伪造")
        head = Anchor(LENGTH, wrong[-1].hash[1].decode())
        assert list(faults(wrong, head)) == []
        assert [fault.seq for fault in faults(wrong, head, [paper])] == [LENGTH]


def test_every_insertion_and_swap_is_found(long_chain: Store) -> None:
    links = links_of(long_chain)
    head = Anchor(LENGTH, links[-1].hash[1].decode())
    for at in range(LENGTH):
        before = links[at - 1].hash[1].decode() if at else chain.BEGINNING
        extra = rewritten(links[at].cells, before, reason="插入")
        assert next(faults([*links[:at], extra, *links[at:]], head)).seq <= at + 2
    for at in range(LENGTH - 1):
        swapped = [*links[:at], links[at + 1], links[at], *links[at + 2 :]]
        assert next(faults(swapped, head)).seq == at + 1
        # contents exchanged but numbers kept, hashes reckoned anew
        one = rewritten(links[at + 1].cells, links[at].cells[-1][1].decode(), seq=at + 1)
        two = rewritten(links[at].cells, one.hash[1].decode(), seq=at + 2)
        assert list(faults([*links[:at], one, two, *links[at + 2 :]], head))
    extra = rewritten(links[-1].cells, head.hash, seq=LENGTH + 1)
    assert next(faults([*links, extra], head)).seq == LENGTH + 1


def test_rolling_back_the_newest_link_in_the_store_is_found(store: Store, tmp_path: Path) -> None:
    fill(store, 10)
    with store.write("打印交接单") as session:
        anchor = custody.print_anchor(session, "账号交接单", NOON)
    assert anchor is not None

    def roll_back(copy: sqlite3.Connection) -> None:
        copy.execute("DELETE FROM custody_event WHERE seq = 10")
        copy.execute("UPDATE custody_head SET seq = 9, hash = (SELECT hash FROM custody_event WHERE seq = 9)")

    with tampered(store, tmp_path, roll_back) as other:
        assert [fault.seq for fault in verdict(other)] == [10]  # by the note of what was printed

    def also_forget(copy: sqlite3.Connection) -> None:
        roll_back(copy)
        copy.execute("DELETE FROM custody_anchor")

    with tampered(store, tmp_path, also_forget) as other:
        assert verdict(other) == []
        typed = Anchor.parse(str(anchor))
        assert [fault.seq for fault in verdict(other, typed)] == [10]
        assert "纸面所印第10环" in verdict(other, typed)[0].sentence


def test_sqlite_itself_refuses_to_change_or_remove(store: Store) -> None:
    fill(store, 3)
    for deed in ("UPDATE custody_event SET reason = ''", "DELETE FROM custody_event"):
        with pytest.raises(DatabaseError, match="append-only"), store.write("改") as session:
            session.execute(text(deed))
    assert verdict(store) == []


def test_nothing_is_hung_onto_a_broken_end(store: Store, tmp_path: Path) -> None:
    fill(store, 3)
    deed = "DELETE FROM custody_event WHERE seq = 3"
    with (
        tampered(store, tmp_path, lambda copy: copy.execute(deed)) as other,
        pytest.raises(Refused, match="末尾"),
        other.write("设密") as session,
    ):
        custody.append(session, custody.Deed(custody.SET), at=NOON, actor="某人")


def test_an_undo_leaves_the_chain_alone(store: Store) -> None:
    fill(store, 2)
    with pytest.raises(Refused, match="没有可以撤销"):
        store.undo()
    assert len(links_of(store)) == 2


def test_unknown_kinds_and_separators_in_details_are_refused(store: Store) -> None:
    with pytest.raises(BadValue, match="没有“偷看”"), store.write("x") as session:
        custody.append(session, custody.Deed("偷看"), at=NOON, actor="某人")
    with pytest.raises(BadValue):
        custody.details(信封="甲;乙")


def test_events_are_narrowed(long_chain: Store) -> None:
    with long_chain.read() as session:
        assert {event.account_id for event in custody.events(session, account_id=3)} == {3}
        assert {event.handover_id for event in custody.events(session, handover_id=2)} == {2}
        assert custody.events(session, since=date(2026, 11, 21)) == []
        one = custody.events(session, until=date(2026, 11, 20))[9]
    assert len(custody.KINDS) == len(set(custody.KINDS))
    assert one.part("信封") == "9"
    assert one.part("无此项") == ""


def test_a_clock_set_back_is_noticed(store: Store) -> None:
    with store.write("x") as session:
        for hour in (12, 11, 13):
            custody.append(session, custody.Deed(custody.SEEN), at=NOON.replace(hour=hour), actor="某人")
    with store.read() as session:
        assert custody.clock_steps_back(session) == [2]
    assert verdict(store) == []


@given(st.integers(1, 10**6), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_an_anchor_is_read_as_printed(seq: int, hashed: str) -> None:
    anchor = Anchor(seq, hashed)
    assert Anchor.parse(str(anchor)) == Anchor(seq, hashed[: chain.SHOWN])
    assert Anchor.parse(f"{seq}-{hashed[:8].upper()}") == Anchor(seq, hashed[:8])


@pytest.mark.parametrize("typed", ["", "37", "37-8f3a", "第环 8f3ac210", "37-8f3ac21g", "37-" + "0" * 65])
def test_what_is_no_anchor_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        Anchor.parse(typed)


def test_random_damage_in_the_store_is_always_found(long_chain: Store, tmp_path: Path) -> None:
    chance = random.Random(20261120)
    for _ in range(20):
        seq, field = chance.randint(1, LENGTH), chance.choice([f for f in FIELDS if f not in {"seq", "step"}])

        def spoil(copy: sqlite3.Connection, seq: int = seq, field: str = field) -> None:
            copy.execute(f"UPDATE custody_event SET {field} = coalesce({field}, '') || 'x' WHERE seq = {seq}")

        with tampered(long_chain, tmp_path, spoil) as other:
            assert verdict(other)[0].seq == seq


# the command line


@pytest.fixture
def sample(tmp_path: Path) -> None:
    assert cli.run(["sample", str(tmp_path / "out"), "--date", "2026-11-20"]) == 0


def test_the_sample_office_has_a_chain_that_holds(
    sample: None, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["custody", "verify"]) == 0
    assert "保管链完好：共 31 环" in capsys.readouterr().out
    with Store.open(own_home) as opened, opened.read() as session:
        assert len(custody.events(session)) >= 10
        assert custody.clock_steps_back(session) == []
    assert cli.run(["custody", "list"]) == 0
    shown = capsys.readouterr().out
    assert "微博“共青团林川县委”  登录密码  保管：李示例  上次更换：2026-08-21" in shown
    assert "周示例（借用，应还 2026-11-18）" in shown
    assert cli.run(["handover", "list"]) == 0
    assert "抖音“林川青年说”  钱示例 → 孙示例  2026-11-16 起  第 3 步 / 共 5 步：变更备案" in capsys.readouterr().out
    assert cli.run(["handover", "list", "--all"]) == 0


def test_verify_names_the_first_bad_link(sample: None, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(own_home / "tuanmei.sqlite")) as connection:
        connection.execute("DROP TRIGGER custody_event_no_update")
        connection.execute("UPDATE custody_event SET person = '别人' WHERE seq = 7")
        connection.commit()
    assert cli.run(["custody", "verify"]) == 1
    assert capsys.readouterr().out.startswith("第 7 环内容被改动")


def test_an_extract_anchors_the_chain_on_paper(
    sample: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["custody", "extract", "--month", "2026-11"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("链尾：第31环 ") or lines[-1].startswith("链尾：第31环 ")
    paper = next(text for text in lines if text.startswith("链尾")).removeprefix("链尾：")
    assert cli.run(["custody", "verify", "--paper", paper]) == 0
    assert cli.run(["custody", "verify", "--paper", "31-00000000"]) == 1
    assert cli.run(["custody", "verify", "--paper", "不是编号"]) == 2
    target = tmp_path / "摘录.txt"
    assert cli.run(["custody", "extract", "--month", "2026-11", "--to", str(target)]) == 0
    assert target.read_text("utf-8-sig").splitlines()[0] == "2026年11月保管链摘录"
    assert cli.run(["custody", "extract", "--month", "十一月"]) == 2
