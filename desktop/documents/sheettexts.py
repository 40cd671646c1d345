"""The texts of a worksheet without building its tree: what reading a thousand returned workbooks of one form needs.

A sheet is cut at its cells. A piece that an earlier file had is known; any other is held against all that spreadsheet
programs write for a plain cell, to the last character. Whatever is more than that makes the answer None, and the tree
is built. Format: ECMA-376 part 1, 18.3.1.73 (rows), 18.3.1.4 (cells), 18.4.8 (shared texts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import NamedTuple

from desktop.documents.cells import number_text

_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ROWS = rb"(?:</row>)?(?:<row(?: [^<>]*)?/>|<row(?: [^<>]*)?></row>)*(?:<row(?: [^<>]*)?>)?"
_TEXT = rb"([^<]*)"
_BARRED = re.compile("[\x00-\x08\x0b-\x1f]")  # no text of a part may hold them
_T = rb'<t(?: xml:space="preserve")?(?:/>|>' + _TEXT + rb"</t>)"
_RUNS = rb"((?:<r>(?:<rPr>(?:<[a-zA-Z]+(?: [^<>]*)?/>)*</rPr>)?" + _T.replace(b"([", b"(?:[") + rb"</r>)+)"
_BEFORE = re.compile(_ROWS)
_CELL = re.compile(
    rb'([A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="(s|n|str|inlineStr)")?'
    rb"(?:/>|>(?:<is>(?:" + _T + rb"|" + _RUNS + rb")</is>|<v>" + _TEXT + rb"</v>)?</c>)" + _ROWS
)
_SHARED = re.compile(rb"(?:" + _T + rb"|" + _RUNS + rb")(?:<phoneticPr [^<>]*/>)?</si>\s*")
_RUN = re.compile(_T)
_UTF_8 = re.compile(rb"encoding=[\"']UTF-8[\"']")
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ODD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # no part may hold them
_MOST_SIGNS = 100  # signs written by name or number, from which on the parser is quicker
_MOST_KNOWN = 4096  # pieces; a form has some hundred, of which the labels are the same in every file


class _Cell(NamedTuple):
    """One cell: where it is, `text` whole, or the number of a shared text, or a number with its style."""

    place: str
    kind: str  # "" for a text as it is, "s" for the number of a shared one, "n" for a number
    text: str
    style: str


class SheetTexts:
    """Reads the texts of many worksheets that are alike."""

    def __init__(self) -> None:
        self._cells: dict[bytes, _Cell] = {}
        self._heads: dict[bytes, str] = {}  # what stands before `>` and the text of a named cell → its place
        self._tails: set[bytes] = set()  # what stands after `</t>` of such a text
        self._shared: dict[bytes, str] = {}

    def read(
        self,
        sheet: bytes,
        wanted: Container[str],
        shared: Callable[[], bytes],
        dates: Callable[[], Container[str]],
    ) -> dict[str, str] | None:
        """Place → text of the wanted cells that hold something; None when the tree has to be looked at.

        Args:
            sheet: the part of the sheet.
            wanted: the places to read.
            shared: gives the part of the shared texts, empty when there is none.
            dates: gives the numbers of the styles that show a date or a time.
        """
        pieces = _cut(sheet, b"<sheetData>", b"</sheetData>", b'<c r="')
        if pieces is None or _BEFORE.fullmatch(pieces[0]) is None:
            return None
        texts: dict[str, str] = {}
        outside: list[bytes] | None = None
        known, heads, tails = self._cells, self._heads, self._tails
        for piece in pieces[1:]:
            cell = known.get(piece)
            if cell is None:
                before, _, tail = piece.rpartition(b"</t>")
                head, _, raw = before.rpartition(b">")
                if head in heads and tail in tails:
                    found = plain(raw)
                    if found is None:
                        return None
                    texts[heads[head]] = found
                    continue
                cell = self._learnt(piece, wanted)
                if cell is None:
                    return None
            place, kind, text, style = cell
            if place not in wanted:
                continue
            if kind == "s":
                if outside is None:
                    outside = _cut(shared(), b"<sst ", b"</sst>", b"<si>") or []
                found = self._looked_up(outside, text)
                if found is None:
                    return None
                text = found
            elif kind and style in dates():
                return None
            texts[place] = text
        return texts

    def _learnt(self, piece: bytes, wanted: Container[str]) -> _Cell | None:
        """A cell not seen before; what can be the same in another file is kept."""
        match = _CELL.fullmatch(piece)
        cell = None if match is None else _cell(match)
        if match is None or cell is None:
            return None
        if match[4] is not None and cell.place in wanted:
            if len(self._heads) + len(self._tails) >= _MOST_KNOWN:
                self._heads.clear()
                self._tails.clear()
            self._heads[piece[: match.start(4) - 1]] = cell.place
            self._tails.add(piece[match.end(4) + len(b"</t>") :])
        else:
            if len(self._cells) >= _MOST_KNOWN:
                self._cells.clear()
            self._cells[piece] = cell
        return cell

    def _looked_up(self, pieces: list[bytes], number: str) -> str | None:
        if not number.isdecimal() or not 0 <= int(number) < len(pieces) - 1:
            return None
        piece = pieces[int(number) + 1]
        text = self._shared.get(piece)
        if text is None:
            match = _SHARED.fullmatch(piece)
            if match is None:
                return None
            text = plain(match[1]) if match[2] is None else _run_texts(match[2])
            if text is not None:
                if len(self._shared) >= _MOST_KNOWN:
                    self._shared.clear()
                self._shared[piece] = text
        return text


def _cell(match: re.Match[bytes]) -> _Cell | None:
    place, style, kind, inline, runs, value = match.groups()
    if value is None:
        text = plain(inline) if runs is None else _run_texts(runs)
        return None if text is None or (text and kind != b"inlineStr") else _Cell(place.decode(), "", text, "")
    text = plain(value)
    if text is None or kind == b"inlineStr":
        return None
    if kind == b"str":
        return _Cell(place.decode(), "", text, "")
    if kind == b"s":
        return _Cell(place.decode(), "s", text, "")
    try:
        return _Cell(place.decode(), "n", number_text(float(text)), (style or b"0").decode())
    except (ValueError, OverflowError):
        return None


def _run_texts(runs: bytes) -> str | None:
    texts = [plain(raw) for raw in _RUN.findall(runs)]
    return None if None in texts else "".join(texts)  # type: ignore[arg-type]


def _cut(content: bytes, begin: bytes, end: bytes, mark: bytes) -> list[bytes] | None:
    """What stands between two ends of a part, cut at a mark; None for a part that is not written in the plain way."""
    start, stop = content.find(begin), content.rfind(end)
    if start < 0 or stop < start or content.count(b"&") > _MOST_SIGNS:
        return None
    start += len(begin)
    head = content[:start] if begin.endswith(b">") else content[: content.find(b">", start)]
    if _SPACE not in head or b"<!" in head or (b"encoding=" in head and _UTF_8.search(head) is None):
        return None
    return content[start:stop].split(mark)


def plain(raw: bytes | None) -> str | None:
    """A text as it stands in a part; None when it needs the tree: escapes of Excel's own, bytes that are no UTF-8."""
    if not raw:
        return ""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    if "<" in text or (not text.isprintable() and _BARRED.search(text)):
        return None
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            return None
        text = _ENTITY.sub(_sign, text)
        if _ODD.search(text):
            return None
    return None if "_x" in text else text


def _sign(entity: re.Match[str]) -> str:
    if entity[1]:
        return _NAMED[entity[1]]
    number = int(entity[2]) if entity[2] else int(entity[3], 16)
    return chr(number) if number <= 0x10FFFF else "\0"
