"""Credentials (密码、口令): which ones an account has, and what the chain of custody says about each.

The ledger of who holds what is read from the chain and from nowhere else. It needs no vault: an office that may not
store passwords in a PC registers holders, changes and envelopes all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import accounts, custody
from desktop.accounts import Account
from desktop.custody import CustodyEvent, part_of
from desktop.errors import Refused
from desktop.people import Person
from desktop.store.base import Base

LOGIN, EMAIL, PAYMENT, CODES, TOTP = "登录密码", "绑定邮箱密码", "支付密码", "恢复码", "动态口令"
KINDS = (LOGIN, EMAIL, PAYMENT, CODES, TOTP)


class Credential(Base):
    """One secret of an account, whether or not the vault stores it; it ends in the chain (销毁), never as a row."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("account_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]
    made_at: Mapped[datetime]

    @property
    def owner(self) -> str:
        """Under which name the vault seals it."""
        return f"账号{self.account_id}·凭据{self.id}"


class Holder(NamedTuple):
    """Somebody who was given a password and has not given it back.

    Attributes:
        version: the newest password given; when it is older than the credential's, the holder needs the new one.
        due_back: last day of a loan, None for a holder in post.
    """

    person_id: int
    name: str
    since: date
    version: int
    due_back: date | None = None


class Told(NamedTuple):
    """The part of a link that a state is read from."""

    credential_id: int | None
    seq: int
    kind: str
    acted_on: str
    version: int | None
    person_id: int | None
    person: str
    detail: str

    @classmethod
    def of(cls, event: CustodyEvent) -> Told:
        """From a whole link."""
        return cls(
            event.credential_id, event.seq, event.kind, event.acted_on, event.version, event.person_id, event.person,
            event.detail,
        )  # fmt: skip


@dataclass
class State:
    """What the chain says about one credential.

    Attributes:
        version: how many passwords it has had; 0 before the first.
        changed_on, change_seq: day and link of the newest 设密 or 更换.
        envelope: number and place of the sealed envelope holding the newest password, empty when there is none.
        stale: number and place of an envelope whose password was changed or which was opened, until another is sealed.
        must_change: why it has to be changed now, empty when it need not. forced: nothing else goes before that.
        destroyed: it is no longer used.
    """

    version: int = 0
    changed_on: date | None = None
    change_seq: int = 0
    holders: dict[int, Holder] = field(default_factory=dict)
    envelope: str = ""
    stale: str = ""
    must_change: str = ""
    forced: bool = False
    destroyed: bool = False

    def may_see(self, person_id: int, today: date) -> bool:
        """Whether somebody was given the newest password and still has it by right."""
        holder = self.holders.get(person_id)
        if holder is None or self.destroyed or holder.version != self.version:
            return False
        return holder.due_back is None or today <= holder.due_back

    def overdue(self, today: date) -> list[Holder]:
        """Borrowers who should have given it back."""
        return [holder for holder in self.holders.values() if holder.due_back is not None and holder.due_back < today]

    def take(self, event: Told) -> None:
        """Go one link further."""
        day = date.fromisoformat(event.acted_on)
        if event.kind in (custody.SET, custody.CHANGED):
            self.version, self.changed_on, self.change_seq = event.version or self.version, day, event.seq
            self.must_change, self.forced, self.destroyed = "", False, False
            self.envelope, self.stale = "", self.envelope or self.stale
        elif event.kind == custody.ISSUED and event.person_id is not None:
            before, due = self.holders.get(event.person_id), part_of(event.detail, "应还")
            self.holders[event.person_id] = Holder(
                event.person_id,
                event.person,
                before.since if before else day,
                event.version or self.version,
                date.fromisoformat(due) if due else None,
            )
        elif event.kind == custody.TAKEN_BACK and event.person_id is not None:
            holder = self.holders.pop(event.person_id, None)
            if holder is not None and holder.version == self.version and not self.forced:
                self.must_change = f"{event.person}已交回，尚未更换"
        elif event.kind == custody.SEALED:
            parts = (part_of(event.detail, key) for key in ("信封", "存放"))
            self.envelope, self.stale = " ".join(part for part in parts if part), ""
        elif event.kind == custody.OPENED:
            self.must_change, self.forced = f"{event.acted_on} 启封，须立即更换", True
            self.envelope, self.stale = "", self.envelope
        elif event.kind == custody.DESTROYED:
            self.destroyed, self.must_change, self.forced, self.stale = True, "", False, ""
            self.holders.clear()


_QUIET = (custody.SEEN, custody.COPIED)
_TOLD = (
    CustodyEvent.credential_id, CustodyEvent.seq, CustodyEvent.kind, CustodyEvent.acted_on, CustodyEvent.version,
    CustodyEvent.person_id, CustodyEvent.person, CustodyEvent.detail,
)  # fmt: skip


def states(session: Session, credential_ids: Iterable[int] | None = None) -> dict[int, State]:
    """The state of every credential, or of some, by number."""
    found = select(*_TOLD).where(CustodyEvent.credential_id.is_not(None), CustodyEvent.kind.not_in(_QUIET))
    if credential_ids is not None:
        found = found.where(CustodyEvent.credential_id.in_(list(credential_ids)))
    made: dict[int, State] = {}
    for row in session.connection().execute(found.order_by(CustodyEvent.seq)).all():  # plain rows: twice as fast
        told = Told._make(row)
        state = made.get(told.credential_id or 0)
        if state is None:
            state = made[told.credential_id or 0] = State()
        state.take(told)
    return made


def state_of(session: Session, credential_id: int) -> State:
    """The state of one credential."""
    return states(session, [credential_id]).get(credential_id, State())


def of_account(session: Session, account_id: int, *, destroyed: bool = False) -> list[Credential]:
    """The credentials of an account, those out of use only when asked for."""
    found = list(session.scalars(select(Credential).where(Credential.account_id == account_id).order_by(Credential.id)))
    if destroyed:
        return found
    known = states(session, [one.id for one in found])
    return [one for one in found if not known.get(one.id, State()).destroyed]


def need(session: Session, credential_id: int) -> tuple[Credential, Account, State]:
    """A credential with its account and state.

    Raises:
        Refused: there is none of that number, or it is out of use.
    """
    credential = session.get(Credential, credential_id)
    if credential is None:
        raise Refused(f"没有编号为 {credential_id} 的密码登记。", todo="请在“密码保管”页刷新后再试。")
    state = state_of(session, credential_id)
    account = session.get_one(Account, credential.account_id)
    if state.destroyed:
        raise Refused(f"{account.title}的{credential.kind}已销毁。", todo="如重新启用，请登记新密码。")
    return credential, account, state


class Entry(NamedTuple):
    """One line of the custody list."""

    credential_id: int
    kind: str
    account_id: int
    platform: str
    account: str
    state: State

    @property
    def id(self) -> int:
        """The credential's number, by which tables know a line again."""
        return self.credential_id

    def due(self, days: int) -> date | None:
        """When the next routine change is due, `days` after the last; None when no period is set or nothing known."""
        if days <= 0 or self.state.changed_on is None:
            return None
        return date.fromordinal(self.state.changed_on.toordinal() + days)


def entries(session: Session) -> list[Entry]:
    """Every credential in use of accounts not in the trash, in the order of the accounts."""
    known = states(session)
    rows = (
        session.connection()
        .execute(
            select(Credential.id, Credential.kind, Account.id, Account.platform, Account.name)
            .join(Account, Account.id == Credential.account_id)
            .where(Account.trashed_at.is_(None))
            .order_by(Account.id, Credential.id)
        )
        .all()
    )
    made = (Entry(*row, known.get(row[0], State())) for row in rows)
    return [entry for entry in made if not entry.state.destroyed]


def unregistered(session: Session) -> list[str]:
    """Titles of the accounts in use of which no password is registered: nobody could say who knows it."""
    registered = set(session.scalars(select(Credential.account_id)))
    here = accounts.in_use(session)
    return [one.title for one in here if one.id not in registered and one.state in accounts.RUNNING]


@dataclass(frozen=True)
class Exposure:
    """A password that somebody knows: it was issued to, shown to, copied or made by them since its last change."""

    credential_id: int
    account_id: int
    account: str
    kind: str
    how: tuple[str, ...]
    last_on: date


def exposures(session: Session, who: Sequence[Person]) -> dict[int, list[Exposure]]:
    """What each of these people knows still, by their numbers; may have seen counts as has seen.

    A link without a number (the operator was not in the register yet, or has a namesake) counts for everybody of its
    name.
    """
    known, named = states(session), {person.name for person in who}
    found = select(CustodyEvent).where(
        or_(
            CustodyEvent.person_id.in_([person.id for person in who]),
            and_(CustodyEvent.person_id.is_(None), CustodyEvent.person.in_(named)),
        ),
        CustodyEvent.credential_id.is_not(None),
        CustodyEvent.kind.in_((custody.SET, custody.CHANGED, custody.ISSUED, *_QUIET, custody.OPENED)),
    )
    gathered: dict[tuple[int, int], list[CustodyEvent]] = {}
    for event in session.scalars(found.order_by(CustodyEvent.seq)):
        assert event.credential_id is not None
        state = known[event.credential_id]
        if state.destroyed or event.version != state.version:
            continue
        for person in who:
            if event.person_id == person.id or (event.person_id is None and event.person == person.name):
                gathered.setdefault((person.id, event.credential_id), []).append(event)
    made: dict[int, list[Exposure]] = {person.id: [] for person in who}
    for (number, credential), events in gathered.items():
        last = events[-1]
        made[number].append(
            Exposure(
                credential,
                last.account_id or 0,
                last.account,
                last.credential,
                tuple(dict.fromkeys(event.kind for event in events)),
                date.fromisoformat(last.acted_on),
            )
        )
    return made


def refuse_unfiled(session: Session, account: Account, person_ids: Iterable[int]) -> None:
    """Refuse whoever is to take over an account in a handover whose change has not been filed yet.

    Raises:
        Refused: naming the person; 内科大办法第十二条（二）: taken back, changed and filed before it is issued.
    """
    waiting = unfiled_receivers(session, account.id)
    for person_id in person_ids:
        name = waiting.get(person_id)
        if name is not None:
            raise Refused(
                f"{name}是{account.title}的接收人，变更备案还没有办完，不能接触新密码。",
                todo="请由监交人或保管人办理；完成第③步备案后，在第④步发放。交接已中止的，请重新办理。",
            )


def unfiled_receivers(session: Session, account_id: int) -> dict[int, str]:
    """People named as receivers of an account in handovers never filed, by number; a later filing clears them.

    So does stopping a handover that was begun by mistake: nothing has been taken back or changed since.
    """
    waiting: dict[int | None, dict[int, str]] = {}
    acted: set[int | None] = set()
    kinds = (custody.BEGUN, custody.TAKEN_BACK, custody.CHANGED, custody.FILED, custody.STOPPED)
    wanted = select(CustodyEvent).where(CustodyEvent.account_id == account_id, CustodyEvent.kind.in_(kinds))
    for event in session.scalars(wanted.order_by(CustodyEvent.seq)):
        number = event.handover_id
        if event.kind == custody.BEGUN and event.person_id is not None:
            waiting.setdefault(number, {})[event.person_id] = event.person
        elif event.kind in (custody.TAKEN_BACK, custody.CHANGED):
            acted |= set(waiting)
        elif event.kind == custody.STOPPED and number not in acted:
            waiting.pop(number, None)
        elif event.kind == custody.FILED:
            for person in list(waiting.get(number, {})):
                for others in waiting.values():
                    others.pop(person, None)
    return {person: name for found in waiting.values() for person, name in found.items()}
