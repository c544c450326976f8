"""Where stored bytes lie, if not in the record itself.

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.add_column("blobs", sa.Column("depot", sa.Text(), nullable=True))
    op.create_index(op.f("ix_blobs_depot"), "blobs", ["depot"])


def downgrade() -> None:
    """Go back: refused while bytes lie elsewhere, for then only their names would be left."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM blobs WHERE depot IS NOT NULL")).scalar():
        raise RuntimeError("stored bytes lie at another place; this version cannot be gone back from")
    op.drop_index(op.f("ix_blobs_depot"), table_name="blobs")
    op.drop_column("blobs", "depot")
