"""The command line of answering: the open notices, an answer in each of its ways, the ledger, the receipt."""

from __future__ import annotations

import email
import email.policy
import io
import json
from datetime import date
from pathlib import Path

import pytest

from desktop import mailing, notices, submission, units
from desktop.cli import run
from desktop.store import Store
from tests.post_office import CODE, USER, PostOffice, post_office

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def number(own_home: Path) -> str:
    """A notice that wants one report by mail, in a store with the own unit."""
    with Store.open(own_home, actor="赵示例") as store, store.write("登记") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
        notice = notices.Notice(
            title="关于报送年审材料的通知", issuer="共青团林川市委员会", due_on=date(2026, 12, 5), due_hour="12:00",
            mailbox="superior@example.com", file_name="单位名+2026年审", stamped=False, signed=False,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        session.add(notices.NoticeItem(notice_id=notice.id, kind=notices.REPORT, name="年审报告"))
        return str(notice.id)


@pytest.fixture
def report(tmp_path: Path) -> str:
    file = tmp_path / "年审报告.docx"
    file.write_bytes(b"report")
    return str(file)


def test_tasks_say_what_is_open(number: str, report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tasks"]) == 0
    out = capsys.readouterr().out
    assert "2026-12-05 12:00\t关于报送年审材料的通知" in out and "还没有\t年审报告" in out
    assert run(["answer", number, "--add", report]) == 0
    assert "共青团林川县委员会2026年审.docx\t6 字节" in capsys.readouterr().out
    run(["tasks"])
    assert "已放入\t年审报告" in capsys.readouterr().out
    run(["ledger"])
    assert capsys.readouterr().out == "", "to look at it is not to send it"


def test_files_go_to_a_folder_or_into_a_draft(
    number: str, report: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "报送"
    assert run(["answer", number, "--add", report, "-o", str(out)]) == 0
    assert [file.name for file in out.iterdir()] == ["共青团林川县委员会2026年审.docx"]
    assert run(["answer", number, "--eml", str(out / "报送.eml")]) == 0
    draft = email.message_from_bytes((out / "报送.eml").read_bytes(), policy=email.policy.default)
    assert draft["X-Unsent"] == "1" and draft["To"] == "superior@example.com"
    run(["ledger"])
    assert "未报送" in capsys.readouterr().out


def test_it_is_sent_once_and_the_receipt_is_hung_on_it(
    number: str, report: str, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with post_office(tmp_path) as office:
        mailbox(own_home, office)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
        assert run(["answer", number, "--add", report, "--send"]) == 0
        told = capsys.readouterr()
        assert "已发出：superior@example.com" in told.out and CODE not in told.out + told.err
        assert run(["answer", number, "--send"]) == 2
        assert "已于" in capsys.readouterr().err and len(office.received) == 1
    assert run(["receipt", "1", "收文 118 号"]) == 0
    capsys.readouterr()
    run(["ledger", "--json"])
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["state"], entry["receipt"], entry["receiver"]) == (
        submission.RECEIVED, "收文 118 号", "共青团林川市委员会",
    )  # fmt: skip
    assert [len(file["sha256"]) for file in entry["files"]] == [64]


def mailbox(own_home: Path, office: PostOffice) -> None:
    with Store.open(own_home) as store:
        mailing.keep_account(
            store,
            mailing.MailAccount(
                address=USER, host="localhost", port=office.port, security=office.security, user=USER,
                limit_mb=20, trust=str(office.certificate),
            ),
        )  # fmt: skip


def test_a_misprinted_address_is_written_to_only_when_it_is_given(
    number: str, report: str, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with Store.open(own_home) as store, store.write("改错") as session:
        session.get_one(notices.Notice, int(number)).mailbox = "superior@126.con"
    with post_office(tmp_path) as office:
        mailbox(own_home, office)
        assert run(["answer", number, "--add", report, "--send"]) == 2
        assert "像是印错了" in capsys.readouterr().err and office.logins == 0
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
        assert run(["answer", number, "--send", "--to", "superior@126.com", "--subject", "年审"]) == 0
    (envelope,) = office.received
    assert envelope.rcpt_tos == ["superior@126.com"]
    assert email.message_from_bytes(envelope.content, policy=email.policy.default)["Subject"] == "年审"  # type: ignore[arg-type]


def test_a_doubtful_mail_is_settled_by_command(
    number: str, report: str, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with post_office(tmp_path) as office:
        mailbox(own_home, office)
        office.hang_up = True
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
        assert run(["answer", number, "--add", report, "--send"]) == 2
        capsys.readouterr()
        run(["ledger"])
        assert "\t不确定\t" in capsys.readouterr().out
        assert run(["answer", number, "--send"]) == 2, "nobody knows, so it is not sent again"
        assert run(["ledger", "--left", "7"]) == 2
        assert run(["ledger", "--not-left", "1"]) == 0
        office.hang_up = False
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
        assert run(["answer", number, "--send"]) == 0
        assert run(["ledger", "--left", "1"]) == 2, "its fate is known"
    assert len(office.received) == 2
    assert len({email.message_from_bytes(one.content)["Message-ID"] for one in office.received}) == 1  # type: ignore[arg-type]


def test_what_the_superior_sent_back_is_noted(
    number: str, report: str, tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["answer", number, "--add", report, "-o", str(tmp_path / "out")])
    assert run(["receipt", "1", "缺公章", "--returned"]) == 2, "it has not been sent"
    assert run(["answer", number, "--done"]) == 0
    assert run(["receipt", "1", "缺公章", "--returned"]) == 0
    assert "--correct" in capsys.readouterr().out
    run(["ledger"])
    assert f"\t{submission.RETURNED}\t" in capsys.readouterr().out
    with Store.open(own_home) as store, store.read() as session:
        assert submission.ledger(session)[0].note == "缺公章"
    assert run(["answer", number, "--correct", "--done"]) == 0


def test_what_left_by_another_way_is_noted_and_corrected(
    number: str, report: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["answer", number, "--add", report, "--correct", "--done"]) == 2
    assert "没有什么可更正" in capsys.readouterr().err
    assert run(["answer", number, "--add", report, "--done"]) == 0
    assert run(["answer", number, "--correct", "-o", str(tmp_path / "更正")]) == 0
    assert sorted(file.name for file in (tmp_path / "更正").iterdir()) == [
        "共青团林川县委员会2026年审.docx", "共青团林川县委员会2026年审（更正情况说明）.docx",
    ]  # fmt: skip
    assert run(["answer", "99"]) == 2
    assert "没有编号为 99 的通知" in capsys.readouterr().err
    assert run(["receipt", "99", "收到"]) == 2
