"""填报与备案: the shelf of forms and of what is being filled; one of them open on the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QInputDialog, QStackedWidget, QWidget

from desktop import filings, forms, sheets_given
from desktop.errors import Refused
from desktop.windows import dialogs
from desktop.windows.fill_desk import FillDesk
from desktop.windows.fill_export import FilingExport
from desktop.windows.fill_paper import MANY
from desktop.windows.fill_shelf import TONES, Shelf
from desktop.windows.parts import Page, button, set_tone, tag

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.checking.findings import Finding
    from desktop.settings import Settings
    from desktop.store import Store
    from desktop.workdays import WorkCalendar

TITLE = "填报与备案"
SOON = 1
"""ms until the rest of a longer work goes on: with 0 it would begin before what the clerk did."""


class FillPage(Page):
    """The shelf, and the desk once a form is chosen."""

    help_topic = "填报与备案"

    def __init__(self, store: Store, settings: Settings, background: Background) -> None:
        super().__init__(TITLE)
        self._store, self._background = store, background
        self._calendar: WorkCalendar | None = None
        self.desk: FillDesk | None = None
        self.shelf = Shelf(store)
        self.shelf.started.connect(self._start)
        self.shelf.asked.connect(self._start_from)
        self.shelf.opened.connect(self.open_filing)
        self.shelf.reading.connect(lambda: self.go.emit("read", None))
        self.shelf.writing.connect(lambda: self.go.emit("official", None))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.shelf)
        self.body.addWidget(self._stack, 1)
        self.work = FilingExport(store, settings, background)
        self.work.busy.connect(self._busy)
        self.work.said.connect(self.say)
        self.body.addWidget(self.work)
        self.state = tag("", "grey")
        self.back = button("返回列表", self.close_desk)
        self.more = {
            "carry": button("沿用上期", self._carry_on),
            "answer": button("零报告/无变更", self._answer),
            "offer": button("改正写回台账", self._offer),
            "print": button("打印", self._print),
            "reopen": button("更正", self._reopen),
            "folder": button("打开文件夹", lambda: self.work.open_folder(self.desk.number if self.desk else 0)),
        }
        self.final = button("定稿并导出", self._finalise, "primary")
        for made in (self.state, self.back, *self.more.values(), self.final):
            self.buttons.addWidget(made)
        self._show_buttons()

    def refresh(self) -> None:
        if self.desk is not None:
            self._follow(self.desk)
        else:
            self.say("选一张表开始填，或继续没有填完的。离开一格就已保存。")
            self.shelf.refresh()

    def _follow(self, desk: FillDesk) -> None:
        """Let the desk show what was changed elsewhere; it closes when its filing was taken away."""
        state = desk.draft.filing.state
        try:
            desk.follow()
        except Refused as refusal:
            self._put_away()
            self.refresh()
            self.say(str(refusal))
        else:
            if desk.draft.filing.state != state:
                self._show_state()

    def take_back(self) -> bool:
        """Undo the last change of the draft on the desk; the filing itself is never taken away under the clerk."""
        desk = self.desk
        if desk is None or not desk.draft.filing.editable:
            return False
        if desk.take_back():
            self._show_state()
        else:
            self.say("这张表打开以后没有改过。要撤销别处的操作，请先返回列表。")
        return True

    def open(self, argument: object) -> None:
        """A number opens that filing; an errand (action, form, record) or ["begin", form] begins one or goes on."""
        if isinstance(argument, int):
            self.open_filing(argument)
        elif isinstance(argument, list) and argument[0] == "begin":
            self.shelf.begin(argument[1])
        elif isinstance(argument, list) and argument[0] == "fill":
            self.open_filing(argument[2])
        elif isinstance(argument, list) and argument[1]:
            self._start(argument[1], argument[2])

    def _start(self, form_id: str, subject_id: int | None) -> None:
        form = forms.find(form_id)
        today = self._store.clock().date()
        with self._store.read() as session:
            before = [one for one in filings.of_subject(session, form_id, subject_id) if one.editable]
            given = sheets_given.given_for(session, form_id, subject_id) if subject_id else None
        if before:
            self.open_filing(before[0].id)
            return
        begun = partial(filings.create, self._store, form, subject_id=subject_id, given=given or None)
        self._guarded(lambda: self._open_made(begun(cutoff=today, today=today), form))

    def _open_made(self, number: int, form: forms.Form) -> None:
        """Open what was just begun; a large one in a later turn of the event loop, for both together take too long."""
        with self._store.read() as session:
            large = filings.size(session, number) > MANY
        if large:
            self.say("正在打开…")
            QTimer.singleShot(SOON, self, lambda: self.open_filing(number, form))
        else:
            self.open_filing(number, form)

    def _start_from(self, form_id: str, record: int) -> None:
        """Begin a form from the record of a handover or of something on duty."""
        from desktop import custody_sheets, duty_sheets

        begin = custody_sheets.begin_handover if form_id == custody_sheets.HANDOVER_SHEET else duty_sheets.begin
        today = self._store.clock().date()
        self._guarded(lambda: self.open_filing(begin(self._store, record, today)))

    def open_filing(self, number: int, form: forms.Form | None = None) -> None:
        """Put a filing on the desk, with its form where that is known already."""
        from desktop.workdays import WorkCalendar

        self.save_typing()
        self._put_away()
        self._calendar = self._calendar or WorkCalendar.load()
        with self._store.read() as session:
            filing = session.get(filings.Filing, number)
        if filing is None:
            return
        desk = FillDesk(self._store, form or forms.find(filing.form_id), number, self._calendar, self._background)
        desk.refused.connect(lambda refusal: dialogs.show_error(self, refusal))
        desk.saved.connect(self._show_state)
        self.desk = desk
        self._stack.addWidget(desk)
        self._stack.setCurrentWidget(desk)
        desk.fields.focus(next(iter(desk.fields.inputs), ""))
        self._show_state()
        desk.drawing.when_made(
            lambda: self._background.run(desk, lambda _: _inspected(self._store), desk.show_findings)
        )

    def close_desk(self) -> None:
        """Back to the shelf; everything is saved."""
        self.save_typing()
        self._put_away()
        self._show_buttons()
        self.refresh()

    def save_typing(self) -> None:
        if self.desk is not None:
            self.desk.finish()

    def _put_away(self) -> None:
        if self.desk is not None:
            self.desk.drawing.stop()
            self._stack.removeWidget(self.desk)
            self.desk.deleteLater()
            self.desk = None
            self.title.setText(TITLE)
            self._show_buttons()

    def _show_state(self) -> None:
        desk = self.desk
        if desk is None:
            return
        self.title.setText(desk.draft.filing.title)
        self.say(_about(desk.draft.filing, self._store.clock()))
        self._show_buttons()

    def _show_buttons(self) -> None:
        desk = self.desk
        filing = desk.draft.filing if desk is not None else None
        editable = filing is not None and filing.editable
        for made in (self.state, self.back, self.more["print"], self.final):
            made.setVisible(filing is not None)
        for key in ("reopen", "folder"):
            self.more[key].setVisible(filing is not None and not editable)
        self.more["carry"].setVisible(editable)
        self.more["answer"].setVisible(desk is not None and editable and bool(desk.form.statement))
        self.more["offer"].setVisible(desk is not None and editable and bool(filings.offers(desk.draft)))
        self.final.setText("定稿并导出" if editable else "再次导出")
        if filing is not None:
            self.state.setText(filing.state)
            set_tone(self.state, TONES.get(filing.state, "grey"))

    def _guarded(self, work: Callable[[], Any]) -> bool:
        try:
            work()
        except Refused as refusal:
            dialogs.show_error(self, refusal)
            return False
        return True

    def _carry_on(self) -> None:
        desk = self.desk
        taken: list[str] = []
        if desk is not None and desk.changed(
            lambda: taken.extend(filings.carry_on(self._store, desk.number, desk.form))
        ):
            desk.note.setText(f"沿用上期 {len(taken)} 项" if taken else "上期没有可以补进空格的内容")

    def _answer(self) -> None:
        desk = self.desk
        if desk is None:
            return
        words, question = list(filings.ANSWERS), "这次怎样报（已填内容都保留）："
        now = words.index(desk.draft.filing.answer)
        chosen, agreed = QInputDialog.getItem(self, "零报告 / 无变更", question, words, now, False)
        if agreed and desk.changed(lambda: filings.answer(self._store, desk.number, desk.form, chosen)):
            self._show_state()

    def _offer(self) -> None:
        desk = self.desk
        if desk is None:
            return
        for offer in filter(partial(_agreed, self), filings.offers(desk.draft)):
            self._guarded(partial(filings.take_over, self._store, desk.number, offer.tag))
        desk.reload()
        self._show_state()

    def _print(self) -> None:
        self.save_typing()
        if self.desk is not None:
            self.desk.drawing.when_made(self.desk.paper.print_with_preview)

    def _reopen(self) -> None:
        desk = self.desk
        if desk is None:
            return
        reason, agreed = QInputDialog.getText(self, "更正", "更正原因（记入历史，原稿保留）：")
        if agreed and self._guarded(lambda: filings.reopen(self._store, desk.number, reason)):
            desk.reload()
            self._show_state()

    def _finalise(self) -> None:
        desk = self.desk
        if desk is None:
            return
        desk.finish()
        if desk.draft.filing.editable:
            if desk.stopping():
                first = next(remark for remark in desk.remarks if remark.level == "red")
                desk.go_to(first.tag, first.step)
                self.say(f"还有 {desk.stopping()} 处须改正才能定稿，光标已放在第一处；草稿已保存。")
                return
            today: date = self._store.clock().date()
            if not self._guarded(lambda: filings.finalise(self._store, desk.number, desk.form, today, self._calendar)):
                return
            desk.reload()
        self._show_state()
        self.work.write(desk.number, desk.form)

    def _busy(self, busy: bool) -> None:
        """One export at a time, and no correction of the version that is being written."""
        for made in (self.final, self.more["reopen"]):
            made.setEnabled(not busy)


def _agreed(parent: QWidget, offer: filings.Offer) -> bool:
    """Whether the clerk lets a correction go back into the register."""
    both = f"台账：{offer.there or '（空）'}\n本表：{offer.here}"
    return dialogs.ask(parent, f"把“{offer.label}”写回台账？", both, "写回台账", "不写回")


def _about(filing: filings.Filing, now: datetime) -> str:
    """The line below the title of a filing on the desk."""
    parts = [filing.subject_name, f"统计时间截至 {filing.cutoff}"]
    parts += [f"自动保存 {now:%H:%M:%S}"] if filing.editable else [f"第 {filing.version} 稿"]
    if filing.subject in ("event", "handover") and not filing.given:
        parts.append("空白开始，没有取自记录")
    if filing.due_on:
        parts.append(f"报送期限 {filing.due_on}")
    return " · ".join(parts)


def _inspected(store: Store) -> list[Finding]:
    """What the rule packs say about the register."""
    from desktop import watch

    return list(watch.look(store).checker.findings())
