"""Settings by the command line, with the same checks as the settings page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop import settings, units
from desktop.cli import run
from desktop.store import Store


def test_every_setting_is_listed_and_can_be_set(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store.open(own_home).close()
    for name, value, kept in (
        ("操作人姓名", "孙示例", "孙示例"), ("界面颜色", "深色", "深色"), ("桌面提醒", "否", False),
        ("密码更换周期（天）", "0", 0), ("扫描件文件夹", "", ""),
    ):  # fmt: skip
        assert run(["setting", name, value]) == 0
        attribute = next(item.name for item in settings.declared() if item.label == name)
        assert json.loads((own_home / settings.FILE).read_text("utf-8"))[attribute] == kept
    capsys.readouterr()
    assert run(["setting"]) == 0
    told = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [name for name, *_ in told] == [item.label for item in settings.declared()]
    assert {name: value for name, value, _ in told}.items() >= {"操作人姓名": "孙示例", "桌面提醒": "否"}.items()
    assert ["界面颜色", "深色", "跟随系统、浅色、深色"] in told
    with Store.open(own_home, actor=settings.load(own_home).actor) as store:
        assert store.actor == "孙示例"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("界面颜色", "红色", "可以是跟随系统、浅色、深色"),
        ("桌面提醒", "也许", "请写是或否"),
        ("剪贴板清空（秒）", "-3", "请写整数"),
        ("剪贴板清空（秒）", "²", "请写整数"),
        ("没有的", "1", "没有“没有的”这一项"),
    ],
)
def test_what_does_not_fit_is_refused(
    own_home: Path, capsys: pytest.CaptureFixture[str], name: str, value: str, why: str
) -> None:
    assert run(["setting", name, value]) == 2
    assert why in capsys.readouterr().err
    assert not (own_home / settings.FILE).exists()


def test_a_setting_is_not_changed_behind_the_windows_back(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(own_home):
        assert run(["setting", "桌面提醒", "否"]) == 2
        assert "已经打开了这个数据文件夹" in capsys.readouterr().err
        assert run(["setting"]) == 0, "reading them needs no store"
    assert run(["setting", "桌面提醒"]) == 2


def test_the_own_unit_and_the_superior_are_filled(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setting", "--unit", "上级", "上一级团组织", "共青团林川市委员会"]) == 0
    assert run(["setting", "--unit", "本单位", "单位全称", "共青团林川县委员会"]) == 0
    assert run(["setting", "--unit", "本单位", "层级", "天级"]) == 2
    assert "可以是省级" in capsys.readouterr().err
    assert run(["setting", "--unit", "上级", "公章名称", "章"]) == 2
    assert "可以是上一级团组织" in capsys.readouterr().err
    assert run(["setting", "--unit", "上级"]) == 0
    assert "上一级团组织\t共青团林川市委员会\n" in capsys.readouterr().out
    with Store.open(own_home) as store, store.read() as session:
        mine = units.own(session)
        assert mine is not None and mine.name == "共青团林川县委员会"
    assert run(["undo"]) == 0
    capsys.readouterr()
    run(["setting", "--unit", "本单位"])
    assert "单位全称\t\n" in capsys.readouterr().out
