"""Sign a Word or Excel file: one more package signature over everything in it (ECMA-376 part 2, XAdES-EPES, SHA-256).

A signature made here proves inside the organisation who signed and that nothing was altered since. It is no licensed
可靠电子签名 in the sense of the 电子签名法 and no 电子公章.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from desktop.documents.package import open_package
from desktop.documents.signatures import names
from desktop.documents.signatures.coverage import Scope, scope
from desktop.documents.signatures.identity import Identity, holder
from desktop.documents.signatures.lines import Line, lines
from desktop.documents.signatures.markup import Statement, signature
from desktop.documents.signatures.parts import CONTENT_TYPES_MEMBER, Parts, is_relationships
from desktop.documents.signatures.pictures import signed_line, stamped
from desktop.documents.verifying import Report, State, verify_package
from desktop.errors import BadFile, BadValue, Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_COMMENT = 255  # characters, ST_SignatureComments
LONGEST_TEXT = 100  # characters, ST_SignatureText
ORIGIN = "/_xmlsignatures/origin.sigs"
_NO_RELATIONSHIPS = f'<Relationships xmlns="{names.RELATIONSHIPS}"/>'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Visible:
    """The signature line that a signature fills.

    Attributes:
        line: SetupID of the line.
        text: the name written on it, at most 100 characters; empty writes the holder of the certificate.
        image: a picture (PNG, JPEG, BMP) in place of a name.
        out_of_order: sign although a line before this one is still empty.
    """

    line: str
    text: str = ""
    image: bytes = b""
    out_of_order: bool = False


def sign(
    content: bytes,
    who: Identity,
    signed_at: datetime,
    *,
    name: str = "",
    comment: str = "",
    role: str = "",
    visible: Visible | None = None,
) -> bytes:
    """Sign a docx or xlsx; earlier signatures stay valid and the new one is the last in order.

    Args:
        content: the file.
        who: key and certificates of the signer.
        signed_at: the time to claim, with its zone.
        name: what the file is called in messages.
        comment: what is signed for, at most 255 characters.
        role: the office in which is signed (团委书记, 监交人 …).
        visible: the signature line to fill, None for a signature that shows nowhere on paper.

    Returns:
        The signed file; members that signing does not touch keep their bytes.

    Raises:
        BadFile: no whole docx or xlsx.
        BadValue: the comment is too long or has characters that a file cannot hold.
        Refused: the file carries an earlier signature that no longer holds, or the line is not the next to be signed.
    """
    package = open_package(content, name)
    parts = Parts(package)
    about = scope(parts)
    _refuse_unfit(parts, about)
    report = verify_package(package)
    _refuse_broken(report)
    statement = Statement(signed_at, _fitting(comment, "签名说明"), _fitting(role, "签名身份"))
    if visible is not None:
        statement = _shown(statement, visible, lines(parts), {one.line for one in report.signatures}, who)
    return _added(parts, about, who, statement)


def empty_lines(content: bytes, name: str = "") -> list[Line]:
    """The signature lines of a file that no signature has filled, in reading order.

    Raises:
        BadFile: no whole docx or xlsx.
    """
    package = open_package(content, name)
    filled = {one.line for one in verify_package(package).signatures}
    return [line for line in lines(Parts(package)) if line.id not in filled]


def _shown(statement: Statement, visible: Visible, places: list[Line], filled: set[str], who: Identity) -> Statement:
    """The statement of a signature that fills a line, with the pictures of the line."""
    line = next((one for one in places if one.id == visible.line), None)
    if line is None or line.id in filled:
        raise Refused("这个签名行不在文件里，或已经签过。", todo="请重新打开文件，选择还没有签名的一行。")
    before = next((one for one in places[: places.index(line)] if one.id not in filled), None)
    if before is not None and not visible.out_of_order:
        raise Refused(f"前面还有“{before.signer}”的签名行没有签。", todo="请按顺序签名；确需先签的，请选择“不按顺序”。")
    text = "" if visible.image else (visible.text or holder(who.certificate))
    if len(text) > LONGEST_TEXT:
        raise BadValue(f"签名行上的名字有 {len(text)} 个字，超过 {LONGEST_TEXT} 个字。", todo="请写短一些。")
    picture = stamped(visible.image) if visible.image else signed_line(text, line, statement.signed_at)
    image = picture.valid if line.stamp else visible.image
    written = "" if line.stamp else _fitting(text, "签名行上的名字")
    return replace(statement, line=line.id, provider=line.provider, text=written, image=image, picture=picture)


def _added(parts: Parts, about: Scope, who: Identity, statement: Statement) -> bytes:
    changed: dict[str, bytes] = {}
    if not about.signatures:
        changed = _tidied(parts)
    if about.origin is None:
        changed |= _origin(parts, changed)
    member = _free_name(parts)
    changed |= _registered(parts, about.origin or ORIGIN, member)
    changed[member] = signature(parts, sorted(about.due), about.exempt, who, statement)
    return parts.package.written(changed)


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


def _refuse_broken(report: Report) -> None:
    broken = [one for one in report.signatures if one.state is State.INVALID]
    if broken:
        raise Refused(
            f"文件“{report.name}”已有的签名无效，没有再签。",
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
