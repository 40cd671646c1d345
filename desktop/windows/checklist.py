"""The rows of a self-inspection: one question or one frozen finding each, updated in place when an answer is stored."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.inspections import EXPLAINED, OPEN, VERDICTS, InspectionAnswer, InspectionFinding
from desktop.questions import NO, NOT_APPLICABLE, YES
from desktop.windows.findings import TONES
from desktop.windows.parts import button, label, line, row, set_tone, tag

BLANK = "未回答"
NOTE_WIDTH = 180


class ChecklistRow(QWidget):
    """Words left, tools right, a hairline below."""

    def __init__(self, title: str, clause: str, choices: list[str], hint: str) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.words = QVBoxLayout()
        self.words.setSpacing(2)
        self.words.addWidget(label(title, wrap=True))
        if clause:
            self.words.addWidget(label(clause, "note", wrap=True))
        self.choice = QComboBox()
        self.choice.addItems(choices)
        self.choice.setAccessibleName(title)
        self.choice.setMinimumWidth(104)
        self.note = QLineEdit()
        self.note.setPlaceholderText(hint)
        self.note.setAccessibleName(f"{hint}：{title}")
        self.note.setFixedWidth(NOTE_WIDTH)
        self.choice.activated.connect(lambda _: self.changed())
        self.note.editingFinished.connect(self._left)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.tools.addWidget(self.note)
        self.tools.addWidget(self.choice)
        inner = QHBoxLayout()
        inner.setContentsMargins(0, 10, 0, 10)
        inner.setSpacing(16)
        inner.addLayout(self.words, 1)
        inner.addLayout(self.tools)
        outer.addLayout(inner)
        outer.addWidget(line())

    def _left(self) -> None:
        if self.note.isModified():
            self.changed()

    def changed(self) -> None:
        """The clerk chose or wrote something."""

    def show_said(self, choice: str, note: str, closed: bool) -> None:
        """Show what is stored; a note being typed is left alone."""
        self.choice.setCurrentText(choice)
        if not self.note.isModified():
            self.note.setText(note)
        self.choice.setEnabled(not closed)
        self.note.setEnabled(not closed)


class QuestionRow(ChecklistRow):
    """A question: 是, 否 or 不适用, a remark, a proof."""

    def __init__(
        self,
        one: InspectionAnswer,
        about: str,
        save: Callable[[int, str, str], None],
        attach: Callable[[InspectionAnswer], None],
        spread: Callable[[InspectionAnswer, str], None],
    ) -> None:
        title = f"{about}：{one.question}" if about else one.question
        super().__init__(title, one.clause, [BLANK, YES, NO, NOT_APPLICABLE], "说明")
        self._id, self._save = one.id, save
        self._verdict = tag("")
        self.tools.insertWidget(0, self._verdict)
        self._proof = label("宜附佐证材料" if one.proof else "", "note")
        self.words.addWidget(self._proof)
        self._proof.setVisible(one.proof)
        self._spread = button("其余同此", lambda: spread(one, self.choice.currentText()), "link")
        self._spread.setAccessibleDescription(f"其余账号也这样回答：{one.question}")
        self._spread.setVisible(False)
        self._about = bool(about)
        self.tools.insertWidget(0, self._spread)
        self._attach = button("附材料", lambda: attach(one), "link")
        self._attach.setAccessibleDescription(title)
        self.tools.addWidget(self._attach)

    def show_answer(self, one: InspectionAnswer, proof: str, closed: bool, *, others: bool = False) -> None:
        """Show what is stored; `others`: the same question is unanswered for other accounts."""
        self.show_said(one.answer or BLANK, one.note, closed)
        self._spread.setVisible(self._about and bool(one.answer) and others and not closed)
        self._attach.setEnabled(not closed)
        self._verdict.setVisible(bool(one.answer))
        self._verdict.setText("有问题" if one.faulty else "正常")
        set_tone(self._verdict, "red" if one.faulty else "green")
        if proof:
            self._proof.setText(f"材料：{proof}")
            self._proof.show()
            self._attach.setText("换材料")

    def changed(self) -> None:
        self.note.setModified(False)
        said = self.choice.currentText()
        self._save(self._id, "" if said == BLANK else said, self.note.text())


class FindingRow(ChecklistRow):
    """A frozen finding: what becomes of it, and the explanation where it is not mended."""

    def __init__(self, one: InspectionFinding, save: Callable[[int, str, str], None]) -> None:
        super().__init__(f"{one.subject}：{one.what}", one.clause, list(VERDICTS), "情况说明")
        self._id, self._save = one.id, save
        self.words.insertLayout(0, row(tag(one.name, list(TONES.values())[one.severity]), None))

    def show_finding(self, one: InspectionFinding, closed: bool) -> None:
        """Show what is stored."""
        self.show_said(one.verdict, one.note, closed)

    def changed(self) -> None:
        if self.choice.currentText() == EXPLAINED and not self.note.text().strip():
            self.note.setPlaceholderText("写明为何不需整改")
            self.note.setFocus()
            return
        if self.choice.currentText() == OPEN and not self.note.isModified() and not self.note.text():
            self.note.setPlaceholderText("情况说明")
        self.note.setModified(False)
        self._save(self._id, self.choice.currentText(), self.note.text())
