"""Which script a character belongs to, and where a line may end (Unicode blocks, UAX 14, GB/T 15834)."""

from __future__ import annotations

from functools import lru_cache

EAST, WEST, WEAK = "east", "west", "weak"

_EAST_BLOCKS = (
    (0x1100, 0x11FF), (0x2E80, 0x303E), (0x3040, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F),
    (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x1F200, 0x1F2FF), (0x20000, 0x3FFFF),
)  # fmt: skip
_WEST_BLOCKS = ((0x21, 0x9F), (0xA1, 0x1FFF), (0x2C00, 0x2DFF), (0xA640, 0xA95F), (0xFB00, 0xFDFF))
_IDEOGRAPHIC = ((0x2E80, 0x2FFF), (0x3003, 0x4DBF), (0x4E00, 0xA4CF), (0xAC00, 0xD7FF), (0xF900, 0xFAFF),
                (0xFF00, 0xFF60), (0x1F200, 0x1F2FF), (0x20000, 0x3FFFF))  # fmt: skip

NO_START = frozenset("!%),.:;?]}¢°·ˇˉ―‖’”„‟†‡›℃∶、。〃〆〉》」』〕〗〞︵︹︽︿﹃﹘﹚﹜！＂％＇），．：；？］｀｜｝～…—")
NO_END = frozenset("$(£¥‘“〈《「『【〔〖〝﹗﹙﹛＄（．［｛￡￥")
SPACES = frozenset(" \u3000")  # at the end of a line they take no room
HANGING = frozenset("!,.:;?、。！，．：；？")
FULL_PUNCTUATION = frozenset("、。，．：；！？（）《》〈〉「」『』【】〔〕〖〗［］｛｝")


@lru_cache(maxsize=8192)
def script(char: str) -> str:
    """EAST, WEST, or WEAK for those that follow their neighbours (spaces, symbols, general punctuation)."""
    code = ord(char)
    if any(low <= code <= high for low, high in _EAST_BLOCKS):
        return EAST
    if any(low <= code <= high for low, high in _WEST_BLOCKS):
        return WEST
    return WEAK


@lru_cache(maxsize=8192)
def ideographic(char: str) -> bool:
    """A line may end on either side of such a character."""
    code = ord(char)
    return any(low <= code <= high for low, high in _IDEOGRAPHIC)


@lru_cache(maxsize=8192)
def lettered(char: str) -> bool:
    """A letter or digit of any script."""
    return char.isalnum()


def scripts(text: str, *, ahead: bool = False) -> list[str]:
    """EAST or WEST for each character; weak ones take the script before them.

    At the start they are WEST, or with `ahead` of the script that comes (a cell of a sheet).
    """
    found = [script(char) for char in text]
    current = next((kind for kind in found if kind != WEAK), WEST) if ahead else WEST
    for at, kind in enumerate(found):
        if kind == WEAK:
            found[at] = current
        else:
            current = kind
    return found


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after in SPACES or after == "\t":
        return before == "\t"
    if before in SPACES or before in "\t\u200b":
        return True
    if after in NO_START or before in NO_END or before in "\u00a0\u2011" or after in "\u00a0\u2011":
        return False
    if ideographic(before) or ideographic(after):
        return True
    if before in "-\u2010\u2013":
        return after.isalpha()
    return before == "\ufffc" or after == "\ufffc"
