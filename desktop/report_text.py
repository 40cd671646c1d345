"""A report mended as plain text and read back into its parts, so that what the clerk wrote is what is laid out."""

from __future__ import annotations

import re
from dataclasses import replace

from desktop.documents.numerals import DIGITS
from desktop.reports import Report, Section

_HEADING = re.compile(rf"^[{DIGITS}十]{{1,3}}、(.+)$")
_ENCLOSURE = re.compile(r"^附件\d*：(.+)$")


def read_back(text: str, drafted: Report) -> Report:
    """The report as it stands in the text: title, addressee, opening, numbered parts with their tables, enclosures.

    The last two lines, 署名 and date, stay those of the draft: they are facts of the register.
    """
    lines = text.rstrip().split("\n")
    if len(lines) > 1 and lines[-2].strip() == drafted.issuer:
        lines = lines[:-2]
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
    )


def _section(heading: str, lines: list[str]) -> Section:
    table = [tuple(line.split("\t")) for line in lines if "\t" in line]
    said = tuple(line for line in lines if "\t" not in line)
    even = [row for row in table if len(row) == len(table[0])]
    return Section(heading, said, even[0] if even else (), tuple(even[1:]))
