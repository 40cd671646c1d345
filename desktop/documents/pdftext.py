"""Text that can be searched and copied out of Qt's PDF files.

Qt names a glyph by the lowest code point that shows it: 页 becomes the radical ⻚ (U+2EDA), 户 becomes 戶, space tab.
A search for 页数 would find nothing. The names stand as four hex digits in the ToUnicode maps (ISO 32000-1, 9.10.3), so
they are put right in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MAP = re.compile(rb"begincmap.*?endcmap", re.DOTALL)
_LIST = re.compile(rb"\[[^\]]*\]")
_CODE = re.compile(rb"<([0-9A-F]{4})>")


def searchable(pdf: bytes, used: set[str], alike: Callable[[str], str]) -> bytes:
    """The same file with glyphs named as the characters that were written; no byte changes its place.

    Args:
        pdf: a file made by QPdfWriter.
        used: all characters written.
        alike: for a character that was not written, the written one with the same glyph, or itself.
    """
    known: dict[bytes, bytes] = {}

    def named(code: re.Match[bytes]) -> bytes:
        if code[0] not in known:
            char = chr(int(code[1], 16))
            meant = char if char in used or "\ud800" <= char <= "\udfff" else alike(char)
            known[code[0]] = b"<%04X>" % ord(meant) if ord(meant) < 0x10000 else code[0]
        return known[code[0]]

    return _MAP.sub(lambda found: _LIST.sub(lambda names: _CODE.sub(named, names[0]), found[0]), pdf)
