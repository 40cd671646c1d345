"""The data version in the footer: on every form, on every page, moving nothing, lost by no reading back."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from desktop import forms
from desktop.documents.footmark import marked
from desktop.documents.page import Page, read
from desktop.documents.pdf import QtFonts
from desktop.filling import fill
from desktop.forms import Form, Kind, sample
from desktop.reading import Reader
from tests.wordfile import SECTION, para, run, word_file

MARK = "7K3M-Q2PX"
FORMS = list(forms.catalogue(*forms.default_folders())[0])
CASES: list[tuple[Form, Kind]] = [(form, kind) for form in FORMS for kind in form.kinds]


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> QtFonts:
    return QtFonts()


def body(page: Page) -> list[tuple[str, float, float]]:
    return [(text.text, round(text.x, 2), round(text.y, 2)) for text in page.texts if MARK not in text.text]


@pytest.mark.parametrize(("form", "kind"), CASES, ids=[f"{form.id}.{kind}" for form, kind in CASES])
def test_every_page_of_every_form_carries_it_and_nothing_moves(form: Form, kind: Kind, fonts: QtFonts) -> None:
    plain = fill(form, sample(form), kind)
    made = marked(plain, MARK, kind)
    assert made == marked(plain, MARK, kind), "equal data give equal bytes"
    before, after = read(plain, fonts), read(made, fonts)
    assert [body(page) for page in after.pages] == [body(page) for page in before.pages]
    for page in after.pages:
        (line,) = [text for text in page.texts if MARK in text.text]
        assert page.height - 20 < line.y < page.height - 4, "in the bottom margin"
    reader = Reader(form, kind)
    assert reader.read(made).values == reader.read(plain).values


def test_it_is_added_to_the_footers_a_form_has() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.oddFooter.center.text = "第 &P 页"
    book.active.oddFooter.right.text = "内部资料"
    content = io.BytesIO()
    book.save(content)
    sheet = openpyxl.load_workbook(io.BytesIO(marked(content.getvalue(), MARK, "xlsx"))).active
    assert sheet.oddFooter.center.text == "第 &P 页"
    assert sheet.oddFooter.right.text.startswith("内部资料") and MARK in sheet.oddFooter.right.text


def test_a_first_page_of_its_own_kind_carries_it_too(fonts: QtFonts) -> None:
    text = "".join(para(run(f"第{n}行")) for n in range(80))
    made = marked(word_file(text, SECTION % "<w:titlePg/>"), MARK, "docx")
    assert [sum(MARK in text.text for text in page.texts) for page in read(made, fonts).pages] == [1, 1]


def test_libreoffice_prints_it(soffice: Callable[..., Path], tmp_path: Path) -> None:
    form = forms.find("tongjibiao")
    for kind in form.kinds:
        file = tmp_path / f"统计表.{kind}"
        file.write_bytes(marked(fill(form, sample(form), kind), MARK, kind))
        words = subprocess.run(
            ["pdftotext", "-layout", str(soffice(file)), "-"], capture_output=True, check=True
        ).stdout.decode()
        assert words.count(f"数据版本 {MARK}") == 1, "one page, marked once"
