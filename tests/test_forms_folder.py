"""Every form folder: it agrees with itself, its sample fills, and LibreOffice shows the same sheet with nothing cut.

`TUANMEI_ACCEPT=1 pytest tests/test_forms_folder.py` rewrites the golden texts; read them before committing.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from desktop.documents.package import open_package
from desktop.filling import completed, fill
from desktop.forms import Form, Group, Kind, load, sample

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
FORMS = {path.parent.name: path.parent for path in sorted((ROOT / "forms").glob("*/form.toml"))}
KINDS = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name, folder in FORMS.items()
    for kind in ("docx", "xlsx")
    if (folder / f"template.{kind}").is_file()
]


def filled(name: str, kind: Kind) -> tuple[Form, bytes]:
    form = load(FORMS[name])
    return form, fill(form, sample(form), kind)


def squeezed(text: str) -> str:
    """A text without blanks and line ends, for these fall differently in every program."""
    return "".join(text.replace("☐", "□").split()).replace("　", "")


def word_cells(content: bytes) -> Iterator[list[str]]:
    """The texts of each table row of a docx, without the cells merged into the one above."""
    document = docx.Document(io.BytesIO(content))
    for row in document.element.body.iter(qn("w:tr")):
        texts = []
        for cell in row.iter(qn("w:tc")):
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if merge is None or merge.get(qn("w:val")) == "restart":
                texts.append(word_text(cell))
        yield texts


def word_text(element: object) -> str:
    lines = []
    for paragraph in element.iter(qn("w:p")):  # type: ignore[attr-defined]
        parts = {qn("w:t"): lambda e: e.text or "", qn("w:br"): lambda _: "\n", qn("w:tab"): lambda _: "\t"}
        lines.append("".join(parts[e.tag](e) for e in paragraph.iter(*parts) if e.getparent().tag == qn("w:r")))
    return "\n".join(lines)


def excel_cells(content: bytes) -> list[tuple[str, str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [(c.coordinate, str(c.value)) for row in sheet.iter_rows() for c in row if c.value is not None]


def excel_prints(content: bytes) -> list[str]:
    """Every cell as it prints."""
    cells = [c for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for c in row]
    return [f"{c.value:,}" if c.number_format == "#,##0" and isinstance(c.value, int) else str(c.value)
            for c in cells if c.value is not None]  # fmt: skip


def text_of(kind: Kind, content: bytes) -> str:
    """What the golden file holds: the document as plain lines."""
    if kind == "xlsx":
        return "\n".join(f"{at}\t{text!r}" for at, text in excel_cells(content)) + "\n"
    document = docx.Document(io.BytesIO(content))
    out = []
    for block in document.element.body:
        if block.tag == qn("w:tbl"):
            out += [" | ".join(text.replace("\n", " / ") for text in row) for row in _rows(block)]
        elif block.tag == qn("w:p"):
            out.append(word_text(block) if list(block.iter(qn("w:t"))) else "")
            out[-1] = "".join(
                {qn("w:t"): e.text or "", qn("w:br"): " / ", qn("w:tab"): "\t"}[e.tag]
                for e in block.iter(qn("w:t"), qn("w:br"), qn("w:tab"))
                if e.getparent().tag == qn("w:r")
            )
    return "\n".join(line.rstrip() for line in out) + "\n"


def _rows(table: object) -> Iterator[list[str]]:
    for row in table.iter(qn("w:tr")):  # type: ignore[attr-defined]
        yield [word_text(cell) for cell in row.iter(qn("w:tc"))]


@pytest.mark.parametrize("name", FORMS)
def test_folder_agrees_with_itself(name: str) -> None:
    form = load(FORMS[name])
    titles = dict(form.tags())
    if "docx" in form.kinds:
        for tag, title in form.word.places.items():
            if tag in titles:
                assert title == titles[tag], f"the control {tag} is called {title}, the field {titles[tag]}"


@pytest.mark.parametrize("name", FORMS)
def test_folder_says_what_a_clerk_wants_to_know(name: str) -> None:
    form = load(FORMS[name])
    assert form.basis, "every form names the notice or rule it rests on"
    assert all(len(step.title) <= 12 for step in form.steps)
    assert not any("密码" in label and ("登录" in label or "账号" in label) for _, label in form.tags())
    assert form.signers or form.subject == "unit", "somebody signs"


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_sample_fills_the_same_bytes_twice_and_leaves_the_rest_alone(name: str, kind: Kind) -> None:
    form, content = filled(name, kind)
    assert content == filled(name, kind)[1]
    template = open_package(form.folder / f"template.{kind}")
    made = open_package(content)
    changed = {member for member in template.members if made.members[member] != template.members[member]}
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    allowed = {main, "xl/styles.xml"} | {
        m for m in template.members if "/header" in m or "/footer" in m or "/sheet" in m
    }
    assert changed <= allowed
    assert set(made.members) == set(template.members)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_sample_equals_its_golden_text(name: str, kind: Kind) -> None:
    text = text_of(kind, filled(name, kind)[1])
    golden = GOLDEN / f"{name}.{kind}.txt"
    if os.environ.get("TUANMEI_ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def expected_texts(form: Form) -> Iterator[str]:
    """Every line of every value the paper must show."""
    values = completed(form, sample(form))
    for item in form.items:
        value = values.get(item.key, "")
        rows = value if isinstance(value, list) else [{item.key: value}]
        fields = item.fields if isinstance(item, Group) else (item,)
        for row in rows:
            for field in fields:
                if field.kind != "date" and field.print != "boxes" and field.overflow != "continue":
                    yield from row.get(field.key, "").split("\n")


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_libreoffice_shows_every_value_in_its_cell(
    name: str, kind: Kind, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    form, content = filled(name, kind)
    source = tmp_path / f"{name}.{kind}"
    source.write_bytes(content)
    cells: list[str] = []
    with pdfplumber.open(soffice(source)) as pdf:
        whole = squeezed("".join(page.extract_text(x_tolerance=1.5) or "" for page in pdf.pages))
        for page in pdf.pages:
            for table in page.find_tables():
                cells += [squeezed(page.crop(box, strict=False).extract_text() or "") for box in table.cells]
            seen = page.within_bbox((0, 0, page.width, page.height)).chars
            ink = [char for char in page.chars if char["text"].strip()]
            assert len([char for char in seen if char["text"].strip()]) == len(ink), "text lies outside the page"
    if kind == "docx":
        expected = [squeezed(text) for row in word_cells(content) for text in row]
    else:
        expected = [squeezed(text) for text in excel_prints(content)]
    lost = [text for text in expected if text and text not in cells and text not in whole]
    assert lost == [], f"not whole in any cell of the PDF: {lost}"
    gridded = [text for text in expected if text in cells]
    assert len(gridded) >= 0.6 * len([text for text in expected if text]), "the grid is not drawn"
    everything = "".join(cells) + whole
    for line in expected_texts(form):
        assert squeezed(line) in everything or squeezed(line).replace(",", "") in everything.replace(",", "")


@pytest.mark.parametrize("name", [name for name, folder in FORMS.items() if (folder / "template.xlsx").is_file()])
def test_excel_readers_agree(name: str) -> None:
    content = filled(name, "xlsx")[1]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    mine = {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None}
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    first = book.get_sheet_by_index(0)
    rows = first.to_python(skip_empty_area=False)
    other = {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v != ""}
    assert other == mine
