"""Code signing with a certificate of the office's own: launcher, setup and uninstaller, each verified afterwards.

The certificate is named in the environment, never in the project:

    TUANMEI_SIGN_FILE        a .pfx/.p12 with certificate and key
    TUANMEI_SIGN_PASSWORD    a file that holds its password in one line
    TUANMEI_SIGN_TIME        address of a time-stamping service (RFC 3161), optional
    TUANMEI_SIGN_AUTHORITY   a .pem of the issuers to verify against (osslsigncode only)

`python -m installer.signing FILE` signs one file; the setup's compiler calls it for the setup and its uninstaller.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from installer.places import NAME, TITLE, BuildError, run, say


def configured() -> bool:
    """Whether a certificate was given."""
    return bool(os.environ.get("TUANMEI_SIGN_FILE"))


def command() -> str:
    """The command line, without the file, that signs one file; empty without a certificate."""
    return f'"{sys.executable}" -m installer.signing' if configured() else ""


def sign(file: Path) -> None:
    """Sign one file in place and verify the signature; without a certificate, say loudly that nothing was signed.

    Raises:
        BuildError: no signing program, a wrong password, or a signature that does not verify.
    """
    if not configured():
        say(f"  *** NOT SIGNED: {file.name} — no certificate was given (TUANMEI_SIGN_FILE); Windows will warn ***")
        return
    certificate, password = os.environ["TUANMEI_SIGN_FILE"], os.environ.get("TUANMEI_SIGN_PASSWORD", "")
    time = os.environ.get("TUANMEI_SIGN_TIME", "")
    if sys.platform == "win32":
        with_signtool(file, certificate, password, time)
    elif shutil.which("osslsigncode"):
        with_osslsigncode(file, certificate, password, time)
    else:
        raise BuildError("osslsigncode is missing; on Debian: apt-get install osslsigncode")
    say(f"  signed and verified: {file.name}")


def with_osslsigncode(file: Path, certificate: str, password: str, time: str) -> None:
    """Sign on Linux."""
    signed = file.with_name(file.name + ".signed")
    signed.unlink(missing_ok=True)
    run("osslsigncode", "sign", "-h", "sha256", "-pkcs12", certificate,
        *(["-readpass", password] if password else []), *(["-ts", time] if time else []),
        "-n", TITLE, "-in", file, "-out", signed)  # fmt: skip
    signed.replace(file)
    authority = os.environ.get("TUANMEI_SIGN_AUTHORITY", "")
    run("osslsigncode", "verify", *(["-CAfile", authority] if authority else []), "-in", file)


def with_signtool(file: Path, certificate: str, password: str, time: str) -> None:
    """Sign on Windows."""
    secret = Path(password).read_text("utf-8").strip() if password else ""
    run("signtool", "sign", "/fd", "sha256", "/f", certificate, *(["/p", secret] if secret else []),
        *(["/tr", time, "/td", "sha256"] if time else []), "/d", NAME, file)  # fmt: skip
    run("signtool", "verify", "/pa", file)


if __name__ == "__main__":
    try:
        sign(Path(sys.argv[1]))
    except BuildError as error:
        sys.exit(str(error))
