"""An answer to a notice: its words, its one entry in the ledger, its correction with the sheet of differences."""

from __future__ import annotations

import io
from datetime import datetime

import docx
import pytest

from desktop import answering, mailing, notices, packing, papers, submission, units
from desktop.documents import smtp
from desktop.errors import Refused
from desktop.store import Store
from tests.test_submission import VALUES, Clock


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=Clock()) as opened:
        with opened.write("登记") as session:
            mine = units.Unit(name="共青团林川县委员会", relation=units.OWN)
            mine.contact, mine.contact_phone = "赵示例", "0951-8000001"
            session.add(mine)
        yield opened


@pytest.fixture
def notice(store: Store) -> notices.Notice:
    confirmed = {
        "title": ["关于开展2025年团属新媒体账号年审工作的通知"], "issuer": ["团市委宣传部"],
        "number": ["林团〔2025〕3号"],
        "mailbox": ["superior@example.com"], "deadline": ["2025-12-05 12:00"], "file_name": ["单位名+2025年审"],
    }  # fmt: skip
    with store.write("登记上级通知") as session:
        return notices.enter(session, confirmed, "", datetime(2025, 12, 1))


def hand_in(store: Store, notice: notices.Notice, corrects: submission.Submission | None = None, body: str = ""):
    with store.read() as session:
        version = corrects.version + 1 if corrects else 1
        words = answering.words_for(session, notice, datetime(2025, 12, 1), version=version)
        parts = answering.parts_for(store, session, notice, corrects)
        wish = answering.wish_for(session, notice, datetime(2025, 12, 1))
    words = answering.Words(**(vars(words) | ({"body": body} if body else {})))
    return answering.ready(store, notice, packing.pack(parts, wish), words, corrects)


def add_paper(store: Store, notice: notices.Notice) -> papers.Paper:
    with store.write("定稿") as session:
        path = papers.keep_file(store, "年审表.docx", b"first")
        return papers.add(session, "年审表", store.clock(), values=VALUES, path=path, notice=notice)


def test_the_letter_is_worded_like_an_office(store: Store, notice: notices.Notice) -> None:
    with store.read() as session:
        words = answering.words_for(session, notice, datetime(2025, 12, 1))
    assert words.subject == "共青团林川县委员会报送2025年团属新媒体账号年审材料"
    assert (words.receiver, words.channel, words.address) == ("团市委宣传部", "电子邮件", "superior@example.com")
    assert words.body.splitlines() == [
        "团市委宣传部：",
        "按照《关于开展2025年团属新媒体账号年审工作的通知》（林团〔2025〕3号）要求，现报送有关材料，请查收。",
        "联系人：赵示例，0951-8000001",
        "",
        "共青团林川县委员会",
        "2025年12月1日",
    ]


def test_pressing_twice_makes_one_entry_and_a_change_replaces_it(store: Store, notice: notices.Notice) -> None:
    add_paper(store, notice)
    first = hand_in(store, notice)
    assert hand_in(store, notice).id == first.id
    second = hand_in(store, notice, body="改了一句")
    assert second.id != first.id
    with store.read() as session:
        assert [entry.id for entry in submission.ledger(session)] == [second.id]


def test_a_notice_is_answered_once_and_then_corrected(store: Store, notice: notices.Notice) -> None:
    paper = add_paper(store, notice)
    first = hand_in(store, notice)
    with store.write("已报送") as session:
        submission.mark_sent(session, session.get_one(submission.Submission, first.id), store.clock())
    with pytest.raises(Refused, match="报送过了"):
        hand_in(store, notice, body="再报一次")
    with store.write("更正") as session:
        kept = session.get_one(papers.Paper, paper.id)
        papers.correct(session, kept, store.clock(), VALUES | {"粉丝数": "1300"}, b"")
        kept.path = papers.keep_file(store, "年审表.docx", b"second")
    with store.read() as session:
        sent = answering.last_sent(session, notice.id)
    assert sent is not None and sent.id == first.id
    second = hand_in(store, notice, corrects=sent)
    assert (second.version, second.corrects_id, second.subject[:4]) == (2, first.id, "【更正】")
    with store.read() as session:
        files = submission.files_of(session, second.id)
        sheet = docx.Document(io.BytesIO(papers.content_of(store, files[0].path)))
    assert [file.role for file in files] == ["更正说明", "表格"]
    assert [cell.text for cell in sheet.tables[0].rows[1].cells] == ["1", "年审表", "粉丝数", "1200", "1300"]


def test_what_may_have_left_cannot_be_swapped(store: Store, notice: notices.Notice) -> None:
    add_paper(store, notice)
    entry = hand_in(store, notice)
    mailing.begin(store, entry, mailing.account_for("linchuantw@example.com"))
    with pytest.raises(Refused, match="不知道有没有发出"):
        hand_in(store, notice, body="换一封")
    with store.read() as session:
        assert [each.id for each in submission.ledger(session)] == [entry.id]


@pytest.mark.parametrize("undone", range(1, 5))
def test_what_has_left_stays_in_the_ledger_whatever_is_taken_back(
    store: Store, notice: notices.Notice, monkeypatch: pytest.MonkeyPatch, undone: int
) -> None:
    """Taking back 通知已报送, 邮件已发出, 准备报送 … fetches no message back, and another text is another message."""
    left: list[bytes] = []
    monkeypatch.setattr(smtp, "deliver", lambda _, message, *__: left.append(message) or "250 ok")
    add_paper(store, notice)
    account = mailing.account_for("linchuantw@example.com")

    def send(body: str, corrects: submission.Submission | None = None) -> submission.Submission:
        entry = hand_in(store, notice, corrects, body)
        mailing.send(store, mailing.begin(store, entry, account), account.login("TEST"))
        return entry

    first = send("第一次")
    answering.settle(store, notice.id)
    for _ in range(undone):
        store.undo()
    with pytest.raises(Refused, match="报送过了"):
        send("改了一句")
    assert len(left) == 1
    with store.read() as session:
        (entry,) = submission.ledger(session)
        assert (entry.id, entry.state, entry.sent_at is not None) == (first.id, submission.SENT, True)
        assert [file.role for file in submission.files_of(session, entry.id)] == ["表格"]
    second = send("更正", corrects=entry)
    with pytest.raises(Refused, match="又报送过第 2 次"):
        send("对第一次再更正", corrects=entry)
    assert second.version == 2 and len(left) == 2


def test_the_limit_of_the_own_mailbox_counts(store: Store, notice: notices.Notice) -> None:
    account = mailing.account_for("lctw@126.com")
    account.limit_mb = 7
    mailing.keep_account(store, account)
    with store.read() as session:
        assert answering.wish_for(session, notice, datetime(2025, 12, 1)).limit == 7 * 1024 * 1024
