"""What must be handed in and in which shape: forms, report, headings, names, copies, seals, scans, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.notice_reading.flow import Flowed, unspaced
from desktop.notice_reading.numerals import number
from desktop.notice_reading.proposal import Proposal

_BOOK = re.compile(r"《(?P<name>[^《》\n]{2,60}(?:《[^《》\n]{1,40}》[^《》\n]{0,30})?)》")
_FORM = re.compile(
    r"(?:表|承诺书|责任书|清单|台账|名册|报告书|申请书|审批单|报告单|记录单|登记卡)(?:[（(][^）)]{1,14}[）)])?$"
)
_REPORT = re.compile(
    r"(?:自查自纠|自查|整改|排查|清查|年检|年审|年度|工作|专题)+(?:情况)?(?:材料|报告|总结|说明|汇报)(?![表书单])"
)
_HANDS_IN = re.compile(
    r"报送|上报|提交|报至|报到|报我|前报|将|发送|发至|发到|上交|交至|反馈|送交|送至|填报|填写|形成|撰写|报告"
)
_HEADINGS = re.compile(
    r"(?:材料|报告|总结|汇报|说明)的?(?:主要)?(?:内容)?\s*(?:主要|重点|要|应当|应该|应|须|需要|需|必须)*\s*(?:包括|包含|涵盖|含有|写明|包括以下)"
    r"(?:但不限于)?(?:以下)?(?:几个?)?(?:内容|方面|部分)?\s*[：:]?\s*(?P<list>[^。）)\n]{4,240})"
)
_ATTACHMENT = re.compile(r"^附\s*件\s*(?P<no>\d{0,2}|[一二三四五六七八九十])\s*(?:[：:.、]|\s|$)\s*(?P<name>.*)$")
_ITEM = re.compile(r"^(?P<no>\d{1,2})\s*[.、．]\s*(?P<name>\S.{1,80})$")
_VALUE = (
    r"\s*(?:统一)?(?:为|是|格式为|格式是|成|作|：|:|要求为|按照?|以|用)?\s*[：:]?\s*"
    r"(?:[“\"'‘「『【](?P<quoted>[^”\"'’」』】\n]{2,60})[”\"'’」』】]"
    r"|(?P<bare>[A-Za-zX×*＊\u4e00-\u9fff\d]{1,20}(?:\s?[+＋_—\-/]\s?[A-Za-zX×*＊\u4e00-\u9fff\d（）()]{1,30})+))"
)
_NAMED = re.compile(
    r"(?P<what>压缩包|压缩文件|文件夹|邮件主题|邮件标题|邮件名称?|主题|文件名称?|电子版|附件|材料|表格|文档|图片|照片)?[^。；\n“”]{0,10}?"
    rf"(?P<verb>统一命名|命名格式|命名方式|命名规则|命名|文件名|邮件主题|邮件标题|邮件名|主题|标题|备注|注明){_VALUE}"
)
_BY = re.compile(
    r"(?P<what>压缩包|压缩|打包|邮件|电子版|附件|材料|文件|表格|文档)?[^。；\n“”]{0,16}?(?:以|用|按照?)\s*"
    r"[“\"「【](?P<quoted>[^”\"」】\n]{2,60})[”\"」】](?:的?(?:格式|形式|方式|样式|为))?\s*(?:来|进行|统一)?(?:命名|为(?:文件|邮件)?(?:名|主题)|作为文件名)"
)
_PACKED_AS = re.compile(
    r"(?:打包|压缩)[^。；\n]{0,12}?(?:命名为|名称为|注明|署名?为?)\s*[“\"「【]?(?P<name>[^”\"」】。；，,\n]{2,40})"
)
_COPIES = re.compile(
    r"一\s*式\s*(?P<count>[两二三四五六七八九十贰叁肆伍\d]{1,2})\s*份"
    r"|(?:各|原件|纸质[^。；，,\n式]{0,6}?)(?P<each>[一两二三四五\d])\s*份"
)
_FLAGS = {
    "stamped": r"加盖[^。；，,\n]{0,10}?(?:公章|印章|章)|盖章|公\s*章",
    "signed": r"签字|签名|签署",
    "scan": r"扫\s*描\s*(?:件|成|版|为|后|并|上传|PDF|pdf)|(?:章|字)后?[^。；，,\n]{0,2}扫\s*描",
    "photo": r"拍\s*照|照片(?:形式|版)|以图片|图片格式|手机拍",
    "editable": r"可编辑|(?:Word|WORD|word|Excel|EXCEL|excel|WPS)\s*(?:版|格式|文档)|电\s*子\s*(?:版|稿|档|文档|表)",
    "paper": r"纸质|书面(?:材料|形式)|打印(?:件|稿|版)",
    "zip": r"打\s*包|压\s*缩",
    "nil_report": r"零报告|无则报无|(?:没有|无)[^。；，,\n]{0,8}也(?:要|须|需|请)[^。；，,\n]{0,4}报",
}
_NEGATED = re.compile(r"(?:无需|无须|不须|毋须|免予|不需|不用|不必|毋需|不再|不要)[^。；，,\n]{0,8}$")
_ANSWERS = re.compile(
    r"报送|上报|提交|报至|发送|发至|发到|交至|上交|送至|填|材料|表|一式|盖章|公章|电子版|纸质|扫描|拍照|打包|零报告|无则报无"
)


def demands(flowed: Flowed) -> Iterator[Proposal]:
    """Forms, report with headings, attachments, naming rules, copies and the shape of what is handed in."""
    yield from _forms(flowed)
    yield from _reports(flowed)
    yield from _headings(flowed)
    yield from _attachments(flowed)
    yield from _naming(flowed)
    yield from _shape(flowed)


def _forms(flowed: Flowed) -> Iterator[Proposal]:
    for found in _BOOK.finditer(flowed.text):
        name = unspaced(found["name"])
        if _FORM.search(name):
            quote = flowed.sentence(*found.span())
            yield Proposal("form", name, quote, "sure" if _HANDS_IN.search(quote.text) else "likely")


def _reports(flowed: Flowed) -> Iterator[Proposal]:
    for found in _REPORT.finditer(flowed.text):
        quote = flowed.sentence(*found.span())
        if _HANDS_IN.search(quote.text):
            yield Proposal("report", unspaced(found.group()), quote, "sure")


def _headings(flowed: Flowed) -> Iterator[Proposal]:
    """The parts a report must have: 包括甲、乙、丙等内容; or 一是甲；二是乙."""
    for found in _HEADINGS.finditer(flowed.text):
        text = re.sub(r"等(?:[\u4e00-\u9fff]{0,6})?$", "", found["list"].strip(" ，,；;"))
        counted = re.split(
            r"[；;，,]?\s*(?:[一二三四五六七八九十]是|[（(][一二三四五六七八九十\d]+[)）]|[①-⑩]|\d{1,2}[.、])", text
        )
        parts = [part for part in counted if part.strip()] if len(counted) > 2 else re.split(r"[、；;]", text)
        names = [unspaced(part).strip("，,；;。及以") for part in parts]
        names = [name for name in names if 2 <= len(name) <= 30]
        if len(names) >= 2:
            yield Proposal("headings", "、".join(names), flowed.sentence(*found.span()), "sure")


def _attachments(flowed: Flowed) -> Iterator[Proposal]:
    """The list behind 附件：, numbered or not, and a heading 附件 with the annex's own title below."""
    listing = False
    for start, line in flowed.lines():
        head, item = _ATTACHMENT.match(line), _ITEM.match(line)
        if head or (listing and item):
            found = head or item
            assert found is not None
            numbered = _ITEM.match(found["name"].strip()) if head else None
            name = unspaced(numbered["name"] if numbered else found["name"]).strip("《》；;。")
            listing = True
            if name:
                quote = flowed.span(start, start + len(line))
                yield Proposal("attachment", name, quote, "sure" if "：" in line or ":" in line or item else "likely")
            continue
        if listing and _FORM.search(unspaced(line)) and len(line) < 50:
            yield Proposal("attachment", unspaced(line).strip("《》"), flowed.span(start, start + len(line)), "likely")
        listing = False


def _naming(flowed: Flowed) -> Iterator[Proposal]:
    for pattern in (_BY, _NAMED):
        for found in pattern.finditer(flowed.text):
            groups = found.groupdict()
            value = unspaced(groups.get("quoted") or groups.get("bare") or "")
            about = f"{found['what'] or ''} {groups.get('verb') or ''}"
            sentence = flowed.sentence(*found.span())
            before = flowed.text[flowed.bounds(*found.span())[0] : found.end()]
            if re.search(r"主题|邮件|标题|备注|注明", about):
                field = "subject"
            elif re.search(r"压缩|打包|文件夹", about) or re.search(r"(?:打包|压缩)[^。；\n]*$", before):
                field = "package_name"
            else:
                field = "file_name"
            if field == "subject" and "邮件" not in sentence.text and "主题" not in about:
                continue
            yield Proposal(field, value, sentence, "sure" if groups.get("quoted") else "likely")


def _shape(flowed: Flowed) -> Iterator[Proposal]:
    for found in _COPIES.finditer(flowed.text):
        count = (found["count"] or found["each"]).replace("两", "二")
        yield Proposal(
            "copies", str(number(count)), flowed.sentence(*found.span()), "sure" if found["count"] else "likely"
        )
    for field, pattern in _FLAGS.items():
        for found in re.finditer(pattern, flowed.text):
            quote = flowed.sentence(*found.span())
            left, _ = flowed.bounds(*found.span())
            if _ANSWERS.search(quote.text):
                negated = _NEGATED.search(flowed.text[left : found.start()])
                sure = field not in ("zip", "photo") or bool(re.search(r"报送|发送|发至|提交|上报", quote.text))
                yield Proposal(field, "否" if negated else "是", quote, "sure" if sure else "likely")
                break
