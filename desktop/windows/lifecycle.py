"""开停变更: filings in the lives of accounts: steps and approvals, filing, closing with notice and freezing period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import accounts, dates, lifecycle
from desktop.checking.filing import CHANGE, OPEN
from desktop.errors import BadValue, Refused
from desktop.lifecycle import LifeFiling
from desktop.windows import dialogs
from desktop.windows.findings import split_of
from desktop.windows.life_begin import BeginPart
from desktop.windows.parts import Card, button, clear, label, row, scrolling, tag
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.watch import Look

TONES = {"待办": "amber", "已备案": "green", "已公告": "blue", "冻结期": "blue", "已注销": "grey", "已撤回": "grey"}
EMPTY = "账号名称、人员、密码、维护方式变更后，程序会自动在这里登记变更备案。"
COLUMNS = (
    Column("状态", lambda one: one.state, 84, tone=lambda one: TONES.get(one.state, "amber")),
    Column("事项", lambda one: one.filing.kind, 56),
    Column("账号", lambda one: one.title, 180),
    Column("发生日期", lambda one: one.filing.happened_on.isoformat(), 96, search=False),
    Column("备案日期", lambda one: one.filing.filed_on.isoformat() if one.filing.filed_on else "", 96, search=False),
    Column("变更内容", lambda one: one.filing.fields or one.filing.reason, 120),
)


@dataclass(frozen=True)
class Line:
    """One filing as the table shows it."""

    filing: LifeFiling
    title: str
    state: str

    @property
    def id(self) -> int:
        """Number of the filing."""
        return self.filing.id


class LifePanel(QWidget):
    """The filings and what is still to be done for the one chosen.

    Signals:
        go: another place and the errand there.
    """

    go = Signal(str, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._look: Look | None = None
        self._filing: LifeFiling | None = None
        self._drawn: object = None
        self.table = RowsTable("开停变更", COLUMNS, empty="没有办理中的开设、变更、关停或注销。")
        self.table.chosen.connect(self._chosen)
        self.begin = BeginPart()
        self.begin.asked.connect(self._begin)
        left = Card()
        left.body.addWidget(self.begin)
        left.body.addWidget(self.table)
        self.detail = QVBoxLayout()
        self.detail.setContentsMargins(0, 0, 8, 0)
        self.detail.setSpacing(8)
        holder = QWidget()
        holder.setLayout(self.detail)
        right = Card()
        right.body.addWidget(scrolling(holder), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(split_of(left, right))

    def show_look(self, look: Look) -> None:
        """Show the filings under the rules of a look."""
        self._look = look
        today = self._store.clock().date()
        with self._store.read() as session:
            known = {one.id: one.title for one in accounts.in_use(session)}
            lines = [Line(one, known.get(one.account_id, ""), one.state(today)) for one in lifecycle.in_use(session)]
        self.begin.offer(list(known.items()), today)
        self._drawn = None
        self.table.set_rows(lines)
        if self.table.current() is None and lines:
            self.table.view.selectRow(0)
        else:
            self._chosen(self.table.current())

    def open_filing(self, number: int) -> None:
        """Put the cursor on a filing."""
        self.table.filter.clear()
        self.table.choose(number)

    def open_account(self, number: int, kind: str) -> None:
        """Show the account's newest filing of a kind that is not given up, or get ready to enter one."""
        self.table.filter.clear()
        for line in self.table.model.shown:
            known = line.filing
            if known.account_id == number and known.kind == kind and known.withdrawn_on is None:
                self.table.choose(line.id)
                return
        self.begin.prepare(kind, number)

    def _begin(self) -> None:
        today, part = self._store.clock().date(), self.begin
        title = f"登记{part.kind.currentText()}：{part.account.currentText()}"
        made = self._write(title, lambda session: part.enter(session, today))
        if made is not None and self._look is not None:
            part.clear(today)
            self.show_look(self._look)
            self.open_filing(made)

    def _chosen(self, line: Line | None) -> None:
        if line is not None and self._drawn is line.filing:
            return
        self._drawn = line.filing if line else None
        clear(self.detail)
        self._filing = line.filing if line else None
        if line is None or self._look is None:
            self.detail.addWidget(label(EMPTY, "secondary", wrap=True))
            self.detail.addStretch(1)
            return
        filing = line.filing
        name = label(f"{filing.kind}：{line.title}", "section", wrap=True)
        self.detail.addLayout(row(name, tag(line.state, TONES.get(line.state, "amber")), None))
        said = [
            filing.fields and f"{filing.fields}变更",
            f"{filing.happened_on} 发生",
            lifecycle.reason_of(filing),
            filing.note,
        ]
        self.detail.addWidget(label(" · ".join(part for part in said if part), "note", wrap=True))
        if filing.withdrawn_on is None:
            self._steps(filing)
            self._papers(filing)
            if filing.kind not in (OPEN, CHANGE):
                self._ending(filing)
            self._file(filing, line)
            if filing.filed_on is None and filing.submitted_on is None:
                self._withdrawing(filing)
        self.detail.addStretch(1)

    def _asked(self, filing: LifeFiling) -> list[tuple[str, Any]]:
        assert self._look is not None
        facts = self._look.checker.register
        account = facts.accounts.get(filing.account_id)
        level = facts.level_of(account) if account else ""
        platform = account.platform if account else ""
        return lifecycle.wanted(self._look.checker.context.book, filing.kind, level, platform)

    def _steps(self, filing: LifeFiling) -> None:
        asked = self._asked(filing)
        with self._store.read() as session:
            done = {step.name: step for step in lifecycle.steps(session, filing.id)}
        day = self._day()
        day.setAccessibleName("办结日期")
        if asked:
            self.detail.addLayout(row(label("手续", "section"), None, label("办结日期", "note"), day))
        for name, rule in asked:
            box = QCheckBox(name)
            box.setChecked(name in done)
            box.clicked.connect(lambda on, name=name, box=box: self._mark(filing, name, day, box, on))
            on = label(str(done[name].done_on) if name in done else "", "note")
            cite = self._look.checker.context.book.cite(rule) if self._look else ""
            self.detail.addLayout(row(box, on, None, label(cite, "note")))

    def _mark(self, filing: LifeFiling, name: str, day: QLineEdit, box: QCheckBox, on: bool) -> None:
        def work(session: Any) -> bool:
            one = session.get_one(LifeFiling, filing.id)
            if on:
                lifecycle.mark(session, one, name, _parsed(day))
            else:
                lifecycle.unmark(session, one, name, self._store.clock())
            return True

        if not self._write(f"{'登记' if on else '取消'}{name}", work):
            box.setChecked(not on)

    def _papers(self, filing: LifeFiling) -> None:
        """The forms that go with it."""
        errand = ["file.change" if filing.kind == CHANGE else "file.new", filing.form, filing.account_id]
        if filing.kind in (OPEN, CHANGE):
            paper = "填变更备案表" if filing.kind == CHANGE else "填备案表"
            self.detail.addLayout(row(button(paper, lambda: self.go.emit("fill", errand)), None))
            return
        notice = ["file.new", lifecycle.NOTICE, filing.account_id]
        self.detail.addLayout(
            row(
                button("填关停注销申请表", lambda: self.go.emit("fill", errand)),
                button("填关停公告", lambda: self.go.emit("fill", notice)),
                None,
            )
        )

    def _file(self, filing: LifeFiling, line: Line) -> None:
        if filing.filed_on:
            self.detail.addWidget(label(f"{filing.filed_on} 已备案 {filing.filing_no}", "secondary"))
            return
        number = QLineEdit()
        number.setPlaceholderText("备案编号，可不填")
        number.setAccessibleName("备案编号")
        day = self._day()
        self.detail.addSpacing(4)
        self.detail.addLayout(row(label("备案日期"), day, number))
        book = self._look.checker.context.book if self._look else None
        asked = lifecycle.binding(book, self._asked(filing)) if book else []

        def work(session: Any) -> bool:
            lifecycle.file(session, session.get_one(LifeFiling, filing.id), asked, _parsed(day), number.text().strip())
            return True

        self.detail.addLayout(
            row(button("登记已备案", lambda: self._write(f"{line.title}{filing.kind}备案", work)), None)
        )

    def _withdrawing(self, filing: LifeFiling) -> None:
        why = QLineEdit()
        why.setPlaceholderText("撤回原因，如：更正录入，账号没有变更")
        why.setAccessibleName("撤回原因")
        today = self._store.clock().date()

        def work(session: Any) -> bool:
            lifecycle.withdraw(session.get_one(LifeFiling, filing.id), today, why.text())
            return True

        self.detail.addLayout(row(why, button("撤回", lambda: self._write("撤回办理事项", work))))

    def _ending(self, filing: LifeFiling) -> None:
        """Closing: the notice, then the platform's cancellation, then its end."""
        if filing.announced_on:
            self.detail.addWidget(label(f"{filing.announced_on} 已发关停公告", "secondary"))
        if filing.announced_on is None and filing.submitted_on is None:
            text = QPlainTextEdit(self._announcement(filing))
            text.setAccessibleName("关停公告")
            text.setFixedHeight(120)
            self.detail.addWidget(label("关停公告（可修改）", "section"))
            self.detail.addWidget(text)
            self._act("登记已公告", lambda s, f, on: lifecycle.announce(s, f, on, text.toPlainText()))
        if filing.submitted_on is None:
            followers = QLineEdit()
            followers.setPlaceholderText("提交时的关注人数")
            followers.setAccessibleName("关注人数")
            self.detail.addWidget(followers)

            def submit(session: Any, one: LifeFiling, on: date) -> None:
                lifecycle.submit(session, one, on, *self._freeze(one, followers.text()))

            self._act("登记已提交注销", submit)
        elif filing.ended_on is None:
            until = f"，冻结期至 {filing.frozen_until}" if filing.frozen_until else "，冻结期以平台提示为准"
            self.detail.addWidget(label(f"{filing.submitted_on} 已提交注销{until}", "secondary", wrap=True))
            self._act("登记平台已注销", lifecycle.end)
        else:
            self.detail.addWidget(label(f"{filing.ended_on} 平台已注销", "secondary"))

    def _freeze(self, filing: LifeFiling, typed: str) -> tuple[int | None, int | None]:
        assert self._look is not None
        account = self._look.checker.register.accounts.get(filing.account_id)
        followers = _count(typed)
        rules = self._look.checker.context.rules("life.freeze", account) if account else ()
        return lifecycle.freeze_days(rules, followers), followers

    def _announcement(self, filing: LifeFiling) -> str:
        with self._store.read() as session:
            return lifecycle.drafted(session, filing, self._store.clock().date())

    def _act(self, title: str, work: Callable[[Any, LifeFiling, date], None]) -> None:
        filing, day = self._filing, self._day()
        assert filing is not None

        def write(session: Any) -> bool:
            work(session, session.get_one(LifeFiling, filing.id), _parsed(day))
            return True

        self.detail.addLayout(row(label("日期"), day, button(title, lambda: self._write(title, write)), None))

    def _day(self) -> QLineEdit:
        made = QLineEdit(self._store.clock().date().isoformat())
        made.setAccessibleName("日期")
        made.setMaximumWidth(120)
        return made

    def _write(self, title: str, work: Callable[[Any], Any]) -> Any:
        try:
            with self._store.write(title) as session:
                return work(session)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return None


def _parsed(day: QLineEdit) -> date:
    found = dates.parse(day.text())
    if found is None:
        raise Refused("没有填日期。", todo="请填写办理日期。")
    return found


def _count(typed: str) -> int | None:
    """Followers as typed, None where nothing was."""
    plain = typed.strip().replace(",", "").replace("，", "")
    if plain and not plain.isdecimal():
        todo = "请写成 12345 的样子；不知道就空着，冻结期以平台提示为准。"
        raise BadValue(f"“{typed.strip()}”不是人数。", todo=todo)
    return int(plain) if plain else None
