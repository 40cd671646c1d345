"""Reading back (读回): from a filled Word or Excel file to values, without retyping and without silent guesses.

read(form, content, kind) → Reading: by tags and defined names; where these were lost, by labels and grid.
recognise(content, kind, forms) → the form a file was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from desktop import filling
from desktop.documents import lines
from desktop.documents.places import Entry, Tag, tag_of
from desktop.forms import figuring
from desktop.reading import aligning

if TYPE_CHECKING:
    from desktop.documents.lines import Lines
    from desktop.forms import Field, Form, Values
    from desktop.forms.definition import Kind

BY_TAG, BY_TITLE, BY_GRID, UNREAD = "标记", "标题", "表格位置", "没有读到"
SURE = 0.95
"""From this confidence on a value needs no second look."""
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_ANNEX = re.compile(r"^见附页第 \d+ 项$")


@dataclass(frozen=True)
class Read:
    """One place as it was read: text in the form's own writing, confidence from 0 to 1, by which way, and a remark."""

    tag: str
    label: str
    text: str
    confidence: float
    way: str
    remark: str = ""


@dataclass(frozen=True)
class Reading:
    """A file as it was read."""

    form: Form
    fields: dict[str, Read]
    notices: tuple[str, ...]

    @property
    def values(self) -> Values:
        """The values, shaped as `desktop.forms.Values`; empty rows at the end of a group are left out."""
        return shaped(self.form, {tag: one.text for tag, one in self.fields.items()})

    def text(self, tag: str) -> str:
        """The text of one place, empty when it was not read."""
        return self.fields[tag].text if tag in self.fields else ""

    @property
    def remarks(self) -> list[Read]:
        """What needs a look: not read, or not sure."""
        return [one for one in self.fields.values() if one.remark]

    @property
    def complete(self) -> bool:
        """Whether every required field was read."""
        return all(self.text(field.key) for field in self.form.fields if field.required and field.equals is None)


def read(form: Form, content: bytes, kind: Kind, name: str = "文件") -> Reading:
    """Read a filled file of a form.

    Raises:
        BadFile: the file is damaged, encrypted or of another kind.
    """
    found = lines.of_word(content, name) if kind == "docx" else lines.of_excel(content, name)
    template = form.word if kind == "docx" else form.excel
    tagged = {place.tag: place.text for place in found.places if place.tag}
    if kind == "docx" and set(template.places) <= tagged.keys():
        texts = {tag: (text, 1.0, BY_TAG) for tag, text in tagged.items()}
        counts = _counts(tagged)
    else:
        texts, counts = _by_grid(form, kind, found)
    blanks = _blanks(form, kind, counts)
    fields: dict[str, Read] = {}
    for place in _places(form, counts):
        tag, field, _ = place
        if field.equals is None and field.kind not in {"signature", "seal"}:
            fields[tag] = _meant(place, texts.get(tag), blanks.get(tag, ""), tagged.get(f"annex.{tag}"))
    return Reading(form, fields, found.notices)


def recognise(content: bytes, kind: Kind, forms: Iterable[Form], name: str = "文件") -> Form | None:
    """The form a file was most likely made from: by its tags, else by its title and labels; None when none fits."""
    found = lines.of_word(content, name) if kind == "docx" else lines.of_excel(content, name)
    tags = {place.tag for place in found.places}
    words = aligning.squeezed("".join("".join(row) for row in found.rows))
    best: tuple[float, Form | None] = (0.5, None)
    for form in forms:
        if kind not in form.kinds:
            continue
        template = form.word if kind == "docx" else form.excel
        places = set(template.places)
        by_tag = len(places & tags) / max(1, len(places | {tag for tag in tags if not tag.startswith("annex.")}))
        labels = [text for row in _marked(form, kind, {}).rows for text in aligning.labels(row)]
        held = sum(len(text) for text in labels if text in words) / max(1, sum(map(len, labels)))
        score = max(by_tag + 0.2, held)
        if score > best[0]:
            best = (score, form)
    return best[1]


def _counts(tags: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for tag in map(tag_of, tags):
        if tag is not None and tag.member:
            counts[tag.key] = max(counts.get(tag.key, 0), tag.number)
    return counts


def _by_grid(form: Form, kind: Kind, found: Lines) -> tuple[dict[str, tuple[str, float, str]], dict[str, int]]:
    """Values by labels and grid; titles that LibreOffice keeps confirm them."""
    counts: dict[str, int] = {}
    marked = _marked(form, kind, counts)
    for group in form.groups:
        drawn = (form.word if kind == "docx" else form.excel).drawn.get(group.key, 1)
        if group.direction == "row":
            more = len(found.rows) - len(marked.rows)
        else:
            more = max(map(len, found.rows), default=0) - max(map(len, marked.rows), default=0)
        counts[group.key] = drawn + max(0, more)
        marked = _marked(form, kind, counts)
    read_values = aligning.values(marked.rows, found.rows)
    by_title = _by_title(marked, found)
    named = {place.tag: place.text for place in found.places} if kind == "xlsx" else by_title
    texts: dict[str, tuple[str, float, str]] = {}
    for tag in {place.tag for place in marked.places if place.tag} | read_values.keys():
        grid, titled = read_values.get(tag), by_title.get(tag)
        if grid is not None:
            second = named.get(tag)  # a defined name still on the cell, or a title still on the control
            agrees = second is not None and aligning.squeezed(second) == aligning.squeezed(grid.text)
            texts[tag] = (grid.text, 1.0 if agrees else grid.confidence, BY_GRID)
        elif titled is not None:
            texts[tag] = (titled, 0.8, BY_TITLE)
    return texts, counts


def _by_title(marked: Lines, found: Lines) -> dict[str, str]:
    """Tag → text of the control with the same title, where it is unique; pieces of a split control are joined."""
    titles: dict[str, list[str]] = {}
    for place in marked.places:
        titles.setdefault(place.title, []).append(place.tag)
    pieces: dict[str, list[str]] = {}
    for place in found.places:
        pieces.setdefault(place.title, []).append(place.text)
    return {
        tags[0]: "".join(pieces[title])
        for title, tags in titles.items()
        if title and len(tags) == 1 and title in pieces
    }


def _marked(form: Form, kind: Kind, counts: Mapping[str, int]) -> Lines:
    """The form with a mark in every place, as lines."""
    template = form.word if kind == "docx" else form.excel
    tags = set(template.places) | {tag for tag, _, _ in _places(form, counts)}
    content = template.filled({tag: Entry(f"⟦{tag}⟧") for tag in tags}, counts, form.title)
    return lines.of_word(content) if kind == "docx" else lines.of_excel(content)


def _blanks(form: Form, kind: Kind, counts: Mapping[str, int]) -> dict[str, str]:
    """What stands in each place while it is empty."""
    template = form.word if kind == "docx" else form.excel
    content = template.filled({}, counts, form.title)
    empty = lines.of_word(content) if kind == "docx" else lines.of_excel(content)
    found = aligning.values(_marked(form, kind, counts).rows, empty.rows)
    return {tag: value.text for tag, value in found.items()} | {p.tag: p.text for p in empty.places if kind == "docx"}


def _places(form: Form, counts: Mapping[str, int]) -> list[tuple[str, Field, str]]:
    made: list[tuple[str, Field, str]] = [(field.key, field, form.full_label(field.key)) for field in form.fields]
    for group in form.groups:
        for number in range(1, counts.get(group.key, 1) + 1):
            for field in group.fields:
                label = f"{form.full_label(group.key, field.key)}（{number}）"
                made.append((str(Tag(group.key, number, field.key)), field, label))
    return made


def _meant(place: tuple[str, Field, str], found: tuple[str, float, str] | None, blank: str, annex: str | None) -> Read:
    tag, field, label = place
    if found is None:
        return Read(tag, label, "", 0.0, UNREAD, "没有在文件里找到这一项，请对照原件填写。")
    printed, confidence, way = found
    if aligning.squeezed(printed) in ("", aligning.squeezed(blank)):
        return Read(tag, label, "", confidence, way)
    if _ANNEX.match(printed.strip()):
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


def as_typed(field: Field, printed: str) -> str:
    """A printed value as it is typed, the way back of `filling.shown`; what does not parse stays as printed."""
    text = "\n".join(line.strip(" 　") for line in printed.strip().split("\n")).strip()
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


def trimmed(texts: Mapping[str, str]) -> dict[str, str]:
    """Tag → text without the empty rows at the end of each group."""
    last: dict[str, int] = {}
    for text, tag in ((text, tag_of(name)) for name, text in texts.items()):
        if tag is not None and tag.member and text.strip():
            last[tag.key] = max(last.get(tag.key, 0), tag.number)
    kept = {}
    for name, text in texts.items():
        tag = tag_of(name)
        if tag is None or not tag.member or tag.number <= last.get(tag.key, 0):
            kept[name] = text
    return kept


def shaped(form: Form, texts: Mapping[str, str]) -> Values:
    """Texts by tag as `desktop.forms.Values`, empty rows at the end of each group left out."""
    kept = trimmed(texts)
    counts = _counts(kept)
    made: Values = {field.key: kept.get(field.key, "") for field in form.fields}
    for group in form.groups:
        made[group.key] = [
            {field.key: kept.get(f"{group.key}.{number}.{field.key}", "") for field in group.fields}
            for number in range(1, counts.get(group.key, 0) + 1)
        ]
    return made
