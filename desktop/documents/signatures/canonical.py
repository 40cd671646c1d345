"""Canonical XML of elements and their digests.

lxml writes canonical XML of a subtree wrongly when a default namespace is inherited (it puts xmlns="" into
grandchildren; lxml 5.3 to 6.1.3), so an element is serialised with its namespaces, parsed again and canonicalised as a
whole document, which it does rightly.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from lxml import etree

from desktop.documents.signatures import names

if TYPE_CHECKING:
    from lxml.etree import _Element

_XML = "{http://www.w3.org/XML/1998/namespace}"
_METHODS = {  # transform -> exclusive, with comments
    names.C14N: (False, False),
    names.C14N_COMMENTS: (False, True),
    names.EXC_C14N: (True, False),
    names.EXC_C14N_COMMENTS: (True, True),
}
CANONICAL = frozenset(_METHODS)

_ATTRIBUTE = re.compile('[&<"\t\n\r]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}


def attribute(value: str) -> str:
    """An attribute value as canonical XML writes it."""
    return _ATTRIBUTE.sub(lambda found: _ESCAPES[found.group()], value)


def canonical(element: _Element, method: str = names.C14N) -> bytes:
    """The canonical bytes of an element with everything in it (C14N 1.0 or exclusive, by the name of the transform)."""
    exclusive, comments = _METHODS[method]
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    if not exclusive:
        for ancestor in element.iterancestors():
            for key, value in ancestor.attrib.items():
                if str(key).startswith(_XML) and key not in copy.attrib:
                    copy.set(key, value)
    return etree.tostring(copy, method="c14n", exclusive=exclusive, with_comments=comments)


def canonical_document(content: _Element, method: str = names.C14N) -> bytes:
    """The canonical bytes of a whole document, comments and instructions outside its root included."""
    exclusive, comments = _METHODS[method]
    return etree.tostring(content.getroottree(), method="c14n", exclusive=exclusive, with_comments=comments)


def digest(content: bytes, method: str = names.SHA256) -> str:
    """The base64 digest of some bytes by the name of the digest method."""
    return base64.b64encode(hashlib.new(names.DIGESTS[method], content).digest()).decode("ascii")
