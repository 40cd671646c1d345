"""The sheet of differences (更正情况说明) that goes with a corrected return: what was, what is, field by field."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

HEADS = ("序号", "材料", "栏目", "更正前", "更正后")
_WIDTHS_MM = (14, 38, 40, 37, 37)  # together the 166 mm between the margins of an official paper
_SONG, _HEI, _FANG = "方正小标宋简体", "黑体", "仿宋_GB2312"


@dataclass(frozen=True)
class Sheet:
    """What is printed around the table.

    Attributes:
        unit: who corrects. title: which return. reason: why, in the clerk's words.
        earlier, later: how the two versions are named (第 1 次报送，2025-12-01).
        day: the day of the correction, printed (2025年12月3日). mark: fingerprint of the new data, for the footer.
    """

    unit: str
    title: str
    earlier: str
    later: str
    day: str
    reason: str = ""
    mark: str = ""


def sheet_of_differences(sheet: Sheet, rows: Sequence[tuple[str, str, str, str]]) -> bytes:
    """A Word file: heading, the table with a head that repeats on every page, place for signature and seal.

    Args:
        sheet: what is printed around the table.
        rows: (paper, field, before, after); an empty text is printed as （空）.
    """
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(25)
    _line(document, "更正情况说明", ALIGN.CENTER, heading=True)
    said = f"原因：{sheet.reason}" if sheet.reason else ""
    for text in (
        f"报送单位：{sheet.unit}",
        f"报送事项：{sheet.title}",
        f"原报送：{sheet.earlier}",
        f"本次：{sheet.later}",
        said,
    ):
        if text:
            _line(document, text, ALIGN.LEFT)
    if rows:
        _table(document, rows)
    else:
        _line(document, "填报内容没有变化，仅重新签字盖章。", ALIGN.LEFT)
    _line(document, "", ALIGN.LEFT)
    _line(document, f"{sheet.unit}（盖章）", ALIGN.RIGHT)
    _line(document, sheet.day, ALIGN.RIGHT)
    if sheet.mark:
        foot = section.footer.paragraphs[0]
        foot.alignment = ALIGN.RIGHT
        _dress(foot.add_run(f"数据版本 {sheet.mark}"), _FANG, Pt(9))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _line(document: Document, text: str, align: Any, *, heading: bool = False) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(10 if heading else 4)
    _dress(paragraph.add_run(text), _SONG if heading else _FANG, Pt(22 if heading else 14))


def _dress(run: Any, font: str, size: Any) -> None:
    """Font for Chinese and Latin letters alike; python-docx sets only the latter by itself."""
    from docx.oxml.ns import qn

    run.font.name, run.font.size = font, size
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _table(document: Document, rows: Sequence[tuple[str, str, str, str]]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    table = document.add_table(1 + len(rows), len(HEADS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width)
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        texts = HEADS if number == 0 else (str(number), *(text or "（空）" for text in rows[number - 1]))
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(_WIDTHS_MM[column])
            _fill(cell, text, _HEI if number == 0 else _FANG, Pt(12), centred=number == 0 or column == 0)


def _fill(cell: _Cell, text: str, font: str, size: Any, *, centred: bool) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER if centred else ALIGN.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _dress(paragraph.add_run(text), font, size)
