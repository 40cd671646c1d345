"""Every form the program brings along can be signed, with and without signature lines, and others agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import filling, paths, signature_lines
from desktop.certificates import make_own
from desktop.documents.signatures.identity import Identity
from desktop.documents.signing import Visible, empty_lines, sign
from desktop.documents.verifying import verify
from desktop.forms import loading
from desktop.forms.definition import Form
from tests.signature_judges import NOW, libreoffice, xmlsec1

FORMS = sorted(file.parent for file in paths.bundled("forms").glob("*/form.toml"))
CASES = [(folder, kind) for folder in FORMS for kind in ("docx", "xlsx") if (folder / f"template.{kind}").exists()]
NAMES = [f"{folder.name}.{kind}" for folder, kind in CASES]


@pytest.fixture(scope="module")
def clerk() -> Identity:
    return make_own("共青团林川县委员会", NOW)


def filled(folder: Path, kind: str) -> tuple[Form, bytes]:
    form = loading.load(folder)
    return form, filling.fill(form, loading.sample(form), kind)  # type: ignore[arg-type]


def test_there_are_forms() -> None:
    assert CASES


@pytest.mark.parametrize(("folder", "kind"), CASES, ids=NAMES)
def test_signing_then_verifying(folder: Path, kind: str, clerk: Identity, tmp_path: Path) -> None:
    _, content = filled(folder, kind)
    signed = sign(sign(content, clerk, NOW, comment="填报"), clerk, NOW, comment="同意")
    report = verify(signed, folder.name)
    assert report.accepted and len(report.signatures) == 2
    assert all(core == "OK" and ok == every > 0 for core, ok, every in xmlsec1(signed, tmp_path))


def test_libreoffice_says_valid_to_every_form(clerk: Identity, tmp_path: Path) -> None:
    files = {name: sign(filled(folder, kind)[1], clerk, NOW) for (folder, kind), name in zip(CASES, NAMES, strict=True)}
    said = libreoffice(files, tmp_path)
    assert {name: [one["valid"] for one in found["signatures"]] for name, found in said.items()} == {
        name: [True] for name in NAMES
    }


@pytest.mark.parametrize(("folder", "kind"), CASES, ids=NAMES)
def test_lines_of_a_form_are_filled_in_the_forms_order(
    folder: Path, kind: str, clerk: Identity, tmp_path: Path
) -> None:
    form, content = filled(folder, kind)
    wanted = [line for line, _ in signature_lines.lines(form, loading.sample(form))]
    assert len(wanted) == len(form.signers) + sum(bool(signer.seal) for signer in form.signers)
    content = signature_lines.prepared(form, content, kind, loading.sample(form))  # type: ignore[arg-type]
    assert [(line.signer, line.stamp) for line in empty_lines(content)] == [
        (line.signer, line.stamp) for line in wanted
    ]
    for line in empty_lines(content):
        content = sign(content, clerk, NOW, visible=Visible(line.id))
    report = verify(content)
    assert (report.accepted or not wanted) and len(report.signatures) == len(wanted) and empty_lines(content) == []
    assert all(core == "OK" and ok == every for core, ok, every in xmlsec1(content, tmp_path))


def test_real_files_of_offices(shared: Path, clerk: Identity, tmp_path: Path) -> None:
    """Forms as they are found in the world: saved by Word, WPS and Excel of many years."""
    files = sorted(file for file in (shared / "corpus" / "files").iterdir() if file.suffix in {".docx", ".xlsx"})
    assert len(files) > 40
    signed = {file.name: sign(file.read_bytes(), clerk, NOW, name=file.name) for file in files}
    assert [name for name, content in signed.items() if not verify(content, name).accepted] == []
    said = {name: xmlsec1(content, tmp_path) for name, content in signed.items()}
    assert [name for name, ((core, ok, every),) in said.items() if core != "OK" or ok != every] == []
    judged = libreoffice(signed, tmp_path)
    assert [name for name, found in judged.items() if not all(one["valid"] for one in found["signatures"])] == []
