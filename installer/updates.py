"""Making update files: a signing key once, then a file for each release and each set of packs.

    python -m installer.updates key FILE NAME          make a key; FILE stays with the person who releases, never here
    python -m installer.updates trust FILE             let this program trust that key (resources/update-keys.toml)
    python -m installer.updates tmkey FILE OUT         the public half for clerks, as a superior committee hands it out
    python -m installer.updates program FILE NOTES     the setup and the .deb in dist/ become update files
    python -m installer.updates packs FILE HEAD OUT [PATH …]    rules/*.toml, holidays/*.toml, form folders

HEAD is a TOML file with id, version, title and, when wanted, needs and notes. The key file is encrypted by a passphrase
that is asked for, or taken from the first line of standard input.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import sys
import tomllib
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.errors import Refused
from desktop.forms import shelf
from desktop.forms.loading import load
from desktop.paths import write_whole
from desktop.updates import sealed
from desktop.updates.sealed import PACKS, PROGRAM, Head, Key
from desktop.updating import refuse_unfit
from installer.places import DIST, NAME, ROOT, TITLE, VERSION, BuildError, say

TRUSTED = ROOT / "resources" / sealed.KEYS_FILE


def passphrase() -> bytes:
    """The passphrase of the key file, typed or from the first line of standard input.

    Raises:
        BuildError: it is shorter than 12 characters.
    """
    typed = getpass.getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(typed) < 12:
        raise BuildError("the passphrase needs 12 characters")
    return typed.encode()


def make_key(file: Path, name: str) -> Key:
    """Make a signing key; the file holds it encrypted, with the name in a line before it.

    Raises:
        BuildError: the file exists, or lies in the project.
    """
    if not name or set(name) & set('"\\\n\r'):
        raise BuildError("the name must not be empty nor hold quotation marks")
    if file.exists() or ROOT in file.resolve().parents:
        raise BuildError(f"{file} exists or lies in the project; a key belongs elsewhere")
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase()),
    )
    write_whole(file, f"{name}\n".encode() + secret)
    file.chmod(0o600)
    return Key(name, key.public_key().public_bytes_raw(), (PROGRAM, PACKS))


def open_key(file: Path) -> tuple[str, Ed25519PrivateKey]:
    """Name and key of a key file.

    Raises:
        BuildError: a wrong passphrase, or no key file.
    """
    name, _, secret = file.read_bytes().partition(b"\n")
    try:
        key = serialization.load_pem_private_key(secret, passphrase())
    except (ValueError, TypeError) as error:
        raise BuildError(f"{file.name}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BuildError(f"{file.name} holds another kind of key")
    return name.decode(), key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half in Base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def trust(file: Path, target: Path = TRUSTED) -> None:
    """Write the public half into the program's own list; it counts from the next build on."""
    name, key = open_key(file)
    before = target.read_text("utf-8") if target.exists() else ""
    entry = f'[[key]]\nname = "{name}"\npublic = "{public_text(key)}"\nsigns = ["{PROGRAM}", "{PACKS}"]\n'
    write_whole(target, f"{before}{entry}".encode())


def hand_out(file: Path, target: Path) -> None:
    """Write the public half as a clerk's program takes it (公钥文件, .tmkey)."""
    name, key = open_key(file)
    write_whole(target, f'name = "{name}"\npublic = "{public_text(key)}"\n'.encode())


def program(file: Path, notes: str, folder: Path = DIST) -> list[Path]:
    """Make an update file of each installer in dist/.

    Raises:
        BuildError: nothing has been built.
    """
    _, key = open_key(file)
    made = []
    for platform, name in (
        ("windows", f"{NAME.lower()}-{VERSION}-setup.exe"),
        ("linux", f"{NAME.lower()}_{VERSION}_amd64.deb"),
    ):
        setup = folder / name
        if setup.exists():
            head = Head(PROGRAM, NAME.lower(), VERSION, TITLE, f"{date.today()}", "0", notes, platform)
            target = folder / f"{NAME.lower()}-{VERSION}-{platform}{sealed.ENDING}"
            made.append(write_whole(target, sealed.written(head, {name: setup.read_bytes()}, key)))
    if not made:
        raise BuildError(f"nothing to sign in {folder}")
    return made


def packs(file: Path, head_file: Path, target: Path, paths: list[Path]) -> Path:
    """Make an update file of packs; each is checked as the clerk's program will check it.

    Raises:
        BuildError: a path is neither a rule pack, a year of holidays nor a form folder.
        Refused: one of them contradicts itself.
    """
    files = {}
    for path in paths:
        if path.is_dir():
            form = load(path)
            files[f"forms/{form.id}.tmform"] = shelf.pack(form)
        elif path.suffix == ".toml" and path.parent.name in ("rules", "holidays"):
            files[f"{path.parent.name}/{path.name}"] = path.read_bytes()
        else:
            raise BuildError(f"{path} is no rule pack, year of holidays or form folder")
    _, key = open_key(file)
    head = Head(PACKS, made=f"{date.today()}", **tomllib.loads(head_file.read_text("utf-8")))
    refuse_unfit(sealed.Update(head, Key("", b"", ()), files), {})
    return write_whole(target, sealed.written(head, files, key))


def main(words: list[str]) -> int:
    """Do one of the five; returns the exit code."""
    grammar = argparse.ArgumentParser(prog="installer.updates", description="Make signed update files.")
    grammar.add_argument("what", choices=("key", "trust", "tmkey", "program", "packs"))
    grammar.add_argument("file", type=Path, metavar="KEYFILE")
    grammar.add_argument("more", nargs="*")
    given = grammar.parse_args(words)
    file, more = given.file, given.more
    wanted = {"key": 1, "trust": 0, "tmkey": 1, "program": 1}
    if len(more) != wanted.get(given.what, len(more)) or (given.what == "packs" and len(more) < 3):
        grammar.error("see the head of installer/updates.py")
    try:
        if given.what == "key":
            say(f"{file}: {make_key(file, more[0]).fingerprint}")
        elif given.what == "trust":
            trust(file)
        elif given.what == "tmkey":
            hand_out(file, Path(more[0]))
        elif given.what == "program":
            say("\n".join(str(path) for path in program(file, more[0])))
        else:
            say(str(packs(file, Path(more[0]), Path(more[1]), [Path(path) for path in more[2:]])))
    except (BuildError, Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
