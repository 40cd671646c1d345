"""Life-cycle filings (开设、变更、关停、注销): each with its steps, approvals, dates and form.

A filing says what happened and what has been done about it; where it stands is read off its dates, never stored twice.
Change filings are opened by `desktop.changes` when the register changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import accounts, units
from desktop.checking.filing import CANCEL, CHANGE, CLOSE, LIFE_KINDS, OPEN, PLEDGE
from desktop.errors import BadValue, Refused
from desktop.rulepacks import Rule
from desktop.rules import InForce, shift
from desktop.store.base import Record

FORMS = {OPEN: "beianbiao", CHANGE: "biangengbeian", CLOSE: "guantingzhuxiao", CANCEL: "guantingzhuxiao"}
"""Which form folder goes with which kind."""
NAME, PASSWORD, PEOPLE, UPKEEP, CERTIFIED, HEAD = (
    "账号名", "密码", "后台管理人员", "维护方式", "官方认证", "负责人",
)  # fmt: skip
CHANGED = (NAME, PASSWORD, PEOPLE, UPKEEP, CERTIFIED, HEAD)
"""What a change may be about, in the words of the rules (内科大办法第十一条（四）, 东北大学规定)."""
NOTICE = "guantinggonggao"
"""The form of the public notice of a closing."""
STEP_TOPICS = {
    OPEN: ("open.consent", "filing.signers", "open.pledge", "life.approval"),
    CHANGE: ("life.approval",),
    CLOSE: ("life.approval",),
    CANCEL: ("life.approval",),
}
WITHDRAWN, WAITING, FILED, ANNOUNCED, FREEZING, ENDED = "已撤回", "待办", "已备案", "已公告", "冻结期", "已注销"


class LifeFiling(Record):
    """One filing in an account's life.

    Attributes:
        kind: one of LIFE_KINDS. fields: what changed, joined by 、, in the words of the rules; empty but for 变更.
        happened_on: day it was opened, changed, decided. ordered: 责令, by the superior.
        filed_on, filing_no: when it was filed with the superior. withdrawn_on: it was no real change, or was given up.
        announced_on, announcement: the public notice of a closing.
        submitted_on, followers, frozen_until: cancellation asked of the platform, followers that day, last day frozen.
        ended_on: the platform has cancelled the account.
        cause: key of the change in the history that opened it, empty when made by hand.
    """

    __tablename__ = "life_filing"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(index=True)
    fields: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    ordered: Mapped[bool] = mapped_column(default=False)
    filed_on: Mapped[date | None] = mapped_column(default=None)
    filing_no: Mapped[str] = mapped_column(default="")
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)
    announced_on: Mapped[date | None] = mapped_column(default=None)
    announcement: Mapped[str] = mapped_column(default="")
    submitted_on: Mapped[date | None] = mapped_column(default=None)
    followers: Mapped[int | None] = mapped_column(default=None)
    frozen_until: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    cause: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    @property
    def form(self) -> str:
        """The form folder it is filled with."""
        return FORMS[self.kind]

    @property
    def field_list(self) -> tuple[str, ...]:
        """What changed, one by one."""
        return tuple(part for part in self.fields.split("、") if part)

    def state(self, today: date) -> str:
        """Where it stands on a day."""
        if self.withdrawn_on:
            return WITHDRAWN
        if self.kind in (OPEN, CHANGE):
            return FILED if self.filed_on else WAITING
        if self.ended_on:
            return ENDED
        if self.submitted_on:
            return FREEZING if self.frozen_until and today <= self.frozen_until else "待平台确认"
        return ANNOUNCED if self.announced_on else WAITING


class LifeStep(Record):
    """A consent, signature or approval that is in."""

    __tablename__ = "life_step"

    filing_id: Mapped[int] = mapped_column(ForeignKey("life_filing.id"), index=True)
    name: Mapped[str]
    done_on: Mapped[date]
    by: Mapped[str] = mapped_column(default="")


def begin(
    session: Session, account_id: int, kind: str, happened_on: date, *, fields: Iterable[str] = (), reason: str = "",
    ordered: bool = False, cause: str = "",
) -> LifeFiling:  # fmt: skip
    """Start a filing.

    Raises:
        BadValue: no such kind, or nothing of what a change may be about.
    """
    fields = list(fields)
    if kind not in LIFE_KINDS:
        raise BadValue(f"“{kind}”不是办理事项。", todo="可选：" + "、".join(LIFE_KINDS) + "。")
    unknown = [field for field in fields if field not in CHANGED]
    if unknown:
        raise BadValue(f"“{unknown[0]}”不是变更内容。", todo="可选：" + "、".join(CHANGED) + "。")
    made = LifeFiling(
        account_id=account_id, kind=kind, happened_on=happened_on, fields="、".join(fields), reason=reason,
        ordered=ordered, cause=cause,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def of_account(session: Session, account_id: int) -> list[LifeFiling]:
    """Every filing of an account, oldest first."""
    found = select(LifeFiling).where(LifeFiling.trashed_at.is_(None), LifeFiling.account_id == account_id)
    return list(session.scalars(found.order_by(LifeFiling.happened_on, LifeFiling.id)))


def in_use(session: Session) -> list[LifeFiling]:
    """Every filing not in the trash, newest first."""
    found = select(LifeFiling).where(LifeFiling.trashed_at.is_(None))
    return list(session.scalars(found.order_by(LifeFiling.happened_on.desc(), LifeFiling.id.desc())))


def steps(session: Session, filing_id: int) -> list[LifeStep]:
    """What is in for a filing, in order of entry."""
    found = select(LifeStep).where(LifeStep.trashed_at.is_(None), LifeStep.filing_id == filing_id)
    return list(session.scalars(found.order_by(LifeStep.id)))


def wanted(book: InForce, kind: str, level: str, platform: str = "") -> list[tuple[str, Rule]]:
    """The steps the chosen packs ask for, in their order, each with its clause; the unit's own packs speak first."""
    found: dict[str, Rule] = {}
    for topic in STEP_TOPICS[kind]:
        for rule in sorted(book.of(topic, level, platform), key=lambda one: not book.binds(one)):
            for name in rule.values or ((PLEDGE,) if topic == "open.pledge" else ()):
                found.setdefault(name, rule)
    return list(found.items())


def mark(session: Session, filing: LifeFiling, name: str, done_on: date, by: str = "") -> LifeStep:
    """Enter that a consent, signature or approval is in; entering it again corrects it."""
    for step in steps(session, filing.id):
        if step.name == name:
            step.done_on, step.by = done_on, by
            return step
    made = LifeStep(filing_id=filing.id, name=name, done_on=done_on, by=by)
    session.add(made)
    session.flush()
    return made


def unmark(session: Session, filing: LifeFiling, name: str, now: datetime) -> None:
    """Take back what was entered by mistake.

    Raises:
        BadValue: it was not entered.
    """
    found = [step for step in steps(session, filing.id) if step.name == name]
    if not found:
        raise BadValue(f"没有登记过“{name}”。", todo="手续的名称见办理事项的列表。")
    for step in found:
        step.trashed_at = now


def binding(book: InForce, asked: Sequence[tuple[str, Rule]]) -> list[tuple[str, Rule]]:
    """Of the steps asked for, those of the unit's own packs; only they can close the way to the filing."""
    return [(name, rule) for name, rule in asked if book.binds(rule)]


def missing(asked: Sequence[tuple[str, Rule]], done: Iterable[str]) -> list[tuple[str, Rule]]:
    """What closes the way to the filing and is not in yet: steps of clauses that block."""
    have = set(done)
    return [(name, rule) for name, rule in asked if name not in have and "block" in rule.kind]


def file(
    session: Session, filing: LifeFiling, asked: Sequence[tuple[str, Rule]], filed_on: date, number: str = ""
) -> None:
    """Enter that it was filed with the superior; a new account's record gets its filing date.

    Raises:
        Refused: a consent, signature or approval that the packs ask for is not in (内科大办法第十条 and the like).
    """
    lacking = missing(asked, (step.name for step in steps(session, filing.id)))
    if lacking:
        named = "；".join(f"{name}（{rule.cite}）" for name, rule in lacking)
        raise Refused(f"还不能备案，缺少：{named}。", todo="请先登记这些手续办结的日期。")
    filing.filed_on, filing.filing_no = filed_on, number
    account = session.get_one(accounts.Account, filing.account_id)
    if filing.kind == OPEN:
        account.filed_on, account.filing_no = filed_on, number or account.filing_no
        if account.state == accounts.PLANNED:
            accounts.move(session, account, accounts.NORMAL, filed_on, "开设备案")


def withdraw(filing: LifeFiling, on: date, why: str) -> None:
    """Give a filing up: the change was only a correction of the register, or the plan was dropped.

    Raises:
        BadValue: no reason was given.
    """
    if not why.strip():
        raise BadValue("没有写撤回的原因。", todo="例如：更正录入错误，账号本身没有变更。")
    filing.withdrawn_on, filing.note = on, why.strip()


def announce(session: Session, filing: LifeFiling, on: date, text: str) -> None:
    """The closing was made public; the account is now 已发关停公告."""
    filing.announced_on, filing.announcement = on, text
    account = session.get_one(accounts.Account, filing.account_id)
    accounts.move(session, account, accounts.ANNOUNCED, on, reason_of(filing))


def submit(session: Session, filing: LifeFiling, on: date, freeze: int | None, followers: int | None = None) -> None:
    """Cancellation was submitted on the platform, which freezes the account for some days (unknown: None)."""
    filing.submitted_on, filing.followers = on, followers
    filing.frozen_until = on + timedelta(days=freeze) if freeze is not None else None
    account = session.get_one(accounts.Account, filing.account_id)
    accounts.move(session, account, accounts.FROZEN, on, reason_of(filing))


def end(session: Session, filing: LifeFiling, on: date) -> None:
    """The platform has cancelled the account.

    Raises:
        BadValue: the freezing period is not over.
    """
    if filing.frozen_until and on <= filing.frozen_until:
        raise BadValue(f"冻结期到 {filing.frozen_until} 才结束，{on} 不会已经注销。", todo="请核对平台后台的注销日期。")
    filing.ended_on = on
    account = session.get_one(accounts.Account, filing.account_id)
    accounts.move(session, account, accounts.CANCELLED, on, reason_of(filing))


def reason_of(filing: LifeFiling) -> str:
    """The reason as it goes into the account's life; 责令 is what the one-year ban looks for."""
    return "责令" + filing.kind + (f"：{filing.reason}" if filing.reason else "") if filing.ordered else filing.reason


def freeze_days(rules: Sequence[Rule], followers: int | None) -> int | None:
    """How long the platform freezes an account of so many followers; None where no rule is known or no number."""
    for rule in rules:
        for bound, days in rule.table:
            if followers is not None and (bound < 0 or followers <= bound):
                return days
    return None


def refuse_reopening(session: Session, book: InForce, unit: units.Unit, platform: str, on: date) -> None:
    """Refuse a new account where the unit's one on this platform was ordered to close too short a time ago.

    Raises:
        Refused: naming the clause and the first day it is allowed again (内科大办法第十二条（九）).
    """
    rules = book.of("life.reopen", unit.level, platform)
    ended = _ordered_to_close(session, unit, platform)
    if ended is None or not rules:
        return
    until = max(shift(ended, int(rule.number or 0), rule.unit) for rule in rules)
    if on <= until:
        raise Refused(
            f"{unit.name}的{platform}账号 {ended} 被责令注销，{until} 前不得重新开通（{book.cite(rules[0])}）。",
            todo="请满期后再申请，或使用已有账号。",
        )


def refuse_new_account(session: Session, unit_id: int | None, platform: str, on: date) -> None:
    """Refuse to enter a new account that may not be opened yet, by the packs the own unit works by.

    Args:
        session: of the store.
        unit_id: whose account; None is the own unit's.
        platform: where.
        on: the day.

    Raises:
        Refused: see `refuse_reopening`.
    """
    unit = units.own(session) if unit_id is None else session.get(units.Unit, unit_id)
    if unit is not None and _ordered_to_close(session, unit, platform) is not None:
        from desktop import adoption

        refuse_reopening(session, adoption.rulebook(session).on(on), unit, platform, on)


def first_allowed(session: Session, platforms: Sequence[str], on: date) -> str:
    """The first platform on which the own unit may open an account today.

    Raises:
        Refused: it may open none of them; see `refuse_reopening`.
    """
    for platform in platforms:
        try:
            refuse_new_account(session, None, platform, on)
        except Refused:
            if platform == platforms[-1]:
                raise
        else:
            return platform
    raise ValueError("no platform was offered")


def _ordered_to_close(session: Session, unit: units.Unit, platform: str) -> date | None:
    """The last day on which an account of the unit on a platform was closed by order."""
    whose = accounts.Account.unit_id == unit.id
    if unit.relation == units.OWN:
        whose = or_(whose, accounts.Account.unit_id.is_(None))
    found = (
        select(accounts.AccountStep.on)
        .join(accounts.Account, accounts.Account.id == accounts.AccountStep.account_id)
        .where(
            whose,
            accounts.Account.platform == platform,
            accounts.AccountStep.trashed_at.is_(None),
            accounts.AccountStep.state == accounts.CANCELLED,
            accounts.AccountStep.reason.contains("责令"),
        )
    )
    return max(session.scalars(found), default=None)


def drafted(session: Session, filing: LifeFiling, on: date) -> str:
    """The announcement of a closing from what the register knows: the unit, the account, another account in use."""
    account = session.get_one(accounts.Account, filing.account_id)
    unit = session.get(units.Unit, account.unit_id) if account.unit_id else units.own(session)
    others = [
        one
        for one in accounts.in_use(session)
        if one.unit_id == account.unit_id and one.id != account.id and one.state in accounts.RUNNING
    ]
    return announcement(account, unit.name if unit else "", on, "", others[0].title if others else "")


def announcement(account: accounts.Account, unit_name: str, on: date, basis: str, instead: str) -> str:
    """A draft of the closing notice: basis, account, last day, cancelling by procedure, where to go instead.

    The five elements are those seen in published notices (国办发〔2018〕123号 is the usual basis).
    """
    ground = f"根据{basis}，" if basis else ""
    after = f"相关信息请关注{instead}。" if instead else ""
    return (
        f"{ground}{unit_name}{account.platform}账号“{account.name}”自{on.year}年{on.month}月{on.day}日起停止更新，"
        f"并按程序注销。{after}感谢大家一直以来的关注和支持。"
    )
