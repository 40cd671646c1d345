"""The declarative bases of every table, with names for constraints so that migrations can speak of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """A table whose rows are written once: history, chain of custody, versions."""

    metadata = MetaData(naming_convention=NAMING)


class Record(Base):
    """A table the clerk edits: every change is kept in the history, nothing is deleted but put into the trash.

    Attributes:
        id: number given by the store.
        trashed_at: when it was put into the trash, None while in use.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    trashed_at: Mapped[datetime | None] = mapped_column(default=None)
