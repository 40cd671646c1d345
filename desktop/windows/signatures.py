"""数字签名: files to sign or to verify on the left, what their signatures prove on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop import paper_signing, papers, signers, trust
from desktop.certificates import read_p12
from desktop.documents.signing import Visible, empty_lines
from desktop.documents.verifying import Report, State, verify
from desktop.errors import BadFile, Refused
from desktop.windows import dialogs
from desktop.windows.fields import ChoiceField, Field
from desktop.windows.parts import Card, Page, button, row
from desktop.windows.rows import Column
from desktop.windows.secret_fields import HiddenField
from desktop.windows.signature_report import ReportView, badge
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from desktop.background import Background, Progress
    from desktop.documents.signatures.identity import Identity
    from desktop.documents.signatures.lines import Line
    from desktop.store import Store
    from desktop.vault import Vault

KINDS = "Word、Excel 文件 (*.docx *.xlsx *.docm *.xlsm)"
PURPOSE = "给要报送的文件签名，验证收到的文件由谁签、签后有没有改动"
FROM_FILE, NO_LINE = "证书文件（.p12、.pfx）…", "不填签名行"


@dataclass(frozen=True)
class FileRow:
    """One file in the list with what is known of it."""

    id: int
    path: Path
    report: Report
    lines: tuple[Line, ...] = ()

    @property
    def state(self) -> str:
        """The tag."""
        return badge(self.report)[0]

    @property
    def signers(self) -> str:
        """Who signed, in order."""
        return "、".join(one.signer or "不明" for one in self.report.signatures)


COLUMNS = (
    Column("文件", lambda row: row.path.name, 196),
    Column("签名", lambda row: row.state, 108, tone=lambda row: badge(row.report)[1]),
    Column("签名人", lambda row: row.signers, 150),
)


class SignCard(Card):
    """With which certificate, as what and for what is signed, and which signature line is filled."""

    def __init__(self, vault: Vault | None) -> None:
        super().__init__("签名")
        self._vault = vault
        self._own: list[signers.SigningCertificate] = []
        self.file: Path | None = None
        self.certificate = ChoiceField("用哪个证书", (), "")
        self.passphrase = HiddenField("证书文件的口令")
        self.role = _hinted(Field("签名身份"), "如 填报人、分管领导")
        self.comment = _hinted(Field("签名说明"), "如 报送 2026 年统计表")
        self.line = ChoiceField("签名行", (), "")
        self.body.addLayout(_pair(self.certificate, self.line))
        self.body.addWidget(self.passphrase)
        self.body.addLayout(_pair(self.role, self.comment))
        self._box(self.certificate).activated.connect(lambda _: self._picked())

        for field in (self.certificate, self.line):
            self._box(field).setMinimumContentsLength(8)

    @staticmethod
    def _box(field: ChoiceField) -> QComboBox:
        assert isinstance(field.input, QComboBox)
        return field.input

    def show_certificates(self, own: list[signers.SigningCertificate]) -> None:
        """Offer the office's certificates, when there is a vault to take their keys from, and a file."""
        self._own = own if self._vault is not None else []
        box = self._box(self.certificate)
        chosen = max(box.currentIndex(), 0)
        box.clear()
        for one in self._own:
            box.addItem(one.holder)
            box.setItemData(box.count() - 1, f"{one.until:%Y-%m-%d} 到期", Qt.ItemDataRole.ToolTipRole)
        box.addItem(self._file_text())
        box.setCurrentIndex(min(chosen, box.count() - 1))
        self._shown()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Offer the empty signature lines of the file that will be signed; the first is proposed."""
        box = self._box(self.line)
        box.clear()
        box.addItem(NO_LINE, None)
        for number, line in enumerate(lines, 1):
            kind = "图章签名行" if line.stamp else "签名行"
            box.addItem(f"第 {number} 个{kind}：{line.signer} {line.title}".strip(), line.id)
        box.setCurrentIndex(1 if lines else 0)
        self.line.setVisible(bool(lines))

    @property
    def visible(self) -> Visible | None:
        """The signature line to fill."""
        chosen = self._box(self.line).currentData()
        return Visible(chosen) if chosen else None

    def who(self) -> Identity:
        """Key and certificates chosen; the passphrase typed is forgotten.

        Raises:
            Locked: the vault is locked or the passphrase wrong.
            Refused: no certificate file was chosen or it cannot be read.
        """
        place = self._box(self.certificate).currentIndex()
        if 0 <= place < len(self._own) and self._vault is not None:
            return signers.identity(self._vault, self._own[place])
        if self.file is None:
            raise Refused("还没有选择证书。", todo="请选择单位证书或证书文件。")
        return read_p12(signers.content_of(self.file), self.passphrase.take(), self.file.name)

    def _file_text(self) -> str:
        return self.file.name if self.file else FROM_FILE

    def _picked(self) -> None:
        if self._box(self.certificate).currentIndex() == len(self._own):
            chosen = dialogs.choose_file(self, "选择证书文件", "证书文件 (*.p12 *.pfx)")
            if chosen is not None:
                self.file = chosen
                self._box(self.certificate).setItemText(len(self._own), self._file_text())
        self._shown()

    def _shown(self) -> None:
        self.passphrase.setVisible(self._box(self.certificate).currentIndex() == len(self._own))


class SignaturesPanel(QWidget):
    """Files, their signatures, and a new signature for the files marked.

    Args:
        store: for the certificates known and own.
        background: does the reading and signing.
        vault: keeps the private keys; None offers certificate files only.
    """

    def __init__(self, store: Store, background: Background, vault: Vault | None = None) -> None:
        super().__init__()
        self._store, self._background = store, background
        self._papers: dict[Path, int] = {}
        self.setAcceptDrops(True)
        self.table = RowsTable("签名文件", COLUMNS)
        self.table.filter.hide()
        self.table.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.chosen.connect(self._chosen)
        self.add_button = button("添加文件…", self._add)
        self.sign_button = button("签名", self._sign, "primary")
        self.remove_button = button("移出列表", self._remove, "link")
        self.form = SignCard(vault)
        self.report = ReportView()
        self.report.compared.connect(self._compared)
        files, result = Card("文件"), Card()
        files.head.addWidget(self.add_button)
        self.table.tools.addWidget(self.remove_button)
        files.body.addWidget(self.table)
        self.form.body.addLayout(row(None, self.sign_button))
        result.body.addWidget(self.report)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(files, 1)
        column.addWidget(self.form)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(result)
        split.setSizes([520, 560])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._chosen(None)

    def refresh(self) -> None:
        """Read the certificates anew and judge every file again."""
        with self._store.read() as session:
            self.form.show_certificates(signers.own(session))
        self.show_files([found.path for found in self.table.model.all])

    def show_files(self, files: Sequence[Path], choose: Path | None = None) -> None:
        """Verify these files in the background and list them, then put the cursor on one."""
        if files:
            wanted = list(dict.fromkeys(files))
            self._background.run(self, lambda step: self._verified(wanted, step), lambda rows: self._list(rows, choose))
        else:
            self._list([], None)

    def _verified(self, files: list[Path], step: Progress) -> list[FileRow]:
        with self._store.read() as session:
            judge = trust.judge(session)
        rows = []
        for number, file in enumerate(files):
            step.step(number, len(files), file.name)
            try:
                content = signers.content_of(file)
            except BadFile as error:
                rows.append(FileRow(number + 1, file, Report(file.name, State.DAMAGED, problems=(str(error),))))
                continue
            report = verify(content, file.name, judge, self._store.clock().astimezone())
            lines = empty_lines(content, file.name) if report.state is not State.DAMAGED else []
            rows.append(FileRow(number + 1, file, report, tuple(lines)))
        return rows

    def _list(self, rows: list[FileRow], choose: Path | None) -> None:
        self.table.set_rows(rows)
        wanted = next((found for found in rows if found.path == choose), None)
        if wanted is not None:
            self.table.choose(wanted.id)
        elif rows and self.table.current() is None:
            self.table.choose(rows[0].id)
        self._chosen(self.table.current())

    def _chosen(self, chosen: FileRow | None) -> None:
        self.report.show_report(chosen.report if chosen else None)
        self.form.show_lines(chosen.lines if chosen else ())
        self.sign_button.setEnabled(chosen is not None)
        self.remove_button.setEnabled(chosen is not None)

    def _add(self) -> None:
        file = dialogs.choose_file(self, "选择要签名或验证的文件", KINDS)
        if file is not None:
            self.take([file])

    def take(self, files: Sequence[Path]) -> None:
        """Put files into the list."""
        self.show_files([*(found.path for found in self.table.model.all), *files], files[-1])

    def take_paper(self, number: int) -> None:
        """Put the file of a paper (材料) into the list, with its signature lines; signed it replaces the plain one."""

        def begun(file: Path) -> None:
            self._papers[file] = number
            self.take([file])

        self._background.run(self, lambda _: paper_signing.begin(self._store, number), begun)

    def _remove(self) -> None:
        gone = {found.path for found in self.table.selected()}
        self.show_files([found.path for found in self.table.model.all if found.path not in gone])

    def _sign(self) -> None:
        """Sign every file that is marked; a signature line is filled only when it is one file."""
        marked = [found.path for found in self.table.selected()]
        try:
            who = self.form.who()
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        visible = self.form.visible if len(marked) == 1 else None
        now = self._store.clock().astimezone()
        comment, role, of_papers = self.form.comment.text(), self.form.role.text(), dict(self._papers)

        def signed(file: Path) -> Path:
            number = of_papers.get(file)
            if number is None:
                return signers.sign_file(file, who, now, comment=comment, role=role, visible=visible)
            return paper_signing.sign(self._store, number, who, now, comment=comment, role=role, visible=visible)

        def work(step: Progress) -> list[tuple[Path, Path]]:
            made = []
            for number, file in enumerate(marked):
                step.step(number, len(marked), file.name)
                made.append((file, signed(file)))
            return made

        self._background.run(self, work, self._signed)

    def _signed(self, made: list[tuple[Path, Path]]) -> None:
        """Show the signed files; that of a paper instead of the one before it."""
        now = {file: signed for file, signed in made if file in self._papers}
        self._papers = {now.get(file, file): number for file, number in self._papers.items()}
        listed = [now.get(found.path, found.path) for found in self.table.model.all]
        self.show_files([*listed, *(signed for _, signed in made)], made[-1][1])

    def _compared(self, certificate: Certificate, how: str) -> None:
        try:
            with self._store.write("登记已核对的证书") as session:
                trust.pin(session, certificate, how, self._store.clock().date())
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(_dropped(event))


class SignaturesPage(Page):
    """The panel as a place of its own."""

    help_topic = "数字签名"

    def __init__(self, store: Store, background: Background, vault: Vault | None = None) -> None:
        super().__init__("数字签名", PURPOSE)
        self._store = store
        self._notice: int | None = None
        self.back = button("返回报送", lambda: self.go.emit("answer", self._notice))
        self.back.hide()
        self.buttons.addWidget(self.back)
        self.panel = SignaturesPanel(store, background, vault)
        self.body.addWidget(self.panel)
        if vault is not None:
            self.buttons.addWidget(button("签名证书", lambda: self.go.emit("certificates", None)))

    def refresh(self) -> None:
        self.panel.refresh()

    def open(self, argument: object) -> None:
        """A file, or the number of a paper that is to be signed before it goes out."""
        self.back.setVisible(isinstance(argument, int))
        self.say(PURPOSE)
        if isinstance(argument, Path):
            self.panel.take([argument])
        elif isinstance(argument, int):
            with self._store.read() as session:
                paper = session.get_one(papers.Paper, argument)
            self._notice = paper.notice_id
            self.back.setVisible(paper.notice_id is not None)
            self.say(f"签好的“{paper.title}”自动放回报送材料，替换没有签名的一份。")
            self.panel.take_paper(argument)


def _hinted(field: Field, hint: str) -> Field:
    assert isinstance(field.input, QLineEdit)
    field.input.setPlaceholderText(hint)
    return field


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    made = row(spacing=16)
    made.addWidget(left, 1)
    made.addWidget(right, 1)
    return made


def _dropped(event: QDragEnterEvent | QDropEvent) -> list[Path]:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [file for file in files if file.is_file()]
