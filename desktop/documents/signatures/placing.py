"""Put a signature line into a document before it is signed: into a cell of a Word form, onto cells of a sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from lxml import etree

from desktop.documents.package import open_package, parse
from desktop.documents.signatures import names
from desktop.documents.signatures.coverage import scope
from desktop.documents.signatures.lines import (
    EXCEL_VML,
    LINE,
    OFFICE_VML,
    RELATION,
    SHAPE_TYPE,
    VML,
    Line,
    related,
    shape,
)
from desktop.documents.signatures.parts import CONTENT_TYPES_MEMBER, Parts, relationships_name
from desktop.documents.signatures.pictures import empty_line
from desktop.errors import BadFile, BadValue, Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

Side = Literal["", "left", "right"]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NAMESPACES = f'xmlns:v="{VML}" xmlns:o="{OFFICE_VML}" xmlns:x="{EXCEL_VML}" xmlns:r="{RELATION}"'
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEHIND_LEGACY_DRAWING = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_LAST_ROW = re.compile(r":\$?[A-Z]{1,3}\$?(\d{1,7})$")
_SHAPE_NUMBER = re.compile(r"_x0000_[si](\d+)")


def place(content: bytes, line: Line, at: str = "", *, floating: Side = "", name: str = "") -> bytes:
    """The document with one more signature line in it.

    Args:
        content: a docx or xlsx without signatures.
        line: what the line asks for.
        at: Word: the tag of a content control, the line goes to the end of its cell (or behind its paragraph); empty
            for the end of the text, lines there stand side by side. Excel: `工作表!B12:D15`; a cell that is merged
            with others stands for all of them.
        floating: Word: above the text at that edge of the cell, so that nothing moves.
        name: what the file is called in messages.

    Raises:
        BadFile: no whole docx or xlsx.
        BadValue: there is no such place.
        Refused: the file is signed already; a new line would break its signatures.
    """
    parts = Parts(open_package(content, name))
    if scope(parts).signatures:
        raise Refused(f"文件“{name}”已经签名，不能再加签名行。", todo="请在签名前加好全部签名行。")
    main = "/" + parts.package.main_part()
    kind = parts.content_type(main)
    if "wordprocessingml" in kind:
        return parts.package.written(_in_word(parts, main, line, at, floating=floating))
    if "spreadsheetml" in kind:
        return parts.package.written(_in_excel(parts, main, line, at))
    raise BadFile(f"文件“{name}”不是 Word 或 Excel 文件，不能加签名行。")


def below(content: bytes, number: int, of: int, *, rows: int, name: str = "") -> str:
    """Where the line `number` of `of` lines goes on the first sheet: side by side, two rows below everything.

    Args:
        content: an xlsx, perhaps with the lines before this one already in it.
        number: from 0.
        of: how many lines share the width.
        rows: how many rows a line takes.
        name: what the file is called in messages.
    """
    parts = Parts(open_package(content, name))
    root = parts.package.xml(parts.member[_sheet(parts, "/" + parts.package.main_part(), "")])
    used = [_corners(cell.get("r") or "A1") for cell in root.iter(f"{{{_X}}}c")] or [(0, 0, 0, 0)]
    used += [_corners(merged.get("ref") or "A1") for merged in root.iter(f"{{{_X}}}mergeCell")]
    width, last = max(box[2] for box in used) + 1, max(box[3] for box in used) + 1
    step = max(width // of, 1)
    left, top = number * step, last + 2
    return f"{_letters(left)}{top}:{_letters(left + step - 1)}{top + rows - 1}"


def _in_word(parts: Parts, main: str, line: Line, at: str, *, floating: Side) -> dict[str, bytes]:
    root = parts.package.xml(parts.member[main])
    changed = _image(parts, line, main)
    number = related(parts, main, f"{RELATION}/image", _image_name(parts, main), changed)
    floats = (
        f"position:absolute;z-index:1;mso-position-horizontal:{floating};mso-position-horizontal-relative:text;"
        "mso-position-vertical:absolute;mso-position-vertical-relative:text;margin-top:0;"
    )
    drawn = shape(line, _free_number(root), f'r:id="{number}"', position=floats if floating else "")
    paragraph = etree.fromstring(
        f'<w:p xmlns:w="{_W}" {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="right"/></w:pPr><w:r><w:pict>{SHAPE_TYPE}{drawn}</w:pict></w:r></w:p>'
    )
    _insert(root, paragraph, at, parts.package.name)
    changed[parts.member[main]] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return changed


def _insert(root: _Element, paragraph: _Element, at: str, name: str) -> None:
    """Put the paragraph at the end of the cell that holds a content control, else behind the control's paragraph."""
    if not at:
        body = root.find(f"{{{_W}}}body")
        if body is None:
            raise BadFile(f"文件“{name}”里没有正文。", todo="请在 Word 或 WPS 中打开并另存一次。")
        section = body.find(f"{{{_W}}}sectPr")
        last = body[-1] if section is None else section.getprevious()
        if last is not None and last.tag == paragraph.tag and next(last.iter(LINE), None) is not None:
            last.extend(paragraph.iterchildren(f"{{{_W}}}r"))
        else:
            body.insert(len(body) if section is None else body.index(section), paragraph)
        return
    for tag in root.iter(f"{{{_W}}}tag"):
        control = next(tag.iterancestors(f"{{{_W}}}sdt"), None)
        if tag.get(f"{{{_W}}}val") != at or control is None:
            continue
        cell = next(control.iterancestors(f"{{{_W}}}tc"), None)
        if cell is None:
            cell = control.find(f".//{{{_W}}}tc")  # a control around a whole cell
        if cell is not None:
            cell.append(paragraph)
        else:
            holder = next(control.iterancestors(f"{{{_W}}}p"), control)
            holder.addnext(paragraph)
        return
    raise BadValue(f"文件“{name}”里没有填写处“{at}”，签名行没有加上。", todo="请确认该表有这一栏。")


def _in_excel(parts: Parts, main: str, line: Line, at: str) -> dict[str, bytes]:
    sheet_name, _, cells = at.rpartition("!")
    sheet = _sheet(parts, main, sheet_name.strip("'"))
    root = parts.package.xml(parts.member[sheet])
    anchor = _anchor(root, cells)
    client = (
        f'<x:ClientData ObjectType="Pict"><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:CF>Pict</x:CF>'
        "<x:AutoPict/></x:ClientData>"
    )
    legacy = root.find(f"{{{_X}}}legacyDrawing")
    existing = {one.id: one for one in parts.of(sheet)}
    target = existing.get(legacy.get(f"{{{RELATION}}}id") or "") if legacy is not None else None
    drawing = parts.spelled(target.part) if target else None
    if drawing:
        vml = parse(parts.read(drawing), parts.package.name, drawing)
    else:
        drawing = _free_part(parts, "/xl/drawings/vmlDrawing{}.vml")
        vml = etree.fromstring(f"<xml {_NAMESPACES}/>")
    changed = _image(parts, line, drawing, _VML_TYPE)
    number = related(parts, drawing, f"{RELATION}/image", _image_name(parts, drawing), changed)
    has_type = any(one.get("id") == "_x0000_t75" for one in vml.iter(f"{{{VML}}}shapetype"))
    drawn = shape(
        line, _free_number(vml), f'o:relid="{number}"', position="position:absolute;z-index:1;", client=client
    )
    vml.extend(etree.fromstring(f"<xml {_NAMESPACES}>{'' if has_type else SHAPE_TYPE}{drawn}</xml>"))
    changed[parts.member.get(drawing, drawing.removeprefix("/"))] = etree.tostring(vml)
    if widened := _print_area(parts, main, sheet_name, anchor):
        changed[parts.member[main]] = widened
    if drawing not in parts.member:
        linked = related(parts, sheet, f"{RELATION}/vmlDrawing", drawing, changed)
        _link(root, linked)
        changed[parts.member[sheet]] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return changed


def _sheet(parts: Parts, main: str, name: str) -> str:
    book = parts.package.xml(parts.member[main])
    targets = {one.id: one.part for one in parts.of(main)}
    for sheet in book.iter(f"{{{_X}}}sheet"):
        if not name or sheet.get("name") == name:
            part = parts.spelled(targets.get(sheet.get(f"{{{RELATION}}}id") or "", ""))
            if part:
                return part
    raise BadValue(f"文件“{parts.package.name}”里没有工作表“{name}”，签名行没有加上。", todo="请核对工作表名称。")


def _anchor(sheet: _Element, cells: str) -> str:
    """Excel's anchor of a range: columns and rows from 0, each with an offset in pixels."""
    found = _corners(cells)
    for merged in sheet.iter(f"{{{_X}}}mergeCell"):
        left, top, right, bottom = _corners(merged.get("ref") or "A1")
        if left <= found[0] <= right and top <= found[1] <= bottom:
            found = (left, top, max(right, found[2]), max(bottom, found[3]))
    left, top, right, bottom = found
    return f"{left}, 0, {top}, 0, {right + 1}, 0, {bottom + 1}, 0"


def _print_area(parts: Parts, main: str, sheet: str, anchor: str) -> bytes | None:
    """The workbook with the sheet's print area reaching down to the line; None when it does or there is none."""
    book = parts.package.xml(parts.member[main])
    bottom = int(anchor.split(", ")[6]) + 2  # programs differ by a fifth in the height of an empty row
    sheets = [one.get("name") for one in book.iter(f"{{{_X}}}sheet")]
    at = sheets.index(sheet.strip("'")) if sheet else 0
    for area in book.iter(f"{{{_X}}}definedName"):
        if area.get("name") == "_xlnm.Print_Area" and area.get("localSheetId") == str(at):
            found = _LAST_ROW.search(area.text or "")
            if found and int(found[1]) < bottom:
                area.text = (area.text or "")[: found.start(1)] + str(bottom)
                return etree.tostring(book, xml_declaration=True, encoding="UTF-8", standalone=True)
    return None


def _corners(cells: str) -> tuple[int, int, int, int]:
    found = _CELLS.fullmatch(cells.upper())
    if not found:
        raise BadValue(f"“{cells}”不是单元格区域，签名行没有加上。", todo="请写成 B12:D15 的样子。")
    first, top, last, bottom = found.groups()
    return _column(first), int(top) - 1, _column(last or first), int(bottom or top) - 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return letters


def _link(sheet: _Element, number: str) -> None:
    """Put `legacyDrawing` where the order of CT_Worksheet wants it (ECMA-376 part 1, 18.3.1.99)."""
    element = sheet.makeelement(f"{{{_X}}}legacyDrawing", {f"{{{RELATION}}}id": number})
    behind = next((child for child in sheet if etree.QName(child).localname in _BEHIND_LEGACY_DRAWING), None)
    if behind is None:
        sheet.append(element)
    else:
        behind.addprevious(element)


def _image(parts: Parts, line: Line, source: str, source_type: str = "") -> dict[str, bytes]:
    """The picture part of an empty line and the content types that it needs."""
    types = parts.package.xml(CONTENT_TYPES_MEMBER)
    wanted = {_image_name(parts, source): "image/x-emf", **({source: source_type} if source_type else {})}
    for part, kind in wanted.items():
        if parts.content_type(part) != kind:
            attributes = {"PartName": part, "ContentType": kind}
            types.append(types.makeelement(f"{{{names.CONTENT_TYPES}}}Override", attributes))
    return {
        _image_name(parts, source).removeprefix("/"): empty_line(line),
        CONTENT_TYPES_MEMBER: etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True),
    }


def _image_name(parts: Parts, source: str) -> str:
    folder = "/xl/media" if source.lower().startswith("/xl/") else source.rpartition("/")[0] + "/media"
    return _free_part(parts, folder + "/signatureline{}.emf")


def _free_part(parts: Parts, pattern: str) -> str:
    number = 1
    while parts.spelled(pattern.format(number)) or parts.spelled(relationships_name(pattern.format(number))):
        number += 1
    return pattern.format(number)


def _free_number(root: _Element) -> int:
    used = [int(found) for one in root.iter(f"{{{VML}}}shape") for found in _SHAPE_NUMBER.findall(one.get("id") or "")]
    return max(used, default=1024) + 1
