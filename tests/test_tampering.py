"""What happens to a signed file between signing and reading: every kind of change gets the state it deserves.

The kinds and the states asked for are those of the comparison with Apache POI, xmlsec1 and LibreOffice that the signer
was designed after: 22 kinds must be found, the others are changes which the standard or Office itself permits.
"""

from __future__ import annotations

import base64
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.etree import ElementTree

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml.etree import _Element

from desktop.certificates import issue, joined, make_own, make_root
from desktop.documents.package import Package, open_package
from desktop.documents.signatures import markup
from desktop.documents.signatures.identity import Identity
from desktop.documents.signatures.markup import Statement
from desktop.documents.signatures.wording import as_json, headline, sentences
from desktop.documents.signing import sign
from desktop.documents.verifying import Report, State, verify
from tests.signature_judges import NOW, excel_file, members, rezipped, word_file

Change = Callable[[dict[str, bytes]], None]
DOCUMENT = "word/document.xml"
DOCUMENT_RELS = "word/_rels/document.xml.rels"
ROOT_RELS = "_rels/.rels"
SIGNATURE = "_xmlsignatures/sig1.xml"
TYPES = "[Content_Types].xml"
PICTURE = "word/media/image1.png"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def clerk() -> Identity:
    return make_own("共青团林川县委员会", NOW)


@pytest.fixture(scope="module")
def signed(clerk: Identity) -> dict[str, bytes]:
    """A signed docx with picture, header, outside link and thumbnail, by member."""
    document = docx.Document()
    document.add_paragraph("共青团林川县委员会 2026 年新媒体账号统计表")
    document.add_picture(io.BytesIO(PNG))
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.part.relate_to("https://example.invalid/a", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    stream = io.BytesIO()
    document.save(stream)
    return members(sign(stream.getvalue(), clerk, NOW, comment="报送"))


def after(signed: dict[str, bytes], change: Change) -> Report:
    parts = dict(signed)
    change(parts)
    return verify(rezipped(parts), "表.docx")


def edit(member: str, old: str, new: str) -> Change:
    """Replace a text that must be there."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[member], (member, old)
        parts[member] = parts[member].replace(old.encode(), new.encode(), 1)

    return change


def edit_pattern(member: str, pattern: str, new: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        parts[member], count = re.subn(pattern.encode(), new.encode(), parts[member], count=1, flags=re.DOTALL)
        assert count == 1, (member, pattern)

    return change


def drop(member: str) -> Change:
    return lambda parts: parts.__setitem__(member, None) if parts[member] is not None else None  # type: ignore[arg-type]


def put(member: str, content: bytes) -> Change:
    return lambda parts: parts.__setitem__(member, content)


def both(*changes: Change) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        for one in changes:
            one(parts)

    return change


def test_untouched_it_is_valid(signed: dict[str, bytes]) -> None:
    assert after(signed, lambda _: None).accepted
    assert "word/header1.xml" in signed and any(name.startswith("word/media/") for name in signed)
    assert "docProps/thumbnail.jpeg" in signed


INVALID = {
    "one letter of the text": (edit(DOCUMENT, "2026", "2025"), DOCUMENT),
    "a space behind the markup": (lambda p: p.__setitem__(DOCUMENT, p[DOCUMENT] + b" "), DOCUMENT),
    "the picture": (put(PICTURE, PNG[:-1] + b"\1"), PICTURE),
    "the header": (edit("word/header1.xml", "页眉", "页脚"), "word/header1.xml"),
    "the styles": (edit("word/styles.xml", "w:style ", "w:style  "), "word/styles.xml"),
    "the target of a signed relationship": (edit(DOCUMENT_RELS, "styles.xml", "fontTable.xml"), DOCUMENT_RELS),
    "the type of a signed relationship": (edit(DOCUMENT_RELS, "ships/styles", "ships/fontTable"), DOCUMENT_RELS),
    "an outside link": (edit(DOCUMENT_RELS, "example.invalid/a", "example.invalid/b"), DOCUMENT_RELS),
    "an outside link made an inside one": (edit(DOCUMENT_RELS, ' TargetMode="External"', ""), DOCUMENT_RELS),
    "a signed relationship taken away": (
        edit_pattern(DOCUMENT_RELS, "<Relationship [^>]*example.invalid[^>]*/>", ""),
        DOCUMENT_RELS,
    ),
    "which part is the document": (edit(ROOT_RELS, DOCUMENT, "word/header1.xml"), ROOT_RELS),
    "the content type of a part": (edit(TYPES, "header+xml", "footer+xml"), "word/header1.xml"),
    "the document made a template": (edit(TYPES, "document.main+xml", "template.main+xml"), DOCUMENT),
    "the content type of a picture": (edit(TYPES, "image/png", "image/gif"), PICTURE),
}


@pytest.mark.parametrize("name", INVALID)
def test_altered_content_is_invalid_and_named(signed: dict[str, bytes], name: str) -> None:
    change, place = INVALID[name]
    report = after(signed, change)
    assert report.state is State.INVALID and not report.accepted
    assert "/" + place in report.signatures[0].altered


REMOVED = {"a picture": PICTURE, "the document": DOCUMENT, "the relationships": DOCUMENT_RELS}


@pytest.mark.parametrize("name", REMOVED)
def test_deleted_parts_are_named(signed: dict[str, bytes], name: str) -> None:
    report = after(signed, drop(REMOVED[name]))
    assert report.state is State.INVALID
    assert "/" + REMOVED[name] in report.signatures[0].removed


def of_version_six(parts: dict[str, bytes]) -> None:
    """The signer's certificate with a version number that no standard knows."""
    found = re.search(rb"<X509Certificate>([^<]*)", parts[SIGNATURE])
    assert found
    certificate = base64.b64decode(found[1])
    assert certificate.count(b"\xa0\x03\x02\x01\x02") == 1
    changed = certificate.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05")
    parts[SIGNATURE] = parts[SIGNATURE].replace(found[1], base64.b64encode(changed))


SIGNATURE_CHANGES = {
    "the comment": edit(SIGNATURE, "<SignatureComments>报送", "<SignatureComments>作废"),
    "the time of the package": edit(SIGNATURE, "<mdssi:Value>2026", "<mdssi:Value>2025"),
    "the time of XAdES": edit(SIGNATURE, "<xd:SigningTime>2026", "<xd:SigningTime>2025"),
    "the signature value": edit_pattern(SIGNATURE, "<SignatureValue>....", "<SignatureValue>AAAA"),
    "a digest of the manifest": edit_pattern(SIGNATURE, "(<Manifest>.*?<DigestValue>)....", "\\1AAAA"),
    "a reference taken out": edit_pattern(SIGNATURE, "<Manifest><Reference.*?</Reference>", "<Manifest>"),
    "the method": edit(SIGNATURE, "xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha512"),
    "an unknown method": edit(SIGNATURE, "xmldsig-more#rsa-sha256", "xmldsig-more#none"),
    "an unknown digest": edit_pattern(SIGNATURE, "(<Manifest>.*?)xmlenc#sha256", "\\1xmlenc#sha257"),
    "an unknown canonical form": edit(SIGNATURE, "REC-xml-c14n-20010315", "REC-xml-c14n-20990315"),
    "a transform that drops everything": edit_pattern(
        SIGNATURE, '(<Manifest>.*?styles\\.xml[^>]*>)', '\\1<Transforms><Transform Algorithm="x"/></Transforms>'
    ),
    "the certificate": edit_pattern(SIGNATURE, "<X509Certificate>.*?</X509Certificate>", "<X509Certificate/>"),
    "another root element": both(edit(SIGNATURE, "<Signature ", "<Sig "), edit(SIGNATURE, "</Signature>", "</Sig>")),
    "a doubled Id": edit(SIGNATURE, "</Signature>", '<Object Id="idPackageObject"/></Signature>'),
    "a signed object moved away and an empty one put in its place": both(
        edit(SIGNATURE, 'Id="idOfficeObject"', 'Id="other"'),
        edit(SIGNATURE, "</Signature>", '<Object Id="idOfficeObject"/></Signature>'),
    ),
    "a reference to a file": edit(SIGNATURE, 'URI="#idOfficeObject"', 'URI="/word/document.xml"'),
    "an empty reference": edit(SIGNATURE, 'URI="#idOfficeObject"', 'URI=""'),
    "a comment that cuts the purpose": edit(SIGNATURE, "<SignatureComments>报", "<SignatureComments>报<!-- -->"),
    "a comment that cuts the time": edit_pattern(SIGNATURE, "(<xd:SigningTime>[0-9-]{10})", "\\1<!-- -->"),
    "an instruction": edit(SIGNATURE, "<SignatureComments>报", "<SignatureComments>报<?a?>"),
    "a time before all time": edit_pattern(SIGNATURE, "(<xd:SigningTime>)[^<]*", "\\g<1>0001-01-01T00:00:00+23:00"),
    "a time behind all time": edit_pattern(SIGNATURE, "(<xd:SigningTime>)[^<]*", "\\g<1>9999-12-31T23:59:59Z"),
    "a certificate of no known version": of_version_six,
    "no well-formed XML": edit(SIGNATURE, "</Signature>", "</Signatur"),
    "a document type": edit(SIGNATURE, "<Signature ", '<!DOCTYPE Signature [<!ENTITY a "b">]><Signature '),
    "nothing": put(SIGNATURE, b""),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNATURE_CHANGES)
def test_a_changed_signature_is_invalid(signed: dict[str, bytes], name: str) -> None:
    report = after(signed, SIGNATURE_CHANGES[name])
    assert headline(report) in sentences(report) and as_json(report)["accepted"] is False
    assert report.state is State.INVALID and not report.accepted
    assert report.signatures[0].problems


DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
EVIL = b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


def relation(kind: str, target: str, member: str = DOCUMENT_RELS) -> Change:
    """Add one relationship, `rIdX`."""
    markup = f'<Relationship Id="rIdX" Type="{kind}" {target}/></Relationships>'
    return edit(member, "</Relationships>", markup)


OUTSIDE = 'Target="https://x.invalid" TargetMode="External"'
ADDED = {
    "a part": (put("word/extra.xml", EVIL), "/word/extra.xml"),
    "a part without content type": (put("word/extra", EVIL), "/word/extra"),
    "a part among the signatures": (put("_xmlsignatures/extra.xml", EVIL), "/_xmlsignatures/extra.xml"),
    "a part among the properties": (put("docProps/extra.xml", EVIL), "/docProps/extra.xml"),
    "an external relationship": (relation(f"{OFFICE}/frame", OUTSIDE), "/word/_rels/document.xml.rels 中的关系 rIdX"),
    "a relationship of the package": (
        relation(f"{OFFICE}/custom-properties", 'Target="word/extra.xml"', ROOT_RELS),
        "/_rels/.rels 中的关系 rIdX",
    ),
    "relationships of a part that had none": (
        put("word/_rels/header1.xml.rels", f'<Relationships xmlns="{RELATIONSHIPS}"/>'.encode()),
        "/word/_rels/header1.xml.rels",
    ),
    "a part and its relationship": (
        both(put("word/extra.xml", EVIL), relation(f"{OFFICE}/header", 'Target="extra.xml"')),
        "/word/extra.xml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_added_content_makes_it_partial_and_is_named(signed: dict[str, bytes], name: str) -> None:
    change, place = ADDED[name]
    report = after(signed, change)
    assert report.state is State.PARTIAL and not report.accepted
    assert place in (*report.signatures[0].added, *report.signatures[0].unsigned)
    assert ("external" in name) == (place in report.signatures[0].unsigned)


def test_a_property_that_the_document_shows_is_no_property(signed: dict[str, bytes]) -> None:
    """A relationship from the document into /docProps/ makes the part in there content, whenever it was added."""
    report = after(signed, relation(f"{OFFICE}/image", 'Target="../docProps/thumbnail.jpeg"'))
    assert report.state is State.PARTIAL
    assert "/docProps/thumbnail.jpeg" in report.signatures[0].added


def test_a_main_part_labelled_thumbnail_is_signed(clerk: Identity) -> None:
    parts = members(word_file())
    relation(f"{RELATIONSHIPS}/metadata/thumbnail", 'Target="word/document.xml"', ROOT_RELS)(parts)
    signed = members(sign(rezipped(parts), clerk, NOW))
    assert verify(rezipped(signed)).accepted
    assert after(signed, edit(DOCUMENT, "统计", "汇总")).state is State.INVALID


def test_a_thumbnail_shown_in_the_document_is_signed(clerk: Identity) -> None:
    parts = members(word_file())
    relation(f"{OFFICE}/image", 'Target="/docProps/thumbnail.jpeg"')(parts)
    signed = members(sign(rezipped(parts), clerk, NOW))
    assert after(signed, put("docProps/thumbnail.jpeg", PNG)).state is State.INVALID


def turned(parts: dict[str, bytes]) -> None:
    """The attributes of every relationship the other way round."""

    def turn(found: re.Match[bytes]) -> bytes:
        return b"<Relationship " + b" ".join(reversed(re.findall(rb'\w+="[^"]*"', found[0]))) + b"/>"

    parts[DOCUMENT_RELS] = re.sub(rb"<Relationship [^>]*/>", turn, parts[DOCUMENT_RELS])


PERMITTED: dict[str, Change] = {
    "white space in relationships": lambda p: p.__setitem__(DOCUMENT_RELS, p[DOCUMENT_RELS].replace(b"><", b">\n <")),
    "a comment in relationships": edit(DOCUMENT_RELS, "</Relationships>", "<!-- x --></Relationships>"),
    "order of attributes": turned,
    "a default that nothing uses": edit(TYPES, "<Override", '<Default Extension="zzz" ContentType="a/b"/><Override'),
    "the author": edit("docProps/core.xml", "python-docx", "另一个人"),
    "the thumbnail": put("docProps/thumbnail.jpeg", PNG),
    "unsigned properties of XAdES": edit(
        SIGNATURE,
        "</xd:QualifyingProperties>",
        "<xd:UnsignedProperties><xd:UnsignedSignatureProperties/></xd:UnsignedProperties></xd:QualifyingProperties>",
    ),
    "order of the members": lambda p: [p.__setitem__(name, p.pop(name)) for name in sorted(p)] and None,
}


@pytest.mark.parametrize("name", PERMITTED)
def test_what_the_standard_permits_stays_valid(signed: dict[str, bytes], name: str) -> None:
    changed = dict(signed)
    PERMITTED[name](changed)
    assert list(changed.items()) != list(signed.items())
    assert after(signed, PERMITTED[name]).accepted


def test_all_signatures_removed_is_unsigned(signed: dict[str, bytes]) -> None:
    def strip(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if name.startswith("_xmlsignatures/")]:
            del parts[name]
        edit_pattern(ROOT_RELS, "<Relationship [^>]*digital-signature/origin[^>]*/>", "")(parts)

    report = after(signed, strip)
    assert report.state is State.UNSIGNED and not report.accepted and report.signatures == ()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [DOCUMENT, "word/Document.xml", "word/%64ocument.xml"])
def test_two_members_for_one_part_are_refused(signed: dict[str, bytes], name: str) -> None:
    stream = io.BytesIO(rezipped(signed))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, signed[DOCUMENT])
    report = verify(stream.getvalue())
    assert report.state is State.DAMAGED and not report.accepted and "名" in report.problems[0]


def moved(content: bytes, by: int) -> tuple[bytes, bytes]:
    """The members of a zip and its directory, as they are when so many bytes stand before them."""
    end = struct.unpack("<4s4H2LH", content[-22:])
    directory, at = bytearray(content[end[6] : -22]), 0
    while at < len(directory):
        (place,) = struct.unpack_from("<L", directory, at + 42)
        struct.pack_into("<L", directory, at + 42, place + by)
        at += 46 + sum(struct.unpack_from("<3H", directory, at + 28))
    tail = struct.pack("<4s4H2LH", *end[:6], end[6] + by, 0)
    return content[: end[6]], bytes(directory) + tail


def hidden(content: bytes) -> bytes:
    """A zip with one more document between its members and its directory, which does not name it."""
    name, text = DOCUMENT.encode(), b"<evil/>"
    sums = (zlib.crc32(text), len(text), len(text), len(name), 0)
    extra = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, *sums) + name + text
    end = struct.unpack("<4s4H2LH", content[-22:])
    tail = struct.pack("<4s4H2LH", *end[:6], end[6] + len(extra), 0)
    return content[: end[6]] + extra + content[end[6] : -22] + tail


@pytest.mark.parametrize("way", ["between", "before", "behind"])
def test_bytes_outside_the_members_make_it_partial(signed: dict[str, bytes], way: str) -> None:
    """A second document that the directory does not name: some programs read a zip from its beginning."""
    content = rezipped(signed)
    other = rezipped({**signed, DOCUMENT: b"<evil/>"})
    ways = {
        "between": hidden(content),
        "before": other + b"".join(moved(content, len(other))),
        "behind": content + b"\n",
    }
    report = verify(ways[way])
    assert report.state is State.PARTIAL and not report.accepted
    assert "部件之外" in report.signatures[0].unsigned[-1]
    assert open_package(content).stray == 0


def test_sums_behind_a_member_are_its_own(signed: dict[str, bytes]) -> None:
    """Programs that write into a pipe put lengths and sums behind each member."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError("a pipe")

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in signed.items():
            package.writestr(name, content)
    written = pipe.getvalue()
    assert b"PK\7\10" in written and verify(written).accepted


def test_a_member_under_two_names_is_refused(signed: dict[str, bytes]) -> None:
    content = rezipped(signed)
    name = DOCUMENT.encode()
    assert content.index(name) < content.rindex(name)
    report = verify(content.replace(name, name.upper(), 1))
    assert report.state is State.DAMAGED and "不一致" in report.problems[0]


WRAPPED = {
    "a choice between two markups": (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent></Relationships>"
    ),
    "an unknown element": '<x:a xmlns:x="urn:x">{}</x:a></Relationships>',
}


@pytest.mark.parametrize("name", WRAPPED)
def test_relationships_in_other_markup_are_refused(signed: dict[str, bytes], name: str) -> None:
    """The transform over relationships drops what Office, which reads markup compatibility, would follow."""
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/attachedTemplate" {OUTSIDE}/>'
    report = after(signed, edit(DOCUMENT_RELS, "</Relationships>", WRAPPED[name].format(link)))
    assert report.state is State.DAMAGED and not report.accepted
    nested = edit_pattern(
        DOCUMENT_RELS, "(<Relationship [^>]*)/></Relationships>", f"\\1>{link}</Relationship></Relationships>"
    )
    assert after(signed, nested).state is State.DAMAGED


def test_two_origins_are_refused(signed: dict[str, bytes]) -> None:
    origin = f"{RELATIONSHIPS}/digital-signature/origin"
    report = after(signed, relation(origin, 'Target="word/styles.xml"', ROOT_RELS))
    assert report.state is State.DAMAGED


def test_a_signature_cannot_be_carried_to_another_file(signed: dict[str, bytes], clerk: Identity) -> None:
    other = members(sign(word_file("别的表"), clerk, NOW))
    assert after(other, put(SIGNATURE, signed[SIGNATURE])).state is State.INVALID


def test_another_certificate_for_the_same_key_is_refused(signed: dict[str, bytes], clerk: Identity) -> None:
    """Somebody with an authority of his own issues a certificate with another issuer for the signer's key."""
    root = make_root("冒名的根证书", NOW)
    other = joined(clerk, issue(root, clerk.certificate, NOW), [root.certificate])
    forged = members(sign(word_file(), other, NOW))[SIGNATURE]
    found = re.search(rb"<X509Certificate>.*?</X509Certificate>", forged)
    assert found
    report = after(signed, edit_pattern(SIGNATURE, "<X509Certificate>.*?</X509Certificate>", found[0].decode()))
    assert report.state is State.INVALID and "调换" in report.signatures[0].problems[0]


@pytest.mark.parametrize("way", ["parts", "objects"])
def test_a_signature_made_to_keep_the_reader_busy_is_given_up(
    clerk: Identity, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Signed by its maker, so it holds; each of a thousand references would have a large part read again."""
    if way == "parts":
        monkeypatch.setattr(markup, "_manifest", lambda *given, real=markup._manifest: 2 * real(*given))
    else:
        monkeypatch.setattr(markup, "_pictures", lambda _: [f'<Object Id="a{n}"/>' for n in range(40)])
        written = markup._signed_info

        def many(root: _Element, who: Identity, what: Statement) -> str:
            targets = {str(one.get("Id")): one for one in root.iter() if one.get("Id")}
            more = "".join(markup._reference(f"#a{n}", markup.canonical(targets[f"a{n}"])) for n in range(40))
            return written(root, who, what).replace("</SignedInfo>", f"{more}</SignedInfo>")

        monkeypatch.setattr(markup, "_signed_info", many)
    report = verify(sign(word_file(), clerk, NOW))
    assert report.state is State.INVALID and "不合常理" in report.signatures[0].problems[0]


def test_claims_outside_the_signed_part_are_not_believed(signed: dict[str, bytes]) -> None:
    comment = "<SignatureComments>假</SignatureComments>"
    info = f'<SignatureInfoV1 xmlns="http://schemas.microsoft.com/office/2006/digsig">{comment}</SignatureInfoV1>'
    claim = f"<Object>{info}</Object>"
    report = after(signed, edit_pattern(SIGNATURE, "(</KeyInfo>)", "\\1" + claim))
    assert report.accepted and report.signatures[0].comment == "报送"


@pytest.mark.parametrize("member", [TYPES, ROOT_RELS, DOCUMENT_RELS, "_xmlsignatures/_rels/origin.sigs.rels"])
@pytest.mark.parametrize(
    "content", [None, b"", b"<a", b"<a/>", b"\xff\xfe\0", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_damaged_structure_gives_a_report(signed: dict[str, bytes], member: str, content: bytes | None) -> None:
    report = after(signed, lambda parts: parts.__setitem__(member, content))  # type: ignore[arg-type]
    assert report.state is not State.VALID and not report.accepted


def meaning(package: Package) -> dict[str, object]:
    """What a signature must protect, told by other code than the verifier's: parts, types, relationships."""
    types = ElementTree.fromstring(package.read(TYPES))
    # part names and extensions do not know capitals from small letters (ECMA-376 part 2, 9.1.1.1.2)
    kinds = {(entry.get("PartName") or entry.get("Extension", "")).lower(): entry.get("ContentType") for entry in types}
    found: dict[str, object] = {}
    for member in package.members:
        name = member.lower()
        if name.startswith(("docprops/", "_xmlsignatures/")) or member == TYPES:
            continue
        kind = kinds.get("/" + name, kinds.get(name.rsplit(".", 1)[-1]))
        if name.endswith(".rels"):
            links = {tuple(sorted(link.attrib.items())) for link in ElementTree.fromstring(package.read(member))}
            found[name] = kind, {link for link in links if name != ROOT_RELS or "document.xml" in str(link)}
        else:
            found[name] = kind, package.read(member)
    return found


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_random_byte_flips_never_pass_and_never_raise(clerk: Identity, kind: str) -> None:
    """1,500 flips inside unpacked members and 1,000 in the packed file, for each kind of document."""
    content = sign(word_file() if kind == "docx" else excel_file(), clerk, NOW)
    package = open_package(content)
    intact = meaning(package)
    chance = random.Random(20261120)
    names = list(package.members)
    sizes = [package.members[name].size for name in names]
    states: dict[State, int] = dict.fromkeys(State, 0)
    for number in range(2500):
        if number < 1500:
            name = chance.choice(names) if number % 2 else chance.choices(names, sizes)[0]
            part = bytearray(package.read(name))
            if not part:
                continue
            part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
            flipped = package.written({name: bytes(part)})
        else:
            whole = bytearray(content)
            whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            flipped = bytes(whole)
        report = verify(flipped, "表")
        states[report.state] += 1
        if report.accepted:
            assert meaning(open_package(flipped)) == intact, number
    assert states[State.INVALID] > 500 and states[State.DAMAGED] > 50 and states[State.VALID] > 0
