"""设置 → 更新: take in an update file, let a superior's packs count, check the installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import __version__, installation, updating
from desktop.background import Background, Progress
from desktop.errors import BadFile
from desktop.updates import sealed
from desktop.windows import dialogs
from desktop.windows.parts import Card, button, clear, label, row

if TYPE_CHECKING:
    from desktop.store import Store
    from desktop.updates.sealed import Update

TELEPHONE = "请打电话与对方核对指纹，不一致就不要导入它签发的更新包："


class UpdatesPanel(QWidget):
    """What is installed, what an update brings, and one button to take it in."""

    def __init__(self, store: Store, background: Background) -> None:
        super().__init__()
        self._store = store
        self._background = background
        self._found: Update | None = None
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(label(f"团媒台账 {__version__}", "section"))
        layout.addWidget(
            label(
                "更新不用网络：把收到的更新包（.tmupdate）存到这台电脑，在这里选择。"
                "签名不符、被改动过或版本不新的都不会导入；导入前自动备份。",
                "note",
                wrap=True,
            )
        )
        self.choose = button("选择更新包…", self._choose)
        self.trust = button("添加上级公钥…", self._choose_key)
        self.check = button("检查安装是否完整", self._check)
        layout.addLayout(row(self.choose, self.trust, self.check, None))
        self.result = Card()
        layout.addWidget(self.result)
        self.result.setVisible(False)
        layout.addWidget(label("已导入", "section"))
        self._story = QVBoxLayout()
        self._story.setSpacing(4)
        layout.addLayout(self._story)
        layout.addStretch(1)

    def refresh(self) -> None:
        """Show what was taken in before."""
        clear(self._story)
        before = updating.story(self._store.folder) or ["还没有导入过更新包。"]
        for text in before:
            self._story.addWidget(label(text, "note"))

    def look_at(self, file: Path) -> None:
        """Read an update file in the background and show what it brings."""
        folder = self._store.folder
        self._background.run(self, lambda _: updating.read(file, folder), self._show)

    def take_key(self, file: Path) -> None:
        """Add a superior's public key and show its fingerprint."""
        try:
            key = updating.add_key(file, self._store.folder)
        except BadFile as refusal:
            dialogs.show_error(self, refusal)
            return
        self._say([f"已添加“{key.name}”的公钥。", TELEPHONE, key.fingerprint])

    def _choose(self) -> None:
        file = dialogs.choose_file(self, "选择更新包", f"更新包 (*{sealed.ENDING})")
        if file is not None:
            self.look_at(file)

    def _choose_key(self) -> None:
        file = dialogs.choose_file(self, "选择上级的公钥文件", "公钥 (*.tmkey)")
        if file is not None:
            self.take_key(file)

    def _say(self, lines: list[str], *buttons: QWidget) -> None:
        clear(self.result.body)
        self.result.setVisible(True)
        for number, text in enumerate(lines):
            self.result.body.addWidget(label(text, "" if number == 0 else "secondary", wrap=True))
        if buttons:
            self.result.body.addLayout(row(*buttons, None))

    def _show(self, update: Update) -> None:
        self._found = update
        program = update.head.kind == sealed.PROGRAM
        self.take = button("更新程序" if program else "导入", self._take, "primary")
        self._say(updating.describe(update), self.take, button("取消", self._forget))

    def _forget(self) -> None:
        self._found = None
        self.result.setVisible(False)

    def _take(self) -> None:
        update, store = self._found, self._store
        if update is None:
            return
        self.take.setEnabled(False)

        def work(_: Progress) -> Path:
            take = updating.unpack_setup if update.head.kind == sealed.PROGRAM else updating.take_in
            return take(store, update)

        self._background.run(self, work, self._taken, self._not_taken)

    def _not_taken(self, error: BaseException) -> None:
        self.take.setEnabled(True)
        dialogs.show_error(self, error)

    def _taken(self, place: Path) -> None:
        assert self._found is not None
        program = self._found.head.kind == sealed.PROGRAM
        self._found = None
        self.refresh()
        if not program:
            self._say(["已导入，重新打开相关页面即可看到。", f"原有内容的备份在 {place}"])
        elif updating.start_setup(place):
            self.window().close()
        else:
            self._say(["数据已备份。请关闭本程序，在终端运行：", f"sudo apt-get install '{place}'"])

    def _check(self) -> None:
        self.check.setEnabled(False)
        self._say(["正在检查，约需半分钟；会短暂出现一个检查用的窗口，请不要操作它。"])
        self._background.run(self, lambda _: installation.check(self._store.folder), self._checked)

    def _checked(self, report: tuple[Path, str]) -> None:
        self.check.setEnabled(True)
        place, text = report
        self._say(text.splitlines()[2:], button("打开报告文件夹", lambda: dialogs.open_folder(place)))
