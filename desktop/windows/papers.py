"""材料: the papers of one answer with the band of steps, their scans, and the question which paper a scan shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop import notices, paper_signing, paper_way, papers, scans, wanted
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, clear, label, row, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

SCANS = "扫描件或照片 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp)"
OUTDATED = "旧稿，须重扫"
ANY = "材料 (*.docx *.xlsx *.doc *.xls *.wps *.et *.pdf *.zip *.jpg *.png);;所有文件 (*)"


@dataclass(frozen=True)
class PaperRow:
    """A paper with its scans and steps."""

    id: int
    paper: papers.Paper
    scans: tuple[papers.Scan, ...]
    story: tuple[papers.PaperStep, ...]
    signatures: int = 0

    @property
    def signed(self) -> str:
        """How many digital signatures its file carries."""
        return f"{self.signatures} 人已签" if self.signatures else ""

    @property
    def tone(self) -> str:
        """Of the tag that says what is to be done."""
        return "amber" if self.paper.next_step else "green"

    @property
    def scanned(self) -> str:
        """What hangs on it: how many scans show the present version."""
        if self.stale:
            return OUTDATED
        fresh = [scan for scan in self.scans if not papers.stale(scan, self.paper)]
        return f"{len(fresh)} 份" if fresh else ""

    @property
    def stale(self) -> bool:
        """Whether only scans of an earlier version hang on it."""
        return bool(papers.outdated(self.scans, self.paper))


COLUMNS = (
    Column("材料", lambda row: row.paper.title, 168),
    Column("现在该办", lambda row: row.paper.next_step or "已办完", 80, tone=lambda row: row.tone),
    Column("数据版本", lambda row: f"第 {row.paper.version} 稿 {row.paper.fingerprint}", 138),
    Column("数字签名", lambda row: row.signed, 80, tone=lambda row: "green" if row.signed else None),
    Column("扫描件", lambda row: row.scanned, 104, tone=lambda row: "red" if row.stale else None),
)


class StepBand(Card):
    """The way of one paper: 打印 → … → 上级已收, with who did what when.

    Signals:
        ticked: the clerk says that the step that is due has been done.
    """

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.body.setContentsMargins(20, 12, 20, 12)
        self._steps = QHBoxLayout()
        self._steps.setSpacing(8)
        self.body.addLayout(self._steps)
        self.show_paper(None)

    def show_paper(self, chosen: PaperRow | None) -> None:
        """Show the steps of a paper; without one the band says what it is for."""
        clear(self._steps)
        if chosen is None:
            self._steps.addWidget(
                label("添加要报送的材料后，这里显示 打印 → 签字 → 盖章 → 扫描 → 归档 → 报送 → 上级已收。", "secondary")
            )
            self._steps.addStretch(1)
            return
        paper = chosen.paper
        done = {step.step: step for step in chosen.story if step.version == paper.version}
        for number, step in enumerate(paper.steps):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(label(f"{'①②③④⑤⑥⑦'[number]} {step}", "section"))
            kept = done.get(step)
            if kept is not None:
                column.addLayout(row(tag(f"{kept.at:%m-%d %H:%M} {kept.by}".strip(), "green"), None))
            elif step == paper.next_step:
                done_here = self._done_button(step) if step in papers.BY_HAND else 0
                column.addLayout(row(tag("现在该办", "amber"), done_here, None, spacing=0))
            else:
                column.addWidget(label("待办", "note"))
            self._steps.addLayout(column, 1)

    def _done_button(self, step: str) -> QPushButton:
        made = button("已办", self.ticked.emit, "link")
        made.setAccessibleName(f"记“{step}”已办")
        made.setFixedHeight(24)
        return made


class ScanBar(QFrame):
    """The question that a new scan raises: which paper is it, and does it show signature and seal?

    Signals:
        hang: the clerk answered: paper id, files, whether it is complete.
        put_off: not one of ours.
    """

    hang = Signal(int, list, bool)
    put_off = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._files: list[Path] = []
        self.words = label("", wrap=True)
        self.choice = QComboBox()
        self.choice.setAccessibleName("是哪份材料")
        self.choice.setMinimumWidth(180)
        self.complete = QCheckBox("已签字盖章")
        self.complete.setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(self.words)
        later = button("不是这里的", self._later, "link")
        layout.addLayout(row(self.choice, self.complete, button("挂接", self._answer), later, None))
        self.hide()

    def ask(self, files: Sequence[Path], rows: Sequence[PaperRow], chosen: PaperRow | None) -> None:
        """Ask about some files; the paper chosen in the table, else the one waiting longest for a scan, is proposed."""
        self._files = list(files)
        names = "、".join(file.name for file in files)
        self.words.setText(f"收到扫描件 {names}，是哪份材料？" + ("几张照片会拼成一份 PDF。" if len(files) > 1 else ""))
        self.choice.clear()
        for each in rows:
            self.choice.addItem(each.paper.title, each.id)
        waiting = next((each for each in rows if each.paper.next_step in papers.STEPS[:4]), None)
        likely = chosen if chosen is not None and chosen.paper.next_step in papers.STEPS[:4] else waiting or chosen
        if likely is not None:
            self.choice.setCurrentIndex(self.choice.findData(likely.id))
        self.show()
        self.choice.setFocus()

    def _answer(self) -> None:
        self.hide()
        if self.choice.currentData() is not None:
            self.hang.emit(self.choice.currentData(), self._files, self.complete.isChecked())

    def _later(self) -> None:
        self.hide()
        self.put_off.emit()


class PapersCard(Card):
    """The papers of a notice: add, correct, tick steps, hang scans; `scan_bar` is placed by the page.

    Signals:
        changed: something about the papers changed.
        chosen: another paper is under the cursor.
        fill: go to the filing with this number, or to the shelf of forms for None.
        report: go where reports are written.
        sign: sign the paper with this number digitally.
    """

    fill = Signal(object)
    report = Signal()
    sign = Signal(int)
    changed = Signal()
    chosen = Signal(object)

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("材料")
        self._store, self._background = store, background
        self._notice: notices.Notice | None = None
        self.rows: list[PaperRow] = []
        self.setAcceptDrops(True)
        self.table = RowsTable("材料", COLUMNS)
        self.table.filter.hide()
        self.table.count.hide()
        self.table.setMinimumHeight(96)
        self.table.chosen.connect(self._choose)
        self._missing = QVBoxLayout()
        self._missing.setSpacing(4)
        self.scan_bar = ScanBar()
        self.scan_bar.hang.connect(self.hang)
        self.renew = button("换新稿", self._correct)
        self.scan = button("挂扫描件", self._ask_scans)
        self.body.addLayout(self._missing)
        self.body.addWidget(self.table, 1)
        self.public = button("公开版", self._publish, "link")
        self.public.setToolTip("另存一份遮盖了电话和身份证号的副本，用于公示、上网")
        self.signing = button("数字签名", self._sign)
        self.signing.setToolTip("签名后，收到的人能看出是谁签的、签后有没有改动")
        deeds = (button("添加文件", self._add), self.renew, self.scan, self.signing, self.public)
        self.body.addLayout(row(*deeds, None, spacing=4))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.rows:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.ask_about([file for file in files if file.suffix.lower() in scans.KINDS])
        event.acceptProposedAction()

    def show_notice(self, notice: notices.Notice) -> None:
        """Read the papers of a notice."""
        self._notice = notice
        with self._store.read() as session:
            self.rows = [
                PaperRow(
                    each.id, each, tuple(papers.scans_of(session, each.id)), tuple(papers.story(session, each.id)),
                    paper_signing.signatures(self._store, each),
                )
                for each in papers.in_use(session, notice.id)
            ]  # fmt: skip
            lacking = [want for want in wanted.wants(session, notice) if want.state != wanted.THERE]
        self._show_missing(lacking)
        self.table.set_rows(self.rows)
        if self.table.current() is None and self.rows:
            self.table.view.selectRow(0)
        self._choose(self.table.current())

    def _show_missing(self, lacking: Sequence[wanted.Want]) -> None:
        """A line for each form or report that is not among the papers, with the one button that brings it nearer."""
        clear(self._missing)
        for want in lacking:
            tone = {wanted.MISSING: "grey", wanted.BEGUN: "amber", wanted.FINAL: "blue"}[want.state]
            words = {wanted.MISSING: "去填报", wanted.BEGUN: "继续填", wanted.FINAL: "放入材料"}[want.state]
            parts: list[QWidget | int | None] = [label(want.item.name), tag(want.state, tone)]
            if want.item.kind == notices.REPORT:
                parts.append(button("去写报告", self.report.emit, "link"))
            elif want.item.form_id:
                made = button(words, partial(self._bring, want), "link")
                made.setAccessibleName(f"{words}：{want.item.name}")
                parts.append(made)
            self._missing.addLayout(row(*parts, None))

    def _bring(self, want: wanted.Want) -> None:
        """Begin, continue or take in the filing that a notice wants."""
        notice = self._notice
        assert notice is not None
        try:
            if want.state == wanted.FINAL and want.filing is not None:
                wanted.put_in(self._store, notice, want.filing)
                self.changed.emit()
            elif want.filing is not None:
                self.fill.emit(want.filing.id)
            elif not wanted.of_the_unit(want.item.form_id):
                self.fill.emit(None)
            else:
                self.fill.emit(wanted.begin(self._store, notice, want.item.form_id, self._store.clock().date()))
        except Refused as refusal:
            dialogs.show_error(self, refusal)

    def _choose(self, chosen: PaperRow | None) -> None:
        self.renew.setEnabled(chosen is not None)
        self.scan.setEnabled(chosen is not None)
        self.public.setEnabled(chosen is not None)
        self.signing.setEnabled(chosen is not None and Path(chosen.paper.path).suffix in paper_signing.KINDS)
        self.chosen.emit(chosen)

    def tick(self) -> None:
        """Note the step that is due as done by whoever sits here."""
        chosen = self.table.current()
        if chosen is None:
            return
        try:
            paper_way.tick(self._store, chosen.id)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.changed.emit()

    def _add(self) -> None:
        file = dialogs.choose_file(self, "选择要报送的文件", ANY)
        if file is not None:
            self.add_file(file)

    def add_file(self, file: Path) -> None:
        """Put a file among the papers of the notice."""

        def work(_: object) -> None:
            papers.put_in(self._store, file.name, papers.bytes_of(file), self._notice)

        self._background.run(self, work, lambda _: self.changed.emit())

    def _correct(self) -> None:
        chosen = self.table.current()
        file = dialogs.choose_file(self, f"选择“{chosen.paper.title}”的新稿", ANY) if chosen else None
        if chosen is None or file is None:
            return

        renewed = partial(paper_way.renew, self._store, chosen.id, file)
        self._background.run(self, lambda _: renewed(), lambda _: self.changed.emit())

    def _publish(self) -> None:
        """Save a copy with phone and identity numbers hidden."""
        chosen = self.table.current()
        folder = dialogs.choose_folder(self, "公开版存到哪个文件夹") if chosen else None
        if chosen is None or folder is None:
            return

        published = partial(paper_way.publish, self._store, chosen.id, folder)
        self._background.run(self, lambda _: published(), lambda file: dialogs.open_folder(file.parent))

    def _sign(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self.sign.emit(chosen.id)

    def _ask_scans(self) -> None:
        file = dialogs.choose_file(self, "选择扫描件或照片", SCANS)
        if file is not None:
            self.ask_about([file])

    def ask_about(self, files: Sequence[Path]) -> None:
        """Ask which paper new scans show."""
        if files and self.rows:
            self.scan_bar.ask(files, self.rows, self.table.current())

    def hang(self, number: int, files: Sequence[Path], complete: bool) -> None:
        """Hang scans on a paper, in the background."""
        hung = partial(paper_way.hang, self._store, number, files, complete=complete)
        self._background.run(self, lambda _: hung(), self._hung)

    def _hung(self, scan: papers.Scan) -> None:
        with self._store.read() as session:
            why = papers.stale(scan, session.get_one(papers.Paper, scan.paper_id))
        if why:
            dialogs.show_error(
                self, Refused(why, where=scan.name, todo="已挂接留底，但报送前须重新打印、签字盖章并扫描。")
            )
        self.changed.emit()
