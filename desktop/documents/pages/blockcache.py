"""Cells and paragraphs read once: the same bytes in the same place of the same styles are the same block."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from desktop.documents.pages.model import Block, Paragraph, TableCell
from desktop.documents.pages.paper import Memory

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T", Paragraph, TableCell)


@dataclass(slots=True)
class _Kept:
    """A block that was read, and what was said about it."""

    block: object
    notices: list[str]
    numbered: bool  # it counts in a list, so it has to be read each time


class BlockCache:
    """Keeps blocks in the memory of the caller."""

    def __init__(self, memory: Memory, dress: Hashable) -> None:
        from lxml import etree

        self._memory = memory
        self._dress = dress
        self._bytes = etree.tostring

    def block(self, element: _Element, place: Hashable, notices: list[str], make: Callable[[list[str]], T]) -> T:
        """The block of an element.

        Args:
            element: what it is read from.
            place: what else decides how it is read (field, table style).
            notices: where sentences about it go.
            make: reads it; is given where to put sentences.
        """
        key = (self._bytes(element, with_tail=False), place, self._dress)
        fresh: list[_Kept] = []

        def read() -> _Kept:
            said: list[str] = []
            made = make(said)
            blocks: Sequence[Block] = made.blocks if isinstance(made, TableCell) else [made]
            fresh.append(_Kept(made, said, _numbered(blocks)))
            return fresh[0]

        kept = self._memory.keep(key, read)
        if kept.numbered and not fresh:
            said: list[str] = []
            kept.block, kept.notices = make(said), said
        for sentence in kept.notices:
            if sentence not in notices:
                notices.append(sentence)
        block: T = kept.block  # type: ignore[assignment]
        return block


def _numbered(blocks: Sequence[Block]) -> bool:
    """Whether any paragraph in there has a number."""
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.label is not None:
                return True
        elif any(_numbered(cell.blocks) for row in block.rows for cell in row.cells):
            return True
    return False
