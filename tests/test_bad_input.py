"""Bad input by the command line a clerk would type: its own sentence, exit code 2, and the store as it was before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from desktop import accounts, cli, sample
from desktop.commands import opened_store
from desktop.store.history import Action
from tests.test_forms import FORMS, change, rewritten
from tests.test_sheets import BAD

LISTS = [name for name in BAD if not name.endswith((".zip", ".pdf"))]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample office, to be copied."""
    from desktop.store import Store

    home = tmp_path_factory.mktemp("office")
    with Store.open(home) as store:
        sample.build(store, date(2026, 11, 20))
    return home


@pytest.fixture
def store(office: Path, own_home: Path) -> Path:
    return shutil.copytree(office, own_home)


def kept() -> tuple[int, list[tuple[str, str]]]:
    """How many actions the history has, and every account."""
    with opened_store() as opened, opened.read() as session:
        count = session.scalar(select(func.count()).select_from(Action)) or 0
        return count, [(one.platform, one.name) for one in accounts.in_use(session)]


@pytest.mark.parametrize("name", LISTS)
def test_a_bad_list_is_refused_and_leaves_the_store_alone(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = kept()
    (tmp_path / name).write_bytes(BAD[name][0])
    assert cli.run(["import", str(tmp_path / name), "--accept"]) == cli.REFUSED
    said = capsys.readouterr()
    assert BAD[name][1] in said.err and name in said.err and "Traceback" not in said.err
    assert kept() == before


def test_a_huge_list_is_refused(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, path = kept(), tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(50 << 20)
    assert cli.run(["import", str(path), "--accept"]) == cli.REFUSED
    assert "50 MB" in capsys.readouterr().err
    assert kept() == before


def test_cells_that_are_odd_are_named_and_nothing_is_written_before_the_clerk_agrees(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, path = kept(), tmp_path / "名单.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["账号名称", "平台", "备案日期", "运营人员", "运营人员电话", "粉丝数"])
    sheet.append(["林川甲", "微博", "2025年3月7日", "赵某甲", 13800000009, "=1+1"])
    sheet.append(["林川甲", "微博", "2025年3月7日", "赵某甲", 13800000009, 20])
    sheet.append(["林川乙", "微博", "2025-02-31", "钱某乙", 1380000000, 20])
    book.save(path)
    assert cli.run(["import", str(path)]) in (cli.DONE, cli.FAULTS)
    said = capsys.readouterr().out
    for sentence in (
        "缺陷 F2 粉丝数：公式没有算出结果",
        "第 3 行 不能用：林川甲：与第 2 行是同一个账号，内容不同",
        "缺陷 C4 备案日期：“2025-02-31”不是看得懂的日期",
        "缺陷 E4 运营人员电话：联系电话位数不足",
        "没有写入",
    ):
        assert sentence in said
    assert kept() == before


def unknown_key(form: Path) -> None:
    change(form / "form.toml", 'title = "团学', 'colour = "red"\ntitle = "团学')


def other_tags(form: Path) -> None:
    rewritten(form / "template.docx", lambda xml: xml.replace('w:val="organisation"', 'w:val="organization"'))


@pytest.mark.parametrize(
    ("spoil", "says"), [(unknown_key, "不认识的项：colour"), (other_tags, "没有对应字段：organization")]
)
def test_a_form_that_contradicts_itself_fills_nothing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None], says: str
) -> None:
    before = kept()
    form = shutil.copytree(FORMS / "beianbiao", tmp_path / "beianbiao")
    spoil(form)
    target = tmp_path / "表.docx"
    assert cli.run(["fill", str(form), str(form / "sample.toml"), "-o", str(target)]) == cli.REFUSED
    assert says in capsys.readouterr().err
    assert not target.exists()
    assert kept() == before
