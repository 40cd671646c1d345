"""Taking in an update file: a new program's setup, or packs of rules, holidays and forms; all of it or nothing.

Before anything changes the store is backed up, and the clerk's packs that are replaced move to the same backup folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__, installation
from desktop.errors import BadFile, Refused
from desktop.paths import make_private, write_whole
from desktop.updates import sealed
from desktop.updates.sealed import PACKS, PROGRAM, Key, Update, numbers

if TYPE_CHECKING:
    from desktop.store import Store

INSTALLED = "已装更新.json"
FOLDERS = ("rules", "holidays", "forms")
NAMES = re.compile(r"(rules/[\w-]{1,64}\.toml|holidays/\d{4}\.toml|forms/[a-z0-9_-]{1,64}\.tmform)")
PLATFORM = "windows" if sys.platform == "win32" else "linux"
LABEL = "更新前"


def read(file: Path, folder: Path) -> Update:
    """The update in a file when a known key signed it and it fits this program.

    Args:
        file: the update file.
        folder: the data folder, which knows what was taken in before and which keys the clerk added.

    Raises:
        BadFile, Refused: see `sealed.read`; also when it is not newer, needs a newer program, or is for another system.
    """
    update = sealed.read(file, sealed.keys(folder))
    refuse_unfit(update, installed(folder))
    return update


def installed(folder: Path) -> dict[str, str]:
    """What was taken in before: id → version.

    Raises:
        BadFile: the list cannot be read.
    """
    file = folder / INSTALLED
    if not file.exists():
        return {}
    try:
        return {str(name): str(entry["version"]) for name, entry in json.loads(file.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadFile(f"“{INSTALLED}”读不出来。", where=str(folder), todo="请改名该文件后再导入。") from error


def story(folder: Path) -> list[str]:
    """What was taken in before, newest first, one line each.

    Raises:
        BadFile: the list cannot be read.
    """
    if not installed(folder):
        return []
    entries = json.loads((folder / INSTALLED).read_text("utf-8")).values()
    newest = sorted(entries, key=lambda entry: str(entry.get("at", "")), reverse=True)
    return [" ".join(str(entry.get(key, "")) for key in ("at", "title", "version", "signer")) for entry in newest]


def refuse_unfit(update: Update, before: dict[str, str]) -> None:
    """Refuse an update that is not newer, needs a newer program, or is for another system or way of installing.

    A setup would put a second program beside a portable folder, with a register of its own: an empty one.

    Raises:
        Refused, BadFile: with what is installed and what the update brings.
    """
    head = update.head
    if numbers(head.needs) > numbers(__version__):
        raise Refused(f"“{head.title}”需要 {head.needs} 或更新的程序，现在是 {__version__}。", todo="请先更新程序。")
    present = __version__ if head.kind == PROGRAM else before.get(head.id)
    if present is not None and numbers(head.version) <= numbers(present):
        raise Refused(f"“{head.title}”的版本是 {head.version}，已有 {present}，不用再导入。")
    if head.kind == PROGRAM and head.platform != PLATFORM:
        raise Refused(f"“{head.title}”不是给这个系统的。", todo="请取得适合本系统的更新包。")
    if head.kind == PROGRAM and installation.portable():
        raise Refused(
            f"现在用的是绿色版，不能用“{head.title}”的安装程序更新。",
            todo="请取得新的绿色版，解压到新文件夹，再把现在文件夹里的“数据”拷进去。",
        )
    if head.kind == PROGRAM and len(update.files) != 1:
        raise BadFile(f"“{head.title}”应只含一个安装程序。", todo="请向发布人核实。")
    strange = [name for name in update.files if not NAMES.fullmatch(name)] if head.kind == PACKS else []
    if strange:
        raise BadFile(f"“{head.title}”含有不认识的内容：{strange[0]}。", todo="可能需要先更新程序。")


def describe(update: Update) -> list[str]:
    """What the clerk should know before saying yes."""
    head = update.head
    lines = [f"{head.title}　版本 {head.version}（{head.made}）", f"签发：{update.signer.name}"]
    if head.notes:
        lines.append(head.notes)
    if head.kind == PROGRAM:
        return [*lines, f"程序将从 {__version__} 更新到 {head.version}，数据先备份。"]
    words = {"rules": "规定", "holidays": "放假安排", "forms": "表单"}
    counts = {kind: sum(name.startswith(kind) for name in update.files) for kind in FOLDERS}
    return [*lines, "包含：" + "、".join(f"{words[kind]} {count} 份" for kind, count in counts.items() if count)]


def take_in(store: Store, update: Update) -> Path:
    """Put packs in place: rules, holidays and forms, each checked as if the clerk had chosen it by hand.

    Returns:
        The folder in which the former packs and the store's backup lie.

    Raises:
        BadFile, BadForm: a file in it is not what its name says; nothing was changed.
        Refused: the folders could not be changed; everything is as before.
    """
    if update.head.kind != PACKS:
        raise ValueError("a program update is unpacked, not taken in")
    refuse_unfit(update, installed(store.folder))
    touched = [kind for kind in FOLDERS if any(name.startswith(f"{kind}/") for name in update.files)]
    with tempfile.TemporaryDirectory(prefix=".更新-", dir=store.folder, ignore_cleanup_errors=True) as scratch:
        for kind in touched:
            _prepare(kind, update, store.folder / kind, Path(scratch) / kind)
        store.back_up(LABEL)
        former = store.folder / "备份" / f"{LABEL}-{store.clock():%Y%m%d-%H%M%S-%f}"
        _swap(touched, store.folder, Path(scratch), make_private(former))
    _remember(store, update)
    return former


def _prepare(kind: str, update: Update, present: Path, made: Path) -> None:
    """The folder of one kind as it will be: what is there now, with the update's files checked and put over it."""
    if present.is_dir():
        shutil.copytree(present, made)
    else:
        made.mkdir()
    for name, content in update.files.items():
        if not name.startswith(f"{kind}/"):
            continue
        file = made / name.partition("/")[2]
        if kind == "forms":
            _add_form(file, content)
        else:
            file.write_bytes(content)
            (_check_rules if kind == "rules" else _check_year)(file)
    if kind == "rules":
        from desktop import rules

        rules.packs(rules.folders()[0], made)


def _check_rules(file: Path) -> None:
    from desktop.rulepacks import read_pack

    pack = read_pack(file)
    if pack.id != file.stem:
        raise BadFile(f"规定包“{pack.short}”的编号与文件名不符。", where=file.name, todo="请向发布人核实。")


def _check_year(file: Path) -> None:
    from desktop.workdays import read_year

    year = read_year(file)
    if str(year.year) != file.stem:
        raise BadFile(f"放假安排写的是 {year.year} 年，与文件名不符。", where=file.name, todo="请向发布人核实。")


def _add_form(archive: Path, content: bytes) -> None:
    from desktop.forms import shelf

    archive.write_bytes(content)
    form = shelf.receive(archive, archive.parent, replace=True)
    archive.unlink()
    if form.id != archive.stem:
        raise BadFile(f"表单“{form.title}”的编号与文件名不符。", where=archive.name, todo="请向发布人核实。")


def _swap(kinds: list[str], home: Path, made: Path, former: Path) -> None:
    """Exchange whole folders; when one cannot be exchanged, those already exchanged go back."""
    done: list[tuple[Path, Path]] = []
    try:
        for kind in kinds:
            if (home / kind).is_dir():
                (home / kind).rename(former / kind)
                done.append((former / kind, home / kind))
            (made / kind).rename(home / kind)
            done.append((home / kind, made / kind))
    except OSError as error:
        for now, before in reversed(done):
            now.rename(before)
        raise Refused(
            f"更新没有导入：文件夹“{Path(error.filename or home).name}”正被占用。",
            where=str(home),
            todo="请关闭打开了其中文件的程序后再试；原有内容没有改动。",
        ) from error


def _remember(store: Store, update: Update) -> None:
    file = store.folder / INSTALLED
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    at = f"{store.clock():%Y-%m-%d %H:%M}"
    kept[update.head.id] = {**asdict(update.head), "signer": update.signer.name, "at": at}
    write_whole(file, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def unpack_setup(store: Store, update: Update) -> Path:
    """Back the store up and lay a program's setup ready, in the place of the one before; returns the setup.

    Raises:
        Refused: it could not be written, or the setup of an earlier update is still open.
    """
    if update.head.kind != PROGRAM:
        raise ValueError("packs are taken in, not unpacked")
    refuse_unfit(update, {})
    ((name, content),) = update.files.items()
    folder = make_private(store.folder / "更新")
    try:
        for former in folder.glob("tuanmei-*"):
            former.unlink()
    except OSError as error:
        raise Refused("上一次的安装程序还开着。", where=str(folder), todo="请先关闭它，再更新程序。") from error
    store.back_up(LABEL)
    ending = Path(name).suffix if PLATFORM == "windows" else ".deb"
    return write_whole(folder / f"tuanmei-{update.head.version}{ending}", content)


def start_setup(setup: Path) -> bool:
    """Start the setup of a new program, which waits until this one has closed; False where a person must do it."""
    if PLATFORM != "windows":
        return False
    subprocess.Popen([str(setup), "/UPDATE"], close_fds=True)
    return True


def add_key(file: Path, folder: Path) -> Key:
    """Let a superior's packs count: its key file (name and public key) joins the clerk's list.

    Raises:
        BadFile: it is no key file.
    """
    import tomllib

    try:
        table = tomllib.loads(file.read_text("utf-8"))
        name, public = str(table["name"]).strip(), sealed.public_key(str(table["public"]))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise BadFile(f"“{file.name}”不是公钥文件。", todo="请向上级索取公钥文件（.tmkey）。") from error
    if not name or re.search(r'["\\\x00-\x1f]', name) or len(name) > 64:
        raise BadFile(f"“{file.name}”里的单位名称不能用。", todo="请向上级核实。")
    key = Key(name, public, (PACKS,))
    known = sealed.keys(folder)
    if all(other.public != public for other in known):
        target = folder / sealed.KEYS_FILE
        before = target.read_text("utf-8") if target.exists() else ""
        entry = f'[[key]]\nname = "{name}"\npublic = "{table["public"]}"\nsigns = ["{PACKS}"]\n'
        write_whole(target, f"{before}{entry}".encode())
    return key
