"""Who changed which field from what to what, and the way back.

Every `store.write(title)` is one Action. The changes of all Record objects flushed in it are kept field by field;
`undo` puts the earlier values back as an action of its own, so an undo can be undone as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop.errors import Refused
from desktop.store.base import Base, Record

PROGRAM = "程序自动"
"""The actor of what the program does by itself as a consequence of somebody's action."""
CREATED = "+"
"""Field name under which the making of a record is kept."""


class Action(Base):
    """One thing a person did.

    Attributes:
        at: local time of this PC.
        actor: who sat at the program.
        title: what was done, in the clerk's words.
        undoes: the action that this one takes back.
        undone_by: the action that took this one back.
    """

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    title: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(default=None)
    undone_by: Mapped[int | None] = mapped_column(default=None)


class Change(Base):
    """One field of one record, before and after, as text (`None` for empty)."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    kind: Mapped[str] = mapped_column(index=True)
    record_id: Mapped[int] = mapped_column(index=True)
    field: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]


def as_text(value: Any) -> str | None:
    """A field value as the history keeps it: ISO dates, `1`/`0` for yes and no."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def from_text(kind: type, text: str | None) -> Any:
    """The way back of `as_text` for a column of this Python type."""
    if text is None:
        return None
    if kind is bool:
        return text == "1"
    if kind in (date, datetime):
        return kind.fromisoformat(text)
    return kind(text)


class Recorder:
    """Listens to one write session and collects what its flushes change."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._created: list[Record] = []
        self._changes: dict[tuple[str, int, str], tuple[str | None, str | None]] = {}

    def before_flush(self, *_: object) -> None:
        """Take down new records and changed fields before the flush forgets them."""
        self._created += [new for new in self.session.new if isinstance(new, Record)]
        for record in self.session.dirty:
            if isinstance(record, Record):
                for field, before, after in _changed(record):
                    first = self._changes.get((record.__tablename__, record.id, field), (before, None))[0]
                    self._changes[record.__tablename__, record.id, field] = (first, after)
        for record in self.session.deleted:
            if isinstance(record, Record):
                raise TypeError(f"{record.__tablename__}: a record is put into the trash, never deleted")

    def rows(self) -> Iterator[tuple[str, int, str, str | None, str | None]]:
        """All that changed, as table, record number, field, before, after; nothing for a change taken back."""
        for record in self._created:
            yield record.__tablename__, record.id, CREATED, None, CREATED
        made = {(record.__tablename__, record.id) for record in self._created}
        for (kind, number, field), (before, after) in self._changes.items():
            if before != after and (kind, number) not in made:
                yield kind, number, field, before, after


def _changed(record: Record) -> Iterator[tuple[str, str | None, str | None]]:
    state = inspect(record)
    for attribute in state.mapper.column_attrs:
        past = state.attrs[attribute.key].history
        if past.has_changes():
            before = as_text(past.deleted[0]) if past.deleted else None
            yield attribute.key, before, as_text(past.added[0] if past.added else None)


def recent(session: Session, limit: int = 200) -> list[Action]:
    """The newest actions, newest first."""
    return list(session.scalars(select(Action).order_by(Action.id.desc()).limit(limit)))


def changes_of(session: Session, action_id: int) -> list[Change]:
    """What one action changed."""
    return list(session.scalars(select(Change).where(Change.action_id == action_id).order_by(Change.id)))


def story_of(session: Session, kind: str, record_id: int) -> list[tuple[Action, Change]]:
    """Everything that ever happened to one record, oldest first."""
    found = session.execute(
        select(Action, Change)
        .join(Change, Change.action_id == Action.id)
        .where(Change.kind == kind, Change.record_id == record_id)
        .order_by(Change.id)
    )
    return [(action, change) for action, change in found]


def next_to_undo(session: Session) -> Action | None:
    """The newest action of a person that is not itself an undo and has not been taken back."""
    found = select(Action).where(Action.undone_by.is_(None), Action.undoes.is_(None), Action.actor != PROGRAM)
    return session.scalars(found.order_by(Action.id.desc()).limit(1)).first()


def tables() -> dict[str, type[Record]]:
    """Every Record class by the name of its table."""
    found: dict[str, type[Record]] = {}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record):
            found[mapper.class_.__tablename__] = mapper.class_
    return found


def put_back(session: Session, action: Action, now: datetime) -> None:
    """Set every field the action changed to what it was before; records it made go to the trash.

    Raises:
        Refused: a field has been changed again since; that later change would be lost.
    """
    known = tables()
    changes = changes_of(session, action.id)
    held = _loaded(session, known, changes)
    for change in reversed(changes):
        record = session.get(known[change.kind], change.record_id)
        if record is None:
            raise Refused(f"“{action.title}”不能撤销：它涉及的记录已不存在。", todo="请查看历史记录。")
        if change.field == CREATED:
            record.trashed_at = now if record.trashed_at is None else None
            continue
        if as_text(getattr(record, change.field)) != change.after:
            raise Refused(
                f"“{action.title}”之后同一项内容又被改过，不能单独撤销。",
                todo="请先撤销后来的修改，或在台账中直接改回。",
            )
        column = inspect(type(record)).columns[change.field]
        setattr(record, change.field, from_text(column.type.python_type, change.before))
    held.clear()


def _loaded(session: Session, known: dict[str, type[Record]], changes: list[Change]) -> list[Record]:
    """The records of many changes, fetched some hundred at a time: an imported list may have thousands."""
    wanted: dict[str, list[int]] = {}
    for change in changes:
        wanted.setdefault(change.kind, []).append(change.record_id)
    found: list[Record] = []
    for kind, numbers in wanted.items():
        for start in range(0, len(numbers), 500):
            some = set(numbers[start : start + 500])
            found += session.scalars(select(known[kind]).where(known[kind].id.in_(some)))
    return found
