"""The self-check of an installation: passes on a whole program, names what is broken, touches no data of the clerk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from desktop import __main__, installation, paths, self_check
from desktop.places import PLACES


def test_a_whole_program_passes_and_leaves_report_pictures_and_forms(
    tmp_path: Path, own_home: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.environ["TUANMEI_HOME"]
    code = __main__.main(["--self-check", "--output", str(tmp_path / "check")])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert "结论：全部通过" in (tmp_path / "check" / installation.REPORT).read_text("utf-8-sig")
    made = {file.name for file in (tmp_path / "check").iterdir()}
    assert {f"页面-{place.key}.png" for place in PLACES} <= made
    assert {"tongjibiao.docx", "tongjibiao.xlsx", "beianbiao.docx", "打印样张.pdf"} <= made
    assert any(name.startswith("已签名-") for name in made)
    assert os.environ["TUANMEI_HOME"] == before
    assert not (own_home / "tuanmei.sqlite").exists()


def test_a_broken_form_template_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(paths.bundled("forms"), tmp_path / "forms")
    (tmp_path / "forms" / "tongjibiao" / "template.xlsx").write_bytes(b"not a workbook")
    real = paths.bundled
    monkeypatch.setattr(paths, "bundled", lambda name: tmp_path / "forms" if name == "forms" else real(name))
    step = self_check.tried("填写全部表单", lambda: self_check.forms(tmp_path))
    assert not step.good
    assert "template.xlsx" in step.note


def test_a_verifier_that_accepts_everything_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    self_check.forms(tmp_path)
    assert self_check.tried("签名与验证", lambda: self_check.signature(tmp_path)).good
    monkeypatch.setattr("desktop.documents.verifying.verify", lambda *_: SimpleNamespace(accepted=True))
    step = self_check.tried("签名与验证", lambda: self_check.signature(tmp_path))
    assert not step.good
    assert "改动过的文件" in step.note


def test_a_fault_of_the_program_becomes_a_line_with_its_place() -> None:
    def broken() -> str:
        raise ZeroDivisionError("nothing")

    step = self_check.tried("试验", broken)
    assert not step.good
    assert step.line().startswith("未通过  试验（0.0 秒）：ZeroDivisionError test_self_check.py:")
    assert "有 1 项未通过" in self_check.report([step], self_check.datetime(2026, 11, 20))


def test_a_page_of_one_colour_counts_as_blank(tmp_path: Path, qtbot) -> None:
    from PySide6.QtWidgets import QLabel, QWidget

    from desktop.windows import grabbing

    blank, full = QWidget(), QLabel("团媒台账")
    for widget in (blank, full):
        qtbot.addWidget(widget)
        widget.resize(200, 100)
    assert not grabbing.grab(blank, tmp_path / "blank.png")
    assert grabbing.grab(full, tmp_path / "full.png")


def test_a_dialog_nobody_answers_is_closed_and_its_words_kept(qtbot) -> None:
    from PySide6.QtWidgets import QMessageBox

    from desktop.windows import grabbing

    unattended = grabbing.UnattendedDialogs()
    box = QMessageBox(QMessageBox.Icon.Warning, "标题", "文件打不开。")
    qtbot.addWidget(box)
    box.exec()
    assert unattended.said == ["标题：文件打不开。 "]


def test_no_part_of_a_page_flashes_up_as_a_window_of_its_own(own_home: Path, tmp_path: Path, qapp) -> None:
    """A widget shown before it has a parent is a window: it flickers on Windows and costs seconds under Wine."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QWidget

    shown: list[str] = []

    class Watch(QObject):
        def eventFilter(self, thing: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(thing, QWidget) and thing.isWindow():
                shown.append(f"{type(thing).__name__} {thing.property('text') or ''}".strip())
            return False

    paths.make_private(own_home)
    self_check.store(own_home)
    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        self_check.pages(own_home, tmp_path)
    finally:
        qapp.removeEventFilter(watch)
    assert shown == ["MainWindow"]
