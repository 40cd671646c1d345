"""Mail with attachments under Chinese names, as drafts for a mail program and as messages to send.

Attachment names are written twice, because clients differ: RFC 2231 in Content-Disposition (`filename*=UTF-8''…`, one
piece as long as a line may be, for several web mailboxes do not put pieces together) and RFC 2047 words in
Content-Type (`name="=?UTF-8?B?…?="`) for those that never learned the former. Lines end in CR LF and stay below 998
bytes (RFC 5322 section 2.1.1), encoded words below 75 characters (RFC 2047 section 2).
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import PurePath
from urllib.parse import quote

from desktop.errors import BadValue
from desktop.mailboxes import is_address

LONGEST_LINE = 998
_WORD_BYTES = 45  # UTF-8 bytes in one encoded word: 60 characters of Base64 and 12 of frame
_CHARSET = "UTF-8''"  # charset and empty language before a value in RFC 2231
_KINDS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}


@dataclass(frozen=True)
class Attachment:
    """A file in a mail: its name as the receiver shall see it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail before it is written down; addresses are plain `name@host.tld`."""

    to: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
    sender: str = ""
    sender_name: str = ""
    cc: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """All addresses it goes to, each once."""
        return tuple(dict.fromkeys((*self.to, *self.cc)))


def compose(letter: Letter, message_id: str, written: datetime) -> bytes:
    """The message as it is sent (RFC 5322, CR LF).

    Args:
        letter: what to send; it must name a sender and a recipient.
        message_id: `<…@…>`, recorded by the caller before sending.
        written: aware local time for the Date header.

    Raises:
        BadValue: an address is not sound, or a header holds a line break.
    """
    if not letter.sender or not letter.to:
        raise BadValue("邮件缺少发件人或收件人。", todo="请填写邮箱地址后再发送。")
    head = [f"Date: {format_datetime(written)}", f"Message-ID: {message_id}"]
    return _message(letter, head)


def draft(letter: Letter) -> bytes:
    """A `.eml` file that Outlook and Foxmail open for editing, not as a received mail (`X-Unsent: 1`).

    Raises:
        BadValue: an address is not sound, or a header holds a line break.
    """
    return _message(letter, ["X-Unsent: 1"])


def encoded_size(contents: Sequence[bytes]) -> int:
    """How many bytes these attachments take in a mail: Base64 in lines of 76 makes 78 bytes of 57."""
    return sum(len(content) * 78 // 57 + 400 for content in contents)


def _message(letter: Letter, head: list[str]) -> bytes:
    for address in (*letter.recipients, *((letter.sender,) if letter.sender else ())):
        if not is_address(address):
            raise BadValue(f"“{address}”不是正确的邮箱地址。", where="收件人", todo="请核对后重新填写。")
    parts = [_text_part(letter.body), *(_file_part(each) for each in letter.attachments)]
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:32]
    lines = [
        *head,
        *([f"From: {_mailbox(letter.sender_name, letter.sender)}"] if letter.sender else []),
        *([f"To: {_list(letter.to)}"] if letter.to else []),
        *([f"Cc: {_list(letter.cc)}"] if letter.cc else []),
        f"Subject: {_words(_one_line(letter.subject, '主题'))}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
    ]
    opening = f"--{boundary}\r\n".encode()
    closing = f"--{boundary}--\r\n".encode()
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + b"".join(opening + part for part in parts) + closing


def _text_part(body: str) -> bytes:
    text = "\r\n".join(body.splitlines()) + "\r\n"
    head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _base64(text.encode())


def _file_part(attachment: Attachment) -> bytes:
    name = unicodedata.normalize("NFC", _one_line(attachment.name, "附件名"))
    kind = _KINDS.get(PurePath(name).suffix.lower(), "application/octet-stream")
    head = (
        f'Content-Type: {kind};\r\n name="{_words(_escaped(name))}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_parameter('filename', name)}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(attachment.content)


def _base64(content: bytes) -> bytes:
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return encoded or b"\r\n"


def _one_line(text: str, place: str) -> str:
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise BadValue(
            f"“{text.splitlines()[0] if text.strip() else ''}…”含有换行或控制字符。", where=place, todo="请删去后再试。"
        )
    return text


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"') if name.isascii() else name


def _list(addresses: Sequence[str]) -> str:
    return ",\r\n ".join(addresses)


def _mailbox(name: str, address: str) -> str:
    shown = _one_line(name, "发件人名称")
    if not shown:
        return address
    return f"{_words(shown)} <{address}>" if not shown.isascii() else f'"{_escaped(shown)}" <{address}>'


def _words(text: str) -> str:
    """Text for a header: as it is when ASCII, else RFC 2047 words that never cut a character."""
    if text.isascii() and "=?" not in text:
        return text
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text, _WORD_BYTES))


def _pieces(text: str, most: int) -> Iterator[bytes]:
    piece = b""
    for sign in text:
        encoded = sign.encode("utf-8")
        if len(piece) + len(encoded) > most:
            yield piece
            piece = b""
        piece += encoded
    if piece:
        yield piece


def _parameter(key: str, value: str) -> str:
    """A MIME parameter by RFC 2231; continuations only when one line cannot hold it."""
    if value.isascii() and len(value) < LONGEST_LINE // 2:
        return f'{key}="{_escaped(value)}"'
    encoded = _percent(value.encode())
    if len(encoded) + len(key) + 12 <= LONGEST_LINE:
        return f"{key}*={_CHARSET}{encoded}"
    pieces = [_percent(piece) for piece in _pieces(value, 240)]
    pieces[0] = _CHARSET + pieces[0]
    return ";\r\n ".join(f"{key}*{number}*={piece}" for number, piece in enumerate(pieces))


def _percent(piece: bytes) -> str:
    return quote(piece, safe="!#$&+-.^_`|~")
