"""Blocks stood on each other: the content of a cell, a header, a text box or the text of a page."""

from __future__ import annotations

from desktop.documents.pages.around import Around, Obstacle, obstacles_of
from desktop.documents.pages.model import Block, Paragraph, Shape
from desktop.documents.pages.paragraphs import Context, LaidParagraph, cell_tail, gap_between, lay_paragraph, slices_of
from desktop.documents.pages.slices import Slice, height_of
from desktop.documents.pages.tables import lay_table, table_slices
from desktop.documents.pages.wordml import twips


def stack(blocks: list[Block], width: float, context: Context) -> tuple[list[Slice], float]:
    """The slices of blocks laid out for a width, and the spacing below the last paragraph."""
    slices: list[Slice] = []
    obstacles: list[Obstacle] = []
    above: LaidParagraph | None = None
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.hidden:
                continue
            gap = gap_between(above, block)
            if any(isinstance(item, Shape) and item.wraps != "none" for item in block.items):
                obstacles += obstacles_of(block, height_of(slices) + gap, width)
            laid = lay_paragraph(block, width, context, _around(obstacles, slices, gap, (block, width, context)))
            slices.extend(slices_of(laid, gap, context))
            above = laid
        else:
            gap = 0.0 if above is None else above.source.style.after + above.extra
            if block.floating is not None and block.floating.get("vertAnchor") == "text":
                gap += max(0.0, twips(block.floating.get("tblpY", "0")))
            slices.extend(table_slices(lay_table(block, width, context, stack), gap))
            above = None
    return slices, 0.0 if above is None else cell_tail(above, context)


def _around(
    obstacles: list[Obstacle], slices: list[Slice], gap: float, place: tuple[Paragraph, float, Context]
) -> Around | None:
    """What stands beside a paragraph that follows these slices; None when it has the whole width."""
    if not obstacles:
        return None
    paragraph, width, context = place
    top = height_of(slices) + gap
    if all(one.bottom <= top for one in obstacles):
        return None
    mark = context.measurer.mark(paragraph.mark)
    return Around(obstacles, top, width, max(mark.ascent + mark.descent, context.pitch))
