"""Where the answer goes and whom to ask: mailboxes, other ways, contacts, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop import mailboxes
from desktop.notice_reading.flow import Flowed, links, unspaced
from desktop.notice_reading.proposal import Confidence, Proposal

_LABEL = re.compile(r"(?:电子邮箱|电子邮件|邮\s*箱|信\s*箱|邮\s*件|e-?mail)[^。；\n@]{0,12}?[：:\s]\s*$", re.IGNORECASE)
_SENT_TO = re.compile(r"(?:邮箱|信箱|邮件|发送?[至到]|报送?[至到]|传[至到])[^。；\n]{0,14}$")
_NEXT_TO_ONE = re.compile(r"[\s；;、，,/和及或]{0,4}")
_ASKED_AT = re.compile(r"咨询|疑问|不明|技术支持|监督|举报|投诉|投稿|订阅")
_SECRET = re.compile(r"(?:密码|口令|授权码)\s*[：:为是]?\s*$")
_CUT_OFF = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,2}\s{1,2}$")
_PEOPLE = re.compile(
    r"联\s*系\s*人(?:员|及(?:联系)?电话|和(?:联系)?电话|、(?:联系)?电话)?\s*[：:]?\s*"
    r"(?P<names>(?:(?!联系|电话|手机|邮箱|地址|办公|传真|微信)[\u4e00-\u9fff·]{1,5}[ \t、，,/]*){1,6})"
)
_TITLE = re.compile(r"(?:老师|同志|主任|部长|书记|同学|科长|处长)$")
_PHONE = re.compile(
    r"(?<![\dA-Za-z@.〔\[])(?:(?P<mobile>1[3-9]\d[ -]?\d{4}[ -]?\d{4})"
    r"|(?P<area>0\d{2,3})[ \t]*[-—–－ )）]{1,3}[ \t]*(?P<local>\d{6,9})|(?P<bare>\d{5,12}))"
    r"(?![\d〕\]]|\s*[@年月日号元人])(?:\s*(?:转|-)\s*(?P<extra>\d{1,5}))?(?![A-Za-z@])"
)
_PHONE_LABEL = re.compile(r"(?:电\s*话|手\s*机|联系方式|tel)[^。；\n]{0,24}$|联系人[^。；\n]{0,24}$", re.IGNORECASE)
_QQ = re.compile(r"(?P<kind>QQ|qq|企业微信|微信|钉钉)(?P<group>群)?(?:号码?)?\s*[：:]?\s*(?P<id>[A-Za-z0-9_-]{5,20})")
_OFFICE = re.compile(
    r"(?:钉钉|微信工作?群|QQ工作?群|工作群|公文(?:交换)?系统|OA|协同办公|报送系统|问卷星|腾讯文档|金山文档)"
)
_SENDS = re.compile(r"报送|上报|提交|发送|发至|发到|填报|反馈|报至|通过")


def answer(flowed: Flowed) -> Iterator[Proposal]:
    """Mailboxes, other ways of sending, contacts and telephones."""
    yield from _mailboxes(flowed)
    yield from _channels(flowed)
    yield from _people(flowed)
    yield from _phones(flowed)


def _mailboxes(flowed: Flowed) -> Iterator[Proposal]:
    aims = {shown: target for shown, target in links(flowed.source) if "@" in shown or "@" in target}
    last, named = 0, False  # where the address before ended, and whether it was named as one to send to
    for found in mailboxes.LOOSE.finditer(flowed.text):
        left, _ = flowed.bounds(*found.span())
        before = flowed.text[max(left, last) : found.start()]
        beside = named and bool(_NEXT_TO_ONE.fullmatch(flowed.text, last, found.start()))
        labelled, printed = bool(_LABEL.search(before)), found.group()
        looks = bool(re.search(r"@|#|\bat\b", printed))
        if printed.lower().startswith(("http", "www.")) or not (
            looks or (labelled and "." in printed and re.search(r"[A-Za-z]", printed))
        ):
            continue
        mailbox = mailboxes.examine(printed)
        if _SECRET.search(before):
            continue
        if looks and not mailbox.suggestion and not mailbox.sound and not labelled:
            continue
        faults = list(mailbox.faults)
        aim = aims.get(printed)
        if aim and aim.lower() != printed.lower():
            faults.append(f"显示的是“{printed}”，链接却指向“{aim}”")
        if looks and _CUT_OFF.search(before):
            faults.append("前面还印着别的字符，像是没有印全")
        remark = f"原文印作“{mailbox.printed}”：{'；'.join(faults)}。请打电话核实后再填。" if faults else ""
        wanted = labelled or beside or bool(_SENT_TO.search(before))
        level: Confidence = "guess" if not wanted else "likely" if faults else "sure"
        if _ASKED_AT.search(before):
            level, remark = "guess", remark + f"“{mailbox.printed}”像是咨询用的邮箱，不一定收材料。"
        last, named = found.end(), wanted
        quote = flowed.sentence(*found.span())
        yield Proposal("mailbox", mailbox.printed, quote, level, remark, mailbox.suggestion)


def _channels(flowed: Flowed) -> Iterator[Proposal]:
    for found in _QQ.finditer(flowed.text):
        kind = "QQ" if found["kind"].lower() == "qq" else found["kind"]
        value = f"{kind}{found['group'] or ''} {found['id']}"
        yield Proposal("channel", value, flowed.sentence(*found.span()), "likely")
    for found in _OFFICE.finditer(flowed.text):
        quote = flowed.sentence(*found.span())
        if _SENDS.search(quote.text):
            yield Proposal("channel", found.group(), quote, "guess")


def _people(flowed: Flowed) -> Iterator[Proposal]:
    """Names behind 联系人; a blank inside a two-character name (王 晨) is typesetting, between longer ones it parts."""
    for found in _PEOPLE.finditer(flowed.text):
        pieces = [piece for piece in re.split(r"[ \t、，,/]+", found["names"]) if piece]
        names: list[str] = []
        for piece in pieces:
            if len(piece) == 1 and names and len(names[-1]) == 1:
                names[-1] += piece
            else:
                names.append(piece)
        for name in names:
            if 2 <= len(_TITLE.sub("", name)) <= 4 or (_TITLE.search(name) and len(name) >= 3):
                yield Proposal("contact", name, flowed.sentence(*found.span()), "sure")


def _phones(flowed: Flowed) -> Iterator[Proposal]:
    for found in _PHONE.finditer(flowed.text):
        left, _ = flowed.bounds(*found.span())
        labelled = bool(_PHONE_LABEL.search(flowed.text[left : found.start()]))
        printed = unspaced(found.group()).strip()
        if found["mobile"]:
            value, remark = re.sub(r"[ -]", "", found["mobile"]), ""
        elif found["area"]:
            value = f"{found['area']}-{found['local']}"
            remark = "" if len(found["local"]) in (7, 8) else f"“{printed}”的位数不对，请核对。"
        elif labelled:
            value = found["bare"]
            remark = "" if len(value) in (7, 8) else f"“{printed}”不是 11 位手机号，也不是 7、8 位座机号，请核对。"
        else:
            continue
        if found["extra"]:
            value = f"{value} 转 {found['extra']}"
        level: Confidence = "sure" if labelled and not remark else "likely" if labelled else "guess"
        yield Proposal("phone", value, flowed.sentence(*found.span()), level, remark)
