"""The desk of 填报: steps | fields | paper, for one filing; what is typed is saved at every pause."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QSplitter, QVBoxLayout, QWidget

from desktop import filings
from desktop.documents.places import Tag
from desktop.errors import Refused
from desktop.filings.clauses import concerning
from desktop.forms.definition import Form, Group
from desktop.forms.remarks import GREEN, Remark
from desktop.windows.fill_fields import StepFields
from desktop.windows.fill_paper import DraftPaper, whence
from desktop.windows.fill_remarks import RemarkList
from desktop.windows.fill_steps import StepList
from desktop.windows.paper import PaperView
from desktop.windows.parts import Card, OneLine, button, label, row

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.checking.findings import Finding
    from desktop.store import Store
    from desktop.workdays import WorkCalendar

SAVE_AFTER = 300
"""A pause of typing after which the text is saved, in ms; at most this much is lost when the process is killed."""
MOST_STEPS_BACK = 100
"""How many changes of a draft can be taken back, one after the other."""


class FillDesk(QWidget):
    """Everything around one filing.

    Signals:
        saved: something was saved. refused: an error to show.
    """

    saved = Signal()
    refused = Signal(object)

    def __init__(self, store: Store, form: Form, number: int, calendar: WorkCalendar, background: Background) -> None:
        super().__init__()
        self.form, self.number = form, number
        self._store, self._calendar = store, calendar
        self.draft = filings.open_draft(store, number, form)
        self.remarks: list[Remark] = []
        self._findings: list[Finding] = []
        self._step = form.steps[0]
        self._unsaved: dict[str, str] = {}
        self._earlier: list[tuple[str, filings.Picture]] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAVE_AFTER)
        self._pause.timeout.connect(self.save)
        self.steps = StepList(form)
        self.fields = StepFields(form)
        self.paper = PaperView()
        self.paper.press.hide()  # the page has a button that saves first
        self.drawing = DraftPaper(store, form, self.paper, background)
        self.list = RemarkList()
        self._lay_out()
        self.steps.chosen.connect(self.turn_to)
        self.fields.typed.connect(self._typed)
        self.fields.left.connect(lambda _: self.save())
        self.fields.entered.connect(self.paper.highlight)
        self.fields.grown.connect(self._grow)
        self.fields.shrunk.connect(self._shrink)
        self.fields.restored.connect(lambda tag: self.changed(partial(filings.take_back, store, number, tag)))
        self.fields.turned.connect(lambda: self.show_step(self._step.id))
        self.paper.field_clicked.connect(self.go_to)
        self.list.chosen.connect(lambda remark: self.go_to(remark.tag, remark.step))
        QShortcut(QKeySequence("Ctrl+Return"), self, lambda: self.turn(1))
        QShortcut(QKeySequence("Ctrl+Shift+Return"), self, lambda: self.turn(-1))
        self.show_step(self._step.id)

    def _lay_out(self) -> None:
        middle = Card()
        self.title = label("", "section")
        self.note = label("", "note")
        self._refresh = button("从台账刷新", self.refresh_from_register, "link")
        middle.head.addWidget(self.title)
        middle.head.addWidget(self.note)
        middle.head.addStretch(1)
        middle.head.addWidget(self._refresh)
        middle.body.addWidget(self.fields, 1)
        self.back = button("上一步", lambda: self.turn(-1))
        self.next = button("下一步", lambda: self.turn(1))
        hint = OneLine("Ctrl+Enter 下一步", "note")
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # the first to give way
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        middle.body.addLayout(row(self.back, hint, self.next))
        right = Card()
        right.body.addWidget(self.paper, 5)
        right.body.addWidget(self.list, 2)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(middle)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([380, 520])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        line = row(self.steps, split, spacing=16)
        line.setStretch(1, 1)
        outer.addLayout(line)

    def show_findings(self, findings: list[Finding]) -> None:
        """What the inspection of the register found, as advice beside the accounts it concerns."""
        self._findings = findings
        self._judge()

    def show_step(self, step: str) -> None:
        """Show another step; what was typed is saved first."""
        self.finish()
        self._step = next(one for one in self.form.steps if one.id == step)
        self.steps.show_step(step)
        self.title.setText(self._step.title)
        self.note.setText("")
        self.fields.show_step(self._step, self.draft.typed)
        at = self.form.steps.index(self._step)
        self.back.setEnabled(at > 0)
        following = self.form.steps[at + 1].title if at + 1 < len(self.form.steps) else ""
        self.next.setText(f"下一步：{following}" if following else "已是最后一步")
        self.next.setEnabled(bool(following))
        self._refresh.setVisible(self.draft.filing.editable)
        self.fields.setEnabled(self.draft.filing.editable)
        self._judge()

    def turn(self, by: int) -> None:
        """Go some steps on (1) or back (-1)."""
        at = self.form.steps.index(self._step) + by
        if 0 <= at < len(self.form.steps):
            self.turn_to(self.form.steps[at].id)

    def turn_to(self, step: str) -> None:
        """Show a step and put the cursor into its first field."""
        self.show_step(step)
        self.fields.focus(next(iter(self.fields.inputs), ""))

    def go_to(self, tag: str, step: str = "") -> None:
        """Put the cursor into the field of a tag, in whatever step it is."""
        found = step or next((s.id for s in self.form.steps if tag in dict(self.draft.tags_of(s.id))), "")
        if self.fields.reach(tag) | (found not in ("", self._step.id)):
            self.show_step(found or self._step.id)
        self.fields.focus(tag)
        self.paper.highlight(tag)

    def _typed(self, tag: str, text: str) -> None:
        self.draft = self.draft.with_text(tag, text)
        self._unsaved[tag] = text
        self._pause.start()
        self._judge()

    def finish(self) -> None:
        """Take what is being typed for done, and save it."""
        self.fields.leave()
        self.save()

    def save(self) -> None:
        """Save what was typed and is not saved yet."""
        self._pause.stop()
        waiting, self._unsaved = self._unsaved, {}
        if waiting:
            self._note("".join(waiting))
        for tag, text in waiting.items():
            if not self._try(partial(filings.save, self._store, self.number, tag, text)):
                self._unsaved[tag] = text
        if waiting:
            self.saved.emit()

    def _try(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except Refused as refusal:
            self.refused.emit(refusal)
            return False
        return True

    def _note(self, what: str = "") -> None:
        """Remember how the draft stands before a change; typing on in one field (`what`) is one change."""
        if not what or not self._earlier or self._earlier[-1][0] != what:
            self._earlier = [*self._earlier, (what, filings.picture(self._store, self.number))][-MOST_STEPS_BACK:]

    def take_back(self) -> bool:
        """Undo the last change of this draft; False when there is none to undo."""
        self.finish()
        if not self._earlier:
            return False
        _, earlier = self._earlier.pop()
        if self._try(partial(filings.put_back, self._store, self.number, earlier)):
            self.reload()
        return True

    def reload(self) -> None:
        """Read the filing anew and show the step again, with the cursor where it was."""
        self.save()
        self.fields.settle()
        self.draft = filings.open_draft(self._store, self.number, self.form)
        if not self.draft.filing.editable:
            self._earlier = []  # what is final is corrected, not undone
        tag = self.fields.focused()
        self.show_step(self._step.id)
        self.fields.focus(tag)

    def follow(self) -> None:
        """Show what was changed elsewhere, such as by an undo.

        Raises:
            Refused: the filing is gone.
        """
        there = filings.open_draft(self._store, self.number, self.form)
        if not self._unsaved and _shown(there) != _shown(self.draft):
            self.reload()

    def changed(self, work: Callable[[], object]) -> bool:
        """Do something to the draft that can be taken back, and show it; False when it was refused."""
        self.finish()
        before = list(self._earlier)
        self._note()
        if not self._try(work):
            self._earlier = before
            return False
        self.reload()
        return True

    def refresh_from_register(self) -> None:
        """Take what the register says now; own texts stay."""
        changes: list[filings.Change] = []
        today = self._store.clock().date()
        if self.changed(lambda: changes.extend(filings.refresh(self._store, self.number, self.form, today))):
            kept = sum(change.kept for change in changes)
            said = f"更新 {len(changes) - kept} 项" + (f"，保留您改过的 {kept} 项" if kept else "")
            self.note.setText(said if changes else "与台账一致")

    def _grow(self, key: str) -> None:
        group = _group(self.form, key)
        self.fields.reach(str(Tag(key, self.draft.rows(key) + 1, group.fields[0].key)))
        self.changed(partial(filings.add_row, self._store, self.number, group))

    def _shrink(self, key: str, number: int) -> None:
        if self.changed(partial(filings.drop_row, self._store, self.number, _group(self.form, key), number)):
            self.note.setText("已去掉一栏，Ctrl+Z 可以撤销")

    def _judge(self) -> None:
        """Remarks, progress and paper for what stands in the fields now."""
        self.remarks = filings.review(self.draft, self._store.clock().date(), self._calendar)
        if self.draft.filing.editable:
            self.remarks += concerning(self.draft, self._findings)
        origins = {tag: whence(self.draft.cell(tag)) for tag in self.fields.inputs}
        corrected = {tag for tag in origins if self.draft.filing.editable and self.draft.cell(tag).corrected}
        self.fields.show_remarks(self.remarks, origins, corrected)
        for tag in origins:
            self.fields.show_value(tag, self.draft.cell(tag).text)
        self.steps.show_progress(self.draft.steps(self.remarks), self.remarks)
        self.list.show_remarks(self.remarks)
        self.drawing.follow(self.draft)

    def stopping(self) -> int:
        """How many remarks still stop 定稿."""
        return sum(remark.level not in ("amber", GREEN) for remark in self.remarks)


def _group(form: Form, key: str) -> Group:
    return next(group for group in form.groups if group.key == key)


def _shown(draft: filings.Draft) -> tuple[object, ...]:
    """What the desk shows of a draft."""
    filing = draft.filing
    return ({tag: cell.text for tag, cell in draft.cells.items()}, filing.state, filing.version, filing.answer)
