"""Remarks while typing: what stops 定稿, what only advises, each with its words."""

from __future__ import annotations

from datetime import date

import pytest

from desktop import phones
from desktop.forms import Form, Values, find, sample
from desktop.forms.remarks import AMBER, RED, Remark, red, remarks
from desktop.workdays import WorkCalendar

TODAY = date(2025, 11, 24)


@pytest.fixture(scope="module")
def beianbiao() -> Form:
    return find("beianbiao")


@pytest.fixture(scope="module")
def tongjibiao() -> Form:
    return find("tongjibiao")


def said(form: Form, values: Values, tag: str) -> list[Remark]:
    return [remark for remark in remarks(form, values, TODAY, WorkCalendar.load()) if remark.tag == tag]


@pytest.mark.parametrize("name", ["tongjibiao", "beianbiao"])
def test_a_good_sample_has_no_red_remark(name: str) -> None:
    form = find(name)
    assert red(remarks(form, sample(form), TODAY, WorkCalendar.load())) == []


def test_an_empty_form_names_every_required_field_with_its_step(tongjibiao: Form) -> None:
    found = red(remarks(tongjibiao, {}, TODAY))
    assert {remark.tag for remark in found} == {field.key for field in tongjibiao.fields if field.required}
    leader = next(remark for remark in found if remark.tag == "leader")
    assert (leader.label, leader.step, leader.clause) == ("分管领导", "head", "通知三、相关要求 2")


@pytest.mark.parametrize(
    ("tag", "text", "level", "says"),
    [
        ("phone", "0479-59838", RED, "联系电话位数不足：区号 0479 后应为 7 位"),
        ("phone", "1380000000", RED, "手机号应为 11 位，“1380000000”是 10 位"),
        ("phone", "找小王", RED, "不像电话号码"),
        ("weibo_heads", "宣传部 陈某 0479-59838", RED, "区号 0479 后应为 7 位"),
        ("filled_on", "11月25日", RED, "不是日期"),
        ("filled_on", "2025-12-01", AMBER, "晚于今天"),
        ("weibo_in_name", "应该", RED, "请以“是”或“否”开头"),
        ("weibo_running", "发布 3 条；粉丝若干", AMBER, "读不出数字"),
        ("leader", "王" * 30, AMBER, "超过格内可容的 8 字，将缩小字号印出"),
        ("problems", "一" * 600, AMBER, "将在纸面上写“见附页”"),
        ("total_accounts", "9", RED, "与各项不一致：应为“1”，现为“9”"),
    ],
)
def test_each_fault_has_its_words(tongjibiao: Form, tag: str, text: str, level: str, says: str) -> None:
    values: Values = {"wechat_accounts": "林川青年", tag: text}
    (found,) = said(tongjibiao, values, tag)
    assert found.level == level
    assert says in found.what


def test_the_number_of_a_platform_is_no_phone() -> None:
    form = find("zhanghaotaizhang")
    group = form.groups[0]
    values: Values = {group.key: [{"platform_id": "1000000001"}]}
    assert said(form, values, f"{group.key}.1.platform_id") == []
    values = {group.key: [{"platform_id": "联系人 1380000000"}]}
    assert "位数不足" in said(form, values, f"{group.key}.1.platform_id")[0].what


def test_rows_of_a_group_are_named_by_number(tongjibiao: Form) -> None:
    values: Values = {"other": [{}, {"operators": "李样例 138000000"}]}
    (found,) = said(tongjibiao, values, "other.2.operators")
    assert found.label.startswith("其他新媒体平台 2·")
    assert "位数不足" in found.what


def test_a_club_has_no_more_than_two_publishers(beianbiao: Form) -> None:
    (found,) = said(beianbiao, {"publishers": "甲\n乙\n丙"}, "publishers")
    assert (found.level, found.clause) == (RED, "第十二条（二）")
    assert "不得超过 2 人" in found.what
    assert said(beianbiao, {"publishers": "甲\n乙"}, "publishers") == []


def test_filing_later_than_three_working_days_is_said_with_its_last_day(beianbiao: Form) -> None:
    values: Values = {"opened_on": "2025-09-30", "filled_on": "2025-10-14"}
    (found,) = said(beianbiao, values, "filled_on")
    assert found.level == AMBER
    assert "2025-10-11" in found.what and "自次日起算" in found.what  # 1–8 October off, Saturday the 11th worked
    assert said(beianbiao, {"opened_on": "2025-09-30", "filled_on": "2025-10-11"}, "filled_on") == []
    future = said(beianbiao, {"opened_on": "2026-01-01"}, "opened_on")
    assert [remark.level for remark in future] == [RED]


@pytest.mark.parametrize(
    "text",
    ["0471——5983881", "0479-5983812", "(0479) 5983812", "04795983812", "010-12345678", "0731-81234567", "13800000001",
     "138****0001", "0479-****812", "13800000001 / 0479-5983812", "0479-5983812-801", "8123", "5983812"],
)  # fmt: skip
def test_numbers_as_offices_write_them_pass(text: str) -> None:
    assert phones.wrong(text) == ""


@pytest.mark.parametrize(
    "text", ["2025 年 11 月 25 日", "粉丝 12,480；播放 963210", "第 12345678 号", "150525M027WX001", "3.14159265358"]
)
def test_dates_counts_and_codes_are_not_taken_for_phones(text: str) -> None:
    assert phones.wrong_in(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [("0479-59838120", "位数不对：区号 0479 后应为 7 位"), ("010-1234567", "应为 8 位"), ("0731-812345", "7 至 8 位"),
     ("138000000012", "是 12 位"), ("12800000001", "号段不存在")],
)  # fmt: skip
def test_numbers_that_cannot_be_right_are_named(text: str, says: str) -> None:
    assert says in phones.wrong(text)
