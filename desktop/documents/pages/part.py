"""What the readers of runs, drawings and tables ask of the reader of the part around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from lxml.etree import _Element

    from desktop.documents.package import Package
    from desktop.documents.pages.blockcache import BlockCache
    from desktop.documents.pages.model import Block
    from desktop.documents.pages.styles import Props, Styles

T = TypeVar("T")


class PartReader(Protocol):
    """The reader of one part of a document; `desktop.documents.pages.body.Reader` is the one there is."""

    package: Package
    part: str
    styles: Styles
    notices: list[str]
    cache: BlockCache | None
    cells: int

    def notice(self, sentence: str) -> None:
        """Name something that is not drawn as it is, once."""

    def apart(self, notices: list[str], make: Callable[..., T], *words: Any) -> T:
        """Read something with its sentences going elsewhere."""

    def blocks(self, container: _Element, key: str = "", table: tuple[Props, Props] = ({}, {})) -> list[Block]:
        """The paragraphs and tables of a cell, header or text box."""

    def flat(self, container: _Element, key: str = "", label: str = "") -> Iterator[tuple[_Element, str, str]]:
        """The children of a container with content controls and the like opened: element, field key, field label."""
