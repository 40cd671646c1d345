"""Mail addresses as superiors print them: which are sound, which are misprinted, and in what way.

A misprint is named and a likely reading offered; it is never mended silently, because the report of a whole office
would go to a stranger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Providers met in notices of schools and county offices; a domain one letter away from one of these is a misprint.
PROVIDERS = (
    "163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com", "qq.com", "vip.qq.com", "foxmail.com",
    "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "139.com", "189.cn", "wo.cn", "21cn.com", "tom.com",
    "aliyun.com", "outlook.com", "hotmail.com", "gmail.com", "icloud.com",
)  # fmt: skip
_ENDINGS = frozenset(
    re.findall(r"\w+", "com cn net org edu gov mil info biz top xyz vip cc me io tv hk mo tw asia pro")
)
_MISTYPED_ENDINGS = ("con", "cm", "comm", "ocm", "vom", "xom")
_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
_SOUND = re.compile(rf"{_WORD}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{{2,}}")
_ENDING = "|".join(sorted({*_ENDINGS, *_MISTYPED_ENDINGS}))
# What may stand where an address is expected: the sound form, and the ways it is spoilt in print.
# Behind a comma, a full stop or a blank only an ending goes on with it: `a@126.com。PDF` is the end of a sentence.
LOOSE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]*"
    r"(?:\s{0,2}(?:@{1,2}|#|\(at\)|（at）|\[at\]|\s+at\s+)\s{0,2}[A-Za-z0-9-]+"
    rf"(?:\.[A-Za-z0-9-]+|\s?[.,。，]{{1,2}}\s?(?:{_ENDING})(?![A-Za-z0-9@-]))*)?"
    r"(?<![.,])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mailbox:
    """An address as printed, what is wrong with it (empty when sound), and the likely reading (empty when unknown)."""

    printed: str
    faults: tuple[str, ...] = ()
    suggestion: str = ""

    @property
    def sound(self) -> bool:
        """Whether a message may be addressed to it as printed."""
        return not self.faults


def is_address(text: str) -> bool:
    """Whether the text is one mail address in ordinary form (name@host.tld, ASCII)."""
    return _SOUND.fullmatch(text) is not None and ".." not in text and "-." not in text


def examine(printed: str) -> Mailbox:
    """Look at one printed address: what is wrong with it, and what was probably meant."""
    text = printed.strip().strip("<>《》“”\"'").rstrip(".。，,;；")
    faults: list[str] = []
    tidy = re.sub(r"\s+", "", text)
    if tidy != text:
        faults.append("地址中间有空格")
    mended = re.sub(r"#|\(at\)|（at）|\[at\]", "@", tidy, flags=re.IGNORECASE)
    if mended != tidy:
        faults.append("用别的符号代替了“@”")
    single = re.sub(r"@@+", "@", mended)
    if single != mended:
        faults.append("印了两个“@”")
    dots = re.sub(r"[,。，]", ".", single)
    if dots != single:
        faults.append("点号印成了逗号或句号")
    commas = re.sub(r"\.\.+", ".", dots)
    if commas != dots:
        faults.append("印了两个点号")
    if "@" not in commas:
        faults.append("缺少“@”")
        commas = _with_at(commas)
    name, _, domain = commas.rpartition("@")
    if name:
        domain, wrong = _domain(domain)
        faults.extend(wrong)
    guess = f"{name}@{domain}" if name else ""
    if not is_address(guess):
        guess = ""
        faults = faults or ["不是完整的邮箱地址"]
    return Mailbox(text, tuple(faults), guess if faults and guess != text else "")


def _with_at(text: str) -> str:
    """Put the missing sign before the ending that is, or is one keystroke from, a provider's domain."""
    splits = [
        (min(_distance(text[start:].lower(), name) for name in PROVIDERS), start) for start in range(1, len(text) - 3)
    ]
    distance, start = min(splits, default=(2, 0))
    return f"{text[:start]}@{text[start:]}" if distance < 2 else text


def _domain(domain: str) -> tuple[str, list[str]]:
    """The domain as probably meant, with what is wrong about it as printed."""
    lower = domain.lower()
    if lower in PROVIDERS:
        return lower, []
    near = _nearest(lower)
    ending = lower.rpartition(".")[2]
    if near:
        if ending != near.rpartition(".")[2]:
            return near, [f"“.{ending}”不是“.{near.rpartition('.')[2]}”，像是印错了"]
        return near, [f"“{domain}”与常见邮箱“{near}”差一个字符，像是印错了"]
    if "." not in lower:
        return lower, [f"“{domain}”不是完整的邮箱域名"]
    if ending not in _ENDINGS:
        return lower, [f"“.{ending}”不是常见的域名结尾，请核对"]
    return lower, []


def _nearest(domain: str) -> str:
    """The provider exactly one keystroke away from the domain, empty when there is none or it is a real neighbour."""
    if domain in PROVIDERS:
        return ""
    return next((name for name in PROVIDERS if _distance(domain, name) == 1), "")


def _distance(one: str, other: str) -> int:
    """Edit distance with swaps counted once, cut off at 2: misprints are single keystrokes."""
    if abs(len(one) - len(other)) > 1:
        return 2
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return min(2, rows[-1][-1])
