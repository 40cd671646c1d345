"""邮件: whom it goes to and in which words; for web mailboxes every piece can be copied."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop import mailing, submission
from desktop.answering import Words
from desktop.mailboxes import examine
from desktop.windows import fields
from desktop.windows.parts import Card, button, label, row, scrolling


class LetterCard(Card):
    """The letter of one answer.

    Signals:
        copied: words were put on the clipboard.
        typed: the clerk changed a word; what to keep is in `words()`.
    """

    typed = Signal()
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__("邮件")
        self.receiver = fields.make("text", "报给")
        self.channel = fields.make("choice", "方式", submission.CHANNELS)
        self.address = fields.make("text", "收件地址")
        self.subject = fields.make("text", "主题")
        self.text = fields.make("long", "正文")
        self.text.input.setFixedHeight(140)
        self.code = fields.make("text", "授权码", note="这个邮箱的授权码没有存在本机，请填写后再按“发送”。")
        assert isinstance(self.code.input, QLineEdit)
        self.code.input.setEchoMode(QLineEdit.EchoMode.Password)
        self.code.hide()
        self.origin = label("", "note", wrap=True)
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 10, 0)
        lines.setSpacing(10)
        lines.addWidget(self.code)
        lines.addLayout(row(self.receiver, self.channel, spacing=12))
        lines.addWidget(self.address)
        lines.addLayout(row(*self._copies(), None))
        lines.addWidget(self.subject)
        lines.addWidget(self.text)
        lines.addWidget(self.origin)
        lines.addStretch(1)
        self.body.addWidget(scrolling(inner), 1)
        self.address.edited.connect(lambda _: self._check_address())
        self.channel.edited.connect(lambda _: self._check_address())
        for field in (self.receiver, self.channel, self.address, self.subject, self.text):
            field.edited.connect(lambda _: self.typed.emit())

    def _copies(self) -> list[QWidget]:
        pairs: tuple[tuple[str, fields.Field], ...] = (
            ("复制地址", self.address), ("复制主题", self.subject), ("复制正文", self.text)
        )  # fmt: skip
        return [button(words, partial(self._copy, words, field), "link") for words, field in pairs]

    def _copy(self, words: str, field: fields.Field) -> None:
        QGuiApplication.clipboard().setText(field.text())
        self.copied.emit(f"已{words}，可到网页邮箱粘贴。")

    def show_words(self, words: Words) -> None:
        """Propose a letter."""
        self.receiver.set_text(words.receiver)
        self.channel.set_text(words.channel)
        self.address.set_text(words.address)
        self.subject.set_text(words.subject)
        self.text.set_text(words.body)
        self._check_address()

    def doubt(self) -> str:
        """What is wrong with the addresses, in a sentence; empty when nothing is."""
        if self.channel.text() != submission.MAIL:
            return ""
        wrong = [each for part in mailing.addresses(self.address.text()) if not (each := examine(part)).sound]
        return "".join(f"“{each.printed}”：{'；'.join(each.faults)}。" for each in wrong)

    def _check_address(self) -> None:
        doubt = self.doubt()
        self.address.show_wrong(f"{doubt}请打电话核实。" if doubt else "")

    def words(self) -> Words:
        """The letter as the clerk leaves it."""
        return Words(
            self.receiver.text().strip(), self.channel.text(), self.address.text().strip(),
            self.subject.text().strip(), self.text.text(),
        )  # fmt: skip
