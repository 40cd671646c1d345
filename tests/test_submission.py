"""From the printed paper to the receipt: steps, scans, packing, ledger, corrections, mail that never leaves twice."""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop import fingerprint, mailing, naming, notices, packing, papers, submission
from desktop.documents import smtp
from desktop.errors import BadValue, Refused
from desktop.packing import Part, Wish
from desktop.store import Store
from tests.post_office import CODE, USER, PostOffice, post_office

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOW = datetime(2025, 12, 1, 9, 0)
OFFICE = naming.Facts(unit="共青团林川县委员会", reporter="王某甲", phone="13800000001", year="2025")
VALUES = {"账号名称": "林川青年", "粉丝数": "1200"}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", actor="赵示例", clock=Clock()) as opened:
        yield opened


def paper(store: Store, title: str = "年审表", content: bytes = b"docx bytes", **more: object) -> papers.Paper:
    with store.write(f"定稿：{title}") as session:
        path = papers.keep_file(store, f"{title}.docx", content)
        return papers.add(session, title, store.clock(), values=VALUES, path=path, **more)  # type: ignore[arg-type]


def scan(store: Store, target: papers.Paper, content: bytes, made_at: datetime | None = None) -> papers.Scan:
    made = papers.arrived(store, "扫描0001.pdf", content, made_at or store.clock())
    with store.write("挂接扫描件") as session:
        kept = session.get_one(papers.Paper, target.id)
        return papers.attach_scan(session, kept, made, complete=True)


def again(store: Store, kind: type, number: int):
    with store.read() as session:
        return session.get_one(kind, number)


# ---- fingerprint


def test_the_mark_depends_on_values_only() -> None:
    mark = fingerprint.of_values(VALUES)
    assert len(mark) == 9 and mark[4] == "-"
    assert mark == fingerprint.of_values({"粉丝数": " 1200 ", "账号名称": "林川青年", "备注": ""})
    assert mark != fingerprint.of_values(VALUES | {"粉丝数": "1201"})
    assert set(mark) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


# ---- steps and scans


def test_the_steps_go_in_order(store: Store) -> None:
    made = paper(store)
    with store.write("记步骤") as session:
        kept = session.get_one(papers.Paper, made.id)
        with pytest.raises(Refused, match="现在该办的是“打印”"):
            papers.advance(session, kept, papers.STAMPED, NOW)
        for step in (papers.PRINTED, papers.SIGNED, papers.STAMPED, papers.SCANNED):
            papers.advance(session, kept, step, NOW, by="赵示例")
        with pytest.raises(Refused, match="没有第 1 稿的扫描件"):
            papers.advance(session, kept, papers.FILED, NOW)
    with store.read() as session:
        assert [step.step for step in papers.story(session, made.id)] == ["打印", "签字", "盖章", "扫描"]


def test_a_scan_shows_signature_and_seal_and_ticks_the_steps(store: Store) -> None:
    made = paper(store)
    scan(store, made, b"%PDF scan")
    assert again(store, papers.Paper, made.id).next_step == papers.FILED


def test_a_correction_begins_anew_and_flags_the_earlier_scan(store: Store) -> None:
    made = paper(store)
    hung = scan(store, made, b"%PDF scan")
    with store.write("更正") as session:
        kept = session.get_one(papers.Paper, made.id)
        assert not papers.correct(session, kept, store.clock(), VALUES, b"")
        assert papers.correct(session, kept, store.clock(), VALUES | {"粉丝数": "1300"}, b"")
        assert (kept.version, kept.next_step) == (2, papers.PRINTED)
        assert "更正前的稿子" in papers.stale(hung, kept)
        assert papers.fresh_scans(session, kept) == []
    late = scan(store, made, b"%PDF made yesterday", NOW - timedelta(days=1))
    kept = again(store, papers.Paper, made.id)
    assert "早于最后一次更正" in papers.stale(late, kept) and kept.next_step == papers.PRINTED
    fresh = scan(store, made, b"%PDF new scan")
    kept = again(store, papers.Paper, made.id)
    assert papers.stale(fresh, kept) == "" and kept.next_step == papers.FILED


def test_what_was_scanned_before_it_was_put_in_is_fresh(store: Store) -> None:
    """A report of one's own is often printed, sealed and scanned before it is put among the papers."""
    yesterday = NOW - timedelta(days=1)
    own = papers.put_in(store, "总结.docx", b"docx of yesterday", None)
    assert papers.stale(scan(store, own, b"%PDF of the own report", yesterday), own) == ""
    assert again(store, papers.Paper, own.id).next_step == papers.FILED
    form = paper(store)
    assert "早于定稿" in papers.stale(scan(store, form, b"%PDF of a draft", yesterday), form)


def test_one_scan_hangs_on_one_paper_only(store: Store) -> None:
    one, other = paper(store), paper(store, "汇总表", b"other")
    scan(store, one, b"%PDF scan")
    with pytest.raises(Refused, match="已经挂在“年审表”上"):
        scan(store, other, b"%PDF scan")


def test_a_notice_says_which_steps_are_needed() -> None:
    only_mail = notices.Notice(title="x", signed=False, stamped=False, scan=False, photo=False, paper=False, copies=0)
    assert papers.steps_for(only_mail) == "归档、报送、上级已收"
    inked = notices.Notice(title="x", signed=True, stamped=True, scan=True, photo=False, paper=False, copies=0)
    assert papers.steps_for(inked) == "、".join(papers.STEPS)


# ---- naming


@pytest.mark.parametrize(
    ("rule", "name", "missing"),
    [
        ("单位名+2021微博年审", "共青团林川县委员会2021微博年审", ()),
        ("部门/学院", "共青团林川县委员会", ()),
        ("XX学院五四评选材料", "共青团林川县委员会五四评选材料", ()),
        ("报送团支部+联系方式", "共青团林川县委员会13800000001", ()),
        ("XX学院＋姓名", "共青团林川县委员会王某甲", ()),
        ("2025年XX县团委年审表", "2025年共青团林川县委员会年审表", ()),
        ("学院名称-材料名称", "共青团林川县委员会-年审表", ()),
        ("XXX学院XXX活动信息稿", "共青团林川县委员会XXX活动信息稿", ("XXX",)),
        ("单位全称+账号名称", "共青团林川县委员会账号名称", ("账号名称",)),
        ("", "共青团林川县委员会年审表", ()),
    ],
)
def test_names_by_the_superiors_rule(rule: str, name: str, missing: tuple[str, ...]) -> None:
    named = naming.fill(rule, naming.Facts(**(vars(OFFICE) | {"title": "年审表"})))
    assert (named.name, named.open_places) == (name, missing)


def test_the_unit_stands_in_a_name_once() -> None:
    assert naming.fill("", naming.Facts(unit="林川县团委", title="林川县团委_统计表")).name == "林川县团委_统计表"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ('a/b\\c:d*e?f"g<h>i|j.docx', "a_b_c_d_e_f_g_h_i_j.docx"),
        ("CON.pdf", "_CON.pdf"),
        ("名. ", "名"),
        ("", "未命名"),
        ("林" * 100 + ".pdf", "林" * 65 + ".pdf"),
    ],
)
def test_names_fit_every_system(name: str, safe: str) -> None:
    assert papers.safe_name(name) == safe
    assert len(safe.encode()) <= 200


def test_equal_names_are_told_apart() -> None:
    pairs = [("单位.pdf", "年审表"), ("单位.pdf", "汇总表"), ("单位.PDF", "年审表"), ("单位.docx", "年审表")]
    assert naming.apart(pairs) == ["单位.pdf", "单位-汇总表.pdf", "单位-年审表.PDF", "单位.docx"]


# ---- packing


def parts() -> list[Part]:
    return [
        Part(packing.FORM, "年审表", ".docx", b"form", 1, "AAAA-BBBB", '{"账号名称": "林川青年"}'),
        Part(packing.SCAN, "年审表", ".pdf", b"scan", 1, "AAAA-BBBB"),
        Part(packing.REPORT, "自查材料", ".docx", b"report"),
    ]


def test_forms_scans_and_report_are_named_and_listed() -> None:
    packed = packing.pack(parts(), Wish("单位名+2025年审", facts=OFFICE, listed=True))
    assert [file.name for file in packed.sent] == [
        "共青团林川县委员会2025年审.docx",
        "共青团林川县委员会2025年审（盖章扫描件）.pdf",
        "共青团林川县委员会2025年审-自查材料.docx",
        "文件清单（含校验值）.txt",
    ]
    text = packed.sent[-1].content.decode("utf-8-sig")
    assert hashlib.sha256(b"scan").hexdigest() in text and "数据版本：AAAA-BBBB" in text
    assert packed.faults == ()


def test_a_zip_holds_every_name_and_byte_and_is_reproducible(tmp_path: Path) -> None:
    wish = Wish("单位名+2025年审", "部门/学院", OFFICE, zipped=True, listed=True)
    packed = packing.pack(parts(), wish)
    assert packing.pack(parts(), wish).sent == packed.sent
    (archive,) = packed.sent
    assert archive.name == "共青团林川县委员会.zip"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            name: part.content for name, part in packed.files
        }
    (tmp_path / "a.zip").write_bytes(archive.content)
    if shutil.which("unzip") is None:
        pytest.skip("unzip is not installed")
    listing = subprocess.run(["unzip", "-l", tmp_path / "a.zip"], capture_output=True, check=True).stdout.decode()
    assert "共青团林川县委员会2025年审（盖章扫描件）.pdf" in listing


def test_too_much_for_the_mailbox_is_said_with_the_size_in_the_mail() -> None:
    big = [Part(packing.SCAN, "年审表", ".pdf", os.urandom(900_000))]
    packed = packing.pack(big, Wish(facts=OFFICE, limit=1024 * 1024))
    assert "约 1.2 MB，超过邮箱上限 1.0 MB" in packed.faults[0]
    assert packing.pack(big, Wish(facts=OFFICE, limit=0)).faults == ()


def test_nothing_and_open_places_are_faults(store: Store) -> None:
    assert packing.pack([], Wish()).faults == ("没有可以报送的文件。",)
    packed = packing.pack(parts(), Wish("XXX活动信息稿", facts=OFFICE))
    with pytest.raises(Refused, match="还没有填"):
        submission.prepare(store, "信息稿", packed)
    with store.read() as session:
        assert submission.ledger(session) == []


# ---- ledger


def prepared(store: Store, **fields: str) -> submission.Submission:
    made = paper(store)
    scan(store, made, b"%PDF scan of the paper")
    with store.read() as session:
        chosen = packing.parts_of(store, session, papers.in_use(session))
    packed = packing.pack(chosen, Wish("单位名+2025年审", facts=OFFICE, listed=True))
    values = {"receiver": "团市委宣传部", "address": "superior@example.com", "subject": "年审材料", "body": "请查收。"}
    return submission.prepare(store, "2025年年审", packed, **(values | fields))


def test_the_ledger_says_what_to_whom_when_with_hashes(store: Store) -> None:
    made = prepared(store)
    with store.write("已报送") as session:
        submission.mark_sent(session, session.get_one(submission.Submission, made.id), store.clock())
    with store.read() as session:
        (entry,) = submission.ledger(session)
        files = submission.files_of(session, entry.id)
        (sent,) = papers.in_use(session)
    assert (entry.state, entry.receiver, entry.address) == ("已报送", "团市委宣传部", "superior@example.com")
    assert entry.sent_at is not None
    assert [file.role for file in files] == ["表格", "扫描件", "文件清单"]
    assert files[0].sha256 == hashlib.sha256(b"docx bytes").hexdigest() and files[0].fingerprint == sent.fingerprint
    assert sent.step == papers.SENT


def test_a_zipped_return_is_made_again_byte_for_byte(store: Store) -> None:
    packed = packing.pack(parts(), Wish("单位名+2025年审", facts=OFFICE, zipped=True, listed=True))
    packed = packing.Packed(
        tuple((name, replace(part, paper_id=None)) for name, part in packed.files), (), packed.archive, packed.sent
    )
    made = submission.prepare(store, "年审", packed)
    with store.read() as session:
        assert submission.attachments(store, session, made) == packed.sent
        assert len(submission.files_of(session, made.id)) == 4, "the ledger names every file inside the zip"


def test_a_receipt_closes_the_way(store: Store) -> None:
    made = prepared(store)
    with store.write("回执") as session:
        kept = session.get_one(submission.Submission, made.id)
        with pytest.raises(Refused, match="还没有报送"):
            submission.mark_received(session, kept, NOW, "李某收")
        submission.mark_sent(session, kept, NOW)
        with pytest.raises(BadValue, match="没有写回执"):
            submission.mark_received(session, kept, NOW, "  ")
        submission.mark_received(session, kept, NOW, "收文 2025-118", papers.keep_file(store, "回执.jpg", b"photo"))
    with store.read() as session:
        assert submission.ledger(session)[0].state == "上级已收"
        assert papers.in_use(session)[0].step == papers.RECEIVED
        assert papers.content_of(store, submission.ledger(session)[0].receipt_path) == b"photo"


def test_a_correction_is_version_two_with_its_differences(store: Store) -> None:
    made = prepared(store)
    with pytest.raises(Refused, match="不必更正"):
        submission.prepare(store, "更正", packing.pack(parts(), Wish(facts=OFFICE)), corrects=made)
    with store.write("已报送") as session:
        first = session.get_one(submission.Submission, made.id)
        submission.mark_sent(session, first, NOW)
        before = submission.facts_of(session, first.id)
    after = {"年审表": VALUES | {"粉丝数": "1300", "备注": "补"}}
    assert submission.differences(before, after) == [
        submission.Difference("年审表", "粉丝数", "1200", "1300"),
        submission.Difference("年审表", "备注", "", "补"),
    ]
    second = submission.prepare(store, "更正", packing.pack(parts()[2:], Wish(facts=OFFICE)), corrects=first)
    with store.read() as session:
        assert [each.version for each in submission.versions(session, second)] == [1, 2]
        assert submission.files_of(session, first.id)[0].sha256 == hashlib.sha256(b"docx bytes").hexdigest()


def test_an_altered_attachment_is_not_sent(store: Store) -> None:
    made = prepared(store)
    with store.read() as session:
        file = submission.files_of(session, made.id)[0]
        (store.attachments / file.path).write_bytes(b"forged")
        with pytest.raises(Refused, match="被改动过"):
            submission.attachments(store, session, made)
        (store.attachments / file.path).unlink()
        with pytest.raises(Refused, match="不在了"):
            submission.attachments(store, session, made)


# ---- mail


@pytest.fixture
def office(tmp_path: Path):
    with post_office(tmp_path) as running:
        yield running


def account(office: PostOffice) -> mailing.MailAccount:
    made = mailing.account_for(USER, "共青团林川县委员会")
    made.host, made.port, made.trust = "localhost", office.port, str(office.certificate)
    return made


def test_a_submission_goes_out_once_and_only_once(store: Store, office: PostOffice) -> None:
    made = prepared(store)
    sender = account(office)
    sent = mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE))
    assert (sent.state, sent.tries) == ("已发出", 1)
    (envelope,) = office.received
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[arg-type]
    assert message["message-id"] == sent.message_id
    assert next(message.iter_attachments()).get_filename() == "共青团林川县委员会2025年审.docx"
    assert again(store, submission.Submission, made.id).state == "已报送"
    for answer in (made, again(store, submission.Submission, made.id)):
        with pytest.raises(Refused, match="不重复发送"):
            mailing.begin(store, answer, sender)
    assert len(office.received) == 1


def test_undo_does_not_make_it_forget(store: Store, office: PostOffice) -> None:
    made = prepared(store)
    sender = account(office)
    mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE))
    store.undo()
    with pytest.raises(Refused, match="不重复发送"):
        mailing.begin(store, again(store, submission.Submission, made.id), sender)


def test_what_was_surely_refused_may_be_sent_again_under_the_same_id(store: Store, office: PostOffice) -> None:
    made = prepared(store)
    sender = account(office)
    with pytest.raises(Refused, match="拒绝了"):
        mailing.send(store, mailing.begin(store, made, sender), sender.login("WRONG"))
    with store.read() as session:
        (failed,) = mailing.of_submission(session, made.id)
    assert failed.state == "未发出" and "拒绝了" in failed.reply
    sent = mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE))
    assert (sent.message_id, sent.tries, sent.state) == (failed.message_id, 2, "已发出")


def test_a_lost_line_is_asked_about_and_never_repeated_by_itself(store: Store, office: PostOffice) -> None:
    office.hang_up = True
    made = prepared(store)
    sender = account(office)
    with pytest.raises(smtp.Uncertain):
        mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE))
    with store.read() as session:
        (open_one,) = mailing.unsettled(session)
    with pytest.raises(Refused, match="不知道有没有发出"):
        mailing.begin(store, made, sender)
    mailing.settle(store, open_one.id, was_sent=False)
    office.hang_up = False
    assert mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE)).message_id == open_one.message_id
    with pytest.raises(Refused, match="不用再确认"):
        mailing.settle(store, open_one.id, was_sent=True)


KILLED = """
import os, signal, sys
from pathlib import Path
from desktop import mailing, submission
from desktop.documents import smtp
from desktop.store import Store

with Store.open(Path(sys.argv[1]), actor="赵示例") as store:
    with store.read() as session:
        answer = session.get_one(submission.Submission, int(sys.argv[2]))
    account = mailing.account_for("linchuantw@example.com", "共青团林川县委员会")
    account.host, account.port, account.trust = "localhost", int(sys.argv[3]), sys.argv[4]
    real = smtp.deliver
    def deliver(*args):
        reply = real(*args)
        os.kill(os.getpid(), signal.SIGKILL)   # power fails after the server accepted, before we could write it down
        return reply
    smtp.deliver = deliver
    mailing.send(store, mailing.begin(store, answer, account), account.login(sys.argv[5]))
"""


def test_power_failing_after_acceptance_does_not_send_twice(tmp_path: Path, office: PostOffice) -> None:
    folder = tmp_path / "data"
    with Store.open(folder, clock=Clock()) as store:
        made = prepared(store)
    words = [str(folder), str(made.id), str(office.port), str(office.certificate), CODE]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(office.received) == 1
    with Store.open(folder, clock=Clock()) as store:
        with store.read() as session:
            (broken,) = mailing.unsettled(session)
        with pytest.raises(Refused, match="不知道有没有发出"):
            mailing.begin(store, again(store, submission.Submission, made.id), account(office))
        settled = mailing.settle(store, broken.id, was_sent=True)
        assert settled.state == "已发出"
        assert again(store, submission.Submission, made.id).state == "已报送"
    sent = email.message_from_bytes(office.received[0].content, policy=email.policy.default)  # type: ignore[arg-type]
    assert sent["message-id"] == settled.message_id and len(office.received) == 1


def test_a_misprinted_receiver_is_not_written_to(store: Store, office: PostOffice) -> None:
    made = prepared(store, address="nmgzwgk163.con")
    with pytest.raises(BadValue, match="不是正确的邮箱地址"):
        mailing.begin(store, made, account(office))
    with store.read() as session:
        assert mailing.of_submission(session, made.id) == []
    assert office.logins == 0


def test_the_code_is_written_nowhere(store: Store, office: PostOffice) -> None:
    made = prepared(store)
    sender = account(office)
    mailing.send(store, mailing.begin(store, made, sender), sender.login(CODE))
    store.back_up()
    for file in store.folder.rglob("*"):
        if file.is_file():
            assert CODE.encode() not in file.read_bytes(), file


def test_accounts_know_their_server() -> None:
    made = mailing.account_for("lctw@126.com")
    assert (made.host, made.port, made.security, made.limit_mb) == ("smtp.126.com", 465, "ssl", 50)
    assert mailing.account_for("tw@linchuan.gov.cn").host == "smtp.linchuan.gov.cn"
    with pytest.raises(BadValue, match="缺少“@”"):
        mailing.account_for("lctw126.com")
