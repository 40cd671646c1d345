"""Sign a Word or Excel file: one more package signature over everything in it (ECMA-376 part 2, XAdES-EPES, SHA-256).

A signature made here proves inside the organisation who signed and that nothing was altered since. It is no licensed
可靠电子签名 in the sense of the 电子签名法 and no 电子公章.
"""

from __future__ import annotations

import posixpath
import re
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from desktop.documents.package import Package, open_package
from desktop.documents.signatures import names
from desktop.documents.signatures.coverage import Scope, scope
from desktop.documents.signatures.identity import Identity
from desktop.documents.signatures.markup import Statement, signature
from desktop.documents.signatures.parts import CONTENT_TYPES_MEMBER, Parts, is_relationships
from desktop.errors import BadFile, BadValue, Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_COMMENT = 255  # characters, ST_SignatureComments
ORIGIN = "/_xmlsignatures/origin.sigs"
_NO_RELATIONSHIPS = f'<Relationships xmlns="{names.RELATIONSHIPS}"/>'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sign(
    content: bytes, who: Identity, signed_at: datetime, *, name: str = "", comment: str = "", role: str = ""
) -> bytes:
    """Sign a docx or xlsx; earlier signatures stay valid and the new one is the last in order.

    Args:
        content: the file.
        who: key and certificates of the signer.
        signed_at: the time to claim, with its zone.
        name: what the file is called in messages.
        comment: what is signed for, at most 255 characters.
        role: the office in which is signed (团委书记, 监交人 …).

    Returns:
        The signed file; members that signing does not touch keep their bytes.

    Raises:
        BadFile: no whole docx or xlsx.
        BadValue: the comment is too long or has characters that a file cannot hold.
        Refused: the file carries an earlier signature that no longer holds.
    """
    package = open_package(content, name)
    package.main_part()
    statement = Statement(signed_at, _fitting(comment, "签名说明"), _fitting(role, "签名身份"))
    return _added(package, who, statement)


def _added(package: Package, who: Identity, statement: Statement) -> bytes:
    parts = Parts(package)
    about = scope(parts)
    _refuse_unfit(parts, about)
    changed: dict[str, bytes] = {}
    if about.signatures:
        _refuse_broken(package)
    else:
        changed = _tidied(parts)
    if about.origin is None:
        changed |= _origin(parts, changed)
    member = _free_name(parts)
    changed |= _registered(parts, about.origin or ORIGIN, member)
    changed[member] = signature(parts, sorted(about.due), about.exempt, who, statement)
    return package.written(changed)


def _refuse_unfit(parts: Parts, about: Scope) -> None:
    untyped = [name for name in about.due if not parts.content_type(name)]
    if untyped:
        raise BadFile(
            f"文件“{parts.package.name}”里有部件没有标明类型，签名后 Word 会认为文件已损坏。",
            where=untyped[0],
            todo="请在 Word、WPS 或 Excel 中打开并另存一份，再对新文件签名。",
        )
    left_over = [name for name in about.due if name.lower().startswith("/_xmlsignatures/")]
    if left_over:
        raise BadFile(
            f"文件“{parts.package.name}”里有残缺的旧签名。",
            where=left_over[0],
            todo="请在 Word、WPS 或 Excel 中打开并另存一份，再对新文件签名。",
        )


def _refuse_broken(package: Package) -> None:
    from desktop.documents.verifying import State, verify_package

    report = verify_package(package)
    broken = [one for one in report.signatures if one.state is State.INVALID]
    if broken:
        raise Refused(
            f"文件“{package.name}”已有的签名无效，没有再签。",
            where=f"签名人“{broken[0].signer}”",
            todo="请向上一位签名人索取原文件，或请其重新签名。",
        )


def _fitting(text: str, what: str) -> str:
    if len(text) > LONGEST_COMMENT:
        raise BadValue(f"{what}有 {len(text)} 个字，超过 {LONGEST_COMMENT} 个字。", todo="请写短一些。")
    if _NOT_XML.search(text):
        raise BadValue(f"{what}里有不能保存的字符。", todo="请重新输入。")
    return text


def _tidied(parts: Parts) -> dict[str, bytes]:
    """Relationship parts with white space or comments, rewritten without.

    xmlsec 1.2 and 1.3, and LibreOffice with it, digest the white space although the RelationshipTransform drops it.
    """
    changed = {}
    for name in filter(is_relationships, parts.member):
        root = parts.package.xml(parts.member[name])
        if root.text or any(child.tail or not isinstance(child.tag, str) or len(child) or child.text for child in root):
            markup = "".join(one.markup for one in parts.relationships(name))
            markup = markup.replace(' TargetMode="Internal"', "").replace("></Relationship>", "/>")
            changed[parts.member[name]] = (
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{names.RELATIONSHIPS}">'
                f"{markup}</Relationships>"
            ).encode()
    return changed


def _origin(parts: Parts, changed: dict[str, bytes]) -> dict[str, bytes]:
    """The empty origin part and the root relationship that leads to it."""
    member = "_rels/.rels"
    root = etree.fromstring(changed.get(member) or parts.package.read(member))
    _relate(root, names.ORIGIN_RELATION, ORIGIN.removeprefix("/"))
    return {member: _written(root), ORIGIN.removeprefix("/"): b""}


def _registered(parts: Parts, origin: str, member: str) -> dict[str, bytes]:
    """The content types and the origin's relationships with the new signature in them."""
    folder, file = posixpath.split(origin)
    member_of_origin = f"{folder}/_rels/{file}.rels".removeprefix("/")
    existing = parts.spelled("/" + member_of_origin)
    root = parts.package.xml(parts.member[existing]) if existing else etree.fromstring(_NO_RELATIONSHIPS)
    target = "/" + member
    _relate(root, names.SIGNATURE_RELATION, posixpath.basename(member) if target.startswith(folder + "/") else target)
    types = parts.package.xml(CONTENT_TYPES_MEMBER)
    if not parts.content_type(origin):
        types.insert(
            0, types.makeelement(f"{{{names.CONTENT_TYPES}}}Default", Extension="sigs", ContentType=names.ORIGIN_TYPE)
        )
    elif parts.content_type(origin) != names.ORIGIN_TYPE:
        _override(types, origin, names.ORIGIN_TYPE)
    _override(types, target, names.SIGNATURE_TYPE)
    relationships = parts.member[existing] if existing else member_of_origin
    return {relationships: _written(root), CONTENT_TYPES_MEMBER: _written(types)}


def _override(types: _Element, part: str, kind: str) -> None:
    types.append(types.makeelement(f"{{{names.CONTENT_TYPES}}}Override", PartName=part, ContentType=kind))


def _relate(root: _Element, kind: str, target: str) -> None:
    used = {entry.get("Id") for entry in root}
    number = 1
    while f"rId{number}" in used:
        number += 1
    tag = f"{{{names.RELATIONSHIPS}}}Relationship"
    root.append(root.makeelement(tag, Id=f"rId{number}", Type=kind, Target=target))


def _free_name(parts: Parts) -> str:
    number = 1
    while parts.spelled(f"/_xmlsignatures/sig{number}.xml"):
        number += 1
    return f"_xmlsignatures/sig{number}.xml"


def _written(root: _Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
