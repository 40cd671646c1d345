"""The report on the signatures of one file, in plain words with tags, and the comparing of a fingerprint."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.documents.signatures import wording
from desktop.documents.verifying import DISCLAIMER, Report, SignatureReport, State, Trust
from desktop.windows.parts import button, clear, label, line, row, scrolling, set_tone, tag

STATE_TONES = {
    State.VALID: "green",
    State.PARTIAL: "amber",
    State.INVALID: "red",
    State.UNSIGNED: "grey",
    State.DAMAGED: "red",
}
TRUST_TONES = {Trust.PINNED: "green", Trust.ISSUED: "green", Trust.UNKNOWN: "amber", Trust.REVOKED: "red"}
UNKNOWN_SIGNER = "签名人未核对"
MOST_PLACES = 12
"""Lines of altered or added parts shown one by one; the rest is counted."""


def badge(report: Report) -> tuple[str, str]:
    """What a file is worth in one word, and the tone of it: green only when it is known who signed."""
    trusts = {one.judgement.trust for one in report.signatures}
    if report.state is State.VALID and not report.accepted:
        return wording.TRUST[Trust.REVOKED], TRUST_TONES[Trust.REVOKED]
    if report.state is State.VALID and Trust.UNKNOWN in trusts:
        return UNKNOWN_SIGNER, TRUST_TONES[Trust.UNKNOWN]
    return wording.STATES[report.state], STATE_TONES[report.state]


class ReportView(QWidget):
    """What the signatures of a file prove.

    Signals:
        compared: the clerk compared a fingerprint with its holder: the certificate, and how.
    """

    compared = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.name = label("", "section", wrap=True)
        self.state = tag("")
        self.headline = label("", wrap=True)
        inside = QWidget()
        self.list = QVBoxLayout(inside)
        self.list.setContentsMargins(0, 0, 8, 0)
        self.list.setSpacing(12)
        note = label(DISCLAIMER, "note", wrap=True)
        note.setAccessibleName("签名的效力")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        head = row()
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        layout.addLayout(head)
        layout.addWidget(self.headline)
        layout.addWidget(scrolling(inside), 1)
        layout.addWidget(line())
        layout.addWidget(note)
        self.show_report(None)

    def show_report(self, report: Report | None) -> None:
        """Show a report; None shows what this place is for."""
        clear(self.list)
        self.state.setVisible(report is not None)
        if report is None:
            self.name.setText("没有选中文件")
            self.headline.setText("把 Word、Excel 文件拖进来，这里说明由谁签名、签后有没有改动。")
            return
        self.name.setText(report.name)
        words, tone = badge(report)
        self.state.setText(words)
        set_tone(self.state, tone)
        self.headline.setText(wording.headline(report))
        for problem in report.problems:
            self.list.addWidget(label(problem, "error", wrap=True))
        for number, one in enumerate(report.signatures, 1):
            self.list.addWidget(self._signature(number, one))
        self.list.addStretch(1)

    def _signature(self, number: int, one: SignatureReport) -> QWidget:
        made = QFrame()
        made.setAccessibleName(wording.heading(number, one))
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(8)
        title = label(f"{number}　{one.signer or '签名人不明'}", "section")
        state = tag(wording.STATES[one.state], STATE_TONES[one.state])
        trust = tag(f"证书{wording.TRUST[one.judgement.trust]}", TRUST_TONES[one.judgement.trust])
        layout.addLayout(row(title, 4, state, trust, None))
        layout.addLayout(_facts(one))
        if one.judgement.trust is Trust.UNKNOWN and one.certificate is not None and one.state is not State.INVALID:
            layout.addWidget(Comparing(one, self))
        return made


def _facts(one: SignatureReport) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    shown = list(wording.details(one))
    for place, (title, text) in enumerate(shown[:MOST_PLACES]):
        head = label(title, "secondary")
        head.setMinimumWidth(84)
        grid.addWidget(head, place, 0)
        grid.addWidget(label(_broken(text), "error" if title == "问题" else "", wrap=True), place, 1)
    if len(shown) > MOST_PLACES:
        grid.addWidget(
            label(f"另有 {len(shown) - MOST_PLACES} 项，可用命令 tuanmei verify 查看", "note"), MOST_PLACES, 1
        )
    return grid


def _broken(text: str) -> str:
    """A part name may be broken behind each slash, or it would push the card wider than the window."""
    return text.replace("/", "/\u200b")


class Comparing(QWidget):
    """Asks how the fingerprint above was compared and takes the signer among the known ones."""

    def __init__(self, one: SignatureReport, view: ReportView) -> None:
        super().__init__()
        self._one, self._view = one, view
        self.how = QLineEdit()
        self.how.setPlaceholderText("怎样核对的，如“电话核对”“当面核对”")
        self.how.setAccessibleName("怎样核对的")
        self.agree = button("指纹一致，登记为已核对", self._agreed)
        self.agree.setEnabled(False)
        self.how.textChanged.connect(lambda typed: self.agree.setEnabled(bool(typed.strip())))
        self.how.returnPressed.connect(self._agreed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.how, 1)
        layout.addWidget(self.agree)

    def _agreed(self) -> None:
        if self.how.text().strip():
            self._view.compared.emit(self._one.certificate, self.how.text().strip())
