"""The register as plain facts, loaded once, so that checks are pure functions and fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from desktop import accounts, assignments

RUNNERS = assignments.RUNNERS
REVIEWERS = (assignments.EDITOR, assignments.FIRST, assignments.SECOND, assignments.THIRD, assignments.ADVISER)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit; see units.Unit."""

    id: int
    name: str
    level: str = ""
    relation: str = ""
    parent_id: int | None = None
    leader: str = ""
    leader_phone: str = ""
    head: str = ""
    head_phone: str = ""
    contact: str = ""
    contact_phone: str = ""
    email: str = ""
    region_code: str = ""
    seal_by: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person; see people.Person."""

    id: int
    name: str
    unit_id: int | None = None
    identity: str = ""
    politics: str = ""
    mobile: str = ""
    office_phone: str = ""
    email: str = ""
    left_on: date | None = None
    trained_on: date | None = None


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A person in a role on an account, from the first to the last day."""

    person_id: int
    role: str
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of an account's life."""

    state: str
    on: date
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account; see accounts.Account.

    Attributes:
        state, steps: its life, oldest step first.
        roles: everybody who ever had a role on it.
        posted_on: newest post, as the clerk saw it or from the figures; reckoned: only the month or week is known.
        weeks: Monday and posts of recent weeks, oldest first. figured: figures of this year are entered.
    """

    id: int
    platform: str
    name: str
    unit_id: int | None = None
    platform_id: str = ""
    homepage: str = ""
    body: str = ""
    by_unit: bool | None = None
    certified: bool | None = None
    certified_until: date | None = None
    entrusted: bool | None = None
    entrusted_to: str = ""
    contract_no: str = ""
    contract_until: date | None = None
    review_system: bool | None = None
    opened_on: date | None = None
    filed_on: date | None = None
    bound_phone: str = ""
    bound_email: str = ""
    code: str = ""
    state: str = accounts.NORMAL
    steps: tuple[StepFacts, ...] = ()
    roles: tuple[RoleFacts, ...] = ()
    posted_on: date | None = None
    reckoned: bool = False
    weeks: tuple[tuple[date, int], ...] = ()
    figured: bool = False

    @property
    def title(self) -> str:
        """Platform and name as they are said."""
        return f"{self.platform}“{self.name}”"

    @property
    def running(self) -> bool:
        """Whether it counts as 在用."""
        return self.state in accounts.RUNNING


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """A filing in an account's life (开设, 变更, 关停, 注销).

    Attributes:
        fields: what changed, in the words of the rules (账号名, 密码, 后台管理人员, 维护方式, 官方认证).
        acted_on: day on which a closing was announced, asked of the platform or carried out, whichever came first.
        done: approvals, consents and signatures that are in.
    """

    id: int
    account_id: int
    kind: str
    happened_on: date
    filed_on: date | None = None
    fields: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    acted_on: date | None = None


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """A live stream, drill, training, message or incident; see duty.Duty for `done` and `closed`."""

    id: int
    kind: str
    title: str
    at: datetime
    done: datetime | None = None
    closed: datetime | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class Register:
    """All facts a check may look at.

    Attributes:
        own_id: the office's own unit.
        papers: documents on record (制度文件) with the day they were put there, by title.
        passwords: day of the newest password change by account, where the chain of custody knows one.
    """

    own_id: int | None = None
    units: Mapping[int, UnitFacts] = field(default_factory=dict)
    people: Mapping[int, PersonFacts] = field(default_factory=dict)
    accounts: Mapping[int, AccountFacts] = field(default_factory=dict)
    lives: tuple[LifeFacts, ...] = ()
    duties: tuple[DutyFacts, ...] = ()
    papers: Mapping[str, date] = field(default_factory=dict)
    passwords: Mapping[int, date] = field(default_factory=dict)

    def unit_of(self, account: AccountFacts) -> UnitFacts | None:
        """The unit an account belongs to; the own one where none is named."""
        number = self.own_id if account.unit_id is None else account.unit_id
        return self.units.get(number) if number is not None else None

    def level_of(self, account: AccountFacts) -> str:
        """The level of that unit, empty when unknown."""
        unit = self.unit_of(account)
        return unit.level if unit else ""
