"""A list of somebody else: its header found, its columns matched, every row judged, nothing written until accepted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop import accounts, assignments, figures, people, platforms, units
from desktop.documents.cells import CellKind
from desktop.documents.sheets import Book, read_pasted, read_sheets
from desktop.errors import BadFile, Refused
from desktop.importing import values
from desktop.importing.drafts import Choices
from desktop.importing.fields import Kind, Subject, fields_of
from desktop.importing.layout import find, matched
from desktop.importing.matching import corrected
from desktop.importing.plan import Plan, Preview, accept, plan_for, preview, propose
from desktop.importing.verdicts import Line, Verdict
from desktop.store import Store
from desktop.store.history import recent
from tests import notice_lists as notice

NOW = datetime(2026, 11, 20, 10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store", actor="赵示例", clock=lambda: NOW) as opened:
        yield opened


def judged(store: Store, text: str) -> Preview:
    book = read_pasted(text)
    return preview(store, book.source, propose(book).plans)


def keys(text: str) -> dict[str, str]:
    sheet = read_pasted(text).sheets[0]
    return {match.label: match.key for match in matched(sheet, find(sheet))}


def said(line: Line) -> str:
    return "\n".join(defect.what for defect in line.defects)


def names(store: Store) -> list[str]:
    with store.read() as session:
        return [account.name for account in accounts.in_use(session)]


# ---- header and columns


def test_a_header_below_titles_in_two_lines_with_spans_and_notes() -> None:
    sheet = read_pasted(
        "林川县团属新媒体账号台账\n"
        "填报单位：共青团林川县委员会\t\t\t2026年11月\n"
        "序号\t账号名称\t平台\t分管领导\t\t运营人员\t\t\t开通时间\t粉丝数（截至2026年10月）\n"
        "\t\t\t姓名\t电话\t姓名\t联系方式\t身份\t\t\n"
        "1\t青年林川\t微信\t王示例\t13800000001\t赵示例\t13800000002\t在编\t2016.5.4\t1.2万\n"
        "合计\t1\n"
        "注：本表一式两份\n"
    ).sheets[0]
    layout = find(sheet)
    assert (layout.header, layout.rows, layout.subject) == (range(2, 4), [4], Subject.ACCOUNTS)
    assert list(layout.left_out) == [5, 6]
    assert [match.key for match in matched(sheet, layout)] == [
        "number", "account.name", "account.platform", "role.分管领导.name", "role.分管领导.mobile",
        "role.运营人员.name", "role.运营人员.mobile", "role.运营人员.identity", "account.opened_on", "figure.followers",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "填报单位标识码\t账号类型\t新媒体标识码\t微信号ID\t唯一标识\t账号状态\t主页地址\t账号名称\t账号主体\t账号简介\t备注",
            "1505250001\t微信公众号\t150525M016WX001\tgh_1\tu1\t正常\thttps://example.org\t林川\t林川县\t介绍\t",
            {"账号类型": "account.platform", "新媒体标识码": "account.code", "微信号ID": "account.platform_id",
             "账号状态": "step.state", "主页地址": "account.homepage", "账号名称": "account.name",
             "账号主体": "account.body", "账号简介": "account.introduction", "备注": "account.note"},
        ),
        (
            "学院\t微信公众号名称\t微信号\t指导老师\t联系方式\t管理员\t联系电话\t主要内容\t最近更新时间",
            "文学院\t文苑\twenyuan\t张某\t13800000001\t李某\t13800000002\t通知\t2026-10-01",
            {"学院": "unit.name", "微信公众号名称": "account.name", "微信号": "account.platform_id",
             "指导老师": "role.指导教师.name", "联系方式": "role.指导教师.mobile", "管理员": "role.管理员.name",
             "联系电话": "role.管理员.mobile", "最近更新时间": "account.last_posted_on"},
        ),
        (
            "平台名称\t账号\t开设单位\t主管新媒体工作部门负责人姓名、联系方式\t是否以单位名义开设并认证监管\t2018年发布文章总数",
            "微博\t林川青年\t团县委\t陈某 0479-5980001\t是\t186",
            {"平台名称": "account.platform", "账号": "account.name", "开设单位": "unit.name",
             "主管新媒体工作部门负责人姓名、联系方式": "role.部门负责人.name",
             "是否以单位名义开设并认证监管": "account.by_unit",
             "2018年发布文章总数": "figure.posts"},
        ),
        (
            "姓名\t所在单位\t职务\t手机号码\t人员身份\t政治面貌",
            "王某甲\t团县委\t书记\t13800000001\t在编\t中共党员",
            {"姓名": "person.name", "所在单位": "unit.name", "职务": "person.position", "手机号码": "person.mobile",
             "人员身份": "person.identity", "政治面貌": "person.politics"},
        ),
        (
            "单位名称\t负责人\t联系电话\t联系人\t电话\t邮箱",
            "团县委\t王某甲\t13800000001\t赵示例\t13800000002\ta@example.org",
            {"单位名称": "unit.name", "负责人": "unit.head", "联系电话": "unit.head_phone", "联系人": "unit.contact",
             "电话": "unit.contact_phone", "邮箱": "unit.email"},
        ),
    ],
)  # fmt: skip
def test_columns_are_matched_by_what_clerks_write(header: str, row: str, expected: dict[str, str]) -> None:
    found = keys(f"{header}\n{row}\n")
    assert {label: found[label] for label in expected} == expected


def test_every_label_and_strong_word_finds_its_own_field() -> None:
    """Alone above a column, a word of the dictionary must not mean another field (a figure or a number)."""
    for subject in (Subject.ACCOUNTS, Subject.PEOPLE, Subject.UNITS):
        seen: dict[str, str] = {}
        for one in fields_of(subject):
            for word in one.strong:
                assert seen.setdefault(word, one.key) == one.key, f"{word} is given to two fields"


def test_an_unknown_column_is_left_out_and_the_clerk_may_give_it_a_meaning() -> None:
    sheet = read_pasted("账号名称\t平台\t随便写的\n甲\t微信\thttps://example.org/a\n").sheets[0]
    found = matched(sheet, find(sheet))
    assert (found[2].key, found[2].grade) == ("", "不导入")
    chosen = corrected(Subject.ACCOUNTS, found, {2: "account.homepage"})
    assert (chosen[2].key, chosen[2].grade) == ("account.homepage", "确定")
    moved = corrected(Subject.ACCOUNTS, found, {2: "account.name"})
    assert [match.key for match in moved] == ["", "account.platform", "account.name"]


def test_platforms_come_from_the_header_the_sheet_name_and_headings_inside() -> None:
    both = "单位\t微信公众号名称\t微博名称\n团县委\t青年林川\t林川团县委\n一中团委\t一中青年\t\n"
    sheet = read_pasted(both).sheets[0]
    assert [match.key for match in matched(sheet, find(sheet))] == ["unit.name", "account.name", "account.name"]
    headings = read_pasted("账号名称\t单位\n一、抖音\n甲\t团县委\n二、快手号\n乙\t团县委\n").sheets[0]
    assert find(headings).platforms == {2: "抖音", 4: "快手"}
    named = read_pasted("账号名称\t单位\n甲\t团县委\n").sheets[0]
    named.name = "微博（2026）"
    assert plan_for(named).choices.platform == "微博"


def test_a_sheet_without_any_header_is_refused() -> None:
    with pytest.raises(BadFile, match="找不到列名"):
        propose(read_pasted("今天天气很好\n明天也是\n"))


@pytest.mark.parametrize("label", ["密码", "登录密码", "账号/密码", "口令（初始）", "管理员口令", "Password", "密码2"])
def test_a_list_with_a_column_of_passwords_is_not_read_at_all(store: Store, tmp_path: Path, label: str) -> None:
    header = f"账号名称\t平台\t{label}\n林川青年\t微信公众号\tNicht4Logs!\n"
    with pytest.raises(BadFile, match=r"C1：“.*”这一列是密码，整份名单都没有读取.*密码保管→导入导出") as refused:
        judged(store, header)
    assert label in str(refused.value) and "Nicht4Logs" not in str(refused.value)
    book = openpyxl.Workbook()
    for name, columns in (("一", ["账号名称", "平台"]), ("二", ["账号名称", label])):
        sheet = book.create_sheet(name)
        sheet.append(columns)
        sheet.append(["林川青年", "微博"])
    book.save(tmp_path / "名单.xlsx")
    with pytest.raises(BadFile, match="二 B1"):
        propose(read_sheets(tmp_path / "名单.xlsx"))
    assert names(store) == []


@pytest.mark.parametrize("label", ["密码保管人", "是否掌握密码", "密码更换日期", "已改密码", "密码强度"])
def test_a_column_about_passwords_is_none_of_passwords(label: str) -> None:
    assert [plan.subject for plan in propose(read_pasted(f"账号名称\t平台\t{label}\n林川青年\t微博\t是")).plans]


def test_words_for_platforms() -> None:
    known = platforms.load()
    assert known.called("微信 订阅号") == "微信公众号"
    assert known.called("帐号") == "帐号"
    assert known.called("b站") == "哔哩哔哩"
    found = known.mentioned("一、微信视频号（3 个）")
    assert found is not None
    assert found.name == "微信视频号"


# ---- values


@pytest.mark.parametrize(
    ("kind", "text", "value", "remark"),
    [
        (Kind.DATE, "2016.5.4", date(2016, 5, 4), ""),
        (Kind.DATE, "2016年5月4日", date(2016, 5, 4), ""),
        (Kind.DATE, "20160504", date(2016, 5, 4), ""),
        (Kind.DATE, "2016-05-04 12:00", date(2016, 5, 4), ""),
        (Kind.DATE, "2016年5月", date(2016, 5, 1), "没有写到日"),
        (Kind.DATE, "42494", date(2016, 5, 4), "日期序号"),
        (Kind.DATE, "2016-02-30", None, "不是看得懂的日期"),
        (Kind.DATE, "无", None, ""),
        (Kind.MONTH, "2026年10月", date(2026, 10, 1), ""),
        (Kind.YES_NO, "√", True, ""),
        (Kind.YES_NO, "是（2 个均已认证）", True, "其余文字没有导入"),
        (Kind.YES_NO, "未认证", False, ""),
        (Kind.YES_NO, "待定", None, "看不出是或否"),
        (Kind.COUNT, "1.2万", 12000, ""),
        (Kind.COUNT, "12,480", 12480, ""),
        (Kind.COUNT, "300+", 300, "约数"),
        (Kind.COUNT, "很多", None, "不是看得懂的数量"),
        (Kind.COUNT, "0", 0, ""),
        (Kind.STATE, "已注销", accounts.CANCELLED, ""),
        (Kind.STATE, "半死不活", None, "不是台账的账号状态"),
    ],
)
def test_texts_are_understood_or_it_is_said(kind: Kind, text: str, value: object, remark: str) -> None:
    found = values.understand(kind, text)
    assert found.value == value
    assert (remark in found.remark) if remark else not found.remark


def test_people_written_into_one_cell() -> None:
    found, remark = values.people("宣传部部长 赵示例 13800000001 在编；钱示例（聘用，0479-5980001）\n孙某")
    assert [(one.name, one.mobile, one.identity, one.position) for one in found] == [
        ("赵示例", "13800000001", "在编", "宣传部部长"), ("钱示例", "0479-5980001", "聘用", ""), ("孙某", "", "", ""),
    ]  # fmt: skip
    assert remark == ""
    assert values.people("12345")[1]


@given(st.text(max_size=40), st.sampled_from(list(Kind)))
def test_no_text_upsets_the_reading(text: str, kind: Kind) -> None:
    values.understand(kind, text)
    values.people(text)
    values.looks_like(kind, text)


# ---- verdicts


def test_new_same_different_and_useless_rows(store: Store) -> None:
    first = judged(store, "账号名称\t平台\t主办单位\t备案日期\n甲\t微信\t团县委\t2026-01-05\n乙\t抖音\t团县委\t\n")
    assert [line.verdict for _, line in first.lines()] == [Verdict.NEW, Verdict.NEW]
    assert names(store) == []
    assert accept(store, first)[Verdict.NEW] == 2
    second = judged(
        store,
        "账号名称\t平台\t主办单位\t备案日期\n丙\t\t团县委\t\n甲\t微信公众号\t团县委\t2026-02-05\n乙\t抖音\t团县委\t\n"
        "\t抖音\t团县委\t\n乙\t抖音\t团县委\t\n乙\t抖音\t团县委\t2026-01-01\n",
    )
    found = [line for _, line in second.lines()]
    assert [line.verdict for line in found] == [
        Verdict.UNUSABLE, Verdict.DIFFERS, Verdict.SAME, Verdict.UNUSABLE, Verdict.UNUSABLE, Verdict.UNUSABLE,
    ]  # fmt: skip
    assert [str(change) for change in found[1].changes] == ["备案日期：“2026-01-05” → “2026-02-05”"]
    assert [line.reason for line in found if line.reason] == [
        "看不出是哪个平台，请指定平台列或整张表的平台。",
        "没有账号名称。",
        "与第 4 行是同一个账号，内容也相同，只采用第 4 行。",
        "与第 4 行是同一个账号，内容不同，只采用第 4 行。",
    ]


def test_blanks_in_a_list_never_erase_what_the_register_knows(store: Store) -> None:
    accept(store, judged(store, "账号名称\t平台\t备注\t是否认证\n甲\t微信\t老账号\t是\n"))
    again = judged(store, "账号名称\t平台\t备注\t是否认证\n甲\t微信\t\t\n")
    assert again.counts() == {Verdict.SAME: 1}
    with pytest.raises(Refused, match="没有要写入的内容"):
        accept(store, again)


def test_an_accepted_list_is_one_action_and_can_be_undone(store: Store) -> None:
    with store.write("准备") as session:
        accounts.add(
            session, accounts.Account(platform="微博", name="老号", note="旧"), accounts.NORMAL, date(2020, 1, 1)
        )
    shown = judged(
        store,
        "账号名称\t平台\t主办单位\t运营人员\t电话\t备注\n老号\t微博\t\t\t\t新\n甲\t微信\t团县委\t赵示例\t13800000001\t\n",
    )
    accept(store, shown)
    with store.read() as session:
        assert [action.title for action in recent(session)][:2] == ["导入“粘贴的内容”：新增 1 条，更新 1 条", "准备"]
        assert [one.name for one in people.in_use(session)] == ["赵示例"]
    store.undo()
    with store.read() as session:
        found = accounts.in_use(session)
        assert [(one.name, one.note) for one in found] == [("老号", "旧")]
        assert people.in_use(session) == []
        assert units.in_use(session) == []


def test_only_the_chosen_rows_are_written(store: Store) -> None:
    shown = judged(store, "账号名称\t平台\n甲\t微信\n乙\t微信\n丙\t微信\n")
    accept(store, shown, {(0, 0), (0, 2)})
    assert names(store) == ["甲", "丙"]


def test_a_register_changed_since_the_preview_stops_the_import(store: Store) -> None:
    shown = judged(store, "账号名称\t平台\n甲\t微信\n乙\t微信\n")
    with store.write("同时新增") as session:
        accounts.add(session, accounts.Account(platform="微信公众号", name="乙"), accounts.NORMAL, date(2026, 1, 1))
    with pytest.raises(Refused, match="预览之后台账有改动"):
        accept(store, shown)
    assert names(store) == ["乙"]


def test_a_cancelled_import_leaves_nothing(store: Store) -> None:
    shown = judged(store, "账号名称\t平台\n" + "".join(f"账号{n}\t微信\n" for n in range(50)))

    class Stop(Exception):
        pass

    def step(done: int, total: int, _text: str) -> None:
        assert total == 100
        if done > 80:
            raise Stop

    with pytest.raises(Stop):
        accept(store, shown, step=step)
    assert names(store) == []


def test_units_people_duties_states_and_figures_come_along(store: Store) -> None:
    with store.write("本单位") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN))
    text = (
        "林川县团属新媒体账号台账 2026年10月\n"
        "账号名称\t平台\t主办单位\t主管单位\t分管领导\t联系电话\t运营人员\t开通时间\t账号状态\t粉丝数\t阅读量\n"
        "甲\t微信订阅号\t一中团委\t共青团林川县委员会\t王示例\t13800000001\t赵示例 13800000002 在编；钱示例"
        "\t2016.5.4\t正常\t1.2万\t300\n"
        "乙\t抖音\t一中团委\t共青团林川县委员会\t王示例\t13800000001\t赵示例\t2019年6月\t已注销\t\t\n"
    )
    shown = judged(store, text)
    assert [line.verdict for _, line in shown.lines()] == [Verdict.NEW, Verdict.NEW]
    accept(store, shown)
    with store.read() as session:
        school = units.by_name(session, "一中团委")
        own = units.own(session)
        assert school is not None
        assert own is not None
        assert (school.parent_id, school.relation) == (own.id, units.SUBORDINATE)
        first, second = accounts.in_use(session)
        assert (first.platform, first.kind, first.unit_id) == ("微信公众号", "微信订阅号", school.id)
        assert (first.state, second.state) == (accounts.NORMAL, accounts.CANCELLED)
        assert accounts.steps_of(session, first.id)[0].on == date(2016, 5, 4)
        found = {(one.name, one.mobile, one.identity) for one in people.in_use(session)}
        assert found == {("王示例", "13800000001", ""), ("赵示例", "13800000002", "在编"), ("钱示例", "", "")}
        duties = assignments.of_account(session, first.id)
        assert sorted(one.role for one in duties) == ["分管领导", "运营人员", "运营人员"]
        figure = figures.of_account(session, first.id)[0]
        assert (figure.start, figure.posts, figure.followers, figure.reads) == (date(2026, 10, 1), None, 12000, 300)
    again = judged(store, text)
    assert again.counts() == {Verdict.SAME: 2}


def test_figures_without_a_month_are_named_and_left_out(store: Store) -> None:
    shown = judged(store, "账号名称\t平台\t粉丝数\n甲\t微信\t300\n")
    (line,) = [line for _, line in shown.lines()]
    assert "不知道是哪个月" in said(line)
    plan = shown.sheets[0].plan
    with_month = Plan(plan.sheet, plan.layout, plan.matches, Choices(month=date(2026, 10, 1)))
    accept(store, preview(store, "x", [with_month]))
    with store.read() as session:
        assert [one.followers for one in figures.of_account(session, accounts.in_use(session)[0].id)] == [300]


def test_one_account_with_several_months_is_one_account(store: Store) -> None:
    shown = judged(store, "账号名称\t平台\t月份\t粉丝数\n甲\t微信\t2026年9月\t300\n甲\t微信\t2026年10月\t310\n")
    assert [line.verdict for _, line in shown.lines()] == [Verdict.NEW, Verdict.NEW]
    accept(store, shown)
    with store.read() as session:
        (account,) = accounts.in_use(session)
        assert [one.followers for one in figures.of_account(session, account.id)] == [300, 310]


def test_a_renamed_account_is_known_by_its_id_and_a_doubtful_value_is_not_taken_by_itself(store: Store) -> None:
    accept(store, judged(store, "账号名称\t平台\t微信号\t链接\n甲\t微信\tgh_1\thttps://example.org/a\n"))
    shown = judged(store, "账号名称\t平台\t微信号\t链接\n甲号新名\t微信\tgh_1\thttps://example.org/b\n")
    (line,) = [line for _, line in shown.lines()]
    assert [change.label for change in line.changes] == ["账号名称", "主页地址"]
    assert line.wanted
    renamed = judged(store, "账号名称\t平台\t微信号\t主页地址\n甲\t微信\tgh_1\thttps;//example.org/b\n")
    (line,) = [line for _, line in renamed.lines()]
    assert not line.wanted


def test_one_row_may_name_an_account_on_each_platform(store: Store) -> None:
    text = "单位\t微信公众号名称\t微博名称\n团县委\t青年林川\t林川团县委\n一中团委\t一中青年\t\n"
    shown = judged(store, text)
    assert [line.title for _, line in shown.lines()] == [
        "微信公众号“青年林川”", "微博“林川团县委”", "微信公众号“一中青年”",
    ]  # fmt: skip
    accept(store, shown)
    assert names(store) == ["青年林川", "林川团县委", "一中青年"]


def test_rows_hidden_in_the_file_are_read_and_named(store: Store, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["账号名称", "平台"], ["甲", "微信"], ["乙", "微信"]):
        page.append(row)
    page.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    read = read_sheets(tmp_path / "a.xlsx")
    shown = preview(store, read.source, propose(read).plans)
    assert shown.counts() == {Verdict.NEW: 2}
    assert "原表隐藏的 1 行也读取了（第 3 行等）。" in shown.sheets[0].notes


def test_two_people_of_one_name_are_told_apart_by_unit_and_number(store: Store) -> None:
    accept(
        store,
        judged(
            store,
            "姓名\t单位\t手机\n王某甲\t一中团委\t13800000001\n王某甲\t二中团委\t13800000002\n王某甲\t一中团委\t13800000001\n",
        ),
    )
    with store.read() as session:
        assert len(people.in_use(session)) == 2
    shown = judged(store, "姓名\t单位\t手机\t职务\n王某甲\t二中团委\t13800000009\t书记\n")
    (line,) = [line for _, line in shown.lines()]
    assert [str(change) for change in line.changes] == [
        "手机：“13800000002” → “13800000009”",
        "职务：空 → “书记”",
    ]


def test_cells_that_hold_nothing_usable_are_named(store: Store, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["账号名称", "平台", "主办单位", "联系电话", "粉丝数", "微信号", "备注"])
    page.append(["甲", "微信", "团县委", 13800000001, "=SUM(A1)", 123456789012345678, "#REF!"])
    page.append([" 乙 ", "微信", "团县委", "1.38E+10", "####", "b", "锟斤拷"])
    book.save(tmp_path / "a.xlsx")
    read = read_sheets(tmp_path / "a.xlsx")
    assert read.sheets[0].rows[1][4].kind is CellKind.FORMULA
    shown = preview(store, read.source, propose(read).plans)
    first, second = (said(line) for _, line in shown.lines())
    assert "公式没有算出结果" in first
    assert "超过 15 位" in first
    assert "错误值 #REF!" in first
    assert "13800000001" not in first
    assert "科学计数法" in second
    assert "####" in second
    assert "乱码" in second
    assert "1 个单元格首尾有空格或换行，已去掉，内容不变。" in shown.sheets[0].notes


# ---- the two lists of the notice, in every dress


DEFECTS = {
    "平安奈曼": ["同时用在", "沙日浩来镇人民政府", "单位部分“150525M027”也用在另一个单位", "奈曼旗交通局"],
    "多彩沙日浩来": ["同时用在", "奈曼旗公安局", "通辽市"],
    "魅力固日班花": ["通辽市"],
    "魅力大镇": ["通辽市"],
    "活力苇莲苏": ["只有 10 位", "一格里有 2 个链接", "链接前有编号"],
    "富饶的甸子": ["只有 10 位", "链接中间有空格", "只剩 21 个字符"],
    "美丽的治安镇": ["只有 10 位", "链接前有编号"],
    "奈曼交通": [
        "只有 10 位",
        "一格里有 2 个链接",
        "冒号写成了分号",
        "单位部分“150525M027”也用在另一个单位",
        "奈曼旗公安局",
    ],
    "奈曼民政": ["只有 10 位", "链接前有编号"],
    "奈曼应急管理": ["只有 10 位", "应为 22 个字符"],
    "青龙山政府": ["只有 10 位", "链接中间有空格"],
    "通辽市生态环境局奈 曼旗分局": [
        "“通辽市生态环境局奈 曼旗分局”中间有空格",
        "“通辽市生态环境局奈曼 旗分局”中间有空格",
        "只有 10 位",
    ],
    "最美东明": ["只有 10 位", "链接前有编号"],
}


def book_of(dress: str, folder: Path) -> Book:
    if dress == "xlsx":
        return read_sheets(notice.as_xlsx(folder / "通报.xlsx"))
    if dress == "docx":
        return read_sheets(notice.as_docx(folder / "通报.docx"))
    if dress == "csv":
        sheets = [read_sheets(notice.as_csv(folder / f"{n}.csv", n)).sheets[0] for n in range(2)]
        return Book("通报.csv", sheets)
    if dress == "html":
        return read_pasted("", notice.as_html())
    return read_pasted(notice.as_recognised_text())


@pytest.mark.parametrize("dress", ["xlsx", "docx", "csv", "html", "text"])
def test_the_lists_of_the_notice_import_with_every_defect_named(store: Store, tmp_path: Path, dress: str) -> None:
    book = book_of(dress, tmp_path)
    shown = preview(store, book.source, propose(book).plans)
    lines = [line for _, line in shown.lines()]
    assert [len(judged.lines) for judged in shown.sheets] == [4, 9]
    assert {line.verdict for line in lines} == {Verdict.NEW}
    for line in lines:
        name = line.title.removeprefix("微信公众号“").removesuffix("”")
        for sentence in DEFECTS[name]:
            assert sentence in said(line), (name, sentence)
    assert sum("通辽市" in said(line) and "合并" in said(line) for line in lines) == 3
    accept(store, shown)
    with store.read() as session:
        found = accounts.in_use(session)
        by_unit = {unit.id: unit.name for unit in units.in_use(session)}
        expected = [(row[1], row[3], row[4], "") for row in notice.FIRST]
        expected += [(row[1], row[3], row[4], row[5]) for row in notice.SECOND]
        stored = [(one.name, by_unit[one.unit_id or 0], one.code, one.homepage) for one in found]
    if dress == "html":  # a browser shows several blanks as one, and so does what is copied from it
        expected = [(name, unit, code, link.replace("  ", " ")) for name, unit, code, link in expected]
    assert stored == expected, "something was mended without a word"


def test_the_notice_itself_gives_the_same_lists(store: Store, shared: Path) -> None:
    text = next((shared / "seeds").glob("004*")).read_text("utf-8")
    whole, typed = judged(store, text), judged(store, notice.as_recognised_text())
    assert [line for _, line in whole.lines()] == [line for _, line in typed.lines()]


def test_a_proposal_is_taken_only_when_the_clerk_says_so(store: Store) -> None:
    shown = judged(store, notice.as_recognised_text())
    plan = shown.sheets[1].plan
    places = {
        (defect.row, defect.column) for line in shown.sheets[1].lines for defect in line.defects if defect.proposal
    }
    taken = Plan(plan.sheet, plan.layout, plan.matches, Choices(adopted=frozenset(places)))
    accept(store, preview(store, "名单", [taken]))
    with store.read() as session:
        found = {one.name: one for one in accounts.in_use(session)}
    assert found["通辽市生态环境局奈曼旗分局"].homepage == notice.LINK + "ZWFbEfu9B48pkuclOjw1Hg"
    assert "https;" not in found["奈曼交通"].homepage
    assert found["富饶的甸子"].homepage == notice.LINK + "05L45qoWSu7HdiOGaP9 iA"  # nobody knows the lost character


def test_the_register_takes_part_in_the_comparison_of_codes(store: Store) -> None:
    with store.write("本单位") as session:
        session.add(units.Unit(name="共青团林川县委员会", relation=units.OWN, region_code="990101"))
    first, second = propose(read_pasted(notice.as_recognised_text())).plans
    accept(store, preview(store, "一", [first]))
    shown = preview(store, "二", [second])
    transport = next(line for _, line in shown.lines() if "奈曼交通" in line.title)
    assert "台账中“奈曼旗公安局”的微信公众号“平安奈曼”" in said(transport)
    assert "前 6 位不是本单位的行政区划代码 990101" in said(transport)


# ---- size, and anything at all


def test_five_thousand_rows(store: Store) -> None:
    rows = "".join(f"账号{n}\t微信\t单位{n % 200}\t人员{n % 700}\t138{n % 700:08d}\t{n}\n" for n in range(5000))
    text = "账号名称\t平台\t主办单位\t运营人员\t联系电话\t粉丝数（2026年10月）\n" + rows
    steps: list[int] = []
    book = read_pasted(text)
    shown = preview(store, book.source, propose(book).plans, lambda done, _total, _text: steps.append(done))
    assert shown.counts() == {Verdict.NEW: 5000}
    assert steps[-1] == 10_000
    accept(store, shown)
    with store.read() as session:
        assert len(accounts.in_use(session)) == 5000
        assert len(units.in_use(session)) == 200


CELL = st.one_of(
    st.sampled_from(["账号名称", "平台", "微信", "单位", "13800000001", "https://a.b/c", "2026-01", "合计", ""]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\r\n\""), max_size=12),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(table=st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=12))
def test_any_table_is_judged_or_refused(store: Store, table: list[list[str]]) -> None:
    try:
        shown = judged(store, "\n".join("\t".join(row) for row in table))
    except Refused as refusal:
        assert refusal.what
    else:
        for _, line in shown.lines():
            assert (line.verdict is Verdict.UNUSABLE) == bool(line.reason)
    assert names(store) == []
