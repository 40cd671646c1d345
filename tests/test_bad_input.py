"""Files that carry more than a form should: each is shown with its sentence and read back to the same values."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from PySide6.QtWidgets import QApplication

from desktop import filling, forms, reading
from desktop.documents.page import Paper, read
from desktop.documents.pdf import QtFonts, to_pdf
from desktop.forms.loading import sample
from tests.test_reading import members, packed, plain, told, typed
from tests.wordfile import control, para, run, word_file

Parts = dict[str, bytes]
OUTSIDE = (
    '<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="http://example.com/{name}" TargetMode="External"/>'
)
OLE = (
    '<w:r><w:object><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:50pt;height:40pt"/>'
    '<o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed" ProgID="Excel.Sheet.12" r:id="x8"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></w:object></w:r>'
)


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> QtFonts:
    return QtFonts()


def inside(part: str, before: str, after: str) -> Callable[[Parts], None]:
    """A change of the first place where a text stands."""

    def change(parts: Parts) -> None:
        text = parts[part].decode()
        assert before in text, (part, before)
        parts[part] = text.replace(before, after, 1).encode()

    return change


def beside(**named: bytes) -> Callable[[Parts], None]:
    """Further parts; `__` stands for a slash, `_dot_` for a dot."""
    return lambda parts: parts.update(
        {name.replace("__", "/").replace("_dot_", "."): content for name, content in named.items()}
    )


def both(*changes: Callable[[Parts], None]) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        for one in changes:
            one(parts)

    return change


def tracked(parts: Parts) -> None:
    """Every second text put in by somebody, with a deleted one before it."""
    text = parts["word/document.xml"].decode()
    pieces = re.split(r"(<w:r>(?:(?!</w:r>).)*</w:r>)", text, flags=re.DOTALL)
    author = 'w:id="1" w:author="赵示例" w:date="2026-11-20T09:00:00Z"'
    for at in range(1, len(pieces), 4):
        gone = f"<w:del {author}><w:r><w:delText>删去的字</w:delText></w:r></w:del>"
        pieces[at] = f"{gone}<w:ins {author}>{pieces[at]}</w:ins>"
    parts["word/document.xml"] = "".join(pieces).encode()


def nested(parts: Parts) -> None:
    """The first text of every control as the result of a field, in two more controls."""

    def wrapped(match: re.Match[str]) -> str:
        sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        field = sign.format("begin") + "<w:r><w:instrText> DOCPROPERTY x </w:instrText></w:r>"
        field += sign.format("separate") + match[2] + sign.format("end")
        for _ in range(2):
            field = f"<w:sdt><w:sdtPr/><w:sdtContent>{field}</w:sdtContent></w:sdt>"
        return match[1] + field

    text = parts["word/document.xml"].decode()
    changed, times = re.subn(r"(<w:sdtContent>)(<w:r>(?:(?!</w:r>).)*</w:r>)(?=</w:sdtContent>)", wrapped, text,
                             flags=re.DOTALL)  # fmt: skip
    assert times > 5
    parts["word/document.xml"] = changed.encode()


RELS, BODY = "word/_rels/document.xml.rels", "word/document.xml"
WORD: dict[str, tuple[Callable[[Parts], None], str]] = {
    "external links": (
        inside(RELS, "</Relationships>", OUTSIDE.format(kind="attachedTemplate", name="a.dotm") + "</Relationships>"),
        "外部",
    ),
    "macros": (beside(word__vbaProject_dot_bin=b"x"), "宏"),
    "embedded objects": (inside(BODY, "</w:p>", OLE + "</w:p>"), "嵌入对象"),
    "tracked changes": (tracked, "修订"),
    "protected": (
        inside("word/settings.xml", "</w:settings>",
               '<w:documentProtection w:edit="forms" w:enforcement="1"/></w:settings>'), "保护",
    ),
    "fields in nested content controls": (nested, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", WORD)
def test_a_word_form_with(fonts: QtFonts, case: str) -> None:
    change, sentence = WORD[case]
    form = forms.find("beianbiao")
    parts = members(filling.fill(form, sample(form), "docx"))
    change(parts)
    content = packed(parts)
    paper = read(content, fonts, name="返回.docx")
    shown(paper, sentence)
    assert set(paper.keys()) >= {"unit", "account_name"} & set(form.by_key)
    assert "删去的字" not in "".join(text.text for text in paper.pages[0].texts)
    found = reading.read(form, content, "docx")
    assert told(found) == plain(typed(form))
    assert all(one.confidence == 1.0 for one in found.fields.values())


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
EXCEL: dict[str, tuple[Callable[[Parts], None], str]] = {
    "external links": (beside(xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>"), "其他文件"),
    "macros": (beside(xl__vbaProject_dot_bin=b"x"), "宏"),
    "embedded objects": (beside(xl__embeddings__oleObject1_dot_bin=b"x"), "嵌入对象"),
    "protected": (inside(SHEET, "</sheetData>", '</sheetData><sheetProtection sheet="1" objects="1"/>'), "保护"),
}


@pytest.mark.parametrize("case", EXCEL)
def test_an_excel_form_with(fonts: QtFonts, case: str) -> None:
    change, sentence = EXCEL[case]
    form = forms.find("tongjibiao")
    parts = members(filling.fill(form, sample(form), "xlsx"))
    change(parts)
    content = packed(parts)
    shown(read(content, fonts, name="返回.xlsx"), sentence)
    assert told(reading.read(form, content, "xlsx")) == plain(typed(form))


def shown(paper: Paper, sentence: str) -> None:
    assert paper.pages
    assert paper.pages[0].texts
    assert not sentence or any(sentence in notice for notice in paper.notices), paper.notices
    assert to_pdf(paper).startswith(b"%PDF")


def test_two_hundred_columns_of_a_workbook(fonts: QtFonts) -> None:
    """Beside the form: shown on further pages, and the form itself is read as before."""
    form = forms.find("tongjibiao")
    book = load_workbook(io.BytesIO(filling.fill(form, sample(form), "xlsx")))
    for column in range(20, 221):
        book.active.cell(30, column, get_column_letter(column))
    out = io.BytesIO()
    book.save(out)
    shown(read(out.getvalue(), fonts), "")
    assert told(reading.read(form, out.getvalue(), "xlsx")) == plain(typed(form))
    wide = Workbook()
    for column in range(1, 201):
        wide.active.cell(1, column, column)
    out = io.BytesIO()
    wide.save(out)
    paper = read(out.getvalue(), fonts)
    assert sum(text.text.isdigit() for page in paper.pages for text in page.texts) == 200


def test_a_field_in_nested_controls_shows_its_result_once(fonts: QtFonts) -> None:
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = sign.format("begin") + "<w:r><w:instrText> DATE </w:instrText></w:r>" + sign.format("separate")
    field += run("结果") + sign.format("end")
    simple = f'<w:fldSimple w:instr=" AUTHOR ">{run("作者")}</w:fldSimple>'
    paper = read(word_file(para(control("a", control("b", field))) + para(control("c", simple))), fonts)
    assert "".join(text.text for text in paper.pages[0].texts) == "结果作者"
    assert {"b", "c"} <= set(paper.keys())
