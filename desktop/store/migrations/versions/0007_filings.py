"""Filings: forms being filled, their values as typed, their frozen versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables; a frozen version is never rewritten, which SQLite itself sees to."""
    _filing()
    _value()
    _version()
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER filing_version_no_{deed.lower()} BEFORE {deed} ON filing_version "
                "BEGIN SELECT RAISE(ABORT, 'a final version is never changed'); END"
            )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _filing() -> None:
    op.create_table(
        "filing",
        *_texts("form_id", "edition", "title", "subject"),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        *_texts("subject_name"),
        sa.Column("cutoff", sa.Date(), nullable=False),
        *_texts("state", "answer"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        *_texts("statement", "note", "reason", "given"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_filing_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    for column in ("form_id", "subject_id", "notice_id"):
        op.create_index(op.f(f"ix_filing_{column}"), "filing", [column], unique=False)


def _value() -> None:
    op.create_table(
        "filing_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        *_texts("tag", "text", "origin", "known", "whence", "column", "gap"),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_value_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_value")),
        sa.UniqueConstraint("filing_id", "tag", name=op.f("uq_filing_value_filing_id")),
    )
    op.create_index(op.f("ix_filing_value_filing_id"), "filing_value", ["filing_id"], unique=False)


def _version() -> None:
    op.create_table(
        "filing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        *_texts("made_by", "answer", "reason", "content", "fingerprint"),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_version_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_version")),
        sa.UniqueConstraint("filing_id", "number", name=op.f("uq_filing_version_filing_id")),
    )
    op.create_index(op.f("ix_filing_version_filing_id"), "filing_version", ["filing_id"], unique=False)
