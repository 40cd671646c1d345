"""Accounts (账号): the register of new-media accounts and the steps of their lives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from desktop.errors import BadValue
from desktop.store.base import Record
from desktop.units import Unit

PLANNED, NORMAL, ANNOUNCED, FROZEN, CANCELLED, MOVED, DELETED = (
    "筹建", "正常", "已发关停公告", "冻结期", "注销", "迁移", "删除",
)  # fmt: skip
STATES = (PLANNED, NORMAL, ANNOUNCED, FROZEN, CANCELLED, MOVED, DELETED)
RUNNING = (NORMAL,)
"""States in which an account is counted as 在用."""
CODE = re.compile(r"^\d{6}[0-9A-Z]\d{3}([A-Z]{2}\d{3,4})?$")
"""Shape of a 标识码 as far as it is attested; only ever a warning, for the official list is not public."""


class AccountStep(Record):
    """One step in the life of an account: from this day on it is in this state, for this reason."""

    __tablename__ = "account_step"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")


class Account(Record):
    """One account on one platform.

    Attributes:
        platform: a name of resources/platforms.toml, or any other the clerk wrote.
        platform_id: what the platform calls it (微信原始 ID, 微博 UID, 抖音号 …).
        body: 账号主体, the legal body shown in the certification. body_kind: 政府, 事业单位, 其他组织, 个人 …
        by_unit: opened in the unit's name (以单位名义开设).
        certified_until: last day of the certification (WeChat: one year).
        entrusted: operated by somebody else under a contract.
        upkeep: 维护方式; a change of it must be filed (内科大办法第十一条（四）).
        review_system: a 内容发布审核制度 exists. opened_on: day the account was made.
        filed_on, filing_no: filing with the superior (备案). last_posted_on: newest post the clerk saw.
        code: 标识码, optional. state: of the newest step; see `move`.
    """

    __tablename__ = "account"

    unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id), index=True, default=None)
    platform: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(index=True)
    platform_id: Mapped[str] = mapped_column(default="")
    homepage: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    body_kind: Mapped[str] = mapped_column(default="")
    by_unit: Mapped[bool | None] = mapped_column(default=None)
    certified: Mapped[bool | None] = mapped_column(default=None)
    certified_until: Mapped[date | None] = mapped_column(default=None)
    entrusted: Mapped[bool | None] = mapped_column(default=None)
    entrusted_to: Mapped[str] = mapped_column(default="")
    contract_no: Mapped[str] = mapped_column(default="")
    contract_until: Mapped[date | None] = mapped_column(default=None)
    upkeep: Mapped[str] = mapped_column(default="")
    review_system: Mapped[bool | None] = mapped_column(default=None)
    opened_on: Mapped[date | None] = mapped_column(default=None)
    filed_on: Mapped[date | None] = mapped_column(default=None)
    filing_no: Mapped[str] = mapped_column(default="")
    last_posted_on: Mapped[date | None] = mapped_column(default=None)
    bound_phone: Mapped[str] = mapped_column(default="")
    bound_phone_owner: Mapped[str] = mapped_column(default="")
    bound_email: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    introduction: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    if TYPE_CHECKING:
        state: Mapped[str | None]

    @property
    def title(self) -> str:
        """Platform and name as they are said: 抖音“林川青年说”."""
        return f"{self.platform}“{self.name}”"


Account.state = column_property(
    select(AccountStep.state)
    .where(AccountStep.account_id == Account.id, AccountStep.trashed_at.is_(None))
    .order_by(AccountStep.on.desc(), AccountStep.id.desc())
    .limit(1)
    .correlate_except(AccountStep)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Remark:
    """A remark on a value that is kept as typed."""

    field: str
    text: str


def add(session: Session, account: Account, state: str, on: date, reason: str = "") -> Account:
    """Enter a new account with the first step of its life; the number and `state` are set on return."""
    session.add(account)
    session.flush()
    move(session, account, state, on, reason)
    return account


def move(session: Session, account: Account, state: str, on: date, reason: str = "") -> AccountStep:
    """Put an account into another state from a day on.

    Raises:
        BadValue: no such state.
    """
    if state not in STATES:
        raise BadValue(f"“{state}”不是账号状态。", where=account.title, todo="可选：" + "、".join(STATES) + "。")
    step = AccountStep(account_id=account.id, state=state, on=on, reason=reason)
    session.add(step)
    session.flush()
    session.refresh(account, ["state"])
    return step


def change_all(session: Session, numbers: Sequence[int], key: str, value: object, on: date, *, reason: str = "") -> int:
    """Give several accounts one value; `state` moves them on from that day for a reason. Returns how many were changed.

    Raises:
        BadValue: no such state.
    """
    changed = 0
    for number in numbers:
        account = session.get_one(Account, number)
        if getattr(account, key) != value:
            changed += 1
            if key == "state":
                move(session, account, str(value), on, reason)
            else:
                setattr(account, key, value)
    return changed


def in_use(session: Session) -> list[Account]:
    """All accounts not in the trash, whatever their state, in the order of entry."""
    return list(session.scalars(select(Account).where(Account.trashed_at.is_(None)).order_by(Account.id)))


def steps_of(session: Session, account_id: int) -> list[AccountStep]:
    """The life of one account, oldest step first."""
    found = select(AccountStep).where(AccountStep.account_id == account_id, AccountStep.trashed_at.is_(None))
    return list(session.scalars(found.order_by(AccountStep.on, AccountStep.id)))


def states_on(session: Session, on: date) -> dict[int, str]:
    """The state of every account on a day, by account number; accounts not yet begun are missing."""
    found = select(AccountStep).where(AccountStep.trashed_at.is_(None), AccountStep.on <= on)
    return {step.account_id: step.state for step in session.scalars(found.order_by(AccountStep.on, AccountStep.id))}


def code_warnings(code: str, region_code: str = "") -> list[Remark]:
    """What is odd about a 标识码: its shape, or a prefix that is not the unit's 行政区划代码; never a refusal."""
    found = []
    if code and not CODE.match(code):
        found.append(Remark("code", f"标识码“{code}”的样式与常见的不同（6 位区划 + 4 位 + 平台字母和序号），请核对。"))
    if code and region_code and not code.startswith(region_code):
        found.append(Remark("code", f"标识码“{code}”的前 6 位不是本单位的行政区划代码 {region_code}，请核对。"))
    return found
