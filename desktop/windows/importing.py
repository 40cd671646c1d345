"""导入清单: choose a list, check what its columns mean, check every row, take it over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.documents.sheets import SUFFIXES, Book, read_pasted, read_sheets
from desktop.importing.plan import Plan, Preview, Proposal, accept, changed, preview, propose
from desktop.importing.verdicts import Verdict
from desktop.windows import dialogs
from desktop.windows.import_columns import ColumnsStep
from desktop.windows.import_rows import RowsStep
from desktop.windows.parts import Page, button, drop_sheet
from desktop.windows.working import WorkBar

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.store import Store

CHOOSE, COLUMNS, ROWS = range(3)
SUBTITLES = ("选择单位已有的名单；接收之前，台账不会有任何变化", "核对每列的含义", "逐行核对，勾选要接收的行")
KINDS = "名单 (" + " ".join(f"*{suffix}" for suffix in SUFFIXES) + ")"


class ImportScreen(Page):
    """The three steps of an import.

    Signals:
        finished: rows were taken over; how many were new or updated.
    """

    finished = Signal(int)
    help_topic = "账号台账"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("导入清单")
        self._store = store
        self._book: Book | None = None
        self._preview: Preview | None = None
        self.setAcceptDrops(True)
        self.steps = QStackedWidget()
        self.columns, self.rows = ColumnsStep(), RowsStep()
        self.steps.addWidget(self._choosing())
        self.steps.addWidget(self.columns)
        self.steps.addWidget(self.rows)
        self.back = button("上一步", self._go_back)
        self.next = button("", self._go_on, "primary")
        self.next.setToolTip("Ctrl+Return")
        self.leave = button("取消导入", self._leave)
        for one in (self.leave, self.back, self.next):
            self.buttons.addWidget(one)
        self.work = WorkBar(background)
        self.work.busy.connect(self._busy)
        self.body.addWidget(self.work)
        self.body.addWidget(self.steps, 1)
        self.rows.taken_changed.connect(self._name_next)
        self.rows.proposal.connect(self._adopt)
        for keys, do in ((QKeySequence("Ctrl+V"), self.paste), (QKeySequence("Ctrl+Return"), self._go_on)):
            QShortcut(keys, self, do).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._show_step(CHOOSE)

    # ---- parts

    def _choosing(self) -> QWidget:
        self.choose = button("选择文件", self._choose_file, "primary", "Ctrl+O")
        self.from_clipboard = button("粘贴表格", self.paste)
        self.from_clipboard.setToolTip("Ctrl+V：在 Excel、Word 或网页里复制表格后粘贴")
        return drop_sheet(
            "把名单文件拖到这里",
            "Excel（.xlsx、.xls）、WPS 表格（.et）、CSV、Word 里的表格（.docx）都可以，列名不必与台账一致。",
            [self.choose, self.from_clipboard],
            [
                "自动找到列名，认出每列是什么，认不准的由您指定。",
                "逐行与台账比对：新增、相同、有差异、不能用；每处缺陷都指出来，不替您改。",
                "接收后一步写入，可以用 Ctrl+Z 整批撤销。",
            ],
        )

    # ---- first step: a file, a drop, a paste

    def open(self, argument: object) -> None:
        """Begin anew; a block of cells pasted elsewhere, or a path, is read at once."""
        self._show_step(CHOOSE)
        if isinstance(argument, Path):
            self.read_file(argument)
        elif isinstance(argument, list) and argument:
            if self._has_table(QGuiApplication.clipboard().mimeData()):
                self.paste()
            else:
                self._read(lambda: read_pasted("\n".join("\t".join(map(str, line)) for line in argument)))

    def read_file(self, path: Path) -> None:
        """Read a list from a file."""
        self._read(lambda: read_sheets(path))

    def paste(self) -> None:
        """Read what lies on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        text, html = mime.text(), mime.html()
        self._read(lambda: read_pasted(text, html))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.read_file(path)

    def _dropped(self, mime: QMimeData) -> Path | None:
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        return Path(files[0]) if len(files) == 1 else None

    def _has_table(self, mime: QMimeData | None) -> bool:
        return mime is not None and (mime.hasHtml() or "\t" in mime.text())

    def _choose_file(self) -> None:
        path = dialogs.choose_file(self, "选择名单", KINDS)
        if path is not None:
            self.read_file(path)

    def _read(self, read: Callable[[], Book]) -> None:
        def work(_: Progress) -> tuple[Book, Proposal]:
            book = read()
            return book, propose(book)

        self.work.start("正在读取名单", work, self._have_read)

    def _have_read(self, found: tuple[Book, Proposal]) -> None:
        self._book, proposal = found
        self.columns.show_plans(self._book.sheets, proposal.plans, proposal.left_out)
        self._show_step(COLUMNS)

    # ---- going through the steps

    def _show_step(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        source = f"{self._book.source} · " if self._book is not None and step != CHOOSE else ""
        self.say(source + SUBTITLES[step])
        self.back.setVisible(step != CHOOSE)
        self.next.setVisible(step != CHOOSE)
        self._name_next()

    def _name_next(self) -> None:
        if self.steps.currentIndex() == ROWS and self._preview is not None:
            chosen = [self._preview.sheets[n].lines[p].verdict for n, p in self.rows.taken()]
            count = sum(verdict is not Verdict.SAME for verdict in chosen)
            self.next.setText(f"接收 {count} 行" if count else "没有要接收的行")
            self.next.setEnabled(bool(count))
        else:
            self.next.setText("下一步：逐行核对")
            self.next.setEnabled(True)

    def _go_back(self) -> None:
        self.work.stop()
        self._show_step(max(self.steps.currentIndex() - 1, CHOOSE))

    def _go_on(self) -> None:
        if self.work.working or not self.next.isEnabled():
            return
        if self.steps.currentIndex() == COLUMNS:
            self._judge(fresh=True)
        elif self.steps.currentIndex() == ROWS:
            self._accept()

    def _leave(self) -> None:
        self.work.stop()
        self._show_step(CHOOSE)
        self.go.emit("accounts", None)

    def _judge(self, *, fresh: bool) -> None:
        plans = self.columns.plans()
        if not plans or self._book is None:
            self.columns.problem.setText("没有可以导入的工作表：请指定列名在第几行，或换一个文件。")
            self.columns.problem.show()
            return
        source = self._book.source

        def work(progress: Progress) -> Preview:
            return preview(self._store, source, plans, progress.step)

        def done(found: Preview) -> None:
            self._preview = found
            self.rows.show_preview(found, fresh=fresh)
            self._show_step(ROWS)

        self.work.start("正在逐行核对", work, done)

    def _adopt(self, sheet: int, line: int, column: int) -> None:
        """Take the proposal for a cell, and judge again."""
        if self._preview is None:
            return
        plan: Plan = self._preview.sheets[sheet].plan
        adopted = plan.choices.adopted | {(line, column)}
        self.columns.adopt([changed(plan, adopted=adopted)])
        self._judge(fresh=False)

    def _accept(self) -> None:
        shown, taken = self._preview, self.rows.taken()
        if shown is None:
            return

        def work(progress: Progress) -> int:
            done = accept(self._store, shown, taken, progress.step)
            return done[Verdict.NEW] + done[Verdict.DIFFERS]

        self.work.start("正在写入台账", work, self._accepted)

    def _accepted(self, count: int) -> None:
        self._preview = None
        self._show_step(CHOOSE)
        self.finished.emit(count)
        self.go.emit("accounts", None)

    def _busy(self, busy: bool) -> None:
        for one in (self.next, self.choose, self.from_clipboard):
            one.setEnabled(not busy)
        self.steps.setEnabled(not busy)
        if not busy:
            self._name_next()
