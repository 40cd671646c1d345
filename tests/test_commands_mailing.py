"""The sending mailbox by the command line; its 授权码 is typed, kept in a keyring, and never printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop import mail_code, mailing, units
from desktop.cli import run
from desktop.errors import Refused
from desktop.store import Store
from tests.post_office import CODE


class Codes:
    """What `KeyringCodes` is to the commands, on a plain dictionary."""

    kept: dict[str, str]
    locked = False

    def read(self, name: str) -> str | None:
        self._open()
        return self.kept.get(name)

    def keep(self, name: str, code: str) -> None:
        self._open()
        self.kept[name] = code

    def forget(self, name: str) -> None:
        self._open()
        self.kept.pop(name, None)

    def _open(self) -> None:
        if self.locked:
            raise Refused("系统钥匙串没有打开。")


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> Codes:
    made = Codes()
    made.kept = {}
    monkeypatch.setattr(mail_code, "KeyringCodes", lambda: made)
    return made


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def kept(own_home: Path) -> mailing.MailAccount:
    with Store.open(own_home) as store, store.read() as session:
        (account,) = mailing.accounts(session)
    return account


def test_the_mailbox_is_set_changed_and_shown(
    own_home: Path, tmp_path: Path, codes: Codes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mailbox", "show"]) == 2
    assert "tuanmei mailbox set" in capsys.readouterr().err
    with Store.open(own_home) as store, store.write("登记") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
    assert run(["mailbox", "set", "lctw@126.com"]) == 0
    assert run(["mailbox", "show"]) == 0
    told = capsys.readouterr().out
    assert "发信服务器：smtp.126.com:465（SSL）" in told and "发件人名称：共青团林川县委员会" in told
    assert "授权码：没有存" in told
    assert run(["mailbox", "set", "lctw@126.com", "--limit", "30", "--name", "林川团委"]) == 0
    account = kept(own_home)
    assert (account.host, account.limit_mb, account.sender_name) == ("smtp.126.com", 30, "林川团委")
    authority = tmp_path / "root.pem"
    authority.write_text("certificate")
    words = ["--host", "mail.example.com", "--port", "587", "--security", "starttls", "--trust", str(authority)]
    assert run(["mailbox", "set", "tw@example.com", *words]) == 0
    account = kept(own_home)
    assert (account.address, account.user, account.host, account.port, account.security, account.trust) == (
        "tw@example.com", "tw@example.com", "mail.example.com", 587, "starttls", str(authority),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lctw126.com"], "不是正确的邮箱地址"), (["lctw@126.com", "--port", "0"], "不是端口"),
        (["lctw@126.com", "--limit", "多"], "不是单封上限"), (["lctw@126.com", "--trust", "没有.pem"], "不存在"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    own_home: Path, codes: Codes, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(["mailbox", "set", *words]) == 2
    assert said in capsys.readouterr().err
    with Store.open(own_home) as store, store.read() as session:
        assert mailing.accounts(session) == []


def test_the_code_goes_into_the_keyring_and_nowhere_else(
    own_home: Path, codes: Codes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, CODE)
    assert run(["mailbox", "set", "lctw@126.com", "--code"]) == 0
    assert codes.kept == {"lctw@126.com": CODE}
    assert run(["mailbox", "show"]) == 0
    typed(monkeypatch, f"{CODE}2")
    assert run(["mailbox", "code"]) == 0
    assert codes.kept == {"lctw@126.com": f"{CODE}2"}
    typed(monkeypatch, "")
    assert run(["mailbox", "code"]) == 2
    assert run(["mailbox", "set", "other@qq.com"]) == 0
    assert run(["mailbox", "forget", "lctw@126.com"]) == 0
    assert codes.kept == {}
    assert run(["mailbox", "forget"]) == 0
    told = capsys.readouterr()
    assert "授权码：已存入系统钥匙串" in told.out and CODE not in told.out + told.err
    for file in own_home.rglob("*"):
        assert not file.is_file() or CODE.encode() not in file.read_bytes()


def test_a_locked_keyring_leaves_the_mailbox_as_it_was(
    own_home: Path, codes: Codes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mailbox", "set", "lctw@126.com"]) == 0
    codes.locked = True
    typed(monkeypatch, CODE)
    assert run(["mailbox", "set", "other@qq.com", "--code"]) == 2
    assert kept(own_home).address == "lctw@126.com"
    assert run(["mailbox", "show"]) == 0
    assert "授权码：不知道存了没有。系统钥匙串没有打开。" in capsys.readouterr().out


def test_without_a_keyring_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.vault import system_key

    def closed(*_: str) -> None:
        raise Refused("系统钥匙串没有打开，旧密钥没有删除。", todo="旧密钥已失效，不影响安全。")

    monkeypatch.setattr(system_key, "remember", closed)
    monkeypatch.setattr(system_key, "drop", closed)
    with pytest.raises(Refused, match="发送时再填"):
        mail_code.KeyringCodes().keep("lctw@126.com", CODE)
    with pytest.raises(Refused, match="授权码没有删除") as refusal:
        mail_code.KeyringCodes().forget("lctw@126.com")
    assert "旧密钥" not in str(refusal.value), "a code that was not removed is still good"
