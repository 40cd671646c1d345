"""密码保管: every password with its holders and what is due, the vault, and the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop import accounts, credentials, custody, dates, evidence, passwords
from desktop.chain import Fault
from desktop.errors import Refused
from desktop.passwords import Secret
from desktop.vault import strength
from desktop.windows import dialogs
from desktop.windows.chain_card import ChainCard
from desktop.windows.fields import ChoiceField, Field
from desktop.windows.holder_panel import HolderPanel
from desktop.windows.parts import Card, Page, button, label, row, scrolling
from desktop.windows.password_import import ImportCard, hand_out
from desktop.windows.rows import Column
from desktop.windows.secret_fields import HiddenField, StrengthTag
from desktop.windows.secret_panel import SecretPanel
from desktop.windows.tables import RowsTable
from desktop.windows.vault_panel import VaultPanel

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.store import Store
    from desktop.vault import Vault
    from desktop.windows.clipboard import SecretClipboard

SIDE_WIDTH = 372
LINKS_SHOWN = 8
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """One line of the table: a credential, today, and the office's period of change in days."""

    entry: credentials.Entry
    today: date
    period: int

    @property
    def id(self) -> int:
        """The credential's number."""
        return self.entry.id

    @cached_property
    def holders(self) -> str:
        """Names of the holders, borrowers marked."""
        return "、".join(h.name + ("（借）" if h.due_back else "") for h in self.entry.state.holders.values())

    @cached_property
    def due(self) -> date | None:
        """When the next routine change is due."""
        return self.entry.due(self.period)

    @cached_property
    def said(self) -> tuple[str, str]:
        """What is to be done, in words, and its tint."""
        state = self.entry.state
        if state.forced:
            return "启封后须立即更换", "red"
        if state.overdue(self.today):
            return "借用逾期未还", "red"
        if state.must_change:
            return "须更换", "red"
        if self.due is not None and self.due < self.today:
            return f"已超期 {(self.today - self.due).days} 天", "red"
        if any(holder.due_back is None and holder.version < state.version for holder in state.holders.values()):
            return "待补发", "amber"
        if self.due is not None and self.due <= self.today + SOON:
            return f"剩 {(self.due - self.today).days} 天", "amber"
        if state.stale:
            return "信封须重新封存", "amber"
        if not state.holders and not state.envelope:
            return "无人持有", "amber"
        return ("已封存", "blue") if state.envelope else ("正常", "green")


COLUMNS = (
    Column("账号", lambda r: f"{r.entry.platform}“{r.entry.account}”", 182),
    Column("密码", lambda r: r.entry.kind, 94),
    Column("保管人", lambda r: r.holders or "—", 98),
    Column("下次更换", lambda r: str(r.due or ""), 90),
    Column("状态", lambda r: r.said[0], 112, tone=lambda r: r.said[1]),
    Column("上次更换", lambda r: str(r.entry.state.changed_on or ""), 88),
)


class CustodyPage(Page):
    """密码保管."""

    help_topic = "密码保管"

    def __init__(
        self, store: Store, settings: Settings, background: Background, *, vault: Vault, clipboard: SecretClipboard
    ) -> None:
        super().__init__("密码保管")
        self.subtitle.setWordWrap(True)
        self._store, self._settings, self._background, self._vault = store, settings, background, vault
        self._verdict = "保管链核验中"
        self.stranger = label("", "error", wrap=True)
        self.table = RowsTable(
            "密码保管", COLUMNS, empty="还没有登记密码。点“登记密码”，可以只记谁保管、何时更换，不存密码本身。"
        )
        self.table.chosen.connect(lambda _: self._choose())
        self.vault = VaultPanel(vault, background, self._words)
        self.secret = SecretPanel(store, vault, clipboard, self._words)
        self.holders = HolderPanel(store)
        self.holders.hand_over.connect(lambda number: self.go.emit("people", ["handover.begin", "", number]))
        self.chain = ChainCard()
        self.register = RegisterCard(store, vault, self._words)
        self.register.closed.clicked.connect(lambda: self._registering(False))
        self.vault.moved.connect(self._moved)
        self.importing = ImportCard(store, vault, background)
        self.enter = button("登记密码", lambda: self._registering(True), "", "Ctrl+N")
        self.more = self._more()
        self.buttons.addWidget(self.more)
        self.buttons.addWidget(button("核验保管链", self.verify))
        self.buttons.addWidget(self.enter)
        self.body.addWidget(self._split(), 1)
        self._registering(False)
        self.verify()
        background.run(self, lambda _: strength.judge("预热"), lambda _: None)  # zxcvbn's word lists take a while

    def _split(self) -> QSplitter:
        left, side = Card(), QWidget()
        left.body.addWidget(self.stranger)
        left.body.addWidget(self.table)
        lines = QVBoxLayout(side)
        lines.setContentsMargins(0, 0, 6, 0)
        lines.setSpacing(16)
        for part in (self.vault, self.register, self.importing, self.secret, self.holders, self.chain):
            lines.addWidget(part)
        lines.addStretch(1)
        area = scrolling(side)
        area.setMinimumWidth(SIDE_WIDTH)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(area)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([760, SIDE_WIDTH])
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)
        return split

    def _more(self) -> QPushButton:
        made = button("导入导出")
        menu = QMenu(made)
        menu.addAction("导入密码清单……", self.importing.choose)
        menu.addAction("导出到 KeePass……", lambda: hand_out(self, self._store, self._vault))
        menu.addSeparator()
        menu.addAction("摘录本月保管链……", self.extract)
        menu.addAction("摘录上月保管链……", lambda: self.extract(before=True))
        made.setMenu(menu)
        return made

    def extract(self, *, before: bool = False) -> None:
        """Write this or the last month's links as a Word file to be signed; its end anchors the chain on paper."""
        first = self._store.clock().date().replace(day=1)
        if before:
            first = (first - timedelta(days=1)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        name = f"{dates.month(first)}保管链摘录.docx"
        target = dialogs.choose_target(self, "摘录保管链", name, "Word 文件 (*.docx)")
        if target is None:
            return

        def write(_: object) -> Path:
            from desktop import custody_sheets

            return custody_sheets.write_extract(self._store, first, last, target)

        self._background.run(self, write, lambda made: dialogs.open_folder(made.parent))

    def _words(self) -> list[str]:
        with self._store.read() as session:
            return strength.known_words(session)

    def refresh(self) -> None:
        today, period = self._store.clock().date(), self._settings.rotate_days
        with self._store.read() as session:
            rows = [Row(entry, today, period) for entry in credentials.entries(session)]
            without, unknown = credentials.unregistered(session), passwords.stranger(session, self._store)
        self.stranger.setText(unknown)
        self.stranger.setVisible(bool(unknown))
        self.table.blockSignals(True)  # the line chosen is shown once, below
        self.table.set_rows(rows)
        if self.table.current() is None and rows:
            self.table.view.selectRow(0)
        self.table.blockSignals(False)
        due = sum(row.said[1] == "red" for row in rows)
        lacking = f" · 另有 {len(without)} 个在用账号没有登记密码" if without else ""
        self.say(f"{len(rows)} 个密码 · {due} 个须办理{lacking} · {self._verdict}")
        self._choose()
        self._mark_primary()

    def open(self, argument: object) -> None:
        if isinstance(argument, list):  # an errand of the home page: action, form, number of the credential
            argument = argument[2]
        if isinstance(argument, int):
            self.table.filter.clear()
            self.table.choose(argument)

    def verify(self) -> None:
        """Check the whole chain off the interface thread and say the first bad link."""

        def check(_: object) -> tuple[list[Fault], int, list[str]]:
            with self._store.read() as session:
                head = custody.head_of(session)
                return custody.verify(session), head.seq if head else 0, evidence.damaged(self._store)

        self._background.run(self, check, self._verified)

    def _verified(self, found: tuple[list[Fault], int, list[str]]) -> None:
        faults, count, damaged = found
        self._verdict = faults[0].sentence if faults else f"保管链完好（{count} 环）"
        if damaged:
            self._verdict += f" · {len(damaged)} 处佐证缺失或被改动"
        self.chain.broken("\n".join([*(fault.sentence for fault in faults[:1]), *damaged]))
        self.refresh()

    def _choose(self) -> None:
        row = self.table.current()
        entry = row.entry if row is not None else None
        self.secret.show_entry(entry)
        self.holders.show_entry(entry)
        with self._store.read() as session:
            links = custody.events(session, account_id=entry.account_id) if entry else []
        self.chain.show_links(links[-LINKS_SHOWN:], self._store.clock().year)

    def _moved(self) -> None:
        self._mark_primary()
        row = self.table.current()
        self.secret.show_entry(row.entry if row is not None else None)

    def _mark_primary(self) -> None:
        """One red button: while the vault is locked it is the one that opens it."""
        locked = self._vault.exists and self._vault.locked
        self.enter.setProperty("role", "" if locked else "primary")
        self.enter.style().unpolish(self.enter)
        self.enter.style().polish(self.enter)

    def _registering(self, on: bool) -> None:
        self.register.setVisible(on)
        if on:
            self.register.begin()


class RegisterCard(Card):
    """Enter a password of an account: that there is one, and, with the vault open, the secret itself."""

    def __init__(self, store: Store, vault: Vault, known_words: object) -> None:
        super().__init__("登记密码")
        self._store, self._vault = store, vault
        self._accounts: dict[str, int] = {}
        self.account, self.kind = ChoiceField("账号", ()), ChoiceField("密码种类", credentials.KINDS)
        self.login = Field("登录名", "可不填")
        self.secret = HiddenField("密码", "可不填：只登记保管情况，不存密码")
        self.meter = StrengthTag(self.secret, known_words)  # type: ignore[arg-type]
        for part in (self.account, self.kind, self.login, self.secret, self.meter):
            self.body.addWidget(part)
        self.closed = button("取消", None, "link")
        self.body.addLayout(row(button("登记", self.save), self.closed, None))
        vault.on_lock(self._locked)

    def _locked(self) -> None:
        """What was typed of the secret goes with the lock, and the clerk is told."""
        if self.secret.take() and self.isVisible():
            self.account.show_wrong("保险柜已上锁，刚才填的密码没有存入；打开后再填。")
        for part in (self.login, self.secret, self.meter):
            part.setVisible(False)

    def begin(self) -> None:
        """An empty form, accounts without a password first; without an open vault only the fact is entered."""
        with self._store.read() as session:
            self._accounts = {account.title: account.id for account in accounts.in_use(session)}
            without = credentials.unregistered(session)
        box = self.account.input
        assert isinstance(box, QComboBox)
        box.clear()
        box.addItems(["", *without, *(title for title in self._accounts if title not in without)])
        self.kind.set_text(credentials.LOGIN)
        for part in (self.login, self.secret):
            part.setVisible(not self._vault.locked)
        self.secret.take()
        self.meter.setVisible(False)
        self.account.show_wrong("")
        self.account.input.setFocus()

    def save(self) -> None:
        """Enter it; the secret is sealed in the same transaction."""
        number = self._accounts.get(self.account.text())
        if number is None:
            self.account.show_wrong("请选择账号。")
            return
        typed = self.secret.text() if not self._vault.locked else ""
        secret = Secret(self.login.text(), typed) if typed else None
        try:
            passwords.register(
                self._store, number, self.kind.text(), vault=self._vault if secret else None, secret=secret
            )
        except Refused as refusal:
            self.account.show_wrong(str(refusal))
            return
        self.secret.take()
        self.closed.click()
