"""Random damage for files: to the package as a whole, and to the XML inside it, packed again so that it is reached."""

from __future__ import annotations

import io
import random
import re
import zipfile

_NUMBER = re.compile(rb'"(-?[0-9]+)"')
_TAG = re.compile(rb"<[^>]*>")
_EXTREMES = (
    b"0", b"-1", b"1", b"65535", b"-2147483648", b"999999999999", b"1e308", b"nan", b"", b"abc", b"-32768", b"400%",
)  # fmt: skip
_WORDS = (
    b"nil", b"restart", b"exact", b"center", b"pct", b"tbRlV", b"page", b"false", b"both", b"\xe4\xb8\xad", b"dotted",
)  # fmt: skip


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(held: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return made.getvalue()


def damaged(content: bytes, seed: int) -> bytes:
    """The file with one to four faults, the same for the same seed."""
    dice = random.Random(seed)
    if dice.random() < 0.1:
        return _bytes(content, dice)
    held = parts(content)
    for _ in range(dice.randint(1, 4)):
        xml = [name for name in held if name.endswith((".xml", ".rels"))]
        if not xml:
            break
        main = [name for name in xml if "document.xml" in name or "sheet1" in name] or xml
        name = dice.choice(main if dice.random() < 0.7 else xml)
        if dice.random() < 0.03:
            del held[name]
        else:
            held[name] = _xml(held[name], dice)
    return packed(held)


def _bytes(content: bytes, dice: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made[: dice.randrange(len(made))] if dice.random() < 0.3 else made)


def _xml(text: bytes, dice: random.Random) -> bytes:
    kind = dice.randrange(8)
    numbers = list(_NUMBER.finditer(text))
    tags = list(_TAG.finditer(text))
    if kind in {0, 1, 2} and numbers:
        found = dice.choice(numbers)
        value = dice.choice(_EXTREMES)
        return text[: found.start(1)] + value + text[found.end(1) :]
    if kind == 3 and tags:  # one tag gone: no longer well formed
        found = dice.choice(tags)
        return text[: found.start()] + text[found.end() :]
    if kind == 4 and len(tags) > 4:  # an element moved somewhere else
        first = dice.randrange(len(tags))
        found = tags[first]
        if found[0].endswith(b"/>"):
            at = dice.choice(tags).end()
            return text[:at] + found[0] + text[at:]
    if kind == 5 and tags:  # an empty element gone
        empty = [tag for tag in tags if tag[0].endswith(b"/>")]
        if empty:
            found = dice.choice(empty)
            return text[: found.start()] + text[found.end() :]
    if kind == 6:  # a word where another was
        words = list(re.finditer(rb'val="([a-zA-Z]+)"', text))
        if words:
            found = dice.choice(words)
            return text[: found.start(1)] + dice.choice(_WORDS) + text[found.end(1) :]
    if tags and kind == 7:  # an element twice
        names = list(re.finditer(rb"<(w:tc|w:tr|w:p|w:r|c|row|w:tbl)[ >]", text))
        if names:
            found = dice.choice(names)
            end = text.find(b"</" + found[1] + b">", found.start())
            if end > 0:
                end += len(found[1]) + 3
                return text[:end] + text[found.start() : end] + text[end:]
    at = dice.randrange(max(1, len(text)))
    return text[:at] + bytes([dice.randrange(32, 127)]) + text[at + 1 :]
