"""Offline updates: only what a known key signed, only newer, all of it or nothing, backed up before."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop import __version__, cli, installation, paths, rules, updating
from desktop.errors import BadFile, Refused
from desktop.forms import shelf
from desktop.store import Store
from desktop.updates import sealed
from desktop.updates.sealed import PACKS, PROGRAM, Head, Key
from desktop.workdays import WorkCalendar

RELEASE, SUPERIOR, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
YEAR = """year = 2027
source = "试用"
[[holiday]]
name = "元旦"
first = 2027-01-01
last = 2027-01-03
"""
PACK = Head(PACKS, "holidays-2027", "2026.11", "2027 年放假安排", "2026-11-20", notes="试用")


@pytest.fixture(autouse=True)
def release_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program knows one release key in these tests, and the rest of its resources as they are."""
    resources = tmp_path / "resources"
    resources.mkdir()
    for name in ("holidays", "rules"):
        shutil.copytree(paths.bundled("resources") / name, resources / name)
    public = base64.b64encode(RELEASE.public_key().public_bytes_raw()).decode()
    (resources / sealed.KEYS_FILE).write_text(
        f'[[key]]\nname = "试用项目"\npublic = "{public}"\nsigns = ["program", "packs"]\n', "utf-8"
    )
    real = paths.bundled
    for module in ("desktop.updates.sealed.bundled", "desktop.workdays.bundled", "desktop.rules.bundled"):
        monkeypatch.setattr(module, lambda name: resources if name == "resources" else real(name))


@pytest.fixture
def store(own_home: Path) -> Iterator[Store]:
    with Store.open(own_home, actor="赵示例") as opened:
        yield opened


def update_file(
    folder: Path, head: Head = PACK, files: Mapping[str, bytes] | None = None, key: Ed25519PrivateKey = RELEASE
) -> Path:
    made = folder / "更新.tmupdate"
    made.write_bytes(sealed.written(head, {"holidays/2027.toml": YEAR.encode()} if files is None else files, key))
    return made


def test_a_year_of_holidays_arrives_and_counts(store: Store, tmp_path: Path) -> None:
    assert not WorkCalendar.load().covers(date(2027, 1, 1))
    update = updating.read(update_file(tmp_path), store.folder)
    assert updating.describe(update)[0] == "2027 年放假安排　版本 2026.11（2026-11-20）"
    assert "放假安排 1 份" in updating.describe(update)[-1]
    former = updating.take_in(store, update)
    assert (store.folder / "holidays" / "2027.toml").read_text("utf-8") == YEAR
    assert list((store.folder / "备份").glob("*更新前*.sqlite"))
    assert former.parent.name == "备份"
    assert updating.installed(store.folder) == {"holidays-2027": "2026.11"}
    assert WorkCalendar.load().covers(date(2027, 1, 1))
    assert not list(store.folder.glob(".更新-*"))


def test_the_same_or_an_older_version_is_refused_and_a_newer_replaces(store: Store, tmp_path: Path) -> None:
    updating.take_in(store, updating.read(update_file(tmp_path), store.folder))
    for version in ("2026.11", "2026.11.0", "2026.2", "2025.12.31"):
        with pytest.raises(Refused, match="不用再导入"):
            updating.read(update_file(tmp_path, replace(PACK, version=version)), store.folder)
    newer = YEAR.replace("试用", "更正")
    file = update_file(tmp_path, replace(PACK, version="2026.12"), {"holidays/2027.toml": newer.encode()})
    former = updating.take_in(store, updating.read(file, store.folder))
    assert (store.folder / "holidays" / "2027.toml").read_text("utf-8") == newer
    assert (former / "holidays" / "2027.toml").read_text("utf-8") == YEAR


def test_a_stranger_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="不是由认可的单位签发"):
        updating.read(update_file(tmp_path, key=STRANGER), store.folder)


def test_a_superior_whose_key_was_added_may_hand_down_packs_but_no_program(store: Store, tmp_path: Path) -> None:
    public = base64.b64encode(SUPERIOR.public_key().public_bytes_raw()).decode()
    (tmp_path / "上级.tmkey").write_text(f'name = "共青团示例市委员会"\npublic = "{public}"\n', "utf-8")
    key = updating.add_key(tmp_path / "上级.tmkey", store.folder)
    assert updating.add_key(tmp_path / "上级.tmkey", store.folder) == key
    assert [known.name for known in sealed.keys(store.folder)] == ["试用项目", "共青团示例市委员会"]
    assert len(key.fingerprint.split()) == 8
    assert updating.read(update_file(tmp_path, key=SUPERIOR), store.folder).signer == key
    program = Head(PROGRAM, "tuanmei", "99.0", "团媒台账", "2026-11-20", platform=updating.PLATFORM)
    with pytest.raises(Refused, match="不能签发程序更新"):
        updating.read(update_file(tmp_path, program, {"setup.exe": b"MZ"}, SUPERIOR), store.folder)


def test_a_portable_folder_takes_packs_but_no_setup_which_would_open_an_empty_register(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "团媒台账"
    (folder / "app" / "resources").mkdir(parents=True)
    monkeypatch.setattr("desktop.installation.bundled", lambda name: folder / "app" / name)
    program = Head(PROGRAM, "tuanmei", "99.0", "团媒台账", "2026-11-20", platform=updating.PLATFORM)
    file = update_file(tmp_path, program, {"setup.exe": b"MZ"})
    assert updating.read(file, store.folder).head == program
    (folder / installation.PORTABLE_MARK).write_text("绿色版", "utf-8")
    with pytest.raises(Refused, match="绿色版"):
        updating.read(file, store.folder)
    assert updating.read(update_file(tmp_path), store.folder).head == PACK


@pytest.mark.parametrize(
    "text",
    ["", "name = 1", 'name = "甲"\npublic = "AAAA"', 'name = "a\\"b"\npublic = "' + "A" * 43 + '="', "\udcff"],
)
def test_what_is_no_key_file_is_refused(text: str, store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.tmkey").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadFile):
        updating.add_key(tmp_path / "x.tmkey", store.folder)
    assert not (store.folder / sealed.KEYS_FILE).exists()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    content = bytearray(sealed.written(PACK, {"holidays/2027.toml": YEAR.encode()}, RELEASE))
    content[at % len(content)] ^= 1 << bit
    (folder / "x.tmupdate").write_bytes(content)
    with pytest.raises((BadFile, Refused)):
        sealed.read(folder / "x.tmupdate", sealed.keys(folder))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400), magic=st.booleans())
def test_any_other_file_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bool) -> None:
    folder = tmp_path_factory.mktemp("other")
    (folder / "x.tmupdate").write_bytes((sealed.MAGIC if magic else b"") + content)
    with pytest.raises((BadFile, Refused)):
        sealed.read(folder / "x.tmupdate", sealed.keys(folder))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"holidays/2027.toml": b"year = 2028\nsource = 'x'\n"}, "2027.toml"),
        ({"holidays/2027.toml": YEAR.encode(), "rules/x.toml": b"nonsense"}, "x.toml"),
        ({"holidays/2027.toml": YEAR.encode(), "forms/x.tmform": b"nonsense"}, "x.tmform"),
        ({"../evil.toml": b"", "holidays/2027.toml": YEAR.encode()}, "不认识的内容"),
        ({"holidays/2027.toml": YEAR.encode(), "holidays/../../evil.toml": b""}, "不认识的内容"),
    ],
)
def test_one_bad_file_inside_and_nothing_changes(
    files: dict[str, bytes], says: str, store: Store, tmp_path: Path
) -> None:
    (store.folder / "holidays").mkdir()
    (store.folder / "holidays" / "2026.toml").write_text("old", "utf-8")
    before = sorted(file.relative_to(store.folder) for file in store.folder.rglob("*") if "sqlite" not in file.name)
    with pytest.raises(Refused, match=says):
        updating.take_in(store, updating.read(update_file(tmp_path, files=files), store.folder))
    after = sorted(file.relative_to(store.folder) for file in store.folder.rglob("*") if "sqlite" not in file.name)
    assert after == before
    assert updating.installed(store.folder) == {}
    assert not (store.folder.parent / "evil.toml").exists()


def test_a_form_and_a_rule_pack_travel_together(store: Store, tmp_path: Path) -> None:
    form = shelf.find("tongjibiao", paths.bundled("forms"))
    rule = next(iter(sorted((paths.bundled("resources") / "rules").glob("*.toml"))))
    changed = rule.read_text("utf-8").replace('title = "', 'title = "修订·', 1)
    files = {"forms/tongjibiao.tmform": shelf.pack(form), f"rules/{rule.name}": changed.encode()}
    head = replace(PACK, id="packs-a", title="规定与表单")
    update = updating.read(update_file(tmp_path, head, files), store.folder)
    assert updating.describe(update)[-1] == "包含：规定 1 份、表单 1 份"
    updating.take_in(store, update)
    assert shelf.find("tongjibiao").folder == store.folder / "forms" / "tongjibiao"
    assert rules.packs()[rule.stem].head.title.startswith("修订·")


def test_a_folder_that_cannot_be_exchanged_leaves_everything_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = shelf.find("tongjibiao", paths.bundled("forms"))
    files = {"holidays/2027.toml": YEAR.encode(), "forms/tongjibiao.tmform": shelf.pack(form)}
    (store.folder / "holidays").mkdir()
    (store.folder / "holidays" / "2025.toml").write_text("kept", "utf-8")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if Path(target) == store.folder / "forms":
            raise PermissionError(13, "in use", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(Refused, match="正被占用"):
        updating.take_in(store, updating.read(update_file(tmp_path, files=files), store.folder))
    assert [file.name for file in (store.folder / "holidays").iterdir()] == ["2025.toml"]
    assert updating.installed(store.folder) == {}


def test_a_new_program_is_laid_ready_after_a_backup(store: Store, tmp_path: Path) -> None:
    head = Head(PROGRAM, "tuanmei", "99.0", "团媒台账", "2026-11-20", platform=updating.PLATFORM)
    update = updating.read(update_file(tmp_path, head, {"setup.exe": b"MZ setup"}), store.folder)
    assert f"从 {__version__} 更新到 99.0" in updating.describe(update)[-1]
    setup = updating.unpack_setup(store, update)
    assert setup.read_bytes() == b"MZ setup"
    assert setup.parent == store.folder / "更新"
    assert list((store.folder / "备份").glob("*更新前*.sqlite"))


def test_setups_of_earlier_updates_do_not_pile_up_and_one_still_open_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lay_ready(version: str) -> Path:
        head = Head(PROGRAM, "tuanmei", version, "团媒台账", "2026-11-20", platform=updating.PLATFORM)
        file = update_file(tmp_path, head, {"setup.exe": version.encode()})
        return updating.unpack_setup(store, updating.read(file, store.folder))

    lay_ready("99.0")
    newest = lay_ready("99.1")
    assert list((store.folder / "更新").iterdir()) == [newest]
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError("in use")))
    with pytest.raises(Refused, match="还开着"):
        lay_ready("99.2")
    assert newest.read_bytes() == b"99.1"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": __version__}, "不用再导入"),
        ({"version": "0.0.1"}, "不用再导入"),
        ({"platform": "macos"}, "不是给这个系统的"),
        ({"needs": "99.1"}, "请先更新程序"),
        ({"version": "99.x"}, "写得不对"),
        ({"version": "99.٣"}, "写得不对"),
    ],
)
def test_a_program_that_does_not_fit_is_refused(
    change: dict[str, str], says: str, store: Store, tmp_path: Path
) -> None:
    head = Head(PROGRAM, "tuanmei", "99.0", "团媒台账", "2026-11-20", platform=updating.PLATFORM)
    with pytest.raises(Refused, match=says):
        updating.read(update_file(tmp_path, replace(head, **change), {"setup.exe": b"MZ"}), store.folder)


def test_on_the_command_line(own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = update_file(tmp_path)
    assert cli.run(["update", "--check", str(file)]) == cli.DONE
    assert not (own_home / "holidays").exists()
    assert cli.run(["update", str(file)]) == cli.DONE
    assert "已导入" in capsys.readouterr().out
    assert (own_home / "holidays" / "2027.toml").exists()
    assert cli.run(["update", str(file)]) == cli.REFUSED
    assert "不用再导入" in capsys.readouterr().err
    public = base64.b64encode(SUPERIOR.public_key().public_bytes_raw()).decode()
    (tmp_path / "上级.tmkey").write_text(f'name = "共青团示例市委员会"\npublic = "{public}"\n', "utf-8")
    assert cli.run(["trust-key", str(tmp_path / "上级.tmkey")]) == cli.DONE
    assert "核对指纹" in capsys.readouterr().out


def test_versions_compare_by_number() -> None:
    assert sealed.numbers("0.10.0") > sealed.numbers("0.9.1")
    assert sealed.numbers("1.0") == sealed.numbers("1.0.0")
    assert sealed.numbers("2026.2") < sealed.numbers("2026.11")


def test_the_fingerprint_is_of_the_key() -> None:
    one, other = (Key("甲", key.public_key().public_bytes_raw(), ()) for key in (RELEASE, SUPERIOR))
    assert one.fingerprint != other.fingerprint


def test_update_files_are_made_by_the_release_tool_and_taken_in(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from installer import updates
    from installer.places import BuildError

    typed = "正确 口令 十二个字符以上"
    monkeypatch.setattr(updates, "passphrase", typed.encode)
    made = updates.make_key(tmp_path / "release.key", "试用市委员会")
    assert b"ENCRYPTED" in (tmp_path / "release.key").read_bytes()
    with pytest.raises(BuildError, match="exists"):
        updates.make_key(tmp_path / "release.key", "试用市委员会")
    with pytest.raises(BuildError, match="lies in the project"):
        updates.make_key(updates.ROOT / "installer" / "release.key", "试用市委员会")
    updates.hand_out(tmp_path / "release.key", tmp_path / "上级.tmkey")
    assert updating.add_key(tmp_path / "上级.tmkey", store.folder).fingerprint == made.fingerprint

    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "2027.toml").write_text(YEAR, "utf-8")
    (tmp_path / "head.toml").write_text('id = "h"\nversion = "1"\ntitle = "放假安排"\n', "utf-8")
    paths_in = [tmp_path / "holidays" / "2027.toml", paths.bundled("forms") / "tongjibiao"]
    file = updates.packs(tmp_path / "release.key", tmp_path / "head.toml", tmp_path / "包.tmupdate", paths_in)
    updating.take_in(store, updating.read(file, store.folder))
    assert (store.folder / "forms" / "tongjibiao" / "form.toml").exists()

    updates.trust(tmp_path / "release.key", tmp_path / "resources" / sealed.KEYS_FILE)
    monkeypatch.setattr(updates, "VERSION", "99.0")
    name = "tuanmei-99.0-setup.exe" if updating.PLATFORM == "windows" else "tuanmei_99.0_amd64.deb"
    (tmp_path / name).write_bytes(b"setup")
    (program,) = updates.program(tmp_path / "release.key", "改正若干问题", tmp_path)
    update = updating.read(program, store.folder)
    assert update.signer.name == "试用市委员会"
    assert updating.unpack_setup(store, update).read_bytes() == b"setup"

    monkeypatch.setattr(updates, "passphrase", lambda: b"another passphrase")
    with pytest.raises(BuildError):
        updates.open_key(tmp_path / "release.key")
