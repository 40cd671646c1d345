"""A report mended as text is laid out as mended."""

from __future__ import annotations

import io
from datetime import date

import docx

from desktop.documents.house_styles import styles
from desktop.documents.official import write
from desktop.report_text import read_back
from desktop.reports import Report, Section

DRAFT = Report(
    "关于2026年自查情况的报告", "共青团临江市委员会", "现报告如下。",
    (Section("基本情况", ("共 13 个账号。",), ("平台", "个数"), (("微博", "1"), ("抖音", "2"))), Section("意见建议")),
    "共青团林川县委员会", date(2026, 11, 20), ("统计表", "清单"),
)  # fmt: skip


def test_untouched_text_gives_the_same_report() -> None:
    assert read_back(DRAFT.text, DRAFT) == DRAFT


def test_what_the_clerk_changed_is_what_is_laid_out() -> None:
    text = DRAFT.text.replace("二、意见建议", "二、意见建议\n建议统一培训。\n三、下一步打算\n逐一整改。").replace(
        "关于2026年", "关于"
    )
    mended = read_back(text, DRAFT)
    assert [part.heading for part in mended.sections] == ["基本情况", "意见建议", "下一步打算"]
    assert mended.title == "关于自查情况的报告"
    document = docx.Document(io.BytesIO(write(mended, styles()[0]).content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "建议统一培训。" in texts
    assert "三、下一步打算" in texts
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["微博", "1"]


def test_two_more_headings_than_numerals_known_do_not_break() -> None:
    assert read_back("", DRAFT).sections == ()
    assert read_back("只有一行", DRAFT).title == "只有一行"


def test_name_day_and_contact_are_those_that_the_clerk_wrote() -> None:
    text = (
        DRAFT.text.replace("共青团林川县委员会\n2026年11月20日", "林川县两办\n2026年12月1日")
        + "（联系人：赵示例，0479-5980003）\n"
    )
    mended = read_back(text, DRAFT)
    assert (mended.issuer, mended.on, mended.contact) == ("林川县两办", date(2026, 12, 1), "赵示例，0479-5980003")
    assert mended.sections == DRAFT.sections
    assert read_back(mended.text, DRAFT) == mended
    without = read_back(DRAFT.text.replace("共青团林川县委员会\n2026年11月20日", ""), DRAFT)
    assert (without.issuer, without.on) == (DRAFT.issuer, DRAFT.on)
    assert "2026年2月30日" in read_back(DRAFT.text.replace("11月20日", "2月30日"), DRAFT).text
