"""The command line of notices, packing and drafts, run as a clerk's script would."""

from __future__ import annotations

import email
import email.policy
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from desktop import notices, units
from desktop.cli import run
from desktop.store import Store

TEXT = (
    "关于报送年审材料的通知\n各乡镇团委：\n请于2025年12月5日上午12:00前将《年审表》报送至邮箱 lctw163.con。\n"
    "文件名为“单位名+2025年审”。\n共青团林川县委员会\n2025年11月20日"
)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    (tmp_path / "通知.txt").write_text(TEXT, "gb18030")
    return tmp_path / "通知.txt"


def test_a_notice_is_read_with_its_sentences(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notice", str(notice), "--received", "2025-11-20"]) == 1, "a misprint is a fault"
    out = capsys.readouterr().out
    assert "报送期限：2025-12-05 12:00" in out
    assert "报送邮箱：lctw163.con" in out and "可能是：lctw@163.com" in out and "缺少“@”" in out
    assert "原文：请于2025年12月5日上午12:00前" in out


def test_json_names_the_place(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["notice", str(notice), "--json", "--received", "2025-11-20"])
    found = {each["field"]: each for each in json.loads(capsys.readouterr().out)}
    due = found["deadline"]
    assert TEXT[due["start"] : due["end"]].startswith("请于2025年12月5日")


def test_pasted_text_comes_by_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("请于12月5日下午2点前报送《统计表》。"))
    assert run(["notice", "-", "--received", "2025-11-20"]) == 0
    assert "2025-12-05 14:00" in capsys.readouterr().out


def test_keeping_makes_one_task(notice: Path, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["notice", str(notice), "--keep", "--received", "2025-11-20"]
    run(words)
    assert run(words) == 2
    assert "已经登记过" in capsys.readouterr().err
    with Store.open(own_home) as store, store.read() as session:
        (task,) = notices.tasks(session)
    assert task.notice.title == "关于报送年审材料的通知" and task.notice.source == "通知.txt" and task.doubts


def test_packing_names_zips_and_lists(tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home) as store, store.write("登记") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
    (tmp_path / "年审表.docx").write_bytes(b"one")
    (tmp_path / "扫描0001.pdf").write_bytes(b"two")
    files = [str(tmp_path / "年审表.docx"), str(tmp_path / "扫描0001.pdf")]
    out = tmp_path / "out"
    assert run(["pack", *files, "--rule", "单位名+2025年审", "--zip", "--list", "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out / "共青团林川县委员会2025年审.zip")
    with zipfile.ZipFile(out / "共青团林川县委员会2025年审.zip") as made:
        assert made.namelist() == [
            "共青团林川县委员会2025年审.docx", "共青团林川县委员会2025年审.pdf", "文件清单（含校验值）.txt",
        ]  # fmt: skip
    big = tmp_path / "大.pdf"
    big.write_bytes(bytes(1_200_000))
    assert run(["pack", str(big), "--unit", "甲", "--limit", "1", "-o", str(out)]) == 1
    assert "超过邮箱上限" in capsys.readouterr().err


def test_a_public_copy_hides_numbers(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("王某甲 13800000001")
    made.save(str(tmp_path / "名单.docx"))
    assert run(["pack", str(tmp_path / "名单.docx"), "--public", "-o", str(tmp_path / "out")]) == 0
    copy = docx.Document(str(tmp_path / "out" / "名单（公开版）.docx"))
    assert copy.paragraphs[0].text == "王某甲 138****0001"
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    assert run(["pack", str(tmp_path / "a.pdf"), "--public", "-o", str(tmp_path / "out")]) == 2


def test_a_draft_is_a_file_to_edit_and_send(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "年审表.docx").write_bytes(b"one")
    words = ["eml", str(tmp_path / "年审表.docx"), "--to", "a@example.com", "--subject", "年审", "--body", "请查收"]
    assert run([*words, "-o", str(tmp_path / "报送.eml")]) == 0
    made = email.message_from_bytes((tmp_path / "报送.eml").read_bytes(), policy=email.policy.default)
    assert (made["to"], made["subject"], made["x-unsent"]) == ("a@example.com", "年审", "1")
    assert [part.get_filename() for part in made.iter_attachments()] == ["年审表.docx"]
    assert run(["eml", "--to", "a163.con", "-o", str(tmp_path / "x.eml")]) == 2
    assert "不是正确的邮箱地址" in capsys.readouterr().err and not (tmp_path / "x.eml").exists()
    assert run(["eml", str(tmp_path / "没有.docx"), "-o", str(tmp_path / "x.eml")]) == 2
