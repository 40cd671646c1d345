"""The only places where the program interrupts: an error, a question before something is lost, a file to choose."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from desktop.errors import Refused


def show_error(parent: QWidget | None, error: BaseException) -> None:
    """Say what was refused and what to do; a fault of the program goes on to the crash report.

    Raises:
        BaseException: the error itself, when it is no refusal.
    """
    if not isinstance(error, Refused):
        raise error
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("没有完成")
    box.setText(f"{error.where}\n{error.what}" if error.where else error.what)
    box.setInformativeText(error.todo)
    box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def ask(parent: QWidget | None, question: str, detail: str, yes: str, no: str = "取消") -> bool:
    """Ask before something would be lost; the safe answer is the default."""
    box = QMessageBox(parent)
    box.setWindowTitle("请确认")
    box.setText(question)
    box.setInformativeText(detail)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(no, QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree


def choose_file(parent: QWidget | None, title: str, kinds: str, start: Path | None = None) -> Path | None:
    """A file to read; kinds like `表格 (*.xlsx *.xls *.csv)`, beginning in the folder `start`."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(start or ""), kinds)
    return Path(name) if name else None


def choose_target(parent: QWidget | None, title: str, suggested: str, kinds: str) -> Path | None:
    """A file to write."""
    name, _ = QFileDialog.getSaveFileName(parent, title, suggested, kinds)
    return Path(name) if name else None


def choose_folder(parent: QWidget | None, title: str, start: str = "") -> Path | None:
    """A folder."""
    name = QFileDialog.getExistingDirectory(parent, title, start)
    return Path(name) if name else None


def open_folder(folder: Path) -> None:
    """Show a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_crash(parent: QWidget | None, file: Path, text: str) -> None:
    """Say that the program failed, where the report is, and that it holds nothing typed."""
    box = QMessageBox(parent)
    box.setWindowTitle("程序出错")
    box.setText("刚才的操作没有完成，已保存的内容没有受影响。")
    box.setInformativeText(f"故障报告（不含填写内容和密码）：\n{file}")
    copy = QPushButton("复制报告")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    box.addButton(copy, QMessageBox.ButtonRole.ActionRole)
    box.addButton("关闭", QMessageBox.ButtonRole.AcceptRole)
    box.exec()
