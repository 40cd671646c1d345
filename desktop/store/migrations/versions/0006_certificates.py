"""Certificates to sign with, certificates issued, certificates recognised, revocation lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the four tables of certificates; private keys are the vault's."""
    _made("signing_certificate", "kind", "holder", "fingerprint", "key", "pem", until=sa.Date())
    _made("trusted_certificate", "fingerprint", "kind", "holder", "pem", "how", decided_on=sa.Date())
    op.create_table(
        "issued_certificate",
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("pem", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_certificate")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_issued_certificate_fingerprint")),
    )
    op.create_table(
        "revocation_list",
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pem", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_list")),
        sa.UniqueConstraint("root", name=op.f("uq_revocation_list_root")),
    )


def _made(table: str, *texts: str, **days: sa.Date) -> None:
    op.create_table(
        table,
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *(sa.Column(name, kind, nullable=False) for name, kind in days.items()),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("fingerprint", name=op.f(f"uq_{table}_fingerprint")),
    )
