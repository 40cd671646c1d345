"""The report on a file's signatures in plain Chinese, one wording for the window and the command line, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from desktop.dates import chinese
from desktop.documents.signatures.identity import one_line
from desktop.documents.verifying import DISCLAIMER, Report, SignatureReport, State, Trust

STATES = {
    State.VALID: "签名有效",
    State.PARTIAL: "部分签名",
    State.INVALID: "签名无效",
    State.UNSIGNED: "没有签名",
    State.DAMAGED: "文件损坏",
}
TRUST = {
    Trust.PINNED: "已核对",
    Trust.ISSUED: "上级签发",
    Trust.UNKNOWN: "未核对",
    Trust.REVOKED: "已吊销",
}
_MEANING = {
    State.VALID: "文件全部内容都在签名之内，签后没有改动。",
    State.PARTIAL: "文件里有签名没有覆盖的内容，不能当作已签名的文件使用。",
    State.INVALID: "文件或签名被改动过，请勿使用，并向签名人索取原文件。",
    State.UNSIGNED: "文件没有数字签名；如果对方说已经签过，请向其重新索取。",
    State.DAMAGED: "文件打不开，无法验证，请向来源重新索取。",
}
_LISTS = (
    ("altered", "签后被改动"),
    ("removed", "签后被删除"),
    ("added", "签后新加入"),
    ("unsigned", "不在签名内"),
)


_PLACES = (
    (r"/word/document\.xml", "正文"),
    (r"/word/header(\d+)\.xml", "页眉 {}"),
    (r"/word/footer(\d+)\.xml", "页脚 {}"),
    (r"/(?:word|xl)/styles\.xml", "样式"),
    (r"/(?:word|xl)/media/(.+)", "图片 {}"),
    (r"/(?:word|xl)/comments\d*\.xml", "批注"),
    (r"/word/numbering\.xml", "编号"),
    (r"/word/settings\.xml", "文档设置"),
    (r"/word/(?:foot|end)notes\.xml", "脚注、尾注"),
    (r"/xl/workbook\.xml", "工作簿"),
    (r"/xl/worksheets/sheet(\d+)\.xml", "工作表 {}"),
    (r"/xl/sharedStrings\.xml", "单元格文字"),
    (r"/customXml/.+", "附带数据"),
    (r".*\.rels(?: 中的关系 .*)?", "部件之间的引用"),
)


def place(name: str) -> str:
    """A part as a person would call it, with its name in the file."""
    name = one_line(name)
    for pattern, words in _PLACES:
        found = re.fullmatch(pattern, name, re.IGNORECASE)
        if found:
            return f"{words.format(*found.groups())}（{name}）"
    return name


def headline(report: Report) -> str:
    """One sentence on the whole file."""
    if report.state is State.VALID and not report.accepted:
        return "签名人的证书已被吊销，不能接受。"
    if report.accepted and any(one.judgement.trust is Trust.UNKNOWN for one in report.signatures):
        return "签后没有改动，但有签名人的证书没有核对过，还不能确定是谁签的。"
    return _MEANING[report.state]


def heading(number: int, one: SignatureReport) -> str:
    """Who signed as which in order, and what holds of it."""
    return (
        f"第 {number} 个签名：{one.signer or '（签名人不明）'}　{STATES[one.state]}　证书{TRUST[one.judgement.trust]}"
    )


def details(one: SignatureReport) -> Iterator[tuple[str, str]]:
    """Label and text of everything known about one signature, in reading order."""
    for problem in one.problems:
        yield "问题", problem
    for attribute, title in _LISTS:
        for name in getattr(one, attribute):
            yield title, place(name)
    if one.claimed_at is not None:
        at = one.claimed_at.astimezone()
        yield "签名时间", f"{chinese(at.date())} {at:%H:%M}（签名人声明）"
    if one.role:
        yield "签名身份", one_line(one.role)
    if one.comment:
        yield "签名说明", one_line(one.comment)
    if one.issuer and one.issuer != one.signer:
        yield "证书签发者", one.issuer
    if one.fingerprint:
        yield "证书指纹", one.fingerprint
    if one.judgement.why:
        yield "证书", one.judgement.why
    if one.state in {State.VALID, State.PARTIAL}:
        yield "覆盖范围", f"{one.covered} 个部件" + ("，文件全部内容" if one.state is State.VALID else "，不是全部")
    for remark in one.remarks:
        yield "注意", remark


def sentences(report: Report) -> Iterator[str]:
    """The whole report, line by line."""
    revoked = report.state is State.VALID and not report.accepted
    yield f"{report.name}：{'签名人已吊销' if revoked else STATES[report.state]}"
    yield headline(report)
    yield from report.problems
    for number, one in enumerate(report.signatures, 1):
        yield heading(number, one)
        for label, text in details(one):
            yield f"  {label}：{text}"
    if report.signatures:
        yield DISCLAIMER


def as_json(report: Report) -> dict[str, Any]:
    """The whole report for other programs; times in ISO 8601 UTC, fingerprints as 64 hexadecimal digits."""
    return {
        "file": report.name,
        "state": report.state.value,
        "accepted": report.accepted,
        "problems": list(report.problems),
        "signatures": [
            {
                "part": one.part,
                "state": one.state.value,
                "accepted": one.accepted,
                "signer": one.signer,
                "issuer": one.issuer,
                "fingerprint": one.fingerprint.replace(" ", "").lower(),
                "claimed_time": one.claimed_at.isoformat() if one.claimed_at else None,
                "trust": one.judgement.trust.value,
                "trust_reason": one.judgement.why,
                "method": one.method,
                "comment": one.comment,
                "role": one.role,
                "line": one.line,
                "covered_parts": one.covered,
                "altered": list(one.altered),
                "removed": list(one.removed),
                "added": list(one.added),
                "unsigned": list(one.unsigned),
                "problems": list(one.problems),
                "remarks": list(one.remarks),
            }
            for one in report.signatures
        ],
    }
