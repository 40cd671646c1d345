"""What a file really is, told from its bytes; its name only says what somebody called it."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from desktop.documents.compound import MAGIC as COMPOUND_MAGIC
from desktop.documents.compound import Compound
from desktop.errors import BadFile


class Kind(StrEnum):
    """A kind of file; the value is what an office calls it."""

    XLSX = "Excel 工作簿（.xlsx）"
    XLSB = "Excel 二进制工作簿（.xlsb）"
    XLS = "Excel 97–2003 工作簿（.xls）"
    DOCX = "Word 文档（.docx）"
    DOC = "Word 97–2003 文档（.doc）"
    PPTX = "演示文稿"
    OPENDOCUMENT = "开放文档（.ods、.odt）"
    OFD = "版式文件（.ofd）"
    ENCRYPTED = "加了打开密码的 Office 文件"
    COMPOUND = "不认识的 Office 旧格式文件"
    PDF = "PDF 文件"
    RTF = "RTF 文档"
    HTML = "网页"
    XML = "XML 文件"
    IMAGE = "图片"
    RAR = "RAR 压缩包"
    SEVEN_ZIP = "7z 压缩包"
    ARCHIVE = "压缩包"
    TEXT = "文本文件"
    EMPTY = "空文件"
    UNKNOWN = "无法识别的文件"


_MAGICS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG\r\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"Rar!\x1a\x07", Kind.RAR),
    (b"7z\xbc\xaf", Kind.SEVEN_ZIP),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|div|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_EXCEL_HTML = re.compile(rb"urn:schemas-microsoft-com:office:excel|<table\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def said(kind: Kind) -> str:
    """A kind as it follows a Chinese word: with a blank when it begins with a Latin letter."""
    return f" {kind}" if kind[0].isascii() else str(kind)


def kind_of(content: bytes) -> Kind:
    """The kind of a file, from its whole content; damaged containers are of the kind their first bytes promise."""
    if not content.strip(b"\0 \t\r\n"):
        return Kind.EMPTY
    if content[:4] == COMPOUND_MAGIC[:4]:
        return _kind_of_compound(content)
    if content[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return _kind_of_archive(content)
    for magic, kind in _MAGICS:
        if content.startswith(magic) and not (magic == b"BM" and not _CONTROL.search(content[:64])):
            return kind
    head = content[:4096]
    if _HTML.match(head) or (head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and _EXCEL_HTML.search(head)):
        return Kind.HTML
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return Kind.XML
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or not _CONTROL.search(head):
        return Kind.TEXT
    return Kind.UNKNOWN


def _kind_of_compound(content: bytes) -> Kind:
    try:
        names = set(Compound(content).names)
    except BadFile:
        # Too damaged for its directory to be read; the names stand in it as UTF-16 all the same.
        names = {name for name in ("EncryptedPackage", "Workbook", "WordDocument") if _utf16(name) in content}
    for name, kind in (
        ("EncryptedPackage", Kind.ENCRYPTED),
        ("WordDocument", Kind.DOC),
        ("Workbook", Kind.XLS),
        ("Book", Kind.XLS),
        ("PowerPoint Document", Kind.PPTX),
    ):
        if name in names:
            return kind
    return Kind.COMPOUND


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _kind_of_archive(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, UnicodeError, OverflowError):
        # A truncated package has lost its list of members; the names stand before each member too.
        probes = {"xl/workbook.xml", "xl/worksheets/", "word/document.xml", "ppt/presentation.xml"}
        names = {probe for probe in probes if probe.encode() in content}
    folders = {name.split("/", 1)[0].lower() for name in names}
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "xl" in folders:
        return Kind.XLSX
    if "word" in folders:
        return Kind.DOCX
    if "ppt" in folders:
        return Kind.PPTX
    if "OFD.xml" in names:
        return Kind.OFD
    if "mimetype" in names and "content.xml" in names:
        return Kind.OPENDOCUMENT
    return Kind.ARCHIVE
