"""Notices: text out of any office file, what the clerk confirmed, to-dos, doubts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop import notices
from desktop.documents.plain import text_of, text_of_file
from desktop.errors import BadFile, BadValue
from desktop.notice_reading import read_notice
from desktop.store import Store

NOW = datetime(2025, 11, 20, 9, 30)
LINES = [
    "关于报送2025年团属新媒体情况的通知",
    "各乡镇团委：",
    "请于12月5日下午2:00前将《团属新媒体情况统计表》报送至邮箱lctw@example.com，联系人：王某甲，电话：0951-8000123。",
    "共青团林川县委员会",
    "2025年11月20日",
]


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOW) as opened:
        yield opened


def word_file(folder: Path) -> Path:
    import docx

    made = docx.Document()
    for line in LINES[:3]:
        made.add_paragraph(line)
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "账号名称", "粉丝数"
    for line in LINES[3:]:
        made.add_paragraph(line)
    made.save(str(folder / "通知.docx"))
    return folder / "通知.docx"


def is_read(text: str) -> None:
    reading = read_notice(text, NOW.date())
    best = {field: found.value for field in ("title", "deadline", "mailbox", "form") if (found := reading.best(field))}
    assert best == {
        "title": LINES[0],
        "deadline": "2025-12-05 14:00",
        "mailbox": "lctw@example.com",
        "form": "团属新媒体情况统计表",
    }


def test_a_word_notice_is_read(tmp_path: Path) -> None:
    text = text_of_file(word_file(tmp_path))
    assert text.splitlines() == [*LINES[:3], "| 账号名称 | 粉丝数 |", *LINES[3:]]
    is_read(text)


@pytest.mark.parametrize("kind", ["doc", "pdf", "html"])
def test_other_files_made_of_it_are_read(tmp_path: Path, soffice: Callable[..., Path], kind: str) -> None:
    is_read(text_of_file(soffice(word_file(tmp_path), kind)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_in_any_encoding_are_read(encoding: str) -> None:
    is_read(text_of("\n".join(LINES).encode(encoding), "通知.txt"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (b"%PDF-1.4\nbroken", "打不开"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "图片"),
        (b"PK\x03\x04word/document.xml", "通知"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "通知"),
    ],
)
def test_files_without_text_are_refused_with_advice(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said) as caught:
        text_of(content, "通知.doc")
    assert caught.value.todo


@settings(deadline=None)
@given(st.binary(max_size=1500))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for head in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"<html>"):
        try:
            text_of(head + content, "x")
        except BadFile as refusal:
            assert refusal.what


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="读不出来"):
        text_of_file(tmp_path / "没有.docx")


def confirmed(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for proposal in read_notice(text, NOW.date()).proposals:
        found.setdefault(proposal.field, []).append(proposal.value)
    return found


def test_a_confirmed_notice_becomes_a_task_with_its_forms(store: Store) -> None:
    with store.write("登记上级通知") as session:
        notice = notices.enter(session, confirmed("\n".join(LINES)), "\n".join(LINES), NOW)
    with store.read() as session:
        (task,) = notices.tasks(session)
    assert task.notice.title == LINES[0]
    assert task.notice.due == datetime(2025, 12, 5, 14)
    assert task.notice.issuer == "共青团林川县委员会"
    assert [(item.kind, item.name) for item in task.items] == [("表格", "团属新媒体情况统计表")]
    assert task.doubts == () and not task.late(NOW) and task.late(datetime(2025, 12, 5, 14, 1))
    with store.write("办结") as session:
        session.get_one(notices.Notice, notice.id).settled_on = NOW.date()
    with store.read() as session:
        assert notices.tasks(session) == []


def test_seed_notice_000_becomes_a_task(store: Store, shared: Path) -> None:
    text = next((shared / "seeds").glob("000_*.txt")).read_text("utf-8")
    with store.write("登记上级通知") as session:
        notices.enter(session, confirmed(text), text, NOW)
    with store.read() as session:
        (task,) = notices.tasks(session)
    assert (task.notice.due_on, task.notice.due_hour) == (date(2019, 1, 25), "")
    assert task.notice.mailbox == "nmtwxmt@126.com"
    assert len(task.notice.headings.split("、")) == 7
    assert ("表格", "团属政务新媒体情况统计表") in [(item.kind, item.name) for item in task.items]
    assert ("材料", "自查材料") in [(item.kind, item.name) for item in task.items]


def test_a_misprinted_mailbox_stays_a_doubt(store: Store, shared: Path) -> None:
    text = next((shared / "seeds").glob("004_*.txt")).read_text("utf-8")
    with store.write("登记上级通知") as session:
        notices.enter(session, confirmed(text), text, NOW)
    with store.read() as session:
        (task,) = notices.tasks(session)
    assert task.notice.due_on is not None and (task.notice.due_on.month, task.notice.due_on.day) == (5, 10)
    assert any("nmgzwgk163.con" in doubt for doubt in task.doubts)


def test_the_most_urgent_task_is_first_and_no_deadline_last(store: Store) -> None:
    with store.write("登记") as session:
        for title, due in [("乙", "2025-12-09"), ("丙", ""), ("甲", "2025-12-09 11:00")]:
            notices.enter(session, {"title": [title], "deadline": [due]}, "", NOW)
    with store.read() as session:
        assert [task.notice.title for task in notices.tasks(session)] == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    "field", [{"title": [""]}, {"deadline": ["2025-02-30"]}, {"deadline": ["2025-12-05 25:00"]}, {"copies": ["两份"]}]
)
def test_what_is_no_value_is_refused_and_nothing_is_kept(store: Store, field: dict[str, list[str]]) -> None:
    with pytest.raises(BadValue), store.write("登记") as session:
        notices.enter(session, {"title": ["通知"]} | field, "", NOW)
    with store.read() as session:
        assert notices.in_use(session) == []


def test_the_same_notice_by_another_way_is_noticed(store: Store) -> None:
    with store.write("登记") as session:
        notices.enter(
            session, {"title": ["关于年审的通知"], "number": ["林团发〔2025〕3号"], "issuer": ["甲"]}, "", NOW
        )
    with store.read() as session:
        assert notices.twin(session, "林团发〔2025〕3号", "别的标题", "乙") is not None
        assert notices.twin(session, "", "关于年审的通知", "甲") is not None
        assert notices.twin(session, "", "关于年审的通知", "乙") is None


def test_forms_are_matched_by_title() -> None:
    known = [("stats", "团属政务新媒体情况统计表"), ("filing", "团学组织网络新媒体申报（备案）表")]
    assert notices.match_form("《团属政务新媒体情况统计表》", known) == "stats"
    assert notices.match_form("附件1团属政务新媒体情况统计表.docx", known) == "stats"
    assert notices.match_form("内蒙古科技大学团学组织网络新媒体申报（备案）表", known) == "filing"
    assert notices.match_form("直播申请表", known) == ""


def test_what_is_handed_in_is_said_in_one_line() -> None:
    notice = notices.Notice(title="x", stamped=True, scan=True, editable=True, paper=True, copies=2, zip=True)
    assert notice.shape == "盖章扫描件、可编辑电子版、纸质 2 份、打包"
