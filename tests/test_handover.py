"""Handover: the order of the steps, evidence, deadlines, the checklist, departures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop import (
    accounts,
    assignments,
    credentials,
    custody,
    custody_sheets,
    departures,
    evidence,
    handover,
    handover_items,
    handover_steps,
    handover_view,
    holders,
    holding,
    leavers,
    passwords,
    people,
    platforms,
    ties,
    trash,
    units,
)  # fmt: skip
from desktop.errors import BadFile, BadValue, Refused
from desktop.handover_steps import Act
from desktop.passwords import Secret
from desktop.rules import Chosen, InForce, Rulebook, packs
from desktop.store import Store
from desktop.vault import Vault, cipher, relock
from desktop.workdays import WorkCalendar

MONDAY = date(2026, 11, 16)


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 16, 9, 0)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Office:
    store: Store
    vault: Vault
    clock: Clock
    account: int
    login: int
    clerk: int
    giver: int
    receiver: int
    other: int

    def begin(self) -> int:
        return handover.begin(self.store, self.account, self.receiver, self.clerk, giver_id=self.giver, reason="换届")

    def act(self, note: str = "") -> Act:
        return Act(self.clock.now.date(), "陈示例", note)

    def steps(self, number: int) -> list[handover.Step]:
        with self.store.read() as session:
            return handover.steps(session, session.get_one(handover.Handover, number))

    def state(self) -> credentials.State:
        with self.store.read() as session:
            return credentials.state_of(session, self.login)

    def until_filed(self, number: int) -> None:
        handover_steps.take_back(self.store, number, self.act())
        passwords.confirm(self.store, self.login, handover_id=number)
        handover_steps.change(self.store, number, self.act())
        handover_steps.file(self.store, number, self.act("团林备〔2026〕3号"))

    def tick_all(self, number: int) -> None:
        with self.store.read() as session:
            lines = handover_items.checklist(session, session.get_one(handover.Handover, number))
        for line in lines:
            if not line.item.kind:
                handover_items.tick(self.store, number, line.item.key, handover_items.DONE)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))
    clock = Clock()
    with Store.open(tmp_path / "data", actor="陈示例", clock=clock) as store:
        with store.write("登记") as session:
            unit = units.Unit(name="共青团林川县委员会", relation=units.OWN, level="县级")
            session.add(unit)
            session.flush()
            names = (("陈示例", "在编"), ("钱某乙", "学生"), ("孙某丙", "学生"), ("周某丁", "在编"))
            made = [
                people.Person(name=name, identity=identity, unit_id=unit.id, term="2025届" if name == "钱某乙" else "")
                for name, identity in names
            ]
            session.add_all(made)
            session.flush()
            made[1].mobile = "13900007755"
            account = accounts.Account(
                platform="抖音", name="林川青年说", unit_id=unit.id, bound_phone="13900007755", upkeep="自主运营"
            )
            accounts.add(session, account, accounts.NORMAL, date(2024, 3, 1))
            for person, role in ((made[0], assignments.ADMIN), (made[1], assignments.PUBLISHER)):
                session.add(
                    assignments.Assignment(
                        account_id=account.id, person_id=person.id, role=role, since=date(2025, 9, 10)
                    )
                )
        vault = Vault(store)
        vault.prove_recovery(vault.create("林川青年说的那句暗号"))
        login = passwords.register(
            store, account.id, credentials.LOGIN, vault=vault, secret=Secret("linchuan", "old-Pass-1")
        )
        holders.register_holder(store, login, made[1].id, date(2025, 9, 10))
        yield Office(store, vault, clock, account.id, login, *(person.id for person in made))


@pytest.fixture
def in_force() -> InForce:
    chosen = [Chosen(pack) for name, pack in packs().items() if name in ("neikeda", "kunming-2023", "guangdong-2022")]
    return Rulebook(chosen).on(MONDAY)


CALENDAR = WorkCalendar.load()


def test_the_five_steps(office: Office) -> None:
    number = office.begin()
    assert [(step.title, step.open) for step in office.steps(number)] == [
        ("收回密码", True), ("更换密码", False), ("变更备案", False), ("发放密码", False), ("三方签字归档", False),
    ]  # fmt: skip
    office.until_filed(number)
    handover_steps.issue(office.store, number, office.act())
    office.tick_all(number)
    handover_steps.archive(office.store, number, office.act("存办公室档案柜 2026-11"))
    assert all(step.done for step in office.steps(number))
    with office.store.read() as session:
        assert handover.under_way(session) == []
        assert custody.verify(session) == []
        told = [(event.kind, event.step) for event in custody.events(session, handover_id=number) if event.step]
    assert told == [("收回", 1), ("更换", 2), ("备案", 3), ("发放", 4), ("归档", 5)]
    assert set(office.state().holders) == {office.receiver}


def test_no_step_before_the_one_before(office: Office) -> None:
    number = office.begin()
    later = [handover_steps.change, handover_steps.file, handover_steps.issue, handover_steps.archive]
    for step in later:
        with pytest.raises(Refused, match="现在是第 1 步“收回密码”"):
            step(office.store, number, office.act("x"))
    handover_steps.take_back(office.store, number, office.act())
    with pytest.raises(Refused, match="现在是第 2 步"):
        handover_steps.take_back(office.store, number, office.act())
    with pytest.raises(Refused, match="收回之后还没有更换：登录密码"):
        handover_steps.change(office.store, number, office.act())
    passwords.confirm(office.store, office.login, handover_id=number)
    handover_steps.change(office.store, number, office.act())
    with pytest.raises(BadValue, match="备案须写明方式"):
        handover_steps.file(office.store, number, office.act())
    with pytest.raises(Refused, match="现在是第 3 步“变更备案”"):
        handover_steps.issue(office.store, number, office.act())


def test_the_receiver_sees_nothing_before_the_filing(office: Office) -> None:
    number = office.begin()
    show = {"store": office.store, "vault": office.vault, "credential_id": office.login, "reason": "发布推文"}
    lend = {"reason": "值班", "approver": "周示例"}

    def refused() -> None:
        for deed in (
            lambda: passwords.reveal(**show, viewer_id=office.receiver),
            lambda: holders.lend(office.store, office.login, office.receiver, MONDAY + timedelta(9), **lend),
            lambda: holders.register_holder(office.store, office.login, office.receiver, MONDAY),
            lambda: holders.issue_again(office.store, office.login, office.receiver),
        ):
            with pytest.raises(Refused, match=r"变更备案还没有办完|正在交接"):
                deed()

    refused()
    handover_steps.take_back(office.store, number, office.act())
    refused()
    passwords.plan(office.store, office.vault, office.login, Secret("linchuan", "new-Pass-2"))
    passwords.confirm(office.store, office.login, handover_id=number)
    handover_steps.change(office.store, number, office.act())
    refused()
    handover_steps.file(office.store, number, office.act("邮件"))
    with pytest.raises(Refused, match="没有领到"):
        passwords.reveal(**show, viewer_id=office.receiver)
    handover_steps.issue(office.store, number, office.act())
    assert passwords.reveal(**show, viewer_id=office.receiver).password == "new-Pass-2"


def test_the_receiver_at_the_keyboard_is_refused_too(office: Office) -> None:
    number = office.begin()
    office.store.actor = "孙某丙"
    with pytest.raises(Refused, match="孙某丙是抖音“林川青年说”的接收人"):
        passwords.reveal(office.store, office.vault, office.login, reason="发布推文")
    with pytest.raises(Refused, match="接收人"):
        passwords.plan(office.store, office.vault, office.login, Secret("x", "new-Pass-2"))
    with pytest.raises(Refused, match="接收人"):
        passwords.confirm(office.store, office.login)
    office.store.actor = "陈示例"
    office.until_filed(number)
    office.store.actor = "孙某丙"
    handover_steps.issue(office.store, number, office.act())


def test_a_stopped_handover_gives_nothing(office: Office) -> None:
    number = office.begin()
    with pytest.raises(Refused, match="已有一件交接"):
        office.begin()
    with pytest.raises(BadValue, match="写明原因"):
        handover.stop(office.store, number, " ")
    handover_steps.take_back(office.store, number, office.act())
    handover.stop(office.store, number, "接收人改派")
    assert handover.current(office.steps(number)) is None
    with pytest.raises(Refused, match="备案还没有办完"):
        holders.lend(office.store, office.login, office.receiver, MONDAY, reason="值班", approver="周示例")
    with pytest.raises(Refused, match="已办结或中止"):
        handover_steps.change(office.store, number, office.act())
    again = office.begin()
    office.until_filed(again)
    handover_steps.issue(office.store, again, office.act())
    assert office.state().may_see(office.receiver, MONDAY)


def test_a_handover_begun_by_mistake_shuts_nobody_out(office: Office) -> None:
    number = handover.begin(office.store, office.account, office.clerk, office.other, giver_id=office.giver)
    with pytest.raises(Refused, match="备案还没有办完"):
        passwords.reveal(office.store, office.vault, office.login, reason="发布推文")
    handover.stop(office.store, number, "选错了账号")
    passwords.reveal(office.store, office.vault, office.login, reason="发布推文")


def test_the_three_parties_are_three(office: Office) -> None:
    for receiver, supervisor, giver in (
        (office.receiver, office.receiver, office.giver),
        (office.receiver, office.clerk, office.receiver),
        (office.receiver, office.clerk, office.clerk),
    ):
        with pytest.raises(Refused, match="不能是同一个人"):
            handover.begin(office.store, office.account, receiver, supervisor, giver_id=giver)


def test_days_go_forward(office: Office) -> None:
    number = office.begin()
    with pytest.raises(BadValue, match="在今天之后"):
        handover_steps.take_back(office.store, number, Act(MONDAY + timedelta(1)))
    handover_steps.take_back(office.store, number, Act(MONDAY))
    passwords.confirm(office.store, office.login)
    with pytest.raises(BadValue, match="早于上一步"):
        handover_steps.change(office.store, number, Act(MONDAY - timedelta(1)))


def test_an_emergency_within_a_handover_forces_another_change(office: Office) -> None:
    number = office.begin()
    office.until_filed(number)
    holders.seal_envelope(office.store, office.login, "2026-07", "保险柜")
    with pytest.raises(Refused, match="没有编号为 999"):
        holders.open_envelope(office.store, 999, office.clerk, reason="急", approver="周示例")
    holders.open_envelope(office.store, office.login, office.other, reason="账号异常", approver="周示例")
    with pytest.raises(Refused, match="须立即更换"):
        handover_steps.issue(office.store, number, office.act())
    passwords.confirm(office.store, office.login, handover_id=number)
    handover_steps.issue(office.store, number, office.act())
    assert office.state().holders[office.receiver].version == 3


def test_who_may_not_hold_is_a_warning_that_asks_for_an_answer(office: Office, in_force: InForce) -> None:
    with office.store.read() as session:
        receiver = session.get_one(people.Person, office.receiver)
        staff = session.get_one(people.Person, office.other)
    found = holding.clashes(in_force, receiver, "县级")
    assert {clash.cite for clash in found} == {"广东办法第十八条", "昆明规定第七条"}
    assert all(clash.tone == holding.RED and "孙某丙（学生）" in clash.text for clash in found)
    assert holding.clashes(in_force, staff, "县级") == []
    said = holding.said(in_force, "县级")
    assert {one.cite.split("第")[0] for one in said} == {"内科大办法", "昆明规定", "广东办法"}
    number = office.begin()
    office.until_filed(number)
    with pytest.raises(BadValue, match=r"广东办法第十八条|昆明规定第七条"):
        handover_steps.issue(office.store, number, office.act(), clashes=found)
    handover_steps.issue(office.store, number, office.act(), clashes=found, answer="社团账号，经分管领导同意")
    issued = office.steps(number)[3].done
    assert issued is not None
    assert issued.part("答复") == "社团账号，经分管领导同意"


def test_unknown_and_doubtful_identities_are_asked(office: Office, in_force: InForce) -> None:
    person = people.Person(name="吴某戊", identity="")
    assert {clash.tone for clash in holding.clashes(in_force, person, "县级")} == {holding.AMBER}
    person.identity = "聘用"
    tones = {clash.cite: clash.tone for clash in holding.clashes(in_force, person, "县级")}
    assert tones == {"广东办法第十八条": "red", "昆明规定第七条": "amber"}


def test_evidence_lies_beside_the_store_with_its_hash(office: Office, tmp_path: Path) -> None:
    number = office.begin()
    scan = tmp_path / "回执 扫描.PDF"
    scan.write_bytes(b"%PDF-1.4 example")
    made = evidence.attach(office.store, number, handover.FILE, scan)
    assert evidence.attach(office.store, number, handover.FILE, scan).id == made.id
    stored = office.store.attachments / made.file
    assert stored.read_bytes() == scan.read_bytes()
    handover_steps.take_back(office.store, number, office.act())
    passwords.confirm(office.store, office.login)
    handover_steps.change(office.store, number, office.act())
    handover_steps.file(office.store, number, office.act())  # the scan is enough
    filed = office.steps(number)[2].done
    assert filed is not None
    assert filed.evidence == evidence.combined([made])
    assert evidence.damaged(office.store) == []
    stored.write_bytes(b"other")
    assert evidence.damaged(office.store) == ["交接佐证“回执 扫描.PDF”：文件内容被改动过。"]
    stored.unlink()
    assert evidence.damaged(office.store) == ["交接佐证“回执 扫描.PDF”：文件不见了。"]


def test_evidence_replaced_together_with_its_entry_is_found_by_the_chain(office: Office, tmp_path: Path) -> None:
    number = office.begin()
    scan = tmp_path / "收条.jpg"
    scan.write_bytes(b"signed")
    made = evidence.attach(office.store, number, handover.TAKE_BACK, scan)
    handover_steps.take_back(office.store, number, office.act())
    with pytest.raises(Refused, match="第 1 步已办结"):
        evidence.attach(office.store, number, handover.TAKE_BACK, scan)
    (office.store.attachments / made.file).write_bytes(b"forged")
    with office.store.write("改登记") as session:
        session.get_one(evidence.Evidence, made.id).sha256 = hashlib.sha256(b"forged").hexdigest()
    (found,) = evidence.damaged(office.store)
    assert "第 1 步的佐证登记与保管链第 6 环不符" in found
    with office.store.write("删登记") as session:
        session.delete(session.get_one(evidence.Evidence, made.id))
    assert evidence.damaged(office.store) == [found]


def test_bad_evidence_is_refused(office: Office, tmp_path: Path) -> None:
    number = office.begin()
    empty = tmp_path / "空.jpg"
    empty.touch()
    for file in (empty, tmp_path / "没有.jpg"):
        with pytest.raises(BadFile):
            evidence.attach(office.store, number, 1, file)
    handover.stop(office.store, number, "改派")
    good = tmp_path / "好.jpg"
    good.write_bytes(b"x")
    with pytest.raises(Refused):
        evidence.attach(office.store, number, 1, good)


def test_the_checklist_has_to_be_answered(office: Office) -> None:
    number = office.begin()
    office.until_filed(number)
    handover_steps.issue(office.store, number, office.act())
    with pytest.raises(Refused, match="移交清单还有"):
        handover_steps.archive(office.store, number, office.act("档案柜"))
    with pytest.raises(BadValue, match="写明原因"):
        handover_items.tick(office.store, number, "media", handover_items.LEFT)
    with pytest.raises(BadValue, match="没有“password”"):
        handover_items.tick(office.store, number, "password", handover_items.DONE)
    with pytest.raises(BadValue, match="不是清单的状态"):
        handover_items.tick(office.store, number, "media", "好了")
    office.tick_all(number)
    with pytest.raises(BadValue, match="归档须附"):
        handover_steps.archive(office.store, number, office.act())
    handover_steps.archive(office.store, number, office.act("档案柜"))
    with office.store.read() as session:
        removed = ties.removals(custody.events(session, account_id=office.account, person_id=office.giver))
    assert set(removed) == {"绑定手机", "绑定邮箱", "后台权限", "实名"}


def test_before_and_after(office: Office) -> None:
    number = office.begin()
    handover.set_fact(office.store, number, handover.PHONE, "13600002001")
    with pytest.raises(BadValue):
        handover.set_fact(office.store, number, handover.PASSWORD, "abc")

    def facts() -> dict[str, tuple[str, str]]:
        with office.store.read() as session:
            found = handover.compare(session, session.get_one(handover.Handover, number))
        return {fact: (before, after) for fact, before, after in found}

    assert facts() == {
        "信息发布人": ("钱某乙（学生）", "孙某丙（学生）"),
        "后台管理人员": ("陈示例（在编）", "陈示例（在编）"),
        "登录密码": ("2026-11-16 更换", "待更换"),
        "绑定手机号": ("13900007755", "13600002001"),
        "绑定邮箱": ("", ""),
        "维护方式": ("自主运营", "自主运营"),
    }
    office.clock.now += timedelta(days=1)
    office.until_filed(number)
    assert facts()["登录密码"] == ("2026-11-16 更换", "2026-11-17 更换")
    office.store.undo()  # the fact typed can be taken back; the handover stays where it is
    assert facts()["绑定手机号"] == ("13900007755", "13900007755")
    assert office.steps(number)[3].open


def test_filing_is_due_in_working_days_by_the_strictest_clause(office: Office, in_force: InForce) -> None:
    number = office.begin()

    def due(now: datetime) -> handover.Due | None:
        with office.store.read() as session:
            return handover.filing_due(session, session.get_one(handover.Handover, number), in_force, CALENDAR, now)

    assert due(office.clock.now) is None
    office.clock.now = datetime(2026, 11, 20, 9, 0)  # a Friday
    handover_steps.take_back(office.store, number, office.act())
    passwords.confirm(office.store, office.login)
    handover_steps.change(office.store, number, office.act())
    found = due(office.clock.now)
    assert found is not None
    assert (found.day, found.words, found.late) == (date(2026, 11, 25), "剩 3 个工作日", False)
    assert found.cites[0].startswith("内科大办法第十一条（四）：")
    late = due(datetime(2026, 11, 27, 9, 0))
    assert late is not None
    assert (late.words, late.late) == ("已超期 2 天", True)


def test_a_clause_without_a_number_is_named_without_a_day(office: Office) -> None:
    number = office.begin()
    handover_steps.take_back(office.store, number, office.act())
    passwords.confirm(office.store, office.login)
    handover_steps.change(office.store, number, office.act())
    soon = Rulebook([Chosen(packs()["neimenggu-2019"])]).on(MONDAY)
    with office.store.read() as session:
        one = session.get_one(handover.Handover, number)
        due = handover.filing_due(session, one, soon, CALENDAR, office.clock.now)
        nothing = handover.filing_due(session, one, Rulebook([]).on(MONDAY), CALENDAR, office.clock.now)
    assert due is not None
    assert (due.day, due.words) == (None, "须及时备案")
    assert nothing is None


def test_the_register_follows_and_can_be_taken_back(office: Office) -> None:
    number = office.begin()
    with pytest.raises(Refused, match="还没有发放"):
        handover_steps.settle_assignments(office.store, number)
    office.until_filed(number)
    handover_steps.issue(office.store, number, office.act())
    assert handover_steps.settle_assignments(office.store, number) == 1
    assert handover_steps.settle_assignments(office.store, number) == 0
    with office.store.read() as session:
        found = {(one.person_id, one.role, one.until) for one in assignments.of_account(session, office.account)}
    assert (office.giver, "信息发布人", MONDAY) in found
    assert (office.receiver, "信息发布人", None) in found
    assert office.store.undo() == "分工随交接调整"
    assert office.steps(number)[4].open


# departures


def listed(office: Office, number: int, in_force: InForce) -> dict[tuple[str, str], departures.Task]:
    with office.store.read() as session:
        departure = session.get_one(leavers.Departure, number)
        found = departures.tasks(session, departure, in_force, CALENDAR, office.clock.now)
    return {(task.kind, task.what): task for task in found}


def test_a_term_leaves_and_everything_stands_on_one_list(office: Office, in_force: InForce) -> None:
    with pytest.raises(Refused, match="没有在任"):
        departures.begin_term(office.store, "2019届", MONDAY)
    number = departures.begin_term(office.store, "2025届", MONDAY + timedelta(2))
    found = listed(office, number, in_force)
    assert set(found) == {
        ("交接账号", "选定接收人和监交人，开始交接"),
        ("收回密码", "收回登录密码"),
        ("更换密码", "更换登录密码（本人发放过）"),
        ("解除绑定", "解除后台权限"),
        ("解除绑定", "解除绑定手机"),
    }
    assert found["解除绑定", "解除后台权限"].cite.startswith("广东办法第十八条")
    assert {task.tone for task in found.values()} == {"amber"}
    with office.store.read() as session:
        assert session.get_one(people.Person, office.giver).left_on == MONDAY + timedelta(2)


def test_the_list_survives_a_restart_and_ends(office: Office, in_force: InForce, tmp_path: Path) -> None:
    number = departures.begin(office.store, [office.giver], MONDAY, "钱某乙毕业")
    office.store.close()
    office.store = Store.open(tmp_path / "data", actor="陈示例", clock=office.clock)
    try:
        one = office.begin()
        handover_steps.take_back(office.store, one, office.act())
        passwords.confirm(office.store, office.login, handover_id=one)
        handover_steps.change(office.store, one, office.act())
        found = listed(office, number, in_force)
        assert found["变更备案", "向上级报变更备案"].due == date(2026, 11, 19)
        assert ("更换密码", "更换登录密码（本人发放过）") not in found
        handover_steps.file(office.store, one, office.act("邮件"))
        handover_steps.issue(office.store, one, office.act())
        handover_steps.settle_assignments(office.store, one)
        office.tick_all(one)
        handover_steps.archive(office.store, one, office.act("档案柜"))
        assert all(task.done for task in listed(office, number, in_force).values())
    finally:
        office.store.close()


def test_bindings_not_removed_the_same_day_are_red(office: Office, in_force: InForce) -> None:
    number = departures.begin(office.store, [office.giver], MONDAY)
    task = listed(office, number, in_force)["解除绑定", "解除后台权限"]
    assert (task.state, task.tone) == ("今天须解除", "amber")

    def red() -> list[departures.Task]:
        with office.store.read() as session:
            return departures.red_leavers(session, in_force, CALENDAR, office.clock.now)

    assert red() == []
    office.clock.now += timedelta(days=1)
    task = listed(office, number, in_force)["解除绑定", "解除后台权限"]
    assert (task.state, task.tone) == ("已超期 1 天", "red")
    assert {(one.what, one.tone) for one in red()} == {("解除后台权限", "red"), ("解除绑定手机", "red")}
    holders.unbind(office.store, office.account, office.giver, what="后台权限", on=MONDAY)
    holders.unbind(office.store, office.account, office.giver, what="绑定手机", on=MONDAY + timedelta(1))
    found = listed(office, number, in_force)
    assert found["解除绑定", "解除后台权限"].state == "2026-11-16 已解除"
    assert found["解除绑定", "解除绑定手机"].state == "2026-11-17 解除，迟 1 天"
    assert red() == []


def test_a_leader_who_leaves_is_only_filed(office: Office, in_force: InForce) -> None:
    with office.store.write("分工") as session:
        session.add(assignments.Assignment(account_id=office.account, person_id=office.other, role=assignments.LEADER))
    number = departures.begin(office.store, [office.other], MONDAY)
    assert set(listed(office, number, in_force)) == {("变更备案", "重新指定分管领导，报变更备案")}

    with office.store.write("分工") as session:
        session.add(
            assignments.Assignment(
                account_id=office.account, person_id=office.clerk, role=assignments.LEADER, since=MONDAY
            )
        )
    task = listed(office, number, in_force)["变更备案", "重新指定分管领导，报变更备案"]
    assert (task.done, task.state) == (True, "现为陈示例")


def colleagues(office: Office) -> tuple[int, int]:
    """A second publisher of the same term, and a second one of the next."""
    with office.store.write("登记") as session:
        made = [people.Person(name=name, identity="学生", term=term) for name, term in SECOND]
        session.add_all(made)
        session.flush()
        session.add(
            assignments.Assignment(
                account_id=office.account, person_id=made[0].id, role=assignments.PUBLISHER, since=date(2025, 9, 10)
            )
        )
    holders.register_holder(office.store, office.login, made[0].id, date(2025, 9, 10))
    return made[0].id, made[1].id


SECOND = (("李某戊", "2025届"), ("吴某己", "2026届"))


def test_two_publishers_of_one_account_leave_in_one_handover(office: Office, in_force: InForce) -> None:
    leaver, comer = colleagues(office)
    number = departures.begin_term(office.store, "2025届", MONDAY)
    one = handover.begin(
        office.store, office.account, office.receiver, office.clerk, giver_id=office.giver, also=[comer]
    )
    with office.store.read() as session:
        view = handover_view.view(session, one, CALENDAR, office.clock.now)
    assert (
        view.parties == "移交人 钱某乙（2025届）、李某戊（2025届） → 接收人 孙某丙、吴某己（2026届）  ·  监交人 陈示例"
    )
    assert [(fact, after) for fact, _, after in view.facts[:2]] == [
        ("信息发布人", "孙某丙（学生）、吴某己（学生）"), ("后台管理人员", "陈示例（在编）")
    ]  # fmt: skip
    for who in (office.receiver, comer):
        with pytest.raises(Refused, match="变更备案还没有办完"):
            holders.lend(office.store, office.login, who, MONDAY, reason="值班", approver="周某丁")
    office.until_filed(one)
    assert office.state().holders == {}, "taken back from both"
    handover_steps.issue(office.store, one, office.act())
    assert set(office.state().holders) == {office.receiver, comer}
    assert handover_steps.settle_assignments(office.store, one) == 2
    office.tick_all(one)
    handover_steps.archive(office.store, one, office.act("档案柜"))
    with office.store.read() as session:
        departure = session.get_one(leavers.Departure, number)
        found = departures.tasks(session, departure, in_force, CALENDAR, office.clock.now)
        running = {assignment.person_id for assignment in assignments.on(session, MONDAY + timedelta(1))}
    assert {task.person_id for task in found} == {office.giver, leaver}
    assert all(task.done for task in found), [task for task in found if not task.done]
    assert running == {office.clerk, office.receiver, comer}
    with office.store.read() as session:
        assert holders.open_handover_of(session, office.account) is None
        given = custody_sheets.handover_sheet(session, one)
    assert given["receiver"] == "孙某丙（学生）、吴某己（学生）"
    assert given["giver"] == "钱某乙（学生）、李某戊（学生）"


def test_operators_publish_where_no_publisher_is_entered(office: Office) -> None:
    with office.store.write("分工") as session:
        for one in assignments.of_account(session, office.account):
            if one.role == assignments.PUBLISHER:
                one.role = assignments.OPERATOR
    number = office.begin()
    with office.store.read() as session:
        facts = handover.compare(session, session.get_one(handover.Handover, number))
    assert facts[0] == ("信息发布人", "钱某乙（学生）", "孙某丙（学生）")


def test_a_colleague_who_stays_hands_over_nothing(office: Office) -> None:
    leaver, _ = colleagues(office)
    departures.begin(office.store, [office.giver], MONDAY)
    one = office.begin()
    handover_steps.take_back(office.store, one, office.act())
    assert set(office.state().holders) == {leaver}


def test_a_second_spell_is_handed_over_anew(office: Office, in_force: InForce) -> None:
    """Giver in one year, receiver in the next, and leaving again: what was removed then holds again."""
    one = office.begin()
    office.until_filed(one)
    handover_steps.issue(office.store, one, office.act())
    handover_steps.settle_assignments(office.store, one)
    office.tick_all(one)
    handover_steps.archive(office.store, one, office.act("档案柜"))
    office.clock.now += timedelta(days=300)
    back = handover.begin(office.store, office.account, office.giver, office.clerk, giver_id=office.receiver)
    office.until_filed(back)
    handover_steps.issue(office.store, back, office.act())
    handover_steps.settle_assignments(office.store, back)
    office.tick_all(back)
    handover_steps.archive(office.store, back, office.act("档案柜"))
    leave_on = office.clock.now.date() + timedelta(days=30)
    number = departures.begin(office.store, [office.giver], leave_on)
    found = listed(office, number, in_force)
    assert found["交接账号", "选定接收人和监交人，开始交接"].state == "未开始"
    assert not found["解除绑定", "解除后台权限"].done


def test_whoever_used_the_vault_leaves_its_passphrase_behind(office: Office, in_force: InForce) -> None:
    passwords.reveal(office.store, office.vault, office.login, reason="发布推文")
    number = departures.begin(office.store, [office.clerk], MONDAY)
    words = [("更换密码", "更换主口令（本人用过保险柜）"), ("更换密码", "换发恢复单（现恢复单由本人打印）")]
    found = listed(office, number, in_force)
    assert [found[one].account for one in words] == ["密码保险柜"] * 2
    office.store.actor = "周某丁"
    relock.replace_passphrase(office.vault, "另一句没有人知道的暗号")
    assert [one for one in listed(office, number, in_force) if one in words] == words[1:]
    relock.renew_recovery(office.vault)
    assert [one for one in listed(office, number, in_force) if one in words] == []


def test_a_list_begun_by_mistake_goes_with_the_last_day(office: Office) -> None:
    departures.begin(office.store, [office.giver], MONDAY)
    with office.store.read() as session:
        assert [one.title for one in departures.everything(session)] == ["钱某乙离任"]
    office.store.undo()
    with office.store.read() as session:
        assert departures.everything(session) == []


def test_nobody_who_has_left_receives(office: Office) -> None:
    with office.store.write("离任") as session:
        session.get_one(people.Person, office.receiver).left_on = MONDAY - timedelta(1)
    with pytest.raises(Refused, match="孙某丙 2026-11-15 已离任"):
        office.begin()
    with office.store.write("离任") as session:
        session.get_one(people.Person, office.receiver).left_on = MONDAY
    one = office.begin()
    office.clock.now += timedelta(days=1)
    office.until_filed(one)
    with pytest.raises(Refused, match="不能再发给密码"):
        handover_steps.issue(office.store, one, office.act())


def test_nobody_with_a_password_vanishes_into_the_trash(office: Office) -> None:
    with pytest.raises(Refused, match="钱某乙还持有抖音“林川青年说”的登录密码"):
        trash.put_away(office.store, "人员", office.giver)
    number = office.begin()
    for word, who in (("人员", office.receiver), ("人员", office.clerk), ("账号", office.account)):
        with pytest.raises(Refused, match="有交接正在办理"):
            trash.put_away(office.store, word, who)
    trash.put_away(office.store, "人员", office.other)
    handover.stop(office.store, number, "改派")
    holders.take_back(office.store, office.login, office.giver)
    trash.put_away(office.store, "人员", office.giver)


def test_names_that_begin_alike_are_told_apart(office: Office) -> None:
    with office.store.write("登记") as session:
        other = people.Person(name="钱某乙丑", identity="在编")
        session.add(other)
        session.flush()
        for one in assignments.of_account(session, office.account):
            if one.role == assignments.PUBLISHER:
                one.person_id = other.id
    number = office.begin()
    with office.store.read() as session:
        facts = handover.compare(session, session.get_one(handover.Handover, number))
    assert facts[0] == ("信息发布人", "钱某乙丑（在编）", "钱某乙丑（在编）")


# platforms


def test_platforms_are_found_by_any_name() -> None:
    known = platforms.load()
    for typed, name in (("微信", "微信公众号"), (" bili bili ", "哔哩哔哩"), ("B站", "哔哩哔哩"), ("新浪微博", "微博")):
        found = known.find(typed)
        assert found is not None
        assert found.name == name
    assert known.find("某新平台") is None
    assert len(known.names()) == len(set(known.names()))


def test_every_fact_has_a_source_or_is_a_question() -> None:
    known = platforms.load()
    for platform in known.all:
        for item in platform.items:
            assert item.source.startswith("https://") or item.question, (platform.name, item.title)
            assert not item.question or "请" in item.how, item.title


def test_the_checklist_follows_the_account() -> None:
    known = platforms.load()
    account = accounts.Account(platform="微信", name="林川青年", certified=True, entrusted=False)
    titles = [item.title for item in known.checklist(account)]
    assert titles[:4] == ["登录密码", "绑定手机", "绑定邮箱", "管理员微信"]
    assert {"长期运营者", "短期运营者", "平台认证到期日"} <= set(titles)
    assert "代运营合同和保密协议" not in titles
    unknown = accounts.Account(platform="某新平台", name="x", entrusted=True)
    assert "代运营合同和保密协议" in [item.title for item in known.checklist(unknown)]


@pytest.mark.parametrize(
    "text",
    [
        "[[common", '[[common]]\nkey = "a"\ntitle = "b"', '[[common]]\nkey="a"\ntitle="b"\nhow="c"\nbinds="指纹"',
        '[[platform]]\nname = "甲"\naliases = ["甲"]', '[[common]]\nkey="a"\ntitle="b"\nhow="c"\nodd=1',
    ],
)  # fmt: skip
def test_a_wrong_platform_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "platforms.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFile):
        platforms.load(file)
