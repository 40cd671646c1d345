"""One password of 密码保管: show and copy with a reason, change in two phases, codes of a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop import credentials, custody, passwords
from desktop.errors import Refused
from desktop.passwords import Secret
from desktop.vault import CURRENT, PLANNED, generate, totp
from desktop.windows import dialogs
from desktop.windows.fields import ChoiceField, Field
from desktop.windows.parts import Card, button, label, row
from desktop.windows.secret_fields import HiddenField, ShownSecret, StrengthTag

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.vault import Vault
    from desktop.windows.clipboard import SecretClipboard

SHOWN_SECONDS = 30
MYSELF = "本人"
TYPING = "到平台输入新密码"
"""The reason noted when a planned password is shown in order to be typed into the platform."""


class SecretPanel(Card):
    """What can be done with the secret of the credential chosen in the list."""

    def __init__(
        self, store: Store, vault: Vault, clipboard: SecretClipboard, known_words: Callable[[], list[str]]
    ) -> None:
        super().__init__("密码")
        self._store, self._vault, self._clipboard = store, vault, clipboard
        self._entry: credentials.Entry | None = None
        self._secret: Secret | None = None
        self._viewers: dict[str, int] = {}
        self.state = label("", "note", wrap=True)
        self.viewer = ChoiceField("给谁看", ())
        self.reason = Field("事由", "查看、复制都要写明事由并留痕")
        self.show_it = button("查看", lambda: self.reveal(custody.SEEN))
        self.copy_it = button("复制密码", lambda: self.reveal(custody.COPIED))
        self.login, self.secret = ShownSecret("登录名", selectable=True), ShownSecret("密码", selectable=False)
        self.left = label("", "note")
        self.changing = _Changing(self, known_words)
        self.body.addWidget(self.state)
        self.body.addWidget(self.viewer)
        self.body.addWidget(self.reason)
        self.body.addLayout(row(self.show_it, self.copy_it, None))
        for part in (self.login, self.secret, self.left, self.changing):
            self.body.addWidget(part)
        self._hide_at = 0.0
        self._on_clipboard = 0
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._second)
        clipboard.left.connect(self._copied)
        vault.on_lock(self.hide_secret)
        self.show_entry(None)

    @property
    def store(self) -> Store:
        """The store."""
        return self._store

    @property
    def vault(self) -> Vault:
        """The vault."""
        return self._vault

    @property
    def entry(self) -> credentials.Entry | None:
        """The line of the list this panel shows."""
        return self._entry

    def show_entry(self, entry: credentials.Entry | None) -> None:
        """Show another credential; what was revealed of the one before is hidden."""
        if entry is None or self._entry is None or entry.id != self._entry.id:
            self.hide_secret()
            self.reason.set_text("")
            self.reason.show_wrong("")
            self.changing.fold()
        self._entry = entry
        self.setVisible(entry is not None)
        if entry is None:
            return
        self.title.setText(f"{entry.platform}“{entry.account}”{entry.kind}")
        with self._store.read() as session:
            credential = session.get_one(credentials.Credential, entry.id)
            kept = passwords.stored(session, credential)
            planned = passwords.stored(session, credential, PLANNED)
        usable = kept and not self._vault.locked
        for part in (self.reason, self.show_it, self.copy_it):
            part.setVisible(usable)
        self._offer_viewers(entry, usable)
        self.copy_it.setText("复制动态口令" if entry.kind == credentials.TOTP else "复制密码")
        self.state.setText(_state(kept, self._vault.locked, planned))
        self.changing.show_state(kept, planned, self._vault.locked)

    def reveal(self, deed: str, state: str = CURRENT, reason: str = "") -> None:
        """Show or copy after the trace has been written."""
        if self._entry is None:
            return
        try:
            found = passwords.reveal(
                self._store,
                self._vault,
                self._entry.id,
                reason=reason or self.reason.text(),
                kind=deed,
                state=state,
                viewer_id=self._viewers.get(self.viewer.text()) if state == CURRENT else None,
            )
            self.reason.show_wrong("")
            if deed == custody.COPIED:
                self._clipboard.put(self._worth(found))
            else:
                self._show(found)
        except Refused as refusal:
            if reason:
                dialogs.show_error(self, refusal)
            else:
                self.reason.show_wrong(str(refusal))

    def _offer_viewers(self, entry: credentials.Entry, usable: bool) -> None:
        """The operator, and whoever was given the newest password: it may be shown to them at this screen."""
        today = self._store.clock().date()
        self._viewers = {
            holder.name: number
            for number, holder in entry.state.holders.items()
            if entry.state.may_see(number, today) and holder.name != self._store.actor
        }
        kept, box = self.viewer.text(), self.viewer.input
        assert isinstance(box, QComboBox)
        box.clear()
        box.addItems([MYSELF, *self._viewers])
        if kept in self._viewers:
            self.viewer.set_text(kept)
        self.viewer.setVisible(usable and bool(self._viewers))

    def hide_secret(self) -> None:
        """Take the secret off the screen."""
        self._tick.stop()
        self._secret = None
        self.login.forget()
        self.secret.forget()
        self.left.setVisible(False)

    def _worth(self, found: Secret) -> str:
        """What is typed into the platform: the password, or the code of the moment."""
        if self._entry is not None and self._entry.kind == credentials.TOTP:
            return totp.read_seed(found.password).code(time.time())
        return found.password

    def _show(self, found: Secret) -> None:
        self._worth(found)  # a seed that cannot be used is refused here, not at every tick
        self._secret = found
        self.login.setText(found.login)
        self.login.setVisible(bool(found.login))
        self.secret.setVisible(True)
        self.left.setVisible(True)
        self._hide_at = time.monotonic() + SHOWN_SECONDS
        self._tick.start()
        self._second()

    def _second(self) -> None:
        left = int(self._hide_at - time.monotonic() + 0.999)
        if left <= 0 or self._secret is None:
            self.hide_secret()
            return
        self.secret.setText(self._worth(self._secret))
        note = f"{left} 秒后隐藏，已留痕"
        if self._entry is not None and self._entry.kind == credentials.TOTP:
            note = f"本口令还有 {totp.read_seed(self._secret.password).left(time.time())} 秒有效；{note}"
        self.left.setText(f"{note}；剪贴板 {self._on_clipboard} 秒后清空" if self._on_clipboard else note)

    def _copied(self, left: int) -> None:
        self._on_clipboard = left
        self.left.setVisible(left > 0 or self._secret is not None)
        if left > 0 and self._secret is None:
            self.left.setText(f"已复制，{left} 秒后清空剪贴板")


class _Changing(QWidget):
    """Two-phase change: plan a new password, type it into the platform, confirm; or only enter that it was changed."""

    def __init__(self, panel: SecretPanel, known_words: Callable[[], list[str]]) -> None:
        super().__init__()
        self._panel = panel
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        self.begin = button("更换密码", self.unfold)
        self.done = button("已在平台改好", self.confirm)
        self.view = button("查看拟改密码", lambda: panel.reveal(custody.SEEN, PLANNED, TYPING))
        self.copy = button("复制拟改密码", lambda: panel.reveal(custody.COPIED, PLANNED, TYPING))
        self.drop = button("放弃", self.give_up, "link")
        self.login, self.new = Field("登录名"), HiddenField("新密码", "平台有长度或符号限制的，请手工改短")
        self.make = button("生成 16 位密码", self.generate)
        self.keep = button("保存为拟改", self.plan)
        self.store_now = button("存入现用密码", self.unfold_to_keep, "link")
        self._keeping = False
        self.fold_it = button("取消", self.fold, "link")
        self.meter = StrengthTag(self.new, known_words)
        lines.addLayout(row(self.begin, self.store_now, None))
        lines.addLayout(row(self.done, self.drop, None))
        lines.addLayout(row(self.view, self.copy, None))
        for part in (self.login, self.new, self.meter):
            lines.addWidget(part)
        lines.addLayout(row(self.make, self.keep, self.fold_it, None))
        self._form = (self.login, self.new, self.meter, self.make, self.keep, self.fold_it)
        self._strength = ""
        self._kept, self._planned = True, False

    def show_state(self, kept: bool, planned: bool, locked: bool) -> None:
        """Offer what comes next: plan, confirm, or (vault locked) enter a change made elsewhere."""
        folded = self.new.isHidden()
        self._kept, self._planned = kept, planned
        self.store_now.setText("更正存入的密码" if kept else "存入现用密码")
        self.store_now.setVisible(not planned and not locked and folded)
        self.begin.setVisible(not planned and not locked and folded)
        self.done.setVisible(planned or locked or (not kept and folded))
        self.done.setText("已在平台改好" if planned else "登记：已在平台更换")
        self.drop.setVisible(planned)
        for part in (self.view, self.copy):
            part.setVisible(planned and not locked)
        if locked or planned:
            self.fold()

    def unfold(self) -> None:
        """Show the form of a new password."""
        self._unfold(keeping=False)

    def unfold_to_keep(self) -> None:
        """Show the form for the password that is in use already, to put it into the vault."""
        self._unfold(keeping=True)

    def _unfold(self, *, keeping: bool) -> None:
        self._keeping = keeping
        for part in self._form:
            part.setVisible(part is not self.meter and not (keeping and part is self.make))
        self.new.title.setText("现用密码" if keeping else "新密码")
        self.keep.setText("存入保险柜" if keeping else "保存为拟改")
        for part in (self.begin, self.store_now, self.done):
            part.setVisible(False)
        self.new.input.setFocus()

    def fold(self) -> None:
        """Put the form away and forget what was typed."""
        self.new.take()
        self.new.show_wrong("")
        for part in self._form:
            part.setVisible(False)
        entry = self._panel.entry
        usable = entry is not None and not self._panel.vault.locked and not self._planned
        self.begin.setVisible(usable)
        self.store_now.setVisible(usable)
        self.done.setVisible(self._planned or not usable or not self._kept)

    def generate(self) -> None:
        self.new.set_text(generate.generate())
        self.meter.judge(self.new.text())

    def plan(self) -> None:
        """Seal the new password as planned; the old one stays in use."""
        entry, typed = self._panel.entry, self.new.text()
        if entry is None:
            return
        verdict = self.meter.judge(typed)
        if not typed:
            self.new.show_wrong("请填写或生成新密码。")
            return
        if (
            not self._keeping
            and not verdict.good
            and not dialogs.ask(self, f"新密码强度“{verdict.word}”，仍要使用？", "、".join(verdict.reasons), "仍要使用")
        ):
            return
        try:
            do = passwords.keep_current if self._keeping else passwords.plan
            do(self._panel.store, self._panel.vault, entry.id, Secret(self.login.text(), typed))
        except Refused as refusal:
            self.new.show_wrong(str(refusal))
            return
        self._strength = "" if self._keeping else verdict.word
        self.fold()

    def confirm(self) -> None:
        """It was changed on the platform."""
        entry = self._panel.entry
        if entry is None:
            return
        try:
            with self._panel.store.read() as session:
                number = open_handover(session, entry.account_id)
            passwords.confirm(self._panel.store, entry.id, strength=self._strength, handover_id=number)
            self._strength = ""
        except Refused as refusal:
            dialogs.show_error(self, refusal)

    def give_up(self) -> None:
        entry = self._panel.entry
        if entry is not None and dialogs.ask(
            self,
            "放弃拟改的密码？",
            "拟改的密码随即擦除。已经在平台改成它的，请点“已在平台改好”，否则以后登不进去。",
            "放弃",
        ):
            passwords.give_up(self._panel.store, entry.id)


def open_handover(session: object, account_id: int) -> int | None:
    """The handover a change belongs to, when one is under way for the account."""
    from desktop.holders import open_handover_of

    return open_handover_of(session, account_id)  # type: ignore[arg-type]


def _state(kept: bool, locked: bool, planned: bool) -> str:
    if planned:
        return "已存拟改密码：请到平台改好后点“已在平台改好”；旧密码此前仍有效。"
    if not kept:
        return "密码未存入保险柜，只登记保管和更换。"
    return "密码已存入保险柜，打开保险柜后可查看。" if locked else "密码已存入保险柜。"
