"""The command line imports and exports as the window does."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import accounts, cli
from desktop.commands import opened_store
from tests import notice_lists as notice


def names() -> list[str]:
    with opened_store() as store, store.read() as session:
        return [account.name for account in accounts.in_use(session)]


def test_a_list_is_judged_first_and_written_only_when_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(notice.as_xlsx(tmp_path / "通报.xlsx"))
    assert cli.run(["import", path]) == 0
    said = capsys.readouterr().out
    assert "新增 13 行；其中有缺陷 13 行" in said
    assert "缺陷 E3 新媒体标识码：标识码“150525M027WX001”同时用在" in said
    assert "没有写入" in said
    assert names() == []
    assert cli.run(["import", path, "--accept"]) == 0
    assert "新增 13 条" in capsys.readouterr().out
    assert len(names()) == 13
    assert cli.run(["undo"]) == 0
    assert names() == []


def test_columns_can_be_shown_and_given_another_meaning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(notice.as_xlsx(tmp_path / "通报.xlsx"))
    assert cli.run(["import", path, "--sheet", "附件2", "--columns"]) == 0
    said = capsys.readouterr().out
    assert "F 链接 → 主页地址（确定）" in said
    assert "可选的项：" in said
    assert cli.run(["import", path, "--sheet", "附件2", "--map", "F=备注", "--map", "E=", "--accept"]) == 0
    with opened_store() as store, store.read() as session:
        first = accounts.in_use(session)[0]
    assert (first.homepage, first.code) == ("", "")
    assert first.note.startswith("1.https://")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sheet", "没有"], "没有名为“没有”的名单"),
        (["--map", "链接=不存在"], "没有“不存在”这一项"),
        (["--map", "没有这列=备注"], "里没有这一列"),
        (["--month", "昨天"], "不是月份"),
    ],
)
def test_wrong_words_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert cli.run(["import", str(notice.as_xlsx(tmp_path / "通报.xlsx")), *words]) == 2
    assert sentence in capsys.readouterr().err


def test_rows_of_no_use_show_in_the_exit_code_and_hidden_sheets_wait_to_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("账号名称,主办单位\n甲,团县委\n", "utf-8")
    assert cli.run(["import", str(path)]) == 1
    assert "看不出是哪个平台" in capsys.readouterr().out
    assert cli.run(["import", str(path), "--platform", "微博", "--header", "1", "--accept"]) == 0
    assert names() == ["甲"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.xlsx", b"", "是空的"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("坏.csv", b"\xff\xfe\x00\xd8\x00", "认不出的字符"),
    ],
)
def test_a_bad_file_leaves_the_store_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, sentence: str
) -> None:
    with opened_store() as store:
        file = store.file
    before = file.read_bytes()
    path = tmp_path / name
    path.write_bytes(content)
    assert cli.run(["import", str(path), "--accept"]) == 2
    assert sentence in capsys.readouterr().err
    assert file.read_bytes() == before


def test_the_register_is_exported_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["import", str(notice.as_xlsx(tmp_path / "通报.xlsx")), "--accept"])
    target = tmp_path / "台账.xlsx"
    assert cli.run(["export", "register", str(target)]) == 0
    assert str(target) in capsys.readouterr().out
    assert cli.run(["import", str(target), "--accept"]) == 2
    assert "没有要写入的内容" in capsys.readouterr().err
