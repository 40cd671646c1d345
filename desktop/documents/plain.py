"""The plain text of an office file, for reading a notice: Word (new and old, WPS), PDF with text, web page, text file.

Paragraphs become lines; the cells of a table row stand side by side with bars, so that nobody takes them for sentences.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.documents.compound import Compound
from desktop.documents.kinds import Kind, kind_of
from desktop.documents.package import open_package
from desktop.documents.tabletext import decode
from desktop.errors import BadFile, why

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST = 50 * 1024 * 1024  # bytes; a notice with scanned pages stays below
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_PASTE = "请打开文件，全选复制，再粘贴到通知正文框里。"


def text_of_file(path: Path) -> str:
    """The text of a file on disk.

    Raises:
        BadFile: missing, too large, of a kind that holds no text, damaged or protected.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise BadFile(
            f"文件“{path.name}”读不出来（{why(error)}）。", todo="请检查文件是否还在、是否有权限。"
        ) from error
    if size > LARGEST:
        raise BadFile(f"文件“{path.name}”有 {size // 1024 // 1024} MB，不像一份通知。", todo=_PASTE)
    return text_of(content, path.name)


def text_of(content: bytes, name: str) -> str:
    """The text in the bytes of a file; `name` is only used in refusals.

    Raises:
        BadFile: of a kind that holds no text, damaged, protected, or without a single character.
    """
    kind = kind_of(content)
    if kind == Kind.DOCX:
        text = "\n".join(_word_lines(content, name))
    elif kind == Kind.DOC:
        text = _old_word(content, name)
    elif kind == Kind.PDF:
        text = _pdf(content, name)
    elif kind == Kind.HTML:
        text = _page(decode(content, name))
    elif kind == Kind.TEXT:
        text = decode(content, name)
    elif kind == Kind.ENCRYPTED:
        raise BadFile(
            f"文件“{name}”加了打开密码，读不到文字。", todo="请用 Word 或 WPS 打开后去掉密码，或复制文字粘贴。"
        )
    else:
        raise BadFile(f"文件“{name}”是{kind.value}，读不到通知文字。", todo=_PASTE)
    if not text.strip():
        raise BadFile(f"文件“{name}”里没有文字，可能整页是扫描的图片。", todo="请照着图片填写，或把文字录入后粘贴。")
    return text


def _word_lines(content: bytes, name: str) -> Iterator[str]:
    package = open_package(content, name)
    root = package.xml(package.main_part())
    space = _STRICT if root.tag.startswith(_STRICT) else _W
    body = root.find(f"{space}body")
    if body is not None:
        yield from _blocks(body, space)


def _blocks(parent: _Element, space: str) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{space}p":
            yield _paragraph(child, space)
        elif child.tag == f"{space}tbl":
            for row in child.iter(f"{space}tr"):
                cells = [" ".join(_blocks(cell, space)).strip() for cell in row.findall(f"{space}tc")]
                yield "| " + " | ".join(cells) + " |"
        elif child.tag in (f"{space}sdt", f"{space}sdtContent", f"{space}customXml", f"{space}smartTag"):
            yield from _blocks(child, space)


def _paragraph(paragraph: _Element, space: str) -> str:
    """The runs of a paragraph in order, without deleted text and without what lies in text boxes twice."""
    signs = {f"{space}tab": "\t", f"{space}br": "\n", f"{space}cr": "\n", f"{space}noBreakHyphen": "-"}
    pieces: list[str] = []
    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    for item in paragraph.iter():
        if item.tag == f"{space}t":
            if not any(above.tag == fallback for above in item.iterancestors()):
                pieces.append(item.text or "")
        elif item.tag in signs and item.getparent() is not None and item.getparent().tag == f"{space}r":  # type: ignore[union-attr]
            pieces.append(signs[str(item.tag)])
    return "".join(pieces)


def _old_word(content: bytes, name: str) -> str:
    """The main text of a Word 97–2003 or WPS file by its piece table ([MS-DOC] 2.4.1).

    Raises:
        BadFile: damaged, protected by a password, or older than Word 97.
    """
    damaged = BadFile(
        f"文件“{name}”已损坏或太旧，读不到文字。", todo="请用 Word 或 WPS 打开，另存为 docx 后再试，或复制文字粘贴。"
    )
    compound = Compound(content)
    main = compound.stream("WordDocument")
    if len(main) < 0x1AA:
        raise damaged
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 0x0A)[0]
    if version < 0xC1:
        raise damaged
    if flags & 0x0100:
        raise BadFile(
            f"文件“{name}”加了打开密码，读不到文字。", todo="请用 Word 或 WPS 打开后去掉密码，或复制文字粘贴。"
        )
    length = struct.unpack_from("<i", main, 0x4C)[0]
    start, size = struct.unpack_from("<II", main, 0x1A2)
    table = compound.stream("1Table" if flags & 0x0200 else "0Table")[start : start + size]
    try:
        text = "".join(_pieces(main, table))[: max(length, 0)]
    except (struct.error, UnicodeDecodeError) as error:
        raise damaged from error
    return _readable(text)


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    """The text pieces in order; [MS-DOC] 2.9.38 Clx, 2.8.35 PlcPcd, 2.9.73 FcCompressed."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != b"\x02":
        raise struct.error("no piece table")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    count = (size - 4) // 12
    if not 0 <= count <= len(clx):
        raise struct.error("piece table too long")
    places = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for number in range(count):
        (where,) = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)
        letters = places[number + 1] - places[number]
        if where & 0x40000000:
            begin = (where & 0x3FFFFFFF) // 2
            yield main[begin : begin + letters].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * letters].decode("utf-16-le", "replace")


def _readable(text: str) -> str:
    """Control characters of old Word as text: paragraph and cell ends, tabs, breaks; field codes are left out."""
    shown: list[str] = []
    hidden = 0
    for sign in text:
        if sign == "\x13":
            hidden += 1
        elif sign in "\x14\x15":
            hidden = max(0, hidden - 1) if sign == "\x14" or hidden else hidden
        elif not hidden:
            shown.append({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x1e": "-"}.get(sign, sign))
    # A row ends with one more cell mark; an empty cell looks the same, and a line too many does no harm.
    rows = "".join(shown).replace("\x07\x07", " |\n").replace("\x07", " | ")
    return "".join(sign for sign in rows if sign in "\n\t" or sign >= " ")


def _pdf(content: bytes, name: str) -> str:
    """The text layer of a PDF, page by page.

    Raises:
        BadFile: protected or damaged.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = []
            for page in document:
                layer = page.get_textpage()
                pages.append(layer.get_text_bounded().replace("\r\n", "\n"))
                layer.close()
                page.close()
    except pypdfium2.PdfiumError as error:
        raise BadFile(f"PDF 文件“{name}”打不开，可能已损坏或加了密码。", todo=_PASTE) from error
    return "\n---\n".join(pages)


class _Page(HTMLParser):
    """Collects the text of a web page, block by block."""

    BLOCKS = frozenset(("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "title", "table"))
    SILENT = frozenset(("script", "style", "head"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block, a bar for a cell."""
        self._silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        """End a block or a silent part."""
        if tag in self.SILENT and self._silent:
            self._silent -= 1
        elif tag in self.BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if not self._silent:
            self.pieces.append(" ".join(data.split()))


def _page(html: str) -> str:
    parser = _Page()
    parser.feed(html)
    parser.close()
    lines = ("".join(parser.pieces)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
