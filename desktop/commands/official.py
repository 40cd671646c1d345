"""`tuanmei official`: lay a 报告, 请示 or 函 out as a Word file."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.errors import BadFile

if TYPE_CHECKING:
    from desktop.documents.house_styles import Style
    from desktop.documents.official import Letter, OfficialText


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("official", help="把报告、请示、函排成公文格式的 Word 文件")
    made.add_argument("text", type=Path, metavar="文稿.toml", help="文稿：title addressee opening issuer on")
    made.add_argument("-o", dest="out", type=Path, required=True, metavar="文件.docx")
    made.add_argument("--style", default="", metavar="样式", help="公文样式，默认国家标准格式")
    made.add_argument("--unsealed", action="store_true", help="不盖章的文稿")
    made.set_defaults(run=official)


def official(args: Namespace) -> int:
    """Read a text from a TOML file and write the document."""
    from desktop.documents.house_styles import styles
    from desktop.paths import write_whole

    known = {style.id: style for style in styles()}
    chosen = known.get(args.style) if args.style else next(iter(known.values()))
    if chosen is None:
        raise BadFile(f"没有公文样式“{args.style}”。", todo="可选：" + "、".join(known) + "。")
    print(write_whole(args.out, laid_out(_letter(args.text), chosen, sealed=not args.unsealed)))
    return 0


def laid_out(text: OfficialText, style: Style | None = None, *, sealed: bool = True) -> bytes:
    """The Word file of a text, with the fonts of this machine; notices about fonts are printed."""
    import sys

    from desktop.documents.house_styles import styles
    from desktop.documents.official import write
    from desktop.documents.pdf import QtFonts, without_window

    app = without_window()
    written = write(text, style or styles()[0], QtFonts().installed, sealed=sealed)
    del app
    for notice in written.notices:
        print(notice, file=sys.stderr)
    return written.content


def _letter(file: Path) -> Letter:
    import tomllib

    from desktop.documents.official import Letter, Part

    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        sections = tuple(
            Part(one["heading"], tuple(one.get("paragraphs", ())), tuple(one.get("header", ())),
                 tuple(tuple(row) for row in one.get("rows", ())))
            for one in raw.pop("section", ())
        )  # fmt: skip
        raw["enclosures"] = tuple(raw.get("enclosures", ()))
        made = Letter(sections=sections, **raw)
        return _checked(made)
    except OSError as error:
        raise BadFile(f"文稿“{file.name}”读不出来。", where=str(file.parent), todo="请检查文件名。") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        todo = "需要 title、addressee、opening、issuer、on，各部分写成 [[section]]。"
        raise BadFile(f"文稿“{file.name}”写得不对（{error}）。", where=str(file.parent), todo=todo) from error


def _checked(text: Letter) -> Letter:
    """The letter when its words are words, its day is a day and the rows of its tables are full.

    Raises:
        ValueError: what is wrong, in words.
    """
    for name in ("title", "addressee", "opening", "issuer", "closing", "contact"):
        if not isinstance(getattr(text, name), str):
            raise ValueError(f"{name} 应是引号里的文字")
    if not isinstance(text.on, date):
        raise ValueError("on 应写成 2026-11-20，不加引号")
    for part in text.sections:
        if any(len(row) != len(part.header) for row in part.rows):
            raise ValueError(f"“{part.heading}”的表格有一行与表头列数不同")
        if not all(isinstance(one, str) for row in (part.paragraphs, part.header, *part.rows) for one in row):
            raise ValueError(f"“{part.heading}”里有的内容不是引号里的文字")
    return text
