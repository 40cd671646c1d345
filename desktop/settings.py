"""Settings, declared once: default, choices, label and help of each; kept in one small file beside the store."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from desktop.errors import BadFile
from desktop.paths import write_whole

FILE = "设置.json"


def setting(default: Any, label: str, note: str = "", choices: tuple[str, ...] = ()) -> Any:
    """One setting: what it is unless changed, and how the settings page shows it."""
    return field(default=default, metadata={"label": label, "note": note, "choices": choices})


@dataclass
class Settings:
    """What the clerk may choose; everything else the program knows by itself."""

    actor: str = setting("", "操作人姓名", "每次修改都会记下这个名字。")
    theme: str = setting("浅色", "界面颜色", choices=("跟随系统", "浅色", "深色"))
    output: str = setting("", "文件保存位置", "定稿的 Word、Excel 默认存到这里。")
    remind: bool = setting(True, "桌面提醒", "启动时和每天一次提示到期事项。")
    lock_minutes: int = setting(5, "密码保管自动锁定（分钟）", "离开多久后自动锁定。")
    clipboard_seconds: int = setting(20, "剪贴板清空（秒）", "复制密码后多久清空剪贴板。")
    rotate_days: int = setting(90, "密码更换周期（天）", "超过这个天数提醒更换；0 为不提醒。")
    scan_folder: str = setting("", "扫描件文件夹", "扫描仪存放文件的位置，有新文件时提示归档。")

    def save(self, folder: Path) -> None:
        """Write the settings whole into a data folder; keys of a later version stay."""
        file = folder / FILE
        import json

        kept = _read(file) if file.exists() else {}
        write_whole(file, json.dumps({**kept, **asdict(self)}, ensure_ascii=False, indent=1).encode())


def load(folder: Path) -> Settings:
    """The settings of a data folder; a value of the wrong kind falls back to its default.

    Raises:
        BadFile: the file is not readable as settings.
    """
    file = folder / FILE
    found = _read(file) if file.exists() else {}
    known = {item.name: found[item.name] for item in fields(Settings) if _fits(item, found.get(item.name))}
    made = Settings(**known)
    if not made.actor:
        import getpass

        made.actor = getpass.getuser()
    return made


def _fits(item: Any, value: Any) -> bool:
    choices = item.metadata["choices"]
    return type(value) is type(item.default) and (not choices or value in choices)


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
