"""The filing before this one: what 沿用上期 takes and 无变更 repeats."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desktop.documents.places import Tag
from desktop.filings.tables import Filing, of_subject, versions
from desktop.forms import Form, Group, Values


def previous(session: Session, filing: Filing) -> tuple[Filing, Values] | None:
    """The newest final version of the same form about the same subject before this filing, with its values."""
    for other in of_subject(session, filing.form_id, filing.subject_id):
        if other.id < filing.id and other.version:
            return other, versions(session, other.id)[-1].values
    return None


def flat(form: Form, values: Values) -> dict[str, str]:
    """Values by tag instead of by row; what the form no longer knows is left out."""
    made: dict[str, str] = {}
    for item in form.items:
        value = values.get(item.key, "")
        if isinstance(item, Group):
            for number, row in enumerate(value if isinstance(value, list) else [], 1):
                made |= {str(Tag(item.key, number, f.key)): row.get(f.key, "") for f in item.fields}
        elif isinstance(value, str):
            made[item.key] = value
    return made
