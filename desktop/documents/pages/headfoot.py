"""Header and footer codes of a printed sheet: &L left, &C middle, &R right, fonts, page numbers (18.3.1.39)."""

from __future__ import annotations

import re
from dataclasses import replace

from desktop.documents.pages.model import CharStyle, Span
from desktop.documents.pages.typefaces import chinese
from desktop.documents.pages.wordml import colour, number

_CODE = re.compile(
    r'&(?:"(?P<font>[^"]*)"|(?P<size>[0-9]{1,3})|K(?P<colour>[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|(?P<letter>[A-Za-z&]))'
)


def parts(text: str, base: CharStyle, names: dict[str, str]) -> dict[str, list[Span]]:
    """Spans of the three parts, by L, C and R.

    Args:
        text: the code.
        base: the dress of text without codes.
        names: what the letters P, N, A, F stand for here (page, pages, sheet, file).
    """
    found: dict[str, list[Span]] = {"L": [], "C": [], "R": []}
    part, style, at = "C", base, 0
    for match in _CODE.finditer(text):
        _add(found[part], text[at : match.start()], style)
        at = match.end()
        letter = match["letter"]
        if match["font"] is not None:
            style = _font(match["font"], style, base)
        elif match["size"]:
            style = replace(style, size=max(1.0, number(match["size"], 11)))
        elif match["colour"]:
            style = replace(style, colour=colour(match["colour"], "#000000"))
        elif letter in found:
            part, style = letter, base
        elif letter == "&":
            _add(found[part], "&", style)
        elif letter in names:
            _add(found[part], names[letter], style)
        else:
            style = _toggled(letter, style)
    _add(found[part], text[at:], style)
    return found


def _add(spans: list[Span], text: str, style: CharStyle) -> None:
    if text:
        spans.append(Span(text.replace("\r\n", "\n").replace("\r", "\n"), style))


def _font(named: str, style: CharStyle, base: CharStyle) -> CharStyle:
    family, _, kind = named.partition(",")
    family = base.latin if family in {"-", "+", ""} else family
    bold = "bold" in kind.lower() or "粗" in kind
    return replace(
        style,
        latin=family,
        east=family if chinese(family) else base.east,
        bold=bold,
        italic="ital" in kind.lower() or "斜" in kind,
    )


def _toggled(letter: str | None, style: CharStyle) -> CharStyle:
    if letter == "B":
        return replace(style, bold=not style.bold)
    if letter == "I":
        return replace(style, italic=not style.italic)
    if letter in {"U", "E"}:
        return replace(style, underline="" if style.underline else "single" if letter == "U" else "double")
    if letter == "S":
        return replace(style, strike=not style.strike)
    return style
