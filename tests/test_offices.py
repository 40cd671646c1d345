"""Old files converted by whatever office is there: the order, real LibreOffice, and the script for Word and WPS."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import filling, forms, reading
from desktop.documents import converting, offices
from desktop.errors import BadFile
from desktop.forms.loading import sample
from tests.test_reading import plain, told, typed

ALL = {"Word.Application", "KWPS.Application", "Excel.Application", "KET.Application"}


@pytest.mark.parametrize(
    ("suffix", "known", "expected"),
    [
        (".doc", ALL, ["Word", "WPS 文字", "LibreOffice"]),
        (".doc", {"KWPS.Application"}, ["WPS 文字", "LibreOffice"]),
        (".wps", ALL, ["WPS 文字", "Word", "LibreOffice"]),
        (".et", ALL, ["WPS 表格", "Excel", "LibreOffice"]),
        (".et", {"Excel.Application"}, ["Excel", "LibreOffice"]),
        (".rtf", set(), ["LibreOffice"]),
    ],
)
def test_the_program_whose_own_format_it_is_comes_first(suffix: str, known: set[str], expected: list[str]) -> None:
    assert [one.name for one in offices.there(suffix, known.__contains__, lambda: "soffice")] == expected


def test_without_any_office_nothing_is_asked() -> None:
    assert list(offices.there(".doc", lambda _: False, lambda: "")) == []
    with pytest.raises(BadFile, match="旧格式") as refused:
        converting.converted(b"", "表.doc", ".doc", [])
    assert "另存为 .docx" in refused.value.todo


@pytest.mark.skipif(sys.platform == "win32", reason="asks the registry there")
def test_elsewhere_no_program_is_registered() -> None:
    assert not any(offices.registered(name) for name in ALL)


@pytest.mark.parametrize(("form_id", "kind", "old"), [("beianbiao", "docx", "doc"), ("tongjibiao", "docx", "rtf")])
def test_an_old_file_is_converted_by_libreoffice_and_read_back(
    form_id: str, kind: str, old: str, tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    form = forms.find(form_id)
    file = tmp_path / f"返回 表.{kind}"
    file.write_bytes(filling.fill(form, sample(form), "docx"))
    content, modern, notice = converting.as_modern(soffice(file, old))
    assert modern == "docx"
    assert "LibreOffice" in notice
    found = reading.read(form, content, "docx")
    assert told(found) == plain(typed(form))


SCRIPTS = [offices.WORD, offices.WPS_TEXT, offices.EXCEL, offices.WPS_SHEET]


@pytest.mark.parametrize("office", SCRIPTS, ids=lambda one: one.prog_id)
def test_the_script_opens_read_only_without_macros_questions_or_links(office: offices.Automated) -> None:
    script = office.script
    assert script.isascii()  # no code page can spoil it
    assert '"' not in script  # nothing to escape on a command line
    assert len(script) < 8000
    assert "@" not in script.replace("@(", "")
    assert "AutomationSecurity = 3" in script
    assert script.index("AutomationSecurity = 3") < script.index("'Open'")
    assert "DisplayAlerts" in script
    assert "$true, " in script.split("'Open'")[1].splitlines()[0]  # read-only
    assert script.count("{") == script.count("}")
    assert script.count("(") == script.count(")")
    sheet = office.name in ("Excel", "WPS 表格")
    assert ("51)" in script) is sheet
    assert ("EnableEvents = $false" in script) is sheet
    assert ".Count -eq 0" in script  # one that the clerk works in is not closed


def shell(tmp_path: Path, body: str) -> str:
    """A shell of ours in the place of PowerShell, which gets the same words and the same environment."""
    file = tmp_path / "shell"
    file.write_text(f"#!{sys.executable}\nimport os, shutil, subprocess, sys, time\n{body}\n", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IEXEC)
    return str(file)


needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="the shell of the test is a script with a first line")


@needs_posix
def test_the_shell_is_told_the_names_by_the_environment(tmp_path: Path) -> None:
    body = (
        "assert sys.argv[1:5] == ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'], sys.argv\n"
        "assert 'New-Object -ComObject $env:TUANMEI_OFFICE' in sys.argv[5]\n"
        "assert os.environ['TUANMEI_OFFICE'] == 'KWPS.Application'\n"
        "assert os.environ['TUANMEI_SOURCE'] not in sys.argv[5]\n"
        "shutil.copyfile(os.environ['TUANMEI_SOURCE'], os.environ['TUANMEI_TARGET'])"
    )
    office = replace(offices.WPS_TEXT, shell=shell(tmp_path, body))
    assert converting.converted(b"content", "a'; b.wps", ".wps", [office]) == (b"content", "WPS 文字")


@needs_posix
def test_when_one_office_fails_the_next_is_asked_and_all_are_named(tmp_path: Path) -> None:
    works = "shutil.copyfile(os.environ['TUANMEI_SOURCE'], os.environ['TUANMEI_TARGET'])"
    (tmp_path / "a").mkdir()
    fails = replace(offices.WORD, shell=shell(tmp_path / "a", "sys.exit(1)"))
    silent = replace(offices.WPS_TEXT, shell=str(tmp_path / "not there"))
    good = replace(offices.EXCEL, shell=shell(tmp_path, works))
    assert converting.converted(b"x", "表.doc", ".doc", [fails, silent, good]) == (b"x", "Excel")
    with pytest.raises(BadFile, match="试过 Word、WPS 文字"):
        converting.converted(b"x", "表.doc", ".doc", [fails, silent])


@needs_posix
def test_an_office_that_does_not_answer_is_ended_and_nothing_else(tmp_path: Path) -> None:
    hanging = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        body = f"open(os.environ['TUANMEI_PROCESSES'], 'w').write('{hanging.pid} 999999999')\ntime.sleep(600)"
        office = replace(offices.WORD, shell=shell(tmp_path, body), seconds=3)
        with pytest.raises(BadFile, match="试过 Word"):
            converting.converted(b"x", "表.doc", ".doc", [office])
        assert hanging.wait(timeout=20) == -signal.SIGTERM
    finally:
        if hanging.poll() is None:
            os.kill(hanging.pid, signal.SIGKILL)
            hanging.wait()


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="no PowerShell here")
@pytest.mark.parametrize("office", SCRIPTS, ids=lambda one: one.prog_id)
def test_powershell_reads_the_script(office: offices.Automated) -> None:
    command = ["pwsh", "-NoProfile", "-Command", "[void][scriptblock]::Create($env:TUANMEI_SCRIPT)"]
    subprocess.run(command, env={**os.environ, "TUANMEI_SCRIPT": office.script}, check=True, timeout=60)
