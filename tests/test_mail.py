"""Mail: Chinese names in every client, drafts, a real server with TLS and login, plain refusals."""

from __future__ import annotations

import email
import email.header
import email.policy
import hashlib
import os
import pty
import random
import select
import shutil
import smtplib
import socket
import ssl
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.documents import mail, smtp
from desktop.errors import BadValue, Refused
from tests.post_office import CODE, USER, PostOffice, certificate, knock, post_office

# With TLS around the whole connection the server's own word about TLS is missing, so it warns of nothing.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOW = datetime(2025, 11, 20, 16, 40, tzinfo=timezone(timedelta(hours=8)))
NAMES = [
    "共青团林川县委员会2025年新媒体年审表（盖章扫描件）.pdf",
    "团属政务新媒体情况统计表 附件1.docx",
    "report.txt",
    "带“引号”；分号+加号%与&号.zip",
    "林川县" * 20 + "汇总表.xlsx",
    "生僻字𠮷田.jpg",
]


def letter(*attachments: mail.Attachment, **changes: object) -> mail.Letter:
    values: dict[str, object] = {
        "to": ("superior@example.com",),
        "subject": "共青团林川县委员会关于报送2025年度团属新媒体平台自查材料和统计表的报告",
        "body": "内蒙古团委宣传部：\n附件请查收。\n.\n..点号开头的一行",
        "attachments": attachments,
        "sender": USER,
        "sender_name": "共青团林川县委员会办公室",
    }
    return mail.Letter(**(values | changes))  # type: ignore[arg-type]


def files() -> tuple[mail.Attachment, ...]:
    chance = random.Random(7)
    return tuple(mail.Attachment(name, chance.randbytes(3000 + 57 * n)) for n, name in enumerate(NAMES))


@pytest.fixture
def office(tmp_path: Path):
    with post_office(tmp_path) as running:
        yield running


def send(office: PostOffice, message: bytes, code: str = CODE) -> str:
    return smtp.deliver(office.login(code), message, USER, ["superior@example.com"])


def test_names_subject_and_bytes_survive_python() -> None:
    made = email.message_from_bytes(mail.compose(letter(*files()), "<1@example.com>", NOW), policy=email.policy.default)
    assert made["subject"] == letter().subject
    assert made["from"].addresses[0].display_name == "共青团林川县委员会办公室"
    assert made["message-id"] == "<1@example.com>"
    assert made["date"].datetime == NOW
    body = made.get_body()
    assert body is not None and body.get_content().replace("\r\n", "\n").rstrip("\n") == letter().body
    got = [(part.get_filename(), part.get_payload(decode=True)) for part in made.iter_attachments()]
    assert got == [(each.name, each.content) for each in files()]


def test_old_clients_find_the_names_as_encoded_words() -> None:
    made = email.message_from_bytes(mail.compose(letter(*files()), "<1@example.com>", NOW))
    names = []
    for part in made.get_payload()[1:]:  # type: ignore[index,union-attr]
        words = email.header.decode_header(part.get_param("name"))  # type: ignore[union-attr,arg-type]
        names.append(
            "".join(piece.decode(kind or "ascii") if isinstance(piece, bytes) else piece for piece, kind in words)
        )
    assert names == NAMES


def test_lines_are_short_ascii_and_end_in_crlf() -> None:
    message = mail.compose(letter(*files(), mail.Attachment("很长的名字" * 60 + ".pdf", b"x")), "<1@example.com>", NOW)
    assert message.isascii() and b"\n" not in message.replace(b"\r\n", b"")
    assert max(len(line) for line in message.split(b"\r\n")) <= 998
    made = email.message_from_bytes(message, policy=email.policy.default)
    assert list(made.iter_attachments())[-1].get_filename() == "很长的名字" * 60 + ".pdf"


def test_a_draft_opens_for_editing_and_needs_no_sender() -> None:
    made = email.message_from_bytes(mail.draft(letter(*files(), sender="", to=())), policy=email.policy.default)
    assert made["x-unsent"] == "1" and made["from"] is None and made["message-id"] is None
    assert len(list(made.iter_attachments())) == len(NAMES)


def test_equal_letters_give_equal_bytes() -> None:
    assert mail.draft(letter(*files())) == mail.draft(letter(*files()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": ("nmgzwgk163.con",)}, "不是正确的邮箱地址"),
        ({"to": ("a@b.cn\r\nBcc: x@y.cn",)}, "不是正确的邮箱地址"),
        ({"subject": "主题\r\nBcc: x@y.cn"}, "换行"),
        ({"sender_name": "名\nX: 1"}, "换行"),
        ({"to": ()}, "缺少"),
    ],
)
def test_headers_cannot_be_smuggled_in(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadValue, match=said):
        mail.compose(letter(**change), "<1@example.com>", NOW)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=120))
def test_any_name_and_subject_come_back(text: str) -> None:
    import unicodedata

    text = " ".join(text.split()) or "x"
    message = mail.draft(letter(mail.Attachment(text, b"1"), subject=text))
    made = email.message_from_bytes(message, policy=email.policy.default)
    (part,) = made.iter_attachments()
    assert part.get_filename() == unicodedata.normalize("NFC", text)


def saved_by_mutt(message: bytes, folder: Path, count: int) -> dict[str, bytes]:
    """Every attachment as Mutt names and saves it: Mutt runs on a terminal of its own and is given keys."""
    for name in ("box/cur", "box/new", "box/tmp", "saved"):
        (folder / name).mkdir(parents=True)
    (folder / "box/new/1.test").write_bytes(message)
    keys = "<view-attachments>" + "<next-entry><save-entry><enter>" * count + "<exit><exit>"
    rules = f'set folder={folder}/saved quit=yes move=no resolve=no wait_key=no confirmappend=no; push "{keys}"'
    program = shutil.which("mutt")
    assert program
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder / "saved")
        environment = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(folder), "COLUMNS": "200", "LINES": "60"}
        os.execve(program, ["mutt", "-n", "-R", "-F", "/dev/null", "-f", str(folder / "box"), "-e", rules], environment)
    seen = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            break
    else:
        os.kill(child, 9)
        pytest.fail(f"mutt waits: {seen[-400:]!r}")
    os.close(terminal)
    os.waitpid(child, 0)
    return {file.name: file.read_bytes() for file in (folder / "saved").iterdir()}


@pytest.mark.skipif(shutil.which("mutt") is None, reason="mutt is not installed")
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_sent_message_read_by_mutt_has_equal_names_and_bytes(tmp_path: Path, security: smtp.Security) -> None:
    with post_office(tmp_path, security) as office:
        send(office, mail.compose(letter(*files()), "<1@example.com>", NOW))
    (envelope,) = office.received
    assert envelope.mail_from == USER and envelope.rcpt_tos == ["superior@example.com"]
    assert isinstance(envelope.content, bytes)
    assert saved_by_mutt(envelope.content, tmp_path / "mutt", len(NAMES)) == {
        each.name: each.content for each in files()
    }


def test_the_server_receives_every_byte(office: PostOffice) -> None:
    message = mail.compose(letter(*files()), "<1@example.com>", NOW)
    assert send(office, message) == "OK queued as 1001"
    assert hashlib.sha256(office.received[0].content).digest() == hashlib.sha256(message).digest()  # type: ignore[arg-type]


def test_a_refused_login_says_what_to_do_and_keeps_the_code_secret(office: PostOffice) -> None:
    with pytest.raises(Refused, match="拒绝了") as caught:
        send(office, mail.compose(letter(), "<1@example.com>", NOW), code="WRONG-SECRET-1")
    assert "授权码" in caught.value.todo
    assert "WRONG-SECRET-1" not in f"{caught.value!r}{caught.value}{office.login('WRONG-SECRET-1')!r}"
    assert office.received == []


def test_a_code_with_full_width_letters_is_explained(office: PostOffice) -> None:
    with pytest.raises(Refused, match="全角"):
        send(office, mail.compose(letter(), "<1@example.com>", NOW), code="ＡＢＣ")


def test_too_large_is_refused_before_sending(tmp_path: Path) -> None:
    with post_office(tmp_path, largest=50_000) as office, pytest.raises(Refused, match="超过") as caught:
        send(office, mail.compose(letter(mail.Attachment("大.pdf", bytes(60_000))), "<1@example.com>", NOW))
    assert "上限 0.0 MB" in caught.value.what and office.received == []


def test_one_refused_recipient_stops_the_whole_message(office: PostOffice) -> None:
    office.refuse = {"nobody@example.com"}
    message = mail.compose(letter(), "<1@example.com>", NOW)
    with pytest.raises(Refused, match=r"nobody@example\.com.*整封"):
        smtp.deliver(office.login(), message, USER, ["superior@example.com", "nobody@example.com"])
    assert office.received == []


def test_a_refused_message_gives_the_servers_words(office: PostOffice) -> None:
    office.verdict = "554 DT:SPM suspected"
    with pytest.raises(Refused, match="DT:SPM") as caught:
        send(office, mail.compose(letter(), "<1@example.com>", NOW))
    assert "垃圾邮件" in caught.value.todo and not isinstance(caught.value, smtp.Uncertain)


def test_a_line_lost_after_the_last_byte_is_uncertain(office: PostOffice) -> None:
    office.hang_up = True
    with pytest.raises(smtp.Uncertain, match="不知道有没有发出"):
        send(office, mail.compose(letter(), "<1@example.com>", NOW))


def test_a_slow_line_is_no_broken_one(tmp_path: Path) -> None:
    """An office line takes a minute for 20 MB; what may take no longer than a moment is each piece of it."""
    public, private = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    got: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        with context.wrap_socket(listening.accept()[0], server_side=True) as line:
            assert line.recv(100) == b"DATA\r\n"
            line.sendall(b"354 go on\r\n")
            while not (got and b"".join(got[-2:]).endswith(b"\r\n.\r\n")):
                got.append(line.recv(16384))
                time.sleep(0.004)
            line.sendall(b"250 taken\r\n")

    message = b"." + b"x" * 3_000_000 + b"\r\n"
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = threading.Thread(target=serve, args=(listening,), daemon=True)
        server.start()
        plain = socket.create_connection(listening.getsockname(), timeout=0.4)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        with smtplib.SMTP() as client:
            client.sock = ssl.create_default_context(cafile=str(public)).wrap_socket(plain, server_hostname="localhost")
            assert smtp._hand_over(client, smtp.Server("localhost", 465), message) == "taken"
            client.close()
        server.join(timeout=10)
    assert b"".join(got) == b"." + message + b".\r\n"


@pytest.mark.parametrize("host", ["smtp..com", "smtp。126。com。" + "a" * 70])
def test_an_address_that_is_no_server_is_said_to_be_none(host: str) -> None:
    login = smtp.Login(smtp.Server(host, 465), USER, CODE)
    with pytest.raises(Refused, match="服务器地址写错"):
        smtp.deliver(login, b"x", USER, ["superior@example.com"])


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_root_file_that_is_gone_is_said(office: PostOffice, tmp_path: Path, content: bytes | None) -> None:
    """It lay on a stick; nothing was sent, and that is sure."""
    file = tmp_path / "单位根证书.pem"
    if content is not None:
        file.write_bytes(content)
    login = smtp.Login(office.login().server, USER, CODE, file)
    with pytest.raises(Refused, match="单位根证书") as caught:
        smtp.deliver(login, b"x", USER, ["superior@example.com"])
    assert not isinstance(caught.value, smtp.Uncertain) and office.logins == 0


def test_an_unknown_certificate_is_not_trusted(office: PostOffice) -> None:
    with pytest.raises(Refused, match="证书不可信"):
        smtp.deliver(office.login(trusted=False), b"x", USER, ["superior@example.com"])
    assert office.logins == 0


def test_no_server_no_name_and_the_wrong_encryption_are_told_apart(office: PostOffice, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = mail.compose(letter(), "<1@example.com>", NOW)
    for server, said in [
        (smtp.Server("localhost", port), "端口"),
        (smtp.Server("no-such-host.invalid", 465), "找不到这个服务器"),
        (smtp.Server("localhost", office.port, "starttls"), "连接被中断|等了很久"),
    ]:
        monkey = smtp.Login(server, USER, CODE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(smtp, "CONVERSATION", 2.0)
            with pytest.raises(Refused, match=said):
                smtp.deliver(monkey, message, USER, ["superior@example.com"])


def test_a_server_without_encryption_gets_no_code(tmp_path: Path) -> None:
    from aiosmtpd.controller import Controller

    class Plain(Controller):
        def _trigger_server(self) -> None:
            knock(self)

    office = PostOffice(tmp_path / "none")
    controller = Plain(office, hostname="127.0.0.1", port=0, auth_require_tls=False, authenticator=office.check)
    controller.start()
    try:
        server = smtp.Server("localhost", knock(controller), "starttls")
        with pytest.raises(Refused, match="不支持加密连接"):
            smtp.deliver(smtp.Login(server, USER, CODE), b"x", USER, ["superior@example.com"])
    finally:
        controller.stop()
    assert office.logins == 0


def test_known_providers_have_their_server() -> None:
    assert smtp.preset("a@126.com") == smtp.Server("smtp.126.com", 465, limit=50 * 1024 * 1024)
    assert smtp.preset("a@foxmail.com").host == "smtp.qq.com"  # type: ignore[union-attr]
    assert smtp.preset("a@linchuan.gov.cn") is None


def test_the_size_in_a_mail_is_foretold() -> None:
    contents = [bytes(n) for n in (0, 1, 56, 57, 1000, 123456)]
    real = len(mail.draft(letter(*(mail.Attachment("名.pdf", content) for content in contents))))
    assert real <= mail.encoded_size(contents) + 2000
    assert real >= 4 / 3 * sum(map(len, contents))
