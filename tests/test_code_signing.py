"""The signing hook of the build: signs a program with the certificate given, verifies it, and a changed one fails."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from installer import places, signing
from installer.places import BuildError

PASSWORD = "invented for this test"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Some Windows program; pip brings one along."""
    import pip

    source = Path(pip.__file__).parent / "_vendor" / "distlib" / "t64.exe"
    if not source.exists() or not shutil.which("osslsigncode"):
        pytest.skip("no osslsigncode, or a pip without its Windows launcher")
    return Path(shutil.copyfile(source, tmp_path / "Tuanmei.exe"))


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
