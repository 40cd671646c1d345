"""What a notice still wants (还差什么): its forms matched to the program's own, the filings that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from desktop import filings, forms, notices, papers
from desktop.errors import Refused
from desktop.filings import Filing
from desktop.notices import Notice, NoticeItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.store import Store

MISSING, BEGUN, FINAL, THERE = "还没有", "填报中", "已定稿", "已放入"


@dataclass(frozen=True)
class Want:
    """One form or report of a notice, and how far it is.

    Attributes:
        state: MISSING, BEGUN, FINAL (but not yet among the papers) or THERE.
        filing: the filing that answers it, None when it is a file of one's own or nothing yet.
    """

    item: NoticeItem
    state: str
    filing: Filing | None = None


def link_forms(store: Store, notice_id: int) -> None:
    """Find the program's own form for every form a notice names; what fits none stays without."""
    known, _ = forms.catalogue(*forms.default_folders())
    titles = [(form.id, form.title) for form in known]
    with store.read() as session:
        open_items = [
            item for item in notices.items(session, notice_id) if item.kind == notices.FORM and not item.form_id
        ]
    found = {item.id: match for item in open_items if (match := notices.match_form(item.name, titles))}
    if found:
        with store.write("认出通知要填的表") as session:
            for number, form_id in found.items():
                session.get_one(NoticeItem, number).form_id = form_id


def wants(session: Session, notice: Notice) -> list[Want]:
    """Everything a notice asks for, in its order."""
    present = papers.in_use(session, notice.id)
    found = []
    for item in notices.items(session, notice.id):
        if item.kind == notices.ANNEX:
            continue
        filing = _filing(session, notice, item)
        state = {None: MISSING, True: BEGUN, False: FINAL}[filing.editable if filing else None]
        if any((filing and each.filing_id == filing.id) or _alike(item.name, each.title) for each in present):
            state = THERE
        found.append(Want(item, state, filing))
    return found


def _alike(name: str, title: str) -> bool:
    return name in title or title in name


def _filing(session: Session, notice: Notice, item: NoticeItem) -> Filing | None:
    """The filing begun for this notice, else one of the same form begun since the notice came and bound to none."""
    if not item.form_id:
        return None
    same = [each for each in filings.in_use(session) if each.form_id == item.form_id]
    bound = next((each for each in same if each.notice_id == notice.id), None)
    since = notice.received_on or date.min
    return bound or next((each for each in same if each.notice_id is None and each.begun_at.date() >= since), None)


def reports_wanted(session: Session) -> list[tuple[Notice, NoticeItem]]:
    """The reports that open notices ask for, the most urgent first, whether or not one is among the papers already."""
    return [
        (task.notice, item) for task in notices.tasks(session) for item in task.items if item.kind == notices.REPORT
    ]


def put_report(store: Store, notice: Notice, item: NoticeItem, content: bytes) -> int:
    """Put a written report among the papers of a notice, under the name the notice has for it; returns its number.

    A report put in before is replaced: it is the next version, and its way begins anew.

    Raises:
        Refused: the disk cannot be written.
    """
    path = papers.keep_file(store, f"{item.name}.docx", content)
    with store.write(f"“{item.name}”放入报送材料") as session:
        there = next((each for each in papers.in_use(session, notice.id) if each.title == item.name), None)
        if there is None:
            return papers.add(session, item.name, store.clock(), content=content, path=path, notice=notice).id
        papers.correct(session, there, store.clock(), None, content)
        there.path = path
        return there.id


def of_the_unit(form_id: str) -> bool:
    """Whether a form is about the own unit, so that nobody has to be chosen before it is begun."""
    return forms.find(form_id).subject == "unit"


def begin(store: Store, notice: Notice, form_id: str, today: date) -> int:
    """Begin the filing of a form for a notice, up to its 统计截止; returns the filing's number.

    Raises:
        Refused: the form is about an account or person, which must be chosen first.
    """
    form = forms.find(form_id)
    if form.subject != "unit":
        raise Refused(f"“{form.title}”要先选定账号或人员。", todo="请到“填报与备案”选择后填写，定稿后回来放入。")
    return filings.create(
        store, form, cutoff=notice.cutoff_on or today, today=today, notice_id=notice.id, due_on=notice.due_on
    )


def put_in(store: Store, notice: Notice, filing: Filing) -> int:
    """Put a final filing among the papers of a notice; returns the paper's number.

    Raises:
        Refused: it is not final yet.
    """
    form = forms.find(filing.form_id)
    with store.write(f"“{filing.title}”用于答复通知") as session:
        session.get_one(Filing, filing.id).notice_id = notice.id
    number = filings.to_paper(store, filing.id, form, form.kinds[0])
    with store.write(f"“{filing.title}”放入报送材料") as session:
        paper = session.get_one(papers.Paper, number)
        paper.notice_id, paper.needs = notice.id, papers.steps_for(notice)
    return number
