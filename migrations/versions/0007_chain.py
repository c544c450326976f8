"""A hash chain over the looks, and the hashes of what they brought. Looks from before stay outside.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.add_column("polls", sa.Column("link", sa.BigInteger(), nullable=True))
    op.add_column("polls", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "marks",
        sa.Column("thing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("link", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("thing"),
    )
    op.create_index("ix_marks_link", "marks", ["link"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_marks_link", table_name="marks")
    op.drop_table("marks")
    op.drop_table("chain")
    op.drop_column("polls", "seal")
    op.drop_column("polls", "link")
