"""Reading back (读回): from a filled Word or Excel file to values, without retyping and without silent guesses.

Reader(form, kind).read(content) → Reading: by tags and defined names; where these were lost, by labels and grid. One
reader reads many files of one form: what depends on the form alone is made once.
recognise(content, kind, forms) → the form a file was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import TYPE_CHECKING

from desktop.documents import lines
from desktop.documents.places import Entry, Tag, tag_of
from desktop.documents.tagged import ExcelTags, WordTags
from desktop.reading import aligning, meaning
from desktop.reading.meaning import BY_GRID, BY_TAG, BY_TITLE, SURE, UNREAD, Found, Place, Plan, Read, as_typed, meant

if TYPE_CHECKING:
    from desktop.documents.lines import Lines
    from desktop.forms import Form, Values
    from desktop.forms.definition import Kind

__all__ = [
    "BY_GRID",
    "BY_TAG",
    "BY_TITLE",
    "SURE",
    "UNREAD",
    "Read",
    "Reader",
    "Reading",
    "as_typed",
    "read",
    "recognise",
    "shaped",
    "trimmed",
]
_WHOLE = 0.9
"""From this share of common tags on a file can only be of that form."""
_SHAPES_KEPT = 16
"""Sizes of the groups of one form whose marks and blanks are kept."""


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


@dataclass(frozen=True)
class _Shape:
    """A form with its groups grown to one size: its places, its marks as lines, what stands in empty places."""

    plans: list[Plan]
    marked: Lines
    cells: frozenset[str]
    """The first tag of every cell of a sheet with places."""
    patterns: list[tuple[str, Pattern[str], list[str]]]
    """Per cell with labels among its places: the first of its tags, and what finds all its values."""


class Reader:
    """Reads filled files of one form and one format."""

    def __init__(self, form: Form, kind: Kind) -> None:
        self.form, self.kind = form, kind
        self._template = form.word if kind == "docx" else form.excel
        self._tags: WordTags | ExcelTags = WordTags() if kind == "docx" else ExcelTags()
        self._drawn = set(self._template.places)
        self._counts: dict[tuple[str, ...], dict[str, int]] = {}
        self._shapes: dict[tuple[tuple[str, int], ...], _Shape] = {}

    def read(self, content: bytes, name: str = "文件") -> Reading:
        """Read a filled file.

        Raises:
            BadFile: the file is damaged, encrypted or of another kind.
        """
        tagged = self._tags.read(content, name)
        if tagged is not None and self._drawn <= tagged.texts.keys():
            counts = self._counted(tuple(tagged.texts))
            shape = self._shape(counts)
            texts = _among(tagged.texts, shape) if self.kind == "xlsx" else tagged.texts
            if texts is not None:
                return Reading(self.form, meaning.by_tag(shape.plans, texts, tagged.texts), tagged.notices)
        found = _lines(content, self.kind, name)
        by_grid, counts = self._by_grid(found)
        tagged_texts = {place.tag: place.text for place in found.places}
        fields = {
            plan.tag: meant(plan.place, by_grid.get(plan.tag), plan.blank, tagged_texts)
            for plan in self._shape(counts).plans
        }
        return Reading(self.form, fields, found.notices)

    def _by_grid(self, found: Lines) -> tuple[dict[str, Found], dict[str, int]]:
        """Values by labels and grid; titles and names that another program kept confirm them."""
        counts: dict[str, int] = {}
        marked = self._shape(counts).marked
        for group in self.form.groups:
            if group.direction == "row":
                more = len(found.rows) - len(marked.rows)
            else:
                more = max(map(len, found.rows), default=0) - max(map(len, marked.rows), default=0)
            counts[group.key] = self._template.drawn.get(group.key, 1) + max(0, more)
            marked = self._shape(counts).marked
        read_values = aligning.values(marked.rows, found.rows)
        by_title = _by_title(marked, found)
        named = {place.tag: place.text for place in found.places} if self.kind == "xlsx" else by_title
        texts: dict[str, Found] = {}
        for tag in {place.tag for place in marked.places if place.tag} | read_values.keys():
            grid, titled = read_values.get(tag), by_title.get(tag)
            if grid is not None:
                second = named.get(tag)  # a defined name still on the cell, or a title still on the control
                agrees = second is not None and aligning.squeezed(second) == aligning.squeezed(grid.text)
                texts[tag] = (grid.text, 1.0 if agrees else grid.confidence, BY_GRID)
            elif titled is not None:
                texts[tag] = (titled, 0.8, BY_TITLE)
        return texts, counts

    def _counted(self, tags: tuple[str, ...]) -> dict[str, int]:
        """How many rows each group has by these tags; files of one office mostly have the same."""
        if tags not in self._counts:
            if len(self._counts) >= _SHAPES_KEPT:
                self._counts.pop(next(iter(self._counts)))
            self._counts[tags] = _counts(tags)
        return self._counts[tags]

    def _shape(self, counts: Mapping[str, int]) -> _Shape:
        key = tuple(sorted(counts.items()))
        if key not in self._shapes:
            if len(self._shapes) >= _SHAPES_KEPT:
                self._shapes.pop(next(iter(self._shapes)))
            self._shapes[key] = self._made(dict(counts))
        return self._shapes[key]

    def _made(self, counts: dict[str, int]) -> _Shape:
        places = _places(self.form, counts)
        marked = _marked(self.form, self.kind, counts)
        empty = _lines(self._template.filled({}, counts, self.form.title), self.kind)
        blanks = {tag: value.text for tag, value in aligning.values(marked.rows, empty.rows).items()}
        if self.kind == "docx":
            blanks |= {place.tag: place.text for place in empty.places}
        read = [one for one in places if one.field.equals is None and one.field.kind not in {"signature", "seal"}]
        drawn, cells = {one.tag for one in read}, {}
        for place in marked.places:
            if place.tag in drawn and place.text not in cells:
                cells[place.text] = place.tag
        plans = [meaning.planned(one, aligning.squeezed(blanks.get(one.tag, ""))) for one in read]
        patterns = [(tag, *aligning.pattern(text)) for text, tag in cells.items() if text != f"⟦{tag}⟧"]
        return _Shape(plans, marked, frozenset(cells.values()), patterns)


def _among(tagged: Mapping[str, str], shape: _Shape) -> Mapping[str, str] | None:
    """Tag → value of a sheet; None when a cell that holds labels and values together was changed beyond its values."""
    if not shape.cells <= tagged.keys():
        return None
    texts = dict(tagged)
    for tag, pattern, tags in shape.patterns:
        match = pattern.fullmatch(tagged[tag])
        if match is None:
            return None
        if len(tags) == 1:
            texts[tags[0]] = match[1]
        else:
            texts.update(zip(tags, match.groups(), strict=True))
    return texts


def read(form: Form, content: bytes, kind: Kind, name: str = "文件") -> Reading:
    """Read one filled file of a form.

    Raises:
        BadFile: the file is damaged, encrypted or of another kind.
    """
    return Reader(form, kind).read(content, name)


def recognise(content: bytes, kind: Kind, forms: Iterable[Form], name: str = "文件") -> Form | None:
    """The form a file was most likely made from: by its tags, else by its title and labels; None when none fits."""
    found = _lines(content, kind, name)
    tags = {place.tag for place in found.places if not place.tag.startswith("annex.")}
    fitting = {}
    for form in forms:
        if kind in form.kinds:
            places = set((form.word if kind == "docx" else form.excel).places)
            fitting[form.id] = (len(places & tags) / max(1, len(places | tags)), form)
    whole = [form for by_tag, form in fitting.values() if by_tag > _WHOLE]
    if len(whole) == 1:
        return whole[0]
    words = aligning.squeezed("".join("".join(row) for row in found.rows))
    best: tuple[float, Form | None] = (0.5, None)
    for by_tag, form in fitting.values():
        labels = [text for row in _marked(form, kind, {}).rows for text in aligning.labels(row)]
        held = sum(len(text) for text in labels if text in words) / max(1, sum(map(len, labels)))
        score = max(by_tag + 0.2, held)
        if score > best[0]:
            best = (score, form)
    return best[1]


def _counts(tags: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for tag in [tag_of(text) for text in tags if "." in text]:
        if tag is not None and tag.member:
            counts[tag.key] = max(counts.get(tag.key, 0), tag.number)
    return counts


def _lines(content: bytes, kind: Kind, name: str = "表单模板") -> Lines:
    return lines.of_word(content, name) if kind == "docx" else lines.of_excel(content, name)


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
    tags = set(template.places) | {place.tag for place in _places(form, counts)}
    content = template.filled({tag: Entry(f"⟦{tag}⟧") for tag in tags}, counts, form.title)
    return _lines(content, kind)


def _places(form: Form, counts: Mapping[str, int]) -> list[Place]:
    made = [Place(field.key, field, form.full_label(field.key)) for field in form.fields]
    for group in form.groups:
        for number in range(1, counts.get(group.key, 1) + 1):
            for field in group.fields:
                label = f"{form.full_label(group.key, field.key)}（{number}）"
                made.append(Place(str(Tag(group.key, number, field.key)), field, label))
    return made


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
