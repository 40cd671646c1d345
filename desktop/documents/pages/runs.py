"""The letters of a paragraph: runs, tabs, breaks, fields, notes, revisions and inline content controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.documents.pages.model import CharStyle, Shape, Span
from desktop.documents.pages.styles import Props, merged
from desktop.documents.pages.wordml import W, child, val

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.pages.drawings import Drawings
    from desktop.documents.pages.part import PartReader

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COUNTERS = {"PAGE", "NUMPAGES", "SECTIONPAGES"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": ""}
_BREAKS = {"page": "\f", "column": "\v"}
_CHOICES = {"wps", "wpg", "wpc", "w14", "wp14", "w15"}


class Runs:
    """Reads the content of paragraphs; keeps where a complex field stands."""

    def __init__(self, reader: PartReader, drawings: Drawings) -> None:
        self._reader = reader
        self._drawings = drawings
        self._items: list[Span | Shape] = []
        self._base: Props = {}
        self._fields: list[str] = []  # instruction of each open field; "=" + it once its result has begun
        self._dresses: list[CharStyle] = []  # of the signs that opened them

    def read(self, paragraph: _Element, base: Props, key: str) -> list[Span | Shape]:
        """The spans and shapes of a paragraph; neighbours of the same dress are joined."""
        outer = self._items, self._base
        self._items, self._base = [], base
        for element, own, _ in self._reader.flat(paragraph, key):
            name = element.tag
            if name == W + "r":
                self._run(element, own)
            elif name in (_M + "oMath", _M + "oMathPara"):
                self._reader.notice("公式没有画出，只显示其中的文字。")
                text = "".join(str(t.text or "") for t in element.iter(_M + "t"))
                self._add(Span(text, self._reader.styles.char_style(base), own))
        items = self._items
        self._items, self._base = outer
        return items

    def _add(self, span: Span) -> None:
        if not span.text:
            return
        last = self._items[-1] if self._items else None
        alike = isinstance(last, Span) and (last.style, last.key, last.counter) == (span.style, span.key, "")
        if alike and isinstance(last, Span) and not span.counter:
            last.text += span.text
        else:
            self._items.append(span)

    def _run(self, run: _Element, key: str) -> None:
        rpr = child(run, "rPr")
        props = self._props(rpr)
        if props.get("hidden"):
            return
        style = self._reader.styles.char_style(props)
        for element in run:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.removeprefix(W)
            if name in {"fldChar", "instrText"}:
                self._field(element, name, style)
            elif self._fields and not self._fields[-1].startswith("="):
                continue  # the instruction of a field is not text
            elif name == "t":
                self._text(str(element.text or ""), Span("", style, key))
            elif name in _SIGNS:
                self._add(Span(self._sign(element, name), style, key))
            elif name == "sym":
                self._add(Span(_symbol(element), style, key))
            elif name in {"pgNum", "page"}:
                self._add(Span("1", style, key, "PAGE"))
            else:
                self._drawn(element, name)

    def _sign(self, element: _Element, name: str) -> str:
        if name != "br" or val(element, "type") not in _BREAKS:
            return _SIGNS[name]
        return "" if self._reader.cells else _BREAKS[val(element, "type")]  # no page breaks inside a table

    def _props(self, rpr: _Element | None) -> Props:
        if rpr is None:
            return self._base
        styles = self._reader.styles
        named = val(child(rpr, "rStyle"))
        of_style = styles.named(named)[1] if named else {}
        return merged(self._base, of_style, styles.char_props(rpr))

    def _text(self, text: str, like: Span) -> None:
        text = text.replace("\r", "").replace("\n", " ").replace("\f", "").replace("\v", "")
        counter = next((f[1:] for f in self._fields if f[1:] in _COUNTERS), "")
        if like.style.caps:
            text = text.upper()
        if counter and text:
            last = self._items[-1] if self._items else None
            if isinstance(last, Span) and last.counter == counter:
                return  # the old result of one field may be spread over several runs
        self._add(Span(text, self._dresses[-1] if counter else like.style, like.key, counter))

    def _field(self, element: _Element, name: str, style: CharStyle) -> None:
        kind = val(element, "fldCharType")
        if name == "instrText":
            if self._fields and not self._fields[-1].startswith("="):
                self._fields[-1] += str(element.text or "")
        elif kind == "begin":
            self._fields.append("")
            self._dresses.append(style)
        elif kind == "separate" and self._fields:
            words = self._fields[-1].strip().split()
            self._fields[-1] = "=" + (words[0].upper() if words else "")
        elif kind == "end" and self._fields:
            self._fields.pop()
            self._dresses.pop()

    def _drawn(self, element: _Element, name: str) -> None:
        drawings = self._drawings
        if name == "drawing":
            self._items.extend(drawings.drawing(element))
        elif name in {"pict", "object"}:
            if name == "object":
                self._reader.notice("文件里有嵌入对象，只显示它的预览图。")
            self._items.extend(drawings.legacy(element))
        elif element.tag == _MC + "AlternateContent":
            self._alternative(element)
        elif name in {"footnoteReference", "endnoteReference"}:
            self._reader.notice("文件里有脚注或尾注，没有显示。")
        elif name == "commentReference":
            self._reader.notice("文件里有批注，没有显示。")

    def _alternative(self, element: _Element) -> None:
        options = [c for c in element if c.tag == _MC + "Choice" and c.get("Requires", "") in _CHOICES]
        options += [c for c in element if c.tag == _MC + "Fallback"]
        for option in options[:1]:
            for inner in option:
                if isinstance(inner.tag, str):
                    self._drawn(inner, inner.tag.removeprefix(W))


def _symbol(element: _Element) -> str:
    """The character of a w:sym; the private area of the symbol fonts is turned into what it looks like."""
    try:
        code = int(val(element, "char") or "0", 16)
    except ValueError:
        return ""
    looks = {0xF0FE: "☑", 0xF0A8: "□", 0xF06F: "□", 0xF052: "☑", 0xF0A3: "□", 0xF0FC: "✓", 0xF0D6: "√", 0xF0B7: "•"}
    if code in looks:
        return looks[code]
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x10FFFF else ""
