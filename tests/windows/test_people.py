"""人员与交接, the people: nothing can be typed for nobody, and whoever is put away leaves the side panel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store import Store
from desktop.windows import dialogs
from desktop.windows.people import PeoplePanel


@pytest.fixture
def panel(own_home: Path, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeoplePanel]:
    monkeypatch.setattr(dialogs, "ask", lambda *_: True)
    with Store.open(own_home, actor="赵示例") as store:
        made = PeoplePanel(store)
        qtbot.addWidget(made)
        made.show()
        made.refresh()
        yield made


def test_a_panel_without_a_person_takes_no_words(panel: PeoplePanel) -> None:
    assert panel.name.text() == "未选择人员"
    assert not panel.facts.isEnabled()


def test_the_only_person_put_away_leaves_the_panel(panel: PeoplePanel) -> None:
    panel.add()
    assert panel.facts.isEnabled()
    panel.facts.inputs["name"].finished.emit("何示例")
    panel.refresh()
    assert panel.name.text() == "何示例"
    panel._trash()
    panel.refresh()
    assert panel.name.text() == "未选择人员"
    assert not panel.facts.isEnabled()
