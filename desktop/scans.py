"""Scans and photos of stamped paper: straightened, cropped to the page, shadows lifted, joined into one A4 PDF.

A photo of a sheet on a desk is recognised by its bright four-cornered shape and pulled flat; a scan is only turned
until its lines lie level (the angle where the rows differ most in darkness). Colours stay, for a seal is red.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import BadFile, why

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")
DPI = 200
A4 = (1654, 2339)  # pixels at 200 dpi: 210 × 297 mm
LARGEST = 60_000_000  # pixels; a phone of 50 megapixels stays below
STEEPEST = 8.0  # degrees; a sheet laid more askew is a photo, not a scan
_SMALL = 600  # pixels on the long side, enough to find corners and lines
_TAKEN = 0x9003  # EXIF DateTimeOriginal
_QUALITY = 82
Corner = tuple[float, float]


def straightened(content: bytes, name: str) -> Image:
    """One photo or scan as an upright page in A4 proportions.

    Raises:
        BadFile: it is no picture this program can read, or far too large.
    """
    picture = _opened(content, name)
    corners = page_corners(picture)
    page = _flattened(picture, corners) if corners else _turned(picture, skew(picture))
    return _lifted(page)


def to_pdf(pages: Sequence[Image], made_at: datetime) -> bytes:
    """The pages as one PDF of A4 sheets, each standing or lying as it is, centred on white."""
    from PIL import Image as images
    from PIL import ImageOps

    sheets = []
    for page in pages:
        size = A4 if page.height >= page.width else (A4[1], A4[0])
        copy = ImageOps.contain(page, size, images.Resampling.LANCZOS)
        sheet = images.new("RGB", size, "white")
        sheet.paste(copy, ((size[0] - copy.width) // 2, (size[1] - copy.height) // 2))
        sheets.append(sheet)
    made = io.BytesIO()
    moment = made_at.timetuple()
    sheets[0].save(
        made, "PDF", save_all=True, append_images=sheets[1:], resolution=DPI, quality=_QUALITY,
        creationDate=moment, modDate=moment, producer="", title="",
    )  # fmt: skip
    return made.getvalue()


def to_jpeg(page: Image) -> bytes:
    """The page as one picture, for superiors who ask for a photo."""
    made = io.BytesIO()
    page.save(made, "JPEG", quality=_QUALITY, dpi=(DPI, DPI))
    return made.getvalue()


def joined(files: Sequence[tuple[str, bytes]], made_at: datetime) -> bytes:
    """Photos and scans as one PDF; a single PDF is handed on as it is.

    Raises:
        BadFile: a picture cannot be read, or a PDF stands among pictures.
    """
    if len(files) == 1 and files[0][1].startswith(b"%PDF-"):
        return files[0][1]
    for name, content in files:
        if content.startswith(b"%PDF-"):
            raise BadFile(f"“{name}”已经是 PDF，不能和照片拼成一份。", todo="请把它单独挂接。")
    return to_pdf([straightened(content, name) for name, content in files], made_at)


def made_at(path: Path, content: bytes) -> datetime:
    """When a scan was made: the camera's time when it is kept in the photo, else the file's (local time)."""
    from PIL import Image as images

    if not content.startswith(b"%PDF-"):
        try:
            with images.open(io.BytesIO(content)) as picture:
                taken = str(picture.getexif().get_ifd(0x8769).get(_TAKEN, ""))
        except (OSError, ValueError, SyntaxError, images.DecompressionBombError):
            taken = ""
        if re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", taken):
            try:
                return datetime.strptime(taken, "%Y:%m:%d %H:%M:%S")
            except ValueError:
                pass
    return datetime.fromtimestamp(path.stat().st_mtime)


def _opened(content: bytes, name: str) -> Image:
    from PIL import Image as images
    from PIL import ImageOps

    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        raise BadFile(
            f"“{name}”是苹果手机的 HEIC 照片，打不开。",
            todo="请在手机“设置→相机→格式”里选“兼容性最佳”后重拍，或先转成 JPG。",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", images.DecompressionBombWarning)
            picture = images.open(io.BytesIO(content))
            if picture.width * picture.height > LARGEST or min(picture.size) < 16:
                raise BadFile(
                    f"照片“{name}”是 {picture.width}×{picture.height} 像素，大小不合适。", todo="请重新拍摄或扫描。"
                )
            picture.load()
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError, images.DecompressionBombWarning) as error:
        raise BadFile(
            f"“{name}”不是能打开的照片或扫描件，可能已损坏。", todo="请重新拍摄或扫描，存成 JPG 或 PDF。"
        ) from error
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "P"):
        rgba = upright.convert("RGBA")
        upright = images.new("RGB", rgba.size, "white")
        upright.paste(rgba, mask=rgba.getchannel("A"))
    return upright.convert("RGB")


def _reduced(picture: Image) -> tuple[Image, float]:
    """A small grey copy, and how many pixels of the picture one of its pixels stands for."""
    scale = max(picture.size) / _SMALL
    if scale <= 1:
        return picture.convert("L"), 1.0
    size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
    return picture.convert("L").resize(size, reducing_gap=2.0), scale


def threshold(histogram: Sequence[int]) -> int:
    """The grey that parts dark from bright best (Otsu 1979), from 256 counts."""
    total, whole = sum(histogram), sum(grey * count for grey, count in enumerate(histogram))
    best, chosen, dark, dark_sum = -1.0, 127, 0, 0
    for grey, count in enumerate(histogram):
        dark += count
        dark_sum += grey * count
        bright = total - dark
        if dark and bright:
            spread = dark * bright * (dark_sum / dark - (whole - dark_sum) / bright) ** 2
            if spread > best:
                best, chosen = spread, grey
    return chosen


def page_corners(picture: Image) -> tuple[Corner, Corner, Corner, Corner] | None:
    """The corners of a sheet lying on something darker, clockwise from the upper left, in pixels.

    None when no bright four-cornered shape fills between a fifth and nearly all of the picture, or when it reaches all
    four corners of the picture: then it is a scan.
    """
    from PIL import ImageFilter

    small, scale = _reduced(picture)
    # A closing fills the writing, so that the sheet is one bright piece.
    small = small.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7))
    limit = threshold(small.histogram())
    bright = _largest_piece(small.point([255 if grey > limit else 0 for grey in range(256)]))
    area = len(bright)
    if not 0.2 * small.width * small.height < area < 0.97 * small.width * small.height:
        return None
    corners = (
        min(bright, key=lambda p: p[0] + p[1]), max(bright, key=lambda p: p[0] - p[1]),
        max(bright, key=lambda p: p[0] + p[1]), min(bright, key=lambda p: p[0] - p[1]),
    )  # fmt: skip
    right, bottom = small.width - 1, small.height - 1
    frame = ((0, 0), (right, 0), (right, bottom), (0, bottom))
    near = 0.03 * math.hypot(right, bottom)
    if all(math.dist(corner, edge) < near for corner, edge in zip(corners, frame, strict=True)):
        return None
    if not 0.9 < area / max(1.0, _area(corners)) < 1.12:
        return None
    upper_left, upper_right, lower_right, lower_left = ((x * scale, y * scale) for x, y in corners)
    return upper_left, upper_right, lower_right, lower_left


def _largest_piece(mask: Image) -> list[tuple[int, int]]:
    """The pixels of the largest connected bright piece."""
    width, height = mask.size
    open_pixels = bytearray(mask.tobytes())
    best: list[tuple[int, int]] = []
    for start in range(0, width * height, 7):
        if not open_pixels[start]:
            continue
        open_pixels[start] = 0
        piece, waiting = [], deque((start,))
        while waiting:
            at = waiting.popleft()
            x, y = at % width, at // width
            piece.append((x, y))
            for near, inside in (
                (at - 1, x > 0),
                (at + 1, x < width - 1),
                (at - width, y > 0),
                (at + width, y < height - 1),
            ):
                if inside and open_pixels[near]:
                    open_pixels[near] = 0
                    waiting.append(near)
        if len(piece) > len(best):
            best = piece
    return best


def _area(corners: Sequence[Corner]) -> float:
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def _flattened(picture: Image, corners: Sequence[Corner]) -> Image:
    """The sheet between four corners as if seen from above, A4 standing or lying."""
    from PIL import Image as images

    one, two, three, four = corners
    across = (math.dist(one, two) + math.dist(four, three)) / 2
    down = (math.dist(one, four) + math.dist(two, three)) / 2
    width, height = A4 if down >= across else (A4[1], A4[0])
    target = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    return picture.transform(
        (width, height), images.Transform.PERSPECTIVE, _perspective(target, corners), images.Resampling.BICUBIC
    )


def _perspective(target: Sequence[Corner], source: Sequence[Corner]) -> list[float]:
    """The eight coefficients that carry target points to source points, by Gauss elimination with pivots."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = [value / rows[column][column] for value in rows[column]]
        rows[column] = lead
        for other in range(8):
            if other != column and rows[other][column]:
                factor = rows[other][column]
                rows[other] = [value - factor * part for value, part in zip(rows[other], lead, strict=True)]
    return [row[8] for row in rows]


def skew(picture: Image) -> float:
    """The turn, in degrees counter-clockwise, that makes the lines level, at most STEEPEST; 0 when none stands out."""
    small, _ = _reduced(picture)
    limit = threshold(small.histogram())
    ink = small.point([min(255, max(0, (limit - grey) * 4)) for grey in range(256)])
    level = _sharpness(ink, 0.0)
    coarse = max(
        (step / 2 for step in range(int(-2 * STEEPEST), int(2 * STEEPEST) + 1)), key=lambda a: _sharpness(ink, a)
    )
    angle = max((coarse + step / 10 for step in range(-5, 6)), key=lambda a: _sharpness(ink, a))
    return angle if _sharpness(ink, angle) > 1.05 * level else 0.0


def _sharpness(ink: Image, angle: float) -> float:
    """How much neighbouring rows differ in darkness after turning by `angle` degrees counter-clockwise."""
    from PIL import Image as images

    turned = ink.rotate(angle, images.Resampling.BILINEAR, fillcolor=0)
    # Only the middle: turned-in corners would count as rows of their own.
    inner = turned.crop((turned.width // 10, turned.height // 10, turned.width * 9 // 10, turned.height * 9 // 10))
    rows = inner.convert("F").resize((1, inner.height), images.Resampling.BOX).tobytes()
    values = memoryview(rows).cast("f")
    return sum((values[i + 1] - values[i]) ** 2 for i in range(len(values) - 1))


def _turned(picture: Image, angle: float) -> Image:
    from PIL import Image as images

    if not angle:
        return picture
    return picture.rotate(angle, images.Resampling.BICUBIC, fillcolor=_paper(picture))


def _paper(picture: Image) -> tuple[int, int, int]:
    """The colour of the paper: the brightest tenth of a small copy, channel by channel."""
    tiny = picture.resize((64, 64))
    red, green, blue = (sorted(channel.tobytes())[int(0.9 * 4096)] for channel in tiny.split())
    return red, green, blue


def _lifted(page: Image) -> Image:
    """The page with even light: each channel divided by the paper behind it, so that shadows go and seals stay red."""
    from PIL import Image as images
    from PIL import ImageFilter, ImageMath

    channels = []
    for channel in page.split():
        tiny = channel.resize((max(1, page.width // 24), max(1, page.height // 24)), images.Resampling.BOX)
        ground = tiny.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2))
        ground = ground.resize(page.size, images.Resampling.BICUBIC)
        even = ImageMath.lambda_eval(lambda a: a["min"](a["c"] * 250 / a["max"](a["g"], 60), 255), c=channel, g=ground)
        channels.append(even.convert("L"))
    return images.merge("RGB", channels)


@dataclass
class Watch:
    """A scan folder looked at from time to time; a file is handed out once it has stopped growing.

    Attributes:
        folder: where the scanner puts its files.
        since: files older than this are not new (local time).
    """

    folder: Path
    since: datetime
    _sizes: dict[Path, int] = field(default_factory=dict)
    _known: set[Path] = field(default_factory=set)

    def poll(self) -> list[Path]:
        """New scans whose size has not changed since the last look, oldest first.

        Raises:
            BadFile: the folder is gone.
        """
        try:
            found = sorted(self._fresh(), key=lambda pair: pair[1])
        except OSError as error:
            raise BadFile(f"扫描文件夹“{self.folder}”读不了（{why(error)}）。", todo="请重新选择文件夹。") from error
        ready = [path for path, _, size in found if size and self._sizes.get(path) == size]
        self._sizes = {path: size for path, _, size in found}
        self._known.update(ready)
        return ready

    def _fresh(self) -> Iterable[tuple[Path, float, int]]:
        for path in self.folder.iterdir():
            if path.suffix.lower() in KINDS and path not in self._known and not path.name.startswith((".", "~")):
                status = path.stat()
                if datetime.fromtimestamp(status.st_mtime) >= self.since:
                    yield path, status.st_mtime, status.st_size
