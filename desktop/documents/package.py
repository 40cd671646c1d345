"""A Word or Excel file as the zip package it is: opened with every check a stranger's file needs, written by copying.

Members that do not change keep their compressed bytes; every written member carries the same fixed time, so equal
contents give byte-equal files. Formats: ECMA-376 part 2 (packages), PKWARE APPNOTE 6.3 (zip).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from desktop.documents.kinds import Kind, kind_of, said
from desktop.errors import BadFile, why

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_FILE = 30 * 1024 * 1024  # bytes on disk; a form with pictures stays far below
LARGEST_CONTENT = 200 * 1024 * 1024  # bytes after unpacking, all members together
LARGEST_RATIO = 400  # unpacked : packed; real forms of repeated table rows reach about 60
RATIO_FROM = 1024 * 1024  # bytes: below this size a high ratio harms nobody
MOST_MEMBERS = 2000

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_ENTRY = struct.Struct("<8x2H4x3L3H8xL")  # what is read of the same: flags, method, sums, lengths, place of the member
_NAME = struct.Struct("<26x2H")  # what is read of a local header: how long name and extra field are
_END = struct.Struct("<4s4H2LH")
_DOS_TIME, _DOS_DATE = 0, (1 << 5) | 1  # 1980-01-01 00:00:00, the earliest time a zip can hold
_STORED, _DEFLATED = 0, 8
_UTF8, _ENCRYPTED, _SUMS_BEHIND = 0x800, 0x1, 0x8
_SUMS = (12, 16, 20, 24)  # bytes of a data descriptor, with and without its mark, zip and zip64

_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"


class Member(NamedTuple):
    """One file of the package, still compressed as it was found."""

    name: str
    method: int
    crc: int
    size: int
    packed: bytes


class _Span(NamedTuple):
    """Where one member lies in the file, whether its sums stand behind it, and its name where its own head differs."""

    start: int
    end: int
    summed: bool = False
    misnamed: str = ""


class Package:
    """The members of one zip package, in the order of its directory.

    Attributes:
        name: what the file is called in messages.
        members: by name.
        stray: bytes of the file that belong to no member and to no directory; other programs may find members in them.
    """

    def __init__(self, name: str, members: Sequence[Member], stray: int = 0) -> None:
        self.name = name
        self.members = {member.name: member for member in members}
        self.stray = stray

    @cached_property
    def _records(self) -> dict[str, tuple[bytes, bytes, bytes]]:
        """Member → what is written for it; made when the package is first written, for most are only read."""
        return {member.name: _record(member) for member in self.members.values()}

    def read(self, member: str) -> bytes:
        """The unpacked bytes of one member.

        Raises:
            BadFile: there is no such member, or its bytes do not match the checksum kept for them.
        """
        found = self.members.get(member)
        if found is None:
            raise BadFile(f"文件“{self.name}”不完整，缺少部件 {member}。", todo="请重新取得该文件后再试。")
        return _unpack(found, self.name)

    def xml(self, member: str) -> _Element:
        """The root element of an XML member; document types and outside entities are refused.

        Raises:
            BadFile: the member is missing, damaged, no XML, or declares a document type.
        """
        return parse(self.read(member), self.name, member)

    def written(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with some members replaced or added and all others copied as they are."""
        local: list[bytes] = []
        central: list[bytes] = []
        offset = 0
        names = [*self._records, *(name for name in changed if name not in self._records)]
        for name in names:
            replaced = changed.get(name)
            head, packed, entry = self._records[name] if replaced is None else _record(_pack(name, replaced))
            local += (head, packed)
            central += (entry[:42], offset.to_bytes(4, "little"), entry[46:])
            offset += len(head) + len(packed)
        directory = b"".join(central)
        end = _END.pack(b"PK\5\6", 0, 0, len(names), len(names), len(directory), offset, 0)
        return b"".join([*local, directory, end])

    def replaced(self, changed: Mapping[str, bytes]) -> Package:
        """Another package that holds some members changed, compressed once for all its later writings."""
        packed = {name: _pack(name, content) for name, content in changed.items()}
        return Package(self.name, [packed.get(name, member) for name, member in self.members.items()])

    def main_part(self) -> str:
        """The name of the document part: `word/document.xml`, `xl/workbook.xml` or wherever the package puts it."""
        for relation in self.xml("_rels/.rels"):
            if relation.get("Type") in {_MAIN, _MAIN_STRICT}:
                return str(relation.get("Target", "")).lstrip("/")
        raise BadFile(f"文件“{self.name}”里没有正文。", todo="请在 Word、WPS 或 Excel 中打开并另存一次。")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → (last word of the type, name of the target member) of a part; outside targets are left out."""
        folder = PurePosixPath(part).parent
        member = f"{folder}/_rels/{PurePosixPath(part).name}.rels".removeprefix("./")
        if member not in self.members:
            return {}
        found = {}
        for relation in self.xml(member):
            if relation.get("TargetMode") != "External":
                target = _resolved(folder, str(relation.get("Target", "")))
                found[str(relation.get("Id"))] = (str(relation.get("Type", "")).rsplit("/", 1)[-1], target)
        return found


def open_package(source: Path | bytes, name: str = "") -> Package:
    """Open a docx, xlsx or zip after checking that it is whole, not encrypted and of a bearable size.

    Raises:
        BadFile: with its own sentence for each of: missing, empty, too large, encrypted, an old .doc/.xls, another kind
            of file, cut off, damaged directory, overlapping or doubled members, zip bomb.
    """
    content = source if isinstance(source, bytes) else _file_content(source)
    name = name or (source.name if isinstance(source, Path) else "（内存中的文件）")
    if len(content) > LARGEST_FILE:
        raise BadFile(
            f"文件“{name}”有 {len(content) // 1048576} MB，超过 {LARGEST_FILE // 1048576} MB，没有打开。",
            todo="请去掉其中的图片或附件后再试。",
        )
    _refuse_other_kinds(content, name)
    members, stray = _directory(content, name)
    _refuse_bomb(members, len(content), name)
    return Package(name, members, stray)


def parse(content: bytes, name: str, member: str) -> _Element:
    """The root element of XML bytes taken from a file named `name`.

    Raises:
        BadFile: no XML, or one that declares a document type (entities may read files or explode).
    """
    from lxml import etree

    parser: Any = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root: _Element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadFile(
            f"文件“{name}”的内容已损坏。", where=f"{member} 第 {error.lineno} 行", todo="请重新取得该文件后再试。"
        ) from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise BadFile(f"文件“{name}”含有不允许的文档类型声明。", where=member, todo="请重新取得该文件后再试。")
    return root


def whole(element: _Element | None, name: str, default: int) -> int:
    """A whole number kept in an attribute; the default where element or attribute is missing.

    Raises:
        BadFile: something else stands there, or a number no document needs.
    """
    return round(amount(element, name, default))


def amount(element: _Element | None, name: str, default: float) -> float:
    """A number kept in an attribute, see `whole`."""
    text = None if element is None else element.get(name)
    if text is None:
        return default
    match = re.fullmatch(r"-?\d{1,8}(\.\d{1,17})?", str(text).strip())
    if match is None:
        short = name.rsplit("}", 1)[-1]
        raise BadFile(f"文件内容已损坏：{short} 应为数字，实为“{str(text)[:20]}”。", todo="请重新取得该文件后再试。")
    return float(match[0])


def _file_content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise BadFile(
                f"文件“{path.name}”有 {size // 1048576} MB，超过 {LARGEST_FILE // 1048576} MB，没有打开。",
                todo="请去掉其中的图片或附件后再试。",
            )
        return path.read_bytes()
    except OSError as error:
        raise BadFile(
            f"文件“{path.name}”读不出来（{why(error)}）。",
            where=str(path.parent),
            todo="请检查文件是否还在、是否有权限。",
        ) from error


def _refuse_other_kinds(content: bytes, name: str) -> None:
    if content.startswith(b"PK"):
        return  # whether it is whole, and which of the packages, its directory will tell
    kind = kind_of(content)
    if kind is Kind.EMPTY:
        raise BadFile(f"文件“{name}”是空的。", todo="请重新取得该文件后再试。")
    if kind is Kind.ENCRYPTED:
        raise BadFile(f"文件“{name}”设有打开密码。", todo="请在 Word、WPS 或 Excel 中取消密码后再试。")
    if kind in {Kind.DOC, Kind.XLS, Kind.PPTX, Kind.COMPOUND}:
        renamed = "，只是改了扩展名" if name.lower().endswith((".docx", ".xlsx")) else "，不能直接读"
        raise BadFile(
            f"文件“{name}”是旧格式（.doc、.xls、.wps 或 .et）{renamed}。",
            todo="请用 Word、WPS 或 Excel 打开，另存为 .docx 或 .xlsx。",
        )
    if kind in {Kind.HTML, Kind.XML}:
        raise BadFile(
            f"文件“{name}”其实是{said(kind)}，只是改了扩展名。", todo="请用 Excel 或 Word 打开，另存为 .xlsx 或 .docx。"
        )
    if kind not in {Kind.TEXT, Kind.UNKNOWN}:
        raise BadFile(f"文件“{name}”其实是{said(kind)}。", todo="请换用 .docx 或 .xlsx 文件。")
    raise BadFile(f"文件“{name}”不是 Word 或 Excel 文件。", todo="请换用 .docx 或 .xlsx 文件。")


def _directory(content: bytes, name: str) -> tuple[list[Member], int]:
    """The members, and how many bytes of the file belong to none of them nor to the directory."""
    at = content.rfind(b"PK\5\6", max(0, len(content) - 65557))
    if at < 0 or at + _END.size > len(content):
        raise BadFile(f"文件“{name}”不完整，后半部分缺失。", todo="请重新下载或复制该文件后再试。")
    _, _, _, _, count, size, offset, _ = _END.unpack_from(content, at)
    if count > MOST_MEMBERS:
        raise BadFile(f"文件“{name}”内含 {count} 个部件，超过 {MOST_MEMBERS} 个，没有打开。")
    if offset + size > at:
        raise _damaged(name, "目录")
    directory = offset
    members: list[Member] = []
    spans: list[_Span] = []
    seen: set[str] = set()
    for _ in range(count):
        if content[offset : offset + 4] != b"PK\1\2" or offset + _CENTRAL.size > len(content):
            raise _damaged(name, "目录")
        entry = _ENTRY.unpack_from(content, offset)
        member, span = _member(content, entry, offset, name)
        if member.name in seen:
            raise BadFile(f"文件“{name}”里有两个同名部件，内容不可信。", where=member.name)
        seen.add(member.name)
        spans.append(span)
        if member.name[-1:] != "/":
            members.append(member)
        offset += _CENTRAL.size + entry[5] + entry[6] + entry[7]
    stray = _stray([_Span(0, 0), *sorted(spans), _Span(directory, directory)], name)
    return members, stray + len(content) - offset - _END.size


def _stray(spans: Sequence[_Span], name: str) -> int:
    """How many bytes lie between the members, the sums behind a member left aside."""
    gaps = [(below.start - above.end, above.summed) for above, below in pairwise(spans)]
    if any(gap < 0 for gap, _ in gaps):
        raise BadFile(f"文件“{name}”的部件互相重叠，内容不可信。", todo="请重新取得该文件后再试。")
    if misnamed := next((span.misnamed for span in spans if span.misnamed), ""):
        raise BadFile(f"文件“{name}”的目录与内容里的部件名不一致，内容不可信。", where=misnamed)
    return sum(gap for gap, summed in gaps if not (summed and gap in _SUMS))


def _member(content: bytes, fields: tuple[Any, ...], at: int, name: str) -> tuple[Member, _Span]:
    flags, method, crc, packed, size, length, _, _, offset = fields
    raw = content[at + _CENTRAL.size : at + _CENTRAL.size + length]
    member, outside = _named(raw, bool(flags & _UTF8))
    if member is None:
        raise _damaged(name, "目录")
    if flags & _ENCRYPTED:
        raise BadFile(f"文件“{name}”设有压缩密码。", where=member, todo="请解除密码后再试。")
    if method not in {_STORED, _DEFLATED}:
        raise BadFile(f"文件“{name}”用了少见的压缩方式。", where=member, todo="请用普通 ZIP 方式重新压缩。")
    if outside:
        raise BadFile(f"文件“{name}”里有指向外面的路径，内容不可信。", where=member)
    if content[offset : offset + 4] != b"PK\3\4" or offset + _LOCAL.size > len(content):
        raise _damaged(name, member)
    named, extra = _NAME.unpack_from(content, offset)
    start = offset + _LOCAL.size + named + extra
    if start + packed > len(content):
        raise _damaged(name, member)
    misnamed = content[offset + _LOCAL.size : offset + _LOCAL.size + named] != raw
    span = _Span(offset, start + packed, bool(flags & _SUMS_BEHIND), member if misnamed else "")
    return Member(member, method, crc, size, content[start : start + packed]), span


@lru_cache(maxsize=1024)  # the parts of Word and Excel files have the same few names everywhere
def _named(raw: bytes, utf8: bool) -> tuple[str | None, bool]:
    """The name of a member, None when it cannot be read, and whether it leads out of the package."""
    try:
        member = raw.decode("utf-8" if utf8 or raw.isascii() else "gb18030").replace("\\", "/")
    except UnicodeDecodeError:
        return None, False
    return member, member.startswith("/") or ".." in member.split("/") or ":" in member


def _refuse_bomb(members: Sequence[Member], length: int, name: str) -> None:
    total = sum(member.size for member in members)
    swollen = total > RATIO_FROM and total > LARGEST_RATIO * max(length, 1)
    if total > LARGEST_CONTENT or swollen:
        raise BadFile(
            f"文件“{name}”解压后将达 {total // 1048576} MB，疑似压缩炸弹，没有打开。", todo="请向来源核实该文件。"
        )


def _unpack(member: Member, name: str) -> bytes:
    if member.method == _STORED:
        content = member.packed
    else:
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(member.packed, member.size + 1)
        except zlib.error as error:
            raise _damaged(name, member.name) from error
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise _damaged(name, member.name)
    return content


def _pack(name: str, content: bytes) -> Member:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return Member(name, _DEFLATED, zlib.crc32(content), len(content), packed)


def _record(member: Member) -> tuple[bytes, bytes, bytes]:
    """Local header, packed bytes and directory entry (its offset still zero) of one member."""
    raw = member.name.encode("utf-8")
    flags = 0 if raw.isascii() else _UTF8
    plain = (20, flags, member.method, _DOS_TIME, _DOS_DATE, member.crc, len(member.packed), member.size, len(raw), 0)
    head = _LOCAL.pack(b"PK\3\4", *plain) + raw
    entry = _CENTRAL.pack(b"PK\1\2", 20, *plain, 0, 0, 0, 0, 0) + raw
    return head, member.packed, entry


def _resolved(folder: PurePosixPath, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for step in (folder / target).parts:
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _damaged(name: str, where: str) -> BadFile:
    return BadFile(f"文件“{name}”已损坏。", where=where, todo="请重新取得该文件后再试。")
