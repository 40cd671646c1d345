"""The shelf of forms: the program's own folders, the clerk's beside the store, and those that arrive as one zip."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from desktop.documents.package import Package, open_package
from desktop.documents.places import KEY
from desktop.errors import BadForm
from desktop.forms.definition import PURPOSES, Form
from desktop.forms.loading import load, read
from desktop.paths import bundled, home, make_private

MEMBERS = ("form.toml", "template.docx", "template.xlsx", "sample.toml")


def catalogue(*folders: Path) -> tuple[list[Form], list[BadForm]]:
    """The forms of all sub-folders in the order of lists, and the refusals of those that cannot be read.

    Only form.toml is read, so that a list appears at once; a later folder's form replaces an earlier one.
    """
    forms: dict[str, Form] = {}
    refused = []
    for folder in folders:
        for path in sorted(folder.glob("*/form.toml")):
            try:
                form = read(path.parent)
            except BadForm as error:
                refused.append(error)
            else:
                forms[form.id] = form
    return sorted(forms.values(), key=lambda form: (*place(form), form.title)), refused


def place(form: Form) -> tuple[int, bool]:
    """Where a form stands in a list: by its purpose, then the superior's own layouts before ours."""
    return PURPOSES.index(form.purpose), form.own_layout


def default_folders() -> tuple[Path, Path]:
    """Where forms lie: the program's own, and the clerk's beside the store."""
    return bundled("forms"), home() / "forms"


def find(form_id: str, *folders: Path) -> Form:
    """The fully checked form of that id; the clerk's own goes before the program's.

    Raises:
        BadForm: there is none, or it contradicts itself.
    """
    for folder in reversed(folders or default_folders()):
        if KEY.fullmatch(form_id) and (folder / form_id / "form.toml").is_file():
            return load(folder / form_id)
    raise BadForm(f"没有名为“{form_id}”的表单。", todo="可用的表单见 tuanmei forms。")


def pack(form: Form) -> bytes:
    """The form's folder as one zip, to be mailed to a colleague; equal folders give equal bytes."""
    files = {f"{form.id}/{name}": form.folder / name for name in MEMBERS}
    return Package(form.id, []).written({name: path.read_bytes() for name, path in files.items() if path.is_file()})


def receive(archive: Path, into: Path | None = None, *, replace: bool = False) -> Form:
    """Take in a form that arrived as one zip, after checking it as any other; nothing is kept when it does not fit.

    Args:
        archive: the zip, with the form's files at its top or in one folder.
        into: the clerk's folder of forms, `<home>/forms` when left out.
        replace: put it in place of the clerk's form of the same id.

    Raises:
        BadFile, BadForm: no readable zip, no form.toml in it, a form that contradicts itself, or one that is there.
    """
    package = open_package(archive)
    tops = [name.removesuffix("form.toml") for name in package.members if name.split("/")[-1] == "form.toml"]
    if len(tops) != 1:
        raise BadForm(f"压缩包“{archive.name}”里应恰有一个 form.toml，实有 {len(tops)} 个。", todo="请向寄送人核实。")
    target = into if into is not None else make_private(home()) / "forms"
    with tempfile.TemporaryDirectory(prefix="tuanmei-form-") as scratch:
        unpacked = Path(scratch) / "arrived"
        unpacked.mkdir()
        for name in MEMBERS:
            if tops[0] + name in package.members:
                (unpacked / name).write_bytes(package.read(tops[0] + name))
        form_id = _id_of(unpacked, archive.name)
        unpacked = unpacked.rename(Path(scratch) / form_id)
        load(unpacked)
        place = target / form_id
        if place.exists() and not replace:
            raise BadForm(f"已有名为“{form_id}”的自有表单。", where=archive.name, todo="请确认后选择替换。")
        target.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(place)
        shutil.copytree(unpacked, place)
    return load(place)


def _id_of(folder: Path, archive: str) -> str:
    import tomllib

    try:
        form_id = tomllib.loads((folder / "form.toml").read_text("utf-8")).get("id")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadForm(f"压缩包“{archive}”里的 form.toml 读不懂。", todo="请向寄送人核实。") from error
    if not isinstance(form_id, str) or not KEY.fullmatch(form_id):
        raise BadForm(f"压缩包“{archive}”里的表单没有可用的 id。", todo="id 用小写英文字母、数字和下划线。")
    return form_id
