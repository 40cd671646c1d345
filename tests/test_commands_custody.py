"""Vault, passwords and handovers from the command line; secrets come from the terminal or standard input only."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from desktop import cli
from desktop.sample import build
from desktop.store import Store
from desktop.vault import cipher

WORD, NEXT = "四季青山 walks 93 lamps", "十里长亭 reads 47 maps"
SECRET = "Geheim-7x!qq"


@pytest.fixture
def sample(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    with Store.open(own_home, actor="陈示例") as store:
        build(store, date.today())


class Office:
    """Runs commands with lines on standard input."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys, self.patch, self.error = capsys, monkeypatch, ""

    def __call__(self, command: str, *lines: str, code: int = 0) -> str:
        self.capsys.readouterr()
        self.patch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        assert cli.run(command.split()) == code, self.capsys.readouterr()
        shown = self.capsys.readouterr()
        self.error = shown.err
        return shown.out

    def proven(self) -> str:
        """A vault whose recovery sheet was proven; returns its code."""
        code = self.code(self("vault create", WORD))
        self("vault prove", code.lower())
        return code

    @staticmethod
    def code(shown: str) -> str:
        line = next(line for line in shown.splitlines() if line.startswith("恢复码（"))
        return line.partition("：")[2]


@pytest.fixture
def office(sample: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(capsys, monkeypatch)


def number_of(office: Office, words: str) -> str:
    return next(line for line in office("custody list").splitlines() if words in line).split()[0]


def test_the_vault_is_made_tried_and_its_locks_changed(office: Office) -> None:
    assert "还没有建立" in office("vault status")
    office("vault test", WORD, code=2)
    assert "tuanmei vault create" in office.error
    office("vault create", "abcdefghij", code=2)
    assert "太容易被猜到" in office.error
    code = office.code(office("vault create", WORD))
    assert "还没有核对" in office("vault status")
    office("password register 快手“青春林川” 支付密码 --keep", WORD, SECRET, code=2)
    assert "恢复单还没有核对" in office.error
    office("vault prove", code)
    assert "恢复单：已核对" in office("vault status")
    office("password register 快手“青春林川” 支付密码 --keep", WORD, SECRET)
    assert "密件 1 份，全部完好" in office("vault test", WORD)
    office("vault test", NEXT, code=2)
    assert "主口令不对" in office.error
    office("vault passphrase", WORD, NEXT)
    assert "密件 1 份" in office("vault test", NEXT)
    sheet = office.code(office("vault sheet", NEXT))
    office("vault prove", code, code=2)
    office("vault prove", sheet)
    assert "打得开" in office("vault test --code", sheet)
    assert "密钥已更换" in office("vault rotate", NEXT)
    assert "密件 1 份，全部完好" in office("vault test", NEXT)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the keyring of Windows needs no session")
def test_without_a_keyring_nothing_is_promised(office: Office, tmp_path: Path) -> None:
    office.proven()
    office.patch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    office("vault system on", WORD, code=2)
    assert "系统钥匙串没有运行" in office.error
    office("vault test --system", code=2)
    assert "没有设置用系统钥匙串打开" in office.error
    assert "打开方式：主口令、恢复单" in office("vault status")


def test_a_forgotten_passphrase_is_replaced_by_the_sheet(office: Office) -> None:
    code = office.proven()
    renewed = office.code(office("vault recover", code, NEXT))
    assert renewed != code
    office("vault recover", code, WORD, code=2)
    assert "打得开" in office("vault test", NEXT)
    assert "密件 0 份" in office("vault test --code", renewed)


def test_a_damaged_secret_is_named(office: Office, own_home: Path) -> None:
    import sqlite3
    from contextlib import closing

    office.proven()
    office("password register 快手“青春林川” 支付密码 --keep", WORD, SECRET)
    with closing(sqlite3.connect(own_home / "tuanmei.sqlite")) as connection:
        connection.execute("UPDATE vault_secret SET box = zeroblob(92)")
        connection.commit()
    assert "支付密码（第 1 版）" in office("vault test", WORD, code=1)


def test_one_password_from_register_to_destruction(office: Office) -> None:
    office.proven()
    office("password register 快手“青春林川” 支付密码 --keep --login lcqn", WORD, SECRET)
    number = number_of(office, "快手“青春林川”  支付密码")
    office(f"password show {number} --reason x", WORD, code=2)
    assert "须写明事由" in office.error
    assert office(f"password show {number} --reason 发布推文", WORD) == f"登录名：lcqn\n密码：{SECRET}\n"
    assert "已存为拟改，强度“很强”" in office(f"password plan {number} --generate", WORD)
    planned = office(f"password show {number} --planned --reason 到平台改", WORD).strip().removeprefix("密码：")
    assert len(planned) == 16
    assert "第 2 个密码" in office(f"password done {number}")
    assert planned in office(f"password show {number} --reason 核对", WORD)
    assert SECRET in office(f"password show {number} --old --reason 平台退回旧密码", WORD)
    office(f"password plan {number}", WORD, "Geheim-neu-9")
    office(f"password drop {number}")
    office(f"password lend {number} 周示例 --until 2099-01-01 --reason 值班 --approver 李示例 --answer 领导同意")
    office(f"password show {number} --for 周示例 --reason 当面告知", WORD)
    office(f"password back {number} 周示例")
    assert "已交回，尚未更换" in office("custody list")
    office(f"password done {number} --reason 例行")
    office(f"password seal {number} --envelope 2026-09 --place 办公室保险柜")
    office(f"password open {number} 李示例 --reason 紧急删帖 --approver 书记")
    office(f"password seal {number} --envelope 2026-10 --place 办公室保险柜", code=2)
    assert "须立即更换" in office.error
    office(f"password done {number}")
    office(f"password destroy {number} --reason 账号注销")
    office(f"password show {number} --reason 核对", WORD, code=2)
    chain = office("custody extract")
    assert all(kind in chain for kind in ("设密", "查看", "更换", "发放", "收回", "封存", "启封", "销毁"))
    assert SECRET not in chain
    office("password unbind 快手“青春林川” 李示例 绑定手机")
    office("password unbind 快手“青春林川” 李示例 绑定手机号", code=2)  # a word that no list would know again
    office("password unbind 没有的号 李示例 绑定手机", code=2)
    assert "保管链完好" in office("custody verify")


def test_a_password_is_kept_later_and_a_code_shown(office: Office) -> None:
    office.proven()
    number = number_of(office, "抖音“林川青年说”  登录密码")
    office(f"password keep {number} --login lcqn", WORD, SECRET)
    assert SECRET in office(f"password show {number} --reason 核对", WORD)
    office("password register 快手“青春林川” 动态口令 --keep", WORD, "JBSWY3DPEHPK3PXP")
    shown = office(f"password show {number_of(office, '快手“青春林川”  动态口令')} --reason 登录", WORD)
    assert shown.startswith("动态口令：")
    assert "JBSWY3DPEHPK3PXP" not in shown


def test_lists_in_and_out(office: Office, tmp_path: Path) -> None:
    office.proven()
    file, target = tmp_path / "密码.csv", tmp_path / "out.xml"
    file.write_text("平台,账号名称,登录名,密码\n微博,共青团林川县委,lc,Geheim-5\n小红书,没有的号,x,Geheim-6\n", "utf-8")
    shown = office(f"vault import {file}", code=1)
    assert "1  共青团林川县委 → 微博“共青团林川县委”" in shown
    assert "2  没有的号 → 不导入" in shown
    assert "Geheim" not in shown
    office(f"vault import {file} --map 9=1", code=2)
    assert "已存入 1 条" in office(f"vault import {file} --map 2= --accept --destroy", WORD)
    assert not file.exists()
    office(f"vault export {target} --reason 改用KeePassXC", WORD, code=2)
    assert "明文" in office.error
    assert not target.exists()
    assert "已导出 1 个密码" in office(f"vault export {target} --reason 改用KeePassXC --yes", WORD)
    assert "Geheim-5" in target.read_text("utf-8")
    assert "导出到 KeePass：改用KeePassXC" in office("custody extract")


def test_a_handover_from_beginning_to_archive(office: Office, tmp_path: Path) -> None:
    office("handover begin 微博“共青团林川县委” 孙示例 周示例 --giver 李示例")
    number = next(line for line in office("handover list").splitlines() if "共青团林川县委" in line).split()[0]
    credential = number_of(office, "微博“共青团林川县委”  登录密码")
    scan = tmp_path / "回执.jpg"
    scan.write_bytes(b"\xff\xd8 a scan")
    assert "第 1 步“收回密码”已办结" in office(f"handover step {number} --by 陈示例")
    office(f"handover step {number}", code=2)
    assert "还没有更换" in office.error
    office(f"password done {credential}")
    office(f"handover step {number}")
    office(f"handover step {number}", code=2)
    assert "备案须写明方式" in office.error
    office(f"handover attach {number} {scan}")
    office(f"handover fact {number} 绑定手机号 138****0001")
    filing = tmp_path / "变更备案表.docx"
    office(f"handover sheet {number} --change -o {filing}")
    with zipfile.ZipFile(filing) as package:
        assert "138****0001" in package.read("word/document.xml").decode()
    office(f"handover step {number}")
    shown = office(f"handover step {number} --answer 领导同意")
    assert "第 4 步“发放密码”已办结" in shown
    for line in shown.splitlines():
        at, title = [*line.split(), "", ""][1:3]
        if line.startswith("  清单 ") and title.endswith("：待办"):
            office(f"handover tick {number} {at} 不涉及")
    sheet = tmp_path / "交接单.docx"
    office(f"handover sheet {number} -o {sheet}")
    assert sheet.read_bytes().startswith(b"PK")
    assert "5. 三方签字归档" in office(f"handover step {number} --note 档案柜三层")
    assert "项分工" in office(f"handover settle {number}")
    office(f"handover stop {number} --reason 改派", code=2)
    office("handover show 999", code=2)


def test_several_leave_and_several_come(office: Office) -> None:
    office("departure begin 李示例 --term 2025届 --on 2026-11-30", code=2)
    begun = office("departure begin 李示例 赵示例 --on 2030-01-31")
    assert "李示例" in begun
    assert "赵示例" in begun
    shown = office("handover begin 微博“共青团林川县委” 孙示例 陈示例 --giver 李示例 --also 周示例 --reason 换届")
    assert "移交人 李示例（新媒体部）、赵示例（宣传部） → 接收人 孙示例（2026届新媒体部）、周示例（新媒体部）" in shown
    assert "李示例、赵示例 → 孙示例、周示例" in office("handover list")
    number = shown.split()[0]
    assert "待解绑 李示例、赵示例" in office(f"handover show {number}")
    office("departure begin 吴示例 李示例 --on 2030-01-31")


def test_a_departure_is_one_list(office: Office) -> None:
    office("departure begin --on 2026-12-01", code=2)
    shown = office("departure begin 钱示例 --on 2020-01-01")
    assert "交接账号" in shown
    number = shown.split()[0]
    assert shown == office(f"departure show {number}", code=1)
    assert "钱示例离任" in office("departure list")


def test_no_command_takes_a_secret_as_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["vault", "create", WORD], ["vault", "test", WORD], ["vault", "passphrase", "--old", WORD],
                  ["password", "keep", "1", SECRET], ["password", "plan", "1", "--password", SECRET]):  # fmt: skip
        with pytest.raises(SystemExit) as leaving:
            cli.run(words)
        assert leaving.value.code == cli.REFUSED


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_is_asked_without_echo(own_home: Path) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:
        words = ["-c", "from desktop.commands import hidden; print(hidden('主口令：', twice=True)[::-1])"]
        os.execv(sys.executable, [sys.executable, *words])
    seen = b""
    for question in ("主口令：", "请再输入一次："):
        while question.encode() not in seen:
            seen += os.read(terminal, 1000)
        os.write(terminal, f"{WORD}\n".encode())
    try:
        while part := os.read(terminal, 1000):
            seen += part
    except OSError:  # Linux ends a terminal whose program has left with an error
        pass
    os.close(terminal)
    assert os.waitpid(child, 0)[1] == 0
    assert WORD.encode() not in seen
    assert WORD[::-1].encode() in seen
