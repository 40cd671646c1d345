"""Who issued a notice, under which title and number, on which day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from desktop.notice_reading.flow import Flowed, unspaced
from desktop.notice_reading.numerals import number
from desktop.notice_reading.proposal import Proposal

_KINDS = (
    "通知",
    "通报",
    "函",
    "公告",
    "通告",
    "方案",
    "规定",
    "办法",
    "意见",
    "决定",
    "请示",
    "批复",
    "倡议书",
    "倡议",
)
_NUMBER = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{1,12})\s*(?P<open>[〔\[（(【﹝])\s*(?P<year>(?:19|20)\d{2})\s*[〕\]）)】﹞]\s*第?\s*(?P<no>\d{1,4})\s*号"
)
_DAY = re.compile(
    r"(?P<year>\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*(?P<month>[\d一二三四五六七八九十]{1,2})\s*月"
    r"\s*(?P<day>[\d一二三四五六七八九十廿]{1,3})\s*日(?:\s*印发)?"
)
_CITING = re.compile(r"根据|按照|依据|遵照|落实|《|要求|文件|精神")
_HEADING = re.compile(r"(?P<unit>.{4,40}?)文\s*件$")
_SALUTATION = re.compile(r"^[^。；]{2,400}[：:]$")
_ANNEX = re.compile(r"^附\s*件\s*\d*\s*[：:]?\s*")
_BODY = re.compile(r"(?:委员会|委|团|部|办公室|政府|[厅局处院校系司署]|中心|小组|大学|中学|学院|协会|联合会|联席会议)$")
_LABELLED = re.compile(r"[：:@]|电话|联系人")


def letterhead(flowed: Flowed) -> Iterator[Proposal]:
    """Title, issuer, number and day of issue."""
    lines = list(flowed.lines())
    salutation = next(
        (index for index, (_, line) in enumerate(lines[:25]) if _SALUTATION.match(line) and not _ANNEX.match(line)),
        None,
    )
    head = lines[: salutation if salutation is not None else 12]
    title = _title(flowed, head)
    yield from title
    yield from _number(flowed, head)
    yield from _signature(flowed, lines[salutation or 0 :])
    yield from _headed(flowed, head if salutation is not None else head[:3], title[0].value if title else "")


def _title(flowed: Flowed, head: list[tuple[int, str]]) -> list[Proposal]:
    """The lines from 关于 to the kind of paper; a chat message has a 【title】 or only a first sentence."""
    for index, (start, line) in enumerate(head):
        if "关于" not in line:
            continue
        text, end = "", start
        for place, part in head[index : index + 4]:
            text, end = unspaced(text + part.strip()), place + len(part)
            if text.endswith(_KINDS) or re.search(r"(?:通知|通报|函|意见|办法|方案)[（(][^）)]{1,10}[）)]$", text):
                return [Proposal("title", text, flowed.span(start, end), "sure")]
    for start, line in head:
        text = unspaced(line)
        if text.endswith(_KINDS) and len(text) <= 60:
            return [Proposal("title", text, flowed.span(start, start + len(line)), "likely")]
    boxed = re.search(r"【([^】\n]{2,60})】", flowed.text)
    if boxed and boxed[1] not in _KINDS:
        return [Proposal("title", boxed[1], flowed.span(*boxed.span()), "likely")]
    if head:
        start, line = head[0]
        skip = boxed.end() - start if boxed and start <= boxed.start() < start + len(line) else 0
        start, line = start + skip, line[skip:]
        first = re.split(r"[。；！]", line)[0][:60]
        remark = "没有找到“关于…的通知”这样的标题，取了开头一句。"
        return [Proposal("title", unspaced(first), flowed.span(start, start + len(first)), "guess", remark)]
    return []


def _number(flowed: Flowed, head: list[tuple[int, str]]) -> Iterator[Proposal]:
    """The number in the head of the paper; numbers in the body belong to other papers that are cited."""
    for start, line in head:
        found = _NUMBER.search(line)
        if found and len(line) - len(found.group()) <= 12 and not _CITING.search(line):
            value = f"{found['body']}〔{found['year']}〕{found['no']}号"
            remark = "" if found["open"] == "〔" else "年份的括号不是六角括号〔〕，已按公文格式写。"
            quote = flowed.span(start + found.start(), start + found.end())
            yield Proposal("number", value, quote, "sure", remark)
            return


def _signature(flowed: Flowed, body: list[tuple[int, str]]) -> Iterator[Proposal]:
    """The issuer and the date under the text: a short line followed by a line that is a date."""
    for index, (start, line) in enumerate(body):
        found = _DAY.search(line)
        if not found:
            continue
        rest = unspaced(line[: found.start()] + line[found.end() :]).strip("（）()")
        printed = found.group().rstrip().endswith("印发")
        above = unspaced(body[index - 1][1]) if index else ""
        signed = rest or above
        if len(rest) > 30 or (rest and not _BODY.search(rest)) or not (_is_unit(signed) or not rest):
            continue
        try:
            day = date(number(found["year"]), number(found["month"]), number(found["day"]))
        except ValueError:
            continue
        quote = flowed.span(start, start + len(line))
        yield Proposal("issued", day.isoformat(), quote, "likely" if printed or not _is_unit(signed) else "sure")
        if _is_unit(signed):
            where = quote if rest else flowed.span(body[index - 1][0], body[index - 1][0] + len(body[index - 1][1]))
            yield Proposal("issuer", signed, where, "likely" if printed else "sure")
        return


def _is_unit(text: str) -> bool:
    return 3 <= len(text) <= 40 and bool(_BODY.search(text)) and not _LABELLED.search(text)


def _headed(flowed: Flowed, head: list[tuple[int, str]], title: str) -> Iterator[Proposal]:
    """The issuer in the head: a red heading «…文件», a line that is a unit's name, or what stands before 关于."""
    before = title.partition("关于")[0]
    if _is_unit(before):
        start, line = next((start, line) for start, line in head if before[:2] in line)
        yield Proposal("issuer", before, flowed.span(start, start + len(line)), "sure")
    for start, line in head:
        text = unspaced(line)
        heading = _HEADING.match(text)
        name = heading["unit"] if heading else text
        if "关于" not in text and _is_unit(name):
            yield Proposal("issuer", name, flowed.span(start, start + len(line)), "sure" if heading else "likely")
