"""A report mended as plain text and read back into its parts, so that what the clerk wrote is what is laid out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from desktop.documents.numerals import DIGITS
from desktop.reports import Report, Section

_HEADING = re.compile(rf"^[{DIGITS}十]{{1,3}}、(.+)$")
_CONTACT = re.compile(r"^（联系人：(.+)）$")
_DAY = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")
_ENCLOSURE = re.compile(r"^附件\d*：(.+)$")


def read_back(text: str, drafted: Report) -> Report:
    """The report as it stands in the text: title, addressee, opening, numbered parts with tables, enclosures, contact.

    署名 and date are the last two lines; where they were taken out, those of the draft stay.
    """
    lines = text.rstrip().split("\n")
    contact = _CONTACT.match(lines[-1].strip())
    if contact:
        lines.pop()
    issuer, on = drafted.issuer, _day(lines[-1]) if lines else None
    if on is not None and len(lines) > 1:
        issuer, lines = lines[-2].strip(), lines[:-2]
    title = lines.pop(0).strip() if lines else drafted.title
    addressee = ""
    before: list[str] = []
    parts: list[tuple[str, list[str]]] = []
    enclosures: list[str] = []
    for line in (line.rstrip() for line in lines):
        if not line.strip():
            continue
        if heading := _HEADING.match(line):
            parts.append((heading[1], []))
        elif enclosure := _ENCLOSURE.match(line):
            enclosures.append(enclosure[1])
        elif parts:
            parts[-1][1].append(line)
        elif not addressee and not before and line.endswith("："):
            addressee = line[:-1]
        else:
            before.append(line)
    return replace(
        drafted,
        title=title,
        addressee=addressee,
        opening="\n".join(before),
        sections=tuple(_section(heading, body) for heading, body in parts),
        enclosures=tuple(enclosures),
        contact=contact[1] if contact else "",
        issuer=issuer,
        on=on or drafted.on,
    )


def _day(line: str) -> date | None:
    """The day that a line says and nothing else."""
    found = _DAY.match(line.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None  # 2月30日: the clerk sees it among the words of the text


def _section(heading: str, lines: list[str]) -> Section:
    table = [tuple(line.split("\t")) for line in lines if "\t" in line]
    said = tuple(line for line in lines if "\t" not in line)
    even = [row for row in table if len(row) == len(table[0])]
    return Section(heading, said, even[0] if even else (), tuple(even[1:]))
