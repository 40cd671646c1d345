"""Which installed family stands in for one that is not: by the kind of lettering, nearest first."""

from __future__ import annotations

from collections.abc import Callable

_SONG = ("SimSun", "NSimSun", "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC")
_TITLE = ("方正小标宋简体", "STZhongsong", "华文中宋", *_SONG)
_FANG = ("FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", *_SONG)
_KAI = ("KaiTi", "楷体", "KaiTi_GB2312", "楷体_GB2312", "STKaiti", "LXGW WenKai", *_SONG)
_HEI = ("SimHei", "黑体", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
_LATIN_SERIF = ("Times New Roman", "Liberation Serif", "Tinos", "DejaVu Serif")
_LATIN_SANS = ("Arial", "Liberation Sans", "Carlito", "DejaVu Sans")
_LATIN_MONO = ("Courier New", "Liberation Mono", "DejaVu Sans Mono")

# A piece of the name, in small letters, tells the kind; the first that matches counts.
_KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("仿宋", "fangsong"), _FANG),
    (("楷", "kaiti", "kai"), _KAI),
    (("黑", "simhei", "雅黑", "yahei", "等线", "dengxian", "幼圆", "sans cjk", "heiti"), _HEI),
    (("小标宋", "中宋", "zhongsong", "粗宋", "标题宋", "大标宋"), _TITLE),
    (("宋", "simsun", "song", "serif cjk", "mincho", "明"), _SONG),
    (("courier", "mono", "consolas"), _LATIN_MONO),
    (("arial", "helvetica", "calibri", "tahoma", "verdana", "segoe", "sans"), _LATIN_SANS),
)  # fmt: skip

# Families of the same widths, so that lines end where they should.
_METRIC_TWINS: dict[str, tuple[str, ...]] = {
    "times new roman": ("Liberation Serif", "Tinos"),
    "arial": ("Liberation Sans", "Arimo"),
    "helvetica": ("Arial", "Liberation Sans"),
    "courier new": ("Liberation Mono", "Cousine"),
    "calibri": ("Carlito",),
    "cambria": ("Caladea",),
}


def chinese(family: str) -> bool:
    """Whether a family of that name is one for Chinese, going by the name alone."""
    small = family.lower()
    return any(ord(letter) >= 0x2E80 for letter in family) or any(
        name in small for names, kinds in _KINDS[:5] for name in names if kinds
    )


def nearest(family: str, *, east_asian: bool, installed: Callable[[str], bool]) -> str:
    """The installed family that comes nearest to one that is not; the asked name itself when none is known."""
    small = family.lower()
    for candidate in _METRIC_TWINS.get(small, ()):
        if installed(candidate):
            return candidate
    latin = _LATIN_SERIF if not east_asian else ()
    if not small:  # the file names none: what Word takes
        small = "宋" if east_asian else "times new roman"
    kinds: list[str] = next((list(found) for names, found in _KINDS if any(name in small for name in names)), [])
    candidates: list[str] = [*kinds, *latin, *_SONG, *_HEI, *_LATIN_SANS]
    for candidate in candidates:
        if installed(candidate):
            return candidate
    return family
