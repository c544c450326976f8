"""What goes to and fro in a document, and who else wrote into a watch while its look was under way.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    with op.batch_alter_table("watches") as table:
        table.add_column(sa.Column("collapsed_since", UtcTime(), nullable=True))
        table.add_column(sa.Column("pokes", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("flips", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("flipped_at", UtcTime(), nullable=True))
        table.add_column(sa.Column("unstable", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("documents") as table:
        for name in ("unstable", "flipped_at", "flips"):
            table.drop_column(name)
    with op.batch_alter_table("watches") as table:
        for name in ("pokes", "collapsed_since"):
            table.drop_column(name)
