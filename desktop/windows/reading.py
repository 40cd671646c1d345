"""读回一份表: a filled sheet that came back, read beside its own paper; nothing is written before 存成填报."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QSplitter, QStackedWidget, QWidget

from desktop import filings, filling, forms, reading
from desktop.documents.converting import OLD, as_modern
from desktop.documents.page import Paper
from desktop.documents.page import read as read_paper
from desktop.documents.pdf import QtFonts
from desktop.errors import BadFile, BadValue, Refused
from desktop.reading.placing import placed
from desktop.register import account_rows, person_rows
from desktop.windows import dialogs
from desktop.windows.paper import PaperView
from desktop.windows.parts import Card, Page, button, drop_sheet, label, row
from desktop.windows.read_fields import ReadFields
from desktop.windows.working import WorkBar

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.forms import Form, Kind
    from desktop.reading import Reading
    from desktop.store import Store

CHOOSE, LOOK = range(2)
SUBTITLE = "在 Word、Excel 或 WPS 里填好交回的表，读进来不用重新录入；点“存成填报”之前什么都不写入"
KINDS = "填好的表 (*.docx *.xlsx *.xls *.doc *.wps *.et)"
NOT_DRAWN = "这种文件不能照原样显示；下面是把读到的内容填进表里的样子。"


class Came(NamedTuple):
    """A file that came back, as it was read."""

    name: str
    content: bytes
    kind: Kind
    notice: str
    found: Reading
    paper: Paper
    known: list[Form]
    """The forms it could be, as `desktop.forms.catalogue` lists them."""


class ReadingPage(Page):
    """Choose a file; then its paper left and what was read from it right.

    Signals:
        made: number of the filing that was made.
    """

    made = Signal(int)
    help_topic = "填报与备案"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("读回一份表", SUBTITLE)
        self._store = store
        self.came: Came | None = None
        self.setAcceptDrops(True)
        self.work = WorkBar(background)
        self.work.busy.connect(self._busy)
        self.steps = QStackedWidget()
        self.steps.addWidget(self._choosing())
        self.steps.addWidget(self._looking())
        self.body.addWidget(self.work)
        self.body.addWidget(self.steps, 1)
        self.back = button("返回填报", lambda: self.go.emit("fill", None))
        self.again = button("换一个文件", self._choose_file)
        self.keep = button("存成填报", self.save, "primary", "Ctrl+S")
        for one in (self.back, self.again, self.keep):
            self.buttons.addWidget(one)
        self._show(CHOOSE)

    # ---- parts

    def _choosing(self) -> QWidget:
        self.choose = button("选择文件", self._choose_file, "primary", "Ctrl+O")
        return drop_sheet(
            "把填好的表拖到这里",
            "Word（.docx、.doc）、Excel（.xlsx、.xls）和 WPS（.wps、.et）都可以。",
            [self.choose],
            [
                "自动认出是哪张表，认错了可以改。",
                "左边是交回的原样，右边是读到的内容；没有把握的会标出来，不替您猜。",
                "核对、改正后存成一份填报，接着填、定稿、报送。",
            ],
        )

    def _looking(self) -> QWidget:
        self.paper = PaperView(title="交回的原样")
        self.fields = ReadFields()
        self.paper.field_clicked.connect(self._point)
        self.fields.entered.connect(self.paper.highlight)
        self.fields.counted.connect(self._name_keep)
        self.form = QComboBox()
        self.form.setAccessibleName("是哪张表")
        self.form.activated.connect(lambda _: self._another_form())
        self.subject = QComboBox()
        self.subject.setAccessibleName("给谁填的")
        self.whom = label("对象")
        for box in (self.form, self.subject):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        left, right = Card(), Card()
        left.body.addWidget(self.paper, 1)
        head = row(label("是哪张表"), self.form, self.whom, self.subject)
        head.setStretch(1, 3)
        head.setStretch(3, 1)
        right.body.addLayout(head)
        right.body.addWidget(self.fields, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([540, 540])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        return split

    # ---- a file

    def open(self, argument: object) -> None:
        """A path is read at once."""
        if isinstance(argument, Path):
            self.read_file(argument)

    def read_file(self, path: Path) -> None:
        """Read a file that came back, and find out which form it is."""

        def work(progress: Progress) -> Came:
            progress.step(0, 3, f"正在转换“{path.name}”" if path.suffix.lower() in OLD else f"正在打开“{path.name}”")
            content, kind, notice = as_modern(path)
            progress.step(1, 3, "正在辨认是哪张表")
            known = [one for one in forms.catalogue(*forms.default_folders())[0] if kind in one.kinds]
            form = reading.recognise(content, kind, [forms.find(one.id) for one in known], path.name)
            if form is None:
                raise BadFile(
                    f"认不出“{path.name}”是哪张表。",
                    todo="请核对是不是本程序里的表；标题和各栏名称都改过的，请在“填报与备案”里照着填。",
                )
            progress.step(2, 3, "正在读取")
            found = reading.read(form, content, kind, path.name)
            return Came(path.name, content, kind, notice, found, _drawn(content, kind, path.name, found), known)

        self.work.start(f"正在打开“{path.name}”", work, self._have_read)

    def _another_form(self) -> None:
        before, form_id = self.came, self.form.currentData()
        if before is None or form_id == before.found.form.id:
            return

        def work(_: Progress) -> Came:
            found = reading.read(forms.find(form_id), before.content, before.kind, before.name)
            return before._replace(found=found, paper=_drawn(before.content, before.kind, before.name, found))

        self.work.start("正在按另一张表读取", work, self._have_read)

    def _have_read(self, came: Came) -> None:
        self.came = came
        form = came.found.form
        self.form.clear()
        for one in came.known:
            self.form.addItem(one.title, one.id)
        self.form.setCurrentIndex(self.form.findData(form.id))
        self.form.setToolTip(form.title)
        self._show_subjects(form, came.found)
        notices = [text for text in (came.notice, *came.found.notices) if text]
        self._show(LOOK)
        self.paper.show_paper(came.paper)
        self.paper.name = came.name
        self.fields.show_reading(came.found, notices)

    def _show_subjects(self, form: Form, found: Reading) -> None:
        today = self._store.clock().date()
        named: list[tuple[str, str, int]] = []
        with self._store.read() as session:
            if form.subject == "account":
                named = [(one.name, f"{one.name}（{one.platform}）", one.id) for one in account_rows(session, today)]
            elif form.subject == "person":
                named = [(one.name, f"{one.name}（{one.position or one.unit}）", one.id)
                         for one in person_rows(session, today)]  # fmt: skip
        self.subject.clear()
        self.subject.addItem("请选择", None)
        read = {one.text.strip() for one in found.fields.values()}
        for _, shown, number in named:
            self.subject.addItem(shown, number)
        same = [number for name, _, number in named if name in read]
        self.subject.setCurrentIndex(self.subject.findData(same[0]) if len(same) == 1 else 0)
        for widget in (self.whom, self.subject):
            widget.setVisible(form.subject in ("account", "person"))
        self.whom.setText("账号" if form.subject == "account" else "人员")

    # ---- going on

    def save(self) -> None:
        """Make a filing of what was read and corrected, and open it."""
        came = self.came
        if came is None or self.work.working:
            return
        form, today = came.found.form, self._store.clock().date()
        if form.subject in ("account", "person") and self.subject.currentData() is None:
            self.say(f"请先在右上方选定这张表是给哪个{self.whom.text()}填的。")
            self.subject.setFocus()
            return
        try:
            number = filings.create(
                self._store, form, cutoff=today, today=today, subject_id=self.subject.currentData(),
                returned=reading.trimmed(self.fields.texts()),
            )  # fmt: skip
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.came = None
        self._show(CHOOSE)
        self.made.emit(number)
        self.go.emit("fill", number)

    def _point(self, tag: str) -> None:
        self.fields.go_to(tag)
        self.paper.highlight(tag, follow=False)

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.again.setVisible(step == LOOK)
        self.keep.setVisible(step == LOOK)
        self.say(f"{self.came.name} · 点“存成填报”之前什么都不写入" if self.came and step == LOOK else SUBTITLE)

    def _name_keep(self, doubtful: int) -> None:
        """Nobody keeps a doubtful place without having been told."""
        self.keep.setText(f"存成填报（{doubtful} 处未核对）" if doubtful else "存成填报")
        why = self.fields.doubtful_tags()
        self.paper.sheets.mark(why)
        self.paper.set_sources(why)

    def _busy(self, busy: bool) -> None:
        for one in (self.choose, self.again, self.keep, self.steps):
            one.setEnabled(not busy)
        if not busy and self.came is not None:
            self.form.setCurrentIndex(self.form.findData(self.came.found.form.id))

    def _choose_file(self) -> None:
        path = dialogs.choose_file(self, "选择填好的表", KINDS)
        if path is not None:
            self.read_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event.mimeData())
        if path is not None and not self.work.working:
            event.acceptProposedAction()
            self.read_file(path)

    def _dropped(self, mime: QMimeData) -> Path | None:
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        return Path(files[0]) if len(files) == 1 else None


def _drawn(content: bytes, kind: Kind, name: str, found: Reading) -> Paper:
    """The sheets as they came back, with the places of the form on them; made on the worker with typefaces of its own.

    A file without tags gets its places from the form filled anew; one that cannot be drawn is shown as that.
    """
    fonts = QtFonts()
    try:
        paper = read_paper(content, fonts, name=name if content[:2] == b"PK" else f"{name}.{kind}")
    except BadFile:
        paper = Paper([])
    if set(paper.keys()) & found.fields.keys():
        return paper
    try:
        anew = read_paper(filling.fill(found.form, found.values, kind), fonts)
    except BadValue:  # characters that no document of ours may hold: the sheets without places then
        return paper
    if paper.pages:
        return placed(paper, anew)
    anew.notices.insert(0, NOT_DRAWN)
    return anew
