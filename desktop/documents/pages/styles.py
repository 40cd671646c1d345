"""The styles of a Word file: defaults, chains of basedOn, table styles with their conditions, theme fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop.documents.pages import wordml
from desktop.documents.pages.model import CharStyle, ParaStyle
from desktop.documents.pages.wordml import W, child, number, on, twips, val

if TYPE_CHECKING:
    from lxml.etree import _Element

Props = dict[str, Any]

_ALIGN = {
    "center": "center", "right": "right", "end": "right", "both": "both", "distribute": "distribute",
    "thaiDistribute": "both", "mediumKashida": "both", "lowKashida": "both", "highKashida": "both",
}  # fmt: skip
_UNDERLINES = {"double": "double", "dotted": "dotted", "dash": "dashed", "thick": "thick", "none": ""}
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SCRIPTS = {"Hans": "east", "Hant": "east"}


@dataclass(slots=True)
class TableStyle:
    """What a table style gives: to the table, its rows, cells, paragraphs and letters, plain and per condition."""

    table: Props = field(default_factory=dict)
    para: Props = field(default_factory=dict)
    char: Props = field(default_factory=dict)
    cell: Props = field(default_factory=dict)
    conditions: dict[str, tuple[Props, Props, Props]] = field(default_factory=dict)  # para, char, cell
    name: str = ""
    made: dict[tuple[str, ...], Layers] = field(default_factory=dict)


@dataclass(slots=True)
class Layers:
    """What a table style gives to one cell, and the conditions it follows from."""

    sign: tuple[str, ...]
    para: Props
    char: Props
    cell: Props


class Styles:
    """Looks up what a style means, once for each style."""

    def __init__(self, root: _Element | None, theme: _Element | None) -> None:
        self._fonts = _theme_fonts(theme)
        self._by_id: dict[str, _Element] = {}
        self._resolved: dict[str, tuple[Props, Props]] = {}
        self._tables: dict[str, TableStyle] = {}
        self._made: dict[tuple[Any, ...], CharStyle] = {}
        self.default_para: Props = {}
        self.default_char: Props = {}
        self.default_style = ""
        self.default_table = ""
        if root is None:
            return
        defaults = child(root, "docDefaults")
        self.default_char = self.char_props(child(child(defaults, "rPrDefault"), "rPr"))
        self.default_para = self.para_props(child(child(defaults, "pPrDefault"), "pPr"))
        for style in root.findall(W + "style"):
            name = val(style, "styleId")
            self._by_id[name] = style
            if val(style, "default") in {"1", "true", "on"}:
                if val(style, "type") == "paragraph":
                    self.default_style = name
                elif val(style, "type") == "table":
                    self.default_table = name

    def chain(self, style_id: str) -> list[_Element]:
        """The style and what it is based on, the farthest ancestor first; circles are cut."""
        found: list[_Element] = []
        seen: set[str] = set()
        while style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            found.append(self._by_id[style_id])
            style_id = val(child(self._by_id[style_id], "basedOn"))
        return found[::-1]

    def named(self, style_id: str) -> tuple[Props, Props]:
        """Paragraph and letter properties of a paragraph or character style, ancestors included, defaults not."""
        if style_id not in self._resolved:
            para: Props = {}
            char: Props = {}
            for style in self.chain(style_id):
                merge(para, self.para_props(child(style, "pPr")))
                merge(char, self.char_props(child(style, "rPr")))
            self._resolved[style_id] = (para, char)
        return self._resolved[style_id]

    def table(self, style_id: str) -> TableStyle:
        """A table style, ancestors included."""
        if style_id not in self._tables:
            made = TableStyle(name=style_id)
            for style in self.chain(style_id):
                merge(made.table, table_props(child(style, "tblPr")))
                merge(made.para, self.para_props(child(style, "pPr")))
                merge(made.char, self.char_props(child(style, "rPr")))
                merge(made.cell, cell_props(child(style, "tcPr")))
                for part in style.findall(W + "tblStylePr"):
                    para, char, cell = made.conditions.setdefault(val(part, "type"), ({}, {}, {}))
                    merge(para, self.para_props(child(part, "pPr")))
                    merge(char, self.char_props(child(part, "rPr")))
                    merge(cell, cell_props(child(part, "tcPr")))
            self._tables[style_id] = made
        return self._tables[style_id]

    def char_props(self, rpr: _Element | None) -> Props:
        """The properties said in a w:rPr, each under its own name."""
        props: Props = {}
        if rpr is None:
            return props
        for element in rpr:
            if isinstance(element.tag, str):
                reader = _CHAR.get(element.tag.removeprefix(W))
                if reader is not None:
                    reader(element, props)
        fonts = child(rpr, "rFonts")
        if fonts is not None:
            props.update(self._families(fonts))
        return props

    def _families(self, fonts: _Element) -> Props:
        found: Props = {}
        for attribute, name in (("hAnsi", "latin"), ("ascii", "latin"), ("eastAsia", "east")):
            theme = self._fonts.get(val(fonts, attribute + "Theme"))
            said = theme or val(fonts, attribute)
            if said:
                found[name] = said.split(";")[0].strip() or said
        return found

    def para_props(self, ppr: _Element | None) -> Props:
        """The properties said in a w:pPr, each under its own name."""
        props: Props = {}
        if ppr is None:
            return props
        for element in ppr:
            if isinstance(element.tag, str):
                reader = _PARA.get(element.tag.removeprefix(W))
                if reader is not None:
                    reader(element, props)
        return props

    def char_style(self, props: Props) -> CharStyle:
        """The dress that merged properties amount to."""
        sign = tuple(sorted(props.items()))
        if sign not in self._made:
            known = {name: props[name] for name in _CHAR_FIELDS if name in props}
            self._made[sign] = CharStyle(**known)
        return self._made[sign]


def merge(base: Props, own: Props) -> Props:
    """Lay properties over others in place; borders and margins are merged edge by edge, tabs tab by tab."""
    for name, value in own.items():
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            base[name] = {**base[name], **value}
        else:
            base[name] = value
    return base


def merged(*layers: Props) -> Props:
    """New properties from layers, the strongest last."""
    made: Props = {}
    for layer in layers:
        merge(made, layer)
    return made


def para_style(props: Props) -> ParaStyle:
    """The shape that merged properties amount to."""
    known = {name: props[name] for name in _PARA_FIELDS if name in props}
    tabs = props.get("tabs", {})
    made = ParaStyle(**known)
    made.tabs = tuple(sorted((at, kind, leader) for at, (kind, leader) in tabs.items() if kind != "clear"))
    return made


def table_props(tblpr: _Element | None) -> Props:
    """Properties of a table said in a w:tblPr."""
    props: Props = {}
    if tblpr is None:
        return props
    edges = child(tblpr, "tblBorders")
    if edges is not None:
        props["borders"] = wordml.borders(edges)
    room = child(tblpr, "tblCellMar")
    if room is not None:
        props["margins"] = wordml.margins(room)
    indent = child(tblpr, "tblInd")
    if indent is not None and val(indent, "type") in {"dxa", ""}:
        props["indent"] = twips(val(indent, "w"))
    align = child(tblpr, "jc")
    if align is not None:
        props["align"] = _ALIGN.get(val(align), "left")
    for name in ("tblStyleRowBandSize", "tblStyleColBandSize"):
        if child(tblpr, name) is not None:
            props[name] = max(1, int(number(val(child(tblpr, name)), 1)))
    return props


def cell_props(tcpr: _Element | None) -> Props:
    """Properties of a cell said in a w:tcPr that a style may also say."""
    props: Props = {}
    if tcpr is None:
        return props
    edges = child(tcpr, "tcBorders")
    if edges is not None:
        props["borders"] = wordml.borders(edges)
    fill = child(tcpr, "shd")
    if fill is not None:
        props["shade"] = wordml.shade(fill)
    room = child(tcpr, "tcMar")
    if room is not None:
        props["margins"] = wordml.margins(room)
    place = child(tcpr, "vAlign")
    if place is not None:
        props["vertical"] = val(place)
    return props


def _theme_fonts(theme: _Element | None) -> dict[str, str]:
    """Theme name as rFonts uses it → family; the Chinese list of the theme stands in for an empty East-Asian entry."""
    found: dict[str, str] = {}
    if theme is None:
        return found
    for kind, name in (("majorFont", "major"), ("minorFont", "minor")):
        part = next(iter(theme.iter(_A + kind)), None)
        if part is None:
            continue
        latin, east = part.find(_A + "latin"), part.find(_A + "ea")
        family = "" if latin is None else str(latin.get("typeface") or "")
        chinese = "" if east is None else str(east.get("typeface") or "")
        if not chinese:
            lists = (f for f in part.iter(_A + "font") if f.get("script") in _SCRIPTS)
            chinese = next((str(f.get("typeface") or "") for f in lists), "")
        for suffix in ("HAnsi", "Ascii"):
            found[name + suffix] = family
        found[name + "EastAsia"] = chinese
    return found


def _switch(name: str) -> Any:
    def read(element: _Element, props: Props) -> None:
        props[name] = on(element)

    return read


def _spacing(element: _Element, props: Props) -> None:
    for side in ("before", "after"):
        if val(element, side):
            props[side] = max(0.0, twips(val(element, side)))
        elif val(element, side + "Lines"):
            props[side] = max(0.0, number(val(element, side + "Lines")) * 240 / 100 / 20)
        if val(element, side + "Autospacing") in {"1", "true", "on"}:
            props[side] = 14.0  # what HTML gives a paragraph: 280 twips
            props["auto_" + side] = True
        elif val(element, side + "Autospacing"):
            props["auto_" + side] = False
    if val(element, "line"):
        props["rule"] = val(element, "lineRule") or "auto"
        size = number(val(element, "line"), 240)
        props["line"] = max(0.06, size / 240) if props["rule"] == "auto" else max(0.7, abs(size) / 20)


def _indent(element: _Element, props: Props) -> None:
    for side, names in (("left", ("start", "left")), ("right", ("end", "right"))):
        for name in names:
            if val(element, name):
                props[side] = twips(val(element, name))
    if val(element, "firstLine"):
        props["first"] = twips(val(element, "firstLine"))
    if val(element, "firstLineChars"):
        props["first_chars"] = number(val(element, "firstLineChars")) / 100
    if val(element, "hanging"):
        props["first"] = -twips(val(element, "hanging"))


def _tabs(element: _Element, props: Props) -> None:
    found: dict[float, tuple[str, str]] = {}
    kinds = {"start": "left", "end": "right", "num": "left"}
    for tab in element.findall(W + "tab"):
        kind = val(tab)
        found[twips(val(tab, "pos"))] = (kinds.get(kind, kind), val(tab, "leader"))
    props["tabs"] = found


def _numbered(element: _Element, props: Props) -> None:
    label = props.setdefault("number", {})
    for name in ("numId", "ilvl"):
        if child(element, name) is not None:
            label[name] = val(child(element, name))


def _underline(element: _Element, props: Props) -> None:
    kind = val(element) or "single"
    props["underline"] = _UNDERLINES.get(kind, "single")


def _set(name: str, value: Any) -> Any:
    def read(element: _Element, props: Props) -> None:
        found = value(element)
        if found is not None:
            props[name] = found

    return read


def _raised(element: _Element) -> int:
    return {"superscript": 1, "subscript": -1}.get(val(element), 0)


_CHAR: dict[str, Any] = {
    "b": _switch("bold"),
    "i": _switch("italic"),
    "strike": _switch("strike"),
    "dstrike": _switch("strike"),
    "vanish": _switch("hidden"),
    "caps": _switch("caps"),
    "u": _underline,
    "sz": _set("size", lambda e: max(1.0, min(number(val(e), 20) / 2, 400.0))),
    "color": _set("colour", lambda e: wordml.colour(val(e), "#000000")),
    "shd": _set("shade", wordml.shade),
    "highlight": _set("shade", lambda e: wordml.highlight(val(e)) or None),
    "spacing": _set("spacing", lambda e: twips(val(e))),
    "w": _set("stretch", lambda e: max(0.01, min(number(val(e).rstrip("%"), 100) / 100, 6.0))),
    "vertAlign": _set("raised", _raised),
    "position": _set("lifted", lambda e: max(-400.0, min(number(val(e)) / 2, 400.0))),
}
_PARA: dict[str, Any] = {
    "jc": _set("align", lambda e: _ALIGN.get(val(e), "left")),
    "ind": _indent,
    "spacing": _spacing,
    "tabs": _tabs,
    "numPr": _numbered,
    "snapToGrid": _switch("snap"),
    "keepNext": _switch("keep_next"),
    "keepLines": _switch("keep_lines"),
    "pageBreakBefore": _switch("page_before"),
    "widowControl": _switch("widow"),
    "contextualSpacing": _switch("contextual"),
    "overflowPunct": _set("hang", lambda e: not on(e)),  # as LibreOffice 7.4 takes it: said means no
    "autoSpaceDE": _switch("gap"),
    "pBdr": _set("borders", wordml.borders),
    "shd": _set("shade", wordml.shade),
}
_CHAR_FIELDS = tuple(CharStyle.__dataclass_fields__)
_PARA_FIELDS = tuple(name for name in ParaStyle.__dataclass_fields__ if name not in {"tabs", "style_id"})
