r"""The update file (更新包, .tmupdate): what is inside is signed as a whole, and read only after the signature holds.

    16 bytes    b"TUANMEI-UPDATE1\n"
    32 bytes    Ed25519 public key of the signer
    64 bytes    Ed25519 signature over b"tuanmei update 1\0" + SHA-512 of everything that follows
     4 bytes    length of the head, big-endian
    …           the head, JSON in UTF-8 (see `Head`)
    …           the files one after the other, in the order and of the sizes the head names

Which keys count: `resources/update-keys.toml` of the program, and the clerk's own `update-keys.toml` beside the store,
for a superior committee that hands packs down. A key of the clerk's file never signs a program.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.errors import BadFile, Refused
from desktop.paths import bundled, home

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MAGIC = b"TUANMEI-UPDATE1\n"
CONTEXT = b"tuanmei update 1\0"
ENDING = ".tmupdate"
KEYS_FILE = "update-keys.toml"
KEY_BYTES, SIGNATURE_BYTES = 32, 64
FIXED = len(MAGIC) + KEY_BYTES + SIGNATURE_BYTES
LARGEST = 200 * 1024 * 1024
LONGEST_HEAD = 1024 * 1024
PROGRAM, PACKS = "program", "packs"


@dataclass(frozen=True)
class Key:
    """Somebody whose updates count.

    Attributes:
        name: as shown to the clerk. public: 32 bytes. signs: what of PROGRAM and PACKS.
    """

    name: str
    public: bytes
    signs: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Eight groups of four, to be compared by telephone."""
        digest = hashlib.sha256(self.public).hexdigest()[:32].upper()
        return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


@dataclass(frozen=True)
class Head:
    """What an update says of itself.

    Attributes:
        kind: PROGRAM or PACKS. id: what it updates; a later version of the same id replaces the earlier.
        version: numbers with dots. needs: the oldest program that can take it in. title, notes: for the clerk.
        made: ISO date. platform: `windows` or `linux` for a program, empty for packs.
    """

    kind: str
    id: str
    version: str
    title: str
    made: str
    needs: str = "0"
    notes: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Update:
    """A read update: signed by a known key, every byte accounted for."""

    head: Head
    signer: Key
    files: Mapping[str, bytes]


def numbers(version: str) -> tuple[int, ...]:
    """A version to compare: 0.10.0 is later than 0.9.1.

    Raises:
        BadFile: it is not numbers with dots.
    """
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 8 for part in parts):
        raise BadFile(f"更新包的版本号“{version}”写得不对。", todo="请向发布人核实。")
    made = [int(part) for part in parts]
    while made and made[-1] == 0:
        made.pop()
    return tuple(made)


def keys(folder: Path | None = None) -> list[Key]:
    """The keys that count: the program's, then the clerk's, which sign packs only.

    Raises:
        BadFile: a list of keys cannot be read.
    """
    own = _keys_of((folder or home()) / KEYS_FILE)
    return [*_keys_of(bundled("resources") / KEYS_FILE), *(Key(key.name, key.public, (PACKS,)) for key in own)]


def _keys_of(file: Path) -> list[Key]:
    if not file.exists():
        return []
    try:
        tables = tomllib.loads(file.read_text("utf-8")).get("key", [])
        return [Key(table["name"], public_key(table["public"]), tuple(table["signs"])) for table in tables]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"公钥清单“{file.name}”读不出来。", where=str(file.parent), todo="请重新取得该文件。") from error


def public_key(text: str) -> bytes:
    """The 32 bytes of a public key written in Base64.

    Raises:
        BadFile: it is none.
    """
    try:
        made = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        made = b""
    if len(made) != KEY_BYTES:
        raise BadFile("这不是更新包的公钥。", todo="请向发布人核实。")
    return made


def read(file: Path, known: Sequence[Key]) -> Update:
    """The update in a file, once its signature by a known key holds.

    Raises:
        BadFile: no update file, cut off, altered, or contradicting itself.
        Refused: signed by nobody the program knows, or by a key that may not sign this kind.
    """
    content = _content(file)
    public, signature, signed = content[16:48], content[48:FIXED], content[FIXED:]
    signer = next((key for key in known if key.public == public), None)
    if signer is None:
        raise Refused(
            f"更新包“{file.name}”不是由认可的单位签发的，没有导入。",
            where=Key("", public, ()).fingerprint,
            todo="请向上级或发布人核实；上级的公钥要先在“设置”里添加。",
        )
    _verify(public, signature, signed, file.name)
    update = Update(*_opened(signed, file.name, signer))
    if update.head.kind not in signer.signs:
        raise Refused(f"“{signer.name}”的公钥不能签发程序更新，只能签发规定、放假安排和表单。", where=file.name)
    return update


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise BadFile(f"更新包“{file.name}”读不出来。", where=str(file.parent), todo="请检查文件后再试。") from error
    if not content.startswith(MAGIC) or len(content) < FIXED + 4:
        raise BadFile(f"“{file.name}”不是更新包，或没有下载完整。", todo=f"请选择扩展名为 {ENDING} 的文件。")
    if len(content) > LARGEST:
        raise BadFile(f"更新包“{file.name}”太大，不像是本程序的更新包。", todo="请向发布人核实。")
    return content


def _verify(public: bytes, signature: bytes, signed: bytes, name: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, CONTEXT + hashlib.sha512(signed).digest())
    except InvalidSignature as error:
        raise BadFile(f"更新包“{name}”被改动过或已损坏，签名不符，没有导入。", todo="请重新取得该文件。") from error


def _opened(signed: bytes, name: str, signer: Key) -> tuple[Head, Key, dict[str, bytes]]:
    length = int.from_bytes(signed[:4], "big")
    try:
        if length > LONGEST_HEAD:
            raise ValueError
        table = json.loads(signed[4 : 4 + length])
        listed = [(str(entry["name"]), int(entry["size"])) for entry in table.pop("files")]
        head = Head(**table)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"更新包“{name}”的说明部分读不懂。", todo="可能需要先更新程序；请向发布人核实。") from error
    if not all(isinstance(value, str) for value in asdict(head).values()) or head.kind not in (PROGRAM, PACKS):
        raise BadFile(f"更新包“{name}”的种类不认识。", todo="可能需要先更新程序；请向发布人核实。")
    start, files = 4 + length, {}
    for inner, size in listed:
        files[inner] = signed[start : start + size]
        start += size
    if start != len(signed) or len(files) != len(listed) or any(size < 0 for _, size in listed):
        raise BadFile(f"更新包“{name}”的内容与清单不符。", todo="请向发布人核实。")
    return head, signer, files


def written(head: Head, files: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """An update file, signed."""
    table: dict[str, Any] = asdict(head)
    table["files"] = [{"name": name, "size": len(content)} for name, content in files.items()]
    text = json.dumps(table, ensure_ascii=False, sort_keys=True).encode()
    signed = b"".join([len(text).to_bytes(4, "big"), text, *files.values()])
    signature = key.sign(CONTEXT + hashlib.sha512(signed).digest())
    return b"".join([MAGIC, key.public_key().public_bytes_raw(), signature, signed])
