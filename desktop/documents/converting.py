"""Files of older and other kinds: .xls is read as it is; .doc, .wps and .et are converted when an office is there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.documents import offices
from desktop.errors import BadFile

if TYPE_CHECKING:
    from desktop.documents.offices import Office
    from desktop.forms.definition import Kind

OLD: dict[str, Kind] = {".doc": "docx", ".wps": "docx", ".rtf": "docx", ".et": "xlsx"}


def as_modern(file: Path) -> tuple[bytes, Kind, str]:
    """The content of a file as docx or xlsx (an .xls counts as xlsx: it is read directly), and a notice or nothing.

    Raises:
        BadFile: the file cannot be read, or is of a kind that needs an office to convert it and none is there.
    """
    suffix = file.suffix.lower()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadFile(f"文件“{file.name}”读不出来。", where=str(file.parent), todo="请检查文件是否还在。") from error
    if suffix == ".docx":
        return content, "docx", ""
    if suffix in (".xlsx", ".xlsm", ".xls"):
        return content, "xlsx", ""
    if suffix in OLD:
        made, by = converted(content, file.name, suffix, offices.there(suffix))
        return made, OLD[suffix], f"“{file.name}”已转换成 .{OLD[suffix]} 后读取（由 {by} 转换）。"
    raise BadFile(f"“{file.name}”不是 Word 或 Excel 文件。", todo="请选择 .docx、.xlsx 或 .xls 文件。")


def drawable(file: Path) -> tuple[bytes, str]:
    """The content of a file as docx or xlsx to be drawn, and a notice or nothing; an .xls is converted as well.

    Raises:
        BadFile: see `as_modern`.
    """
    suffix = file.suffix.lower()
    content, _, notice = as_modern(file)
    if suffix != ".xls" or content.startswith(b"PK"):
        return content, notice
    made, by = converted(content, file.name, suffix, offices.there(suffix))
    return made, f"“{file.name}”已转换成 .xlsx 后画出（由 {by} 转换）。"


def converted(content: bytes, name: str, suffix: str, there: Iterable[Office]) -> tuple[bytes, str]:
    """An old file as docx or xlsx, and the name of the office that made it; the offices are asked in turn.

    They only ever see a copy, in a folder of its own, under a plain name: the file itself is not touched, and a mark
    that it came from the network does not send it to the protected view.

    Raises:
        BadFile: no office is there, or none of them could convert it.
    """
    kind = OLD.get(suffix, "xlsx")
    asked = []
    for office in there:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            source, target = Path(folder, f"source{suffix}"), Path(folder, f"target.{kind}")
            source.write_bytes(content)
            try:
                office.convert(source, target)
            except offices.NotConverted:
                asked.append(office.name)
                continue
            return target.read_bytes(), office.name
    if not asked:
        raise BadFile(
            f"“{name}”是旧格式，不能直接读。", todo=f"请用 Word 或 WPS 打开，另存为 .{kind} 后再读；原文件不用删。"
        )
    raise BadFile(
        f"“{name}”没能转换（试过 {'、'.join(asked)}）。",
        todo=f"请用 Word 或 WPS 打开，另存为 .{kind} 后再读；设有打开密码的先取消密码。",
    )
