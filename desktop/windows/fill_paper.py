"""The paper of a draft kept in step with what is typed: a small one at once, a large one on the worker.

The newest draft wins: while a paper is being made the one before stays in sight, and one that arrives for a draft that
has changed since is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer

from desktop import filings, filling
from desktop.documents.page import Paper, read
from desktop.documents.pdf import QtFonts
from desktop.errors import BadFile, BadValue
from desktop.windows import dialogs

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.forms.definition import Form
    from desktop.store import Store
    from desktop.windows.paper import PaperView

QUICK = 0.05
"""Seconds of the processor: a paper that takes longer is made on the worker, at a pause of typing."""
MANY = 500
"""Places of a draft that surely take longer than QUICK, so that not even its first paper is made at once."""
PAUSE, FIRST = 300, 30
"""After how many ms without a change a large paper is begun: while typing, and when there is nothing to see yet."""
ORIGINS = {filings.LAST: "沿用上期", filings.COMPUTED: "自动合计"}


class Made(NamedTuple):
    """A paper made on the worker, the name of its file, and where each value comes from."""

    paper: Paper
    name: str
    sources: dict[str, str]


class DraftPaper(QObject):
    """Fills the form with a draft and shows it."""

    def __init__(self, store: Store, form: Form, view: PaperView, background: Background) -> None:
        super().__init__(view)
        self._store, self._form, self._view, self._background = store, form, view, background
        self._draft: filings.Draft | None = None
        self._took: float | None = None  # seconds for the last paper; None before the first, which also opens the form
        self._work: Progress | None = None
        self._then: list[Callable[[], object]] = []
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._begin)

    def follow(self, draft: filings.Draft) -> None:
        """Show how a draft stands now; a draft that is shown already, or is on its way, is not made again."""
        if draft is self._draft:
            return
        self._halt()
        self._draft = draft
        if len(draft.cells) > MANY or (self._took or 0.0) > QUICK:
            self._view.wait()
            self._late.start(PAUSE if self._view.paper.pages else FIRST)
        else:
            self._draw(draft)

    @property
    def waiting(self) -> bool:
        """Whether the paper of the newest draft is still to be made."""
        return self._late.isActive() or self._work is not None

    def when_made(self, then: Callable[[], object]) -> None:
        """Do something with the paper of the newest draft: now, or as soon as it is made."""
        if self._late.isActive():
            self._begin()
        if self._work is None:
            then()
        else:
            self._then.append(then)

    def stop(self) -> None:
        """Make nothing more, and forget what should be done with the paper."""
        self._halt()
        self._then = []

    def _halt(self) -> None:
        self._late.stop()
        if self._work is not None:
            self._work.cancel()
            self._work = None

    def _draw(self, draft: filings.Draft) -> None:
        began = thread_time()
        try:
            content, name = document(self._store, self._form, draft)
        except BadValue:
            self._done()
            return  # a character no document can hold; the field itself says so, the last good paper stays
        self._view.set_document(content, self._form.kinds[0], name)
        self._view.set_sources(sources(draft))
        self._took = 0.0 if self._took is None else thread_time() - began
        self._done()

    def _begin(self) -> None:
        self._late.stop()
        draft = self._draft
        assert draft is not None
        work = partial(_made, self._store, self._form, draft)
        self._work = self._background.run(self, work, partial(self._show, draft), partial(self._failed, draft))

    def _show(self, draft: filings.Draft, made: Made) -> None:
        if draft is not self._draft:
            return
        self._work = None
        self._view.name = made.name
        self._view.show_paper(made.paper)
        self._view.set_sources(made.sources)
        self._done()

    def _failed(self, draft: filings.Draft, error: BaseException) -> None:
        if draft is not self._draft:
            return
        self._work = None
        self._view.show_paper(self._view.paper)  # the last good one stays, as in _draw
        self._done()
        if not isinstance(error, BadValue):
            dialogs.show_error(self._view.window(), error)

    def _done(self) -> None:
        waiting, self._then = self._then, []
        for then in waiting:
            then()


def _made(store: Store, form: Form, draft: filings.Draft, progress: Progress) -> Made:
    """The paper of a large draft, on the worker, with typefaces of its own: Qt keeps those of each thread apart."""
    progress.step(0, 3)
    content, name = document(store, form, draft)
    progress.step(1, 3)
    try:
        paper = read(content, QtFonts(), name=name)
    except BadFile as error:
        paper = Paper([], [str(error)])
    progress.step(2, 3)
    return Made(paper, name, sources(draft))


def document(store: Store, form: Form, draft: filings.Draft) -> tuple[bytes, str]:
    """What the paper shows, and its name; once final with the mark of its version, as the exported file has it."""
    kind, filing = form.kinds[0], draft.filing
    if filing.editable:
        return filling.fill(form, draft.values, kind), f"{filing.title}（草稿）.{kind}"
    (final,) = filings.documents(store, filing.id, form, [kind])
    return final.content, final.name


def sources(draft: filings.Draft) -> dict[str, str]:
    """Where every value of a draft comes from, by its place."""
    return {tag: whence(draft.cell(tag)) for step in draft.form.steps for tag, _ in draft.tags_of(step.id)}


def whence(cell: filings.Cell) -> str:
    """Where a value comes from, in words."""
    if cell.corrected:
        return f"已改；台账为“{cell.known}”" if cell.known else "手工填写"
    if cell.origin in ORIGINS and not cell.whence:
        return ORIGINS[cell.origin]
    blank = " " if cell.whence[:1].isdigit() else ""
    return f"来自{blank}{cell.whence}" if cell.whence and cell.text else cell.whence
