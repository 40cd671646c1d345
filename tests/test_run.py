"""`run.py` on a fresh machine: which Python, which display, which system packages, and what it then starts."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

PYTHON = Path("the environment's python")


@pytest.fixture
def started() -> list[tuple[str, ...]]:
    """What was handed to the environment's Python."""
    return []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, started: list[tuple[str, ...]]) -> ModuleType:
    """`run.py` on a machine that has everything; it starts nothing."""
    spec = importlib.util.spec_from_file_location("run_of_checkout", ROOT / "run.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    monkeypatch.setattr(made, "missing_packages", lambda _: [])
    monkeypatch.setattr(made, "prepare_environment", lambda _: PYTHON)
    monkeypatch.setattr(made, "run", lambda python, *words: started.append(words) or (0 if python == PYTHON else 1))
    monkeypatch.setattr(made, "has_display", lambda: True)
    monkeypatch.delenv("TUANMEI_HOME", raising=False)
    return made


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_another_python_gets_a_sentence(
    run: ModuleType, version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], started: list[tuple[str, ...]],
) -> None:  # fmt: skip
    monkeypatch.setattr(run.sys, "version_info", version)
    assert run.main([]) == 2
    said = capsys.readouterr().err
    assert "需要 Python 3.11 至 3.13" in said and ".".join(map(str, version)) in said
    assert started == []


def test_with_a_display_the_program_opens(run: ModuleType, started: list[tuple[str, ...]]) -> None:
    assert run.main([]) == run.main(["forms", "tongjibiao"]) == 0
    assert started == [("-m", "desktop"), ("-m", "desktop", "forms", "tongjibiao")]
    assert "TUANMEI_HOME" not in os.environ


def test_without_a_display_it_says_so_and_makes_the_documents_of_the_sample(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    started: list[tuple[str, ...]],
) -> None:  # fmt: skip
    monkeypatch.setattr(run, "has_display", lambda: False)
    monkeypatch.chdir(tmp_path)
    assert run.main([]) == 0
    assert capsys.readouterr().out.count("\n") == 1, "one sentence"
    assert started == [("-m", "desktop", "sample", "out")]
    assert os.environ["TUANMEI_HOME"] == str(tmp_path / "out" / "示例数据"), "never the clerk's own data"
    os.environ["TUANMEI_HOME"] = "elsewhere"
    assert run.main(["sample", "out"]) == 0
    assert os.environ["TUANMEI_HOME"] == "elsewhere"


def test_display_is_what_the_environment_says(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = importlib.util.module_from_spec(run.__spec__)  # type: ignore[arg-type]
    run.__spec__.loader.exec_module(fresh)  # type: ignore[union-attr]
    monkeypatch.setattr(fresh, "WINDOWS", False)
    monkeypatch.setattr(fresh.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not fresh.has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert fresh.has_display()


def test_tests_are_run_with_what_was_asked_for(run: ModuleType, started: list[tuple[str, ...]]) -> None:
    run.main(["test", "tests/test_run.py", "-x"])
    run.main(["test"])
    assert started[0] == ("-m", "pytest", "tests/test_run.py", "-x")
    assert started[1][:3] == ("-m", "pytest", "-q")


@pytest.mark.parametrize(("user", "program"), [(1000, "/usr/bin/apt-get"), (0, None)])
def test_who_may_not_install_is_told_the_one_command(
    run: ModuleType, user: int, program: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(run.shutil, "which", lambda _: program)
    monkeypatch.setattr(run.subprocess, "run", lambda *_, **__: pytest.fail("installed all the same"))
    run.install_system_packages(["libegl1", "fonts-noto-cjk"])
    said = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends libegl1 fonts-noto-cjk" in said
    assert said.count("\n") == 1
