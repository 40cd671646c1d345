"""The paper of the chain of custody: the handover sheet, the card and the cover of the envelope, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select

from desktop import credentials, custody, custody_sheets, filings, handover, handover_items, sample, units
from desktop.accounts import Account
from desktop.filling import fill
from desktop.forms import find
from desktop.sheets_given import given_for
from desktop.store import Store

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("office")
    with Store.open(folder, actor="赵示例", clock=lambda: datetime(2026, 11, 20, 9, 30)) as opened:
        sample.build(opened, TODAY)
        yield opened


def test_a_handover_fills_its_sheet(store: Store) -> None:
    with store.read() as session:
        one = handover.everything(session)[0]
        lines = handover_items.checklist(session, one)
        end = custody.head_of(session)
    number = custody_sheets.begin_handover(store, one.id, TODAY)
    draft = filings.open_draft(store, number)
    rows = draft.values["items"]
    assert [row["name"] for row in rows if isinstance(row, dict)] == [line.title for line in lines]
    assert draft.values["reason"] == one.reason
    waiting = [line.title for line in lines if line.state == handover_items.OPEN and not line.item.kind]
    assert waiting and draft.values["open_matters"] == f"尚未办理：{'、'.join(waiting)}。"
    parties = [str(draft.values[key]).partition("（")[0] for key in ("giver", "receiver", "supervisor")]
    assert all(parties) and len(set(parties)) == 3
    assert end is not None
    assert draft.values["chain"] == str(end)
    assert fill(draft.form, draft.values, "docx")
    assert custody_sheets.begin_handover(store, one.id, TODAY) == number, "the open sheet is continued"


def test_the_card_tells_who_keeps_the_password_and_how_it_came_there(store: Store) -> None:
    with store.read() as session:
        changed = session.scalars(select(custody.CustodyEvent).where(custody.CustodyEvent.kind == custody.SET)).first()
        assert changed is not None and changed.account_id is not None
        given = given_for(session, "baoguanka", changed.account_id)
        login = next(
            one for one in credentials.of_account(session, changed.account_id) if one.kind == credentials.LOGIN
        )
        state = credentials.state_of(session, login.id)
    assert [holder.name in given["keeper"] for holder in state.holders.values()] == [True] * len(state.holders)
    assert state.changed_on is not None
    assert given["changed_on"] == state.changed_on.isoformat()
    assert {row["what"] for row in given["events"]} >= {custody.SET}
    assert len(given["events"]) <= custody_sheets.CARD_LINES


def test_the_cover_names_the_envelope_its_place_and_what_is_inside(store: Store) -> None:
    with store.read() as session:
        sealed = session.scalars(
            select(custody.CustodyEvent).where(custody.CustodyEvent.kind == custody.SEALED)
        ).first()
        assert sealed is not None and sealed.account_id is not None
        given = given_for(session, "fengtiao", sealed.account_id)
    assert given["envelope"] == custody.part_of(sealed.detail, "信封")
    assert given["place"] == custody.part_of(sealed.detail, "存放")
    assert sealed.credential in given["contents"]


def test_an_account_without_passwords_gets_empty_sheets(store: Store) -> None:
    with store.read() as session:
        known = {one.account_id for one in session.scalars(select(credentials.Credential))}
        bare = next(number for number in session.scalars(select(Account.id)) if number not in known)
        card, cover = given_for(session, "baoguanka", bare), given_for(session, "fengtiao", bare)
    assert (card["keeper"], card["changed_on"], card["events"]) == ("", "", [])
    assert "envelope" not in cover


def test_what_is_left_to_the_pen_is_not_asked(store: Store) -> None:
    form = find("peixunjilu")
    given = {"people": [{"number": "1", "name": "赵示例"}]}
    draft = filings.open_draft(store, filings.create(store, form, cutoff=TODAY, today=TODAY, given=given))
    asked = {tag.rpartition(".")[2] for step in form.steps for tag, _ in draft.tags_of(step.id)}
    assert "name" in asked and "topic" in asked
    assert not asked & {"sign", "leader_sign"}


def test_what_was_printed_is_held_against_the_chain(store: Store, tmp_path: Path) -> None:
    made = custody_sheets.write_extract(store, date(2026, 11, 1), date(2026, 11, 30), tmp_path / "摘录.docx")
    with store.read() as session:
        given = custody_sheets.extract_sheet(session, date(2026, 11, 1), date(2026, 11, 30), TODAY)
        newest, papers = custody.head_of(session), custody.printed(session)
        told = custody.events(session, since=date(2026, 11, 1), until=date(2026, 11, 30))
        assert custody.verify(session) == []
    assert newest is not None
    assert (papers[-1].seq, papers[-1].hash, papers[-1].paper) == (newest.seq, newest.hash, "2026年11月保管链摘录")
    assert [row["seq"] for row in given["events"]] == [str(event.seq) for event in told]
    assert given["verdict"] == f"保管链完好，共 {newest.seq} 环。"
    read = "".join(Document(str(made)).element.body.itertext())
    assert str(newest) in read
    assert all(event.hash[:8] in read for event in told)


def test_an_extract_of_more_links_than_the_form_has_rows_grows(store: Store, tmp_path: Path) -> None:
    with store.read() as session:
        every = custody.events(session)
    made = custody_sheets.write_extract(store, date(2025, 1, 1), date(2026, 12, 31), tmp_path / "全部.docx")
    read = "".join(Document(str(made)).element.body.itertext())
    assert len(every) > 12
    assert all(event.hash[:8] in read for event in every)
    assert "2025-01-01 至 2026-12-31" in read


def test_a_final_sheet_anchors_the_chain(store: Store) -> None:
    with store.write("x") as session:
        before = len(custody.printed(session))
        assert custody.note_printed(session, "第3环 00000000", "纸", store.clock()) is None
        assert custody.note_printed(session, "没有编号", "纸", store.clock()) is None
        head = custody.head_of(session)
        assert custody.note_printed(session, f"链尾 {head}", "纸", store.clock()) is None
        assert custody.note_printed(session, str(head), "新媒体账号交接单", store.clock()) is not None
    with store.read() as session:
        assert len(custody.printed(session)) == before + 1


def test_finalising_a_sheet_notes_its_end_as_printed(store: Store) -> None:
    form = find("baoguanlian")
    with store.read() as session:
        given = custody_sheets.extract_sheet(session, date(2026, 11, 1), date(2026, 11, 30), TODAY)
        mine, before = units.need_own(session).id, len(custody.printed(session))
    number = filings.create(store, form, cutoff=TODAY, today=TODAY, subject_id=mine, given=given)
    filings.finalise(store, number, form, TODAY)
    with store.read() as session:
        papers = custody.printed(session)
    assert len(papers) == before + 1
    assert papers[-1].paper == "密码保管链摘录"
