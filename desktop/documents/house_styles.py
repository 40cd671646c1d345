"""House styles (公文样式) of official documents, as data in resources/styles: margins, grid, fonts by level, sizes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import BadFile
from desktop.paths import bundled

STANDARD = "gbt9704"


@dataclass(frozen=True)
class Style:
    """A house style as read from resources/styles."""

    id: str
    name: str
    source: str
    margins: tuple[float, float, float, float]
    numbers: str
    line: float
    grid: tuple[int, int] | None
    fonts: dict[str, tuple[str, ...]]
    sizes: dict[str, float]


def styles(folder: Path | None = None) -> list[Style]:
    """Every house style, the national standard first.

    Raises:
        BadFile: a style file contradicts itself.
    """
    found = [_style(file) for file in sorted((folder or bundled("resources") / "styles").glob("*.toml"))]
    return sorted(found, key=lambda style: style.id != STANDARD)


def _style(file: Path) -> Style:
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        top, right, bottom, left = map(float, raw["margins"])
        grid = raw.get("grid")
        levels = ("title", "body", "first", "second")
        return Style(
            file.stem, raw["name"], raw["source"], (top, right, bottom, left), raw["numbers"], float(raw["line"]),
            (grid["lines"], grid["characters"]) if grid else None,
            {level: tuple(raw[level]["fonts"]) for level in levels},
            {level: float(raw[level]["size"]) for level in levels},
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(
            f"公文样式“{file.name}”读不懂（{error}）。", where=str(file.parent), todo="请与自带样式对照。"
        ) from error
