"""By when canaries are to be renewed, how late they may be, and whose key signed a version.

Revision: 0014, after 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import UtcTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "canaries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("source_id", sa.Integer(), sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("document_id", sa.String(), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("version_id", sa.String(), sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("stated", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("lapsed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("told_at", UtcTime(), nullable=True),
    )
    op.create_index("ix_canaries_source", "canaries", ["source_id", "until"])
    op.create_index("ix_canaries_document", "canaries", ["document_id", "since"])
    op.add_column("sources", sa.Column("grace", sa.Float(), nullable=False, server_default="259200"))
    op.add_column("versions", sa.Column("signers", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back."""
    op.drop_column("versions", "signers")
    op.drop_column("sources", "grace")
    op.drop_table("canaries")
