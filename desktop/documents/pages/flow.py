"""Filling pages: sections, headers and footers, breaks, rows that go over, shapes anchored to a place."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.documents.pages.measure import Measurer
from desktop.documents.pages.model import Block, Document, Section
from desktop.documents.pages.paper import Fonts, Memory, Page
from desktop.documents.pages.paragraphs import Context
from desktop.documents.pages.shapes import place_shapes
from desktop.documents.pages.sheet import Sheet
from desktop.documents.pages.slices import Slice, draw_all, height_of
from desktop.documents.pages.stack import stack

MOST_PAGES = 400
NEAR = 0.3  # points a line may reach over the foot of the page before it goes to the next


@dataclass(slots=True)
class Room:
    """Where text goes on a sheet: left edge, top, width and height, one column."""

    x: float
    y: float
    width: float
    height: float


class Flow:
    """Lays out one document."""

    def __init__(self, document: Document, fonts: Fonts, memory: Memory) -> None:
        self._document = document
        self._measurer = memory.keep(("measurer", id(fonts)), lambda: Measurer(fonts))
        self._memory = memory
        self.notices: list[str] = []
        self._sheets: list[Sheet] = []
        self._sections: list[tuple[Section, bool, int]] = []  # of each sheet: section, first of it, page number

    @property
    def asked(self) -> set[str]:
        """The families of the letters that were laid out."""
        return self._measurer.asked

    def run(self) -> list[Page]:
        """All pages."""
        number = 0
        for section, blocks in self._document.parts:
            if section.first_number is not None:
                number = section.first_number - 1
            number = self._section(section, blocks, number)
        total = str(len(self._sheets))
        for sheet, (section, first, page) in zip(self._sheets, self._sections, strict=True):
            self._margins(sheet, section, first, {"PAGE": str(page), "NUMPAGES": total, "SECTIONPAGES": total})
        return [sheet.page for sheet in self._sheets]

    def _context(self, section: Section, numbers: dict[str, str] | None = None) -> Context:
        return Context(self._document, section, self._measurer, self._memory, numbers or {}, self.notices)

    def _section(self, section: Section, blocks: list[Block], number: int) -> int:
        context = self._context(section)
        filler = _Filler(self, section, context, number)
        width = (section.width - section.left - section.right - section.column_gap * (section.columns - 1)) / (
            section.columns
        )
        slices, _ = stack(blocks, max(20.0, width), context)
        filler.fill(slices, width)
        return filler.number

    def new_sheet(self, section: Section, number: int, *, first: bool) -> Sheet:
        """Add a sheet."""
        sheet = Sheet(section.width, section.height)
        self._sheets.append(sheet)
        self._sections.append((section, first, number))
        return sheet

    def full(self) -> bool:
        """No further sheets: a file that wants more is shown up to here."""
        if len(self._sheets) < MOST_PAGES:
            return False
        sentence = f"文件超过 {MOST_PAGES} 页，后面的没有显示。"
        if sentence not in self.notices:
            self.notices.append(sentence)
        return True

    def edges(self, section: Section, *, first: bool, number: int) -> tuple[float, float]:
        """Top and bottom of the text on a page, pushed in by a tall header or footer."""
        width = section.width - section.left - section.right
        head, foot = (
            self._choose(section.headers, section, first, number),
            self._choose(section.footers, section, first, number),
        )
        top, bottom = abs(section.top), abs(section.bottom)
        if head and section.top >= 0:
            top = max(top, section.header + self._height(head, width, section))
        if foot and section.bottom >= 0:
            bottom = max(bottom, section.footer + self._height(foot, width, section))
        return top, section.height - bottom

    def _height(self, blocks: list[Block], width: float, section: Section) -> float:
        context = self._context(section)
        context.in_body = False
        slices, tail = stack(blocks, width, context)
        return height_of(slices) + tail

    def _choose(self, kinds: dict[str, list[Block]], section: Section, first: bool, number: int) -> list[Block]:
        if first and section.title_page:
            return kinds.get("first", [])
        if self._document.even_odd and number % 2 == 0:
            return kinds.get("even", [])
        return kinds.get("default", [])

    def _margins(self, sheet: Sheet, section: Section, first: bool, numbers: dict[str, str]) -> None:
        """Draw header and footer."""
        width = section.width - section.left - section.right
        number = int(numbers["PAGE"])
        head = self._choose(section.headers, section, first, number)
        foot = self._choose(section.footers, section, first, number)
        context = self._context(section, numbers)
        context.in_body = False
        if head:
            slices, _ = stack(head, width, context)
            draw_all(slices, sheet, section.left, section.header)
        if foot:
            slices, tail = stack(foot, width, context)
            draw_all(slices, sheet, section.left, sheet.height - section.footer - height_of(slices) - tail)
        place_shapes(sheet, section, context)


class _Filler:
    """Puts the slices of one section on sheets."""

    def __init__(self, flow: Flow, section: Section, context: Context, number: int) -> None:
        self._flow = flow
        self._section = section
        self._context = context
        self.number = number
        self._sheet: Sheet | None = None
        self._column = 0
        self._room = Room(0, 0, 0, 0)
        self._pending: list[Slice] = []
        self._used = 0.0
        self._fresh = True  # nothing but repeated rows stands on the page yet

    def fill(self, slices: list[Slice], width: float) -> None:
        """Put all slices."""
        self._next(width)
        queue = list(reversed(slices))
        while queue and not self._flow.full():
            piece = queue.pop()
            if piece.breaks and (self._pending or piece.breaks == "column" or self._column):
                self._turn(piece, width)
            group = [piece]
            while group[-1].glued and queue and not queue[-1].breaks:
                group.append(queue.pop())
            self._put(group, queue, width)
        self._flush()

    def _turn(self, piece: Slice, width: float) -> None:
        if piece.breaks == "column":
            self._next(width)
        else:
            self._column = self._section.columns
            self._next(width)

    def _put(self, group: list[Slice], queue: list[Slice], width: float) -> None:
        gap = group[0].gap
        height = height_of(group) - gap
        room = self._room.height - self._used
        if gap + height <= room + NEAR:
            self._take(group)
            return
        first = group[0]
        if len(group) == 1 and first.cut is not None:
            parts = first.cut(room - gap, forced=self._fresh)
            if parts is not None:
                parts[0].gap = gap
                parts[1].repeats = first.repeats
                self._take([parts[0]])
                self._next(width)
                self._heads(first)
                queue.append(parts[1])
                return
        if self._fresh:  # an empty page does not hold it either
            queue.extend(reversed(group[1:]))
            first.glued = False
            self._take([first])
            return
        self._next(width)
        self._heads(first)
        queue.extend(reversed(group))

    def _heads(self, piece: Slice) -> None:
        if piece.repeats and height_of(piece.repeats) < self._room.height / 2:
            self._take([_again(head) for head in piece.repeats])
            self._fresh = True

    def _take(self, group: list[Slice]) -> None:
        if not self._pending and not group[0].top_gap and len(self._flow_sheets()) > 1:
            group[0].gap = 0.0
        self._pending.extend(group)
        self._used += height_of(group)
        self._fresh = False

    def _flow_sheets(self) -> list[Sheet]:
        return self._flow._sheets

    def _flush(self) -> None:
        if self._sheet is None:
            return
        y = self._room.y
        slack = max(0.0, self._room.height - self._used)
        y += {"center": slack / 2, "bottom": slack}.get(self._section.vertical, 0.0)
        draw_all(self._pending, self._sheet, self._room.x, y)
        place_shapes(self._sheet, self._section, self._context)
        self._pending = []
        self._used = 0.0

    def _next(self, width: float) -> None:
        """Go to the next column, or the next sheet."""
        self._flush()
        self._fresh = True
        section = self._section
        self._column += 1
        if self._sheet is None or self._column >= section.columns:
            first = self._sheet is None
            self._column = 0
            self.number += 1
            self._sheet = self._flow.new_sheet(section, self.number, first=first)
            top, bottom = self._flow.edges(section, first=first, number=self.number)
            self._room = _gridded(Room(section.left, top, width, max(36.0, bottom - top)), section)
        self._room.x = section.left + self._column * (width + section.column_gap)


def _again(head: Slice) -> Slice:
    return Slice(0.0, head.height, head.draw, owner=head.owner)


def _gridded(room: Room, section: Section) -> Room:
    """On a grid the text takes whole grid lines and stands in the middle of its room."""
    if section.grid and section.pitch > 0:
        lines = int((room.height + 0.01) / section.pitch)
        height = lines * section.pitch
        room.y += (room.height - height) / 2
        room.height = height
    return room
