"""The sheet of differences: every change in a row, on as many pages as it takes."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from desktop.documents.differences import HEADS, Sheet, sheet_of_differences

SHEET = Sheet(
    "共青团林川县委员会",
    "2025年年审",
    "第 1 次报送，2025-12-01",
    "第 2 次报送，2025-12-03",
    "2025年12月3日",
    "漏计",
    "9ABC-DEFG",
)


def test_every_difference_is_a_row() -> None:
    rows = [("年审表", "粉丝数", "1200", "1300"), ("年审表", "备注", "", "补")]
    made = docx.Document(io.BytesIO(sheet_of_differences(SHEET, rows)))
    (table,) = made.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        list(HEADS),
        ["1", "年审表", "粉丝数", "1200", "1300"],
        ["2", "年审表", "备注", "（空）", "补"],
    ]
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    for words in ("更正情况说明", "第 1 次报送", "第 2 次报送", "原因：漏计", "（盖章）", "2025年12月3日"):
        assert words in text
    assert made.sections[0].footer.paragraphs[0].text == "数据版本 9ABC-DEFG"


def test_without_differences_it_says_so() -> None:
    made = docx.Document(io.BytesIO(sheet_of_differences(SHEET, [])))
    assert made.tables == [] and any("没有变化" in paragraph.text for paragraph in made.paragraphs)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_the_head_repeats_on_every_page(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    (tmp_path / "d.docx").write_bytes(
        sheet_of_differences(SHEET, [("年审表", f"第{n}栏", "前", "后") for n in range(80)])
    )
    pages = subprocess.run(["pdftotext", "-layout", soffice(tmp_path / "d.docx"), "-"], capture_output=True, check=True)
    texts = pages.stdout.decode().split("\f")[:-1]
    assert len(texts) >= 2 and all("更正前" in text for text in texts)
