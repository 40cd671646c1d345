"""The signature lines of a form: one for each signer in the form's order, a stamp line where a seal belongs.

Only a file that will be signed digitally gets them; the paper that is signed by hand stays as the superior drew it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop.documents.signatures.lines import Line

if TYPE_CHECKING:
    from desktop.forms.definition import Form, Kind, Signer, Values

NAME_SIZE = (45.0, 16.0)  # mm, fits the opinion box of a 备案表
SEAL_SIZE = (25.0, 25.0)  # mm
_ROWS = 4  # rows of an Excel sheet that a line below the table takes


def prepared(form: Form, content: bytes, kind: Kind, values: Values) -> bytes:
    """The filled form with its empty signature lines.

    A line stands in the box of the signer's opinion; where the form has none, below everything else.

    Args:
        form: the form.
        content: the form filled, not yet signed.
        kind: `docx` or `xlsx`.
        values: what it was filled with; the signers' names are taken from there.

    Raises:
        BadFile, BadValue, Refused: see `placing.place`.
    """
    from desktop.documents.signatures.placing import Side, below, place

    wanted = list(lines(form, values))
    for number, (line, key) in enumerate(wanted):
        if kind == "docx":
            side: Side = "right" if line.stamp else "left"
            content = place(content, line, key, floating=side if key else "", name=form.title)
        else:
            content = place(content, line, below(content, number, len(wanted), rows=_ROWS), name=form.title)
    return content


def lines(form: Form, values: Values) -> Iterator[tuple[Line, str]]:
    """Every line of a form with the field in whose box it stands, empty for below everything.

    After a signer without a box all others stand below too: lines are signed in the order of the paper.
    """
    boxless = False
    for signer in form.signers:
        place = "" if boxless else _box(form, signer)
        boxless = not place
        name = _name(form, signer, values)
        title = signer.role if name != signer.role else ""
        yield Line(name, title, width=NAME_SIZE[0], height=NAME_SIZE[1]), place
        if signer.seal:
            yield Line(signer.seal, stamp=True, width=SEAL_SIZE[0], height=SEAL_SIZE[1]), place


def _box(form: Form, signer: Signer) -> str:
    item = form.by_key.get(signer.place)
    return signer.place if item is not None and getattr(item, "kind", "") == "opinion" else ""


def _name(form: Form, signer: Signer, values: Values) -> str:
    """Who should sign: the person entered in the signer's field, else the role."""
    item = form.by_key.get(signer.place)
    entered = values.get(signer.place)
    if item is not None and getattr(item, "kind", "") == "person" and isinstance(entered, str) and entered.strip():
        return entered.strip()
    return signer.role
