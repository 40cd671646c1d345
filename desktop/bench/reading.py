"""Reading files back beside unpacking and parsing them: what nobody can leave out who looks into such a file.

The floor is that of an xlsx without any check and a docx without any structure: unzip the part with the texts, parse
it. Ours also checks the package, finds every place, says what each text means and how sure it is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from desktop.bench import Ratio, timed
from desktop.forms import Form, Kind, Values

FLOOR = "解压并解析"
CASES: tuple[tuple[str, Kind, float], ...] = (
    ("tongjibiao", "docx", 2.5),
    ("beianbiao", "docx", 2.5),
    ("tongjibiao", "xlsx", 1.2),
)
"""Reached here: docx 1.4 to 1.6; xlsx 1.1 to 1.2 as this program writes it with every text unlike that of the other
files, and below 1 as office programs save it, whose shared texts the floor has to parse as well."""
FREE = frozenset({"long", "text", "person", "phone", "accounts", "figures", "unit"})  # kinds whose texts are all words
FILES = 25  # measurements of one form
ROUNDS = 12  # files in one of them, of which the quickest counts


def ratios() -> Iterator[Ratio]:
    """Files of one form, every text in each of them another one, read one after another by one reader."""
    from desktop.filling import fill
    from desktop.forms import find, sample
    from desktop.reading import Reader

    for name, kind, limit in CASES:
        form = find(name)
        reader = Reader(form, kind)
        values = sample(form)
        least = [
            _least(reader.read, [fill(form, _another(form, values, first + round_), kind) for round_ in range(ROUNDS)])
            for first in range(0, FILES * ROUNDS, ROUNDS)
        ]
        ours, below = (sum(side) / FILES for side in zip(*least, strict=True))
        yield Ratio(f"读回 {form.title} {kind}", FLOOR, below, ours, limit)


def _least(read: Callable[[bytes], object], files: Sequence[bytes]) -> tuple[float, float]:
    """The smallest times of both for one file, in turn: one file is short enough to be left alone by other work.

    No file is read twice, so that nothing is known of its texts beforehand.
    """
    pairs = [(timed(partial(read, content)), timed(partial(floor, content))) for content in files]
    return min(one for one, _ in pairs), min(other for _, other in pairs)


def _another(form: Form, values: Values, number: int) -> Values:
    """The values as another office would hand them in: no text like that of the others."""
    texts = {field.key for field in form.fields if field.kind in FREE and not field.equals}
    rows = {group.key: {field.key for field in group.fields if field.kind in FREE} for group in form.groups}
    made: Values = {}
    for key, value in values.items():
        if isinstance(value, str):
            made[key] = f"{value}{number}" if key in texts else value
        else:
            made[key] = [{k: f"{v}{number}" if k in rows[key] else v for k, v in row.items()} for row in value]
    return made


def floor(content: bytes) -> list[object]:
    """The parts that hold the texts, unpacked and parsed."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            etree.fromstring(archive.read(member))
            for member in archive.namelist()
            if member in {"word/document.xml", "xl/sharedStrings.xml"} or member.startswith("xl/worksheets/sheet")
        ]
