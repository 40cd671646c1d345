"""Filling a Word template: content controls get their values, everything else is copied byte for byte.

A place is a content control (`w:sdt`) whose tag is the field key and whose title (`w:alias`) is the label; see
`desktop.documents.places` for the tags of groups. Format: ECMA-376 part 1, 17.5.2 (structured document tags).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from desktop.documents.package import Package, amount, parse, whole
from desktop.documents.places import Entry, Growth, Tag, drawn, fitted, lacking, repeats, tag_of
from desktop.errors import BadFile, BadForm

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARK = re.compile(rb"<\?place (\d+)\?>")
_SLOT_TEXT, _SLOT_SIZE = "\ufdd0", "\ufdd1"  # noncharacters: no text may hold them
_ILLEGAL = {"ins": "修订痕迹", "del": "修订痕迹", "altChunk": "插入的外部文件", "dataBinding": "绑定外部数据的内容控件"}
_AFTER_SIZE = ["szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang"]
_SHAPES_KEPT = 16  # compiled shapes of one template; a shape is one combination of grown rows and columns


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


@dataclass(frozen=True, slots=True)
class Slot:
    """The bytes of one place: as the template shows it, and around the text that fills it.

    When the control holds whole paragraphs, each line becomes a paragraph between `outer`; else lines are broken.
    `narrowed` is the width of its cell, as a part of the width in the template.
    """

    tag: str
    empty: bytes
    outer: tuple[bytes, bytes]
    plain: tuple[bytes, bytes]
    sized: tuple[bytes, bytes, bytes]
    half_points: int
    by_paragraph: bool
    narrowed: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A template with its groups grown to one size: per part the pieces between and at its places."""

    parts: dict[str, list[bytes | Slot]]
    prefix: str


class WordTemplate:
    """A docx template opened, checked and ready to be filled many times."""

    def __init__(self, package: Package, growths: Mapping[str, Growth]) -> None:
        self._package = package
        self._growths = growths
        self._main = package.main_part()
        self._roots = {name: package.xml(name) for name in self._part_names()}
        self._styles = _style_sizes(package, self._main)
        self._shapes: dict[tuple[tuple[str, int], ...], Shape] = {}
        if self._roots[self._main].tag != w("document"):
            raise BadFile(f"文件“{package.name}”不是 Word 文档。", todo="请换用 .docx 文件。")
        self.places = self._found_places()
        self.repeats = repeats(self.places)
        self.drawn = drawn(self.places)
        self._widths = {_property(c, "tag"): _width(c) for root in self._roots.values() for c in _controls(root)}
        self._shape({})  # compiled now, so that a fault of the template is said when it is loaded

    def filled(self, entries: Mapping[str, Entry], counts: Mapping[str, int], title: str = "") -> bytes:
        """The docx with the entries in their places; tags without an entry stay as the template shows them.

        Args:
            entries: tag → what goes there.
            counts: group → number of rows or columns that carry values.
            title: title of the form, for the heading of the attached sheet.
        """
        shape = self._shape(counts)
        changed = {}
        for name, pieces in shape.parts.items():
            out = [piece if isinstance(piece, bytes) else _rendered(piece, entries, shape.prefix) for piece in pieces]
            if name == self._main:
                out.insert(-1, _annex(entries, shape.prefix, title))
            changed[name] = b"".join(out)
        return self._package.written(changed)

    def _part_names(self) -> list[str]:
        relations = self._package.relations(self._main).values()
        return [self._main, *(target for kind, target in relations if kind in {"header", "footer"})]

    def _found_places(self) -> dict[str, str]:
        """Tag → title of every content control with a tag.

        Raises:
            BadForm: tags used twice or malformed, controls inside controls, revisions, bound data.
        """
        places: dict[str, str] = {}
        name = self._package.name
        for root in self._roots.values():
            for word, what in _ILLEGAL.items():
                if next(root.iter(w(word)), None) is not None:
                    raise BadForm(f"模板“{name}”里有{what}，不能使用。", todo="请在 Word 中清除后再放回。")
            for control in _controls(root):
                tag, alias = _property(control, "tag"), _property(control, "alias")
                if tag in places:
                    raise BadForm(f"模板“{name}”里标记 {tag} 出现了两次。", where=alias, todo="第二处请改为 key.2。")
                if tag_of(tag) is None:
                    raise BadForm(f"模板“{name}”里的标记“{tag}”写法不对。", where=alias, todo="请用小写英文字母。")
                if any(_property(outer, "tag") for outer in control.iterancestors(w("sdt"))):
                    raise BadForm(f"模板“{name}”里标记 {tag} 套在另一个内容控件里面。", where=alias)
                places[tag] = alias
        return places

    def _shape(self, counts: Mapping[str, int]) -> Shape:
        extra = lacking(self.drawn, counts)
        key = tuple(sorted(extra.items()))
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= _SHAPES_KEPT:
                self._shapes.pop(next(iter(self._shapes)))
            found = self._shapes[key] = self._compiled(extra)
        return found

    def _compiled(self, extra: Mapping[str, int]) -> Shape:
        from desktop.documents.wordgrowth import grow

        parts: dict[str, list[bytes | Slot]] = {}
        prefix = ""
        for name, root in self._roots.items():
            tree = deepcopy(root)
            for group, more in extra.items():
                grow(tree, group, more, self._growths[group], self._package.name)
            if name == self._main:
                prefix = _prefix(tree)
            if name == self._main or next(_controls(tree), None) is not None:
                parts[name] = self._pieces(tree, name == self._main)
        return Shape(parts, prefix)

    def _narrowed(self, control: _Element) -> float:
        """How much of its width in the template the cell of a control has kept."""
        tag = tag_of(_property(control, "tag"))
        assert tag is not None
        last = str(Tag(tag.key, self.drawn.get(tag.key, 1), tag.member)) if tag.member else str(tag)
        before = self._widths.get(str(tag), 0.0) or self._widths.get(last, 0.0)
        return _width(control) / before if before else 1.0

    def _pieces(self, tree: _Element, main: bool) -> list[bytes | Slot]:
        from lxml import etree

        slots: list[Slot] = []
        for control in list(_controls(tree)):
            mark = etree.ProcessingInstruction("place", str(len(slots)))
            mark.tail, control.tail = control.tail, None
            slots.append(_slot(control, tree, self._styles, self._narrowed(control)))
            parent = control.getparent()
            assert parent is not None
            parent.replace(control, mark)
        if main:
            body = tree.find(w("body"))
            end = None if body is None else body.find(w("sectPr"))
            if body is None or end is None:
                raise BadFile(f"文件“{self._package.name}”缺少页面设置。", todo="请在 Word 中打开并另存一次。")
            end.addprevious(etree.ProcessingInstruction("place", str(len(slots))))
        content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        pieces: list[bytes | Slot] = []
        for turn, piece in enumerate(_MARK.split(content)):
            if turn % 2 == 0:
                pieces.append(piece)
            elif int(piece) < len(slots):
                pieces.append(slots[int(piece)])
        return pieces


def _controls(root: _Element) -> Iterator[_Element]:
    return (control for control in root.iter(w("sdt")) if _property(control, "tag"))


def _property(control: _Element, name: str) -> str:
    found = control.find(f"{w('sdtPr')}/{w(name)}")
    return "" if found is None else str(found.get(w("val"), ""))


def _prefix(tree: _Element) -> str:
    """The prefix, with its colon, under which the document writes WordprocessingML names."""
    prefix = next((prefix for prefix, uri in tree.nsmap.items() if uri == W), "w")
    return f"{prefix}:" if prefix else ""


def _slot(control: _Element, root: _Element, styles: Mapping[str, int], narrowed: float) -> Slot:
    from lxml import etree

    def written(element: _Element) -> bytes:
        content = etree.tostring(element, encoding="UTF-8", xml_declaration=False)
        for prefix, uri in root.nsmap.items():
            name = f"xmlns:{prefix}" if prefix else "xmlns"
            content = content.replace(f' {name}="{uri}"'.encode(), b"", 1)
        return content

    empty = written(control)
    run = _single_run(control)
    half_points = _half_points(run, styles)
    paragraph = next((p for p in control.iter(w("p"))), None)
    inner = control if paragraph is None else paragraph
    plain = written(inner).split(_SLOT_TEXT.encode())
    outer = written(control).split(written(inner))
    _set_size(run, _SLOT_SIZE)
    sized = re.split(f"{_SLOT_SIZE}|{_SLOT_TEXT}".encode(), written(inner))
    return Slot(
        tag=_property(control, "tag"),
        empty=empty,
        outer=(outer[0], outer[1]),
        plain=(plain[0], plain[1]),
        sized=(sized[0], sized[1], sized[2]),
        half_points=half_points,
        by_paragraph=paragraph is not None,
        narrowed=narrowed,
    )


def _width(control: _Element) -> float:
    """Width of the cell a control stands in, twentieths of a point; 0 outside tables."""
    cell = next(control.iterancestors(w("tc")), None)
    width = None if cell is None else cell.find(f"{w('tcPr')}/{w('tcW')}")
    return max(amount(width, w("w"), 0.0), 0.0)  # a width below nothing is as good as none


def _single_run(control: _Element) -> _Element:
    """Reduce the content of a control to one run that holds the text mark, keeping paragraph and run properties."""
    from lxml import etree

    properties = control.find(w("sdtPr"))
    content = control.find(w("sdtContent"))
    assert properties is not None
    if content is None:
        content = etree.SubElement(control, w("sdtContent"))
    for name in ("showingPlcHdr", "text"):  # LibreOffice drops line breaks and font size of plain-text controls
        for found in properties.findall(w(name)):
            properties.remove(found)
    paragraphs = list(content.iter(w("p")))
    for more in paragraphs[1:]:
        parent = more.getparent()
        assert parent is not None
        parent.remove(more)
    holder = paragraphs[0] if paragraphs else content
    run = next(holder.iter(w("r")), None)
    if run is None:
        run = etree.Element(w("r"))
        mark = holder.find(f"{w('pPr')}/{w('rPr')}")
        style = mark if mark is not None else properties.find(w("rPr"))
        if style is not None:
            run.append(deepcopy(style))
    for child in list(holder):
        if child.tag != w("pPr"):
            holder.remove(child)
    for child in list(run):
        if child.tag != w("rPr"):
            run.remove(child)
    text = etree.SubElement(run, w("t"))
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = _SLOT_TEXT
    holder.append(run)
    return run


def _half_points(run: _Element, styles: Mapping[str, int]) -> int:
    size = run.find(f"{w('rPr')}/{w('sz')}")
    if size is not None:
        return whole(size, w("val"), 21)
    paragraph = next(run.iterancestors(w("p")), None)
    style = None if paragraph is None else paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    name = "" if style is None else str(style.get(w("val"), ""))
    return styles.get(name, styles[""])


def _style_sizes(package: Package, main: str) -> dict[str, int]:
    """Paragraph style → its font size in half points; the empty name stands for the document's default."""
    part = next((target for kind, target in package.relations(main).values() if kind == "styles"), "")
    sizes = {"": 20}  # half points, the default of the format (17.3.2.38)
    if part not in package.members:
        return sizes
    root = package.xml(part)
    default = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('sz')}")
    sizes[""] = whole(default, w("val"), 20)
    based: dict[str, str] = {}
    for style in root.findall(w("style")):
        name = str(style.get(w("styleId"), ""))
        size, base = style.find(f"{w('rPr')}/{w('sz')}"), style.find(w("basedOn"))
        if size is not None:
            sizes[name] = whole(size, w("val"), 20)
        elif base is not None:
            based[name] = str(base.get(w("val"), ""))
        if size is not None and style.get(w("default")) == "1" and style.get(w("type")) == "paragraph":
            sizes[""] = sizes[name]
    for name, base_name in based.items():
        seen = {name}
        while base_name in based and base_name not in seen:
            seen.add(base_name)
            base_name = based[base_name]  # noqa: PLW2901 -- follows the chain of styles
        sizes[name] = sizes.get(base_name, sizes[""])
    return sizes


def _set_size(run: _Element, value: str) -> None:
    from lxml import etree

    properties = run.find(w("rPr"))
    if properties is None:
        properties = etree.Element(w("rPr"))
        run.insert(0, properties)
    size = properties.find(w("sz"))
    if size is None:
        size = etree.Element(w("sz"))
        later = next((child for child in properties if etree.QName(child).localname in _AFTER_SIZE), None)
        if later is None:
            properties.append(size)
        else:
            later.addprevious(size)
    size.set(w("val"), value)


def _rendered(slot: Slot, entries: Mapping[str, Entry], prefix: str) -> bytes:
    entry = entries.get(slot.tag)
    if entry is None or not entry.text:
        return slot.empty
    factor = fitted(entry, slot.half_points / 2, slot.narrowed)
    if factor >= 1:
        head, tail = slot.plain
    else:
        head = slot.sized[0] + str(round(slot.half_points * factor)).encode() + slot.sized[1]
        tail = slot.sized[2]
    lines = entry.text.split("\n") if slot.by_paragraph else [entry.text]
    return slot.outer[0] + b"".join(head + _run_text(line, prefix) + tail for line in lines) + slot.outer[1]


def _run_text(text: str, prefix: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "\n" in escaped or "\t" in escaped:
        again = f'<{prefix}t xml:space="preserve">'
        escaped = escaped.replace("\n", f"</{prefix}t><{prefix}br/>{again}")
        escaped = escaped.replace("\t", f"</{prefix}t><{prefix}tab/>{again}")
    return escaped.encode()


_ANNEX_PARAGRAPH = (
    '<w:p><w:pPr>{before}<w:spacing w:line="400" w:lineRule="atLeast"/><w:jc w:val="{align}"/></w:pPr>{body}</w:p>'
)
_ANNEX_RUN = (
    '<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:hint="eastAsia"/>'
    '<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
)
_ANNEX_CONTROL = (
    '<w:sdt><w:sdtPr><w:alias w:val="{label}"/><w:tag w:val="annex.{tag}"/><w:id w:val="{id}"/></w:sdtPr>'
    "<w:sdtContent>{run}</w:sdtContent></w:sdt>"
)


def _annex(entries: Mapping[str, Entry], prefix: str, title: str) -> bytes:
    """The attached sheet with every text that did not fit, numbered as the places refer to it."""
    long = [(tag, entry) for tag, entry in entries.items() if entry.annex]
    if not long:
        return b""

    def run(text: str, font: str, size: int) -> str:
        return _ANNEX_RUN.format(font=font, size=size, text=_run_text(text, "w:").decode())

    heading = run(f"《{title}》附页" if title else "附页", "黑体", 32)
    out = [_ANNEX_PARAGRAPH.format(before="<w:pageBreakBefore/>", align="center", body=heading)]
    for number, (tag, entry) in enumerate(long, 1):
        out.append(_ANNEX_PARAGRAPH.format(before="", align="left", body=run(f"{number}．{entry.label}", "黑体", 24)))
        label = entry.label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        text = run(entry.annex, "仿宋", 24)
        control = _ANNEX_CONTROL.format(label=label, tag=tag, id=crc32(tag.encode()) >> 1, run=text)
        out.append(_ANNEX_PARAGRAPH.format(before="", align="left", body=control))
    content = "".join(out)
    if prefix != "w:":
        content = re.sub(r"(</?|\s)w:", lambda match: match[1] + prefix, content)
    return content.encode()


def open_word(content: bytes, name: str) -> _Element:
    """The document part of docx bytes, for those who read filled files.

    Raises:
        BadFile: not a readable docx.
    """
    from desktop.documents.package import open_package

    package = open_package(content, name)
    main = package.main_part()
    return parse(package.read(main), name, main)
