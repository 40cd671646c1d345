"""Signature lines: the places in a document where a signature becomes visible (签名行, 图章签名行).

A line is a VML shape with `o:signatureline`; a signature fills it by naming its SetupID (ECMA-376 part 4, 19.2.2.27).
Signing does not change the document: programs draw the picture that lies in the signature where the line stands.
"""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from lxml import etree

from desktop.documents.package import parse
from desktop.documents.signatures import names
from desktop.documents.signatures.parts import Parts, relationships_name
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

VML, OFFICE_VML, EXCEL_VML = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINE = f"{{{OFFICE_VML}}}signatureline"
_POINTS_PER_MM = 72 / 25.4


def new_id() -> str:
    """A new SetupID: a GUID in braces."""
    return f"{{{uuid.uuid4()}}}".upper()


@dataclass(frozen=True, slots=True)
class Line:
    """A place for one visible signature.

    Attributes:
        signer: who should sign.
        title: the office in which is signed.
        stamp: a stamp line, which takes a picture instead of a name.
        width: in mm.
        height: in mm.
        id: its SetupID, a GUID in braces.
        part: the part it stands in; empty before it stands anywhere.
    """

    signer: str
    title: str = ""
    stamp: bool = False
    width: float = 60.0
    height: float = 25.0
    id: str = field(default_factory=new_id)
    part: str = ""

    @property
    def provider(self) -> str:
        """The signature provider that Office asks for this kind of line."""
        return names.STAMP_PROVIDER if self.stamp else names.STANDARD_PROVIDER


def shape(line: Line, number: int, image: str, *, position: str = "", client: str = "") -> str:
    """The VML of a signature line, namespaces left to the surrounding element.

    Args:
        line: what it asks for.
        number: of the shape in its drawing, makes its name.
        image: the attribute that names the picture, `r:id="rId7"` in Word, `o:relid="rId1"` in Excel.
        position: further style, `position:absolute;…`, empty for a shape in the text.
        client: Excel's anchor.
    """
    size = f"width:{line.width * _POINTS_PER_MM:.1f}pt;height:{line.height * _POINTS_PER_MM:.1f}pt"
    spoken = "图章签名行" if line.stamp else "签名行"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t75" alt={quoteattr(f"{spoken}：{line.signer}")}'
        f' style="{position}{size}"><v:imagedata {image} o:title=""/>'
        '<o:lock v:ext="edit" ungrouping="t" rotation="t" cropping="t" verticies="t" text="t" grouping="t"/>'
        f'<o:signatureline v:ext="edit" id="{line.id}" provid="{line.provider}"'
        f" o:suggestedsigner={quoteattr(line.signer)} o:suggestedsigner2={quoteattr(line.title)}"
        f' issignatureline="t"/>{client}</v:shape>'
    )


SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t75" coordsize="21600,21600" o:spt="75" o:preferrelative="t" path="m@4@5l@4@11@9@11@9@5xe"'
    ' filled="f" stroked="f"><v:stroke joinstyle="miter"/><v:formulas><v:f eqn="if lineDrawn pixelLineWidth 0"/>'
    '<v:f eqn="sum @0 1 0"/><v:f eqn="sum 0 0 @1"/><v:f eqn="prod @2 1 2"/><v:f eqn="prod @3 21600 pixelWidth"/>'
    '<v:f eqn="prod @3 21600 pixelHeight"/><v:f eqn="sum @0 0 1"/><v:f eqn="prod @6 1 2"/>'
    '<v:f eqn="prod @7 21600 pixelWidth"/><v:f eqn="sum @8 21600 0"/><v:f eqn="prod @7 21600 pixelHeight"/>'
    '<v:f eqn="sum @10 21600 0"/></v:formulas>'
    '<v:path o:extrusionok="f" gradientshapeok="t" o:connecttype="rect"/><o:lock v:ext="edit" aspectratio="t"/>'
    "</v:shapetype>"
)
"""The picture frame that every VML picture refers to."""


def lines(parts: Parts) -> list[Line]:
    """The signature lines of a document in reading order (Word: text; Excel: sheets, then drawings)."""
    found: list[Line | None] = []
    for part in _drawings(parts):
        try:
            root = parse(parts.read(part), parts.package.name, part)
        except BadFile:  # Excel itself writes comments that are no well-formed XML; lines of ours are never in such
            continue
        found += [_read(shape, element, part) for shape in root.iter(f"{{{VML}}}shape") for element in shape.iter(LINE)]
    return [line for line in found if line is not None]


def _drawings(parts: Parts) -> Iterator[str]:
    """The parts that signature lines may stand in: Word's text, the drawings of Excel's sheets."""
    main = parts.spelled("/" + parts.package.main_part())
    if main is None:
        return
    if parts.content_type(main).find("spreadsheetml") < 0:
        yield main
        return
    sheets = [one.part for one in parts.of(main) if one.type.endswith("/worksheet")]
    for sheet in sheets:
        for one in parts.of(sheet):
            spelled = parts.spelled(one.part)
            if one.type.endswith("/vmlDrawing") and spelled:
                yield spelled


def _read(shape: _Element, line: _Element, part: str) -> Line | None:
    identity = line.get("id") or ""
    if line.get("issignatureline") not in {"t", "true", "1"} or not identity:
        return None
    sizes = dict(entry.strip().partition(":")[::2] for entry in (shape.get("style") or "").split(";"))
    return Line(
        signer=line.get(f"{{{OFFICE_VML}}}suggestedsigner") or "",
        title=line.get(f"{{{OFFICE_VML}}}suggestedsigner2") or "",
        stamp=(line.get("provid") or "").upper() == names.STAMP_PROVIDER,
        width=_millimetres(sizes.get("width", ""), 60.0),
        height=_millimetres(sizes.get("height", ""), 25.0),
        id=identity,
        part=part,
    )


def _millimetres(size: str, otherwise: float) -> float:
    units = {"pt": 1 / _POINTS_PER_MM, "in": 25.4, "mm": 1.0, "cm": 10.0, "px": 25.4 / 96}
    try:
        return float(size[:-2]) * units[size[-2:]]
    except (ValueError, KeyError):
        return otherwise


def related(parts: Parts, source: str, kind: str, target: str, changed: dict[str, bytes]) -> str:
    """Add a relationship to a part; returns its Id. The changed relationships part is put into `changed`."""
    name = parts.spelled(relationships_name(source)) or relationships_name(source)
    member = parts.member.get(name, name.removeprefix("/"))
    if member in changed or name in parts.member:
        content = changed.get(member) or parts.read(name)
        root = parse(content, parts.package.name, name)
    else:
        root = etree.fromstring(f'<Relationships xmlns="{names.RELATIONSHIPS}"/>')
    used = {entry.get("Id") for entry in root}
    number = 1
    while f"rId{number}" in used:
        number += 1
    relative = posixpath.relpath(target, posixpath.dirname(source))
    attributes = {"Id": f"rId{number}", "Type": kind, "Target": relative}
    root.append(root.makeelement(f"{{{names.RELATIONSHIPS}}}Relationship", attributes))
    changed[member] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return f"rId{number}"
