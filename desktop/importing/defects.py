"""What is odd about a text of a list, each said in a sentence; the text itself is kept as it was written.

The kinds were met in real lists (seed notice of 2024 on government accounts): blanks inside names, names broken over
lines, links with blanks or `https;//`, two links in one cell, codes cut short, numbers turned scientific.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from desktop import accounts, phones
from desktop.checking.contacts import bad_link, bad_mail
from desktop.documents.cells import Cell, CellKind
from desktop.importing.fields import Kind
from desktop.importing.values import LANDLINE, LINK, MOBILE

_CHINESE = "\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_CHINESE}])[ \t　\xa0]+(?=[{_CHINESE}])")
_GARBLED = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{1,2}$")
_NUMBERED = re.compile(r"(?:^|(?<=[\s；;，,]))\d{1,2}\s*[.、．)）]\s*(?=https?)", re.IGNORECASE)
_ARTICLE = re.compile(r"mp\.weixin\.qq\.com/s/([^\s?#，；。]*(?: [^\s?#，；。]+)?)")
_ARTICLE_LENGTH = 22  # characters after /s/ in every short link of a WeChat article: 128 bits in base64
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff20\uff0e\uff1a\uff0f]")
_LOST_DIGITS = 15  # digits Excel keeps of a number


class Found(NamedTuple):
    """One defect of a text, and the text without it where there is no doubt about it."""

    what: str
    proposal: str | None = None


def of_cell(cell: Cell) -> str:
    """Why a cell holds nothing usable at all; empty when it does."""
    if cell.kind is CellKind.ERROR:
        return f"单元格是错误值 {cell.text}，这一项不导入。"
    if cell.kind is CellKind.FORMULA:
        return "公式没有算出结果，这一项不导入；请用 Excel 或 WPS 打开原表保存一次再导入。"
    if cell.text.strip() and not cell.text.strip("# "):
        return "内容是“####”（列太窄或日期为负），这一项不导入。"
    return ""


def of_text(kind: Kind, text: str, cell: Cell) -> list[Found]:
    """What is odd about a text for a field of this kind."""
    found: list[Found] = []
    if _GARBLED.search(text):
        found.append(Found("有乱码，原来的字已经丢失，请查原件。"))
    if _SCIENTIFIC.match(text):
        found.append(Found(f"“{text}”是科学计数法，后面的数字已经丢失，请查原件。"))
    elif cell.kind is CellKind.NUMBER and len(text.strip("-0").replace(".", "")) > _LOST_DIGITS:
        found.append(
            Found(f"“{text}”超过 {_LOST_DIGITS} 位，Excel 只保留前 {_LOST_DIGITS} 位，末尾已经不准，请查原件。")
        )
    if kind in {Kind.NAME, Kind.PERSON, Kind.PLATFORM, Kind.CODE} and "\n" in text and kind is not Kind.PERSON:
        found.append(Found("中间断成两行。", text.replace("\n", "")))
    if kind in {Kind.NAME, Kind.PLATFORM} and _GAP.search(text):
        found.append(Found(f"“{_shown(text)}”中间有空格。", _GAP.sub("", text.replace("\n", ""))))
    if kind in {Kind.CODE, Kind.PHONE, Kind.LINK, Kind.EMAIL} and _FULL_WIDTH.search(text):
        found.append(Found(f"“{_shown(text)}”里有全角字符。", unicodedata.normalize("NFKC", text)))
    special = {Kind.LINK: _of_link, Kind.PHONE: _of_phone, Kind.EMAIL: _of_email, Kind.CODE: _of_code}.get(kind)
    return found + special(text) if special else found


def mended(kind: Kind, text: str, cell: Cell) -> str:
    """The text with every proposal taken, one after the other."""
    for _ in range(8):
        proposal = next((found.proposal for found in of_text(kind, text, cell) if found.proposal), None)
        if proposal is None or proposal == text:
            break
        text = proposal
    return text


def _of_link(text: str) -> list[Found]:
    found: list[Found] = []
    count = len(LINK.findall(text))
    if count > 1:
        found.append(Found(f"一格里有 {count} 个链接。"))
    if _NUMBERED.search(text):
        bare = _NUMBERED.sub("", text).strip()
        found.append(Found("链接前有编号（如“1、”）。", bare if count == 1 else None))
    if re.search(r"https?\s*[;；]", text, re.IGNORECASE):
        mended = re.sub(r"(https?)\s*[;；]", r"\1:", text, flags=re.IGNORECASE)
        found.append(Found("链接里“https:”的冒号写成了分号。", mended))
    if re.search(r"https?\s*：|https?\s+[:;]|https?//", text, re.IGNORECASE):
        found.append(Found("链接开头“https://”写得不对。"))
    for tail in _ARTICLE.findall(text):
        found += _of_article(tail)
    if not found and (what := bad_link(text)):
        found.append(Found(f"{what}。"))
    return found


def _of_article(tail: str) -> list[Found]:
    """A short link of a WeChat article ends with 22 characters; a blank often stands for one that was lost."""
    first, blank, rest = tail.partition(" ")
    if blank and len(first) < _ARTICLE_LENGTH and re.fullmatch(r"[\w-]+", rest, re.ASCII):
        whole = len(first) + len(rest)
        lost = (
            f"，去掉空格只剩 {whole} 个字符，可能丢了 {_ARTICLE_LENGTH - whole} 个" if whole < _ARTICLE_LENGTH else ""
        )
        return [Found(f"链接中间有空格（{_shown(tail)}）{lost}。")]
    if len(first) != _ARTICLE_LENGTH:
        return [
            Found(f"公众号文章链接的编号应为 {_ARTICLE_LENGTH} 个字符，“{_shown(first)}”有 {len(first)} 个，可能有错。")
        ]
    return []


def _of_phone(text: str) -> list[Found]:
    if "***" in text:
        return [Found(f"“{_shown(text)}”已打码，不是完整号码。")]
    numbers = [*MOBILE.findall(text), *LANDLINE.findall(text)]
    if len(numbers) > 1:
        return [Found(f"一格里有 {len(numbers)} 个电话。")]
    what = phones.wrong(text)
    return [Found(f"{what}。")] if what else []


def _of_email(text: str) -> list[Found]:
    what = bad_mail(text)
    return [Found(f"{what}。")] if what else []


def _of_code(text: str) -> list[Found]:
    bare = "".join(text.split())
    if bare != text:
        return [Found(f"标识码“{_shown(text)}”中间有空格。", bare), *_of_code(bare)]
    if accounts.CODE.match(text) and len(text) == 10:
        return [Found(f"标识码“{text}”只有 10 位，只写到单位，缺平台字母和序号（完整的为 15 或 16 位）。")]
    return [Found(remark.text) for remark in accounts.code_warnings(text)]


def _shown(text: str) -> str:
    text = text.replace("\n", "⏎")
    return text if len(text) <= 40 else text[:40] + "…"
