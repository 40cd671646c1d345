"""One page painted, laid out anew while typing, and written as PDF, beside the same strokes by a bare QPainter.

Measured in a child process: drawing needs Qt, which this package does not import.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from desktop.bench import Ratio
from desktop.errors import Refused

CHILD = """
import json
from PySide6.QtCore import QBuffer, QIODevice, QPointF
from PySide6.QtGui import QFont, QGuiApplication, QImage, QPainter, QPdfWriter
app = QGuiApplication([])
from desktop import filling, forms
from desktop.bench import compare, timed
from desktop.documents.page import Memory, read
from desktop.documents.pdf import Brush, QtFonts, to_pdf
form = forms.find("tongjibiao")
values = forms.sample(form)
kind = form.kinds[0]
fonts, memory = QtFonts(), Memory()
paper = read(filling.fill(form, values, kind), fonts, memory=memory)
page = paper.pages[0]
dots = 96 / 25.4

def bare(painter, scale):
    font = QFont()
    font.setPixelSize(max(1, round(3.5 * scale)))
    painter.setFont(font)
    for rule in page.rules:
        painter.drawLine(QPointF(rule.x1 * scale, rule.y1 * scale), QPointF(rule.x2 * scale, rule.y2 * scale))
    for text in page.texts:
        painter.drawText(QPointF(text.x * scale, text.y * scale), text.text)

def on_image(draw):
    image = QImage(round(page.width * dots), round(page.height * dots), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    draw(painter)
    painter.end()

brush = Brush()
def ours(painter):
    painter.scale(dots, dots)
    brush.page(painter, page)

def bare_pdf():
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(600)
    painter = QPainter(writer)
    bare(painter, 600 / 25.4)
    painter.end()

turn = [0]
def typed():
    turn[0] += 1
    return filling.fill(form, {**values, "unit": f"共青团林川县委员会 {turn[0]}"}, kind)

floor = lambda: timed(lambda: on_image(lambda painter: bare(painter, dots)))
for made in (
    compare("画一页", lambda: timed(lambda: on_image(ours)), "QPainter 直接画同样的线和字", floor, 4.0),
    compare("改一格后重排一页", lambda: timed(lambda: read(typed(), fonts, memory=memory)),
            "QPainter 直接画同样的线和字", floor, 8.0),
    compare("一页写成 PDF", lambda: timed(lambda: to_pdf(paper)), "QPdfWriter 直接画同样的线和字",
            lambda: timed(bare_pdf), 4.0),
):
    print(json.dumps([made.name, made.floor_name, made.floor, made.ours, made.limit]), flush=True)
"""


def ratios() -> Iterator[Ratio]:
    """The statistics form, its only page: painted at 96 dots an inch, laid out after one change, as PDF.

    Raises:
        Refused: the child process failed.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, env=environment, check=False, timeout=300
    )
    if done.returncode:
        raise Refused("测速子进程没有画出页面。", where=sys.executable, todo=done.stderr[-300:])
    for line in done.stdout.splitlines():
        name, floor_name, floor, ours, limit = json.loads(line)
        yield Ratio(name, floor_name, floor, ours, limit)
