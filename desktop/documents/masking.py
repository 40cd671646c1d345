"""Copies for publishing: phone and identity numbers hidden in Word, Excel and text files, everything else untouched.

Numbers keep their length, so that no line breaks differently: 138****0001, 0951-****123, 150*************12. Names
stay; they are published on purpose. What cannot be searched through (PDF, pictures, files inside files) is refused,
because a copy that hides only half is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from desktop.documents.kinds import Kind, kind_of
from desktop.documents.package import Package, open_package
from desktop.documents.tabletext import decode
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

MARK = "（公开版）"
_DATE = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_GAP = r"[ \u3000\xa0.·\-‐‑–—－]?"
_CODE = r"0\d{2,3}[)）]?[ \u3000\xa0\-‐‑–—－]{0,2}"  # an area code and what stands behind it
_RULES: tuple[tuple[re.Pattern[str], int, int], ...] = (
    # pattern; digits shown at the beginning and at the end
    (re.compile(rf"(?<!\d)[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_DATE}{_GAP}\d{{3}}[\dXx](?![\dXx])"), 3, 2),
    (re.compile(rf"(?<!\d)[1-9]\d{{5}}\d{{2}}{_DATE}\d{{3}}(?!\d)"), 3, 2),
    (
        re.compile(
            r"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))1[3-9]\d"
            rf"(?:{_GAP}\d{{4}}{_GAP}\d{{4}}|\d{_GAP}\d{{3}}{_GAP}\d{{4}}|\d{_GAP}\d{{4}}{_GAP}\d{{3}})(?!\d)"
        ),
        3,
        4,
    ),
    (re.compile(rf"(?<!\d){_CODE}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"), 0, 3),
)
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_FEWEST_DIGITS = 11  # of a mobile number, the shortest that is hidden
_TEXT_GROUPS = ("p", "si", "is", "comment")
_TEXTS = ("t", "delText", "v", "instrText")
_ATTRIBUTES = frozenset(
    ("Target", "descr", "title", "name", "display", "tooltip", "location", "formatCode", "v", "alt")
)


def mask(text: str) -> str:
    """The text with the middle of every phone and identity number hidden; its length does not change."""
    seen = text.translate(_WIDE)  # a number typed with a Chinese keyboard is one as well
    for pattern, first, last in _RULES:
        seen = pattern.sub(lambda found, first=first, last=last: _hidden(found.group(), first, last), seen)  # type: ignore[misc]
    return "".join(hidden if hidden == "*" else sign for sign, hidden in zip(text, seen, strict=True))


def _hidden(number: str, first: int, last: int) -> str:
    """A number with only its first and last digits shown; of a landline (`first` is 0) the area code is shown."""
    if not first:
        parted = re.match(r"0\d{2,3}\D+|0(?:10|2\d)|0\d{3}", number)
        first = sum(sign.isdigit() for sign in parted.group()) if parted else 3
    digits = sum(sign.isdigit() or sign in "Xx" for sign in number)
    shown, at = [], 0
    for sign in number:
        if sign.isdigit() or sign in "Xx":
            at += 1
            shown.append(sign if at <= first or at > digits - last else "*")
        else:
            shown.append(sign)
    return "".join(shown)


def masked_name(name: str) -> str:
    """`统计表.docx` → `统计表（公开版）.docx`."""
    path = PurePath(name)
    return f"{path.stem}{MARK}{path.suffix}"


def masked(content: bytes, name: str) -> bytes:
    """A copy for publishing.

    Raises:
        BadFile: of a kind that cannot be searched through, signed, or holding other files.
    """
    kind = kind_of(content)
    if kind in (Kind.DOCX, Kind.XLSX):
        return _masked_package(open_package(content, name), name)
    if kind in (Kind.TEXT, Kind.HTML):
        return mask(decode(content, name)).encode("utf-8-sig" if kind == Kind.TEXT else "utf-8")
    raise BadFile(
        f"“{name}”是{kind.value}，里面的电话和身份证号不能自动遮盖。",
        todo="请用 Word 或 Excel 原件生成公开版；扫描件不宜直接公开。",
    )


def _masked_package(package: Package, name: str) -> bytes:
    changed: dict[str, bytes] = {}
    for member in package.members:
        if member.startswith("_xmlsignatures/"):
            raise BadFile(f"“{name}”已有数字签名，改动后签名失效。", todo="请用签名前的原件生成公开版。")
        if "/embeddings/" in member or member.endswith("vbaProject.bin"):
            raise BadFile(
                f"“{name}”里嵌有其他文件或宏，不能自动遮盖。", todo="请先在 Word 或 Excel 里删去，再生成公开版。"
            )
        if "thumbnail" in member.lower():
            changed[member] = _blank_picture()
        elif member.endswith((".xml", ".rels", ".vml")):
            root = package.xml(member)
            if _mask_part(root):
                changed[member] = _serialised(root)
    made = package.written(changed)
    _prove(open_package(made, name), name)
    return made


def _serialised(root: _Element) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _mask_part(root: _Element) -> bool:
    """Mask all text of one part, a paragraph at a time because numbers are torn over runs; True when it changed."""
    changed = False
    grouped: set[_Element] = set()
    for group in root.iter():
        if isinstance(group.tag, str) and _local(group) == "tr":
            for texts in _single_digits(group):
                changed |= _mask_together(texts)
        if isinstance(group.tag, str) and _local(group) in _TEXT_GROUPS:
            texts = [text for text in _own_texts(group) if text not in grouped]
            grouped.update(texts)
            changed |= _mask_together(texts)
    for element in list(root.iter()):  # cells are rebuilt while we go
        if not isinstance(element.tag, str):
            continue
        if _local(element) == "c":
            changed |= _mask_cell(element)
        elif element not in grouped and element.text and (hidden := mask(element.text)) != element.text:
            element.text, changed = hidden, True
        for key, value in element.attrib.items():
            local = _local_name(key)
            if (local in _ATTRIBUTES or (local == "val" and len(value) < 200)) and (
                hidden := mask(str(value))
            ) != value:
                element.set(key, hidden)
                changed = True
    return changed


def _local(element: _Element) -> str:
    return _local_name(element.tag)


def _local_name(name: object) -> str:
    return str(name).rpartition("}")[2]


def _single_digits(row: _Element) -> Iterator[list[_Element]]:
    """Runs of cells in a row that hold one digit each, as forms have them for identity numbers."""
    run: list[_Element] = []
    for cell in (*(each for each in row if _local(each) == "tc"), None):
        texts = [each for each in cell.iter() if _local(each) == "t" and each.text] if cell is not None else []
        if len(texts) == 1 and re.fullmatch(r"[\dXxＸｘ]", (texts[0].text or "").strip()):
            texts[0].text = (texts[0].text or "").strip()
            run.append(texts[0])
        else:
            if len(run) >= _FEWEST_DIGITS:
                yield run
            run = []


def _own_texts(group: _Element) -> Iterator[_Element]:
    """The text elements of a paragraph or cell that belong to no paragraph inside it."""
    for element in group.iter():
        if isinstance(element.tag, str) and _local(element) in _TEXTS and element.text:
            above = next((each for each in element.iterancestors() if _local(each) in _TEXT_GROUPS), None)
            if above is group:
                yield element


def _mask_together(texts: list[_Element]) -> bool:
    whole = "".join(text.text or "" for text in texts)
    hidden = mask(whole)
    if hidden == whole:
        return False
    at = 0
    for text in texts:
        length = len(text.text or "")
        text.text = hidden[at : at + length]
        at += length
    return True


def _mask_cell(cell: _Element) -> bool:
    """A number cell that holds a phone number becomes a text cell; a formula that shows one gives way to its result."""
    value = next((child for child in cell if _local(child) == "v"), None)
    if value is None or not value.text or cell.get("t", "n") in ("s", "inlineStr", "b", "e"):
        return False
    shown = value.text
    if cell.get("t", "n") == "n":
        try:
            number = float(shown)
        except ValueError:
            return False
        shown = str(int(number)) if number.is_integer() and abs(number) < 1e18 else shown
    hidden = mask(shown)
    if hidden == shown:
        return False
    space = str(cell.tag).rpartition("}")[0]
    space = f"{space}}}" if space else ""
    for child in list(cell):
        if _local(child) in ("v", "f", "is"):
            cell.remove(child)
    cell.set("t", "inlineStr")
    inline = cell.makeelement(f"{space}is", {})
    text = cell.makeelement(f"{space}t", {})
    text.text = hidden
    inline.append(text)
    cell.insert(0, inline)
    return True


def _prove(package: Package, name: str) -> None:
    """Look once more: no member may still hold a number, even one that no rule above knew how to reach.

    Raises:
        BadFile: one does.
    """
    for member in package.members:
        if member.endswith((".xml", ".rels", ".vml")):
            for text in _every_text(package.xml(member)):
                if mask(text) != text:
                    raise BadFile(
                        f"“{name}”里还有没遮住的号码，没有生成公开版。", where=member, todo="请手工删去后再试。"
                    )


def _every_text(root: _Element) -> Iterable[str]:
    for element in root.iter():
        if isinstance(element.tag, str):
            if _local(element) in _TEXT_GROUPS:
                yield "".join(text.text or "" for text in _own_texts(element))
            if _local(element) in ("t", "instrText", "delText", "f", "lpwstr", "oddHeader", "oddFooter"):
                yield element.text or ""
            yield from (str(value) for key, value in element.attrib.items() if _local_name(key) in _ATTRIBUTES)


def _blank_picture() -> bytes:
    """A white picture instead of the thumbnail of the first page."""
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "JPEG")
    return made.getvalue()
