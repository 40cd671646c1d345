"""Our sheets against LibreOffice's PDF of the same files; `python -m tests.fidelity` makes the whole table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests import fidelity

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def forms(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> list[fidelity.Result]:
    folder = tmp_path_factory.mktemp("forms")
    return fidelity.measure(fidelity.gather([ROOT / "forms"], folder), folder)


def test_every_form_has_the_pages_lines_and_words_of_libreoffice(forms: list[fidelity.Result]) -> None:
    """Empty and filled: pages equal, lines within 1.5 mm, base lines within 2 mm for at least 98 % of the items."""
    assert forms
    assert [r.name for r in forms if r.pages != r.their_pages] == []
    assert {r.name: r.missed for r in forms if r.share < 0.98} == {}


def test_in_no_form_does_text_leave_its_cell(forms: list[fidelity.Result]) -> None:
    assert {r.name: r.outside for r in forms if r.outside} == {}


@pytest.mark.timeout(600)
def test_forms_as_offices_issue_them(shared: Path, qapp: QApplication, tmp_path: Path) -> None:
    """Of the corpus at least 25 files at 90 % of the items, and four fifths with the same number of pages."""
    files = fidelity.gather([shared / "corpus" / "files"], tmp_path)
    results = fidelity.measure(files, tmp_path)
    assert sum(r.share >= 0.9 for r in results) >= 38
    assert sum(r.pages == r.their_pages for r in results) >= 0.95 * len(results)
    assert {r.name: r.outside for r in results if r.outside} == {}
