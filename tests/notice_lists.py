"""The two lists of a published notice (奈曼旗), as data: every oddity stands in the text as it was published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

FIRST_HEAD = ["部门/盟市", "新媒体名称", "帐号类型", "主办单位", "新媒体标识码"]
FIRST = [
    ["通辽市", "平安奈曼", "微信订阅号", "奈曼旗公安局", "150525M027WX001"],
    ["", "魅力固日班花", "微信订阅号", "固日班花苏木人民政府", "150525M013WX001"],
    ["", "魅力大镇", "微信订阅号", "大沁他拉镇人民政府", "150525M011WX001"],
    ["", "多彩沙日浩来", "微信订阅号", "沙日浩来镇人民政府", "150525M027WX001"],
]
LINK = "https://mp.weixin.qq.com/s/"
SECOND_HEAD = ["序号", "新媒体\n名称", "帐号\n类型", "主办\n单位", "新媒体\n标识码", "链 接"]
SECOND = [
    ["1", "活力苇莲苏", "微信订阅号", "苇莲苏乡人民政府", "150525M016",
     f"1.{LINK}EWXwOPqCl1e41mTo5d5ByA  2、 {LINK}-kVD9Bmhne4QuFLYx7MtQg"],
    ["2", "富饶的甸子", "微信订阅号", "白音他拉苏木人民政府", "150525M010", f"1、{LINK}05L45qoWSu7HdiOGaP9 iA"],
    ["3", "美丽的治安镇", "微信订阅号", "治安镇人民政府", "150525M001", f"1、{LINK}TP21FFBOvkH4pOkQUtnWiA"],
    ["4", "奈曼交通", "微信订阅号", "奈曼旗交通局", "150525M027",
     f"1、{LINK}ba1oKGpD5uZO9wjPPXG8eg\n2、https;//mp.weixin.qq.com/s/uJoZ9sU7Ad5SzZ4f7Yp-Ww"],
    ["5", "奈曼民政", "微信订阅号", "奈曼旗民政局", "150525M034", f"1、{LINK}N1lkedsq2H7tm3dWju4Jiw"],
    ["6", "奈曼应急管理", "微信订阅号", "奈曼旗应急宣局", "150525M023", f"1、{LINK}WVZ0675NA0VKrO6F53hOQ"],
    ["7", "青龙山政府", "微信订阅号", "青龙山镇人民政府", "150525M008", f"1、{LINK}HP-KWz4Q8tdmLWOXeF T9Q"],
    ["8", "通辽市生态环境局奈 曼旗分局", "微信订阅号", "通辽市生态环境局奈曼 旗分局", "150525M017",
     f"1、{LINK}ZWFbEfu9B48pkuclOjw1Hg"],
    ["9", "最美东明", "微信订阅号", "东明镇人民政府", "150525M004", f"1、{LINK}JW5XgMvNgDFG5vSHsw8jYA"],
]  # fmt: skip
TITLES = ("存在严重问题的政务新媒体名单", "自查整改后仍存在严重问题的政务新媒体名单")
TABLES = ((TITLES[0], FIRST_HEAD, FIRST), (TITLES[1], SECOND_HEAD, SECOND))


def as_xlsx(path: Path) -> Path:
    """Two sheets, each with a title line above the header and a note below; 盟市 is one merged cell."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, (title, head, rows) in enumerate(TABLES):
        page = book.create_sheet(f"附件{number + 1}")
        page.append([title])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
        page.append(head)
        for row in rows:
            page.append([value or None for value in row])
        page.append(["注：以上名单由检查组提供。"])
        if number == 0:
            page.merge_cells("A3:A6")
    book.save(path)
    return path


def as_docx(path: Path) -> Path:
    """A Word document with both tables, 盟市 merged downward."""
    import docx

    document = docx.Document()
    for number, (title, head, rows) in enumerate(TABLES):
        document.add_paragraph(title)
        table: Any = document.add_table(len(rows) + 1, len(head))
        for r, row in enumerate([head, *rows]):
            for c, value in enumerate(row):
                table.cell(r, c).text = value
        if number == 0:
            table.cell(1, 0).merge(table.cell(4, 0))
    document.save(str(path))
    return path


def as_csv(path: Path, number: int) -> Path:
    """One of the two as GB18030, as WPS saves it."""
    import csv
    import io

    _, head, rows = TABLES[number]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    path.write_bytes(buffer.getvalue().encode("gb18030"))
    return path


def as_recognised_text() -> str:
    """Both as a text-recognition program puts them: each cell led by a tab, rows apart by a blank line."""
    parts = []
    for title, head, rows in TABLES:
        parts.append(f" 附件\n {title}\n\n\n\n")
        parts += ["".join(f"\t\n{cell}\n" if cell else "\t\n" for cell in row) + "\n" for row in [head, *rows]]
        parts.append("\n\n\n")
    return "".join(parts)


def as_html() -> str:
    """Both as Excel puts them on the clipboard, 盟市 spanning its rows."""
    parts = ["<html><body><!--StartFragment-->"]
    for number, (_, head, rows) in enumerate(TABLES):
        parts.append("<table>")
        for r, row in enumerate([head, *rows]):
            cells = []
            for c, value in enumerate(row):
                if number == 0 and c == 0 and r > 1:
                    continue
                span = " rowspan=4" if number == 0 and (r, c) == (1, 0) else ""
                cells.append(f"<td{span}>" + value.replace("\n", "<br>") + "</td>")
            parts.append("<tr>" + "".join(cells) + "</tr>")
        parts.append("</table>")
    return "".join(parts)
