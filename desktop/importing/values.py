"""Texts of cells understood as dates, yes or no, numbers, months and people; what cannot be understood is said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from desktop import accounts, dates, platforms
from desktop.errors import BadValue
from desktop.importing.fields import Kind
from desktop.people import IDENTITIES, POLITICS

MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[ -]?)?[2-9]\d{6,7}(?:[-转]\d{1,5})?(?!\d)")
MASKED = re.compile(r"(?<!\d)1[3-9]\d?\*{3,}\d{0,4}(?!\d)")
LINK = re.compile(r"https?\s*[:;：；]?\s*//|(?<![\w.])www\.", re.IGNORECASE)
_MONTH = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?$")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?$")
_COUNT = re.compile(
    r"^(约|近|超|大约)?([\d,，]+(?:\.\d+)?)\s*(万|w|k|千|亿)?\s*(\+|多|余)?\s*[条篇人次个位]?$", re.IGNORECASE
)
_SCALE = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "亿": 100_000_000}
_NOTHING = {"", "-", "—", "——", "/", "／", "无", "暂无", "没有", "不详", "空", "n/a", "未知", "\\"}
_YES = {
    "是", "有", "√", "✓", "✔", "对", "y", "yes", "true", "1", "已", "已认证", "认证", "已建立", "已委托", "已落实",
}  # fmt: skip
_NO = {
    "否", "无", "没有", "×", "✗", "x", "不是", "n", "no", "false", "0", "未", "未认证", "未建立", "未委托", "无委托",
}  # fmt: skip
_STATES = {
    "在用": accounts.NORMAL, "正常运行": accounts.NORMAL, "正常运营": accounts.NORMAL, "运行中": accounts.NORMAL,
    "运营中": accounts.NORMAL, "使用中": accounts.NORMAL, "活跃": accounts.NORMAL, "是": accounts.NORMAL,
    "正常更新": accounts.NORMAL, "已注销": accounts.CANCELLED, "冻结": accounts.FROZEN, "已冻结": accounts.FROZEN,
    "已迁移": accounts.MOVED, "已删除": accounts.DELETED, "筹建中": accounts.PLANNED,
}  # fmt: skip
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial dates after its false leap day of 1900
_SERIAL = range(32_874, 55_153)  # 1990-01-01 to 2050-12-31


class Understood(NamedTuple):
    """A value and, when understanding it took a guess, what was guessed; value None with a remark: not understood."""

    value: object
    remark: str = ""


def is_nothing(text: str) -> bool:
    """Whether a text says that there is nothing: empty, a dash, 无."""
    return _folded(text).casefold() in _NOTHING


def understand(kind: Kind, text: str) -> Understood:
    """The value of a text for a field of this kind; texts of kinds that are kept as written come back as they are."""
    if kind is Kind.DATE:
        return a_date(text)
    if kind is Kind.MONTH:
        return a_month(text)
    if kind is Kind.YES_NO:
        return yes_no(text)
    if kind is Kind.COUNT:
        return a_count(text)
    if kind is Kind.STATE:
        return a_state(text)
    return Understood(text)


def a_date(text: str) -> Understood:
    """A day written in any of the usual ways; year and month alone stand for the first day, with a remark."""
    plain = _CLOCK.sub("", _folded(text)).rstrip("。.")
    if is_nothing(plain):
        return Understood(None)
    if plain.isdigit() and int(plain) in _SERIAL:
        day = _EPOCH + timedelta(days=int(plain))
        return Understood(day, f"“{text}”像是 Excel 的日期序号，按 {day.isoformat()} 理解。")
    month = _MONTH.match(plain)
    try:
        if month is not None:
            day = date(int(month[1]), int(month[2]), 1)
            return Understood(day, f"“{text}”没有写到日，按 {day.isoformat()} 登记。")
        return Understood(dates.parse(plain))
    except (BadValue, ValueError):
        return Understood(None, f"“{text}”不是看得懂的日期，这一项不导入。")


def a_month(text: str) -> Understood:
    """The first day of a month; a full date stands for its month."""
    found = a_date(text)
    if isinstance(found.value, date):
        return Understood(found.value.replace(day=1), "" if "没有写到日" in found.remark else found.remark)
    return found


def yes_no(text: str) -> Understood:
    """True or False from 是, √, 已认证 …; a longer text counts by how it begins (是，2 个均已认证)."""
    plain = _folded(text).casefold()
    if plain in _YES:
        return Understood(True)
    if plain in _NO:
        return Understood(False)
    if not plain or plain in _NOTHING:
        return Understood(None)
    for words, value in ((("否", "未", "无", "没有", "不"), False), (("是", "有", "已", "均已", "均"), True)):
        if plain.startswith(words):
            return Understood(value, f"“{text}”按“{'是' if value else '否'}”登记，其余文字没有导入。")
    return Understood(None, f"“{text}”看不出是或否，这一项不导入。")


def a_count(text: str) -> Understood:
    """A whole number; 1.2万 is 12000, and an approximation is said to be one."""
    plain = _folded(text)
    if is_nothing(plain):
        return Understood(None)
    found = _COUNT.match(plain)
    if found is None:
        return Understood(None, f"“{text}”不是看得懂的数量，这一项不导入。")
    number = float(found[2].replace(",", "").replace("，", "")) * _SCALE.get((found[3] or "").casefold(), 1)
    if abs(number - round(number)) > 1e-6:
        return Understood(round(number), f"“{text}”不是整数，按 {round(number)} 登记。")
    about = f"“{text}”是约数，按 {round(number)} 登记。" if found[1] or found[4] else ""
    return Understood(round(number), about)


def a_state(text: str) -> Understood:
    """A state of the register for the usual words."""
    plain = _folded(text)
    if plain in accounts.STATES:
        return Understood(plain)
    if plain in _STATES:
        return Understood(_STATES[plain])
    if is_nothing(plain):
        return Understood(None)
    return Understood(None, f"“{text}”不是台账的账号状态（{'、'.join(accounts.STATES)}），按“{accounts.NORMAL}”登记。")


@dataclass(slots=True)
class Human:
    """A person as a list names them."""

    name: str
    mobile: str = ""
    identity: str = ""
    position: str = ""
    politics: str = ""


_NAME = re.compile(r"^[\u4e00-\u9fff·•*×○]{2,8}$|^[A-Za-z][A-Za-z .]{1,30}$")
_PARTS = re.compile(r"[；;、，,/\n\t|（）() 　:：]+")
_POST = re.compile(r"(?:长|书记|主任|干事|教师|老师|委员|科员|干部|编辑|负责人)$")


def people(text: str) -> tuple[list[Human], str]:
    """The people named in a cell (赵示例 13800000001 在编；钱示例), and a remark about what is not understood."""
    found: list[Human] = []
    unknown: list[str] = []
    waiting = ""
    numbers: list[str] = []

    def keep(match: re.Match[str]) -> str:
        numbers.append(match[0])
        return f"；\0{len(numbers) - 1}；"

    marked = text.replace("\0", "")  # it marks our own place holders below, and no list means it
    for pattern in (MASKED, MOBILE, LANDLINE):
        marked = pattern.sub(keep, marked)
    for part in filter(None, _PARTS.split(marked)):
        if part.startswith("\0"):
            if found:
                found[-1].mobile = found[-1].mobile or numbers[int(part[1:])]
            else:
                unknown.append(numbers[int(part[1:])])
        elif part in IDENTITIES or part in POLITICS:
            if found:
                setattr(found[-1], "identity" if part in IDENTITIES else "politics", part)
        elif _POST.search(part) and len(part) > 2:
            if found and not found[-1].position:
                found[-1].position = part
            else:
                waiting = part
        elif _NAME.match(part):
            found.append(Human(part, position=waiting))
            waiting = ""
        elif not is_nothing(part):
            unknown.append(part)
    if waiting and not found:
        unknown.append(waiting)
    remark = f"“{'、'.join(unknown)}”不像姓名或电话，没有导入。" if unknown else ""
    return found, remark


def looks_like(kind: Kind, text: str) -> bool:
    """Whether a text could be of this kind at all; used to judge a column by its content."""
    plain = _folded(text)
    if kind is Kind.PHONE:
        return bool(MOBILE.search(plain) or LANDLINE.search(plain) or MASKED.search(plain))
    if kind is Kind.EMAIL:
        return "@" in plain
    if kind is Kind.LINK:
        return bool(LINK.search(plain))
    if kind is Kind.CODE:
        return bool(accounts.CODE.match(plain.upper().replace(" ", "")))
    if kind is Kind.PLATFORM:
        return platforms.load().find(plain) is not None
    if kind in {Kind.DATE, Kind.MONTH, Kind.YES_NO, Kind.COUNT, Kind.STATE}:
        return is_nothing(plain) or understand(kind, plain).value is not None
    return True


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
