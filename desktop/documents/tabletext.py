"""Tables written as text: .csv in any encoding an office meets, blocks copied from Excel, Word or a web page."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from desktop.documents.cells import EMPTY, MOST_CELLS, Cell, CellKind, Sheet, cell_of, trimmed
from desktop.errors import BadFile

_DELIMITERS = ("\t", ",", ";", "|", "，")
_GUARDED = re.compile(r'^="(.*)"$', re.DOTALL)  # how programs keep Excel from turning 0475 into 475
_GAPS = re.compile(r" {2,}|　+")
_PRIVATE = re.compile("[\ue000-\uf8ff\x80-\x9f]")
_BAD_SHARE = 0.05  # of private-use characters: above this the text was decoded wrongly
_LEAST_LED = 4  # cells that begin a line with a tab before the text is taken for a table laid out that way


def read_bytes(content: bytes, name: str) -> list[Sheet]:
    """The table of a .csv, .tsv or .txt.

    Raises:
        BadFile: in no encoding known here, or with broken characters; the first bad line is named.
    """
    return read_text(decode(content, name), name.rpartition(".")[0] or name)


def decode(content: bytes, name: str) -> str:
    """Text from bytes in UTF-8 (with or without mark), UTF-16 with mark, or GB18030 (GBK, GB2312).

    Raises:
        BadFile: the bytes are none of these.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, encoding, name)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(content):
            raise _unreadable(name, content, error.start) from error
        text = _decoded(content, "gb18030", name)
        odd = len(_PRIVATE.findall(text))
        if odd > _BAD_SHARE * len(text):
            raise BadFile(f"文件“{name}”的文字编码不是 UTF-8 也不是 GB18030，读出来是乱码。", todo=_RESAVE) from error
    if "\0" in text:
        raise BadFile(f"文件“{name}”不是文本文件，里面有二进制内容。", todo=_RESAVE)
    return text


def read_text(text: str, name: str = "粘贴的内容") -> list[Sheet]:
    """The tables in a text: cells apart by tabs, commas, semicolons, bars or wide gaps, or each led by a tab."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if len(text) > MOST_CELLS * 16:
        raise BadFile(f"“{name}”的文字太长，不像名单。", todo="请只保留名单本身再导入。")
    if _is_led(text):
        return _led_tables(text)
    notes: list[str] = []
    if text.startswith("sep=") and len(text) > 5 and text[5] == "\n":
        delimiter, text = text[4], text[6:]
    else:
        delimiter = _delimiter(text)
    if delimiter:
        values = _separated(text, delimiter, notes)
    else:
        values = [_GAPS.split(line.strip(" 　")) if line.strip() else [] for line in text.split("\n")]
    rows = [[cell_of(_GUARDED.sub(r"\1", value)) for value in line] for line in values]
    width = max(map(len, rows), default=0)
    if len(rows) * width > MOST_CELLS:
        raise BadFile(f"“{name}”的表格太大，不像名单。", todo="请只保留名单本身再导入。")
    return [Sheet(name, trimmed(rows), notes=notes, merges_known=False)]


def read_html(html: str) -> list[Sheet]:
    """The tables of a piece of HTML as Excel, Word and WPS put it on the clipboard, merged cells known."""
    from desktop.documents.htmltables import Tables

    tables = Tables()
    tables.feed(html)
    tables.close()
    return tables.sheets


_RESAVE = "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”后再导入。"


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(name, content, error.start) from error


def _unreadable(name: str, content: bytes, position: int) -> BadFile:
    line = content.count(b"\n", 0, position) + 1
    return BadFile(f"文件“{name}”有认不出的字符，编码混乱或文件不完整。", where=f"第 {line} 行", todo=_RESAVE)


def _mostly_utf8(content: bytes) -> bool:
    """True when the bytes are UTF-8 with a few accidents: a cut end, lines of another encoding glued in."""
    kept = content.decode("utf-8", "ignore")
    good = sum(len(character.encode()) for character in kept if ord(character) >= 0x800)
    bad = len(content) - len(kept.encode())
    return good > 4 * bad


def _delimiter(text: str) -> str:
    lines = [line for line in text.split("\n", 500)[:500] if line.strip()]
    best, share = "", 0.0
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        if counts:
            # Lines with the usual number of cells count fully, others (quoted breaks, titles) a little.
            usual = counts.most_common(1)[0][1]
            found = (usual + 0.2 * (counts.total() - usual)) / len(lines)
            if found > share * (1.0 if delimiter == "\t" else 1.2) and (delimiter in "\t,;|" or found > 0.5):
                best, share = delimiter, found
    return best


def _separated(text: str, delimiter: str, notes: list[str]) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        notes.append("引号不成对，引号按普通文字读取。")
        return [line.split(delimiter) for line in text.split("\n")]


def _is_led(text: str) -> bool:
    """True when cells begin a line with a tab, as tables come out of some text recognition and PDF programs."""
    with_tab = [line for line in text.split("\n") if "\t" in line]
    led = sum(line.startswith("\t") and "\t" not in line[1:] for line in with_tab)
    return led >= _LEAST_LED and led > 0.8 * len(with_tab)


def _led_tables(text: str) -> list[Sheet]:
    """Tables whose cells each begin a line with a tab; a blank line ends a row, other text ends the table.

    Inside a cell the text may start after blank lines and run over several lines.
    """
    sheets: list[Sheet] = []
    before, *chunks = text.split("\t")
    title, rows, row = _title(before), list[list[Cell]](), list[Cell]()
    for chunk in chunks:
        content, _, after = chunk.strip("\n").partition("\n\n") if chunk.strip() else ("", "", "")
        kept = "\n".join(line.strip() for line in content.split("\n") if line.strip())
        row.append(Cell(kept, CellKind.TEXT) if kept else EMPTY)
        if "\n\n" in (chunk.lstrip("\n \u3000") if kept else chunk):
            rows.append(row)
            row = []
        if after.strip():
            sheets.append(_led_sheet(title, [*rows, row], len(sheets)))
            title, rows, row = _title(after), [], []
    sheets.append(_led_sheet(title, [*rows, row], len(sheets)))
    return [sheet for sheet in sheets if sheet.rows]


def _led_sheet(title: str, rows: list[list[Cell]], number: int) -> Sheet:
    rows = [row for row in rows if row]
    width = len(rows[0]) if rows else 0
    notes = []
    flat = [cell for row in rows for cell in row]
    if width and any(len(row) != width for row in rows) and len(flat) % width == 0:
        rows = [flat[start : start + width] for start in range(0, len(flat), width)]
        notes.append(f"行与行之间分得不清，按每行 {width} 格重新排列，请核对。")
    return Sheet(title or f"表格 {number + 1}", trimmed(rows), notes=notes, merges_known=False)


def _title(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines[-1][:40] if lines else ""
