"""The small native program that starts Python: compiled from launcher.c with icon, version and manifest."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from desktop.installation import PORTABLE_MARK
from installer.places import BUILD, HERE, NAME, PROGRAM, ROOT, TITLE, VERSION, run
from installer.runtime import compiler

ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
DATA_FOLDER = "数据"
OFFICE = "团媒台账项目"
DESCRIPTION = "团媒台账：新媒体账号台账、填报、交接与报送"


def icon(target: Path) -> Path:
    """Draw the program's icon from its SVG in every size Windows asks for; returns the .ico."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    drawing = QSvgRenderer(str(ROOT / "resources" / "icons" / "tuanmei.svg"))
    pictures = []
    for size in ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawing.render(painter)
        painter.end()
        if size == 256:
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            image.save(buffer, "PNG")
            pictures.append(bytes(buffer.data().data()))
        else:
            pictures.append(bitmap(size, bytes(image.constBits())))
    del application
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(icon_file(pictures))
    return target


def picture(target: Path) -> Path:
    """Draw what stands on the left of the setup's first and last page; returns the .bmp (twice 164 × 314 dots)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(328, 628, QImage.Format.Format_RGB888)
    image.fill(0xF5F6F8)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ROOT / "resources" / "icons" / "tuanmei.svg")).render(painter, QRectF(92, 120, 144, 144))
    painter.end()
    del application
    image.save(str(target), "BMP")
    return target


def bitmap(size: int, pixels: bytes) -> bytes:
    """A picture inside an icon: header, rows of BGRA from the bottom up, an empty mask (1 bit, rows of 4 bytes)."""
    rows = [pixels[start : start + size * 4] for start in range(0, len(pixels), size * 4)]
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + b"".join(reversed(rows)) + bytes((size + 31) // 32 * 4 * size)


def icon_file(pictures: list[bytes]) -> bytes:
    """An .ico of pictures in the order of `ICON_SIZES`; 256 is written as 0."""
    start = 6 + 16 * len(pictures)
    table = b""
    for size, picture in zip(ICON_SIZES, pictures, strict=True):
        table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), start)
        start += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + table + b"".join(pictures)


def resources(icon_path: Path) -> str:
    """The resource script: icon, manifest, and the version as Explorer shows it, in Chinese (language 0804).

    Qt gives its windows the icon that has the name IDI_ICON1, and a plain one when there is none of that name.
    """
    numbers = ",".join([*VERSION.split(".")[:3], "0"])
    texts = {
        "CompanyName": OFFICE,
        "FileDescription": DESCRIPTION,
        "FileVersion": VERSION,
        "InternalName": NAME,
        "LegalCopyright": "Apache License 2.0",
        "OriginalFilename": PROGRAM,
        "ProductName": TITLE,
        "ProductVersion": VERSION,
    }
    values = "\n".join(f'      VALUE "{key}", L"{escaped(text)}"' for key, text in texts.items())
    return f"""#pragma code_page(65001)
IDI_ICON1 ICON "{icon_path.as_posix()}"
1 24 "{(HERE / "launcher.manifest").as_posix()}"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS 0x40004
FILETYPE 1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "080404b0"
    BEGIN
{values}
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x804, 1200
  END
END
"""


def escaped(text: str) -> str:
    """The text as UTF-16 escapes of the resource compiler, so that no code page can spoil it."""
    return "".join(character if character.isascii() else f"\\x{ord(character):04x}" for character in text)


def compile_launcher(target: Path, icon_path: Path, needed: list[str], *, plain: bool = False) -> None:
    """Compile the launcher.

    Args:
        target: the .exe to make.
        icon_path: its icon.
        needed: files it looks for before it starts, relative to itself, with backslashes.
        plain: make a console python.exe for trials instead; it passes its words to Python.
    """
    work = BUILD / "launcher"
    work.mkdir(parents=True, exist_ok=True)
    names = ",\n".join(f"    {wide(name)}" for name in needed)
    (work / "needed.h").write_text(
        f"static const wchar_t *const NEEDED[] = {{\n{names},\n    0}};\n"
        f"#define PORTABLE_MARK {wide(PORTABLE_MARK)}\n#define DATA_FOLDER {wide(DATA_FOLDER)}\n",
        "utf-8",
    )
    (work / "launcher.rc").write_text(resources(icon_path), "utf-8")
    run(compiler("windres"), "-c", "65001", work / "launcher.rc", "-O", "coff", "-o", work / "launcher.res")
    kind = ["-mconsole", "-DPLAIN_PYTHON"] if plain else ["-mwindows"]
    run(compiler(), "-Os", "-s", "-municode", *kind, "-Wall", "-Wextra", "-Werror", "-I", work,
        "-Wl,--dynamicbase,--nxcompat,--high-entropy-va,--no-insert-timestamp",
        HERE / "launcher.c", work / "launcher.res", "-o", target, "-lshell32")  # fmt: skip


def wide(text: str) -> str:
    """A C literal of wide characters."""
    return 'L"' + text.replace("\\", "\\\\") + '"'
