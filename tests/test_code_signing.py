"""The signing hook of the build: signs a program with the certificate given, verifies it, and a changed one fails."""

from __future__ import annotations

import shutil
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from installer import launcher, places, setup, signing
from installer.places import BuildError

PASSWORD = "invented for this test"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The smallest file with the headers of a 64-bit Windows program (PE32+, 16 data directories, no section)."""
    if not shutil.which("osslsigncode"):
        pytest.skip("osslsigncode is not installed")
    optional = (
        struct.pack("<HBBIIIII", 0x20B, 14, 0, 0, 0, 0, 0, 0).ljust(108, b"\0") + struct.pack("<I", 16) + bytes(128)
    )
    headers = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 0, 0, 0, 0, len(optional), 0x22) + optional
    made = tmp_path / "Tuanmei.exe"
    made.write_bytes((b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + headers).ljust(4096, b"\0"))
    return made


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate made by oneself, laid down as a person does for a release."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "团媒台账 试用签名")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    (tmp_path / "sign.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"sign", key, made, None, locked))
    (tmp_path / "sign.txt").write_text(PASSWORD)
    (tmp_path / "issuer.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("TUANMEI_SIGN_FILE", str(tmp_path / "sign.p12"))
    monkeypatch.setenv("TUANMEI_SIGN_PASSWORD", str(tmp_path / "sign.txt"))
    monkeypatch.setenv("TUANMEI_SIGN_AUTHORITY", str(tmp_path / "issuer.pem"))
    monkeypatch.delenv("TUANMEI_SIGN_TIME", raising=False)
    return tmp_path


def test_signed_verified_and_a_changed_program_does_not_verify(
    program: Path, certificate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = program.read_bytes()
    signing.sign(program)
    assert "signed and verified: Tuanmei.exe" in capsys.readouterr().out
    signed = program.read_bytes()
    assert len(signed) > len(before)
    words = ("osslsigncode", "verify", "-CAfile", certificate / "issuer.pem", "-in", program)
    assert "Succeeded" in places.run(*words)
    program.write_bytes(signed[:2000] + bytes([signed[2000] ^ 1]) + signed[2001:])
    with pytest.raises(BuildError, match="osslsigncode ended with"):
        places.run(*words)


def test_a_wrong_password_stops_the_build(program: Path, certificate: Path) -> None:
    (certificate / "sign.txt").write_text("another")
    with pytest.raises(BuildError, match="osslsigncode ended with"):
        signing.sign(program)


def test_without_a_certificate_it_says_so_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TUANMEI_SIGN_FILE", raising=False)
    signing.sign(tmp_path / "Tuanmei.exe")
    assert "*** NOT SIGNED: Tuanmei.exe" in capsys.readouterr().out
    assert signing.command() == ""


@pytest.mark.skipif(not shutil.which("makensis"), reason="makensis is not installed")
def test_the_setup_is_signed_by_its_compiler(
    program: Path, certificate: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(places.ROOT))
    folder = certificate / "tree"
    for name in ("runtime", "site", "app", "licences"):
        (folder / name).mkdir(parents=True)
        (folder / name / "content.txt").write_text(name)
    program.rename(folder / program.name)
    icon = launcher.icon(certificate / "tuanmei.ico")
    launcher.picture(icon.with_suffix(".bmp"))
    made = setup.make(folder, icon, 4096, certificate / "setup.exe", fast=True)
    assert "Succeeded" in places.run("osslsigncode", "verify", "-CAfile", certificate / "issuer.pem", "-in", made)
    (certificate / "sign.txt").write_text("another")
    with pytest.raises(BuildError, match="makensis ended with"):
        setup.make(folder, icon, 4096, certificate / "unsigned.exe", fast=True)
