"""The stream of an old .xls, looked over before anybody reads it: record by record, as [MS-XLS] lays it out."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.documents.cells import MOST_CELLS, reference
from desktop.errors import BadFile

_EOF, _FILEPASS, _BOUNDSHEET, _BOF, _DIMENSIONS = 0x0A, 0x2F, 0x85, 0x809, 0x200
_FORMULA, _BOOLERR, _MULRK = 0x06, 0x205, 0xBD
_CELLS = {_FORMULA, _BOOLERR, _MULRK, 0x203, 0x204, 0xD6, 0x27E, 0xFD}
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_MOST_SHEETS = 256
_REPAIR = "请用 Excel 或 WPS 打开它，另存为 .xlsx 后再导入。"


@dataclass(slots=True)
class Scanned:
    """The stream with its announced sizes taken out, and per sheet the error values by (row, column)."""

    stream: bytes
    errors: list[dict[tuple[int, int], str]]


def scan(stream: bytes) -> Scanned:
    """Look over a workbook stream.

    Raises:
        BadFile: encrypted, cut off, too many sheets, or with cells too far away.
    """
    positions: list[int] = []
    for kind, start, data in _records(stream, 0):
        if kind == _FILEPASS:
            raise BadFile("它加了打开密码。", todo="请用密码打开，去掉密码后另存，再导入。")
        if kind == _BOUNDSHEET and len(data) >= 4:
            positions.append(struct.unpack_from("<I", data)[0])
        if kind == _EOF and start:
            break
    if len(positions) > _MOST_SHEETS:
        raise BadFile(f"它有 {len(positions)} 个工作表，超过 {_MOST_SHEETS} 个。", todo=_REPAIR)
    cleaned = bytearray(stream)
    errors = [_sheet(stream, position, cleaned) for position in positions]
    return Scanned(bytes(cleaned), errors)


def _sheet(stream: bytes, position: int, cleaned: bytearray) -> dict[tuple[int, int], str]:
    errors: dict[tuple[int, int], str] = {}
    depth = last_row = last_column = 0
    for kind, start, data in _records(stream, position):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _DIMENSIONS:
            # Announced by the writer, believed by readers that reserve room for it.
            cleaned[start + 4 : start + 4 + len(data)] = bytes(len(data))
        elif kind in _CELLS and depth <= 1 and len(data) >= 6:
            row, column = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _MULRK else column
            last_row, last_column = max(last_row, row), max(last_column, column, last)
            if (code := _error(kind, data)) is not None:
                errors[row, column] = _ERRORS.get(code, "#错误")
    if (last_row + 1) * (last_column + 1) > MOST_CELLS:
        raise BadFile(f"表格一直延伸到 {reference(last_row, last_column)}，大得不像名单。", todo=_REPAIR)
    return errors


def _error(kind: int, data: bytes) -> int | None:
    if kind == _BOOLERR and len(data) >= 8 and data[7] == 1:
        return data[6]
    if kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
        return data[8]
    return None


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, bytes]]:
    """Type, position and data of each record from a position to the end of the stream."""
    end = len(stream)
    while position + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, position)
        if position + 4 + length > end:
            raise BadFile("内容被截断。", todo="请重新拷贝一份，或用 Excel、WPS 打开后另存为 .xlsx 再试。")
        yield kind, position, stream[position + 4 : position + 4 + length]
        position += 4 + length
