"""Part names, content types and relationships of a package, as signatures look at them (ECMA-376 part 2).

A part name here starts with a slash and is percent-decoded: `/word/document.xml`. Names that differ only in the case of
ASCII letters are the same part.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote

from lxml import etree

from desktop.documents.package import Package, parse
from desktop.documents.signatures import names
from desktop.documents.signatures.canonical import attribute
from desktop.errors import BadFile

CONTENT_TYPES_MEMBER = "[Content_Types].xml"
_RELATIONSHIP = f"{{{names.RELATIONSHIPS}}}Relationship"
_RELATIONSHIP_ATTRIBUTES = {"Id", "Target", "TargetMode", "Type"}
_KEPT_IN_URI = "/!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship, its target resolved to a part name unless it leads out of the package."""

    id: str
    type: str
    target: str
    external: bool
    part: str

    @property
    def markup(self) -> str:
        """The relationship as the RelationshipTransform and canonical XML write it."""
        mode = "External" if self.external else "Internal"
        return (
            f'<Relationship Id="{attribute(self.id)}" Target="{attribute(self.target)}" TargetMode="{mode}"'
            f' Type="{attribute(self.type)}"></Relationship>'
        )


def key(name: str) -> str:
    """What two spellings of one part name have in common."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def relationships_name(part: str) -> str:
    """The name of the relationships part of a part; `/` is the package itself."""
    folder, file = posixpath.split(part)
    return f"{folder.rstrip('/')}/_rels/{file}.rels"


def source_name(relationships: str) -> str:
    """The part that a relationships part belongs to; `/` for the package itself."""
    folder, file = posixpath.split(relationships)
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))


def is_relationships(name: str) -> bool:
    """Whether a part name is that of a relationships part."""
    folder, file = posixpath.split(key(name))
    return file.endswith(".rels") and posixpath.basename(folder) == "_rels"


def transformed(relationships: Iterable[Relationship]) -> bytes:
    """What the RelationshipTransform and then canonical XML make of the chosen relationships (part 2, 13.2.4.24)."""
    inside = "".join(one.markup for one in sorted(relationships, key=lambda one: one.id))
    return f'<Relationships xmlns="{names.RELATIONSHIPS}">{inside}</Relationships>'.encode()


class Parts:
    """The parts of one package by name, with their content types and relationships.

    Raises:
        BadFile: on reading, when two members are the same part or content types or relationships are damaged.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.member: dict[str, str] = {}
        self._spelling: dict[str, str] = {}
        for member in package.members:
            if member != CONTENT_TYPES_MEMBER:
                name = "/" + unquote(member)
                if self._spelling.setdefault(key(name), name) != name or name in self.member:
                    raise BadFile(f"文件“{package.name}”里有两个名称相同的部件，内容不可信。", where=member)
                self.member[name] = member
        self._relationships: dict[str, list[Relationship]] = {}

    def spelled(self, name: str) -> str | None:
        """The name under which the package has this part, None when it has no such part."""
        return self._spelling.get(key(name))

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        return self.package.read(self.member[name])

    @cached_property
    def _types(self) -> tuple[dict[str, str], dict[str, str]]:
        root = self.package.xml(CONTENT_TYPES_MEMBER)
        defaults: dict[str, str] = {}
        overrides: dict[str, str] = {}
        for entry in root:
            kind = entry.get("ContentType") or ""
            if entry.tag == f"{{{names.CONTENT_TYPES}}}Default":
                table, name = defaults, key(entry.get("Extension") or "")
            elif entry.tag == f"{{{names.CONTENT_TYPES}}}Override":
                table, name = overrides, key(unquote(entry.get("PartName") or ""))
            else:
                continue
            if name in table:
                raise BadFile(
                    f"文件“{self.package.name}”对同一部件写了两个内容类型，内容不可信。", where=CONTENT_TYPES_MEMBER
                )
            table[name] = kind
        return defaults, overrides

    def content_type(self, name: str) -> str:
        """The content type of a part, empty when the package states none."""
        defaults, overrides = self._types
        _, dot, extension = posixpath.basename(key(name)).rpartition(".")
        return overrides.get(key(name)) or (defaults.get(extension, "") if dot else "")

    def uri(self, name: str) -> str:
        """How a manifest speaks of a part: name and content type."""
        return f"{quote(name, safe=_KEPT_IN_URI)}?ContentType={self.content_type(name)}"

    def relationships(self, name: str) -> list[Relationship]:
        """The relationships in a relationships part, in its order.

        Raises:
            BadFile: it is no well-formed relationships part, or two relationships share an Id.
        """
        if name not in self._relationships:
            self._relationships[name] = self._read_relationships(name)
        return self._relationships[name]

    def _read_relationships(self, name: str) -> list[Relationship]:
        root = parse(self.read(name), self.package.name, self.member[name])
        folder = posixpath.dirname(source_name(name))
        found = []
        for entry in root.iterchildren(etree.Element):
            # Markup compatibility may wrap relationships that Office follows and RelationshipTransform does not see.
            plain = entry.tag == _RELATIONSHIP and next(entry.iterchildren(etree.Element), None) is None
            if not plain or not set(entry.attrib) <= _RELATIONSHIP_ATTRIBUTES:
                raise self._damaged(name)
            target = entry.get("Target") or ""
            external = (entry.get("TargetMode") or "Internal") == "External"
            path = unquote(target.partition("#")[0])
            part = "" if external else posixpath.normpath(posixpath.join(folder, path))
            found.append(Relationship(entry.get("Id") or "", entry.get("Type") or "", target, external, part))
        ids = {one.id for one in found}
        if root.tag != f"{{{names.RELATIONSHIPS}}}Relationships" or len(ids) != len(found):
            raise self._damaged(name)
        return found

    def of(self, part: str) -> list[Relationship]:
        """The relationships of a part (`/` for the package), empty when it has none."""
        name = self.spelled(relationships_name(part))
        return self.relationships(name) if name else []

    def _damaged(self, name: str) -> BadFile:
        return BadFile(f"文件“{self.package.name}”的关系件已损坏。", where=name, todo="请重新取得该文件后再试。")
