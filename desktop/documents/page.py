"""Sheets of paper as boxes in millimetres, read from Word and Excel files without either program.

`read` is the one entry: bytes in, a `Paper` out. What stands on a page is a list of plain records (fills, rules, texts,
pictures, cells, fields), measured from the top left corner of the sheet, y downwards, in millimetres; sizes of type in
points. `documents/pdf.py` paints them. Formats: ECMA-376 part 1 (WordprocessingML, SpreadsheetML, DrawingML).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.documents.pages.paper import (
    MILLIMETRES,
    Cell,
    Face,
    Field,
    Fill,
    Font,
    Fonts,
    Memory,
    Page,
    Paper,
    Picture,
    Rule,
    Text,
    stand_ins,
)

if TYPE_CHECKING:
    from desktop.documents.package import Package

__all__ = [
    "MILLIMETRES",
    "Cell",
    "Face",
    "Field",
    "Fill",
    "Font",
    "Fonts",
    "Memory",
    "Page",
    "Paper",
    "Picture",
    "Rule",
    "Text",
    "read",
    "stand_ins",
]


def read(source: Path | bytes, fonts: Fonts, *, name: str = "", memory: Memory | None = None) -> Paper:
    """Read a docx or xlsx into sheets.

    Args:
        source: the file, or what is in it.
        fonts: the typefaces to measure with.
        name: the name of the file for sentences about it.
        memory: kept by the caller between readings of nearly the same file; blocks that did not change are not laid
            out again.

    Raises:
        BadFile: the file is no docx or xlsx, or too damaged to show anything of it.
    """
    from desktop.documents.package import open_package

    package = open_package(source, name)
    memory = memory or Memory()
    try:
        return _reader(package)(package, fonts, memory)
    finally:
        memory.sweep()


def _reader(package: Package) -> Callable[[Package, Fonts, Memory], Paper]:
    if package.main_part().startswith("xl/"):
        from desktop.documents.pages.workbook import read_workbook

        return read_workbook
    from desktop.documents.pages.document import read_document

    return read_document
