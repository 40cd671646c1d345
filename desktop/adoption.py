"""Which rule packs the own unit works by (适用规定): the defaults of its level, changed by what the clerk decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import units
from desktop.errors import Refused
from desktop.rulepacks import Pack
from desktop.rules import BINDING, BORROWED, Chosen, Rulebook, packs
from desktop.store.base import Record


class PackChoice(Record):
    """Whether the own unit works by a pack.

    Attributes:
        pack_id: of the pack. chosen: False keeps a default pack switched off.
        since: day from which the unit works by it; needed where the regulation prints no date.
        standing: BINDING or BORROWED where the clerk knows better than the pack's region; else empty.
    """

    __tablename__ = "pack_choice"

    pack_id: Mapped[str] = mapped_column(index=True)
    chosen: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date | None] = mapped_column(default=None)
    standing: Mapped[str] = mapped_column(default="")


def standing(pack: Pack, unit: units.Unit | None) -> str:
    """Whether a pack is the unit's own regulation or one to look at: by what the pack says of its region."""
    if pack.borrowed or unit is None:
        return BORROWED
    if pack.regions and not any(unit.region_code.startswith(region) for region in pack.regions):
        return BORROWED
    return BINDING


def defaults(unit: units.Unit | None, known: dict[str, Pack]) -> list[str]:
    """The packs offered at first start for what the unit is (its level)."""
    level = unit.level if unit is not None else ""
    return [pack.id for pack in known.values() if level in pack.defaults]


def choices(session: Session) -> dict[str, PackChoice]:
    """What the clerk decided, by pack."""
    found = session.scalars(select(PackChoice).where(PackChoice.trashed_at.is_(None)).order_by(PackChoice.id))
    return {choice.pack_id: choice for choice in found}


def choose(session: Session, pack_id: str, chosen: bool, since: date | None = None, standing: str = "") -> PackChoice:
    """Switch a pack on or off for the own unit, with the day it took it up and how it stands."""
    found = choices(session).get(pack_id)
    if found is None:
        found = PackChoice(pack_id=pack_id)
        session.add(found)
    found.chosen, found.since, found.standing = chosen, since, standing
    return found


def taken_up(session: Session, known: dict[str, Pack]) -> tuple[list[Chosen], list[str]]:
    """The packs the own unit works by, and the ids of chosen ones that are no longer there."""
    own = units.own(session)
    decided = choices(session)
    wanted = dict.fromkeys([*defaults(own, known), *(name for name, choice in decided.items() if choice.chosen)])
    chosen, gone = [], []
    for name in wanted:
        choice = decided.get(name)
        if choice is not None and not choice.chosen:
            continue
        if name not in known:
            gone.append(name)
            continue
        stands = (choice.standing if choice else "") or standing(known[name], own)
        chosen.append(Chosen(known[name], stands, choice.since if choice else None))
    return chosen, gone


def rulebook(session: Session, known: dict[str, Pack] | None = None) -> Rulebook:
    """The packs the own unit works by: the defaults of its level, changed by what the clerk decided.

    Raises:
        Refused: a chosen pack is no longer there.
    """
    chosen, gone = taken_up(session, packs() if known is None else known)
    if gone:
        raise Refused(
            f"所选的规定包“{'”“'.join(gone)}”找不到了。",
            todo="请重新导入该规定包，或在“自查与整改→适用规定”中不再选用。",
        )
    return Rulebook(chosen)
