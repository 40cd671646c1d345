"""From a final form to a signed paper in the package: lines in order, values untouched, the signed file sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desktop import filings, notices, packing, paper_signing, papers, sample
from desktop.certificates import make_own
from desktop.documents.signing import Visible, empty_lines
from desktop.documents.verifying import State, verify
from desktop.errors import Refused
from desktop.forms import find
from desktop.store import Store
from desktop.windows.papers import PaperRow, PapersCard
from desktop.workdays import WorkCalendar
from tests.signature_judges import NOW

TODAY = date(2026, 11, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: datetime(2026, 11, 20, 12)) as opened:
        sample.build(opened, TODAY)
        yield opened


@pytest.fixture
def paper_id(store: Store) -> int:
    form = find("tongjibiao")
    number = filings.create(store, form, cutoff=date(2026, 11, 25), today=TODAY)
    filings.finalise(store, number, form, TODAY, WorkCalendar.load())
    return filings.to_paper(store, number, form, "docx")


def paper_of(store: Store, number: int) -> papers.Paper:
    with store.read() as session:
        return session.get_one(papers.Paper, number)


def test_a_form_is_signed_in_its_order_and_the_signed_file_goes_out(store: Store, paper_id: int) -> None:
    before = paper_of(store, paper_id)
    plain = papers.content_of(store, before.path)
    file = paper_signing.begin(store, paper_id)
    lines = empty_lines(file.read_bytes())
    form = find("tongjibiao")
    assert len(lines) == len(form.signers) + sum(bool(one.seal) for one in form.signers)
    assert paper_signing.begin(store, paper_id) == file, "lines are put in once"
    assert paper_signing.signatures(store, paper_of(store, paper_id)) == 0
    for done, line in enumerate(lines, 1):
        who = make_own(f"示例签名人{done}", NOW)
        file = paper_signing.sign(store, paper_id, who, NOW, comment="报送", visible=Visible(line.id))
        assert paper_signing.signatures(store, paper_of(store, paper_id)) == done
    after = paper_of(store, paper_id)
    assert (after.fingerprint, after.version, after.made_at) == (before.fingerprint, before.version, before.made_at)
    with store.read() as session:
        (part,) = packing.parts_of(store, session, [after])
    assert part.content == file.read_bytes() != plain
    report = verify(part.content)
    assert report.state is State.VALID and report.accepted
    assert [one.signer for one in report.signatures] == [f"示例签名人{n}" for n in range(1, len(lines) + 1)]


def test_signing_is_one_undoable_deed(store: Store, paper_id: int) -> None:
    file = paper_signing.begin(store, paper_id)
    paper_signing.sign(store, paper_id, make_own("示例签名人", NOW), NOW)
    store.undo()
    assert store.attachments / paper_of(store, paper_id).path == file


def test_a_paper_is_not_signed_with_a_certificate_that_ran_out(store: Store, paper_id: int) -> None:
    file = paper_signing.begin(store, paper_id)
    with pytest.raises(Refused, match="到期"):
        paper_signing.sign(store, paper_id, make_own("示例签名人", NOW.replace(year=2016)), NOW)
    assert store.attachments / paper_of(store, paper_id).path == file


def test_a_corrected_form_begins_unsigned(store: Store, paper_id: int) -> None:
    paper_signing.begin(store, paper_id)
    paper_signing.sign(store, paper_id, make_own("示例签名人", NOW), NOW)
    form, number = find("tongjibiao"), paper_of(store, paper_id).filing_id
    assert number is not None
    filings.reopen(store, number, "更正")
    filings.save(store, number, "problems", "补充：无")
    filings.finalise(store, number, form, TODAY, WorkCalendar.load())
    filings.to_paper(store, number, form, "docx")
    assert paper_signing.signatures(store, paper_of(store, paper_id)) == 0


def test_a_file_of_ones_own_gets_no_lines_and_a_scan_no_signature(store: Store) -> None:
    path = papers.keep_file(store, "情况说明.pdf", b"%PDF-1.4 example")
    with store.write("添加材料") as session:
        number = papers.add(session, "情况说明", store.clock(), content=b"%PDF-1.4 example", path=path).id
    with pytest.raises(Refused, match="不能做数字签名"):
        paper_signing.begin(store, number)
    assert paper_signing.signatures(store, paper_of(store, number)) == 0


def test_the_list_of_papers_says_who_has_signed(store: Store, paper_id: int, qtbot) -> None:
    from desktop.background import Background

    with store.write("登记上级通知") as session:
        notice = notices.Notice(title="关于报送统计表的通知")
        session.add(notice)
        session.flush()
        session.get_one(papers.Paper, paper_id).notice_id = notice.id
    card = PapersCard(store, Background(lambda error: None))
    qtbot.addWidget(card)
    card.show_notice(notice)
    asked: list[int] = []
    card.sign.connect(asked.append)
    card.signing.click()
    assert asked == [paper_id]
    paper_signing.begin(store, paper_id)
    paper_signing.sign(store, paper_id, make_own("示例签名人", NOW), NOW)
    card.show_notice(notice)
    (row,) = card.rows
    assert isinstance(row, PaperRow) and row.signed == "1 人已签"
