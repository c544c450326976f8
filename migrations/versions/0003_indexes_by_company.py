"""Indexes that answer what a company says in one sweep.

Revision: 0003, after 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.drop_index("ix_wordings_company", "wordings")
    op.create_index("ix_wordings_company", "wordings", ["company", "document_id", "position", "id"])
    op.drop_index("ix_changes_company", "changes")
    op.create_index("ix_changes_company", "changes", ["company", "note", "observed_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_changes_company", "changes")
    op.create_index("ix_changes_company", "changes", ["company", "observed_at"])
    op.drop_index("ix_wordings_company", "wordings")
    op.create_index("ix_wordings_company", "wordings", ["company", "since"])
