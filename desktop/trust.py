"""Whose signatures this office recognises: certificates compared by hand, roots of superiors, revocation lists.

A certificate is recognised when its fingerprint was compared by hand (已核对), or when a recognised root issued it
(上级签发) and no list of that root revokes it. A revoked certificate stays revoked whatever time its signature claims,
for that time is only the signer's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.dates import chinese
from desktop.documents.verifying import Judgement, Trust
from desktop.errors import Refused
from desktop.store.base import Record

if TYPE_CHECKING:
    from cryptography import x509

PINNED, ROOT, REVOKED = "已核对", "根证书", "已作废"
KINDS = (PINNED, ROOT, REVOKED)
LONGEST_PATH = 3
"""Certificates between a signer and a root at most; our own roots allow none, licensed authorities have one or two."""


class TrustedCertificate(Record):
    """A certificate about which this office has decided.

    Attributes:
        fingerprint: SHA-256, 64 hexadecimal digits in small letters; in the store once.
        kind: one of KINDS.
        holder: the name in it.
        pem: the certificate itself.
        how: how the fingerprint was compared (电话核对, 当面核对, 文件), or why it was given up.
        decided_on: when that was.
    """

    __tablename__ = "trusted_certificate"
    __table_args__ = (UniqueConstraint("fingerprint"),)

    fingerprint: Mapped[str]
    kind: Mapped[str]
    holder: Mapped[str]
    pem: Mapped[str]
    how: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date]


class RevocationList(Record):
    """The newest revocation list of one root.

    Attributes:
        root: fingerprint of the root that signed it.
        number: its running number.
        pem: the list itself.
    """

    __tablename__ = "revocation_list"
    __table_args__ = (UniqueConstraint("root"),)

    root: Mapped[str]
    number: Mapped[int]
    pem: Mapped[str]


def digits(certificate: x509.Certificate) -> str:
    """The fingerprint as the store keeps it."""
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex()


def decided(session: Session) -> list[TrustedCertificate]:
    """Every certificate that this office has decided about, by holder."""
    found = select(TrustedCertificate).where(TrustedCertificate.trashed_at.is_(None))
    return list(session.scalars(found.order_by(TrustedCertificate.kind, TrustedCertificate.holder)))


def pin(session: Session, certificate: x509.Certificate, how: str, today: date) -> TrustedCertificate:
    """Recognise one certificate whose fingerprint was compared with its holder.

    Raises:
        Refused: it is not said how the fingerprint was compared, or a list of its root revokes it.
    """
    if not how.strip():
        raise Refused("没有写明证书指纹是怎样核对的。", todo="请填写，如“电话核对”“当面核对”。")
    if judge(session)(certificate, (), None).trust is Trust.REVOKED:
        raise Refused("这张证书已被吊销，不能核对为可信。", todo="请向对方索取新的证书。")
    return _decide(session, certificate, PINNED, how, today)


def trust_root(session: Session, certificate: x509.Certificate, how: str, today: date) -> TrustedCertificate:
    """Recognise every certificate that a superior's root issues.

    Raises:
        Refused: the certificate is no root, or it is not said how it was compared.
    """
    from desktop.certificates import is_root

    if not is_root(certificate):
        raise Refused("这不是根证书，不能用来认定其他单位的证书。", todo="请选择上级发的根证书，或改用“核对指纹”。")
    if not how.strip():
        raise Refused("没有写明根证书指纹是怎样核对的。", todo="请填写，如“上级当面发放”“电话核对”。")
    return _decide(session, certificate, ROOT, how, today)


def distrust(session: Session, certificate: x509.Certificate, why: str, today: date) -> TrustedCertificate:
    """Never recognise a certificate again: its key was lost or its holder has left."""
    return _decide(session, certificate, REVOKED, why, today)


def forget(session: Session, row: TrustedCertificate, now: datetime) -> None:
    """Take a decision back; the certificate is unknown again."""
    session.merge(row).trashed_at = now


def add_list(session: Session, revoked: x509.CertificateRevocationList) -> RevocationList:
    """Take over a revocation list from a recognised root.

    Raises:
        Refused: no recognised root signed it, or a newer one is known already.
    """
    from desktop.certificates import list_number, read_certificate, signed_list

    roots = [row for row in decided(session) if row.kind == ROOT]
    root = next((row for row in roots if signed_list(revoked, read_certificate(row.pem.encode()))), None)
    if root is None:
        raise Refused(
            "这份吊销列表不是任何已认定的根证书签发的，没有导入。", todo="请先导入上级的根证书，再导入吊销列表。"
        )
    number = list_number(revoked)
    known = _list_row(session, root.fingerprint)
    if known is not None and known.number > number:
        raise Refused(
            f"已有第 {known.number} 号吊销列表，第 {number} 号是旧的，没有导入。",
            todo="请向上级索取最新的吊销列表。",
        )
    return keep_list(session, root.fingerprint, revoked)


def newest_list(session: Session, root: str) -> x509.CertificateRevocationList | None:
    """The newest known revocation list of a root, named by its fingerprint."""
    from desktop.certificates import read_list

    row = _list_row(session, root)
    return read_list(row.pem.encode()) if row is not None else None


def keep_list(session: Session, root: str, revoked: x509.CertificateRevocationList) -> RevocationList:
    """Keep a list that was checked, or made here, as the newest of its root."""
    from desktop.certificates import exported, list_number

    row = _list_row(session, root)
    if row is None:
        row = RevocationList(root=root)
        session.add(row)
    row.number, row.pem, row.trashed_at = list_number(revoked), exported(revoked).decode("ascii"), None
    return row


def _list_row(session: Session, root: str) -> RevocationList | None:
    return session.scalars(select(RevocationList).where(RevocationList.root == root)).first()


@dataclass(frozen=True)
class TrustList:
    """What this office knows about certificates, taken out of the store; a judge for `verify`.

    Attributes:
        pinned: fingerprint -> how it was compared.
        distrusted: fingerprint -> why not.
        roots: recognised roots.
        lists: revocation lists, each signed by one of the roots.
    """

    pinned: dict[str, str] = field(default_factory=dict)
    distrusted: dict[str, str] = field(default_factory=dict)
    roots: tuple[x509.Certificate, ...] = ()
    lists: tuple[x509.CertificateRevocationList, ...] = ()

    def __call__(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], claimed_at: datetime | None
    ) -> Judgement:
        """Say of a signer's certificate whether it is known, and how long the revocation lists looked into held."""
        path = _path(certificate, chain, self.roots)
        found = self._judged(certificate, path, claimed_at)
        return found if found.trust is Trust.REVOKED else replace(found, lists_due=self._lists_due(path))

    def _judged(
        self, certificate: x509.Certificate, path: Sequence[x509.Certificate], claimed_at: datetime | None
    ) -> Judgement:
        number = digits(certificate)
        if number in self.distrusted:
            why = self.distrusted[number]
            return Judgement(Trust.REVOKED, "本单位已作废这张证书" + (f"：{why}。" if why else "。"))
        steps = list(zip([certificate, *path], path, strict=False))
        for below, above in steps:
            if digits(above) in self.distrusted:
                return Judgement(Trust.REVOKED, "本单位已作废签发它的证书。")
            if revoked := self._revoked(above, below):
                return Judgement(Trust.REVOKED, revoked)
        if number in self.pinned:
            pinned = Judgement(Trust.PINNED, f"指纹已核对（{self.pinned[number]}）。")
            return _unless(_out_of_term([certificate], claimed_at), pinned)
        if path:
            from desktop.certificates import signs_documents
            from desktop.documents.signatures.identity import holder

            if not signs_documents(certificate):
                return Judgement(Trust.UNKNOWN, "这张证书不是发来签署文件的，不能认定签名人。")
            issued = Judgement(Trust.ISSUED, f"由“{holder(path[-1])}”签发。")
            return _unless(_out_of_term([certificate, *path], claimed_at), issued)
        return Judgement(Trust.UNKNOWN, "没有核对过这张证书，签名人可能不是所写的人。请与对方核对指纹。")

    def _lists_due(self, issuers: Sequence[x509.Certificate]) -> datetime | None:
        """The earliest day on which an issuer's newest list had to be replaced; None when no list names one."""
        from desktop.certificates import signed_list

        newest = []
        for issuer in issuers:
            due = [one.next_update_utc for one in self.lists if signed_list(one, issuer)]
            newest += [max(known)] if (known := [one for one in due if one is not None]) else []
        return min(newest, default=None)

    def _revoked(self, issuer: x509.Certificate, certificate: x509.Certificate) -> str:
        from desktop.certificates import signed_list

        for one in self.lists:
            entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and signed_list(one, issuer):
                day = entry.revocation_date_utc.astimezone()
                return f"签发单位已于 {chinese(day.date())}吊销这张证书。"
        return ""


def judge(session: Session) -> TrustList:
    """The judge that this office's decisions make."""
    from desktop.certificates import read_certificate, read_list

    rows = decided(session)
    lists = session.scalars(select(RevocationList).where(RevocationList.trashed_at.is_(None)))
    return TrustList(
        pinned={row.fingerprint: row.how for row in rows if row.kind == PINNED},
        distrusted={row.fingerprint: row.how for row in rows if row.kind == REVOKED},
        roots=tuple(read_certificate(row.pem.encode()) for row in rows if row.kind == ROOT),
        lists=tuple(read_list(row.pem.encode()) for row in lists),
    )


def from_files(
    pinned: Iterable[x509.Certificate],
    roots: Iterable[x509.Certificate],
    lists: Iterable[x509.CertificateRevocationList],
    known: TrustList,
) -> TrustList:
    """A judge with further certificates and lists, handed over as files for one verification."""
    return TrustList(
        {**known.pinned, **{digits(one): "由命令行给出" for one in pinned}},
        known.distrusted,
        (*known.roots, *roots),
        (*known.lists, *lists),
    )


def _decide(session: Session, certificate: x509.Certificate, kind: str, how: str, today: date) -> TrustedCertificate:
    from desktop.certificates import exported
    from desktop.documents.signatures.identity import holder

    number = digits(certificate)
    row = session.scalars(select(TrustedCertificate).where(TrustedCertificate.fingerprint == number)).first()
    if row is None:
        row = TrustedCertificate(fingerprint=number)
        session.add(row)
    row.kind, row.how, row.decided_on, row.trashed_at = kind, how.strip(), today, None
    row.holder, row.pem = holder(certificate), exported(certificate).decode("ascii")
    return row


def _path(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], depth: int = 0
) -> list[x509.Certificate]:
    """The issuers of a certificate up to a recognised root, nearest first; empty when there is no way.

    Args:
        certificate: whose issuers are sought.
        others: certificates that may stand between, from the signature itself.
        roots: recognised roots.
        depth: how many certificates have been passed already.
    """
    for root in roots:
        if _issued(root, certificate, depth):
            return [root]
    for one in others if depth < LONGEST_PATH else ():
        if _issued(one, certificate, depth) and (above := _path(one, others, roots, depth + 1)):
            return [one, *above]
    return []


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, depth: int) -> bool:
    """Whether a certificate was issued by one that may issue, with so many certificates below it."""
    from desktop.certificates import issued_by, issuing_depth

    deepest = issuing_depth(issuer)
    if deepest is None or depth > deepest or digits(issuer) == digits(certificate):
        return False
    return issued_by(certificate, issuer)


def _out_of_term(certificates: Sequence[x509.Certificate], claimed_at: datetime | None) -> str:
    """Why the claimed time does not fit the terms of the certificates, empty when it fits all of them."""
    if claimed_at is None:
        return "签名没有写明时间，不能认定签名人。"
    if all(one.not_valid_before_utc <= claimed_at <= one.not_valid_after_utc for one in certificates):
        return ""
    return "签名时间不在证书有效期内，不能认定签名人。"


def _unless(out_of_term: str, judgement: Judgement) -> Judgement:
    """A signature from outside the certificate's term proves nothing about its holder."""
    return Judgement(Trust.UNKNOWN, out_of_term) if out_of_term else judgement
