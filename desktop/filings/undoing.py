"""The way back inside a draft: how its values stood before, kept by whoever fills it, and put back whole.

Values are rewritten at every pause of typing, so the history does not hold them (desktop.filings.tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete

from desktop.filings.drafts import editable
from desktop.filings.tables import Filing, FilingValue, columns_of, lay_down

if TYPE_CHECKING:
    from desktop.store import Store


@dataclass(frozen=True)
class Picture:
    """How a draft stood: tag → columns of its values, the cut-off, and the answer with its sentence."""

    values: Mapping[str, Mapping[str, str]]
    cutoff: date
    answer: str
    statement: str


def picture(store: Store, filing_id: int) -> Picture:
    """How a draft stands now."""
    with store.read() as session:
        filing = session.get_one(Filing, filing_id)
        values = columns_of(session, filing_id)
    return Picture(values, filing.cutoff, filing.answer, filing.statement)


def put_back(store: Store, filing_id: int, earlier: Picture) -> None:
    """Let a draft stand as it did, whatever was typed, added or taken out since.

    Raises:
        Refused: the filing is final or gone.
    """
    with store.write("撤销填表") as session:
        filing = editable(session, filing_id)
        session.execute(delete(FilingValue).where(FilingValue.filing_id == filing_id))
        lay_down(session, filing_id, store.clock(), earlier.values)
        filing.cutoff, filing.answer, filing.statement = earlier.cutoff, earlier.answer, earlier.statement
