"""Chosen rule packs, duty, life-cycle filings, self-inspection, rectification and their proofs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables by which the program watches rules and deadlines."""
    _table("pack_choice", _texts("pack_id", "standing"), _flags("chosen"), _days("since"), indexed=("pack_id",))
    _table(
        "proof",
        _texts("owner", "title", "file", "sha256", "note"),
        [sa.Column("owner_id", sa.Integer(), nullable=True), sa.Column("size", sa.Integer(), nullable=False)],
        [sa.Column("added_at", sa.DateTime(), nullable=False)],
        indexed=("owner", "owner_id"),
    )
    _table(
        "duty",
        _texts("kind", "title", "note"),
        [sa.Column("at", sa.DateTime(), nullable=False)],
        [sa.Column(name, sa.DateTime(), nullable=True) for name in ("done_at", "closed_at")],
        keys={"account_id": "account", "person_id": "person"},
        indexed=("kind",),
    )
    _life()
    _inspection()
    _rectification()
    op.create_table(
        "change_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_mark")),
    )


def _life() -> None:
    _table(
        "life_filing",
        _texts("kind", "fields", "reason", "filing_no", "announcement", "cause", "note"),
        _flags("ordered"),
        _days("happened_on", needed=True),
        _days("filed_on", "withdrawn_on", "announced_on", "submitted_on", "frozen_until", "ended_on"),
        [sa.Column("followers", sa.Integer(), nullable=True)],
        needed={"account_id": "account"},
        indexed=("kind",),
    )
    _table("life_step", _texts("name", "by"), _days("done_on", needed=True), needed={"filing_id": "life_filing"})


def _inspection() -> None:
    _table(
        "inspection",
        _texts("kind", "title", "packs", "influence", "advice"),
        [sa.Column("year", sa.Integer(), nullable=False)],
        _days("cutoff", "begun_on", needed=True),
        _days("closed_on"),
    )
    _table(
        "inspection_finding",
        _texts("code", "subject_kind", "detail", "subject", "name", "what", "clause", "todo", "verdict", "note"),
        [sa.Column(name, sa.Integer(), nullable=False) for name in ("subject_id", "severity")],
        _days("since"),
        needed={"inspection_id": "inspection"},
        indexed=("subject_id",),
    )
    _table(
        "inspection_answer",
        _texts("question_id", "part", "question", "clause", "wanted", "answer", "note"),
        _flags("proof"),
        keys={"account_id": "account"},
        needed={"inspection_id": "inspection"},
    )


def _rectification() -> None:
    _table(
        "rectify_batch",
        _texts("source", "title", "issuer", "report_hour"),
        _days("received_on", needed=True),
        _days("report_due", "report_sent_on"),
        keys={"inspection_id": "inspection"},
    )
    _table(
        "rectification",
        _texts("subject", "unit", "code", "links", "problem", "label", "clause", "measure", "result", "origin"),
        _days("due_on", "fixed_on", "reported_on", "closed_on"),
        keys={"account_id": "account", "person_id": "person"},
        needed={"batch_id": "rectify_batch"},
    )


def _table(
    name: str,
    *columns: list[sa.Column[object]],
    keys: dict[str, str] | None = None,
    needed: dict[str, str] | None = None,
    indexed: tuple[str, ...] = (),
) -> None:
    """One table of records; `keys` may be empty, `needed` may not, both are indexed."""
    keys, needed = keys or {}, needed or {}
    op.create_table(
        name,
        *(column for some in columns for column in some),
        *(sa.Column(key, sa.Integer(), nullable=key in keys) for key in (*keys, *needed)),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint([key], [f"{target}.id"], name=op.f(f"fk_{name}_{key}_{target}"))
            for key, target in (keys | needed).items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in (*indexed, *keys, *needed):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _days(*names: str, needed: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Date(), nullable=not needed) for name in names]


def _flags(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]
