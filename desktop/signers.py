"""The certificates this office signs with, and those its root has issued; the private keys lie in the vault.

signers.keep(store, vault, certificates.make_own("共青团林川县委员会", now))
who = signers.identity(vault, row)          # Locked unless the vault is open
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import certificates, trust
from desktop.errors import BadFile, Refused, why
from desktop.store.base import Record

if TYPE_CHECKING:
    from cryptography import x509

    from desktop.documents.signatures.identity import Identity
    from desktop.documents.signing import Visible
    from desktop.store import Store
    from desktop.vault import Vault

KEY = "签名私钥"
"""The kind under which the vault keeps private keys; the owner is the fingerprint of the key's first certificate."""
UNIT, ROOT = "单位证书", "根证书"
SIGNED = "（已签名）"


class SigningCertificate(Record):
    """A certificate whose private key lies in the vault.

    Attributes:
        kind: UNIT to sign with, ROOT to issue with.
        holder: the name in it.
        fingerprint: SHA-256, 64 hexadecimal digits.
        key: under which owner the vault keeps the private key.
        pem: the certificate, then those that issued it.
        until: last day of its term.
    """

    __tablename__ = "signing_certificate"
    __table_args__ = (UniqueConstraint("fingerprint"),)

    kind: Mapped[str]
    holder: Mapped[str]
    fingerprint: Mapped[str]
    key: Mapped[str]
    pem: Mapped[str]
    until: Mapped[date]


class IssuedCertificate(Record):
    """A certificate that a root of this office issued to a unit below.

    Attributes:
        root_id: the root.
        holder: the unit.
        fingerprint: SHA-256, 64 hexadecimal digits.
        pem: the certificate.
        issued_on: when.
        until: last day of its term.
        revoked_on: when it was revoked, None while it counts.
        why: why it was revoked.
    """

    __tablename__ = "issued_certificate"
    __table_args__ = (UniqueConstraint("fingerprint"),)

    root_id: Mapped[int]
    holder: Mapped[str]
    fingerprint: Mapped[str]
    pem: Mapped[str]
    issued_on: Mapped[date]
    until: Mapped[date]
    revoked_on: Mapped[date | None] = mapped_column(default=None)
    why: Mapped[str] = mapped_column(default="")


def own(session: Session, kind: str = UNIT) -> list[SigningCertificate]:
    """The office's certificates of one kind, the longest valid first."""
    found = select(SigningCertificate).where(SigningCertificate.kind == kind, SigningCertificate.trashed_at.is_(None))
    return list(session.scalars(found.order_by(SigningCertificate.until.desc(), SigningCertificate.id.desc())))


def issued(session: Session) -> list[IssuedCertificate]:
    """Everything that roots of this office have issued, newest first."""
    found = select(IssuedCertificate).where(IssuedCertificate.trashed_at.is_(None))
    return list(session.scalars(found.order_by(IssuedCertificate.id.desc())))


def keep(store: Store, vault: Vault, who: Identity) -> SigningCertificate:
    """Take over a key with its certificate, made here or read from a PKCS#12 file.

    Raises:
        Locked: the vault is locked.
    """
    from cryptography.hazmat.primitives import serialization

    from desktop.documents.signatures.identity import holder

    content = who.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    number = trust.digits(who.certificate)
    with store.write(f"保存签名证书：{holder(who.certificate)}") as session:
        vault.put(session, KEY, number, content)
        row = _row(session, number)
        row.kind = ROOT if certificates.is_root(who.certificate) else UNIT
        row.key = number
        _describe(row, who.certificate, who.chain)
        _recognise(session, who.certificate, store.clock().date())
    return row


def identity(vault: Vault, row: SigningCertificate) -> Identity:
    """Key and certificates of one row, to sign or to issue with.

    Raises:
        Locked: the vault is locked.
        Refused: the vault has no such key (a vault of another office).
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    from desktop.documents.signatures.identity import Identity, PrivateKey

    content = vault.kept(KEY, row.key)
    if content is None:
        raise Refused(f"密码保险柜里没有“{row.holder}”的签名私钥。", todo="请重新导入证书文件，或制作新的证书。")
    key = serialization.load_der_private_key(content, None)
    first, *chain = x509.load_pem_x509_certificates(row.pem.encode("ascii"))
    if not isinstance(key, PrivateKey):
        raise Refused(f"“{row.holder}”的私钥类型不能给 Word、Excel 文件签名。", todo="请制作新的证书。")
    return Identity(key, first, tuple(chain))


def sign_file(
    file: Path, who: Identity, now: datetime, *, comment: str = "", role: str = "", visible: Visible | None = None
) -> Path:
    """Sign a file on disk; returns where the signed one is.

    The first signature goes into a copy beside the original, `统计表（已签名）.docx`; every further one into the file
    itself, for it leaves what is there as it is.

    Raises:
        FileBusy, Refused: the file cannot be read, signed or written, or the certificate ran out; see
            `documents.signing.sign`.
    """
    from desktop.documents.signing import sign
    from desktop.documents.verifying import State, verify
    from desktop.paths import write_whole

    certificates.need_in_term(who.certificate, now)
    content = content_of(file)
    signed = sign(content, who, now, name=file.name, comment=comment, role=role, visible=visible)
    if verify(content, file.name).state is not State.UNSIGNED:
        return write_whole(file, signed)
    target = file.with_name(f"{file.stem}{SIGNED}{file.suffix}")
    number = 2
    while target.exists():
        target = file.with_name(f"{file.stem}{SIGNED}{number}{file.suffix}")
        number += 1
    return write_whole(target, signed)


def content_of(file: Path) -> bytes:
    """The bytes of a file the clerk chose.

    Raises:
        BadFile: it is gone or not readable.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadFile(f"文件“{file.name}”读不出来（{why(error)}）。", todo="请检查文件是否还在。") from error


def accept(
    store: Store, vault: Vault, row: SigningCertificate, certificate: x509.Certificate, root: x509.Certificate
) -> SigningCertificate:
    """Put the certificate that the superior issued for our key in the place of the self-signed one.

    Raises:
        Locked: the vault is locked.
        Refused: it was issued for another key.
    """
    who = certificates.joined(identity(vault, row), certificate, [root])
    with store.write(f"换用上级签发的证书：{row.holder}") as session:
        kept = session.merge(row)
        kept.fingerprint = trust.digits(certificate)
        _describe(kept, who.certificate, who.chain)
        _recognise(session, certificate, store.clock().date())
    return kept


def issue(
    store: Store, vault: Vault, root: SigningCertificate, of: x509.Certificate, now: datetime
) -> IssuedCertificate:
    """Issue a certificate to a unit whose self-signed one was compared with it.

    Raises:
        Locked: the vault is locked.
        Refused: see `certificates.issue`.
    """
    from desktop.documents.signatures.identity import holder

    made = certificates.issue(identity(vault, root), of, now)
    with store.write(f"签发证书：{holder(made)}") as session:
        row = IssuedCertificate(
            root_id=root.id,
            holder=holder(made),
            fingerprint=trust.digits(made),
            pem=certificates.exported(made).decode("ascii"),
            issued_on=now.date(),
            until=made.not_valid_after_utc.date(),
        )
        session.add(row)
    return row


def revoke(
    store: Store, vault: Vault, row: IssuedCertificate, why: str, now: datetime
) -> x509.CertificateRevocationList:
    """Revoke an issued certificate; returns the root's next revocation list, to be handed to every office.

    The list is taken over here as well when the root is recognised here.

    Raises:
        Locked: the vault is locked.
        Refused: the root is gone, or no reason is given.
    """
    if not why.strip():
        raise Refused("没有写明吊销的原因。", todo="请填写，如“换届，由新证书替代”“私钥遗失”。")
    with store.read() as session:
        root = session.get(SigningCertificate, row.root_id)
        earlier = trust.newest_list(session, root.fingerprint) if root else None
    if root is None:
        raise Refused("签发它的根证书已经不在本机，不能吊销。", todo="请在保存根证书的电脑上办理。")
    who = identity(vault, root)
    made = certificates.revoke(who, [certificates.read_certificate(row.pem.encode())], earlier, now)
    with store.write(f"吊销证书：{row.holder}") as session:
        kept = session.merge(row)
        kept.revoked_on, kept.why = now.date(), why.strip()
        trust.keep_list(session, root.fingerprint, made)
    return made


def publish(store: Store, vault: Vault, root: SigningCertificate, now: datetime) -> x509.CertificateRevocationList:
    """The root's next revocation list without a new entry, so that offices see it is still looked after.

    Raises:
        Locked: the vault is locked.
    """
    with store.read() as session:
        earlier = trust.newest_list(session, root.fingerprint)
    made = certificates.revoke(identity(vault, root), [], earlier, now)
    with store.write(f"发布吊销列表：{root.holder}") as session:
        trust.keep_list(session, root.fingerprint, made)
    return made


def _row(session: Session, fingerprint: str) -> SigningCertificate:
    found = select(SigningCertificate).where(SigningCertificate.fingerprint == fingerprint)
    row = session.scalars(found).first()
    if row is None:
        row = SigningCertificate(fingerprint=fingerprint)
        session.add(row)
    row.trashed_at = None
    return row


def _recognise(session: Session, certificate: x509.Certificate, today: date) -> None:
    """What this office holds the key of needs no comparing."""
    if certificates.is_root(certificate):
        trust.trust_root(session, certificate, "本单位保存私钥", today)
    else:
        trust.pin(session, certificate, "本单位保存私钥", today)


def _describe(row: SigningCertificate, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> None:
    from desktop.documents.signatures.identity import holder

    row.holder, row.until = holder(certificate), certificate.not_valid_after_utc.date()
    row.pem = b"".join(certificates.exported(one) for one in (certificate, *chain)).decode("ascii")
