"""账号台账: the table of accounts, and beside it everything about the one chosen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QTabWidget, QVBoxLayout, QWidget

from desktop import accounts, lifecycle, platforms, register, trash, units
from desktop.errors import BadValue, Refused
from desktop.windows import dialogs
from desktop.windows.account_edits import ManyAccounts
from desktop.windows.account_panels import DutiesPanel, FiguresPanel
from desktop.windows.account_story import StepForm, StoryPanel
from desktop.windows.exporting import ExportTools
from desktop.windows.parts import Card, OneLine, Page, button, scrolling, set_tone, tag
from desktop.windows.records import Entry, RecordPanel
from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.windows.units import UnitField

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

STATE_TONES = {
    accounts.NORMAL: "green", accounts.PLANNED: "blue", accounts.ANNOUNCED: "amber", accounts.FROZEN: "amber",
    accounts.CANCELLED: "grey", accounts.MOVED: "grey", accounts.DELETED: "grey",
}  # fmt: skip
PLATFORMS = tuple(platforms.load().names())
ALL, RUNNING, CLOSED, UNFILED = "全部状态", "在用", "已停用", "未备案"

UNNAMED = "（未命名账号）"

ENTRIES = (
    Entry("platform", "平台", "free_choice", PLATFORMS, section="账号"),
    Entry("name", "账号名称"),
    Entry("kind", "账号类型", note="如订阅号、服务号"),
    Entry("platform_id", "平台账号 ID", note="微信原始 ID、微博 UID、抖音号等"),
    Entry("homepage", "主页地址"),
    Entry("body", "账号主体", note="认证信息里显示的单位全称"),
    Entry("body_kind", "主体类型", "choice", ("政府", "事业单位", "其他组织", "个人")),
    Entry("opened_on", "开设日期", "date"),
    Entry("by_unit", "以单位名义开设", "yes_no", section="认证与备案"),
    Entry("certified", "已官方认证", "yes_no"),
    Entry("certified_until", "认证到期日", "date"),
    Entry("filed_on", "备案日期", "date"),
    Entry("filing_no", "备案编号"),
    Entry("code", "标识码（选填）"),
    Entry("upkeep", "维护方式", "free_choice", ("自主运营", "委托运营", "学生团队运营"), section="运维"),
    Entry("review_system", "已建立内容发布审核制度", "yes_no"),
    Entry("entrusted", "委托其他单位运营", "yes_no"),
    Entry("entrusted_to", "受托单位"),
    Entry("contract_no", "合同编号"),
    Entry("contract_until", "合同到期日", "date"),
    Entry("last_posted_on", "最近发布日期", "date"),
    Entry("bound_phone", "绑定手机号", section="绑定信息（不含密码）"),
    Entry("bound_phone_owner", "机主", note="本单位办公手机请写“单位”"),
    Entry("bound_email", "绑定邮箱"),
    Entry("introduction", "账号简介", "long", section="其他"),
    Entry("note", "备注", "long"),
)


def yes_no(value: bool | None) -> str:
    """是, 否 or nothing."""
    return "" if value is None else "是" if value else "否"


COLUMNS = (
    Column("平台", lambda row: row.platform, 96),
    Column("账号名称", lambda row: row.name, 132),
    Column("主办单位", lambda row: row.unit, 150),
    Column("状态", lambda row: row.state, 108, tone=lambda row: STATE_TONES.get(row.state, "grey")),
    Column("认证", lambda row: yes_no(row.certified), 56, search=False),
    Column("备案日期", lambda row: row.filed_on.isoformat() if row.filed_on else "", 100, search=False),
    Column("运营人员", lambda row: row.operators, 130),
    Column("粉丝", lambda row: _number(row.followers), 84, right=True, order=lambda row: row.followers, search=False),
    Column("今年发布", lambda row: _number(row.posts), 84, right=True, order=lambda row: row.posts, search=False),
)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


class AccountsPage(Page):
    """The register of accounts."""

    help_topic = "账号台账"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("账号台账")
        self._store = store
        self._background = background
        self.table = RowsTable(
            "账号台账",
            COLUMNS,
            empty="还没有账号。已有的 Excel 名单用“导入清单”，一次登记好；也可以“新增账号”逐个登记。",
        )
        self.table.chosen.connect(self._chosen)
        self.table.pasted.connect(self._pasted)
        self.states = QComboBox()
        self.states.addItems([ALL, RUNNING, CLOSED, UNFILED])
        self.states.setAccessibleName("按状态筛选")
        self.states.currentTextChanged.connect(self._narrow)
        self.table.tools.insertWidget(1, self.states)
        self.buttons.addWidget(button("导入清单", self._import))
        self.export = ExportTools(store, background)
        self.export.said.connect(self.say)
        self.buttons.addWidget(self.export)
        self.buttons.addWidget(button("新增账号", self._add, "primary", "Ctrl+N"))
        self.panel = AccountPanel(store, self.refresh)
        left = Card()
        left.body.addWidget(self.table, 1)
        self.many = ManyAccounts(store, ENTRIES)
        left.body.addWidget(self.many)
        self.table.marked.connect(lambda rows: self.many.show_numbers([row.id for row in rows]))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([700, 400])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    def refresh(self) -> None:
        today = self._store.clock().date()

        def load(_: object) -> list[register.AccountRow]:
            with self._store.read() as session:
                return register.account_rows(session, today)

        self._background.run(self, load, self._show)

    def open(self, argument: object) -> None:
        if isinstance(argument, list):  # an errand of another page: action, form, number of the account
            action, _, argument = argument
            if action == "account.new" and isinstance(argument, int):
                self._add(argument)
                return
            self.panel.show_tab({"account.people": "分工", "account.figures": "运行数据"}.get(action, "基本信息"))
        if isinstance(argument, int):
            self.table.filter.clear()
            self.states.setCurrentText(ALL)
            self._wanted = argument
            self.refresh()

    _wanted: int | None = None
    _naming = False
    """Whether the account wanted is new: the cursor goes into its name."""

    def _show(self, rows: list[register.AccountRow]) -> None:
        if not rows:
            self.table.set_rows(rows)
            self.say("还没有账号：点“导入清单”读入单位已有的表，或点“新增账号”逐个登记。")
            return
        running = sum(row.state in accounts.RUNNING for row in rows)
        platforms = len({row.platform for row in rows})
        self.say(f"共 {len(rows)} 个账号，{platforms} 个平台，在用 {running} 个")
        self.table.set_rows(rows)
        if self._wanted is not None:
            if self.table.choose(self._wanted):  # rows read before it was entered do not have it yet
                self._wanted = None
                if self._naming:
                    self._naming = False
                    self.panel.focus_name()
        elif self.table.current() is None and rows:
            self.table.view.selectRow(0)

    def _chosen(self, row: register.AccountRow | None) -> None:
        self.panel.show_account(row.id if row else None)

    def _narrow(self, state: str) -> None:
        keep = {
            RUNNING: lambda row: row.state in accounts.RUNNING,
            CLOSED: lambda row: row.state not in (*accounts.RUNNING, accounts.PLANNED),
            UNFILED: lambda row: row.filed_on is None and row.state in accounts.RUNNING,
        }
        self.table.keep_only(keep.get(state))

    def _add(self, unit_id: int | None = None) -> None:
        today = self._store.clock().date()
        try:
            with self._store.write("新增账号") as session:
                mine = units.own(session)
                platform = lifecycle.first_allowed(session, PLATFORMS, today)
                whose = unit_id or (mine.id if mine else None)
                account = accounts.Account(platform=platform, name=UNNAMED, unit_id=whose)
                self._wanted = accounts.add(session, account, accounts.PLANNED, today).id
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.table.filter.clear()
        self.states.setCurrentText(ALL)
        self._naming = True
        self.refresh()

    def _import(self) -> None:
        self.go.emit("import", None)

    def _pasted(self, block: list[list[str]]) -> None:
        self.go.emit("import", block)


class AccountPanel(QWidget):
    """Everything about one account: facts, people, figures and its story, in tabs."""

    def __init__(self, store: Store, changed: Any) -> None:
        super().__init__()
        self._store = store
        self._account: accounts.Account | None = None
        self.setMinimumWidth(340)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        card = Card()
        layout.addWidget(card)
        self.name = OneLine("", "section")
        self.state = tag("")
        card.head.addWidget(self.name)
        card.head.addWidget(self.state)
        card.head.addStretch(1)
        self.to_state = QComboBox()
        self.to_state.setAccessibleName("变更状态")
        self.to_state.addItems(["变更状态…", *accounts.STATES])
        self.to_state.activated.connect(self._move)
        card.head.addWidget(self.to_state)
        self.step = StepForm()
        self.step.agreed.connect(self._moved)
        card.body.addWidget(self.step)
        self.trash = button("移入回收站", self._trash, "link")
        self.tabs = QTabWidget()
        self.facts = RecordPanel(ENTRIES, self._save)
        self.unit = UnitField("主办单位", "空着就是本单位")
        self.unit.picked.connect(self._save_unit)
        self.facts.lines.insertWidget(4, self.unit)
        self.duties = DutiesPanel(store)
        self.figures = FiguresPanel(store)
        self.story = StoryPanel(store, ENTRIES)
        self.facts.lines.addWidget(self.trash)
        self.tabs.addTab(scrolling(self.facts), "基本信息")
        self.tabs.addTab(scrolling(self.duties), "分工")
        self.tabs.addTab(scrolling(self.figures), "运行数据")
        self.tabs.addTab(scrolling(self.story), "经历")
        self.tabs.currentChanged.connect(lambda _: self._fill())
        card.body.addWidget(self.tabs, 1)
        self._changed = changed
        self.show_account(None)

    def show_account(self, number: int | None) -> None:
        """Show another account, or nothing."""
        self._account = None
        with self._store.read() as session:
            known = units.in_use(session)
            if number is not None:
                self._account = session.get(accounts.Account, number)
        account = self._account
        self.step.hide()
        self.unit.offer(known, account.unit_id if account else None)
        self.setEnabled(account is not None)
        self.name.setText(account.name if account else "未选择账号")
        self.state.setText((account.state or "") if account else "")
        self.state.setVisible(account is not None)
        set_tone(self.state, STATE_TONES.get(account.state or "", "grey") if account else "grey")
        self.facts.show_record(account)
        self._warn()
        self._fill()

    def show_tab(self, title: str) -> None:
        """Turn to one of the tabs by its title."""
        titles = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        self.tabs.setCurrentIndex(titles.index(title))

    def focus_name(self) -> None:
        """Put the cursor into the name of the account, as for a new one."""
        self.tabs.setCurrentIndex(0)
        made = self.facts.inputs["name"].input
        made.setFocus()
        made.selectAll()  # type: ignore[attr-defined]

    def _fill(self) -> None:
        tab = self.tabs.currentIndex()
        if tab > 0:
            (self.duties, self.figures, self.story)[tab - 1].show_account(self._account)

    def _warn(self) -> None:
        account = self._account
        if account is not None:
            found = accounts.code_warnings(account.code)
            self.facts.inputs["code"].set_note("；".join(remark.text for remark in found))

    def _save(self, key: str, value: Any) -> None:
        account = self._account
        if account is None or getattr(account, key) == value:
            return
        today = self._store.clock().date()
        with self._store.write(f"修改{account.title}") as session:
            there = session.get_one(accounts.Account, account.id)
            setattr(there, key, value)
            if key in ("platform", "unit_id") and there.state == accounts.PLANNED:
                _refuse_reopening(session, there, today)

    def _save_unit(self, number: int | None) -> None:
        try:
            self._save("unit_id", number)
        except BadValue as refusal:
            self.unit.show_wrong(str(refusal))
        else:
            self.unit.show_wrong("")

    def _move(self, choice: int) -> None:
        account, state = self._account, self.to_state.itemText(choice)
        self.to_state.setCurrentIndex(0)
        if account is None or choice == 0 or state == account.state:
            return
        self.step.ask(f"转为“{state}”", state, self._store.clock().date())

    def _moved(self, state: str, on: date, reason: str) -> None:
        account = self._account
        if account is None:
            return
        with self._store.write(f"{account.title}转为{state}") as session:
            accounts.move(session, session.get_one(accounts.Account, account.id), state, on, reason)

    def _trash(self) -> None:
        account = self._account
        if account is None:
            return
        question = f"把{account.title}移入回收站？"
        if dialogs.ask(
            self, question, "它不再出现在台账和表格中；可以用 Ctrl+Z 撤销，或从“设置→回收站”取回。", "移入回收站"
        ):
            try:
                trash.put_away(self._store, "账号", account.id)
            except Refused as refusal:
                dialogs.show_error(self, refusal)


def _refuse_reopening(session: Any, account: accounts.Account, today: date) -> None:
    """Say beside the field that an account may not be opened there yet.

    Raises:
        BadValue: with the clause and the first day it is allowed again.
    """
    try:
        lifecycle.refuse_new_account(session, account.unit_id, account.platform, today)
    except Refused as refusal:
        raise BadValue(refusal.what, where=refusal.where, todo=refusal.todo) from refusal
