"""What a subscription is owed, found without looking at what it has had; a retry moves nothing in an index.

Revision: 0004, after 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.drop_index("ix_deliveries_due", "deliveries")
    op.create_index("ix_deliveries_line", "deliveries", ["state", "subscription_id", "event_sequence"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_deliveries_line", "deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_attempt_at"])
