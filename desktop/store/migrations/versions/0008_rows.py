"""What a row of a filing is about, so that refreshing finds it again when the rows around it are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for what stands there already."""
    op.add_column("filing_value", sa.Column("about", sa.String(), nullable=False, server_default=""))
