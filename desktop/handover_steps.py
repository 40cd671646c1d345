"""Closing the steps of a handover, one function a step; each refuses while the step before is open.

A step is closed by one link of the chain that carries its number; links about single passwords go before it in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop import custody, evidence
from desktop.accounts import Account
from desktop.assignments import ADMIN, PUBLISHER, RUNNERS, Assignment, of_account
from desktop.credentials import Credential, State, refuse_unfiled, states
from desktop.credentials import of_account as credentials_of
from desktop.custody import Deed
from desktop.errors import BadValue, Refused
from desktop.handover import (
    ARCHIVE,
    CHANGE,
    FILE,
    ISSUE,
    STEPS,
    TAKE_BACK,
    Handover,
    current,
    givers,
    need_open,
    receivers,
    steps,
)
from desktop.handover_items import unticked
from desktop.holders import refuse_forced, refuse_left
from desktop.holding import Clash
from desktop.passwords import deed_of, operator, refuse_receiver
from desktop.people import Person
from desktop.store import Store


@dataclass(frozen=True)
class Act:
    """What the clerk enters to close a step: the day it was done, by whom, and a note (文号, 纸质存放处 …)."""

    on: date
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Scene:
    session: Session
    store: Store
    handover: Handover
    account: Account
    held: list[tuple[Credential, State]]

    def deed(self, number: int, credential: Credential, version: int, *, act: Act, person: Person) -> None:
        """A link about one password within a step."""
        title, kind = STEPS[number]
        deed = deed_of(
            kind,
            self.account,
            credential,
            version,
            person=(person.id, person.name),
            acted_on=act.on,
            handover=(self.handover.id, None),
            reason=act.note or title,
        )
        custody.append(self.session, deed, at=self.store.clock(), actor=self.store.actor)

    def close(self, number: int, act: Act, summary: str, answer: str = "") -> None:
        """The link that closes a step."""
        files = evidence.of_step(self.session, self.handover.id, number)
        deed = Deed(
            STEPS[number][1],
            account=(self.account.id, self.account.title),
            credential=(None, summary),
            person=operator(self.session, self.store),
            acted_on=act.on,
            handover=(self.handover.id, number),
            reason=act.note,
            detail=custody.details(经办=act.by, 佐证=len(files) or None, 答复=answer),
            evidence=evidence.combined(files),
        )
        custody.append(self.session, deed, at=self.store.clock(), actor=self.store.actor)


def _enter(session: Session, store: Store, handover_id: int, number: int, act: Act) -> _Scene:
    """Everything a step needs, after checking that it is its turn and its day.

    Raises:
        Refused: another step is to be done first. BadValue: a day in the future or before the step before.
    """
    handover, account = need_open(session, handover_id)
    found = steps(session, handover)
    now = current(found)
    assert now is not None
    if now.number != number:
        raise Refused(
            f"第 {number} 步“{STEPS[number][0]}”还不能办，现在是第 {now.number} 步“{now.title}”。",
            where=account.title,
            todo="请按顺序办理：收回、更换、备案、发放、归档。",
        )
    before = found[number - 2].done if number > 1 else None
    earliest = date.fromisoformat(before.acted_on) if before is not None else None
    if act.on > store.clock().date():
        raise BadValue("办理日期在今天之后。", where=account.title, todo="请填写实际办理的日期。")
    if earliest is not None and act.on < earliest:
        raise BadValue(f"办理日期早于上一步（{earliest}）。", where=account.title, todo="请核对日期。")
    live = credentials_of(session, account.id)
    known = states(session, [one.id for one in live])
    return _Scene(session, store, handover, account, [(one, known[one.id]) for one in live])


def take_back(store: Store, handover_id: int, act: Act) -> None:
    """① The passwords of the giver, and of whoever leaves with the giver, are taken back.

    Raises:
        Refused, BadValue: see `_enter`.
    """
    with store.write("交接：收回密码") as session:
        scene = _enter(session, store, handover_id, TAKE_BACK, act)
        taken: list[str] = []
        for giver in givers(session, scene.handover):
            for credential, state in scene.held:
                if giver.id in state.holders:
                    scene.deed(TAKE_BACK, credential, state.holders[giver.id].version, act=act, person=giver)
                    taken.append(credential.kind)
        kinds = "、".join(dict.fromkeys(taken)) or "移交人没有登记持有的密码"
        scene.close(TAKE_BACK, act, kinds)


def unchanged(session: Session, handover: Handover) -> list[Credential]:
    """Passwords of the account that have not been changed since they were taken back."""
    taken = steps(session, handover)[TAKE_BACK - 1].done
    live = credentials_of(session, handover.account_id)
    known = states(session, [one.id for one in live])
    return [one for one in live if taken is None or known[one.id].change_seq < taken.seq or known[one.id].forced]


def change(store: Store, handover_id: int, act: Act) -> None:
    """② Every password of the account has been changed on the platform (each by `passwords.confirm` before).

    Raises:
        Refused: one has not been changed since it was taken back. Also see `_enter`.
    """
    with store.write("交接：更换密码") as session:
        scene = _enter(session, store, handover_id, CHANGE, act)
        refuse_receiver(session, store, scene.account)
        missing = unchanged(session, scene.handover)
        if missing:
            names = "、".join(one.kind for one in missing)
            raise Refused(
                f"收回之后还没有更换：{names}。", where=scene.account.title, todo="请到平台改好后逐项点“已在平台改好”。"
            )
        scene.close(CHANGE, act, "、".join(one.kind for one, _ in scene.held) or "没有登记的密码")


def file(store: Store, handover_id: int, act: Act) -> None:
    """③ The change has been filed with the superior; `act.note` says how (文号, 回执, 邮件).

    Raises:
        BadValue: neither a note nor evidence. Also see `_enter`.
    """
    with store.write("交接：变更备案") as session:
        scene = _enter(session, store, handover_id, FILE, act)
        if not act.note.strip() and not evidence.of_step(session, handover_id, FILE):
            raise BadValue("备案须写明方式（文号、回执或邮件），或附上回执。", todo="请补填，或添加扫描件。")
        scene.close(FILE, act, "变更备案")


def issue(store: Store, handover_id: int, act: Act, *, clashes: Sequence[Clash] = (), answer: str = "") -> None:
    """④ The receivers get the new passwords.

    Args:
        store: the store.
        handover_id: which handover.
        act: day, person, note.
        clashes: what the chosen regulations have against the receivers (desktop/holding.py).
        answer: why the password is issued all the same; required when there are clashes, and kept in the chain.

    Raises:
        BadValue: clashes without an answer. Refused: a receiver has left, or a password was opened in an emergency.
            Also see `_enter`.
    """
    with store.write("交接：发放密码") as session:
        scene = _enter(session, store, handover_id, ISSUE, act)
        if clashes and len(answer.strip()) < 2:
            raise BadValue(
                f"规定对接收人有要求：{clashes[0]}", where=scene.account.title, todo="确须发放的，请写明理由后再办。"
            )
        taking = receivers(session, scene.handover)
        refuse_unfiled(session, scene.account, [one.id for one in taking])
        for receiver in taking:
            refuse_left(receiver, act.on)
        for credential, state in scene.held:
            refuse_forced(scene.account, credential, state)
            for receiver in taking:
                scene.deed(ISSUE, credential, state.version, act=act, person=receiver)
        kinds = "、".join(credential.kind for credential, _ in scene.held) or "没有登记的密码"
        scene.close(ISSUE, act, kinds, answer.strip())


def archive(store: Store, handover_id: int, act: Act) -> None:
    """⑤ Signed by all three and archived; every line of the checklist has been answered.

    Raises:
        BadValue: neither a scan nor the place of the paper. Refused: lines of the checklist are open.
    """
    with store.write("交接：三方签字归档") as session:
        scene = _enter(session, store, handover_id, ARCHIVE, act)
        left = unticked(session, scene.handover)
        if left:
            names = "、".join(item.title for item in left)
            raise Refused(
                f"移交清单还有 {len(left)} 项没有办：{names}。",
                where=scene.account.title,
                todo="请逐项标为“已办”“不涉及”或“遗留”（写明原因）。",
            )
        if not act.note.strip() and not evidence.of_step(session, handover_id, ARCHIVE):
            raise BadValue("归档须附签字后的交接单扫描件，或写明纸质件存放处。", todo="请添加扫描件或填写存放处。")
        scene.close(ARCHIVE, act, "三方签字")


def settle_assignments(store: Store, handover_id: int) -> int:
    """Let the register follow: the givers' duties on the account end, the receivers take them up; returns how many.

    The first receiver alone becomes administrator. An action of its own that can be undone without touching the
    handover.

    Raises:
        Refused: the passwords have not been issued yet.
    """
    with store.write("分工随交接调整") as session:
        handover = session.get_one(Handover, handover_id)
        issued = steps(session, handover)[ISSUE - 1].done
        if issued is None:
            raise Refused("新密码还没有发放，分工暂不调整。", todo="请先完成第④步。")
        day, moved = date.fromisoformat(issued.acted_on), 0
        own = [one for one in of_account(session, handover.account_id) if one.until is None]
        leaving = {one.id for one in givers(session, handover)}
        ended = {one.role for one in own if one.person_id in leaving}
        for at, receiver in enumerate(receivers(session, handover)):
            has = {one.role for one in own if one.person_id == receiver.id}
            roles = {role for role in RUNNERS if role in ended and (role != ADMIN or at == 0)} - has
            if not (has | roles) & set(RUNNERS):
                roles = {PUBLISHER}
            for role in sorted(roles):
                session.add(Assignment(account_id=handover.account_id, person_id=receiver.id, role=role, since=day))
                moved += 1
        for one in own:
            if one.person_id in leaving:
                one.until = day
    return moved
