"""The newest links of the chain of custody in a side panel."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from desktop import custody
from desktop.windows.parts import Card, clear, label, set_tone, tag


class ChainCard(Card):
    """The newest links about the account chosen; nobody can alter them unseen."""

    def __init__(self) -> None:
        super().__init__("保管链（不可篡改）")
        self.fault = tag("", "red")
        self.fault.setWordWrap(True)
        self.body.addWidget(self.fault)
        self.broken("")
        self.lines = QVBoxLayout()
        self.lines.setSpacing(4)
        self.body.addLayout(self.lines)

    def broken(self, sentence: str) -> None:
        """Say which link is bad; nothing when the chain holds."""
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))
        set_tone(self.fault, "red")

    def show_links(self, links: list[custody.CustodyEvent], year: int) -> None:
        """Newest first; the year is left out where it is this one."""
        clear(self.lines)
        for event in reversed(links):
            said = label(short(event, year), "note", wrap=True)
            said.setToolTip(custody.line(event))
            self.lines.addWidget(said)
        if not links:
            self.lines.addWidget(label("还没有记录", "note"))


def short(event: custody.CustodyEvent, year: int) -> str:
    """One link in the space of a side panel: day (with its year unless it is this one), deed, people, hash."""
    who = {
        custody.ISSUED: f"{event.actor} → {event.person}",
        custody.TAKEN_BACK: f"{event.person} → {event.actor}",
    }.get(event.kind, event.actor)
    if event.step is not None:
        who = f"第 {event.step} 步办结　{event.actor}"
    elif event.kind in (custody.SEEN, custody.COPIED, custody.OPENED, custody.UNBOUND) and event.person != event.actor:
        who = f"{event.person}（经办 {event.actor}）"
    what = event.credential if event.credential_id else ""
    when = event.at[5:16].replace("T", " ") if event.at.startswith(f"{year}-") else event.at[:10]
    return f"{when}　{event.kind}{what}　{who}　#{event.hash[:4]}…"
