"""Settings, declared once: default, choices, label and help of each; kept in one small file beside the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Generic, TypeVar

from desktop.errors import BadFile, BadValue
from desktop.paths import write_whole

FILE = "设置.json"
YES, NO = "是", "否"

Value = TypeVar("Value", bool, int, str)


class Setting(Generic[Value]):
    """One setting: what it is unless changed, and how the settings page shows it.

    A descriptor, not a dataclass field: the settings are read before the first paint, which `dataclasses` would delay.
    """

    name: str

    def __init__(self, default: Value, label: str, note: str = "", choices: tuple[str, ...] = ()) -> None:
        self.default: Value = default
        self.label = label
        self.note = note
        self.choices = choices

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, settings: Settings, owner: type) -> Value:
        value: Value = settings.__dict__.get(self.name, self.default)
        return value

    def __set__(self, settings: Settings, value: Value) -> None:
        settings.__dict__[self.name] = value

    def fits(self, value: object) -> bool:
        """Whether a kept value is of the kind and among the choices of this setting."""
        return type(value) is type(self.default) and (not self.choices or value in self.choices)

    def meant(self, text: str) -> Value:
        """The value that a clerk's words mean.

        Raises:
            BadValue: they are not of the kind, or not among the choices, of this setting.
        """
        text = text.strip()
        value: Any = text
        if isinstance(self.default, bool):
            if text not in {YES, NO}:
                raise BadValue(f"“{text}”不行。", where=self.label, todo=f"请写{YES}或{NO}。")
            value = text == YES
        elif isinstance(self.default, int):
            if not text.isdecimal():
                raise BadValue("请写整数。", where=self.label)
            value = int(text)
        elif self.choices and text not in self.choices:
            raise BadValue(f"“{text}”不行。", where=self.label, todo=f"可以是{'、'.join(self.choices)}。")
        made: Value = value
        return made

    def told(self, settings: Settings) -> str:
        """The value as a clerk reads and writes it."""
        value = self.__get__(settings, type(settings))
        return str(value) if not isinstance(value, bool) else YES if value else NO


class Settings:
    """What the clerk may choose; everything else the program knows by itself."""

    actor = Setting("", "操作人姓名", "每次修改都会记下这个名字。")
    theme = Setting("浅色", "界面颜色", choices=("跟随系统", "浅色", "深色"))
    output = Setting("", "文件保存位置", "定稿的 Word、Excel 默认存到这里。")
    remind = Setting(True, "桌面提醒", "启动时和每天一次提示到期事项。")
    lock_minutes = Setting(5, "密码保管自动锁定（分钟）", "离开多久后自动锁定。")
    clipboard_seconds = Setting(20, "剪贴板清空（秒）", "复制密码后多久清空剪贴板。")
    rotate_days = Setting(90, "密码更换周期（天）", "超过这个天数提醒更换；0 为不提醒。")
    scan_folder = Setting("", "扫描件文件夹", "扫描仪存放文件的位置，有新文件时提示归档。")

    def save(self, folder: Path) -> None:
        """Write the settings whole into a data folder; keys of a later version stay."""
        file = folder / FILE
        import json

        kept = _read(file) if file.exists() else {}
        kept |= {item.name: getattr(self, item.name) for item in declared()}
        write_whole(file, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def declared() -> list[Setting[Any]]:
    """Every setting, in the order in which the settings page shows them."""
    return [item for item in vars(Settings).values() if isinstance(item, Setting)]


def load(folder: Path) -> Settings:
    """The settings of a data folder; a value of the wrong kind falls back to its default.

    Raises:
        BadFile: the file is not readable as settings.
    """
    file = folder / FILE
    found = _read(file) if file.exists() else {}
    made = Settings()
    for item in declared():
        if item.fits(found.get(item.name)):
            setattr(made, item.name, found[item.name])
    if not made.actor:
        made.actor = _who()
    return made


def _who() -> str:
    """The name the clerk is logged in with, as `getpass` finds it, which itself loads the terminal before the paint."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(name):
            return os.environ[name]
    import getpass

    return getpass.getuser()


def _read(file: Path) -> dict[str, Any]:
    import json

    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(
            f"设置文件“{file.name}”读不出来。", where=str(file.parent), todo="请改名或删除该文件后重新打开。"
        ) from error
    if not isinstance(content, dict):
        raise BadFile(f"设置文件“{file.name}”读不出来。", where=str(file.parent), todo="请改名或删除该文件后重新打开。")
    return content
