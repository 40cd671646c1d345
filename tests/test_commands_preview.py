"""`tuanmei preview`: any Word or Excel file as PDF or pictures, without an office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop import cli, filling, forms
from desktop.documents import offices
from desktop.forms.loading import sample
from tests.wordfile import para, run, word_file


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_form_becomes_pdf(
    qapp: QApplication, tmp_path: Path, kind: forms.Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    form = forms.find("tongjibiao")
    file, out = tmp_path / f"统计表.{kind}", tmp_path / "统计表.pdf"
    file.write_bytes(filling.fill(form, sample(form), kind))
    assert cli.run(["preview", str(file), "-o", str(out)]) == cli.DONE
    assert out.read_bytes().startswith(b"%PDF")
    assert str(out) in capsys.readouterr().out


def test_every_page_becomes_a_picture(qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = para(run("一") + '<w:r><w:br w:type="page"/></w:r>' + run("二"))
    file, out = tmp_path / "两页.docx", tmp_path / "两页.png"
    file.write_bytes(word_file(pages))
    assert cli.run(["preview", str(file), "-o", str(out)]) == cli.DONE
    for picture in (out, tmp_path / "两页-2.png"):
        image = QImage(str(picture))
        assert image.height() / image.width() == pytest.approx(297 / 210, abs=0.01)
    assert capsys.readouterr().out.count(".png") == 2


@pytest.mark.parametrize(("kind", "old"), [("docx", "doc"), ("xlsx", "xls")])
def test_an_old_file_is_converted_and_drawn(
    qapp: QApplication, soffice: Callable[..., Path], tmp_path: Path, kind: forms.Kind, old: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    form = forms.find("tongjibiao")
    file, out = tmp_path / f"统计表.{kind}", tmp_path / "统计表.pdf"
    file.write_bytes(filling.fill(form, sample(form), kind))
    made = soffice(file, old)
    assert cli.run(["preview", str(made), "-o", str(out)]) == cli.DONE
    with pdfplumber.open(out) as pdf:
        assert "王某甲" in pdf.pages[0].extract_text()
    assert "转换" in capsys.readouterr().err
    out.unlink()
    monkeypatch.setattr(offices, "there", lambda suffix: iter(()))
    assert cli.run(["preview", str(made), "-o", str(out)]) == cli.REFUSED
    assert f"另存为 .{kind}" in capsys.readouterr().err
    assert not out.exists()


def test_what_cannot_be_drawn_is_refused_in_one_sentence(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "表.docx"
    file.write_bytes(b"no zip")
    for words in (["preview", str(file), "-o", str(tmp_path / "a.pdf")], ["preview", str(file), "-o", "a.txt"]):
        assert cli.run(words) == cli.REFUSED
        assert "请" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [file]
