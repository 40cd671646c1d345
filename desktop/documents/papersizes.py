"""Paper sizes of SpreadsheetML by their number, width × height in mm (ECMA-376 part 1, 18.3.1.63)."""

from __future__ import annotations

A4 = 9
SIZES: dict[int, tuple[float, float]] = {
    1: (215.9, 279.4), 5: (215.9, 355.6), 8: (297, 420), A4: (210, 297), 11: (148, 210), 12: (250, 354),
    13: (182, 257), 34: (176, 250), 70: (105, 148), 93: (184, 260),
}  # fmt: skip
