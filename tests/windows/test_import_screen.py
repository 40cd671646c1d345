"""The import as a clerk does it: drop a file or paste, look at the columns, look at the rows, take them over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMessageBox

from desktop import accounts, sample, units
from desktop.background import Background
from desktop.documents.sheets import read_sheets
from desktop.importing.verdicts import Verdict
from desktop.store import Store
from desktop.windows import dialogs, theme
from desktop.windows.exporting import ExportTools
from desktop.windows.importing import CHOOSE, COLUMNS, ROWS, ImportScreen
from tests import notice_lists as notice

NOW = datetime(2026, 11, 20, 10)
LIST = (
    "新媒体名称,账号类型,主办单位,链接,随手记\n"
    "青春 林川,快手,团县委,https;//example.org/a,x\n甲,微信,团县委,,\n,抖音,团县委,,x\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store", actor="赵示例", clock=lambda: NOW) as opened:
        with opened.write("本单位") as session:
            session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
        yield opened


@pytest.fixture
def screen(store: Store, qapp: QApplication, qtbot) -> Iterator[ImportScreen]:
    theme.apply(qapp, "浅色")
    background = Background(lambda error: dialogs.show_error(None, error))
    made = ImportScreen(store, background)
    qtbot.addWidget(made)
    made.resize(1158, 768)
    made.show()
    yield made
    background.finish()


def settle(screen: ImportScreen, qtbot) -> None:
    qtbot.waitUntil(lambda: not screen.work._background.busy, timeout=20_000)
    QApplication.processEvents()


def csv(folder: Path, text: str = LIST) -> Path:
    path = folder / "名单.csv"
    path.write_text(text, "utf-8")
    return path


def to_rows(screen: ImportScreen, qtbot, path: Path) -> None:
    screen.read_file(path)
    settle(screen, qtbot)
    assert screen.steps.currentIndex() == COLUMNS
    screen.next.click()
    settle(screen, qtbot)
    assert screen.steps.currentIndex() == ROWS


def choose(screen: ImportScreen, row: int) -> None:
    """Put the cursor on a row and mark nothing else, whatever keys an earlier test left pressed."""
    table = screen.rows.table
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    table.view.selectionModel().setCurrentIndex(table.model.index(row, 0), flags)


def names(store: Store) -> list[str]:
    with store.read() as session:
        return [account.name for account in accounts.in_use(session)]


def test_a_list_is_dropped_checked_and_taken_over(store: Store, screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(csv(tmp_path)))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    screen.dragEnterEvent(entering)
    assert entering.isAccepted()
    screen.dropEvent(QDropEvent(QPointF(9, 9), copy, mime, left, none))
    settle(screen, qtbot)
    assert "名单.csv" in screen.subtitle.text()
    assert [box.currentText() for box in screen.columns.meanings.boxes] == [
        "账号名称", "平台", "单位名称", "主页地址", "不导入",
    ]  # fmt: skip
    assert [grade.text() for grade in screen.columns.meanings.grades][-1] == "不导入"
    screen.next.click()
    settle(screen, qtbot)
    assert screen.rows.filters["新增"].text() == "新增 2"
    assert screen.rows.filters["不能用"].text() == "不能用 1"
    assert screen.next.text() == "接收 2 行"
    assert names(store) == []
    with qtbot.waitSignal(screen.finished) as done:
        screen.next.click()
    assert done.args == [2]
    settle(screen, qtbot)
    assert names(store) == ["青春 林川", "甲"]
    assert screen.steps.currentIndex() == CHOOSE
    store.undo()
    assert names(store) == []


def test_a_block_copied_in_excel_is_pasted(store: Store, screen: ImportScreen, qtbot) -> None:
    mime = QMimeData()
    mime.setHtml(notice.as_html())
    mime.setText("部门\t名称")
    QApplication.clipboard().setMimeData(mime)
    QTest.keyClick(screen.choose, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(screen, qtbot)
    assert screen.columns.sheet.count() == 2
    screen.next.click()
    settle(screen, qtbot)
    assert screen.rows.filters["有缺陷"].text() == "有缺陷 13"


def test_a_block_pasted_into_the_table_of_accounts_arrives(screen: ImportScreen, qtbot) -> None:
    QApplication.clipboard().clear()
    screen.open([["账号名称", "平台"], ["甲", "微信"]])
    settle(screen, qtbot)
    assert screen.steps.currentIndex() == COLUMNS


def test_the_clerk_corrects_a_column_and_the_header(store: Store, screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    screen.read_file(csv(tmp_path))
    settle(screen, qtbot)
    box: QComboBox = screen.columns.meanings.boxes[4]
    box.setCurrentIndex(box.findText("备注"))
    box.activated.emit(box.currentIndex())
    assert screen.columns.meanings.grades[4].text() == "确定"
    (plan,) = screen.columns.plans()
    assert [match.key for match in plan.matches][4] == "account.note"
    screen.columns.header.setValue(2)
    (plan,) = screen.columns.plans()
    assert plan.layout.header == range(1, 2)
    screen.columns.header.setValue(1)
    screen.columns.subject.setCurrentText("单位名单")
    (plan,) = screen.columns.plans()
    assert plan.subject.value == "单位"


def test_what_the_list_leaves_out_is_asked_for(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    screen.read_file(csv(tmp_path, "账号名称,粉丝数\n甲,300\n"))
    settle(screen, qtbot)
    assert screen.columns.platform.isVisible()
    assert screen.columns.month.isVisible()
    for field, text in ((screen.columns.platform, "微博"), (screen.columns.month, "2026年10月")):
        assert isinstance(field, QLineEdit)
        field.setText(text)
        field.editingFinished.emit()
    (plan,) = screen.columns.plans()
    assert (plan.choices.platform, plan.choices.month) == ("微博", date(2026, 10, 1))
    screen.next.click()
    settle(screen, qtbot)
    assert screen.rows.filters["新增"].text() == "新增 1"


def test_a_sheet_can_be_left_out(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    screen.read_file(notice.as_xlsx(tmp_path / "通报.xlsx"))
    settle(screen, qtbot)
    screen.columns.use.setCurrentText("不导入此表")
    assert [plan.sheet.name for plan in screen.columns.plans()] == ["附件2"]
    screen.columns.sheet.setCurrentIndex(1)
    screen.columns.use.setCurrentText("不导入此表")
    screen.next.click()
    settle(screen, qtbot)
    assert screen.steps.currentIndex() == COLUMNS
    assert "没有可以导入的工作表" in screen.columns.problem.text()


def test_rows_are_chosen_by_mouse_key_and_button(store: Store, screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    to_rows(screen, qtbot, csv(tmp_path, "账号名称,平台\n甲,微信\n乙,微信\n丙,微信\n"))
    table = screen.rows.table
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_Space)
    assert screen.next.text() == "接收 2 行"
    settle(screen, qtbot)
    place = table.view.visualRect(table.model.index(1, 0)).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert screen.next.text() == "接收 1 行"
    table.view.selectAll()
    screen.rows._mark(True)
    assert screen.next.text() == "接收 3 行"
    screen.rows._mark(False)
    assert not screen.next.isEnabled()
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_Space)
    QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(screen, qtbot)
    assert names(store) == ["丙"]


def test_the_filters_show_what_they_say(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    to_rows(screen, qtbot, csv(tmp_path))
    shown = screen.rows.table.model
    screen.rows.filters["有缺陷"].click()
    assert [one.line.title for one in shown.shown] == ["快手“青春 林川”"]
    screen.rows.filters["不能用"].click()
    assert [one.line.verdict for one in shown.shown] == [Verdict.UNUSABLE]
    screen.rows.filters["全部"].click()
    assert len(shown.shown) == 3
    assert not screen.rows.filters["相同"].isEnabled()


def test_a_proposal_is_taken_by_its_button(store: Store, screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    to_rows(screen, qtbot, csv(tmp_path))
    choose(screen, 0)
    buttons = [one for one in screen.rows.findChildren(QAbstractButton) if one.accessibleName() == "A2采用建议"]
    buttons[0].click()
    settle(screen, qtbot)
    assert screen.rows.table.current().line.title == "快手“青春林川”"
    screen.next.click()
    settle(screen, qtbot)
    assert names(store) == ["青春林川", "甲"]


def test_marks_survive_a_proposal_and_going_back_starts_anew(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    to_rows(screen, qtbot, csv(tmp_path))
    choose(screen, 1)
    QTest.keyClick(screen.rows.table.view, Qt.Key.Key_Space)
    screen.rows.proposal.emit(0, 1, 0)
    settle(screen, qtbot)
    assert screen.next.text() == "接收 1 行"
    screen.back.click()
    assert screen.steps.currentIndex() == COLUMNS
    screen.next.click()
    settle(screen, qtbot)
    assert screen.next.text() == "接收 2 行"


def test_a_bad_file_is_refused_in_a_sentence(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    said: list[str] = []

    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMessageBox) and widget.isVisible():
                said.append(widget.text() + widget.informativeText())
                widget.close()

    timer = QTimer(screen)
    timer.timeout.connect(answer)
    timer.start(20)
    path = tmp_path / "网页.xls"
    path.write_bytes(b"<html><table><tr><td>1</td></tr></table></html>")
    screen.read_file(path)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    timer.stop()
    assert "内容却是网页" in said[0]
    assert screen.steps.currentIndex() == CHOOSE
    assert screen.choose.isEnabled()


def test_leaving_stops_the_work(store: Store, screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    screen.read_file(csv(tmp_path, "账号名称,平台\n" + "".join(f"账号{n},微信\n" for n in range(3000))))
    settle(screen, qtbot)
    screen.next.click()
    assert screen.work.isVisible()
    screen.work.stop_button.click()
    assert not screen.work.isVisible()
    settle(screen, qtbot)
    assert screen.steps.currentIndex() == COLUMNS
    assert names(store) == []
    asked: list[str] = []
    screen.go.connect(lambda key, _: asked.append(key))
    screen.leave.click()
    assert asked == ["accounts"]


def test_the_window_turns_while_five_thousand_rows_are_judged(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    """tests/windows/test_speed.py says how long it may be silent."""
    path = csv(
        tmp_path, "账号名称,平台,主办单位,链接\n" + "".join(f"账号{n},微信,单位{n % 99},坏链接\n" for n in range(5000))
    )
    turns: list[bool] = []
    timer = QTimer(screen)
    timer.timeout.connect(lambda: turns.append(screen.work.working))
    timer.start(5)
    to_rows(screen, qtbot, path)
    timer.stop()
    assert screen.rows.filters["有缺陷"].text() == "有缺陷 5000"
    assert turns.count(True) > 5, "the rows must be judged beside the window, not in it"


def test_every_control_has_a_name(screen: ImportScreen, qtbot, tmp_path: Path) -> None:
    to_rows(screen, qtbot, csv(tmp_path))
    for kind in (QComboBox, QLineEdit, QAbstractButton):
        for widget in screen.findChildren(kind):
            if (
                widget.parent() is not None
                and widget.isVisibleTo(screen)
                and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            ):
                assert widget.accessibleName() or widget.text(), widget


def test_the_register_is_exported_from_its_page(store: Store, qtbot, tmp_path: Path) -> None:
    sample.build(store, NOW.date())
    background = Background(lambda error: dialogs.show_error(None, error))
    tools = ExportTools(store, background)
    qtbot.addWidget(tools)
    tools.show()
    with qtbot.waitSignal(tools.said, timeout=20_000) as said:
        tools.write(tmp_path / "台账")
    assert said.args == ["已导出“台账.xlsx”"]
    assert tools.show_folder.isVisible()
    assert [sheet.name for sheet in read_sheets(tmp_path / "台账.xlsx").sheets][:3] == ["账号", "单位", "人员"]
