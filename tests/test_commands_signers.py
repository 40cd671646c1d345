"""Certificates in the vault by the command line: made, taken over, issued, revoked, signed with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop import papers
from desktop.certificates import list_number, make_own, read_certificate, read_list, read_p12, write_p12
from desktop.documents.signatures.identity import holder
from desktop.documents.signing import empty_lines
from desktop.documents.verifying import State, verify
from desktop.sample import build
from desktop.store import Store
from desktop.vault import cipher
from tests.signature_judges import NOW, word_file
from tests.test_commands_custody import WORD, Office
from tests.test_commands_work import number_in

KEY_WORD = "证书文件的口令 42"


@pytest.fixture
def office(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    monkeypatch.chdir(tmp_path)
    with Store.open(own_home, actor="陈示例") as store:
        build(store, date.today())
    made = Office(capsys, monkeypatch)
    made.proven()
    return made


def test_a_root_is_made_and_issues_and_revokes(office: Office, tmp_path: Path) -> None:
    assert "还没有签名证书" in office("signer list")
    office("signer publish -o 0.crl", WORD, code=2)
    assert "还没有根证书。请先运行 tuanmei signer make --root" in office.error
    office("signer make", "不对的口令", code=2)
    assert "已存入保险柜，编号 1" in office("signer make", WORD)
    office("signer make 共青团林川市委员会根证书 --root", WORD)
    office("signer export --number 1 -o 本单位.cer")
    office("signer export --number 2 -o 根.cer")
    office("signer export --number 9 -o x.cer", code=2)
    shown = office("signer issue 本单位.cer -o 签发.cer", WORD, code=2)
    assert "指纹" in shown and "没有签发" in office.error and not Path("签发.cer").exists()
    office("signer issue 本单位.cer --compared -o 签发.cer", WORD)
    office("signer accept 签发.cer 签发.cer", WORD, code=2)
    assert "签发者：共青团林川市委员会根证书" in office("signer accept 签发.cer 根.cer", WORD)
    listed = office("signer list")
    assert "1  单位证书  共青团林川县委员会" in listed and "2  根证书  共青团林川市委员会根证书" in listed
    assert "签发编号 1  共青团林川县委员会" in listed and listed.rstrip().endswith("有效")
    Path("表.docx").write_bytes(word_file())
    office("sign 表.docx --own", WORD)
    office("verify 表（已签名）.docx --known")
    office("signer revoke 7 --why 换届 -o 1.crl", WORD, code=2)
    assert "吊销列表第 1 号，共 1 张" in office("signer revoke 1 --why 换届 -o 1.crl", WORD)
    assert "第 2 号，共 1 张" in office("signer publish -o 2.crl", WORD)
    assert list_number(read_list(Path("2.crl").read_bytes())) == 2
    assert "吊销：换届" in office("signer list")
    office("verify 表（已签名）.docx --known", code=1)
    assert holder(read_certificate(Path("根.cer").read_bytes())) == "共青团林川市委员会根证书"


def test_a_key_file_is_taken_over_and_signs(office: Office, tmp_path: Path) -> None:
    content = write_p12(make_own("团委书记示例", NOW), KEY_WORD)
    assert read_p12(content, KEY_WORD)
    Path("书记.p12").write_bytes(content)
    Path("表.docx").write_bytes(word_file())
    office("sign 表.docx --own -o 签.docx", WORD, code=2)
    assert "还没有单位证书" in office.error
    office("signer take 书记.p12", "不对", WORD, code=2)
    office("signer take 书记.p12", KEY_WORD, WORD)
    office("sign 表.docx --own 5 -o 签.docx", WORD, code=2)
    assert "签名人：团委书记示例" in office("sign 表.docx -o 签.docx --own 1 --role 书记", WORD)
    assert verify(Path("签.docx").read_bytes(), "签.docx").state is State.VALID


def test_recognition_is_taken_back(office: Office) -> None:
    office("signer make 林川县青年社团", WORD)
    office("signer export -o 社.cer")
    office("cert pin 社.cer --how 电话核对")
    assert "1  已核对  林川县青年社团" in office("cert list")
    office("cert forget 1")
    assert "还没有登记过证书" in office("cert list")
    office("cert forget 1", code=2)
    office("undo")
    assert "林川县青年社团" in office("cert list")


def test_a_paper_is_signed_in_its_place(office: Office, own_home: Path) -> None:
    office("signer make", WORD)
    number = number_in(office("filing new tongjibiao"))
    office(f"filing set {number} phone 0479-5980003", code=0)
    office(f"filing final {number}")
    with Store.open(own_home) as store, store.write("登记") as session:
        from desktop import notices

        notice = notices.Notice(title="关于报送统计表的通知", due_on=date(2026, 12, 5))
        session.add(notice)
        session.flush()
        of = notice.id
    paper = number_in(office(f"paper add {of} --filing {number}"))
    assert "还没有签的：" in office(f"paper sign {paper} --own --comment 报送", WORD)
    with Store.open(own_home) as store:
        with store.read() as session:
            file = store.attachments / papers.numbered(session, int(paper)).path
        first = verify(file.read_bytes(), file.name)
        assert len(first.signatures) == 1 and empty_lines(file.read_bytes(), file.name)
    assert "1 人已签" in office("paper list", code=0)
    office(f"paper sign {paper} --own --line 没有的人", WORD, code=2)
    assert "可签的有" in office.error
    office("paper sign 999 --own", WORD, code=2)
