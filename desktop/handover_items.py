"""The checklist of a handover (移交清单): what its platform wants changed hands, and what has been done about it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import assignments, credentials, custody, platforms, ties
from desktop.accounts import Account
from desktop.custody import Deed
from desktop.documents.masking import mask
from desktop.errors import BadValue
from desktop.handover import CHANGE, ISSUE, TAKE_BACK, Handover, givers, need_open, steps
from desktop.people import Person
from desktop.platforms import Item
from desktop.store import Store
from desktop.store.base import Record

OPEN, DONE, NOT_HERE, LEFT = "待办", "已办", "不涉及", "遗留"
STATES = (OPEN, DONE, NOT_HERE, LEFT)


class HandoverTick(Record):
    """What was done about one line of the checklist; lines without a row are open."""

    __tablename__ = "handover_tick"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    item: Mapped[str]
    state: Mapped[str] = mapped_column(default=OPEN)
    note: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Line:
    """One line of the checklist as shown.

    Attributes:
        about: what is bound now, with its number hidden. waiting: who is still bound by it.
    """

    item: Item
    state: str
    note: str
    about: str = ""
    waiting: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the line is called."""
        return self.item.title


def checklist(session: Session, handover: Handover) -> list[Line]:
    """The lines of a handover; that of a password follows the steps and cannot be ticked."""
    account = session.get_one(Account, handover.account_id)
    ticks = {
        tick.item: tick
        for tick in session.scalars(
            select(HandoverTick).where(HandoverTick.handover_id == handover.id, HandoverTick.trashed_at.is_(None))
        )
    }
    leaving, made = givers(session, handover), []
    bound = {platforms.PHONE: mask(account.bound_phone), platforms.EMAIL: _hidden(account.bound_email)}
    for item in platforms.load().checklist(account):
        tick = ticks.get(item.key)
        if item.kind:
            made.append(Line(item, *_of_password(session, handover)))
            continue
        state, note = (tick.state, tick.note) if tick else (OPEN, "")
        whom = [one.name for one in leaving if state == OPEN and _still(session, account, one, item.binds)]
        made.append(Line(item, state, note, bound.get(item.binds, ""), tuple(whom)))
    return made


def _hidden(address: str) -> str:
    """A mailbox without most of its name: tw***@126.com."""
    name, at, host = address.strip().partition("@")
    return f"{name[:2]}***@{host}" if at else mask(address)


def _still(session: Session, account: Account, person: Person, binds: str) -> bool:
    """Whether one of those who hand over is bound by this; the back end binds them all."""
    if not binds or binds in _removed(session, account, person):
        return False
    return binds == platforms.BACKEND or binds in ties.bound(account, person)


def _removed(session: Session, account: Account, person: Person) -> set[str]:
    """Bindings taken off in the newest spell of a person on an account."""
    links = custody.events(session, account_id=account.id, person_id=person.id)
    mine = [one for one in assignments.of_account(session, account.id) if one.person_id == person.id]
    return set(ties.removals(links, ties.spell(mine, links)))


def _of_password(session: Session, handover: Handover) -> tuple[str, str]:
    done = {step.number for step in steps(session, handover) if step.done is not None}
    if not credentials.of_account(session, handover.account_id):
        return NOT_HERE, "没有登记的密码"
    for number, word in ((ISSUE, "已发放"), (CHANGE, "已更换"), (TAKE_BACK, "已收回")):
        if number in done:
            return (DONE if number == ISSUE else OPEN), word
    return OPEN, "待收回"


def unticked(session: Session, handover: Handover) -> list[Line]:
    """Lines nobody has answered yet."""
    return [line for line in checklist(session, handover) if line.state == OPEN]


def tick(store: Store, handover_id: int, key: str, state: str, note: str = "") -> None:
    """Answer one line; when the last line of a binding is done, the chain takes down that the givers are unbound.

    Raises:
        BadValue: no such line or state, or a line left over without a reason.
    """
    if state not in STATES:
        raise BadValue(f"“{state}”不是清单的状态。", todo="可选：" + "、".join(STATES) + "。")
    if state == LEFT and not note.strip():
        raise BadValue("遗留事项须写明原因和后续安排。", todo="请补填。")
    with store.write("办理移交清单") as session:
        handover, account = need_open(session, handover_id)
        lines = checklist(session, handover)
        item = next((line.item for line in lines if line.item.key == key and not line.item.kind), None)
        if item is None:
            raise BadValue(f"移交清单里没有“{key}”。", todo="请刷新后再试。")
        row = session.scalars(
            select(HandoverTick).where(HandoverTick.handover_id == handover_id, HandoverTick.item == key)
        ).first()
        if row is None:
            row = HandoverTick(handover_id=handover_id, item=key)
            session.add(row)
        row.state, row.note, row.trashed_at = state, note.strip(), None
        session.flush()
        if item.binds and state == DONE:
            _unbound(session, store, handover, account, item.binds)


def _unbound(session: Session, store: Store, handover: Handover, account: Account, binds: str) -> None:
    same = [line for line in checklist(session, handover) if line.item.binds == binds]
    if any(line.state in (OPEN, LEFT) for line in same):
        return
    for giver in givers(session, handover):
        if binds in _removed(session, account, giver):
            continue
        if giver.id != handover.giver_id and binds != platforms.BACKEND and binds not in ties.bound(account, giver):
            continue
        deed = Deed(
            custody.UNBOUND,
            account=(account.id, account.title),
            person=(giver.id, giver.name),
            handover=(handover.id, None),
            reason="移交清单办结",
            detail=custody.details(项目=binds),
        )
        custody.append(session, deed, at=store.clock(), actor=store.actor)
