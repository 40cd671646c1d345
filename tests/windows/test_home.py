"""The home page on screen: tags hug their text in one line, the heat map tells what it knows, first steps lead on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.checking.catalogue import Severity
from desktop.checking.findings import Finding
from desktop.home import FIRST_STEPS, LONGEST, HomeData, Line, _asleep
from desktop.windows import heat, theme
from desktop.windows.heat import HeatMap
from desktop.windows.home import LEGEND, NO_HEAT, HomePage

LONG = "全县各级各类学校少先队工作委员会新媒体矩阵" * 3


def due(title: str, tag: str, button: str) -> Line:
    return Line(title, "依据 某办法第一条", tag, "red", button, "custody", ["password.change", "", 1])


def shown(qtbot: QtBot, data: HomeData, width: int = 1158) -> HomePage:
    page = HomePage()
    qtbot.addWidget(page)
    page.resize(width, 700)
    page.show()
    page.show_data(data)
    qtbot.waitExposed(page)
    return page


def test_tags_hug_their_text_and_end_in_one_line(qtbot: QtBot) -> None:
    lines = [
        due("甲", "已超期 346 天", "去更换"),
        due(LONG, "今天到期", "去写报告"),
        due("丙", "剩 2 个工作日", "去收回"),
    ]
    page = shown(qtbot, HomeData("今天", "单位", due=lines))
    tags = [one for one in page.findChildren(QLabel) if one.property("tone") and one.isVisible()]
    assert [one.text() for one in tags] == [line.tag for line in lines]
    assert {one.mapTo(page, one.rect().topRight()).x() for one in tags} == {
        tags[0].mapTo(page, tags[0].rect().topRight()).x()
    }
    for one in tags:
        assert one.width() <= one.fontMetrics().horizontalAdvance(one.text()) + 28, one.text()
    buttons = [one for one in page.findChildren(QPushButton) if one.text().startswith("去") and one.isVisible()]
    assert len({one.width() for one in buttons}) == 1
    assert page.minimumSizeHint().width() < 1024 - 208, "a long name does not widen the window"


def test_a_new_office_is_led_by_three_buttons(qtbot: QtBot) -> None:
    page = shown(qtbot, HomeData("今天", "", steps=list(FIRST_STEPS)))
    assert page.due.title.text() == "开始使用"
    assert page._legend.text() == NO_HEAT
    went = []
    page.go.connect(lambda place, errand: went.append((place, errand)))
    for one in page.findChildren(QPushButton):
        if one.text() in ("去填写", "去登记", "去填报"):
            one.click()
    assert went == [("settings", None), ("accounts", None), ("fill", None)]
    page.show_data(HomeData("今天", "单位", heat=[("甲 微博", [1] * 26)]))
    assert (page.due.title.text(), page._legend.text()) == ("待办", LEGEND)


def test_the_heat_map_tells_apart_what_it_knows(qtbot: QtBot) -> None:
    assert [heat.idle([0, 0, None, 0, 3, 0, 0.0], week) for week in range(7)] == [
        False, True, False, False, False, False, True,
    ]  # fmt: skip
    assert [heat.told(one) for one in (None, 0, 3, 2.25)] == [
        "没有数据", "发布 0 条", "发布 3 条", "按当月数据平均每周发布 2.2 条",
    ]  # fmt: skip
    made = HeatMap(4)
    qtbot.addWidget(made)
    made.resize(60, 42)
    made.set_rows([("甲", [None, 0, 0, 9])])
    image = made.grab().toImage()
    side = made._side()

    def middle(week: int) -> QColor:
        scale = image.devicePixelRatio()
        return image.pixelColor(int((week * (side + 3) + 1 + side / 2) * scale), int((20 + 5.5) * scale))

    t = theme.tokens()
    assert middle(0) == middle(2) == QColor(t.card)
    assert middle(1) == QColor(t.grey_tint)
    assert middle(3).green() > middle(3).red()
    assert "甲近 4 周发布 9 条" in made.accessibleDescription()


@pytest.mark.parametrize("days", [3, 371])
def test_a_long_name_is_cut_in_the_tag_of_a_figure(days: int) -> None:
    today = date(2026, 11, 20)
    found = Finding("zombie", "account", 1, LONG, "", (), (), Severity.RED, today - timedelta(days=days))
    said = _asleep(found, today)
    assert said.endswith(f" {days} 天未更新")
    assert len(said.partition(" ")[0]) == LONGEST
