"""Our sheets held against LibreOffice's PDF of the same file: pages, ruling lines, base lines, text outside its cell.

    python -m tests.fidelity FOLDER|FILE... [--table docs/fidelity.md] [--pictures FOLDER] [--missed]

Both sides are PDF files read by the same code (pdfplumber), ours made with the typefaces LibreOffice falls back on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BORDER, BASE, ASIDE = 1.5, 2.0, 3.0  # mm: lines, base lines, and how far aside the same letter may stand
SLACK = 0.6  # mm that a text may lie over the edge of its cell: half a thick border
SHORTEST = 2.0  # mm: shorter strokes are no ruling lines
POINT = 25.4 / 72

FALLBACKS = ("DejaVu Sans", "DejaVu Serif", "Noto Serif CJK SC", "Noto Sans CJK SC", "OpenSymbol")
TWINS = {
    "times new roman": "Liberation Serif",
    "arial": "Liberation Sans",
    "helvetica": "Liberation Sans",
    "courier new": "Liberation Mono",
}


def as_libreoffice(family: str, east_asian: bool) -> str:
    """The family LibreOffice takes here for one that is not installed (asked of fontconfig, by language)."""
    if not family:
        return "Noto Serif CJK SC" if east_asian else "DejaVu Sans"  # where a file names none
    if not east_asian and family.lower() in TWINS:
        return TWINS[family.lower()]
    language = "zh-cn" if east_asian else "en"
    command = ["fc-match", "-f", "%{family[0]}", f"{family}:lang={language}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@dataclass
class Side:
    """What stands on one page of a PDF, in mm: letters (text, x, base line), lines (position, from, to)."""

    letters: list[tuple[str, float, float]] = field(default_factory=list)
    words: list[list[tuple[str, float, float]]] = field(default_factory=list)
    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)


@dataclass
class Result:
    """How one file compares."""

    name: str
    pages: int = 0
    their_pages: int = 0
    lines: int = 0
    lines_met: int = 0
    words: int = 0
    words_met: int = 0
    outside: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of items within the tolerance."""
        items = self.lines + self.words
        return 1.0 if not items else (self.lines_met + self.words_met) / items


def sides(pdf_file: Path) -> list[Side]:
    """The pages of a PDF."""
    import pdfplumber

    with pdfplumber.open(pdf_file) as pdf:
        return [_side(page) for page in pdf.pages]


def _side(page: Any) -> Side:
    made = Side()
    for letter in page.chars:
        if letter["text"].strip():
            base = (page.height - letter["matrix"][5]) * POINT
            made.letters.append((letter["text"], letter["matrix"][4] * POINT, base))
    made.words = _words(made.letters)
    strokes: list[tuple[float, float, float, float]] = []
    for line in page.lines:
        strokes.append((line["x0"], line["top"], line["x1"], line["bottom"]))
    for rect in page.rects:
        wide, high = rect["x1"] - rect["x0"], rect["bottom"] - rect["top"]
        if min(wide, high) < 4:
            middle_x, middle_y = (rect["x0"] + rect["x1"]) / 2, (rect["top"] + rect["bottom"]) / 2
            flat = wide > high
            ends = (
                (rect["x0"], middle_y, rect["x1"], middle_y)
                if flat
                else (middle_x, rect["top"], middle_x, rect["bottom"])
            )
            strokes.append(ends)
        elif rect["stroke"]:
            x0, y0, x1, y1 = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
            strokes += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
    for curve in page.curves:
        xs, ys = [p[0] for p in curve["pts"]], [p[1] for p in curve["pts"]]
        if max(xs) - min(xs) < 4 or max(ys) - min(ys) < 4:
            strokes.append((min(xs), min(ys), max(xs), max(ys)))
    across = [((y0 + y1) / 2 * POINT, x0 * POINT, x1 * POINT) for x0, y0, x1, y1 in strokes if x1 - x0 > y1 - y0]
    down = [((x0 + x1) / 2 * POINT, y0 * POINT, y1 * POINT) for x0, y0, x1, y1 in strokes if x1 - x0 <= y1 - y0]
    made.across, made.down = _joined(across), _joined(down)
    return made


def _words(letters: Sequence[tuple[str, float, float]]) -> list[list[tuple[str, float, float]]]:
    """Letters that follow each other on one base line with no gap wider than a letter."""
    found: list[list[tuple[str, float, float]]] = []
    for letter in sorted(letters, key=lambda one: (round(one[2], 1), one[1])):
        last = found[-1][-1] if found else None
        if last is not None and abs(last[2] - letter[2]) < 0.2 and 0 <= letter[1] - last[1] < 9:
            found[-1].append(letter)
        else:
            found.append([letter])
    return found


def _joined(strokes: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Strokes on one line that touch, as one; short ones left out."""
    bands: list[list[tuple[float, float, float]]] = []
    for stroke in sorted(strokes):
        if bands and stroke[0] - bands[-1][0][0] < 0.3:
            bands[-1].append(stroke)
        else:
            bands.append([stroke])
    found: list[tuple[float, float, float]] = []
    for band in bands:
        at, reached = band[0][0], None
        for _, start, end in sorted(band, key=lambda one: one[1]):
            if reached is not None and start <= reached[1] + 0.8:
                reached = (reached[0], max(reached[1], end))
            else:
                found += [(at, *reached)] if reached is not None else []
                reached = (start, end)
        found += [(at, *reached)] if reached is not None else []
    return [one for one in found if one[2] - one[1] >= SHORTEST]


def compare(name: str, ours: Sequence[Side], theirs: Sequence[Side]) -> Result:
    """Count which of their lines and words we have at the same place."""
    result = Result(name, len(ours), len(theirs))
    for number, their in enumerate(theirs):
        our = ours[number] if number < len(ours) else Side()
        letters: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for text, x, base in our.letters:
            letters[text].append((x, base))
        for word in their.words:
            ends = (word[0], word[-1])
            result.words += 1
            if all(any(abs(x - px) <= ASIDE and abs(y - py) <= BASE for px, py in letters[t]) for t, x, y in ends):
                result.words_met += 1
            else:
                text = "".join(letter[0] for letter in word)
                result.missed.append(f"p{number + 1} {text[:20]} x={word[0][1]:.1f} y={word[0][2]:.1f}")
        for kind in ("across", "down"):
            for at, start, end in getattr(their, kind):
                result.lines += 1
                if _met(at, start, end, getattr(our, kind)):
                    result.lines_met += 1
                else:
                    result.missed.append(f"p{number + 1} {kind} at={at:.1f} {start:.1f}..{end:.1f}")
    return result


def _met(at: float, start: float, end: float, strokes: Sequence[tuple[float, float, float]]) -> bool:
    """Whether strokes near that line cover it."""
    reached = start + BORDER
    for place, begin, stop in sorted(strokes, key=lambda one: one[1]):
        if abs(place - at) <= BORDER and begin <= reached + 0.1:
            reached = max(reached, stop)
    return reached >= end - BORDER


def outside(paper: Any) -> list[str]:
    """Texts that show beyond the cell they stand in, to any side; what is clipped away does not show."""
    found = []
    for number, page in enumerate(paper.pages):
        for text in page.texts:
            if text.turned or not text.text.strip():
                continue
            high = text.font.size * POINT
            left, right = text.x, text.x + text.width
            top, bottom = text.y - 0.8 * high, text.y + 0.1 * high
            if text.clip is not None:
                x, y, width, height = text.clip
                left, right, top, bottom = max(left, x), min(right, x + width), max(top, y), min(bottom, y + height)
            if right <= left or bottom <= top:
                continue
            over = [(_overlap(c, left, right, top, bottom), -c.width * c.height, c) for c in page.cells]
            over = [one for one in over if one[0] > 0]
            if not over:
                continue
            best = max(share for share, _, _ in over)
            _, _, cell = max((one for one in over if one[0] > best - 0.01), key=lambda one: one[1])
            slack = (cell.x - left, right - cell.x - cell.width, cell.y - top, bottom - cell.y - cell.height)
            if max(slack) > SLACK and cell.name == "":
                found.append(f"p{number + 1} {text.text[:20]} {max(slack):.1f} mm")
    return found


def _overlap(cell: Any, left: float, right: float, top: float, bottom: float) -> float:
    """Share of a rectangle that lies over a cell."""
    wide = min(right, cell.x + cell.width) - max(left, cell.x)
    high = min(bottom, cell.y + cell.height) - max(top, cell.y)
    return max(wide, 0.0) * max(high, 0.0) / ((right - left) * (bottom - top))


def gather(paths: Sequence[Path], folder: Path) -> dict[str, Path]:
    """Name → file: the Word and Excel files below some paths; of a form also its filled sample, put into `folder`."""
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix not in {".docx", ".xlsx"} or file.name.startswith("~"):
                continue
            if (file.parent / "form.toml").exists():
                found[f"{file.parent.name}{file.suffix}, empty"] = file
                found[f"{file.parent.name}{file.suffix}, filled"] = _filled(file, folder)
            else:
                found[file.name] = file
    return found


def _filled(template: Path, folder: Path) -> Path:
    """The form of a template filled with its sample."""
    from desktop.filling import fill
    from desktop.forms import load, sample

    form = load(template.parent)
    target = folder / f"{template.parent.name}-filled{template.suffix}"
    target.write_bytes(fill(form, sample(form), "docx" if template.suffix == ".docx" else "xlsx"))
    return target


def convert(files: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """PDF files by LibreOffice, all in one call."""
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("LibreOffice (soffice) is not installed.")
    with tempfile.TemporaryDirectory() as profile:
        inputs = folder / "inputs"
        inputs.mkdir(parents=True, exist_ok=True)
        named = {}
        for index, file in enumerate(files):
            copy = inputs / f"{index:03}{file.suffix}"
            shutil.copyfile(file, copy)
            named[file] = folder / f"{index:03}.pdf"
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, sorted(inputs.iterdir()))],
            check=True,
            capture_output=True,
            timeout=600,
        )
    return named


def measure(files: Mapping[str, Path], folder: Path) -> list[Result]:
    """Compare files; both PDFs of each stay in the folder as NNN.pdf and NNN-ours.pdf."""
    from PySide6.QtGui import QGuiApplication

    from desktop.documents.page import read
    from desktop.documents.pdf import QtFonts, to_pdf

    app = QGuiApplication.instance() or QGuiApplication([])
    fonts = QtFonts(as_libreoffice, FALLBACKS)
    results = []
    theirs = convert(list(files.values()), folder)
    for name, file in files.items():
        paper = read(file.read_bytes(), fonts, name=file.name)
        mine = theirs[file].with_name(f"{theirs[file].stem}-ours.pdf")
        mine.write_bytes(to_pdf(paper))
        result = compare(name, sides(mine), sides(theirs[file]))
        result.outside = outside(paper)
        results.append(result)
    del app
    return results


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table."""
    rows = [
        "| File | Pages (ours / LibreOffice) | Lines met | Words met | Share | Outside its cell |",
        "|---|---|---|---|---|---|",
    ]
    for r in results:
        rows.append(
            f"| {r.name} | {r.pages} / {r.their_pages} | {r.lines_met} / {r.lines} | {r.words_met} / {r.words} "
            f"| {r.share:.1%} | {len(r.outside)} |"
        )
    same = sum(r.pages == r.their_pages for r in results)
    good = sum(r.share >= 0.9 for r in results)
    fine = sum(r.share >= 0.98 for r in results)
    rows += [
        "",
        f"{len(results)} files: {same} with equal page counts; at least 98 % of the items met in {fine}, "
        f"at least 90 % in {good}.",
    ]
    return "\n".join(rows) + "\n"


HEAD = f"""# The paper against LibreOffice

Made by `python -m tests.fidelity forms CORPUS --table docs/fidelity.md` (add `--pictures FOLDER` for side-by-side
pictures, `--missed` for what differs); CORPUS is a folder of forms as committees and schools published them, which is
no part of the program. Each file is turned into PDF twice, by this program and by LibreOffice 7.4, with the same
typefaces; both files are read with pdfplumber. A ruling line is met when ours runs within {BORDER} mm of it over its
whole length; a word is met when its first and its last letter stand within {BASE:.0f} mm of the base line and
{ASIDE:.0f} mm of the place.
"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--missed", action="store_true", help="name what was not met")
    chosen = parser.parse_args(arguments)
    document = [HEAD]
    for path in chosen.files:
        with tempfile.TemporaryDirectory() as folder:
            files = gather([path], Path(folder))
            results = measure(files, Path(folder))
            if chosen.pictures:
                pictures(files, Path(folder), chosen.pictures)
        document += [f"## {path.name}", table(results)]
        sys.stdout.write(f"{path}\n{table(results)}\n")
        for result in results if chosen.missed else ():
            sys.stdout.write("\n".join([f"== {result.name}", *result.missed[:30], *result.outside[:10], ""]))
    if chosen.table:
        chosen.table.write_text("\n".join(document), "utf-8")
    return 0


def pictures(files: Mapping[str, Path], folder: Path, into: Path) -> None:
    """Our page and LibreOffice's side by side, one PNG a page (needs pdftoppm)."""
    from PySide6.QtGui import QImage, QPainter

    into.mkdir(parents=True, exist_ok=True)
    for index, name in enumerate(files):
        for suffix in ("", "-ours"):
            source = folder / f"{index:03}{suffix}.pdf"
            command = ["pdftoppm", "-r", "80", "-png", str(source), str(folder / f"{index:03}{suffix or '-lo'}")]
            subprocess.run(command, check=True)
        mine = sorted(folder.glob(f"{index:03}-ours-*.png"))
        theirs = sorted(folder.glob(f"{index:03}-lo-*.png"))
        for page in range(max(len(mine), len(theirs))):
            pair = [QImage(str(side[page])) if page < len(side) else QImage() for side in (mine, theirs)]
            wide, high = max(i.width() for i in pair), max(i.height() for i in pair)
            both = QImage(wide * 2 + 10, high, QImage.Format.Format_RGB32)
            both.fill(0x888888)
            painter = QPainter(both)
            for at, image in enumerate(pair):
                painter.drawImage(at * (wide + 10), 0, image)
            painter.end()
            both.save(
                str(into / f"{name.replace(', ', '-').removesuffix('.docx').removesuffix('.xlsx')}-{page + 1}.png")
            )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
