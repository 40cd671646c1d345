"""Deadlines: every reminding rule is due and not due, the list is sorted and counted, the calendar file is sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from desktop import accounts, cli, deadlines, filings, forms, paths, pending, rules, sample, settings, watch
from desktop.checks import Checker
from desktop.due.item import Due
from desktop.pending import (
    DraftFacts,
    EndingFacts,
    FinalFacts,
    HandoverFacts,
    NoticeFacts,
    PasswordFacts,
    Pending,
    RectifyFacts,
    RunFacts,
    TieFacts,
)
from desktop.rules import BINDING, Chosen, Rulebook
from desktop.store import Store
from desktop.watch import Look
from desktop.workdays import WorkCalendar
from tests.due_cases import CAME, CASES, MORNING, STREAM, Scene, changed_on, on_duty, yearly
from tests.rule_cases import ACCOUNT, CHANGED, PEOPLE, office, with_life

FIRST = date(2026, 11, 1)
ODD = "报送；逗号,分号;反斜\\换\n行"
CALENDAR = WorkCalendar.load()
KNOWN = rules.packs(rules.folders()[0])
OWNER = {rule.id: pack for pack in KNOWN.values() for rule in pack.rules}


def due(scene: Scene, *packs: str, rotate: int = 0, since: date | None = None) -> list[Due]:
    book = Rulebook([Chosen(KNOWN[name], BINDING, since) for name in packs])
    checker = Checker(scene.register, book, CALENDAR, scene.now.date())
    return deadlines.due_of(Look(scene.now, checker, CALENDAR), scene.pending, rotate)


def reminded(scene: Scene, rule: str) -> bool:
    pack = OWNER[rule]
    if not pack.covers(scene.now.date()):
        return False
    return any(clause.id == rule for one in due(scene, pack.id, rotate=90) for clause in one.rules)


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_rule_reminds_when_it_should_and_not_otherwise(rule: str) -> None:
    fires, rests = CASES[rule]
    assert reminded(fires, rule)
    assert not reminded(rests, rule)


def without_review(found: list[Due]) -> list[Due]:
    return [one for one in found if not one.key.startswith("yearly")]


def only(scene: Scene, *packs: str, rotate: int = 0) -> Due:
    found = due(scene, *packs, rotate=rotate)
    found = without_review(found) or found
    assert len(found) == 1, found
    return found[0]


def test_a_change_names_clause_counting_and_time_left() -> None:
    scene = Scene(with_life(replace(CHANGED, happened_on=date(2026, 11, 19))))
    found = only(scene, "neimenggu-2019", "neikeda")
    assert found.title == "变更备案：微博“林川青年”后台管理人员变更"
    assert (found.on, found.tag, found.tone, found.button) == (
        date(2026, 11, 24), "剩 2 个工作日", "amber", "去备案",
    )  # fmt: skip
    assert found.basis == (
        "依据 内科大办法第十一条（四）（另见内蒙古团委自查通知第三条第1项） · 2026-11-19 变更 · 自次日起算"
    )


def test_a_rule_without_a_number_is_to_be_done_at_once() -> None:
    found = only(Scene(with_life(CHANGED)), "neimenggu-2019")
    assert (found.on, found.tag, found.tone, found.late) == (None, "尽快办理", "amber", False)


def test_a_deadline_beyond_the_known_years_is_marked_expected() -> None:
    scene = Scene(with_life(replace(CHANGED, happened_on=date(2026, 12, 30))), now=datetime(2026, 12, 31, 9))
    found = only(scene, "neikeda")
    assert found.on == date(2027, 1, 4)
    assert found.tag == "预计剩 2 个工作日"
    assert "2027 年放假安排未录入，预计" in found.basis


@pytest.mark.parametrize(
    ("kind", "came", "on", "hour"),
    [
        ("敏感留言", CAME, date(2026, 11, 20), time(9, 30)),
        ("橙色舆情", CAME, date(2026, 11, 20), time(11, 30)),
        ("橙色舆情", datetime(2026, 11, 20, 23, 0), date(2026, 11, 21), time(2, 0)),
        ("留言转办", datetime(2026, 11, 20, 16, 0), date(2026, 11, 23), None),
        ("信访", datetime(2026, 9, 30, 16, 0), date(2026, 10, 8), None),
    ],
)
def test_clauses_that_count_hours_have_an_hour(kind: str, came: datetime, on: date, hour: time | None) -> None:
    found = only(on_duty(kind, came), "guangdong-2022")
    assert (found.on, found.hour) == (on, hour)


def test_a_red_incident_runs_two_clocks() -> None:
    found = due(on_duty("红色舆情", CAME), "guangdong-2022")
    assert [(one.title, one.on, one.hour) for one in found] == [
        ("红色舆情（示例）：启动应急处置方案", date(2026, 11, 20), time(9, 30)),
        ("红色舆情（示例）：书面报告", date(2026, 11, 21), time(8, 30)),
    ]


def test_a_stream_is_counted_backwards_in_calendar_days() -> None:
    found = due(on_duty("直播", STREAM), "guangdong-2022")
    assert [(one.on, one.tag) for one in found] == [
        (date(2026, 11, 18), "已超期 2 天"),
        (date(2026, 11, 24), "剩 2 个工作日"),
    ]
    cross = due(on_duty("跨部门发布", STREAM), "guangdong-2022")
    assert [one.on for one in cross] == [date(2026, 11, 11), date(2026, 11, 20)]


def test_the_password_falls_due_by_the_strictest_period() -> None:
    """The drawing of the home page: changed 2026-08-21, 91 days ago, one day late by the office's 90 days."""
    found = only(Scene(office(), changed_on(date(2026, 8, 21))), "town-password", rotate=90)
    assert (found.on, found.tag) == (date(2026, 11, 19), "已超期 1 天")
    assert "已 91 天，周期 90 天" in found.basis
    assert only(Scene(office(), changed_on(date(2026, 8, 21))), "town-password").on == date(2026, 11, 21)


def test_whoever_left_stays_on_the_list_until_every_tie_is_removed() -> None:
    """Their duties ended in the register, as after a handover; the phone is theirs still (广东办法第十八条)."""
    gone = replace(PEOPLE[2], left_on=date(2026, 11, 17))
    plain = office("省级")
    (number, account) = next(iter(plain.accounts.items()))
    roles = tuple(replace(one, until=date(2026, 11, 17)) if one.person_id == 2 else one for one in account.roles)
    without = replace(plain, people={**PEOPLE, 2: gone}, accounts={number: replace(account, roles=roles)})
    assert [one for one in due(Scene(without), "guangdong-2022") if one.action == "person.leave"] == []
    bound = Pending(ties=(TieFacts(2, number, "后台权限"), TieFacts(2, number, "绑定手机")))
    (found,) = (one for one in due(Scene(without, bound), "guangdong-2022") if one.action == "person.leave")
    assert (found.on, found.tone, found.record) == (date(2026, 11, 17), "red", 2)
    assert found.basis.startswith("依据 广东办法第十八条")
    assert found.note == f"{account.title}后台权限、绑定手机"


def test_what_is_under_way_is_on_the_list() -> None:
    under_way = Pending(
        notices=(NoticeFacts(1, "关于报送统计表的通知", "林州团市委", datetime(2026, 11, 25, 12), True),),
        handovers=(HandoverFacts(2, 1, 3, "变更备案", date(2026, 11, 17)),),
        passwords=(
            PasswordFacts(1, 1, "登录密码", date(2026, 11, 1), "王某甲已交回，尚未更换", ()),
            PasswordFacts(2, 1, "绑定邮箱密码", date(2026, 11, 1), "", (("周示例", date(2026, 11, 18)),)),
        ),
        problems=(
            RectifyFacts(1, "微博“林川青年”", "更新慢", "办法第一条：少", date(2026, 11, 27), False, False),
            RectifyFacts(2, "微博“林川青年”", "错别字", "", None, True, False),
            RectifyFacts(3, "微博“林川青年”", "已报", "", None, True, True),
        ),
        runs=(RunFacts(1, "自查", "2026年团属新媒体自查", 2026, False, 7),),
        endings=(
            EndingFacts(4, 1, "注销", date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 18)),
        ),
    )
    found = {one.key: one for one in due(Scene(office(), under_way), "neikeda", "neimenggu-2019")}
    assert found["notice 1"].tag == "剩 3 个工作日"
    assert (found["notice 1"].hour, found["notice 1"].button) == (time(12), "去报送")
    assert (found["handover 2"].tag, found["handover 2"].on) == ("第 3 步 / 共 5 步", date(2026, 11, 20))
    assert found["handover 2"].counted == "自次日起算"
    assert found["must 1"].tag == "尽快办理"
    assert found["lent 2 周示例"].late
    assert found["rectify 1"].tag == "剩 5 个工作日"
    assert found["unreported 2"].title == "已整改，尚未报送：微博“林川青年”"
    assert "unreported 3" not in found
    assert found["run 1"].tag == "还有 7 项"
    assert (found["ending 4"].title, found["ending 4"].on) == ("冻结期满确认注销：微博“林川青年”", date(2026, 11, 19))


def test_a_form_being_filled_is_continued_by_its_last_day() -> None:
    draft = DraftFacts(
        5, "团属政务新媒体情况统计表", "共青团林川县委员会", date(2026, 11, 20), date(2026, 11, 25), False
    )
    found = only(Scene(office(), Pending(drafts=(draft,))), "neimenggu-2019")
    assert found.title == "《团属政务新媒体情况统计表》：共青团林川县委员会"
    assert (found.tag, found.button, found.record) == ("剩 3 个工作日", "继续填", 5)
    assert found.basis == "统计时间截至 2026-11-20 · 填写中"


def test_a_begun_form_with_a_last_day_is_loaded(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data", clock=lambda: MORNING) as store:
        sample.build(store, MORNING.date())
        form = forms.find("tongjibiao")
        number = filings.create(store, form, cutoff=FIRST, today=FIRST, due_on=date(2026, 11, 25))
        filings.create(store, form, cutoff=FIRST, today=FIRST)
        with store.read() as session:
            drafts = pending.load(session).drafts
    assert [(one.id, one.due) for one in drafts] == [(number, date(2026, 11, 25))]


def test_a_final_form_is_loaded_with_the_day_it_became_final(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data", clock=lambda: MORNING) as store:
        sample.build(store, MORNING.date())
        with store.read() as session:
            before = pending.load(session).finals
            account = accounts.in_use(session)[0].id
        form = forms.find("biangengbeian")
        number = filings.create(store, form, cutoff=FIRST, today=FIRST, subject_id=account)
        with store.write("定稿") as session:
            session.get_one(filings.Filing, number).state = filings.FINAL
            session.add(
                filings.FilingVersion(filing_id=number, number=1, made_at=MORNING, content="{}", fingerprint="0")
            )
        with store.read() as session:
            after = pending.load(session).finals
    assert set(after) - set(before) == {FinalFacts("biangengbeian", account, MORNING.date())}


def test_the_list_is_sorted_late_first_then_at_once_then_by_day() -> None:
    scene = Scene(
        replace(with_life(CHANGED), accounts={1: ACCOUNT, 2: replace(ACCOUNT, id=2, filed_on=None, opened_on=None)}),
        Pending(notices=(NoticeFacts(1, "通知", "", datetime(2026, 11, 25, 12), True),)),
    )
    found = without_review(due(scene, "neimenggu-2019", "neikeda"))
    assert [one.key for one in found] == ["change 2", "file 2", "notice 1"]
    assert [one.key for one in deadlines.pressing(found)] == ["change 2", "file 2", "notice 1"]


def test_the_yearly_review_is_shown_two_weeks_before_its_first_reminder() -> None:
    assert due(yearly(date(2026, 11, 16)), "neikeda") != []
    keys = [one.key for one in due(Scene(office(), now=datetime(2026, 11, 16, 9)), "neikeda")]
    assert keys == []
    found = only(Scene(office(), now=datetime(2026, 11, 17, 9)), "neikeda")
    assert found.title == "2026 年年审（12 月 11 日至 12 月 20 日）"
    assert found.on == date(2026, 12, 20)


def test_the_yearly_review_is_told_from_the_first_of_december() -> None:
    for day, told in ((30, False), (1, True)):
        items = due(Scene(office(), now=datetime(2026, 11 if day == 30 else 12, day, 9)), "neikeda")
        assert [one.told for one in items] == [told]
        assert deadlines.reminded(items) == (items if told else [])
        assert deadlines.pressing(items) == []


def test_an_open_self_inspection_is_not_taken_for_the_yearly_review() -> None:
    run = RunFacts(1, "自查", "2026年团属新媒体自查", 2026, False, 7)
    found = {one.key: one for one in due(Scene(office(), Pending(runs=(run,)), datetime(2026, 12, 2, 9)), "neikeda")}
    assert found["yearly S2-15 2026"].note == "尚未开始"


def test_a_form_that_is_final_waits_only_for_its_filing_day() -> None:
    final = FinalFacts("biangengbeian", 1, date(2026, 11, 19))
    scene = Scene(with_life(replace(CHANGED, happened_on=date(2026, 11, 19))), Pending(finals=(final,)))
    found = only(scene, "neikeda")
    assert (found.button, found.action, found.record) == ("去登记备案", "filed.change", 2)
    assert "2026-11-19 已定稿，报备后登记备案日期" in found.basis
    older = replace(scene, pending=Pending(finals=(replace(final, made_on=date(2026, 11, 18)),)))
    assert only(older, "neikeda").action == "file.change"
    new = Scene(office(filed_on=None), Pending(finals=(replace(final, form_id="beianbiao"),)))
    assert {one.action for one in due(new, "neimenggu-2019") if one.key == "file 1"} == {"filed.new"}


def test_every_span_after_an_event_says_how_it_is_counted() -> None:
    ending = EndingFacts(4, 1, "注销", date(2026, 11, 18), date(2026, 11, 18), None, None)
    found = only(Scene(office(), Pending(endings=(ending,))), "hfut-2021")
    assert (found.on, found.counted) == (date(2026, 11, 27), "自次日起算")
    new = replace(ACCOUNT, filed_on=None, opened_on=date(2026, 11, 18))
    found = only(Scene(replace(office(), accounts={1: new})), "hnust")
    assert (found.on, found.counted) == (date(2026, 12, 18), "自次日起算")
    bare = replace(office("社团", opened_on=date(2026, 12, 30)), lives=())
    club = Scene(bare, now=datetime(2026, 12, 31, 9))
    pledge = next(one for one in due(club, "neikeda") if one.key.startswith("pledge"))
    assert pledge.counted == "自次日起算，2027 年放假安排未录入，预计"


def unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    return content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def test_the_calendar_file_follows_the_standard() -> None:
    scene = Scene(
        with_life(CHANGED),
        Pending(notices=(NoticeFacts(1, ODD * 5, "林州团市委", datetime(2026, 11, 25, 11), True),)),
    )
    items = without_review(due(scene, "neikeda", "neimenggu-2019"))
    lines = unfolded(deadlines.calendar_file(items, MORNING))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261113" in lines
    assert "DTSTART:20261125T030000Z" in lines  # 11:00 in China
    assert "DTSTAMP:20261120T010000Z" in lines
    said = next(line for line in lines if line.startswith("SUMMARY:答复"))
    assert "逗号\\,分号\\;反斜\\\\换\\n行" in said
    assert len({line for line in lines if line.startswith("UID:")}) == 2


@pytest.fixture
def office_at_home() -> Iterator[None]:
    with Store.open(paths.home(), actor="赵示例", clock=lambda: datetime(2026, 11, 20, 14, 32)) as store:
        sample.build(store, date(2026, 11, 20))
    yield


@pytest.mark.usefixtures("office_at_home")
def test_the_commands_print_and_export(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.run(["check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {"unfiled", "zombie"} <= {one["code"] for one in found}
    assert all(one["clauses"] and one["todo"] for one in found)
    assert cli.run(["check"]) == 1
    assert "依据：" in capsys.readouterr().out
    assert cli.run(["due", "--json", "--ics", str(tmp_path / "待办.ics")]) == 1
    items = json.loads(capsys.readouterr().out)
    assert any(one["key"].startswith("handover") for one in items)
    assert unfolded((tmp_path / "待办.ics").read_bytes())[0] == "BEGIN:VCALENDAR"
    assert cli.run(["due"]) == 1
    assert "已超期" in capsys.readouterr().out
    assert cli.run(["packs", "--use", "guangdong-2022", "--since", "2026-01-01"]) == 0
    assert "guangdong-2022" in capsys.readouterr().out
    assert cli.run(["packs", "--drop", "nothing"]) == 2
    assert "没有编号为“nothing”的规定包" in capsys.readouterr().err


@pytest.mark.usefixtures("office_at_home")
def test_the_command_keeps_to_the_period_set_by_the_office(capsys: pytest.CaptureFixture[str]) -> None:
    def notes() -> str:
        cli.run(["due", "--json"])
        return " ".join(one["note"] for one in json.loads(capsys.readouterr().out))

    assert "周期 90 天" in notes()
    chosen = settings.load(paths.home())
    chosen.rotate_days = 30
    chosen.save(paths.home())
    assert "周期 30 天" in notes()


def test_a_pasted_notice_is_taken_in_by_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from tests.test_workdays import NOTICE_2027

    text = tmp_path / "通知.txt"
    text.write_text(NOTICE_2027, "utf-8")
    assert cli.run(["holidays", str(text)]) == 0
    assert "已录入 2027 年放假安排" in capsys.readouterr().out
    assert WorkCalendar.load().covers(date(2027, 5, 1))
    text.write_bytes(b"\xff\xfe")
    assert cli.run(["holidays", str(text)]) == 2


@pytest.mark.usefixtures("office_at_home")
def test_the_sample_office_has_its_home_page() -> None:
    with Store.open(paths.home(), actor="赵示例", clock=lambda: datetime(2026, 11, 20, 14, 32)) as store:
        items = deadlines.due_now(store, watch.look(store))
    titles = " ".join(one.title for one in items)
    for wanted in ("交接未完成", "密码到期更换", "备案", "年审"):
        assert wanted in titles
    assert [one.rank for one in items] == sorted(one.rank for one in items)
