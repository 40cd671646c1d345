"""`tuanmei preview`: a Word or Excel file as PDF or picture, without Office."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.errors import Refused


def add(names: Any) -> None:
    """Add the command to the grammar."""
    made = names.add_parser("preview", help="把 Word 或 Excel 文件画成 PDF 或图片（不需要 Office）")
    made.add_argument("file", type=Path, metavar="文件")
    made.add_argument("-o", "--output", type=Path, required=True, metavar="结果.pdf|结果.png")
    made.set_defaults(run=preview)


def preview(args: Namespace) -> int:
    """Draw a file; a picture of several pages becomes 结果.png, 结果-2.png and so on."""
    suffix = args.output.suffix.lower()
    if suffix not in {".pdf", ".png"}:
        raise Refused(f"结果只能是 .pdf 或 .png，不能是“{args.output.name}”。", todo="请换一个扩展名。")
    import sys

    from desktop.documents import page, pdf
    from desktop.documents.converting import drawable
    from desktop.paths import write_whole

    app = pdf.without_window()
    content, notice = drawable(args.file)
    paper = page.read(content, pdf.QtFonts(), name=args.file.name)
    if suffix == ".pdf":
        print(write_whole(args.output, pdf.to_pdf(paper, args.file.stem)))
    else:
        for number, picture in enumerate(pdf.to_images(paper), start=1):
            name = args.output if number == 1 else args.output.with_stem(f"{args.output.stem}-{number}")
            print(write_whole(name, pdf.png(picture)))
    for sentence in (notice, *paper.notices):
        if sentence:
            print(sentence, file=sys.stderr)
    del app
    return 0
