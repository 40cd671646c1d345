"""Sheets on any Qt surface: screen, printer, PDF file, picture; and the typefaces Qt knows, to measure with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QLineF, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QRawFont,
)

from desktop.documents.page import MILLIMETRES, Face, Font, Page, Paper, Picture, Rule, Text
from desktop.documents.pages.typefaces import nearest
from desktop.documents.pdftext import searchable

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PDF_DOTS = 1200  # an inch
# Type is set in twentieths of a point: Qt rounds the widths of letters to whole units of the font.
_FINE = 20
_UNIT = MILLIMETRES / _FINE  # millimetres in such a unit
_EM = 1000.0  # pixels at which typefaces are measured
_PENS = {"dotted": Qt.PenStyle.DotLine, "dashed": Qt.PenStyle.DashLine}

# Families with many characters, for those that the wanted one lacks.
_WIDE = ("Noto Sans CJK SC", "Microsoft YaHei", "SimSun", "DejaVu Sans", "Segoe UI Symbol", "OpenSymbol")

Substitute = Callable[[str, bool], str]


def _raw(family: str, *, bold: bool, italic: bool) -> QRawFont:
    """The typeface itself, at a size where rounding does not matter."""
    font = QFont(family)
    font.setPixelSize(int(_EM))
    font.setBold(bold)
    font.setItalic(italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return QRawFont.fromFont(font)


class QtFace:
    """A typeface measured by Qt without hinting."""

    def __init__(self, family: str, *, bold: bool, italic: bool) -> None:
        self._raw = _raw(family, bold=bold, italic=italic)
        self._advances: dict[str, float | None] = {}
        self.family = family
        self.ascent = self._raw.ascent() / _EM + _line_gap(self._raw)
        self.descent = self._raw.descent() / _EM

    def advance(self, char: str) -> float | None:
        """Width of one character in em, None when the typeface does not have it."""
        try:
            return self._advances[char]
        except KeyError:
            glyphs = self._raw.glyphIndexesForString(char)
            known = bool(glyphs) and glyphs[0] != 0
            found = self._raw.advancesForGlyphIndexes(glyphs)[0].x() / _EM if known else None
            self._advances[char] = found
            return found


def _line_gap(raw: QRawFont) -> float:
    """External leading in em, which Qt leaves out: lineGap of the table hhea (OpenType 1.9)."""
    hhea, head = bytes(raw.fontTable("hhea").data()), bytes(raw.fontTable("head").data())
    if len(hhea) < 10 or len(head) < 20:
        return 0.0
    return max(0.0, int.from_bytes(hhea[8:10], "big", signed=True) / max(1, int.from_bytes(head[18:20], "big")))


class QtFonts:
    """The typefaces of this machine.

    Args:
        substitute: names the family to use for one that is not installed (name, East-Asian or not); without it the
            nearest by kind of lettering.
        fallbacks: families with many characters, for those that the wanted family lacks, best first.
    """

    def __init__(self, substitute: Substitute | None = None, fallbacks: Sequence[str] = _WIDE) -> None:
        self._substitute = substitute
        self._fallbacks = fallbacks
        self._faces: dict[tuple[str, bool, bool], QtFace] = {}
        self._chosen: dict[tuple[str, bool], str] = {}
        self._asked: dict[str, str] = {}
        self._fallback: dict[tuple[str, bool, bool], QtFace] = {}
        self._installed: dict[str, bool] = {}

    def installed(self, family: str) -> bool:
        """Whether Qt has that family under that name or an alias of it."""
        if family not in self._installed:
            known = QFontDatabase.hasFamily(family)
            self._installed[family] = known or QFontInfo(QFont(family)).family().lower() == family.lower()
        return self._installed[family]

    def face(self, family: str, *, bold: bool, italic: bool, east_asian: bool) -> Face:
        """The typeface of that name, or the nearest that is installed."""
        sign = (family, east_asian)
        if sign not in self._chosen:
            self._chosen[sign] = self._choose(family, east_asian)
        return self._made(self._chosen[sign], bold=bold, italic=italic)

    def _choose(self, family: str, east_asian: bool) -> str:
        if family and self.installed(family):
            return family
        if self._substitute is not None:
            found = self._substitute(family, east_asian)
        else:
            found = nearest(family, east_asian=east_asian, installed=self.installed)
        if family and (east_asian or family not in self._asked):
            self._asked[family] = found
        return found

    def _made(self, family: str, *, bold: bool, italic: bool) -> QtFace:
        sign = (family, bold, italic)
        if sign not in self._faces:
            self._faces[sign] = QtFace(family, bold=bold, italic=italic)
        return self._faces[sign]

    def having(self, char: str, *, bold: bool, italic: bool) -> Face:
        """A typeface that can draw the character, for those that the wanted one lacks."""
        sign = (char, bold, italic)
        if sign not in self._fallback:
            faces = [self._made(name, bold=bold, italic=italic) for name in self._fallbacks if self.installed(name)]
            faces = faces or [self._made(QFont().family(), bold=bold, italic=italic)]
            self._fallback[sign] = next((face for face in faces if face.advance(char) is not None), faces[0])
        return self._fallback[sign]

    def replaced(self) -> dict[str, str]:
        """Asked family → the family that stands in for it."""
        return dict(self._asked)


class Brush:
    """Paints pages; keeps fonts and decoded pictures between pages."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[Font, float], QFont] = {}
        self._images: dict[bytes, QImage] = {}

    def page(self, painter: QPainter, page: Page) -> None:
        """Paint one page; the painter's unit is the millimetre."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for fill in page.fills:
            painter.fillRect(QRectF(fill.x, fill.y, fill.width, fill.height), QColor(fill.colour))
        for picture in page.pictures:
            self._picture(painter, picture)
        for rule in page.rules:
            _rule(painter, rule)
        painter.save()
        painter.scale(_UNIT, _UNIT)
        colour = ""
        for text in page.texts:
            if text.colour != colour:
                colour = text.colour
                painter.setPen(QColor(colour))
            self._text(painter, text)
        painter.restore()

    def _text(self, painter: QPainter, text: Text) -> None:
        spacing = text.spacing and text.spacing / _UNIT * _screen_dots() / painter.device().logicalDpiY()
        painter.setFont(self._font(text.font, spacing))
        place = QPointF(text.x / _UNIT, text.y / _UNIT)
        if text.clip is None and text.stretch == 1.0 and not text.turned:
            painter.drawText(place, text.text)
            return
        painter.save()
        if text.clip is not None:
            painter.setClipRect(QRectF(*(side / _UNIT for side in text.clip)))
        painter.translate(place)
        painter.rotate(text.turned)
        painter.scale(text.stretch, 1.0)
        painter.drawText(QPointF(0, 0), text.text)
        painter.restore()

    def _font(self, font: Font, spacing: float) -> QFont:
        sign = (font, spacing)
        made = self._fonts.get(sign)
        if made is None:
            made = QFont(font.family)
            made.setPixelSize(max(1, round(font.size * _FINE)))
            made.setBold(font.bold)
            made.setItalic(font.italic)
            made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            made.setKerning(False)
            made.setFeature(QFont.Tag("liga"), 0)  # widths are those of single letters
            if spacing:
                made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
            self._fonts[sign] = made
        return made

    def _picture(self, painter: QPainter, picture: Picture) -> None:
        image = self._images.get(picture.content)
        if image is None:
            image = self._images[picture.content] = QImage.fromData(picture.content)
        if image.isNull():
            return
        left, top, right, bottom = picture.crop
        wide, high = image.width(), image.height()
        source = QRectF(left * wide, top * high, (1 - left - right) * wide, (1 - top - bottom) * high)
        painter.drawImage(QRectF(picture.x, picture.y, picture.width, picture.height), image, source)


def without_window() -> QCoreApplication:
    """The application that typefaces and painting need, for a command; on Linux no display need be there."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication.instance() or QGuiApplication([])


def _screen_dots() -> int:
    """Dots an inch of the main screen: Qt multiplies letter spacing by those of the device over these."""
    screen = QGuiApplication.primaryScreen()
    return round(screen.logicalDotsPerInchY()) if screen else 100


def _rule(painter: QPainter, rule: Rule) -> None:
    pen = QPen(QColor(rule.colour), rule.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setStyle(_PENS.get(rule.style, Qt.PenStyle.SolidLine))
    line = QLineF(rule.x1, rule.y1, rule.x2, rule.y2)
    if rule.style != "double":
        painter.setPen(pen)
        painter.drawLine(line)
        return
    pen.setWidthF(rule.width / 3)
    painter.setPen(pen)
    across = abs(rule.y1 - rule.y2) < abs(rule.x1 - rule.x2)
    for side in (-rule.width / 3, rule.width / 3):
        painter.drawLine(line.translated(0.0 if across else side, side if across else 0.0))


def to_pdf(paper: Paper, title: str = "") -> bytes:
    """The paper as a PDF file, with the letters as text."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DOTS)
    writer.setTitle(title)
    writer.setCreator("团媒台账")
    draw_on(writer, paper.pages)
    used = {char for page in paper.pages for text in page.texts for char in text.text}
    return searchable(bytes(buffer.data().data()), used, _Twins(paper, used).alike)


class _Twins:
    """Characters that a typeface shows by the same glyph; faces are opened only when such a character turns up."""

    def __init__(self, paper: Paper, used: set[str]) -> None:
        self._fonts = {(t.font.family, t.font.bold, t.font.italic) for page in paper.pages for t in page.texts}
        self._used = "".join(sorted(used))
        self._by_glyph: list[tuple[QRawFont, dict[int, str]]] | None = None

    def alike(self, char: str) -> str:
        """The written character with the glyph of this one, which was not written; itself when there is none."""
        if self._by_glyph is None:
            faces = [_raw(family, bold=bold, italic=italic) for family, bold, italic in sorted(self._fonts)]
            self._by_glyph = [
                (raw, dict(zip(raw.glyphIndexesForString(self._used), self._used, strict=False))) for raw in faces
            ]
        for raw, glyphs in self._by_glyph:
            found = raw.glyphIndexesForString(char)
            if found and found[0] and found[0] in glyphs:
                return glyphs[found[0]]
        return char


def draw_on(device: QPdfWriter | QPrinter, pages: list[Page]) -> None:
    """Draw pages on a paged device (PDF writer or printer), each at its own size."""
    brush = Brush()
    painter: QPainter | None = None
    for page in pages:
        device.setPageLayout(_layout(page))
        if painter is None:
            painter = QPainter(device)
        else:
            device.newPage()
        painter.save()
        painter.scale(device.logicalDpiX() / 25.4, device.logicalDpiY() / 25.4)
        brush.page(painter, page)
        painter.restore()
    if painter is not None:
        painter.end()


def png(image: QImage) -> bytes:
    """A picture as PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _layout(page: Page) -> QPageLayout:
    """The sheet as a printer knows it: a named size where there is one, upright or across, counted from its corner."""
    wide, orientation = page.width > page.height, QPageLayout.Orientation
    sides = QSizeF(page.height, page.width) if wide else QSizeF(page.width, page.height)
    size = QPageSize(sides, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    made = QPageLayout(size, orientation.Landscape if wide else orientation.Portrait, QMarginsF(0, 0, 0, 0))
    made.setMode(QPageLayout.Mode.FullPageMode)
    return made


def to_images(paper: Paper, dots: int = 150) -> Iterator[QImage]:
    """Each page as a picture with so many dots an inch, white ground."""
    brush = Brush()
    for page in paper.pages:
        yield _image(page, dots, brush)


def _image(page: Page, dots: int, brush: Brush) -> QImage:
    wide, high = (max(1, round(side / 25.4 * dots)) for side in (page.width, page.height))
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(dots / 25.4, dots / 25.4)
    brush.page(painter, page)
    painter.end()
    return image
