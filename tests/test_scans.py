"""Scans and photos: straightened, pulled flat, joined into a PDF; the scan folder watched."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from desktop import scans
from desktop.errors import BadFile

NOW = datetime(2025, 12, 1, 9, 0)


def page(width: int = 827, height: int = 1170) -> Image.Image:
    """A drawn form: a grid, bars for writing, a red seal."""
    made = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(made)
    for row in range(9):
        top = 150 + row * 90
        draw.rectangle((75, top, 750, top + 90), outline="black", width=2)
        draw.rectangle((95, top + 35, 220 + 9 * row, top + 55), fill="black")
        draw.rectangle((280, top + 35, 520 - 11 * row, top + 55), fill=(30, 30, 90))
    draw.ellipse((500, 850, 700, 1050), outline=(200, 20, 30), width=10)
    return made


def photo(corners: list[tuple[int, int]], size: tuple[int, int] = (2000, 1500)) -> Image.Image:
    """The form lying on a brown desk, seen from the side, darker to the left."""
    sheet = page()
    around = [(0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height)]
    slant = scans._perspective(corners, around)
    desk = Image.new("RGB", size, (90, 70, 55))
    where = Image.new("L", sheet.size, 255).transform(size, Image.Transform.PERSPECTIVE, slant)
    desk.paste(sheet.transform(size, Image.Transform.PERSPECTIVE, slant, Image.Resampling.BICUBIC), mask=where)
    shade = Image.linear_gradient("L").rotate(90).resize(size).point([130 + v * 125 // 255 for v in range(256)])
    return ImageChops.multiply(desk, Image.merge("RGB", (shade,) * 3))


def jpeg(picture: Image.Image, **more: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=88, **more)  # type: ignore[arg-type]
    return made.getvalue()


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures made small, 0 for the same and 255 for opposite."""
    size = (100, 140)
    apart = ImageChops.difference(one.convert("L").resize(size), other.convert("L").resize(size))
    return sum(apart.tobytes()) / len(apart.tobytes())


@pytest.mark.parametrize("lean", [0.0, 0.6, 1.3, -2.7, 5.0, -7.2])
def test_a_leaning_scan_is_turned_level(lean: float) -> None:
    leaning = page().rotate(lean, Image.Resampling.BICUBIC, fillcolor="white")
    assert scans.skew(leaning) == pytest.approx(-lean, abs=0.15)


def test_an_empty_sheet_is_not_turned() -> None:
    assert scans.skew(Image.new("RGB", (800, 1100), (250, 250, 248))) == 0


def test_a_photo_of_a_sheet_is_pulled_flat_and_lit_evenly() -> None:
    corners = [(450, 125), (1450, 210), (1525, 1400), (350, 1325)]
    taken = photo(corners)
    found = scans.page_corners(taken)
    assert found is not None
    for (x, y), (right_x, right_y) in zip(found, corners, strict=True):
        assert abs(x - right_x) < 12 and abs(y - right_y) < 12
    flat = scans.straightened(jpeg(taken), "照片.jpg")
    assert flat.size == scans.A4
    assert likeness(flat, page()) < 12 < likeness(taken, page())
    left, right = (flat.getpixel((x, 2200)) for x in (100, 1500))
    assert min(*left, *right) > 235, "the shadow is gone"  # type: ignore[misc]
    seal = flat.getpixel((1200, 1710))
    assert seal[0] > 120 and seal[1] < 90, "the seal stays red"  # type: ignore[index]


def test_a_scan_is_not_taken_for_a_photo() -> None:
    assert scans.page_corners(page()) is None


def test_a_photo_lying_on_its_side_is_stood_up_by_its_exif() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter clockwise by the camera
    content = jpeg(page().transpose(Image.Transpose.ROTATE_90), exif=exif)
    upright = scans.straightened(content, "x.jpg")
    assert upright.height > upright.width and likeness(upright, page()) < 6


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_several_photos_become_one_a4_pdf(tmp_path: Path) -> None:
    files = [("1.jpg", jpeg(page())), ("2.png", jpeg(page().rotate(90, expand=True)))]
    made = scans.joined(files, NOW)
    assert made == scans.joined(files, NOW)
    (tmp_path / "a.pdf").write_bytes(made)
    told = subprocess.run(["pdfinfo", "-l", "9", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Pages:           2" in told and told.count("(A4)") == 2
    subprocess.run(["pdftoppm", "-r", "50", "-png", tmp_path / "a.pdf", tmp_path / "p"], check=True)
    with Image.open(tmp_path / "p-1.png") as drawn:
        assert likeness(drawn, page()) < 8


def test_a_pdf_is_handed_on_and_not_mixed() -> None:
    pdf = scans.to_pdf([page()], NOW)
    assert scans.joined([("a.pdf", pdf)], NOW) == pdf
    with pytest.raises(BadFile, match="不能和照片拼"):
        scans.joined([("1.jpg", jpeg(page())), ("a.pdf", pdf)], NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是能打开的照片"),
        (b"\xff\xd8\xff\xe0broken", "不是能打开的照片"),
        (jpeg(page())[:2000], "不是能打开的照片"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        scans.straightened(content, "照片.jpg")


def test_a_picture_far_too_large_is_refused() -> None:
    made = io.BytesIO()
    Image.new("1", (12000, 12000)).save(made, "PNG")
    with pytest.raises(BadFile, match=r"12000×12000|不是能打开"):
        scans.straightened(made.getvalue(), "大.png")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 255))
def test_flipped_bytes_never_crash(at: int, value: int) -> None:
    content = bytearray(SMALL)
    content[at % len(content)] ^= value
    try:
        scans.straightened(bytes(content), "x.jpg")
    except BadFile as refusal:
        assert refusal.todo


SMALL = jpeg(page().resize((120, 170)))


def test_the_time_of_a_scan_is_the_cameras_or_the_files(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2025:11:30 16:20:05"
    file = tmp_path / "照片.jpg"
    file.write_bytes(jpeg(page(), exif=exif))
    assert scans.made_at(file, file.read_bytes()) == datetime(2025, 11, 30, 16, 20, 5)
    plain = tmp_path / "扫描.pdf"
    plain.write_bytes(b"%PDF-1.4")
    os.utime(plain, (NOW.timestamp(), NOW.timestamp()))
    assert scans.made_at(plain, plain.read_bytes()) == NOW


def test_the_scan_folder_hands_out_finished_new_files_once(tmp_path: Path) -> None:
    def put(name: str, content: bytes, at: datetime) -> Path:
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (at.timestamp(), at.timestamp()))
        return tmp_path / name

    put("旧.pdf", b"old", NOW - timedelta(hours=1))
    put("说明.txt", b"text", NOW)
    watch = scans.Watch(tmp_path, NOW)
    growing = put("1.pdf", b"half", NOW + timedelta(minutes=1))
    assert watch.poll() == []
    put("1.pdf", b"half and half", NOW + timedelta(minutes=1))
    second = put("2.JPG", b"photo", NOW + timedelta(minutes=2))
    assert watch.poll() == []
    assert watch.poll() == [growing, second]
    assert watch.poll() == []
    with pytest.raises(BadFile, match="读不了"):
        scans.Watch(tmp_path / "没有", NOW).poll()
