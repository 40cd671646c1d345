"""Shapes on a page: pictures, lines and boxes of text, at the place they are anchored to."""

from __future__ import annotations

from itertools import pairwise

from desktop.documents.pages.model import Border, Section, Shape
from desktop.documents.pages.paragraphs import Context
from desktop.documents.pages.sheet import Box, Sheet
from desktop.documents.pages.slices import draw_all, height_of
from desktop.documents.pages.stack import stack


def place_shapes(sheet: Sheet, section: Section, context: Context) -> None:
    """Draw the shapes that were anchored to what has just been drawn."""
    held, context.hold = context.hold, []
    for shape, x, y in held:
        left = _place_x(shape, x, section, sheet)
        top = _place_y(shape, y, section, sheet)
        draw_shape(sheet, shape, left, top, context)


def draw_shape(sheet: Sheet, shape: Shape, x: float, y: float, context: Context) -> None:
    """Draw a shape with its text at a place."""
    if shape.kind == "line":
        width, colour = shape.outline or (0.75, "#000000")
        sheet.rule((x, y, x + shape.width, y + shape.height), Border(width, colour), "shape")
        return
    if shape.content:
        sheet.picture((x, y, shape.width, shape.height), shape.content, shape.crop)
        return
    inside, context.in_body = context.in_body, False
    height = shape.height
    if shape.grows and not shape.turned:
        height = max(height, _text_height(shape, context) + shape.inset[1] + shape.inset[3])
    box = (x, y, shape.width, height)
    if shape.fill:
        sheet.fill(box, shape.fill)
    if shape.outline is not None:
        right, foot = x + shape.width, y + height
        corners = ((x, y), (right, y), (right, foot), (x, foot), (x, y))
        for one, other in pairwise(corners):
            sheet.rule((*one, *other), Border(*shape.outline), "shape")
    if shape.blocks is not None:
        sheet.cell(box)
        _text(sheet, shape, box, context)
    context.in_body = inside


def _text_height(shape: Shape, context: Context) -> float:
    slices, tail = stack(shape.blocks or [], max(1.0, shape.width - shape.inset[0] - shape.inset[2]), context)
    return height_of(slices) + tail


def _text(sheet: Sheet, shape: Shape, box: Box, context: Context) -> None:
    """The text of a box, cut off at its edges."""
    x, y, width, height = box
    left, top, right, bottom = shape.inset
    room = (
        (height - top - bottom, width - left - right) if shape.turned else (width - left - right, height - top - bottom)
    )
    slices, tail = stack(shape.blocks or [], max(1.0, room[0]), context)
    slack = max(0.0, room[1] - height_of(slices) - tail) * {"center": 0.5, "bottom": 1.0}.get(shape.vertical, 0.0)
    outer, sheet.clip = sheet.clip, sheet.box(box)
    if shape.turned:
        place = (x + width, y) if shape.turned == 90 else (x, y + height)
        with sheet.moved(*place, turn=shape.turned, upright=shape.upright):
            draw_all(slices, sheet, top, right + slack)
    else:
        draw_all(slices, sheet, x + left, y + top + slack)
    sheet.clip = outer


def _place_x(shape: Shape, x: float, section: Section, sheet: Sheet) -> float:
    relative, offset = shape.x
    bases = {"page": (0.0, sheet.width), "leftMargin": (0.0, section.left)}
    start, width = bases.get(relative, (section.left, section.width - section.left - section.right))
    if relative in {"column", "character"} and shape.in_cell:
        start = x
    if isinstance(offset, str):
        return start + {"center": 0.5, "right": 1.0}.get(offset, 0.0) * (width - shape.width)
    return start + offset


def _place_y(shape: Shape, y: float, section: Section, sheet: Sheet) -> float:
    relative, offset = shape.y
    bases = {"page": (0.0, sheet.height), "margin": (section.top, sheet.height - section.top - section.bottom)}
    start, height = bases.get(relative, (y, shape.height))
    if isinstance(offset, str):
        return start + {"center": 0.5, "bottom": 1.0}.get(offset, 0.0) * (height - shape.height)
    return start + offset
