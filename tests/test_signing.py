"""Signing and verifying, by our own verifier and by others; the two commands."""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from desktop import signers
from desktop.certificates import issue, joined, make_own, make_root, need_in_term, write_p12
from desktop.commands import signing as command
from desktop.documents.package import open_package
from desktop.documents.signatures.identity import Identity, fingerprint, holder
from desktop.documents.signatures.lines import Line
from desktop.documents.signatures.placing import place
from desktop.documents.signatures.wording import as_json, sentences
from desktop.documents.signing import Visible, empty_lines, sign
from desktop.documents.verifying import DISCLAIMER, State, Trust, verify
from desktop.errors import BadFile, BadValue, Locked, Refused
from tests.signature_judges import (
    NOW,
    excel_file,
    libreoffice,
    members,
    poi,
    published_schema_of_xml_signatures,
    rezipped,
    word_file,
    xmlsec1,
)

PASSPHRASE = "林川 test-only 口令"


@pytest.fixture(scope="module")
def clerk() -> Identity:
    return make_own("共青团林川县委员会", NOW)


@pytest.fixture(scope="module")
def leader() -> Identity:
    """Issued by a root, with an elliptic-curve key."""
    root = make_root("共青团林川市委员会根证书", NOW)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "王某甲")])
    own = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(NOW).not_valid_after(NOW.replace(year=2029)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return joined(Identity(key, own), issue(root, own, NOW), [root.certificate])


@pytest.fixture(scope="module", params=["docx", "xlsx"])
def plain(request: pytest.FixtureRequest) -> bytes:
    return word_file() if request.param == "docx" else excel_file()


def signed_twice(plain: bytes, clerk: Identity, leader: Identity) -> bytes:
    first = sign(plain, clerk, NOW, comment="制表", role="填报人")
    return sign(first, leader, NOW.replace(hour=9), comment="同意报送", role="分管领导")


def test_two_signers_cover_the_whole_file_in_their_order(plain: bytes, clerk: Identity, leader: Identity) -> None:
    report = verify(signed_twice(plain, clerk, leader), "表")
    assert report.state is State.VALID and report.accepted
    first, second = report.signatures
    assert (first.signer, first.role, first.comment) == ("共青团林川县委员会", "填报人", "制表")
    assert (second.signer, second.issuer, second.role) == ("王某甲", "共青团林川市委员会根证书", "分管领导")
    assert first.claimed_at == NOW and second.claimed_at == NOW.replace(hour=9)
    assert first.fingerprint == fingerprint(clerk.certificate)
    assert first.method == "rsa-sha256" and second.method == "ecdsa-sha256"
    signable = [name for name in members(plain) if not name.startswith(("[Content", "docProps/"))]
    assert first.covered == second.covered == len(signable)
    assert first.judgement.trust is Trust.UNKNOWN


def test_only_what_must_change_changes(plain: bytes, clerk: Identity) -> None:
    """Every other member keeps its compressed bytes, and the signer adds a whole-package signature after the rest."""
    before, after = open_package(plain), open_package(sign(plain, clerk, NOW))
    touched = {"[Content_Types].xml", *(name for name in before.members if name.endswith(".rels"))}
    for name in set(before.members) - touched:
        assert after.members[name].packed == before.members[name].packed, name
    assert [name for name in after.members if name not in before.members] == [
        "_xmlsignatures/origin.sigs",
        "_xmlsignatures/_rels/origin.sigs.rels",
        "_xmlsignatures/sig1.xml",
    ]


def test_second_signature_leaves_every_relationship_as_it_was(plain: bytes, clerk: Identity) -> None:
    once = sign(plain, clerk, NOW)
    first, second = members(once), members(sign(once, clerk, NOW))
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"[Content_Types].xml", "_xmlsignatures/_rels/origin.sigs.rels"}


def test_same_moment_same_key_same_bytes(plain: bytes, clerk: Identity) -> None:
    assert sign(plain, clerk, NOW) == sign(plain, clerk, NOW)


def test_xmlsec1_confirms_every_reference(plain: bytes, clerk: Identity, leader: Identity, tmp_path: Path) -> None:
    said = xmlsec1(signed_twice(plain, clerk, leader), tmp_path)
    count = verify(sign(plain, clerk, NOW)).signatures[0].covered
    assert said == [("OK", count, count)] * 2


def test_libreoffice_says_valid(clerk: Identity, leader: Identity, tmp_path: Path) -> None:
    files = {name: signed_twice(content, clerk, leader) for name, content in
             [("表.docx", word_file()), ("表.xlsx", excel_file())]}  # fmt: skip
    files["坏.docx"] = rezipped({**members(files["表.docx"]), "word/styles.xml": b"<x/>"})
    said = libreoffice(files, tmp_path)
    assert [one["valid"] for one in said["表.docx"]["signatures"]] == [True, True]
    assert [one["valid"] for one in said["表.xlsx"]["signatures"]] == [True, True]
    assert [one["valid"] for one in said["坏.docx"]["signatures"]] == [False, False]


def test_relationships_written_with_white_space_are_rewritten_for_the_sake_of_other_verifiers(
    clerk: Identity, tmp_path: Path
) -> None:
    parts = members(word_file())
    loose = parts["word/_rels/document.xml.rels"].replace(b"><", b">\r\n  <")
    signed = sign(rezipped({**parts, "word/_rels/document.xml.rels": loose}), clerk, NOW)
    assert verify(signed).accepted
    ((core, ok, every),) = xmlsec1(signed, tmp_path)
    assert core == "OK" and ok == every


def test_part_names_and_links_that_other_tools_stumble_over(clerk: Identity) -> None:
    """Chinese part names and `&` in an outside link: right by the standard, and by our verifier."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = docx.Document()
    document.part.relate_to("https://example.invalid/?a=1&b=2", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    stream = io.BytesIO()
    document.save(stream)
    parts = members(stream.getvalue())
    parts["word/媒体.bin"] = b"1"
    kinds = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = kinds.replace(
        b"<Override", b'<Default Extension="bin" ContentType="x/y"/><Override', 1
    )
    report = verify(sign(rezipped(parts), clerk, NOW))
    assert report.accepted, report


def test_apache_poi_says_valid(clerk: Identity, leader: Identity, tmp_path: Path) -> None:
    line = Line("王某甲", "团委书记")
    shown = sign(place(word_file(), line), clerk, NOW, visible=Visible(line.id))
    files = {
        "a.docx": signed_twice(word_file(), clerk, leader),
        "b.xlsx": signed_twice(excel_file(), clerk, leader),
        "c.docx": sign(sign(shown, leader, NOW), clerk, NOW, comment="第三个签名"),
    }
    files["d.docx"] = rezipped({**members(files["a.docx"]), "word/styles.xml": b"<x/>"})
    assert poi(files, tmp_path) == {"a.docx": "2/2", "b.xlsx": "2/2", "c.docx": "3/3", "d.docx": "0/2"}


SCHEMAS = Path(os.environ.get("TUANMEI_SCHEMAS", "/nowhere"))
"""Where a developer keeps XAdES.xsd, signatureInfo.xsd and opc-digSig.xsd: published, but not ours to hand on."""
OFFICE = "{http://schemas.microsoft.com/office/2006/digsig}SignatureInfoV1"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}QualifyingProperties"
TIME = "{http://schemas.openxmlformats.org/package/2006/digital-signature}SignatureTime"


@pytest.mark.parametrize(
    ("file", "tag"),
    [("", ""), ("signatureInfo.xsd", OFFICE), ("XAdES.xsd", XADES), ("opc-digSig.xsd", TIME)],
    ids=["xmldsig", "office", "xades", "opc"],
)
def test_signature_parts_follow_the_published_schemas(leader: Identity, file: str, tag: str) -> None:
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=True)
    if not file:
        schema = etree.XMLSchema(etree.fromstring(published_schema_of_xml_signatures(), parser))
    elif not (SCHEMAS / file).exists():
        pytest.skip(f"TUANMEI_SCHEMAS has no {file}")
    else:
        schema = etree.XMLSchema(etree.parse(SCHEMAS / file, parser))
    line, stamp = Line("王某甲", "团委书记"), Line("共青团林川县委员会", stamp=True)
    content = place(place(word_file(), line), stamp)
    for number, one in enumerate((line, stamp), 1):
        content = sign(content, leader, NOW, comment="说明", role="书记", visible=Visible(one.id))
        part = etree.fromstring(members(content)[f"_xmlsignatures/sig{number}.xml"])
        schema.assertValid(etree.fromstring(etree.tostring(next(part.iter(tag)))) if tag else part)


def test_the_signers_certificate_is_found_wherever_it_stands(leader: Identity) -> None:
    """Some programs write the issuer's certificate before the signer's."""
    parts = members(sign(word_file(), leader, NOW))
    text = parts["_xmlsignatures/sig1.xml"].decode()
    issuer = base64.b64encode(leader.chain[0].public_bytes(Encoding.DER)).decode()
    swapped = text.replace("<X509Data>", f"<X509Data><X509Certificate>{issuer}</X509Certificate>")
    report = verify(rezipped({**parts, "_xmlsignatures/sig1.xml": swapped.encode()}))
    assert report.accepted and report.signatures[0].signer == "王某甲"


def test_a_zip_that_is_no_document_is_said_to_be_none() -> None:
    report = verify(rezipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), "a.odt")
    assert report.state is State.DAMAGED and report.problems


def test_refusals_of_signing(clerk: Identity) -> None:
    with pytest.raises(BadFile, match="不是 Word 或 Excel"):
        sign(b"hello", clerk, NOW, name="说明.txt")
    with pytest.raises(BadValue, match="超过 255"):
        sign(word_file(), clerk, NOW, comment="字" * 256)
    with pytest.raises(BadValue, match="不能保存"):
        sign(word_file(), clerk, NOW, comment="a\x07b")
    with pytest.raises(BadFile, match="没有标明类型"):
        sign(rezipped({**members(word_file()), "word/x.unknown": b"1"}), clerk, NOW)
    signed = members(sign(word_file(), clerk, NOW))
    with pytest.raises(Refused, match="已有的签名无效"):
        sign(rezipped({**signed, "word/document.xml": signed["word/document.xml"] + b" "}), clerk, NOW)
    loose = {name: part for name, part in signed.items() if name != "_rels/.rels"}
    with pytest.raises(BadFile, match="残缺的旧签名"):
        sign(rezipped({**loose, "_rels/.rels": members(word_file())["_rels/.rels"]}), clerk, NOW)


def test_a_signer_cannot_write_lines_of_the_report(clerk: Identity) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "林川县团委\n  证书：指纹已核对\u202e")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(clerk.key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW.replace(year=2030))
    who = Identity(clerk.key, builder.sign(clerk.key, hashes.SHA256()))
    report = verify(sign(word_file(), who, NOW, comment="报送\n  证书：指纹已核对", role="书记\n  证书：已核对"))
    assert report.accepted
    assert not [line for line in sentences(report) if "\n" in line or "\u202e" in line]
    assert holder(who.certificate) == "林川县团委   证书：指纹已核对"


def test_report_in_words_and_as_json(clerk: Identity) -> None:
    report = verify(sign(word_file(), clerk, NOW, comment="报送统计表"), "统计表.docx")
    text = "\n".join(sentences(report))
    assert text.startswith("统计表.docx：签名有效\n")
    assert fingerprint(clerk.certificate) in text and "报送统计表" in text and DISCLAIMER in text
    assert "不是依法" in DISCLAIMER and "可靠电子签名" in DISCLAIMER and "电子公章" in DISCLAIMER
    found = json.loads(json.dumps(as_json(report)))
    assert found["accepted"] is True and found["signatures"][0]["claimed_time"] == "2026-11-20T08:00:00+00:00"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    arguments = parser.parse_args(words)
    return int(arguments.run(arguments))


@pytest.fixture(scope="module")
def today() -> Identity:
    """Whose certificate was made now, for commands look at the clock of the machine."""
    return make_own("共青团林川县委员会", datetime.now(UTC))


def test_commands_sign_and_verify(
    tmp_path: Path, today: Identity, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, key, target = tmp_path / "统计表.docx", tmp_path / "单位.p12", tmp_path / "out" / "统计表.docx"
    source.write_bytes(word_file())
    key.write_bytes(write_p12(today, PASSPHRASE))
    monkeypatch.setattr("sys.stdin", io.StringIO("错误\n"))
    with pytest.raises(Locked, match="口令不对"):
        run("sign", str(source), "--p12", str(key), "-o", str(target))
    assert not target.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSPHRASE + "\n"))
    assert run("sign", str(source), "--p12", str(key), "-o", str(target), "--role", "书记") == 0
    assert PASSPHRASE not in capsys.readouterr().out
    assert run("verify", str(target)) == 0
    assert "签名有效" in capsys.readouterr().out
    assert run("verify", str(target), "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "valid"


def test_nobody_signs_with_a_certificate_that_ran_out(
    tmp_path: Path, clerk: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, key, target = tmp_path / "统计表.docx", tmp_path / "单位.p12", tmp_path / "签.docx"
    source.write_bytes(word_file())
    old = make_own("共青团林川县委员会", NOW - timedelta(days=3000))
    key.write_bytes(write_p12(old, PASSPHRASE))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    with pytest.raises(Refused, match="到期"):
        run("sign", str(source), "--p12", str(key), "-o", str(target))
    with pytest.raises(Refused, match="到期"):
        signers.sign_file(source, old, NOW)
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".docx"] == ["统计表.docx"]
    need_in_term(clerk.certificate, clerk.certificate.not_valid_after_utc)


def test_command_fills_a_signature_line(tmp_path: Path, today: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    source, key, target = tmp_path / "表.docx", tmp_path / "单位.p12", tmp_path / "签.docx"
    source.write_bytes(place(place(word_file(), Line("王某甲")), Line("赵示例")))
    key.write_bytes(write_p12(today, PASSPHRASE))
    words = ["sign", str(source), "--p12", str(key), "-o", str(target), "--line"]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n" * 3))
    with pytest.raises(BadValue, match="可签的有：1 王某甲、2 赵示例"):
        run(*words, "3")
    with pytest.raises(Refused, match="前面还有“王某甲”"):
        run(*words, "赵示例")
    assert run(*words, "1") == 0
    assert [line.signer for line in empty_lines(target.read_bytes())] == ["赵示例"]


def test_verify_command_refuses_everything_less_than_whole(
    tmp_path: Path, clerk: Identity, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = members(sign(word_file(), clerk, NOW))
    partial = {**signed, "word/extra.xml": b"<x/>"}
    altered = {**signed, "word/document.xml": signed["word/document.xml"].replace("统计".encode(), "汇总".encode())}
    cases = {
        "部分签名": rezipped(partial),
        "签名无效": rezipped(altered),
        "没有签名": word_file(),
        "文件损坏": word_file()[:2000],
    }
    for number, (words, content) in enumerate(cases.items()):
        file = tmp_path / f"{number}.docx"
        file.write_bytes(content)
        assert run("verify", str(file)) == 1
        assert words in capsys.readouterr().out
    with pytest.raises(BadFile, match="读不出来"):
        run("verify", str(tmp_path / "没有.docx"))
