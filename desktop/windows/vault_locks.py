"""The open vault's part of its panel: lock it; change passphrase, recovery sheet, vault key, the system's keyring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.errors import BadValue, Refused
from desktop.vault import SYSTEM, relock
from desktop.windows import dialogs
from desktop.windows.parts import button, label, row
from desktop.windows.secret_fields import HiddenField, StrengthTag

if TYPE_CHECKING:
    from desktop.windows.vault_panel import VaultPanel

ROTATION = (
    "数据文件（含备份）和主口令可能一起被人拿走时用：换一把新密钥，重新加密全部密码。旧恢复单、本机系统打开随即作废，"
    "须重新打印恢复单。以前的备份仍用旧密钥，请另行销毁；平台上的密码也要逐个更换。"
)


class Part(QWidget):
    """One state of the panel."""

    def __init__(self, panel: VaultPanel) -> None:
        super().__init__()
        self.panel = panel
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(8)

    def shown(self) -> None:
        """Called when this part comes to the front."""


class Using(Part):
    """What can be done with an open vault."""

    def __init__(self, panel: VaultPanel, known_words: Callable[[], list[str]]) -> None:
        super().__init__(panel)
        self.note = label("", "note", wrap=True)
        self.old, self.new, self.again = HiddenField("现主口令"), HiddenField("新主口令"), HiddenField("再输一遍")
        self.meter = StrengthTag(self.new, known_words)
        self.lock = button("立即上锁", panel.vault.lock)
        self.change = button("更换主口令", self.ask_change, "link")
        self.renew = button("换发恢复单", self.renew_sheet, "link")
        self.system = button("", self.switch_system, "link")
        self.rotate = button("更换密钥", self.ask_rotation, "link")
        self.go, self.no = button("确定更换", self.replace), button("取消", self.cancel, "link")
        self._paper = self._rotating = False
        for part in (self.note, self.old, self.new, self.meter, self.again):
            self.lines.addWidget(part)
        self.lines.addLayout(row(self.go, self.no, None))
        self.lines.addLayout(row(self.lock, self.change, None))
        self.lines.addLayout(row(self.renew, self.rotate, None))
        self.lines.addLayout(row(self.system, None))
        self.cancel()

    def shown(self) -> None:
        minutes = int(self.panel.vault.idle.total_seconds() // 60)
        allowed = SYSTEM in self.panel.vault.ways()
        self.system.setText("取消本机系统打开" if allowed else "允许本机系统打开")
        if self._paper:
            self.note.setText("已用恢复单打开：请立即更换主口令，随后打印新恢复单。")
        elif self._rotating:
            self.note.setText(ROTATION)
        else:
            self.note.setText(f"离开 {minutes} 分钟、锁屏或休眠时自动上锁。")

    def locked(self) -> None:
        """Whatever was begun or typed goes with the lock; the paper counts for this opening only."""
        self._paper = False
        self.cancel()

    def must_change(self) -> None:
        """The vault was opened with the paper: the passphrase is not asked for."""
        self._paper = True
        self.ask_change()

    def ask_change(self) -> None:
        for part in (self.new, self.again, self.go, self.no):
            part.setVisible(True)
        self.old.setVisible(not self._paper)
        self._fold_links(True)
        self.panel.refresh()

    def ask_rotation(self) -> None:
        """Explain what a new vault key is for, and ask for the passphrase once more."""
        self._rotating = True
        for part in (self.old, self.go, self.no):
            part.setVisible(True)
        self.go.setText("更换密钥")
        self._fold_links(True)
        self.panel.refresh()
        self.old.input.setFocus()

    def _fold_links(self, away: bool) -> None:
        """While one thing is being done the others are not offered."""
        for part in (self.change, self.rotate, self.renew, self.system):
            part.setVisible(not away)

    def _renew_key(self) -> None:
        vault, old = self.panel.vault, self.old.text()

        def done(code: str) -> None:
            self.cancel()
            self.panel.proving.show_code(code)

        self.panel.work(lambda: relock.rotate_key(vault, old), done, lambda refusal: self.old.show_wrong(str(refusal)))

    def cancel(self) -> None:
        self._rotating = False
        self.go.setText("确定更换")
        self._fold_links(False)
        for part in (self.old, self.new, self.again, self.go, self.no, self.meter):
            part.setVisible(False)
        for part in (self.old, self.new, self.again):
            part.take()
            part.show_wrong("")
        if self.panel.isVisible():
            self.panel.refresh()

    def replace(self) -> None:
        """Put the new passphrase in place of the old one, or a new vault key when that was asked for."""
        if self._rotating:
            self._renew_key()
            return
        old, new, again = self.old.text(), self.new.text(), self.again.text()
        verdict = self.meter.judge(new)
        if new != again:
            self.again.show_wrong("两次输入的不一样。")
            return
        if not verdict.good:
            self.new.show_wrong("太容易被猜到，请换一句。")  # the tag beside it says why
            return
        vault, paper = self.panel.vault, self._paper

        def work() -> str:
            if not paper:
                relock.change_passphrase(vault, old, new)
                return ""
            relock.replace_passphrase(vault, new)
            return relock.renew_recovery(vault)  # the old sheet's seal is broken

        def done(code: str) -> None:
            self._paper = False
            self.cancel()
            if code:
                self.panel.proving.show_code(code)

        def failed(refusal: Refused) -> None:
            (self.new if isinstance(refusal, BadValue) else self.old).show_wrong(str(refusal))

        self.panel.work(work, done, failed)

    def renew_sheet(self) -> None:
        if dialogs.ask(self, "换发恢复单？", "旧恢复单立即作废，新恢复单须重新打印并抄写核对。", "换发"):
            self.panel.proving.show_code(relock.renew_recovery(self.panel.vault))
            self.panel.refresh()

    def switch_system(self) -> None:
        """Allow or forbid the system's keyring; asking it may take a while."""
        vault = self.panel.vault
        allowed = SYSTEM in vault.ways()
        self.panel.work(
            lambda: relock.forbid_system(vault) if allowed else relock.allow_system(vault),
            lambda _: None,
            lambda refusal: dialogs.show_error(self, refusal),
        )
