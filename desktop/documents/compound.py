"""OLE compound files ([MS-CFB]): the container of .doc, .xls and of password-protected .docx and .xlsx.

Only what is needed to say what such a file is and to hand one stream on: names of the streams, one stream's bytes,
and a fresh container holding nothing but that stream. Chains are followed with a step count, so a damaged file that
points at itself ends in a refusal and never in an endless loop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from desktop.errors import BadFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _FAT_SECTOR, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA  # higher numbers are marks, not sectors ([MS-CFB] 2.1)
_HEADER_FAT_SECTORS = 109
_SECTOR = 4096  # of the containers written here: version 4


class Compound:
    """A compound file held in memory.

    Raises:
        BadFile: the structure is damaged (sectors beyond the end, chains that run in a circle).
    """

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or content[:8] != MAGIC:
            raise _damaged("文件头不完整")
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise _damaged("扇区大小不合规定")
        self._size = 1 << shift
        first_directory, self._cutoff, first_mini = (
            struct.unpack_from("<I", content, offset)[0] for offset in (48, 56, 60)
        )
        self._fat = self._read_fat()
        directory = self._chain(first_directory)
        self._entries = list(self._read_directory(directory))
        self._mini_fat = _numbers(self._chain(first_mini)) if first_mini <= _LAST_SECTOR else []
        root = next((entry for entry in self._entries if entry[1] == 5), None)
        self._mini = self._chain(root[2]) if root and root[2] <= _LAST_SECTOR else b""

    @property
    def names(self) -> list[str]:
        """The names of all streams and storages."""
        return [name for name, _, _, _ in self._entries]

    def stream(self, name: str) -> bytes:
        """The bytes of the first stream of that name.

        Raises:
            BadFile: there is none, or its chain is damaged.
        """
        for found, kind, start, size in self._entries:
            if found == name and kind == 2:
                small = size < self._cutoff
                content = self._mini_chain(start) if small else self._chain(start)
                if len(content) < size:
                    raise _damaged("内容被截断")
                return content[:size]
        raise _damaged(f"缺少“{name}”部分")

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise _damaged("内容被截断")
        return sector

    def _read_fat(self) -> list[int]:
        numbers = list(struct.unpack_from(f"<{_HEADER_FAT_SECTORS}I", self._content, 76))
        following, count = struct.unpack_from("<II", self._content, 68)
        most = len(self._content) // self._size + 1
        if count > most:
            raise _damaged("扇区表过长")
        for _ in range(count):
            more = _numbers(self._sector(following))
            numbers += more[:-1]
            following = more[-1]
        table: list[int] = []
        for number in numbers:
            if number <= _LAST_SECTOR:
                table += _numbers(self._sector(number))
        return table

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        number = start
        for _ in range(len(self._fat) + 1):
            if number == _END or number > _LAST_SECTOR:
                return b"".join(parts)
            if number >= len(self._fat):
                raise _damaged("扇区编号超出文件")
            parts.append(self._sector(number))
            number = self._fat[number]
        raise _damaged("扇区链首尾相接")

    def _mini_chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        number = start
        for _ in range(len(self._mini_fat) + 1):
            if number > _LAST_SECTOR:
                return b"".join(parts)
            if number >= len(self._mini_fat):
                raise _damaged("小扇区编号超出文件")
            parts.append(self._mini[number * 64 : number * 64 + 64])
            number = self._mini_fat[number]
        raise _damaged("小扇区链首尾相接")

    def _read_directory(self, directory: bytes) -> Iterator[tuple[str, int, int, int]]:
        for offset in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            if kind not in {1, 2, 5} or not 2 <= length <= 64:
                continue
            name = directory[offset : offset + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<IQ", directory, offset + 116)
            # Version 3 writers leave rubbish in the upper half of the size ([MS-CFB] 2.6.1).
            yield name, kind, start, size & 0xFFFFFFFF if self._size == 512 else size


def alone(name: str, stream: bytes) -> bytes:
    """A fresh compound file holding one stream of that name and nothing else (no macros, no pictures, no rubbish)."""
    padded = stream.ljust(max(len(stream), _SECTOR), b"\0")
    sectors = -(-len(padded) // _SECTOR)
    per_fat = _SECTOR // 4
    fats = 1
    while fats * per_fat < sectors + 1 + fats:
        fats += 1
    table = [_FAT_SECTOR] * fats + [_END] + list(range(fats + 2, fats + 1 + sectors)) + [_END]
    table += [_FREE] * (fats * per_fat - len(table))
    header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 4, 0xFFFE, 12, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 1, fats, fats, 0, _SECTOR, _END, 0, _END, 0)
    header += struct.pack(f"<{_HEADER_FAT_SECTORS}I", *range(fats), *[_FREE] * (_HEADER_FAT_SECTORS - fats))
    directory = _entry("Root Entry", 5, 1, 0, 0) + _entry(name, 2, _NONE, fats + 1, len(padded))
    content = header.ljust(_SECTOR, b"\0") + struct.pack(f"<{len(table)}I", *table)
    return content + directory.ljust(_SECTOR, b"\0") + padded.ljust(sectors * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(raw), kind, 1, _NONE, _NONE, child)
    return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def _numbers(sector: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", sector[: len(sector) // 4 * 4])]


def _damaged(reason: str) -> BadFile:
    return BadFile(f"文件已损坏（{reason}）。", todo="请重新拷贝一份，或用 Excel、WPS 打开后另存为 .xlsx 再试。")
