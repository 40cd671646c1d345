"""Unit certificates: made, issued, revoked, carried in PKCS#12 files; judged by openssl as well."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import pkcs12

from desktop import certificates
from desktop.certificates import exported, issue, joined, make_own, make_root, read_certificate, read_list, read_p12
from desktop.documents.signatures.identity import Identity, fingerprint, holder
from desktop.errors import BadFile, BadValue, Locked, Refused
from tests.signature_judges import NOW

PASSPHRASE = "测试 passphrase 1"


@pytest.fixture(scope="module")
def root() -> Identity:
    return make_root("共青团林川市委员会签名根证书", NOW)


@pytest.fixture(scope="module")
def unit() -> Identity:
    return make_own("共青团林川县委员会", NOW)


@pytest.fixture(scope="module")
def openssl() -> str:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    return program


def test_pkcs12_keeps_key_certificate_and_chain(root: Identity, unit: Identity) -> None:
    mine = joined(unit, issue(root, unit.certificate, NOW), [root.certificate])
    content = certificates.write_p12(mine, PASSPHRASE)
    assert PASSPHRASE.encode() not in content
    again = read_p12(content, PASSPHRASE)
    assert again.certificate == mine.certificate and again.chain == (root.certificate,)
    assert again.key.private_numbers() == unit.key.private_numbers()
    assert "RSA" not in repr(again) and holder(again.certificate) in repr(again)


def test_pkcs12_refusals(unit: Identity) -> None:
    content = certificates.write_p12(unit, PASSPHRASE)
    with pytest.raises(Locked, match="口令不对"):
        read_p12(content, "别的口令", "单位.p12")
    with pytest.raises(Locked):
        read_p12(content[:-200], PASSPHRASE)
    with pytest.raises(BadFile, match="不是证书文件"):
        read_p12(b"PK\3\4", PASSPHRASE, "表.docx")
    plain = serialization.BestAvailableEncryption(b"x")
    without_key = pkcs12.serialize_key_and_certificates(b"x", None, unit.certificate, None, plain)
    with pytest.raises(BadFile, match="没有私钥"):
        read_p12(without_key, "x")
    odd = ed25519.Ed25519PrivateKey.generate()
    builder = certificates._builder(unit.certificate.subject, unit.certificate.subject, odd.public_key(), NOW, 1)
    other = pkcs12.serialize_key_and_certificates(b"x", odd, builder.sign(odd, None), None, plain)
    with pytest.raises(BadFile, match="密钥类型"):
        read_p12(other, "x")


def test_every_byte_of_a_key_file_may_be_wrong(unit: Identity) -> None:
    content = certificates.write_p12(unit, PASSPHRASE)
    for at in range(0, len(content), 97):
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        try:
            again = read_p12(flipped, PASSPHRASE)
        except (Locked, BadFile):
            continue
        assert again.certificate == unit.certificate


def test_openssl_reads_and_trusts_what_is_made(root: Identity, unit: Identity, openssl: str, tmp_path: Path) -> None:
    issued = issue(root, unit.certificate, NOW)
    revoked = certificates.revoke(root, [issued], None, NOW)
    for name, content in {
        "root.cer": exported(root.certificate), "unit.cer": exported(issued), "list.crl": exported(revoked),
        "unit.p12": certificates.write_p12(unit, PASSPHRASE),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [openssl, *words], cwd=tmp_path, capture_output=True, encoding="utf-8", errors="replace", check=False
        )

    at = str(int((NOW + timedelta(days=1)).timestamp()))
    verified = run("verify", "-attime", at, "-purpose", "smimesign", "-CAfile", "root.cer", "unit.cer")
    assert verified.stdout.strip() == "unit.cer: OK", verified.stderr
    listed = run("verify", "-attime", at, "-crl_check", "-CRLfile", "list.crl", "-CAfile", "root.cer", "unit.cer")
    assert "certificate revoked" in listed.stderr
    assert run("crl", "-in", "list.crl", "-CAfile", "root.cer", "-noout").returncode == 0
    (tmp_path / "pass").write_text(PASSPHRASE + "\n", "utf-8")
    opened = run("pkcs12", "-in", "unit.p12", "-passin", "file:pass", "-nokeys")
    assert opened.returncode == 0, opened.stderr
    printed = run("x509", "-in", "unit.cer", "-noout", "-text").stdout
    assert "3072 bit" in printed and "Digital Signature, Non Repudiation" in printed
    assert "1.3.6.1.4.1.311.10.3.12" in printed and "CA:FALSE" in printed


def test_issued_for_the_units_own_key_only(root: Identity, unit: Identity) -> None:
    issued = issue(root, unit.certificate, NOW)
    assert issued.public_key() == unit.certificate.public_key() and issued.subject == unit.certificate.subject
    issued.verify_directly_issued_by(root.certificate)
    with pytest.raises(Refused, match="不是本单位自制"):
        issue(root, issued, NOW)
    with pytest.raises(Refused, match="不是根证书"):
        issue(unit, unit.certificate, NOW)
    with pytest.raises(Refused, match="已于 2036年11月20日到期"):
        issue(root, unit.certificate, NOW.replace(year=2037))
    with pytest.raises(Refused, match="不相配"):
        joined(make_own("共青团林川一中委员会", NOW), issued, [])


def test_a_certificate_is_joined_with_the_root_that_issued_it(root: Identity, unit: Identity) -> None:
    given = issue(root, unit.certificate, NOW)
    other = make_root("共青团林川市委员会根证书", NOW)
    with pytest.raises(Refused, match="不是所选的根证书签发的"):
        joined(unit, given, [other.certificate])
    assert joined(unit, given, [other.certificate, root.certificate]).chain


def test_revocation_lists_only_grow(root: Identity, unit: Identity) -> None:
    first, second = issue(root, unit.certificate, NOW), issue(root, unit.certificate, NOW)
    one = certificates.revoke(root, [first], None, NOW)
    two = certificates.revoke(root, [second, first], one, NOW + timedelta(days=30))
    assert [certificates.list_number(found) for found in (one, two)] == [1, 2]
    assert {entry.serial_number for entry in two} == {first.serial_number, second.serial_number}
    kept = two.get_revoked_certificate_by_serial_number(first.serial_number)
    assert kept is not None and kept.revocation_date_utc == NOW
    assert certificates.signed_list(two, root.certificate)
    other = make_root("另一个根证书", NOW)
    assert not certificates.signed_list(two, other.certificate)
    with pytest.raises(Refused, match="不是这个根证书签发"):
        certificates.revoke(other, [], two, NOW)
    with pytest.raises(Refused, match="不能吊销"):
        certificates.revoke(root, [other.certificate], two, NOW)


def test_files_in_and_out(root: Identity) -> None:
    text = exported(root.certificate)
    der = root.certificate.public_bytes(serialization.Encoding.DER)
    assert read_certificate(text) == read_certificate(der) == root.certificate
    revoked = certificates.revoke(root, [], None, NOW)
    assert read_list(exported(revoked)) == revoked
    for junk in (b"", b"hello", text[:300], der[:200]):
        with pytest.raises(BadFile, match="不是证书"):
            read_certificate(junk, "x.cer")
        with pytest.raises(BadFile, match="不是吊销列表"):
            read_list(junk, "x.crl")
    assert len(fingerprint(root.certificate).split(" ")) == 16


def test_names_on_certificates() -> None:
    with pytest.raises(BadValue, match="1 至 64"):
        make_own("  ", NOW)
    with pytest.raises(BadValue, match="1 至 64"):
        make_root("团" * 65, NOW)
