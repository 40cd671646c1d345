"""Who signs: a private key with its certificate and the certificates above it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

from desktop.documents.signatures import names

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What reading a stranger's certificate, its key or its extensions may raise; the last three are no ValueError."""

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # only to read what Office 2010 signed
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, repr=False)
class Identity:
    """A private key, its certificate, and the certificates that issued it, nearest first.

    It prints only the holder's name: the key must never reach a log.
    """

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def __repr__(self) -> str:
        return f"Identity({holder(self.certificate)})"

    @property
    def method(self) -> str:
        """The XML-DSig signature method that this key signs with."""
        return names.RSA_SHA256 if isinstance(self.key, rsa.RSAPrivateKey) else names.ECDSA_SHA256

    def sign(self, content: bytes) -> bytes:
        """The signature of some bytes, in the shape XML-DSig wants (PKCS#1 v1.5, or r and s side by side)."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(content, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.key.sign(content, ec.ECDSA(hashes.SHA256())))
        size = (self.key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def check_signature(public: CertificatePublicKeyTypes, method: str, signature: bytes, content: bytes) -> None:
    """Check a signature value as XML-DSig writes it.

    Raises:
        cryptography.exceptions.InvalidSignature: the value is not this key's signature of the content.
        ValueError: the method is unknown or does not fit the key.
    """
    kind, digest = names.SIGNATURE_METHODS.get(method, ("", ""))
    if kind == "RSA" and isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, content, padding.PKCS1v15(), _HASHES[digest])
    elif kind == "ECDSA" and isinstance(public, ec.EllipticCurvePublicKey):
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        public.verify(encode_dss_signature(r, s), content, ec.ECDSA(_HASHES[digest]))
    else:
        raise ValueError(method)


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 fingerprint as people compare it: sixteen groups of four hexadecimal digits."""
    return grouped(certificate.fingerprint(hashes.SHA256()).hex())


def grouped(digits: str) -> str:
    """Hexadecimal digits in capital groups of four, as people read them to each other."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4)).upper()


def holder(certificate: x509.Certificate) -> str:
    """The name of the unit or person a certificate was made for."""
    return common_name(certificate.subject)


def common_name(name: x509.Name) -> str:
    """The common name in an X.509 name, on one line; the whole name when it has none."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return one_line(str(found[0].value) if found else name.rfc4514_string())


def one_line(text: str) -> str:
    """A stranger's words without line breaks and marks that turn the writing, which could feign lines of a report."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign for sign in text).strip()
