"""Passwords from a file: each entry with the account proposed for it, taken in one action, then the list destroyed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from desktop import accounts, password_lists
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, label, row

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.password_lists import Found
    from desktop.store import Store
    from desktop.vault import Vault

KINDS = "密码清单 (*.xml *.csv *.xlsx *.xls *.et);;所有文件 (*)"
NOT_TAKEN = "不导入"


class ImportCard(Card):
    """What was found in a file.

    Signals:
        closed: it was taken in or put away.
    """

    closed = Signal()

    def __init__(self, store: Store, vault: Vault, background: Background) -> None:
        super().__init__("导入密码")
        self._store, self._vault, self._background = store, vault, background
        self._file = Path()
        self._found: list[Found] = []
        self.choices: list[QComboBox] = []
        self.note = label("", "note", wrap=True)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.rows = QWidget()
        self._grid = QGridLayout(self.rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.go, self.no = button("导入", self.take), button("取消", self.put_away, "link")
        for part in (self.note, self.rows, self.wrong):
            self.body.addWidget(part)
        self.body.addLayout(row(self.go, self.no, None))
        vault.on_lock(self.put_away)
        self.hide()

    def choose(self) -> None:
        """Ask for a file and read it; the vault must be open."""
        if self._vault.locked:
            dialogs.show_error(self, Refused("请先打开密码保险柜，再导入密码。"))
            return
        file = dialogs.choose_file(self, "导入 KeePass、KeePassXC 导出文件或密码清单", KINDS)
        if file is not None:
            self.read(file)

    def read(self, file: Path) -> None:
        """Read a file off the interface thread and show what was found."""
        self._file = file

        def work(_: object) -> tuple[list[Found], list[tuple[str, int]]]:
            entries = password_lists.read(file)
            with self._store.read() as session:
                known = [(account.title, account.id) for account in accounts.in_use(session)]
                return password_lists.propose(session, entries), known

        self._background.run(self, work, self._show)

    def _show(self, result: tuple[list[Found], list[tuple[str, int]]]) -> None:
        self._found, known = result
        self._clear()
        for at, found in enumerate(self._found):
            name = label(found.entry.title or found.entry.user or found.entry.place, wrap=True)
            name.setToolTip(found.entry.place)
            choice = QComboBox()
            choice.setAccessibleName(f"{found.entry.title}对应的账号")
            choice.addItem(NOT_TAKEN, None)
            for title, number in known:
                choice.addItem(title, number)
            choice.setCurrentIndex(max(choice.findData(found.account_id), 0))
            choice.setMinimumWidth(60)
            self._grid.addWidget(name, 2 * at, 0)
            self._grid.addWidget(choice, 2 * at, 1)
            if found.remark:
                self._grid.addWidget(label(found.remark, "note", wrap=True), 2 * at + 1, 0, 1, 2)
            self.choices.append(choice)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        matched = sum(found.account_id is not None for found in self._found)
        self.note.setText(f"{self._file.name}：{len(self._found)} 条，{matched} 条已对上账号。密码不在此显示。")
        self.wrong.hide()
        self.show()

    def take(self) -> None:
        """Take every entry with an account, all or none; then offer to destroy the list."""
        chosen = [
            password_lists.choose(found, choice.currentData())
            for found, choice in zip(self._found, self.choices, strict=True)
        ]
        try:
            taken = password_lists.take(self._store, self._vault, chosen, self._file.name)
        except Refused as refusal:
            self.wrong.setText(str(refusal))
            self.wrong.show()
            return
        file = self._file
        self.put_away()
        if taken and dialogs.ask(
            self,
            f"已导入 {taken} 条。销毁原清单“{file.name}”？",
            "将覆盖并删除这个文件。邮件、聊天记录、网盘和备份里的副本请另行删除；固态硬盘可能仍留有残迹。",
            "销毁",
            "保留",
        ):
            try:
                password_lists.destroy_file(file)
            except Refused as refusal:
                dialogs.show_error(self, refusal)

    def put_away(self) -> None:
        """Forget what was read."""
        self._found = []
        self._clear()
        self.hide()
        self.closed.emit()

    def _clear(self) -> None:
        self.choices = []
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


def hand_out(parent: QWidget, store: Store, vault: Vault) -> None:
    """Export to KeePass XML after a warning, with a reason."""
    from PySide6.QtWidgets import QInputDialog

    if vault.locked:
        dialogs.show_error(parent, Refused("请先打开密码保险柜，再导出密码。"))
        return
    warning = "导出文件里的密码是明文，任何人打开都能看到。只应用于改用 KeePassXC，导入后立即销毁。每个密码都会留痕。"
    if not dialogs.ask(parent, "把全部密码导出成明文文件？", warning, "继续导出"):
        return
    reason, agreed = QInputDialog.getText(parent, "导出事由", "为什么要导出：")
    if not agreed:
        return
    target = dialogs.choose_target(parent, "导出到 KeePass", "团媒台账密码.xml", "KeePass XML (*.xml)")
    if target is None:
        return
    try:
        password_lists.hand_out(store, vault, target, reason)
    except Refused as refusal:
        dialogs.show_error(parent, refusal)
