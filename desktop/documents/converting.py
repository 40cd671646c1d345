"""Files of older and other kinds: .xls is read as it is; .doc, .wps and .et are converted when an office is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import BadFile

if TYPE_CHECKING:
    from desktop.forms.definition import Kind

OLD = {".doc": "docx", ".wps": "docx", ".rtf": "docx", ".et": "xlsx"}
SECONDS = 120
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
        return _converted(file, OLD[suffix])
    raise BadFile(f"“{file.name}”不是 Word 或 Excel 文件。", todo="请选择 .docx、.xlsx 或 .xls 文件。")


def _converted(file: Path, kind: str) -> tuple[bytes, Kind, str]:
    program = shutil.which("soffice")
    if program is None:
        raise BadFile(
            f"“{file.name}”是旧格式，不能直接读。", todo=f"请用 Word 或 WPS 打开，另存为 .{kind} 后再读；原文件不用删。"
        )
    with tempfile.TemporaryDirectory() as folder:
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
        try:
            subprocess.run([*command, "--outdir", folder, str(file)], check=True, capture_output=True, timeout=SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            raise BadFile(f"“{file.name}”没能转换。", todo=f"请用 Word 或 WPS 另存为 .{kind} 后再读。") from error
        made = next(Path(folder).glob(f"*.{kind}"), None)
        if made is None:
            raise BadFile(f"“{file.name}”没能转换。", todo=f"请用 Word 或 WPS 另存为 .{kind} 后再读。")
        return made.read_bytes(), "docx" if kind == "docx" else "xlsx", f"“{file.name}”已转换成 .{kind} 后读取。"
