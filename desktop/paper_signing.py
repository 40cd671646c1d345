"""Papers signed digitally before they go out: their signature lines, and the signed file in place of the plain one.

A signature changes no value, so the mark of the data version stays and scans of the paper stay fresh.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop import papers
from desktop.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from desktop.documents.signatures.identity import Identity
    from desktop.documents.signing import Visible
    from desktop.forms.definition import Form, Kind, Values
    from desktop.store import Store

KINDS: dict[str, Kind] = {".docx": "docx", ".xlsx": "xlsx"}
"""What can carry a signature, by the ending of the file."""


def signatures(store: Store, paper: papers.Paper) -> int:
    """How many signatures the paper's file carries; they are counted, not judged (see `documents.verifying`).

    A file that is gone or damaged carries none; packing says what is the matter with it.
    """
    from desktop.documents.package import open_package
    from desktop.documents.signatures.coverage import scope
    from desktop.documents.signatures.parts import Parts

    file = Path(paper.path)
    if file.suffix.lower() not in KINDS:
        return 0
    try:
        package = open_package(papers.content_of(store, paper.path), file.name)
    except Refused:
        return 0
    if not any(name.startswith("_xmlsignatures/") for name in package.members):
        return 0
    return len(scope(Parts(package)).signatures)


def begin(store: Store, paper_id: int) -> Path:
    """Get a paper ready to be signed; returns its file.

    A form that nobody has signed yet gets a signature line for each of its signers, in the form's order.

    Raises:
        Refused: its file is no Word or Excel file, or gone.
    """
    from desktop import signature_lines
    from desktop.documents.signing import empty_lines

    with store.read() as session:
        paper = session.get_one(papers.Paper, paper_id)
    file = Path(paper.path)
    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        raise Refused(
            f"“{paper.title}”是 {file.suffix or '没有扩展名的'} 文件，不能做数字签名。",
            todo="只有 .docx、.xlsx 文件可以签；扫描件和 PDF 请签章后报送。",
        )
    content = papers.content_of(store, paper.path)
    found = _form_of(store, paper)
    if found is None or signatures(store, paper) or empty_lines(content, file.name):
        return store.attachments / paper.path
    form, values = found
    prepared = signature_lines.prepared(form, content, kind, values)
    return _put(store, paper, prepared, f"“{paper.title}”加签名行")


def sign(
    store: Store, paper_id: int, who: Identity, now: datetime, *, comment: str = "", role: str = "",
    visible: Visible | None = None,
) -> Path:  # fmt: skip
    """Sign a paper; from now on the signed file is the one that goes out. Returns it.

    Raises:
        Refused: the file is gone or cannot be signed, or the certificate ran out; see `documents.signing.sign`.
    """
    from desktop.certificates import need_in_term
    from desktop.documents.signatures.identity import holder
    from desktop.documents.signing import sign as signed

    need_in_term(who.certificate, now)
    with store.read() as session:
        paper = session.get_one(papers.Paper, paper_id)
    content = papers.content_of(store, paper.path)
    name = Path(paper.path).name
    made = signed(content, who, now, name=name, comment=comment, role=role, visible=visible)
    return _put(store, paper, made, f"“{paper.title}”数字签名：{holder(who.certificate)}")


def _put(store: Store, paper: papers.Paper, content: bytes, deed: str) -> Path:
    path = papers.keep_file(store, Path(paper.path).name, content)
    with store.write(deed) as session:
        session.get_one(papers.Paper, paper.id).path = path
    return store.attachments / path


def _form_of(store: Store, paper: papers.Paper) -> tuple[Form, Values] | None:
    """The form a paper was made from with what it was filled with; None for other files."""
    from desktop import filings, forms

    if paper.filing_id is None:
        return None
    with store.read() as session:
        filing = session.get_one(filings.Filing, paper.filing_id)
        frozen = filings.versions(session, paper.filing_id)
    return forms.find(filing.form_id), frozen[-1].values
