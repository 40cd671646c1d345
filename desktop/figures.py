"""Figures (运行数据): posts, followers and reads of an account per month or week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.store.base import Record

MONTH, WEEK = "month", "week"


class Figure(Record):
    """The figures of one account in one period; empty means unknown, 0 means none.

    Attributes:
        span: MONTH or WEEK. start: first day of the month, or Monday of the week.
        posts: items published in the period. reads: views in the period. followers: at its end.
    """

    __tablename__ = "figure"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    span: Mapped[str] = mapped_column(default=MONTH)
    start: Mapped[date] = mapped_column(index=True)
    posts: Mapped[int | None] = mapped_column(default=None)
    followers: Mapped[int | None] = mapped_column(default=None)
    reads: Mapped[int | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Total:
    """Sums of a year up to a day: `posts` and `reads` added up, `followers` the newest; None where nothing is known."""

    posts: int | None
    followers: int | None
    reads: int | None
    months: int


def of_account(session: Session, account_id: int, span: str = MONTH) -> list[Figure]:
    """The figures of one account, oldest first."""
    found = select(Figure).where(Figure.trashed_at.is_(None), Figure.account_id == account_id, Figure.span == span)
    return list(session.scalars(found.order_by(Figure.start)))


def put(session: Session, account_id: int, span: str, start: date, **values: int | None) -> Figure:
    """Enter or correct the figures of one period; only the values given are changed."""
    found = session.scalars(
        select(Figure).where(
            Figure.trashed_at.is_(None), Figure.account_id == account_id, Figure.span == span, Figure.start == start
        )
    ).first()
    if found is None:
        found = Figure(account_id=account_id, span=span, start=start)
        session.add(found)
    for field, value in values.items():
        setattr(found, field, value)
    return found


def year_totals(session: Session, cutoff: date) -> dict[int, Total]:
    """The monthly figures of the cut-off's year up to the cut-off, by account number."""
    found = select(Figure).where(
        Figure.trashed_at.is_(None),
        Figure.span == MONTH,
        Figure.start >= date(cutoff.year, 1, 1),
        Figure.start <= cutoff,
    )
    by_account: dict[int, list[Figure]] = {}
    for figure in session.scalars(found.order_by(Figure.start)):
        by_account.setdefault(figure.account_id, []).append(figure)
    return {number: total(rows) for number, rows in by_account.items()}


def total(rows: list[Figure]) -> Total:
    """Add up figures in the order of time."""
    posts = [row.posts for row in rows if row.posts is not None]
    reads = [row.reads for row in rows if row.reads is not None]
    followers = [row.followers for row in rows if row.followers is not None]
    return Total(
        sum(posts) if posts else None, followers[-1] if followers else None, sum(reads) if reads else None, len(rows)
    )


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weekly_posts(session: Session, until: date, weeks: int) -> dict[int, list[float | None]]:
    """Posts per week for the heat map, by account number; oldest first, None where nothing was entered.

    A whole number was entered for the week; a week of a month that has only its own figure gets the month's average
    per week as a float, up to `until`.
    """
    first = monday(until) - timedelta(weeks=weeks - 1)
    starts = [first + timedelta(weeks=number) for number in range(weeks)]
    weekly, monthly = _posts(session, WEEK, first, until), _posts(session, MONTH, first.replace(day=1), until)
    rows: dict[int, list[float | None]] = {}
    for number in dict.fromkeys((*weekly, *monthly)):
        entered, months = weekly.get(number, {}), monthly.get(number, {})
        told = {_month_of(start, until) for start in entered}
        rows[number] = [
            entered[start] if start in entered
            else None if (month := _month_of(start, until)) in told or month not in months
            else months[month] * 7 / ((min(until, _last_of(month)) - month).days + 1)
            for start in starts
        ]  # fmt: skip
    return rows


def _posts(session: Session, span: str, first: date, until: date) -> dict[int, dict[date, int]]:
    found = select(Figure.account_id, Figure.start, Figure.posts).where(
        Figure.trashed_at.is_(None), Figure.span == span, Figure.start >= first, Figure.start <= until,
    )  # fmt: skip
    posts: dict[int, dict[date, int]] = {}
    for number, start, count in session.execute(found):
        if count is not None:
            posts.setdefault(number, {})[start] = count
    return posts


def _month_of(week: date, until: date) -> date:
    """First day of the month in which most of a week lies, as far as it has come."""
    return min(week + timedelta(days=3), until).replace(day=1)


def _last_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
