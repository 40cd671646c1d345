"""What a Word file says, before anything is measured: paragraphs, tables and sections. Lengths in points."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count


@dataclass(frozen=True, slots=True)
class CharStyle:
    """The dress of characters."""

    latin: str = ""  # empty when the file names none
    east: str = ""  # empty when the file names none
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: str = ""  # "", single, double, dotted, dashed, thick
    strike: bool = False
    colour: str = "#000000"
    shade: str = ""
    spacing: float = 0.0
    stretch: float = 1.0
    raised: int = 0  # 1 superscript, -1 subscript
    lifted: float = 0.0  # points above the base line
    caps: bool = False


@dataclass(slots=True)
class Span:
    """Characters of one dress; tab is U+0009, line break U+000A, page break U+000C, column break U+000B."""

    text: str
    style: CharStyle
    key: str = ""
    counter: str = ""  # PAGE or NUMPAGES: the text is only a stand-in


@dataclass(slots=True)
class Shape:
    """A picture or a box of text that stands in a line or is anchored to a place."""

    width: float
    height: float
    content: bytes = b""
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    blocks: list[Block] | None = None  # of a text box
    inset: tuple[float, float, float, float] = (7.2, 3.6, 7.2, 3.6)  # left, top, right, bottom
    fill: str = ""
    outline: tuple[float, str] | None = None  # width, colour
    anchored: bool = False
    wraps: str = "none"  # none, square, topAndBottom
    distance: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # left, top, right, bottom, kept from text
    x: tuple[str, float | str] = ("column", 0.0)  # relative to what, offset or alignment
    y: tuple[str, float | str] = ("paragraph", 0.0)
    vertical: str = "top"  # where the text stands in the box: top, center, bottom
    turned: int = 0  # degrees clockwise that the text is turned by
    upright: bool = False  # Chinese characters of turned text stand
    kind: str = "rect"  # rect or line
    grows: bool = False  # the box grows with its text
    in_cell: bool = True  # measured from the cell when anchored in a table


@dataclass(slots=True)
class ParaStyle:
    """The shape of a paragraph."""

    align: str = "left"  # left, center, right, both, distribute
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0  # of the first line, negative when it hangs
    before: float = 0.0
    after: float = 0.0
    auto_before: bool = False  # the spacing is what a web page would have
    auto_after: bool = False
    line: float = 1.0  # a factor (auto) or points (exact, atLeast)
    rule: str = "auto"
    tabs: tuple[tuple[float, str, str], ...] = ()  # position, kind (left, center, right, decimal), leader
    snap: bool = True  # to the grid of lines
    keep_next: bool = False
    keep_lines: bool = False
    page_before: bool = False
    widow: bool = False
    contextual: bool = False
    hang: bool = True  # punctuation may hang over the right edge
    gap: bool = True  # between Chinese and Latin letters
    borders: dict[str, Border] = field(default_factory=dict)
    shade: str = ""
    style_id: str = ""


@dataclass(slots=True)
class Paragraph:
    """A paragraph; `mark` is the dress of its end mark, which gives an empty one its height."""

    items: list[Span | Shape]
    style: ParaStyle
    mark: CharStyle
    base: CharStyle  # what the style of the paragraph gives its letters
    label: Span | None = None  # number or bullet
    hidden: bool = False  # nothing but a hidden end mark
    sign: int = field(default_factory=count().__next__)  # tells it from every other that was ever read


@dataclass(frozen=True, slots=True)
class Border:
    """One edge of a cell or paragraph."""

    width: float = 0.0  # the whole breadth of all strokes
    colour: str = "#000000"
    style: str = "solid"
    space: float = 0.0
    none: bool = False  # said to be absent, not merely unsaid


@dataclass(slots=True)
class TableCell:
    """A cell; one that continues a vertical merge has `merge` 'continue' and its blocks are not shown."""

    blocks: list[Block]
    span: int = 1
    width: float = 0.0
    merge: str = ""  # "", restart, continue
    margins: dict[str, float] = field(default_factory=dict)
    borders: dict[str, Border] = field(default_factory=dict)
    shade: str = ""
    vertical: str = "top"
    direction: str = ""
    key: str = ""
    label: str = ""


@dataclass(slots=True)
class TableRow:
    """A row; height 0 means as high as its text."""

    cells: list[TableCell]
    height: float = 0.0
    exact: bool = False
    header: bool = False
    whole: bool = False  # must not break across pages
    before: int = 0  # grid columns left out at the start
    after: int = 0
    borders: dict[str, Border] = field(default_factory=dict)  # of the table, when this row overrides them
    margins: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """A table: grid of column widths and rows."""

    grid: list[float]
    rows: list[TableRow]
    width: float = 0.0
    width_kind: str = "auto"  # auto, points, share
    align: str = "left"
    indent: float = 0.0
    fixed: bool = False
    margins: dict[str, float] = field(default_factory=dict)
    borders: dict[str, Border] = field(default_factory=dict)
    floating: dict[str, str] | None = None  # what w:tblpPr says


Block = Paragraph | Table


@dataclass(slots=True)
class Section:
    """Sheet, margins and the grid of lines of one part of the document."""

    width: float = 595.3
    height: float = 841.9
    top: float = 72.0
    bottom: float = 72.0
    left: float = 90.0
    right: float = 90.0
    header: float = 42.55
    footer: float = 49.6
    grid: str = ""  # "", lines, linesAndChars, snapToChars
    pitch: float = 0.0
    char_pitch: float = 0.0
    columns: int = 1
    column_gap: float = 36.0
    starts: str = "nextPage"
    title_page: bool = False
    first_number: int | None = None
    headers: dict[str, list[Block]] = field(default_factory=dict)  # default, first, even
    footers: dict[str, list[Block]] = field(default_factory=dict)
    vertical: str = "top"


@dataclass(slots=True)
class Document:
    """The whole file: runs of blocks, each with its section."""

    parts: list[tuple[Section, list[Block]]]
    even_odd: bool = False
    modern: bool = True  # compatibility mode 15: tables start at the margin
    compress: bool = False  # punctuation may be squeezed
    default_tab: float = 36.0
    notices: list[str] = field(default_factory=list)
