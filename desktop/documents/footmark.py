"""The mark of the data version (数据版本) in the footer of a filled form, so that paper and register can be matched.

Word: every section gets one small line at the right of its footers, which are made where there are none; the footer
moves down as far as the bottom margin asks, so the table above keeps its place. Excel: the right part of the printed
footer of every sheet. Formats: ECMA-376 part 1, 17.10 (headers and footers), 18.3.1.46 (headerFooter).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from desktop.documents.package import amount, open_package, parse
from desktop.documents.signatures import names
from desktop.documents.signatures.lines import RELATION, related
from desktop.documents.signatures.parts import CONTENT_TYPES_MEMBER, Parts
from desktop.documents.word import W, w

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package
    from desktop.forms.definition import Kind

_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_LINE_IN_EXCEL = 0.2  # inches: a line of 8 points with the air that programs leave around it
_LINE = 200  # twentieths of a point: the height of the line of eight points
_GREY = "7F7F7F"
_BEHIND_FOOTER = (
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "drawingHF",
    "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_RIGHT = re.compile(r"(?<!&)(?:&&)*&R")


def marked(content: bytes, mark: str, kind: Kind, name: str = "") -> bytes:
    """The file with `数据版本 7K3M-Q2PX` in its footers.

    Args:
        content: a filled form, not signed yet.
        mark: see `desktop.fingerprint`.
        kind: `docx` or `xlsx`.
        name: what the file is called in messages.

    Raises:
        BadFile: no whole file of that kind.
    """
    package = open_package(content, name)
    words = f"数据版本 {mark}"
    return package.written(_in_word(package, words) if kind == "docx" else _in_excel(package, words))


def _in_word(package: Package, words: str) -> dict[str, bytes]:
    main = package.main_part()
    root = package.xml(main)
    parts = Parts(package)
    targets = {number: target for number, (kind, target) in package.relations(main).items() if kind == "footer"}
    changed: dict[str, bytes] = {}
    for member in dict.fromkeys(targets.values()):
        footer = package.xml(member)
        footer.append(_line(words))
        changed[member] = _written(footer)
    if not targets:
        part = "/" + main.rpartition("/")[0] + "/footer_mark.xml"
        footer = etree.Element(w("ftr"), nsmap={"w": W, "r": RELATION})
        footer.append(_line(words))
        changed[part.removeprefix("/")] = _written(footer)
        changed[CONTENT_TYPES_MEMBER] = _typed(package, part)
        number = related(parts, "/" + main, f"{RELATION}/footer", part, changed)
        for section in root.iter(w("sectPr")):
            _referred(section, number)
    changed[main] = _written(root)
    return changed


def _referred(section: _Element, number: str) -> None:
    """Let a section without footers show the mark on every page, below the text instead of under it."""
    kinds = ["even", "default"] + (["first"] if section.find(w("titlePg")) is not None else [])
    for kind in kinds:
        section.insert(0, section.makeelement(w("footerReference"), {w("type"): kind, f"{{{RELATION}}}id": number}))
    margins = section.find(w("pgMar"))
    if margins is not None:
        room = max(amount(margins, w("bottom"), 1440) - _LINE - 40, 0)
        margins.set(w("footer"), str(round(min(amount(margins, w("footer"), 720), room))))


def _line(words: str) -> _Element:
    made: _Element = etree.fromstring(
        f'<w:p xmlns:w="{W}"><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{_LINE}"'
        ' w:lineRule="exact"/><w:ind w:left="0" w:firstLine="0"/><w:jc w:val="right"/></w:pPr><w:r><w:rPr>'
        '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/>'
        f'<w:color w:val="{_GREY}"/><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr><w:t/></w:r></w:p>'
    )
    text = made.find(f".//{w('t')}")
    assert text is not None
    text.text = words
    return made


def _typed(package: Package, part: str) -> bytes:
    types = package.xml(CONTENT_TYPES_MEMBER)
    types.append(
        types.makeelement(f"{{{names.CONTENT_TYPES}}}Override", {"PartName": part, "ContentType": _FOOTER_TYPE})
    )
    return _written(types)


def _in_excel(package: Package, words: str) -> dict[str, bytes]:
    sheets = [target for kind, target in package.relations(package.main_part()).values() if kind == "worksheet"]
    changed = {}
    for member in sheets:
        root = parse(package.read(member), package.name, member)
        _footed(root, f'&"宋体,Regular"&8{words}')
        changed[member] = _written(root)
    return changed


def _footed(root: _Element, words: str) -> None:
    """Put the words into the right part of every footer of a sheet, behind what stands there."""
    holder = root.find(f"{{{_X}}}headerFooter")
    if holder is None:
        holder = root.makeelement(f"{{{_X}}}headerFooter", {})
        behind = next((each for each in root if etree.QName(each).localname in _BEHIND_FOOTER), None)
        root.append(holder) if behind is None else behind.addprevious(holder)
    wanted = ["oddFooter"]
    wanted += ["evenFooter"] if holder.get("differentOddEven") in ("1", "true") else []
    wanted += ["firstFooter"] if holder.get("differentFirst") in ("1", "true") else []
    order = ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"]
    for tag in wanted:
        footer = holder.find(f"{{{_X}}}{tag}")
        if footer is None:
            footer = holder.makeelement(f"{{{_X}}}{tag}", {})
            place = sum(order.index(etree.QName(each).localname) < order.index(tag) for each in holder)
            holder.insert(place, footer)
            _lowered(root)
        text = footer.text or ""
        right = _RIGHT.search(text)
        footer.text = f"{text}　{words}" if right else f"{text}&R{words}"


def _lowered(root: _Element) -> None:
    """Give a new footer its line between the rows and the edge; without it LibreOffice drops the last row of a page."""
    margins = root.find(f"{{{_X}}}pageMargins")
    if margins is not None:
        room = max(amount(margins, "bottom", 0.75) - _LINE_IN_EXCEL, 0.0)
        margins.set("footer", f"{min(amount(margins, 'footer', 0.3), room):.4g}")


def _written(root: _Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
