"""The way of a paper by the command line: put in, ticked, scanned, renewed, made public."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import docx
import pytest

from desktop import forms, notices, papers, sample, settings
from desktop.cli import run
from desktop.store import Store
from tests.test_commands_work import number_in
from tests.test_scans import jpeg, page


def registered(home: Path) -> str:
    """A notice that wants a stamped and scanned report; returns its number."""
    with Store.open(home) as store, store.write("登记") as session:
        notice = notices.Notice(title="关于报送年审材料的通知", due_on=date(2026, 12, 5), stamped=True, signed=True)
        session.add(notice)
        session.flush()
        return str(notice.id)


@pytest.fixture
def number(own_home: Path) -> str:
    made = registered(own_home)
    chosen = settings.load(own_home)
    chosen.actor = "赵示例"
    chosen.save(own_home)
    return made


@pytest.fixture
def report(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("联系电话 13800000001")
    document.save(str(tmp_path / "年审报告.docx"))
    return tmp_path / "年审报告.docx"


def listed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(["paper", "list", *words]) == code
    return capsys.readouterr().out


def test_a_paper_goes_its_way(
    number: str, report: Path, tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(capsys) == ""
    assert run(["paper", "add", number, "--file", str(report)]) == 0
    assert "编号 1。现在该办：打印。" in capsys.readouterr().out
    with Store.open(own_home) as store, store.read() as session:
        mark = session.get_one(papers.Paper, 1).fingerprint
    assert listed(capsys) == listed(capsys, "--notice", number) == f"1\t年审报告\t打印\t第 1 稿 {mark}\n"
    assert listed(capsys, "--notice", "99") == ""
    assert run(["paper", "done", "1"]) == 0
    assert "已记“打印”已办。现在该办：签字。" in capsys.readouterr().out
    assert run(["undo"]) == 0
    assert "\t打印\t" in listed(capsys)
    for _ in (papers.PRINTED, papers.SIGNED):
        assert run(["paper", "done", "1"]) == 0
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(jpeg(page()))
    assert run(["paper", "scan", "1", str(photo), "--complete"]) == 0
    assert "已挂接：照片.pdf。现在该办：归档。" in capsys.readouterr().out
    assert run(["paper", "scan", "1", str(photo)]) == 2, "it hangs there already"
    assert run(["paper", "done", "1"]) == 0
    assert run(["paper", "done", "1"]) == 2, "报送 is ticked by the submission itself"
    assert "现在该办的是“报送”，不能直接记" in capsys.readouterr().err
    told = listed(capsys, "--steps")
    done = [line.split("\t")[2:] for line in told.splitlines()[1:]]
    assert [step for step, *_ in done] == list(papers.BY_HAND), "the step that was undone is not told"
    assert done[0] == ["打印", "第 1 稿", "赵示例"]
    assert run(["answer", number, "--done"]) == 0
    assert "年审报告\t上级已收\t" in listed(capsys)
    assert run(["receipt", "1", "收文 118 号"]) == 0
    assert "年审报告\t已办完\t" in listed(capsys)
    assert run(["paper", "done", "1"]) == 2
    assert "已全部办完" in capsys.readouterr().err


def test_a_new_version_begins_anew_and_its_old_scan_is_warned_of(
    number: str, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["paper", "add", number, "--file", str(report)])
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    assert run(["paper", "scan", "1", str(scan), "--complete"]) == 0
    assert "注意" not in listed(capsys)
    assert run(["paper", "renew", "1", str(report)]) == 0
    assert "没有更换" in capsys.readouterr().out and "\t归档\t第 1 稿" in listed(capsys)
    report.write_bytes(report.read_bytes() + b" ")
    assert run(["paper", "renew", "1", str(report)]) == 0
    assert "现在该办：打印。" in capsys.readouterr().out
    told = listed(capsys, code=1)
    assert "\t打印\t第 2 稿" in told and "注意\t扫描.pdf：扫描的是更正前的稿子" in told
    assert run(["paper", "scan", "1", str(tmp_path / "没有.pdf")]) == 2
    assert run(["paper", "renew", "9", str(report)]) == 2
    assert "没有编号为 9 的材料" in capsys.readouterr().err


def test_a_scan_older_than_the_correction_says_so(
    number: str, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["paper", "add", number, "--file", str(report)])
    report.write_bytes(report.read_bytes() + b" ")
    run(["paper", "renew", "1", str(report)])
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    os.utime(scan, (report.stat().st_mtime - 3600,) * 2)
    assert run(["paper", "scan", "1", str(scan), "--complete"]) == 1
    assert "早于最后一次更正" in capsys.readouterr().err
    assert "\t打印\t" in listed(capsys, code=1), "it ticks nothing"


def test_a_public_copy_hides_the_numbers(
    number: str, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["paper", "add", number, "--file", str(report)])
    capsys.readouterr()
    assert run(["paper", "public", "1", "-o", str(tmp_path / "公开")]) == 0
    made = Path(capsys.readouterr().out.strip())
    assert made.parent == tmp_path / "公开"
    assert [each.text for each in docx.Document(str(made)).paragraphs] == ["联系电话 138****0001"]


def test_a_final_form_is_put_in(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home) as store:
        sample.build(store, date.today())
    number = registered(own_home)
    assert run(["filing", "new", "tongjibiao"]) == 0
    filing = number_in(capsys.readouterr().out)
    assert run(["paper", "add", number, "--filing", filing]) == 2, "it is not final yet"
    assert run(["filing", "set", filing, "phone", "0479-5980003"]) == 0
    assert run(["filing", "final", filing]) == 0
    capsys.readouterr()
    assert run(["paper", "add", number, "--filing", filing]) == 0
    paper = number_in(capsys.readouterr().out)
    assert forms.find("tongjibiao").title in listed(capsys, "--notice", number)
    with Store.open(own_home) as store, store.read() as session:
        made = session.get_one(papers.Paper, int(paper))
        assert (made.filing_id, str(made.notice_id)) == (int(filing), number) and made.facts
    assert run(["paper", "add", "99", "--filing", filing]) == 2
    assert run(["paper", "add", number, "--filing", "999"]) == 2
