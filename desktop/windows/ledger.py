"""报送台账: every submission with its files, hashes, mail and receipt; receipts and returns are entered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop import answering, mailing, papers, submission
from desktop.errors import BadFile, Refused, why
from desktop.windows import dialogs
from desktop.windows.parts import Card, Page, button, clear, label, line, row, scrolling, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

TONES = {
    submission.PREPARED: "amber", submission.SENT: "blue", submission.RECEIVED: "green", submission.RETURNED: "red",
}  # fmt: skip
RECEIPTS = "回执 (*.jpg *.jpeg *.png *.pdf *.eml *.msg *.docx *.xlsx);;所有文件 (*)"


@dataclass(frozen=True)
class LedgerRow:
    """A submission with what hangs on it."""

    id: int
    entry: submission.Submission
    files: tuple[submission.SubmissionFile, ...]
    mail: tuple[mailing.Mailing, ...]

    @property
    def when(self) -> datetime:
        """When it left, or was made ready."""
        return self.entry.sent_at or self.entry.made_at

    @property
    def unsettled(self) -> mailing.Mailing | None:
        """The message nobody knows about."""
        return next((each for each in self.mail if each.state in (mailing.SENDING, mailing.UNCERTAIN)), None)

    @property
    def state(self) -> str:
        """The state shown as a tag."""
        return "发出与否待查" if self.unsettled else self.entry.state


COLUMNS = (
    Column("时间", lambda row: f"{row.when:%Y-%m-%d %H:%M}", 132, order=lambda row: row.when),
    Column("状态", lambda row: row.state, 100, tone=lambda row: "red" if row.unsettled else TONES[row.entry.state]),
    Column("事项", lambda row: row.entry.title, 236),
    Column("次", lambda row: f"第 {row.entry.version} 次", 64),
    Column("报给", lambda row: row.entry.receiver, 140),
)


class LedgerPanel(QWidget):
    """The table of submissions and everything about the one chosen."""

    def __init__(self, store: Store, background: Background, page: Page) -> None:
        super().__init__()
        self._store, self._background, self._page = store, background, page
        self._shown: LedgerRow | None = None
        self.table = RowsTable(
            "报送台账", COLUMNS, empty="还没有报送过。报出去的材料、时间、校验值和回执都会记在这里。"
        )
        self.table.chosen.connect(self._show)
        left = Card()
        left.body.addWidget(self.table)
        self.panel = Card("报送详情")
        self._facts = QWidget()
        self._lines = QVBoxLayout(self._facts)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(8)
        self.panel.body.addWidget(scrolling(self._facts), 1)
        self.panel.setMinimumWidth(330)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setSizes([720, 360])
        split.setStretchFactor(0, 1)
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split)

    def refresh(self) -> None:
        """Read the ledger anew."""
        with self._store.read() as session:
            rows = [
                LedgerRow(
                    entry.id, entry, tuple(submission.files_of(session, entry.id)),
                    tuple(mailing.of_submission(session, entry.id)),
                )
                for entry in submission.ledger(session)
            ]  # fmt: skip
        self.table.set_rows(rows)
        if self.table.current() is None and rows:
            self.table.view.selectRow(0)
        self._show(self.table.current())

    def _show(self, chosen: LedgerRow | None) -> None:
        self._shown = chosen
        clear(self._lines)
        if chosen is None:
            self._lines.addWidget(label("还没有报送记录。", "secondary"))
            self._lines.addStretch(1)
            return
        entry = chosen.entry
        self._lines.addWidget(label(entry.title, "section", wrap=True))
        facts = [
            ("报给", entry.receiver), (entry.channel, entry.address), ("主题", entry.subject), ("回执", entry.receipt),
            ("备注", entry.note),
        ]  # fmt: skip
        for name, value in facts:
            if value:
                self._lines.addWidget(label(f"{name}：{value}", "secondary", wrap=True))
        for each in chosen.mail:
            self._lines.addLayout(
                row(tag(f"邮件{each.state}", "green" if each.state == mailing.SENT else "amber"), None)
            )
            if each.reply:
                self._lines.addWidget(label(each.reply, "note", wrap=True))
        if chosen.unsettled:
            self._ask_about(chosen.unsettled)
        self._lines.addWidget(line())
        for file in chosen.files:
            self._lines.addWidget(label(file.name, wrap=True))
            mark = f" · 数据版本 {file.fingerprint}" if file.fingerprint else ""
            self._lines.addWidget(label(f"{file.role} · {file.size:,} 字节{mark}", "note", wrap=True))
            self._lines.addWidget(label(f"SHA-256 {file.sha256[:16]}…", "note"))
        self._lines.addWidget(line())
        self._offer(chosen)
        self._lines.addStretch(1)

    def _ask_about(self, mail: mailing.Mailing) -> None:
        self._lines.addWidget(
            label("不知道这封邮件有没有发出。请到网页邮箱的“已发送”里看一看，再选一项：", "error", wrap=True)
        )
        yes = button("已经发出", lambda: self._do(lambda: mailing.settle(self._store, mail.id, was_sent=True)))
        no = button("没有发出，重发", lambda: self._do(lambda: mailing.settle(self._store, mail.id, was_sent=False)))
        self._lines.addLayout(row(yes, no, None))

    def _offer(self, chosen: LedgerRow) -> None:
        """What can be done with an entry in its state."""
        state = chosen.entry.state
        self._lines.addLayout(row(button("另存材料", self._export), None))
        if state == submission.PREPARED:
            if chosen.entry.notice_id is not None:
                self._lines.addLayout(
                    row(button("继续报送", lambda: self._page.go.emit("answer", chosen.entry.notice_id)), None)
                )
            return
        if state in (submission.SENT, submission.RECEIVED):
            self.receipt = QLineEdit()
            self.receipt.setPlaceholderText("回执编号、收件人姓名或回复内容")
            self.receipt.setAccessibleName("回执")
            self._lines.addWidget(self.receipt)
            words = button("登记回执", lambda: self._receive(with_file=False))
            file = button("附上回执文件", lambda: self._receive(with_file=True))
            self._lines.addLayout(row(words, file, None))
            self._lines.addLayout(row(button("被上级退回", self._returned, "link"), None))
        if chosen.entry.notice_id is not None:
            target = (chosen.entry.notice_id, chosen.entry.id)
            self._lines.addLayout(row(button("更正报送", lambda: self._page.go.emit("answer", target)), None))

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.refresh()

    def _receive(self, *, with_file: bool) -> None:
        chosen = self._shown
        file = dialogs.choose_file(self, "选择回执文件", RECEIPTS) if with_file else None
        if chosen is None or (with_file and file is None):
            return
        words = self.receipt.text()

        def work() -> None:
            path = ""
            if file is not None:
                try:
                    content = file.read_bytes()
                except OSError as error:
                    raise BadFile(f"文件“{file.name}”读不出来（{why(error)}）。", todo="请重新选择。") from error
                path = papers.keep_file(self._store, file.name, content)
            with self._store.write("登记回执") as session:
                entry = session.get_one(submission.Submission, chosen.id)
                submission.mark_received(
                    session, entry, self._store.clock(), words or (file.name if file else ""), path
                )

        self._do(work)

    def _returned(self) -> None:
        chosen = self._shown
        if chosen is None:
            return
        reason = self.receipt.text().strip()

        def work() -> None:
            with self._store.write("登记退回") as session:
                submission.mark_returned(session, session.get_one(submission.Submission, chosen.id), reason)

        self._do(work)

    def _export(self) -> None:
        chosen = self._shown
        folder = dialogs.choose_folder(self, "存到哪个文件夹") if chosen else None
        if chosen is None or folder is None:
            return

        def work() -> None:
            answering.put_down(self._store, chosen.entry, folder)
            dialogs.open_folder(folder)

        self._do(work)
