"""A chain of links, each holding the hash of the one before: pure reckoning, no store.

The hash of a link is SHA-256 over every field in the order of FIELDS, each as storage class, length and bytes, so
that no two different links have the same preimage. What is read back is compared as raw bytes: a value that is no
longer text, or a number that became text, is a change like any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.errors import BadValue

FIELDS = (
    "seq", "at", "acted_on", "kind", "actor", "account_id", "account", "credential_id", "credential", "version",
    "person_id", "person", "handover_id", "step", "reason", "detail", "evidence", "previous",
)  # fmt: skip
BEGINNING = "0" * 64
"""What the first link holds as the hash of the one before."""
SHOWN = 32
"""Hex digits of a hash printed on paper: 128 bits, short enough to be typed back."""
LEAST_TYPED = 8

Cell = tuple[str, bytes]
"""Storage class as SQLite names it (null, integer, real, text, blob) and the bytes of the value."""


def cell(value: int | str | None) -> Cell:
    """A value as the chain hashes it."""
    if value is None:
        return "null", b""
    if isinstance(value, int):
        return "integer", str(value).encode()
    return "text", value.encode()


@dataclass(frozen=True)
class Link:
    """One link as read back: the cells of FIELDS in order, and of the hash stored beside them."""

    cells: tuple[Cell, ...]
    hash: Cell

    def text(self, field: str) -> str:
        """A field for a sentence; bytes that are no text are shown as such."""
        return self.cells[FIELDS.index(field)][1].decode("utf-8", "backslashreplace")


def digest(cells: Iterable[Cell]) -> str:
    """SHA-256 of a link's cells, 64 lower-case hex digits."""
    found = hashlib.sha256()
    for kind, content in cells:
        found.update(f"{kind}:{len(content)}:".encode())
        found.update(content)
    return found.hexdigest()


@dataclass(frozen=True)
class Fault:
    """What is wrong with the chain.

    Attributes:
        seq: number of the first link that is wrong or missing.
        sentence: which link, and what happened to it.
    """

    seq: int
    sentence: str


@dataclass(frozen=True)
class Anchor:
    """The number and (the beginning of) the hash of a link as printed on paper."""

    seq: int
    hash: str

    def __str__(self) -> str:
        groups = [self.hash[at : at + 4] for at in range(0, min(len(self.hash), SHOWN), 4)]
        return f"第{self.seq}环 {' '.join(groups)}"

    @classmethod
    def parse(cls, typed: str) -> Anchor:
        """Read `第37环 8f3a c210 …` or `37-8f3ac210…` as typed from paper.

        Raises:
            BadValue: no number, no hash, or too few digits of it.
        """
        found = re.fullmatch(r"\s*第?\s*(\d+)\s*(?:环|号|[-:：])?\s*((?:[0-9a-fA-F]\s*)+)", typed)
        digits = re.sub(r"\s", "", found[2]).lower() if found else ""
        if found is None or not LEAST_TYPED <= len(digits) <= 64:
            raise BadValue(
                f"“{typed}”不是纸面上的链尾编号。", todo=f"请照抄，如“37-8f3ac210”，编号后至少 {LEAST_TYPED} 位。"
            )
        return cls(int(found[1]), digits)


def faults(links: Iterable[Link], head: Anchor | None = None, anchors: Iterable[Anchor] = ()) -> Iterator[Fault]:
    """Everything wrong with a chain, first fault first; nothing when it holds.

    Args:
        links: in the order of their numbers, from the first on.
        head: the newest link as the store remembers it; tells when the end was cut off.
        anchors: links as printed on paper; tell when the whole chain was rolled back or written anew.
    """
    known: dict[int, str] = {}
    expected, before = 1, BEGINNING
    for link in links:
        found = link.text("seq")
        number = int(found) if found.isdigit() else expected
        fault = _fault(link, expected, before)
        if fault is not None:
            yield fault
        before = link.hash[1].decode("ascii", "replace")
        known[number] = before
        expected = number + 1
    if head is not None and expected - 1 < head.seq:
        missing = f"第 {expected} 环" if expected == head.seq else f"第 {expected}～{head.seq} 环"
        yield Fault(expected, f"{missing}被截去：记录应到第 {head.seq} 环，只剩到第 {expected - 1} 环。")
    elif head is not None and (head.seq, head.hash) != (expected - 1, before):
        yield Fault(expected - 1, f"第 {expected - 1} 环与本机记下的链尾（第 {head.seq} 环）不一致，被换过或多出。")
    for anchor in anchors:
        if not known.get(anchor.seq, "").startswith(anchor.hash):
            state = "内容不同" if anchor.seq in known else "已不存在"
            yield Fault(anchor.seq, f"纸面所印{anchor}，本机该环{state}：链被回退或整体改写。")


def _fault(link: Link, expected: int, before: str) -> Fault | None:
    what = f"第 {expected} 环"
    if link.cells[0] != cell(expected):
        return Fault(expected, f"{what}缺失或被换位：此处是第 {link.text('seq')} 环。")
    if link.hash != cell(digest(link.cells)):
        said = f"{link.text('at')} {link.text('kind')} {link.text('account')}"
        return Fault(expected, f"{what}内容被改动（现写作：{said}）。")
    if link.cells[-1] != cell(before):
        return Fault(expected, f"{what}与前一环接不上：前面有环被换、被删或被改写。")
    return None
