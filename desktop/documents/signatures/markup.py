"""The XML of one package signature, written the way Office 2016 writes it.

Order and content of the objects follow MS-OFFCRYPTO 2.5.2 and MS-OI29500 2.1.1750 ff.; the schemas are xmldsig-core,
XAdES 1.3.2, opc-digSig and Office's signatureInfo.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from desktop.documents.signatures import names
from desktop.documents.signatures.canonical import attribute, canonical, digest
from desktop.documents.signatures.identity import Identity
from desktop.documents.signatures.parts import Parts, Relationship, is_relationships, transformed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_DIGEST_METHOD = f'<DigestMethod Algorithm="{names.SHA256}"/>'
_OFFICE_VERSION = "16.0"  # the layout of SignatureInfoV1 is that of Office 2016; the values describe the layout only


@dataclass(frozen=True, slots=True)
class Picture:
    """What a signature line shows: while the signature holds, and once it does not (PNG, JPEG or EMF bytes)."""

    valid: bytes
    invalid: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """What the signer says besides the signature itself.

    Attributes:
        signed_at: the time the signer claims, with its zone.
        comment: purpose of signing, at most 255 characters.
        role: the office in which is signed, may be empty.
        line: SetupID of the signature line that is filled, empty for an invisible signature.
        provider: the provider of that line.
        text: the name written on the line, at most 100 characters; empty when it carries a picture.
        image: the picture put onto the line, empty when a name is written.
        picture: how the whole line looks, None for an invisible signature.
    """

    signed_at: datetime
    comment: str = ""
    role: str = ""
    line: str = ""
    provider: str = names.STANDARD_PROVIDER
    text: str = ""
    image: bytes = b""
    picture: Picture | None = None

    @property
    def time(self) -> str:
        """The claimed time in UTC as XAdES writes it."""
        return self.signed_at.astimezone(UTC).strftime(_TIME)


def signature(parts: Parts, chosen: Sequence[str], exempt: frozenset[str], who: Identity, what: Statement) -> bytes:
    """The bytes of a signature part over the chosen parts.

    Args:
        parts: the package.
        chosen: the part names to sign.
        exempt: Ids of the relationships of the package itself that stay unsigned.
        who: key and certificates.
        what: claimed time, comment, role and signature line.
    """
    objects = [
        _package_object(_manifest(parts, chosen, exempt), what.time),
        _office_object(what),
        _xades_object(who, what),
        *_pictures(what),
    ]
    inside = f"<SignedInfo/><SignatureValue/>{_key_info(who)}{''.join(objects)}"
    root = etree.fromstring(f'<Signature xmlns="{names.DS}" Id="idPackageSignature">{inside}</Signature>')
    signed_info = etree.fromstring(f'<r xmlns="{names.DS}">{_signed_info(root, who, what)}</r>')[0]
    root.replace(root[0], signed_info)
    root[1].text = _base64(who.sign(canonical(root[0])))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _manifest(parts: Parts, chosen: Sequence[str], exempt: frozenset[str]) -> str:
    references = []
    for name in chosen:
        if is_relationships(name):
            selected = [one for one in parts.relationships(name) if name != "/_rels/.rels" or one.id not in exempt]
            references.append(_reference(parts.uri(name), transformed(selected), _relationship_transforms(selected)))
        else:
            references.append(_reference(parts.uri(name), parts.read(name)))
    return "".join(references)


def _relationship_transforms(selected: Sequence[Relationship]) -> str:
    chosen = "".join(f'<mdssi:RelationshipReference SourceId="{attribute(one.id)}"/>' for one in selected)
    return (
        f'<Transforms><Transform Algorithm="{names.RELATIONSHIP_TRANSFORM}">{chosen}</Transform>'
        f'<Transform Algorithm="{names.C14N}"/></Transforms>'
    )


def _reference(uri: str, content: bytes, transforms: str = "", kind: str = "") -> str:
    typed = f' Type="{kind}"' if kind else ""
    return (
        f'<Reference{typed} URI="{attribute(uri)}">{transforms}{_DIGEST_METHOD}'
        f"<DigestValue>{digest(content)}</DigestValue></Reference>"
    )


def _package_object(manifest: str, time: str) -> str:
    return (
        f'<Object Id="{names.PACKAGE_OBJECT}" xmlns:mdssi="{names.MDSSI}"><Manifest>{manifest}</Manifest>'
        '<SignatureProperties><SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">'
        "<mdssi:SignatureTime>"
        f"<mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format><mdssi:Value>{time}</mdssi:Value>"
        "</mdssi:SignatureTime></SignatureProperty></SignatureProperties></Object>"
    )


def _office_object(what: Statement) -> str:
    fields = {
        "SetupID": what.line,
        "SignatureText": what.text,
        "SignatureImage": _base64(what.image),
        "SignatureComments": what.comment,
        "WindowsVersion": "10.0",
        "OfficeVersion": _OFFICE_VERSION,
        "ApplicationVersion": _OFFICE_VERSION,
        "Monitors": "1",
        "HorizontalResolution": "1920",
        "VerticalResolution": "1080",
        "ColorDepth": "32",
        "SignatureProviderId": what.provider,
        "SignatureProviderUrl": "",
        "SignatureProviderDetails": "9",
        "SignatureType": "2" if what.line else "1",
    }
    details = "".join(f"<{name}>{escape(value)}</{name}>" if value else f"<{name}/>" for name, value in fields.items())
    return (
        f'<Object Id="{names.OFFICE_OBJECT}"><SignatureProperties><SignatureProperty Id="idOfficeV1Details"'
        f' Target="#idPackageSignature"><SignatureInfoV1 xmlns="{names.OFFICE}">{details}</SignatureInfoV1>'
        "</SignatureProperty></SignatureProperties></Object>"
    )


def _xades_object(who: Identity, what: Statement) -> str:
    certificate = who.certificate
    issuer = escape(certificate.issuer.rfc4514_string())
    role = (
        f"<xd:SignerRole><xd:ClaimedRoles><xd:ClaimedRole>{escape(what.role)}</xd:ClaimedRole></xd:ClaimedRoles></xd:SignerRole>"
        if what.role
        else ""
    )
    qualifier = (
        "<xd:CommitmentTypeQualifiers><xd:CommitmentTypeQualifier>"
        f"{escape(what.comment)}</xd:CommitmentTypeQualifier></xd:CommitmentTypeQualifiers>"
        if what.comment
        else ""
    )
    chain = "".join(
        f"<xd:EncapsulatedX509Certificate>{_der(one)}</xd:EncapsulatedX509Certificate>" for one in who.chain
    )
    unsigned = (
        "<xd:UnsignedProperties><xd:UnsignedSignatureProperties><xd:CertificateValues>"
        f"{chain}</xd:CertificateValues></xd:UnsignedSignatureProperties></xd:UnsignedProperties>"
        if chain
        else ""
    )
    return (
        f'<Object><xd:QualifyingProperties xmlns:xd="{names.XADES}" Target="#idPackageSignature">'
        f'<xd:SignedProperties Id="{names.SIGNED_PROPERTIES}"><xd:SignedSignatureProperties>'
        f"<xd:SigningTime>{what.time}</xd:SigningTime><xd:SigningCertificate><xd:Cert><xd:CertDigest>{_DIGEST_METHOD}"
        f"<DigestValue>{digest(certificate.public_bytes(Encoding.DER))}</DigestValue></xd:CertDigest><xd:IssuerSerial>"
        f"<X509IssuerName>{issuer}</X509IssuerName><X509SerialNumber>{certificate.serial_number}</X509SerialNumber>"
        "</xd:IssuerSerial></xd:Cert></xd:SigningCertificate><xd:SignaturePolicyIdentifier><xd:SignaturePolicyImplied/>"
        f"</xd:SignaturePolicyIdentifier>{role}</xd:SignedSignatureProperties><xd:SignedDataObjectProperties>"
        f"<xd:CommitmentTypeIndication><xd:CommitmentTypeId><xd:Identifier>{names.PROOF_OF_ORIGIN}</xd:Identifier>"
        f"</xd:CommitmentTypeId><xd:AllSignedDataObjects/>{qualifier}</xd:CommitmentTypeIndication>"
        f"</xd:SignedDataObjectProperties></xd:SignedProperties>{unsigned}</xd:QualifyingProperties></Object>"
    )


def _pictures(what: Statement) -> list[str]:
    if what.picture is None:
        return []
    pairs = ((names.VALID_PICTURE, what.picture.valid), (names.INVALID_PICTURE, what.picture.invalid))
    return [f'<Object Id="{name}">{_base64(content)}</Object>' for name, content in pairs]


def _signed_info(root: _Element, who: Identity, what: Statement) -> str:
    targets = {str(found.get("Id")): found for found in root.iter() if found.get("Id")}

    def covered(name: str) -> str:
        return _reference(f"#{name}", canonical(targets[name]), kind=names.OBJECT_TYPE)

    properties = _reference(
        f"#{names.SIGNED_PROPERTIES}",
        canonical(targets[names.SIGNED_PROPERTIES]),
        f'<Transforms><Transform Algorithm="{names.C14N}"/></Transforms>',
        names.SIGNED_PROPERTIES_TYPE,
    )
    pictures = (names.VALID_PICTURE, names.INVALID_PICTURE) if what.picture else ()
    return (
        f'<SignedInfo><CanonicalizationMethod Algorithm="{names.C14N}"/><SignatureMethod Algorithm="{who.method}"/>'
        f"{covered(names.PACKAGE_OBJECT)}{covered(names.OFFICE_OBJECT)}{properties}"
        f"{''.join(covered(name) for name in pictures)}</SignedInfo>"
    )


def _key_info(who: Identity) -> str:
    return f"<KeyInfo><X509Data><X509Certificate>{_der(who.certificate)}</X509Certificate></X509Data></KeyInfo>"


def _der(certificate: Certificate) -> str:
    return _base64(certificate.public_bytes(Encoding.DER))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
