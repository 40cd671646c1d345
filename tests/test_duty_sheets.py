"""What a thing on duty gives to its form, for every kind; nothing the record does not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop import accounts, custody_sheets, duty, duty_sheets, filings, forms, lifecycle, people, sample, sheets_given
from desktop.checking.filing import CLOSE
from desktop.errors import Refused
from desktop.store import Store

NOON = datetime(2026, 11, 20, 12, 0)
TODAY = NOON.date()
AT = datetime(2026, 11, 18, 15, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, TODAY)
        yield opened


def entered(store: Store, kind: str, **values: Any) -> int:
    with store.write("登记") as session:
        return duty.add(session, kind, f"{kind}一件", AT, **values).id


def filled(store: Store, number: int) -> filings.Draft:
    return filings.open_draft(store, duty_sheets.begin(store, number, TODAY))


@pytest.mark.parametrize(
    ("kind", "form_id", "expected"),
    [
        (duty.DRILL, "yanlianjilu", {"subject": "演练一件", "held_on": "2026-11-18", "held_at": "15:20",
                                     "recorder": "赵示例", "scene": "账号被盗"}),
        (duty.TRAINING, "peixunjilu", {"topic": "培训一件", "held_on": "2026-11-18", "content": "账号被盗"}),
        (duty.STREAM, "zhiboshenqing", {"topic": "直播一件", "stream_on": "2026-11-18", "stream_at": "15:20",
                                        "site_head": "赵示例", "content": "账号被盗"}),
        (duty.MESSAGE, "liuyanbanli", {"received_on": "2026-11-18", "received_at": "15:20", "kind": "涉及其他部门",
                                       "content": "留言转办一件\n账号被盗", "forwarded": "2026-11-18 16:00 已转办"}),
        (duty.URGENT, "liuyanbanli", {"kind": "敏感或可能造成舆情", "escalated": "2026-11-18 16:00 已上报",
                                      "forwarded": ""}),
        (duty.PETITION, "liuyanbanli", {"kind": "信访", "petition": "2026-11-18 16:00 已移交"}),
        (duty.YELLOW, "yuqingbaogao", {"found_at": "2026-11-18 15:20", "title": "黄色舆情一件", "level": "黄色（一般）",
                                       "reported_at": "", "written_at": ""}),
        (duty.ORANGE, "yuqingbaogao", {"found_at": "2026-11-18 15:20", "title": "橙色舆情一件", "course": "账号被盗",
                                       "level": "橙色（重大）", "reported_at": "2026-11-18 16:00", "plan_at": "",
                                       "written_at": "2026-11-19 09:05"}),
        (duty.RED, "yuqingbaogao", {"level": "红色（特别重大）", "plan_at": "2026-11-18 16:00", "plan_by": "赵示例",
                                    "reported_at": ""}),
    ],
)  # fmt: skip
def test_every_kind_hands_what_it_knows_to_its_form(
    store: Store, kind: str, form_id: str, expected: dict[str, str]
) -> None:
    with store.read() as session:
        account = accounts.in_use(session)[0]
        person = next(one for one in people.in_use(session) if one.name == "赵示例")
    done = {"done_at": datetime(2026, 11, 18, 16, 0), "closed_at": datetime(2026, 11, 19, 9, 5)}
    number = entered(store, kind, account_id=account.id, person_id=person.id, note="账号被盗", **done)
    draft = filled(store, number)
    assert draft.filing.form_id == form_id == duty_sheets.FORMS[kind]
    assert {key: draft.cell(key).text for key in expected} == expected
    assert all(draft.cell(key).whence == "业务记录" for key, text in expected.items() if text)
    assert duty_sheets.begin(store, number, TODAY) == draft.filing.id  # the open one is gone on with
    if draft.form.subject == "event":
        assert draft.filing.subject_name == f"{kind}一件"


def test_every_key_that_a_record_gives_is_a_place_of_its_form(store: Store) -> None:
    with store.read() as session:
        account = accounts.in_use(session)[0]
    for kind, form_id in duty_sheets.FORMS.items():
        number = entered(store, kind, account_id=account.id, done_at=AT, closed_at=AT)
        with store.read() as session:
            known = duty_sheets.given(session, session.get_one(duty.Duty, number))
            assert number in [one.id for one in duty_sheets.choices(session, form_id)]
        assert known.keys() - {"duty", "about"} <= {item.key for item in forms.find(form_id).items}, kind


def test_those_trained_that_day_stand_on_the_training_sheet(store: Store) -> None:
    with store.write("培训") as session:
        there = people.in_use(session)[:2]
        for one in there:
            one.trained_on = AT.date()
        names = [one.name for one in there]
    draft = filled(store, entered(store, duty.TRAINING))
    assert [draft.cell(f"people.{number}.name").text for number in (1, 2)] == names
    assert draft.cell("total").text == "2"


def test_two_streams_of_one_account_have_a_sheet_each(store: Store) -> None:
    with store.read() as session:
        account = accounts.in_use(session)[0]
    first, second = (entered(store, duty.STREAM, account_id=account.id) for _ in range(2))
    assert filled(store, first).filing.id != filled(store, second).filing.id


def test_what_has_no_form_or_no_account_is_refused(store: Store) -> None:
    for number, sentence in (
        (entered(store, duty.CROSSPOST), "没有专门的表"), (entered(store, duty.STREAM), "没有写明用哪个账号"),
        (99999, "不在了"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            duty_sheets.begin(store, number, TODAY)


def test_the_closing_notice_takes_the_last_day_from_the_closing(store: Store) -> None:
    with store.write("关停") as session:
        account = accounts.in_use(session)[0].id
        lifecycle.begin(session, account, CLOSE, date(2026, 11, 10))
    with store.read() as session:
        given = sheets_given.given_for(session, "guantinggonggao", account)
    number = filings.create(
        store, forms.find("guantinggonggao"), cutoff=TODAY, today=TODAY, subject_id=account, given=given
    )
    assert filings.open_draft(store, number).cell("stop_on").text == "2026-11-10"


def test_handovers_are_offered_by_account_and_number(store: Store) -> None:
    with store.read() as session:
        offered = custody_sheets.choices(session)
    assert offered
    words, number = next(iter(offered.items()))
    draft = filings.open_draft(store, custody_sheets.begin_handover(store, number, TODAY))
    assert draft.cell("number").text in words
    assert draft.filing.subject_name in words


def test_limits_in_hours_stand_in_the_form_with_their_clause() -> None:
    deadline = forms.find("yuqingbaogao").deadline
    assert {(one.value[:2], one.hours) for one in deadline.limits if one.hours} == {
        ("橙色", 3),
        ("红色", 1),
        ("红色", 24),
    }
    assert [str(one) for one in deadline.limits_for("橙色（重大）")] == [
        "3 小时内向分管领导汇报并提出处置意见（第二十四条（二））", "处置后及时书面报告（第二十四条（二））",
    ]  # fmt: skip
    assert [str(one) for one in deadline.limits_for("黄色（一般）")] == ["及时处置（第二十四条（一））"]
