"""Credentials: what the chain says about each, two-phase change, showing, lending, envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import accounts, credentials, custody, holders, passwords, people, units
from desktop.errors import BadValue, Locked, Refused
from desktop.passwords import Secret
from desktop.store import Store
from desktop.vault import ARCHIVED, CURRENT, PLANNED, Vault, VaultSecret, cipher, generate, strength

TODAY = date(2026, 11, 20)
WORD = "林川青年说的那句暗号"


@dataclass
class Office:
    store: Store
    vault: Vault
    account: int
    clerk: int
    publisher: int
    outsider: int

    def state(self, credential: int) -> credentials.State:
        with self.store.read() as session:
            return credentials.state_of(session, credential)


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "LEAST", cipher.Cost(1, 8, 1))
    monkeypatch.setattr(cipher, "WANTED", (0.0, 0.0))


@pytest.fixture
def office(tmp_path: Path, cheap: None) -> Iterator[Office]:
    moment = datetime(2026, 11, 20, 9, 0)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    with Store.open(tmp_path / "data", actor="赵示例", clock=clock) as store:
        with store.write("登记") as session:
            unit = units.Unit(name="共青团林川县委员会", relation=units.OWN, level="县级")
            session.add(unit)
            session.flush()
            names = (("赵示例", "在编"), ("钱某乙", "学生"), ("孙某丙", "学生"))
            made = [people.Person(name=name, identity=identity, unit_id=unit.id) for name, identity in names]
            session.add_all(made)
            session.flush()
            account = accounts.Account(platform="抖音", name="林川青年说", unit_id=unit.id)
            accounts.add(session, account, accounts.NORMAL, date(2024, 3, 1))
        vault = Vault(store)
        vault.prove_recovery(vault.create(WORD))
        yield Office(store, vault, account.id, *(person.id for person in made))


def login(office: Office, password: str = "old-Pass-1") -> int:
    secret = Secret("linchuan", password, "备注")
    return passwords.register(office.store, office.account, credentials.LOGIN, vault=office.vault, secret=secret)


def kinds(office: Office) -> list[str]:
    with office.store.read() as session:
        assert custody.verify(session) == []
        return [event.kind for event in custody.events(session, account_id=office.account)]


def test_the_ledger_works_without_any_secret(office: Office) -> None:
    office.vault.lock()
    number = passwords.register(office.store, office.account, credentials.LOGIN)
    holders.register_holder(office.store, number, office.publisher, date(2026, 9, 1))
    assert passwords.confirm(office.store, number) == 2
    holders.issue_again(office.store, number, office.publisher)
    holders.seal_envelope(office.store, number, "2026-03", "办公室保险柜")
    state = office.state(number)
    assert (state.version, state.changed_on, state.envelope) == (2, TODAY, "2026-03 办公室保险柜")
    assert state.may_see(office.publisher, TODAY)
    holders.take_back(office.store, number, office.publisher)
    assert "尚未更换" in office.state(number).must_change
    assert kinds(office) == ["设密", "发放", "更换", "发放", "封存", "收回"]


def test_the_trace_is_committed_before_the_secret_is_handed_out(office: Office) -> None:
    number = login(office)
    with pytest.raises(BadValue, match="写明事由"):
        passwords.reveal(office.store, office.vault, number, reason=" ")
    secret = passwords.reveal(office.store, office.vault, number, reason="发布推文")
    assert (secret.login, secret.password) == ("linchuan", "old-Pass-1")
    with office.store.read() as session:
        last = custody.events(session)[-1]
    assert (last.kind, last.reason, last.person, last.version) == ("查看", "发布推文", "赵示例", 1)
    assert "old-Pass-1" not in repr(secret)


def test_no_trace_no_secret(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    number = login(office)

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(custody, "append", broken)
    with pytest.raises(OSError, match="disk full"):
        passwords.reveal(office.store, office.vault, number, reason="发布推文")


def test_a_reason_must_not_hold_the_password(office: Office) -> None:
    number = login(office)
    with pytest.raises(BadValue, match="不能写密码"):
        passwords.reveal(office.store, office.vault, number, reason="试试 old-Pass-1 对不对")
    assert kinds(office) == ["设密"]


def test_two_phase_change(office: Office) -> None:
    number = login(office)
    passwords.plan(office.store, office.vault, number, Secret("linchuan", "new-Pass-2"))
    show = {"reason": "改密", "store": office.store, "vault": office.vault, "credential_id": number}
    assert passwords.reveal(**show).password == "old-Pass-1"
    assert passwords.reveal(**show, state=PLANNED).password == "new-Pass-2"
    passwords.give_up(office.store, number)
    with pytest.raises(Refused, match="没有存入"):
        passwords.reveal(**show, state=PLANNED)
    passwords.plan(office.store, office.vault, number, Secret("linchuan", "newer-Pass-3"))
    passwords.plan(office.store, office.vault, number, Secret("linchuan", "newest-Pass-4"))
    assert passwords.confirm(office.store, number, strength="强") == 2
    assert passwords.reveal(**show).password == "newest-Pass-4"
    assert passwords.reveal(**show, state=ARCHIVED).password == "old-Pass-1"
    with office.store.read() as session:
        changed = next(event for event in custody.events(session) if event.kind == custody.CHANGED)
    assert changed.part("强度") == "强"


def test_a_change_without_the_vault_makes_the_stored_secret_old(office: Office) -> None:
    number = login(office)
    passwords.confirm(office.store, number)
    with pytest.raises(Refused, match="没有存入"):
        passwords.reveal(office.store, office.vault, number, reason="发布推文")
    old = passwords.reveal(office.store, office.vault, number, reason="找回旧密码", state=ARCHIVED)
    assert old.password == "old-Pass-1"


def test_only_who_was_given_it_may_be_shown_it(office: Office) -> None:
    number = login(office)
    show = {"reason": "发布推文", "store": office.store, "vault": office.vault, "credential_id": number}
    with pytest.raises(Refused, match="钱某乙没有领到"):
        passwords.reveal(**show, viewer_id=office.publisher)
    holders.register_holder(office.store, number, office.publisher, TODAY)
    assert passwords.reveal(**show, viewer_id=office.publisher).password == "old-Pass-1"
    with pytest.raises(Refused, match="钱某乙没有领到"):
        passwords.reveal(**show, viewer_id=office.publisher, state=ARCHIVED)
    passwords.confirm(office.store, number)
    with pytest.raises(Refused, match="没有领到"):
        passwords.reveal(**show, viewer_id=office.publisher)
    assert kinds(office) == ["设密", "发放", "查看", "更换"]


def test_holders_are_registered_only_at_the_beginning(office: Office) -> None:
    number = login(office)
    holders.register_holder(office.store, number, office.publisher, TODAY)
    holders.register_holder(office.store, number, office.outsider, TODAY)
    holders.take_back(office.store, number, office.outsider)
    with pytest.raises(Refused, match="不能再补登"):
        holders.register_holder(office.store, number, office.outsider, TODAY)
    with pytest.raises(Refused, match="不是"):
        holders.issue_again(office.store, number, office.outsider)


def test_lending_ends_by_itself_and_asks_for_a_change(office: Office) -> None:
    number = login(office)
    lend = {"reason": "值班发布", "approver": "周示例"}
    with pytest.raises(BadValue, match="批准人"):
        holders.lend(office.store, number, office.outsider, TODAY, reason="值班", approver="")
    with pytest.raises(BadValue, match="已经过去"):
        holders.lend(office.store, number, office.outsider, TODAY - timedelta(1), **lend)
    holders.lend(office.store, number, office.outsider, TODAY + timedelta(3), **lend)
    state = office.state(number)
    assert state.may_see(office.outsider, TODAY + timedelta(3))
    assert not state.may_see(office.outsider, TODAY + timedelta(4))
    assert [one.name for one in state.overdue(TODAY + timedelta(4))] == ["孙某丙"]
    with pytest.raises(Refused, match="已经持有"):
        holders.lend(office.store, number, office.outsider, TODAY, **lend)
    with pytest.raises(Refused, match="不是"):
        holders.issue_again(office.store, number, office.outsider)
    holders.take_back(office.store, number, office.outsider)
    assert office.state(number).must_change == "孙某丙已交回，尚未更换"


def test_an_opened_envelope_forces_a_change_before_anything_else(office: Office) -> None:
    number = login(office)
    with pytest.raises(Refused, match="没有封存"):
        holders.open_envelope(office.store, number, office.clerk, reason="急", approver="周示例")
    holders.seal_envelope(office.store, number, "2026-03", "保险柜")
    holders.open_envelope(office.store, number, office.clerk, reason="账号异常须登录", approver="周示例")
    state = office.state(number)
    assert (state.forced, state.envelope, state.stale) == (True, "", "2026-03 保险柜")
    for deed in (
        lambda: holders.lend(office.store, number, office.outsider, TODAY, reason="值班", approver="周示例"),
        lambda: holders.seal_envelope(office.store, number, "2026-04", "保险柜"),
        lambda: holders.issue_again(office.store, number, office.publisher),
    ):
        with pytest.raises(Refused, match="请先更换密码"):
            deed()
    passwords.confirm(office.store, number)
    assert not office.state(number).forced
    assert office.state(number).stale == "2026-03 保险柜"
    holders.seal_envelope(office.store, number, "2026-04", "保险柜")
    assert office.state(number).stale == ""


def everybody(session: Session, office: Office) -> list[people.Person]:
    return [session.get_one(people.Person, number) for number in (office.clerk, office.publisher, office.outsider)]


def test_what_somebody_knows_since_the_last_change(office: Office) -> None:
    number = login(office)
    mail = passwords.register(office.store, office.account, credentials.EMAIL)
    holders.register_holder(office.store, number, office.publisher, TODAY)
    holders.lend(office.store, mail, office.outsider, TODAY, reason="收验证码", approver="周示例")
    passwords.reveal(office.store, office.vault, number, reason="发布推文", viewer_id=office.publisher)
    with office.store.read() as session:
        found = credentials.exposures(session, everybody(session, office))
    assert [(one.kind, one.how) for one in found[office.publisher]] == [("登录密码", ("发放", "查看"))]
    assert [(one.kind, one.how) for one in found[office.outsider]] == [("绑定邮箱密码", ("发放",))]
    assert {one.kind for one in found[office.clerk]} == {"登录密码", "绑定邮箱密码"}
    passwords.confirm(office.store, number)
    passwords.destroy(office.store, mail, "不再使用")
    with office.store.read() as session:
        found = credentials.exposures(session, everybody(session, office))
    assert (found[office.publisher], found[office.outsider]) == ([], [])
    assert [one.how for one in found[office.clerk]] == [("更换",)]


def test_a_link_without_a_number_counts_for_everybody_of_its_name(office: Office) -> None:
    office.store.actor = "钱某乙"
    with office.store.write("登记") as session:
        namesake = people.Person(name="钱某乙", identity="在编")
        session.add(namesake)
        session.flush()
        number = namesake.id
    mail = passwords.register(office.store, office.account, credentials.EMAIL)
    with office.store.read() as session:
        assert custody.events(session, credential_id=mail)[0].person_id is None
        both = [session.get_one(people.Person, one) for one in (office.publisher, number)]
        found = credentials.exposures(session, both)
    assert [[one.kind for one in found[who.id]] for who in both] == [["绑定邮箱密码"]] * 2


def test_whoever_has_left_gets_no_password(office: Office) -> None:
    number = login(office)
    holders.register_holder(office.store, number, office.publisher, TODAY)
    passwords.confirm(office.store, number)
    with office.store.write("离任") as session:
        session.get_one(people.Person, office.publisher).left_on = TODAY - timedelta(1)
        session.get_one(people.Person, office.outsider).left_on = TODAY
    with pytest.raises(Refused, match="2026-11-19 离任，不能再发给密码"):
        holders.issue_again(office.store, number, office.publisher)
    later = TODAY + timedelta(1)
    with pytest.raises(Refused, match="2026-11-20 离任"):
        holders.lend(office.store, number, office.outsider, later, reason="值班", approver="周示例")
    holders.lend(office.store, number, office.outsider, TODAY, reason="值班", approver="周示例")


def test_nothing_is_taken_down_before_it_is_done(office: Office) -> None:
    number, later = login(office), TODAY + timedelta(1)
    with pytest.raises(BadValue, match="在今天之后"):
        holders.register_holder(office.store, number, office.publisher, later)
    with pytest.raises(BadValue, match="在今天之后"):
        holders.unbind(office.store, office.account, office.publisher, what="后台权限", on=later)


def test_what_cannot_be_used_is_not_sealed(office: Office) -> None:
    for kind, typed, why in ((credentials.TOTP, "no seed!", "动态口令密钥"), (credentials.EMAIL, "", "没有填写密码")):
        with pytest.raises(BadValue, match=why):
            passwords.register(office.store, office.account, kind, vault=office.vault, secret=Secret("", typed))
    number = passwords.register(office.store, office.account, credentials.TOTP)
    for seal in (passwords.keep_current, passwords.plan):
        with pytest.raises(BadValue, match="动态口令密钥"):
            seal(office.store, office.vault, number, Secret("", "no seed!"))


def test_an_old_password_marked_as_in_use_is_not_shown(office: Office) -> None:
    number = login(office)
    passwords.plan(office.store, office.vault, number, Secret("linchuan", "new-Pass-2"))
    passwords.confirm(office.store, number)
    with office.store.write("改标记") as session:
        for row in session.scalars(select(VaultSecret)):
            row.state = CURRENT if row.version == 1 else ARCHIVED
    with pytest.raises(Refused, match="标为现用的是第 1 个，保管链上是第 2 个"):
        passwords.reveal(office.store, office.vault, number, reason="发布推文")


def test_destroying_wipes_the_secret_and_a_new_life_may_begin(office: Office) -> None:
    number = login(office)
    with pytest.raises(BadValue, match="写明事由"):
        passwords.destroy(office.store, number, " ")
    passwords.destroy(office.store, number, "账号已注销")
    with pytest.raises(Refused, match="已销毁"):
        passwords.reveal(office.store, office.vault, number, reason="发布推文")
    with office.store.read() as session:
        assert credentials.entries(session) == []
        assert credentials.of_account(session, office.account) == []
        assert len(credentials.of_account(session, office.account, destroyed=True)) == 1
    assert login(office, "again-Pass-9") == number
    assert office.state(number).version == 2
    assert passwords.reveal(office.store, office.vault, number, reason="发布推文").password == "again-Pass-9"


def test_refusals_of_registering(office: Office) -> None:
    login(office)
    with pytest.raises(Refused, match="已登记"):
        login(office)
    with pytest.raises(BadValue, match="不是密码种类"):
        passwords.register(office.store, office.account, "指纹")
    office.vault.lock()
    with pytest.raises(Locked):
        passwords.register(
            office.store, office.account, credentials.TOTP, vault=office.vault, secret=Secret("", "JBSWY3DPEHPK3PXP")
        )
    with office.store.read() as session:
        assert len(credentials.of_account(session, office.account)) == 1
    with pytest.raises(Refused, match="没有编号为 999"):
        passwords.confirm(office.store, 999)


def test_an_undo_does_not_bring_a_password_back(office: Office) -> None:
    number = login(office)
    passwords.destroy(office.store, number, "账号已注销")
    assert office.store.undo() == "登记"
    assert office.state(number).destroyed
    with office.store.read() as session:
        assert custody.verify(session) == []


def test_the_list_names_when_a_change_is_due(office: Office) -> None:
    login(office)
    with office.store.read() as session:
        (entry,) = credentials.entries(session)
    assert (entry.platform, entry.account, entry.kind) == ("抖音", "林川青年说", "登录密码")
    assert entry.due(90) == TODAY + timedelta(90)
    assert entry.due(0) is None


def test_generated_passwords_are_strong_and_readable() -> None:
    made = {generate.generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 16
        assert not set(password) & set("0Oo1lI")
        assert all(any(c in one for c in password) for one in (generate.LOWER, generate.UPPER, generate.DIGITS))
    assert all(strength.judge(password).good for password in list(made)[:20])
    assert not set(generate.generate(32, symbols=False)) & set(generate.SYMBOLS)
    for length in (7, 33):
        with pytest.raises(BadValue):
            generate.generate(length)


@pytest.mark.parametrize(
    "password",
    ["qianmouyi2026", "Linchuanqingnianshuo", "19990314", "13800000002", "林川青年说", "qmy990314", "00000002aa"],
)
def test_passwords_made_of_the_office_are_weak(office: Office, password: str) -> None:
    with office.store.write("x") as session:
        person = session.get_one(people.Person, office.publisher)
        person.birthday, person.mobile = date(1999, 3, 14), "13800000002"
        known = strength.known_words(session)
    verdict = strength.judge(password, known)
    assert not verdict.good
    assert "含有本单位的名称、人名、生日或电话" in verdict.reasons
    assert password not in repr(verdict)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "还没有填写"),
        ("abc", "少于 8 个字符"),
        ("qwertyuiop", "常见"),
        ("aaaaaaaaaaaa", "重复"),
        ("zxcvfrewq1", ""),
    ],
)
def test_other_weak_passwords_say_why(password: str, why: str) -> None:
    verdict = strength.judge(password)
    assert verdict.word in strength.WORDS[:3]
    assert any(why in reason for reason in verdict.reasons)


def test_a_very_long_password_is_judged_in_time() -> None:
    assert strength.judge("k9$" * 3000).score >= 0
