"""设置: the units, the choices of settings.py, backups, the history of what was done, and the trash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from desktop import settings, units
from desktop.errors import BadValue, Refused
from desktop.store import history
from desktop.windows import dialogs, fields, theme
from desktop.windows.parts import Card, Page, button, clear, label, row, scrolling
from desktop.windows.records import Entry, RecordPanel
from desktop.windows.trash import TrashPanel
from desktop.windows.units import UnitsPanel
from desktop.windows.updates import UpdatesPanel

if TYPE_CHECKING:
    from desktop.background import Background
    from desktop.settings import Settings
    from desktop.store import Store

UNIT_ENTRIES = (
    Entry("name", units.OWN_FIELDS["name"], note="与公章一致；打印在每张表的“填表单位”", section="本单位"),
    Entry("short_name", units.OWN_FIELDS["short_name"]),
    Entry("level", units.OWN_FIELDS["level"], "choice", units.LEVELS),
    Entry("region_code", units.OWN_FIELDS["region_code"], note="6 位，用来核对标识码，可不填"),
    Entry("leader", units.OWN_FIELDS["leader"], section="填表人员"),
    Entry("leader_phone", units.OWN_FIELDS["leader_phone"]),
    Entry("head", units.OWN_FIELDS["head"]),
    Entry("head_phone", units.OWN_FIELDS["head_phone"]),
    Entry("contact", units.OWN_FIELDS["contact"]),
    Entry("contact_phone", units.OWN_FIELDS["contact_phone"]),
    Entry("email", units.OWN_FIELDS["email"]),
    Entry("address", units.OWN_FIELDS["address"]),
    Entry("seal_name", units.OWN_FIELDS["seal_name"], section="用章"),
    Entry("seal_by", units.OWN_FIELDS["seal_by"], note="本单位没有公章时填写，如社团由校团委代章"),
)
WIDEST = 640
"""Pixels."""
SUPERIOR_ENTRIES = (
    Entry("name", units.SUPERIOR_FIELDS["name"], note="备案和统计表报给它（内蒙古团委通知三.1）", section="上级"),
    Entry("email", units.SUPERIOR_FIELDS["email"]),
    Entry("contact", units.SUPERIOR_FIELDS["contact"]),
    Entry("contact_phone", units.SUPERIOR_FIELDS["contact_phone"]),
)


class PreferencesPage(Page):
    """Settings, units, backups, history and trash."""

    help_topic = "设置"

    def __init__(
        self, store: Store, settings: Settings, background: Background, restore: Callable[[Path], object]
    ) -> None:
        super().__init__("设置")
        self._store = store
        self._restore = restore
        self._settings = settings
        self.own = RecordPanel(UNIT_ENTRIES, lambda key, value: self._save_unit(units.OWN, key, value))
        self.superior = RecordPanel(SUPERIOR_ENTRIES, lambda key, value: self._save_unit(units.SUPERIOR, key, value))
        self.tabs = QTabWidget()
        self.tabs.addTab(scrolling(_side_by_side(self.own, self.superior)), "单位")
        self.units = UnitsPanel(store)
        self.tabs.addTab(self.units, "下级单位")
        self.tabs.addTab(scrolling(_side_by_side(self._choices())), "习惯")
        self.tabs.addTab(scrolling(self._safety()), "备份与历史")
        self.trash = TrashPanel(store)
        self.tabs.addTab(self.trash, "回收站")
        self.updates = UpdatesPanel(store, background)
        self.tabs.addTab(scrolling(self.updates), "更新")
        card = Card()
        card.body.addWidget(self.tabs, 1)
        self.body.addWidget(card, 1)

    def refresh(self) -> None:
        with self._store.read() as session:
            mine, above = units.own(session), units.superior(session)
            done = history.recent(session, 100)
        self.own.show_record(mine or units.Unit(**{entry.key: "" for entry in UNIT_ENTRIES}))
        self.superior.show_record(above or units.Unit(**{entry.key: "" for entry in SUPERIOR_ENTRIES}))
        self.say(mine.name if mine else "请先填写本单位")
        made = self._store.last_backup()
        self.backup_state.setText(f"最近备份：{made:%Y-%m-%d %H:%M}" if made else "还没有备份")
        self.updates.refresh()
        self.units.refresh()
        self.trash.refresh()
        clear(self._story)
        for action in done:
            mark = "（已撤销）" if action.undone_by else ""
            self._story.addWidget(label(f"{action.at:%Y-%m-%d %H:%M}  {action.actor}  {action.title}{mark}", "note"))

    def open(self, argument: object) -> None:
        """One of the tabs by its title; an errand (action, form, number of the unit) opens the unit."""
        if isinstance(argument, list):
            below = self.units.choose(argument[2])
            self.tabs.setCurrentIndex(1 if below else 0)
            return
        for number in range(self.tabs.count()):
            if self.tabs.tabText(number) == argument:
                self.tabs.setCurrentIndex(number)

    def _save_unit(self, relation: str, key: str, value: Any) -> None:
        with self._store.write(f"修改{relation}资料") as session:
            units.fill(session, relation, key, value)

    def _choices(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setSpacing(12)
        for item in settings.declared():
            layout.addWidget(self._choice(item))
        layout.addStretch(1)
        return made

    def _choice(self, item: Any) -> fields.Field:
        value = getattr(self._settings, item.name)
        kind = "yes_no" if isinstance(value, bool) else "choice" if item.choices else "text"
        made = fields.make(kind, item.label, item.choices, item.note)
        made.set_text(item.told(self._settings))
        made.finished.connect(lambda text: self._chosen(made, item, text))
        return made

    def _chosen(self, made: fields.Field, item: Any, text: str) -> None:
        try:
            value = item.meant(text)
        except BadValue as refusal:
            made.show_wrong(refusal.what + refusal.todo)
            return
        made.show_wrong("")
        setattr(self._settings, item.name, value)
        self._settings.save(self._store.folder)
        app = QApplication.instance()
        if item.name == "theme" and isinstance(app, QApplication):
            theme.apply(app, value)
        if item.name == "actor":
            self._store.actor = value

    def _safety(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setSpacing(12)
        layout.addWidget(label("备份", "section"))
        self.backup_state = label("", "secondary")
        layout.addWidget(self.backup_state)
        folder = self._store.folder
        layout.addLayout(
            row(
                button("立即备份", self._back_up, "primary"),
                button("打开备份文件夹", lambda: dialogs.open_folder(self._store.backups)),
                button("打开数据文件夹", lambda: dialogs.open_folder(folder)),
                button("从备份恢复…", self._ask_restore),
                None,
            )
        )
        layout.addWidget(label(f"数据在 {folder}；每天第一次打开和每次升级前自动备份，保留 30 份。", "note", wrap=True))
        layout.addWidget(label("做过的事", "section"))
        layout.addLayout(row(button("撤销上一步", self._undo), None))
        self._story = QVBoxLayout()
        self._story.setSpacing(4)
        layout.addLayout(self._story)
        layout.addStretch(1)
        return made

    def _back_up(self) -> None:
        self._store.back_up()
        self.refresh()

    def _ask_restore(self) -> None:
        backup = dialogs.choose_file(self, "用哪一份备份", "备份 (*.sqlite)", self._store.backups)
        if backup is not None and dialogs.ask(
            self,
            f"把全部数据换成备份“{backup.name}”？",
            "这份备份以后做的改动会不见；现在的数据先另存到“备份”文件夹。程序会重新打开。",
            "恢复",
        ):
            self._restore(backup)

    def _undo(self) -> None:
        try:
            self._store.undo()
        except Refused as refusal:
            dialogs.show_error(self, refusal)
        self.refresh()


def _side_by_side(*panels: QWidget) -> QWidget:
    """Panels in columns of equal width; no field is wider than a line is read at once."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setSpacing(32)
    for panel in panels:
        panel.setMaximumWidth(WIDEST)
        layout.addWidget(panel, 1, Qt.AlignmentFlag.AlignTop)
    if len(panels) == 1:
        layout.addStretch(1)
    return made
