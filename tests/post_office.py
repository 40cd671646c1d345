"""A real mail server on loopback with TLS, login and moods, for the tests of sending."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from desktop.documents.smtp import Login, Security, Server

USER, CODE = "linchuantw@example.com", "TESTCODE12345678"


@dataclass
class PostOffice:
    """What the server is told to do, and what it received.

    Attributes:
        refuse: recipients it does not know.
        verdict: its answer to a message.
        hang_up: break the connection instead of answering.
    """

    certificate: Path
    port: int = 0
    security: Security = "ssl"
    refuse: set[str] = field(default_factory=set)
    verdict: str = "250 OK queued as 1001"
    hang_up: bool = False
    received: list[Envelope] = field(default_factory=list)
    logins: int = 0

    async def handle_RCPT(self, _s: SMTP, _n: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        if address in self.refuse:
            return "550 User not found"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.received.append(envelope)
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return self.verdict

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), CODE.encode())
        return AuthResult(success=good, handled=False)

    def login(self, code: str = CODE, trusted: bool = True) -> Login:
        server = Server("localhost", self.port, self.security)
        return Login(server, USER, code, self.certificate if trusted else None)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key, made now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


class _Office(Controller):
    """A controller that speaks STARTTLS when no TLS wraps the socket, and knows nobody without login."""

    def __init__(self, office: PostOffice, context: ssl.SSLContext, largest: int | None) -> None:
        self.office, self.context, self.largest = office, context, largest
        super().__init__(
            office, hostname="127.0.0.1", port=0, ssl_context=context if office.security == "ssl" else None
        )

    def factory(self) -> SMTP:
        plain = self.office.security == "starttls"
        return SMTP(
            self.office, hostname="post.example.com", data_size_limit=self.largest, auth_required=True,
            auth_require_tls=plain, authenticator=self.office.check,
            tls_context=self.context if plain else None, require_starttls=plain, enable_SMTPUTF8=False,
        )  # fmt: skip

    def _trigger_server(self) -> None:
        knock(self)


def knock(controller: Controller) -> int:
    """Open and close a first connection, which the controller waits for; returns the port the system chose."""
    assert controller.server is not None
    port: int = controller.server.sockets[0].getsockname()[1]
    socket.create_connection(("127.0.0.1", port)).close()
    return port


@contextmanager
def post_office(
    folder: Path, security: Security = "ssl", largest: int | None = 32 * 1024 * 1024
) -> Iterator[PostOffice]:
    """A running server; `largest` bytes are announced with SIZE."""
    public, private = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    office = PostOffice(public, security=security)
    controller = _Office(office, context, largest)
    controller.start()
    office.port = knock(controller)
    try:
        yield office
    finally:
        controller.stop()
