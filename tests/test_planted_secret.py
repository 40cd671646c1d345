"""Planted secrets are found nowhere: store, write-ahead log, backups, logs, crash report, exports, temporary files,
environment, clipboard; looked for byte by byte as UTF-8, UTF-16, base64 and hex.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORDS = {
    "passphrase": "四季青山 walks 93 lamps", "other": "另一句 rivers 58 keep", "wrong": "错误口令 Falsch-77 xx",
    "old": "Alt-Geheim-4711", "new": "Neu-Geheim-0815", "note": "备注Merkwort-313", "seed": "JBSWY3DPEHPK3PXPABCD2345",
    "codes": "9931-7754 2280-1165", "mail": "authcode-qwzx-7788", "sheet": "YR6VF-9E7AH-MERKZ-Q60M6-YYTGA-Q1J01-CY2ZX",
    "listed": "Liste-Geheim-2266",
}  # fmt: skip
COMMANDS = (
    ["custody", "verify"], ["custody", "list"], ["custody", "extract"], ["handover", "list", "--all"],
    ["history", "-n", "500"], ["backup"], ["export", "register", "{exports}/台账.xlsx"], ["check"], ["due"],
    ["custody", "extract", "--to", "{exports}/摘录.txt"], ["vault", "test"],
    ["handover", "sheet", "1", "-o", "{exports}/交接单.docx"],
)  # fmt: skip


def shapes(word: str) -> set[bytes]:
    """A word as the bytes it may hide in: three encodings, base64 at each of its three alignments, hex, JSON."""
    found: set[bytes] = set()
    for plain in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
        found |= {plain, plain.hex().encode(), plain.hex().upper().encode()}
        for shift in range(3):
            coded = base64.b64encode(bytes(shift) + plain)
            begin, end = -(-shift * 8 // 6), len(coded) - 4  # characters that also hold bits of what is around
            inner = coded[begin:end]
            found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found | {json.dumps(word)[1:-1].encode()}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and every part of every package in it."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(folder)), file.read_bytes()
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as package:
                    for name in package.namelist():
                        yield f"{file.name}!{name}", package.read(name)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the day was lived: home, temporary files, exports, and what the commands said."""
    made = tmp_path_factory.mktemp("planted")
    for name in ("home", "tmp", "exports", "said"):
        (made / name).mkdir()
    own = {
        "TUANMEI_HOME": made / "home" / "data", "HOME": made / "home", "TMPDIR": made / "tmp", "PYTHONPATH": ROOT,
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    environment = os.environ | {name: str(value) for name, value in own.items()}
    done = subprocess.run(
        [sys.executable, "-m", "tests.planted", str(made / "said" / "clipboard")],
        input=json.dumps(WORDS).encode(), env=environment, cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    (made / "said" / "environment").write_bytes(done.stdout)
    (made / "said" / "errors").write_bytes(done.stderr)
    (made / "said" / "wal").write_bytes((made / "home" / "data" / "tuanmei.sqlite-wal").read_bytes())
    for number, words in enumerate(COMMANDS):
        call = [word.format(exports=made / "exports") for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "desktop", *call], env=environment, cwd=ROOT, capture_output=True, timeout=120,
            check=False, input=f"{WORDS['other']}\n".encode(),
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr.decode()
        (made / "said" / f"{number}-{words[0]}").write_bytes(done.stdout + done.stderr)
    return made


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """The net is tight: each shape of a planted word is caught, at every alignment."""
    word = WORDS["new"]
    for around in range(7):
        hidden = b"x" * around + word.encode() + b"y" * 9
        for content in (hidden, base64.b64encode(hidden), base64.urlsafe_b64encode(hidden), hidden.hex().encode()):
            assert any(shape in content for shape in shapes(word)), (around, content)
        assert any(shape in (b"\0" * around + word.encode("utf-16-le")) for shape in shapes(word))
    assert all(len(shape) >= 8 for one in WORDS.values() for shape in shapes(one))


def test_the_day_left_everything_that_is_searched(place: Path) -> None:
    names = [name for name, _ in contents(place)]
    for wanted in (
        "tuanmei.sqlite",
        "备份/",
        "tuanmei.log",
        "故障报告",
        "台账.xlsx!",
        "摘录.txt",
        "交接单.docx!",
        "said/wal",
    ):
        assert any(wanted in name for name in names), wanted
    assert (place / "said" / "wal").stat().st_size > 10_000
    assert (place / "said" / "clipboard").read_bytes() == b"clipboard:"
    assert b"TUANMEI_HOME" in (place / "said" / "environment").read_bytes()
    assert "refused" in (place / "home" / "data" / "日志" / "tuanmei.log").read_text("utf-8")


@pytest.mark.parametrize("name", list(WORDS))
def test_a_planted_secret_is_nowhere(place: Path, name: str) -> None:
    wanted = shapes(WORDS[name]) | shapes(WORDS[name].replace("-", ""))  # the code of the sheet is read without hyphens
    for where, content in contents(place):
        assert not any(shape in content for shape in wanted), f"{name} is readable in {where}"


def test_files_are_only_for_their_owner(place: Path) -> None:
    if os.name != "posix":
        pytest.skip("modes are a matter of POSIX")
    for file in (place / "home" / "data").rglob("*.sqlite*"):
        assert file.stat().st_mode & 0o077 == 0, file
    assert (place / "home" / "data").stat().st_mode & 0o077 == 0
