"""How many pages a grown Excel sheet is allowed, so that its last lines do not stand alone on one more page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.documents.package import amount, whole
from desktop.documents.papersizes import A4, SIZES
from desktop.documents.sheet import Book, M, Sheet

LEAST = 0.85  # printed smaller than this, the 9.5-point type of a list would be hard to read
SPARE = 0.97  # programs differ by so much in the heights of rows and of the foot
INCH = 72.0


@dataclass(slots=True)
class SheetFit:
    """A sheet that prints one page wide and as many pages long as it takes.

    Attributes:
        room: points of rows on a page at the scale that its width asks for.
        titles: height of the rows that every further page repeats.
        fixed: heights of the rows without places, by number.
    """

    room: float
    titles: float
    fixed: Mapping[int, float]

    def pages(self, heights: Mapping[int, float]) -> int:
        """What fitToHeight should say: 0, or the pages that suffice when the sheet is printed a little smaller.

        Args:
            heights: points of the rows with places, by number.
        """
        known = {**self.fixed, **heights}
        rows = [known[number] for number in sorted(known)]
        usual, smaller = (self._count(rows, self.room * part) for part in (SPARE, SPARE / LEAST))
        return smaller if smaller < usual else 0

    def _count(self, rows: Iterable[float], room: float) -> int:
        pages, used = 1, 0.0
        for high in rows:
            if used and used + high > room:
                pages, used = pages + 1, self.titles
            used += high
        return pages


def sheet_fit(sheet: Sheet, book: Book, filled: set[int]) -> SheetFit | None:
    """The fit of a sheet, None where its author chose another way of printing.

    Args:
        sheet: a worksheet of a template.
        book: its workbook.
        filled: numbers of the rows with places.
    """
    setup, fitting = sheet.root.find(f"{M}pageSetup"), sheet.root.find(f"{M}sheetPr/{M}pageSetUpPr")
    if setup is None or fitting is None or fitting.get("fitToPage") not in {"1", "true"}:
        return None
    if whole(setup, "fitToHeight", 1) != 0 or whole(setup, "fitToWidth", 1) != 1:
        return None
    wide, high = (side / 25.4 * INCH for side in SIZES.get(whole(setup, "paperSize", A4), SIZES[A4]))
    if setup.get("orientation") == "landscape":
        wide, high = high, wide
    margins = sheet.root.find(f"{M}pageMargins")
    left, right, top, bottom = (amount(margins, side, 0.75) * INCH for side in ("left", "right", "top", "bottom"))
    first, last, _ = sheet.extent()
    width = sum(sheet.width(column) for column in range(first, last + 1))
    scale = min(1.0, (wide - left - right) / width)
    return SheetFit((high - top - bottom) / scale, _titles(sheet, book), _fixed(sheet, filled))


def _fixed(sheet: Sheet, filled: set[int]) -> dict[int, float]:
    heights = {}
    for row in sheet.data:
        number = whole(row, "r", 0)
        if number not in filled and row.get("hidden") not in {"1", "true"}:
            heights[number] = amount(row, "ht", sheet.default_height)
    return heights


def _titles(sheet: Sheet, book: Book) -> float:
    for name in book.names():
        place, _, rows = (name.text or "").rpartition("!")
        if name.get("name") == "_xlnm.Print_Titles" and place.strip("'").replace("''", "'") == sheet.name:
            ends = [end for end in rows.replace("$", "").split(":") if end.isdecimal()]
            if len(ends) == 2:
                titles = range(int(ends[0]), min(int(ends[1]), sheet.extent()[2]) + 1)
                return sum(amount(sheet.row(at), "ht", sheet.default_height) for at in titles)
    return 0.0
