"""The command line itself: grammar, exit codes, Chinese refusals."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import __version__, cli, paths
from desktop.errors import Refused, why
from desktop.store import Store


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.run(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out.strip() == f"团媒台账 {__version__}"


def test_an_unknown_command_is_refused_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.run(["nonsense"])
    assert leaving.value.code == cli.REFUSED
    assert "命令写得不对" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("handover step 1 --on 垃圾", "--on 写的“垃圾”不是日期，请写成 2026-11-20 的样子。"),
        ("handover show 甲", "编号 写的“甲”不是数字。"),
        ("handover tick 1 2 胡说", "状态 不能是“胡说”，可以是 待办, 已办, 不涉及, 遗留。"),
        ("handover stop 1", "缺少 --reason。"),
        ("handover stop 1 --reason", "--reason 后面没有写内容，或写得太多、太少。"),
        ("handover list 多余", "“多余”是多余的。"),
        ("password show 1 --reason 核对 --old --planned", "--planned 和 --old 只能写一个。"),
    ],
)
def test_words_that_do_not_fit_are_named_in_chinese(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.run(words.split())
    assert f"命令写得不对：{said}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["fill"], "缺少 FORM, VALUES, -o/--output。"),
        (["nonsense"], "没有“nonsense”这个命令。"),
        (["forms", "tongjibiao", "--nonsense"], "“--nonsense”是多余的。"),
        (["fill", "tongjibiao", "a.toml", "-o"], "-o/--output 后面没有写内容"),
        (["sample", "out", "--date", "昨天"], "--date"),
    ],
)
def test_a_call_that_does_not_fit_is_refused_without_english(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.run(words)
    said = capsys.readouterr().err
    assert leaving.value.code == cli.REFUSED and says in said
    assert not re.search(r"argument|required|invalid|expected|choose", said), said


def test_what_the_system_answers_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "表.docx").mkdir()
    with pytest.raises(Refused, match="那是一个文件夹"):
        paths.write_whole(tmp_path / "表.docx", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused, match="已有同名的文件"):
        paths.write_whole(tmp_path / "file" / "a.docx", b"")
    assert why(OSError(errno.ENOSPC, "No space left on device")) == "磁盘已满"
    assert why(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"


def test_every_command_says_what_it_does() -> None:
    grammar = cli.parser()
    names = next(action for action in grammar._actions if action.dest == "command")
    helps = {choice.dest: choice.help for choice in names._choices_actions}  # type: ignore[attr-defined]
    assert set(helps) == set(names.choices or [])
    assert all(helps.values())


def test_sample_history_undo_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sample", str(tmp_path / "out"), "--date", "2026-11-20"]) == cli.DONE
    assert cli.run(["history"]) == cli.DONE
    assert "建立示例单位" in capsys.readouterr().out
    assert cli.run(["backup"]) == cli.DONE
    copy = Path(capsys.readouterr().out.strip().splitlines()[-1])
    assert cli.run(["undo"]) == cli.DONE
    assert cli.run(["restore", str(copy)]) == cli.DONE
    assert "恢复前" in capsys.readouterr().out
    assert cli.run(["restore", str(tmp_path / "nothing.sqlite")]) == cli.REFUSED
    assert "找不到备份文件" in capsys.readouterr().err


def test_a_store_held_by_the_window_is_refused(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home):
        assert cli.run(["history"]) == cli.REFUSED
    assert "已经打开了这个数据文件夹" in capsys.readouterr().err


def test_python_dash_m(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "desktop", "--help"], capture_output=True, text=True, check=True)
    assert "用法：" in done.stdout
