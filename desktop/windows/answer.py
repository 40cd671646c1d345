"""报送一份通知: papers with their steps on the left, the letter on the right; nothing leaves before 发送 is pressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter

from desktop import answering, drafts, mailing, notices, packing, submission
from desktop.errors import Refused
from desktop.papers import safe_name
from desktop.paths import write_whole
from desktop.windows import dialogs
from desktop.windows.letter import LetterCard
from desktop.windows.package import PackageCard, Shape
from desktop.windows.papers import PapersCard, StepBand
from desktop.windows.parts import Page, button, row, scrolling
from desktop.windows.scan_folder import ScanFolder

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.store import Store

PAUSE = 400  # ms without a key before what is typed is kept


class AnswerPage(Page):
    """Answer one notice, or correct an answer."""

    help_topic = "报送与汇总"

    def __init__(self, store: Store, background: Background, settings: Settings, codes: mailing.Codes) -> None:
        super().__init__("报送")
        self._store, self._background, self._settings, self._codes = store, background, settings, codes
        self._notice: notices.Notice | None = None
        self._corrects: submission.Submission | None = None
        self._account: mailing.MailAccount | None = None
        self.buttons.addWidget(button("返回", lambda: self.go.emit("submission", None)))
        self.send = button("发送", self._send, "primary", "Ctrl+Return")
        self.buttons.addWidget(self.send)
        self.band = StepBand()
        self.papers = PapersCard(store, background)
        self.letter = LetterCard()
        self.package = PackageCard()
        self._ways = [
            button("生成邮件草稿", self._draft), button("打开文件夹", self._open_folder),
            button("已另行报送", self._by_other_way),
        ]  # fmt: skip
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self.scan_folder = ScanFolder(self)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.papers.chosen.connect(self.band.show_paper)
        self.band.ticked.connect(self.papers.tick)
        self.papers.changed.connect(self.refresh)
        self.papers.sign.connect(lambda number: self.go.emit("signatures", number))
        self.papers.report.connect(lambda: self.go.emit("inspections", None))
        self.papers.fill.connect(lambda number: self.go.emit("fill", number))
        self.package.edited.connect(self._preview)
        self.package.edited.connect(self._pause.start)
        self.letter.copied.connect(self.say)
        self.letter.typed.connect(self._pause.start)
        self._pause.timeout.connect(self._keep_draft)
        self.scan_folder.arrived.connect(self.papers.ask_about)
        self.scan_folder.broken.connect(self.say)

    def _lay_out(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.papers)
        left.addWidget(self.package)
        left.setSizes([280, 260])
        left.setMinimumHeight(470)  # below this the column scrolls instead of squeezing its fields
        self.letter.body.addLayout(row(*self._ways, None))
        self.letter.setMinimumWidth(376)
        self.papers.setMinimumWidth(340)
        column = scrolling(left)
        column.setMinimumWidth(352)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(column)
        split.addWidget(self.letter)
        split.setSizes([620, 470])
        for each in (left, split):
            each.setHandleWidth(16)
            each.setChildrenCollapsible(False)
        self.body.addWidget(self.band)
        self.body.addWidget(self.papers.scan_bar)
        self.body.addWidget(split, 1)

    def open(self, argument: object) -> None:
        """A notice by its id, or (notice id, id of the submission to correct)."""
        number, corrects = argument if isinstance(argument, tuple) else (argument, None)
        with self._store.read() as session:
            self._notice = session.get_one(notices.Notice, number)
            self._corrects = session.get(submission.Submission, corrects) if corrects else None
            version = self._corrects.version + 1 if self._corrects else 1
            words = answering.words_for(session, self._notice, self._store.clock(), version=version)
        self.title.setText(self._notice.title)
        self.title.setToolTip(self._notice.title)
        self.package.show_notice(self._notice)
        kept = drafts.read(self._store, self._draft_name())
        if kept:
            words = replace(words, **kept["words"])
            self.package.show_shape(Shape(**kept["shape"]))
        self.letter.show_words(words)
        self.refresh()

    def _draft_name(self) -> str:
        assert self._notice is not None
        return f"报送-{self._notice.id}-{self._corrects.id if self._corrects else 0}"

    def _keep_draft(self) -> None:
        """Keep what is typed in the letter; the program may end before it is sent."""
        typed = {"words": vars(self.letter.words()), "shape": vars(self.package.shape())}
        drafts.keep(self._store, self._draft_name(), typed)

    def refresh(self) -> None:
        if self._notice is None:
            return
        with self._store.read() as session:
            self._notice = session.get_one(notices.Notice, self._notice.id)
            self._account = next(iter(mailing.accounts(session)), None)
        notice = self._notice
        due = f"{notice.due_on:%Y-%m-%d} {notice.due_hour}".strip() + " 前" if notice.due_on else "没有期限"
        said = [f"更正第 {self._corrects.version} 次报送" if self._corrects else "", f"期限 {due}", notice.shape]
        self.say(" · ".join(part for part in said if part))
        unset = "还没有设置发件邮箱；可以生成草稿，或先设置邮箱。"
        self.letter.origin.setText(f"从 {self._account.address} 发出" if self._account else unset)
        self.papers.show_notice(notice)
        self._preview()
        self.scan_folder.watch(self._settings.scan_folder, self._store.clock())

    def _pack(self, notice: notices.Notice, shape: Shape) -> packing.Packed:
        """The files as they would go out now (reads and hashes files: on the worker)."""
        with self._store.read() as session:
            parts = answering.parts_for(self._store, session, notice, self._corrects)
            wish = answering.wish_for(session, notice, self._store.clock())
        wish = replace(wish, file_rule=shape.rule, zipped=shape.zipped, listed=shape.listed)
        return packing.pack(parts, wish)

    def _preview(self) -> None:
        notice, shape = self._notice, self.package.shape()
        if notice is not None:
            self._background.run(self, lambda _: self._pack(notice, shape), self.package.show_packed)

    def _ready(self, words: answering.Words, shape: Shape) -> submission.Submission:
        assert self._notice is not None
        return answering.ready(self._store, self._notice, self._pack(self._notice, shape), words, self._corrects)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do something in the background with the buttons closed, so that nothing is pressed twice."""
        self._enable(False)

        def finish(result: Any) -> None:
            self._enable(True)
            done(result)

        def fail(error: BaseException) -> None:
            self._enable(True)
            self.refresh()
            dialogs.show_error(self, error)

        self._background.run(self, lambda _: work(), finish, fail)

    def _enable(self, on: bool) -> None:
        for each in (self.send, *self._ways):
            each.setEnabled(on)

    def _send(self) -> None:
        if self._account is None:
            self.go.emit("mail", None)
            return
        doubt = self.letter.doubt()
        if doubt and not dialogs.ask(
            self, "收件地址像是印错了。", f"{doubt}发错了收不回来，请先打电话核实。", "仍然发送"
        ):
            self.letter.address.input.setFocus()
            return
        account, typed = self._account, self.letter.code.text().strip()
        words, shape = self.letter.words(), self.package.shape()

        def work() -> mailing.Mailing | None:
            code = typed or self._kept_code(account.address)
            if not code:
                return None
            outgoing = mailing.begin(self._store, self._ready(words, shape), account)
            return mailing.send(self._store, outgoing, account.login(code))

        self._work(work, self._sent)

    def _kept_code(self, address: str) -> str:
        """The code in the keyring, empty when there is none or no keyring; then the clerk types it."""
        try:
            return self._codes.read(address) or ""
        except Refused:
            return ""

    def _sent(self, result: mailing.Mailing | None) -> None:
        if result is None:
            self.letter.code.show()
            self.letter.code.input.setFocus()
            self.say("请填写授权码后再按“发送”。")
            return
        self.letter.code.set_text("")
        self.letter.code.hide()
        self._settle_notice()
        self.go.emit("submission", result.submission_id)

    def _settle_notice(self) -> None:
        """What was sent is done with; it stays in the ledger until the receipt comes."""
        assert self._notice is not None
        drafts.drop(self._store, self._draft_name())
        answering.settle(self._store, self._notice.id)

    def _folder(self) -> Path:
        assert self._notice is not None
        root = Path(self._settings.output) if self._settings.output else self._store.folder / "导出"
        return root / safe_name(self._notice.title, 120)

    def _draft(self) -> None:
        words, shape = self.letter.words(), self.package.shape()
        sender = self._account

        def work() -> Path:
            content = answering.draft(self._store, self._ready(words, shape), sender)
            return write_whole(self._folder() / "报送.eml", content)

        def done(file: Path) -> None:
            self.say("请在打开的邮件草稿里检查、发送，发出后回来按“已另行报送”。")
            self.subtitle.setToolTip(str(file))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

        self._work(work, done)

    def _open_folder(self) -> None:
        words, shape = self.letter.words(), self.package.shape()

        def work() -> Path:
            answering.put_down(self._store, self._ready(words, shape), self._folder())
            return self._folder()

        def done(folder: Path) -> None:
            self.say("材料已按要求命名放在打开的文件夹里；地址、主题、正文可点右边“复制”。")
            dialogs.open_folder(folder)

        self._work(work, done)

    def _by_other_way(self) -> None:
        words, shape = self.letter.words(), self.package.shape()

        def work() -> int:
            entry = self._ready(words, shape)
            answering.sent_otherwise(self._store, entry)
            return entry.id

        def done(number: int) -> None:
            self._settle_notice()
            self.go.emit("submission", number)

        self._work(work, done)
