"""The recovery sheet (恢复单) on paper: straight to the printer, never into a file of ours."""

from __future__ import annotations

from datetime import datetime
from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from desktop import dates
from desktop.windows import theme

_SHEET = """
<h2 align="center">团媒台账　密码保险柜恢复单</h2>
<p>打印时间：{day} {at:%H:%M}</p>
<p>恢复码（共 7 组，每组最后一个字符用于核对抄写）：</p>
<p align="center" style="font-size:22pt; font-family:'DejaVu Sans Mono','Consolas',monospace;">{code}</p>
<p>用途：忘记主口令时，用本码打开密码保险柜，随后须更换主口令并换发恢复单。<br>
凭本码即可打开全部密码。请装入信封封存，骑缝签名，与电脑分开存放，不拍照、不扫描、不入网盘。</p>
<table border="1" cellspacing="0" cellpadding="8" width="100%">
<tr><td width="22%">封存人</td><td width="28%">&nbsp;</td><td width="22%">监封人</td><td>&nbsp;</td></tr>
<tr><td>封存日期</td><td>&nbsp;</td><td>存放地点</td><td>&nbsp;</td></tr>
<tr><td>启封人</td><td>&nbsp;</td><td>启封日期及事由</td><td>&nbsp;</td></tr>
</table>
<p>核对：打印后照本单在程序中抄写一遍，程序显示“已打开”即为有效。换发新单后本单作废，请销毁。</p>
"""


def sheet(code: str, at: datetime) -> QTextDocument:
    """The sheet as a document to be printed."""
    made = QTextDocument()
    font = made.defaultFont()
    font.setFamilies(theme.font_families())
    font.setPointSize(12)
    made.setDefaultFont(font)
    groups = "&nbsp;&nbsp;".join(escape(group) for group in code.split("-"))
    made.setHtml(_SHEET.format(at=at, day=dates.chinese(at.date()), code=groups))
    return made


def print_sheet(parent: QWidget, code: str, at: datetime) -> bool:
    """Ask for the printer and print; whether it was printed."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("恢复单")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(28, 37, 26, 35), QPageLayout.Unit.Millimeter)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
    dialog.setWindowTitle("打印恢复单")
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    sheet(code, at).print_(printer)
    return True
