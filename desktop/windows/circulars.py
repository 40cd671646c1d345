"""导入上级通报: paste it or choose the file, look at each row and its match, take what concerns the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import circulars, dates
from desktop.circulars import Circular, Problem
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.fields import DateField, Field
from desktop.windows.parts import Card, button, clear, label, line, row, scrolling, tag

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.checking.facts import AccountFacts
    from desktop.store import Store
    from desktop.watch import Look

KINDS = "通报 (*.docx *.xlsx *.xls *.et *.csv *.pdf *.doc *.wps *.txt *.html);;所有文件 (*)"
NOBODY = "不是我单位的账号"


class CircularPanel(QWidget):
    """Text left out on top, then the problems with their matches.

    Signals:
        done: the batch that was made, None when given up.
    """

    done = Signal(object)

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__()
        self._store, self._background = store, background
        self._accounts: list[AccountFacts] = []
        self._circular: Circular | None = None
        self._rows: list[tuple[QCheckBox, QComboBox, Problem]] = []
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText("把通报全文或名单表格粘贴到这里；也可以点“选择文件”。")
        self.text.setAccessibleName("通报内容")
        self.text.setFixedHeight(110)
        self.title, self.issuer = Field("通报名称"), Field("发文单位")
        self.due = DateField("整改报告报送期限")
        self.remarks = label("", "note", wrap=True)
        self.take = button("列入整改清单", self._accept)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(0)
        holder = QWidget()
        holder.setLayout(self._list)
        card = Card("导入上级通报")
        card.head.addWidget(button("返回整改清单", lambda: self.done.emit(None), "link"))
        card.body.addWidget(self.text)
        card.body.addLayout(
            row(
                button("粘贴", self._paste),
                button("识别", self._read),
                button("选择文件", self._choose),
                None,
                self.take,
            )
        )
        self._facts = row(self.title, self.issuer, self.due, spacing=16)
        card.body.addLayout(self._facts)
        card.body.addWidget(self.remarks)
        card.body.addWidget(scrolling(holder), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(card)
        self._show(None)

    def show_look(self, look: Look) -> None:
        """Know the accounts that rows may be matched to."""
        self._accounts = [one for one in look.checker.register.accounts.values() if one.running]

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        text, html = mime.text(), mime.html()
        self.text.setPlainText(text)
        self._start(lambda: circulars.read_text(self._store, text, self._today(), html))

    def _read(self) -> None:
        text = self.text.toPlainText()
        self._start(lambda: circulars.read_text(self._store, text, self._today()))

    def _choose(self) -> None:
        file = dialogs.choose_file(self, "选择通报或名单", KINDS)
        if file is not None:
            self._start(lambda: circulars.read_file(self._store, file, self._today()))

    def _today(self) -> date:
        return self._store.clock().date()

    def _start(self, work: Callable[[], Circular]) -> None:
        self._background.run(self, lambda _: work(), self._show, lambda error: dialogs.show_error(self, error))

    def _show(self, circular: Circular | None) -> None:
        self._circular = circular
        clear(self._list)
        self._rows = []
        for widget in (self.title, self.issuer, self.due, self.take, self.remarks):
            widget.setVisible(circular is not None)
        if circular is None:
            return
        self.title.set_text(circular.title)
        self.issuer.set_text(circular.issuer)
        self.due.set_text(str(circular.due or ""))
        counted = "，".join(f"《{title}》{count} 行" for title, count in circular.lists)
        self.remarks.setText("；".join([f"读出 {counted}", *(remark.rstrip("。") for remark in circular.remarks)]))
        for problem in sorted(circular.problems, key=lambda one: one.account_id is None):
            self._list.addWidget(self._line(problem))
        self._list.addStretch(1)

    def _line(self, problem: Problem) -> QWidget:
        made = QWidget()
        outer = QVBoxLayout(made)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.setSpacing(4)
        box = QCheckBox(problem.title)
        box.setChecked(problem.account_id is not None)
        match = QComboBox()
        match.addItem(NOBODY, None)
        for account in self._accounts:
            match.addItem(account.title, account.id)
        match.setCurrentIndex(max(match.findData(problem.account_id), 0))
        match.setAccessibleName(f"{problem.title}对应的账号")
        match.setMinimumWidth(220)
        match.activated.connect(lambda _: box.setChecked(match.currentData() is not None))
        state = tag("待核对", "amber") if problem.doubt else tag("已对应", "green") if problem.account_id else None
        outer.addLayout(row(box, label(problem.unit, "secondary"), None, *([state] if state else []), match))
        words = [problem.problem, problem.doubt, *(f"名单中：{odd}" for odd in problem.odd)]
        outer.addWidget(label("\n".join(word for word in words if word), "note", wrap=True))
        outer.addWidget(line())
        self._rows.append((box, match, problem))
        return made

    def _accept(self) -> None:
        circular = self._circular
        if circular is None:
            return
        taken = [
            replace(problem, account_id=match.currentData()) for box, match, problem in self._rows if box.isChecked()
        ]
        try:
            confirmed = replace(
                circular, title=self.title.text().strip(), issuer=self.issuer.text().strip(),
                due=dates.parse(self.due.text()),
            )  # fmt: skip
            batch = circulars.accept(self._store, confirmed, self._today(), taken)
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return
        self.text.clear()
        self._show(None)
        self.done.emit(batch)
