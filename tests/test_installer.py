"""The build's own rules: exact versions, refusals, file formats. The setup itself is tried by `run.py test-windows`."""

from __future__ import annotations

import io
import json
import marshal
import re
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from installer import contents, debian, dependencies, launcher, places, runtime, tree
from installer.places import ROOT, BuildError

CONSTRAINTS = {
    dependencies.normal(name): version
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("lock", dependencies.LOCKS, ids=lambda lock: lock.name)
def test_the_packages_shipped_are_the_versions_tested(lock: dependencies.Lock) -> None:
    pins = lock.pins()
    assert len(pins) == len(lock.file.read_text("utf-8").splitlines())
    assert {name: version for name, (version, _) in pins.items() if CONSTRAINTS.get(name, version) != version} == {}


@pytest.mark.parametrize("lock", [dependencies.WINDOWS, dependencies.LINUX], ids=lambda lock: lock.name)
def test_every_dependency_of_the_program_is_in_the_list(lock: dependencies.Lock) -> None:
    import tomllib

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {dependencies.normal(re.split(r"[^\w.-]", line)[0]) for line in asked}
    assert names - lock.pins().keys() == set()
    assert "pyside6-essentials" in names


def test_a_runtime_with_another_checksum_is_refused_and_the_right_one_isolated(tmp_path: Path) -> None:
    archive = tmp_path / "python-embed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("python311.dll", "python311.zip", "python.exe", "_msi.pyd", "LICENSE.txt"):
            packed.writestr(name, name)
    with pytest.raises(BuildError, match="SHA-256"):
        runtime.official(archive, "0" * 64, tmp_path / "wrong")
    assert not (tmp_path / "wrong").exists()
    runtime.official(archive, dependencies.sha256(archive).upper(), tmp_path / "right")
    assert {file.name for file in (tmp_path / "right").iterdir()} == {
        "python311.dll", "python311.zip", "LICENSE.txt", "python311._pth",
    }  # fmt: skip
    assert (tmp_path / "right" / "python311._pth").read_bytes() == b"python311.zip\r\n.\r\n..\\site\r\n..\\app\r\n"


def test_another_zip_is_no_runtime(tmp_path: Path) -> None:
    archive = tmp_path / "python-embed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("python312.dll", "")
    with pytest.raises(BuildError, match=r"Python 3\.11"):
        runtime.official(archive, dependencies.sha256(archive), tmp_path / "made")


def test_byte_code_needs_no_source_to_be_compared_with() -> None:
    made = runtime.byte_code(b"answer = 6 * 7\n", "deep.py")
    assert struct.unpack_from("<I", made, 4) == (1,)
    names: dict[str, object] = {}
    exec(marshal.loads(made[16:]), names)
    assert names["answer"] == 42


def test_the_standard_library_is_packed_without_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    for name in ("os.py", "json/__init__.py", "test/test_os.py", "site-packages/x.py", "_sysconfigdata_x.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("pass\n")
    packed = runtime.standard_library(tmp_path)
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["json/__init__.pyc", "os.pyc"]
    assert packed == runtime.standard_library(tmp_path)


def test_a_wheel_that_points_outside_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "bad-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("../outside.py", "")
    with pytest.raises(BuildError, match="outside"):
        dependencies.unpack(wheel, tmp_path / "site")
    assert not (tmp_path / "outside.py").exists()


def test_a_wheel_is_unpacked_without_scripts(tmp_path: Path) -> None:
    wheel = tmp_path / "good-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for name in ("good/__init__.py", "good-1.data/scripts/tool", "good-1.data/purelib/more.py"):
            packed.writestr(name, "")
    dependencies.unpack(wheel, tmp_path / "site")
    made = {file.relative_to(tmp_path / "site").as_posix() for file in (tmp_path / "site").rglob("*") if file.is_file()}
    assert made == {"good/__init__.py", "more.py"}


def test_terms_that_forbid_ours_stop_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "tree" / "site"
    info = site / "strict-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "LICENSE").write_text("text")
    lock = dependencies.Lock(str(tmp_path / "lock.txt"), dependencies.WINDOWS_TAGS)
    lock.file.write_text(f"strict==1.0 --hash=sha256:{'0' * 64}\n")
    for licence, good in (("GPL-3.0-only", False), ("AGPL-3.0", False), ("MIT", True)):
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: Strict\nVersion: 1.0\nLicense-Expression: {licence}\n"
        )
        if good:
            found = contents.collect(tmp_path / "tree", site, lock, tmp_path / "licences")
            assert found == [contents.Component("Strict", "1.0", "MIT", "0" * 64)]
            assert (tmp_path / "licences" / "Strict" / "LICENSE").read_text() == "text"
        else:
            with pytest.raises(BuildError, match="cannot ship"):
                contents.collect(tmp_path / "tree", site, lock, tmp_path / "licences")
    own, parts = info / "licenses" / "BUILD_LICENSES" / "zlib.txt", info / "licenses" / "LICENCES" / "MIT.txt"
    for text in (own, parts):
        text.parent.mkdir(parents=True)
        text.write_text(text.name)
    contents.collect(tmp_path / "tree", site, lock, tmp_path / "licences")
    assert (tmp_path / "licences" / "Strict" / "BUILD_LICENSES" / "zlib.txt").read_text() == "zlib.txt"
    assert (tmp_path / "licences" / "Strict" / "LICENCES" / "MIT.txt").exists()
    shutil.rmtree(info / "licenses")
    (info / "LICENSE").unlink()
    with pytest.raises(BuildError, match="no licence text"):
        contents.collect(tmp_path / "tree", site, lock, tmp_path / "licences")


def test_qt_is_listed_with_the_texts_of_what_is_compiled_into_it(tmp_path: Path) -> None:
    info = tmp_path / "tree" / "site" / "pyside6_essentials-6.8.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: PySide6_Essentials\nVersion: 6.8.3\n")
    lock = dependencies.Lock(str(tmp_path / "lock.txt"), dependencies.WINDOWS_TAGS)
    lock.file.write_text(f"pyside6-essentials==6.8.3 --hash=sha256:{'0' * 64}\n")
    folder = tmp_path / "licences"
    found = contents.collect(tmp_path / "tree", info.parent, lock, folder)
    assert [(part.name, part.version, part.licence) for part in found] == [
        ("PySide6_Essentials", "6.8.3", "LGPL-3.0-only"),
        ("Qt", "6.8.3", "LGPL-3.0-only"),
    ]
    contents.write_list(folder, found)
    bill = json.loads(contents.bill_of_materials(found, "trial"))
    assert [part.get("purl") for part in bill["components"]] == ["pkg:pypi/pyside6_essentials@6.8.3", None]
    text = (folder / "PySide6_Essentials" / "Qt-third-party.txt").read_text("utf-8")
    assert "Qt-third-party.txt" in (folder / contents.LIST).read_text("utf-8-sig")
    named = {term for line in re.findall(r"^    terms: (.+)$", text, re.MULTILINE) for term in line.split(", ")}
    given = set(re.findall(r"^={100}\n(.+)\n={100}$", text, re.MULTILINE))
    assert named == given
    assert {"FTL", "libjpeg", "libpng", "Zlib", "BSD-3-clause"} <= given


def test_the_icon_has_every_size(tmp_path: Path, qapp: object) -> None:
    made = launcher.icon(tmp_path / "program.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", made)
    assert (reserved, kind, count) == (0, 1, len(launcher.ICON_SIZES))
    for number, size in enumerate(launcher.ICON_SIZES):
        width, _, _, _, _, bits, length, start = struct.unpack_from("<BBBBHHII", made, 6 + 16 * number)
        assert (width or 256, bits) == (size, 32)
        picture = made[start : start + length]
        assert len(picture) == length
        if size == 256:
            assert picture.startswith(b"\x89PNG")
        else:
            middle = 40 + (size * (size // 2) + 2 + size // 16) * 4
            assert struct.unpack_from("<IiiHH", picture) == (40, size, size * 2, 1, 32)
            assert any(picture[40 : 40 + size * size * 4]), middle


def test_the_setups_picture_is_what_its_compiler_takes(tmp_path: Path, qapp: object) -> None:
    made = launcher.picture(tmp_path / "picture.bmp").read_bytes()
    width, height, planes, bits = struct.unpack_from("<iiHH", made, 18)
    assert (made[:2], width, height, planes, bits) == (b"BM", 328, 628, 1, 24)


def test_chinese_in_resources_is_written_in_ascii() -> None:
    script = launcher.resources(Path("icon.ico"))
    assert 'VALUE "ProductName", L"\\x56e2\\x5a92\\x53f0\\x8d26"' in script
    assert script.isascii()
    assert 'IDI_ICON1 ICON "icon.ico"' in script


def test_a_linux_desktop_finds_the_icon_of_the_window() -> None:
    (named,) = re.findall(r"^StartupWMClass=(.+)$", debian.DESKTOP, re.MULTILINE)
    assert f'sys.argv[0] = "{named}"' in debian.START
    compile(debian.START, "start.py", "exec")


def test_the_qt_modules_in_use_are_found_in_the_sources() -> None:
    found = tree.qt_modules()
    assert {"QtCore", "QtGui", "QtWidgets"} <= found
    assert not {name for name in found if not name.startswith("Qt")}


def test_checksums_cover_every_file(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"b")
    (tmp_path / "a.exe").write_bytes(b"a")
    lines = contents.checksums(tmp_path).read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a.exe", "b.zip"]
    assert lines[0].startswith("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")


def test_another_python_does_not_byte_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PYTHON", (3, 99))
    with pytest.raises(BuildError, match=r"built with Python 3\.99"):
        places.require_python()


def test_the_tests_chosen_for_windows_exist() -> None:
    from installer import windows_tests

    named = {
        *windows_tests.ON_WINDOWS,
        *windows_tests.ON_THE_DESKTOP,
        *(name.split("::")[0] for name in windows_tests.BUT_NOT),
    }
    assert [name for name in sorted(named) if not (windows_tests.TESTS / name).is_file()] == []
    for name in windows_tests.BUT_NOT:
        file, _, test = name.partition("::")
        assert f"def {test}(" in (windows_tests.TESTS / file).read_text("utf-8")
