"""Reading back: every form, by tags, after LibreOffice saved it again, and with every tag stripped."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop import accounts, cli, filings, filling, forms, paths, reading
from desktop.errors import BadFile
from desktop.forms.loading import sample
from desktop.store import Store

FORMS = sorted(folder.parent.name for folder in paths.bundled("forms").glob("*/form.toml"))
CASES = [(form_id, kind) for form_id in FORMS for kind in forms.find(form_id).kinds]


def typed(form: forms.Form) -> dict[str, Any]:
    """The sample as the clerk typed it: computed fields and empty places left out."""
    computed = {field.key for field in form.fields if field.equals is not None}
    return {key: value for key, value in sample(form).items() if key not in computed and value}


def told(found: reading.Reading) -> dict[str, Any]:
    return {key: [{k: v for k, v in row.items() if v} for row in value] if isinstance(value, list) else value
            for key, value in found.values.items() if value}  # fmt: skip


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Blanks at the ends of lines are not printed so that anyone could see them."""

    def trimmed(text: str) -> str:
        return "\n".join(line.strip() for line in text.strip().split("\n"))

    return {key: [{k: trimmed(v) for k, v in row.items() if v} for row in value] if isinstance(value, list)
            else trimmed(value) for key, value in values.items()}  # fmt: skip


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def stripped(content: bytes, kind: str) -> bytes:
    """The file without any content control or defined name, as after retyping."""
    parts = members(content)
    if kind == "docx":
        for name in parts:
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                text = parts[name].decode()
                text = re.sub(r"<w:sdtPr>.*?</w:sdtPr>|<w:sdtPr/>", "", text, flags=re.DOTALL)
                parts[name] = re.sub(r"</?w:sdt(Content|EndPr)?( [^>]*)?/?>", "", text).encode()
    else:
        text = parts["xl/workbook.xml"].decode()
        names = re.sub(r"<definedName (?![^>]*_xlnm)[^>]*>.*?</definedName>", "", text, flags=re.DOTALL)
        parts["xl/workbook.xml"] = names.replace("<definedNames></definedNames>", "").encode()
    return packed(parts)


@pytest.mark.parametrize(("form_id", "kind"), CASES)
def test_values_to_file_to_values(form_id: str, kind: Any) -> None:
    form = forms.find(form_id)
    found = reading.read(form, filling.fill(form, sample(form), kind), kind)
    assert told(found) == plain(typed(form))
    assert found.remarks == []
    assert found.complete


@pytest.mark.parametrize(("form_id", "kind"), CASES)
def test_without_any_tag(form_id: str, kind: Any) -> None:
    form = forms.find(form_id)
    found = reading.read(form, stripped(filling.fill(form, sample(form), kind), kind), kind)
    wanted, got = flat(plain(typed(form))), flat(told(found))
    right = sum(got.get(tag) == text for tag, text in wanted.items())
    wrong = {tag for tag, text in got.items() if wanted.get(tag) != text}
    assert right / len(wanted) >= 0.98, {
        tag: (text, got.get(tag)) for tag, text in wanted.items() if got.get(tag) != text
    }
    assert wrong <= {one.tag for one in found.remarks}


def flat(values: dict[str, Any]) -> dict[str, str]:
    made = {}
    for key, value in values.items():
        if isinstance(value, list):
            made |= {f"{key}.{n}.{k}": v for n, row in enumerate(value, 1) for k, v in row.items()}
        else:
            made[key] = value
    return made


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sample as LibreOffice saves it, all in two calls."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    source, target = tmp_path_factory.mktemp("filled"), tmp_path_factory.mktemp("again")
    for form_id, kind in CASES:
        form = forms.find(form_id)
        (source / f"{form_id}.{kind}").write_bytes(filling.fill(form, sample(form), kind))
    profile = tmp_path_factory.mktemp("profile")
    for kind in ("docx", "xlsx"):
        files = [str(file) for file in sorted(source.glob(f"*.{kind}"))]
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(target), *files], check=True, capture_output=True, timeout=280)
    return target


@pytest.mark.parametrize(("form_id", "kind"), CASES)
def test_saved_again_by_libreoffice(form_id: str, kind: Any, saved_again: Path) -> None:
    form = forms.find(form_id)
    found = reading.read(form, (saved_again / f"{form_id}.{kind}").read_bytes(), kind)
    assert told(found) == plain(typed(form))


@pytest.mark.parametrize(("form_id", "kind"), CASES)
def test_the_form_is_recognised(form_id: str, kind: Any) -> None:
    known = [forms.find(one) for one in FORMS]
    content = filling.fill(forms.find(form_id), sample(forms.find(form_id)), kind)
    for file in (content, stripped(content, kind)):
        found = reading.recognise(file, kind, known)
        assert found is not None
        assert found.id == form_id


def test_what_is_not_there_is_said_and_not_guessed() -> None:
    form = forms.find("beianbiao")
    parts = members(stripped(filling.fill(form, sample(form), "docx"), "docx"))
    text = parts["word/document.xml"].decode()
    row = next(part for part in re.findall(r"<w:tr[ >].*?</w:tr>", text, flags=re.DOTALL) if "维护方式" in part)
    parts["word/document.xml"] = text.replace(row, "").encode()
    found = reading.read(form, packed(parts), "docx")
    assert found.text("upkeep") == ""
    assert any(one.tag == "upkeep" for one in found.remarks)
    assert found.text("account") == typed(form)["account"]


def test_the_command_makes_a_filing_of_what_it_read(
    office: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = forms.find("beianbiao")
    file = tmp_path / "回来的表.docx"
    file.write_bytes(filling.fill(form, sample(form), "docx"))
    with office.read() as session:
        title = accounts.in_use(session)[0].title
        before = len(filings.in_use(session))
    office.close()
    assert cli.run(["read", str(file), "--keep"]) == cli.REFUSED, "it is not said whose form it is"
    assert "--account" in capsys.readouterr().err
    assert cli.run(["read", str(file), "--keep", "--account", title]) == cli.DONE
    number = json.loads(capsys.readouterr().out)["filing"]
    assert cli.run(["filing", "show", str(number)]) in (cli.DONE, cli.FAULTS)
    assert typed(form)["account"] in capsys.readouterr().out
    with Store.open(office.folder) as again, again.read() as session:
        made = filings.in_use(session)
        assert len(made) == before + 1 and made[0].id == number and made[0].subject_name


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], soffice: Callable[..., Path]) -> None:
    form = forms.find("beianbiao")
    file = tmp_path / "回来的表.docx"
    file.write_bytes(filling.fill(form, sample(form), "docx"))
    assert cli.run(["read", str(file)]) == cli.DONE
    report = json.loads(capsys.readouterr().out)
    assert report["form"] == "beianbiao"
    assert report["values"]["account"] == typed(form)["account"]
    values = {key: value for key, value in sample(form).items() if key != "account"}
    file.write_bytes(filling.fill(form, values, "docx"))
    assert cli.run(["read", str(file), "--form", "beianbiao"]) == cli.FAULTS
    capsys.readouterr()
    old = soffice(file, "doc")
    assert cli.run(["read", str(old), "--form", "beianbiao"]) in (cli.DONE, cli.FAULTS)
    assert "已转换" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, b"<html>"]
)
def test_damaged_files_are_refused(content: bytes, tmp_path: Path) -> None:
    for kind in ("docx", "xlsx"):
        with pytest.raises(BadFile):
            reading.read(forms.find("tongjibiao"), content, kind)  # type: ignore[arg-type]
