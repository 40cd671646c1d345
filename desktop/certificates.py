"""Certificates of units: made here, issued by a small authority that the superior runs, taken from PKCS#12 files.

A root (根证书) is kept by the superior; every unit makes its own certificate and keeps its key; the superior answers
with a certificate for the same key and says by a revocation list (吊销列表, X.509 CRL) which ones no longer count.
Nothing here writes a passphrase anywhere; where a key is kept is the vault's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from desktop.dates import chinese
from desktop.documents.signatures.identity import UNREADABLE, Identity, PublicKey, holder
from desktop.errors import BadFile, BadValue, Locked, Refused

_Stated = TypeVar("_Stated", bound=x509.ExtensionType)

RSA_BITS = 3072
ROOT_YEARS = 10
UNIT_YEARS = 3  # about one term of a county committee; a club makes a new one each year
LIST_DAYS = 400  # a revocation list names when the next is due; offices send one a year
SHORTEST_PASSPHRASE = 10  # characters of a new PKCS#12 file, as for the vault
LONGEST_NAME = 64  # characters, ub-common-name of RFC 5280
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")  # Microsoft's usage "Document Signing"
_MACHINES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}
_DEEPEST = 255  # no limit stated
_EARLIER = timedelta(minutes=5)  # clocks of two office PCs differ by a few minutes


def read_p12(content: bytes, passphrase: str, name: str = "") -> Identity:
    """Key, certificate and chain from a PKCS#12 file (.p12, .pfx).

    Raises:
        Locked: the passphrase does not open it.
        BadFile: it is no PKCS#12 file, holds no key with certificate, or a kind of key that cannot sign Office files.
    """
    where = f"“{name}”" if name else ""
    if not content.startswith(b"\x30"):
        raise BadFile(f"文件{where}不是证书文件（PKCS#12）。", todo="请选择扩展名为 .p12 或 .pfx 的文件。")
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(content, passphrase.encode("utf-8"))
    except ValueError as error:
        raise Locked(f"证书文件{where}的口令不对，或文件已损坏。", todo="请重新输入口令。") from error
    except UnsupportedAlgorithm as error:
        raise BadFile(f"证书文件{where}用了不支持的加密方式。", todo="请用签发它的软件重新导出。") from error
    if key is None or certificate is None:
        raise BadFile(f"文件{where}里没有私钥或没有证书，不能用来签名。", todo="请导出包含私钥的证书文件。")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadFile(f"文件{where}的密钥类型不能给 Word、Excel 文件签名。", todo="请换用 RSA 或 ECDSA 证书。")
    return Identity(key, certificate, tuple(_chain(certificate, more)))


def write_p12(identity: Identity, passphrase: str) -> bytes:
    """A PKCS#12 file with key, certificate and chain, encrypted by the passphrase (AES-256, PBES2)."""
    return pkcs12.serialize_key_and_certificates(
        holder(identity.certificate).encode("utf-8"),
        identity.key,
        identity.certificate,
        identity.chain,
        serialization.BestAvailableEncryption(passphrase.encode("utf-8")),
    )


def read_certificate(content: bytes, name: str = "") -> x509.Certificate:
    """A certificate from PEM or DER bytes (.cer, .crt, .pem).

    Raises:
        BadFile: it is no certificate.
    """
    try:
        pem = b"-----BEGIN" in content
        certificate = x509.load_pem_x509_certificate(content) if pem else x509.load_der_x509_certificate(content)
        certificate.public_key()
        list(certificate.extensions)
    except UNREADABLE as error:
        raise BadFile(f"文件“{name}”不是证书，或已损坏。", todo="请选择扩展名为 .cer 或 .crt 的文件。") from error
    return certificate


def read_list(content: bytes, name: str = "") -> x509.CertificateRevocationList:
    """A revocation list from PEM or DER bytes (.crl).

    Raises:
        BadFile: it is no revocation list.
    """
    try:
        return x509.load_pem_x509_crl(content) if b"-----BEGIN" in content else x509.load_der_x509_crl(content)
    except UNREADABLE as error:
        raise BadFile(f"文件“{name}”不是吊销列表，或已损坏。", todo="请向上级重新索取（扩展名 .crl）。") from error


def exported(thing: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    """A certificate or revocation list as PEM text, which Windows opens by double click as .cer or .crl."""
    return thing.public_bytes(serialization.Encoding.PEM)


def make_root(name: str, now: datetime, *, years: int = ROOT_YEARS) -> Identity:
    """A new root of a small authority, kept by the superior committee off the network.

    Raises:
        BadValue: the name is empty or too long.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    subject = _subject(name)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(subject, subject, key.public_key(), now, years).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Identity(key, builder.sign(key, hashes.SHA256()))


def make_own(name: str, now: datetime, *, years: int = UNIT_YEARS) -> Identity:
    """A new self-signed certificate of a unit with its key.

    Raises:
        BadValue: the name is empty or too long.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    subject = _subject(name)
    builder = _for_signing(_builder(subject, subject, key.public_key(), now, years))
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return Identity(key, builder.add_extension(above, critical=False).sign(key, hashes.SHA256()))


def issue(root: Identity, of: x509.Certificate, now: datetime, *, years: int = UNIT_YEARS) -> x509.Certificate:
    """A certificate of the authority for the key and name in a unit's self-signed certificate.

    Raises:
        Refused: the root is none or runs out, or the unit's certificate does not prove that the unit has the key.
    """
    _need_root(root, now)
    if not issued_by(of, of):
        raise Refused(
            f"“{holder(of)}”的证书不是本单位自制的，不能据此签发。",
            todo="请该单位先制作自签名证书，再把 .cer 文件交来。",
        )
    public = of.public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Refused(f"“{holder(of)}”的密钥类型不能给 Word、Excel 文件签名。", todo="请该单位重新制作证书。")
    builder = _for_signing(_builder(of.subject, root.certificate.subject, public, now, years))
    return builder.add_extension(_issuer_key(root.certificate), critical=False).sign(root.key, hashes.SHA256())


def joined(identity: Identity, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Identity:
    """The unit's key together with the certificate that the superior issued for it.

    Raises:
        Refused: the certificate is for another key, or none of the certificates above it issued it.
    """
    if certificate.public_key() != identity.key.public_key():
        raise Refused(
            f"签发给“{holder(certificate)}”的证书与本机的密钥不相配。", todo="请确认上级签发的是否是本单位交去的证书。"
        )
    if chain and not any(issued_by(certificate, one) for one in chain):
        raise Refused(
            f"签发给“{holder(certificate)}”的证书不是所选的根证书签发的。", todo="请向上级核对，选择签发它的根证书。"
        )
    return Identity(identity.key, certificate, tuple(_chain(certificate, chain)))


def issued_by(certificate: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether a certificate bears the name and the signature of another one."""
    try:
        certificate.verify_directly_issued_by(above)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def revoke(
    root: Identity,
    certificates: Iterable[x509.Certificate],
    earlier: x509.CertificateRevocationList | None,
    now: datetime,
) -> x509.CertificateRevocationList:
    """The next revocation list: everything on the earlier one and the certificates named now.

    Raises:
        Refused: the root is none, a certificate is not from it, or the earlier list is not.
    """
    _need_root(root, now)
    number = 1
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
    builder = builder.last_update(_utc(now)).next_update(_utc(now) + timedelta(days=LIST_DAYS))
    listed: set[int] = set()
    if earlier is not None:
        if not signed_list(earlier, root.certificate):
            raise Refused("原有的吊销列表不是这个根证书签发的。", todo="请选择本单位上一次发布的吊销列表。")
        number = list_number(earlier) + 1
        for entry in earlier:
            listed.add(entry.serial_number)
            builder = builder.add_revoked_certificate(entry)
    for certificate in certificates:
        if certificate.issuer != root.certificate.subject:
            raise Refused(f"“{holder(certificate)}”的证书不是这个根证书签发的，不能吊销。")
        if certificate.serial_number not in listed:
            listed.add(certificate.serial_number)
            new = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            builder = builder.add_revoked_certificate(new.revocation_date(_utc(now)).build())
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    builder = builder.add_extension(_issuer_key(root.certificate), critical=False)
    return builder.sign(root.key, hashes.SHA256())


def need_in_term(certificate: x509.Certificate, now: datetime) -> None:
    """Let nobody sign with a certificate that ran out: no receiver would believe the signature.

    Raises:
        Refused: it ran out.
    """
    end = certificate.not_valid_after_utc
    if _utc(now) > end:
        raise Refused(
            f"“{holder(certificate)}”的证书已于 {chinese(end.astimezone().date())}到期，没有签名。",
            todo="请制作新的证书，再请对方核对指纹，或请上级重新签发。",
        )


def list_number(revoked: x509.CertificateRevocationList) -> int:
    """The running number of a revocation list, 0 when it has none."""
    try:
        return revoked.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (x509.ExtensionNotFound, *UNREADABLE):
        return 0


def signed_list(revoked: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    """Whether a revocation list was signed by this root."""
    public = root.public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or revoked.issuer != root.subject:
        return False
    try:
        return revoked.is_signature_valid(public)
    except (TypeError, UnsupportedAlgorithm):
        return False


def is_root(certificate: x509.Certificate) -> bool:
    """Whether a certificate is an authority's own: it may issue, and it issued itself."""
    return issued_by(certificate, certificate) and issuing_depth(certificate) is not None


def issuing_depth(certificate: x509.Certificate) -> int | None:
    """How many authorities may stand below one that may issue certificates; None when it may not (RFC 5280, 4.2.1.9).

    A certificate that says what its key is for must name issuing among it (4.2.1.3).
    """
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = _stated(certificate, x509.KeyUsage)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None
    if not constraints.ca or (usage is not None and not usage.key_cert_sign):
        return None
    return _DEEPEST if constraints.path_length is None else constraints.path_length


def signs_documents(certificate: x509.Certificate) -> bool:
    """Whether a certificate lets its key sign documents: one made only for a web server or a time stamp does not."""
    try:
        usage, purposes = _stated(certificate, x509.KeyUsage), _stated(certificate, x509.ExtendedKeyUsage)
    except UNREADABLE:
        return False
    allowed = usage is None or usage.digital_signature or usage.content_commitment
    return allowed and (purposes is None or not set(purposes) <= _MACHINES)


def _stated(certificate: x509.Certificate, kind: type[_Stated]) -> _Stated | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _need_root(root: Identity, now: datetime) -> None:
    if not is_root(root.certificate):
        raise Refused(f"“{holder(root.certificate)}”的证书不是根证书，不能签发或吊销。", todo="请选择根证书文件。")
    if _utc(now) > root.certificate.not_valid_after_utc:
        raise Refused(
            f"根证书“{holder(root.certificate)}”已于 {chinese(root.certificate.not_valid_after_utc.date())}到期。",
            todo="请制作新的根证书，并请各单位重新导入。",
        )


def _chain(certificate: x509.Certificate, more: Sequence[x509.Certificate]) -> Iterable[x509.Certificate]:
    """The issuers of a certificate among others, nearest first."""
    rest = list(more)
    while certificate.issuer != certificate.subject:
        above = next((one for one in rest if one.subject == certificate.issuer), None)
        if above is None:
            return
        rest.remove(above)
        certificate = above
        yield above


def _subject(name: str) -> x509.Name:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadValue(f"证书上的名称须为 1 至 {LONGEST_NAME} 个字。", todo="请填写单位全称或简称。")
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    start = _utc(now)
    end = start.replace(year=start.year + years, day=min(start.day, 28))
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start - _EARLIER).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _for_signing(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """The extensions by which Office, LibreOffice and Windows accept a certificate for signing documents."""
    usage = _usage(digital_signature=True, content_commitment=True)
    purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(purposes, critical=False)
    )


def _issuer_key(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is the local time of this PC."""
    return moment.astimezone(UTC).replace(microsecond=0)
