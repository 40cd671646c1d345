"""A superior's circular: both lists of the published notice, as pasted text and as tables, matched to own accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from desktop import accounts, circulars, deadlines, rectification, units, watch
from desktop.circulars import Circular
from desktop.errors import BadFile, Refused
from desktop.store import Store
from tests import notice_lists as notice

NOON = datetime(2026, 4, 25, 12, 0)
TODAY = NOON.date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=lambda: NOON) as opened:
        with opened.write("登记") as session:
            own = units.Unit(name="奈曼旗政务公开办", relation=units.OWN, level="县级", region_code="150525")
            session.add(own)
            session.flush()
            for name, unit, code in (
                ("奈曼交通", "奈曼旗交通局", ""),
                ("最美东明镇", "东明镇人民政府", ""),
                ("奈曼民政", "奈曼旗民政事务中心", ""),
                ("新魅力大镇", "大沁他拉镇人民政府", "150525M011WX001"),
            ):
                below = units.Unit(name=unit, parent_id=own.id)
                session.add(below)
                session.flush()
                account = accounts.Account(platform="微信公众号", name=name, unit_id=below.id, code=code)
                accounts.add(session, account, accounts.NORMAL, date(2024, 1, 1))
        yield opened


def check_lists(found: Circular) -> None:
    assert [rows for _, rows in found.lists] == [4, 9]
    assert [one.name for one in found.problems][:5] == [
        "平安奈曼",
        "魅力固日班花",
        "魅力大镇",
        "多彩沙日浩来",
        "活力苇莲苏",
    ]
    by_name = {one.name: one for one in found.problems}
    assert by_name["奈曼交通"].links == (
        "https://mp.weixin.qq.com/s/ba1oKGpD5uZO9wjPPXG8eg",
        "https;//mp.weixin.qq.com/s/uJoZ9sU7Ad5SzZ4f7Yp-Ww",
    )
    assert len(by_name["活力苇莲苏"].links) == 2
    named = {
        "平安奈曼": "沙日浩来",
        "多彩沙日浩来": "奈曼旗公安局",
        "魅力固日班花": "合并",
        "活力苇莲苏": "2 个链接",
        "富饶的甸子": "中间有空格",
        "奈曼交通": "冒号写成了分号",
        "奈曼应急管理": "有 21 个",
        "青龙山政府": "中间有空格",
        "美丽的治安镇": "只有 10 位",
    }
    for name, defect in named.items():
        assert any(defect in said for said in by_name[name].odd), (name, by_name[name].odd)
    broken = next(one for one in found.problems if "生态环境局" in one.name)
    assert any("中间有空格" in said for said in broken.odd)


def check_matches(store: Store, found: Circular) -> None:
    with store.read() as session:
        names = {account.id: account.name for account in accounts.in_use(session)}
    by_name = {one.name: one for one in found.problems}
    sure = by_name["奈曼交通"]
    assert (names[sure.account_id or 0], sure.doubt) == ("奈曼交通", "")
    moved = by_name["奈曼民政"]
    assert names[moved.account_id or 0] == "奈曼民政"
    assert "主办单位是“奈曼旗民政局”" in moved.doubt
    renamed = by_name["魅力大镇"]
    assert names[renamed.account_id or 0] == "新魅力大镇"
    assert "标识码相同，名称不同" in renamed.doubt
    alike = by_name["最美东明"]
    assert names[alike.account_id or 0] == "最美东明镇"
    assert "名称相近" in alike.doubt
    assert by_name["青龙山政府"].account_id is None


def test_as_a_word_table(store: Store, tmp_path: Path) -> None:
    found = circulars.read_file(store, notice.as_docx(tmp_path / "名单.docx"), TODAY)
    check_lists(found)
    check_matches(store, found)
    assert {one.problem for one in found.problems} == {"被通报，名单未写具体问题"}


def test_as_a_workbook(store: Store, tmp_path: Path) -> None:
    found = circulars.read_file(store, notice.as_xlsx(tmp_path / "名单.xlsx"), TODAY)
    check_lists(found)
    check_matches(store, found)


def test_the_notice_itself_as_pasted_text(store: Store, shared: Path) -> None:
    text = next((shared / "seeds").glob("004*")).read_text("utf-8")
    found = circulars.read_text(store, text, TODAY)
    check_lists(found)
    check_matches(store, found)
    assert found.title == "关于存在严重问题政务新媒体的通报"
    assert found.issuer == "奈曼旗政务公开工作领导小组"
    assert (found.due, found.hour) == (date(2026, 5, 10), None)
    assert found.mailbox == "nmgzwgk163.con"
    assert any("nmgzwgk163.con" in remark for remark in found.remarks)
    assert {one.problem for one in found.problems} == {"信息严重表述错误问题"}


def test_the_problems_taken_become_a_batch_with_its_deadline(store: Store, shared: Path) -> None:
    text = next((shared / "seeds").glob("004*")).read_text("utf-8")
    found = circulars.read_text(store, text, TODAY)
    ours = [one for one in found.problems if one.account_id is not None]
    batch = circulars.accept(store, found, TODAY, ours)
    with store.read() as session:
        items = rectification.of_batch(session, batch.id)
        assert (batch.source, batch.report_due, batch.issuer) == (
            "通报", date(2026, 5, 10), "奈曼旗政务公开工作领导小组",
        )  # fmt: skip
    assert [one.subject for one in items] == [
        "微信订阅号“魅力大镇”", "微信订阅号“奈曼交通”", "微信订阅号“奈曼民政”", "微信订阅号“最美东明”",
    ]  # fmt: skip
    assert all(one.account_id and one.state == "待整改" for one in items)
    titles = [one.title for one in deadlines.due_now(store, watch.look(store))]
    assert "报送排查整改报告：关于存在严重问题政务新媒体的通报" in titles
    assert "整改：微信订阅号“奈曼交通”" in titles
    store.undo()
    with store.read() as session:
        assert rectification.in_use(session) == []


def test_a_machine_made_list_brings_its_own_problem_columns(store: Store) -> None:
    text = (
        "序号\t账号名称\t账号类型\t主办单位\t错敏词\t推荐词\t问题类型\n"
        "1\t奈曼交通\t微信公众号\t奈曼旗交通局\t首都人民\t（示例）\t严重表述错误\n"
    )
    found = circulars.read_text(store, text, TODAY)
    assert found.problems[0].problem == "错敏词：首都人民；推荐词：（示例）；问题类型：严重表述错误"
    assert found.due is None
    batch = circulars.accept(store, found, TODAY, found.problems)
    assert batch.title


def test_two_accounts_of_one_name_are_left_to_the_clerk(store: Store) -> None:
    with store.write("登记") as session:
        accounts.add(session, accounts.Account(platform="抖音", name="奈曼交通"), accounts.NORMAL, date(2024, 1, 1))
    text = "账号名称\t账号类型\t主办单位\n奈曼交通\t微信公众号\t某单位\n"
    found = circulars.read_text(store, text, TODAY)
    assert found.problems[0].account_id is None
    assert found.problems[0].doubt == "台账中有 2 个同名账号，请选择。"


@pytest.mark.parametrize("text", ["", "各单位：请认真整改。", "姓名\t电话\n王某甲\t13800000001\n"])
def test_text_without_a_list_is_refused(store: Store, text: str) -> None:
    with pytest.raises(Refused):
        circulars.read_text(store, text, TODAY)


def test_nothing_taken_is_refused_and_an_hour_is_kept(store: Store) -> None:
    text = "账号名称\t账号类型\t主办单位\n奈曼交通\t微信公众号\t奈曼旗交通局\n"
    found = circulars.read_text(store, text, TODAY)
    with pytest.raises(Refused, match="没有选择任何问题"):
        circulars.accept(store, found, TODAY, [])
    timed = Circular("通报", "", date(2026, 5, 10), time(17, 30), "", found.problems, found.lists)
    assert circulars.accept(store, timed, TODAY, found.problems).report_hour == "17:30"


def test_a_damaged_file_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "名单.docx"
    file.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(BadFile, match=r"名单\.docx"):
        circulars.read_file(store, file, TODAY)
