"""One reading of one field of a notice, with the sentence it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.notice_reading.flow import Span

Confidence = Literal["sure", "likely", "guess"]

FIELDS = {
    "title": "标题",
    "issuer": "发文单位",
    "number": "文号",
    "issued": "成文日期",
    "deadline": "报送期限",
    "cutoff": "统计截止",
    "mailbox": "报送邮箱",
    "channel": "其他报送方式",
    "contact": "联系人",
    "phone": "联系电话",
    "form": "需填表格",
    "report": "需写材料",
    "headings": "材料应包括",
    "attachment": "附件",
    "file_name": "文件命名",
    "package_name": "压缩包命名",
    "subject": "邮件主题",
    "zip": "打包压缩",
    "copies": "份数",
    "stamped": "盖章",
    "signed": "签字",
    "scan": "扫描件",
    "photo": "照片",
    "editable": "可编辑电子版",
    "paper": "纸质件",
    "nil_report": "零报告",
}
"""What is looked for, in the order a clerk reads it."""


LISTS = ("form", "report", "attachment")
"""Fields that hold several values, each a thing of its own."""
SEVERAL = ("mailbox", "channel", "contact", "phone")
"""Fields whose values are written one after the other."""


@dataclass(frozen=True)
class Proposal:
    """One reading of one field: value, the quoted sentence with its place, how sure, what to look at.

    `field` is a key of FIELDS. Dates are `YYYY-MM-DD` with ` HH:MM` when an hour is printed, lists are joined by 、,
    demands are `是` or `否`. `suggestion` is a likely correction of a misprinted value, never applied by itself.
    """

    field: str
    value: str
    quote: Span
    confidence: Confidence
    remark: str = ""
    suggestion: str = ""
