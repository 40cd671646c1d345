"""Working days: two libraries agree, the printed notices read back to the files, years without a file are said."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import holidays as vacanza
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadFile, BadValue
from desktop.holiday_notice import keep_year, parse_notice
from desktop.paths import home
from desktop.workdays import HolidayYear, WorkCalendar, read_year, year_toml

NOTICES = {
    2023: """国务院办公厅关于2023年部分节假日安排的通知 国办发明电〔2022〕16号
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。""",
    2024: """国务院办公厅关于2024年部分节假日安排的通知 国办发明电〔2023〕7号
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """国务院办公厅关于2025年部分节假日安排的通知 国办发明电〔2024〕12号
现将2025年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。""",
}
# An invented arrangement in the wording of the real ones: the real one for 2027 was not out when this was written.
NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至13日（周六）放假调休，共9天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return WorkCalendar.load()


def every_day() -> list[date]:
    return [date(2023, 1, 1) + timedelta(days=index) for index in range(4 * 365 + 1)]


def test_every_day_of_2023_to_2026_agrees_with_chinesecalendar(calendar: WorkCalendar) -> None:
    differing = [day for day in every_day() if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_every_day_of_2023_to_2026_agrees_with_holidays(calendar: WorkCalendar) -> None:
    china = vacanza.country_holidays("CN", years=range(2022, 2028))
    differing = [day for day in every_day() if calendar.is_workday(day) != china.is_working_day(day)]
    assert differing == []


def test_400_random_deadlines_agree_with_chinesecalendar(calendar: WorkCalendar) -> None:
    chance = random.Random(20260930)
    for _ in range(400):
        start = date(2023, 1, 1) + timedelta(days=chance.randrange(4 * 365 - 60))
        count = chance.choice([1, 2, 3, 5, 7, 10, 15, 30])
        day, left = start, count
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        assert calendar.add(start, count).day == day, (start, count)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 2, 13), 3, date(2026, 2, 25)),
        (date(2026, 4, 30), 3, date(2026, 5, 8)),
        (date(2026, 9, 18), 3, date(2026, 9, 22)),  # Sunday 20 September counts
        (date(2026, 9, 24), 7, date(2026, 10, 12)),
        (date(2026, 11, 20), 3, date(2026, 11, 25)),
    ],
)
def test_counting_starts_on_the_next_day(calendar: WorkCalendar, start: date, count: int, due: date) -> None:
    reckoned = calendar.add(start, count)
    assert (reckoned.day, reckoned.estimated) == (due, ())
    assert reckoned.note == "自次日起算"
    assert calendar.between(start, due) == (count, ())


def test_the_2019_notice_left_seven_working_days() -> None:
    """Seed 000: issued Wednesday 16 January 2019, due Friday 25 January 2019; no holiday lies between."""
    assert WorkCalendar([]).between(date(2019, 1, 16), date(2019, 1, 25)) == (7, (2019,))


@given(st.dates(date(2023, 1, 1), date(2026, 10, 1)), st.integers(1, 40))
def test_before_undoes_add(start: date, count: int) -> None:
    calendar = WorkCalendar.load()
    due = calendar.add(start, count).day
    assert calendar.is_workday(due)
    assert calendar.between(start, due)[0] == count
    assert calendar.before(due, count).day <= max(start, due)
    assert calendar.between(calendar.before(due, count).day, due)[0] == count


def test_ten_working_days_before_the_first_working_day_after_the_october_holiday(calendar: WorkCalendar) -> None:
    assert calendar.before(date(2026, 10, 8), 10).day == date(2026, 9, 17)


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_printed_notice_reads_back_to_the_file(calendar: WorkCalendar, year: int) -> None:
    assert parse_notice(NOTICES[year]).holidays == calendar.years[year].holidays


def test_a_notice_copied_with_blanks_and_full_width_digits_reads_the_same() -> None:
    untidy = NOTICES[2026].replace("1", "１").replace("月", "月 ").replace("；", ";").replace("。", "。\n\n")
    assert parse_notice(untidy) == parse_notice(NOTICES[2026])


def test_2027_can_be_entered_without_network() -> None:
    before = WorkCalendar.load()
    assert before.add(date(2027, 2, 4), 3).estimated == (2027,)
    year = parse_notice(NOTICE_2027)
    file = keep_year(year, home() / "holidays")
    assert file == home() / "holidays" / "2027.toml"
    after = WorkCalendar.load()
    assert after.years[2027] == year
    assert after.add(date(2027, 2, 4), 3).day == date(2027, 2, 16)
    assert after.add(date(2027, 2, 4), 3).estimated == ()


def test_a_year_in_the_clerks_folder_replaces_the_one_in_the_program() -> None:
    year = parse_notice(NOTICES[2026].replace("1月4日（周日）上班。", ""))
    keep_year(year, home() / "holidays")
    assert not WorkCalendar.load().is_workday(date(2026, 1, 4))


def test_a_year_without_a_file_is_said_aloud(calendar: WorkCalendar) -> None:
    reckoned = calendar.add(date(2026, 12, 30), 3)
    assert (reckoned.day, reckoned.estimated) == (date(2027, 1, 4), (2027,))
    assert reckoned.note == "自次日起算；2027 年放假安排未录入，按周末推算，预计"
    assert calendar.left(datetime(2026, 12, 30, 9), date(2027, 1, 4)).words == "预计剩 3 个工作日"
    assert calendar.uncovered(date(2026, 10, 1)) == ""
    assert "2027年放假安排尚未录入" in calendar.uncovered(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("due", "hour", "words", "late"),
    [
        (date(2026, 11, 24), None, "剩 2 个工作日", False),
        (date(2026, 11, 20), None, "今天到期", False),
        (date(2026, 11, 20), time(17, 30), "今天到期", False),
        (date(2026, 11, 20), time(11), "今天已过时限", True),
        (date(2026, 11, 19), None, "已超期 1 天", True),
    ],
)
def test_what_is_left(calendar: WorkCalendar, due: date, hour: time | None, words: str, late: bool) -> None:
    left = calendar.left(datetime(2026, 11, 20, 14, 32), due, hour)
    assert (left.words, left.late) == (words, late)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("1月4日（周日）上班", "1月4日（周六）上班"), "写的是周六，而2026年这一天是周日"),
        (("放假，共3天", "放假，共4天"), "写明共 4 天"),
        (("4月4日（周六）至6日（周一）放假", "4月31日至6日放假"), "4月31日”不是一个日期"),
        (("五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n", ""), "缺少：端午"),
        (("2026年部分节假日安排", "放假"), "没有找到“××××年部分节假日安排”的标题"),
        (
            ("四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。", "四、劳动节：另行通知。"),
            "劳动节的放假日期读不出来",
        ),
        (("5月9日（周六）上班", "5月8日上班"), "本来就是工作日"),
        (("5月9日（周六）上班", "9月26日上班"), "既放假又上班"),
    ],
)
def test_a_notice_with_a_slip_is_refused_in_words(change: tuple[str, str], sentence: str) -> None:
    text = NOTICES[2026].replace(*change)
    assert text != NOTICES[2026]
    with pytest.raises(BadValue, match=sentence):
        parse_notice(text)


def test_text_that_is_no_notice_is_refused() -> None:
    for text in ("", "通知", "2026年部分节假日安排：另行通知"):
        with pytest.raises(BadValue):
            parse_notice(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, "关于2027年部分节假日安排的通知 一、元旦：" + text + "放假。"):
        try:
            parse_notice(whole)
        except BadValue:
            continue
        raise AssertionError("seven festivals cannot be in there")


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_a_written_year_is_read_back(tmp_path: Path, year: int) -> None:
    given_year = parse_notice(NOTICES[year])
    assert read_year(keep_year(given_year, tmp_path)) == given_year


@pytest.mark.parametrize(
    "content",
    [
        "year = ",
        "year = 2027\nsource = '通知'\n",
        "year = 2027\nholiday = []\nsource = '通知'\n",
        "year = 2027\nsource = ''\n[[holiday]]\nname='元旦'\nfirst=2027-01-01\nlast=2027-01-03\n",
        "year = 2027\nsource = '通知'\nextra = 1\n[[holiday]]\nname='元旦'\nfirst=2027-01-01\nlast=2027-01-03\n",
        "year = 2027\nsource = '通知'\n[[holiday]]\nname='元旦'\nfirst=2027-01-03\nlast=2027-01-01\n",
        "year = 2027\nsource = '通知'\n[[holiday]]\nname='元旦'\nfirst='2027-01-01'\nlast=2027-01-03\n",
        "year = 2027\nsource = '通知'\n[[holiday]]\nname='元旦'\nfirst=2026-07-01\nlast=2026-07-03\n",
        "year = 2027\nsource = '通知'\n[[holiday]]\nname='元旦'\nfirst=2027-01-01T00:00:00\nlast=2027-01-03\n",
    ],
)
def test_a_bad_holiday_file_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(BadFile, match=r"2027\.toml"):
        WorkCalendar.load(tmp_path)


def test_a_holiday_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="读不出来"):
        WorkCalendar.load(tmp_path)


def test_quotes_in_a_source_survive(tmp_path: Path) -> None:
    year = HolidayYear(2027, '含"引号"与\\斜线', parse_notice(NOTICE_2027).holidays)
    (tmp_path / "2027.toml").write_text(year_toml(year), "utf-8")
    assert read_year(tmp_path / "2027.toml") == year
