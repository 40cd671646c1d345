"""The tabs beside the account table: who does what and since when, and the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop import accounts, assignments, dates, figures, people, register
from desktop.errors import BadValue
from desktop.windows import fields
from desktop.windows.parts import OneLine, button, clear, label, line, row, tag

if TYPE_CHECKING:
    from desktop.store import Store

MONTHS_SHOWN = 12
NARROWEST = 96
"""Width of a day, in pixels."""
HOW_TO_PASTE = "可从 Excel 复制一块数字，在左上角的一格里按 Ctrl+V，一次填好。"
COUNTED = {"posts": "发布数", "followers": "粉丝数", "reads": "阅读量"}


class DutiesPanel(QWidget):
    """Who does what on the account, and since when; ending a duty keeps it in the story."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
        self._changed: assignments.Assignment | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 8, 0)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        layout.addWidget(line())
        self.person = QComboBox()
        self.person.setAccessibleName("人员")
        self.role = QComboBox()
        self.role.setAccessibleName("分工")
        self.role.addItems(list(assignments.ROLES))
        self.since, self.until = fields.DateField("从哪天起"), fields.DateField("到哪天", "空着就是至今")
        self.done = button("添加", self._add)
        self.give_up = button("取消", self._begin_anew, "link")
        layout.addLayout(row(self.person, self.role, None))
        days = row(self.since, self.until)
        for place in (self.since, self.until):
            place.input.setMinimumWidth(NARROWEST)
            days.setAlignment(place, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(days)
        layout.addLayout(row(self.done, self.give_up, None))
        self.remark = label("", "error", wrap=True)
        layout.addWidget(self.remark)
        layout.addStretch(1)

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the duties of another account."""
        self._account = account
        clear(self._list)
        self.person.clear()
        self._begin_anew()
        if account is None:
            return
        today = self._store.clock().date()
        with self._store.read() as session:
            found = register.assignments_said(session, account.id)
            everybody = sorted(people.in_use(session), key=lambda one: one.left_on is not None and one.left_on < today)
        for someone in everybody:
            self.person.addItem(_named(someone, everybody, today), someone.id)
        for one, name in found:
            self._list.addLayout(self._line(one, name, today))
        if not found:
            self._list.addWidget(label("还没有登记人员分工。", "secondary"))

    def _line(self, one: assignments.Assignment, name: str, today: date) -> QHBoxLayout:
        ended = one.until is not None and one.until < today
        said = f"{one.since.isoformat() if one.since else '—'} 至 {one.until.isoformat() if one.until else '今'}"
        correct = button("更正", lambda: self._ask(one, name), "link")
        correct.setAccessibleName(f"更正{one.role}{name}的日期")
        parts: list[QWidget | int | None] = [
            tag(one.role, "grey" if ended else "blue"),
            label(name),
            OneLine(said, "note"),
            None,
            correct,
        ]
        if not ended:
            parts.append(button("结束", lambda: self._end(one.id), "link"))
        return row(*parts)

    def _begin_anew(self) -> None:
        """The lines below ask for a new duty, beginning today."""
        self._changed = None
        self.remark.setText("")
        self.person.setEnabled(True)
        self.role.setEnabled(True)
        self._show_days(self._store.clock().date(), None)
        self.done.setText("添加")
        self.give_up.hide()

    def _ask(self, one: assignments.Assignment, name: str) -> None:
        """The lines below ask for other days of a duty."""
        self._changed = one
        self.remark.setText("")
        self.person.setCurrentIndex(self.person.findData(one.person_id))
        self.role.setCurrentText(one.role)
        self.person.setEnabled(False)
        self.role.setEnabled(False)
        self._show_days(one.since, one.until)
        self.done.setText(f"保存{name}的日期")
        self.give_up.show()
        self.since.input.setFocus()

    def _show_days(self, since: date | None, until: date | None) -> None:
        for field, day in ((self.since, since), (self.until, until)):
            field.set_text(day.isoformat() if day else "")
            field.show_wrong("")

    def _days(self) -> tuple[date | None, date | None]:
        """The days written.

        Raises:
            BadValue: one is no day, or the end lies before the beginning.
        """
        since, until = dates.parse(self.since.text()), dates.parse(self.until.text())
        if since and until and until < since:
            raise BadValue(f"结束日期 {until} 早于开始日期 {since}。", todo="请核对。")
        return since, until

    def _add(self) -> None:
        account, number = self._account, self.person.currentData()
        if account is None or number is None:
            return
        role, who, changed = self.role.currentText(), self.person.currentText(), self._changed
        try:
            since, until = self._days()
            wanted = assignments.Assignment(
                id=changed.id if changed else None,
                account_id=account.id, person_id=number, role=role, since=since, until=until,
            )  # fmt: skip
            with self._store.read() as session:
                if assignments.overlapping(session, wanted):
                    raise BadValue(f"{who}在这段时间已经是{role}。")
        except BadValue as refusal:
            self.remark.setText(str(refusal))
            return
        done = f"修改{account.title}{role}{who}的日期" if changed else f"{account.title}增加{role}{who}"
        with self._store.write(done) as session:
            if changed is None:
                session.add(wanted)
            else:
                kept = session.get_one(assignments.Assignment, changed.id)
                kept.since, kept.until = since, until
        self.show_account(account)

    def _end(self, number: int) -> None:
        with self._store.write("结束分工") as session:
            session.get_one(assignments.Assignment, number).until = self._store.clock().date()
        self.show_account(self._account)


def _named(someone: people.Person, everybody: Sequence[people.Person], today: date) -> str:
    """A name as it is offered: with the position where two have the same, and said when the person has left."""
    twins = sum(other.name == someone.name for other in everybody) > 1
    name = f"{someone.name}（{someone.position or someone.term or someone.id}）" if twins else someone.name
    return f"{name}（已离任）" if someone.left_on and someone.left_on < today else name


class FigureInput(QLineEdit):
    """One figure; a block copied in Excel fills the places to its right and below.

    Signals:
        block: the rows pasted.
    """

    block = Signal(list)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = QGuiApplication.clipboard().text().strip("\r\n")
        if event.matches(QKeySequence.StandardKey.Paste) and ("\t" in text or "\n" in text):
            self.block.emit([line.split("\t") for line in text.splitlines()])
        else:
            super().keyPressEvent(event)


class FiguresPanel(QWidget):
    """Posts, followers and reads of the last twelve months; empty means unknown."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 8, 0)
        self._grid.setSpacing(8)
        for column, title in enumerate(("月份", *COUNTED.values())):
            self._grid.addWidget(label(title, "secondary"), 0, column)
        self._inputs: dict[tuple[int, str], QLineEdit] = {}
        self._months = [label("") for _ in range(MONTHS_SHOWN)]
        for position in range(MONTHS_SHOWN):
            self._grid.addWidget(self._months[position], position + 1, 0)
            for column, field in enumerate(COUNTED, 1):
                made = FigureInput()
                made.block.connect(lambda rows, at=(position, column - 1): self._pasted(at, rows))
                made.editingFinished.connect(lambda position=position, field=field: self._left(position, field))
                self._inputs[position, field] = made
                self._grid.addWidget(made, position + 1, column)
        self.remark = label(HOW_TO_PASTE, "note", wrap=True)
        self._grid.addWidget(self.remark, MONTHS_SHOWN + 1, 0, 1, len(COUNTED) + 1)
        self._grid.setRowStretch(MONTHS_SHOWN + 2, 1)
        self._starts: list[date] = []

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the figures of another account."""
        if self._account is None or account is None or account.id != self._account.id:
            self._say(HOW_TO_PASTE)
        self._account = account
        if account is None:
            return
        today = self._store.clock().date()
        self._starts = [_months_back(today, back) for back in range(MONTHS_SHOWN)]
        with self._store.read() as session:
            known = {figure.start: figure for figure in figures.of_account(session, account.id)}
        for position, start in enumerate(self._starts):
            self._months[position].setText(f"{start.year}年{start.month}月")
            for field, title in COUNTED.items():
                value = getattr(known.get(start), field, None)
                made = self._inputs[position, field]
                made.setText("" if value is None else str(value))
                made.setModified(False)
                made.setAccessibleName(f"{start.year}年{start.month}月{title}")

    def _left(self, position: int, field: str) -> None:
        made, account = self._inputs[position, field], self._account
        if account is None or not made.isModified():
            return
        wrong = _counted(made.text()) is None
        made.setProperty("wrong", "true" if wrong else "false")
        made.style().polish(made)
        made.setToolTip("请只写数字。" if wrong else "")
        if wrong:
            return
        made.setModified(False)
        with self._store.write(f"填写{account.title}运行数据") as session:
            value = _counted(made.text()) or None
            figures.put(session, account.id, figures.MONTH, self._starts[position], **{field: value and int(value)})

    def _pasted(self, at: tuple[int, int], rows: list[list[str]]) -> None:
        """Fill the block beginning at a place (row, column), whole or not at all."""
        account, keys = self._account, list(COUNTED)
        if account is None:
            return
        if at[0] + len(rows) > MONTHS_SHOWN or at[1] + max(map(len, rows)) > len(keys):
            size = f"{len(rows)} 行 {max(map(len, rows))} 列"
            self._say(f"复制的是 {size}，从这一格起放不下，没有粘贴。请只复制数字，从上往下是由近到远的月份。")
            return
        values: dict[int, dict[str, int | None]] = {}
        for down, cells in enumerate(rows):
            for right, cell in enumerate(cells):
                value = _counted(cell)
                if value is None:
                    self._say(f"第 {down + 1} 行第 {right + 1} 列“{cell.strip()}”不是整数，没有粘贴。")
                    return
                if value:  # an empty cell says nothing
                    values.setdefault(at[0] + down, {})[keys[at[1] + right]] = int(value)
        with self._store.write(f"粘贴{account.title}运行数据") as session:
            for position, some in values.items():
                figures.put(session, account.id, figures.MONTH, self._starts[position], **some)
        self.show_account(account)
        self._say(f"已填 {sum(map(len, values.values()))} 格；填错了按 Ctrl+Z。")

    def _say(self, sentence: str) -> None:
        self.remark.setText(sentence)


def _counted(text: str) -> str | None:
    """The digits of a figure as it is typed, with or without commas; None when it is none."""
    typed = text.replace(",", "").replace("，", "").strip()
    return typed if not typed or (typed.isascii() and typed.isdigit()) else None


def _months_back(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
