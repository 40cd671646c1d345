"""自查与整改: problems found, self-inspection, rectification, life-cycle filings and the rules chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

from desktop import proofs, watch
from desktop.checking.filing import CANCEL, CHANGE, OPEN
from desktop.errors import BadFile, Refused
from desktop.inspections import SELF, YEARLY
from desktop.windows import dialogs
from desktop.windows.adoption import AdoptionPanel
from desktop.windows.circulars import CircularPanel
from desktop.windows.findings import FindingsPanel
from desktop.windows.lifecycle import LifePanel
from desktop.windows.parts import Page, button
from desktop.windows.rectification import RectificationPanel
from desktop.windows.reports import ReportPanel
from desktop.windows.self_inspection import PROOFS, RunPanel
from desktop.workdays import WorkCalendar

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.rectification import RectifyBatch
    from desktop.reports import Report
    from desktop.store import Store
    from desktop.watch import Look


class InspectionsPage(Page):
    """The place 自查与整改."""

    help_topic = "自查与整改"

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__("自查与整改")
        self._store, self._background = store, background
        self._errand: list[object] | None = None
        self._look: Look | None = None
        self._stale: set[Any] = set()
        self.findings = FindingsPanel()
        self.runs = RunPanel(store, background)
        self.problems = RectificationPanel(store)
        self.circular = CircularPanel(store, background)
        self.lives = LifePanel(store)
        self.packs = AdoptionPanel(store)
        self.report = ReportPanel(store)
        self.problem_stack = QStackedWidget()
        self.problem_stack.addWidget(self.problems)
        self.problem_stack.addWidget(self.circular)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.findings, "问题清单")
        self.tabs.addTab(self.runs, "自查年审")
        self.tabs.addTab(self.problem_stack, "整改")
        self.tabs.addTab(self.lives, "开停变更")
        self.tabs.addTab(self.packs, "适用规定")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.tabs)
        self.stack.addWidget(self.report)
        self.body.addWidget(self.stack, 1)
        self._starts = [
            button("开始年审", lambda: self._begin(YEARLY)),
            button("开始自查", lambda: self._begin(SELF), "primary"),
        ]
        for entry in self._starts:
            self.buttons.addWidget(entry)
        self._wire()

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(lambda _: self._freshen())
        self.findings.go.connect(self._go)
        self.lives.go.connect(self._go)
        self.runs.go.connect(self._go)
        self.findings.asked_paper.connect(self._keep_paper)
        self.runs.drafted.connect(self._show_report)
        self.problems.drafted.connect(self._show_report)
        self.runs.to_mend.connect(self._mend)
        self.problems.asked_circular.connect(lambda: self.problem_stack.setCurrentWidget(self.circular))
        self.circular.done.connect(self._circular_done)
        self.packs.counted_anew.connect(self.refresh)
        self.report.done.connect(lambda: self._turn_to(self.tabs))

    def refresh(self) -> None:
        store = self._store
        self._background.run(self, lambda _: watch.look(store), self._show, self._unable)

    def _unable(self, error: BaseException) -> None:
        """Nothing can be judged by the packs as they are chosen: say why, and let them be chosen otherwise."""
        if not isinstance(error, Refused):
            raise error
        self._look, self._errand = None, None
        self.say(str(error))
        self.tabs.setCurrentWidget(self.packs)
        if not isinstance(error, BadFile):  # a damaged pack is named above; the list cannot be read either
            self.packs.refresh(WorkCalendar.load())

    def open(self, argument: object) -> None:
        self._errand = argument if isinstance(argument, list) else None
        if self._look is not None:
            self._do_errand()

    def _show(self, look: Look) -> None:
        self._look = look
        found = look.checker.findings()
        grave = sum(one.severity == 0 for one in found)
        silent = look.checker.context.book.silent
        said = f"发现 {len(found)} 个问题，其中必须整改 {grave} 个"
        if not look.checker.context.book.speaking:
            said = "还没有选用规定，检查不了：请到“设置”填写单位层级，或在“适用规定”里选用"
        if silent:
            said += f"；今天不适用：{'、'.join(one.pack.short for one in silent)}"
        self.say(said)
        self._stale = {self.findings, self.runs, self.problem_stack, self.lives, self.packs}
        self._freshen()
        self._do_errand()

    def _freshen(self) -> None:
        """Show the newest look in the tab that is seen; the others wait until they are."""
        panel = self.current()
        if self._look is None or panel not in self._stale:
            return
        self._stale.discard(panel)
        if panel is self.problem_stack:
            self.circular.show_look(self._look)
            self.problems.refresh()
        else:
            panel.show_look(self._look)

    def _do_errand(self) -> None:
        """Do what a button of the home page or of a finding asked for: action, form, number."""
        errand, self._errand = self._errand, None
        if not errand:
            return
        action, number = str(errand[0]), int(str(errand[2] or 0))
        self._turn_to(self.tabs)
        self.problem_stack.setCurrentWidget(self.problems)
        if action == "inspect":
            self.tabs.setCurrentWidget(self.runs)
            if number:
                self.runs.show_run(number)
        elif action in ("rectify", "rectify.report"):
            self.tabs.setCurrentWidget(self.problem_stack)
            (self.problems.open_item if action == "rectify" else self.problems.open_batch)(number)
        elif action in ("life.cancel", "life.open", "file.change"):
            self.tabs.setCurrentWidget(self.lives)
            kind = {"life.cancel": CANCEL, "life.open": OPEN}.get(action, CHANGE)
            self.lives.open_account(number, kind)
        elif action in ("life.finish", "filed.change"):
            self.tabs.setCurrentWidget(self.lives)
            self.lives.open_filing(number)
        elif action == "packs":
            self.tabs.setCurrentWidget(self.packs)
        else:
            self.tabs.setCurrentWidget(self.findings)

    def _go(self, place: str, errand: object) -> None:
        if place == "inspections":
            self.open(errand)
        else:
            self.go.emit(place, errand)

    def _begin(self, kind: str) -> None:
        self.tabs.setCurrentWidget(self.runs)
        self._turn_to(self.tabs)
        self.runs.begin(kind)

    def _mend(self, number: int) -> None:
        self.tabs.setCurrentWidget(self.problem_stack)
        self.problem_stack.setCurrentWidget(self.problems)
        self.problems.take_run(number)

    def _circular_done(self, batch: RectifyBatch | None) -> None:
        self.problem_stack.setCurrentWidget(self.problems)
        if batch is not None:
            self.problems.refresh()
            self.problems.open_batch(batch.id)

    def _show_report(self, made: Report) -> None:
        self.report.show_report(made)
        self._turn_to(self.report)

    def _turn_to(self, panel: QWidget) -> None:
        """Show the tabs or the report; only one of them has the red button."""
        self.stack.setCurrentWidget(panel)
        for entry in self._starts:
            entry.setVisible(panel is self.tabs)

    def _keep_paper(self, name: str) -> None:
        """Put a document of the unit (制度文件) on record."""
        file = dialogs.choose_file(self, f"选择《{name}》", PROOFS)
        if file is not None:
            try:
                proofs.attach(self._store, file, proofs.PAPER, title=name)
            except Refused as refusal:
                dialogs.show_error(self, refusal)

    def current(self) -> Any:
        """The panel shown."""
        return self.tabs.currentWidget()
