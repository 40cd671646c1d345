"""The one place that builds things and hands them to each other.

The frame is painted first; the store is opened by the worker while the clerk already sees the program, and a page is
made when it is first visited. Nothing heavy is imported before the first paint (a test looks at `sys.modules`).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import imports, paths, settings
from desktop.errors import Refused, StoreDamaged, StoreRefused
from desktop.lock import FolderLock
from desktop.places import DEEDS, PLACES, Office
from desktop.windows import theme
from desktop.windows.main import MainWindow

if TYPE_CHECKING:
    from desktop.background import Background, Progress
    from desktop.store import Store
    from desktop.windows.home import HomePage


AHEAD = ("desktop.units", "desktop.windows.home")
"""What the worker imports before the first page is made, so that the window need not wait for it."""


def run_window(words: list[str]) -> int:
    """Open the program's window; a second start raises the first one instead."""
    app = QApplication.instance() or QApplication([sys.argv[0], *theme.STYLE, *words])
    assert isinstance(app, QApplication)
    folder = paths.make_private(paths.home())
    file = str(Path(words[0]).absolute()) if words else ""
    lock = FolderLock(folder)
    try:
        lock.take()
    except StoreRefused as refusal:
        from desktop.windows import dialogs
        from desktop.windows.instance import raise_first

        if raise_first(folder, file):
            return 0
        theme.apply(app, "浅色")
        dialogs.show_error(None, refusal)
        return 2
    start = Start(app, folder, lock)
    start.file = file
    start.window.fit(app.primaryScreen().availableSize())
    start.show()
    code = app.exec()
    lock.release()
    return put_back(start) if start.backup is not None else code


def put_back(start: Start) -> int:
    """Put the backup the clerk chose in the place of the closed store, and open the window anew."""
    from desktop.store import restoring

    assert start.backup is not None
    try:
        restoring.restore(start.folder, start.backup)
    except Refused as refusal:
        start.show_error(refusal)
    start.window.deleteLater()
    return run_window([])


class Start:
    """The life of the program from the first paint to the last commit.

    Attributes:
        office: what pages are made from, None until the store is open.
        background: the worker; there once the frame is painted.
        file: a form that was double-clicked, empty when there is none.
        ready: whether a form can be offered; before that it waits in `file`.
        backup: what is to be put in the place of the data once the window is closed; None when nothing is.
    """

    background: Background
    kept_home: HomePage | None = None
    file: str = ""
    ready: bool = False
    backup: Path | None = None

    def __init__(self, app: QApplication, folder: Path, lock: FolderLock) -> None:
        self.app = app
        self.folder = folder
        self.lock = lock
        self.settings = settings.load(folder)
        app.setApplicationName("团媒台账")
        app.setDesktopFileName("tuanmei")  # by this a Linux desktop finds name and icon of the window
        theme.dress_frame(app, self.settings.theme)
        self.window = MainWindow()
        self.office: Office | None = None

    def show(self) -> None:
        """Paint the frame now; open the store once it is on the screen."""
        self.window.say("正在打开数据……", "")
        self.window.set_places(PLACES)
        self.window.painted.connect(self._go_on)
        self.window.show()

    def _go_on(self) -> None:
        self._one_by_one(self._dress, self._watch_for_faults, self._show_kept_home, self._open_store, self._listen)

    def _one_by_one(self, *steps: Callable[[], object]) -> None:
        """Do each step in a turn of its own, so that the window stays alive between them."""

        def next_step() -> None:
            first()
            self._one_by_one(*rest)

        if steps:
            first, *rest = steps
            QTimer.singleShot(0, self.window, next_step)

    def show_error(self, error: BaseException) -> None:
        """Show a refusal nobody else handled."""
        from desktop.windows import dialogs

        dialogs.show_error(self.window, error)

    def _dress(self) -> None:
        from PySide6.QtGui import QIcon

        theme.apply(self.app, self.settings.theme)
        self.app.setWindowIcon(QIcon(str(paths.bundled("resources") / "icons" / "tuanmei.svg")))
        speak_chinese(self.app)

    def _watch_for_faults(self) -> None:
        from desktop.crash import CrashReporter, start_log
        from desktop.windows import dialogs

        start_log(self.folder)
        CrashReporter(self.folder, lambda file, text: dialogs.show_crash(self.window, file, text)).install()

    def _open_store(self) -> None:
        from desktop.background import Background

        self._swept = imports.settled()
        self.background = Background(self.show_error)
        self.background.run(self.window, self._opened, self._ready, self._refused)

    def _show_kept_home(self) -> None:
        """Show the home page as it was, when nothing has changed since."""
        from datetime import date

        from desktop import home

        data = home.kept(self.folder, date.today())
        if data is not None:
            from desktop.windows.home import HomePage

            self.kept_home = HomePage()
            self.kept_home.show_data(data)
            self.window.preset("home", self.kept_home)
            self.window.say(data.unit, "")

    def _opened(self, _: Progress) -> Store:
        imports.put_back()
        from desktop import pinyin
        from desktop.store import Store

        store = Store.open(self.folder, actor=self.settings.actor, lock=self.lock)
        for name in AHEAD:
            importlib.import_module(name)
        pinyin.warm()
        return store

    def _refused(self, error: BaseException) -> None:
        """Say why the store stays closed; a damaged one can be replaced by the newest backup."""
        from desktop.store import opening
        from desktop.windows import dialogs

        newest = opening.newest_backup(self.folder) if isinstance(error, StoreDamaged) else None
        if newest is None:
            self.show_error(error)
        elif dialogs.ask(self.window, f"{error}", f"最近的备份：{newest.name}。损坏的数据另存，不会丢。", "从备份恢复"):
            self.backup = newest
        self.window.close()

    def _restore(self, backup: Path) -> None:
        self.backup = backup
        self.window.close()

    def _ready(self, store: Store) -> None:
        from datetime import timedelta

        from desktop.vault import Vault
        from desktop.windows.clipboard import SecretClipboard

        vault = Vault(store)
        vault.idle = timedelta(minutes=self.settings.lock_minutes)
        clipboard = SecretClipboard(self.settings.clipboard_seconds, self.window)
        self.office = Office(store, self.settings, self.background, self.window, vault, clipboard)
        store.on_change(lambda _: self.window.written.emit())
        self.window.refreshed.connect(self._say)
        self.window.closing.connect(self._close)
        self.window.asked_help.connect(self._help)
        self.window.asked_search.connect(self._search)
        self.window.asked_undo.connect(self._undo)
        self.window.asked_restore.connect(self._restore)
        self._one_by_one(self._attach, self._show_home, self._say, self._offer_file, self._watch, self._guard)

    def _attach(self) -> None:
        self.window.attach(self.office)
        if self.kept_home is not None and self.office is not None:
            self.kept_home.attach(self.office.store, self.settings, self.background)

    def _show_home(self) -> None:
        if self.window.page() in (None, self.kept_home):  # a quick clerk has gone elsewhere already
            self.window.show_place("home")

    def _listen(self) -> None:
        """Answer second starts while the store is still being opened: who sees no window clicks twice."""
        from desktop.windows.instance import FirstWindow

        self.first = FirstWindow(self.folder, self.window)
        self.first.arrived.connect(self._arrived)

    def _offer_file(self) -> None:
        self.ready = True
        if self.file:
            QTimer.singleShot(0, self.window, lambda: self._arrived(self.file))

    def _arrived(self, file: str) -> None:
        if not self.ready:
            self.file = file
            return
        from desktop.windows.arrivals import offer

        if offer(self.window, Path(file), self.folder):
            self.window.show_place("fill")

    def _sweep(self, state: object) -> None:
        """Collect what lies about once the clerk has turned to another program."""
        if state != self.app.applicationState().ApplicationActive and not self.background.busy:
            QTimer.singleShot(1000, self.window, imports.sweep)

    def _watch(self) -> None:
        from desktop.windows.watching import Watching

        if self.office is not None:
            self.watching = Watching(self.office.store, self.settings, self.background, self.window)

    def _guard(self) -> None:
        """Watch over the vault, and check the chain of custody once in every start."""
        from desktop.windows.guard import Guard, check_chain

        if self.office is not None:
            Guard(self.office.vault, self.office.clipboard, self.window)
            store = self.office.store
            self.background.run(self.window, lambda _: check_chain(store), lambda _: None)
            if self._swept:
                self.app.applicationStateChanged.connect(self._sweep)

    def _say(self) -> None:
        from desktop import units

        if self.office is None:
            return
        store = self.office.store
        with store.read() as session:
            mine = units.own(session)
        made, now = store.last_backup(), store.clock()
        backup = "今日已备份" if made and made.date() == now.date() else "今日未备份"
        self.window.say(mine.name if mine else "请先填写本单位", f"已保存 {now:%H:%M} · {backup}")

    def _help(self, topic: str) -> None:
        from desktop.windows.manual import Manual

        Manual(self.window, topic).show()

    def _search(self) -> None:
        from desktop.search import everything
        from desktop.windows.finder import Finder, always

        if self.office is None:
            return
        with self.office.store.read() as session:
            hits = everything(session, always(PLACES, DEEDS))
        finder = Finder(self.window, hits)
        finder.go.connect(self.window.show_place)
        finder.move(self.window.geometry().center() - finder.rect().center())
        finder.show()
        finder.typed.setFocus()

    def _undo(self) -> None:
        office, page = self.office, self.window.page()
        if office is None or (page is not None and page.take_back()):
            return

        def take_back(_: Progress) -> None:  # a large import takes seconds
            from desktop import nouns

            nouns.load_all()
            office.store.undo()

        self.background.run(self.window, take_back, lambda _: None)

    def _close(self) -> None:
        page = self.window.page()
        if page is not None:
            page.save_typing()
        self.background.finish()
        if self.office is not None:
            self.office.clipboard.clear()
            self.office.vault.lock()
            self.office.store.close()
            self.office = None


def speak_chinese(app: QApplication) -> None:
    """Let Qt's own words (in file dialogs, context menus) be Chinese."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
