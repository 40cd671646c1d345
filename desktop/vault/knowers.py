"""Who can open the vault still, as far as the chain tells: whoever used it, and whoever printed its recovery sheet."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop import custody
from desktop.custody import CustodyEvent
from desktop.vault import MADE, NAME
from desktop.vault.relock import NEW_KEY, NEW_PASSPHRASE, NEW_SHEET


def knowers(session: Session) -> tuple[set[str], str]:
    """Names of those who used the vault since its passphrase was chosen, and of whoever made the present sheet.

    May know counts as knows. The name is empty while there is no vault.
    """
    wanted = select(CustodyEvent.account, CustodyEvent.reason, CustodyEvent.actor).where(
        or_(CustodyEvent.account == NAME, CustodyEvent.kind.in_((custody.SEEN, custody.COPIED)))
    )
    names: set[str] = set()
    printed = ""
    for about, reason, actor in session.execute(wanted.order_by(CustodyEvent.seq)):
        if about == NAME and reason in (MADE, NEW_PASSPHRASE):
            names = set()
        if about == NAME and reason in (MADE, NEW_SHEET, NEW_KEY):
            printed = actor
        names.add(actor)
    return names, printed
