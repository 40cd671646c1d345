"""Passwords in from KeePass, KeePassXC and lists, out as KeePass XML; the real keepassxc-cli judges where installed."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from desktop import accounts, credentials, custody, password_lists, passwords
from desktop.documents import keepass
from desktop.documents.keepass import Entry
from desktop.errors import BadFile, BadValue, Locked, Refused
from desktop.passwords import Secret
from desktop.store import Store
from desktop.vault import Vault, cipher

NOW = datetime(2026, 11, 20, 9, 0)


@dataclass
class Office:
    store: Store
    vault: Vault
    numbers: dict[str, int]

    def secret(self, name: str, kind: str = credentials.LOGIN) -> Secret:
        with self.store.read() as session:
            credential = passwords.of_kind(session, self.numbers[name], kind)
        assert credential is not None
        return passwords.reveal(self.store, self.vault, credential.id, reason="核对")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    with Store.open(tmp_path / "data", actor="陈示例", clock=lambda: NOW) as store:
        numbers = {}
        with store.write("登记") as session:
            for platform, name, page in (
                ("抖音", "林川青年说", ""), ("微博", "共青团林川县委", "https://weibo.com/linchuan"),
                ("微信公众号", "林川青年", ""),
            ):  # fmt: skip
                made = accounts.Account(platform=platform, name=name, homepage=page)
                accounts.add(session, made, accounts.NORMAL, date(2024, 3, 1))
                numbers[name] = made.id
        vault = Vault(store)
        vault.prove_recovery(vault.create("密码导入测试用的主口令"))
        yield Office(store, vault, numbers)


XML = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile><Meta><RecycleBinUUID>AAECAwQFBgcICQoLDA0ODw==</RecycleBinUUID></Meta><Root>
<Group><UUID>EAECAwQFBgcICQoLDA0ODw==</UUID><Name>办公</Name>
 <Entry><String><Key>Title</Key><Value>林川青年说</Value></String><String><Key>UserName</Key><Value>lcqns</Value></String>
  <String><Key>Password</Key><Value ProtectInMemory="True">a&lt;b&amp;c "引号"</Value></String>
  <String><Key>otp</Key><Value>otpauth://totp/x?secret=JBSWY3DPEHPK3PXPABCD</Value></String>
  <History><Entry><String><Key>Title</Key><Value>旧的</Value></String></Entry></History></Entry>
 <Group><Name>微博</Name><Entry><String><Key>Title</Key><Value>团县委</Value></String>
  <String><Key>Password</Key><Value>second</Value></String><String><Key>URL</Key>
  <Value>https://weibo.com/linchuan/</Value></String></Entry></Group>
 <Group><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Name>回收站</Name>
  <Entry><String><Key>Title</Key><Value>林川青年</Value></String></Entry></Group>
</Group></Root></KeePassFile>"""


def test_keepass_xml_is_read_matched_and_taken(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "导出.xml"
    file.write_text(XML, "utf-8")
    entries = password_lists.read(file)
    assert [entry.title for entry in entries] == ["林川青年说", "团县委"]
    assert entries[0].password == 'a<b&c "引号"'
    assert "a<b" not in repr(entries[0])
    with office.store.read() as session:
        found = password_lists.propose(session, entries)
    assert [one.account_id for one in found] == [office.numbers["林川青年说"], office.numbers["共青团林川县委"]]
    assert password_lists.take(office.store, office.vault, found, "导出.xml") == 2
    assert office.secret("林川青年说").login == "lcqns"
    assert office.secret("林川青年说", credentials.TOTP).password.startswith("otpauth://")
    assert office.secret("共青团林川县委").password == "second"
    with office.store.read() as session:
        told = [(event.kind, event.credential) for event in custody.events(session) if event.credential_id]
        assert custody.verify(session) == []
    assert told[:3] == [("设密", "登录密码"), ("设密", "动态口令"), ("设密", "登录密码")]


def test_an_entry_for_a_registered_password_keeps_its_version(office: Office) -> None:
    number = passwords.register(office.store, office.numbers["林川青年"], credentials.LOGIN)
    found = password_lists.Found(Entry("林川青年", "lcqn", "third"), office.numbers["林川青年"])
    password_lists.take(office.store, office.vault, [found], "列表")
    assert office.secret("林川青年").password == "third"
    with office.store.read() as session:
        assert credentials.state_of(session, number).version == 1
    passwords.keep_current(office.store, office.vault, number, Secret("lcqn", "fourth"))
    assert office.secret("林川青年").password == "fourth"


def test_a_password_that_the_spreadsheet_took_for_something_else_is_remarked(office: Office, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    rows = [["账号", "密码"], ["林川青年说", 123456], ["共青团林川县委", date(2024, 1, 2)], ["林川青年", "plain-1"]]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    with office.store.read() as session:
        found = password_lists.propose(session, password_lists.read(tmp_path / "清单.xlsx"))
    assert [one.remark.partition("，")[0] for one in found] == ["密码是数字格式", "密码被表格当成了日期", ""]


def test_a_list_does_not_overwrite_what_is_sealed(office: Office) -> None:
    """An old list must not cost the office the password in use."""
    here = office.numbers["林川青年"]
    secret = Secret("lcqn", "in-use-7")
    passwords.register(office.store, here, credentials.LOGIN, vault=office.vault, secret=secret)
    with office.store.read() as session:
        (old,) = password_lists.propose(session, [Entry("林川青年", "lcqn", "old-3")])
    assert (old.account_id, old.remark) == (None, "微信公众号“林川青年”的密码已在保险柜里，不再导入")
    old = password_lists.choose(old, here)
    with pytest.raises(Refused, match="与要存入的不同，没有改动"):
        password_lists.take(office.store, office.vault, [old], "旧清单")
    assert office.secret("林川青年") == secret
    with office.store.read() as session:
        before = len(custody.events(session))
    same = password_lists.Found(Entry("林川青年", "lcqn", "in-use-7"), here)
    password_lists.take(office.store, office.vault, [same], "新清单")
    with office.store.read() as session:
        assert len(custody.events(session)) == before


def test_all_or_nothing(office: Office) -> None:
    one = password_lists.Found(Entry("甲", "", "p1"), office.numbers["林川青年"])
    two = password_lists.Found(Entry("乙", "", "p2"), office.numbers["林川青年"])
    bad = password_lists.Found(Entry("丙", "", "p3", totp="not a seed!"), office.numbers["共青团林川县委"])
    for wrong, why in (([one, two], "两条密码"), ([one, bad], "动态口令密钥")):
        with pytest.raises(BadValue, match=why):
            password_lists.take(office.store, office.vault, wrong, "x")
    gone = password_lists.choose(two, None)
    office.vault.lock()
    with pytest.raises(Locked):
        password_lists.take(office.store, office.vault, [one, gone], "x")
    with office.store.read() as session:
        assert credentials.entries(session) == []


CSV_XC = (
    '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\r\n'
    '"Root/抖音","林川青年说","lcqns","Ab,""c","","两行\n备注","","0","",""\r\n'
)
CSV_1 = '"Account","Login Name","Password","Web Site","Comments"\r\n"林川青年","lcqn","pw\'9;","",""\r\n'


@pytest.mark.parametrize(("text", "password", "name"), [(CSV_XC, 'Ab,"c', "林川青年说"), (CSV_1, "pw'9;", "林川青年")])
def test_keepass_csv(office: Office, tmp_path: Path, text: str, password: str, name: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(text.encode())
    entries = password_lists.read(file)
    assert [entry.password for entry in entries] == [password]
    with office.store.read() as session:
        assert password_lists.propose(session, entries)[0].account_id == office.numbers[name]


def test_an_excel_list_and_its_destruction(office: Office, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    lines: list[list[object]] = [
        ["2026 年密码表"],
        ["平台", "账号名称", "登录名", "密码", "备注"],
        ["抖音", "林川青年说", "x", "Geheim-1", ""],
        ["微信", "“林川青年”", "y", 12345678, ""],
        ["快手", "没有的号", "z", "Geheim-3", ""],
    ]
    for line in lines:
        sheet.append(line)
    file = tmp_path / "密码.xlsx"
    book.save(file)
    entries = password_lists.read(file)
    with office.store.read() as session:
        found = password_lists.propose(session, entries)
    assert [one.account_id for one in found] == [office.numbers["林川青年说"], office.numbers["林川青年"], None]
    assert "开头的 0" in found[1].remark
    assert "没有找到对应的账号" in found[2].remark
    assert password_lists.take(office.store, office.vault, found, file.name) == 2
    kept = tmp_path / "same inode"
    os.link(file, kept)
    password_lists.destroy_file(file)
    assert not file.exists()
    assert b"PK" not in kept.read_bytes()[:4]
    with pytest.raises(BadFile):
        password_lists.destroy_file(file)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.kdbx", keepass.KDBX + b"\x00" * 40, "加密的 KeePass 数据库"),
        ("a.xml", b'<?xml version="1.0"?><other/>', "不是 KeePass"),
        ("a.xml", b'<?xml version="1.0"?><KeePassFile><Root>', "已损坏"),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><KeePassFile>&e;</KeePassFile>', "文档类型声明"),
        ("a.csv", "名称,备注\n甲,乙\n".encode(), "没有找到密码列"),
        ("a.csv", b"", ""),
        ("a.bin", bytes(range(256)) * 9, ""),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BadFile, match=why or None):
        password_lists.read(file)
    with pytest.raises(BadFile):
        password_lists.read(tmp_path / "none.xml")


def test_a_group_with_an_odd_number_is_read_all_the_same() -> None:
    entry = "<Entry><String><Key>Password</Key><Value>p</Value></String></Entry>"
    odd = f"<Group><UUID>abc</UUID><Name>甲</Name>{entry}</Group>"
    text = f"<KeePassFile><Meta><RecycleBinUUID>xyz</RecycleBinUUID></Meta><Root>{odd}</Root></KeePassFile>"
    assert [one.password for one in keepass.read(text.encode(), "x.xml")] == ["p"]
    binned = text.replace("xyz", "abc")
    assert keepass.read(binned.encode(), "x.xml") == []


def test_encrypted_values_and_deep_groups_are_refused() -> None:
    protected = XML.replace('ProtectInMemory="True"', 'Protected="True"')
    with pytest.raises(BadFile, match="仍是加密的"):
        keepass.read(protected.encode(), "x.xml")
    deep = "<KeePassFile><Root>" + "<Group>" * 60 + "</Group>" * 60 + "</Root></KeePassFile>"
    with pytest.raises(BadFile, match="嵌套"):
        keepass.read(deep.encode(), "x.xml")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(rows: list[tuple[str, str, str, str]]) -> None:
    entries = [Entry(title, user, password, "", notes) for title, user, password, notes in rows]
    back = keepass.read(keepass.write(entries, NOW), "x.xml")
    plain = [(one.title, one.user, one.password, one.notes) for one in back]
    assert plain == [(one.title, one.user, one.password, one.notes) for one in entries]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system does not change its zone for one process")
@pytest.mark.parametrize(("zone", "written"), [("UTC0", "14:32:07Z"), ("CST-8", "06:32:07Z")])
def test_times_are_written_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str, written: str) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        made = keepass.write([Entry("微信公众号")], datetime(2026, 11, 20, 14, 32, 7, 5)).decode()
    time.tzset()
    for name in ("CreationTime", "LastModificationTime"):
        assert f"<{name}>2026-11-20T{written}</{name}>" in made


def stocked(office: Office) -> None:
    for name, password in (("林川青年说", "Geheim-1<&>"), ("共青团林川县委", "Geheim-2")):
        passwords.register(
            office.store, office.numbers[name], credentials.LOGIN, vault=office.vault, secret=Secret(name, password)
        )
    seed = Secret("", "JBSWY3DPEHPK3PXPABCD")
    passwords.register(office.store, office.numbers["林川青年说"], credentials.TOTP, vault=office.vault, secret=seed)


def test_handing_out_leaves_a_trace_for_every_password(office: Office, tmp_path: Path) -> None:
    stocked(office)
    target = tmp_path / "out.xml"
    with pytest.raises(BadValue, match="写明事由"):
        password_lists.hand_out(office.store, office.vault, target, "")
    assert password_lists.hand_out(office.store, office.vault, target, "改用 KeePassXC 保管") == 3
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    back = password_lists.read(target)
    assert {one.password for one in back} == {"Geheim-1<&>", "Geheim-2", ""}
    assert [one.totp for one in back if one.totp] == ["JBSWY3DPEHPK3PXPABCD"]
    with office.store.read() as session:
        told = [event for event in custody.events(session) if event.kind == custody.COPIED]
    assert len(told) == 3
    assert {event.reason for event in told} == {"导出到 KeePass：改用 KeePassXC 保管"}


def test_the_trace_stands_even_when_the_file_could_not_be_written(office: Office, tmp_path: Path) -> None:
    stocked(office)
    blocked = tmp_path / "folder.xml"
    (blocked / "x").mkdir(parents=True)
    with pytest.raises(Refused):
        password_lists.hand_out(office.store, office.vault, blocked, "改用 KeePassXC")
    with office.store.read() as session:
        assert sum(event.kind == custody.COPIED for event in custody.events(session)) == 3
    office.vault.lock()
    with pytest.raises(Locked):
        password_lists.hand_out(office.store, office.vault, tmp_path / "y.xml", "改用 KeePassXC")
    assert not (tmp_path / "y.xml").exists()


def test_keepassxc_takes_the_export(office: Office, tmp_path: Path) -> None:
    program = shutil.which("keepassxc-cli")
    if program is None:
        pytest.skip("keepassxc-cli is not installed")
    stocked(office)
    target, database = tmp_path / "out.xml", tmp_path / "out.kdbx"
    password_lists.hand_out(office.store, office.vault, target, "改用 KeePassXC 保管")
    word = "keepassxc-test-passphrase\n"
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}

    def keepassxc(typed: str, *words: str) -> str:
        done = subprocess.run(
            [program, *words], input=typed, capture_output=True, text=True, env=environment, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    keepassxc(word * 2, "import", "-p", str(target), str(database))
    csv = tmp_path / "back.csv"
    csv.write_text(keepassxc(word, "export", "-f", "csv", str(database)), "utf-8")
    assert {one.password for one in password_lists.read(csv)} >= {"Geheim-1<&>", "Geheim-2"}
    xml = keepassxc(word, "export", "-f", "xml", str(database))
    again = keepass.read(xml.encode(), "xc.xml")
    assert {one.password for one in again} == {"Geheim-1<&>", "Geheim-2", ""}
    assert any("JBSWY3DPEHPK3PXPABCD" in one.totp for one in again)
