"""A form by double click: asked before it is taken in, refused with a sentence, handed to the window that is open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from desktop import paths
from desktop.forms import shelf
from desktop.windows import arrivals
from desktop.windows.instance import FirstWindow


class Clerk:
    """Answers the question that comes up, and keeps what it said."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.read = ""
        self.timer = QTimer()
        self.timer.timeout.connect(self._look)
        self.timer.start(20)

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            self.read = f"{box.text()} {box.informativeText()}"
            next(button for button in box.buttons() if button.text() == self.answer).click()


@pytest.fixture
def window(qtbot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "收到 的"
    folder.mkdir()
    file = folder / "统计表.tmform"
    file.write_bytes(shelf.pack(shelf.find("tongjibiao", paths.bundled("forms"))))
    return file


def test_taken_in_when_the_clerk_agrees_and_replaced_only_with_a_warning(
    window: QWidget, archive: Path, tmp_path: Path
) -> None:
    clerk = Clerk("取消")
    assert not arrivals.offer(window, archive, tmp_path / "data")
    assert not (tmp_path / "data" / "forms").exists()
    clerk.answer = "放进自有表单"
    assert arrivals.offer(window, archive, tmp_path / "data")
    assert (tmp_path / "data" / "forms" / "tongjibiao" / "form.toml").exists()
    assert "替换" not in clerk.read
    clerk.answer = "替换"
    assert arrivals.offer(window, archive, tmp_path / "data")
    assert "将被替换" in clerk.read


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04cut"])
def test_what_is_no_form_is_refused_with_a_sentence(window: QWidget, tmp_path: Path, content: bytes) -> None:
    clerk = Clerk("知道了")
    (tmp_path / "坏.tmform").write_bytes(content)
    assert not arrivals.offer(window, tmp_path / "坏.tmform", tmp_path / "data")
    assert clerk.read
    assert not (tmp_path / "data").exists()


def test_a_second_start_hands_its_file_to_the_first(own_home: Path, window: QWidget, archive: Path, qtbot) -> None:
    from desktop.lock import FolderLock

    lock = FolderLock(paths.make_private(own_home))
    lock.take()
    first = FirstWindow(own_home, window)
    with qtbot.waitSignal(first.arrived, timeout=30_000) as told:
        second = subprocess.Popen([sys.executable, "-m", "desktop", str(archive)])
    assert told.args == [str(archive)]
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    assert second.returncode == 0
    lock.release()
