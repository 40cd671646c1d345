"""What the chain of custody gives to forms: 交接单 of a handover, 保管登记卡 and 封条信封面 of an account.

Days, names and deeds only: no function here can reach a secret.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from desktop import credentials, custody, dates, handover_items, units
from desktop.accounts import Account
from desktop.custody import CustodyEvent, part_of
from desktop.errors import Refused
from desktop.handover import (
    ARCHIVE,
    CHANGE,
    ISSUE,
    TAKE_BACK,
    Handover,
    compare,
    everything,
    givers,
    receivers,
    steps,
)
from desktop.handover_items import LEFT, OPEN
from desktop.paths import write_whole
from desktop.people import Person

if TYPE_CHECKING:
    from desktop.store import Store

HANDOVER_SHEET, CARD, ENVELOPE, EXTRACT = "jiaojiedan", "baoguanka", "fengtiao", "baoguanlian"
CHANGE_SHEET = "biangengbeian"
_ON_CARD = {
    custody.SET, custody.ISSUED, custody.TAKEN_BACK, custody.SEEN, custody.CHANGED, custody.SEALED, custody.OPENED,
    custody.UNBOUND, custody.DESTROYED,
}  # fmt: skip
CARD_LINES = 11
"""How many lines the card has room for; the newest are printed."""


def handover_sheet(session: Session, handover_id: int) -> dict[str, Any]:
    """The 交接单: the three parties, every line of the checklist with what was done, and the end of the chain."""
    one = session.get_one(Handover, handover_id)
    account = session.get_one(Account, one.account_id)
    issued = steps(session, one)[ISSUE - 1].done
    lines = handover_items.checklist(session, one)
    given: dict[str, Any] = {
        "about": account.title,
        "number": f"JJ-{one.begun_on.year}-{one.id:03}",
        "handed_on": issued.acted_on if issued else "",
        "reason": one.reason,
        "platform": account.platform,
        "account": account.name,
        "items": [
            {"number": str(at), "name": line.title, "state": _state(session, one, line), "note": _note(line)}
            for at, line in enumerate(lines, 1)
        ],
        "open_matters": _open_matters(lines),
        "chain": _end(session),
    }
    parties = (
        ("giver", givers(session, one)), ("receiver", receivers(session, one)),
        ("supervisor", [session.get_one(Person, one.supervisor_id)]),
    )  # fmt: skip
    for key, people in parties:
        given[key] = "、".join(map(_named if len(people) < 2 else _briefly, people))
        given[f"{key}_phone"] = "、".join(person.phone for person in people if person.phone)
    return given


def change_sheet(session: Session, handover_id: int) -> dict[str, Any]:
    """The 变更备案表 of a handover: every fact that becomes another one; of the password only the day of its change."""
    one = session.get_one(Handover, handover_id)
    done = steps(session, one)[CHANGE - 1].done
    changes = [
        {"item": fact, "before": before, "after": after}
        for fact, before, after in compare(session, one)
        if after.strip() and after != before
    ]
    return {
        "items": "、".join(change["item"] for change in changes),
        "changed_on": done.acted_on if done else "",
        "handler": (done.part("经办") or done.actor) if done else "",
        "changes": changes,
        "reason": one.reason,
    }


def card_sheet(session: Session, account_id: int) -> dict[str, Any]:
    """The 保管登记卡 of an account: who keeps the login password now, and the newest deeds of the chain."""
    login = next((c for c in credentials.of_account(session, account_id) if c.kind == credentials.LOGIN), None)
    state = credentials.state_of(session, login.id) if login else credentials.State()
    keepers = sorted(state.holders.values(), key=lambda holder: holder.since)
    told = [event for event in custody.events(session, account_id=account_id) if event.kind in _ON_CARD]
    return {
        "keeper": "、".join(_named(session.get(Person, holder.person_id)) for holder in keepers),
        "kept_since": keepers[0].since.isoformat() if keepers else "",
        "changed_on": state.changed_on.isoformat() if state.changed_on else "",
        "envelope": state.envelope,
        "events": [_deed(event) for event in told[-CARD_LINES:]],
        "chain": _end(session),
    }


def envelope_sheet(session: Session, account_id: int) -> dict[str, Any]:
    """The 封条信封面 of the envelope that an account's passwords were sealed in last."""
    sealed = [event for event in custody.events(session, account_id=account_id) if event.kind == custody.SEALED]
    if not sealed:
        return {"chain": _end(session)}
    last = sealed[-1]
    number = part_of(last.detail, "信封")
    inside = [event.credential for event in sealed if part_of(event.detail, "信封") == number and event.credential]
    return {
        "envelope": number,
        "sealed_on": last.acted_on,
        "contents": "、".join(dict.fromkeys(inside)),
        "place": part_of(last.detail, "存放"),
        "keeper": last.person or last.actor,
        "chain": _end(session),
    }


def extract_sheet(session: Session, first: date, last: date, today: date) -> dict[str, Any]:
    """The 保管链摘录 of a span of days: every link of it, the end of the chain, and whether the chain holds."""
    told = custody.events(session, since=first, until=last)
    faults, head, mine = custody.verify(session), custody.head_of(session), units.own(session)
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month
    return {
        "unit": mine.name if mine else "",
        "period": dates.month(first) if whole else f"{first} 至 {last}",
        "count": str(len(told)),
        "events": [_link(event) for event in told],
        "chain": str(head) if head else "",
        "verdict": faults[0].sentence if faults else f"保管链完好，共 {head.seq if head else 0} 环。",
        "made_on": today.isoformat(),
    }


def write_extract(store: Store, first: date, last: date, target: Path) -> Path:
    """Write the 保管链摘录 as a Word file and note its end as printed.

    Raises:
        FileBusy, Refused: the file cannot be written.
    """
    from desktop import forms
    from desktop.filling import fill

    with store.write("摘录保管链") as session:
        given = extract_sheet(session, first, last, store.clock().date())
        made = write_whole(target, fill(forms.find(EXTRACT), given, "docx"))
        custody.note_printed(session, given["chain"], f"{given['period']}保管链摘录", store.clock())
    return made


def _link(event: CustodyEvent) -> dict[str, str]:
    """One link as a row of the extract."""
    closed = f"第 {event.step} 步办结" if event.step else ""
    return {
        "seq": str(event.seq),
        "at": event.at[:16].replace("T", " "),
        "kind": event.kind,
        "what": f"{event.account} {event.credential}".strip(),
        "who": event.person,
        "actor": event.actor,
        "reason": "，".join(part for part in (closed, event.reason) if part),
        "mark": event.hash[:8],
    }


def choices(session: Session) -> dict[str, int]:
    """The handovers in words, newest first → their numbers."""
    found = [(one, session.get_one(Account, one.account_id)) for one in everything(session)]
    return {f"{one.begun_on} {account.title}（JJ-{one.begun_on.year}-{one.id:03}）": one.id for one, account in found}


def begin_change(store: Store, handover_id: int, today: date) -> int:
    """Begin the 变更备案表 of a handover, or find the account's that is still open; returns the filing's number.

    Raises:
        Refused: the passwords have not been changed yet, so nothing can be filed.
    """
    from desktop import filings, forms

    form = forms.find(CHANGE_SHEET)
    with store.read() as session:
        one = session.get_one(Handover, handover_id)
        if steps(session, one)[CHANGE - 1].done is None:
            raise Refused("密码还没有更换，变更备案表暂不能填。", todo="请先办结第②步。")
        account = one.account_id
        open_ones = [found for found in filings.of_subject(session, form.id, account) if found.editable]
        given = change_sheet(session, handover_id)
    if open_ones:
        return open_ones[0].id
    return filings.create(store, form, cutoff=today, today=today, subject_id=account, given=given)


def begin_handover(store: Store, handover_id: int, today: date) -> int:
    """Begin the 交接单 of a handover, or find the one begun before and still open; returns the filing's number."""
    from desktop import filings, forms

    form = forms.find(HANDOVER_SHEET)
    with store.read() as session:
        open_ones = [one for one in filings.of_subject(session, form.id, handover_id) if one.editable]
        given = handover_sheet(session, handover_id)
    if open_ones:
        return open_ones[0].id
    return filings.create(store, form, cutoff=today, today=today, subject_id=handover_id, given=given)


def _state(session: Session, one: Handover, line: handover_items.Line) -> str:
    """A password says on which days it was taken back, changed and issued; the other lines say their state."""
    if not line.item.kind:
        return line.state
    done = {step.number: step.done for step in steps(session, one) if step.done is not None and step.number < ARCHIVE}
    words = {TAKE_BACK: "收回", CHANGE: "更换", ISSUE: "发放"}
    said = [f"{event.acted_on} {words[number]}" for number, event in done.items() if event and number in words]
    return "\n".join(said) or line.state


def _open_matters(lines: list[handover_items.Line]) -> str:
    """What is left over and why, and what nobody has answered yet."""
    left = [f"{line.title}：{line.note or '遗留'}" for line in lines if line.state == LEFT]
    waiting = "、".join(line.title for line in lines if line.state == OPEN and not line.item.kind)
    return "\n".join([*left, *([f"尚未办理：{waiting}。"] if waiting else [])]) or "无。"


def _note(line: handover_items.Line) -> str:
    return "" if line.item.kind else line.note


def _named(person: Person | None) -> str:
    if person is None:
        return ""
    about = "，".join(part for part in (person.identity, person.position) if part)
    return f"{person.name}（{about}）" if about else person.name


def _briefly(person: Person) -> str:
    """A person with the identity alone, where several share a cell."""
    return f"{person.name}（{person.identity}）" if person.identity else person.name


def _deed(event: CustodyEvent) -> dict[str, str]:
    """One link as a line of the card; who gives and who takes follows from the kind."""
    taken = event.kind == custody.TAKEN_BACK
    return {
        "on": event.acted_on,
        "what": event.kind,
        "giver": event.person if taken else (event.actor if event.kind == custody.ISSUED else ""),
        "receiver": event.actor if taken else event.person or event.actor,
        "reason": event.reason or event.credential,
    }


def _end(session: Session) -> str:
    """The chain's newest link as it is printed and typed back: 第37环 8f3a c210 …, 128 bits of its hash."""
    head = custody.head_of(session)
    return str(head) if head else ""
