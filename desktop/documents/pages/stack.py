"""Blocks stood on each other: the content of a cell, a header, a text box or the text of a page."""

from __future__ import annotations

from desktop.documents.pages.model import Block, Paragraph
from desktop.documents.pages.paragraphs import Context, LaidParagraph, cell_tail, gap_between, lay_paragraph, slices_of
from desktop.documents.pages.slices import Slice
from desktop.documents.pages.tables import lay_table, table_slices


def stack(blocks: list[Block], width: float, context: Context) -> tuple[list[Slice], float]:
    """The slices of blocks laid out for a width, and the spacing below the last paragraph."""
    slices: list[Slice] = []
    above: LaidParagraph | None = None
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.hidden:
                continue
            laid = lay_paragraph(block, width, context)
            slices.extend(slices_of(laid, gap_between(above, block), context))
            above = laid
        else:
            gap = 0.0 if above is None else above.source.style.after + above.extra
            slices.extend(table_slices(lay_table(block, width, context, stack), gap))
            above = None
    return slices, 0.0 if above is None else cell_tail(above, context)
