"""The paper itself beside the fields: sheets as they will be printed, the current field tinted, a click goes to one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QVBoxLayout, QWidget

from desktop.documents.page import Field, Memory, Page, Paper, read
from desktop.documents.pdf import Brush, QtFonts, draw_on, to_pdf
from desktop.errors import BadFile, Refused
from desktop.paths import write_whole
from desktop.windows import dialogs, parts, theme

GAP = 16  # pixels between sheets and around them
STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 1.75, 2.0, 3.0)
DOTS = 96 / 25.4  # pixels in a millimetre at 100 %


class Sheets(QAbstractScrollArea):
    """The sheets below each other; pixel coordinates are those of the widget, millimetres those of the page."""

    field_clicked = Signal(str)
    turned = Signal(int)  # the page in view has changed
    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("成文预览")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self._paper = Paper([])
        self._brush = Brush()
        self._cache: dict[int, QPixmap] = {}
        self._tops: list[float] = []
        self._zoom = 1.0
        self._fits = True
        self._key = ""
        self._marked: frozenset[str] = frozenset()
        self._page = 0
        self._sources: dict[str, str] = {}
        self.verticalScrollBar().valueChanged.connect(self._look)

    # what is shown

    def show_paper(self, paper: Paper) -> None:
        """Show other sheets; those that are the same as before are not painted again."""
        before = self._paper.pages
        kept = {i: self._cache[i] for i, page in enumerate(paper.pages) if i in self._cache and before[i] == page}
        self._paper = paper
        self._cache = kept
        self._arrange()

    def set_sources(self, sources: dict[str, str]) -> None:
        """What a hint says over each field: where its value comes from."""
        self._sources = sources

    def mark(self, keys: Iterable[str]) -> None:
        """Tint the places of some fields in amber, to be looked at."""
        self._marked = frozenset(keys)
        self.viewport().update()

    def highlight(self, key: str, *, follow: bool = True) -> None:
        """Tint the places of a field and bring the first of them into view."""
        self._key = key
        self.viewport().update()
        places = [(i, f) for i, page in enumerate(self._paper.pages) for f in page.fields if f.key == key]
        if places and follow:
            self._reveal(*places[0])

    def _reveal(self, index: int, field: Field) -> None:
        box = self._on_screen(index, field)
        view = self.viewport().rect()
        bar = self.verticalScrollBar()
        if box.top() < GAP or box.bottom() > view.height() - GAP:
            bar.setValue(round(bar.value() + box.center().y() - view.height() / 3))
        side = self.horizontalScrollBar()
        if box.left() < 0 or box.right() > view.width():
            side.setValue(round(side.value() + box.left() - GAP))

    # zoom

    def zoom(self) -> float:
        """The zoom in force, 1.0 for the true size on a 96 dpi screen."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Show larger or smaller, keeping what is in the middle of the view there."""
        self._fits = False
        self._set_zoom(zoom)

    def fit_width(self) -> None:
        """Make the widest sheet as wide as the view, now and whenever the view changes."""
        self._fits = True
        self._arrange()

    def step(self, by: int) -> None:
        """One step of zoom larger (1) or smaller (-1)."""
        if by > 0:
            self.set_zoom(next((z for z in STEPS if z > self._zoom + 0.005), STEPS[-1]))
        else:
            self.set_zoom(next((z for z in reversed(STEPS) if z < self._zoom - 0.005), STEPS[0]))

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, STEPS[0]), STEPS[-1])
        if abs(zoom - self._zoom) > 1e-4:
            bar = self.verticalScrollBar()
            middle = (bar.value() + self.viewport().height() / 2) / max(self._zoom, 1e-6)
            self._zoom = zoom
            self._cache.clear()
            self._place()
            bar.setValue(round(middle * zoom - self.viewport().height() / 2))
            self.zoomed.emit(zoom)
        self._place()

    # geometry

    def _arrange(self) -> None:
        if self._fits and self._paper.pages:
            widest = max(page.width for page in self._paper.pages)
            bar = self.verticalScrollBar()
            room = self.width() - bar.sizeHint().width() - 2 * GAP
            at_top = bar.value() == 0
            self._set_zoom(room / (widest * DOTS))
            if at_top:  # the head of a sheet does not slip away when the window grows
                bar.setValue(0)
        else:
            self._place()

    def _place(self) -> None:
        self._tops = []
        top, scale = float(GAP), self._zoom * DOTS
        widest = 0.0
        for page in self._paper.pages:
            self._tops.append(top)
            top += page.height * scale + GAP
            widest = max(widest, page.width * scale)
        view = self.viewport().size()
        self.verticalScrollBar().setRange(0, max(0, round(top - view.height())))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setRange(0, max(0, round(widest + 2 * GAP - view.width())))
        self.horizontalScrollBar().setPageStep(view.width())
        self.viewport().update()
        self._look()

    def _box(self, index: int) -> QRectF:
        """A sheet in pixels of the view."""
        page, scale = self._paper.pages[index], self._zoom * DOTS
        wide, high = page.width * scale, page.height * scale
        left = max(float(GAP), (self.viewport().width() - wide) / 2) - self.horizontalScrollBar().value()
        return QRectF(round(left), round(self._tops[index] - self.verticalScrollBar().value()), wide, high)

    def _on_screen(self, index: int, field: Field) -> QRectF:
        box, scale = self._box(index), self._zoom * DOTS
        return QRectF(box.x() + field.x * scale, box.y() + field.y * scale, field.width * scale, field.height * scale)

    def _look(self) -> None:
        """Notice which page fills the middle of the view."""
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        page = max((i for i, top in enumerate(self._tops) if top <= middle), default=0)
        if page != self._page:
            self._page = page
            self.turned.emit(page)

    def page_in_view(self) -> int:
        """Index of the page in the middle of the view."""
        return self._page

    def key_at(self, place: QPoint) -> str:
        """The field at a pixel of the view."""
        for index, page in enumerate(self._paper.pages):
            box = self._box(index)
            if box.contains(QPointF(place)):
                scale = self._zoom * DOTS
                return page.key_at((place.x() - box.x()) / scale, (place.y() - box.y()) / scale)
        return ""

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = theme.tokens(self)
        for index, page in enumerate(self._paper.pages):
            box = self._box(index)
            if not box.intersects(QRectF(event.rect())):
                continue
            painter.drawPixmap(QRect(round(box.x()), round(box.y()), round(box.width()), round(box.height())),
                               self._painted(index, page))  # fmt: skip
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
            for keys, colour in ((self._marked - {self._key}, theme.LIGHT.amber), ({self._key}, theme.LIGHT.accent)):
                boxes = [self._on_screen(index, field) for field in page.fields if field.key and field.key in keys]
                for field_box in boxes:
                    if not any(other.contains(field_box) and other != field_box for other in boxes):
                        self._tint(painter, field_box, QColor(colour))
        painter.end()

    @staticmethod
    def _tint(painter: QPainter, box: QRectF, colour: QColor) -> None:
        colour.setAlpha(26)
        painter.fillRect(box, colour)
        colour.setAlpha(150)
        painter.setPen(QPen(colour, 1))
        painter.drawRect(box)

    def _painted(self, index: int, page: Page) -> QPixmap:
        found = self._cache.get(index)
        if found is None:
            ratio, scale = self.devicePixelRatioF(), self._zoom * DOTS
            found = QPixmap(max(1, round(page.width * scale * ratio)), max(1, round(page.height * scale * ratio)))
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.white)
            painter = QPainter(found)
            painter.scale(scale, scale)
            self._brush.page(painter, page)
            painter.end()
            if len(self._cache) > 12:
                self._cache.pop(next(iter(self._cache)))
            self._cache[index] = found
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        key = self.key_at(event.position().toPoint())
        if key and event.button() == Qt.MouseButton.LeftButton:
            self.field_clicked.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.key_at(event.position().toPoint())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hint = self._sources.get(self.key_at(event.pos()), "")
            if hint:
                QToolTip.showText(event.globalPos(), hint, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)


class PaperView(QWidget):
    """Sheets with their controls: caption, zoom, fit to width, notices.

    Give it a file with `set_document`; it keeps what did not change since the last one, so it may be called at every
    pause of typing.
    """

    field_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, title: str = "成文预览") -> None:
        super().__init__(parent)
        self._fonts = QtFonts()
        self._memory = Memory()
        self.paper = Paper([])
        self.name = ""
        self.sheets = Sheets(self)
        self.sheets.field_clicked.connect(self.field_clicked)
        self.sheets.turned.connect(lambda _: self._caption())
        self._title = parts.label(title, "section")
        self._place = parts.OneLine("", "note")
        self._percent = parts.label("100 %", "note")
        self.sheets.zoomed.connect(lambda zoom: self._percent.setText(f"{round(zoom * 100)} %"))
        smaller = parts.button("－", lambda: self.sheets.step(-1), "link")
        larger = parts.button("＋", lambda: self.sheets.step(1), "link")
        fit = parts.button("适合宽度", self.sheets.fit_width, "link")
        self.keep = parts.button("存为 PDF", self.save_pdf, "link")
        self.press = parts.button("打印", self.print_with_preview, "link")
        for made, name in ((smaller, "缩小"), (larger, "放大"), (fit, "适合宽度"), (self.keep, "把纸面存为 PDF"),
                           (self.press, "打印纸面")):  # fmt: skip
            made.setAccessibleName(name)
            made.setToolTip(name)
        self._notices = parts.label("", "note", wrap=True)
        self._notices.hide()
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addLayout(parts.row(self._title, None, self._place, self.keep, self.press))
        body.addWidget(self.sheets, 1)
        body.addLayout(parts.row(smaller, self._percent, larger, fit, None))
        body.addWidget(self._notices)
        self._keys()

    def _keys(self) -> None:
        for keys, action in (
            (QKeySequence.StandardKey.ZoomIn, lambda: self.sheets.step(1)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self.sheets.step(-1)),
            (QKeySequence("Ctrl+0"), self.sheets.fit_width),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, action)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def set_document(self, content: bytes, kind: str = "", name: str = "") -> Paper:
        """Show a docx or xlsx; what cannot be read is said in the place of the sheets.

        Args:
            content: the file.
            kind: docx or xlsx, for a file whose name is not known.
            name: the name of the file, for sentences about it.
        """
        self.name = name
        try:
            self.paper = read(content, self._fonts, name=name or (f"预览.{kind}" if kind else ""), memory=self._memory)
        except BadFile as error:
            self.paper = Paper([], [str(error)])
        self.show_paper(self.paper)
        return self.paper

    def show_paper(self, paper: Paper) -> None:
        """Show sheets that were read elsewhere."""
        self.paper = paper
        self.sheets.show_paper(paper)
        self._say(*paper.notices)
        for entry in (self.keep, self.press):
            entry.setEnabled(bool(paper.pages))
        self._caption()

    def wait(self) -> None:
        """Say that other sheets are on their way; those shown are not printed or kept meanwhile."""
        for entry in (self.keep, self.press):
            entry.setEnabled(False)
        self._place.setText("正在排版…")

    def _say(self, *sentences: str) -> None:
        self._notices.setText("\n".join(sentences))
        self._notices.setVisible(bool(sentences))

    def highlight(self, key: str, *, follow: bool = True) -> None:
        """Tint the places of a field and bring the first of them into view."""
        self.sheets.highlight(key, follow=follow)

    def set_sources(self, sources: dict[str, str]) -> None:
        """What a hint says over each field: where its value comes from."""
        self.sheets.set_sources(sources)

    def _caption(self) -> None:
        pages = self.paper.pages
        if not pages:
            self._place.setText("")
            return
        at = min(self.sheets.page_in_view(), len(pages) - 1)
        self._place.setText(f"{size_name(pages[at])} · 第 {at + 1} / {len(pages)} 页")

    def save_pdf(self) -> None:
        """Keep the sheets as a PDF file."""
        name = Path(self.name or "纸面").stem
        target = dialogs.choose_target(self, "存为 PDF", f"{name}.pdf", "PDF 文件 (*.pdf)")
        if target is None:
            return
        try:
            write_whole(target, to_pdf(self.paper, name))
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self._say(f"已存为 {target.name}", *self.paper.notices)

    def print_with_preview(self) -> None:
        """Open the print preview of the system for these sheets."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        preview = QPrintPreviewDialog(printer, self)
        preview.setWindowTitle("打印预览")
        preview.paintRequested.connect(lambda device: draw_on(device, self.paper.pages))
        preview.exec()


def size_name(page: Page) -> str:
    """What a clerk calls a sheet: A4 横向, or its size in mm."""
    short, long = sorted((page.width, page.height))
    sizes = {"A4": (210, 297), "A3": (297, 420), "A5": (148, 210), "B5": (182, 257), "16 开": (184, 260)}
    name = next((n for n, (s, g) in sizes.items() if abs(short - s) < 2 and abs(long - g) < 2), "")
    name = name or f"{page.width:.0f} × {page.height:.0f} 毫米"
    return f"{name} {'横向' if page.width > page.height else '纵向'}"
