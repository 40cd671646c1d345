"""The picture of a signature line as an Enhanced Metafile: text, strokes and nothing else, sharp at every scale.

Word, WPS and LibreOffice show it where the line stands. It is plain on purpose: a self-made picture must not look like
an official seal. Records: MS-EMF 2.3.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = 20  # drawing units per millimetre
_DEVICE = (1920, 1080, 508, 286)  # a screen of 96 dots per inch: pixels, millimetres
_TRANSPARENT, _BASELINE, _ADVANCED = 1, 24, 2
_GB2312_CHARSET = 134
INK, GREY, RED = 0x29231F, 0x736A64, 0x1D16C8  # COLORREF, blue in the high byte


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text: left end and base line in mm, height of the letters in mm."""

    text: str
    left: float
    base: float
    height: float
    colour: int = INK


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line, or with `box` the outline of a rectangle: two corners in mm."""

    left: float
    top: float
    right: float
    bottom: float
    box: bool = False
    colour: int = GREY


def picture(width: float, height: float, items: Sequence[Text | Stroke]) -> bytes:
    """An EMF of the given size in mm."""
    extent = struct.pack("<ii", round(width * _UNITS), round(height * _UNITS))
    records = [
        _record(17, struct.pack("<I", 8)),  # SETMAPMODE anisotropic
        _record(10, struct.pack("<ii", 0, 0)),  # SETWINDOWORGEX
        _record(9, extent),  # SETWINDOWEXTEX
        _record(12, struct.pack("<ii", 0, 0)),  # SETVIEWPORTORGEX
        _record(11, struct.pack("<ii", *_pixels(width, height))),  # SETVIEWPORTEXTEX
        _record(18, struct.pack("<I", _TRANSPARENT)),  # SETBKMODE
        _record(22, struct.pack("<I", _BASELINE)),  # SETTEXTALIGN
        _record(37, struct.pack("<I", 0x80000005)),  # SELECTOBJECT NULL_BRUSH
    ]
    for item in items:
        records += _text(item) if isinstance(item, Text) else _stroke(item)
    records.append(_record(14, struct.pack("<III", 0, 16, 20)))  # EOF
    body = b"".join(records)
    head = _header(width, height, len(body), len(records) + 1)
    return head + body


def width_of(text: str, height: float) -> float:
    """The width of a text in mm: Chinese letters are square, the others about half."""
    return sum(height if ord(letter) > 0x2E7F else height * 0.55 for letter in text)


def fitted(text: str, room: float, height: float) -> float:
    """The letter height in mm at which a text fits its room, never above the given height."""
    return min(height, height * room / max(width_of(text, height), 0.01))


def _text(item: Text) -> list[bytes]:
    size = round(item.height * _UNITS)
    face = "SimSun".encode("utf-16-le").ljust(64, b"\0")
    font = struct.pack("<iiiii8B", -size, 0, 0, 0, 400, 0, 0, 0, _GB2312_CHARSET, 0, 0, 0, 0) + face
    units = item.text.encode("utf-16-le")
    count = len(units) // 2
    steps = struct.pack(f"<{count}I", *_steps(item))
    padded = units + b"\0" * (-len(units) % 4)
    at = struct.pack("<ii", round(item.left * _UNITS), round(item.base * _UNITS))
    start = 76  # bytes of this record before the string
    fixed = struct.pack("<iiiiIff", 0, 0, -1, -1, _ADVANCED, 1.0, 1.0) + at
    fixed += struct.pack("<IIIiiiiI", count, start, 0, 0, 0, -1, -1, start + len(padded))
    return [
        _record(82, struct.pack("<I", 1) + font.ljust(320, b"\0")),  # EXTCREATEFONTINDIRECTW
        _record(37, struct.pack("<I", 1)),  # SELECTOBJECT
        _record(24, struct.pack("<I", item.colour)),  # SETTEXTCOLOR
        _record(84, fixed + padded + steps),  # EXTTEXTOUTW
        _record(37, struct.pack("<I", 0x8000000D)),  # SELECTOBJECT SYSTEM_FONT
        _record(40, struct.pack("<I", 1)),  # DELETEOBJECT
    ]


def _steps(item: Text) -> list[int]:
    """How far each UTF-16 unit moves the pen; the second half of a pair does not."""
    found = []
    for letter in item.text:
        found.append(round(width_of(letter, item.height) * _UNITS))
        found += [0] * (len(letter.encode("utf-16-le")) // 2 - 1)
    return found


def _stroke(item: Stroke) -> list[bytes]:
    corners = [round(value * _UNITS) for value in (item.left, item.top, item.right, item.bottom)]
    shape = (
        [_record(43, struct.pack("<iiii", *corners))]  # RECTANGLE
        if item.box
        else [_record(27, struct.pack("<ii", *corners[:2])), _record(54, struct.pack("<ii", *corners[2:]))]
    )
    return [
        _record(38, struct.pack("<IIiiI", 2, 0, round(0.25 * _UNITS), 0, item.colour)),  # CREATEPEN
        _record(37, struct.pack("<I", 2)),  # SELECTOBJECT
        *shape,
        _record(37, struct.pack("<I", 0x80000007)),  # SELECTOBJECT BLACK_PEN
        _record(40, struct.pack("<I", 2)),  # DELETEOBJECT
    ]


def _pixels(width: float, height: float) -> tuple[int, int]:
    across, down, wide, high = _DEVICE
    return round(width * across / wide), round(height * down / high)


def _header(width: float, height: float, length: int, records: int) -> bytes:
    across, down, wide, high = _DEVICE
    bounds = (0, 0, *_pixels(width, height))
    frame = (0, 0, round(width * 100), round(height * 100))
    size = 88
    return struct.pack(
        "<II4i4iIIIIHHIIIiiii",
        1, size, *bounds, *frame, 0x464D4520, 0x10000, length + size, records, 3, 0, 0, 0, 0, across, down, wide, high,
    )  # fmt: skip


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<II", kind, len(content) + 8) + content
