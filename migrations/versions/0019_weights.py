"""How firm a sentence is, kept beside its words.

Revision: 0019, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape. The daemon fills it, a little at a time."""
    op.create_table(
        "weights",
        sa.Column("wording_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("scale", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("wording_id"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("weights")
