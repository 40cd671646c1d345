"""The sample office's documents: complete, one page each, the same when written again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pdfplumber
from PySide6.QtWidgets import QApplication

from desktop import accounts, sample
from desktop.documents.page import read
from desktop.documents.pdf import QtFonts
from desktop.store import Store
from tests.conftest import TODAY


def test_both_forms_come_out_complete_and_equal_when_written_again(office: Store, tmp_path: Path) -> None:
    first = list(sample.documents(office, tmp_path / "out", TODAY))
    names = {path.name for path in first}
    assert {
        "共青团林川县委员会_团属政务新媒体情况统计表_2026-11-20.docx",
        "共青团林川县委员会_团属政务新媒体情况统计表_2026-11-20.xlsx",
        "共青团林川县委员会_小红书_林川青年_申报（备案）表.docx",
        "共青团林川县青溪镇委员会_微信公众号_青溪共青团_申报（备案）表.docx",
        "共青团林川县委员会_微信公众号_林川青年_变更备案表.docx",
        "共青团林川县委员会_账号台账_2026-11-20.xlsx",
        "共青团林川县委员会_2026年新媒体平台年审汇总表.docx",
        "共青团林川县委员会_2026年新媒体平台年审汇总表.xlsx",
        "共青团林川县委员会_台账导出_2026-11-20.xlsx",
    } <= names
    before = {path.name: path.read_bytes() for path in first}
    again = list(sample.documents(office, tmp_path / "out", TODAY))
    assert {path.name: path.read_bytes() for path in again} == before
    assert [path.name for path in again] == [path.name for path in first]


def test_the_return_prints_on_one_page_with_every_account(
    qapp: QApplication, office: Store, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    made = [path for path in sample.documents(office, tmp_path / "out", TODAY) if "统计表_" in path.name]
    with office.read() as session:
        own = {a.name for a in accounts.in_use(session) if a.platform in {"微博", "微信公众号", "抖音"}} & {
            "共青团林川县委", "林川青年", "林川少先队", "林川青年说", "青春林川志愿",
        }  # fmt: skip
    assert len(made) == 2 and len(own) == 5
    for path in made:
        assert len(read(path, QtFonts()).pages) == 1, f"{path.suffix}, as the window shows it"
        with pdfplumber.open(soffice(path)) as pdf:
            assert len(pdf.pages) == 1, path.suffix
            page = pdf.pages[0]
            cells = [
                "".join((page.crop(box, strict=False).extract_text() or "").split())
                for table in page.find_tables()
                for box in table.cells
            ]
            assert page.width > page.height, "A4 landscape"
        assert "其他新媒体平台(可自行添加)" in cells and "10" in cells
        for name in own:
            assert any(name in cell for cell in cells), name


def test_the_list_of_accounts_prints_whole_on_one_page(
    office: Store, soffice: Callable[..., Path], tmp_path: Path
) -> None:
    (made,) = [path for path in sample.documents(office, tmp_path / "out", TODAY) if "账号台账_" in path.name]
    with pdfplumber.open(soffice(made)) as pdf:
        assert len(pdf.pages) == 1, "its last line stood alone on a second page"
        assert "注：一个账号一行" in (pdf.pages[0].extract_text() or "")
