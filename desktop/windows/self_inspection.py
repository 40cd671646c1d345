"""自查与年审: one run at a time: questions with their evidence, frozen findings with a verdict each, the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop import inspections, proofs, questions
from desktop.errors import Refused
from desktop.inspections import HEADINGS, Inspection, InspectionAnswer, InspectionFinding
from desktop.windows import dialogs
from desktop.windows.checklist import FindingRow, QuestionRow
from desktop.windows.parts import Card, button, clear, empty_state, label, row, scrolling
from desktop.windows.records import Entry, RecordPanel

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store
    from desktop.watch import Look

FIRST_STEPS = [
    "点“开始自查”，程序把现在发现的问题固定下来",
    "逐项回答只有人能判断的问题，附上佐证材料",
    "起草自查报告，问题列入整改",
]
WORDS = (
    Entry("influence", "影响力（除数据外的说明）", "long"),
    Entry("advice", "意见建议", "long"),
)
PAGE = 50
"""Rows shown at once."""
Line = InspectionAnswer | InspectionFinding
PROOFS = "图片和文档 (*.pdf *.jpg *.jpeg *.png *.docx *.doc *.xlsx);;所有文件 (*)"


@dataclass(frozen=True)
class Seen:
    """What is read of the runs: all of them, the one shown with its questions, findings and proofs by answer."""

    runs: list[Inspection]
    run: Inspection | None
    asked: list[InspectionAnswer]
    found: list[InspectionFinding]
    proofs: dict[int | None, str]


class RunPanel(QWidget):
    """The runs of self-inspection.

    Signals:
        drafted: a report, to be shown. go: another place and the errand there.
        to_mend: the number of the run whose problems go on the rectification list.
    """

    drafted = Signal(object)
    go = Signal(str, object)
    to_mend = Signal(int)

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__()
        self._store, self._background = store, background
        self._look: Look | None = None
        self._run: Inspection | None = None
        self._rows: dict[tuple[type, int], QuestionRow | FindingRow] = {}
        self._page = 0
        self.runs = QComboBox()
        self.runs.setAccessibleName("选择自查")
        self.runs.setMinimumWidth(260)
        self.runs.activated.connect(lambda _: self.show_run(self.runs.currentData()))
        self.state = label("", "secondary")
        self.mend = button("问题列入整改", self._mend)
        self.sheets = button("生成各账号的表", self._sheets)
        self.report = button("起草报告", self._draft)
        self.close_run = button("办结", self._close)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(0)
        holder = QWidget()
        holder.setLayout(self._list)
        card = Card()
        card.body.addLayout(row(self.runs, self.state, None, self.mend, self.sheets, self.report, self.close_run))
        self._area = scrolling(holder)
        card.body.addWidget(self._area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(card, 1)

    @property
    def run(self) -> Inspection | None:
        """The run shown."""
        return self._run

    def show_look(self, look: Look) -> None:
        """Remember the newest look and show the runs anew."""
        self._look = look
        self.show_run(self._run.id if self._run else None)

    def begin(self, kind: str) -> None:
        """Start a run of a kind from the newest look; the refusal says when one of this year is still open."""
        if self._look is None:
            return
        store, look, today = self._store, self._look, self._store.clock().date()
        book = look.checker.context.book
        accounts = [one.id for one in look.checker.register.accounts.values() if one.running]

        def work(_: object) -> int:
            asked = questions.laid_out(questions.asked(book, questions.lists()), accounts)
            found = look.checker.findings()
            with store.write(f"开始{kind}") as session:
                return inspections.begin(session, kind, book, found, asked, today=today, cutoff=today).id

        self._background.run(self, work, self.show_run, lambda error: dialogs.show_error(self, error))

    def show_run(self, number: int | None) -> None:
        """Show a run, the newest when None or when it is gone."""
        store = self._store

        def work(_: object) -> Seen:
            with store.read() as session:
                runs = inspections.in_use(session)
                run = next((one for one in runs if one.id == number), None) or next(iter(runs), None)
                if run is None:
                    return Seen(runs, None, [], [], {})
                kept = {one.owner_id: one.title for one in proofs.of(session, proofs.ANSWER)}
                return Seen(
                    runs, run, inspections.answers(session, run.id), inspections.findings(session, run.id), kept
                )

        self._background.run(self, work, self._show)

    def _show(self, seen: Seen) -> None:
        """Show what was read; rows that are there already are only updated."""
        run, asked, found, kept = seen.run, seen.asked, seen.found, seen.proofs
        titles = [one.title + ("（已办结）" if one.closed_on else "") for one in seen.runs]
        if titles != [self.runs.itemText(place) for place in range(self.runs.count())]:
            self.runs.clear()
            for title, known in zip(titles, seen.runs, strict=True):
                self.runs.addItem(title, known.id)
        self._run = run
        for widget in (self.runs, self.mend, self.sheets, self.report, self.close_run):
            widget.setVisible(run is not None)
        lines: list[Line] = [*sorted(asked, key=lambda one: _place(one.part)), *found]
        pages = max(1, -(-len(lines) // PAGE))
        self._page = min(self._page, pages - 1)
        shown = lines[self._page * PAGE : (self._page + 1) * PAGE]
        if [(type(one), one.id) for one in shown] != list(self._rows) or not shown:
            self._lay_out(run, shown, pages)
        if run is None:
            self.state.setText("")
            return
        self.runs.setCurrentIndex(self.runs.findData(run.id))
        closed = run.closed_on is not None
        open_for = {one.question_id for one in asked if not one.answer}
        for one in shown:
            made = self._rows[type(one), one.id]
            if isinstance(made, QuestionRow) and isinstance(one, InspectionAnswer):
                made.show_answer(one, kept.get(one.id, ""), closed, others=one.question_id in open_for)
            elif isinstance(made, FindingRow) and isinstance(one, InspectionFinding):
                made.show_finding(one, closed)
        answered = sum(bool(one.answer) for one in asked)
        settled = sum(one.verdict != inspections.OPEN for one in found)
        self.state.setText(f"已回答 {answered} / {len(asked)} 题，已处理 {settled} / {len(found)} 个问题")
        self.close_run.setEnabled(not closed)
        self.words.show_record(run)
        self.words.setEnabled(not closed)

    def _lay_out(self, run: Inspection | None, shown: list[Line], pages: int) -> None:
        """Make the rows of one page; a large office has too many for one list."""
        clear(self._list)
        self._rows = {}
        if run is None:
            self._list.addWidget(empty_state("还没有做过自查", FIRST_STEPS))
            return
        known = self._look.checker.register.accounts if self._look else {}
        part = ""
        for one in shown:
            heading = one.part if isinstance(one, InspectionAnswer) else f"程序发现的问题（统计时间 {run.cutoff}）"
            if heading != part:
                self._list.addWidget(_heading(heading))
                part = heading
            made: QuestionRow | FindingRow
            if isinstance(one, InspectionAnswer):
                account = known.get(one.account_id or 0)
                about = account.title if account else ""
                made = QuestionRow(one, about, self._answer, self._attach, self._spread)
            else:
                made = FindingRow(one, self._judge)
            self._rows[type(one), one.id] = made
            self._list.addWidget(made)
        if pages > 1:
            self._list.addLayout(self._pager(pages))
        self._list.addWidget(_heading("报告用的补充内容"))
        self.words = RecordPanel(WORDS, self._save)
        self._list.addWidget(self.words)
        self._list.addStretch(1)

    def _pager(self, pages: int) -> QHBoxLayout:
        before = button("上一页", lambda: self._turn(-1))
        after = button("下一页", lambda: self._turn(1))
        before.setEnabled(self._page > 0)
        after.setEnabled(self._page < pages - 1)
        return row(before, label(f"第 {self._page + 1} / {pages} 页", "secondary"), after, None)

    def _turn(self, by: int) -> None:
        self._page += by
        self._area.verticalScrollBar().setValue(0)
        self.show_run(self._run.id if self._run else None)

    def _save(self, key: str, value: Any) -> None:
        run = self._run
        if run is not None and getattr(run, key) != value:
            self._write(f"修改{run.title}", lambda session: setattr(session.get_one(Inspection, run.id), key, value))

    def _answer(self, number: int, said: str, note: str) -> None:
        self._write("回答自查问题", lambda session: inspections.answer(session, number, said, note))

    def _spread(self, one: InspectionAnswer, said: str) -> None:
        """Answer the same question alike for every account that has no answer yet."""
        self._write("其余账号同样回答", lambda session: inspections.spread(session, one.id, said))

    def _judge(self, number: int, verdict: str, note: str) -> None:
        self._write("处理自查发现", lambda session: inspections.judge(session, number, verdict, note))

    def _write(self, title: str, work: Callable[[Any], Any]) -> Any:
        try:
            with self._store.write(title) as session:
                return work(session)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return None

    def _attach(self, one: InspectionAnswer) -> None:
        file = dialogs.choose_file(self, "选择佐证材料", PROOFS)
        if file is not None:
            try:
                proofs.attach(self._store, file, proofs.ANSWER, one.id)
            except Refused as refusal:
                dialogs.show_error(self, refusal)

    def _sheets(self) -> None:
        """Begin the 自查表 or 年审表 of every account, and go there."""
        from desktop import forms, sheets_given

        run = self._run
        if run is None:
            return
        form_id = sheets_given.CHECK_SHEET if run.kind == inspections.SELF else sheets_given.YEARLY_SHEET
        try:
            made = sheets_given.begin_all(self._store, forms.find(form_id), run, self._store.clock().date())
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.go.emit("fill", made[0] if made else None)

    def _mend(self) -> None:
        if self._run is not None:
            self.to_mend.emit(self._run.id)

    def _draft(self) -> None:
        if self._run is not None and self._look is not None:
            from desktop import reports

            book, today = self._look.checker.context.book, self._store.clock().date()
            with self._store.read() as session:
                run = session.get_one(Inspection, self._run.id)
                self.drafted.emit(reports.self_inspection(session, run, book, today))

    def _close(self) -> None:
        run = self._run
        if run is not None:
            today = self._store.clock().date()
            self._write(f"办结{run.title}", lambda session: inspections.close(session, run.id, today))


def _place(part: str) -> int:
    return HEADINGS.index(part) if part in HEADINGS else len(HEADINGS)


def _heading(text: str) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 12, 0, 4)
    layout.addWidget(label(text, "section"))
    return made
