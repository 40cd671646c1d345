"""The vault's own corner of 密码保管: make it, prove the recovery sheet, open, lock, change the locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from desktop.errors import Refused
from desktop.vault import RECOVERY, SYSTEM, relock
from desktop.windows import recovery_sheet
from desktop.windows.fields import Field
from desktop.windows.guard import keep_out_of_capture
from desktop.windows.parts import Card, button, label, row, set_tone, tag
from desktop.windows.secret_fields import HiddenField, StrengthTag
from desktop.windows.vault_locks import Part, Using

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.vault import Vault


class VaultPanel(Card):
    """Shows the state of the vault and what can be done with it.

    Signals:
        moved: it was made, opened, locked or otherwise changed.
    """

    moved = Signal()

    def __init__(self, vault: Vault, background: Background, known_words: Callable[[], list[str]]) -> None:
        super().__init__("密码保险柜")
        self._vault, self._background = vault, background
        self.state = tag("")
        self.head.addWidget(self.state)
        self.making, self.proving, self.opening, self.using = (
            _Making(self, known_words), _Proving(self), _Opening(self), Using(self, known_words),
        )  # fmt: skip
        self.parts: tuple[Part, ...] = (self.making, self.proving, self.opening, self.using)
        for part in self.parts:
            self.body.addWidget(part)
        self._waiting = QTimer(self)
        self._waiting.setInterval(1000)
        self._waiting.timeout.connect(self.opening.count_down)
        vault.on_lock(lambda: QTimer.singleShot(0, self, self._locked))
        self.refresh()

    @property
    def vault(self) -> Vault:
        """The vault shown."""
        return self._vault

    def refresh(self) -> None:
        """Show the part that fits the state of the vault."""
        exists, locked = self._vault.exists, self._vault.locked
        part: Part
        if not exists:
            part, word, tone = self.making, "未建立", "grey"
        elif locked:
            part, word, tone = self.opening, "已上锁", "grey"
        elif not self._vault.recovery_proven:
            part, word, tone = self.proving, "恢复单未核对", "amber"
        else:
            part, word, tone = self.using, "已打开", "green"
        self.state.setText(word)
        set_tone(self.state, tone)
        for one in self.parts:
            one.setVisible(one is part)
        part.shown()
        keep_out_of_capture(self, not locked)

    def work(self, deed: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Refused], None]) -> None:
        """Derive keys off the interface thread; the panel is closed to clicks meanwhile."""
        self.setEnabled(False)

        def finished(result: Any) -> None:
            self.setEnabled(True)
            done(result)
            self.refresh()
            self.moved.emit()

        def refused(error: BaseException) -> None:
            self.setEnabled(True)
            if not isinstance(error, Refused):
                raise error
            failed(error)

        self._background.run(self, lambda _: deed(), finished, refused)

    def wait(self) -> None:
        """Begin to count down after wrong passphrases."""
        self._waiting.start()
        self.opening.count_down()

    def waited(self) -> None:
        """The pause is over."""
        self._waiting.stop()

    def _locked(self) -> None:
        self.proving.forget()
        self.using.locked()
        self.opening.forget()
        self.refresh()
        self.moved.emit()


class _Making(Part):
    def __init__(self, panel: VaultPanel, known_words: Callable[[], list[str]]) -> None:
        super().__init__(panel)
        self.lines.addWidget(
            label("不存密码也能登记保管、交接和更换。要存密码，请先设主口令；忘了只能用恢复单打开。", "note", wrap=True)
        )
        self.first, self.second = HiddenField("主口令", "至少 10 个字符，建议用一句话"), HiddenField("再输一遍")
        self.meter = StrengthTag(self.first, known_words)
        for part in (self.first, self.meter, self.second):
            self.lines.addWidget(part)
        self.go, self.no = button("建立保险柜", self.make), button("取消", lambda: self.unfold(False), "link")
        self.lines.addLayout(row(self.go, self.no, None))
        self.unfold(False)

    def unfold(self, on: bool) -> None:
        """Show or put away the lines for the passphrase."""
        for part in (self.first, self.second, self.no):
            part.setVisible(on)
        if not on:
            self.meter.setVisible(False)
            self.first.take(), self.second.take()

    def make(self) -> None:
        """Ask for a passphrase; make the vault when both lines agree and are strong enough."""
        if self.first.isHidden():
            self.unfold(True)
            self.first.input.setFocus()
            return
        typed, again = self.first.text(), self.second.text()
        if typed != again:
            self.second.show_wrong("两次输入的不一样。")
            return
        verdict = self.meter.judge(typed)
        if not verdict.good:
            self.first.show_wrong("太容易被猜到，请换一句。")  # the tag beside it says why
            return
        self.unfold(False)
        self.panel.work(
            lambda: self.panel.vault.create(typed),
            self.panel.proving.show_code,
            lambda refusal: self.first.show_wrong(str(refusal)),
        )


class _Proving(Part):
    def __init__(self, panel: VaultPanel) -> None:
        super().__init__(panel)
        self._code = ""
        self.note = label("", "note", wrap=True)
        self.code = label("", "secret", wrap=True)
        self.print = button("打印恢复单", self.on_paper)
        self.typed = Field("照恢复单抄一遍", "分组、大小写不限")
        self.go = button("核对", self.prove)
        self.renew = button("重新生成恢复码", self.again, "link")
        for part in (self.note, self.code, self.typed):
            self.lines.addWidget(part)
        self.lines.addLayout(row(self.go, self.print, self.renew, None))

    def shown(self) -> None:
        """Say what to do; a code that is no longer in memory can only be made anew."""
        self.code.setText("  ".join(self._code.split("-")))
        self.code.setVisible(bool(self._code))
        self.print.setVisible(bool(self._code))
        self.note.setText(
            "请打印恢复单并封存，再照着抄一遍。核对前不能存入密码；离开此页后不再显示。"
            if self._code
            else "恢复单还没有核对。请照纸面抄一遍；没有纸面的，请重新生成。"
        )

    def show_code(self, code: str) -> None:
        """A code was made."""
        self._code = code
        self.typed.set_text("")

    def forget(self) -> None:
        """The code goes with the lock, and what was copied from the sheet."""
        self._code = ""
        self.code.setText("")
        self.typed.set_text("")
        self.typed.show_wrong("")

    def on_paper(self) -> None:
        recovery_sheet.print_sheet(self, self._code, self.panel.vault.store.clock())

    def prove(self) -> None:
        try:
            self.panel.vault.prove_recovery(self.typed.text())
        except Refused as refusal:
            self.typed.show_wrong(str(refusal))
            return
        self.forget()
        self.panel.refresh()
        self.panel.moved.emit()

    def again(self) -> None:
        self.show_code(relock.renew_recovery(self.panel.vault))
        self.panel.refresh()


class _Opening(Part):
    def __init__(self, panel: VaultPanel) -> None:
        super().__init__(panel)
        self.passphrase = HiddenField("主口令")
        self.passphrase.input.returnPressed.connect(self.open)  # type: ignore[attr-defined]
        self.go = button("打开", self.open, "primary")
        self.system = button("用本机系统打开", self.open_with_system, "link")
        self.paper = button("用恢复单打开", self.open_with_paper, "link")
        self.code = Field("恢复码", "照恢复单抄写；打开后须换主口令、换发恢复单")
        self.code.setVisible(False)
        for part in (self.passphrase, self.code):
            self.lines.addWidget(part)
        self.lines.addLayout(row(self.go, self.system, self.paper, None))

    def shown(self) -> None:
        ways = self.panel.vault.ways()
        self.system.setVisible(SYSTEM in ways)
        self.paper.setVisible(RECOVERY in ways)
        if self.panel.vault.wait():
            self.panel.wait()

    def forget(self) -> None:
        """Nothing typed outlives the lock."""
        self.passphrase.take()
        self.code.set_text("")
        self.code.show_wrong("")

    def open(self) -> None:
        """Open with what is in the line that is shown."""
        vault = self.panel.vault
        if not self.code.isHidden():
            typed = self.code.text()
            self.panel.work(lambda: vault.unlock_with_code(typed), self._opened_with_paper, self.code_refused)
            return
        typed = self.passphrase.take()
        if typed:
            self.panel.work(lambda: vault.unlock(typed), lambda _: self.passphrase.show_wrong(""), self.refused)

    def open_with_system(self) -> None:
        self.panel.work(self.panel.vault.unlock_with_system, lambda _: None, self.refused)

    def open_with_paper(self) -> None:
        """Change between the line for the passphrase and that for the code."""
        to_code = self.code.isHidden()
        self.forget()
        self.code.setVisible(to_code)
        self.passphrase.setVisible(not to_code)
        self.paper.setText("用主口令打开" if to_code else "用恢复单打开")
        self.panel.refresh()

    def _opened_with_paper(self, _: object) -> None:
        self.code.set_text("")
        self.open_with_paper()
        self.panel.using.must_change()

    def refused(self, refusal: Refused) -> None:
        self.passphrase.show_wrong(str(refusal))
        self.panel.refresh()
        self.passphrase.input.setFocus()

    def code_refused(self, refusal: Refused) -> None:
        self.code.show_wrong(str(refusal))
        self.panel.refresh()

    def count_down(self) -> None:
        """Wrong passphrases slow down: the button says for how long."""
        left = self.panel.vault.wait()
        self.go.setEnabled(left == 0)
        self.go.setText(f"请稍候 {left} 秒" if left else "打开")
        if left == 0:
            self.panel.waited()
