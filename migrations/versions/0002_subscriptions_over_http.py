"""Subscriptions over HTTP: filters by source and score, rotated secrets, one-click unsubscribing.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import service.store.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape; what is there keeps its meaning."""
    text = sqlmodel.sql.sqltypes.AutoString
    for column in (
        sa.Column("sources", service.store.types.Json(), nullable=False, server_default="[]"),
        sa.Column("min_score", sa.Float(), nullable=False, server_default="0"),
        sa.Column("old_secret", sa.Text(), nullable=False, server_default=""),
        sa.Column("old_secret_until", service.store.types.UtcTime(), nullable=True),
        sa.Column("token", text(), nullable=False, server_default=""),
    ):
        op.add_column("subscriptions", column)
    op.create_index("ix_subscriptions_token", "subscriptions", ["token"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_subscriptions_token", table_name="subscriptions")
    for name in ("token", "old_secret_until", "old_secret", "min_score", "sources"):
        op.drop_column("subscriptions", name)
