"""Check one package signature: the XML signature itself, then every reference of its manifest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from desktop.documents.package import parse
from desktop.documents.signatures import names
from desktop.documents.signatures.canonical import CANONICAL, canonical, canonical_document, digest
from desktop.documents.signatures.identity import UNREADABLE, check_signature
from desktop.documents.signatures.parts import Parts, is_relationships, transformed
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

SHORTEST_RSA = 1024  # bits; anything below is broken, below 2048 is remarked on
MOST_OBJECTS = 32  # referenced by one signature; Office writes six. More would only keep the reader busy
_YEARS = 1990, 2200  # nobody signs before or behind these; the very first and last years overflow in other zones
_DS = f"{{{names.DS}}}"
_MDSSI = f"{{{names.MDSSI}}}"
_XADES = f"{{{names.XADES}}}"
_OFFICE = f"{{{names.OFFICE}}}"


class Broken(Exception):
    """The signature does not hold; the sentence says why. It never leaves this package of modules."""


@dataclass
class Checked:
    """What was found about one signature.

    Attributes:
        certificate: the signer's, None when it could not be read.
        chain: further certificates inside the signature.
        claimed_at: the time the signer claims, in UTC.
        covered: covered part -> Ids of its covered relationships, None when all of it is covered.
        altered: parts that are not as they were signed.
        removed: parts that were signed and are gone.
        problems: why the signature does not hold.
        remarks: what weakens it although it holds.
    """

    certificate: x509.Certificate | None = None
    chain: list[x509.Certificate] = field(default_factory=list)
    claimed_at: datetime | None = None
    comment: str = ""
    role: str = ""
    line: str = ""
    method: str = ""
    covered: dict[str, frozenset[str] | None] = field(default_factory=dict)
    altered: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def check(parts: Parts, part: str) -> Checked:
    """Check the signature in one signature part.

    Raises:
        BadFile: the part is damaged XML.
    """
    root = parse(parts.read(part), parts.package.name, part)
    found = Checked()
    try:
        _read_certificates(root, found)
        _describe([root], found)
        _plain(root)
        signed = _core(root, found)
        _describe(signed, found)
        _signing_certificate(signed, found)
        for manifest in _manifests(signed):
            for reference in manifest.iterfind(f"{_DS}Reference"):
                _manifest_reference(parts, reference, found)
        if not found.covered and not found.removed:
            raise Broken("签名没有覆盖文件的任何部件。")
    except Broken as reason:
        found.problems.append(str(reason))
    if found.altered or found.removed:
        found.problems.append("签名之后文件内容被改动。")
    return found


def _read_certificates(root: _Element, found: Checked) -> None:
    if root.tag != f"{_DS}Signature":
        raise Broken("签名部件里没有签名。")
    encoded = [one.text or "" for one in root.iterfind(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")]
    encoded += [one.text or "" for one in root.iter(f"{_XADES}EncapsulatedX509Certificate")]
    certificates = [certificate for text in encoded if (certificate := _certificate(text)) is not None]
    if certificates:
        found.certificate, *found.chain = certificates
    if len(certificates) > 1 and (named := _named(root)) is not None:  # some programs put the issuer first
        for one in certificates:
            if _matches(named, one.public_bytes(Encoding.DER)):
                found.certificate, found.chain = one, [other for other in certificates if other is not one]
    method = root.find(f"{_DS}SignedInfo/{_DS}SignatureMethod")
    found.method = (method.get("Algorithm") or "") if method is not None else ""


def _plain(root: _Element) -> None:
    """Refuse comments and instructions.

    Canonical XML drops comments: one put into a text after signing would cut what is read of it and break no digest.
    """
    if any(not isinstance(one.tag, str) for one in root.iter()):
        raise Broken("签名里插有注释或处理指令，可能被人动过。")


def _named(root: _Element) -> _Element | None:
    """Where the signed properties say which certificate is the signer's."""
    return next(root.iter(f"{_XADES}CertDigest"), None)


def _describe(elements: Sequence[_Element], found: Checked) -> None:
    """Take down what the signer says; once the signature is checked, only from what it really covers."""
    found.comment = _text(elements, f"{_OFFICE}SignatureComments")
    found.line = _text(elements, f"{_OFFICE}SetupID")
    found.role = _text(elements, f"{_XADES}ClaimedRole")
    found.claimed_at = _time(_text(elements, f"{_XADES}SigningTime") or _text(elements, f"{_MDSSI}Value"))


def _manifests(signed: Sequence[_Element]) -> Iterator[_Element]:
    for element in signed:
        if element.tag == f"{_DS}Manifest":
            yield element
        yield from element.iterfind(f"{_DS}Manifest")


def _core(root: _Element, found: Checked) -> list[_Element]:
    """Check SignedInfo, its references and the signature value; returns the elements that are really signed."""
    signed_info = root.find(f"{_DS}SignedInfo")
    value = root.find(f"{_DS}SignatureValue")
    if signed_info is None or value is None or found.certificate is None:
        raise Broken("签名不完整，或其中的证书读不出来。")
    by_id = _elements_by_id(root)
    form = signed_info.find(f"{_DS}CanonicalizationMethod")
    method = form.get("Algorithm") if form is not None else None
    if method not in CANONICAL or form is None or len(form):
        raise Broken("签名用了不认识的规范化方法。")
    _check_value(found, _bytes(value.text or ""), canonical(signed_info, method))
    references = signed_info.findall(f"{_DS}Reference")
    if len(references) > MOST_OBJECTS:
        raise Broken(f"签名引用了 {len(references)} 处内容，不合常理，没有逐一核对。")
    signed: list[_Element] = []
    for reference in references:
        uri = reference.get("URI") or ""
        target = by_id.get(uri.removeprefix("#")) if uri.startswith("#") else None
        if target is None:
            raise Broken(f"签名引用的内容“{uri}”不在签名里。")
        steps = [step.get("Algorithm") or "" for step in reference.iterfind(f"{_DS}Transforms/{_DS}Transform")]
        if len(steps) > 1 or not set(steps) <= CANONICAL:
            raise Broken("签名用了不认识的变换。")
        if not _matches(reference, canonical(target, steps[0] if steps else names.C14N)):
            raise Broken("签名自身的内容（时间、说明、清单或签名行）被改动。")
        signed.append(target)
    if not signed:
        raise Broken("签名没有覆盖任何内容。")
    return signed


def _elements_by_id(root: _Element) -> dict[str, _Element]:
    found: dict[str, _Element] = {}
    for element in root.iter(etree.Element):
        for name in ("Id", "ID", "id"):
            value = element.get(name)
            if value is not None and found.setdefault(value, element) is not element:
                raise Broken(f"签名里有两处标识“{value}”，可能被人拼接过。")
    return found


def _check_value(found: Checked, value: bytes, content: bytes) -> None:
    assert found.certificate is not None
    try:
        public = found.certificate.public_key()
        if isinstance(public, rsa.RSAPublicKey) and public.key_size < SHORTEST_RSA:
            raise Broken(f"签名密钥只有 {public.key_size} 位，已不能证明任何事。")
        check_signature(public, found.method, value, content)
    except InvalidSignature as error:
        raise Broken("签名值与签名人的证书不符，签名被改动或证书被调换。") from error
    except UNREADABLE as error:
        raise Broken("签名算法或密钥不受支持。") from error
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < 2048:
        found.remarks.append(f"签名密钥只有 {public.key_size} 位，强度不足。")
    if names.SIGNATURE_METHODS[found.method][1] == "sha1":
        found.remarks.append("签名用了已过时的 SHA-1 算法。")


def _signing_certificate(signed: Sequence[_Element], found: Checked) -> None:
    """The signed properties must name the certificate, or another one with the same key could be put in its place."""
    assert found.certificate is not None
    named = [one for element in signed for one in element.iter(f"{_XADES}CertDigest")]
    if not named:
        found.remarks.append("签名没有写明签名人的证书（旧式签名）。")
        return
    if not _matches(named[0], found.certificate.public_bytes(Encoding.DER)):
        raise Broken("签名里的证书被调换。")


def _manifest_reference(parts: Parts, reference: _Element, found: Checked) -> None:
    path, _, query = (reference.get("URI") or "").partition("?")
    name = unquote(path)
    spelled = parts.spelled(name)
    if spelled is None:
        found.removed.append(name)
        return
    if spelled in found.covered and not is_relationships(spelled):
        raise Broken(f"签名清单里“{spelled}”写了两次，不合常理，没有逐一核对。")
    before = found.covered.get(spelled, frozenset())
    chosen: frozenset[str] | None = None
    kind = unquote(query).removeprefix("ContentType=")
    try:
        content, chosen = _referenced(parts, spelled, reference)
        _remark_on_digest(reference, found)
        altered = kind != parts.content_type(spelled) or not _matches(reference, content)
    except BadFile:  # the part is there but cannot be read: named as altered, the others are still checked
        altered = True
    if altered and spelled not in found.altered:
        found.altered.append(spelled)
    found.covered[spelled] = None if chosen is None or before is None else before | chosen


def _remark_on_digest(reference: _Element, found: Checked) -> None:
    method = reference.find(f"{_DS}DigestMethod")
    remark = "文件内容的摘要用了已过时的 SHA-1 算法。"
    if (
        method is not None
        and names.DIGESTS.get(method.get("Algorithm") or "") == "sha1"
        and remark not in found.remarks
    ):
        found.remarks.append(remark)


def _referenced(parts: Parts, name: str, reference: _Element) -> tuple[bytes, frozenset[str] | None]:
    """The bytes that a manifest reference digests, and the Ids of the relationships it chooses, None when whole."""
    steps = reference.findall(f"{_DS}Transforms/{_DS}Transform")
    kinds = [step.get("Algorithm") or "" for step in steps]
    if not kinds:
        return parts.read(name), None
    if kinds[0] == names.RELATIONSHIP_TRANSFORM and is_relationships(name) and set(kinds[1:]) <= {names.C14N}:
        ids = {one.get("SourceId") for one in steps[0].iterfind(f"{_MDSSI}RelationshipReference")}
        types = {one.get("SourceType") for one in steps[0].iterfind(f"{_MDSSI}RelationshipsGroupReference")}
        chosen = [one for one in parts.relationships(name) if one.id in ids or one.type in types]
        return transformed(chosen), frozenset(one.id for one in chosen)
    if len(kinds) == 1 and kinds[0] in CANONICAL:
        return canonical_document(parse(parts.read(name), parts.package.name, name), kinds[0]), None
    raise Broken("签名用了不认识的变换。")


def _matches(reference: _Element, content: bytes) -> bool:
    method = reference.find(f"{_DS}DigestMethod")
    value = reference.find(f"{_DS}DigestValue")
    algorithm = (method.get("Algorithm") or "") if method is not None else ""
    if value is None or algorithm not in names.DIGESTS:
        raise Broken("签名用了不认识的摘要算法。")
    return "".join((value.text or "").split()) == digest(content, algorithm)


def _text(elements: Sequence[_Element], tag: str) -> str:
    return next((one.text or "" for element in elements for one in element.iter(tag)), "").strip()


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return moment if _YEARS[0] <= moment.year <= _YEARS[1] else None
    except (ValueError, OverflowError):
        return None


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Broken("签名值读不出来。") from error


def _certificate(text: str) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split())))
        names_and_dates = certificate.subject, certificate.issuer, certificate.not_valid_after_utc
    except UNREADABLE:
        return None
    return certificate if all(names_and_dates) else None
