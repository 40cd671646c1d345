"""Signature lines: put into documents, filled by signatures in their order, recognised by LibreOffice."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from lxml import etree
from openpyxl.comments import Comment

from desktop.certificates import make_own
from desktop.documents.signatures.drawing import Stroke, Text, fitted, picture, width_of
from desktop.documents.signatures.identity import Identity
from desktop.documents.signatures.lines import Line
from desktop.documents.signatures.names import STAMP_PROVIDER
from desktop.documents.signatures.pictures import LARGEST_IMAGE
from desktop.documents.signatures.placing import Side, place
from desktop.documents.signing import Visible, empty_lines, sign
from desktop.documents.verifying import State, verify
from desktop.errors import BadFile, BadValue, Refused
from tests.signature_judges import NOW, excel_file, libreoffice, members, word_file, xmlsec1
from tests.test_tampering import PNG

LEADER = Line("王某甲", "团委书记")
UNIT = Line("共青团林川县委员会", "填表单位", stamp=True, width=30, height=30)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def clerk() -> Identity:
    return make_own("王某甲", NOW)


def with_lines(kind: str) -> bytes:
    if kind == "docx":
        return place(place(word_file(), LEADER), UNIT)
    return place(place(excel_file(), LEADER, "Sheet!B6:D10"), UNIT, "F6:G12")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_lines_are_read_back_and_filled_in_their_order(kind: str, clerk: Identity) -> None:
    content = with_lines(kind)
    first, second = empty_lines(content)
    assert (first.id, first.signer, first.title, first.stamp) == (LEADER.id, "王某甲", "团委书记", False)
    assert (second.signer, second.stamp, round(second.width)) == ("共青团林川县委员会", True, 30)
    with pytest.raises(Refused, match="前面还有“王某甲”的签名行没有签"):
        sign(content, clerk, NOW, visible=Visible(second.id))
    once = sign(content, clerk, NOW, visible=Visible(first.id))
    assert [line.id for line in empty_lines(once)] == [second.id]
    with pytest.raises(Refused, match="已经签过"):
        sign(once, clerk, NOW, visible=Visible(first.id))
    twice = sign(once, clerk, NOW, visible=Visible(second.id))
    assert empty_lines(twice) == []
    report = verify(twice)
    assert report.accepted and [one.line for one in report.signatures] == [first.id, second.id]
    hasty = sign(content, clerk, NOW, visible=Visible(second.id, out_of_order=True))
    assert verify(hasty).accepted and [line.id for line in empty_lines(hasty)] == [first.id]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_others_accept_signed_lines(kind: str, clerk: Identity, tmp_path: Path) -> None:
    empty = with_lines(kind)
    signed = empty
    for line in empty_lines(empty):
        signed = sign(signed, clerk, NOW, visible=Visible(line.id))
    assert all(core == "OK" and ok == every for core, ok, every in xmlsec1(signed, tmp_path))
    said = libreoffice({f"空.{kind}": empty, f"签.{kind}": signed}, tmp_path)
    assert [line["signed"] for line in said[f"空.{kind}"]["lines"]] == [False, False]
    assert [line["signed"] for line in said[f"签.{kind}"]["lines"]] == [True, True]
    assert [line["signer"] for line in said[f"签.{kind}"]["lines"]] == ["王某甲", "共青团林川县委员会"]
    assert [one["valid"] for one in said[f"签.{kind}"]["signatures"]] == [True, True]


def test_what_a_signed_line_says(clerk: Identity) -> None:
    content = with_lines("docx")
    first, second = empty_lines(content)
    signed = members(sign(sign(content, clerk, NOW, visible=Visible(first.id)), clerk, NOW, visible=Visible(second.id)))
    name, stamp = (signed[f"_xmlsignatures/sig{number}.xml"].decode() for number in (1, 2))
    assert f"<SetupID>{first.id}</SetupID><SignatureText>王某甲</SignatureText><SignatureImage/>" in name
    assert "<SignatureType>2</SignatureType>" in name
    assert STAMP_PROVIDER in stamp and "<SignatureText/><SignatureImage>" in stamp
    for text in (name, stamp):
        assert text.count('URI="#idValidSigLnImg"') == text.count('URI="#idInvalidSigLnImg"') == 1


def test_a_picture_may_be_put_onto_a_line(clerk: Identity) -> None:
    content = place(word_file(), UNIT)
    signed = sign(content, clerk, NOW, visible=Visible(UNIT.id, image=PNG))
    assert verify(signed).accepted
    assert empty_lines(signed) == []
    with pytest.raises(BadFile, match="不是 PNG"):
        sign(content, clerk, NOW, visible=Visible(UNIT.id, image=b"%PDF"))
    with pytest.raises(BadFile, match="超过 1024 KB"):
        sign(content, clerk, NOW, visible=Visible(UNIT.id, image=PNG.ljust(LARGEST_IMAGE + 1)))
    with pytest.raises(BadValue, match="超过 100"):
        sign(content, clerk, NOW, visible=Visible(UNIT.id, text="字" * 101))


def test_altered_picture_of_a_line_is_found(clerk: Identity) -> None:
    from tests.signature_judges import rezipped

    content = place(word_file(), LEADER)
    parts = members(sign(content, clerk, NOW, visible=Visible(LEADER.id)))
    text = parts["_xmlsignatures/sig1.xml"].decode()
    changed = re.sub('(<Object Id="idValidSigLnImg">)....', r"\1AAAA", text)
    assert changed != text
    assert verify(rezipped({**parts, "_xmlsignatures/sig1.xml": changed.encode()})).state is State.INVALID


def form_with_controls() -> bytes:
    """A docx with one content control inside a cell and one outside."""
    document = docx.Document()
    table = document.add_table(2, 2)

    def control(tag: str) -> etree._Element:
        return parse_xml(
            f'<w:sdt xmlns:w="{W}"><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr>'
            "<w:sdtContent><w:r><w:t>同意</w:t></w:r></w:sdtContent></w:sdt>"
        )

    table.rows[1].cells[1].paragraphs[0]._p.append(control("opinion"))
    document.add_paragraph("填表人：")._p.append(control("reporter"))
    document.add_paragraph("尾注")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("floating", ["", "left", "right"])
def test_a_line_goes_to_the_end_of_its_cell_or_behind_its_paragraph(floating: Side) -> None:
    content = place(place(form_with_controls(), LEADER, "opinion", floating=floating), UNIT, "reporter")
    root = etree.fromstring(members(content)["word/document.xml"])
    shown = {line.get("id"): line for line in root.iter("{urn:schemas-microsoft-com:office:office}signatureline")}
    inside = next(shown[LEADER.id].iterancestors(f"{{{W}}}tc"))
    assert "".join(inside.itertext(f"{{{W}}}t")) == "同意" and inside[-1].find(f".//{{{W}}}pict") is not None
    behind = next(shown[UNIT.id].iterancestors(f"{{{W}}}p"))
    assert "".join(behind.getprevious().itertext(f"{{{W}}}t")) == "填表人：同意"
    assert ("position:absolute" in members(content)["word/document.xml"].decode()) is bool(floating)
    docx.Document(io.BytesIO(content))
    with pytest.raises(BadValue, match="没有填写处“nowhere”"):
        place(content, LEADER, "nowhere")


def test_a_sheet_with_comments_keeps_them(clerk: Identity, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "统计 表"
    book.active["A1"].comment = Comment("请核对", "赵示例")
    book.active.merge_cells("B3:E6")
    stream = io.BytesIO()
    book.save(stream)
    content = place(stream.getvalue(), LEADER, "'统计 表'!C4")
    drawings = [name for name in members(content) if name.endswith(".vml")]
    assert len(drawings) == 1
    text = members(content)[drawings[0]].decode()
    assert 'ObjectType="Note"' in text and LEADER.id in text
    assert re.search(r"<x:Anchor>1, 0, 2, 0, 5, 0, 6, 0</x:Anchor>", text)
    again = openpyxl.load_workbook(io.BytesIO(content))
    assert again.active["A1"].comment.text == "请核对"
    signed = sign(content, clerk, NOW, visible=Visible(LEADER.id))
    said = libreoffice({"批注.xlsx": signed}, tmp_path)["批注.xlsx"]
    assert [line["signed"] for line in said["lines"]] == [True] and said["signatures"][0]["valid"]


def test_lines_at_the_end_stand_side_by_side() -> None:
    root = etree.fromstring(members(with_lines("docx"))["word/document.xml"])
    holders = {next(shape.iterancestors(f"{{{W}}}p")) for shape in root.iter(f"{{{W}}}pict")}
    assert len(holders) == 1


def test_the_print_area_reaches_down_to_the_line() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active.print_area = "A1:G15"
    stream = io.BytesIO()
    book.save(stream)
    inside, outside = (place(stream.getvalue(), LEADER, at) for at in ("B3:C5", "B17:C20"))
    areas = [openpyxl.load_workbook(io.BytesIO(content)).active.print_area for content in (inside, outside)]
    assert areas == ["'Sheet'!$A$1:$G$15", "'Sheet'!$A$1:$G$22"]


def test_refusals_of_placing(clerk: Identity) -> None:
    with pytest.raises(Refused, match="已经签名，不能再加签名行"):
        place(sign(word_file(), clerk, NOW), LEADER, name="表.docx")
    with pytest.raises(BadValue, match="没有工作表“别的”"):
        place(excel_file(), LEADER, "别的!A1")
    with pytest.raises(BadValue, match="不是单元格区域"):
        place(excel_file(), LEADER, "Sheet!这里")


def test_pictures_are_well_formed_metafiles() -> None:
    drawn = picture(60, 25, [Text("王某甲𠮷", 1, 10, 4), Stroke(0, 0, 60, 25, box=True), Stroke(1, 1, 5, 1)])
    assert drawn[40:44] == b" EMF" and int.from_bytes(drawn[48:52], "little") == len(drawn)
    at, records = 0, 0
    while at < len(drawn):
        at += int.from_bytes(drawn[at + 4 : at + 8], "little")
        records += 1
    assert at == len(drawn) and records == int.from_bytes(drawn[52:56], "little")
    assert width_of("团a", 2) == pytest.approx(3.1)
    assert fitted("共青团林川县委员会", 9, 4) == 1 and fitted("短", 9, 4) == 4
