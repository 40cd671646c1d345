"""What a notice asks for, read from its words: two real ones, an invented whole one, and each wording by itself."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.mailboxes import examine, is_address
from desktop.notice_reading import FIELDS, Reading, read_notice
from desktop.notice_reading.flow import flow

RECEIVED = date(2025, 11, 20)

NOTICE = """共青团林川县委员会文件

林团办发〔2025〕18号

关于开展2025年全县团属新媒体账号年审
工作的通知

各乡镇团委，县直各团组织，各中学团委：

为规范管理，现将有关事项通知如下。根据《关于加强管理的意见》（林团发〔2021〕3号）要求，统计数据截至2025年11月30日。
一、各单位填写《新媒体账号年审表》（附件1）和《年审汇总表》（附件2），无新媒体账号的单位实行零报告。
二、年审表须经分管领导签字并加盖公章，扫描成PDF后与可编辑的Excel电子版一并打包压缩，压缩包以“单位名+2025年审”命名，于
12月12日（星期五）上午12:00前发送至linchuantw@example.com，纸质材料一式两份报送至行政楼305室。
三、自查报告内容包括：一是基本情况；二是存在问题；三是下一步打算。邮件主题注明：“乡镇名称+年审材料”。
联系人：王某甲、李 某  联系电话：0951——8000123

附件：1.新媒体账号年审表.docx
      2.年审汇总表.xlsx

共青团林川县委员会办公室
2025年11月18日
"""


def read(text: str, received: date = RECEIVED) -> Reading:
    return read_notice(text, received)


def values(text: str, field: str) -> list[str]:
    return [each.value for each in read(text).every(field)]


def seed(shared: Path, number: str) -> str:
    return next((shared / "seeds").glob(f"{number}_*.txt")).read_text("utf-8")


def test_the_league_notice_of_2019_gives_its_day_mailbox_form_and_seven_headings(shared: Path) -> None:
    reading = read(seed(shared, "000"))
    due = reading.best("deadline")
    assert due is not None and due.value == "2019-01-25" and due.confidence == "sure"
    assert "报送至邮箱" in due.quote.text
    assert [each.value for each in reading.every("mailbox")] == ["nmtwxmt@126.com"]
    assert reading.every("mailbox")[0].remark == ""
    assert "团属政务新媒体情况统计表" in [each.value for each in reading.every("form")]
    assert [each.value for each in reading.every("report")] == ["自查材料"]
    headings = reading.best("headings")
    assert headings is not None
    assert headings.value.split("、") == [
        "基本情况",
        "隶属关系",
        "制度建设",
        "流程规范",
        "影响力",
        "存在问题",
        "意见建议",
    ]
    assert reading.best("title").value == "关于开展全区团属新媒体平台自查工作的通知"  # type: ignore[union-attr]
    assert reading.best("issuer").value == "内蒙古团委宣传部"  # type: ignore[union-attr]
    assert reading.best("issued").value == "2019-01-16"  # type: ignore[union-attr]
    assert reading.best("contact").value == "王晨"  # type: ignore[union-attr]
    assert reading.best("phone").value == "0471-5983881"  # type: ignore[union-attr]
    assert reading.best("cutoff").value == "2019-01-25"  # type: ignore[union-attr]


def test_the_circular_without_year_gives_10_may_and_flags_its_misprinted_mailbox(shared: Path) -> None:
    reading = read(seed(shared, "004"), date(2024, 4, 26))
    due = reading.best("deadline")
    assert due is not None and due.value == "2024-05-10"
    assert "没有写年份" in due.remark
    (mailbox,) = reading.every("mailbox")
    assert mailbox.value == "nmgzwgk163.con", "the print is kept, never mended silently"
    assert "缺少“@”" in mailbox.remark and ".con" in mailbox.remark
    assert mailbox.suggestion == "nmgzwgk@163.com"
    assert mailbox.confidence != "sure"
    assert [each.value for each in reading.every("contact")] == ["牛海霞", "邱丽媛"]
    assert reading.best("report").value == "排查整改报告"  # type: ignore[union-attr]


def test_a_whole_notice_is_read() -> None:
    reading = read(NOTICE)
    best = {field: proposal.value for field in FIELDS if (proposal := reading.best(field))}
    assert best == {
        "title": "关于开展2025年全县团属新媒体账号年审工作的通知",
        "issuer": "共青团林川县委员会办公室",
        "number": "林团办发〔2025〕18号",
        "issued": "2025-11-18",
        "deadline": "2025-12-12 12:00",
        "cutoff": "2025-11-30",
        "mailbox": "linchuantw@example.com",
        "contact": "王某甲",
        "phone": "0951-8000123",
        "form": "新媒体账号年审表",
        "report": "自查报告",
        "headings": "基本情况、存在问题、下一步打算",
        "attachment": "新媒体账号年审表.docx",
        "package_name": "单位名+2025年审",
        "subject": "乡镇名称+年审材料",
        "zip": "是",
        "copies": "2",
        "stamped": "是",
        "signed": "是",
        "scan": "是",
        "editable": "是",
        "paper": "是",
        "nil_report": "是",
    }
    assert [each.value for each in reading.every("contact")] == ["王某甲", "李某"]
    assert [each.value for each in reading.every("attachment")] == ["新媒体账号年审表.docx", "年审汇总表.xlsx"]


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("请于11月28日（周五）上午12:00前报送", "2025-11-28 12:00", "指中午 12 点"),
        ("截止时间：2021年11月16日14:00。", "2021-11-16 14:00", ""),
        ("请各支部10月15日12点前将表格发至邮箱", "2025-10-15 12:00", "没有写年份"),
        ("请在2024年9月12日下班前报送", "2024-09-12 17:30", "作息不同"),
        ("2021年11月5日下午下班前", "2021-11-05 17:30", "作息不同"),
        ("明天上午下班前反馈", "2025-11-21 12:00", "12:00"),
        ("11月28日11:00截止，请按时提交", "2025-11-28 11:00", ""),
        ("11月8日—16日下午2:00报送材料", "2025-11-16 14:00", ""),
        ("12月5—14日提交", "2025-12-14", ""),
        ("时间：2021年10月27日至11月15日自查；11月18日前报送纸质材料", "2021-11-18", ""),
        ("请在本周五下午五点前交表", "2025-11-21 17:00", "本周五"),
        ("请于下周一中午前交", "2025-11-24 12:00", "下周一"),
        ("请于二〇一九年一月二十五日前上报", "2019-01-25", "没有写到几点"),
        ("请于2019年1月\n25日前上报", "2019-01-25", ""),
        ("每月25日前报送", "2025-11-25", "按月重复"),
        ("12月中旬前上报", "2025-12-20", "中旬"),
        ("5.10前报", "2026-05-10", "没有写年份"),
        ("2024-06-15前发至邮箱", "2024-06-15", ""),
        ("30日前报送", "2025-11-30", "没有写月份"),
        ("10月8日24:00前上报", "2025-10-08 23:59", "最后一刻"),
        ("请于4月20日晚上8点前发送", "2026-04-20 20:00", ""),
        ("务必于12月6日9：30前发到邮箱", "2025-12-06 09:30", ""),
        ("请于12月6日九点半前发到邮箱", "2025-12-06 09:30", ""),
        ("11月28日（星期四）前报", "2025-11-28", "是星期五，原文写星期四"),
        ("2月30日前上报", "", "不是日历上有的日子"),
        ("收到通知后3个工作日内报送", "", "按收到通知的日期"),
        ("请于3月1日前完成三点要求，提交", "2026-03-01", ""),
        ("请于１２月１日前上报", "2025-12-01", ""),
        ("12月1日9:00—17:00到团县委报送纸质材料", "2025-12-01 17:00", ""),
        ("请于12月1日下午2:00至5:00交到团县委", "2025-12-01 17:00", ""),
        ("请在12/1 18:00前报送材料", "2025-12-01 18:00", ""),
        ("请于12月1日上班前报送", "2025-12-01", "当天一早"),
        ("请于下周三（12月2日）中午前报送", "2025-12-02 12:00", "又写“下周三”"),
        ("请于11月26日（下周三）中午前报送", "2025-11-26 12:00", "没有写年份"),
        ("每季度末月25日前报送", "2025-12-25", "按季重复"),
        ("每季度初月5日前报送", "2026-01-05", "按季重复"),
        ("请于2024年12月1日前报送", "2024-12-01", "在 2025-11-20 之前"),
        ("自2025年11月1日起至11月30日止开展自查，12月5日前报送自查报告。", "2025-12-05", "还写有 2025-11-30"),
        ("12月1日前完成整改，12月3日前将整改报告报送至邮箱", "2025-12-03", "还写有 2025-12-01"),
        ("请于11月25日前报送《统计表》，12月5日前报送自查报告。", "2025-11-25", "还写有 2025-12-05"),
        ("统计表于12月1日前、自查报告于12月5日前报送", "2025-12-01", "还写有 2025-12-05"),
    ],
)
def test_deadlines_in_many_wordings(text: str, value: str, said: str) -> None:
    due = read(text).best("deadline")
    assert due is not None
    assert due.value == value
    assert said in due.remark


def test_the_closing_hour_of_the_office_counts() -> None:
    due = read_notice("请于11月28日下班前报送", RECEIVED, closing=time(18)).best("deadline")
    assert due is not None and due.value == "2025-11-28 18:00"


def test_the_year_is_doubted_only_when_the_day_is_past() -> None:
    due = read("请于12月1日前报送").best("deadline")
    assert due is not None and "之前" not in due.remark and "还写有" not in due.remark


@pytest.mark.parametrize(
    "text",
    ["2018年发布文章总数", "会议于2025年10月8日召开", "本办法自2022年12月28日起实施", "根据林团发〔2021〕3号文件"],
)
def test_other_dates_are_no_deadlines(text: str) -> None:
    assert read(text).every("deadline") == ()
    assert read(text).every("number") == ()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("照片拍照后发送，文件名为“单位名+2021微博年审”，另附截图", "file_name", "单位名+2021微博年审"),
        ("材料打包，统一命名为“部门/学院”，发送至邮箱", "package_name", "部门/学院"),
        ("材料以“XX学院五四评选材料”命名后报送", "file_name", "XX学院五四评选材料"),
        ("邮件主题注明：报送团支部+联系方式", "subject", "报送团支部+联系方式"),
        ("命名格式：XX学院+姓名", "file_name", "XX学院+姓名"),
        ("登记表一式三份报送", "copies", "3"),
        ("纸质版和电子版各1份报送宣传部", "copies", "1"),
        ("无需报送纸质材料", "paper", "否"),
        ("盖章后拍照发送至邮箱", "photo", "是"),
        ("发送至QQ:331805096", "channel", "QQ 331805096"),
        ("联系人及电话：赵示例 13800000001", "contact", "赵示例"),
        ("联系人：赵老师，电话：8000123", "phone", "8000123"),
        ("联系电话：1380000001", "phone", "1380000001"),
        ("一式叁份报送", "copies", "3"),
        ("无须加盖公章报送", "stamped", "否"),
        ("邮件主题统一为“XX县+年审”", "subject", "XX县+年审"),
        ("（宁团字[2021]5号）\n关于报送材料的通知", "number", "宁团字〔2021〕5号"),
    ],
)
def test_other_demands_in_many_wordings(text: str, field: str, value: str) -> None:
    assert value in values(text, field)


def test_a_phone_with_a_digit_missing_is_flagged() -> None:
    phone = read("联系电话：1380000001").best("phone")
    assert phone is not None and "不是 11 位手机号" in phone.remark


@pytest.mark.parametrize(
    ("printed", "fault", "suggestion"),
    [
        ("a@163.con", ".con", "a@163.com"),
        ("a@qq.con", ".con", "a@qq.com"),
        ("a@l63.com", "差一个字符", "a@163.com"),
        ("a@gmial.com", "差一个字符", "a@gmail.com"),
        ("abc126.com", "缺少“@”", "abc@126.com"),
        ("xcb#school.edu.cn", "代替了“@”", "xcb@school.edu.cn"),
        ("xcb @school.edu.cn", "空格", "xcb@school.edu.cn"),
        ("abc@163,com", "逗号或句号", "abc@163.com"),
        ("tw@linchuan.gov.con", "域名结尾", ""),
        ("tw@linchuan", "不是完整的邮箱域名", ""),
        ("abc@@126.com", "两个“@”", "abc@126.com"),
        ("abc@126..com", "两个点号", "abc@126.com"),
    ],
)
def test_misprinted_mailboxes_are_named_and_kept(printed: str, fault: str, suggestion: str) -> None:
    mailbox = examine(printed)
    assert mailbox.printed == printed
    assert not mailbox.sound and fault in "".join(mailbox.faults)
    assert mailbox.suggestion == suggestion


@pytest.mark.parametrize(
    "printed", ["263279573@qq.com", "xcb@school.edu.cn", "a.b-c@vip.163.com", "tw@linchuan.gov.cn"]
)
def test_sound_mailboxes_pass(printed: str) -> None:
    assert examine(printed).sound and is_address(printed)


@pytest.mark.parametrize(
    ("text", "mailboxes"),
    [
        ("请发至a@126.com。PDF版和Word版都要", ["a@126.com"]),
        ("请发至a@126.com，QQ群123456789", ["a@126.com"]),
        ("邮箱：a@126.com,Tel:8000123", ["a@126.com"]),
        ("邮箱：a@126.com。2025年11月20日", ["a@126.com"]),
        ("邮箱：a@126.com，b@qq.com", ["a@126.com", "b@qq.com"]),
        ("邮箱a@126.com；b@qq.com", ["a@126.com", "b@qq.com"]),
        ("报送邮箱：a@126.com。技术咨询邮箱：help@qq.com", ["a@126.com"]),
        ("请将材料发至a@126.com，如有疑问请联系王示例，邮箱：b@163.com。", ["a@126.com"]),
        ("后台登录密码：abc123@163.com", []),
        ("请发至ｌｃｔｗ＃１２６．ｃｏｍ", ["lctw#126.com"]),
        ("请发至 lctw ＠ 126 . com", ["lctw @ 126 . com"]),
    ],
)
def test_the_mailboxes_that_stand_in_the_field(text: str, mailboxes: list[str]) -> None:
    """A sentence that goes on is no misprint, and a mailbox for questions gets no report."""
    assert [each.value for each in read(text).taken("mailbox")] == mailboxes


def test_a_mailbox_for_questions_is_offered_and_named() -> None:
    asked = read("报送邮箱：a@126.com。技术咨询邮箱：help@qq.com").every("mailbox")[1]
    assert asked.value == "help@qq.com" and "咨询用的邮箱" in asked.remark


def test_an_address_printed_with_gaps_is_doubted() -> None:
    (mailbox,) = read("邮箱：1 2 3 4 5@qq.com").every("mailbox")
    assert mailbox.confidence == "likely" and "没有印全" in mailbox.remark


def test_a_link_that_leads_elsewhere_is_flagged() -> None:
    (mailbox,) = read("报送至邮箱 [twa@example.com](mailto:twb@example.com)。").every("mailbox")
    assert mailbox.value == "twa@example.com"
    assert "指向“twb@example.com”" in mailbox.remark


def test_a_short_notice_keeps_its_title_apart_from_the_greeting() -> None:
    text = (
        "关于报送2025年年审材料的通知\n各乡镇团委：\n请将材料于12月5日前报送，文件名为“单位名+2025年审”。\n"
        "共青团林川市委员会\n2025年11月20日"
    )
    assert values(text, "title") == ["关于报送2025年年审材料的通知"]


def test_torn_lines_are_joined_and_lists_are_not() -> None:
    text = flow(
        "各地各部门要切实履行好主体责任职责，请将材料于5\n月10日前报送。\n邮箱：a@b.cn\n一、范围\n1.甲\n2.乙"
    ).text
    assert text == "各地各部门要切实履行好主体责任职责，请将材料于5月10日前报送。\n邮箱：a@b.cn\n一、范围\n1.甲\n2.乙"


@settings(deadline=None)
@given(
    st.text(
        alphabet="请于12月5日前上下午：点报送至邮箱a@63.com《统计表》（盖章）\n *#[]-附件联系人王电话0138【】“”+命名为",
        max_size=120,
    )
)
def test_any_text_is_read_and_every_quote_lies_in_it(text: str) -> None:
    for proposal in read(text).proposals:
        assert proposal.field in FIELDS
        assert 0 <= proposal.quote.start < proposal.quote.end <= len(text)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read(text)
