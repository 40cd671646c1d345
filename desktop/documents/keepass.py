"""KeePass 2 XML, as KeePass and KeePassXC export and import it: entries of groups, newest values, no history.

<KeePassFile><Root><Group><Name/><Entry><String><Key>Title</Key><Value>…</Value></String>…
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desktop.documents.package import parse
from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

GENERATOR = "团媒台账"
DEEPEST = 40  # groups within groups
KDBX = b"\x03\xd9\xa2\x9a"
"""The first bytes of an encrypted KeePass database (KDB and KDBX)."""
NO_BIN = base64.b64encode(bytes(16)).decode()
"""What stands for the recycle bin of a database without one."""
_OTP = ("otp", "TimeOtp-Secret-Base32", "TOTP Seed", "TOTP")


@dataclass(frozen=True)
class Entry:
    """One entry of a password manager.

    Attributes:
        place: where it stood in the file, for sentences.
        groups: the groups it lay in, outermost first. totp: a bare seed or an otpauth:// address.
    """

    title: str
    user: str = ""
    password: str = ""
    url: str = ""
    notes: str = ""
    totp: str = ""
    groups: tuple[str, ...] = ()
    place: str = ""

    def __repr__(self) -> str:
        return f"Entry({self.place})"


def looks_encrypted(content: bytes) -> bool:
    """Whether this is a KeePass database itself, not an export of it."""
    return content.startswith(KDBX)


def read(content: bytes, name: str) -> list[Entry]:
    """The entries of an XML export; what lies in the recycle bin and in the history of an entry is left out.

    Raises:
        BadFile: no such XML, groups nested too deep, or values that are still encrypted.
    """
    if looks_encrypted(content):
        raise BadFile(
            f"“{name}”是加密的 KeePass 数据库，不能直接读取。",
            todo="请在 KeePassXC 里用“数据库→导出→XML 文件”另存后再导入。",
        )
    root = parse(content, name, name)
    if root.tag != "KeePassFile":
        raise BadFile(f"“{name}”不是 KeePass 的 XML 导出文件。", todo="请在 KeePass 里导出“KeePass XML（2.x）”。")
    bin_id = (root.findtext("Meta/RecycleBinUUID") or "").strip()
    found: list[Entry] = []
    for top in root.findall("Root/Group"):
        found += _group(top, (), bin_id, name)
    return [_placed(entry, at) for at, entry in enumerate(found, 1)]


def _placed(entry: Entry, at: int) -> Entry:
    where = f"第 {at} 条"
    return Entry(
        entry.title, entry.user, entry.password, entry.url, entry.notes, entry.totp, entry.groups, where
    )  # fmt: skip


def _group(group: _Element, outer: tuple[str, ...], bin_id: str, name: str) -> Iterator[Entry]:
    if len(outer) > DEEPEST:
        raise BadFile(f"“{name}”的分组嵌套超过 {DEEPEST} 层。", todo="请整理分组后再导出。")
    own = (group.findtext("UUID") or "").strip()
    if own and own == bin_id and own != NO_BIN:
        return
    groups = (*outer, (group.findtext("Name") or "").strip())
    for entry in group.findall("Entry"):
        yield _entry(entry, groups, name)
    for inner in group.findall("Group"):
        yield from _group(inner, groups, bin_id, name)


def _entry(entry: _Element, groups: tuple[str, ...], name: str) -> Entry:
    values: dict[str, str] = {}
    for string in entry.findall("String"):
        value = string.find("Value")
        if value is not None and (value.get("Protected") or "").lower() == "true":
            raise BadFile(f"“{name}”里的密码仍是加密的。", todo="请重新导出为不加密的 XML。")
        values[(string.findtext("Key") or "").strip()] = (value.text or "") if value is not None else ""
    totp = next((values[key] for key in _OTP if values.get(key)), "")
    return Entry(
        values.get("Title", ""), values.get("UserName", ""), values.get("Password", ""), values.get("URL", ""),
        values.get("Notes", ""), totp, groups,
    )  # fmt: skip


def write(entries: Iterable[Entry], at: datetime) -> bytes:
    """An XML file that KeePass 2 and KeePassXC import; passwords stand in it in clear.

    Args:
        entries: what is written.
        at: the moment noted on every entry; local time when it has no zone.
    """
    from lxml import etree

    root: Any = etree.Element("KeePassFile")
    meta = etree.SubElement(root, "Meta")
    _texts(meta, [("Generator", GENERATOR), ("DatabaseName", GENERATOR), ("RecycleBinEnabled", "False")])
    group = etree.SubElement(etree.SubElement(root, "Root"), "Group")
    _texts(group, [("UUID", _uuid()), ("Name", GENERATOR), ("IsExpanded", "True")])
    for entry in entries:
        _write_entry(group, entry, at)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True))


def _write_entry(group: Any, entry: Entry, at: datetime) -> None:
    from lxml import etree

    made = etree.SubElement(group, "Entry")
    _texts(made, [("UUID", _uuid())])
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"  # KeePass keeps UTC
    times = etree.SubElement(made, "Times")
    _texts(times, [("CreationTime", moment), ("LastModificationTime", moment), ("Expires", "False")])
    pairs = [("Title", entry.title), ("UserName", entry.user), ("Password", entry.password), ("URL", entry.url)]
    pairs += [("Notes", entry.notes), *([("otp", entry.totp)] if entry.totp else [])]
    for key, value in pairs:
        string = etree.SubElement(made, "String")
        _texts(string, [("Key", key), ("Value", _clean(value))])
        if key in ("Password", "otp"):
            string[1].set("ProtectInMemory", "True")


def _texts(parent: Any, pairs: Sequence[tuple[str, str]]) -> None:
    from lxml import etree

    for tag, text in pairs:
        etree.SubElement(parent, tag).text = text


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n\r" or ord(letter) >= 32)


def _uuid() -> str:
    return base64.b64encode(uuid.uuid4().bytes).decode()
