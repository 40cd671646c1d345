"""Which parts a package signature must cover, which it leaves out, and what it left out or never saw.

Everything is signed except what Office itself leaves out: the content types (each reference carries its own), the
signature parts, and properties and thumbnail in /docProps/ as long as nothing in the document shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.documents.signatures import names
from desktop.documents.signatures.parts import Parts, Relationship, is_relationships, key, relationships_name
from desktop.errors import BadFile

_PROPERTIES_FOLDER = "/docprops/"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature of this package is about.

    Attributes:
        origin: the part that all signatures hang from, None in an unsigned package.
        signatures: the signature parts in signing order.
        due: the parts that a signature must cover.
        exempt: Ids of root relationships that it need not cover.
    """

    origin: str | None
    signatures: tuple[str, ...]
    due: tuple[str, ...]
    exempt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What one signature does not cover.

    Attributes:
        added: nothing that was signed leads there, so it was not in the file when it was signed.
        unsigned: left out by the signer, or added without being noticed otherwise: nobody can tell.
    """

    added: tuple[str, ...]
    unsigned: tuple[str, ...]


def scope(parts: Parts) -> Scope:
    """Find the signatures of a package and what they must cover.

    Raises:
        BadFile: the package has more than one signature origin.
    """
    origins = [one for one in parts.of("/") if one.type == names.ORIGIN_RELATION and not one.external]
    if len(origins) > 1:
        raise BadFile(f"文件“{parts.package.name}”有两处签名起点，内容不可信。", where="_rels/.rels")
    infrastructure: set[str] = set()
    signatures: list[str] = []
    origin = parts.spelled(origins[0].part) if origins else None
    if origin:
        infrastructure |= _infrastructure(parts, origin)
        signatures = _targets(parts, origin, names.SIGNATURE_RELATION)
        infrastructure |= {name for name in signatures if parts.content_type(name) == names.SIGNATURE_TYPE}
        for name in signatures:
            infrastructure |= _infrastructure(parts, name)
            infrastructure |= {
                found
                for found in _targets(parts, name, names.CERTIFICATE_RELATION)
                if parts.content_type(found) == names.CERTIFICATE_TYPE
            }
    properties = _properties(parts)
    exempt = frozenset(one.id for one in [*properties, *(origins if origin else [])])
    left_out = infrastructure | {parts.spelled(one.part) for one in properties}
    due = tuple(name for name in parts.member if name not in left_out)
    return Scope(origin, tuple(signatures), due, exempt)


def uncovered(parts: Parts, about: Scope, covered: dict[str, frozenset[str] | None]) -> Uncovered:
    """Name everything that a signature does not cover.

    Args:
        parts: the package.
        about: its scope.
        covered: covered part -> Ids of its covered relationships, None when all of it is covered.
    """
    known, loose = _relationships(parts, about, covered)
    reached = {key(one.part) for one in known if not one.external}
    missing = [name for name in about.due if name not in covered]
    added = [name for name in missing if known and key(name) not in reached]
    unsigned = [name for name in missing if name not in added]
    for source, one in loose:
        known_target = one.external or parts.spelled(one.part) in covered or parts.spelled(one.part) in unsigned
        (unsigned if known_target else added).append(f"{source} 中的关系 {one.id}")
    return Uncovered(tuple(added), tuple(unsigned))


def _relationships(
    parts: Parts, about: Scope, covered: dict[str, frozenset[str] | None]
) -> tuple[list[Relationship], list[tuple[str, Relationship]]]:
    """The relationships that a signature covers, and those in covered parts that it does not."""
    known: list[Relationship] = []
    loose: list[tuple[str, Relationship]] = []
    for name in filter(is_relationships, covered):
        chosen = covered[name]
        exempt = about.exempt if key(name) == "/_rels/.rels" else frozenset()
        for one in parts.relationships(name):
            if chosen is None or one.id in chosen:
                known.append(one)
            elif one.id not in exempt:
                loose.append((name, one))
    return known, loose


def _infrastructure(parts: Parts, name: str) -> set[str]:
    """A signature origin or signature part with its relationships part, as far as they are what they should be."""
    found = {name} if parts.content_type(name) == names.ORIGIN_TYPE else set()
    relationships = parts.spelled(relationships_name(name))
    if relationships and all(
        one.type in {names.SIGNATURE_RELATION, names.CERTIFICATE_RELATION} for one in parts.relationships(relationships)
    ):
        found.add(relationships)
    return found


def _targets(parts: Parts, source: str, kind: str) -> list[str]:
    found = [parts.spelled(one.part) for one in parts.of(source) if one.type == kind and not one.external]
    return [name for name in dict.fromkeys(found) if name]


def _properties(parts: Parts) -> list[Relationship]:
    """The root relationships of property parts that nothing else in the package points to."""
    root = parts.of("/")
    candidates = [
        one
        for one in root
        if one.type in names.PROPERTY_RELATIONS and not one.external and key(one.part).startswith(_PROPERTIES_FOLDER)
    ]
    chosen = {one.id for one in candidates}
    shown = {key(one.part) for one in root if one.id not in chosen}
    for name in parts.member:
        if is_relationships(name) and key(name) != "/_rels/.rels":
            shown |= {key(one.part) for one in parts.relationships(name)}
    return [one for one in candidates if key(one.part) not in shown and parts.spelled(one.part)]
