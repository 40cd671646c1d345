"""How a signature line looks: empty, signed, and no longer valid."""

from __future__ import annotations

from datetime import datetime

from desktop.documents.signatures.drawing import GREY, INK, RED, Stroke, Text, fitted, picture, width_of
from desktop.documents.signatures.lines import Line
from desktop.documents.signatures.markup import Picture
from desktop.errors import BadFile

LARGEST_IMAGE = 1024 * 1024  # bytes; the picture lies in the signature three times
_IMAGES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"BM": "BMP"}


def empty_line(line: Line) -> bytes:
    """The picture of a line that waits for its signature (EMF)."""
    return picture(line.width, line.height, _frame(line))


def signed_line(name: str, line: Line, signed_at: datetime) -> Picture:
    """The pictures of a signed line while the signature holds and once it does not (EMF)."""
    width, height = line.width, line.height
    if line.stamp and name == line.signer:
        name = "已签名"  # the frame says by whom
    size = fitted(name, width * 0.8, height * (0.2 if line.stamp else 0.26))
    left = (width - width_of(name, size)) / 2 if line.stamp else width * 0.12
    written = Text(name, left, height * 0.49, size)
    note = min(height * 0.12, 3.2)
    when = f"数字签名 {signed_at.astimezone():%Y-%m-%d %H:%M}"
    valid = Text(when, width * 0.04, note * 1.4, fitted(when, width * 0.92, note), GREY)
    broken = Text("签名无效", width * 0.04, note * 1.4, note, RED)
    return Picture(
        picture(width, height, [*_frame(line), written, valid]),
        picture(width, height, [*_frame(line), written, broken]),
    )


def stamped(image: bytes) -> Picture:
    """The pictures of a stamp line that carries an image.

    Raises:
        BadFile: the image is none, or too large to lie in a signature.
    """
    if not any(image.startswith(mark) for mark in _IMAGES):
        raise BadFile("签名行的图片不是 PNG、JPEG 或 BMP。", todo="请换一张图片。")
    if len(image) > LARGEST_IMAGE:
        raise BadFile(
            f"签名行的图片有 {len(image) // 1024} KB，超过 {LARGEST_IMAGE // 1024} KB。", todo="请缩小后再试。"
        )
    return Picture(image, picture(30, 30, [Stroke(1, 1, 29, 29, box=True), Text("签名无效", 5, 17, 5, RED)]))


def _frame(line: Line) -> list[Text | Stroke]:
    width, height = line.width, line.height
    size = min(height * 0.15, 4.0)
    below: list[Text | Stroke] = []
    for number, text in enumerate(text for text in (line.signer, line.title) if text):
        fit = fitted(text, width * 0.9, size)
        left = (width - width_of(text, fit)) / 2 if line.stamp else width * 0.12
        below.append(Text(text, left, height * 0.62 + (number + 1) * size * 1.15, fit))
    if line.stamp:
        return [Stroke(0.5, 0.5, width - 0.5, height - 0.5, box=True), *below]
    return [
        Text("X", width * 0.03, height * 0.55, min(height * 0.2, 6.0), INK),
        Stroke(width * 0.03, height * 0.6, width * 0.97, height * 0.6),
        *below,
    ]
