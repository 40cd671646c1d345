"""A Word file into sheets: its parts are opened, read into blocks and laid out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from desktop.documents.pages.paper import Fonts, Memory, Paper, stand_ins
from desktop.documents.pages.wordml import W, child, number, on, twips, val
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package

from desktop.documents.pages.blockcache import BlockCache
from desktop.documents.pages.body import Reader
from desktop.documents.pages.flow import Flow
from desktop.documents.pages.model import Block, Document, Section
from desktop.documents.pages.numbering import Numbering
from desktop.documents.pages.parts import needed, optional, reaches_out, relations
from desktop.documents.pages.styles import Styles


def read_document(package: Package, fonts: Fonts, memory: Memory) -> Paper:
    """Lay out a docx.

    Raises:
        BadFile: there is no text part, or it is damaged.
    """
    document = read_blocks(package, memory)
    flow = Flow(document, fonts, memory)
    pages = flow.run()
    notices = [*document.notices, *flow.notices, *stand_ins(fonts, flow.asked)]
    return Paper(pages, list(dict.fromkeys(notices)), "docx")


def read_blocks(package: Package, memory: Memory) -> Document:
    """What a docx says, section by section.

    Raises:
        BadFile: there is no text part, or it is damaged.
    """
    main = package.main_part()
    notices: list[str] = []
    root = needed(package, main, notices)
    body = child(root, "body")
    if body is None:
        raise BadFile(f"文件“{package.name}”里没有正文。", where=main, todo="请在 Word 或 WPS 中打开并另存一次。")
    parts = dict(relations(package, main, notices).values())
    settings = optional(package, parts.get("settings"), notices)
    dress = tuple(_sign(package, parts.get(part)) for part in ("styles", "theme", "numbering"))

    def open_dress() -> tuple[Styles, _Element | None]:
        root, theme = (optional(package, parts.get(part), notices) for part in ("styles", "theme"))
        return Styles(root, theme), optional(package, parts.get("numbering"), notices)

    styles, lists = memory.keep(("dress", dress), open_dress)
    reader = Reader(package, main, styles, Numbering(lists, styles), notices=notices)
    reader.cache = BlockCache(memory, dress)
    document = Document(parts=[], notices=notices)
    _settings(settings, document, package)
    start: list[Block] = []
    for block, ends in reader.body(body):
        if block is not None:
            start.append(block)
        if ends is not None:
            document.parts.append((_section(ends, reader), start))
            start = []
    for (earlier, _), (later, _) in pairwise(
        document.parts
    ):  # what a section does not say it takes from the one before
        later.headers = {**earlier.headers, **later.headers}
        later.footers = {**earlier.footers, **later.footers}
    if start or not document.parts:
        section = document.parts[-1][0] if document.parts else Section()
        document.parts.append((section, start))
    return document


def _sign(package: Package, part: str | None) -> tuple[int, int] | None:
    """What tells one version of a part from another."""
    member = package.members.get(part or "")
    return None if member is None else (member.crc, member.size)


def _settings(root: _Element | None, document: Document, package: Package) -> None:
    if "word/vbaProject.bin" in package.members:
        document.notices.append("文件带有宏，只显示内容，宏不会运行。")
    if reaches_out(package, "word"):
        document.notices.append("文件连着外部的模板或内容，没有去取。")
    document.modern = False
    if root is None:
        return
    document.even_odd = on(child(root, "evenAndOddHeaders"))
    document.compress = val(child(root, "characterSpacingControl")).startswith("compress")
    document.default_tab = max(4.0, twips(val(child(root, "defaultTabStop")), 36.0))
    guard = child(root, "documentProtection")
    if val(guard, "enforcement") in {"1", "true", "on"}:
        document.notices.append("文件设有编辑保护，这里只显示，不改动。")
    for setting in root.iter(W + "compatSetting"):
        if val(setting, "name") == "compatibilityMode":
            document.modern = number(val(setting)) >= 15


def _section(sect: _Element, reader: Reader) -> Section:
    made = Section()
    size, margin, grid = child(sect, "pgSz"), child(sect, "pgMar"), child(sect, "docGrid")
    if size is not None:
        made.width = max(72.0, twips(val(size, "w"), made.width))
        made.height = max(72.0, twips(val(size, "h"), made.height))
    if margin is not None:
        for side in ("top", "bottom", "left", "right", "header", "footer"):
            setattr(made, side, twips(val(margin, side), getattr(made, side)))
        made.left += max(0.0, twips(val(margin, "gutter")))
    if grid is not None and val(grid, "type") not in {"", "default"}:
        made.grid = val(grid, "type")
        made.pitch = max(0.0, twips(val(grid, "linePitch")))
        made.char_pitch = number(val(grid, "charSpace")) / 4096
    columns = child(sect, "cols")
    if columns is not None:
        made.columns = max(1, min(int(number(val(columns, "num"), 1)), 12))
        made.column_gap = twips(val(columns, "space"), 36.0)
    made.starts = val(child(sect, "type")) or "nextPage"
    made.title_page = on(child(sect, "titlePg"))
    made.vertical = val(child(sect, "vAlign")) or "top"
    start = val(child(sect, "pgNumType"), "start")
    made.first_number = int(number(start)) if start else None
    reader.headers(sect, made)
    return made
