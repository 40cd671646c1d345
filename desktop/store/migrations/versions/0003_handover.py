"""Credentials, handovers with their checklist, facts and evidence, and departures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of passwords registered and of handovers."""
    _credential()
    _departure()
    _handover()
    _handover_parts()


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_credential_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("account_id", "kind", name=op.f("uq_credential_account_id")),
    )
    op.create_index(op.f("ix_credential_account_id"), "credential", ["account_id"], unique=False)


def _departure() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("leave_on", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_table(
        "departure_person",
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_departure_person_departure_id_departure")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_departure_person_person_id_person")),
        sa.PrimaryKeyConstraint("departure_id", "person_id", name=op.f("pk_departure_person")),
    )


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handover_account_id_account")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_handover_giver_id_person")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_handover_receiver_id_person")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["person.id"], name=op.f("fk_handover_supervisor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_account_id"), "handover", ["account_id"], unique=False)


def _handover_parts() -> None:
    for table, own in (
        (
            "handover_fact",
            [sa.Column("field", sa.String(), nullable=False), sa.Column("after", sa.String(), nullable=False)],
        ),
        (
            "handover_tick",
            [
                sa.Column("item", sa.String(), nullable=False),
                sa.Column("state", sa.String(), nullable=False),
                sa.Column("note", sa.String(), nullable=False),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("handover_id", sa.Integer(), nullable=False),
            *own,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("trashed_at", sa.DateTime(), nullable=True),
            sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f(f"fk_{table}_handover_id_handover")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_handover_id"), table, ["handover_id"], unique=False)
    op.create_table(
        "handover_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_evidence_handover_id_handover")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_evidence")),
    )
    op.create_index(op.f("ix_handover_evidence_handover_id"), "handover_evidence", ["handover_id"], unique=False)
