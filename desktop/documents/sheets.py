"""Any list an office may hand in, read without changing a character: .xlsx, .xls, .et, .csv, tables of .docx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.documents import tabletext, wordtables, workbooks
from desktop.documents.cells import Sheet
from desktop.documents.kinds import Kind, kind_of, said
from desktop.documents.package import LARGEST_FILE
from desktop.errors import BadFile, FileBusy, why

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv", ".txt", ".docx")
_SAVE_AS = "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”后再导入。"
_READERS: dict[Kind, tuple[Callable[[bytes, str], list[Sheet]], frozenset[str]]] = {
    # What Excel itself opens after a question (an .xlsx called .xls) is read; what it would not open is refused.
    Kind.XLSX: (workbooks.read_xlsx, frozenset({".xlsx", ".xlsm", ".xls", ".et", ""})),
    Kind.XLS: (workbooks.read_xls, frozenset({".xls", ".et", ".xlsx", ""})),
    Kind.DOCX: (wordtables.read_docx, frozenset({".docx"})),
    Kind.TEXT: (tabletext.read_bytes, frozenset({".csv", ".tsv", ".txt", ".prn"})),
}
_PROPER = {Kind.XLSX: ".xlsx", Kind.XLS: ".xls", Kind.DOCX: ".docx", Kind.TEXT: ".csv"}


@dataclass(slots=True)
class Book:
    """All sheets of one source that hold anything; `source` is what the clerk calls it: file name or “粘贴的内容”."""

    source: str
    sheets: list[Sheet]


def read_sheets(path: Path) -> Book:
    """Read every sheet of a workbook or text file, or every table of a .docx.

    Raises:
        BadFile: the file is missing, empty, too large, encrypted, damaged, renamed, or of a kind that holds no list.
        FileBusy: another program keeps the file to itself.
    """
    content = _content(path)
    name, kind = path.name, kind_of(content)
    read, suffixes = _READERS.get(kind, (None, frozenset()))
    if read is None or path.suffix.lower() not in suffixes:
        raise _refused(name, path.suffix.lower(), kind)
    sheets = [sheet for sheet in read(content, name) if not sheet.is_empty]
    if not sheets:
        raise BadFile(f"文件“{name}”里没有任何内容。", todo="请确认选对了文件，并且内容已经保存。")
    return Book(name, sheets)


def read_pasted(text: str, html: str = "") -> Book:
    """Read what was copied from Excel, Word, WPS or a text: the HTML form when it holds a table, else the plain text.

    Raises:
        BadFile: there is nothing in it.
    """
    sheets = [sheet for sheet in tabletext.read_html(html) if not sheet.is_empty] if html else []
    if not sheets:
        sheets = [sheet for sheet in tabletext.read_text(text) if not sheet.is_empty]
    if not sheets:
        raise BadFile("粘贴的内容是空的。", todo="请先在 Excel、Word 或 WPS 里选中表格并复制，再粘贴。")
    return Book("粘贴的内容", sheets)


def _content(path: Path) -> bytes:
    name = path.name
    if name.startswith("~$"):
        raise BadFile(f"“{name}”是 Office 打开文件时留下的临时文件，不是名单。", todo=f"请选择“{name[2:]}”。")
    try:
        if path.is_dir():
            raise BadFile(f"“{name}”是文件夹，不是文件。", todo="请打开它，选择里面的名单文件。")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise BadFile(
                f"文件“{name}”有 {size / 1048576:.0f} MB，超过 {LARGEST_FILE // 1048576} MB，没有读取。",
                todo="名单一般不到 5 MB：请删去图片和多余的工作表，另存后再导入。",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadFile(
            f"找不到文件“{name}”。", where=str(path.parent), todo="它可能已改名或移走，请重新选择。"
        ) from error
    except PermissionError as error:
        raise FileBusy(
            f"文件“{name}”读不了：没有权限，或正被其他程序独占。", todo="请关闭打开它的程序后再试。"
        ) from error
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else "名称不合规定"
        raise BadFile(f"文件“{name}”读不出来（{reason}）。", todo="请先把它拷到本机硬盘再试。") from error


def _refused(name: str, suffix: str, kind: Kind) -> BadFile:
    """The refusal of a file that is of another kind than its name says, or of a kind that holds no list."""
    what = f"文件“{name}”是{said(kind)}"
    if suffix in SUFFIXES and suffix != _PROPER.get(kind):
        what = f"文件“{name}”的扩展名是 {suffix}，内容却是{said(kind)}"
    if kind is Kind.EMPTY:
        return BadFile(f"文件“{name}”是空的。", todo="请确认它已经保存，或换一个文件。")
    if kind is Kind.ENCRYPTED:
        return BadFile(f"文件“{name}”加了打开密码，读不了。", todo="请用密码打开，去掉密码后另存，再导入。")
    if kind in _PROPER:
        return BadFile(f"{what}，没有读取。", todo=f"请把扩展名改成 {_PROPER[kind]}，或打开后另存为 .xlsx，再导入。")
    if kind in {Kind.DOC, Kind.RTF}:
        todo = "请用 Word 或 WPS 打开，另存为 .docx 后再导入；也可以复制其中的表格，用“粘贴”导入。"
        return BadFile(f"{what}，不能直接当名单读。", todo=todo)
    if kind is Kind.UNKNOWN and suffix in SUFFIXES:
        return BadFile(f"文件“{name}”已损坏，或者根本不是表格文件。", todo=f"请重新拷贝一份，或{_SAVE_AS[1:]}")
    if kind in {Kind.HTML, Kind.XLSB, Kind.OPENDOCUMENT, Kind.XML, Kind.COMPOUND}:
        return BadFile(f"{what}，没有读取。", todo=_SAVE_AS)
    if kind in {Kind.ARCHIVE, Kind.RAR, Kind.SEVEN_ZIP}:
        return BadFile(f"{what}，或者是已损坏的 Office 文件。", todo="请解压后选择里面的名单，或重新拷贝一份。")
    return BadFile(f"{what}，里面读不出名单。", todo="请改用 .xlsx、.xls 或 .csv 文件。")
