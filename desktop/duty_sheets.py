"""Sheets of things on duty (值班事项): which form goes with which kind, and what the record already knows of it.

Nothing is guessed: what the record does not say stays empty on the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from desktop import duty, people
from desktop.accounts import Account
from desktop.duty import Duty
from desktop.errors import Refused
from desktop.people import Person
from desktop.units import Unit

if TYPE_CHECKING:
    from desktop.store import Store

FORMS = {
    duty.DRILL: "yanlianjilu", duty.TRAINING: "peixunjilu", duty.STREAM: "zhiboshenqing",
    duty.MESSAGE: "liuyanbanli", duty.URGENT: "liuyanbanli", duty.PETITION: "liuyanbanli",
    duty.YELLOW: "yuqingbaogao", duty.ORANGE: "yuqingbaogao", duty.RED: "yuqingbaogao",
}  # fmt: skip
"""Form by kind; 跨部门发布 has none."""
NATURE = {duty.MESSAGE: "涉及其他部门", duty.URGENT: "敏感或可能造成舆情", duty.PETITION: "信访"}
LEVEL = {duty.YELLOW: "黄色（一般）", duty.ORANGE: "橙色（重大）", duty.RED: "红色（特别重大）"}


def choices(session: Session, form_id: str) -> list[Duty]:
    """The things on duty that a form may be filled for, newest first."""
    return [one for one in duty.in_use(session) if FORMS.get(one.kind) == form_id]


def named(one: Duty) -> str:
    """One of them in a list to choose from."""
    return f"{one.at.date()} {one.kind}：{one.title}"


def given(session: Session, one: Duty) -> dict[str, Any]:
    """What the record gives to its form, by the form's own keys."""
    account = session.get(Account, one.account_id) if one.account_id else None
    person = session.get(Person, one.person_id) if one.person_id else None
    who = person.name if person else ""
    where = account.title if account else ""
    about: dict[str, Any] = {"duty": str(one.id), "about": one.title}
    if one.kind == duty.DRILL:
        known = {"subject": one.title, "recorder": who, "scene": one.note, "held_at": _clock(one.at), **_held(one)}
    elif one.kind == duty.TRAINING:
        known = {"topic": one.title, "content": one.note, "people": _trained(session, one.at.date()), **_held(one)}
    elif one.kind == duty.STREAM:
        known = {
            "topic": one.title, "stream_on": one.at.date().isoformat(), "stream_at": _clock(one.at),
            "site_head": who, "content": one.note,
        }  # fmt: skip
    elif one.kind in NATURE:
        known = _message(one, where)
    elif one.kind in LEVEL:
        known = _incident(one, where, who)
    else:
        known = {}
    return about | known


def begin(store: Store, duty_id: int, today: date) -> int:
    """Begin the sheet of a thing on duty, or find the one begun before and still open; returns the filing's number.

    Raises:
        Refused: the record is gone, its kind has no form, or a stream does not say on which account.
    """
    from desktop import filings, forms

    with store.read() as session:
        one = session.get(Duty, duty_id)
        if one is None or one.trashed_at is not None:
            raise Refused("这条值班事项不在了。", todo="请到回收站找回，或另登记一条。")
        if one.kind not in FORMS:
            raise Refused(f"“{one.kind}”没有专门的表。", todo="在值班事项里登记时间即可。")
        form = forms.find(FORMS[one.kind])
        if form.subject == "account" and one.account_id is None:
            raise Refused(f"“{one.title}”没有写明用哪个账号直播。", todo="请重新登记并选定账号，再填申请表。")
        subject_id = one.account_id if form.subject == "account" else one.id
        begun = [
            filing
            for filing in filings.of_subject(session, form.id, subject_id)
            if filing.editable and json.loads(filing.given or "{}").get("duty") == str(one.id)
        ]
        known = given(session, one)
    if begun:
        return begun[0].id
    return filings.create(store, form, cutoff=today, today=today, subject_id=subject_id, given=known)


def _held(one: Duty) -> dict[str, Any]:
    return {"held_on": one.at.date().isoformat()}


def _trained(session: Session, day: date) -> list[dict[str, str]]:
    """Everybody whose last training was on that day."""
    there: Sequence[Person] = [one for one in people.in_use(session) if one.trained_on == day]
    units = {number: session.get(Unit, number) for number in {one.unit_id for one in there if one.unit_id}}
    rows = []
    for number, one in enumerate(there, 1):
        unit = units.get(one.unit_id or 0)
        place = " ".join(part for part in (unit.short_name or unit.name if unit else "", one.position) if part)
        rows.append({"number": str(number), "name": one.name, "unit": place, "identity": one.identity})
    return rows


def _message(one: Duty, where: str) -> dict[str, Any]:
    known = {
        "received_on": one.at.date().isoformat(), "received_at": _clock(one.at), "account": where,
        "content": "\n".join(part for part in (one.title, one.note) if part), "kind": NATURE[one.kind],
        "answered_on": one.closed_at.date().isoformat() if one.closed_at else "",
    }  # fmt: skip
    if one.done_at is not None:
        keys = {duty.MESSAGE: "forwarded", duty.URGENT: "escalated", duty.PETITION: "petition"}
        words = {duty.MESSAGE: "转办", duty.URGENT: "上报", duty.PETITION: "移交"}
        known[keys[one.kind]] = f"{_moment(one.done_at)} 已{words[one.kind]}"
    return known


def _incident(one: Duty, where: str, who: str) -> dict[str, Any]:
    known = {
        "found_at": _moment(one.at), "title": one.title, "where": where, "course": one.note, "level": LEVEL[one.kind],
    }  # fmt: skip
    if one.kind == duty.YELLOW:
        return known  # nothing of its steps is reported by a time
    known["reported_at" if one.kind == duty.ORANGE else "plan_at"] = _moment(one.done_at)
    known["written_at"] = _moment(one.closed_at)
    if one.kind == duty.RED and one.done_at is not None:
        known["plan_by"] = who
    return known


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
