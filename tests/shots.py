"""Pictures of every place for a human eye.

    python -m tests.shots FOLDER [--size 1366x768] [--scale 1.5] [--theme 深色] [--place home]

Opens the program on a fresh sample office (TUANMEI_HOME, or a new temporary folder) and writes one PNG a place.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--size", default="1366x768")
    words.add_argument("--scale", default="1")
    words.add_argument("--theme", default="浅色")
    words.add_argument("--place", default="")
    args = words.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = args.scale
    os.environ.setdefault("TUANMEI_HOME", tempfile.mkdtemp())
    args.folder.mkdir(parents=True, exist_ok=True)

    from desktop import imports

    imports.load_qt()  # as the program itself does: Qt's own import is not made for two threads
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop import paths, sample
    from desktop.app import Start
    from desktop.lock import FolderLock
    from desktop.places import PLACES
    from desktop.store import Store
    from desktop.windows import theme

    home = paths.make_private(paths.home())
    with Store.open(home, actor="赵示例") as store:
        sample.build(store, date.today())
    lock = FolderLock(home)
    lock.take()
    app = QApplication(["", *theme.STYLE])
    start = Start(app, home, lock)
    start.settings.theme = args.theme
    theme.apply(app, args.theme)

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    start.show()
    width, height = map(int, args.size.split("x"))
    start.window.resize(width, height)
    while start.office is None:
        wait(50)
    for place in PLACES:
        if args.place in ("", place.key):
            start.window.show_place(place.key, 1 if place.about_one else None)
            wait(700)
            file = args.folder / f"{place.key}.png"
            start.window.grab().save(str(file))
            sys.stdout.write(f"{file}\n")
    start.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
