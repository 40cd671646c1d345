"""The text of a notice as a person reads it: torn lines joined again, decoration gone, every character traceable.

Notices arrive pasted from a browser, from WeChat, out of Word or out of a PDF. Lines are torn in the middle of a
sentence, pages leave rules behind, links carry Markdown. A reader must find `5月10日` even when the `5` ends one line
and the `月` begins the next, and must still show the clerk the very place it was printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENDS = "。！？；!?;"
_CLOSED = tuple("。！？；：!?;:")
_FINISHED = ("。”", "。）", "|", "的通知", "的通报", "的函", "的公告")
_RULE = re.compile(r"^\s*(?:[-*_=─—]\s*){3,}$")
_DECORATION = re.compile(r"^\s*(?:#{1,6}\s+|>\s+)|\*{2,3}")
_LINK = re.compile(r"\[(?P<shown>[^\]\n]{1,80})\]\((?:mailto:)?(?P<target>[^)\s]{1,200})\)")
# A line that starts like this is a new thought, however long the line before it was.
_OPENING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}\s*[、章节条]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}\s*[.、．](?!\d)"
    r"|附\s*件|关于|(?:\S\s){4,}|联\s*系|电\s*话|邮\s*箱|电子邮|地\s*址|传\s*真|抄\s*送|\||[-•·●]\s)"
)
_WIDE = str.maketrans(
    "０１２３４５６７８９＠．－／＋＿＃　" + "".join(chr(0xFF21 + i) + chr(0xFF41 + i) for i in range(26)),
    "0123456789@.-/+_# " + "".join(chr(65 + i) + chr(97 + i) for i in range(26)),
)


@dataclass(frozen=True)
class Span:
    """A place in a notice: `text` as read, `start` and `end` as character offsets into the text handed in."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Flowed:
    """A notice with torn lines joined; `at[i]` is the place of `text[i]` in `source`."""

    source: str
    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The piece of flowed text `[start, end)` without outer blanks, with its place in the source."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return Span("", 0, 0)
        return Span(self.text[start:end], self.at[start], self.at[end - 1] + 1)

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around `[start, end)` begins and ends in the flowed text."""
        left = max((self.text.rfind(mark, 0, start) for mark in (*ENDS, "\n")), default=-1) + 1
        rights = [place for mark in (*ENDS, "\n") if (place := self.text.find(mark, end)) >= 0]
        right = min(rights, default=len(self.text))
        return left, right if right < len(self.text) and self.text[right] == "\n" else min(right + 1, len(self.text))

    def sentence(self, start: int, end: int) -> Span:
        """The sentence around `[start, end)`."""
        return self.span(*self.bounds(start, end))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Every non-empty line of flowed text with the offset where it starts."""
        start = 0
        for line in self.text.split("\n"):
            if line.strip():
                yield start, line
            start += len(line) + 1


@dataclass
class _Line:
    characters: list[str]
    places: list[int]
    after_rule: bool = False
    after_gap: bool = False

    @property
    def text(self) -> str:
        return "".join(self.characters)


def _clean(line: str, offset: int) -> _Line:
    """One printed line without decoration and outer blanks, link texts instead of links, wide ASCII made narrow."""
    drop: set[int] = set()
    for found in _DECORATION.finditer(line):
        drop.update(range(*found.span()))
    for found in _LINK.finditer(line):
        keep = range(*found.span("shown"))
        drop.update(place for place in range(*found.span()) if place not in keep)
    kept = [place for place in range(len(line)) if place not in drop]
    while kept and line[kept[0]].isspace():
        kept.pop(0)
    while kept and line[kept[-1]].isspace():
        kept.pop()
    return _Line(list("".join(line[place] for place in kept).translate(_WIDE)), [offset + place for place in kept])


def _printed(source: str) -> list[_Line]:
    lines: list[_Line] = []
    offset, rule, gap = 0, False, False
    for raw in source.splitlines(keepends=True):
        if _RULE.match(raw):
            rule = True
        else:
            line = _clean(raw.rstrip("\r\n"), offset)
            if line.characters:
                line.after_rule, line.after_gap = rule, gap
                lines.append(line)
                rule = gap = False
            else:
                gap = True
        offset += len(raw)
    return lines


def _full_width(lines: list[_Line]) -> float:
    """How long a line must be to count as filled to the margin, in characters."""
    lengths = sorted(
        len(line.characters) for line in lines if len(line.characters) >= 14 and not re.search(r"^\||://", line.text)
    )
    return max(14.0, 0.75 * lengths[len(lengths) * 4 // 5]) if lengths else 14.0


def flow(source: str) -> Flowed:
    """Join the lines that a page width or a page end has torn apart.

    A line goes on in the next one when it fills the page, does not end a sentence, and the next one does not open a
    new item; across a page rule a shorter line is enough, for the last line before a page end is seldom the longest.
    """
    lines = _printed(source)
    full = _full_width(lines)
    characters: list[str] = []
    places: list[int] = []
    for index, line in enumerate(lines):
        if index:
            before = lines[index - 1]
            open_end = not before.text.endswith(_CLOSED) and not before.text.endswith(_FINISHED)
            least = 18 if line.after_rule else full
            filled = len(before.characters) >= least and (line.after_rule or not line.after_gap)
            if not (open_end and filled and not _OPENING.match(line.text)):
                characters.append("\n")
                places.append(line.places[0])
        characters.extend(line.characters)
        places.extend(line.places)
    return Flowed(source, "".join(characters), tuple(places))


def links(source: str) -> Iterator[tuple[str, str]]:
    """What each Markdown link shows and where it leads (`mailto:` taken off)."""
    for found in _LINK.finditer(source):
        yield found["shown"].strip(), found["target"].strip()


def unspaced(text: str) -> str:
    """Text without the blanks that typesetting puts between Chinese characters and figures (王 晨, 2019 年)."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text).strip()
