"""What a run and a filing give to the forms: statements with notes, problems with measures, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop import (
    accounts,
    assignments,
    changes,
    custody,
    filings,
    forms,
    inspections,
    lifecycle,
    questions,
    rectification,
    sample,
    watch,
)
from desktop import sheets_given as sheets
from desktop.checking.catalogue import ACTIONS
from desktop.checking.filing import CANCEL
from desktop.inspections import EXPLAINED, TO_MEND, Inspection
from desktop.store import Store

NOON = datetime(2026, 11, 20, 12, 0)
TODAY = NOON.date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        sample.build(opened, TODAY)
        yield opened


@pytest.fixture
def run(store: Store) -> Inspection:
    look = watch.look(store)
    book = look.checker.context.book
    live = [one.id for one in look.checker.register.accounts.values() if one.running]
    asked = []
    for one in questions.asked(book, questions.lists()):
        asked += [(one, None)] if one.scope == questions.UNIT else [(one, number) for number in live]
    with store.write("开始自查") as session:
        return inspections.begin(
            session, inspections.SELF, book, look.checker.findings(), asked, today=TODAY, cutoff=TODAY
        )


def number_of(store: Store, name: str, platform: str = "") -> int:
    with store.read() as session:
        return next(a.id for a in accounts.in_use(session) if a.name == name and platform in a.platform)


def check(store: Store, run: Inspection, number: int) -> dict[str, str]:
    with store.read() as session:
        return sheets.check_sheet(session, run, number)


def test_a_dead_account_says_no_with_the_reason(store: Store, run: Inspection) -> None:
    given = check(store, run, number_of(store, "青春林川"))
    assert given["q_filed"] == "是"
    assert given["q_alive"] == "否"
    assert "371 天未更新" in given["q_alive_note"]
    assert (given["q_review_first"], given["q_review_first_note"]) == (
        "否", "没有专人审核维护；没有审核制度；三审三校未落实到人",
    )  # fmt: skip
    assert given["q_hf_month"] == "否"
    assert "最近更新 2025-11-14" in given["problems"]
    assert "恢复更新；不再需要的，按程序关停注销。" in given["measures"]
    assert len(given["problems"].splitlines()) == len(given["measures"].splitlines())


def test_what_nobody_answered_stays_empty(store: Store, run: Inspection) -> None:
    number = number_of(store, "林川青年", "公众号")
    before = check(store, run, number)
    assert "q_content" not in before
    assert "q_review_first" not in before  # judged by the program and asked; not answered yet
    with store.write("回答") as session:
        for one in inspections.answers(session, run.id):
            if one.question_id in ("q-content", "q-review-first", "q-ideology"):
                inspections.answer(session, one.id, one.wanted, "见会议纪要" if one.question_id == "q-ideology" else "")
    after = check(store, run, number)
    assert (after["q_content"], after["q_review_first"], after["q_ideology"]) == ("是", "是", "是")
    assert after["q_ideology_note"] == "见会议纪要"
    with store.write("改答") as session:
        one = next(a for a in inspections.answers(session, run.id) if a.question_id == "q-content")
        inspections.answer(session, one.id, "是", "一处错字")
    assert check(store, run, number)["q_content"] == "否"
    assert check(store, run, number)["q_content_note"] == "一处错字"


def test_an_answer_for_another_account_does_not_count(store: Store, run: Inspection) -> None:
    mine, other = number_of(store, "林川青年", "公众号"), number_of(store, "林川志愿")
    with store.read() as session:
        asked = [a for a in inspections.answers(session, run.id) if a.question_id == "q-personal-phone"]
    assert {mine, other} <= {a.account_id for a in asked}
    with store.write("改") as session:
        for one in inspections.findings(session, run.id):
            if one.subject_id == mine and one.subject_kind == "account":
                inspections.judge(session, one.id, EXPLAINED, "已核实")
    assert check(store, run, mine)["problems"] == ""
    assert check(store, run, mine)["q_filed"] == "是"


def test_the_measure_of_the_rectification_list_is_printed(store: Store, run: Inspection) -> None:
    number = number_of(store, "青春林川")
    with store.write("列入") as session:
        one = next(f for f in inspections.findings(session, run.id) if f.code == "zombie")
        inspections.judge(session, one.id, TO_MEND)
        batch = rectification.add_batch(session, rectification.SELF, "自查", TODAY, inspection_id=run.id)
        rectification.take_over(session, batch, inspections.findings(session, run.id), date(2026, 11, 27))
        item = rectification.of_batch(session, batch.id)[0]
        item.measure = "申请注销"
    assert "申请注销（2026-11-27 前）" in check(store, run, number)["measures"]
    with store.write("整改") as session:
        rectification.fix(session.get_one(rectification.Rectification, item.id), TODAY, "已提交注销")
    assert "已整改：已提交注销" in check(store, run, number)["measures"]


def test_the_yearly_sheet(store: Store, run: Inspection) -> None:
    with store.read() as session:
        given = sheets.yearly_sheet(session, run, number_of(store, "青春林川"))
        good = sheets.yearly_sheet(session, run, number_of(store, "林川志愿"))
    assert (given["filed"], given["updated"], given["kept"]) == ("是", "否", "否")
    assert given["kept_note"] == "绑定手机机主为吴示例"
    assert "verdict" not in given
    assert (good["filed"], good["updated"], good["kept"], good["trained"]) == ("是", "是", "是", "是")


def test_a_change_is_printed_before_and_after(store: Store) -> None:
    number = number_of(store, "林川志愿")
    changes.catch_up(store)
    store.clock = lambda: NOON + timedelta(days=3)  # type: ignore[method-assign]
    with store.write("改账号名称") as session:
        session.get_one(accounts.Account, number).name = "林川志愿者"
    with store.write("换人") as session:
        old = next(a for a in assignments.of_account(session, number) if a.role == assignments.OPERATOR)
        old.until = date(2026, 11, 22)
        session.add(
            assignments.Assignment(account_id=number, person_id=1, role=assignments.OPERATOR, since=date(2026, 11, 23))
        )
    with store.write("换密") as session:
        deed = custody.Deed(custody.CHANGED, account=(number, "微信视频号“林川志愿”"), reason="换人")
        custody.append(session, deed, at=store.clock(), actor="赵示例")
    changes.catch_up(store)
    with store.read() as session:
        filing = next(f for f in lifecycle.of_account(session, number) if f.happened_on == date(2026, 11, 23))
        given = sheets.change_sheet(session, filing)
        assert sheets.given_for(session, "biangengbeian", number) in (
            given, sheets.change_sheet(session, lifecycle.of_account(session, number)[-1]),
        )  # fmt: skip
    assert given["changed_on"] == "2026-11-23"
    assert set(given["items"].split("、")) == {"账号名", "后台管理人员", "密码"}
    rows = {row["item"]: (row["before"], row["after"]) for row in given["changes"]}
    assert rows["账号名称"] == ("林川志愿", "林川志愿者")
    assert rows["登录密码"] == ("", "2026-11-23 更换")
    before, after = rows["后台管理人员"]
    assert "李示例" in before
    assert "王示例" not in before
    assert "王示例" in after
    assert "李示例" not in after


def test_a_change_noticed_days_later_still_tells_who_went_and_who_came(store: Store) -> None:
    number = number_of(store, "林川青年")
    with store.read() as session:
        (filing,) = (one for one in lifecycle.of_account(session, number) if one.fields == "后台管理人员")
        turned = [a for a in assignments.of_account(session, number) if a.role == assignments.OPERATOR and a.until]
        assert turned and turned[0].until < filing.happened_on
        (row,) = sheets.change_sheet(session, filing)["changes"]
    assert "钱示例" in row["before"] and "孙示例" not in row["before"]
    assert "孙示例" in row["after"] and "钱示例" not in row["after"]


def test_a_cancellation_gives_its_dates(store: Store) -> None:
    number = number_of(store, "青春林川")
    with store.write("注销") as session:
        filing = lifecycle.begin(session, number, CANCEL, TODAY, reason="长期不更新")
        lifecycle.announce(session, filing, TODAY, "公告")
    with store.read() as session:
        given = sheets.given_for(session, "guantingzhuxiao", number)
    assert given == {"kind": "注销", "reason": "长期不更新", "announce_on": "2026-11-20"}
    with store.read() as session:
        assert sheets.given_for(session, "guantingzhuxiao", number_of(store, "林川志愿")) == {}
        assert sheets.given_for(session, "tongjibiao", number) == {}


def record_keys(form_id: str) -> set[str]:
    form = forms.find(form_id)
    return {field.key for field in form.fields} | {group.key for group in form.groups}


def test_everything_given_has_a_place_on_its_form(store: Store, run: Inspection) -> None:
    number = number_of(store, "青春林川")
    with store.write("回答") as session:
        for one in inspections.answers(session, run.id):
            inspections.answer(session, one.id, "否" if one.wanted == "是" else "是", "示例")
    with store.read() as session:
        checked, yearly = sheets.check_sheet(session, run, number), sheets.yearly_sheet(session, run, number)
        filing = lifecycle.in_use(session)[0]
        changed, closed = sheets.change_sheet(session, filing), sheets.closing_sheet(filing)
    assert set(checked) <= record_keys("zichabiao")
    assert set(yearly) <= record_keys("nianshenbiao")
    assert set(changed) <= record_keys("biangengbeian")
    assert set(closed) <= record_keys("guantingzhuxiao")
    assert {"q_filed", "q_content", "q_hf_month", "problems", "measures"} <= set(checked)


@pytest.mark.parametrize(("form_id", "kind"), [("zichabiao", inspections.SELF), ("nianshenbiao", inspections.YEARLY)])
def test_one_sheet_is_begun_for_every_account_in_use(store: Store, run: Inspection, form_id: str, kind: str) -> None:
    with store.write("种类") as session:
        session.get_one(Inspection, run.id).kind = kind
    form = forms.find(form_id)
    begun = sheets.begin_all(store, form, run, TODAY)
    with store.read() as session:
        live = [a.id for a in accounts.in_use(session) if a.state in accounts.RUNNING]
        made = [filings.of_subject(session, form_id, number)[0] for number in live]
    assert sorted(one.id for one in made) == sorted(begun)
    draft = filings.open_draft(store, filings_of(store, form_id, number_of(store, "青春林川")), form)
    assert "最近更新 2025-11-14，已 371 天未更新" in draft.cell("problems").text
    assert draft.cell("q_alive" if form_id == "zichabiao" else "updated").text == "否"
    assert sheets.begin_all(store, form, run, TODAY) == []


def filings_of(store: Store, form_id: str, number: int) -> int:
    with store.read() as session:
        return filings.of_subject(session, form_id, number)[0].id


def test_every_button_and_filing_names_a_form_that_exists() -> None:
    named = {action.form for action in ACTIONS.values() if action.form} | set(lifecycle.FORMS.values())
    assert {forms.find(name).id for name in named} == named
