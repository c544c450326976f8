"""Calmer intervals, and hubs that tell of a feed's changes.

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.add_column("sources", sa.Column("slowest", sa.Float(), nullable=False, server_default="0"))
    op.add_column("watches", sa.Column("changed_at", UtcTime(), nullable=True))
    op.add_column("watches", sa.Column("pushed_until", UtcTime(), nullable=True))
    op.add_column("watches", sa.Column("hint", sa.Float(), nullable=False, server_default="0"))
    op.create_table(
        "hubs",
        sa.Column("watch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hub", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_at", UtcTime(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("pushed_at", UtcTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("watch_id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index(op.f("ix_hubs_again_at"), "hubs", ["again_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_hubs_again_at"), table_name="hubs")
    op.drop_table("hubs")
    for table, name in (
        ("watches", "hint"),
        ("watches", "pushed_until"),
        ("watches", "changed_at"),
        ("sources", "slowest"),
    ):
        op.drop_column(table, name)
