"""In which language a version is written.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.add_column("versions", sa.Column("language", sa.String(), nullable=False, server_default="en"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("versions") as batch:
        batch.drop_column("language")
