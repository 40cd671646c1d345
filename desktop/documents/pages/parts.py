"""Parts of a damaged package: what can still be read of them, and a sentence about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop.errors import BadFile

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package


_NETWORK = ("http:", "https:", "ftp:", "\\\\", "file:////", "file:\\\\\\\\")


def needed(package: Package, part: str, notices: list[str]) -> _Element:
    """The root of a part; of damaged XML as much as can be read.

    Raises:
        BadFile: the part is missing, its bytes are damaged, or nothing of its XML can be read.
    """
    try:
        return package.xml(part)
    except BadFile:
        root = _mended(package.read(part))
        if root is None:
            raise
        notices.append(f"部件 {part} 已损坏，只显示还能读出的部分。")
        return root


def optional(package: Package, part: str | None, notices: list[str]) -> _Element | None:
    """A part that a file can do without: None with a sentence when it is missing or cannot be read."""
    if not part:
        return None
    try:
        return needed(package, part, notices)
    except BadFile as error:
        notices.append(f"部件 {part} 已损坏或缺失，按默认样子显示（{error.what}）")
        return None


def relations(package: Package, part: str, notices: list[str]) -> dict[str, tuple[str, str]]:
    """Id → (kind, target) of a part; none with a sentence when the list of them is damaged."""
    try:
        return package.relations(part)
    except BadFile:
        sentence = f"部件 {part} 的关联信息已损坏，其中的图片、样式等没有显示。"
        if sentence not in notices:
            notices.append(sentence)
        return {}


def reaches_out(package: Package, folder: str) -> bool:
    """Whether a part in a folder wants something from the network: a template, a document; links to click aside.

    A damaged list of relations is passed over here, `relations` says so.
    """
    for name in package.members:
        if not (name.startswith(f"{folder}/_rels/") and name.endswith(".rels")):
            continue
        try:
            found = list(package.xml(name))
        except BadFile:
            continue
        for one in found:
            fetched = str(one.get("Type", "")).rsplit("/", 1)[-1] not in {"hyperlink", "image"}
            target = str(one.get("Target", "")).lower()
            if fetched and one.get("TargetMode") == "External" and target.startswith(_NETWORK):
                return True
    return False


def _mended(content: bytes) -> _Element | None:
    """What a forgiving parser makes of XML; None for nothing, and for a document type, which may read files."""
    from lxml import etree

    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None
    parser: Any = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root: _Element | None = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None
    return root if root is not None and len(root) else None
