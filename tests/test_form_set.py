"""The set of forms of an office's year: all there, each begun from the register, each explained in the manual."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from PySide6.QtWidgets import QApplication

from desktop import accounts, filings, sample
from desktop.documents.page import read
from desktop.documents.pdf import QtFonts
from desktop.filling import fill
from desktop.forms import Form, load
from desktop.forms.loading import sample as form_sample
from desktop.store import Store

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 20)
FORMS = {path.parent.name: path.parent for path in sorted((ROOT / "forms").glob("*/form.toml"))}
WANTED = {
    "tongjibiao", "beianbiao", "biangengbeian", "guantingzhuxiao", "guantinggonggao", "chengnuoshu", "jiaojiedan",
    "baoguanka", "fengtiao", "nianshenbiao", "nianshenhuizong", "zichabiao", "shenpidan_xian", "shenpidan_bumen",
    "shenpidan_xuexiao", "zhiboshenqing", "yanlianjilu", "yuqingbaogao", "liuyanbanli", "peixunjilu",
    "zhanghaotaizhang", "lingbaogao",
}  # fmt: skip
PERSONAL = {"adviser", "advisor", "advisor_phone", "editor", "publishers", "purpose"}
"""What the sample office does not know of every account."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("office")
    with Store.open(folder, actor="赵示例", clock=lambda: datetime(2026, 11, 20, 9, 30)) as store:
        sample.build(store, TODAY)
        yield store


def begun(store: Store, form: Form, **values: object) -> filings.Draft:
    """A draft of a form about the first account where it is about an account."""
    with store.read() as session:
        first = accounts.in_use(session)[0].id
    about = first if form.subject == "account" else None
    number = filings.create(store, form, cutoff=TODAY, today=TODAY, subject_id=about, **values)  # type: ignore[arg-type]
    return filings.open_draft(store, number, form)


def test_the_whole_set_is_there_and_says_whose_layout_it_is() -> None:
    assert set(FORMS) >= WANTED
    for name in sorted(WANTED):
        form = load(FORMS[name])
        assert form.own_layout == (name != "tongjibiao"), name
        assert form.signers and form.clause, name


@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_register_fills_what_it_knows(name: str, office: Store) -> None:
    form = load(FORMS[name])
    draft = begun(office, form)
    for field in form.fields:
        if field.source is not None and field.source.name != "record" and field.key not in PERSONAL:
            assert draft.values.get(field.key), f"{field.label} stayed empty"
    for kind in form.kinds:
        assert fill(form, draft.values, kind)


@pytest.mark.parametrize("name", ["zhanghaotaizhang", "nianshenhuizong"])
def test_lists_have_a_row_for_every_account(name: str, office: Store) -> None:
    form = load(FORMS[name])
    draft = begun(office, form)
    rows = draft.values["accounts"]
    assert len(rows) == int(str(draft.values["total"])) > 8, "more accounts than the template has rows"
    sheet = openpyxl.load_workbook(io.BytesIO(fill(form, draft.values, "xlsx"))).worksheets[0]
    printed = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(row["name"] in printed for row in rows if isinstance(row, dict))
    assert sheet.print_title_rows


def test_a_handover_gives_its_parties_and_items_to_the_sheet(office: Store) -> None:
    form = load(FORMS["jiaojiedan"])
    items = [{"number": str(n), "name": f"事项{n}", "state": "已移交"} for n in range(1, 16)]
    given = {"giver": "钱示例", "receiver": "孙示例", "supervisor": "陈示例", "reason": "换届", "items": items}
    draft = begun(office, form, given=given)
    assert draft.values["receiver"] == "孙示例"
    document = docx.Document(io.BytesIO(fill(form, draft.values, "docx")))
    cells = ["".join(part.text or "" for part in cell.iter(qn("w:t"))) for cell in document.element.iter(qn("w:tc"))]
    assert {"钱示例", "孙示例", "陈示例", "事项1", "事项15"} <= set(cells)


WORD = [name for name, folder in FORMS.items() if (folder / "template.docx").is_file()]


@pytest.mark.parametrize("name", WORD)
def test_the_line_over_the_table_stays_one_line_while_it_is_empty(name: str, qapp: QApplication) -> None:
    path = FORMS[name] / "template.docx"
    body = docx.Document(str(path)).element.body
    heads = ["".join("".join(t.text for t in p.iter(qn("w:t"))).split())
             for p in body.findall(qn("w:p")) if p.find(f"{qn('w:r')}/{qn('w:tab')}") is not None]  # fmt: skip
    lines: dict[int, str] = defaultdict(str)
    for text in sorted(read(path, QtFonts()).pages[0].texts, key=lambda text: text.x):
        lines[round(text.y)] += "".join(text.text.split())
    assert all(head in lines.values() for head in heads), heads


@pytest.mark.parametrize("name", WORD)
def test_lines_to_sign_below_a_table_stay_together(name: str) -> None:
    """A list that has grown would else leave its last line, the signatures, alone on a page."""
    body = list(docx.Document(str(FORMS[name] / "template.docx")).element.body)
    tables = [at for at, block in enumerate(body) if block.tag == qn("w:tbl")]
    below = [block for block in body[tables[-1] + 1 :] if block.tag == qn("w:p")] if tables else []
    assert all(line.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for line in below[:-1])


@pytest.mark.parametrize("name", WORD)
def test_boxes_to_tick_are_of_one_typeface(name: str) -> None:
    """The first of a line would otherwise be taken for Latin, and print smaller than the others."""
    for text in docx.Document(str(FORMS[name] / "template.docx")).element.iter(qn("w:t")):
        if "□" in text.text:
            fonts = text.getparent().find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi")) == fonts.get(qn("w:eastAsia")), text.text


def test_large_numbers_print_in_excel_as_they_do_in_word() -> None:
    form = load(FORMS["nianshenhuizong"])
    values = form_sample(form)
    sheet = openpyxl.load_workbook(io.BytesIO(fill(form, values, "xlsx"))).worksheets[0]
    numbers = [cell for row in sheet.iter_rows() for cell in row if cell.value == 12480]
    assert [cell.number_format for cell in numbers] == ["#,##0"]
    document = docx.Document(io.BytesIO(fill(form, values, "docx")))
    assert any(text.text == "12,480" for text in document.element.iter(qn("w:t")))


def test_no_form_has_a_place_for_a_password() -> None:
    for folder in FORMS.values():
        form = load(folder)
        labels = {label for _, label in form.tags() if re.search("密码|口令", label)}
        assert labels <= {"密码保管人", "作品、绑定和密码的处理"}, form.id


def test_every_form_has_its_section_in_the_manual() -> None:
    chapter = (ROOT / "resources" / "help" / "26-forms.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", chapter, re.MULTILINE))
    parts = {part: head for head in sections for part in re.split("[、和]", head)}
    for name in sorted(WANTED):
        title = load(FORMS[name]).title
        heads = {head for part, head in parts.items() if part in title or title in part}
        assert len(heads) == 1, f"{title}: {heads}"
    for head, body in sections.items():
        for word in ("用途", "依据", "谁签", "份数", "留给笔"):
            assert f"**{word}**" in body, f"{head} does not say {word}"
