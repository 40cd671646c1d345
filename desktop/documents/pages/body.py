"""The text part of a Word file into blocks: paragraphs with their letters, tables, content controls, revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from desktop.documents.pages import wordml
from desktop.documents.pages.blockcache import BlockCache
from desktop.documents.pages.drawings import Drawings
from desktop.documents.pages.model import Block, Paragraph, Section, Span
from desktop.documents.pages.numbering import Numbering
from desktop.documents.pages.parts import needed, relations
from desktop.documents.pages.runs import Runs
from desktop.documents.pages.styles import Props, Styles, merge, merged, para_style
from desktop.documents.pages.tablereader import TableReader
from desktop.documents.pages.wordml import R, W, child, val
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package

T = TypeVar("T")
DEEPEST = 40  # nested tables, controls and boxes beyond this depth are not shown

_SKIPPED = {"del": "修订", "moveFrom": "修订"}
_THROUGH = {"ins", "moveTo", "smartTag", "customXml", "sdtContent", "hyperlink", "dir", "bdo", "fldSimple"}


class Reader:
    """Reads blocks; knows the field that the current place belongs to."""

    def __init__(
        self, package: Package, part: str, styles: Styles, numbering: Numbering, *, notices: list[str]
    ) -> None:
        self.package = package
        self.part = part
        self.styles = styles
        self.numbering = numbering
        self.notices = notices
        self.depth = 0
        self.cache: BlockCache | None = None
        self.cells = 0  # how many cells deep the current place lies
        self.drawings = Drawings(self)
        self.runs = Runs(self, self.drawings)
        self.tables = TableReader(self)

    def notice(self, sentence: str) -> None:
        """Name something that is not drawn as it is, once."""
        if sentence not in self.notices:
            self.notices.append(sentence)

    def body(self, body: _Element) -> Iterator[tuple[Block | None, _Element | None]]:
        """Each block, and where a section ends the w:sectPr that ends it."""
        for element, key, label in self.flat(body):
            if element.tag == W + "p":
                paragraph = self._kept(element, key)
                ends = child(child(element, "pPr"), "sectPr")
                yield paragraph, ends
            elif element.tag == W + "tbl":
                yield self.tables.table(element, key, label), None
            elif element.tag == W + "sectPr":
                yield None, element

    def _kept(self, element: _Element, key: str) -> Paragraph:
        if self.cache is None:
            return self.paragraph(element, key)
        return self.cache.block(element, key, self.notices, lambda said: self.apart(said, self.paragraph, element, key))

    def apart(self, notices: list[str], make: Callable[..., T], *words: Any) -> T:
        """Read something with its sentences going elsewhere."""
        kept, self.notices = self.notices, notices
        try:
            return make(*words)
        finally:
            self.notices = kept

    def blocks(self, container: _Element, key: str = "", table: tuple[Props, Props] = ({}, {})) -> list[Block]:
        """The paragraphs and tables of a cell, header or text box."""
        found: list[Block] = []
        if self.depth > DEEPEST:
            self.notice("表格嵌套过深，最里面的部分没有显示。")
            return found
        self.depth += 1
        for element, own, label in self.flat(container, key):
            if element.tag == W + "p":
                found.append(self.paragraph(element, own, table))
            elif element.tag == W + "tbl":
                found.append(self.tables.table(element, own, label))
        self.depth -= 1
        return found

    def flat(self, container: _Element, key: str = "", label: str = "") -> Iterator[tuple[_Element, str, str]]:
        """The children of a container with content controls and the like opened: element, field key, field label."""
        stack = [(iter(container), key, label)]
        while stack:
            children, key, label = stack[-1]
            element = next(children, None)
            if element is None:
                stack.pop()
                continue
            name = element.tag.removeprefix(W) if isinstance(element.tag, str) else ""
            if name == "sdt":
                content = child(element, "sdtContent")
                if content is not None and len(stack) < DEEPEST:
                    own, title = control(element)
                    stack.append((iter(content), own or key, title if own else label))
                elif content is not None:
                    self.notice("内容控件嵌套过深，最里面的部分没有显示。")
            elif name in _SKIPPED:
                self.notice("文件里有未处理的修订，这里按全部接受后的样子显示。")
            elif name in _THROUGH and len(stack) < DEEPEST:
                if name in {"ins", "moveTo"}:
                    self.notice("文件里有未处理的修订，这里按全部接受后的样子显示。")
                stack.append((iter(element), key, label))
            elif name == "altChunk":
                self.notice("文件里嵌有另一个文件，没有显示。")
            elif name:
                yield element, key, label

    def paragraph(self, element: _Element, key: str = "", table: tuple[Props, Props] = ({}, {})) -> Paragraph:
        """One paragraph with everything it inherits."""
        ppr = child(element, "pPr")
        style_id = val(child(ppr, "pStyle")) or self.styles.default_style
        of_style, char = self.styles.named(style_id)
        direct = self.styles.para_props(ppr)
        base_char = merged(self.styles.default_char, table[1], char)
        props, label_props = self._numbered(of_style, direct, table[0])
        shape = para_style(props)
        shape.style_id = style_id
        if abs(shape.first) >= wordml.LONGEST and "first_chars" in props:  # Word's sign for "count in characters"
            shape.first = props["first_chars"] * self.styles.char_style(base_char).size
        mark_props = merged(base_char, self.styles.char_props(child(ppr, "rPr")))
        mark = self.styles.char_style(mark_props)
        base = self.styles.char_style(base_char)
        made = Paragraph(self.runs.read(element, base_char, key), shape, mark, base)
        made.hidden = not made.items and bool(mark_props.get("hidden"))
        if label_props is not None:
            num, depth = label_props
            level = self.numbering.level(num, depth)
            if level is not None:
                text = self.numbering.next(num, depth)
                dress = self.styles.char_style(merged(mark_props, level.char))
                gap = {"tab": "\t", "space": " "}.get(level.suffix, "")
                made.label = Span(text + gap, dress) if text else None
        return made

    def _numbered(self, of_style: Props, direct: Props, of_table: Props) -> tuple[Props, tuple[str, int] | None]:
        """Merged properties, and list and level of a numbered paragraph."""
        said = {**of_style.get("number", {}), **direct.get("number", {})}
        props = merged(self.styles.default_para, of_table, of_style)
        label = None
        if said.get("numId", "0") != "0":
            depth = int(wordml.number(said.get("ilvl", "0")))
            level = self.numbering.level(said["numId"], depth)
            if level is not None:
                label = (said["numId"], depth)
                merge(props, level.para)
                if "number" not in direct:  # an indent said by the style itself beats that of its list
                    merge(props, {name: of_style[name] for name in ("left", "first", "right") if name in of_style})
        return merge(props, direct), label

    def headers(self, sect: _Element, section: Section) -> None:
        """Read the headers and footers that a section refers to."""
        for reference in sect:
            if not isinstance(reference.tag, str) or not reference.tag.endswith("Reference"):
                continue
            kind = reference.tag.removeprefix(W)
            into = {"headerReference": section.headers, "footerReference": section.footers}.get(kind)
            target = relations(self.package, self.part, self.notices).get(str(reference.get(R + "id")), ("", ""))[1]
            if into is not None and target:
                into[val(reference, "type") or "default"] = self.other_part(target)

    def other_part(self, part: str) -> list[Block]:
        """The blocks of a header or footer part; a damaged one is named and left out."""
        try:
            root = needed(self.package, part, self.notices)
        except BadFile as error:
            self.notice(f"页眉页脚 {part} 已损坏，没有显示（{error.what}）")
            return []
        return Reader(self.package, part, self.styles, self.numbering, notices=self.notices).blocks(root)


def control(sdt: _Element) -> tuple[str, str]:
    """Key and label of a content control: its tag and its title."""
    properties = child(sdt, "sdtPr")
    return val(child(properties, "tag")), val(child(properties, "alias"))
