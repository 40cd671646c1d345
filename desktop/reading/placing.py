"""Where the fields stand on a sheet that lost its tags: its cells laid beside those of the form filled anew."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from desktop.documents.page import MILLIMETRES, Cell, Field
from desktop.reading.aligning import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desktop.documents.page import Paper, Text


def placed(returned: Paper, anew: Paper) -> Paper:
    """The returned sheets with the fields of the form filled anew with what was read; a field without its cell is left.

    Args:
        returned: the sheets as they came back, drawn without fields.
        anew: the form filled with what was read, drawn with its fields.
    """
    ours, theirs = _cells(anew), _cells(returned)
    texts = [text for _, _, text in ours], [text for _, _, text in theirs]
    found: dict[int, list[Field]] = {}
    for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            number, cell, _ = ours[block.a + step]
            there, place, _ = theirs[block.b + step]
            fields = found.setdefault(there, [])
            for field in anew.pages[number].fields:
                if _inside(field.x + field.width / 2, field.y + field.height / 2, cell):
                    fields.append(Field(place.x, place.y, place.width, place.height, field.key, field.label))
    pages = [replace(page, fields=found.get(number, [])) for number, page in enumerate(returned.pages)]
    return replace(returned, pages=pages)


def _cells(paper: Paper) -> list[tuple[int, Cell, str]]:
    """Every cell and every line outside tables with the number of its page and its text, in the order of the sheets."""
    found = []
    for number, page in enumerate(paper.pages):
        loose = [text for text in page.texts if not any(_holds(cell, text) for cell in page.cells)]
        found += [(number, cell, _joined(t for t in page.texts if _holds(cell, t))) for cell in page.cells]
        for base in sorted({round(text.y, 1) for text in loose}):
            line = [text for text in loose if round(text.y, 1) == base]
            left, right = min(text.x for text in line), max(text.x + text.width for text in line)
            high = max(text.font.size for text in line) * MILLIMETRES
            found.append((number, Cell(left, base - high, right - left, high * 1.25), _joined(line)))
    return found


def _joined(texts: Iterable[Text]) -> str:
    return squeezed("".join(text.text for text in texts))


def _holds(cell: Cell, text: Text) -> bool:
    return _inside(text.x + text.width / 2, text.y - 1, cell)


def _inside(x: float, y: float, cell: Cell) -> bool:
    return cell.x <= x <= cell.x + cell.width and cell.y <= y <= cell.y + cell.height
