"""Widths of a table's columns: all in sight where their words allow it, and those the clerk drew kept."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.windows.rows import Column
from desktop.windows.tables import RowsTable
from desktop.windows.widths import NARROWEST, fitted

COLUMNS = (
    Column("平台", lambda row: row[0], 120),
    Column("主办单位", lambda row: row[1], 240),
    Column("备案日期", lambda row: row[2], 110),
    Column("情况", lambda row: row[3], 200),
)
ROWS = [("微信公众号", "共青团林川县委员会", "2026-11-20", "没有备案记录，应在 2026-12-01 前向上级备案。")] * 9


def test_where_there_is_room_every_text_is_seen_whole() -> None:
    assert fitted([120, 240, 110, 200], [86, 142, 96, 430], 800) == [86, 142, 96, 430]


def test_what_lacks_is_taken_from_the_widest_and_no_date_is_cut() -> None:
    widths = fitted([120, 240, 110, 200], [86, 242, 96, 430], 500)
    assert 496 <= sum(widths) <= 500
    assert (widths[0], widths[2]) == (86, 96)
    assert NARROWEST < widths[1] < 240
    assert NARROWEST < widths[3] < 200


@given(st.integers(0, 3000), st.lists(st.tuples(st.integers(20, 400), st.integers(20, 900)), min_size=1, max_size=9))
def test_no_column_is_narrower_than_its_words_or_a_telephone_number(room: int, pairs: list[tuple[int, int]]) -> None:
    first, whole = zip(*pairs, strict=True)
    for width, wanted, need in zip(fitted(first, whole, room), first, whole, strict=True):
        assert min(need, wanted, NARROWEST) <= width <= need


@pytest.fixture
def table(qtbot) -> RowsTable:
    made = RowsTable("试验", COLUMNS)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    qtbot.waitExposed(made)
    made.set_rows(ROWS)
    return made


def test_an_empty_table_says_what_would_be_here_and_a_filter_that_nothing_fits(qtbot) -> None:
    made = RowsTable("试验", COLUMNS, empty="还没有账号。")
    qtbot.addWidget(made)
    made.resize(700, 300)
    bare = made.view.grab().toImage()
    made.set_rows([])
    assert made.view.accessibleDescription() == "还没有账号。"
    assert made.view.grab().toImage() != bare, "the sentence is painted"
    made.set_rows(ROWS)
    assert made.view.accessibleDescription() == ""
    made.filter.setText("zzz")
    assert "没有符合筛选的" in made.view.accessibleDescription()


def test_a_row_chosen_while_ctrl_is_held_is_chosen_alone(table: RowsTable) -> None:
    QTest.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    try:
        for row in (1, 3, 1):
            table.view.selectRow(row)
            assert [index.row() for index in table.view.selectionModel().selectedRows()] == [row]
    finally:
        QTest.keyRelease(table.view, Qt.Key.Key_Control)


def test_the_last_row_gone_is_told(qtbot) -> None:
    made = RowsTable("试验", (Column("名称", lambda row: row.name),))
    qtbot.addWidget(made)
    heard: list[object] = []
    made.chosen.connect(heard.append)
    one = SimpleNamespace(id=1, name="甲")
    made.set_rows([one])
    made.view.selectRow(0)
    made.set_rows([one])
    made.set_rows([])
    assert heard[0] is one and heard[-1] is None


def test_an_empty_table_keeps_its_first_widths(table: RowsTable) -> None:
    table.set_rows([])
    table.resize(1200, 300)
    assert [table.view.columnWidth(number) for number in range(3)] >= [120, 240, 110]


def test_a_table_fits_its_room_without_scrolling_sideways_until_the_clerk_draws_it(
    table: RowsTable, own_home: Path, qtbot
) -> None:
    assert table.view.horizontalScrollBar().maximum() == 0
    table.resize(560, 300)
    assert table.view.horizontalScrollBar().maximum() == 0
    header = table.view.horizontalHeader()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, header.height() // 2))
    assert not (own_home / "列宽.ini").exists()
    edge = QPoint(header.sectionSize(0) - 1, header.height() // 2)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(20, 0))
    QTest.mouseMove(header.viewport(), edge + QPoint(60, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(60, 0))
    drawn = header.sectionSize(0)
    assert drawn > edge.x() + 40
    table.resize(500, 300)
    table.set_rows(ROWS[:2])
    assert header.sectionSize(0) == drawn
    again = RowsTable("试验", COLUMNS)
    qtbot.addWidget(again)
    again.resize(430, 300)
    again.show()
    again.set_rows(ROWS[:2])
    assert again.view.horizontalHeader().sectionSize(0) == drawn
    last = len(COLUMNS) - 1
    assert again.view.horizontalHeader().sectionSize(last) <= COLUMNS[last].width, "the last is not as wide as it was"
    assert (own_home / "列宽.ini").exists()
