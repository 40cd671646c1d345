"""The desk of 填报: steps | fields | paper, for one filing; what is typed is saved at every pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop import filings, filling
from desktop.errors import BadValue, Refused
from desktop.filings.clauses import concerning
from desktop.forms.definition import Form, Group
from desktop.forms.remarks import GREEN, Remark
from desktop.windows.fill_fields import StepFields
from desktop.windows.fill_remarks import RemarkList
from desktop.windows.fill_steps import StepList
from desktop.windows.paper import PaperView
from desktop.windows.parts import Card, button, label, row

if TYPE_CHECKING:
    from desktop.checking.findings import Finding
    from desktop.store import Store
    from desktop.workdays import WorkCalendar

SAVE_AFTER = 300
"""A pause of typing after which the text is saved, in ms; at most this much is lost when the process is killed."""
ORIGINS = {filings.LAST: "沿用上期", filings.COMPUTED: "自动合计"}


class FillDesk(QWidget):
    """Everything around one filing.

    Signals:
        saved: something was saved. refused: an error to show.
    """

    saved = Signal()
    refused = Signal(object)

    def __init__(self, store: Store, form: Form, number: int, calendar: WorkCalendar) -> None:
        super().__init__()
        self.form, self.number = form, number
        self._store, self._calendar = store, calendar
        self.draft = filings.open_draft(store, number, form)
        self.remarks: list[Remark] = []
        self._findings: list[Finding] = []
        self._step = form.steps[0]
        self._unsaved: dict[str, str] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAVE_AFTER)
        self._pause.timeout.connect(self.save)
        self.steps = StepList(form)
        self.fields = StepFields(form)
        self.paper = PaperView()
        self.paper.press.hide()  # the page has a button that saves first
        self.list = RemarkList()
        self._lay_out()
        self.steps.chosen.connect(self.show_step)
        self.fields.typed.connect(self._typed)
        self.fields.left.connect(lambda _: self.save())
        self.fields.entered.connect(self._entered)
        self.fields.grown.connect(self._grow)
        self.fields.shrunk.connect(self._shrink)
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
        middle.body.addLayout(row(self.back, None, label("Ctrl+Enter 下一步", "note"), self.next))
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

    @property
    def today(self) -> date:
        """The day the remarks are judged by."""
        return self._store.clock().date()

    def show_step(self, step: str) -> None:
        """Show another step; what was typed is saved first."""
        self.save()
        self._step = next(one for one in self.form.steps if one.id == step)
        self.steps.show_step(step)
        self.title.setText(self._step.title)
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
            self.show_step(self.form.steps[at].id)
            first = next(iter(self.fields.inputs), "")
            self.fields.focus(first)

    def go_to(self, tag: str, step: str = "") -> None:
        """Put the cursor into the field of a tag, in whatever step it is."""
        found = step or next((s.id for s in self.form.steps if tag in dict(self.draft.tags_of(s.id))), "")
        if found and found != self._step.id:
            self.show_step(found)
        self.fields.focus(tag)
        self.paper.highlight(tag)

    def _entered(self, tag: str) -> None:
        self.paper.highlight(tag)

    def _typed(self, tag: str, text: str) -> None:
        self.draft = self.draft.with_text(tag, text)
        self._unsaved[tag] = text
        self._pause.start()
        self._judge()

    def save(self) -> None:
        """Save what was typed and is not saved yet."""
        self._pause.stop()
        waiting, self._unsaved = self._unsaved, {}
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

    def reload(self) -> None:
        """Read the filing anew and show the step again."""
        self.save()
        self.draft = filings.open_draft(self._store, self.number, self.form)
        self.show_step(self._step.id)

    def refresh_from_register(self) -> None:
        """Take what the register says now; own texts stay."""
        self.save()
        changes: list[filings.Change] = []
        if self._try(lambda: changes.extend(filings.refresh(self._store, self.number, self.form, self.today))):
            self.reload()
            kept = sum(change.kept for change in changes)
            said = f"更新 {len(changes) - kept} 项" + (f"，保留您改过的 {kept} 项" if kept else "")
            self.note.setText(said if changes else "与台账一致")

    def _grow(self, group: str) -> None:
        self.save()
        if self._try(partial(filings.add_row, self._store, self.number, self._group(group))):
            self.reload()

    def _group(self, key: str) -> Group:
        return next(group for group in self.form.groups if group.key == key)

    def _shrink(self, group: str, number: int) -> None:
        self.save()
        if self._try(partial(filings.drop_row, self._store, self.number, self._group(group), number)):
            self.reload()

    def _judge(self) -> None:
        """Remarks, progress and paper for what stands in the fields now."""
        self.remarks = filings.review(self.draft, self.today, self._calendar)
        if self.draft.filing.editable:
            self.remarks += concerning(self.draft, self._findings)
        origins = {tag: self._whence(tag) for tag in self.fields.inputs}
        self.fields.show_remarks(self.remarks, origins)
        for tag, _ in self.draft.tags_of(self._step.id):
            self.fields.show_value(tag, self.draft.cell(tag).text)
        self.steps.show_progress(self.draft.steps(self.remarks), self.remarks)
        self.list.show_remarks(self.remarks)
        self._draw()

    def _whence(self, tag: str) -> str:
        cell = self.draft.cell(tag)
        if cell.corrected:
            return f"已改；台账为“{cell.known}”" if cell.known else "手工填写"
        if cell.origin in ORIGINS and not cell.whence:
            return ORIGINS[cell.origin]
        return f"来自{cell.whence}" if cell.whence and cell.text else cell.whence

    def _draw(self) -> None:
        kind, filing = self.form.kinds[0], self.draft.filing
        if filing.editable:
            try:
                content = filling.fill(self.form, self.draft.values, kind)
            except BadValue:
                return  # a character no document can hold; the field itself says so, the last good paper stays
            self.paper.set_document(content, kind, f"{filing.title}（草稿）.{kind}")
        else:  # printed from here it carries the mark of its version, as the exported file does
            (final,) = filings.documents(self._store, self.number, self.form, [kind])
            self.paper.set_document(final.content, kind, final.name)
        tags = [tag for step in self.form.steps for tag, _ in self.draft.tags_of(step.id)]
        self.paper.set_sources({tag: self._whence(tag) for tag in tags})

    def stopping(self) -> int:
        """How many remarks still stop 定稿."""
        return sum(remark.level not in ("amber", GREEN) for remark in self.remarks)
