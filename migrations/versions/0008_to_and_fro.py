"""What goes to and fro in a document, and who else wrote into a watch while its look was under way.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.add_column("watches", sa.Column("collapsed_since", UtcTime(), nullable=True))
    op.add_column("watches", sa.Column("pokes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("documents", sa.Column("flips", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("documents", sa.Column("flipped_at", UtcTime(), nullable=True))
    op.add_column("documents", sa.Column("unstable", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go back."""
    for table, name in (
        ("documents", "unstable"),
        ("documents", "flipped_at"),
        ("documents", "flips"),
        ("watches", "pokes"),
        ("watches", "collapsed_since"),
    ):
        op.drop_column(table, name)
