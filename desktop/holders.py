"""Who holds a password: first registration, issuing again, lending, giving back, sealed envelopes, unbinding."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import custody
from desktop.accounts import Account
from desktop.credentials import Credential, State, need
from desktop.custody import CustodyEvent
from desktop.errors import BadValue, Refused
from desktop.passwords import deed_of, operator, refuse_receiver
from desktop.people import Person
from desktop.platforms import BINDINGS
from desktop.store import Store


def register_holder(store: Store, credential_id: int, person_id: int, since: date, reason: str = "") -> None:
    """Enter who already knows a password when the ledger is begun (补登); later holders come by a handover.

    Raises:
        Refused: the ledger of this password has begun already, or the account has had a handover.
        BadValue: the day lies ahead.
    """
    refuse_ahead(store, since)
    with store.write("登记现有持有人") as session:
        credential, account, state = need(session, credential_id)
        person = session.get_one(Person, person_id)
        refuse_receiver(session, store, account, person)
        if not _fresh(session, credential):
            raise Refused(
                f"{account.title}的{credential.kind}已有发放或交接记录，不能再补登持有人。",
                todo="换人请办理“交接”，临时使用请办理“借用”。",
            )
        deed = deed_of(
            custody.ISSUED,
            account,
            credential,
            state.version,
            person=(person.id, person.name),
            acted_on=since,
            reason=reason or "补登现有持有人",
            detail=custody.details(方式="补登"),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def _fresh(session: Session, credential: Credential) -> bool:
    if session.scalars(
        select(CustodyEvent).where(CustodyEvent.account_id == credential.account_id, CustodyEvent.kind == custody.BEGUN)
    ).first():
        return False
    quiet = (custody.SEEN, custody.COPIED)
    before = [event for event in custody.events(session, credential_id=credential.id) if event.kind not in quiet]
    return all(
        (event.kind == custody.SET and event.version == 1)
        or (event.kind == custody.ISSUED and event.part("方式") == "补登")
        for event in before
    )


def issue_again(store: Store, credential_id: int, person_id: int, reason: str = "") -> None:
    """Give a holder in post the newest password after a routine change.

    Raises:
        Refused: the person does not hold it or has left, or it has to be changed first.
    """
    with store.write("补发密码") as session:
        credential, account, state = need(session, credential_id)
        person = session.get_one(Person, person_id)
        refuse_receiver(session, store, account, person)
        refuse_forced(account, credential, state)
        refuse_left(person, store.clock().date())
        holder = state.holders.get(person_id)
        if holder is None or holder.due_back is not None:
            raise Refused(
                f"{person.name}不是{account.title}的持有人。", todo="换人请办理“交接”，临时使用请办理“借用”。"
            )
        deed = deed_of(
            custody.ISSUED,
            account,
            credential,
            state.version,
            person=(person.id, person.name),
            reason=reason or "更换后补发",
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def lend(store: Store, credential_id: int, person_id: int, due_back: date, *, reason: str, approver: str) -> None:
    """Lend a password until a day; when it comes back it has to be changed.

    Raises:
        BadValue: no reason, no approver, or a day already past.
        Refused: a handover of the account is under way, the person holds it already or has left, or it has to be
            changed first.
    """
    if not reason.strip() or not approver.strip():
        raise BadValue("借用须写明事由和批准人。", todo="请补填后再办理。")
    if due_back < store.clock().date():
        raise BadValue("应还日期已经过去。", todo="请填写今天或以后的日期。")
    with store.write("借用密码") as session:
        credential, account, state = need(session, credential_id)
        person = session.get_one(Person, person_id)
        refuse_receiver(session, store, account, person)
        refuse_forced(account, credential, state)
        if open_handover_of(session, account.id) is not None:
            raise Refused(f"{account.title}正在交接，交接办完前不能借出密码。", todo="请先办完或中止交接。")
        refuse_left(person, due_back)
        if person_id in state.holders:
            raise Refused(f"{person.name}已经持有{account.title}的{credential.kind}。", todo="不必再借。")
        deed = deed_of(
            custody.ISSUED,
            account,
            credential,
            state.version,
            person=(person.id, person.name),
            reason=reason,
            detail=custody.details(方式="借用", 应还=due_back, 批准=approver),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def take_back(store: Store, credential_id: int, person_id: int, reason: str = "") -> None:
    """A holder or borrower gave the password back; from now on it has to be changed.

    Raises:
        Refused: the person does not hold it.
    """
    with store.write("收回密码") as session:
        credential, account, state = need(session, credential_id)
        person = session.get_one(Person, person_id)
        if person_id not in state.holders:
            raise Refused(f"{person.name}没有持有{account.title}的{credential.kind}。", todo="请核对姓名。")
        deed = deed_of(
            custody.TAKEN_BACK,
            account,
            credential,
            state.holders[person_id].version,
            person=(person.id, person.name),
            reason=reason or "收回",
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def seal_envelope(store: Store, credential_id: int, number: str, place: str) -> None:
    """The newest password was written down and sealed: number of the envelope and where it lies.

    Raises:
        BadValue: number or place missing. Refused: the password has to be changed first.
    """
    if not number.strip() or not place.strip():
        raise BadValue("封存须填写信封编号和存放地点。", todo="如“2026-03”“办公室保险柜”。")
    with store.write("封存密码") as session:
        credential, account, state = need(session, credential_id)
        refuse_receiver(session, store, account)
        refuse_forced(account, credential, state)
        deed = deed_of(
            custody.SEALED,
            account,
            credential,
            state.version,
            person=operator(session, store),
            reason="密码信封封存",
            detail=custody.details(信封=number.strip(), 存放=place.strip()),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def open_envelope(store: Store, credential_id: int, person_id: int, *, reason: str, approver: str) -> None:
    """Emergency opening of a sealed envelope; nothing but a change of the password is possible afterwards.

    Raises:
        BadValue: no reason or approver. Refused: nothing is sealed, or the opener is a receiver before the filing.
    """
    if not reason.strip() or not approver.strip():
        raise BadValue("启封须写明事由和批准人。", todo="请补填后再办理。")
    with store.write("启封密码信封") as session:
        credential, account, state = need(session, credential_id)
        person = session.get_one(Person, person_id)
        refuse_receiver(session, store, account, person)
        if not state.envelope:
            raise Refused(f"{account.title}的{credential.kind}没有封存的信封。", todo="请核对信封登记。")
        deed = deed_of(
            custody.OPENED,
            account,
            credential,
            state.version,
            person=(person.id, person.name),
            reason=reason,
            detail=custody.details(批准=approver.strip()),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def unbind(store: Store, account_id: int, person_id: int, *, what: str, on: date, reason: str = "") -> None:
    """A person's binding to an account on the platform was removed (one of platforms.BINDINGS).

    Raises:
        BadValue: no such binding (the chain could not be put right), or the day lies ahead.
    """
    if what not in BINDINGS:
        raise BadValue(f"“{what}”不是绑定的一种。", todo="可选：" + "、".join(BINDINGS) + "。")
    refuse_ahead(store, on)
    with store.write("解除绑定") as session:
        account, person = session.get_one(Account, account_id), session.get_one(Person, person_id)
        deed = custody.Deed(
            custody.UNBOUND,
            account=(account.id, account.title),
            person=(person.id, person.name),
            acted_on=on,
            reason=reason or "解除绑定",
            detail=custody.details(项目=what),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)


def refuse_ahead(store: Store, day: date) -> None:
    """Refuse to take down today what is to be done another day.

    Raises:
        BadValue: the day lies ahead.
    """
    if day > store.clock().date():
        raise BadValue(f"{day} 在今天之后，还没有办的事不能登记。", todo="请填写实际办理的日期。")


def refuse_left(person: Person, day: date) -> None:
    """Refuse to give a password to somebody who is no longer in the post on a day.

    Raises:
        Refused: naming the last day in the post.
    """
    if person.left_on is not None and person.left_on < day:
        raise Refused(f"{person.name} {person.left_on} 离任，不能再发给密码。", todo="请收回其持有的，另选在任人员。")


def refuse_forced(account: Account, credential: Credential, state: State) -> None:
    """Refuse any further deed with a password that has to be changed at once.

    Raises:
        Refused: it was opened in an emergency.
    """
    if state.forced:
        raise Refused(
            f"{account.title}的{credential.kind}：{state.must_change}。", todo="请先更换密码，再办理其他事项。"
        )


def open_handover_of(session: Session, account_id: int) -> int | None:
    """Number of the handover of an account that has been begun and neither archived nor stopped."""
    found: list[int | None] = []
    kinds = (custody.BEGUN, custody.ARCHIVED, custody.STOPPED)
    wanted = select(CustodyEvent).where(CustodyEvent.account_id == account_id, CustodyEvent.kind.in_(kinds))
    for event in session.scalars(wanted.order_by(CustodyEvent.seq)):
        if event.kind == custody.BEGUN:
            if event.handover_id not in found:  # one link for every receiver
                found.append(event.handover_id)
        elif event.handover_id in found:
            found.remove(event.handover_id)
    return found[-1] if found else None
