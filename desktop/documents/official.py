"""Official documents (公文) as Word files: 报告, 请示, 函, by GB/T 9704-2012 as far as confirmed, or in a house style.

Styles are data in resources/styles: margins in mm (top, right, bottom, left), grid, fonts by preference, sizes in
points. What no public page confirms of the standard is left out: no red head, no dashes beside the page number.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from desktop.documents.house_styles import Style
from desktop.documents.numerals import numeral
from desktop.documents.package import Package, open_package
from desktop.documents.titles import broken

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

SECOND_LEVEL = re.compile(r"^（[一二三四五六七八九十]+）")
A4 = (210, 297)
_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Signs that come along with a pasted text, show nothing, and may not stand in a part of the file."""
TWIPS = 1440 / 25.4
"""Twips in a millimetre."""


class SectionText(Protocol):
    """One numbered part of a text."""

    @property
    def heading(self) -> str:
        """Without its number."""

    @property
    def paragraphs(self) -> Sequence[str]:
        """What is said under it."""

    @property
    def header(self) -> Sequence[str]:
        """Column titles of its table, empty for none."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Rows of its table."""


class OfficialText(Protocol):
    """What an official document says; `desktop.reports.Report` is one, `Letter` another."""

    @property
    def title(self) -> str:
        """The title, centred."""

    @property
    def addressee(self) -> str:
        """主送机关, without its colon; empty for none."""

    @property
    def opening(self) -> str:
        """Before the first heading; lines are paragraphs."""

    @property
    def sections(self) -> Sequence[SectionText]:
        """The numbered parts."""

    @property
    def issuer(self) -> str:
        """署名."""

    @property
    def on(self) -> date:
        """成文日期."""

    @property
    def enclosures(self) -> Sequence[str]:
        """附件, by name."""


@dataclass(frozen=True)
class Part:
    """One numbered part of a letter."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A 请示 or 函 written by hand; `closing` such as 妥否，请批示 is the clerk's own."""

    title: str
    addressee: str
    opening: str
    issuer: str
    on: date
    sections: tuple[Part, ...] = ()
    closing: str = ""
    enclosures: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True)
class Written:
    """The file, and what the clerk should know about its fonts."""

    content: bytes
    notices: tuple[str, ...]


def write(
    text: OfficialText, style: Style, installed: Callable[[str], bool] | None = None, *, sealed: bool = True
) -> Written:
    """Lay a text out as a Word file; equal texts give equal bytes.

    Args:
        text: what it says.
        style: from `styles`.
        installed: whether this machine has a font; the first preferred one that is there is used. None takes the first.
        sealed: whether a seal goes over 署名 and date (date four characters from the right edge, else two).
    """
    return _Writer(style, installed).written(text, sealed=sealed)


class _Writer:
    """Lays out one document."""

    def __init__(self, style: Style, installed: Callable[[str], bool] | None) -> None:
        self.style = style
        self.fonts = {level: _chosen(names, installed) for level, names in style.fonts.items()}
        self.notices = tuple(
            f"本机没有字体“{style.fonts[level][0]}”，以“{font}”代替。"
            for level, font in self.fonts.items()
            if font != style.fonts[level][0]
        )

    @property
    def _tightened(self) -> int:
        """Spacing that puts the characters of the grid on a line, in twentieths of a point.

        28 characters of 16 pt are 2 mm wider than 156 mm. A grid of characters would do the same in Word, but
        LibreOffice gives a character wider than its cell two cells.
        """
        if self.style.grid is None:
            return 0
        _, right, _, left = self.style.margins
        advance = (A4[0] - left - right) / self.style.grid[1] / 25.4 * 72
        return math.floor((advance - self.style.sizes["body"]) * 20)

    @property
    def _pitch(self) -> int:
        """Twips from line to line of the grid, 0 without one; rounded up, the last line would not fit."""
        if self.style.grid is None:
            return 0
        top, _, bottom, _ = self.style.margins
        return math.floor((A4[1] - top - bottom) / self.style.grid[0] * TWIPS)

    def written(self, text: OfficialText, *, sealed: bool) -> Written:
        """The whole document."""
        import docx

        document = docx.Document()
        self._page(document)
        self._title(document, text.title)
        self._line(document, "")
        if text.addressee:
            self._line(document, f"{text.addressee}：", indent=0)
        for paragraph in text.opening.splitlines():
            self._line(document, paragraph)
        for number, section in enumerate(text.sections, 1):
            self._heading(document, f"{numeral(number)}、{section.heading}", "first")
            for paragraph in section.paragraphs:
                if _is_heading(paragraph):
                    self._heading(document, paragraph, "second")
                else:
                    self._line(document, paragraph)
            if section.rows:
                self._table(document, section)
        closing = getattr(text, "closing", "")
        if closing:
            self._line(document, closing)
        self._enclosures(document, text.enclosures)
        self._signed(document, text, sealed=sealed)
        contact = getattr(text, "contact", "")
        if contact:
            self._line(document, f"（联系人：{contact}）")
        raw = io.BytesIO()
        document.save(raw)
        return Written(_plain(raw.getvalue()), self.notices)

    def _page(self, document: Document) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        section = document.sections[0]
        section.page_width, section.page_height = Mm(A4[0]), Mm(A4[1])
        top, right, bottom, left = self.style.margins
        section.top_margin, section.right_margin = Mm(top), Mm(right)
        section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
        normal = document.styles["Normal"]
        normal.font.size = Pt(self.style.sizes["body"])
        _east_asian(normal.element.get_or_add_rPr(), self.fonts["body"])
        if self.style.grid:
            grid = section._sectPr.find(qn("w:docGrid"))
            if grid is None:
                grid = OxmlElement("w:docGrid")
                section._sectPr.append(grid)
            grid.set(qn("w:type"), "lines")
            grid.set(qn("w:linePitch"), str(self._pitch))
        self._numbers(document)

    def _numbers(self, document: Document) -> None:
        section = document.sections[0]
        if self.style.numbers == "outside":
            document.settings.odd_and_even_pages_header_footer = True
            self._number(section.footer.paragraphs[0], "right")
            self._number(section.even_page_footer.paragraphs[0], "left")
        else:
            self._number(section.footer.paragraphs[0], "center")

    def _number(self, paragraph: Paragraph, side: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())
        run = paragraph.add_run()
        run.font.size = Pt(14)  # 四号
        _east_asian(run._r.get_or_add_rPr(), "宋体")
        for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
            made = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                made.set(qn("w:fldCharType"), kind)
            else:
                made.text = words
            run._r.append(made)

    def _paragraph(self, document: Any, text: str, level: str) -> Paragraph:
        from docx.shared import Pt

        paragraph: Paragraph = document.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = self.style.line or 1.0
        form.widow_control = False  # a sheet holds all its lines
        for name in ("w:autoSpaceDE", "w:autoSpaceDN"):  # no gaps around figures: 2026年11月20日
            _off(paragraph._p.get_or_add_pPr(), name)
        run = paragraph.add_run(_BARRED.sub("", text))
        run.font.size = Pt(self.style.sizes[level])
        _east_asian(run._r.get_or_add_rPr(), self.fonts[level])
        if self._tightened and self.style.sizes[level] == self.style.sizes["body"]:
            _spaced(run._r.get_or_add_rPr(), self._tightened)
        return paragraph

    def _title(self, document: Document, text: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
        from docx.shared import Pt, Twips

        size = Pt(self.style.sizes["title"])
        _, right, _, left = self.style.margins
        made = self._paragraph(document, broken(text, int((A4[0] - left - right) / 25.4 * 72 / size.pt)), "title")
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if self._pitch:  # a typeface higher than a line of the grid would take two
            made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            made.paragraph_format.line_spacing = Twips(self._pitch)
            _off(made._p.get_or_add_pPr(), "w:snapToGrid")

    def _heading(self, document: Document, text: str, level: str) -> None:
        self._line(document, text, level).paragraph_format.keep_with_next = True

    def _line(self, document: Document, text: str, level: str = "body", indent: int = 2) -> Paragraph:
        from docx.shared import Pt

        made = self._paragraph(document, text, level)
        made.paragraph_format.first_line_indent = Pt(indent * self.style.sizes["body"]) if text else None
        return made

    def _table(self, document: Document, section: SectionText) -> None:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.shared import Pt

        table = document.add_table(rows=0, cols=len(section.header))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for number, row in enumerate((section.header, *section.rows)):
            made = table.add_row()
            properties = made._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:  # said again on every page that the table runs over
                properties.append(OxmlElement("w:tblHeader"))
            for cell, words in zip(made.cells, row, strict=True):
                run = cell.paragraphs[0].add_run(_BARRED.sub("", words))
                run.font.size = Pt(min(12.0, self.style.sizes["body"]))
                _east_asian(run._r.get_or_add_rPr(), self.fonts["body" if number else "first"])
                if number == 0:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _enclosures(self, document: Document, names: Sequence[str]) -> None:
        """附件说明: one blank line below the text, two characters in, names aligned, no mark after a name."""
        from docx.shared import Pt

        if not names:
            return
        self._line(document, "")
        em = self.style.sizes["body"]
        for number, name in enumerate(names, 1):
            head = "附件：" if number == 1 else "　　　"
            mark = f"{number}. " if len(names) > 1 else ""
            made = self._paragraph(document, f"{head}{mark}{name}", "body")
            hang = 3 + (1 if mark else 0)
            made.paragraph_format.left_indent = Pt((2 + hang) * em)
            made.paragraph_format.first_line_indent = Pt(-hang * em)

    def _signed(self, document: Document, text: OfficialText, *, sealed: bool) -> None:
        """署名 and 成文日期: date four characters from the right edge when sealed, the name centred over it."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        day = f"{text.on.year}年{text.on.month}月{text.on.day}日"
        em = self.style.sizes["body"]
        edge = 4.0 if sealed else 2.0
        middle = edge + _ems(day) / 2
        before = document.paragraphs[-1:]  # the name never stands on a page without text
        together = [*before, *(self._line(document, "") for _ in range(2 if sealed else 1))]
        for words in (text.issuer, day):
            made = self._paragraph(document, words, "body")
            together.append(made)
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            indent = max(0.0, middle - _ems(words) / 2) if sealed else edge
            made.paragraph_format.right_indent = Pt(indent * em)
        for one in together[:-1]:
            one.paragraph_format.keep_with_next = True


def _is_heading(paragraph: str) -> bool:
    return bool(SECOND_LEVEL.match(paragraph)) and len(paragraph) <= 30 and not paragraph.endswith("。")


def _ems(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _chosen(names: Sequence[str], installed: Callable[[str], bool] | None) -> str:
    return next((name for name in names if installed is None or installed(name)), names[0])


def _east_asian(properties: Any, font: str) -> None:
    """Set a font for Chinese and Latin alike; python-docx sets only the Latin one by itself."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for script in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{script}"), font)


def _off(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    made.set(qn("w:val"), "0")
    properties.insert_element_before(made, "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")


def _spaced(properties: Any, twentieths: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(twentieths))
    properties.find(qn("w:rFonts")).addnext(spacing)


def _plain(content: bytes) -> bytes:
    """The same package with fixed times in its directory, so that equal texts give equal bytes."""
    package = open_package(content, "公文.docx")
    return Package("公文.docx", []).written({name: package.read(name) for name in package.members})
