"""报送与汇总: notices still to be answered, and the ledger of what was sent to whom, when and with which receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop import mailing, notices, submission
from desktop.windows.ledger import LedgerPanel
from desktop.windows.parts import Card, Page, button, empty_state
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.workdays import Left, WorkCalendar

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

FIRST_STEPS = [
    "把上级通知粘贴或拖进来，程序读出期限、邮箱、表格和命名要求",
    "核对后登记，它就成为一项待办",
    "填好的表、盖章的扫描件在这里按要求打包、发送、留底",
]


@dataclass(frozen=True)
class TaskRow:
    """A notice in the list of things to do."""

    id: int
    task: notices.Task
    left: Left | None
    waiting: str

    @property
    def due(self) -> str:
        """The tag: how much time is left."""
        return self.left.words if self.left else "没有期限"

    @property
    def tone(self) -> str:
        """Red when late or due today, amber within three working days."""
        if self.left is None:
            return "grey"
        if self.left.late or self.left.today:
            return "red"
        return "amber" if self.left.working <= 3 else "blue"

    @property
    def moment(self) -> str:
        """The last moment as printed."""
        notice = self.task.notice
        return f"{notice.due_on:%m-%d} {notice.due_hour}".strip() if notice.due_on else ""


COLUMNS = (
    Column("还有多久", lambda row: row.due, 116, tone=lambda row: row.tone, order=lambda row: row.task.notice.due),
    Column("期限", lambda row: row.moment, 96, order=lambda row: row.task.notice.due),
    Column("通知", lambda row: row.task.notice.title, 306),
    Column("要注意", lambda row: row.waiting, 136, tone=lambda row: "red" if row.waiting else None),
    Column("发文单位", lambda row: row.task.notice.issuer, 130),
    Column("要报什么", lambda row: "、".join(item.name for item in row.task.items if item.kind != notices.ANNEX), 140),
    Column("怎么报", lambda row: row.task.notice.shape, 110),
)


def _waiting(task: notices.Task, uncertain: bool) -> str:
    """What stands in the way, short enough for a tag."""
    if uncertain:
        return "邮件发没发出待查"
    first = next(iter(task.doubts), "")
    return "邮箱待核实" if first.startswith("邮箱") else first.rstrip("。")


class TasksPanel(QWidget):
    """Notices still to be answered."""

    def __init__(self, store: Store, page: Page) -> None:
        super().__init__()
        self._store = store
        self._calendar: WorkCalendar | None = None
        self.table = RowsTable("待报通知", COLUMNS)
        self.table.activated.connect(lambda _: self._go(page, "answer"))
        self.answer = button("去报送", lambda: self._go(page, "answer"))
        self.change = button("修改通知", lambda: self._go(page, "notice"))
        self.table.tools.addWidget(self.change)
        self.table.tools.addWidget(self.answer)
        card = Card()
        card.body.addWidget(self.table)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        blank = Card()
        blank.body.addWidget(empty_state("没有要报送的通知", FIRST_STEPS))
        self._stack.addWidget(blank)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self._stack)

    def _go(self, page: Page, place: str) -> None:
        row = self.table.current()
        if row is not None:
            page.go.emit(place, row.id)

    def refresh(self) -> list[TaskRow]:
        """Read everything anew and return the rows shown."""
        if self._calendar is None:
            self._calendar = WorkCalendar.load()
        now = self._store.clock()
        with self._store.read() as session:
            tasks = notices.tasks(session)
            broken = {each.submission_id for each in mailing.unsettled(session)}
            open_mail = {entry.notice_id for entry in submission.ledger(session) if entry.id in broken}
        rows = []
        for task in tasks:
            notice = task.notice
            hour = time.fromisoformat(notice.due_hour) if notice.due_hour else None
            left = self._calendar.left(now, notice.due_on, hour) if notice.due_on else None
            rows.append(TaskRow(notice.id, task, left, _waiting(task, notice.id in open_mail)))
        self.table.set_rows(rows)
        if self.table.current() is None and rows:
            self.table.view.selectRow(0)
        self._stack.setCurrentIndex(0 if rows else 1)
        return rows


class SubmissionPage(Page):
    """报送与汇总: tabs of things to do, sent things, and whatever else is added with `add_tab`."""

    help_topic = "报送与汇总"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("报送与汇总")
        self.buttons.addWidget(button("数字签名", lambda: self.go.emit("signatures", None)))
        self.buttons.addWidget(button("发件邮箱", lambda: self.go.emit("mail", None)))
        self.buttons.addWidget(button("登记上级通知", lambda: self.go.emit("notice", "new"), "primary", "Ctrl+N"))
        self.tasks = TasksPanel(store, self)
        self.ledger = LedgerPanel(store, background, self)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.tasks, "待报通知")
        self.tabs.addTab(self.ledger, "报送台账")
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        self.body.addWidget(self.tabs, 1)

    def add_tab(self, panel: QWidget, title: str) -> None:
        """Another tab; its `refresh()` is called when it is shown."""
        self.tabs.addTab(panel, title)

    def refresh(self) -> None:
        rows = self.tasks.refresh()
        late = sum(1 for row in rows if row.left and row.left.late)
        said = f"有 {len(rows)} 份通知待报送" if rows else "没有待报送的通知"
        nearest = next((row for row in rows if row.left and not row.left.late), None)
        said += f"，{late} 份已过期限" if late else f"，最近一份{nearest.due}" if nearest else ""
        self.say(said + "。")
        shown = self.tabs.currentWidget()
        if shown is not self.tasks and hasattr(shown, "refresh"):
            shown.refresh()

    def open(self, argument: object) -> None:
        """`ledger`, the id of an entry in it, or an errand of the home page: (`notice`, …, notice id or 0 for new)."""
        if isinstance(argument, list | tuple) and argument and argument[0] == "notice":
            number = argument[-1]
            self.go.emit("answer" if number else "notice", number or "new")
        elif argument == "ledger" or isinstance(argument, int):
            self.tabs.setCurrentWidget(self.ledger)
            if isinstance(argument, int):
                self.ledger.table.choose(argument)
