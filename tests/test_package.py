"""Packages: what is copied, what is refused, each with its own sentence."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.documents.package import MOST_MEMBERS, open_package
from desktop.errors import BadFile

CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ROOT_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="/word/document.xml"/></Relationships>'
)
PART_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://x/styles" Target="styles.xml"/>'
    b'<Relationship Id="rId2" Type="http://x/customXml" Target="../customXml/item1.xml"/>'
    b'<Relationship Id="rId3" Type="http://x/hyperlink" Target="http://example.org" TargetMode="External"/>'
    b"</Relationships>"
)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def whole() -> bytes:
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": ROOT_RELATIONS,
            "word/_rels/document.xml.rels": PART_RELATIONS,
            "word/document.xml": b"<document>" + b"some text, " * 30 + b"</document>",
            "图片/标志.bin": bytes(range(256)) * 40,
        }
    )


def test_untouched_members_keep_their_compressed_bytes() -> None:
    package = open_package(whole(), "表.docx")
    written = package.written({"word/document.xml": b"<document/>", "word/new.xml": b"<new/>"})
    again = open_package(written, "表.docx")
    assert list(again.members) == [*package.members, "word/new.xml"]
    for name in package.members:
        if name != "word/document.xml":
            assert again.members[name] == package.members[name]
    assert again.read("word/document.xml") == b"<document/>"
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        assert file.testzip() is None
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "图片/标志.bin" in file.namelist()


def test_equal_changes_give_equal_bytes_whenever_they_are_made() -> None:
    first = open_package(whole(), "表.docx").written({"word/document.xml": b"<a/>"})
    second = open_package(open_package(whole(), "x").written({}), "y").written({"word/document.xml": b"<a/>"})
    assert first == second


def test_the_document_part_and_its_relations_are_found() -> None:
    package = open_package(whole(), "表.docx")
    assert package.main_part() == "word/document.xml"
    assert package.relations("word/document.xml") == {
        "rId1": ("styles", "word/styles.xml"),
        "rId2": ("customXml", "customXml/item1.xml"),
    }
    assert package.relations("word/styles.xml") == {}


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def doubled() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("a.xml", "1")
        file.writestr("a.xml", "2")
    return target.getvalue()


def overlapping() -> bytes:
    """Two directory entries that unpack the same bytes, the trick of the densest zip bombs."""
    body = zipped({"a.xml": b"1" * 500})
    at = body.rindex(b"PK\5\6")
    start = struct.unpack_from("<L", body, at + 16)[0]
    entry = body[start:at]
    directory = entry + entry.replace(b"a.xml", b"b.xml")
    return body[:start] + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory), start, 0)


def locked() -> bytes:
    body = bytearray(zipped({"a.xml": b"1"}, zipfile.ZIP_STORED))
    body[body.rindex(b"PK\1\2") + 8] |= 1
    return bytes(body)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (OLD, "旧格式"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"%PDF-1.7 ...", "其实是 PDF"),
        (b"{\\rtf1 ...", "其实是 RTF"),
        (b"\x89PNG\r\n", "其实是图片"),
        (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        (b"hello", "不是 Word 或 Excel 文件"),
        (whole()[:-30], "后半部分缺失"),
        (whole()[:200], "后半部分缺失"),
        (zipped({"big.xml": b"0" * (60 * 1024 * 1024)}), "压缩炸弹"),
        (zipped({f"{n}.xml": b"" for n in range(MOST_MEMBERS + 1)}), "个部件"),
        (zipped({"../outside.xml": b"1"}), "指向外面"),
        (zipped({"C:/outside.xml": b"1"}), "指向外面"),
        (zipped({"a.xml": b"1"}, zipfile.ZIP_BZIP2), "少见的压缩方式"),
        (doubled(), "同名部件"),
        (overlapping(), "互相重叠"),
        (locked(), "压缩密码"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_bad_file_has_its_own_sentence(content: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says) as refusal:
        open_package(content, "某某表.docx")
    assert "某某表.docx" in str(refusal.value)


def test_a_large_file_and_a_missing_one_are_refused_by_name(tmp_path: Path) -> None:
    large = tmp_path / "大表.docx"
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(BadFile, match="50 MB"):
        open_package(large)
    with pytest.raises(BadFile, match="读不出来"):
        open_package(tmp_path / "没有.docx")


def test_a_member_that_lies_about_its_size_or_checksum_is_refused() -> None:
    body = bytearray(zipped({"a.xml": b"<a>" + b"x" * 900 + b"</a>"}))
    entry = body.rindex(b"PK\1\2")
    struct.pack_into("<L", body, entry + 24, 90)  # the size after unpacking, made smaller
    with pytest.raises(BadFile, match="已损坏"):
        open_package(bytes(body), "表.docx").read("a.xml")
    body = bytearray(zipped({"a.xml": b"<a/>"}))
    struct.pack_into("<L", body, body.rindex(b"PK\1\2") + 16, zlib.crc32(b"<b/>"))
    with pytest.raises(BadFile, match="已损坏"):
        open_package(bytes(body), "表.docx").read("a.xml")


def test_missing_members_broken_xml_and_document_types_are_refused() -> None:
    package = open_package(
        zipped(
            {
                "broken.xml": b"<a>\n<b></a>",
                "entity.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
                "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
            }
        ),
        "表.docx",
    )
    with pytest.raises(BadFile, match=r"缺少部件 word/document\.xml"):
        package.read("word/document.xml")
    with pytest.raises(BadFile, match=r"broken\.xml 第 2 行"):
        package.xml("broken.xml")
    with pytest.raises(BadFile, match="文档类型"):
        package.xml("entity.xml")
    with pytest.raises(BadFile, match="没有正文"):
        package.main_part()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_random_damage_raises_nothing_but_our_own_refusal(damage: list[tuple[int, int]]) -> None:
    body = bytearray(whole())
    for at, value in damage:
        body[at % len(body)] = value
    try:
        package = open_package(bytes(body), "表.docx")
        for name in package.members:
            package.read(name)
        package.main_part()
    except BadFile:
        return
    open_package(package.written({}), "再写.docx")
