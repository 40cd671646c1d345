"""Leavers (离任人员): the lists of who leaves, and who leaves together."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.people import Person
from desktop.store.base import Base


class Departure(Base):
    """A list begun: for whom, and the last day in the post."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    leave_on: Mapped[date]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]


class DeparturePerson(Base):
    """Somebody who leaves."""

    __tablename__ = "departure_person"

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


def together(session: Session, person_id: int) -> set[int]:
    """Everybody who leaves on a list with this person, themselves included."""
    mine = select(DeparturePerson.departure_id).where(DeparturePerson.person_id == person_id)
    found = select(Person.id).join(DeparturePerson, DeparturePerson.person_id == Person.id)
    found = found.where(DeparturePerson.departure_id.in_(mine), Person.left_on.is_not(None))
    return {person_id, *session.scalars(found)}


def people_of(session: Session, departure: Departure) -> list[Person]:
    """Who leaves: everybody on the list whose last day in the post still stands in the register."""
    wanted = select(Person).join(DeparturePerson, DeparturePerson.person_id == Person.id)
    wanted = wanted.where(DeparturePerson.departure_id == departure.id, Person.left_on.is_not(None))
    return list(session.scalars(wanted.order_by(Person.id)))
