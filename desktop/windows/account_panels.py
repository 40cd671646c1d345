"""The tabs beside the account table: who does what, the figures, the story."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop import accounts, assignments, figures, people, register
from desktop.store import history
from desktop.windows.parts import button, clear, label, line, row, tag

if TYPE_CHECKING:
    from desktop.store import Store

MONTHS_SHOWN = 12
FIELD_TITLES = {
    "platform": "平台",
    "name": "账号名称",
    "platform_id": "平台账号 ID",
    "homepage": "主页地址",
    "body": "账号主体",
    "body_kind": "主体类型",
    "opened_on": "开设日期",
    "by_unit": "以单位名义开设",
    "certified": "官方认证",
    "certified_until": "认证到期日",
    "filed_on": "备案日期",
    "filing_no": "备案编号",
    "code": "标识码",
    "upkeep": "维护方式",
    "review_system": "审核制度",
    "entrusted": "委托运营",
    "entrusted_to": "受托单位",
    "contract_no": "合同编号",
    "contract_until": "合同到期日",
    "last_posted_on": "最近发布日期",
    "bound_phone": "绑定手机号",
    "bound_phone_owner": "机主",
    "bound_email": "绑定邮箱",
    "introduction": "账号简介",
    "note": "备注",
    "trashed_at": "回收站",
    "unit_id": "主办单位",
    "kind": "账号类型",
}


class DutiesPanel(QWidget):
    """Who does what on the account, and since when; ending a duty keeps it in the story."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
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
        layout.addLayout(row(self.person, self.role, button("添加", self._add), None))
        self.remark = label("", "error", wrap=True)
        layout.addWidget(self.remark)
        layout.addStretch(1)

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the duties of another account."""
        self._account = account
        clear(self._list)
        self.person.clear()
        self.remark.setText("")
        if account is None:
            return
        today = self._store.clock().date()
        with self._store.read() as session:
            found = register.assignments_said(session, account.id)
            for someone in people.in_use(session, today):
                self.person.addItem(someone.name, someone.id)
        for one, name in found:
            self._list.addLayout(self._line(one, name, today))
        if not found:
            self._list.addWidget(label("还没有登记人员分工。", "secondary"))

    def _line(self, one: assignments.Assignment, name: str, today: date) -> QHBoxLayout:
        ended = one.until is not None and one.until < today
        said = f"{one.since.isoformat() if one.since else '—'} 至 {one.until.isoformat() if one.until else '今'}"
        parts: list[QWidget | int | None] = [
            tag(one.role, "grey" if ended else "blue"),
            label(name),
            label(said, "note"),
            None,
        ]
        if not ended:
            parts.append(button("结束", lambda: self._end(one.id), "link"))
        return row(*parts)

    def _add(self) -> None:
        account, number, role = self._account, self.person.currentData(), self.role.currentText()
        if account is None or number is None:
            return
        today = self._store.clock().date()
        with self._store.read() as session:
            there = [one for one in assignments.on(session, today, account.id) if one.role == role]
        if any(one.person_id == number for one in there):
            self.remark.setText(f"{self.person.currentText()}已经是{role}。")
            return
        with self._store.write(f"{account.title}增加{role}{self.person.currentText()}") as session:
            session.add(assignments.Assignment(account_id=account.id, person_id=number, role=role, since=today))
        self.show_account(account)

    def _end(self, number: int) -> None:
        with self._store.write("结束分工") as session:
            session.get_one(assignments.Assignment, number).until = self._store.clock().date()
        self.show_account(self._account)


class FiguresPanel(QWidget):
    """Posts, followers and reads of the last twelve months; empty means unknown."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 8, 0)
        self._grid.setSpacing(8)
        for column, title in enumerate(("月份", "发布数", "粉丝数", "阅读量"), 0):
            self._grid.addWidget(label(title, "secondary"), 0, column)
        self._inputs: dict[tuple[int, str], QLineEdit] = {}
        self._months = [label("") for _ in range(MONTHS_SHOWN)]
        for position in range(MONTHS_SHOWN):
            self._grid.addWidget(self._months[position], position + 1, 0)
            for column, field in enumerate(("posts", "followers", "reads"), 1):
                made = QLineEdit()
                made.editingFinished.connect(lambda position=position, field=field: self._left(position, field))
                self._inputs[position, field] = made
                self._grid.addWidget(made, position + 1, column)
        self._grid.setRowStretch(MONTHS_SHOWN + 1, 1)
        self._starts: list[date] = []

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the figures of another account."""
        self._account = account
        if account is None:
            return
        today = self._store.clock().date()
        self._starts = [_months_back(today, back) for back in range(MONTHS_SHOWN)]
        with self._store.read() as session:
            known = {figure.start: figure for figure in figures.of_account(session, account.id)}
        for position, start in enumerate(self._starts):
            self._months[position].setText(f"{start.year}年{start.month}月")
            for field in ("posts", "followers", "reads"):
                value = getattr(known.get(start), field, None)
                made = self._inputs[position, field]
                made.setText("" if value is None else str(value))
                made.setModified(False)
                made.setAccessibleName(f"{start.year}年{start.month}月{field}")

    def _left(self, position: int, field: str) -> None:
        made, account = self._inputs[position, field], self._account
        if account is None or not made.isModified():
            return
        typed = made.text().replace(",", "").strip()
        wrong = bool(typed) and not typed.isdigit()
        made.setProperty("wrong", "true" if wrong else "false")
        made.style().polish(made)
        made.setToolTip("请只写数字。" if wrong else "")
        if wrong:
            return
        made.setModified(False)
        with self._store.write(f"填写{account.title}运行数据") as session:
            value = int(typed) if typed else None
            figures.put(session, account.id, figures.MONTH, self._starts[position], **{field: value})


def _months_back(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


class StoryPanel(QWidget):
    """What happened to the account: steps of its life and every change, newest first."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 8, 8, 0)
        self._lines.setSpacing(6)

    def show_account(self, account: accounts.Account | None) -> None:
        """Show the story of another account."""
        clear(self._lines)
        if account is None:
            return
        with self._store.read() as session:
            steps = accounts.steps_of(session, account.id)
            story = history.story_of(session, "account", account.id)
        for step in reversed(steps):
            self._lines.addLayout(
                row(tag(step.state, "blue"), label(step.on.isoformat(), "note"), label(step.reason), None)
            )
        self._lines.addWidget(line())
        for action, change in reversed(story[-100:]):
            said = f"{change.before or '（空）'} → {change.after or '（空）'}"
            text = (
                action.title
                if change.field == history.CREATED
                else f"{FIELD_TITLES.get(change.field, change.field)}：{said}"
            )
            self._lines.addWidget(label(f"{action.at:%Y-%m-%d %H:%M} {action.actor}  {text}", "note", wrap=True))
        self._lines.addStretch(1)
