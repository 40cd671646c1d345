"""The names that signed packages are written with (ECMA-376 part 2, XML-DSig, XAdES 1.3.2, MS-OFFCRYPTO 2.5)."""

from __future__ import annotations

DS = "http://www.w3.org/2000/09/xmldsig#"
MDSSI = "http://schemas.openxmlformats.org/package/2006/digital-signature"
OFFICE = "http://schemas.microsoft.com/office/2006/digsig"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_COMMENTS = C14N + "#WithComments"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
EXC_C14N_COMMENTS = EXC_C14N + "WithComments"
RELATIONSHIP_TRANSFORM = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
OBJECT_TYPE = DS + "Object"
SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
PROOF_OF_ORIGIN = "http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin"

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DIGESTS = {
    DS + "sha1": "sha1",
    SHA256: "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SIGNATURE_METHODS = {
    DS + "rsa-sha1": ("RSA", "sha1"),
    RSA_SHA256: ("RSA", "sha256"),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": ("RSA", "sha384"),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": ("RSA", "sha512"),
    ECDSA_SHA256: ("ECDSA", "sha256"),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": ("ECDSA", "sha384"),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": ("ECDSA", "sha512"),
}

ORIGIN_TYPE = "application/vnd.openxmlformats-package.digital-signature-origin"
SIGNATURE_TYPE = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
CERTIFICATE_TYPE = "application/vnd.openxmlformats-package.digital-signature-certificate"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/"
ORIGIN_RELATION = _PACKAGE + "digital-signature/origin"
SIGNATURE_RELATION = _PACKAGE + "digital-signature/signature"
CERTIFICATE_RELATION = _PACKAGE + "digital-signature/certificate"
PROPERTY_RELATIONS = frozenset(
    {
        _PACKAGE + "metadata/core-properties",
        _PACKAGE + "metadata/thumbnail",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties",
    }
)
"""Root relationships whose parts Office rewrites on signing and therefore leaves unsigned."""

STANDARD_PROVIDER = "{00000000-0000-0000-0000-000000000000}"
STAMP_PROVIDER = "{000CD6A4-0000-0000-C000-000000000046}"
"""Office's East Asian provider: the stamp signature line 图章签名行, which takes a picture instead of a name."""

PACKAGE_OBJECT = "idPackageObject"
OFFICE_OBJECT = "idOfficeObject"
SIGNED_PROPERTIES = "idSignedProperties"
VALID_PICTURE = "idValidSigLnImg"
INVALID_PICTURE = "idInvalidSigLnImg"
