"""Handing a message to a mail server: TLS from the first byte or STARTTLS, login with the 授权码, plain refusals.

Whatever the server or the network does ends in one of three ways: accepted, surely not sent (`Refused`), or lost
after the last byte, when nobody can know (`Uncertain`). RFC 5321, 4954 (AUTH), 3207 (STARTTLS), 1870 (SIZE).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop.errors import Refused

MEGABYTE = 1024 * 1024
USUAL_LIMIT = 20 * MEGABYTE
"""What an unknown mailbox is trusted to take; the big free ones take 50 MB of ordinary attachments."""
_PIECE = 64 * 1024  # bytes
CONVERSATION, VERDICT = 30.0, 180.0  # seconds for one answer, and for the verdict after the last byte

Security = Literal["ssl", "starttls"]


class Uncertain(Refused):
    """The connection was lost after the whole message had gone out: it may or may not have been accepted."""


@dataclass(frozen=True)
class Server:
    """A mail server for sending; `limit` is the largest message it takes, in bytes."""

    host: str
    port: int
    security: Security = "ssl"
    limit: int = USUAL_LIMIT


_NETEASE, _TENCENT = 50 * MEGABYTE, 50 * MEGABYTE
PRESETS = {
    "163.com": Server("smtp.163.com", 465, limit=_NETEASE),
    "126.com": Server("smtp.126.com", 465, limit=_NETEASE),
    "yeah.net": Server("smtp.yeah.net", 465, limit=_NETEASE),
    "vip.163.com": Server("smtp.vip.163.com", 465, limit=_NETEASE),
    "qq.com": Server("smtp.qq.com", 465, limit=_TENCENT),
    "vip.qq.com": Server("smtp.qq.com", 465, limit=_TENCENT),
    "foxmail.com": Server("smtp.qq.com", 465, limit=_TENCENT),
    "139.com": Server("smtp.139.com", 465),
    "189.cn": Server("smtp.189.cn", 465),
    "sina.com": Server("smtp.sina.com", 465),
    "sina.cn": Server("smtp.sina.cn", 465),
    "sohu.com": Server("smtp.sohu.com", 465),
    "aliyun.com": Server("smtp.aliyun.com", 465),
}
"""Sending servers by the part of the address behind @."""


def preset(address: str) -> Server | None:
    """The known server for an address, None when the office must enter its own."""
    return PRESETS.get(address.rpartition("@")[2].lower())


@dataclass(frozen=True)
class Login:
    """Who sends through which server.

    Attributes:
        server: where to send.
        user: usually the whole address.
        code: the 授权码; neither kept nor shown.
        trust: a certificate file (PEM) of an office's own authority, besides the system's.
    """

    server: Server
    user: str
    code: str = field(repr=False)
    trust: Path | None = None


def deliver(login: Login, message: bytes, sender: str, recipients: Sequence[str]) -> str:
    """Send one message to all recipients or to none; returns the server's words of acceptance.

    Args:
        login: server, user and 授权码.
        message: from `mail.compose`.
        sender: envelope sender.
        recipients: envelope recipients; one refused recipient stops the whole message before it is sent.

    Raises:
        Refused: surely not sent: no network, no trust, login refused, too large, recipient or message refused.
        Uncertain: the connection broke after the last byte.
    """
    with _connected(login.server, login.trust) as smtp:
        _log_in(smtp, login)
        _announce(smtp, login.server, sender, recipients, len(message))
        return _hand_over(smtp, login.server, message)


@contextmanager
def _connected(server: Server, trust: Path | None) -> Iterator[smtplib.SMTP]:
    context = _trusting(trust)
    smtp: smtplib.SMTP | None = None
    try:
        # A fixed name: the real one would take a look-up of seconds and tell the server what this PC is called.
        if server.security == "ssl":
            smtp = smtplib.SMTP_SSL(server.host, server.port, "localhost", timeout=CONVERSATION, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, "localhost", timeout=CONVERSATION)
            smtp.ehlo()
            if not smtp.has_extn("starttls"):
                raise Refused(
                    f"邮件服务器 {server.host} 不支持加密连接，授权码会被旁人看到，程序没有登录。",
                    todo="请改用 SSL 端口（通常是 465），或向邮箱管理员询问。",
                )
            smtp.starttls(context=context)
        smtp.ehlo()
    except ssl.SSLCertVerificationError as error:
        _hang_up(smtp)
        raise Refused(
            f"邮件服务器 {server.host} 的证书不可信（{error.verify_message}），没有登录，也没有发送。",
            todo="请检查电脑时间和服务器地址；单位自建服务器请在邮箱设置里选它的根证书。",
        ) from error
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        _hang_up(smtp)
        raise _unreachable(server, error) from error
    except Refused:
        _hang_up(smtp)
        raise
    try:
        yield smtp
    finally:
        _hang_up(smtp)


def _trusting(trust: Path | None) -> ssl.SSLContext:
    """Which certificates a server may show: those of the system, and an own authority's."""
    context = ssl.create_default_context()
    if trust is not None:
        try:
            context.load_verify_locations(str(trust))
        except OSError as error:  # missing, not readable, or (ssl.SSLError) no certificate
            raise Refused(
                f"邮箱设置里的根证书文件“{trust.name}”读不出来，没有登录，也没有发送。",
                where=str(trust.parent),
                todo="请在“发件邮箱”里重新选择根证书文件；用 163、126、QQ 等邮箱的，把这一栏清空。",
            ) from error
    return context


def _hang_up(smtp: smtplib.SMTP | None) -> None:
    """Say goodbye when the line still stands; what was to be done is done or refused already."""
    if smtp is None:
        return
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _unreachable(server: Server, error: BaseException) -> Refused:
    where = f"{server.host}:{server.port}"
    if isinstance(error, UnicodeError):
        reason = "服务器地址写错"
    elif isinstance(error, socket.gaierror):
        reason = "找不到这个服务器，可能没有联网，或服务器地址写错"
    elif isinstance(error, TimeoutError):
        reason = "等了很久没有回应，可能没有联网，或被防火墙拦住"
    elif isinstance(error, ConnectionRefusedError):
        reason = "对方没有开放这个端口，端口可能写错"
    elif isinstance(error, ssl.SSLError):
        reason = "加密连接没有建立，加密方式和端口可能不匹配（465 用 SSL，587 用 STARTTLS）"
    else:
        reason = "连接被中断"
    return Refused(
        f"没有连上邮件服务器 {where}：{reason}。邮件没有发出。",
        todo="请检查网络和邮箱设置；也可以“生成邮件草稿”，换一台能上网的电脑发送。",
    )


def _words(reply: bytes | str | object) -> str:
    """What the server said, on one line, for the clerk to read out to its administrator."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return re.sub(r"\s+", " ", text).strip()[:200]


def _log_in(smtp: smtplib.SMTP, login: Login) -> None:
    server = login.server
    try:
        smtp.login(login.user, login.code.strip())
    except smtplib.SMTPAuthenticationError as error:
        raise Refused(
            f"邮件服务器 {server.host} 拒绝了“{login.user}”的登录"
            f"（{error.smtp_code} {_words(error.smtp_error)}）。邮件没有发出。",
            todo="163、126、QQ 等邮箱要填“授权码”，不是网页登录密码：请在网页邮箱的设置里开启 SMTP 服务并生成授权码。",
        ) from None  # the cause would carry the code
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(
            f"邮件服务器 {server.host} 不提供登录，邮件没有发出。", todo="请核对服务器地址和端口。"
        ) from error
    except UnicodeEncodeError:
        raise Refused("授权码里有中文或全角字符，没有登录。", todo="请切换到英文输入法重新填写授权码。") from None
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(server, error) from None


def _announce(smtp: smtplib.SMTP, server: Server, sender: str, recipients: Sequence[str], size: int) -> None:
    """Sender, size and recipients; nothing of the message has gone out yet."""
    announced = smtp.esmtp_features.get("size", "")
    limit = int(announced) if announced.isdigit() and int(announced) > 0 else server.limit
    if size > limit:
        raise _too_large(server, size, limit)
    try:
        code, reply = smtp.mail(sender, [f"size={size}"] if announced else [])
        if code != 250:
            if code == 552:
                raise _too_large(server, size, limit)
            raise Refused(
                f"邮件服务器 {server.host} 不接受发件地址“{sender}”（{code} {_words(reply)}）。邮件没有发出。",
                todo="发件地址要和登录的邮箱一致，请核对邮箱设置。",
            )
        for recipient in recipients:
            code, reply = smtp.rcpt(recipient)
            if code not in (250, 251):
                raise Refused(
                    f"邮件服务器不接受收件地址“{recipient}”（{code} {_words(reply)}）。整封邮件都没有发出。",
                    todo="请核对收件地址，必要时打电话向上级确认。",
                )
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(server, error) from error


def _too_large(server: Server, size: int, limit: int) -> Refused:
    return Refused(
        f"邮件连附件共 {size / MEGABYTE:.1f} MB，超过 {server.host} 的上限 {limit / MEGABYTE:.1f} MB。邮件没有发出。",
        todo="请压缩照片或扫描件（200 dpi 已够清楚），分几封发送，或改用网页邮箱的超大附件。",
    )


def _hand_over(smtp: smtplib.SMTP, server: Server, message: bytes) -> str:
    try:
        code, reply = smtp.docmd("DATA")
        if code != 354:
            raise Refused(f"邮件服务器拒收（{code} {_words(reply)}）。邮件没有发出。", todo="请稍后再试。")
        stuffed = re.sub(rb"(?m)^\.", b"..", message)
        for start in range(0, len(stuffed), _PIECE):  # the time allowed counts for each piece, not for 50 MB together
            smtp.send(stuffed[start : start + _PIECE])
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(server, error) from error
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(VERDICT)
        smtp.send(b".\r\n")
        code, reply = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(
            "邮件已经传完，但在等服务器确认时连接断了，不知道有没有发出。",
            todo="请到网页邮箱的“已发送”里看一看，再回来选“已经发出”或“没有发出，重发”。",
        ) from error
    if code == 552:
        raise _too_large(server, len(message), server.limit)
    if code != 250:
        spam = "可能被当作垃圾邮件；" if code in (550, 554) else ""
        raise Refused(
            f"邮件服务器拒收（{code} {_words(reply)}）。邮件没有发出。",
            todo=f"{spam}请改一改正文或稍后再试，也可以用网页邮箱发送。",
        )
    return _words(reply)
