"""What a printed text means: the value as it is typed, the way back of filling, and what needs a look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from desktop import filling
from desktop.documents.places import ANNEX
from desktop.forms import figuring
from desktop.reading.aligning import squeezed

if TYPE_CHECKING:
    from desktop.forms import Field

BY_TAG, BY_TITLE, BY_GRID, UNREAD = "标记", "标题", "表格位置", "没有读到"
SURE = 0.95
"""From this confidence on a value needs no second look."""
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_ANNEX = re.compile(r"^见附页第 \d+ 项$")


class Read(NamedTuple):
    """One place as it was read: text in the form's own writing, confidence from 0 to 1, by which way, and a remark."""

    tag: str
    label: str
    text: str
    confidence: float
    way: str
    remark: str = ""


class Place(NamedTuple):
    """One place of a form: its tag, its field and a label that is unique in the form."""

    tag: str
    field: Field
    label: str

    @property
    def as_printed(self) -> bool:
        """Whether what is typed here is printed as it is."""
        return self.field.kind not in {"date", "number"} and self.field.print != "boxes"


class Plan(NamedTuple):
    """What is known of a place before any file: what stands in it while it is empty, and what is read then."""

    tag: str
    label: str
    place: Place
    blank: str
    empty: Read
    as_printed: bool


Found = tuple[str, float, str]
"""What stands in a place, how sure that is (0 to 1), and by which way it was found."""


def meant(place: Place, found: Found | None, blank: str, tagged: Mapping[str, str]) -> Read:
    """One place as it was read.

    Args:
        place: the place.
        found: what stands in it, None when it was not found.
        blank: what stands in it while it is empty, without blanks.
        tagged: tag → text, for texts that went to the attached sheet.
    """
    tag, field, label = place
    if found is None:
        return Read(tag, label, "", 0.0, UNREAD, "没有在文件里找到这一项，请对照原件填写。")
    printed, confidence, way = found
    if not printed.strip() or (blank and squeezed(printed) == blank):
        return Read(tag, label, "", confidence, way)
    if printed[:1] == "见" and _ANNEX.match(printed.strip()):
        annex = tagged.get(f"{ANNEX}.{tag}")
        if annex is None:
            return Read(tag, label, "", 0.5, way, "全文在附页上，请对照附页填写。")
        printed = annex
    text = as_typed(field, printed)
    remark = ""
    if confidence < SURE:
        remark = "位置对得上但标签不完全一致，请核对。"
    elif field.kind == "date" and filling.iso_date(text) is None:
        remark = f"“{text}”不是日期，请核对。"
    return Read(tag, label, text, confidence, way, remark)


def planned(place: Place, blank: str) -> Plan:
    """What is known of a place; `blank` without blanks."""
    return Plan(place.tag, place.label, place, blank, Read(place.tag, place.label, "", 1.0, BY_TAG), place.as_printed)


def by_tag(plans: list[Plan], texts: Mapping[str, str], tagged: Mapping[str, str]) -> dict[str, Read]:
    """Every place as it was read by its tag: what `meant` says, with the usual cases taken first.

    Args:
        plans: the places.
        texts: tag → what stands in the place.
        tagged: tag → text, for texts that went to the attached sheet.
    """
    read: dict[str, Read] = {}
    new = tuple.__new__  # Read(…) without the call between, which costs as much again
    for tag, label, place, blank, empty, as_printed in plans:
        text = texts.get(tag)
        if text == "":
            read[tag] = empty
        elif text is None or not as_printed or blank or text[0] == "见":
            read[tag] = meant(place, None if text is None else (text, 1.0, BY_TAG), blank, tagged)
        else:
            text = text.strip()
            if "\n" in text:
                text = "\n".join([line.strip(" 　") for line in text.split("\n")])
            read[tag] = new(Read, (tag, label, text, 1.0, BY_TAG, "")) if text else empty
    return read


def as_typed(field: Field, printed: str) -> str:
    """A printed value as it is typed, the way back of `filling.shown`; what does not parse stays as printed."""
    text = printed.strip()
    if "\n" in text:
        text = "\n".join([line.strip(" 　") for line in text.split("\n")])
    if field.kind == "date" and (match := _DATE.search(text)):
        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            return text
    if field.kind == "number" and (amount := figuring.number(text)) is not None:
        return f"{amount.normalize():f}"
    if field.print == "boxes" and (ticked := re.search(r"[☑■√✓☒]\s*([^□☑■√✓☒\s　]+)", text)):
        options = field.options or ("是", "否")
        chosen = next((option for option in options if ticked[1].startswith(option)), ticked[1])
        rest = text.rsplit(options[-1], 1)[-1] if options[-1] in text else ""
        return chosen + rest.strip()
    return text
