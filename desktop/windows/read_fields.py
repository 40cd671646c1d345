"""What was read from a sheet, place by place: the value, how sure it is, why; one of them open for correction."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.documents.places import tag_of
from desktop.reading import SURE, UNREAD, Read, Reading
from desktop.windows import fields
from desktop.windows.fill_fields import input_of
from desktop.windows.parts import button, clear, label, row
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

CERTAIN, LOOK, MISSING, OWN = "确定", "请核对", "没有读到", "已改"
TONES = {CERTAIN: "green", LOOK: "amber", MISSING: "red", OWN: "blue"}
RANKS = [MISSING, LOOK, OWN, CERTAIN]


@dataclass(eq=False)
class Line:
    """One place, and what the clerk made of it."""

    id: int
    read: Read
    text: str
    seen: bool = False

    @property
    def state(self) -> str:
        """One of TONES."""
        if self.seen or self.text != self.read.text:
            return OWN
        if self.read.way == UNREAD:
            return MISSING
        return LOOK if self.read.remark or self.read.confidence < SURE else CERTAIN


COLUMNS = (
    Column("栏目", lambda one: one.read.label, 160),
    Column("读到的内容", lambda one: " ".join(one.text.split()), 160),
    Column("把握", lambda one: one.state, 76, tone=lambda one: TONES[one.state],
           order=lambda one: RANKS.index(one.state)),
    Column("说明", lambda one: one.read.remark or f"按{one.read.way}读到", 100, search=False),
)  # fmt: skip


class ReadFields(QWidget):
    """The list of places and the input of the one under the cursor.

    Signals:
        entered: tag of the place under the cursor.
        counted: how many places still need a look.
    """

    entered = Signal(str)
    counted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._reading: Reading | None = None
        self.lines: list[Line] = []
        self.table = RowsTable("读到的内容", COLUMNS)
        self.table.chosen.connect(self._chosen)
        self.table.activated.connect(lambda _: self._type())
        self.doubtful = QCheckBox("只看要核对的")
        self.doubtful.toggled.connect(self._sift)
        self.table.tools.addWidget(self.doubtful)
        self.notice = label("", "note", wrap=True)
        self.next = button("下一处要核对", self.turn, shortcut="F3")
        self.right = button("这一栏没有错", self._seen)
        self.input: fields.Field | None = None
        self._holder = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._holder)
        self.left = label("", "note")
        layout.addLayout(row(self.left, None, self.right, self.next))

    def show_reading(self, found: Reading, notices: list[str]) -> None:
        """Show what was read; the cursor goes to the first place that needs a look."""
        self._reading = found
        self.lines = [Line(number, one, one.text) for number, one in enumerate(found.fields.values())]
        self.notice.setText("\n".join(notices))
        self.notice.setVisible(bool(notices))
        self.doubtful.setChecked(False)
        self.table.set_rows(self.lines)
        self._count()
        first = next((line for line in self.lines if line.state in (MISSING, LOOK)), None)
        if self.lines:
            self.table.choose((first or self.lines[0]).id)
            self._chosen(self.table.current())

    def doubtful_tags(self) -> dict[str, str]:
        """Tag → why it needs a look, for the places that still do."""
        return {line.read.tag: line.read.remark for line in self.lines if line.state in (MISSING, LOOK)}

    def texts(self) -> dict[str, str]:
        """Tag → text, corrections included."""
        return {line.read.tag: line.text for line in self.lines}

    def current(self) -> str:
        """The tag under the cursor, empty when there is none."""
        line = self.table.current()
        return line.read.tag if line is not None else ""

    def go_to(self, tag: str) -> None:
        """Put the cursor on a place and into its input."""
        line = next((line for line in self.lines if line.read.tag == tag), None)
        if line is not None:
            if not self.table.choose(line.id):
                self.doubtful.setChecked(False)
                self.table.filter.clear()
                self.table.choose(line.id)
            self._type()

    def turn(self) -> None:
        """Go to the next place that needs a look, from the cursor on and around."""
        line = self.table.current()
        at = line.id + 1 if line is not None else 0
        for one in [*self.lines[at:], *self.lines[:at]]:
            if one.state in (MISSING, LOOK):
                self.go_to(one.read.tag)
                return

    def _chosen(self, line: Line | None) -> None:
        clear(self._holder)
        self.input = None
        if line is None or self._reading is None:
            self.right.hide()
            return
        tag = tag_of(line.read.tag)
        field = self._reading.form.field_of(tag) if tag is not None else None
        if field is None:
            return
        made = input_of(field)
        made.title.setText(line.read.label)
        made.input.setAccessibleName(line.read.label)
        made.set_text(line.text)
        made.edited.connect(lambda text: self._correct(line, text))
        made.finished.connect(lambda text: self._correct(line, text))
        made.say(line.read.remark or field.hint)
        self._holder.addWidget(made)
        self.input = made
        self.right.setVisible(line.state in (MISSING, LOOK))
        QTimer.singleShot(0, self, lambda: self.table.view.scrollTo(self.table.view.currentIndex()))  # the input grew
        self.entered.emit(line.read.tag)

    def _correct(self, line: Line, text: str) -> None:
        line.text = text
        self._repaint(line)

    def _seen(self) -> None:
        line = self.table.current()
        if line is not None:
            line.seen = True
            self._repaint(line)
            self.turn()

    def _repaint(self, line: Line) -> None:
        model = self.table.model
        if line in model.shown:
            at = model.shown.index(line)
            model.dataChanged.emit(model.index(at, 0), model.index(at, len(COLUMNS) - 1))
        self.right.setVisible(line.state in (MISSING, LOOK))
        self._count()

    def _count(self) -> None:
        open_ = sum(line.state in (MISSING, LOOK) for line in self.lines)
        self.left.setText(f"还有 {open_} 处要核对" if open_ else "各栏都读到了")
        self.next.setEnabled(bool(open_))
        self.counted.emit(open_)

    def _sift(self, only: bool) -> None:
        self.table.keep_only((lambda line: line.state != CERTAIN) if only else None)

    def _type(self) -> None:
        if self.input is not None:
            self.input.input.setFocus()
