"""发件邮箱: the mailbox the office sends from, its server, and where its 授权码 lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit

from desktop import mailing, units
from desktop.errors import BadValue
from desktop.mailboxes import is_address
from desktop.windows import dialogs, fields
from desktop.windows.parts import Card, Page, button, label, row

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.store import Store

SECURITY = {"SSL（465 端口）": "ssl", "STARTTLS（587 端口）": "starttls"}
HELP = (
    "163、126、QQ 等邮箱不能用网页登录密码发信，要用“授权码”：登录网页邮箱，在“设置”里找到 POP3/SMTP/IMAP，"
    "开启 SMTP 服务，按提示生成授权码，填到这里。授权码只存在本机系统的钥匙串里，不进台账、不进备份。"
)


class MailPage(Page):
    """Settings of the sending mailbox."""

    help_topic = "报送与汇总"

    def __init__(self, store: Store, background: Background, codes: mailing.Codes) -> None:
        super().__init__("发件邮箱", "只在按下“发送”时使用；不设置也可以生成邮件草稿，用网页邮箱发送。")
        self._store, self._background, self._codes = store, background, codes
        self.buttons.addWidget(button("返回", lambda: self.go.emit("submission", None)))
        self.buttons.addWidget(button("保存", self._save, "primary", "Ctrl+S"))
        self.address = fields.make("text", "邮箱地址", note="如 lctw@126.com")
        self.shown_name = fields.make("text", "发件人名称", note="收件人看到的名字，一般写单位全称")
        self.host = fields.make("text", "发信服务器")
        self.port = fields.make("text", "端口")
        self.security = fields.make("choice", "加密方式", tuple(SECURITY))
        self.limit = fields.make("text", "单封上限（MB）", note="连附件；163、126、QQ 普通附件约 50")
        self.code = fields.make("text", "授权码", note="留空表示不改；不存也可以，发送时再填")
        assert isinstance(self.code.input, QLineEdit)
        self.code.input.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember = QCheckBox("把授权码存入本机系统的钥匙串")
        self.remember.setChecked(True)
        self.address.finished.connect(self._propose)
        self.trust = fields.make("text", "根证书文件", note="只有单位自建的邮件服务器才要填（.pem）")
        self._typed = False
        for field in self._fields():
            field.edited.connect(self._touch)
        here = [self.address, self.shown_name, self.code, self.remember]
        there = [self.host, self.port, self.security, self.limit, self.trust]
        cards = QHBoxLayout()
        cards.setSpacing(16)
        for title, parts in (("邮箱", here), ("发信服务器", there)):
            card = Card(title)
            for part in parts:
                card.body.addWidget(part)
                card.body.addSpacing(4)
            if parts is here:
                card.body.addLayout(row(button("从钥匙串删除授权码", self._forget, "link"), None))
                card.body.addWidget(label(HELP, "note", wrap=True))
            else:
                card.body.addLayout(row(button("选择根证书", self._choose_trust, "link"), None))
            card.body.addStretch(1)
            cards.addWidget(card, 1)
        self.body.addLayout(cards, 1)

    def _fields(self) -> tuple[fields.Field, ...]:
        return (
            self.address, self.shown_name, self.host, self.port, self.security, self.limit, self.trust, self.code,
        )  # fmt: skip

    def _touch(self, _: str) -> None:
        """What is being typed must not be overwritten by a refresh."""
        self._typed = True

    def open(self, argument: object) -> None:
        self._typed = False
        self.refresh()

    def refresh(self) -> None:
        if self._typed:
            return
        with self._store.read() as session:
            account = next(iter(mailing.accounts(session)), None)
            mine = units.own(session)
        if account is not None:
            self._fill(account)
        elif mine is not None and not self.address.text():
            self.address.set_text(mine.email)
            self.shown_name.set_text(mine.name)
            self._propose(mine.email)

    def _fill(self, account: mailing.MailAccount) -> None:
        self.address.set_text(account.address)
        self.shown_name.set_text(account.sender_name)
        self.host.set_text(account.host)
        self.port.set_text(str(account.port))
        self.security.set_text(next(words for words, key in SECURITY.items() if key == account.security))
        self.limit.set_text(str(account.limit_mb))
        self.trust.set_text(account.trust)

    def _propose(self, address: str) -> None:
        """Fill in the server that is known for an address."""
        if not is_address(address.strip()):
            return
        proposed = mailing.account_for(address.strip(), self.shown_name.text())
        self._fill(proposed)

    def account(self) -> mailing.MailAccount:
        """The account as typed.

        Raises:
            BadValue: an address or number is none.
        """
        return mailing.account_as_typed(
            self.address.text(), self.shown_name.text(), host=self.host.text(), port=self.port.text(),
            security=SECURITY.get(self.security.text(), "ssl"), limit=self.limit.text(), trust=self.trust.text(),
        )  # fmt: skip

    def _save(self) -> None:
        for field in self._fields():
            field.show_wrong("")
        try:
            made = self.account()
        except BadValue as refusal:
            wrong = {"端口": self.port, "单封上限（MB）": self.limit, "根证书文件": self.trust}.get(
                refusal.where, self.address
            )
            wrong.show_wrong(str(refusal))
            return
        mailing.keep_account(self._store, made)
        code, address = self.code.text().strip(), made.address
        if code and self.remember.isChecked():
            self._background.run(self, lambda _: self._codes.keep(address, code), lambda _: self._kept())
        else:
            self._kept()

    def _kept(self) -> None:
        self.code.set_text("")
        self._typed = False
        self.go.emit("submission", None)

    def _choose_trust(self) -> None:
        chosen = dialogs.choose_file(self, "选择邮件服务器的根证书", "证书 (*.pem *.crt *.cer)")
        if chosen is not None:
            self.trust.set_text(str(chosen))
            self._typed = True

    def _forget(self) -> None:
        address = self.address.text().strip()
        if address and dialogs.ask(self, "删除已存的授权码？", "删除后每次发送都要重新填写。", "删除"):
            self._background.run(self, lambda _: self._codes.forget(address), lambda _: self.say("已删除授权码。"))
