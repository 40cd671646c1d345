"""The paper of the chain of custody: the handover sheet, the card and the cover of the envelope, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import select

from desktop import credentials, custody, custody_sheets, filings, handover, handover_items, sample
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
    assert draft.values["chain"] == f"{end.hash[:8]} {end.hash[8:16]}"
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
