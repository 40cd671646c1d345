"""A kept notice by the command line: read, corrected, its forms begun and its reports put in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop import filings, notices, papers, rectification, sample, submission
from desktop.cli import run
from desktop.store import Store
from tests.test_commands_work import number_in


@pytest.fixture
def number(own_home: Path) -> str:
    """A notice that wants a form and a report, in the sample office; returns its number."""
    with Store.open(own_home, actor="赵示例") as store:
        sample.build(store, date.today())
        with store.write("登记") as session:
            read = {
                "title": ["关于报送年审材料的通知"], "deadline": ["2026-12-05 12:00"], "cutoff": ["2026-10-31"],
                "report": ["年审报告"], "mailbox": ["superior@example.com"],
            }  # fmt: skip
            return str(notices.enter(session, read, "正文", store.clock()).id)


def told(capsys: pytest.CaptureFixture[str], number: str) -> dict[str, str]:
    capsys.readouterr()
    assert run(["tasks", number]) == 0
    lines = capsys.readouterr().out.splitlines()
    return {title: value for title, _, value in (line.partition("\t") for line in lines)}


def test_a_kept_notice_is_corrected(number: str, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, number)["报送期限"] == "2026-12-05 12:00"
    for field, *values in (
        ("报送期限", "2026-12-08"), ("盖章", "是"), ("份数", "2"), ("联系人", "赵示例", "钱示例"),
        ("需填表格", "团属政务新媒体情况统计表", "某某表"), ("统计截止", ""),
    ):  # fmt: skip
        assert run(["tasks", number, field, *values]) == 0
    found = told(capsys, number)
    assert (found["报送期限"], found["盖章"], found["份数"], found["统计截止"]) == ("2026-12-08", "是", "2", "")
    assert (found["联系人"], found["需填表格"]) == ("赵示例、钱示例", "团属政务新媒体情况统计表、某某表")
    assert (found["标题"], found["需写材料"]) == ("关于报送年审材料的通知", "年审报告"), "other fields stay"
    with Store.open(own_home) as store, store.read() as session:
        item = next(one for one in notices.items(session, int(number)) if one.name.startswith("团属政务"))
        assert item.form_id == "tongjibiao", "the program's own form is found for it"
    assert run(["undo"]) == 0
    assert told(capsys, number)["统计截止"] == "2026-10-31"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["没有的栏", "x"], "没有“没有的栏”这一栏"),
        (["标题"], "没有写内容"),
        (["标题", ""], "通知没有标题"),
        (["标题", "关于", "通知"], "只能写一项"),
        (["报送期限", "十二月"], "不是日期"),
        (["盖章", "要"], "请写是或否"),
        (["份数", "²"], "不是份数"),
    ],
)
def test_what_does_not_fit_is_refused(
    number: str, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    before = told(capsys, number)
    assert run(["tasks", number, *words]) == 2
    assert why in capsys.readouterr().err
    assert told(capsys, number) == before
    assert run(["tasks", "9999"]) == 2


def test_a_form_is_begun_for_a_notice(number: str, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["filing", "new", "tongjibiao", "--notice", number, "--cutoff", "2026-01-01"]) == 2
    assert run(["filing", "new", "beianbiao", "--notice", number]) == 2
    assert "要先选定账号或人员" in capsys.readouterr().err
    assert run(["filing", "new", "tongjibiao", "--notice", number]) == 0
    begun = number_in(capsys.readouterr().out)
    with Store.open(own_home) as store, store.read() as session:
        filing = session.get_one(filings.Filing, int(begun))
        assert (filing.cutoff, filing.due_on, filing.notice_id) == (date(2026, 10, 31), date(2026, 12, 5), int(number))


def test_a_report_is_put_in_under_the_notices_name(
    number: str, own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, other = tmp_path / "初稿.docx", tmp_path / "初稿.txt"
    first.write_bytes(b"report")
    other.write_bytes(b"report")
    assert run(["paper", "add", number, "--file", str(other), "--report", "年审报告"]) == 2
    assert run(["paper", "add", number, "--file", str(first), "--report", "工作总结"]) == 2
    assert "要写的材料：年审报告" in capsys.readouterr().err
    for content in (b"report", b"report 2"):
        first.write_bytes(content)
        assert run(["paper", "add", number, "--file", str(first), "--report", "年审报告"]) == 0
    with Store.open(own_home) as store, store.read() as session:
        (paper,) = papers.in_use(session, int(number))
        assert (paper.title, paper.version) == ("年审报告", 2)
        assert papers.content_of(store, paper.path) == b"report 2"
    run(["tasks"])
    assert "已放入\t年审报告" in capsys.readouterr().out


def test_the_letter_is_the_clerks_and_what_was_sent_is_saved_again(
    number: str, own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, letter = tmp_path / "年审报告.docx", tmp_path / "正文.txt"
    report.write_bytes(b"report")
    letter.write_text("市委：\n\n现报送材料，请查收。\n", "utf-8")
    words = ["answer", number, "--add", str(report), "--body", str(letter), "--done"]
    assert run(words) == 0, capsys.readouterr()
    with Store.open(own_home) as store, store.read() as session:
        entry = submission.ledger(session)[0]
        assert entry.body == "市委：\n\n现报送材料，请查收。"
    assert run(["ledger", "--save", str(entry.id)]) == 2
    assert run(["ledger", "--save", "9999", "-o", str(tmp_path / "out")]) == 2
    assert run(["ledger", "--save", str(entry.id), "-o", str(tmp_path / "out")]) == 0
    assert [file.read_bytes() for file in (tmp_path / "out").iterdir()] == [b"report"]


def test_a_problem_to_mend_is_changed(number: str, own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rectify", "add", "微博“林川青年”", "更新慢"]) == 0
    item = number_in(capsys.readouterr().out)
    change = ["rectify", "change", item]
    assert run([*change, "--measure", "每周一更", "--due", "2026年12月20日", "--person", "赵示例"]) == 0
    assert run(change) == run([*change, "--due", "明天"]) == run([*change, "--problem", ""]) == 2
    assert run(["rectify", "change", "9999", "--measure", "x"]) == run([*change, "--person", "没有这人"]) == 2

    def kept() -> rectification.Rectification:
        with Store.open(own_home) as store, store.read() as session:
            return session.get_one(rectification.Rectification, int(item))

    assert (kept().measure, kept().due_on, kept().problem) == ("每周一更", date(2026, 12, 20), "更新慢")
    assert kept().person_id is not None
    capsys.readouterr()
    run(["rectify", "list"])
    assert "\t\t责任人：赵示例；措施：每周一更\n" in capsys.readouterr().out
    assert run([*change, "--person", "", "--due", ""]) == 0
    assert (kept().person_id, kept().due_on, kept().measure) == (None, None, "每周一更")
