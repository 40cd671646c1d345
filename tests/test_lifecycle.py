"""Life-cycle filings: steps before filing, the one-year ban, closing and freezing, changes opened by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop import accounts, assignments, changes, custody, duty, lifecycle, people, proofs, rules, units
from desktop.checking.filing import CANCEL, CHANGE, CLOSE, OPEN
from desktop.errors import BadFile, BadValue, Refused
from desktop.lifecycle import LifeFiling
from desktop.store import Store
from tests.pace import statements

TODAY = date(2026, 11, 20)
BOOK = rules.whole(rules.packs(rules.folders()[0])).on(TODAY)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 10, 9, 0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "data", actor="赵示例", clock=clock) as opened:
        with opened.write("登记单位") as session:
            session.add(units.Unit(name="林川一中记者社", relation=units.OWN, level="社团"))
        yield opened


def enter(store: Store, state: str = accounts.NORMAL, **values: object) -> int:
    with store.write("登记账号") as session:
        unit = units.need_own(session)
        fields = {"platform": "微信公众号", "name": "林川青年", "unit_id": unit.id, **values}
        return accounts.add(session, accounts.Account(**fields), state, date(2025, 3, 1)).id


def account(store: Store, number: int) -> accounts.Account:
    with store.read() as session:
        return session.get_one(accounts.Account, number)


def filings(store: Store) -> list[LifeFiling]:
    with store.read() as session:
        return lifecycle.in_use(session)


def test_a_club_account_is_filed_only_with_consents_and_signatures(store: Store) -> None:
    number = enter(store, accounts.PLANNED)
    asked = lifecycle.wanted(BOOK, OPEN, "社团")
    assert [name for name, _ in asked] == [
        "指导教师同意", "挂靠单位主要负责人同意", "指导教师签字", "主办单位主要负责人签字", "单位公章",
        "指导责任承诺书", "宣传部审核", "书记会审议",
    ]  # fmt: skip
    club = [(name, rule) for name, rule in asked if rule.head.id == "neikeda"]
    with store.write("申请开设") as session:
        filing = lifecycle.begin(session, number, OPEN, date(2026, 11, 16))
        lifecycle.mark(session, filing, "指导教师同意", date(2026, 11, 16), "何示例")
    with pytest.raises(Refused, match=r"挂靠单位主要负责人同意（内科大办法第十条）"), store.write("备案") as session:
        lifecycle.file(session, session.merge(filing), club, TODAY)
    assert account(store, number).filed_on is None
    with store.write("备案") as session:
        filing = session.merge(filing)
        for name, rule in club:
            if rule.topic != "open.pledge":
                lifecycle.mark(session, filing, name, date(2026, 11, 17))
        lifecycle.file(session, filing, club, TODAY, "林团媒〔2026〕3号")
    made = account(store, number)
    assert (made.filed_on, made.filing_no, made.state) == (TODAY, "林团媒〔2026〕3号", accounts.NORMAL)
    with store.read() as session:
        done = lifecycle.steps(session, filing.id)
    assert [(step.name, step.done_on, step.by) for step in done][:1] == [("指导教师同意", date(2026, 11, 17), "")]
    assert filing.state(TODAY) == "已备案"
    assert filing.form == "beianbiao"


def test_a_county_needs_no_consent_of_an_adviser() -> None:
    assert [rule.id for _, rule in lifecycle.wanted(BOOK, OPEN, "县级")] == ["S2-7"] * 3 + ["S3-2"] * 2
    assert lifecycle.wanted(BOOK, CHANGE, "县级")[0][0] == "宣传部审核"


def test_a_clause_that_only_checks_does_not_close_the_way() -> None:
    asked = lifecycle.wanted(BOOK, CHANGE, "县级")
    assert [name for name, _ in asked] == ["宣传部审核", "书记会审议"]
    assert lifecycle.missing(asked, ()) == []


def test_an_account_ordered_to_close_stays_closed_for_a_year(store: Store) -> None:
    number = enter(store)
    with store.write("注销") as session:
        filing = lifecycle.begin(session, number, CANCEL, date(2026, 2, 1), ordered=True, reason="长期不更新")
        lifecycle.submit(session, filing, date(2026, 2, 1), None)
        lifecycle.end(session, filing, date(2026, 2, 2))
    with store.read() as session:
        unit = units.need_own(session)
        assert lifecycle.of_account(session, number)[0].state(TODAY) == "已注销"
        assert accounts.steps_of(session, number)[-1].reason == "责令注销：长期不更新"
        with pytest.raises(Refused, match=r"2027-02-02 前不得重新开通（内科大办法第十二条（九））"):
            lifecycle.refuse_reopening(session, BOOK, unit, "微信公众号", TODAY)
        lifecycle.refuse_reopening(session, BOOK, unit, "微信公众号", date(2027, 2, 3))
        lifecycle.refuse_reopening(session, BOOK, unit, "微博", TODAY)


def test_a_voluntary_cancellation_is_no_ban(store: Store) -> None:
    number = enter(store)
    with store.write("注销") as session:
        filing = lifecycle.begin(session, number, CANCEL, date(2026, 11, 1), reason="整合到主账号")
        lifecycle.submit(session, filing, date(2026, 11, 1), None)
        lifecycle.end(session, filing, date(2026, 11, 9))
    with store.read() as session:
        lifecycle.refuse_reopening(session, BOOK, units.need_own(session), "微信公众号", TODAY)


def test_closing_goes_from_notice_through_the_freezing_period_to_the_end(store: Store) -> None:
    number = enter(store)
    with store.write("关停") as session:
        filing = lifecycle.begin(session, number, CLOSE, date(2026, 11, 2), reason="功能相近")
        assert filing.state(TODAY) == "待办"
        text = lifecycle.announcement(
            session.get_one(accounts.Account, number), "林川一中记者社", date(2026, 11, 3),
            "国办发〔2018〕123号有关要求", "微信公众号“林川一中团委”",
        )  # fmt: skip
        lifecycle.announce(session, filing, date(2026, 11, 3), text)
    assert "自2026年11月3日起停止更新，并按程序注销" in text
    assert text.startswith("根据国办发〔2018〕123号有关要求，林川一中记者社微信公众号账号“林川青年”")
    assert account(store, number).state == accounts.ANNOUNCED
    freeze = lifecycle.freeze_days(BOOK.of("life.freeze", "社团", "微信公众号"), 860)
    assert freeze == 7
    with store.write("提交注销") as session:
        lifecycle.submit(session, session.merge(filing), date(2026, 11, 10), freeze, 860)
    assert account(store, number).state == accounts.FROZEN
    filing = filings(store)[0]
    assert (filing.state(date(2026, 11, 17)), filing.frozen_until) == ("冻结期", date(2026, 11, 17))
    assert filing.state(date(2026, 11, 18)) == "待平台确认"
    with pytest.raises(BadValue, match="冻结期到 2026-11-17 才结束"), store.write("注销") as session:
        lifecycle.end(session, session.merge(filing), date(2026, 11, 17))
    with store.write("注销") as session:
        lifecycle.end(session, session.merge(filing), date(2026, 11, 19))
    assert account(store, number).state == accounts.CANCELLED
    assert filings(store)[0].state(TODAY) == "已注销"


@pytest.mark.parametrize(
    ("followers", "days"), [(0, 7), (1000, 7), (1001, 15), (10000, 15), (99999, 30), (100001, 60), (None, None)]
)
def test_wechat_freezes_by_followers(followers: int | None, days: int | None) -> None:
    assert lifecycle.freeze_days(BOOK.of("life.freeze", "县级", "微信公众号"), followers) == days
    assert lifecycle.freeze_days(BOOK.of("life.freeze", "县级", "微博"), followers) is None


def test_unknown_kinds_and_empty_reasons_are_refused(store: Store) -> None:
    number = enter(store)
    with pytest.raises(BadValue, match="可选：开设、变更、关停、注销"), store.write("x") as session:
        lifecycle.begin(session, number, "改名", TODAY)
    with store.write("变更") as session:
        filing = lifecycle.begin(session, number, CHANGE, TODAY, fields=("账号名",))
        with pytest.raises(BadValue, match="没有写撤回的原因"):
            lifecycle.withdraw(filing, TODAY, " ")
        lifecycle.withdraw(filing, TODAY, "更正录入")
        assert filing.state(TODAY) == "已撤回"


# changes that open a filing by themselves


@pytest.fixture
def filed(store: Store, clock: Clock) -> int:
    """An account entered and filed some days ago, with one publisher; everything since is caught up with."""
    number = enter(store, filed_on=date(2025, 3, 4), upkeep="自行维护", certified=False)
    with store.write("登记人员") as session:
        person = people.Person(name="钱示例", identity="学生")
        session.add(person)
        session.flush()
        session.add(assignments.Assignment(account_id=number, person_id=person.id, role=assignments.PUBLISHER))
    assert changes.catch_up(store) == []
    clock.now = datetime(2026, 11, 20, 10, 0)
    return number


def edit(store: Store, number: int, **values: object) -> None:
    with store.write("修改账号") as session:
        for name, value in values.items():
            setattr(session.get_one(accounts.Account, number), name, value)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "林川青年汇", "账号名"),
        ("upkeep", "委托运营", "维护方式"),
        ("certified", True, "官方认证"),
        ("body", "林川一中", "官方认证"),
    ],
)
def test_a_change_opens_a_filing_by_itself(store: Store, filed: int, field: str, value: object, named: str) -> None:
    edit(store, filed, **{field: value})
    assert changes.catch_up(store) == [f"微信公众号“{value if field == 'name' else '林川青年'}”"]
    assert [(one.kind, one.fields, one.happened_on, one.filed_on) for one in filings(store)] == [
        (CHANGE, named, TODAY, None)
    ]
    assert changes.catch_up(store) == []
    assert len(filings(store)) == 1


def test_changes_of_one_day_are_one_filing(store: Store, filed: int) -> None:
    edit(store, filed, name="林川青年汇", note="改名")
    changes.catch_up(store)
    edit(store, filed, upkeep="委托运营")
    changes.catch_up(store)
    assert [one.fields for one in filings(store)] == ["账号名、维护方式"]


def test_other_fields_open_nothing(store: Store, filed: int) -> None:
    edit(store, filed, note="备注", last_posted_on=TODAY, homepage="https://weibo.com/x")
    assert changes.catch_up(store) == []
    assert filings(store) == []


def test_another_operator_is_a_change_and_a_reviewer_is_not(store: Store, filed: int) -> None:
    with store.write("换人") as session:
        person = people.Person(name="李示例", identity="在编")
        session.add(person)
        session.flush()
        session.add(assignments.Assignment(account_id=filed, person_id=person.id, role=assignments.FIRST, since=TODAY))
    assert changes.catch_up(store) == []
    with store.write("换人") as session:
        old = session.scalars(select(assignments.Assignment)).first()
        assert old is not None
        old.until = date(2026, 11, 19)
        session.add(
            assignments.Assignment(account_id=filed, person_id=person.id, role=assignments.PUBLISHER, since=TODAY)
        )
    changes.catch_up(store)
    assert sorted((one.happened_on, one.fields) for one in filings(store)) == [
        (date(2026, 11, 19), "后台管理人员"),
        (TODAY, "后台管理人员"),
    ]


def test_history_before_the_filing_and_unfiled_accounts_open_nothing(store: Store, filed: int) -> None:
    with store.write("补录") as session:
        person = people.Person(name="孙示例")
        session.add(person)
        session.flush()
        session.add(
            assignments.Assignment(
                account_id=filed, person_id=person.id, role=assignments.OPERATOR, since=date(2024, 1, 1)
            )
        )
    unfiled = enter(store, name="未备案")
    edit(store, unfiled, name="改过")
    assert changes.catch_up(store) == []
    assert filings(store) == []


def test_undoing_the_change_withdraws_the_filing(store: Store, filed: int) -> None:
    edit(store, filed, name="林川青年汇")
    changes.catch_up(store)
    assert store.undo() == "修改账号"
    changes.catch_up(store)
    assert [(one.state(TODAY), one.note) for one in filings(store)] == [("已撤回", "引起它的修改已撤销")]
    assert account(store, filed).name == "林川青年"


def test_undoing_before_the_look_opens_nothing(store: Store, filed: int) -> None:
    edit(store, filed, name="林川青年汇")
    store.undo()
    changes.catch_up(store)
    assert filings(store) == []


def test_a_password_change_must_be_filed_and_a_handover_files_it(store: Store, filed: int) -> None:
    def link(kind: str, **more: object) -> None:
        with store.write(kind) as session:
            deed = custody.Deed(kind, account=(filed, "微信公众号“林川青年”"), reason="换届", **more)
            custody.append(session, deed, at=store.clock(), actor="赵示例")

    link(custody.CHANGED)
    changes.catch_up(store)
    assert [(one.fields, one.filed_on) for one in filings(store)] == [("密码", None)]
    link(custody.FILED)
    changes.catch_up(store)
    assert [(one.fields, one.filed_on, one.note) for one in filings(store)] == [("密码", TODAY, "随交接备案")]


def test_catching_up_asks_three_short_questions_when_nothing_changed(store: Store, filed: int) -> None:
    changes.catch_up(store)
    asked = statements(store)
    changes.catch_up(store)
    assert [text.split()[0] for text in asked] == ["SELECT"] * 3


# duties and proofs


def test_duties(store: Store) -> None:
    with store.write("登记演练") as session:
        held = duty.add(session, duty.DRILL, "春季演练", datetime(2026, 4, 1, 9))
        coming = duty.add(session, duty.STREAM, "五四直播", datetime(2026, 12, 1, 15))
        assert held.closed_at == datetime(2026, 4, 1, 9)
    with store.read() as session:
        assert [one.title for one in duty.in_use(session)] == ["五四直播", "春季演练"]
        assert [one.id for one in duty.waiting(session)] == [coming.id]
    for kind, title in (("聚餐", "x"), (duty.DRILL, " ")):
        with pytest.raises(BadValue), store.write("x") as session:
            duty.add(session, kind, title, datetime(2026, 4, 1))


def test_a_proof_is_kept_with_its_hash(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "会议纪要.pdf"
    source.write_bytes(b"%PDF-1.4 minutes")
    made = proofs.attach(store, source, proofs.ANSWER, 7, "意识形态工作会议")
    kept = store.attachments / made.file
    assert kept.read_bytes() == source.read_bytes()
    assert (made.size, len(made.sha256), made.added_at) == (16, 64, store.clock())
    assert proofs.fault(store, made) == ""
    with store.read() as session:
        assert [one.title for one in proofs.of(session, proofs.ANSWER, 7)] == ["意识形态工作会议"]
        assert proofs.of(session, proofs.ANSWER, 8) == []
    assert proofs.attach(store, source, proofs.ANSWER, 8).file == made.file
    kept.write_bytes(b"other")
    assert "被改动过" in proofs.fault(store, made)
    kept.unlink()
    assert "不见了" in proofs.fault(store, made)


def test_unusable_proofs_are_refused(store: Store, tmp_path: Path) -> None:
    empty, large = tmp_path / "空.pdf", tmp_path / "大.mp4"
    empty.touch()
    with large.open("wb") as file:
        file.truncate(proofs.LARGEST + 1)
    for source, said in (
        (tmp_path, "不是一个文件"),
        (tmp_path / "无.pdf", "不是一个文件"),
        (empty, "空文件"),
        (large, "超过 50 MB"),
    ):
        with pytest.raises(BadFile, match=said):
            proofs.attach(store, source, proofs.PAPER)
    with store.read() as session:
        assert proofs.of(session, proofs.PAPER) == []
